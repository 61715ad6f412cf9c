"""Print rows and symbolic expressions as NumPy code, `np.tanh(x @ W)`, without extra parentheses.

Each row says how it is written (`text=`, `infix=`, or its ufunc); one that does not is called by
its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.printers.python import BINDING
from autograd.printers.template import Part, infix
from autograd.rows.facts import ATOM, NEGATION, SUM, names_of
from autograd.rows.op import Op

_OTHER_SIGN = {"+": "-", "-": "+"}


def source(expression: object) -> str:
    """Write a symbolic expression as NumPy code.

    >>> from autograd.rows import table
    >>> from autograd.symbol import Symbol
    >>> X, W = Symbol("X"), Symbol("W")
    >>> source(1 - table.tanh(X @ W) ** 2), source(table.sum(X, axis=0))
    ('1 - np.tanh(X @ W) ** 2', 'np.add.reduce(X, axis=0)')
    """
    return _write(expression)[0]


def _write(x: Any) -> Part:
    if not hasattr(x, "op"):
        text = repr(x)
        return text, NEGATION if text.startswith("-") else ATOM
    if x.op is None:
        return x.label, ATOM
    return row_text(x.op, [_write(y) for y in x.inputs], x.params)


def row_text(
    op: Op,
    operands: Sequence[Part],
    params: Mapping[str, object],
    *,
    targets: Sequence[str] = ("numpy", "python"),
    count: int = 0,
    name_of: Callable[[Op], str] = lambda op: op.name,
    name_of_part: Callable[[object], str] = repr,
) -> Part:
    """Write a row on operands that are already written.

    targets: of the row's texts, the one for the first of these is used.
    count: how many elements a reduction combines into one.
    name_of: returns the name of a row without a text. name_of_part: returns the name of an array
        that is a parameter, or part of an index.
    """
    template = next((op.text[t] for t in targets if t in op.text), None)
    if template is None and op.infix:
        left, right = operands
        return _infix(op.infix, left, right)
    if template is None and isinstance(op.array, np.ufunc):
        return f"np.{op.array.__name__}({', '.join(text for text, _ in operands)})", ATOM
    written = {k: _param(v, name_of_part) for k, v in params.items() if v is not None or k == "key"}
    if template is None:
        keywords = [f"{k}={v}" for k, v in written.items()]
        if op.reduces:  # a reduction's function takes all
            keywords = [_axis(params.get("axis")), f"keepdims={params.get('keepdims', False)}"]
        return f"{name_of(op)}({', '.join([*(t for t, _ in operands), *keywords])})", ATOM
    if callable(template):
        texts = [text if binds == ATOM else f"({text})" for text, binds in operands]
        return template(*texts, **written), ATOM
    if "key" in written:
        written["key"] = _index(params["key"], name_of_part)
    written["axis"] = _axis(params.get("axis")) + ", keepdims=True" * bool(params.get("keepdims"))
    written["n"] = str(count)
    return _filled(template, operands, written)


def _infix(sign: str, left: Part, right: Part) -> Part:
    if sign in _OTHER_SIGN and right[0].startswith("-") and right[1] > SUM:
        sign, right = _OTHER_SIGN[sign], (right[0][1:], right[1])  # a + -b * c is a - b * c
    return infix(sign, left, right, BINDING)


def _filled(template: str, operands: Sequence[Part], params: dict[str, str]) -> Part:
    """Fill in a template; an operand that it does not enclose is bound by its operator."""
    operator = re.search(r" (\S+) \$\w+$", template)
    here = needed = BINDING[operator[1]] if operator else ATOM
    if template.startswith("-"):
        here = needed = NEGATION
    elif template.startswith("np."):  # a call, perhaps with an operator after it
        needed = 0
    values = dict(params)
    for i, (name, (text, binds)) in enumerate(zip(names_of(len(operands)), operands, strict=True)):
        enough = binds > needed or (binds == needed and (i == 0 or needed == ATOM))
        enclosed = f"(${name})" in template
        values[name] = text if enough or enclosed else f"({text})"
    return re.sub(r"\$([a-z]+)", lambda match: values[match[1]], template), here


def _axis(axis: object) -> str:
    return f"axis={axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis!r}"


def _param(value: object, name_of_part: Callable[[object], str]) -> str:
    """Return the text of a parameter: a literal, or a name."""
    if isinstance(value, tuple):
        texts = [_param(e, name_of_part) for e in value]
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    if isinstance(value, np.dtype):
        return f"np.{value.name}"
    # An array may be known only by its name; the repr of a NumPy number is code.
    array = hasattr(value, "shape") and not isinstance(value, np.generic)
    return name_of_part(value) if array or isinstance(value, list) else repr(value)


def _index(key: object, name_of_part: Callable[[object], str]) -> str:
    """Return the text of an index, without the brackets."""
    if isinstance(key, tuple):
        return ", ".join(_index(e, name_of_part) for e in key) or "()"
    if isinstance(key, slice):
        parts = ["" if e is None else str(e) for e in (key.start, key.stop, key.step)]
        return ":".join(parts if key.step is not None else parts[:2])
    return "..." if key is Ellipsis else _param(key, name_of_part)
