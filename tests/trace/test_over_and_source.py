"""One sample's function over a batch; the program as text, as a tape and as a graph."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor, Value
from autograd.tracing import trace


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def neuron_loss(ws, v, b):
    def loss(x, y):
        hidden = [ag.tanh(sum(w * e for w, e in zip(row, x, strict=True))) for row in ws]
        return (sum((a * h for a, h in zip(v, hidden, strict=True)), b) - y) ** 2

    return loss


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_over_a_batch(rng, reduction):
    ws = [[Value(e) for e in row] for row in rng.normal(size=(4, 3))]
    v, b = [Value(e) for e in rng.normal(size=4)], Value(0.1)
    parameters = [*(w for row in ws for w in row), *v, b]
    sample_loss = neuron_loss(ws, v, b)
    X, y = rng.normal(size=(6, 3)), rng.normal(size=6)
    batched = trace(sample_loss).over(reduction=reduction)
    batched(X, y).backward()
    got = [p.grad for p in parameters]
    for p in parameters:
        p.zero_grad()
    total = sum(sample_loss(x, t) for x, t in zip(X, y, strict=True))
    total = total / 6 if reduction == "mean" else total
    total.backward()
    assert batched(X, y).data == pytest.approx(total.data)
    np.testing.assert_allclose(got, [p.grad for p in parameters], rtol=1e-9)
    assert batched.source.count("X") == 0
    assert len([line for line in batched.tape if "matmul" in line]) >= 3


def test_over_a_given_batch(rng):
    w = Value(2.0)
    X, y = [1.0, 2.0], [1.0, 4.0]
    batched = trace(lambda x, t: (w * x - t) ** 2).over(X, y)
    assert batched().data == trace(lambda x, t: (w * x - t) ** 2).over()(X, y).data == 0.5
    with pytest.raises(ValueError, match="reduction"):
        trace(lambda x: w * x).over(reduction="max")


def test_training_in_fit(rng):
    X = rng.normal(size=(50, 2))
    y = (X[:, :1] * X[:, 1:] > 0).astype(float)

    def train(traced):
        model = nn.Sequential(nn.Dense(2, 8, rng=0), nn.Tanh(), nn.Dense(8, 1, rng=1))
        data = nn.DataLoader(X, y, batch_size=16, shuffle=True, seed=0)
        optimizer = nn.Adam(model.parameters(), lr=0.05)
        loss = nn.binary_cross_entropy_with_logits
        return nn.fit(model, loss, data, optimizer, epochs=5, progress=False, traced=traced)["loss"]

    np.testing.assert_allclose(train(True), train(False), rtol=1e-9)


def test_the_graph_of_the_program(rng):
    W = Tensor(rng.normal(size=(3, 2)), "W")
    step = trace(lambda x: ag.tanh(x @ W).sum())
    x = rng.normal(size=(4, 3))
    loss = step(x)
    root = step.graph
    assert root.data == loss.data
    labels = {node.label for node in ag.topological(root)}
    assert {"x", "W", "result"} <= labels


# --- the generated code of a dozen examples --------------------------------------------------


def body(step):
    return re.sub(r"  #.*", "", step.source).strip()


w, u = Value(2.0, "w"), Value(-1.0, "u")
W, B = Tensor(np.ones((2, 2)), "W"), Tensor(np.zeros(2), "b")


def test_arithmetic_reads_as_it_was_written():
    step = trace(lambda: ag.tanh(w * u) + w)
    step()
    source = body(step)
    assert source.startswith("def value_and_grad(")
    assert "np.tanh(" in source
    assert "return result, d_w, d_u" in source or "return result, d_u, d_w" in source


CASES = {
    "square": (lambda x: (W * x).sum(), ["W * x", "np.add.reduce"]),
    "affine": (lambda x: (x @ W + B).mean(), ["x.dot(W)", "+ b"]),
    "tanh": (lambda x: ag.tanh(x @ W).sum(), ["np.tanh", "np.square", ".T"]),
    "relu": (lambda x: ag.relu(x * W).sum(), ["np.maximum(", "np.greater("]),
    "where": (lambda x: ag.where(x > 0, x * W, W).sum(), ["np.where(", "np.greater(x, 0"]),
    "softmax": (lambda x: ag.logsumexp(x @ W, axis=1).sum(), ["logsumexp(", "np.exp("]),
    "sigmoid": (lambda x: nn.sigmoid(x * W).sum(), ["1 / ", "1 + "]),
    "power": (lambda x: (x**3 * W).sum(), ["np.power("]),
    "slice": (lambda x: (x[0] * W).sum(), ["x[0]"]),
    "transpose": (lambda x: (x.T * W).sum(), ["x.T"]),
    "max": (lambda x: ag.max(x * W, axis=0).sum(), ["np.maximum.reduce("]),
    "concatenate": (lambda x: ag.concatenate([x, W]).sum(), ["np.add.reduce("]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_code_is_made_of(name, rng):
    f, parts = CASES[name]
    step = trace(f)
    step(rng.normal(size=(2, 2)))
    for part in parts:
        assert part in step.source, step.source
    assert "logaddexp" not in step.source


def test_scopes_are_comments_and_labels_are_names(rng):
    model = nn.Sequential(nn.Dense(3, 2, rng=0), nn.Tanh())
    step = trace(lambda x: model(x).sum())
    step(rng.normal(size=(4, 3)))
    assert re.search(r"x\.dot\(weight\) \+ bias  # Sequential › ", step.source)
    assert "d_weight" in step.source


def test_a_network_of_neurons_fits_on_a_slide(rng):
    layer = [([Value(e) for e in rng.normal(size=2)], Value(0.0)) for _ in range(3)]
    out = [Value(e) for e in rng.normal(size=3)]

    def loss(X, y):
        losses = []
        for x, t in zip(X, y, strict=True):
            hidden = [sum((w * e for w, e in zip(ws, x, strict=True)), b).relu() for ws, b in layer]
            score = sum(w * h for w, h in zip(out, hidden, strict=True))
            losses.append((1 + -t * score).relu())
        return sum(losses)

    step = trace(loss)
    step(rng.normal(size=(4, 2)), np.array([1.0, -1.0, 1.0, -1.0]))
    assert (
        step.source
        == """\
