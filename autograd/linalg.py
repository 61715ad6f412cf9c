"""Linear algebra with NumPy's names, differentiable to any order: `autograd.linalg.inv`."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np

from autograd import elimination, functions
from autograd.errors import describe
from autograd.functions import as_array
from autograd.rearranging import deciding, moveaxis
from autograd.rows import linalg, table
from autograd.rows.nodes import Array, Axis, N, Operand, of_nodes, product
from autograd.rows.operands import has_objects
from autograd.rows.reduction import Reduction

__all__ = ["cholesky", "det", "eigh", "eigvalsh", "inv", "norm", "slogdet", "solve", "svd"]


@of_nodes
def inv(x: Operand) -> object:
    """Return the inverses of matrices.

    >>> inv(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    array = as_array(x)
    if not has_objects(array):
        return linalg.inv.apply(array)
    elimination.square("np.linalg.inv", array)
    return elimination.each(lambda a: elimination.solve(a, np.eye(len(a))), array)


@of_nodes
def det(x: Operand) -> object:
    """Return the determinants of matrices; gradients of a `Tensor` need them not to be 0.

    >>> round(float(det(np.array([[2.0, 0.0], [0.0, 4.0]]))), 12)
    8.0
    """
    array = as_array(x)
    if not has_objects(array):
        return linalg.det.apply(array)
    elimination.square("np.linalg.det", array)
    return elimination.each(elimination.det, array)


@of_nodes
def cholesky(x: Operand) -> object:
    """Return the lower triangles L with L Lᵀ = x, for symmetric positive definite matrices.

    Only the lower triangles of x are read, as by NumPy, and so only they have a gradient.

    >>> cholesky(np.array([[4.0, 0.0], [0.0, 9.0]]))
    array([[2., 0.],
           [0., 3.]])
    """
    array = as_array(x)
    elimination.square("np.linalg.cholesky", array)
    if not has_objects(array):
        return linalg.cholesky.apply(_mirrored(array, "L"))
    return elimination.each(elimination.cholesky, array)


def _mirrored(x: Any, triangle: str) -> object:
    """Return the symmetric matrices that have one triangle in common with x."""
    if triangle not in ("L", "U"):
        raise ValueError(
            f"UPLO is 'L' for the lower triangle or 'U' for the upper, not {triangle!r}"
        )
    ones = np.ones(x.shape[-2:], x.dtype if x.dtype.kind == "f" else float)
    inner, edge = (
        (np.tril(ones), np.tril(ones, -1)) if triangle == "L" else (np.triu(ones), np.triu(ones, 1))
    )
    return x * inner + moveaxis(x * edge, -1, -2)


@product
def solve(a: Any, b: Any) -> object:
    """Return the x of a @ x = b, for a vector b or a matrix of columns.

    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 2.0]))
    array([1. , 0.5])
    """
    a, b = as_array(a), as_array(b)
    if has_objects(a) or has_objects(b):
        elimination.square("np.linalg.solve", a)
        columns = b[:, None] if b.ndim == 1 else b
        a, columns = _stacked(a, columns)
        solved = elimination.each(elimination.solve, a, columns)
        return solved[..., 0] if b.ndim == 1 else solved
    if b.ndim != 1:
        return linalg.solve.apply(a, b)
    return linalg.solve.apply(a, table.reshape(b, (-1, 1)))[..., 0]


def _stacked(a: Array, b: Array) -> tuple[Array, Array]:
    """Return two stacks of matrices, broadcast to the same length."""
    shape = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return np.broadcast_to(a, (*shape, *a.shape[-2:])), np.broadcast_to(b, (*shape, *b.shape[-2:]))


def slogdet(x: Operand) -> tuple[Any, Any]:
    """Return the sign of the determinant and ln |det x|, which neither over- nor underflows."""
    array = as_array(x)
    elimination.square("np.linalg.slogdet", array)
    sign = np.linalg.slogdet(deciding(array))[0]
    return sign, table.log(abs(det(array))) if has_objects(array) else linalg.logabsdet.apply(array)


@overload
def eigh(x: N, UPLO: str = "L") -> tuple[N, N]: ...
@overload
def eigh(x: Operand, UPLO: str = "L") -> tuple[Any, Any]: ...
def eigh(x: Operand, UPLO: str = "L") -> tuple[object, object]:
    """Return the eigenvalues of symmetric matrices, and their eigenvectors as columns.

    UPLO: the triangle that is read, and that has a gradient: "L" for the lower, "U" for the
        upper one. The sign of an eigenvector is free, and need not be that of `numpy.linalg.eigh`.

    Raises TypeError for arrays of `Value`s, as `svd` does.
    """
    array = as_array(x)
    _no_values("eigh", array)
    elimination.square("np.linalg.eigh", array)
    both = linalg.eigen.apply(_mirrored(array, UPLO.upper()))
    return both[..., -1, :], both[..., :-1, :]


@of_nodes
def eigvalsh(x: Operand) -> object:
    """Return the eigenvalues of symmetric matrices in ascending order."""
    return eigh(x)[0]


@overload
def svd(x: N, full_matrices: bool = False, compute_uv: Literal[True] = True) -> tuple[N, N, N]: ...
@overload
def svd(x: Operand, full_matrices: bool = False, compute_uv: bool = True) -> Any: ...
def svd(x: Any, full_matrices: bool = False, compute_uv: bool = True) -> object:
    """Return U, the singular values and Vᵀ of matrices, or the singular values alone.

    They are differentiable where the singular values differ and are not 0. U and V have only the
    columns that x determines (full_matrices=False; NumPy's default is True).

    Raises ValueError for full_matrices=True and matrices that are not square.
    """
    x = _no_values("svd", as_array(x))
    if full_matrices and compute_uv and x.shape[-1] != x.shape[-2]:
        raise ValueError(
            f"np.linalg.svd of {describe(x)} with full_matrices=True: the further columns are "
            "arbitrary and have no derivative; say full_matrices=False"
        )
    u, v, s = linalg.parts(linalg.singular.apply(x), x.shape[-2])
    return (u, s, linalg.adjoint(v)) if compute_uv else s


def _no_values(name: str, x: object) -> object:
    """Return x unless it is an array of `Value`s: no finite formula gives eigenvalues."""
    if has_objects(x):
        raise TypeError(
            f"np.linalg.{name} of {describe(x)}: it is computed by iteration, so its gradient is "
            "known only as a formula for a Tensor; compute with a Tensor from the start"
        )
    return x


@of_nodes
def norm(
    x: Operand, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False
) -> object:
    """Return the lengths of vectors as `autograd.norm` does, or NumPy's norms of matrices.

    With two axes (or, for a matrix, none given) the result is, for ord=1 and -1, the largest and
    smallest sum of absolute values in a column, and for inf and -inf in a row; for 2 and -2 the
    largest and smallest singular value; for "nuc" the sum of the singular values; for "fro" and
    None the root of the sum of squares.

    >>> norm(np.diag([3.0, 4.0]), ord="nuc"), norm(np.array([[1.0, -2.0], [0.0, 1.0]]), ord=1)
    (np.float64(7.0), np.float64(3.0))
    """
    array = as_array(x)
    pair = (-2, -1) if axis is None and array.ndim == 2 else axis
    if not isinstance(pair, tuple | list) or len(pair) != 2 or ord is None or ord == "fro":
        return functions.norm(array, ord, axis, keepdims)
    if ord not in (*_LENGTHS, *_SINGULAR):
        raise ValueError(
            f"np.linalg.norm of {describe(array)} with ord={ord!r}: for matrices ord is 1, -1, 2, "
            '-2, inf, -inf, "fro" or "nuc"'
        )
    matrices = moveaxis(array, tuple(pair), (-2, -1))
    if ord in _LENGTHS:
        over, most = _LENGTHS[ord]
        result = most(table.sum(abs(matrices), axis=over), axis=-1)
    else:
        result = _SINGULAR[ord](svd(matrices, compute_uv=False), axis=-1)
    if not keepdims:
        return result
    kept = {n % array.ndim for n in pair}
    return table.reshape(result, [1 if n in kept else m for n, m in enumerate(array.shape)])


#: Norms of matrices by sums of absolute values: the axis to sum over, and which sum to take.
_LENGTHS: dict[object, tuple[int, Reduction]] = {
    1: (-2, table.max),
    -1: (-2, table.min),
    np.inf: (-1, table.max),
    -np.inf: (-1, table.min),
}
#: Norms of matrices by singular values.
_SINGULAR: dict[object, Reduction] = {2: table.max, -2: table.min, "nuc": table.sum}
