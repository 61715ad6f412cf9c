"""Linear algebra: rows whose derivatives are products with their own results.

Matrices lie along the last two axes, as in NumPy; there may be stacks of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.rows.arrangement import concatenate, getitem, reshape, transpose
from autograd.rows.comparisons import equal
from autograd.rows.matrix_elements import Elements, cofactors
from autograd.rows.nodes import Array, Arrayed
from autograd.rows.piecewise import where
from autograd.rows.products import matmul
from autograd.rows.reductions import sum
from autograd.rows.structural import Structural, structural


def adjoint(x: Arrayed) -> Any:
    """Return the matrices transposed: the last two axes of x change places."""
    axes = list(range(x.ndim))
    axes[-2:] = axes[:-3:-1]
    return transpose(x, axes=tuple(axes))


def diagonals(x: Arrayed) -> Any:
    """Return the diagonal matrices of the vectors along the last axis of x."""
    return reshape(x, shape=(*x.shape, 1)) * np.eye(x.shape[-1])


def _spread(g: Arrayed) -> Any:
    return reshape(g, shape=(*g.shape, 1, 1))


inv_elements = Elements("inv")
inv: Structural = structural(
    "inv",
    np.linalg.inv,
    vjp=[lambda g, z, x: -matmul(matmul(adjoint(z), g), adjoint(z))],
    push=[lambda t, z, x: -matmul(matmul(z, t), z)],
    numpy=[np.linalg.inv],
    text={"javascript, arrays": "matrix_inv", "numpy": "np.linalg.inv($x)"},
    latex="$x^{-1}",
    view=False,
    on_values=inv_elements,
)
inv_elements.of(inv)

det_elements = Elements("det", slopes=cofactors)
det: Structural = structural(
    "det",
    np.linalg.det,
    vjp=[lambda g, z, x: _spread(g * z) * adjoint(inv.apply(x))],
    push=[lambda t, z, x: z * sum(t * adjoint(inv.apply(x)), axis=(-1, -2))],
    numpy=[np.linalg.det],
    text={"javascript, arrays": "matrix_det", "numpy": "np.linalg.det($x)"},
    latex=r"\det $x",
    view=False,
    on_values=det_elements,
)
det_elements.of(det)

logabsdet_elements = Elements("logabsdet")
#: ln |det x|, which neither over- nor underflows.
logabsdet: Structural = structural(
    "logabsdet",
    lambda x: np.linalg.slogdet(x)[1],
    vjp=[lambda g, z, x: _spread(g) * adjoint(inv.apply(x))],
    push=[lambda t, z, x: sum(t * adjoint(inv.apply(x)), axis=(-1, -2))],
    latex=r"\ln \left|\det $x\right|",
    text={"javascript, arrays": "matrix_logabsdet", "numpy": "np.linalg.slogdet($x)[1]"},
    view=False,
    on_values=logabsdet_elements,
)
logabsdet_elements.of(logabsdet)


def _half(x: Any) -> object:
    """Return the lower triangles, with half of the diagonal."""
    n = x.shape[-1]
    return x * (np.tril(np.ones((n, n))) - np.eye(n) / 2)


def _cholesky_x(g: object, z: Arrayed, x: object) -> object:
    # I. Murray, "Differentiation of the Cholesky decomposition" (2016).
    back = inv.apply(z)
    inner = _half(matmul(adjoint(z), g))
    whole = matmul(matmul(adjoint(back), inner), back)
    return (whole + adjoint(whole)) / 2


def _cholesky_t(t: Arrayed, z: object, x: object) -> object:
    back = inv.apply(z)
    return matmul(z, _half(matmul(matmul(back, (t + adjoint(t)) / 2), adjoint(back))))


cholesky_elements = Elements("cholesky")
cholesky: Structural = structural(
    "cholesky",
    lambda x: np.linalg.cholesky((x + np.swapaxes(x, -1, -2)) / 2),
    vjp=[_cholesky_x],
    push=[_cholesky_t],
    numpy=[np.linalg.cholesky],
    latex=r"\operatorname{chol} $x",
    text={
        "javascript, arrays": "matrix_cholesky",
        "numpy": "np.linalg.cholesky(($x + np.swapaxes($x, -1, -2)) / 2)",
    },
    view=False,
    on_values=cholesky_elements,
)
cholesky_elements.of(cholesky)


def _eigh(x: Array) -> tuple[Array, Array]:
    return np.linalg.eigh((x + np.swapaxes(x, -1, -2)) / 2)


def _vectors(x: Array) -> Array:
    values, vectors = _eigh(x)
    return np.concatenate([vectors, values[..., np.newaxis, :]], axis=-2)


def _split(z: object) -> tuple[Any, Any]:
    vectors = getitem(z, key=(..., slice(None, -1), slice(None)))
    return vectors, getitem(z, key=(..., -1, slice(None)))


def _over_gaps(values: Arrayed, x: Any) -> Any:
    """Return x / (λⱼ − λᵢ), and 0 on the diagonal.

    It is also 0 if x and the gap are both 0, so that the gradient of equal eigenvalues exists. If
    only x is 0, the quotient is, too, but it has a derivative.
    """
    n = values.shape[-1]
    columns = reshape(values, shape=(*values.shape, 1))
    rows = reshape(values, shape=(*values.shape[:-1], 1, n))
    gaps = rows - columns + np.eye(n)
    tied = where(equal(x, 0.0), where(equal(gaps, 0.0), 1.0, 0.0), 0.0)
    return (1 - np.eye(n)) * (1 - tied) * x / (gaps + tied)


def _eigen_x(g: object, z: object, x: object) -> object:
    vectors, values = _split(z)
    g_vectors, g_values = _split(g)
    turned = _over_gaps(values, matmul(adjoint(vectors), g_vectors))
    whole = matmul(matmul(vectors, turned + diagonals(g_values)), adjoint(vectors))
    return (whole + adjoint(whole)) / 2


def _eigen_t(t: Arrayed, z: object, x: object) -> object:
    vectors, values = _split(z)
    moved = matmul(matmul(adjoint(vectors), (t + adjoint(t)) / 2), vectors)
    n = values.shape[-1]
    of_values = sum(moved * np.eye(n), axis=-2, keepdims=True)
    of_vectors = matmul(vectors, _over_gaps(values, moved))
    return concatenate.apply(of_vectors, of_values, axis=-2)


eigen_elements = Elements("eigen", signed=True)
#: The eigenvectors of symmetric matrices as columns, and below them the eigenvalues.
eigen: Structural = structural(
    "eigen",
    _vectors,
    vjp=[_eigen_x],
    push=[_eigen_t],
    latex=r"\operatorname{eig} $x",
    text={"javascript, arrays": "matrix_eigen"},
    view=False,
    on_values=eigen_elements,
)
eigen_elements.of(eigen)


solve_elements = Elements("solve", columns=True)
solve: Structural = structural(
    "solve",
    np.linalg.solve,
    vjp=[
        lambda g, z, a, b: -matmul(solve.apply(adjoint(a), g), adjoint(z)),
        lambda g, z, a, b: solve.apply(adjoint(a), g),
    ],
    push=[
        lambda t, z, a, b: -solve.apply(a, matmul(t, z)),
        lambda t, z, a, b: solve.apply(a, t),
    ],
    latex="$x^{-1} \\, $y",
    text={"javascript, arrays": "matrix_solve", "numpy": "np.linalg.solve($x, $y)"},
    view=False,
    on_values=solve_elements,
)
solve_elements.of(solve)


def _singular(x: Array) -> Array:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, np.swapaxes(vh, -1, -2), s[..., np.newaxis, :]], axis=-2)


def parts(z: object, rows: int) -> tuple[Any, Any, Any]:
    """Return U, V and the singular values of a result of `singular`, whose matrix had `rows`."""
    u = getitem(z, key=(..., slice(None, rows), slice(None)))
    v = getitem(z, key=(..., slice(rows, -1), slice(None)))
    return u, v, getitem(z, key=(..., -1, slice(None)))


def _outside(u: Arrayed) -> Any:
    """Return the projection onto the complement of the space that the columns of u span."""
    return np.eye(u.shape[-2]) - matmul(u, adjoint(u))


def _singular_x(g: object, z: object, x: Arrayed) -> object:
    # J. Townsend, "Differentiating the singular value decomposition" (2016).
    u, v, s = parts(z, x.shape[-2])
    gu, gv, gs = parts(g, x.shape[-2])
    j, k = (_over_gaps(s * s, matmul(adjoint(w), g)) for w, g in ((u, gu), (v, gv)))
    row = reshape(s, shape=(*s.shape[:-1], 1, s.shape[-1]))
    column = reshape(s, shape=(*s.shape, 1))
    inner = (j + adjoint(j)) * row + column * (k + adjoint(k)) + diagonals(gs)
    whole = matmul(matmul(u, inner), adjoint(v))
    whole = whole + matmul(matmul(_outside(u), gu / row), adjoint(v))
    return whole + matmul(u, adjoint(matmul(_outside(v), gv / row)))


def _singular_t(t: Arrayed, z: object, x: Arrayed) -> object:
    u, v, s = parts(z, x.shape[-2])
    row = reshape(s, shape=(*s.shape[:-1], 1, s.shape[-1]))
    column = reshape(s, shape=(*s.shape, 1))
    p = matmul(matmul(adjoint(u), t), v)
    du = matmul(u, _over_gaps(s * s, p * row + column * adjoint(p)))
    du = du + matmul(_outside(u), matmul(t, v) / row)
    dv = matmul(v, _over_gaps(s * s, column * p + adjoint(p) * row))
    dv = dv + matmul(_outside(v), matmul(adjoint(t), u) / row)
    ds = sum(p * np.eye(s.shape[-1]), axis=-2, keepdims=True)
    return concatenate.apply(du, dv, ds, axis=-2)


singular_elements = Elements("singular", signed=True)
#: The singular value decomposition: U, below it V, and below that the singular values.
singular: Structural = structural(
    "singular",
    _singular,
    vjp=[_singular_x],
    push=[_singular_t],
    latex=r"\operatorname{svd} $x",
    text={"javascript, arrays": "matrix_singular"},
    view=False,
    on_values=singular_elements,
)
singular_elements.of(singular)
