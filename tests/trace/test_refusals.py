"""What a program could not repeat is refused, with the line; the rest of the hooks work."""

import gc
import random
import sys
import threading
import tracemalloc
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, TraceError, Value, effect, fresh, guard
from autograd.tracing import trace

w = Tensor([1.0, 2.0], "w")
v = Value(3.0, "v")


@pytest.mark.parametrize(
    "f",
    [
        lambda: v if v > 2.0 else -v,
        lambda: v if v * v else -v,
        lambda: v * float(v),
        lambda: v * v.item(),
        lambda: v * round(2.0 * float(v)),
        lambda: max(v, v * v),
        lambda: w.sum() if w.sum() > 0 else -w.sum(),
        lambda: w * w.sum().item(),
        lambda: v if (v * 2.0).data > 0 else -v,
        lambda: (w * float(w.sum())).sum(),
    ],
)
def test_acting_on_a_number_of_this_run(f):
    with pytest.raises(TraceError, match=r"test_refusals.py:\d+: lambda"):
        trace(f)()


@pytest.mark.parametrize(("f", "remedy"), [(lambda: max(v, v * v), "max or min")])
def test_the_remedy_is_named(f, remedy):
    with pytest.raises(TraceError, match=remedy):
        trace(f)()


def test_a_mask_from_the_arguments_changes_shapes():
    with pytest.raises(TraceError, match="mask"):
        trace(lambda x: w[x > 0].sum())(np.array([1.0, -1.0]))


def test_positions_that_are_computed():
    step = trace(lambda i: w[i + 1].sum())
    assert [step(np.array([k])).item() for k in (0, -1)] == [2.0, 1.0]


def test_the_state_of_recording_ends_with_an_error():
    with pytest.raises(TraceError):
        trace(lambda: v if v > 2.0 else -v)()
    assert v > 2.0


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng[0].random(2),
        lambda rng: np.random.rand(2),  # noqa: NPY002
        lambda rng: random.random(),
        lambda rng: rng[1].random_sample(),
        lambda rng: rng[2].random(),
    ],
)
def test_a_random_number_inside(draw):
    rng = [np.random.default_rng(0), np.random.RandomState(0), random.Random(0)]
    with pytest.raises(TraceError, match=r"test_refusals.py:\d+: lambda rng: .*random"):
        trace(lambda: (w * draw(rng)).sum())()


def test_fresh_draws_at_each_replay():
    rng = np.random.default_rng(0)
    step = trace(lambda: (w * fresh(lambda: rng.random(2))).sum())
    again = np.random.default_rng(0)
    for _ in range(3):
        w.zero_grad()
        step().backward()
        np.testing.assert_array_equal(w.grad, again.random(2))
    u = np.array([Value(1.0), Value(2.0)])
    of_values = trace(lambda: (u * fresh(lambda: np.array([2.0, 3.0]))).sum())
    assert of_values().data == of_values().data == 8.0


def test_effects_happen_at_each_replay():
    seen = []
    step = trace(lambda x: _kept((w * x).sum(), seen))
    assert [step(np.full(2, k)).item() for k in (1.0, 2.0)] == [3.0, 6.0]
    assert [float(x) for x in seen] == [3.0, 6.0]


def _kept(x, seen):
    effect(seen.append, x)
    return x


def test_a_guard_that_changes_makes_a_new_recording():
    mode = {"training": True}

    def loss():
        return (w * (2.0 if guard(lambda: mode["training"]) else 3.0)).sum()

    step = trace(loss, shapes=2)
    assert step().item() == 6.0
    mode["training"] = False
    assert step().item() == 9.0
    mode["training"] = True
    assert step().item() == 6.0
    assert step.recordings == 2


