"""The public functions, with NumPy's names and keywords.

Each works on five kinds of argument: a float, an array, a `Value`, an object array (or a
list) of `Value`s, and a `Tensor`. Some are rows of the table; the others are written by
their forward maths in terms of rows, and nobody writes a derivative for them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.operators import power
from autograd.rows import table
from autograd.rows.operands import has_objects, normal_axes

Axis = int | tuple[int, ...] | None


# --- elementwise --------------------------------------------------------------------------


def exp(x: Any) -> Any:
    """Return eˣ, elementwise.

    Raises DomainError where a float or a `Value` would overflow (x above 709.8).

    >>> exp(0.0)
    1.0
    """
    return table.exp(x)


def expm1(x: Any) -> Any:
    """Return eˣ − 1, elementwise, accurate near 0.

    >>> expm1(1e-12)
    1.0000000000005e-12
    """
    return table.expm1(x)


def log(x: Any) -> Any:
    """Return the natural logarithm, elementwise.

    Raises DomainError for a float or `Value` that is not positive; arrays give -inf or nan.

    >>> log(1.0)
    0.0
    """
    return table.log(x)


def log1p(x: Any) -> Any:
    """Return ln(1 + x), elementwise, accurate near 0.

    >>> log1p(1e-12)
    9.999999999995e-13
    """
    return table.log1p(x)


def sqrt(x: Any) -> Any:
    """Return the square root, elementwise; its derivative at 0 is inf.

    >>> sqrt(9.0)
    3.0
    """
    return table.sqrt(x)


def sin(x: Any) -> Any:
    """Return the sine of x in radians, elementwise.

    >>> sin(0.0)
    0.0
    """
    return table.sin(x)


def cos(x: Any) -> Any:
    """Return the cosine of x in radians, elementwise.

    >>> cos(0.0)
    1.0
    """
    return table.cos(x)


def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent, elementwise.

    >>> round(tanh(0.5), 9)
    0.462117157
    """
    return table.tanh(x)


def abs(x: Any) -> Any:
    """Return |x|, elementwise; the derivative at 0 is 0.

    >>> abs(-2.0)
    2.0
    """
    return table.abs(x)


def sign(x: Any) -> Any:
    """Return -1, 0 or 1 by the sign of x, elementwise; the derivative is 0.

    >>> sign(-2.0)
    -1.0
    """
    return table.sign(x)


def square(x: Any) -> Any:
    """Return x², elementwise.

    >>> square(-3.0)
    9.0
    """
    return table.square(x)


def relu(x: Any) -> Any:
    """Return max(0, x), elementwise; the derivative at 0 is 0.

    >>> relu(-2.0), relu(2.0)
    (0.0, 2.0)
    """
    return table.relu(x)


def pow(x: Any, y: Any) -> Any:
    """Return xʸ, elementwise; at 0 the derivatives of x⁰, x¹, x² are 0, 1, 0.

    Raises DomainError for a float or `Value` that is negative to a fractional power (the
    result is never complex), or 0 to a negative one.

    >>> pow(2.0, 3.0)
    8.0
    """
    return power(x, y)


def maximum(x: Any, y: Any) -> Any:
    """Return the larger of x and y, elementwise; a tie shares the gradient equally.

    >>> maximum(1.0, 2.0)
    2.0
    """
    return table.maximum(x, y)


def minimum(x: Any, y: Any) -> Any:
    """Return the smaller of x and y, elementwise; a tie shares the gradient equally.

    >>> minimum(1.0, 2.0)
    1.0
    """
    return table.minimum(x, y)


def logaddexp(x: Any, y: Any) -> Any:
    """Return ln(eˣ + eʸ), elementwise, without overflow.

    >>> round(logaddexp(1000.0, 1000.0), 4)
    1000.6931
    """
    return table.logaddexp(x, y)


