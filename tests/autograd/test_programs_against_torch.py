"""Random programs of arrays against PyTorch: values, first and second derivatives, and replays.

A program is a list of operations that are drawn with their axes, shapes and positions, negative
and repeated ones among them; half of the numbers are drawn from a grid, so that there are ties and
exact zeros. What PyTorch refuses, or answers with very large numbers, is drawn anew.
"""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, TraceError, Value, trace

torch = pytest.importorskip("torch", reason="PyTorch is a peer: pip install 'chainrule[bench]'")
pytestmark = pytest.mark.thorough

SHAPES = [(), (1,), (3,), (2, 3), (3, 3), (1, 3), (3, 1), (2, 3, 3), (3, 2), (2, 1, 3), (2, 2)]
F = torch.nn.functional

#: Operations without parameters: ours and PyTorch's, of so many operands as their functions take.
SIMPLE = {
    "exp": (lambda x: ag.exp(ag.sin(x)), lambda x: torch.exp(torch.sin(x))),
    "log": (lambda x: ag.log(x * x + 0.5), lambda x: torch.log(x * x + 0.5)),
    "sqrt": (lambda x: ag.sqrt(x * x + 0.5), lambda x: torch.sqrt(x * x + 0.5)),
    "tanh": (ag.tanh, torch.tanh),
    "expit": (ag.expit, torch.sigmoid),
    "erf": (ag.erf, torch.erf),
    "arcsinh": (ag.arcsinh, torch.arcsinh),
    "abs": (abs, abs),
    "relu": (ag.relu, torch.relu),
    "square": (ag.square, torch.square),
    "cube": (lambda x: x**3, lambda x: x**3),
    "power 0": (lambda x: x**0 + x, lambda x: x**0 + x),
    "power": (lambda x: (x * x + 1) ** -1.5, lambda x: (x * x + 1) ** -1.5),
    "of 2": (lambda x: 2.0 ** ag.tanh(x), lambda x: 2.0 ** torch.tanh(x)),
    "from 1": (lambda x: 1 - x, lambda x: 1 - x),
    "clip": (lambda x: ag.clip(x, -0.5, 0.5), lambda x: torch.clamp(x, -0.5, 0.5)),
    "floor": (lambda x: ag.floor(x) * x, lambda x: torch.floor(x) * x),
    "add": (lambda x, y: x + y, lambda x, y: x + y),
    "sub": (lambda x, y: x - y, lambda x, y: x - y),
    "mul": (lambda x, y: x * y, lambda x, y: x * y),
    "div": (lambda x, y: x / (y * y + 1), lambda x, y: x / (y * y + 1)),
    "maximum": (ag.maximum, torch.maximum),
    "minimum": (ag.minimum, torch.minimum),
    "hypot": (lambda x, y: ag.hypot(x, y * y + 0.5), lambda x, y: torch.hypot(x, y * y + 0.5)),
    "logaddexp": (ag.logaddexp, torch.logaddexp),
    "where": (lambda x, y: ag.where(x > y, x * y, y), lambda x, y: torch.where(x > y, x * y, y)),
    "unequal": (lambda x, y: ag.not_equal(x, 0.5) * y, lambda x, y: (x != 0.5) * y),
    "matmul": (lambda x, y: x @ y, lambda x, y: x @ y),
    "Gram": (lambda x: x @ ag.swapaxes(x, -1, -2), lambda x: x @ x.mT),
    "turned product": (lambda x: ag.transpose(ag.matmul(x, x)), lambda x: (x @ x).T),
    "ravel": (lambda x: ag.reshape(x, (-1,)), lambda x: x.reshape(-1)),
    "part": (lambda x: x[-2:], lambda x: x[-2:]),
    "every other": (lambda x: x[..., ::2], lambda x: x[..., ::2]),
    "diag": (ag.diag, torch.diag),
    "tril": (lambda x: ag.tril(x, -1), lambda x: torch.tril(x, -1)),
    "triu": (lambda x: ag.triu(x, 1), lambda x: torch.triu(x, 1)),
    "outer": (ag.outer, torch.outer),
    "kron": (ag.kron, torch.kron),
    "pad": (lambda x: ag.pad(x, 1), lambda x: F.pad(x, (1, 1) * x.ndim)),
    "spread": (lambda x: ag.broadcast_to(x, (2, *x.shape)), lambda x: x.expand((2, *x.shape))),
}
#: Of one axis.
ALONG = {
    "cumsum": (ag.cumsum, torch.cumsum),
    "cumprod": (ag.cumprod, torch.cumprod),
    "flip": (ag.flip, lambda x, a: torch.flip(x, (a,))),
    "diff": (lambda x, a: ag.diff(x, axis=a), lambda x, a: torch.diff(x, dim=a)),
    "roll": (lambda x, a: ag.roll(x, 2, a), lambda x, a: torch.roll(x, 2, a)),
    "repeat": (lambda x, a: ag.repeat(x, 2, axis=a), lambda x, a: x.repeat_interleave(2, dim=a)),
    "twice": (lambda x, a: ag.concatenate([x, x * x], a), lambda x, a: torch.cat([x, x * x], a)),
    "stack": (lambda x, a: ag.stack([x, 2 * x], a), lambda x, a: torch.stack([x, 2 * x], a)),
}
#: Of an axis, several or none, with `keepdims`.
OVER = {
    "sum": (ag.sum, torch.sum),
    "mean": (ag.mean, torch.mean),
    "max": (ag.max, torch.amax),
    "min": (ag.min, torch.amin),
    "logsumexp": (ag.logsumexp, torch.logsumexp),
    "norm": (ag.norm, torch.linalg.vector_norm),
    "var": (ag.var, lambda x, dim, keepdim: x.var(dim, keepdim=keepdim, correction=0)),
}
#: Of square matrices that are well apart from singular ones.
OF_MATRICES = {
    "inv": (ag.linalg.inv, torch.linalg.inv),
    "det": (ag.linalg.det, torch.linalg.det),
    "slogdet": (lambda x: ag.linalg.slogdet(x)[1], lambda x: torch.linalg.slogdet(x)[1]),
    "cholesky": (
        lambda x: ag.linalg.cholesky(x @ ag.swapaxes(x, -1, -2)),
        lambda x: torch.linalg.cholesky(x @ x.mT),
    ),
    "eigh": (
        lambda x: ag.square(ag.linalg.eigh(x + ag.swapaxes(x, -1, -2))[1]),
        lambda x: torch.linalg.eigh(x + x.mT)[1] ** 2,
    ),
    "svd": (
        lambda x: ag.linalg.svd(x, compute_uv=False),
        torch.linalg.svdvals,
    ),
}
EINSUMS = ["ij,jk->ik", "ij,ik->kj", "ij,ij->i", "ii,kl->k", "i,j->ji", "bij,jk->kb", "ij,kl->jk"]
NAMES = [*SIMPLE, *ALONG, *OVER, *OF_MATRICES, "einsum", "transpose", "index", "constant"]

