"""`Tensor`: a NumPy array that remembers how it was computed.

It is to arrays what `Value` is to floats. The same rows of the table serve both: forward with
NumPy's functions, and backward with each row's rule on whole arrays.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.array_data import checked, is_comparable
from autograd.array_methods import ArrayMethods, Refused, refuse_the_rest
from autograd.array_pass import quick_pass, send
from autograd.array_rows import ArrayRows
from autograd.comparing import note_branch
from autograd.errors import (
    BackwardError,
    DomainError,
    GradientLostWarning,
    ShapeError,
    describe,
)
from autograd.fitting import fit, fit_node
from autograd.fresh_arrays import FreshArrays
from autograd.graph import Contribution, drain
from autograd.lazy_names import Later
from autograd.lost import warn_of_lost_gradient
from autograd.modes import current, leaf_origin, recording, watching
from autograd.node import Node
from autograd.numpy_protocol import NumPyProtocol
from autograd.rows import linalg, sums_of_products, table  # noqa: F401 - they declare rows
from autograd.rows.nodes import Array, Shape
from autograd.rows.op import Rule
from autograd.storage import clock
from autograd.whole_numbers import Truths

if TYPE_CHECKING:
    from autograd import numpy_names
    from autograd.numpy_protocol import NoNumber
else:
    numpy_names = Later("autograd.numpy_names")

rows = ArrayRows()


class Tensor(NumPyProtocol, ArrayMethods, Truths, FreshArrays):
    """An array in a graph.

    data: numbers in any form that `numpy.asarray` takes; they are copied. Ints and bools become
        float64, floats keep their type (float32 stays float32).
    label: a name for pictures and messages.

    Of the operation that made it, a node keeps the operands' `arrays`, the `rules` that turn the
    upstream gradient into each operand's contribution (None where none flows), and its keyword
    arguments, `params`.

    Raises TypeError for text, complex numbers, and objects such as a `Value` or `Tensor`, and
    ShapeError for rows of unequal length.

    >>> W = Tensor([[1.0, 2.0]], label="W")
    >>> loss = (np.array([[3.0], [4.0]]) @ W).sum()
    >>> loss.backward()
    >>> W.grad
    array([[7., 7.]])
    """

    __slots__ = ("arrays", "compared", "params", "rules")

    compared: list[tuple[str, object, object]]  # unset until a program branches on it
    arrays: tuple[Any, ...]
    params: dict[str, object]
    rules: Sequence[Rule | None]

    def __init_subclass__(cls, **keywords: object) -> None:
        """Let operations among nodes of a subclass make nodes of that subclass."""
        super().__init_subclass__(**keywords)
        ArrayRows().serve(cls, keep=frozenset(vars(cls)))

    def __init__(self, data: object, label: str = "") -> None:
        self.label = label
        if isinstance(data, Node) and self._stand_for(data):
            return
        self.raw = checked(data)
        self.op, self.origin = None, leaf_origin()
        self.first = self.grad_or_none = None
        self.arrays, self.rules, self.params, self.seen = (), (), {}, 0
        self.version, self.glimpse, self.made = 0, None, next(clock)

    @property
    def data(self) -> Array:
        """The array. Assign to it (`w.data -= step`), but not between forward and backward."""
        data = self.raw if current() is None else self._read(".data")
        return self.hand_out() if data is self.raw else data

    @data.setter
    def data(self, data: object) -> None:
        if self.glimpse is not None and data is self.handed_out:  # w.data -= step
            self.given_back(data)
            return
        array = checked(data).astype(self.raw.dtype, copy=False)
        if array.shape != self.raw.shape:
            raise ShapeError(
                f"{describe(self)} cannot take data of shape {array.shape}; make a new Tensor"
            )
        self.replace(array)

    def detach(self) -> Array:
        """Return the array as a constant (not a copy): no gradient flows through it."""
        data = super().detach()
        return self.hand_out() if data is self.raw else data

    @property
    def inputs(self) -> tuple[Tensor | Array | float, ...]:
        """The operands in order: nodes, and constants as plain numbers or arrays."""
        pairs = zip(self.first or (), self.arrays, strict=True)
        return tuple([x if isinstance(x, Tensor) else array for x, array in pairs])

    @property
    def grad(self) -> Array:
        """∂(what backward was called on)/∂self; zeros until a backward pass gets here."""
        grad: Array | np.generic | None = self.grad_or_none  # a node after create_graph
        if type(grad) is np.ndarray:
            return grad
        if isinstance(grad, np.generic):  # NumPy's sums of 0-d arrays are its scalars
            self.grad_or_none = grad = np.asarray(grad)
        if grad is not None:
            return grad
        if self.op is not None and self.op.view:
            self._warn_of_a_late_view()
        return np.zeros_like(self.raw)

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is not None and np.shape(gradient) != self.shape:
            raise ShapeError(
                f"the gradient of {describe(self)} has that shape, not {np.shape(gradient)}"
            )
        is_node = gradient is None or isinstance(gradient, Tensor)
        self.grad_or_none = gradient if is_node else np.asarray(gradient, dtype=self.raw.dtype)

    def _warn_of_a_late_view(self) -> None:
        """Warn that `w[-2:].grad` after a backward pass is 0: this node was not part of it."""
        base = self  # this may be a view of a view, as a part of x.ravel() is
        while isinstance(base, Tensor) and not base.has_grad and base.op and base.op.view:
            base = base.first[0]
        if isinstance(base, Tensor) and base.has_grad:
            name = base.label or "x"
            warnings.warn(
                f"{describe(self)}, made by {self.op_name}, was in no backward pass, so its grad "
                f"is 0; the gradient of {describe(base)} is {name}.grad, and that of a part of it "
                f"{name}.grad[…]",
                GradientLostWarning,
                stacklevel=3,
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        shape: tuple[int, ...] = self.raw.shape
        return shape

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements."""
        dtype: np.dtype = self.raw.dtype
        return dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.raw.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(self.raw.size)

    def item(self) -> float:
        """Return the only element as a Python float; raise ValueError unless there is just one."""
        return self._number("item()")

    def _number(self, reader: str) -> float:
        if self.raw.size != 1:
            raise ValueError(f"{reader} of {describe(self)}: there is not just one element")
        return float(self._read(reader).item())

    def __getitem__(self, key: object) -> Tensor:
        chosen: Tensor = table.getitem(self, key=_plain_key(key))
        return chosen

    def __setitem__(self, key: object, value: object) -> None:
        raise TypeError(
            f"{describe(self)} cannot be assigned to in part, since the graph holds what it was; "
            "use where() or concatenate(), or change a leaf's .data before the forward pass"
        )

    #: So that pandas leaves `series * tensor` to the Tensor, which also computes `tensor * series`.
    __pandas_priority__ = 10_000

    def __array__(self, *_: object, **__: object) -> np.ndarray[Shape, np.dtype[NoNumber]]:
        self._read("an array")
        by = numpy_names.as_written()
        raise TypeError(
            f"{by and by + ': '}{describe(self)} would lose its history in a NumPy array. "
            "To make one Tensor of several, use autograd.stack([x, y]) for np.array([x, y]), "
            "np.concatenate for np.r_, np.column_stack for np.c_; to fill an array, "
            "broadcast_to(x, shape); for numbers through which no gradient is to flow, x.detach()"
        )

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"len() of {describe(self)}, which has no axes")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    # Comparisons are elementwise and recorded; they carry no gradient. Hashing is by identity.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Tensor:  # type: ignore[override] # as of an array
        return table.equal(self, other) if is_comparable(other) else NotImplemented

    def __ne__(self, other: object) -> Tensor:  # type: ignore[override]
        return table.not_equal(self, other) if is_comparable(other) else NotImplemented

    def __float__(self) -> float:
        number = self._number("float()")
        warn_of_lost_gradient(self)
        return number

    def __bool__(self) -> bool:
        if self.raw.size != 1:
            raise ValueError(
                f"the truth of {describe(self)} is ambiguous; use np.any(x) or np.all(x)"
            )
        truth = bool(self._read("a branch (bool)").item())
        note_branch(self)
        return truth

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __dir__(self) -> list[str]:
        """Return the names that exist, without those that only raise an error: `Refused`."""
        kind = type(self)
        return [
            n
            for n in super().__dir__()
            if type(inspect.getattr_static(kind, n, None)) is not Refused
        ]

    def __repr__(self) -> str:
        prefix = f"{type(self).__name__}("
        parts = [np.array2string(self.raw, separator=", ", prefix=prefix, threshold=60)]
        if self.raw.dtype != np.float64:
            parts.append(f"dtype={self.raw.dtype}")
        if self.raw.size == 0 or self.raw.size > 60:
            parts.append(f"shape={self.shape}")
        if self.label:
            parts.append(f"label={self.label!r}")
        if self.op is not None:
            parts.append(f"op={self.op.symbol!r}")
        if self.grad_or_none is not None:
            parts.append("grad=computed")
        return f"{prefix}{', '.join(parts)})"

    # What the walk asks of a node.

    def start(self, gradient: object, create_graph: bool) -> object:
        if gradient is None:
            if self.raw.size != 1:
                raise BackwardError(
                    f"backward from {describe(self)}: its gradient is one number only if it has "
                    "one element. Reduce it (sum, mean) or say backward(gradient=...)"
                )
            ones = np.empty(self.raw.shape, self.raw.dtype)
            ones.fill(1)  # half the time of np.ones
            seed: Tensor | Array = ones
        elif isinstance(gradient, Tensor) and create_graph:
            seed = gradient
        else:
            number = gradient.raw if isinstance(gradient, Tensor) else gradient
            seed = np.array(number, dtype=self.raw.dtype)
        if seed.shape != self.shape:
            raise ShapeError(
                f"backward from {describe(self)} needs a gradient of that shape, not {seed.shape}"
            )
        return type(self)(seed) if create_graph and not isinstance(seed, Tensor) else seed

    def forget(self) -> None:
        self.op = self.first = None
        self.arrays, self.rules, self.params = (), (), {}

    def local(self, position: int) -> Array | None:
        with np.errstate(all="ignore"):
            local = self.op and self.op.local(position, self.raw, self.arrays)
            return None if local is None else np.asarray(local)

    @np.errstate(all="ignore")  # an inf shows in the gradient itself
    def contributions(self, upstream: object, create_graph: bool = False) -> list[Contribution]:
        found: list[Contribution] = []
        for i, (x, rule) in enumerate(zip(self.first, self.rules, strict=False)):
            if not isinstance(x, Tensor) or rule is None or x.raw.dtype.kind != "f":
                continue
            if create_graph:
                found.append((i, x, fit_node(self._recorded(i, upstream), x)))
            else:
                contribution = rule(upstream, self.raw, *self.arrays, **self.params)
                found.append((i, x, np.array(fit(contribution, self.arrays[i]))))
        for x in (*self.first, self):
            if isinstance(x, Tensor) and x.glimpse is not None:
                x.notice()
        versions = [x.version for x in self.first if isinstance(x, Tensor)]
        if self.version + sum(versions) != self.seen:
            self.must_be_fresh()
        return found

    def _recorded(self, position: int, upstream: object) -> Any:
        """Run a rule on nodes. Outside a domain, plain numbers give inf or nan, as arrays do."""
        rule: Any = None if self.op is None else self.op.rule(position)
        origin = current()
        xs = self.inputs if origin is None else origin.operands(self)
        try:
            return rule(upstream, self, *xs, **self.params)
        except (ArithmeticError, DomainError):
            dtype = self.raw.dtype
            xs = [np.asarray(x, dtype) if isinstance(x, int | float) else x for x in self.inputs]
            return rule(upstream, self, *xs, **self.params)

    @staticmethod
    def drain(order: list[Any], sums: dict[Node, object], differentiable: bool = False) -> None:
        if differentiable or watching():
            drain(order, sums, differentiable)
        else:
            send(order, sums)

    def quick_pass(self, seed: object, xs: Sequence[Node] | None = None) -> Sequence[object] | None:
        return quick_pass(self, seed, xs)


def _plain_key(key: object) -> object:
    """Return an index in which Tensors (masks, positions) are arrays."""
    if isinstance(key, tuple):
        return tuple(map(_plain_key, key))
    traced = recording()
    if isinstance(key, Tensor):
        return key.raw.copy() if traced is None else traced.index(key)
    if isinstance(key, list) and key:
        return np.array(key)
    # The caller may write to the positions before the backward pass, unless they are read-only.
    if type(key) is np.ndarray and traced is None and (key.base is not None or key.flags.writeable):
        return key.copy()
    return key


rows.serve(Tensor)
refuse_the_rest(Tensor)
