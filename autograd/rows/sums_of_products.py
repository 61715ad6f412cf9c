"""Sums of products over any axes (`einsum`), and running sums."""

from __future__ import annotations

import numpy as np

from autograd.rows import onnx_forms
from autograd.rows.arrangement import getitem
from autograd.rows.nodes import Arrayed
from autograd.rows.structural import Structural, structural


def _einsum_x(i: int, g: object, z: object, *xs: Arrayed, subscripts: str) -> object:
    """Multiply by the other factors, and sum what is not an axis of this one."""
    inputs, output = subscripts.split("->")
    names = inputs.split(",")
    factors: list[object] = [g]
    labels = [output]
    for k, (x, name) in enumerate(zip(xs, names, strict=True)):
        if k != i:
            factors.append(x)
            labels.append(name)
    present = set("".join(labels))
    for axis, letter in enumerate(names[i]):
        if letter not in present:  # summed over in this operand alone: each element gets the same
            factors.append(np.ones(xs[i].shape[axis]))
            labels.append(letter)
    return einsum.apply(*factors, subscripts=f"{','.join(labels)}->{names[i]}")


#: No operand repeats a letter, and the result's letters are given: see `autograd.einsum`.
einsum: Structural = structural(
    "einsum",
    lambda *xs, subscripts: np.einsum(subscripts, *xs),
    vjp=_einsum_x,
    push=(),
    symbol="Σ∏",
    role="sum of products",
    latex=r"\textstyle\sum\prod {$x}",
    text={"onnx": onnx_forms.einsum},
    view=False,
)


def _backward(axis: int) -> tuple[slice, ...]:
    return (slice(None),) * axis + (slice(None, None, -1),)


def _cumsum_x(g: object, z: object, x: object, axis: int) -> object:
    back = _backward(axis)
    return getitem(cumsum.apply(getitem(g, key=back), axis=axis), key=back)


cumsum: Structural = structural(
    "cumsum",
    lambda x, axis: np.cumsum(x, axis=axis),
    vjp=[_cumsum_x],
    latex=r"\operatorname{cumsum}$axis($x)",
    role="running sum",
    text={"numpy": "np.cumsum($x, $axis)", "onnx": onnx_forms.cumsum},
    view=False,
)
