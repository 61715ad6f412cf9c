"""More NumPy functions, written as forward maths: products, running sums, sums that skip NaN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.functions import as_array, prod, tensordot
from autograd.node import Node
from autograd.rearranging import diagonal, moved, ravel
from autograd.rows import table
from autograd.rows.nodes import A, Array, Arrayed, Axis, N, Operand, Quantity, of_nodes, product
from autograd.rows.operands import has_objects
from autograd.rows.sums_of_products import cumsum as running_sum
from autograd.rows.sums_of_products import einsum as sum_of_products

__all__ = [
    "append",
    "cumprod",
    "cumsum",
    "diff",
    "einsum",
    "hstack",
    "inner",
    "kron",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
    "outer",
    "round",
    "trace",
    "vstack",
]

#: Names of axes. They are string.ascii_letters, but importing `string` compiles patterns.
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

# --- products -------------------------------------------------------------------------------


@overload
def einsum(subscripts: str, x: N, /, *operands: Operand) -> N: ...
@overload
def einsum(subscripts: str, x: Array, y: A, /, *operands: Operand) -> A: ...
@overload
def einsum(subscripts: str, *operands: Operand) -> Any: ...
def einsum(subscripts: str, *operands: Operand) -> object:
    """Return the sum of products that the subscripts describe, as `numpy.einsum` does.

    Raises ShapeError where the subscripts and the operands do not fit.

    >>> einsum("ij,j->i", np.eye(2), np.array([3.0, 4.0]))
    array([3., 4.])
    """
    xs = [as_array(x) for x in operands]
    if any(map(has_objects, xs)):
        return _einsum_of_values(subscripts, xs)
    if not any(isinstance(x, Node) for x in xs):
        return np.einsum(subscripts, *xs)
    names, output = _explicit(subscripts, xs)
    factors, labels = list(xs), list(names)
    for i, name in enumerate(names):
        for letter in dict.fromkeys(name):
            while labels[i].count(letter) > 1:  # a diagonal, which becomes the last axis
                first = labels[i].index(letter)
                second = labels[i].index(letter, first + 1)
                shape = factors[i].shape
                if shape[first] != shape[second]:
                    raise ShapeError(
                        f'einsum "{subscripts}": {letter} names axes of {shape[first]} and '
                        f"{shape[second]} elements of {describe(xs[i])}"
                    )
                factors[i] = diagonal(factors[i], 0, first, second)
                rest = [c for n, c in enumerate(labels[i]) if n not in (first, second)]
                labels[i] = "".join([*rest, letter])
    return sum_of_products.apply(*factors, subscripts=f"{','.join(labels)}->{output}")


def _explicit(subscripts: str, xs: Sequence[Arrayed]) -> tuple[list[str], str]:
    """Return the subscripts of each operand and of the result, with letters in place of dots."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    names = inputs.split(",")
    if len(names) != len(xs):
        raise ShapeError(f"einsum {subscripts!r} is of {len(names)} operands, not {len(xs)}")
    used = set(subscripts)
    free = [letter for letter in LETTERS if letter not in used]
    dots = ""
    for i, (name, x) in enumerate(zip(names, xs, strict=True)):
        n = x.ndim - len(name.replace("...", "")) if "..." in name else 0
        here = "".join(free[max(0, 20 - n) : 20])
        dots = here if len(here) > len(dots) else dots
        names[i] = name.replace("...", here)
        if len(names[i]) != x.ndim:
            raise ShapeError(f"einsum {subscripts!r}: {name!r} does not fit {describe(x)}")
    if not arrow:
        every = "".join(names)
        output = dots + "".join(
            sorted(c for c in set(every) if every.count(c) == 1 and c not in dots)
        )
    return names, output.replace("...", dots)


