"""Large float arrays: whether they match, and room in the pool for results on them."""

from __future__ import annotations

import numpy as np

from autograd.pool import LARGE, pool


def alike(*xs: object) -> np.ndarray | None:
    """Return one of the arrays if these are large float arrays of one shape and type, else None.

    They must be C-contiguous. Python floats may be among them.
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
    """Return an array from the pool for the result of an operation on these, to pass as `out=`.

    It is None, for which NumPy makes a new array as usual, unless these are large and `alike`.
    """
    first = alike(*xs)
    return None if first is None else pool.like(first)


def fills(row: object) -> bool:
    """Return whether a row computes with a ufunc that keeps the type of floats.

    Such a function can be told where to put its result.
    """
    array = vars(row).get("array")
    return isinstance(array, np.ufunc) and f"{'d' * array.nin}->d" in array.types


def added(x: np.ndarray, y: np.ndarray) -> object:
    """Return x + y, in an array from the pool if they are large."""
    if x.nbytes < LARGE:
        return x + y
    return np.add(x, y, out=room(x, y))
