"""Python's operators and functions of whole numbers, on nodes: `divmod`, `round`, `int`, `&`.

Rounding gives a node, as in NumPy, with derivative 0. An operator that needs whole numbers raises
an error that says what to do instead. Truth values, such as comparisons give, have `& | ^ ~`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import numpy as np

from autograd.errors import describe
from autograd.lazy_names import Later
from autograd.node import Node
from autograd.rows import table

if TYPE_CHECKING:
    from autograd import further_functions
else:
    further_functions = Later("autograd.further_functions")

_NO_BITS = (
    "a real number has no bits. For truth values compare first, as in (x > 0) & (x < 1); "
    "int(x.item()) is a whole number, through which no gradient flows"
)


def refusal(sign: str, why: str = _NO_BITS) -> Callable[..., object]:
    """Return an operator that raises TypeError and says why."""

    def refuse(self: object, *other: object) -> object:
        beside = f" and {describe(other[0])}" if other else ""
        raise TypeError(f"{sign} of {describe(self)}{beside}: {why}")

    return refuse


class WholeNumbers(Node):
    """The part of a node that has to do with whole numbers."""

    __slots__ = ()

    def __divmod__(self, other: object) -> tuple[object, object]:
        return table.floor_divide(self, other), table.remainder(self, other)

    def __rdivmod__(self, other: object) -> tuple[object, object]:
        return table.floor_divide(other, self), table.remainder(other, self)

    def __round__(self, decimals: int | None = None) -> Self:
        return further_functions.round(self, decimals or 0)

    def __floor__(self) -> Self:
        return table.floor(self)

    def __ceil__(self) -> Self:
        return table.ceil(self)

    def __trunc__(self) -> Self:
        return table.trunc(self)

    def __int__(self) -> int:
        self._read("a bound or position (int)")  # a trace refuses it
        return int(float(self))

    def __index__(self) -> int:
        self._read("a bound or position (int)")
        raise TypeError(f"{describe(self)} is not a position; use an int, such as int(x.item())")

    __and__ = __rand__ = refusal("&")
    __or__ = __ror__ = refusal("|")
    __xor__ = __rxor__ = refusal("^")
    __lshift__ = __rlshift__ = refusal("<<")
    __rshift__ = __rrshift__ = refusal(">>")
    __invert__ = refusal("~")


class Truths(WholeNumbers):
    """The same for arrays, which may hold truth values."""

    __slots__ = ()

    def _and(self, other: object) -> object:
        return both(*_truths("&", self, other))

    def _or(self, other: object) -> object:
        return either(*_truths("|", self, other))

    def _xor(self, other: object) -> object:
        return table.not_equal(*_truths("^", self, other))

    def _not(self) -> object:
        return table.equal(*_truths("~", self), False)

    __and__ = __rand__ = _and
    __or__ = __ror__ = _or
    __xor__ = __rxor__ = _xor
    __invert__ = _not


def _truths(sign: str, *xs: object) -> tuple[object, ...]:
    if not all(_is_truth(x) for x in xs):
        refusal(sign)(*xs)
    return xs


def _is_truth(x: object) -> bool:
    dtype = getattr(x, "dtype", None)  # a Tensor's is asked for without its data
    return bool((np.asarray(x).dtype if dtype is None else dtype).kind == "b")


def truth(x: object) -> object:
    """Return which elements are not 0."""
    return x if _is_truth(x) else x != 0


def both(x: object, y: object) -> object:
    """Return where two arrays of truths are both true."""
    return table.mul(x, y)


def either(x: object, y: object) -> object:
    """Return where at least one of two arrays of truths is true."""
    return table.where(x, x, y)