def _einsum_of_values(subscripts: str, xs: Sequence[Array]) -> object:
    """Add up the products one by one, for arrays of `Value`s."""
    names, output = _explicit(subscripts, xs)
    letters = output + "".join(sorted(set("".join(names)) - set(output)))
    factors = []
    for name, x in zip(names, xs, strict=True):
        for letter in set(name):
            while name.count(letter) > 1:
                first, second = name.index(letter), name.rindex(letter)
                x = np.diagonal(x, axis1=first, axis2=second)
                name = name[:first] + name[first + 1 : second] + name[second + 1 :] + letter
        places = [letters.index(letter) for letter in name]
        order = [int(i) for i in np.argsort(places)]
        shape = [x.shape[name.index(c)] if c in name else 1 for c in letters]
        factors.append(x.transpose(order).reshape(shape))
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    summed = tuple(range(len(output), len(letters)))
    return table.sum(product, axis=summed) if summed else product


@product
def inner(x: Any, y: Any) -> object:
    """Return the sum of products over the last axis of both.

    >>> inner(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array(11.)
    """
    x, y = as_array(x), as_array(y)
    return tensordot(x, y, (-1, -1)) if x.ndim and y.ndim else x * y


@product
def outer(x: Operand, y: Operand) -> object:
    """Return the products of each element of x with each of y.

    >>> outer(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([[3., 4.],
           [6., 8.]])
    """
    return table.reshape(ravel(x), (-1, 1)) * table.reshape(ravel(y), (1, -1))


@product
def kron(x: Any, y: Any) -> object:
    """Return the Kronecker product: y in each place of x, times the element there.

    >>> kron(np.array([1.0, 10.0]), np.array([1.0, 2.0]))
    array([ 1.,  2., 10., 20.])
    """
    x, y = as_array(x), as_array(y)
    n = max(x.ndim, y.ndim)
    xs = (1,) * (n - x.ndim) + tuple(x.shape)
    ys = (1,) * (n - y.ndim) + tuple(y.shape)
    left = table.reshape(x, tuple(m for a in xs for m in (a, 1)))
    right = table.reshape(y, tuple(m for a in ys for m in (1, a)))
    return table.reshape(left * right, tuple(a * b for a, b in zip(xs, ys, strict=True)))