def where(condition: Any, x: Any, y: Any) -> Any:
    """Return x where the condition holds and y elsewhere, elementwise.

    The condition carries no gradient. Write it with `greater` and its like, not with `>`,
    where `Value`s are meant too: then it is recorded with the rest.

    >>> where(greater(2.0, 1.0), 5.0, 7.0)
    5.0
    """
    return table.where(condition, x, y)


def greater(x: Any, y: Any) -> Any:
    """Return whether x > y, elementwise: 1.0 or 0.0 for numbers, booleans for arrays.

    >>> greater(2.0, 1.0)
    1.0
    """
    return table.greater(x, y)


def greater_equal(x: Any, y: Any) -> Any:
    """Return whether x ≥ y, elementwise.

    >>> greater_equal(1.0, 1.0)
    1.0
    """
    return table.greater_equal(x, y)


def less(x: Any, y: Any) -> Any:
    """Return whether x < y, elementwise.

    >>> less(2.0, 1.0)
    0.0
    """
    return table.less(x, y)


def less_equal(x: Any, y: Any) -> Any:
    """Return whether x ≤ y, elementwise.

    >>> less_equal(1.0, 1.0)
    1.0
    """
    return table.less_equal(x, y)


def equal(x: Any, y: Any) -> Any:
    """Return whether x = y, elementwise.

    >>> equal(1.0, 1.0)
    1.0
    """
    return table.equal(x, y)


def not_equal(x: Any, y: Any) -> Any:
    """Return whether x ≠ y, elementwise.

    >>> not_equal(1.0, 1.0)
    0.0
    """
    return table.not_equal(x, y)


def clip(x: Any, min: Any = None, max: Any = None) -> Any:
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


