"""A replay gives what eager code gives: values, and gradients."""

import dataclasses
import math

import numpy as np
import pytest

import autograd as ag
from autograd import DomainError, Tensor, Value
from autograd.tracing import trace


def gradients_of(loss, parameters):
    for p in parameters:
        p.zero_grad()
    loss.backward()
    return [p.grad for p in parameters]


def assert_same(f, parameters, *args, rtol=1e-10):
    eager = f(*args)
    expected = gradients_of(eager, parameters)
    step = trace(f)
    for _ in range(2):  # the recording, and a replay
        loss = step(*args)
        assert type(loss) is type(eager)
        np.testing.assert_allclose(loss.item(), eager.item(), rtol=rtol, equal_nan=True)
        for got, want in zip(gradients_of(loss, parameters), expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=rtol, atol=1e-12)
            assert np.asarray(got).dtype == np.asarray(want).dtype
            assert np.shape(got) == np.shape(want)
    return step


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_network_of_tensors(rng, dtype):
    W1 = Tensor(rng.normal(size=(3, 4)).astype(dtype), "W1")
    b1 = Tensor(np.zeros(4, dtype), "b1")
    W2 = Tensor(rng.normal(size=(4, 1)).astype(dtype), "W2")

    def loss(x, y):
        return ((ag.tanh(x @ W1 + b1) @ W2 - y) ** 2).mean()

    x, y = rng.normal(size=(5, 3)).astype(dtype), rng.normal(size=(5, 1)).astype(dtype)
    step = assert_same(loss, [W1, b1, W2], x, y, rtol=1e-5 if dtype == np.float32 else 1e-10)
    W1.data -= 0.5  # parameters are read fresh
    assert step(x, y).item() == pytest.approx(loss(x, y).item(), rel=1e-5)
    assert step.recordings == 1


def test_training_is_the_same_by_either_way(rng):
    x, y = rng.normal(size=(8, 2)), rng.normal(size=8)

    def train(wrap):
        w, b = Tensor([0.1, -0.2], "w"), Tensor(0.0, "b")
        step = wrap(lambda x, y: ((ag.tanh(x @ w) + b - y) ** 2).mean())
        losses = []
        for _ in range(20):
            loss = step(x, y)
            w.zero_grad()
            b.zero_grad()
            loss.backward()
            w.data -= 0.1 * w.grad
            b.data -= 0.1 * b.grad
            losses.append(loss.item())
        return losses

    np.testing.assert_allclose(train(trace), train(lambda f: f), rtol=1e-12)


def test_numbers():
    w = Value(3.0, label="w")
    step = assert_same(lambda x: (w * x - 1.0) ** 2, [w], 2.0)
    assert step.value_and_grad(2.0) == (25.0, 30.0)


def test_the_arguments_may_be_nodes_and_lie_in_structures():
    def loss(pair, scale=1.0, *, shift):
        return (pair["a"] * pair["b"][0] * scale + shift).sum()

    a, b, s = Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), Tensor(0.5)
    step = trace(loss)
    for _ in range(2):
        got = gradients_of(step({"a": a, "b": [b]}, 2.0, shift=s), [a, b, s])
        np.testing.assert_array_equal(got[0], [6.0, 8.0])
        np.testing.assert_array_equal(got[1], [2.0, 4.0])
        assert got[2] == 2.0
    u, v = Value(2.0), Value(5.0)
    product = trace(lambda xs: xs[0] * xs[1])
    assert gradients_of(product([u, v]), [u, v]) == [5.0, 2.0]
    assert gradients_of(product([u, u]), [u]) == [4.0]


def test_arrays_of_values(rng):
    W = np.array([[Value(e) for e in row] for row in rng.normal(size=(3, 2))])
    x = rng.normal(size=(4, 3))
    assert_same(lambda x: ag.tanh(x @ W).sum(), list(W.flat), x)
    step = trace(lambda W, x: ag.exp(x @ W).mean())
    value, (dW, dx) = step.value_and_grad(W, x)
    eager = ag.exp(x @ W).mean()
    assert value == pytest.approx(eager.data, rel=1e-12)
    assert np.allclose(dW.reshape(-1), gradients_of(eager, list(W.flat)))
    assert dx.shape == x.shape


def test_plain_arguments_give_plain_results(rng):
    x = rng.normal(size=5)
    step = trace(lambda x: (ag.tanh(x) * x).sum())
    assert step(x) == pytest.approx((np.tanh(x) * x).sum())
    value, gradient = step.value_and_grad(x)
    assert type(value) is float
    np.testing.assert_allclose(gradient, np.tanh(x) + x * (1 - np.tanh(x) ** 2))


def test_several_results_and_upstream_gradients(rng):
    W = Tensor(rng.normal(size=(3, 2)), "W")
    x = rng.normal(size=(4, 3))
    step = trace(lambda x: {"out": ag.tanh(x @ W), "size": (W**2).sum()})
    seed = rng.normal(size=(4, 2))

    def gradient(f):
        W.zero_grad()
        result = f(x)
        (result["out"] * seed).sum().backward()
        result["size"].backward()
        return W.grad

    np.testing.assert_allclose(gradient(step), gradient(step.f), rtol=1e-12)
    w = [Value(0.5), Value(-2.0)]
    pair = trace(lambda: [w[0] * w[1], w[0] + w[1]])
    first, second = pair()
    (3.0 * first + second).backward()
    assert [v.grad for v in w] == [3.0 * -2.0 + 1.0, 3.0 * 0.5 + 1.0]