def test_dropout_and_batch_norm():
    x = np.random.default_rng(0).normal(size=(6, 3))
    model = nn.Sequential(nn.Dense(3, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5, rng=0))
    twin = nn.Sequential(nn.Dense(3, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5, rng=0))
    step = trace(lambda x: (model(x) ** 2).mean(), shapes=2)
    model.eval(), twin.eval()
    assert step(x).item() == pytest.approx((twin(x) ** 2).mean().item())
    model.train(), twin.train()
    for _ in range(3):
        assert step(x).item() == pytest.approx((twin(x) ** 2).mean().item())
    np.testing.assert_allclose(model[1].running_var, twin[1].running_var)
    model.eval(), twin.eval()
    assert step(x).item() == pytest.approx((twin(x) ** 2).mean().item())
    assert step.recordings == 2


def test_another_shape_is_another_recording_with_a_warning():
    step = trace(lambda x, y: (x * y).sum(), limit=3)
    step(np.ones(3), np.ones(3))
    with pytest.warns(
        RuntimeWarning, match=r"argument 'x' was of shape \(3,\).*is of shape \(4,\)"
    ):
        step(np.ones(4), np.ones(4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step(np.ones(3), np.ones(3))
        step(np.ones(4), np.ones(4))
    with pytest.warns(RuntimeWarning, match="'y' was of shape"):
        step(np.ones(4), np.ones(1))
    with pytest.raises(TraceError, match="recorded 3 times"):
        step(np.ones(5), np.ones(5))
    assert step.recordings == 3


def test_settings_are_part_of_the_recording():
    step = trace(lambda x, power: (x**power).sum(), shapes=2)
    assert step(np.array([3.0]), 2) == 9.0
    assert step(np.array([3.0]), 3) == 27.0


def test_source_before_the_first_call():
    with pytest.raises(TraceError, match="not called"):
        trace(lambda x: x).source  # noqa: B018


def test_results_of_two_kinds():
    with pytest.raises(TraceError, match="not both"):
        trace(lambda: [v * 2.0, w * 2.0])()


def test_an_argument_that_cannot_be_compared():
    with pytest.raises(TypeError, match="set"):
        trace(lambda x: v)({1})


def test_threads():
    rng = np.random.default_rng(0)
    W = Tensor(rng.normal(size=(50, 50)), "W")
    step = trace(lambda x: ag.tanh(ag.tanh(x @ W) @ W).sum())
    xs = [rng.normal(size=(40, 50)) for _ in range(4)]
    expected = [step.value_and_grad(x) for x in xs]
    wrong = []

    def work(i):
        for _ in range(50):
            value, gradient = step.value_and_grad(xs[i])
            if value != expected[i][0] or (gradient != expected[i][1]).any():
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert wrong == []


@pytest.mark.slow
def test_memory_is_flat_over_many_replays():
    W = Tensor(np.ones((8, 8)), "W")
    cells = [Value(float(i)) for i in range(20)]
    step = trace(lambda x: ag.tanh(x @ W).sum())
    of_values = trace(lambda: sum(c * c for c in cells))
    x = np.ones((4, 8))

    def run(n):
        for _ in range(n):
            W.zero_grad()
            step(x).backward()
            of_values().backward()

    run(10)
    gc.collect()
    tracemalloc.start()
    try:
        run(100)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        run(10_000)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 20_000


@pytest.mark.parametrize("flags", [True, False])
def test_outside_a_domain_a_replay_says_what_the_function_says(flags, monkeypatch):
    """Also where the processor has no flags, as in a browser: then the results are looked at."""
    monkeypatch.setattr(sys.modules["autograd.tracing.recorded"], "HAS_FLAGS", flags)
    v = Value(1.0, "v")
    step = trace(lambda x: ag.log(v * x))
    step(2.0).backward()
    assert v.grad == 1.0
    with pytest.raises(ag.DomainError, match="log is not defined at"):
        step(-2.0)
    both = trace(lambda x: (ag.log(v * x), v * x))
    both(1.0)
    with pytest.raises(ag.DomainError, match="log is not defined at"):
        both(0.0)