def value_and_grad(X, y, W1, b1, out):
    # forward
    t1 = np.maximum(X @ W1 + b1, 0)  # hidden = [sum((w * e for w, e in zip(ws, …
    t2 = t1 @ out  # score = sum(w * h for w, h in zip(out, …
    t3 = np.maximum(1.0 - t2 * y, 0)  # losses.append((1 + -t * score).relu())
    result = np.add.reduce(t3, axis=None)  # return sum(losses)
    # backward
    t4 = -(np.greater(t3, 0) * y)
    t5 = t4.reshape((4, 1)) * out * np.greater(t1, 0)
    d_W1 = X.T @ t5
    d_b1 = ones_4 @ t5
    d_out = t1.T @ t4
    return result, d_W1, d_b1, d_out
"""
    )


def test_equal_and_constant_parts_are_computed_once(rng):
    t = Tensor(rng.normal(size=3), "t")
    step = trace(lambda: (ag.exp(t) * ag.exp(t) + ag.exp(Tensor(0.0)) * t * 1.0).sum())
    step()
    assert step.source.count("np.exp(") == 1


def test_what_is_not_needed_is_not_computed(rng):
    t = Tensor(rng.normal(size=3), "t")

    def f():
        ag.tanh(t * 5.0)
        return (t * t).sum()

    step = trace(f)
    step()
    assert "tanh" not in step.source


def test_long_chains_run_block_by_block(rng):
    x = Tensor(rng.normal(size=(300, 130)), "x")

    def f(x):
        return ag.mean(nn.sigmoid(x) * ag.tanh(x) + ag.exp(-(x**2)))

    step = trace(f)
    loss = step(x)
    loss.backward()
    got = x.grad
    x.zero_grad()
    f(x).backward()
    np.testing.assert_allclose(got, x.grad, rtol=1e-10, atol=1e-20)
    assert "for start in range(0, 39000, 16384):" in step.source
    assert "out=buffer1" in step.source
    normal = trace(lambda x: ag.norm(ag.exp(ag.tanh(x) * 2.0) + x))
    assert normal.value_and_grad(x)[0] == pytest.approx(
        float(np.linalg.norm(np.exp(np.tanh(x.data) * 2.0) + x.data))
    )


# --- random programs ---------------------------------------------------------------------------

UNARY = [ag.tanh, ag.sin, ag.exp, ag.relu, ag.square, ag.abs, lambda x: -x, lambda x: x * 0.5]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    ag.maximum,
    lambda x, y: x / (y * y + 1.0),
    lambda x, y: ag.logaddexp(x, y),
]
STEPS = st.lists(
    st.tuples(st.integers(0, 13), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=25
)


def program(steps, leaves):
    pool = list(leaves)
    for op, i, j in steps:
        x, y = pool[i % len(pool)], pool[j % len(pool)]
        if op < len(UNARY):
            pool.append(UNARY[op](ag.tanh(x)))
        else:
            pool.append(BINARY[op - len(UNARY)](x, y))
    return pool


def compare(f, leaves, tolerance):
    def run(g):
        for p in leaves:
            p.zero_grad()
        y = g()
        y.backward()
        return [y.item(), *(p.grad for p in leaves)]

    expected, step = run(f), trace(f)
    for _ in range(2):
        for a, b in zip(run(step), expected, strict=True):
            scale = max(1.0, float(np.abs(b).max()))
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 2**32 - 1))
@pytest.mark.slow
def test_random_programs_of_values(steps, seed):
    rng = np.random.default_rng(seed)
    leaves = [Value(e) for e in rng.uniform(-2, 2, size=4)]
    compare(lambda: sum(program(steps, leaves), Value(0.0)), leaves, 1e-8)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 2**32 - 1), st.sampled_from([np.float64, np.float32]))
@pytest.mark.slow
def test_random_programs_of_tensors(steps, seed, dtype):
    rng = np.random.default_rng(seed)
    shapes = [(2, 3), (3,), (2, 1), ()]
    leaves = [Tensor(rng.uniform(-2, 2, size=s).astype(dtype)) for s in shapes]

    def f():
        return sum((ag.sum(x) for x in program(steps, leaves)[4:]), 0.0 * ag.sum(leaves[0]))

    compare(f, leaves, 1e-8 if dtype == np.float64 else 1e-3)
