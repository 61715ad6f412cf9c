"""Symbols: operands that have a name and no number.

Running a row's rule on symbols leaves the formula behind as a small expression, which can
be written as Python source (for the generated code) or as LaTeX (for people). So there is
one statement of each derivative, and no second list to keep in step with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from autograd.operators import Operators
from autograd.rows.elementwise import Elementwise
from autograd.rows.facts import ATOM, NEGATION, POWER, PRODUCT, SUM
from autograd.rows.op import Op, on_every_op


class Symbol(Operators):
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
        inputs: tuple[Any, ...] = (),
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

_NAMES = {1: ("x",), 2: ("x", "y"), 3: ("c", "x", "y")}


def operands(op: Elementwise) -> tuple[str, ...]:
    """Return the names of a row's operands in its formulas: x; x, y; or c, x, y."""
    return _NAMES.get(op.arity) or tuple(f"x{i}" for i in range(op.arity))


def forward(op: Elementwise) -> Symbol:
    """Return the operation itself on symbols."""
    return Symbol(op=op, inputs=tuple(map(Symbol, operands(op))))


def partial(op: Elementwise, position: int) -> Any:
    """Return ∂z/∂xᵢ as a symbol or a number; None where no gradient flows.

    >>> from autograd import primitives
    >>> partial(primitives()["tanh"], 0)
    Symbol('1 - z ** 2')
    """
    rule = op.d[position]
    return None if rule is None else rule(Symbol("z"), *map(Symbol, operands(op)))


# How tightly Python binds: a weaker operand of a stronger operator needs parentheses.
_BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER}
_CALL = re.compile(r"[\w.]*\(.*\)")


def source(expression: Any, scalar: bool = False) -> str:
    """Write an expression as Python: operators, and the rows by their names.

    With `scalar`, rows that have a quick spelling for Python floats use it.
    """
    return _source(expression, ("float", "python") if scalar else ("python",))[0]


def _source(x: Any, targets: Sequence[str]) -> tuple[str, int]:
    if not isinstance(x, Symbol):
        text = repr(float(x) if "float" in targets else x)
        return text, NEGATION if text.startswith("-") else ATOM
    if x.op is None:
        return x.label, ATOM
    parts = [_source(y, targets) for y in x.inputs]
    template = next((x.op.text[t] for t in targets if t in x.op.text), "")
    if isinstance(template, str) and template:
        return _filled(template, _NAMES.get(len(parts), ()), parts)
    if x.op.infix:
        here = _BINDING[x.op.infix]
        left, right = parts
        # a - (b - c) and a / (b * c) need theirs; a ** b groups to the right
        left_text = left[0] if left[1] >= here + (x.op.infix == "**") else f"({left[0]})"
        right_text = right[0] if right[1] > here else f"({right[0]})"
        return f"{left_text} {x.op.infix} {right_text}", here
    return f"{x.op.name}({', '.join(text for text, _ in parts)})", ATOM


def _filled(
    template: str, names: Sequence[str], parts: Sequence[tuple[str, int]]
) -> tuple[str, int]:
    """Fill a template in; what it does not enclose binds as its operator does."""
    if template.startswith("-"):
        here, needed = NEGATION, NEGATION
    elif _CALL.fullmatch(template):
        here, needed = ATOM, ATOM
    else:
        operator = template.split()[1] if " " in template else ""
        here, needed = _BINDING.get(operator, ATOM), ATOM
    texts = [text if binds >= needed else f"({text})" for text, binds in parts]
    return fill(template, names, texts), here


def fill(template: str, names: Sequence[str], texts: Sequence[str]) -> str:
    """Replace each `$name` of a template."""
    values = dict(zip(names, texts, strict=True))
    return re.sub(r"\$([a-z][0-9]*)", lambda match: values[match[1]], template)
