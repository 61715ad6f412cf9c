"""What the printers share: operators, templates, and texts with the strength of their binding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: A text, and how tightly it binds.
Part = tuple[str, int]


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
