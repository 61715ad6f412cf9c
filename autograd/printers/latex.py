r"""Print recorded expressions, and the local derivatives of rows, as LaTeX.

Both come from the rows themselves, run on nodes or on symbols, so they show what the engine does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.printers.template import Part, fill
from autograd.rows.facts import ATOM, POWER, SUM
from autograd.rows.op import Op
from autograd.symbol import Symbol


def latex(x: object, depth: int = 12) -> str:
    r"""Return the formula of a node or symbol; a label stands for what has one.

    Deeper than `depth` operations, an ellipsis takes the place of unlabelled nodes.

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
    if not (op.elementwise or op.reduces):
        return rf"\text{{see }}{_name(op.name)}"
    names = ("x_i",) if op.reduces else op.operand_names(op.arity)
    formula = op.slope(position, Symbol("z"), [*map(Symbol, names)], Symbol("n"))
    return "0" if formula is None else latex(formula)


def _write(x: Any, depth: int, top: bool = False) -> Part:
    if isinstance(x, Symbol) and "written" in x.params:
        text, binds = x.params["written"]
        return text, binds
    if isinstance(x, int | float | np.number):
        return _number(float(x)), ATOM if x >= 0 else SUM
    node: Any = x
    if isinstance(x, np.ndarray):
        return (_number(float(x)), ATOM) if x.ndim == 0 else (_array(x), ATOM)
    label = getattr(x, "label", "")
    if label and (not top or x.op is None):
        return _name(label), ATOM
    if x.op is None:
        return _leaf(node.raw), ATOM
    if depth <= 0:
        return r"\ldots", ATOM
    parts = [_write(y, depth - 1) for y in x.inputs]
    if x.op.expand is not None and "latex" not in x.op.stated:
        return _expanded(x, parts)
    arrays = len(parts) == 2 and all(getattr(y, "ndim", 0) for y in x.inputs)
    return _apply(x.op, parts, getattr(x, "params", {}), arrays)


def _apply(op: Op, parts: list[Part], params: dict[str, Any], arrays: bool) -> Part:
    template = op.latex.replace("$axis", _axes(params.get("axis")))
    if arrays:  # a dot between arrays would not mean element by element
        template = template.replace(r"$x \cdot $y", r"$x \odot $y")
    if op.latex == "$x":  # such as reshape: written as its operand
        return parts[0]
    names = op.operand_names(len(parts))
    if len(parts) > len(names) or (len(parts) > 1 and "$y" not in op.latex):
        inside = ", ".join(text for text, _ in parts)
        name = op.name.replace("_", r"\_")
        return rf"\operatorname{{{name}}}{_axes(params.get('axis'))}({inside})", ATOM
    here = min(op.binds, POWER)
    texts = []
    for i, (name, (text, binds)) in enumerate(zip(names, parts, strict=False)):
        braced = f"{{${name}}}" in op.latex or f"(${name})" in op.latex
        # a - (b - c), and the base of a power, need parentheses at equal strength
        tight = binds < here or (binds == here and (i == 1 or here == POWER) and not op.chains)
        if text.startswith("-"):  # a + (-b), -(-b)
            tight = tight or i == 1 or op.latex.startswith("-")
        texts.append(rf"\left({text}\right)" if tight and not braced else text)
    return fill(template, names, texts), op.binds


def _axes(axis: int | tuple[int, ...] | None) -> str:
    """Return the axes that an operation goes along, as a subscript; "" for all of them."""
    if axis is None:
        return ""
    axes = axis if isinstance(axis, tuple) else (axis,)
    return rf"_{{\text{{{'axis' if len(axes) == 1 else 'axes'}}}\,{','.join(map(str, axes))}}}"


def _expanded(x: Any, parts: list[Part]) -> Part:
    """Write what an operation stands for: a neuron as the sum of its products."""
    op = x.op
    if op.terms is None:
        operands = [Symbol(params={"written": part}) for part in parts]
        return _write(op.expand(*operands), len(parts) + 1)
    # Without recursion, since a neuron may have a thousand terms.
    pairs, singles = op.terms(*enumerate(parts))
    grouped = [rf"\left({text}\right)" if binds <= SUM else text for text, binds in parts]
    products = [rf"{grouped[i]} \cdot {grouped[j]}" for (i, _), (j, _) in pairs]
    rest = [grouped[i] for i, _ in singles if not op.absent(i, *x.inputs)]
    return " + ".join([*products, *rest]) or "0", SUM


def _leaf(data: float | np.ndarray) -> str:
    return _array(data) if isinstance(data, np.ndarray) else _number(data)


def _number(x: float) -> str:
    text = f"{x:.4g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"{mantissa} \times 10^{{{int(exponent)}}}"
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{nan}"}.get(text, text)


def _array(x: np.ndarray) -> str:
    lengths = r" \times ".join(map(str, x.shape))
    return rf"\text{{array}}_{{{lengths}}}"


def _name(label: str) -> str:
    """Return a label as LaTeX: `w1` as w_1, `x_i` as it is, other text upright."""
    head, tail = label.rstrip("0123456789"), label[len(label.rstrip("0123456789")) :]
    if len(head) == 1 and head.isalpha():
        return f"{head}_{{{tail}}}" if tail else head
    if len(label) == 3 and label[1] == "_":
        return label
    if label.isdigit():
        return label
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    text = "".join(special.get(c, rf"\{c}" if c in "#$%&_{}" else c) for c in label)
    return rf"\text{{{text}}}"
