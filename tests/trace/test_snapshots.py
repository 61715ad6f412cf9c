"""The generated code of a dozen examples, as it stands in snapshots/.

Where a change of the code is meant, write the files anew and read the difference in git:

    CHAINRULE_SNAPSHOTS=write pytest tests/trace/test_snapshots.py
"""

import difflib
import os
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, Value
from autograd.tracing import trace

FOLDER = Path(__file__).parent / "snapshots"
REWRITE = os.environ.get("CHAINRULE_SNAPSHOTS") == "write"
X, Y = np.linspace(-1.0, 1.0, 12).reshape(4, 3), np.array([1.0, -1.0, 1.0, 1.0])
EXAMPLES = {}


def example(f):
    """f returns a traced function and the arguments for it."""
    EXAMPLES[f.__name__] = f
    return f


@example
def polynomial():
    def p(x, y):
        square = x * x
        return 3.0 * square - 4.0 * x * y + y**3 + 5.0

    return trace(p), Value(2.0), Value(1.0)


@example
def network_of_neurons():
    hidden = [([Value(0.1 * (i + j)) for i in range(3)], Value(0.0)) for j in range(4)]
    output = [Value(0.5) for _ in range(4)]

    def loss(X, y):
        total = 0.0
        for x, t in zip(X, y, strict=True):
            sums = [sum((w * e for w, e in zip(ws, x, strict=True)), b) for ws, b in hidden]
            score = sum(v * ag.tanh(s) for v, s in zip(output, sums, strict=True))
            total += (score - t) ** 2
        return total / len(X)

    return trace(loss), X, Y


@example
def dense_layers():
    model = nn.Sequential(nn.Dense(3, 8, rng=0), nn.Tanh(), nn.Dense(8, 1, rng=1))

    def loss(x, y):
        return nn.mse_loss(model(x), y)

    return trace(loss), X, Y[:, None]


@example
def softmax_cross_entropy():
    W = Tensor(np.ones((3, 5)), "W")

    def loss(x, labels):
        scores = x @ W
        right = scores[np.arange(4), labels]
        return (ag.logsumexp(scores, axis=1) - right).mean()

    return trace(loss), X, np.array([0, 4, 2, 1])


@example
def sum_of_products():
    def product(u, v):
        return sum(a * b for a, b in zip(u, v, strict=True))

    return trace(product), [Value(float(i)) for i in range(5)], [Value(2.0) for _ in range(5)]


@example
def standardised_columns():
    def loss(x):
        centred = x - ag.mean(x, axis=0)
        spread = ag.sum(centred**2, axis=0, keepdims=True)
        return ag.max(centred / ag.sqrt(spread), axis=1).sum()

    return trace(loss), Tensor(X)


@example
def leaky_hinge():
    w = Tensor(np.ones(3), "w")

    def loss(x, y):
        margin = 1.0 - y * (x @ w)
        return ag.where(margin > 0, margin, 0.01 * margin).mean() + ag.maximum(w, 0.5).sum()

    return trace(loss), X, Y


@example
def embedding():
    table = Tensor(np.ones((6, 2)), "table")

    def loss(tokens, y):
        words = table[tokens]
        return ((words.sum(axis=1) - y) ** 2).mean()

    return trace(loss), np.array([0, 5, 2, 2]), Y


@example
def one_sample_over_a_batch():
    w, b = [Value(0.5), Value(-1.0), Value(2.0)], Value(0.1)

    def loss(x, y):
        score = sum((a * e for a, e in zip(w, x, strict=True)), b)
        return ag.log1p(ag.exp(-y * score))

    return trace(loss).over(), X, Y


@example
def long_chain_in_blocks():
    def loss(x):
        gate = nn.sigmoid(x)
        bump = ag.exp(-(x**2))
        return ag.mean(gate * ag.tanh(x) + bump)

    return trace(loss), Tensor(np.linspace(-3.0, 3.0, 40_000))


@example
def dropout():
    W = Tensor(np.ones((3, 2)), "W")
    drop = nn.Dropout(0.5, rng=0)

    def loss(x):
        kept = drop(ag.relu(x @ W))
        return (kept**2).sum()

    return trace(loss), X


@example
def batch_norm():
    norm = nn.BatchNorm1d(3)

    def loss(x):
        return (norm(x) ** 3).mean()

    return trace(loss), X


@example
def weight_decay():
    W = Tensor(np.ones((3, 2)), "W")

    def loss(x, y, strength):
        fit = nn.mse_loss(x @ W, y)
        return fit + strength * (W * W).sum()

    return trace(loss), X, np.ones((4, 2)), 0.01


@example
def several_results():
    W = Tensor(np.ones((3, 2)), "W")

    def layer(x):
        z = x @ W
        return ag.tanh(z), (z * z).sum()

    return trace(layer), X


def source_of(name):
    step, *arguments = EXAMPLES[name]()
    step(*arguments)
    return step.source


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_generated_code(name):
    file, source = FOLDER / f"{name}.txt", source_of(name)
    if REWRITE:
        file.write_text(source, encoding="utf-8")
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    difference = difflib.unified_diff(
        kept.splitlines(), source.splitlines(), f"snapshots/{file.name}", "now", lineterm=""
    )
    said = "\n".join(difference)
    assert not said, f"the code of {name} has changed (see the docstring above):\n{said}"


@pytest.mark.slow
def test_the_code_does_not_depend_on_the_run():
    for name in EXAMPLES:
        assert source_of(name) == source_of(name)


def test_no_snapshot_is_left_over():
    assert {file.stem for file in FOLDER.iterdir()} == set(EXAMPLES)


def test_the_code_fits_on_a_slide():
    for name in EXAMPLES:
        lines = source_of(name).splitlines()
        assert max(map(len, lines)) <= 100
        assert len(lines) <= (32 if name != "long_chain_in_blocks" else 60)