#: What is found by repeated steps has a gradient on a Tensor alone.
OF_NUMBERS = [name for name in NAMES if name not in ("eigh", "svd")]


def drawn(name, shape, rng):
    """An operation of that name on an array of a shape: ours, and PyTorch's."""
    n = len(shape)
    axis = int(rng.integers(-n, n)) if n else 0
    if name in SIMPLE:
        return SIMPLE[name]
    if not n:
        raise ValueError("a number has no axes")
    if name in ALONG:
        return [lambda x, f=f: f(x, axis) for f in ALONG[name]]
    if name in OVER:
        ours, theirs = OVER[name]
        keep, over = bool(rng.random() < 0.5), [axis, (0, -1), tuple(range(n))][rng.integers(3)]
        if isinstance(over, tuple) and len({a % max(n, 1) for a in over}) < len(over):
            over = (axis,)
        return lambda x: ours(x, axis=over, keepdims=keep), lambda x: theirs(
            x, dim=over, keepdim=keep
        )
    if name in OF_MATRICES:
        ours, theirs = OF_MATRICES[name]
        e = np.diag(np.arange(2.5, 2.5 + 2 * shape[-1], 2.0))
        return (
            lambda x: ours(ag.tanh(x) * 0.6 + e),
            lambda x: theirs(torch.tanh(x) * 0.6 + torch.tensor(e)),
        )
    if name == "einsum":
        text = EINSUMS[rng.integers(len(EINSUMS))]
        return lambda x, y: ag.einsum(text, x, y), lambda x, y: torch.einsum(text, x, y)
    if name == "transpose":
        axes = tuple(int(a) - n * int(rng.integers(2)) for a in rng.permutation(n))
        return lambda x: ag.transpose(x, axes), lambda x: x.permute(axes)
    if name == "index":
        places = rng.integers(-shape[0], shape[0], 4)
        return lambda x: x[places], lambda x: x[torch.tensor(places)]
    kinds = [np.int64, bool, np.float32, np.uint8, np.int8, float]
    c = (rng.normal(size=shape) * 3).round().__abs__().astype(kinds[rng.integers(len(kinds))])
    return lambda x: c + x * c, lambda x: torch.tensor(c.astype(float)) * (1 + x)


