"""Linear algebra with NumPy's names, differentiable to any order: `autograd.linalg.inv`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import functions
from autograd.errors import describe
from autograd.functions import as_array
from autograd.rearranging import deciding, moveaxis
from autograd.rows import linalg, table

__all__ = ["cholesky", "det", "eigh", "eigvalsh", "inv", "norm", "slogdet", "solve", "svd"]


def inv(x: Any) -> Any:
    """Return the inverses of matrices.

    >>> inv(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return linalg.inv.apply(as_array(x))


def det(x: Any) -> Any:
    """Return the determinants of matrices; the gradient needs them not to be 0.

    >>> round(float(det(np.array([[2.0, 0.0], [0.0, 4.0]]))), 12)
    8.0
    """
    return linalg.det.apply(as_array(x))


def cholesky(x: Any) -> Any:
    """Return the lower triangles L with L Lᵀ = x, for symmetric positive definite matrices.

    >>> cholesky(np.array([[4.0, 0.0], [0.0, 9.0]]))
    array([[2., 0.],
           [0., 3.]])
    """
    return linalg.cholesky.apply(as_array(x))


def solve(a: Any, b: Any) -> Any:
    """Return the x of a @ x = b, for a vector b or a matrix of columns.

    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 2.0]))
    array([1. , 0.5])
    """
    a, b = as_array(a), as_array(b)
    if b.ndim != 1:
        return linalg.solve.apply(a, b)
    return linalg.solve.apply(a, table.reshape(b, (-1, 1)))[..., 0]


def slogdet(x: Any) -> tuple[Any, Any]:
    """Return the sign of the determinant and ln |det x|, which neither over- nor underflows."""
    x = as_array(x)
    sign = np.linalg.slogdet(deciding(x))[0]
    return sign, linalg.logabsdet.apply(x)


def eigh(x: Any, UPLO: str = "L") -> tuple[Any, Any]:
    """Return the eigenvalues of symmetric matrices, and their eigenvectors as columns.

    UPLO: the triangle that is read, "L" for the lower, "U" for the upper one. The sign of
        an eigenvector is free, and need not be that of `numpy.linalg.eigh`.
    """
    x = as_array(x)
    both = linalg.eigen.apply(moveaxis(x, -1, -2) if UPLO.upper() == "U" else x)
    return both[..., -1, :], both[..., :-1, :]


def eigvalsh(x: Any) -> Any:
    """Return the eigenvalues of symmetric matrices in rising order."""
    return eigh(x)[0]


def svd(x: Any, full_matrices: bool = False, compute_uv: bool = True) -> Any:
    """Return U, the singular values and Vᵀ of matrices, or the singular values alone.

    Differentiable where the singular values differ and are not 0; U and V are the parts that x
    determines (full_matrices=False, which NumPy takes to be True).

    Raises ValueError for full_matrices=True of a matrix that is not square.
    """
    x = as_array(x)
    if full_matrices and compute_uv and x.shape[-1] != x.shape[-2]:
        raise ValueError(
            f"svd of {describe(x)} with full_matrices=True: the further columns are arbitrary and "
            "have no derivative; say full_matrices=False"
        )
    u, v, s = linalg.parts(linalg.singular.apply(x), x.shape[-2])
    return (u, s, linalg.adjoint(v)) if compute_uv else s


def norm(x: Any, ord: float | str | None = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the lengths of vectors as `autograd.norm` does; ord="nuc" is of matrices.

    The nuclear norm is the sum of the singular values.

    >>> norm(np.diag([3.0, 4.0]), ord="nuc")
    np.float64(7.0)
    """
    x = as_array(x)
    if ord != "nuc" or (axis is None and x.ndim != 2):
        return functions.norm(x, ord, axis, keepdims)
    pair = (-2, -1) if axis is None else axis
    total = table.sum(svd(moveaxis(x, pair, (-2, -1)), compute_uv=False), -1)
    if not keepdims:
        return total
    rows, columns = (n % x.ndim for n in pair)
    shape = [1 if n in (rows, columns) else length for n, length in enumerate(x.shape)]
    return table.reshape(total, shape)
