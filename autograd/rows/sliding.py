"""Sliding windows over the last axes of an array, as convolutions and pooling use them.

`windows` lays out what the window sees at each of its places, and `overlap` adds each element of
such a layout up where it came from. Each is the vjp of the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.rows import onnx_forms
from autograd.rows.nodes import Array, Arrayed, Operand, Shape
from autograd.rows.structural import Call, structural


def _layout(
    x: Operand,
    sizes: Sequence[int],
    steps: Sequence[int] | None = None,
    gaps: Sequence[int] | None = None,
) -> Call:
    ones = (1,) * len(sizes)
    return (x,), {
        "sizes": tuple(sizes),
        "steps": ones if steps is None else tuple(steps),
        "gaps": ones if gaps is None else tuple(gaps),
    }


def _back_to_places(
    g: object, z: object, x: Arrayed, sizes: Shape, steps: Shape, gaps: Shape
) -> object:
    return overlap(g, shape=x.shape[x.ndim - len(sizes) :], steps=steps, gaps=gaps)


@structural(
    call=_layout,
    vjp=[_back_to_places],
    text={"onnx": onnx_forms.windows},
)
def windows(x: Array, sizes: Sequence[int], steps: Sequence[int], gaps: Sequence[int]) -> object:
    """Return what a window sees at each of its places on the last axes of x.

    sizes: how many elements it spans along each of those axes. steps: how far it moves from one
    place to the next (1). gaps: how far apart its elements are (1; a convolution's dilation).
    The result has the places of x's other axes, then those of the window, then its elements:
    (…, places, sizes). Raises ShapeError where x is smaller than the window.

    >>> windows(np.arange(5.0), (3,), steps=(2,))
    array([[0., 1., 2.],
           [2., 3., 4.]])
    """
    n = len(sizes)
    spans = tuple((size - 1) * gap + 1 for size, gap in zip(sizes, gaps, strict=True))
    axes = tuple(range(x.ndim - n, x.ndim))
    view: Any = np.lib.stride_tricks.sliding_window_view(x, spans, axis=axes)
    return view[(..., *(slice(None, None, s) for s in (*steps, *gaps)))]


@structural(
    vjp=[
        lambda g, z, y, shape, steps, gaps: windows(
            g, sizes=y.shape[y.ndim - len(shape) :], steps=steps, gaps=gaps
        )
    ],
    view=False,
)
def overlap(y: Any, shape: Sequence[int], steps: Sequence[int], gaps: Sequence[int]) -> object:
    """Return the sum of windows, each put back in its place: the vjp of `windows`.

    shape: the lengths of the axes that the window slides over.

    >>> overlap(np.ones((2, 3)), shape=(5,), steps=(2,), gaps=(1,))
    array([1., 1., 2., 1., 1.])
    """
    n = len(shape)
    result: Any = np.zeros((*y.shape[: y.ndim - 2 * n], *shape), dtype=y.dtype)
    places, sizes = y.shape[y.ndim - 2 * n : y.ndim - n], y.shape[y.ndim - n :]
    for element in itertools.product(*map(range, sizes)):
        where = tuple(_course(element, gaps, steps, places))
        result[(..., *where)] += y[(..., *element)]
    return result


def _course(
    element: Sequence[int], gaps: Sequence[int], steps: Sequence[int], places: Sequence[int]
) -> Iterator[slice]:
    """Yield, for each axis, where one element of the window is at all its places."""
    for at, gap, step, count in zip(element, gaps, steps, places, strict=True):
        yield slice(at * gap, at * gap + step * (count - 1) + 1, step)