def test_backward_scales_and_accumulates():
    w = Tensor([1.0, 2.0], "w")
    step = trace(lambda: (w**2).sum())
    loss = step()
    loss.backward()
    loss.backward()
    np.testing.assert_array_equal(w.grad, [4.0, 8.0])
    w.zero_grad()
    (0.5 * step()).backward()
    np.testing.assert_array_equal(w.grad, [1.0, 2.0])


def test_a_later_replay_does_not_disturb_an_earlier_one(rng):
    w = Tensor(rng.normal(size=3), "w")
    step = trace(lambda x: x * w)
    first, second = step(np.ones(3)), step(np.full(3, 5.0))
    assert gradients_of(first.sum(), [w])[0].tolist() == [1.0, 1.0, 1.0]
    assert gradients_of(second.sum(), [w])[0].tolist() == [5.0, 5.0, 5.0]


def test_no_two_gradients_share_an_array_with_anything(rng):
    x = rng.normal(size=3)
    kept = x.copy()
    a, b = Tensor(np.ones(3)), Tensor(np.ones(3))
    step = trace(lambda x: (a * x + b * x).sum())
    for _ in range(2):
        for g in gradients_of(step(x), [a, b]):
            g += 100.0
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(gradients_of(step(x), [a, b]), [x, x])


def test_second_derivatives_of_a_replay_are_those_of_the_function():
    step = trace(lambda x: (x**3).sum())
    x = Tensor([1.0, 2.0])
    (slope,) = ag.gradients(step(x), [x], create_graph=True)
    np.testing.assert_allclose(slope.data, [3.0, 12.0])
    np.testing.assert_allclose(ag.gradients(slope.sum(), [x])[0], [6.0, 12.0])
    v = Value(2.0)
    cube = trace(lambda x: x**3)
    (slope,) = ag.gradients(cube(v), [v], create_graph=True)
    assert ag.gradients(slope, [v]) == [12.0]
    assert ag.grad(ag.grad(cube))(2.0) == 12.0
    assert ag.jvp(cube, (2.0,), (1.0,)) == (8.0, 12.0)


def test_outside_the_domain_values_raise_as_eager_ones_do():
    w = Value(1.0, label="w")
    step = trace(lambda x: ag.log(w * x))
    step(2.0)
    with pytest.raises(DomainError, match="log"):
        step(-2.0)
    assert trace(lambda x: ag.exp(-ag.exp(x)))(800.0 - 100.0) == 0.0


def test_a_kink_of_square_root_falls_back_to_eager():
    x = Value(0.0)
    step = trace(lambda: ag.sqrt(x) + 1.0)
    assert gradients_of(step(), [x]) == [math.inf]


def test_no_grad_and_detach():
    w = Tensor([2.0, 3.0], "w")
    step = trace(lambda x: (w * (w * x).detach()).sum())
    with ag.no_grad():
        assert step(np.ones(2)).inputs == ()
    np.testing.assert_array_equal(gradients_of(step(np.ones(2)), [w])[0], [2.0, 3.0])
    v = Value(2.0)
    assert gradients_of(trace(lambda: v * v.detach())(), [v]) == [2.0]


def test_a_trace_inside_a_trace_is_part_of_it(rng):
    w = Tensor(rng.normal(size=3), "w")
    inner = trace(lambda x: ag.tanh(x * w))
    assert_same(lambda x: (inner(x) ** 2).sum(), [w], rng.normal(size=3))
    v = Value(0.5)
    inner = trace(lambda x: ag.tanh(x * v))
    assert_same(lambda x: inner(x) ** 2 + inner(x), [v], 2.0)


def test_leaves_that_the_function_makes_are_constants():
    w = Value(3.0)
    assert_same(lambda xs: sum((w * x for x in map(Value, xs)), Value(0.0)), [w], [1.0, 2.0])
    t = Tensor([1.0])
    assert_same(lambda x: (t * Tensor(x) + Tensor([2.0])).sum(), [t], np.array([3.0]))


def test_positions_among_the_arguments(rng):
    logits = Tensor(rng.normal(size=(4, 3)), "logits")

    def loss(labels):
        return (ag.logsumexp(logits, axis=1) - logits[np.arange(4), labels]).mean()

    step = assert_same(loss, [logits], np.array([0, 2, 1, 1]))
    other = np.array([2, 2, 2, 0])
    assert step(other).item() == pytest.approx(loss(other).item())
    assert step.recordings == 1


def test_a_scalar_argument_does_not_widen_float32(rng):
    w = Tensor(rng.normal(size=3).astype(np.float32))
    step = trace(lambda x, rate: (w * x * rate).sum())
    loss = step(np.ones(3, np.float32), 0.1)
    assert loss.dtype == np.float32
    assert loss.item() == pytest.approx(0.1 * w.data.sum(), rel=1e-6)
    assert step(np.ones(3, np.float32), 0.7).item() == pytest.approx(0.7 * w.data.sum(), rel=1e-6)


@dataclasses.dataclass
class Losses:
    total: object
    parts: dict
    step: str = "first"


def test_a_result_may_be_a_dataclass():
    w = Value(3.0)

    def f(x):
        return Losses(total=w * x, parts={"square": w * w})

    step = trace(f)
    for x in (2.0, 5.0):
        w.zero_grad()
        losses = step(x)
        assert (losses.total.data, losses.parts["square"].data, losses.step) == (
            3 * x,
            9.0,
            "first",
        )
        losses.total.backward()
        assert w.grad == x


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_result_of_one_element_with_axes_is_one_number(shape):
    x = np.full(shape, 0.5)
    step = trace(lambda x: ag.exp(x) * 2.0)
    for _ in range(2):
        value, slope = step.value_and_grad(x)
        assert type(value) is float
        assert value == pytest.approx(2.0 * np.exp(0.5))
        np.testing.assert_allclose(slope, np.full(shape, value))
        assert np.shape(slope) == shape
