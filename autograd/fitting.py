"""Undo broadcasting: sum a contribution to the shape of the input that it goes to."""

from __future__ import annotations

import numpy as np

from autograd.rows import table
from autograd.rows.nodes import Array, Arrayed
from autograd.rows.products import sum_of_rows


def _summed_axes(shape: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes that broadcasting added or stretched on the way from target to shape."""
    extra = len(shape) - len(target)
    stretched = [i for i, n in enumerate(target, extra) if n == 1 and shape[i] != 1]
    return (*range(extra), *stretched)


def fit(contribution: Array | float, like: Arrayed) -> Array:
    """Return a contribution in its input's shape and dtype, summing along broadcast axes."""
    array: Array = (
        np.asarray(contribution) if isinstance(contribution, (int, float)) else contribution
    )
    shape, target = array.shape, like.shape
    if shape != target:
        if len(shape) == 2 and shape[1:] == target:
            array = sum_of_rows(array)
        else:
            array = np.add.reduce(array, axis=_summed_axes(shape, target))
            if array.shape != target:
                array = array.reshape(target)
    if type(array) is np.ndarray and array.dtype is like.dtype:
        return array
    return np.asarray(array, dtype=like.dtype)


def fit_node(contribution: Arrayed, like: Arrayed) -> object:
    """Do the same to a contribution that is a node, and record it."""
    if contribution.shape != like.shape:
        axes = _summed_axes(contribution.shape, like.shape)
        contribution = table.reshape(table.sum(contribution, axis=axes), shape=like.shape)
    if contribution.dtype != like.dtype:
        contribution = table.astype(contribution, dtype=like.dtype)
    return contribution
