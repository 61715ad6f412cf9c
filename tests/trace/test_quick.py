"""What NumPy does quicker in another form: the form is taken, and gives what eager code gives."""

import re
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor, trace
from autograd.tracing.emit import compiled, write


@pytest.fixture
def rng():
    return np.random.default_rng(0)


EDGES = [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-320, -1e-320, 3.0]
CASES = {
    "relu": (lambda x, W: ag.sum(ag.relu(x) * W), "np.maximum(x, zeros_8_12)"),
    "slope of relu": (lambda x, W: ag.sum(ag.relu(x) * W), ".reshape((96,))"),
    "larger than 0": (lambda x, W: ag.sum(ag.maximum(x * W, 0) ** 2), "zeros_8_12)"),
    "squares": (lambda x, W: ag.sum(ag.square(x - W)), ".dot("),
    "mean of squares": (lambda x, W: ag.mean(ag.square(x - W)), " / 96"),
    "products": (lambda x, W: ag.mean(ag.exp(W) * x), ".dot("),
    "rows": (lambda x, W: ag.sum(ag.tanh((x * W).sum(axis=0))), "ones_8.dot("),
    "columns": (lambda x, W: ag.sum(ag.tanh((x * W).sum(axis=-1))), ".dot(ones_12)"),
    "product turned": (lambda x, W: ag.sum(ag.tanh((x @ W.T).T)), "W.dot(x.T)"),
    "turned twice": (lambda x, W: ag.sum(ag.tanh((x.T @ W).T)), "W.T.dot(x)"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_form_is_taken_and_right(name, rng):
    f, form = CASES[name]
    x, W = rng.normal(size=(8, 12)), Tensor(rng.normal(size=(8, 12)), "W")
    step = trace(f)
    value, (gradient, _) = step.value_and_grad(x, W)
    assert form in step.source, step.source
    leaf = Tensor(x)
    y = f(leaf, W)
    y.backward()
    np.testing.assert_allclose(value, y.item(), rtol=1e-12)
    np.testing.assert_allclose(gradient, leaf.grad, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "f",
    [
        *(
            lambda x, W, axis=axis: ag.sum(ag.tanh(ag.sum(x * W, axis=axis)))
            for axis in (0, 1, -1, -2, (0,), (-2,), (0, 1), (0, -1), (-1, -2), None)
        ),
        lambda x, W: ag.sum(ag.tanh(ag.transpose(x @ W, (0, 1)))),
        lambda x, W: ag.sum(ag.tanh(ag.transpose(x @ W, (-1, -2)))),
        lambda x, W: ag.sum(ag.tanh((x @ ag.transpose(W, (0, 1))).T)),
        lambda x, W: ag.sum(ag.tanh((ag.transpose(x, (0, 1)) @ ag.transpose(W, (1, 0))).T)),
    ],
)
def test_every_way_to_name_axes_is_read(f, rng):
    """Of square arrays a mistaken axis gives other numbers, and no error."""
    x, W = rng.normal(size=(9, 9)), Tensor(rng.normal(size=(9, 9)), "W")
    value, (gradient, by_W) = trace(f).value_and_grad(x, W)
    leaf = Tensor(x)
    W.zero_grad()
    y = f(leaf, W)
    y.backward()
    np.testing.assert_allclose(value, y.item(), rtol=1e-12)
    np.testing.assert_allclose(gradient, leaf.grad, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(by_W, W.grad, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("function", [ag.relu, lambda x: ag.maximum(x, 0.0), lambda x: x > 0])
def test_zeros_do_what_0_does(function):
    x = np.array(EDGES * 10)
    step = trace(function)
    step(x)
    assert "zeros_80" in step.source
    program = step.program.forward
    text, bound = write(program, "f", plain=True)
    plain = compiled(text, "f", bound)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(step(x), plain(x)[0])


def test_a_product_that_is_read_twice_stays(rng):
    W = Tensor(rng.normal(size=(8, 12)), "W")

    def f(x):
        product = x * W
        return ag.sum(product) + ag.max(product)

    step = trace(f)
    x = rng.normal(size=(8, 12))
    np.testing.assert_allclose(step(x).item(), f(x).item(), rtol=1e-12)
    assert "np.add.reduce" in step.source


# --- large arrays, block by block, with their factors together ---------------------------------

UNARY = [
    ag.tanh,
    ag.exp,
    ag.relu,
    ag.square,
    nn.sigmoid,
    lambda x: -x,
    lambda x: x * 0.5,
    lambda x: -3.0 * x,
    lambda x: ag.minimum(x, 0.25),
    lambda x: 2.0 * ag.greater(x, 0.1),
    lambda x: x * 1e-40,
]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: 0.5 * x - 0.5 * y,
    lambda x, y: 2.0 * x + 0.25 * y,
    lambda x, y: x * y,
    lambda x, y: (0.1 * x) * (y * -2.0),
    ag.maximum,
    lambda x, y: x / (y * y + 1.0),
]
STEPS = st.lists(
    st.tuples(st.integers(0, len(UNARY + BINARY) - 1), st.integers(0, 50), st.integers(0, 50)),
    min_size=1,
    max_size=20,
)


@pytest.fixture
def all_is_large():
    """Arrays of seven elements are large, and a block is of seven."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("blocks", "factors", "quick"):
            patch.setattr(sys.modules[f"autograd.tracing.{name}"], "LARGE", 7)
        patch.setattr(sys.modules["autograd.tracing.blocks"], "BLOCK", 7)
        yield


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, st.integers(0, 2**32 - 1), st.sampled_from([np.float64, np.float32]))
def test_random_programs_of_large_tensors(all_is_large, steps, seed, dtype):
    rng = np.random.default_rng(seed)
    shapes = [(4, 5), (4, 5), (5,), (4, 1), ()]
    leaves = [Tensor(rng.uniform(-2, 2, size=s).astype(dtype)) for s in shapes]

    def f():
        pool = list(leaves)
        for op, i, j in steps:
            x, y = ag.tanh(pool[i % len(pool)]), pool[j % len(pool)]
            if op < len(UNARY):
                pool.append(UNARY[op](x))
            else:
                pool.append(BINARY[op - len(UNARY)](x, y))
        return sum((ag.mean(x) for x in pool[len(shapes) :]), 0.0 * ag.sum(leaves[0]))

    def run(g):
        for p in leaves:
            p.zero_grad()
        y = g()
        y.backward()
        return [y.item(), *(p.grad for p in leaves)]

    tolerance = 1e-8 if dtype == np.float64 else 1e-3
    expected, step = run(f), trace(f)
    for _ in range(2):
        for a, b in zip(run(step), expected, strict=True):
            scale = max(1.0, float(np.abs(b).max()))
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale)


def replayed(f, x):
    """Return the text of f's program, which gives what f gives."""
    leaf, again = Tensor(x, "x"), Tensor(x, "x")
    step = trace(f)
    step(leaf).backward()
    f(again).backward()
    np.testing.assert_allclose(leaf.grad, again.grad, rtol=1e-12)
    return step.source


def test_factors_are_multiplied_in_once(all_is_large, rng):
    x = rng.normal(size=(4, 5))
    # (1 - t²) - 2·e·x, and 1/20 of that
    text = replayed(lambda x: ag.mean(ag.exp(-ag.square(x)) + ag.tanh(x)), x)
    assert text.partition("# backward")[2].count("np.multiply(") == 3
    # sin(x)·e^x + cos(x)·e^x, and a tenth of that
    text = replayed(lambda x: ag.mean(2.0 * ag.sin(x) * ag.exp(x)), x)
    assert text.partition("# backward")[2].count("np.multiply(") == 3

    def read_twice(x):
        y = 0.5 * ag.tanh(x)
        return ag.sum(ag.exp(y) * ag.sin(y))

    assert "np.multiply(0.5" in replayed(read_twice, x).partition("# backward")[0]


def test_what_is_left_when_a_factor_waits_is_in_range(all_is_large):
    """Of 1e-200·x·y·1e200 nothing becomes 0 or infinite on the way."""
    x = np.full((4, 5), 3.0)
    replayed(lambda x: ag.mean(ag.exp(x) * 1e-200 * (x * x) * 1e200), x)
    replayed(lambda x: ag.mean(1e-200 * ag.exp(x) + 1e-200 * x * 1e-150), x)


#: A call of the program's, not in a comment.
LOGSUMEXP = re.compile(r"(?<!\.)logsumexp\(")


@pytest.mark.parametrize("size", [1.0, 1e8, 1e308, np.inf])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [0, -1, (0, 1)])
def test_shares_are_computed_once(rng, size, axis, keepdims):
    """ln Σ eˣ of x − max(x), and its gradient, from the same exponentials."""
    z = rng.normal(size=(4, 5))
    z[0, 0], z[1] = size, -size

    def loss(z):
        x = z - ag.max(z, axis=axis, keepdims=True)
        return ag.sum(ag.tanh(ag.logsumexp(x, axis=axis, keepdims=keepdims)) * 0.5) + x[2, 3]

    step, leaf, again = trace(loss), Tensor(z, "z"), Tensor(z, "z")
    with np.errstate(all="ignore"):
        y, expected = step(leaf), loss(again)
        y.backward()
        expected.backward()
    assert not LOGSUMEXP.search(step.source)
    assert step.source.count("np.exp(") == 1
    np.testing.assert_allclose(y.item(), expected.item(), rtol=1e-14)
    np.testing.assert_allclose(leaf.grad, again.grad, rtol=1e-12, atol=1e-300)


def test_a_sum_over_other_axes_than_the_maximum_stays(rng):
    def loss(z):
        x = z - ag.max(z, axis=0, keepdims=True)
        return ag.sum(ag.logsumexp(x, axis=1))

    assert LOGSUMEXP.search(replayed(loss, rng.normal(size=(4, 5))))
