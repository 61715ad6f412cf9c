"""Simplify formulas on symbols, share their equal parts, and differentiate them.

Differentiating a formula on paper gives long sums of products in which the same parts recur. Here
each part exists once, and is simplified as soon as it is made, by `autograd.rows.identities`. A
formula is differentiated like a graph: backward from the result, by the rules of the table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.errors import DomainError
from autograd.rows import identities
from autograd.rows.elementwise import Elementwise
from autograd.rows.identities import Identity
from autograd.rows.nodes import row_of
from autograd.rows.op import Op
from autograd.rows.table import add, mul
from autograd.symbol import Symbol

Formula = Any  # a Symbol, or a number


class Algebra:
    """Formulas whose equal parts are one and the same object.

    >>> x = Symbol("x")
    >>> algebra = Algebra()
    >>> algebra.formula(1 * x + 0 * x)
    Symbol('x')
    >>> algebra.formula((x + 1) * x) is algebra.formula((x + 1) * x)
    True
    """

    def __init__(self, rules: Iterable[Identity] = identities.ALGEBRA) -> None:
        self._made: dict[tuple[object, ...], Symbol] = {}
        self._rules: dict[Op, list[tuple[Symbol, Formula]]] = {}
        for rule in rules:
            pattern, instead = rule(*map(Symbol, inspect.signature(rule).parameters))
            self._rules.setdefault(pattern.op, []).append((pattern, instead))

    def formula(self, x: Formula) -> Formula:
        """Return the formula with equal parts shared and identities applied."""
        if not isinstance(x, Symbol):
            return x
        if x.op is None:
            return self._made.setdefault((x.label,), x)
        return self.apply(x.op, *map(self.formula, x.inputs))

    def apply(self, op: Op, *xs: Formula) -> Formula:
        """Return an operation on formulas that were made by this object."""
        if op.gives_way and op.expand is not None:
            # Written out in its parts, so that those it has in common with others are found.
            return self.formula(op.expand(*xs))
        if not any(isinstance(x, Symbol) for x in xs):
            try:
                return op.number(*map(float, xs))
            except DomainError:
                pass
        key = (op, *(id(x) if isinstance(x, Symbol) else repr(float(x)) for x in xs))
        made = self._made.get(key)
        if made is None:
            made = Symbol(op=op, inputs=xs)
            for pattern, instead in self._rules.get(op, ()):
                parts: dict[str, Formula] = {}
                if _matches(pattern, made, parts):
                    made = self._filled(instead, parts)
                    break
            self._made[key] = made
        return made

    def _filled(self, x: Formula, parts: dict[str, Formula]) -> Formula:
        """Return a formula with its names replaced."""
        if not isinstance(x, Symbol):
            return x
        if x.op is None:
            return parts[x.label]
        return self.apply(x.op, *[self._filled(y, parts) for y in x.inputs])

    def gradient(self, z: Formula, xs: Sequence[Symbol]) -> list[Formula | None]:
        """Return ∂z/∂x for each x; None where no gradient flows.

        >>> algebra, x = Algebra(), Symbol("x")
        >>> algebra.gradient(algebra.formula(x * x * 3), [algebra.formula(x)])
        [Symbol('3.0 * (2 * x)')]
        """
        sums: dict[Formula, Formula] = {z: 1}
        for part in reversed(parts_of([z])):
            upstream = sums.get(part)
            if upstream is None:
                continue
            if not isinstance(part.op, Elementwise):
                raise TypeError(
                    f"{part.op} has no place in a composite, whose parts must all work element "
                    "by element; use it in an ordinary function around the composite"
                )
            for x, rule in zip(part.inputs, part.op.d, strict=True):
                if not isinstance(x, Symbol) or rule is None:
                    continue
                local = self.formula(rule(part, *part.inputs))
                contribution = self.apply(mul, upstream, local)
                sums[x] = self.apply(add, sums[x], contribution) if x in sums else contribution
        return [sums.get(x) for x in xs]


def parts_of(formulas: Iterable[Formula]) -> list[Symbol]:
    """Return every operation in the formulas once, operands before what uses them."""
    order: dict[Symbol, None] = {}

    def visit(x: Formula) -> None:
        if isinstance(x, Symbol) and x.op is not None and x not in order:
            for y in x.inputs:
                visit(y)
            order[x] = None

    for formula in formulas:
        visit(formula)
    return list(order)


def leaves_of(formula: Formula) -> list[Symbol]:
    """Return every symbol in a formula that is a name, not an operation."""
    parts = parts_of([formula])
    found = [x for part in parts for x in part.inputs] if parts else [formula]
    return [x for x in found if isinstance(x, Symbol) and x.op is None]


def statements(
    results: Sequence[tuple[str, Formula]], mentions: Callable[[Op, int], int] = lambda *_: 1
) -> list[tuple[str, Formula]]:
    """Return assignments that compute each named result, every shared part once.

    If a result is part of a later one, its name stands for it there.

    mentions: how often the text of a row repeats the operand at a position.

    >>> algebra, x = Algebra(), Symbol("x")
    >>> z = algebra.formula((x + 1) * (x + 1))
    >>> statements([("z", z), ("d", algebra.formula(2 * (x + 1)))])
    [('t1', Symbol('x + 1')), ('z', Symbol('t1 ** 2')), ('d', Symbol('2 * t1'))]
    """
    uses: dict[Symbol, int] = {}
    parts = parts_of([formula for _, formula in results])
    for part in parts:
        op = row_of(part)
        for i, x in enumerate(part.inputs):
            if isinstance(x, Symbol) and x.op is not None:
                uses[x] = uses.get(x, 0) + mentions(op, i)
    names: dict[Symbol, str] = {}
    lines: list[tuple[str, Formula]] = []

    def written(x: Formula, top: bool = False) -> Formula:
        if not isinstance(x, Symbol) or x.op is None:
            return x
        if x in names:
            return Symbol(names[x])
        text = Symbol(op=x.op, inputs=tuple(map(written, x.inputs)))
        if top or uses.get(x, 0) < 2:
            return text
        names[x] = f"t{len(names) + 1}"
        lines.append((names[x], text))
        return Symbol(names[x])

    for name, formula in results:
        line = (name, written(formula, top=True))
        lines.append(line)
        if isinstance(formula, Symbol) and formula.op is not None:
            names.setdefault(formula, name)
    return lines


def _matches(pattern: Formula, x: Formula, parts: dict[str, Formula]) -> bool:
    """Return whether x matches the pattern; put what its names stand for into `parts`."""
    if not isinstance(pattern, Symbol):
        return not isinstance(x, Symbol) and bool(x == pattern)
    if pattern.op is None:
        known = parts.setdefault(pattern.label, x)
        return known is x or (not isinstance(x, Symbol) and bool(known == x))
    return (
        isinstance(x, Symbol)
        and x.op is pattern.op
        and all(_matches(p, y, parts) for p, y in zip(pattern.inputs, x.inputs, strict=True))
    )
