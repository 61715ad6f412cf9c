"""Every row of the table and every function of `nn` gives the same replayed."""

import inspect
import zlib

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, Value, primitives
from autograd.rows.elementwise import Elementwise
from autograd.rows.reduction import Reduction
from autograd.tracing import trace

pytestmark = pytest.mark.slow  # every row and function, each recorded and rolled up


def same(f, leaves, *args):
    rtol = 1e-4 if any(getattr(p, "dtype", None) == np.float32 for p in leaves) else 1e-9

    def run(g):
        for p in leaves:
            p.zero_grad()
        y = g(*args)
        y = y if y.shape == () else (y * np.linspace(0.5, 1.5, y.size).reshape(y.shape)).sum()
        y.backward()
        return y.item(), [p.grad for p in leaves]

    expected, slopes = run(f)
    step = trace(f)
    for _ in range(2):
        got, found = run(step)
        np.testing.assert_allclose(got, expected, rtol=rtol)
        for a, b in zip(found, slopes, strict=True):
            np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * 1e-3)
            assert np.asarray(a).dtype == np.asarray(b).dtype
    for p in leaves:  # parameters changed between calls
        if isinstance(p, Tensor):
            p.data *= 0.9
        else:
            p.data *= 0.9
    expected, slopes = run(f)
    got, found = run(step)
    np.testing.assert_allclose(got, expected, rtol=rtol)
    for a, b in zip(found, slopes, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * 1e-3)


ELEMENTWISE = [
    row
    for row in primitives().values()
    if isinstance(row, Elementwise) and any(d is not None for d in row.d)
]


def sample(row, rng, size):
    return [rng.uniform(low, high, size=size) for low, high in row.sample]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_elementwise_rows_on_tensors(row, dtype):
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    leaves = [Tensor(x.astype(dtype)) for x in sample(row, rng, (3, 4))]
    same(lambda: row(*leaves), leaves)


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_elementwise_rows_on_values(row):
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    columns = [[Value(e) for e in x] for x in sample(row, rng, 5)]
    leaves = [v for column in columns for v in column]
    same(lambda: ag.sum([row(*xs) * xs[-1] for xs in zip(*columns, strict=True)]), leaves)


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    "row", [r for r in primitives().values() if isinstance(r, Reduction)], ids=lambda r: r.name
)
def test_reductions(row, axis, keepdims):
    x = Tensor(np.random.default_rng(0).normal(size=(3, 4)))
    same(lambda: row(x * x, axis=axis, keepdims=keepdims), [x])


X = np.random.default_rng(1).normal(size=(3, 4))
STRUCTURAL = {
    "reshape": lambda x: ag.reshape(x, (4, 3)),
    "transpose": lambda x: ag.transpose(x),
    "transpose_axes": lambda x: ag.transpose(ag.reshape(x, (3, 2, 2)), (2, 0, 1)),
    "broadcast_to": lambda x: ag.broadcast_to(x, (2, 3, 4)),
    "slice": lambda x: x[1:, ::2],
    "integer": lambda x: x[-1],
    "fancy": lambda x: x[np.array([0, 0, 2]), np.array([1, 1, 3])],
    "mask": lambda x: x[X > 0],
    "newaxis": lambda x: x[:, None, ..., 0],
    "concatenate": lambda x: ag.concatenate([x, 2.0 * x, X], axis=1),
    "stack": lambda x: ag.stack([x, x * x], axis=-1),
    "matmul": lambda x: x @ x.T,
    "matvec": lambda x: x @ x[0],
    "vecmat": lambda x: x[:, 0] @ x,
    "batched": lambda x: ag.reshape(x, (2, 2, 3)) @ ag.reshape(x, (2, 3, 2)),
    "affine": lambda x: ag.affine(X, x.T, x[:, 0]),
    "prod": lambda x: ag.prod(x, axis=0),
    "var": lambda x: ag.var(x, axis=1, ddof=1),
    "std": lambda x: ag.std(x, axis=0),
    "norm_1": lambda x: ag.norm(x, ord=1, axis=0),
    "clip": lambda x: ag.clip(x, -0.5, 0.5),
    "where": lambda x: ag.where(ag.greater(x, 0.1), x * x, x),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", STRUCTURAL)
def test_arrangements(name, dtype):
    leaf = Tensor(X.astype(dtype))
    f = STRUCTURAL[name]
    same(lambda: f(leaf * np.asarray(1.5, dtype)), [leaf])


ACTIVATIONS = [
    f
    for name, f in vars(nn).items()
    if inspect.isfunction(f) and f.__module__ == "nn.activations" and not name.startswith("_")
]


@pytest.mark.parametrize("f", ACTIVATIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_activations(f, dtype):
    leaf = Tensor(X.astype(dtype))
    same(lambda: f(leaf), [leaf])


PROBABILITIES = np.random.default_rng(2).uniform(0.1, 0.9, size=(3, 4))
LOSSES = {
    nn.mse_loss: X,
    nn.l1_loss: X,
    nn.huber_loss: X,
    nn.binary_cross_entropy_with_logits: (X > 0).astype(float),
    nn.hinge_loss: np.sign(X),
    nn.cross_entropy: np.array([0, 3, 1]),
}


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_losses_with_the_target_as_an_argument(loss):
    leaf = Tensor(np.random.default_rng(3).normal(size=(3, 4)))
    same(lambda y: loss(leaf, y), [leaf], LOSSES[loss])


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_losses_of_values(loss):
    cells = np.array([[Value(e) for e in row] for row in X * 0.7])
    same(lambda: loss(cells, LOSSES[loss]), list(cells.flat))


def test_binary_cross_entropy_of_probabilities():
    leaf = Tensor(PROBABILITIES)
    same(lambda: nn.binary_cross_entropy(leaf, (X > 0).astype(float)), [leaf])
