"""Validation of the data that a `Tensor` is given."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.node import Node


def checked(data: Any, copy: bool = True) -> Any:
    """Return data as a float array that is its own."""
    if isinstance(data, Node):
        raise TypeError(
            f"Tensor({describe(data)}): it is a node already: use the node itself; a fresh leaf "
            "with its numbers, from which no gradient flows back to it, is Tensor(x.detach())"
        )
    try:
        array = np.asarray(data)
    except ValueError:
        raise ShapeError(
            f"Tensor needs rows of equal length, but got {data!r}; pad or cut them"
        ) from None
    if array.dtype.kind in "biu" or (array.size and all(type(x) is int for x in array.flat)):
        return _as_floats(array)
    if array.dtype.kind != "f":
        raise TypeError(
            f"Tensor holds real numbers, not {array.dtype} ({type(data).__name__}); "
            "for single Values use an array of Values, np.array([Value(1.0), ...])"
        )
    return array.copy() if copy else array


def _as_floats(array: Any) -> Any:
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise OverflowError(
            "Tensor got an int that is too large for a float, which ends at about 1.8e308"
        ) from None


def is_comparable(x: object) -> bool:
    """Whether == with a Tensor is of numbers: not with None, a text, any other object."""
    if isinstance(x, Node | int | float | np.number | np.bool_ | list | tuple):
        return True
    return isinstance(x, np.ndarray) and x.dtype.kind in "biufO"
