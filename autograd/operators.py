"""Python's operators, written in terms of the table.

`Symbol` uses them as they are. `Value` and `Tensor` inherit them for the sake of editors and type
checkers, but replace each by a quicker function (see node_rows.py), since for single numbers the
dispatch would take longer than the arithmetic.
"""

from __future__ import annotations

from typing import Generic, Self, TypeVar

from autograd.rows import table
from autograd.rows.nodes import X

#: What the constants beside a node may be.
Constant = TypeVar("Constant")


def power(x: X, y: object) -> X:
    """Return `x ** y`; squares, which are frequent, have a faster row of their own."""
    two = isinstance(y, int | float) and y == 2
    result: X = table.square(x) if two else table.pow(x, y)
    return result


class Operators(Generic[Constant]):
    """`+ - * / **`, their reflected forms, and the signs, by way of the table."""

    __slots__ = ()

    label: str

    def __add__(self, other: Self | Constant) -> Self:
        return table.add(self, other)

    def __radd__(self, other: Constant) -> Self:
        result: Self = table.add(other, self)
        return result

    def __sub__(self, other: Self | Constant) -> Self:
        return table.sub(self, other)

    def __rsub__(self, other: Constant) -> Self:
        result: Self = table.sub(other, self)
        return result

    def __mul__(self, other: Self | Constant) -> Self:
        return table.mul(self, other)

    def __rmul__(self, other: Constant) -> Self:
        result: Self = table.mul(other, self)
        return result

    def __truediv__(self, other: Self | Constant) -> Self:
        return table.div(self, other)

    def __rtruediv__(self, other: Constant) -> Self:
        result: Self = table.div(other, self)
        return result

    def __pow__(self, other: Self | Constant) -> Self:
        result: Self = power(self, other)
        return result

    def __rpow__(self, other: Constant) -> Self:
        result: Self = table.pow(other, self)
        return result

    def __neg__(self) -> Self:
        result: Self = table.neg(self)
        return result

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        result: Self = table.abs(self)
        return result


class ArrayOperators(Operators[Constant]):
    """The same, and the product of matrices, `@`."""

    __slots__ = ()

    def __matmul__(self, other: Self | Constant) -> Self:
        result: Self = table.matmul(self, other)
        return result

    def __rmatmul__(self, other: Constant) -> Self:
        result: Self = table.matmul(other, self)
        return result
