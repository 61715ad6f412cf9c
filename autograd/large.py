"""Large float arrays: whether they match, and where in the pool their results go."""

from __future__ import annotations

import numpy as np

from autograd.pool import LARGE, pool


def alike(*xs: object) -> np.ndarray | None:
    """Return one of the arrays if these are large float arrays of one shape and type, else None.

    Python floats may stand beside them. Their elements must lie in memory in order.
    """
    first: np.ndarray | None = None
    shape, dtype = (), None
    for x in xs:
        if type(x) is float:
            continue
        if type(x) is not np.ndarray or x.nbytes < LARGE:
            return None
        if first is None:
            first, shape, dtype = x, x.shape, x.dtype
            if dtype.kind != "f":
                return None
        elif x.shape != shape or x.dtype is not dtype:
            return None
        if not x.flags.c_contiguous:
            return None
    return first


def room(*xs: object) -> np.ndarray | None:
    """Return an array from the pool for the result of an operation on these, as `out=`.

    Return None, with which NumPy allocates as usual, unless they are large and `alike`.
    """
    first = alike(*xs)
    return None if first is None else pool.like(first)


def fills(row: object) -> bool:
    """Return whether a row computes by a NumPy function that keeps the type of floats.

    Such a function can be told where to put its result.
    """
    array = vars(row).get("array")
    return isinstance(array, np.ufunc) and f"{'d' * array.nin}->d" in array.types


def added(x: np.ndarray, y: np.ndarray) -> object:
    """Return x + y, in an array from the pool if they are large."""
    if x.nbytes < LARGE:
        return x + y
    return np.add(x, y, out=room(x, y))
