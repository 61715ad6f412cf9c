"""What a traced function reads around it: a change is seen, and a draw is told from another's."""

import copy
import gc
import linecache
import random
import threading
import time
import types
from collections import deque

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, TraceError, Value, trace
from autograd.tracing.generator_locks import held

settings = types.SimpleNamespace(rate=2.0)
factor = 3.0


def test_a_number_of_a_closure_that_has_changed_is_recorded_anew():
    w, c = Value(2.0), 3.0

    def f():
        return w * c

    step = trace(f)
    assert step().data == 6.0
    c = 5.0
    with pytest.warns(RuntimeWarning, match="recorded again .*: c has changed"):
        assert step().data == 10.0
    c = 3.0
    assert step().data == 6.0  # that recording is still there
    assert step.recordings == 2


def test_a_global_an_attribute_an_entry_and_an_element(monkeypatch):
    w = Value(2.0)
    config, numbers = {"rate": 2.0}, [2.0, 1.0]
    for f, change in [
        (lambda: w * factor, lambda: monkeypatch.setitem(globals(), "factor", 7.0)),
        (lambda: w * settings.rate, lambda: monkeypatch.setattr(settings, "rate", 7.0)),
        (lambda: w * config["rate"], lambda: config.update(rate=7.0)),
        (lambda: w * numbers[0], lambda: numbers.__setitem__(0, 7.0)),
    ]:
        step = trace(f, shapes=2)
        assert step().data == f().data
        change()
        assert step().data == f().data == 14.0


def test_the_number_of_a_layer():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = Tensor([1.0, 2.0])
            self.scale = 2.0

        def forward(self, x):
            return (self.weight * x * self.scale).sum()

    model = Scaled()
    step = trace(lambda x: model(x), shapes=3)
    x = np.array([1.0, 1.0])
    assert step(x).item() == 6.0
    model.scale = 5.0
    assert step(x).item() == 15.0
    model.weight = Tensor([10.0, 10.0])
    assert step(x).item() == 100.0


def test_another_array_or_node_in_a_variable():
    w, X = Tensor([1.0, 2.0]), np.array([1.0, 1.0])
    step = trace(lambda: (w * X).sum(), shapes=3)
    assert step().item() == 3.0
    X = np.array([2.0, 2.0])
    assert step().item() == 6.0
    w = Tensor([5.0, 5.0])
    assert step().item() == 20.0


def test_what_never_matters_is_recorded_a_few_times_more_and_forgotten():
    w, calls, runs = Value(2.0), 0, []

    def f(x):
        if calls < 0:
            return w
        runs.append(1)
        return w * x

    step = trace(f)
    for calls in range(12):  # noqa: B007 - f reads it
        assert step(3.0).data == 6.0
    assert len(runs) == 6
    assert step.recordings == 1


def test_what_the_function_changes_itself_is_not_watched():
    w, count = Value(2.0), 0

    def f(x):
        nonlocal count
        count += 1
        return w * x

    step = trace(f)
    assert [step(x).data for x in (1.0, 2.0, 3.0)] == [2.0, 4.0, 6.0]
    assert count == 1


def test_a_number_that_is_none_equals_itself():
    w, c = Value(2.0), float("nan")
    step = trace(lambda: w * c)
    step()
    c = float("nan")
    step()
    assert step.recordings == 1


def test_an_object_that_does_not_like_to_be_looked_at():
    class Shy:
        def __getattr__(self, name):
            raise RuntimeError("do not look")

        def __len__(self):
            raise RuntimeError("do not count")

    shy, w, c = Shy(), Value(2.0), 3.0
    step = trace(lambda x: w * x * c if shy is not None else w, shapes=2)
    assert step(1.0).data == 6.0
    c = 4.0
    assert step(1.0).data == 8.0


class Config:
    rate = 2.0
    sizes = [1.0, 2.0]  # noqa: RUF012


class Inheriting(Config):
    pass


