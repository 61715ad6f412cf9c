"""The public functions that are composed of rows, with NumPy's names and keywords.

Each works on five kinds of argument: a float, an array, a `Value`, an object array (or a list) of
`Value`s, and a `Tensor`. Their derivatives follow from those of the rows. The other public
functions are rows themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.operators import power
from autograd.rows import table
from autograd.rows.arithmetic import square
from autograd.rows.arrangement import concatenate, reshape, transpose
from autograd.rows.comparisons import greater, less
from autograd.rows.nodes import Arrayed, Axis, Operand, of_nodes, product, statistic
from autograd.rows.operands import has_objects, normal_axes
from autograd.rows.piecewise import abs, where
from autograd.rows.products import matmul
from autograd.rows.reductions import max, mean, min, sum


@of_nodes
def pow(x: Operand, y: Operand) -> object:
    """Return xʸ, elementwise; at 0 the derivatives of x⁰, x¹, x² are 0, 1, 0.

    Raises DomainError for a float or `Value` that is negative to a fractional power (the
    result is never complex), or 0 to a negative one.

    >>> pow(2.0, 3.0)
    8.0
    """
    return power(x, y)


@of_nodes
def clip(x: Operand, min: Operand = None, max: Operand = None) -> object:
    """Return x kept within [min, max], elementwise; the slope is 1 on the bounds.

    Either bound may be None, not both (ValueError).

    >>> clip(5.0, -1.0, 1.0)
    1.0
    """
    if min is None and max is None:
        raise ValueError("clip needs at least one of min= and max=")
    if min is not None:
        x = where(less(x, min), min, x)
    if max is not None:
        x = where(greater(x, max), max, x)
    return x


@statistic
def prod(x: Operand, axis: Axis = None, keepdims: bool = False) -> object:
    """Return the product of the elements; 1.0 if there are none.

    It is computed as a tree of products, so gradients of every order are right even where elements
    are 0.

    >>> prod(np.array([2.0, 3.0, 4.0]))
    np.float64(24.0)
    """
    array = as_array(x)
    axes = _axes("prod", array, axis)
    if isinstance(array, np.ndarray) and array.dtype != object:
        product: Callable[..., object] = np.multiply.reduce
        return product(array, axis=axis, keepdims=keepdims)
    rest = tuple(i for i in range(array.ndim) if i not in axes)
    kept = tuple(array.shape[i] for i in rest)
    n = math.prod(array.shape[i] for i in axes)
    factors = reshape(transpose(array, axes + rest), (n, *kept))
    if not factors.shape[0]:
        factors = concatenate([factors, np.ones((1, *kept), array.dtype)])
    while (n := factors.shape[0]) > 1:
        half = n // 2
        products = factors[:half] * factors[half : 2 * half]
        factors = concatenate([products, factors[2 * half :]]) if n % 2 else products
    if keepdims:
        return reshape(factors[0], tuple(1 if i in axes else m for i, m in enumerate(array.shape)))
    return factors[0]


@statistic
def var(x: Operand, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> object:
    """Return the variance, Σ(x − mean)² / (n − ddof).

    Raises ValueError if n − ddof is not positive.

    >>> var(np.array([1.0, 3.0]))
    np.float64(1.0)
    """
    array = as_array(x)
    n = _degrees("var", array, axis, ddof)
    return sum(square(array - mean(array, axis, keepdims=True)), axis, keepdims) / n


@statistic
def std(x: Operand, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> object:
    """Return the standard deviation, ‖x − mean‖ / √(n − ddof).

    Like the norm, it has gradient 0 where all elements are equal. Raises ValueError like `var`.

    >>> std(np.array([1.0, 3.0]))
    np.float64(1.0)
    """
    array = as_array(x)
    n = _degrees("std", array, axis, ddof)
    deviations = table.norm(array - mean(array, axis, keepdims=True), axis=axis, keepdims=keepdims)
    return deviations / math.sqrt(n)


def _axes(name: str, x: Arrayed, axis: Axis) -> tuple[int, ...]:
    """Return `axis` as a tuple; ShapeError if x does not have it."""
    try:
        return normal_axes(axis, x.ndim)
    except np.exceptions.AxisError as error:
        raise ShapeError(f"{name} of {describe(x)}: {error}") from None


def _degrees(name: str, x: Arrayed, axis: Axis, ddof: int) -> int:
    n = math.prod(x.shape[i] for i in _axes(name, x, axis))
    if n - ddof <= 0:
        raise ValueError(
            f"{name} with ddof={ddof} needs more than {ddof} elements, but there are {n} "
            f"along axis={axis} of {describe(x)}"
        )
    return n - ddof


@of_nodes
def norm(
    x: Operand, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False
) -> object:
    """Return the length of x: √Σx² by default, (Σ|x|ᵖ)^(1/p) for ord=p ≥ 1, max |x| for inf.

    For ord=-inf it is min |x|. All elements count as one vector unless `axis` is given; with `ord`
    it must be one axis. The gradient at 0 is 0. Raises ValueError for another `ord`.

    >>> norm(np.array([3.0, 4.0]))
    np.float64(5.0)
    """
    array = as_array(x)
    if ord is None or ord == "fro":
        return table.norm(array, axis=axis, keepdims=keepdims)
    if len(_axes("norm", array, axis)) > 1:
        raise ValueError(
            f"norm with ord={ord!r} is for vectors, since NumPy's norms of matrices are something "
            f"else; say which axis of {describe(array)} runs along a vector, or reshape it to one"
        )
    if ord == 2:
        return table.norm(array, axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum(abs(array), axis, keepdims)
    if ord == math.inf:
        return max(abs(array), axis, keepdims)
    if ord == -math.inf:
        return min(abs(array), axis, keepdims)
    if isinstance(ord, int | float) and ord > 1:
        return _p_norm(abs(array), float(ord), axis, keepdims)
    raise ValueError(f"norm knows ord=None, inf, -inf and numbers from 1 on, not {ord!r}")


def _p_norm(sizes: Any, p: float, axis: Axis, keepdims: bool) -> object:
    """Return (Σ sizesᵖ)^(1/p), scaled so that no power over- or underflows; slope 0 at 0."""
    scale = max(sizes, axis, True)
    scale = scale.detach() if hasattr(scale, "detach") else scale
    scale = table.where(scale == 0, 1.0, scale)  # |s·x| = s·|x|, so it may be a constant
    total = sum((sizes / scale) ** p, axis, True)
    lengths = table.where(total == 0, 0.0, table.where(total == 0, 1.0, total) ** (1 / p)) * scale
    return lengths if keepdims else sum(lengths, axis)


@product
def dot(x: Any, y: Any, bias: Operand = 0.0) -> object:
    """Return Σ xᵢ·yᵢ + bias of two vectors; the matrix product for arrays of two axes.

    With more axes it sums over the last of x and the last but one of y, like `numpy.dot`. For
    vectors of `Value`s it is one node, however long they are: a neuron's weighted sum.

    >>> from autograd import Value
    >>> dot([Value(1.0), 2.0], [3.0, 4.0], bias=0.5)
    Value(11.5, op='Σ')
    """
    x, y = as_array(x), as_array(y)
    if (has_objects(x) or has_objects(y) or _is_one_number(bias)) and x.ndim == 1 and y.ndim == 1:
        if x.shape != y.shape:
            raise ShapeError(
                f"dot of {x.shape[0]} and {y.shape[0]} numbers: both need equally many"
            )
        return table.dot(*x, *y, bias)
    if x.ndim > 1 and y.ndim > 2:
        product = tensordot(x, y, (-1, -2))
    else:
        product = matmul(x, y) if x.ndim and y.ndim else x * y
    return product if isinstance(bias, int | float) and bias == 0 else product + bias


@product
def tensordot(x: Any, y: Any, axes: Any = 2) -> object:
    """Return the sum of products over axes of x and as many of y. See `numpy.tensordot`.

    >>> tensordot(np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array(5.)
    """
    x, y = as_array(x), as_array(y)
    if isinstance(axes, int):
        left, right = list(range(x.ndim - axes, x.ndim)), list(range(axes))
    else:
        left, right = ([a] if isinstance(a, int) else list(a) for a in axes)
    left, right = [a % x.ndim for a in left], [a % y.ndim for a in right]
    if [x.shape[a] for a in left] != [y.shape[a] for a in right]:
        raise ShapeError(
            f"tensordot of {describe(x)} and {describe(y)}: axes {left} and {right} must be "
            "equally long"
        )
    rest_x = [a for a in range(x.ndim) if a not in left]
    rest_y = [a for a in range(y.ndim) if a not in right]
    shape = (*[x.shape[a] for a in rest_x], *[y.shape[a] for a in rest_y])
    n = math.prod(x.shape[a] for a in left)
    first = reshape(transpose(x, (*rest_x, *left)), (math.prod(shape[: len(rest_x)]), n))
    second = reshape(transpose(y, (*right, *rest_y)), (n, math.prod(shape[len(rest_x) :])))
    return reshape(matmul(first, second), shape)


def _is_one_number(x: object) -> bool:
    """Return whether x is a node of a single number, which has neither axes nor a dtype."""
    return hasattr(x, "op") and not hasattr(x, "dtype")


def as_array(x: Operand) -> Any:
    """Return lists (also of `Value`s) and numbers as arrays; nodes and arrays as they are."""
    return x if hasattr(x, "ndim") else np.asarray(x)


def array_or_number(x: Operand) -> Any:
    """Do the same, but return a Python number as it is: float32 beside it stays float32."""
    return x if isinstance(x, int | float) else as_array(x)
