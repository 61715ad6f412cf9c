"""A node: one recorded number (or array), and how it came to be.

`Value` and `Tensor` are the two nodes. What they share is here: the links to the inputs, the
gradient, the label, and how a backward pass is started.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from autograd.errors import BackwardError, describe
from autograd.graph import Contribution, drain, topological
from autograd.modes import Origin, constant, current, watching
from autograd.rows.op import Op
from autograd.writing import commit, write_gradients


class Node:
    """The base of `Value` and `Tensor`, which define the slots: see `storage`.

    Most `Value`s have one or two inputs, which are kept in two slots, `first` and `second`; with
    more, `first` holds a tuple. A tuple in each node would double the number of objects that
    Python's garbage collector has to scan, which costs more than all the arithmetic. A `Tensor`
    always has a tuple in `first`, and no `second`.

    raw: the number or array itself, even where a recording would refuse `data`.
    made: the node's number in the order in which nodes were made.
    first, second: the operands, as listed by `inputs`; `first` is None for a leaf.
    grad_or_none: the gradient; None until a backward pass gets here, where `grad` says 0.
    """

    if not TYPE_CHECKING:  # to a type checker, a node has the slots of its subclasses
        __slots__ = ()

    op: Op | None
    label: str
    origin: Origin | None
    first: Any
    second: Any
    raw: Any
    made: int
    grad_or_none: Any

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The operands in order: nodes, and constants as plain numbers or arrays."""
        a, b = self.first, self.second
        if a is None:
            return ()
        if type(a) is tuple:
            return a
        return (a,) if b is None else (a, b)

    if TYPE_CHECKING:  # what each kind of node offers in its own way

        @property
        def data(self) -> Any: ...
        @data.setter
        def data(self, data: object) -> None: ...
        @property
        def grad(self) -> Any: ...
        @grad.setter
        def grad(self, gradient: object) -> None: ...
        @property
        def shape(self) -> tuple[int, ...]: ...
        @property
        def size(self) -> int: ...
        @property
        def ndim(self) -> int: ...
        def item(self) -> float: ...
        def __float__(self) -> float: ...
        def __init__(self, data: object, label: str = "") -> None: ...

    @property
    def is_leaf(self) -> bool:
        """Whether this node has no inputs: it was made by hand, or under `no_grad`."""
        return self.first is None

    @property
    def has_grad(self) -> bool:
        """Whether a backward pass has reached this node since the last `zero_grad`."""
        return self.grad_or_none is not None

    def zero_grad(self) -> None:
        """Forget the gradient: `.grad` reads 0 again, and `has_grad` is False."""
        self.grad_or_none = None

    def backward(self, gradient: object = None, create_graph: bool = False) -> None:
        """Compute ∂self/∂x for every node x that self depends on, into `x.grad`.

        Leaves accumulate gradients over calls; call `zero_grad` in between to start afresh. Other
        nodes hold the gradient of this pass alone.

        gradient: what to start from, ∂(something)/∂self; 1 by default, for which self must
            be a single number.
        create_graph: record the pass itself, so that the gradients are nodes that can be
            differentiated again.

        Raises BackwardError if nothing was recorded, or for several elements without `gradient`,
        and StaleDataError if the data was changed in place since.

        >>> from autograd import Value
        >>> w = Value(3.0, label="w")
        >>> (w * w).backward()
        >>> w.grad
        6.0
        """
        origin = self.origin
        if gradient is None and not create_graph and origin is not None and origin.backward(self):
            return
        seed = self.seed(gradient, create_graph)
        if not create_graph and not watching() and self.quick_pass(seed) is not None:
            return
        sums: dict[Node, object] = {self: seed}
        order: list[Node] = topological(self)
        self.drain(order, sums, create_graph)
        commit(order, sums)

    def local(self, position: int) -> Any:
        """Return ∂self/∂(the operand at that position): a number, or one for each element.

        None if no gradient flows there, or if an element of self depends on several elements of
        the operand, as in a sum.

        >>> from autograd import Value
        >>> a, b = Value(2.0), Value(5.0)
        >>> (a * b).local(0)
        5.0
        """
        raise NotImplementedError

    def contributions(self, upstream: object, create_graph: bool = False) -> list[Contribution]:
        """Return (position, operand, contribution) for each operand that a gradient flows to.

        upstream: the gradient of self, a number or an array; nothing is stored.
        create_graph: return them as nodes, which can be differentiated again.

        Raises StaleDataError if the data of a Tensor was changed in place since.

        >>> from autograd import Value
        >>> a, b = Value(2.0), Value(5.0)
        >>> [(i, sent) for i, _, sent in (a * b).contributions(10.0)]
        [(0, 50.0), (1, 20.0)]
        """
        raise NotImplementedError

    def pass_on(self) -> None:
        """Send this node's gradient on to its operands: one step of a backward pass by hand.

        Each operand that is a node gets `grad += upstream × local`. The order is up to you: start
        at the result, and call this on a node when its own gradient is complete.

        >>> from autograd import Value
        >>> a, b = Value(2.0), Value(5.0)
        >>> c = a * b
        >>> c.grad = 1.0
        >>> c.pass_on()
        >>> a.grad, b.grad
        (5.0, 2.0)
        """
        totals: dict[Node, object] = {}
        if self.has_grad:
            for _, x, sent in self.contributions(self.grad_or_none):
                had = totals.get(x, x.grad_or_none)
                totals[x] = sent if had is None else had + sent
        if totals:
            write_gradients(list(totals), list(totals.values()))

    # micrograd's names, for programs that walk its graphs.

    @property
    def _prev(self) -> set[Node]:
        """The operands that are nodes, as micrograd calls them; `inputs` has all, in order."""
        return {x for x in self.inputs if isinstance(x, Node)}

    @property
    def _op(self) -> str:
        """What made the node, as micrograd calls it; see `op`."""
        return "" if self.op is None else self.op.symbol

    @property
    def _backward(self) -> Callable[[], None]:
        """`pass_on`, as micrograd calls it."""
        return self.pass_on

    def seed(self, gradient: object, create_graph: bool = False) -> Any:
        """Return the gradient that a backward pass from here starts with."""
        if self.op is None and self.origin is not None and not self.origin.records:
            raise BackwardError(
                f"backward from {describe(self)}: it was made under no_grad(), so nothing was "
                "recorded; compute it outside of no_grad() to differentiate it"
            )
        seed = self.start(gradient, create_graph)
        if create_graph and seed is not gradient:
            seed.origin = constant()
        return seed

    def quick_pass(self, seed: object, xs: Sequence[Node] | None = None) -> Sequence[object] | None:  # noqa: ARG002 - for kinds that have one
        """Do a whole backward pass in a quicker way than the walk; None if there is none now.

        xs: return the gradients of these nodes (None for one without), and write none.
        """
        return None

    def detach(self) -> Any:
        """Return the number or array as a constant (not a copy): no gradient flows through it."""
        origin = current()
        return self.raw if origin is None else origin.detached(self)

    def _read(self, reader: str) -> Any:
        """Return the data for Python code to act on; `reader` names that code in errors."""
        origin = current()
        return self.raw if origin is None else origin.read(self, reader)

    def _stand_for(self, data: object) -> bool:
        """Become `Value(x)` in a traced function, where the number x is a node; say whether."""
        origin = current()
        same = None if origin is None else origin.stand_in(self, data)
        if same is None:
            return False
        every = [slot for kind in type(same).__mro__ for slot in getattr(kind, "__slots__", ())]
        for slot in every:
            if not slot.startswith("label") and hasattr(same, slot):
                setattr(self, slot, getattr(same, slot))
        return True

    @property
    def op_name(self) -> str:
        """The name of the row that made this node, or "leaf"."""
        return "leaf" if self.op is None else self.op.name

    if TYPE_CHECKING:  # the rows with method=True, for an editor; see node_rows.py

        def exp(self) -> Self: ...
        def expm1(self) -> Self: ...
        def log(self) -> Self: ...
        def log1p(self) -> Self: ...
        def sqrt(self) -> Self: ...
        def sin(self) -> Self: ...
        def cos(self) -> Self: ...
        def tanh(self) -> Self: ...
        def sign(self) -> Self: ...
        def relu(self) -> Self: ...

    # What each kind of node answers for itself.

    def start(self, gradient: object, create_graph: bool) -> Any:
        """Return the gradient that a backward pass from here starts with: see `backward`."""
        raise NotImplementedError

    def forget(self) -> None:
        """Forget how this node came to be, as under `no_grad`."""
        raise NotImplementedError

    def keep_copies(self) -> None:
        """Keep copies of the operands' data, if nothing else would tell that it has changed."""

    @staticmethod
    def drain(order: list[Node], sums: dict[Node, object], differentiable: bool = False) -> None:
        """Add up what each node of an order sends to its inputs, from the last to the first."""
        drain(order, sums, differentiable)

    def __treescope_repr__(self, path: str | None, subtree_renderer: object) -> object:
        """Show the numbers as treescope shows arrays, where it is used (and installed)."""
        import treescope

        shown = {"data": self.raw}
        if self.label:
            shown["label"] = self.label
        if self.op is not None:
            shown["op"] = self.op.name
        if self.grad_or_none is not None:
            shown["grad"] = self.grad_or_none
        return treescope.repr_lib.render_object_constructor(
            object_type=type(self),
            attributes=shown,
            path=path,
            subtree_renderer=subtree_renderer,
            roundtrippable=False,
        )

    def __reduce__(self) -> tuple[object, ...]:
        if self.op is not None:
            raise TypeError(
                f"{describe(self)} is part of a graph, so it cannot be copied or pickled by "
                "itself; copy the leaves that it was computed from and compute it anew"
            )
        more = getattr(self, "__dict__", None)  # attributes of a subclass
        return (type(self), (self.raw, self.label), *([more] if more else []))
