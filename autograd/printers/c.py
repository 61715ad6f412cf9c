"""Print symbolic expressions as C, for the compiled functions of `Value`.

What may raise in Python (a division, a function of `math`) is wrapped in `OK(…)`: if its result is
not finite, the compiled function leaves the answer to the Python one.
"""

from __future__ import annotations

import re

from autograd.printers.template import Part, fill, infix
from autograd.rows.facts import ATOM, NEGATION, PRODUCT, SUM, names_of
from autograd.symbol import Symbol

BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
_LIBRARY_CALL = re.compile(r"\w+\(.*\)")


class NotInCError(LookupError):
    """A formula contains a row or a number that cannot be written in C."""


def source(expression: Symbol | float) -> str:
    """Write an expression as C.

    Raises NotInCError if a row has no text for "c" and is none of C's operators.

    >>> from autograd.rows import table
    >>> from autograd.symbol import Symbol
    >>> x = Symbol("x")
    >>> source(1 - table.tanh(x) * table.neg(x)), source(x / 3)
    ('1.0 - OK(tanh(x)) * -x', 'OK(x / 3.0)')
    """
    return _write(expression)[0]


def _write(x: Symbol | float) -> Part:
    if not isinstance(x, Symbol):
        text = repr(float(x))
        if not re.fullmatch(r"-?[\d.e+-]+", text):
            raise NotInCError(f"the number {text}")
        return text, NEGATION if text.startswith("-") else ATOM
    if x.op is None:
        return x.label, ATOM
    parts = [_write(y) for y in x.inputs]
    template = x.op.text.get("c", "")
    if isinstance(template, str) and template:
        return _filled(template, parts)
    if x.op.infix not in BINDING:
        raise NotInCError(f"the row {x.op.name}")
    left, right = parts
    written = infix(x.op.infix, left, right, BINDING)
    return (f"OK({written[0]})", ATOM) if x.op.infix == "/" else written


def _filled(template: str, parts: list[Part]) -> Part:
    """Fill in a template: a call, a conditional in parentheses, or an operand with or without -."""
    negates = template.startswith("-")
    enclosed = template.endswith(")") and "(" in template and not template.startswith("(")
    needed = 0 if enclosed else ATOM  # `--x` would count down
    texts = [text if binds >= needed else f"({text})" for text, binds in parts]
    text = fill(template, names_of(len(parts)), texts)
    if _LIBRARY_CALL.fullmatch(template):
        return f"OK({text})", ATOM
    return text, NEGATION if negates else ATOM