# --- reductions ---------------------------------------------------------------------------


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the sum of the elements, over all axes or the given ones; 0.0 if there are none.

    >>> sum([1.0, 2.0, 4.0])
    np.float64(7.0)
    """
    return table.sum(x, axis=axis, keepdims=keepdims)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the arithmetic mean. Raises ValueError if there are no elements.

    >>> mean(np.array([1.0, 2.0, 6.0]))
    np.float64(3.0)
    """
    return table.mean(x, axis=axis, keepdims=keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the largest element; elements that tie share the gradient equally.

    >>> max(np.array([1.0, 6.0, 2.0]))
    np.float64(6.0)
    """
    return table.max(x, axis=axis, keepdims=keepdims)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the smallest element; elements that tie share the gradient equally.

    >>> min(np.array([1.0, 6.0, 2.0]))
    np.float64(1.0)
    """
    return table.min(x, axis=axis, keepdims=keepdims)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return ln Σ eˣ without overflow; its gradient is softmax.

    >>> logsumexp(np.array([0.0, 1000.0]))
    np.float64(1000.0)
    """
    return table.logsumexp(x, axis=axis, keepdims=keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the product of the elements; 1.0 if there are none.

    Computed as a tree of products, so that its gradients of every order are right where
    elements are 0.

    >>> prod(np.array([2.0, 3.0, 4.0]))
    np.float64(24.0)
    """
    x = as_array(x)
    axes = _axes("prod", x, axis)
    if isinstance(x, np.ndarray) and x.dtype != object:
        product: Any = np.multiply.reduce
        return product(x, axis=axis, keepdims=keepdims)
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    kept = tuple(x.shape[i] for i in rest)
    factors = reshape(transpose(x, axes + rest), (math.prod(x.shape[i] for i in axes), *kept))
    if not factors.shape[0]:
        factors = concatenate([factors, np.ones((1, *kept))])
    while (n := factors.shape[0]) > 1:
        half = n // 2
        products = factors[:half] * factors[half : 2 * half]
        factors = concatenate([products, factors[2 * half :]]) if n % 2 else products
    if keepdims:
        return reshape(factors[0], tuple(1 if i in axes else m for i, m in enumerate(x.shape)))
    return factors[0]


def var(x: Any, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Return the variance, Σ(x − mean)² / (n − ddof).

    Raises ValueError if n − ddof is not positive.

    >>> var(np.array([1.0, 3.0]))
    np.float64(1.0)
    """
    x = as_array(x)
    n = _degrees("var", x, axis, ddof)
    return sum(square(x - mean(x, axis, keepdims=True)), axis, keepdims) / n


def std(x: Any, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Return the standard deviation, ‖x − mean‖ / √(n − ddof).

    As the norm, it has gradient 0 where all elements are equal. Raises as `var`.

    >>> std(np.array([1.0, 3.0]))
    np.float64(1.0)
    """
    x = as_array(x)
    n = _degrees("std", x, axis, ddof)
    deviations = table.norm(x - mean(x, axis, keepdims=True), axis=axis, keepdims=keepdims)
    return deviations / math.sqrt(n)


def _axes(name: str, x: Any, axis: Axis) -> tuple[int, ...]:
    """Return `axis` as a tuple; ShapeError if x does not have it."""
    try:
        return normal_axes(axis, x.ndim)
    except np.exceptions.AxisError as error:
        raise ShapeError(f"{name} of {describe(x)}: {error}") from None


def _degrees(name: str, x: Any, axis: Axis, ddof: int) -> int:
    n: int = math.prod(x.shape[i] for i in _axes(name, x, axis))
    if n - ddof <= 0:
        raise ValueError(
            f"{name} with ddof={ddof} needs more than {ddof} elements, but there are {n} "
            f"along axis={axis} of {describe(x)}"
        )
    return n - ddof


def norm(x: Any, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the length of x: √Σx² by default, Σ|x| for ord=1, max |x| for ord=inf.

    All elements count as one vector unless `axis` is given; with `ord` it must be one axis.
    The gradient at 0 is 0. Raises ValueError for another `ord`.

    >>> norm(np.array([3.0, 4.0]))
    np.float64(5.0)
    """
    x = as_array(x)
    if ord is None or ord == "fro":
        return table.norm(x, axis=axis, keepdims=keepdims)
    if len(_axes("norm", x, axis)) > 1:
        raise ValueError(
            f"norm with ord={ord!r} is of vectors, for NumPy's norms of matrices are other "
            f"things; say which axis of {describe(x)} runs along a vector, or reshape it to one"
        )
    if ord == 2:
        return table.norm(x, axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum(abs(x), axis, keepdims)
    if ord == math.inf:
        return max(abs(x), axis, keepdims)
    raise ValueError(f"norm knows ord=None, 1, 2 and inf, not {ord!r}")


# --- arrangement and products -------------------------------------------------------------


def matmul(x: Any, y: Any) -> Any:
    """Return the matrix product x @ y, for vectors, matrices and stacks of matrices.

    On object arrays of `Value`s each element of the result is one `dot` node. Raises
    ShapeError, naming both shapes, where they do not fit.

    >>> matmul(np.array([[1.0, 2.0]]), np.array([3.0, 4.0]))
    array([11.])
    """
    if type(x) in table.matmul.on or type(y) in table.matmul.on:
        return table.matmul(x, y)
    x, y = as_array(x), as_array(y)
    if has_objects(x) or has_objects(y):
        return _matmul_of_values(x, y)
    return table.matmul(x, y)


def affine(x: Any, weight: Any, bias: Any) -> Any:
    """Return x @ weight + bias, a layer's weighted sums, as one node.

    x: (…, n), weight: (n, m), bias: (m,). On object arrays of `Value`s each element of the
    result is one `dot` node. Raises ShapeError where the shapes do not fit.

    >>> affine(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([0.5]))
    array([[11.5]])
    """
    for operand in (weight, x, bias):
        record = table.affine.on.get(type(operand))
        if record is not None:
            return record(x, weight, bias)
    x, weight, bias = as_array(x), as_array(weight), as_array(bias)
    if has_objects(x) or has_objects(weight) or has_objects(bias):
        if weight.ndim == 2 and bias.shape == weight.shape[1:]:
            return _matmul_of_values(x, weight, list(bias))
        return matmul(x, weight) + bias
    return table.affine(x, weight, bias)


def _matmul_of_values(x: Any, y: Any, bias: Sequence[Any] = ()) -> Any:
    left = x if x.ndim > 1 else x[np.newaxis]
    right = y if y.ndim > 1 else y[:, np.newaxis]
    if not (x.ndim and y.ndim) or left.ndim > 2 or right.ndim > 2:
        return table.matmul(x, y)
    if left.shape[1] != right.shape[0]:
        raise ShapeError(
            f"matmul of shapes {x.shape} and {y.shape}: the last axis of the first "
            f"({left.shape[1]}) must be as long as the first axis of the second "
            f"({right.shape[0]})"
        )
    result = np.empty((left.shape[0], right.shape[1]), dtype=object)
    columns = [list(column) for column in right.T]
    for i, row in enumerate(left):
        for j, column in enumerate(columns):
            result[i, j] = table.dot(*row, *column, bias[j] if bias else 0.0)
    kept = (*left.shape[:1][: x.ndim - 1], *right.shape[1:][: y.ndim - 1])
    return result.reshape(kept) if kept else result.item()


def dot(x: Any, y: Any, bias: Any = 0.0) -> Any:
    """Return Σ xᵢ·yᵢ + bias of two vectors; the matrix product for arrays of two axes.

    Of `Value`s this is a single node, however long the vectors are: a neuron's weighted sum.

    >>> from autograd import Value
    >>> dot([Value(1.0), 2.0], [3.0, 4.0], bias=0.5)
    Value(11.5, op='w·x+b')
    """
    x, y = as_array(x), as_array(y)
    if (has_objects(x) or has_objects(y) or _is_one_number(bias)) and x.ndim == 1 and y.ndim == 1:
        if x.shape != y.shape:
            raise ShapeError(
                f"dot of {x.shape[0]} and {y.shape[0]} numbers: both need equally many"
            )
        return table.dot(*x, *y, bias)
    product = x * y if not (x.ndim and y.ndim) else matmul(x, y)
    return product if isinstance(bias, int | float) and bias == 0 else product + bias


def _is_one_number(x: Any) -> bool:
    """Whether x is a node of a single number: such a one has no axes and no dtype."""
    return hasattr(x, "op") and not hasattr(x, "dtype")


def reshape(x: Any, shape: int | Sequence[int]) -> Any:
    """Return the elements in another shape; one axis may be -1.

    >>> reshape(np.arange(4.0), (2, 2))
    array([[0., 1.],
           [2., 3.]])
    """
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return table.reshape(as_array(x), shape=shape)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """Return x with its axes reversed, or in the order given.

    >>> transpose(np.zeros((2, 3))).shape
    (3, 2)
    """
    return table.transpose(as_array(x), axes=None if axes is None else tuple(axes))


def broadcast_to(x: Any, shape: int | Sequence[int]) -> Any:
    """Return x repeated along new or single axes up to `shape`.

    >>> broadcast_to(np.array([1.0, 2.0]), (2, 2))
    array([[1., 2.],
           [1., 2.]])
    """
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return table.broadcast_to(as_array(x), shape=shape)


def concatenate(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Return the arrays joined along an axis that they have.

    >>> concatenate([np.array([1.0]), np.array([2.0, 3.0])])
    array([1., 2., 3.])
    """
    return table.concatenate(*map(as_array, arrays), axis=axis)


def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Return the arrays, all of one shape, joined along a new axis.

    >>> stack([np.array([1.0, 2.0]), np.array([3.0, 4.0])]).shape
    (2, 2)
    """
    return table.stack(*map(as_array, arrays), axis=axis)


def as_array(x: Any) -> Any:
    """Return lists (also of `Value`s) and numbers as arrays; nodes and arrays as they are."""
    return x if hasattr(x, "ndim") else np.asarray(x)
