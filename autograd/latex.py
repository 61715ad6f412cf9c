r"""Formulas as LaTeX: of recorded expressions, and of each row's local derivatives.

Both come from running the table, on nodes or on symbols, so they say what the engine does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ops
from autograd.elementwise import Elementwise
from autograd.op import Op
from autograd.symbol import Symbol, fill, operands, partial

# How tightly the written form binds; a weaker operand is put in parentheses.
_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 4, 9
_BINDING = {"add": _SUM, "sub": _SUM, "neg": _PRODUCT, "mul": _PRODUCT, "matmul": _PRODUCT}
_ENCLOSING = {"div", "exp", "sqrt", "abs", "norm", "where", "log1p", "expm1", "share"}


def latex(x: Any, depth: int = 12) -> str:
    r"""Return the formula of a node (or symbol), labels standing for what has one.

    Below `depth` operations an unlabelled node is written as its number, or as an ellipsis.

    >>> from autograd import Value, exp
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> latex(exp(-w * x))
    'e^{-w \\cdot x}'
    """
    return _write(x, depth, top=True)[0]


def partial_latex(op: Op, position: int = 0) -> str:
    r"""Return ∂z/∂xᵢ of a row as LaTeX; "0" for a step.

    >>> from autograd import primitives
    >>> partial_latex(primitives()["tanh"])
    '1 - z^2'
    """
    if not isinstance(op, Elementwise):
        symbols = {"z": Symbol("z"), "x": Symbol("x_i"), "n": Symbol("n")}
        d = getattr(op, "d", None)
        if d is None:
            return rf"\text{{see }}{_name(op.name)}"
        return latex(d(*list(symbols.values())[: 2 if op.tally is None else 3]))  # type: ignore[attr-defined]
    formula = partial(op, position)
    return "0" if formula is None else latex(formula)


def _write(x: Any, depth: int, top: bool = False) -> tuple[str, int]:
    if isinstance(x, int | float | np.number):
        return _number(float(x)), _ATOM if x >= 0 else _SUM
    if isinstance(x, np.ndarray):
        return (_number(float(x)), _ATOM) if x.ndim == 0 else (_array(x), _ATOM)
    label = getattr(x, "label", "")
    if label and (not top or x.op is None):
        return _name(label), _ATOM
    if x.op is None:
        return _leaf(x._data), _ATOM
    if depth <= 0:
        return r"\ldots", _ATOM
    parts = [_write(y, depth - 1) for y in x.inputs]
    return _apply(x.op, parts)


def _apply(op: Op, parts: list[tuple[str, int]]) -> tuple[str, int]:
    if op.latex == "$x":  # such as reshape: written as its operand
        return parts[0]
    if op is ops.dot:
        return _dot(parts), _SUM
    if not isinstance(op, Elementwise) and len(parts) > 1 and op not in (ops.matmul, ops.affine):
        inside = ", ".join(text for text, _ in parts)
        return rf"\operatorname{{{op.name}}}({inside})".replace("_", r"\_"), _ATOM
    names = operands(op) if isinstance(op, Elementwise) else ("x", "y", "c")[: len(parts)]
    here = _BINDING.get(op.name, _POWER)
    texts = []
    for i, (name, (text, binds)) in enumerate(zip(names, parts, strict=True)):
        braced = f"{{${name}}}" in op.latex or f"(${name})" in op.latex
        # a - (b - c), and the base of a power, need parentheses at equal strength
        tight = binds < here or (binds == here and (i == 1 or here == _POWER) and op is not ops.add)
        if text.startswith("-"):  # a + (-b), -(-b)
            tight = tight or i == 1 or op is ops.neg
        texts.append(rf"\left({text}\right)" if tight and not braced else text)
    whole = _ATOM if op.name in _ENCLOSING else here
    return fill(op.latex, names, texts), whole


def _dot(parts: list[tuple[str, int]]) -> str:
    n = len(parts) // 2
    grouped = [text if binds > _SUM else rf"\left({text}\right)" for text, binds in parts]
    terms = [rf"{w} \cdot {x}" for w, x in zip(grouped[:n], grouped[n:-1], strict=True)]
    if grouped[-1] != "0":
        terms.append(grouped[-1])
    return " + ".join(terms) or "0"


def _leaf(data: Any) -> str:
    return _number(data) if isinstance(data, float) else _array(data)


def _number(x: float) -> str:
    text = f"{x:.4g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"{mantissa} \times 10^{{{int(exponent)}}}"
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{nan}"}.get(text, text)


def _array(x: Any) -> str:
    lengths = r" \times ".join(map(str, x.shape))
    return rf"\text{{array}}_{{{lengths}}}"


def _name(label: str) -> str:
    """Return a label as LaTeX: `w1` as w_1, `x_i` as it is, other text upright."""
    head, tail = label.rstrip("0123456789"), label[len(label.rstrip("0123456789")) :]
    if len(head) == 1 and head.isalpha():
        return f"{head}_{{{tail}}}" if tail else head
    if len(label) == 3 and label[1] == "_":
        return label
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    text = "".join(special.get(c, rf"\{c}" if c in "#$%&_{}" else c) for c in label)
    return rf"\text{{{text}}}"
