"""Python's operators, spelt in terms of the table.

`Symbol` and `Tensor` inherit these. `Value` gets the same operators as generated functions,
because for single numbers the dispatch would cost more than the arithmetic.
"""

from __future__ import annotations

from typing import Any

from autograd.rows import table


def power(x: Any, y: Any) -> Any:
    """Return `x ** y`; a square is a row of its own, for it is quicker and everywhere."""
    return table.square(x) if isinstance(y, int | float) and y == 2 else table.pow(x, y)


class Operators:
    """`+ - * / ** @`, their reflected forms, and unary minus, by way of the table."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return table.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return table.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return table.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return table.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return table.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return table.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return table.div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return table.div(other, self)

    def __pow__(self, other: Any) -> Any:
        return power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return table.pow(other, self)

    def __matmul__(self, other: Any) -> Any:
        return table.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return table.matmul(other, self)

    def __neg__(self) -> Any:
        return table.neg(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return table.abs(self)
