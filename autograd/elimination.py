"""Linear algebra on arrays of `Value`s: Gaussian elimination, number by number.

A `Tensor` is inverted by one row of the table, whose derivative is a formula. With `Value`s each
product is a node, and the derivative is that of the steps themselves. Matrices lie along the last
two axes; there may be stacks of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.rearranging import deciding
from autograd.rows import table
from autograd.rows.nodes import Array, Arrayed


def square(name: str, x: Arrayed) -> None:
    """Raise ShapeError unless the last two axes of x have the same length."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ShapeError(f"{name} of {describe(x)} needs square matrices")


def each(function: Callable[..., Any], *stacks: Array) -> Any:
    """Return the results of a function on each matrix of equally long stacks."""
    first = stacks[0]
    if first.ndim == 2:
        return function(*stacks)
    made = [each(function, *parts) for parts in zip(*stacks, strict=True)]
    if not made:  # without matrices, a call on zeros and ones tells the shape of a result
        matrices = (
            np.eye(first.shape[-1]),
            *(np.zeros(x.shape[first.ndim - 2 :]) for x in stacks[1:]),
        )
        return np.empty((*first.shape[:-2], *np.shape(function(*matrices))), dtype=object)
    return np.stack([np.asarray(one, dtype=object) for one in made])


def solve(a: Array, b: Array) -> Array:
    """Return the X with a X = b, for one matrix a and a matrix b of columns.

    Raises LinAlgError if a is singular, as NumPy does.
    """
    a, b = np.array(a, dtype=object), np.array(b, dtype=object)
    n = len(a)
    for i in range(n):
        pivot = _pivot(a, i)
        a[[i, pivot]], b[[i, pivot]] = a[[pivot, i]], b[[pivot, i]]
        for row in range(i + 1, n):
            factor = a[row, i] / a[i, i]
            a[row, i + 1 :] = a[row, i + 1 :] - factor * a[i, i + 1 :]
            b[row] = b[row] - factor * b[i]
    for i in reversed(range(n)):
        for k in range(i + 1, n):
            b[i] = b[i] - a[i, k] * b[k]
        b[i] = b[i] / a[i, i]
    return b


def det(a: Array) -> object:
    """Return the determinant of one matrix; of a small one, by expansion along its first column.

    The expansion is right even if the determinant is 0. Raises LinAlgError if a large matrix is
    singular.
    """
    n = len(a)
    if n <= _SMALL:
        return _by_first_column(a)
    a, total = np.array(a, dtype=object), None
    for i in range(n):
        pivot = _pivot(a, i)
        a[[i, pivot]] = a[[pivot, i]]
        for row in range(i + 1, n):
            a[row, i + 1 :] = a[row, i + 1 :] - a[row, i] / a[i, i] * a[i, i + 1 :]
        factor = a[i, i] if pivot == i else -a[i, i]
        total = factor if total is None else total * factor
    return total


_SMALL = 4  # rows; 5 would take 120 products


def _by_first_column(a: Array) -> object:
    if len(a) == 1:
        return a[0, 0]
    total: Any = None
    for i in range(len(a)):
        term = a[i, 0] * _by_first_column(np.delete(a, i, axis=0)[:, 1:])
        total = term if total is None else total - term if i % 2 else total + term
    return total


def cholesky(a: Array) -> Array:
    """Return the lower triangle L with L Lᵀ = a, for one matrix, reading only its lower part.

    Raises LinAlgError if a is not positive definite, as NumPy does.
    """
    n = len(a)
    np.linalg.cholesky(deciding(a))  # raises if there is none
    lower = np.zeros((n, n), dtype=object)
    for i in range(n):
        for k in range(i + 1):
            rest = a[i, k]
            for j in range(k):
                rest = rest - lower[i, j] * lower[k, j]
            lower[i, k] = table.sqrt(rest) if i == k else rest / lower[k, k]
    return lower


def _pivot(a: Array, i: int) -> int:
    """Return the row of the largest number in a column: dividing by it loses fewest digits."""
    sizes = np.abs(deciding(a[i:, i]))
    if not sizes.any():
        raise np.linalg.LinAlgError("Singular matrix")
    return i + int(sizes.argmax())