def changes():
    """What a function reads, the function of it, and a change of it that nobody announces."""
    config, numbers = Inheriting(), [float(i) for i in range(20)]
    values, rows = [Value(1.0), Value(2.0)], [[Value(1.0)], [Value(2.0)]]
    layers, filled, window = [nn.Linear(1, 1), nn.ReLU()], [], deque([1.0, 2.0], maxlen=2)
    table, chosen = {"a": 1.0}, {1.0}
    array = np.array([Value(1.0), Value(2.0)])
    return {
        "class": (lambda x: x * Config.rate, lambda: setattr(Config, "rate", 3.0)),
        "inherited": (lambda x: x * config.rate, lambda: setattr(Config, "rate", 4.0)),
        "hidden by the object's own": (
            lambda x: x * config.rate,
            lambda: vars(config).update(rate=5.0),
        ),
        "list of a class": (lambda x: x * sum(config.sizes), lambda: Config.sizes.append(3.0)),
        "node replaced": (lambda x: x * values[0], lambda: values.__setitem__(0, Value(7.0))),
        "node added": (lambda x: x * sum(values), lambda: values.append(Value(7.0))),
        "nodes exchanged": (lambda x: x * values[0] + values[1], values.reverse),
        "node of a row": (lambda x: x * rows[0][0], lambda: rows[0].__setitem__(0, Value(7.0))),
        "node of an array": (lambda x: x * array.sum(), lambda: array.__setitem__(0, Value(7.0))),
        "layer replaced": (
            lambda x: layers[1](layers[0](np.full((1, 1), 2.0))).sum() * x,
            lambda: layers.__setitem__(1, nn.Tanh()),
        ),
        "empty list filled": (lambda x: x * (1 + len(filled)), lambda: filled.append(1.0)),
        "deque": (lambda x: x * window[0], lambda: window.append(7.0)),
        "key added": (lambda x: x * sum(table.values()), lambda: table.update(b=1.0)),
        "set": (lambda x: x * len(chosen), lambda: chosen.add(2.0)),
        "number of a long list": (lambda x: x * numbers[12], lambda: numbers.__setitem__(12, 7.0)),
    }


@pytest.mark.parametrize("name", changes())
def test_every_kind_of_change_is_seen(name):
    f, change = changes()[name]
    x = Tensor(2.0)
    if name.startswith("node"):
        x = Value(2.0)
    step = trace(f, shapes=3)
    before = step(x).item()
    change()
    assert step(x).item() == f(x).item() != before


def test_a_change_is_seen_after_one_that_did_not_matter():
    small, numbers = 0.5, [float(i) for i in range(20)]
    one, other = types.SimpleNamespace(c=1.0), types.SimpleNamespace(c=1.0)  # of one name

    def f(x):
        return x * max(small, 1.0) * numbers[3] * (one.c if one.c is None else other.c)

    step = trace(f, shapes=9)
    assert step(2.0) == 6.0
    small, numbers[4], one.c = 0.7, 70.0, 70.0
    assert step(2.0) == 6.0
    for small, numbers[3], other.c in ((5.0, 3.0, 1.0), (5.0, 7.0, 1.0), (5.0, 7.0, 2.0)):
        assert step(2.0) == 2.0 * small * numbers[3] * other.c


# --- random numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("own_draw", [False, True])
def test_a_draw_in_another_thread_does_not_fail_a_trace(own_draw):
    rng, stop = np.random.default_rng(0), threading.Event()

    def draw():
        while not stop.is_set():
            rng.random()
            random.random()
            np.random.random()  # noqa: NPY002
            time.sleep(0)

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        w = Tensor(np.ones(4))
        for _ in range(10):

            def f(x):
                time.sleep(0.001)
                scale = ag.fresh(lambda: 1.0) if own_draw else 1.0  # as a dropout draws
                return (w * x * scale).sum() if rng is not None else w

            assert trace(f)(2.0).item() == 8.0
    finally:
        stop.set()
        thread.join()


class _WithPlainLock:
    """A bit generator whose lock a thread cannot take twice, as all were before NumPy 2.3."""

    def __init__(self, bits):
        self.__dict__.update(bits=bits, lock=threading.Lock())

    def __getattr__(self, name):
        return getattr(self.bits, name)

    def __setattr__(self, name, value):
        setattr(self.bits, name, value)

    def __reduce_ex__(self, protocol):
        return self.bits.__reduce_ex__(protocol)


