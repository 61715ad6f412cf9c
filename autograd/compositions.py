"""NumPy functions that take a line or two of others, for `Tensor`s given to NumPy's names.

They are nothing new to derive: each is written with functions that are, so that `np.cross` and
its like do on a `Tensor` what they do on an array. `numpy_protocol` looks them up by name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from string import ascii_letters
from typing import Any

import numpy as np

from autograd import further_functions
from autograd.errors import ShapeError, describe
from autograd.functions import as_array
from autograd.rearranging import deciding, moveaxis
from autograd.rows import table

__all__ = [
    "all",
    "angle",
    "any",
    "column_stack",
    "cross",
    "einsum",
    "imag",
    "iscomplexobj",
    "isrealobj",
    "linspace",
    "nan_to_num",
    "real_if_close",
    "select",
    "sinc",
]


def all(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Return whether all elements are true: a plain truth, which has no derivative."""
    return np.all(deciding(x), axis=axis, keepdims=keepdims)


def any(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Return whether an element is true: a plain truth, which has no derivative."""
    return np.any(deciding(x), axis=axis, keepdims=keepdims)


def iscomplexobj(x: object) -> bool:  # noqa: ARG001 - NumPy's signature, as below
    """Return False: nodes hold real numbers."""
    return False


def isrealobj(x: object) -> bool:  # noqa: ARG001
    """Return True: nodes hold real numbers."""
    return True


def real_if_close(x: Any, tol: float = 100) -> Any:  # noqa: ARG001
    """Return x, which is real."""
    return x


def imag(x: Any) -> Any:
    """Return zeros, the imaginary parts of real numbers."""
    return np.zeros(x.shape, x.dtype)


def angle(z: Any, deg: bool = False) -> Any:
    """Return the angles of real numbers in the complex plane: 0, or π of a negative one."""
    return table.where(z < 0, 180.0 if deg else math.pi, 0.0)


def nan_to_num(
    x: Any,
    copy: bool = True,  # noqa: ARG001
    nan: Any = 0.0,
    posinf: Any = None,
    neginf: Any = None,
) -> Any:
    """Return x with numbers for nan and ±∞, through which no gradient flows."""
    limits = np.finfo(x.dtype)
    high = limits.max if posinf is None else posinf
    low = limits.min if neginf is None else neginf
    finite = table.where(x == np.inf, high, table.where(x == -np.inf, low, x))
    return table.where(x != x, nan, finite)


def column_stack(tup: Sequence[Any]) -> Any:
    """Join arrays side by side, a vector as a column."""
    arrays = [as_array(x) for x in tup]
    return table.concatenate([x[:, None] if x.ndim == 1 else x for x in arrays], axis=1)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Return each element of the first choice whose condition is true there, or the default."""
    chosen = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        chosen = table.where(condition, choice, chosen)
    return chosen


def sinc(x: Any) -> Any:
    """Return sin πx / πx, and 1 at 0: by its series near 0, so that all derivatives are right."""
    y = as_array(x) * math.pi
    near = abs(y) < 0.5
    square = table.square(table.where(near, y, 0.0))
    series: Any = 1.0
    for n in range(16, 0, -2):  # y¹⁶/17! is below the last digit
        series = 1.0 - square / (n * (n + 1)) * series
    far = table.where(near, 1.0, y)
    return table.where(near, series, table.sin(far) / far)


def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """Return the vector products of vectors of three numbers.

    Raises ShapeError for vectors of another length.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = moveaxis(as_array(a), axisa, -1), moveaxis(as_array(b), axisb, -1)
    if x.shape[-1] != 3 or y.shape[-1] != 3:
        raise ShapeError(
            f"cross of {describe(a)} and {describe(b)}: both need 3 numbers along the axis of "
            f"the vectors, not {x.shape[-1]} and {y.shape[-1]}"
        )
    on, back = [1, 2, 0], [2, 0, 1]
    z = x[..., on] * y[..., back] - x[..., back] * y[..., on]
    return moveaxis(z, -1, axisc)


def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True) -> Any:
    """Return `num` numbers from start to stop in equal steps, along a new first axis."""
    start, stop = as_array(start), as_array(stop)
    steps = max(num - 1 if endpoint else num, 1)
    way = np.reshape(np.arange(num) / steps, (num,) + (1,) * max(start.ndim, stop.ndim))
    return start + (stop - start) * way


def einsum(*operands: Any, optimize: Any = False) -> Any:  # noqa: ARG001
    """Take both ways of writing `numpy.einsum`: "ij->ji", x and x, [0, 1], [1, 0]."""
    if isinstance(operands[0], str):
        return further_functions.einsum(*operands)
    pairs = len(operands) // 2
    names = ["".join(map(_letter, axes)) for axes in operands[1 : 2 * pairs : 2]]
    output = "->" + "".join(map(_letter, operands[-1])) if len(operands) % 2 else ""
    return further_functions.einsum(",".join(names) + output, *operands[: 2 * pairs : 2])


def _letter(axis: Any) -> str:
    return "..." if axis is Ellipsis else ascii_letters[axis]
