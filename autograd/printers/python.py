"""Print symbolic expressions as Python, for generated functions and for `repr`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.printers.template import Part, fill, infix
from autograd.rows.facts import ATOM, NEGATION, POWER, PRODUCT, SUM, names_of

#: How tightly Python's operators bind: a weaker operand of a stronger one needs parentheses.
BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER}
_CALL = re.compile(r"[\w.]*\(.*\)")


def source(expression: object, scalar: bool = False, reading: bool = False) -> str:
    """Write an expression as Python: operators, and the rows by their names.

    scalar: use the quicker form that some rows have for Python floats.
    reading: write for people: `X.T @ g`, `sum(x, axis=0)` with its keywords, `x[1, :2]`.

    >>> from autograd.rows import table
    >>> from autograd.symbol import Symbol
    >>> x = Symbol("x")
    >>> source(1 - table.tanh(x) ** 2), source(table.square(x), scalar=True)
    ('1 - tanh(x) ** 2', 'x * x')
    """
    first = "float" if scalar else "reading" if reading else "python"
    return _write(expression, (first, "python"))[0]


def _write(x: Any, targets: Sequence[str]) -> Part:
    if not hasattr(x, "op"):
        text = repr(float(x) if "float" in targets else x)
        return text, NEGATION if text.startswith("-") else ATOM
    if x.op is None:
        return x.label, ATOM
    parts = [_write(y, targets) for y in x.inputs]
    template = next((x.op.text[t] for t in targets if t in x.op.text), "")
    if callable(template):
        return str(template(*(_bracketed(part) for part in parts), **x.params)), ATOM
    if isinstance(template, str) and template:
        return _filled(template, parts)
    told = x.params if "reading" in targets else {}
    if "key" in told and len(parts) == 1:
        return f"{_bracketed(parts[0])}[{_index(told['key'])}]", ATOM
    if x.op.infix:
        left, right = parts
        return infix(x.op.infix, left, right, BINDING)
    given = [f"{k}={v!r}" for k, v in told.items() if v is not None and v is not False]
    return f"{x.op.name}({', '.join([*(text for text, _ in parts), *given])})", ATOM


def _bracketed(part: Part) -> str:
    text, binds = part
    return text if binds >= ATOM else f"({text})"


def _index(key: Any) -> str:
    """Write an index without the brackets; `[...]` stands for an array."""
    if isinstance(key, tuple):
        return ", ".join(map(_index, key))
    if isinstance(key, slice):
        ends = ("" if end is None else str(end) for end in (key.start, key.stop))
        return ":".join(ends) + (f":{key.step}" if key.step is not None else "")
    return "..." if key is Ellipsis else str(key) if np.ndim(key) == 0 else "[...]"


def _filled(template: str, parts: Sequence[Part]) -> Part:
    """Fill in a template; an operand that it does not enclose is bound by its operator."""
    if template.startswith("-"):
        here, needed = NEGATION, NEGATION
    elif _CALL.fullmatch(template):
        here, needed = ATOM, ATOM
    else:
        operator = template.split()[1] if " " in template else ""
        here, needed = BINDING.get(operator, ATOM), ATOM
    texts = [text if binds >= needed else f"({text})" for text, binds in parts]
    return fill(template, names_of(len(parts)), texts), here
