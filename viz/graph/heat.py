"""Show an array as a small heat map: its contents at a glance, up to 4 × 4 as numbers.

Colours go from blue through white to orange in equal steps, symmetric about 0, up to the largest
absolute value. A vector is a strip; an array with more than two axes is a batch of pages, of which
the first four are shown; a page with more than 64 rows or columns is shown as the means of blocks.
A tooltip on each cell gives its index, value and gradient.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from viz.graph.parts import Heat
from viz.style.colors import LEVELS
from viz.style.numerals import counted, lengths, number

_SIDE = 64  # rows and columns at most
_NUMBERED = 4  # rows and columns up to which each number is written
_ROW = 8  # numbers per row of a strip that is broken into rows
_PAGES = 4  # pages shown of a batch


def heat_of(data: Any, numbered: int = 0) -> Heat | None:
    """Return the heat map of an array; None for a single number or an empty array.

    numbered: the most elements for which each number is written, whatever the shape; by default, in
        arrays of up to 4 × 4.

    >>> heat = heat_of(np.array([[1.0, -2.0]]))
    >>> heat.levels, heat.texts, heat.range
    (((2, -4),), (('1.0', '-2.0'),), '±2.0')
    """
    if np.ndim(data) == 0 or np.size(data) < 2:
        return None
    array = np.asarray(data, dtype=float)
    pages = _pages(array)
    whole = math.prod(array.shape[:-2])
    notes = []
    if whole > 1:
        told = f"pages 1 to {len(pages)}" if len(pages) > 1 else "page 1"
        of = f" of {whole}" if whole > len(pages) else ""
        notes.append(f"{told}{of}, each {lengths(array.shape[-2:])}")
    if array.size <= numbered and len(pages) == 1 < len(pages[0][0]) and len(pages[0]) == 1:
        return _in_rows(array.ravel())
    shown = [_aggregated(page) for page in pages]
    if shown[0].shape != pages[0].shape:
        notes.append("means of blocks")
    few = (max(pages[0].shape) <= _NUMBERED or array.size <= numbered) and len(pages) == 1
    texts = tuple(tuple(number(x) for x in row) for row in pages[0]) if few else ()
    levels, largest = _levels(np.concatenate(shown, axis=1))
    told_range = f"±{number(largest)}" if largest else ""
    return Heat(levels, texts, "; ".join(notes), len(pages), told_range)


def _in_rows(strip: np.ndarray) -> Heat:
    """Return a strip with all numbers written, broken into rows of eight."""
    wide = min(_ROW, strip.size)
    missing = -strip.size % wide
    levels, largest = _levels(np.concatenate([strip, np.zeros(missing)]).reshape(-1, wide))
    told = np.array([*map(number, strip), *[""] * missing]).reshape(-1, wide)
    texts = tuple(tuple(map(str, row)) for row in told)
    return Heat(levels, texts, range=f"±{number(largest)}" if largest else "")


def tips_of(data: Any, gradient: Any, most: int = 400) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the tooltip of each cell of an array's heat maps: pages of rows of sentences.

    gradient: an array of the same shape, or None. most: the largest number of tooltips; in an array
        with more cells, each stands for a block.

    >>> tips_of(np.array([[1.0, -2.0]]), np.array([[0.5, 0.0]]))
    ((('[0, 0] = 1.0, grad 0.5', '[0, 1] = -2.0, grad 0.0'),),)
    """
    if np.ndim(data) == 0 or np.size(data) < 2 or most < 1:
        return ()
    pages = _pages(np.asarray(data, dtype=float))
    sent = gradient is not None and np.shape(gradient) == np.shape(data)
    gradients = _pages(np.asarray(gradient, dtype=float)) if sent else [None] * len(pages)
    lead = np.shape(data)[:-2]
    flat = np.ndim(data) == 1
    found = []
    for k, (page, grads) in enumerate(zip(pages, gradients, strict=True)):
        before = [str(i) for i in np.unravel_index(k, lead)] if lead else []
        rows, columns = _steps(page.shape, max(most // len(pages), 1))
        found.append(
            tuple(
                tuple(_tip(page, grads, r, c, [] if flat else before, flat) for c in columns)
                for r in rows
            )
        )
    return tuple(found)


def _pages(array: np.ndarray) -> list[np.ndarray]:
    """Return an array as matrices: a vector is one row, an array with more axes a batch."""
    if array.ndim < 3:
        return [np.atleast_2d(array)]
    return list(array.reshape(-1, *array.shape[-2:])[:_PAGES])


def _steps(shape: tuple[int, ...], most: int) -> tuple[list[slice], list[slice]]:
    """Return the rows and the columns of the blocks that share a tooltip."""
    rows, columns = shape
    step = max(1, math.ceil(math.sqrt(rows * columns / most)))
    if rows < step:  # a strip is cut along its length alone
        return [slice(0, rows)], _cut(columns, math.ceil(columns / most))
    if columns < step:
        return _cut(rows, math.ceil(rows / most)), [slice(0, columns)]
    return _cut(rows, step), _cut(columns, step)


def _cut(length: int, step: int) -> list[slice]:
    return [slice(i, min(i + step, length)) for i in range(0, length, step)]


def _tip(
    page: np.ndarray, grads: np.ndarray | None, r: slice, c: slice, before: list[str], flat: bool
) -> str:
    index = [*before, *([] if flat else [_span(r)]), _span(c)]
    told = f"[{', '.join(index)}]"
    block = page[r, c]
    if block.size == 1:
        told += f" = {number(block.item())}"
        return told if grads is None else f"{told}, grad {number(grads[r, c].item())}"
    told += f" {_block(block)}"
    return told if grads is None else f"{told}; grad {_block(grads[r, c])}"


def _span(cut: slice) -> str:
    return str(cut.start) if cut.stop - cut.start == 1 else f"{cut.start}:{cut.stop}"


def _block(block: np.ndarray) -> str:
    known = block[np.isfinite(block)]
    missing = block.size - known.size
    ends = f"{number(known.min())} … {number(known.max())}" if known.size else ""
    bad = f"{counted(missing, 'number')} nan or inf" if missing else ""
    return ", ".join(filter(None, [ends, bad]))


def _aggregated(array: np.ndarray) -> np.ndarray:
    for axis in (0, 1):
        length = array.shape[axis]
        if length > _SIDE:
            starts = np.unique(np.linspace(0, length, _SIDE, endpoint=False).astype(int))
            counts = np.diff([*starts, length])
            with np.errstate(all="ignore"):
                sums = np.add.reduceat(array, starts, axis=axis)
            array = sums / (counts[:, None] if axis == 0 else counts)
    return array


def _levels(array: np.ndarray) -> tuple[tuple[tuple[int, ...], ...], float]:
    """Return each cell's colour level, -4 to 4, or 9 if not finite; and the largest size."""
    finite = np.isfinite(array)
    largest = float(np.max(np.abs(array[finite]), initial=0.0))
    with np.errstate(all="ignore"):
        steps = np.sign(array) * np.ceil(LEVELS * (np.abs(array) / (largest or 1.0)))
    levels = np.where(finite, steps, 9.0)
    return tuple(tuple(int(x) for x in row) for row in levels), largest
