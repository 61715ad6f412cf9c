"""Products of matrices, and the weighted sums of layers and neurons."""

from __future__ import annotations

import builtins
import operator
from functools import reduce
from typing import Any

import numpy as np

from autograd.rows.arrangement import broadcast_to, reshape, transpose
from autograd.rows.facts import PRODUCT, SUM, Terms
from autograd.rows.reductions import sum
from autograd.rows.structural import Structural, structural


def _swap(x: Any) -> Any:
    """Swap the last two axes."""
    axes = list(range(x.ndim))
    axes[-2:] = axes[:-3:-1]
    return transpose(x, axes=tuple(axes))


def _column(x: Any) -> Any:
    return reshape(x, shape=(*x.shape, 1))


def _row(x: Any) -> Any:
    return reshape(x, shape=(*x.shape[:-1], 1, x.shape[-1]))


def _matmul_x(g: Any, z: Any, x: Any, y: Any, _bias: Any = None) -> Any:
    if x.ndim == y.ndim == 2:
        return g.dot(y.T) if type(g) is np.ndarray else g @ y.T
    if y.ndim == 1:
        return g * y if x.ndim == 1 else _column(g) * y
    if x.ndim == 1:
        return y @ g if y.ndim == 2 else sum(y * _row(g), axis=-1)
    return g @ _swap(y)


def _matmul_y(g: Any, z: Any, x: Any, y: Any, _bias: Any = None) -> Any:
    if x.ndim == y.ndim == 2:
        return x.T.dot(g) if type(g) is np.ndarray else x.T @ g
    if x.ndim == 1:
        return g * x if y.ndim == 1 else _column(x) * _row(g)
    if y.ndim == 1:
        return x.T @ g if x.ndim == 2 else sum(x * _column(g), axis=-2)
    return _swap(x) @ g


def _matmul(x: Any, y: Any) -> Any:
    # The same product, but np.matmul needs twice as long to find its way for small matrices.
    plain = type(x) is np.ndarray and type(y) is np.ndarray
    return x.dot(y) if plain and x.ndim == y.ndim == 2 else x @ y


def _neurons(x: Any, weight: Any, bias: Any = None) -> Any:
    """Return x·W + b of arrays of `Value`s, each element one `dot`, as a neuron has."""
    if x.ndim > 2 or weight.ndim > 2:
        return x @ weight if bias is None else x @ weight + bias
    shape = x.shape[:-1] + weight.shape[1:]
    rows, columns = x.reshape(-1, x.shape[-1]), weight.reshape(weight.shape[0], -1).T
    biases = np.broadcast_to(0.0 if bias is None else bias, shape).reshape(len(rows), len(columns))
    cells = np.empty((len(rows), len(columns)), dtype=object)
    for i, j in np.ndindex(*cells.shape):
        cells[i, j] = dot(*columns[j], *rows[i], biases[i, j])
    return cells.reshape(shape)


matmul = structural(
    "matmul",
    _matmul,
    vjp=[_matmul_x, _matmul_y],
    symbol="@",
    latex="$x \\, $y",
    text={"numpy": "$x @ $y"},
    numpy=[np.matmul],
    expects="the last axis of the first must be as long as the last but one of the second (or its "
    "only one); transpose or reshape one of them",
    binds=PRODUCT,
    view=False,
    on_values=_neurons,
)


def _affine(x: Any, weight: Any, bias: Any) -> Any:
    z = _matmul(x, weight)
    if bias.dtype is not z.dtype or bias.shape != z.shape[-1:]:
        return z + bias
    z += bias
    return z


#: A whole layer as one node, x·W + b: a tenth of a small training step is saved by recording
#: and walking one node in place of two.
affine = structural(
    "affine",
    _affine,
    vjp=[_matmul_x, _matmul_y, lambda g, z, x, weight, bias: g],
    push=[
        lambda t, z, x, weight, bias: t @ weight,
        lambda t, z, x, weight, bias: x @ t,
        lambda t, z, x, weight, bias: broadcast_to(t, shape=z.shape),
    ],
    symbol="xW+b",
    latex="$x \\, $y + $c",
    binds=SUM,
    view=False,
    expand=lambda x, weight, bias: x @ weight + bias,
    on_values=_neurons,
)


def _weighted_sum(*xs: Any) -> Any:
    n = len(xs) // 2
    return builtins.sum(map(operator.mul, xs[:n], xs[n:-1]), xs[-1])


def _terms(*xs: Any) -> Terms:
    n = len(xs) // 2
    return list(zip(xs[:n], xs[n:-1], strict=True)), xs[-1:]


def _no_bias(position: int, *xs: Any) -> bool:
    bias = xs[-1]
    return position == len(xs) - 1 and isinstance(bias, int | float) and bias == 0


def _written_out(*xs: Any) -> Any:
    pairs, (bias,) = _terms(*xs)
    products = [w * x for w, x in pairs]
    without = products and _no_bias(len(xs) - 1, *xs)
    return reduce(operator.add, products if without else [*products, bias])


#: A whole neuron as one node: b + Σ wᵢ·xᵢ of w₁ … wₙ, x₁ … xₙ, b. A layer of such nodes is
#: recorded and walked several times faster than one of single products and sums.
dot: Structural = structural(
    "dot",
    _weighted_sum,
    scalar=_weighted_sum,
    vjp=lambda i, g, z, *xs: g * dot.partials(z, xs, [True] * len(xs))[i],
    partials=lambda z, *xs: [*xs[len(xs) // 2 : -1], *xs[: len(xs) // 2], 1.0],
    symbol="w·x+b",
    latex=r"\left({$x}\right)",
    binds=SUM,
    view=False,
    terms=_terms,
    expand=_written_out,
    absent=_no_bias,
)
