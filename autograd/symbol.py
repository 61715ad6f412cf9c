"""Symbols: operands with a name instead of a number.

Running a row's rule on symbols gives its formula as a small expression, which the printers write as
Python (for generated code), as LaTeX (for people) or for another target. So each derivative is
stated once, and there is no second list to keep in step with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.operators import ArrayOperators
from autograd.printers.python import source
from autograd.rows.elementwise import Elementwise
from autograd.rows.facts import names_of
from autograd.rows.nodes import Quantity
from autograd.rows.op import Op
from autograd.rows.registry import on_every_op


class Symbol(ArrayOperators[object]):
    """A name such as `x`, or an operation on symbols and numbers.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> from autograd import tanh
    >>> 1 - tanh(x * y) ** 2
    Symbol('1 - tanh(x * y) ** 2')
    """

    __slots__ = ("inputs", "label", "op", "params")

    def __init__(
        self,
        label: str = "",
        op: Op | None = None,
        inputs: tuple[Symbol | float, ...] = (),
        params: dict[str, Any] | None = None,
    ) -> None:
        self.label, self.op, self.inputs, self.params = label, op, inputs, params or {}

    def __repr__(self) -> str:
        return f"Symbol({source(self)!r})"

    def names(self) -> Iterator[str]:
        """Yield the names of the rows and symbols that the expression mentions."""
        yield self.op.name if self.op else self.label
        for x in self.inputs:
            if isinstance(x, Symbol):
                yield from x.names()


def _enter(op: Op) -> None:
    op.on[Symbol] = lambda *args, **params: Symbol(op=op, inputs=args, params=params)


on_every_op(_enter)


def operands(op: Elementwise) -> tuple[str, ...]:
    """Return the names of a row's operands in its formulas: x; x, y; or c, x, y."""
    return names_of(op.arity)


def forward(op: Elementwise) -> Symbol:
    """Return the row applied to symbols."""
    return Symbol(op=op, inputs=tuple(map(Symbol, operands(op))))


def partial(op: Elementwise, position: int) -> Quantity | None:
    """Return ∂z/∂xᵢ as a symbol or a number; None where no gradient flows.

    >>> from autograd import primitives
    >>> partial(primitives()["tanh"], 0)
    Symbol('1 - z ** 2')
    """
    rule = op.d[position]
    return None if rule is None else rule(Symbol("z"), *map(Symbol, operands(op)))
