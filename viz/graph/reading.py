"""Read what a picture shows of a node: its value, its gradient, and what it sends back.

Everything is what the node holds at that moment; no forward or backward pass is run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Node, StaleDataError, Tensor, Value
from viz.graph.parts import ShownGradient
from viz.style.numerals import array, length, lengths, number

_ELEMENTS, _WIDTH = 4, 26  # elements and characters up to which an array is written out

#: The gradient of a node that no backward pass has reached.
UNSET = ShownGradient("unset", "not computed")


def data_of(node: Node) -> Any:
    """Return a node's number or array."""
    return node.data


def recorded_gradient(node: Node) -> Any:
    """Return a node's gradient as a number or array; None if there is none yet."""
    if not node.has_grad:
        return None
    gradient = node.grad
    return gradient.data if isinstance(gradient, Value | Tensor) else gradient


def gradient_of(gradient: Any) -> ShownGradient:
    """Return what a picture shows for a gradient (None, a number or an array).

    >>> gradient_of(None).state, gradient_of(0.0).state, gradient_of(-4.0)
    ('unset', 'zero', ShownGradient(state='value', text='-4.0', size=-4.0, signed=True))
    >>> gradient_of(float("nan")).state, gradient_of(np.array([1.0, np.nan, np.inf])).text
    ('broken', '[1.0, nan, inf]')
    """
    if gradient is None:
        return UNSET
    if np.ndim(gradient) == 0:
        size = float(gradient)
        if not math.isfinite(size):
            return _broken(gradient)
        return (
            ShownGradient("value", number(size), size)
            if size != 0
            else ShownGradient("zero", "0 exactly")
        )
    if not np.all(np.isfinite(gradient)):
        return _broken(gradient)
    if not np.any(gradient):
        return ShownGradient("zero", "0 exactly", signed=False)
    size = length(gradient)
    return ShownGradient("value", _elements(gradient) or f"norm {number(size)}", size, signed=False)


def _broken(gradient: Any) -> ShownGradient:
    """Return what a picture shows for a gradient that is, or contains, a non-finite number."""
    if np.ndim(gradient) == 0:
        return ShownGradient("broken", number(float(gradient)), float(gradient))
    text = _elements(gradient) or counted_broken(gradient)
    return ShownGradient("broken", text, float("nan"), signed=False)


def counted_broken(x: Any) -> str:
    """Say how many elements of an array are not finite: `2 nan, 1 inf of 12`."""
    nan, inf = int(np.isnan(x).sum()), int(np.isinf(x).sum())
    told = [f"{n} {word}" for n, word in ((nan, "nan"), (inf, "inf")) if n]
    return f"{', '.join(told)} of {np.size(x)}"


def value_text(data: Any) -> str:
    """Write a number, a small array, or the range of a large one.

    >>> value_text(1 / 3), value_text(np.array([1.0, np.nan, 2.0, 3.0, 4.0]))
    ('0.3333', '1.0 … 4.0, 1 nan of 5')
    >>> value_text(np.zeros(9))
    'all 0.0'
    """
    if np.ndim(data) == 0:
        return number(float(data))
    if np.size(data) == 0:
        return "empty"
    if text := _elements(data):
        return text
    known = data[np.isfinite(data)]
    if not known.size:
        return counted_broken(data)
    low, high = number(float(np.min(known))), number(float(np.max(known)))
    ends = f"{low} … {high}" if low != high else f"all {low}"
    return ends if known.size == np.size(data) else f"{ends}, {counted_broken(data)}"


def _elements(data: Any) -> str:
    """Write out an array that is small enough; "" otherwise."""
    text = array(data, _ELEMENTS) if np.size(data) <= _ELEMENTS else ""
    return text if len(text) <= _WIDTH else ""


def shape_text(data: Any) -> str:
    """Write the shape and dtype of an array: `16×4 float32`; "" for a single number."""
    if not isinstance(data, np.ndarray):
        return ""
    return f"{lengths(data.shape)} {data.dtype}"


def norm_of_gradients(parameters: Iterable[Node]) -> str:
    """Write the norm of the gradients of all these nodes, taken as one vector."""
    sizes: list[float] = []
    for node in parameters:
        gradient = recorded_gradient(node)
        if gradient is not None:
            sizes.append(length(gradient))
    return number(length(sizes)) if sizes else "not computed"


def contributions(node: Node, upstream: Any) -> dict[int, tuple[Any, Any]]:
    """Return (local, contribution) of each operand that a gradient flows to.

    Both are None if unknown: before a backward pass, and after a tensor's data was changed, since
    the earlier numbers are then gone.
    """
    xs = node.inputs
    if isinstance(node, Value):
        locals_ = {i: node.local(i) for i, x in enumerate(xs) if isinstance(x, Node)}
        return {
            i: (d, None if upstream is None else upstream * d)
            for i, d in locals_.items()
            if d is not None
        }
    unknown = {i: (None, None) for i, x in enumerate(xs) if isinstance(x, Node)}
    if upstream is None or not unknown:
        return unknown
    try:
        with np.errstate(all="ignore"):
            sent = node.contributions(upstream)
    except StaleDataError:
        return unknown
    return {i: (None, contribution) for i, _, contribution in sent}
