"""A long chain of operations, no two of which can be done at once, is recorded in linear time."""

import gc
import sys

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value
from autograd.tracing import trace


def additions(n):
    def chain(x):
        y = x
        for _ in range(n):
            y = y * 0.999 + x
        return y

    return chain, Value(1.0)


def functions(n):
    def chain(x):
        y = x
        for _ in range(n):
            y = ag.tanh(y + x)
        return y

    return chain, Value(0.5)


def readings(n):
    """Each link reads another element of one array."""

    def chain(xs):
        y = 0.0
        for x in xs:
            y = ag.sin(y * x)
        return y

    return chain, np.linspace(0.1, 1.0, n)


def weights(n):
    ws = [Value(1.0 / (i + 1)) for i in range(n)]

    def chain(x):
        y = x
        for w in ws:
            y = ag.tanh(y * w)
        return y

    return chain, Value(0.5)


def arrays(n):
    def chain(x):
        y = x
        for _ in range(n):
            y = ag.tanh(y * x)
        return y.sum()

    return chain, Tensor([0.1, 0.2])


def work(make, n):
    """Return how many functions are called while a chain is recorded, and its program's lines."""
    chain, x = make(n)
    step, calls = trace(chain), 0

    def count(frame, event, arg):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        step(x)
    finally:
        sys.setprofile(None)
    return calls, len(step.source.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        additions,
        arrays,
        *(
            pytest.param(make, marks=pytest.mark.thorough)
            for make in (functions, readings, weights)
        ),
    ],
)
def test_recording_a_chain_takes_linear_work(make):
    work(make, 10)  # what is written once only
    short, long, longer = (work(make, n) for n in (100, 300, 900))
    for a, b, c in zip(short, long, longer, strict=True):
        assert (c - b) / (b - a) == pytest.approx(3.0, rel=0.1)  # nine, if it were quadratic


@pytest.mark.parametrize("make", [additions, functions, weights])
def test_a_chain_replays_as_it_was_recorded(make):
    chain, x = make(500)
    step = trace(chain)
    for _ in range(2):
        x.zero_grad()
        y = chain(x)
        y.backward()
        expected = x.grad
        x.zero_grad()
        y_replayed = step(x)
        y_replayed.backward()
        assert y_replayed.data == pytest.approx(y.data, rel=1e-12)
        assert x.grad == pytest.approx(expected, rel=1e-10)
        x.data = 0.7


def test_the_collector_is_as_it_was_after_a_recording():
    seen = []

    def function(x):
        seen.append(gc.isenabled())
        if x.shape == (2,):
            raise LookupError("not this one")
        return x * 2.0

    assert gc.isenabled()
    step = trace(function, shapes=2)
    step(Tensor([1.0]))
    assert gc.isenabled()
    with pytest.raises(LookupError):
        step(Tensor([1.0, 2.0]))
    assert gc.isenabled()
    assert False in seen
    gc.disable()
    try:
        trace(function)(Tensor([1.0]))
        assert not gc.isenabled()
    finally:
        gc.enable()
