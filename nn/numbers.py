"""The plain numbers behind any of the five kinds of argument.

Checks of shapes and labels, and running statistics, look at numbers and record nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, Value


def as_operand(x: Any) -> Any:
    """Return lists (also of `Value`s) as arrays, and whole numbers as floats.

    A pixel of 8 bits would otherwise wrap around: −1 is 255 there.

    >>> -as_operand(np.array([1], dtype=np.uint8))
    array([-1.])
    """
    if isinstance(x, list | tuple):
        x = np.asarray(x)
    return x.astype(float) if isinstance(x, np.ndarray) and x.dtype.kind in "biu" else x


def numbers(x: Any) -> Any:
    """Return the data of x as an array of numbers, whichever of the five kinds x is.

    >>> numbers([Value(1.0), Value(2.0)])
    array([1., 2.])
    """
    array = np.asarray(x.data if isinstance(x, Tensor | Value) else x)
    return _floats(array).astype(float) if array.dtype == object else array


_floats = np.frompyfunc(float, 1, 1)
