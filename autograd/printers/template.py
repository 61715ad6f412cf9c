"""What the printers share: texts that know how tightly they bind, operators, and templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: A text, and how tightly it binds.
Part = tuple[str, int]


def names_of(count: int) -> tuple[str, ...]:
    """Return what the operands of a row are called in its templates: x; x, y; or c, x, y.

    >>> names_of(2), names_of(4)
    (('x', 'y'), ('x0', 'x1', 'x2', 'x3'))
    """
    names = {1: ("x",), 2: ("x", "y"), 3: ("c", "x", "y")}
    return names.get(count) or tuple(f"x{i}" for i in range(count))


def fill(template: str, names: Sequence[str], texts: Sequence[str]) -> str:
    """Replace each `$name` of a template.

    >>> fill("$x + $y", ("x", "y"), ("a", "b"))
    'a + b'
    """
    values = dict(zip(names, texts, strict=True))
    return re.sub(r"\$([a-z][0-9]*)", lambda match: values[match[1]], template)


def infix(operator: str, left: Part, right: Part, binding: Mapping[str, int]) -> Part:
    """Write an operator between two operands, with no more parentheses than it needs."""
    here = binding[operator]
    # a - (b - c) and a / (b * c) need theirs; a ** b groups to the right
    first = left[0] if left[1] >= here + (operator == "**") else f"({left[0]})"
    second = right[0] if right[1] > here else f"({right[0]})"
    return f"{first} {operator} {second}", here
