"""NumPy functions that take a line or two of other functions, for `Tensor`s passed to NumPy.

They need no derivatives of their own, since each is written with functions that have them. So
`np.cross` and its like do the same for a `Tensor` as for an array. `numpy_protocol` finds them by
name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from types import EllipsisType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import further_functions, linalg
from autograd.errors import ShapeError, describe
from autograd.functions import array_or_number, as_array
from autograd.rearranging import atleast_3d, deciding, moveaxis, swapaxes
from autograd.rows import table
from autograd.rows.nodes import Arrayed, Axis, Operand, X

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = [
    "all",
    "angle",
    "any",
    "astype",
    "broadcast_arrays",
    "column_stack",
    "cross",
    "cumulative_prod",
    "cumulative_sum",
    "dstack",
    "einsum",
    "imag",
    "iscomplexobj",
    "isrealobj",
    "linspace",
    "matvec",
    "meshgrid",
    "nan_to_num",
    "real_if_close",
    "select",
    "sinc",
    "unstack",
    "vecdot",
    "vecmat",
]


def all(x: Operand, axis: Axis = None, *, keepdims: bool = False) -> object:
    """Return whether all elements are true: a plain truth value, which has no derivative."""
    return np.all(deciding(x), axis=axis, keepdims=keepdims)


def any(x: Operand, axis: Axis = None, *, keepdims: bool = False) -> object:
    """Return whether an element is true: a plain truth value, which has no derivative."""
    return np.any(deciding(x), axis=axis, keepdims=keepdims)


def iscomplexobj(x: object) -> bool:  # noqa: ARG001 - NumPy's signature, as below
    """Return False: nodes hold real numbers."""
    return False


def isrealobj(x: object) -> bool:  # noqa: ARG001
    """Return True: nodes hold real numbers."""
    return True


def real_if_close(x: X, tol: float = 100) -> X:  # noqa: ARG001
    """Return x, which is real."""
    return x


def imag(x: Arrayed) -> object:
    """Return zeros, the imaginary parts of real numbers."""
    return np.zeros(x.shape, x.dtype)


def angle(z: Operand, deg: bool = False) -> object:
    """Return the angles of real numbers in the complex plane: 0, or π of a negative one."""
    return table.where(table.less(z, 0), 180.0 if deg else math.pi, 0.0)


def nan_to_num(
    x: Arrayed,
    copy: bool = True,  # noqa: ARG001
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> object:
    """Return x with numbers for nan and ±∞, through which no gradient flows."""
    limits = np.finfo(x.dtype)
    high = limits.max if posinf is None else posinf
    low = limits.min if neginf is None else neginf
    below = table.where(table.equal(x, -np.inf), low, x)
    finite = table.where(table.equal(x, np.inf), high, below)
    return table.where(table.not_equal(x, x), nan, finite)


def column_stack(tup: Sequence[Operand]) -> object:
    """Join arrays side by side, a vector as a column."""
    arrays = [as_array(x) for x in tup]
    return table.concatenate([x[:, None] if x.ndim == 1 else x for x in arrays], axis=1)


def dstack(tup: Sequence[Operand]) -> object:
    """Join arrays along a third axis, which is added to vectors and matrices as the last."""
    return table.concatenate([atleast_3d(x) for x in tup], axis=2)


def broadcast_arrays(*args: Operand) -> tuple[object, ...]:
    """Return the arrays, broadcast to their common shape."""
    arrays = [as_array(x) for x in args]
    shape = np.broadcast_shapes(*(x.shape for x in arrays))
    return tuple(table.broadcast_to(x, shape) for x in arrays)


def meshgrid(*xi: Operand, indexing: str = "xy", sparse: bool = False) -> tuple[object, ...]:
    """Return the coordinates of the points of a grid, one array for each axis."""
    axes = [as_array(x) for x in xi]
    grid = [
        table.reshape(x, [-1 if i == n else 1 for i in range(len(axes))])
        for n, x in enumerate(axes)
    ]
    if indexing == "xy" and len(axes) > 1:
        grid = [swapaxes(x, 0, 1) for x in grid]
    return tuple(grid) if sparse else broadcast_arrays(*grid)


def astype(x: Any, dtype: DTypeLike, copy: bool = True) -> object:  # noqa: ARG001
    """Return x with numbers of another type."""
    return x.astype(dtype)


def unstack(x: Operand, *, axis: int = 0) -> tuple[object, ...]:
    """Return the parts of x along an axis, without it."""
    return tuple(moveaxis(x, axis, 0))


def cumulative_sum(x: Operand, *, axis: int | None = None) -> object:
    """Return the running sums of the elements."""
    return further_functions.cumsum(x, axis)


def cumulative_prod(x: Operand, *, axis: int | None = None) -> object:
    """Return the running products of the elements."""
    return further_functions.cumprod(x, axis)


def vecdot(x: Operand, y: Operand, *, axis: int = -1) -> object:
    """Return the inner products of the vectors along an axis."""
    return table.sum(as_array(x) * as_array(y), axis=axis)


def matvec(x: Operand, y: Operand) -> object:
    """Return the products of matrices and vectors."""
    return table.matmul(x, as_array(y)[..., None])[..., 0]


def vecmat(x: Operand, y: Operand) -> object:
    """Return the products of vectors and matrices."""
    return table.matmul(as_array(x)[..., None, :], y)[..., 0, :]


def multi_dot(arrays: Sequence[Operand]) -> object:
    """Return the product of several matrices; the first and the last may be vectors."""
    return reduce(table.matmul, arrays)


def matrix_power(a: Any, n: int) -> object:
    """Return the n-th power of matrices; for n < 0, of their inverses."""
    a = as_array(a)
    if n < 0:
        return matrix_power(linalg.inv(a), -n)
    if n == 0:
        return table.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
    half = matrix_power(a, n // 2) if n > 1 else None
    square = a if half is None else table.matmul(half, half)
    return table.matmul(square, a) if n > 1 and n % 2 else square


def select(
    condlist: Sequence[Operand], choicelist: Sequence[Operand], default: Operand = 0
) -> object:
    """Return each element of the first choice whose condition is true there, or the default."""
    chosen = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        chosen = table.where(condition, choice, chosen)
    return chosen


def sinc(x: Operand) -> object:
    """Return sin πx / πx, and 1 at 0: by its series near 0, so that all derivatives are right."""
    y = as_array(x) * math.pi
    near = abs(y) < 0.5
    square = table.square(table.where(near, y, 0.0))
    series: object = 1.0
    for n in range(16, 0, -2):  # y¹⁶/17! is below the last digit
        series = 1.0 - square / (n * (n + 1)) * series
    far = table.where(near, 1.0, y)
    return table.where(near, series, table.sin(far) / far)


def cross(
    a: Operand,
    b: Operand,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> object:
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


def linspace(start: Operand, stop: Operand, num: int = 50, endpoint: bool = True) -> object:
    """Return `num` numbers from start to stop in equal steps, along a new first axis."""
    first, last = array_or_number(start), array_or_number(stop)
    steps = max(num - 1 if endpoint else num, 1)
    way = np.reshape(np.arange(num) / steps, (num,) + (1,) * max(np.ndim(first), np.ndim(last)))
    dtypes = [x.dtype for x in (first, last) if hasattr(x, "dtype") and x.dtype.kind == "f"]
    return first + (last - first) * way.astype(np.result_type(*dtypes) if dtypes else float)


def einsum(*operands: Any, optimize: object = False) -> object:  # noqa: ARG001
    """Take both forms of arguments of `numpy.einsum`: "ij->ji", x and x, [0, 1], [1, 0]."""
    if isinstance(operands[0], str):
        return further_functions.einsum(*operands)
    pairs = len(operands) // 2
    names = ["".join(map(_letter, axes)) for axes in operands[1 : 2 * pairs : 2]]
    output = "->" + "".join(map(_letter, operands[-1])) if len(operands) % 2 else ""
    return further_functions.einsum(",".join(names) + output, *operands[: 2 * pairs : 2])


def _letter(axis: int | EllipsisType) -> str:
    return "..." if isinstance(axis, EllipsisType) else further_functions.LETTERS[axis]
