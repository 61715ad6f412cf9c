"""What `grad` and its family share: running a function on fresh nodes for its arguments.

A float is recorded as a `Value` and an array as a `Tensor`, alone or in a structure. Other nodes
that the function uses, such as the weights of a model, stay part of the graph. If the result
depends on such a variable, the derivative is itself a node, which can be differentiated with
respect to that variable. So transforms nest, and a loss can contain a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from autograd import modes
from autograd.array_data import of_plain_meaning
from autograd.errors import describe
from autograd.graph import topological
from autograd.node import Node
from autograd.rows import table
from autograd.rows.nodes import Array
from autograd.structure import is_number, lift_numbers, map_numbers, numbers_of
from autograd.tensor import Tensor
from autograd.value import Value

#: How many transforms are running a user's function now, in this thread.
_depth: ContextVar[int] = ContextVar("depth", default=0)


def is_differentiating() -> bool:
    """Return whether a transform such as `grad` is running a user's function in this thread."""
    return _depth.get() > 0


@contextmanager
def differentiating() -> Iterator[None]:
    """Mark a block as being differentiated: everything in it is recorded, even in `no_grad`."""
    token = _depth.set(_depth.get() + 1)
    try:
        with modes.recorded():
            yield
    finally:
        _depth.reset(token)


def lift(x: object, kind: type[Value] | type[Tensor] = Value) -> object:
    """Return a fresh node for a number, so that only its uses inside f are differentiated.

    kind: what a single number becomes.
    """
    if isinstance(x, Node):
        return table.identity(x)
    if isinstance(x, int | float | np.number):
        return kind(x)
    array = np.asarray(of_plain_meaning(x, "a derivative"))
    if array.dtype == object:
        return np.frompyfunc(lift, 1, 1)(array)
    return Tensor(array)


def nodes_of(x: object) -> list[Node]:
    """Return the nodes in a lifted argument: those in a structure, and in arrays of `Value`s."""
    found: list[Node] = []
    for part in numbers_of(x):
        if isinstance(part, Node):
            found.append(part)
        elif isinstance(part, np.ndarray | list | tuple):
            found += [e for e in np.asarray(part).flat if isinstance(e, Node)]
    return found


class LiftedRun:
    """One run of f, with fresh nodes in place of the arguments at `positions`.

    given: those arguments.
    xs: the nodes, in the structure of each argument. Next to an array a single number is a `Tensor`
        without axes, since `Value`s and `Tensor`s do not mix.
    y: what f returned.
    nested: whether the results are to be nodes.
    """

    def __init__(
        self,
        f: Callable[..., object],
        args: Sequence[object],
        positions: Sequence[int],
        more: Iterable[object] = (),
    ) -> None:
        self.given = given = [_argument(args, i) for i in positions]
        with differentiating():
            arrays = any(_is_array(number) for x in given for number in numbers_of(x))
            kind = Tensor if arrays else Value
            self.xs = [lift_numbers(lambda x: lift(x, kind), x) for x in given]
            fresh = modes.constant(False)
            for node in nodes_of(self.xs):
                if node.is_leaf:
                    node.origin = fresh
            replaced = list(args)
            for i, x in zip(positions, self.xs, strict=True):
                replaced[i] = x
            self.y = f(*replaced)
        fresh.constant = True  # while f ran they were variables, since f may differentiate too
        self.roots = nodes_of(self.y)
        variable = any(isinstance(x, Node) for x in (*args, *more))
        self.nested = _wanted() and (variable or self._depends_on_more())

    def _depends_on_more(self) -> bool:
        """Return whether the result depends on variables other than fresh nodes of runs."""
        seen: set[Node] = set()
        for root in self.roots:
            if root not in seen:
                order = topological(root)
                if any(node.is_leaf and _varies(node) for node in order):
                    return True
                seen.update(order)
        return False

    def value(self, y: object) -> object:
        """Return a part of the result as the caller gets it: a node, or a plain number or array."""
        if not isinstance(y, Node):
            return y
        return self.handed_out(y) if self.nested else y.raw

    def put_together(self, part: Callable[[Node | Array], object]) -> list[object]:
        """Return `part(x)` for each fresh node or array of nodes, in the structure of `given`."""

        def filled(x: Node | Array, given: object) -> object:
            made = part(x)
            if isinstance(given, int | float) and isinstance(made, np.ndarray | np.generic):
                return made if made.shape else made.item()
            return made

        return [map_numbers(filled, x, g) for x, g in zip(self.xs, self.given, strict=True)]

    def handed_out(self, result: object) -> object:
        """Return a node as the caller gets it: without a history if traced within `no_grad`."""
        off = isinstance(result, Node) and not modes.records()
        return table.detach(result) if off else result


def _is_array(x: object) -> bool:
    """Return whether x is recorded as a Tensor."""
    if isinstance(x, list | tuple):
        return np.asarray(x).dtype != object
    return isinstance(x, Tensor) or (isinstance(x, np.ndarray) and x.dtype != object)


def _wanted() -> bool:
    """Return whether results may be nodes; under `no_grad` only in a trace, for its replays."""
    return modes.records() or modes.recording() is not None


def _varies(leaf: Node) -> bool:
    """Return whether a leaf is a variable, neither fresh nor a result made under `no_grad`."""
    origin = leaf.origin
    return origin is None or (origin.records and not origin.constant)


def _argument(args: Sequence[object], argnum: int) -> object:
    if not -len(args) <= argnum < len(args):
        raise IndexError(f"there is no argument {argnum}; the function was called with {len(args)}")
    x = args[argnum]
    if isinstance(x, complex) or getattr(x, "dtype", None) in (np.complex64, np.complex128):
        raise TypeError(
            f"argument {argnum} is complex, but derivatives are with respect to real numbers: give "
            "the real and the imaginary part as two arguments"
        )
    if not (is_number(x) or isinstance(x, bool) or numbers_of(x)):
        raise TypeError(
            f"argument {argnum} is {describe(x)}, which holds no number to differentiate by; it "
            "takes numbers, arrays, nodes, and dicts, lists, tuples and dataclasses of them (for "
            "the parameters of a model use gradients(loss, model.parameters()))"
        )
    return x
