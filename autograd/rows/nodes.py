"""The types that the rules, and everything built on them, share.

A row runs on five kinds of operand, and on symbols. It knows none of their classes, only what it
can do with them: hence these protocols. What is only passed on, or told apart at a call, is an
`object`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast, overload

import numpy as np

from autograd.checked_types import Protocol

if TYPE_CHECKING:
    from autograd.rows.op import Op

#: What a row is called with: numbers, arrays, nodes and lists of them. Their classes are told apart
#: only when it is called.
Operand = object

#: An array of NumPy's own; its elements are numbers, or `Value`s.
Array = np.ndarray

Shape = tuple[int, ...]

#: Along which axes; None: along all of them.
Axis = int | tuple[int, ...] | None


class Quantity(Protocol):
    """What a rule computes with: a float, an array, a node or a symbol, by means of arithmetic."""

    def __add__(self, other: object, /) -> Quantity: ...
    def __radd__(self, other: object, /) -> Quantity: ...
    def __sub__(self, other: object, /) -> Quantity: ...
    def __rsub__(self, other: object, /) -> Quantity: ...
    def __mul__(self, other: object, /) -> Quantity: ...
    def __rmul__(self, other: object, /) -> Quantity: ...
    def __truediv__(self, other: object, /) -> Quantity: ...
    def __rtruediv__(self, other: object, /) -> Quantity: ...
    def __pow__(self, other: object, /) -> Quantity: ...
    def __neg__(self) -> Quantity: ...


#: ∂z/∂xᵢ; None if no gradient flows, or if it is not asked for.
Slope = Quantity | None

#: The same for each operand.
Partials = list[Slope]


class Arrayed(Protocol):
    """What a rule may ask of an operand with axes: an array or a `Tensor`."""

    @property
    def dtype(self) -> np.dtype: ...
    @property
    def shape(self) -> Shape: ...
    @property
    def ndim(self) -> int: ...
    @property
    def size(self) -> int: ...


class Recorded(Protocol):
    """What tells a node or a symbol from a number: a label."""

    label: str


#: A kind of node: a row on nodes of this kind gives a node of this kind.
N = TypeVar("N", bound=Recorded)


class Made(Protocol):
    """A node or a symbol, which was made by a row, or by none if it is a leaf."""

    @property
    def op(self) -> Op | None: ...


def row_of(made: Made) -> Op:
    """Return the row that made a node or a symbol; raise TypeError for a leaf."""
    if made.op is None:
        raise TypeError(f"no row made {made!r}: it is a leaf")
    return made.op


class RecordedArray(Recorded, Arrayed, Protocol):
    """A node that holds an array."""


A = TypeVar("A", bound=RecordedArray)

#: One of the five kinds of operand, for functions whose result is of the same kind.
X = TypeVar("X")

P = ParamSpec("P")


class OfNodes(Protocol[P]):
    """The type of a function that turns a node into a node of the same kind."""

    @overload
    def __call__(self, x: N, /, *more: P.args, **keywords: P.kwargs) -> N: ...
    @overload
    def __call__(self, x: Operand, /, *more: P.args, **keywords: P.kwargs) -> Any: ...


class Product(Protocol):
    """The type of a product of two operands: a node if one of them is a node."""

    @overload
    def __call__(self, x: N, y: Operand, /, *more: object, **keywords: object) -> N: ...
    @overload
    def __call__(self, x: Array, y: A, /, *more: object, **keywords: object) -> A: ...
    @overload
    def __call__(
        self, x: Sequence[N], y: Sequence[N], /, *more: object, **keywords: object
    ) -> N: ...
    @overload
    def __call__(self, x: Operand, y: Operand, /, *more: object, **keywords: object) -> Any: ...


class Statistic(Protocol[P]):
    """The type of a function that reduces an array, or a list of numbers, along axes or to one."""

    @overload
    def __call__(self, x: N, /, *more: P.args, **keywords: P.kwargs) -> N: ...
    @overload
    def __call__(self, x: Sequence[N], /) -> N: ...
    @overload
    def __call__(self, x: Sequence[float], /) -> float: ...
    @overload
    def __call__(self, x: Operand, /, *more: P.args, **keywords: P.kwargs) -> Any: ...


def of_nodes(function: Callable[Concatenate[object, P], object]) -> OfNodes[P]:
    """Declare that a function turns a node into a node of the same kind."""
    return cast("OfNodes[P]", function)


def product(function: Callable[..., object]) -> Product:
    """Declare that a function returns a node if one of its two operands is one."""
    return cast("Product", function)


def statistic(function: Callable[Concatenate[object, P], object]) -> Statistic[P]:
    """Declare that a function reduces what it is given, including lists."""
    return cast("Statistic[P]", function)