def program(rng, names, most):
    """Leaves, operations as (ours, PyTorch's, the results that they take), and all results."""
    leaves = []
    for _ in range(rng.integers(1, 4)):
        shape = SHAPES[rng.integers(len(SHAPES))]
        grid = rng.integers(-2, 3, shape) * 0.5
        leaves.append(np.asarray(grid if rng.random() < 0.5 else rng.normal(size=shape), float))
    there = [torch.tensor(x, requires_grad=True) for x in leaves]
    results, steps = list(there), []
    for _ in range(200):
        if len(steps) == 6:
            break
        name = names[rng.integers(len(names))]
        takes = rng.integers(max(0, len(results) - 4), len(results), 2)
        try:
            ours, theirs = drawn(name, tuple(results[takes[0]].shape), rng)
            try:
                z = theirs(results[takes[0]])
                takes = takes[:1]
            except TypeError:  # of two
                z = theirs(*[results[i] for i in takes])
        except (RuntimeError, IndexError, ValueError, TypeError, UserWarning):
            continue
        if z.numel() and z.numel() <= most and torch.isfinite(z).all() and z.abs().max() < 50:
            steps.append((ours, theirs, takes))
            results.append(z)
    return leaves, there, steps, results


def run(steps, xs, which):
    results = list(xs)
    for *functions, takes in steps:
        results.append(functions[which](*[results[i] for i in takes]))
    return results[len(xs) :]


def flat(x):
    return np.array([e.item() if isinstance(e, Value) else e for e in np.ravel(x)], float)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["Tensor", "Values"])
def test_values_derivatives_and_replays(kind, seed):
    rng, compared = np.random.default_rng([seed, 23]), 0
    while compared < 25:
        names, most = (NAMES, 60) if kind == "Tensor" else (OF_NUMBERS, 24)
        leaves, there, steps, results = program(rng, names, most)
        if not steps:
            continue
        weights = [rng.normal(size=tuple(z.shape)) for z in results[len(there) :]]
        by = [rng.normal(size=x.shape) for x in leaves]
        total = sum(
            (torch.tensor(w) * z).sum() for w, z in zip(weights, run(steps, there, 1), strict=True)
        )
        if not total.requires_grad:
            continue
        options = {"allow_unused": True, "materialize_grads": True}
        first = torch.autograd.grad(total, there, create_graph=True, **options)
        moved = sum((torch.tensor(u) * g).sum() for u, g in zip(by, first, strict=True))
        second = [torch.zeros_like(x) for x in there]
        if moved.requires_grad:
            second = torch.autograd.grad(moved, there, **options)
        if not all(torch.isfinite(g).all() and (g.abs() < 1e5).all() for g in (*first, *second)):
            continue

        def loss(*xs, steps=steps, weights=weights):
            return sum(
                (ag.sum(w * z) for w, z in zip(weights, run(steps, xs, 0), strict=True)), 0.0
            )

        xs = [Tensor(x) if kind == "Tensor" else np.frompyfunc(Value, 1, 1)(x) for x in leaves]
        nodes = list(xs) if kind == "Tensor" else [v for x in xs for v in np.ravel(x)]
        y = loss(*xs)
        assert y.item() == pytest.approx(total.item(), rel=1e-9, abs=1e-9)
        slopes = ag.gradients(y, nodes, create_graph=True)
        wanted = np.concatenate([g.detach().numpy(force=True).ravel() for g in first])
        found = [g.data if isinstance(g, Tensor) else g for g in slopes]
        numbers = np.concatenate([flat(g) for g in found])
        np.testing.assert_allclose(numbers, wanted, rtol=1e-7, atol=1e-8)
        us = by if kind == "Tensor" else np.concatenate([np.ravel(u) for u in by])
        pushed = sum((ag.sum(u * g) for u, g in zip(us, slopes, strict=True)), 0.0)
        if isinstance(pushed, Value | Tensor):
            again = np.concatenate([flat(g) for g in ag.gradients(pushed, nodes)])
            wanted = np.concatenate([(g + 0.0).numpy(force=True).ravel() for g in second])
            np.testing.assert_allclose(again, wanted, rtol=1e-6, atol=1e-7)
        compared += 1
        y.backward()
        before = [np.copy(flat(v.grad)) for v in nodes]
        for v in nodes:
            v.zero_grad()
        try:
            trace(loss)(*xs).backward()
        except TraceError:
            continue
        for v, right in zip(nodes, before, strict=True):
            np.testing.assert_allclose(flat(v.grad), right, rtol=1e-8, atol=1e-9)
