"""One instruction as text: an expression of NumPy, with no more parentheses than it needs.

How a row is written is the row's own affair (`text=`, `infix=`, its ufunc); one that says nothing
is called by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.rows.elementwise import Elementwise
from autograd.rows.facts import ATOM, NEGATION, POWER, PRODUCT, SUM
from autograd.rows.op import Op
from autograd.trace.program import Instruction, Var

#: A text, and how tightly it binds.
Text = tuple[str, int]

_BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER}
_OTHER_SIGN = {"+": "-", "-": "+"}
_NAMES = {1: ("x",), 2: ("x", "y"), 3: ("c", "x", "y")}
_SMALL = 1 << 16  # elements


def expression(
    one: Instruction,
    operands: list[Text],
    targets: tuple[str, ...],
    name_of: Callable[[Op], str],
    name_of_part: Callable[[Any], str],
) -> Text:
    """Return the right-hand side of an instruction.

    operands: the texts of its operands.
    targets: the row's text is that of the first of these that it has.
    name_of: what a row is called that has none. name_of_part: what a part of an index is.
    """
    op: Any = one.op
    template = next((op.text[t] for t in targets if t in op.text), None)
    if template is None and op.infix:
        return _infix(op.infix, *operands)
    if template is None and isinstance(getattr(op, "array", None), np.ufunc):
        return f"np.{op.array.__name__}({', '.join(text for text, _ in operands)})", ATOM
    params = {
        k: _param(v, name_of_part) for k, v in one.params.items() if v is not None or k == "key"
    }
    if not isinstance(op, Elementwise):
        operands = [
            (f"np.asarray({t[0]})", ATOM) if isinstance(x, Var) and not x.shape else t
            for x, t in zip(one.inputs, operands, strict=True)
        ]
    if template is None:
        keywords = [f"{k}={v}" for k, v in params.items()]
        if hasattr(op, "tally"):  # a reduction's function takes all
            keywords = [_axis(one), f"keepdims={one.params.get('keepdims', False)}"]
        return f"{name_of(op)}({', '.join([*(t for t, _ in operands), *keywords])})", ATOM
    if callable(template):
        texts = [text if binds == ATOM else f"({text})" for text, binds in operands]
        return template(*texts, **params), ATOM
    if "key" in params:
        params["key"] = _index(one.params["key"], name_of_part)
    params["axis"] = _axis(one) + (", keepdims=True" if one.params.get("keepdims") else "")
    if "$n" in template:
        params["n"] = str(one.inputs[0].size // max(one.output.size, 1))
    return _filled(template, operands, params)


def targets_of(one: Instruction, terse: bool) -> tuple[str, ...]:
    """Return which texts of its row serve for an instruction, the best one first.

    terse: write products of small matrices in the way that is quickest, not in the way that is
        plainest (`x.dot(W)` takes two thirds of the time of `x @ W`).
    """
    small = terse and all(
        isinstance(x, Var) and 0 < len(x.shape) < 3 and x.size < _SMALL for x in one.inputs
    )
    return ("numpy, small matrices", "numpy") if small else ("numpy",)


def _infix(sign: str, left: Text, right: Text) -> Text:
    here = _BINDING[sign]
    if sign in _OTHER_SIGN and right[0].startswith("-") and right[1] > SUM:
        sign, right = _OTHER_SIGN[sign], (right[0][1:], right[1])  # a + -b * c is a - b * c
    # a - (b - c) and a / (b * c) need theirs; a ** b groups to the right
    left_text = left[0] if left[1] >= here + (sign == "**") else f"({left[0]})"
    right_text = right[0] if right[1] > here else f"({right[0]})"
    return f"{left_text} {sign} {right_text}", here


def _filled(template: str, operands: list[Text], params: dict[str, str]) -> Text:
    """Fill a template in; what it does not enclose binds as its operator does."""
    operator = re.search(r" (\S+) \$\w+$", template)
    here = needed = _BINDING[operator[1]] if operator else ATOM
    if template.startswith("-"):
        here = needed = NEGATION
    elif template.startswith("np."):  # a call, perhaps with an operator after it
        needed = 0
    values = dict(params)
    for i, (name, (text, binds)) in enumerate(zip(_NAMES[len(operands)], operands, strict=True)):
        enough = binds > needed or (binds == needed and (i == 0 or needed == ATOM))
        enclosed = f"(${name})" in template
        values[name] = text if enough or enclosed else f"({text})"
    return re.sub(r"\$([a-z]+)", lambda match: values[match[1]], template), here


def _axis(one: Instruction) -> str:
    axis = one.params.get("axis")
    return f"axis={axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis!r}"


def _param(value: Any, name_of_part: Callable[[Any], str]) -> str:
    """Return a parameter as it is written; what is no literal has a name."""
    if isinstance(value, tuple):
        texts = [_param(e, name_of_part) for e in value]
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    if isinstance(value, np.dtype):
        return f"np.{value.name}"
    return name_of_part(value) if isinstance(value, np.ndarray | list | Var) else repr(value)


def _index(key: Any, name_of_part: Callable[[Any], str]) -> str:
    """Return an index as it stands between brackets."""
    if isinstance(key, tuple):
        return ", ".join(_index(e, name_of_part) for e in key) or "()"
    if isinstance(key, slice):
        parts = ["" if e is None else str(e) for e in (key.start, key.stop, key.step)]
        return ":".join(parts if key.step is not None else parts[:2])
    return "..." if key is Ellipsis else _param(key, name_of_part)
