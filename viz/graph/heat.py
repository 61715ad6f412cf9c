"""An array as a small heat map: what is in it at a glance, up to 4 × 4 as numbers.

Colours go from blue over white to orange in equal steps, symmetric about 0, up to the largest
size. A vector is a strip; of an array with more axes the first page is shown; what has more than
64 rows or columns is shown by the means of blocks.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from viz.graph.parts import Heat
from viz.style.colors import LEVELS
from viz.style.numerals import lengths, number

_SIDE = 64  # rows and columns at most
_NUMBERED = 4  # rows and columns up to which each number is written
_DIGITS = 3


def heat_of(data: Any, numbered: int = 0) -> Heat | None:
    """Return the heat map of an array; None for a single number, and for none at all.

    numbered: elements up to which each number is written, whatever the shape; by default in
        arrays of up to 4 × 4.

    >>> heat = heat_of(np.array([[1.0, -2.0]]))
    >>> heat.levels, heat.texts
    (((2, -4),), (('1.0', '-2.0'),))
    """
    if np.ndim(data) == 0 or np.size(data) < 2:
        return None
    array = np.asarray(data, dtype=float)
    note = ""
    if array.ndim > 2:
        pages = math.prod(array.shape[:-2])
        note = f"page 1 of {pages}: {lengths(array.shape[-2:])}" if pages > 1 else ""
        array = array.reshape(-1, *array.shape[-2:])[0]
    array = np.atleast_2d(array)
    if array.size <= numbered and len(array) == 1:  # a strip is broken into rows of eight
        array = (
            np.concatenate([array[0], np.full(-array.size % 8, np.nan)]).reshape(-1, 8)
            if array.size > 8
            else array
        )
    shown = _aggregated(array)
    if shown.shape != array.shape:
        note = "; ".join(filter(None, [note, "means of blocks"]))
    told = max(array.shape) <= _NUMBERED or array.size <= numbered
    texts = tuple(tuple(number(x, _DIGITS) for x in row) for row in array) if told else ()
    return Heat(_levels(shown), texts, note)


def _aggregated(array: np.ndarray) -> np.ndarray:
    for axis in (0, 1):
        length = array.shape[axis]
        if length > _SIDE:
            starts = np.unique(np.linspace(0, length, _SIDE, endpoint=False).astype(int))
            counts = np.diff([*starts, length])
            sums = np.add.reduceat(array, starts, axis=axis)
            array = sums / (counts[:, None] if axis == 0 else counts)
    return array


def _levels(array: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Return how strong each colour is, from -4 to 4; 9 for what is no finite number."""
    finite = np.isfinite(array)
    largest = float(np.max(np.abs(array[finite]), initial=0.0))
    with np.errstate(all="ignore"):
        steps = np.sign(array) * np.ceil(LEVELS * np.abs(array) / (largest or 1.0))
    levels = np.where(finite, steps, 9.0)
    return tuple(tuple(int(x) for x in row) for row in levels)