@pytest.mark.parametrize("kind", [np.random.Generator, np.random.RandomState])
def test_a_generator_whose_lock_cannot_be_taken_twice_is_held_and_left_as_it_was(kind):
    bits = np.random.MT19937(0)
    if kind is np.random.Generator:
        bits = _WithPlainLock(bits)
    elif "RLock" in type(bits.lock).__name__:
        pytest.skip("since NumPy 2.3 a RandomState holds its lock while it tells its state")
    rng, same = kind(bits), kind(np.random.MT19937(0))
    assert rng.normal() == same.normal()  # of a RandomState's pair of normals one is left
    waited, others = [], []

    def other():
        others.append(rng.normal(size=3))

    thread = threading.Thread(target=other)
    with held([rng, kind(bits)]):
        waited.append(rng.normal())
        thread.start()
        thread.join(timeout=0.02)
        waited.append(rng.normal())
        copied = copy.deepcopy(getattr(rng, "bit_generator", rng))
        assert not others
    thread.join()
    found = [*waited, *others[0], rng.normal()]
    assert found == [same.normal() for _ in found]
    assert getattr(rng, "bit_generator", bits) is bits
    assert type(copied) in (np.random.MT19937, kind)
    assert bits.lock.acquire(blocking=False)


def test_a_function_that_seeds_what_it_draws_from_is_recorded():
    w = Value(2.0)

    def f():
        np.random.seed(0)  # noqa: NPY002
        return w * np.random.random()  # noqa: NPY002

    assert trace(f)().data == f().data


def test_a_lock_that_somebody_keeps_is_left_alone(monkeypatch):
    monkeypatch.setattr("autograd.tracing.generator_locks._SECONDS", 0.01)
    rng = np.random.Generator(_WithPlainLock(np.random.MT19937(0)))
    with rng.bit_generator.lock, held([rng]):
        pass


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.random(),
        lambda rng: random.random(),
        lambda rng: np.random.random(),  # noqa: NPY002
        lambda rng: np.random.default_rng(0) and rng.normal(),
    ],
)
def test_a_draw_of_its_own_is_found_with_its_line(draw):
    rng, w = np.random.default_rng(0), Value(1.0)
    with pytest.raises(TraceError, match=r"drew a random number .*test_surroundings.py:\d+"):
        trace(lambda: w * draw(rng))()


def test_a_generator_in_an_object_is_found():
    class Noise:
        def __init__(self):
            self.parts = [{"rng": np.random.default_rng(0)}]

        def __call__(self):
            return self.parts[0]["rng"].random()

    noise, w = Noise(), Value(1.0)
    with pytest.raises(TraceError, match="Generator drew"):
        trace(lambda: w * noise())()


def test_the_heap_is_not_searched(monkeypatch):
    def search(*_, **__):
        raise AssertionError("a search of the heap takes 0.3 s with 2 million objects")

    monkeypatch.setattr(gc, "get_objects", search)
    w = Value(2.0)
    assert trace(lambda x: w * x)(3.0).data == 6.0


# --- what a trace leaves behind ------------------------------------------------------------------


def test_the_source_is_freed_with_its_trace():
    w = Value(2.0)
    before = set(linecache.cache)
    step = trace(lambda x: w * x)
    step(3.0).backward()
    assert set(linecache.cache) - before
    del step
    gc.collect()
    assert not {name for name in set(linecache.cache) - before if "trace" in name}


# --- the data under a replay ---------------------------------------------------------------------


def test_data_changed_between_a_replay_and_its_backward_is_found():
    w = Tensor([1.0, 2.0], "w")
    step = trace(lambda x: (w * w * x).sum())
    for way in (False, True):
        y = step(np.array([1.0, 1.0]))
        w.data = w.data * 2
        with pytest.raises(ag.StaleDataError):
            y.backward(create_graph=way)
    v = Value(3.0, "v")
    of_values = trace(lambda: v * v)
    y = of_values()
    v.data = 5.0
    with pytest.raises(ag.StaleDataError, match="changed after it was replayed"):
        y.backward(create_graph=True)
    y = of_values()
    y.backward()
    assert v.grad == 10.0


def test_a_gradient_that_is_broadcast_or_the_result_itself_is_an_array_of_its_own():
    w = Tensor([1.0, 2.0, 3.0])
    trace(lambda: w.sum())().backward()
    w.grad[0] = 5.0
    assert w.grad.tolist() == [5.0, 1.0, 1.0]
    s = Tensor(0.5)
    y = trace(lambda: ag.exp(s))()
    y.backward()
    s.grad[...] = 7.0
    assert y.data == np.exp(0.5)


@pytest.mark.parametrize("kind", [Tensor, Value])
def test_a_gradient_goes_on_from_what_was_computed_outside(kind):
    w = kind(2.0)
    doubled = w * 2.0
    y = trace(lambda x: doubled * doubled * x)(3.0)
    y.backward()
    assert float(w.grad) == 2 * 4.0 * 3.0 * 2.0
