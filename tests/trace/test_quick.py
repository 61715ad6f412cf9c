"""What NumPy does quicker in another form: the form is taken, and gives what eager code gives."""

import numpy as np
import pytest

import autograd as ag
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
