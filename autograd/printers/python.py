"""Python: the language of the generated functions, and of a symbol's repr."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autograd.printers.template import Part, fill, infix, names_of
from autograd.rows.facts import ATOM, NEGATION, POWER, PRODUCT, SUM

#: How tightly Python's operators bind: a weaker operand of a stronger one needs parentheses.
BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER}
_CALL = re.compile(r"[\w.]*\(.*\)")


def source(expression: Any, scalar: bool = False) -> str:
    """Write an expression as Python: operators, and the rows by their names.

    With `scalar`, rows that have a quick spelling for Python floats use it.

    >>> from autograd.rows import table
    >>> from autograd.symbol import Symbol
    >>> x = Symbol("x")
    >>> source(1 - table.tanh(x) ** 2), source(table.square(x), scalar=True)
    ('1 - tanh(x) ** 2', 'x * x')
    """
    return _write(expression, ("float", "python") if scalar else ("python",))[0]


def _write(x: Any, targets: Sequence[str]) -> Part:
    if not hasattr(x, "op"):
        text = repr(float(x) if "float" in targets else x)
        return text, NEGATION if text.startswith("-") else ATOM
    if x.op is None:
        return x.label, ATOM
    parts = [_write(y, targets) for y in x.inputs]
    template = next((x.op.text[t] for t in targets if t in x.op.text), "")
    if isinstance(template, str) and template:
        return _filled(template, parts)
    if x.op.infix:
        left, right = parts
        return infix(x.op.infix, left, right, BINDING)
    return f"{x.op.name}({', '.join(text for text, _ in parts)})", ATOM


def _filled(template: str, parts: Sequence[Part]) -> Part:
    """Fill a template in; what it does not enclose binds as its operator does."""
    if template.startswith("-"):
        here, needed = NEGATION, NEGATION
    elif _CALL.fullmatch(template):
        here, needed = ATOM, ATOM
    else:
        operator = template.split()[1] if " " in template else ""
        here, needed = BINDING.get(operator, ATOM), ATOM
    texts = [text if binds >= needed else f"({text})" for text, binds in parts]
    return fill(template, names_of(len(parts)), texts), here