@of_nodes
def trace(x: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> object:
    """Return the sum of the diagonal. See `numpy.trace`."""
    return table.sum(diagonal(x, offset, axis1, axis2), axis=-1)


# --- running sums and products --------------------------------------------------------------


def along(x: Any, axis: int | None) -> tuple[Any, int]:
    """Return x and the axis to go along, counted from the front; for None, x flattened and 0."""
    if axis is None:
        return ravel(x), 0
    if not -x.ndim <= axis < x.ndim:
        raise ShapeError(f"{describe(x)} has no axis {axis}")
    return x, axis % x.ndim


@of_nodes
def cumsum(x: Operand, axis: int | None = None) -> object:
    """Return the running sums of the elements, along an axis, or over all of them in order.

    >>> cumsum(np.array([1.0, 2.0, 3.0]))
    array([1., 3., 6.])
    """
    array = as_array(x)
    if has_objects(array):
        return np.cumsum(array, axis=axis)
    array, axis = along(array, axis)
    return running_sum.apply(array, axis=axis)


@of_nodes
def cumprod(x: Operand, axis: int | None = None) -> object:
    """Return the running products of the elements; gradients are right even where some are 0.

    >>> cumprod(np.array([1.0, 2.0, 3.0]))
    array([1., 2., 6.])
    """
    array = as_array(x)
    if isinstance(array, np.ndarray):
        return np.cumprod(array, axis=axis)
    array, axis = along(array, axis)
    if not array.size:
        return array
    before = (slice(None),) * axis
    products = [array[(*before, 0)]]
    for i in range(1, array.shape[axis]):
        products.append(products[-1] * array[(*before, i)])
    return table.stack(products, axis=axis)


@of_nodes
def diff(x: Any, n: int = 1, axis: int = -1) -> object:
    """Return the differences of neighbours along an axis, n times over.

    >>> diff(np.array([1.0, 4.0, 9.0]))
    array([3., 5.])
    """
    x, axis = along(as_array(x), axis)
    before = (slice(None),) * axis
    for _ in range(n):
        x = x[(*before, slice(1, None))] - x[(*before, slice(None, -1))]
    return x


@of_nodes
def append(x: Operand, values: Operand, axis: int | None = None) -> object:
    """Return x with values appended along an axis, or both flattened and joined.

    >>> append(np.array([1.0]), [2.0, 3.0])
    array([1., 2., 3.])
    """
    return table.concatenate([x, values], axis)


def vstack(arrays: Sequence[Operand]) -> object:
    """Return the arrays one below the other."""
    return table.concatenate([moved(np.atleast_2d, x) for x in arrays])


def hstack(arrays: Sequence[Operand]) -> object:
    """Return the arrays side by side."""
    parts = [moved(np.atleast_1d, x) for x in arrays]
    return table.concatenate(parts, 0 if parts[0].ndim == 1 else 1)


@of_nodes
def round(x: Any, decimals: int = 0) -> object:
    """Return x rounded to so many decimals, elementwise; the derivative is 0.

    >>> round(2.34, 1)
    2.3
    """
    if not decimals:
        return table.rint(x)
    return table.rint(x * 10.0**decimals) / 10.0**decimals


# --- sums without NaN -----------------------------------------------------------------------


def _without_nan(x: Operand, instead: float) -> Any:
    array = as_array(x)
    return table.where(table.equal(array, array), array, instead)


@of_nodes
def nansum(x: Operand, axis: Axis = None, keepdims: bool = False) -> object:
    """Return the sum of the elements that are numbers; no gradient flows to the others.

    >>> nansum(np.array([1.0, np.nan, 2.0]))
    np.float64(3.0)
    """
    return table.sum(_without_nan(x, 0.0), axis=axis, keepdims=keepdims)


@of_nodes
def nanprod(x: Operand, axis: Axis = None, keepdims: bool = False) -> object:
    """Return the product of the elements that are numbers.

    >>> nanprod(np.array([2.0, np.nan, 3.0]))
    np.float64(6.0)
    """
    return prod(_without_nan(x, 1.0), axis, keepdims)


@of_nodes
def nanmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> object:
    """Return the largest of the elements that are numbers.

    >>> nanmax(np.array([1.0, np.nan, 2.0]))
    np.float64(2.0)
    """
    return table.max(_without_nan(x, -np.inf), axis=axis, keepdims=keepdims)


@of_nodes
def nanmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> object:
    """Return the smallest of the elements that are numbers.

    >>> nanmin(np.array([1.0, np.nan, 2.0]))
    np.float64(1.0)
    """
    return table.min(_without_nan(x, np.inf), axis=axis, keepdims=keepdims)


@of_nodes
def nanmean(x: Operand, axis: Axis = None, keepdims: bool = False) -> object:
    """Return the mean of the elements that are numbers.

    >>> nanmean(np.array([1.0, np.nan, 2.0]))
    np.float64(1.5)
    """
    array = as_array(x)
    return nansum(array, axis, keepdims) / _how_many(array, axis, keepdims)


def _how_many(array: Arrayed, axis: Axis, keepdims: bool) -> Quantity:
    """Return how many elements are numbers, as floats of the array's width."""
    one = np.ones((), array.dtype if array.dtype.kind == "f" else float)
    count: Quantity = table.sum(table.equal(array, array) * one, axis=axis, keepdims=keepdims)
    return count


@of_nodes
def nanvar(x: Operand, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> object:
    """Return the variance of the elements that are numbers.

    >>> nanvar(np.array([1.0, np.nan, 3.0]))
    np.float64(1.0)
    """
    array = as_array(x)
    count = _how_many(array, axis, keepdims)
    deviations = table.square(_without_nan(array - nanmean(array, axis, True), 0.0))
    return table.sum(deviations, axis=axis, keepdims=keepdims) / (count - ddof)


@of_nodes
def nanstd(x: Operand, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> object:
    """Return the standard deviation of the elements that are numbers; see `std`.

    >>> nanstd(np.array([1.0, np.nan, 5.0]))
    2.0
    """
    variance = nanvar(x, axis, keepdims, ddof)
    flat = table.equal(variance, 0.0)  # there the deviation and, as for std, its gradient are 0
    return table.where(flat, 0.0, table.sqrt(table.where(flat, 1.0, variance)))
