"""A replay does what the function does: also under no_grad, with floats, draws and threads."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value
from autograd.tracing import trace


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def grads(loss, parameters):
    for p in parameters:
        p.zero_grad()
    loss.backward()
    return [p.grad for p in parameters]


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_what_is_computed_under_no_grad_is_computed_anew(kind):
    w = kind(3.0)

    def f(x):
        with ag.no_grad():
            scale = w * x + 1.0
        return scale * w

    step = trace(f)
    for data, x in [(3.0, 1.0), (10.0, 1.0), (10.0, 5.0)]:
        w.data = data
        loss = step(x)
        assert loss.item() == f(x).item() == (data * x + 1.0) * data
        assert grads(loss, [w]) == [data * x + 1.0]
    assert step.recordings == 1


def test_no_grad_inside_scopes_and_around_all(rng):
    w = Tensor([1.0, 2.0])
    cells = np.array([Value(1.0), Value(2.0)])

    def f(x, w):
        with ag.scope("outer"), ag.no_grad(), ag.scope("inner"):
            s = ag.exp(x * w).sum() + 1.0
        return (s * w).sum()

    for parameters in (w, cells):
        step = trace(lambda x, p=parameters: f(x, p))
        plain = trace(ag.no_grad()(step.f))
        for x in rng.normal(size=(3, 2)):
            leaves = [w] if parameters is w else list(cells)
            got, want = grads(step(x), leaves), grads(f(x, parameters), leaves)
            np.testing.assert_allclose(got, want, rtol=1e-12)
            assert plain(x).item() == pytest.approx(f(x, parameters).item(), rel=1e-12)


def test_floats_are_not_rounded():
    step = trace(lambda a, X: (X * a).sum())
    for X in ([1234.5678, 1.0], [1e6, 1.0]):
        assert step.value_and_grad(0.3, np.array(X))[1][0] == sum(X)
    several = trace(lambda a, X: [(X * a).sum(), a * a])
    assert several(0.3, Tensor(np.ones(1, np.float32)))[1].item() == 0.3 * 0.3


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "f",
    [
        lambda a, W, X: (W * ag.exp(a)).sum(),
        lambda a, W, X: (W * ag.tanh(ag.relu(a) ** 1.5) * a + X).mean(),
        lambda a, W, X: ag.where(a < W, W * X, ag.where(ag.greater(a, 0), a, 0.1) * W).sum(),
        lambda a, W, X: ag.maximum(W, ag.sqrt(a)).sum() * (W**a).sum(),
    ],
)
def test_a_float_gives_way_to_the_type_of_the_arrays(f, dtype):
    X = np.array([0.3, 0.6, 1234.5678], dtype)
    W = Tensor(X + 1, "W")
    step = trace(f)
    for a in (0.3, 1.7):
        (got,), (want,) = grads(step(a, W, X), [W]), grads(f(a, W, X), [W])
        assert got.dtype == want.dtype == step(a, W, X).dtype == dtype
        np.testing.assert_allclose(got, want, rtol=1e-6 if dtype == np.float32 else 1e-14)
        by_a = step.value_and_grad(a, W, X)[1][0]
        wide = Tensor(a)
        exact = grads(f(wide, Tensor(W.data.astype(float)), X.astype(float)), [wide])[0]
        assert by_a == pytest.approx(float(exact), rel=3e-6 if dtype == np.float32 else 1e-14)
    assert step.recordings == 1


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: ag.exp((a + b.T) * 2.0).sum(),
        lambda a, b: a.sum() + b.sum(),
        lambda a, b: (ag.exp(a.reshape(-1)) * ag.exp(b.reshape(-1))).sum(),
        lambda a, b: ((a.reshape(9) + b.reshape(9)) ** 2).mean(),
        lambda a, b: ag.exp(ag.concatenate([a, b])).sum(),
        lambda a, b: (a.T @ b).sum(axis=0).sum(),
    ],
)
def test_each_gradient_is_an_array_of_its_own(f, rng):
    a, b = Tensor(rng.normal(size=(3, 3))), Tensor(rng.normal(size=(3, 3)))
    want = grads(f(a, b), [a, b])
    step, many = trace(lambda: f(a, b)), trace(lambda: [f(a, b), a * b])
    for call in (step, lambda: many()[0], lambda: f(a, b)):
        got = grads(call(), [a, b])
        np.testing.assert_allclose(got, want, rtol=1e-12)
        assert not np.shares_memory(*got)
        for g in got:
            g *= 2.0
    for g in trace(f).value_and_grad(a.data, b.data)[1]:
        g += 1.0


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_second_order_is_of_the_numbers_that_were_drawn(kind, rng):
    w = np.array([Value(1.0), Value(2.0)]) if kind is Value else Tensor([1.0, 2.0])
    leaves = list(w) if kind is Value else [w]
    seen, mode, drawn = [], {"training": True}, []

    def draw():
        drawn.append(rng.normal(size=2))
        return drawn[-1]

    def f():
        s = (w**2 * ag.fresh(draw)).sum() * (1.0 if ag.guard(lambda: mode["training"]) else 7.0)
        ag.effect(seen.append, s)
        return s

    step, outer = trace(f), trace(trace(f))
    for call in (step, step, outer, outer):
        before = len(drawn)
        loss = call()
        want = grads(loss, leaves)
        mode["training"] = False
        slopes = ag.gradients(loss, leaves, create_graph=True)
        np.testing.assert_array_equal([slope.data for slope in slopes], want)
        (curve,) = ag.gradients(ag.sum(slopes[-1]), leaves[-1:])
        mode["training"] = True
        assert np.ravel(curve)[-1] == 2 * drawn[-1][-1]
        assert len(drawn) == before + 1
    assert len(seen) == 4


def test_a_fall_back_to_eager_draws_once():
    w, drawn = Value(1.0), iter([2.0, 3.0, 0.0, 5.0])
    step = trace(lambda: ag.sqrt(w * ag.fresh(lambda: np.array(next(drawn)))))
    assert [step().data ** 2 for _ in range(4)] == pytest.approx([2.0, 3.0, 0.0, 5.0])


def test_second_order_of_the_second_of_two_results():
    v = Value(2.0)
    _, cube = trace(lambda: [v**2, v**3])()
    (slope,) = ag.gradients(cube, [v], create_graph=True)
    assert (slope.data, ag.gradients(slope, [v])) == (12.0, [12.0])


def test_value_and_grad_inside_another_trace():
    w = Tensor([1.0, 2.0])
    inner = trace(lambda x: (x**2 * w).sum())

    def f(x):
        value, slope = inner.value_and_grad(x)
        return (slope * w).sum() + value

    step = trace(f)
    for x in ([1.0, 1.0], [3.0, 5.0]):
        x = np.array(x)
        assert step(x).item() == (2 * x * w.data**2).sum() + (x**2 * w.data).sum()
        np.testing.assert_array_equal(grads(step(x), [w]), [4 * x * w.data + x**2])
    assert ag.grad(lambda v: trace(lambda u: u**3).value_and_grad(v)[1])(2.0) == 12.0


def test_value_and_grad_outside_the_domain():
    step = trace(ag.log)
    assert step.value_and_grad(2.0) == (np.log(2.0), 0.5)
    with pytest.raises(ag.DomainError, match="log"):
        step.value_and_grad(0.0)
    assert trace(lambda x: ag.sqrt(x)).value_and_grad(0.0) == (0.0, np.inf)
    of_arrays = trace(lambda x: ag.log(x).sum())
    of_arrays.value_and_grad(np.array([2.0, 1.0]))
    value, slope = of_arrays.value_and_grad(np.array([0.0, 1.0]))
    assert (value, slope.tolist()) == (-np.inf, [np.inf, 1.0])


def test_value_and_grad_of_a_bound_batch_of_keywords_and_of_what_is_not_reached():
    batched = trace(lambda x: x**2).over([1.0, 2.0])
    assert batched.value_and_grad() == (2.5, [1.0, 2.0])
    step = trace(lambda x, *, y, power=2: (x * y) ** power)
    assert step.value_and_grad(2.0, y=3.0, power=2) == (36.0, (36.0, 24.0))
    x = np.ones(2, np.float32)
    _, (_, rest) = trace(lambda x, y: x.sum()).value_and_grad(x, x)
    assert rest.dtype == np.float32
    with ag.detect_anomaly():
        assert step.value_and_grad(2.0, y=3.0, power=2) == (36.0, (36.0, 24.0))


class Slow(np.ndarray):
    """A gradient that takes its time to be added to, so that another thread has its turn."""

    def __add__(self, other):
        time.sleep(0.02)
        return (np.asarray(self) + other).view(Slow)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_threads_lose_no_gradient(kind):
    w = kind(1.0)
    step = trace(lambda x: w * x)
    losses = [step(2.0) for _ in range(4)]
    w.grad_or_none = np.zeros(()).view(Slow)
    threads = [threading.Thread(target=loss.backward) for loss in losses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad_or_none == 8.0


@pytest.mark.parametrize("f", [lambda w: w**3, lambda w: w**2 * 7.0, lambda w: w * 3.0])
@pytest.mark.parametrize("wrap", [trace, lambda f: f])
def test_second_order_of_changed_data_is_refused(f, wrap):
    w = Value(2.0)
    loss = wrap(lambda: f(w))()
    w.data = -2.0  # where the cube has the same slope
    with pytest.raises(ag.StaleDataError, match="changed"):
        loss.backward(create_graph=True)


def test_first_calls_from_two_threads_record_once():
    def f(x):
        time.sleep(0.1)  # the other thread looks for a recording, and waits
        return x * 2.0

    step = trace(f)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(step, [1.0, 2.0])) == [2.0, 4.0]
    assert step.recordings == 1


def test_a_second_backward_runs_the_program_once():
    w = [Tensor(float(i)) for i in range(4)]
    step = trace(lambda: (w[0] * w[1] + w[2] * w[3]) ** 2)
    loss, calls = step(), []
    recorded = step._latest()
    run = recorded.with_gradients
    recorded.with_gradients = lambda wanted: calls.append(wanted) or run(wanted)
    want = grads(loss, w)
    assert grads(loss, w) == grads(loss, w) == want
    assert len(calls) == 1


def test_a_warning_says_what_changed():
    mode = {"training": True}
    step = trace(lambda x, **settings: x * (2.0 if ag.guard(lambda: mode["training"]) else 3.0))
    step(1.0, power=2)
    mode["training"] = False
    with pytest.warns(RuntimeWarning, match=r"recording 2\): what guard\(\) reads has changed"):
        step(1.0, power=2)
    with pytest.warns(RuntimeWarning, match=r"recording 3\): argument 'power' was 2 and is 3 now"):
        step(1.0, power=3)
    with pytest.warns(RuntimeWarning, match="another structure"):
        step(1.0, other=3)


class Pair(NamedTuple):
    total: Value
    rest: list[Value]


def test_a_named_tuple_comes_back_as_one():
    v = Value(3.0)
    step = trace(lambda x: Pair(v * x, [v + x]))
    for _ in range(2):
        pair = step(2.0)
        assert type(pair) is Pair
        assert (pair.total.data, pair.rest[0].data) == (6.0, 5.0)


def test_batches_of_unequal_length():
    batched = trace(lambda x, y: (x - y) ** 2).over()
    with pytest.raises(ValueError, match=r"equally many samples.*3 of 'x', 2 of 'y'"):
        batched([1.0, 2.0, 3.0], [1.0, 2.0])


def test_a_number_that_plays_no_part_beside_parameters_of_the_other_kind():
    w, v = Tensor([1.0, 2.0]), Value(3.0)
    assert trace(lambda a: (w * 2.0).sum())(0.5).item() == 6.0
    assert trace(lambda a: v * 2.0)(np.ones(3)).item() == 6.0


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_node_that_is_returned_several_times_receives_all_gradients(kind):
    def gradient(f):
        x = kind(2.0)
        a, b, c = f(x)
        (a + 10.0 * b + 100.0 * c).backward()
        return float(x.grad)

    f = lambda x: [x * x, x * 3.0, x * x]
    assert gradient(trace(f)) == gradient(f) == 4.0 * 101 + 30
    same = lambda x: (lambda y: [y, y, y])(x * x)
    assert gradient(trace(same)) == gradient(same) == 4.0 * 111


# --- one of several results ----------------------------------------------------------------------

SEVERAL = {
    "infinite local derivative": lambda x, y: (ag.sqrt(x), x * 2.0 - y),
    "infinite in a sum": lambda x, y: [ag.log(x).sum(), (x * y).sum(), y * y],
    "a shared sum": lambda x, y: ((x + y).sum(), x * 3.0, y - x, x - y),
    "joined": lambda x, y: (
        ag.concatenate([ag.sqrt(x)[None], y[None]]),
        ag.stack([x, y]),
        ag.sqrt(ag.stack([x, y])) @ y,
    ),
    "by cases": lambda x, y: (ag.where(x > 1.0, x * y, y), ag.sqrt(x).sum(), x @ ag.exp(y)),
}


@pytest.mark.parametrize("f", SEVERAL.values(), ids=SEVERAL)
def test_a_pass_from_one_of_several_results_knows_nothing_of_the_others(f):
    x, y = Tensor([0.0, 4.0], "x"), Tensor([1.0, 2.0], "y")
    step = trace(f)

    def gradients(results, i):
        x.zero_grad()
        y.zero_grad()
        results[i].backward(np.arange(1.0, 1.0 + results[i].size).reshape(results[i].shape))
        assert x.grad is not y.grad
        return x.grad, y.grad

    with np.errstate(all="ignore"):
        for i in range(len(f(x, y))):
            expected = gradients(f(x, y), i)
            for _ in range(2):
                for found, wanted in zip(gradients(step(x, y), i), expected, strict=True):
                    np.testing.assert_array_equal(found, wanted)


def test_a_pass_from_one_of_several_values():
    v, w = Value(4.0), Value(0.25)
    f = lambda: [ag.sqrt(v) * w, v + w, [v * w, w, -v]]
    step = trace(f)
    picks = [lambda r: r[0], lambda r: r[1], *(lambda r, i=i: r[2][i] for i in range(3))]
    for pick in picks:
        found = []
        for g in (f, step):
            v.zero_grad()
            w.zero_grad()
            pick(g()).backward()
            found.append((v.grad, w.grad))
        assert found[0] == found[1]


# --- plain numbers at which a derivative is not defined ------------------------------------------

OUTSIDE = {
    "x / 0": lambda x: x / 0,
    "x / 0.0": lambda x: x / 0.0,
    "x / False": lambda x: x / False,
    "(-2)^x": lambda x: (-2.0) ** x,
    "0^x": lambda x: 0.0**x,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("f", OUTSIDE.values(), ids=OUTSIDE)
def test_a_plain_number_outside_the_domain_gives_what_it_gives_in_arrays(f, dtype):
    x = Tensor(np.array([1.0, -2.0, 0.0], dtype))
    step = trace(lambda: ag.sum(f(x)))
    with np.errstate(all="ignore"):
        expected = grads(ag.sum(f(x)), [x])[0]
        assert not np.isfinite(expected).all()
        (replayed,) = grads(step(), [x])
        x.zero_grad()
        ag.sum(f(x)).backward(create_graph=True)
    for found in (replayed, x.grad.data):
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == dtype


def test_no_gradient_is_asked_of_conditions():
    w = Tensor([1.0, 2.0])
    step = trace(lambda b: ag.sum(ag.abs(b) * w))
    (gradient,) = grads(step(np.array([True, False])), [w])
    np.testing.assert_array_equal(gradient, [1.0, 0.0])
