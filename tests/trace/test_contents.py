"""Arrays and lists around a traced function that are written to: no replay computes on the old.

Each function is run eagerly as the oracle, after the writing.
"""

import functools
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, Value, trace
from autograd.rows.elementwise import Elementwise
from autograd.rows.registry import primitives

X = np.array([0.3, 0.7, 0.6])
BEFORE, AFTER = np.array([1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.25])


class Held:
    """Something that holds an array."""

    def __init__(self, c):
        self.c, self.history = c, []

    def loss(self, x):
        return (x * (1 - self.c)).sum()


class Weighted(nn.Module):
    """A user's module with an array as an attribute."""

    def __init__(self, c):
        self.c, self.w = c, Tensor(np.ones(3))

    def forward(self, x):
        return (self.w * x / (2 - self.c)).sum()


def helped(c):
    def helper(x):
        return x * (1 - c)

    return lambda x: helper(x).sum()


#: How a function comes by an array c that it computes on by itself.
WAYS = {
    "a name": lambda c: lambda x: (x * (1 - c)).sum(),
    "squared": lambda c: lambda x: (x * (c * c)).sum(),
    "one element": lambda c: lambda x: (x * c[1]).sum(),
    "a branch": lambda c: lambda x: x.sum() * (2.0 if c[0] > 0.5 else 3.0),
    "an entropy": lambda c: lambda x: nn.binary_cross_entropy(x, c),
    "logits": lambda c: lambda x: nn.binary_cross_entropy_with_logits(x, c),
    "a dict": lambda c: (lambda d: lambda x: (x * (1 - d["y"])).sum())({"y": c}),
    "a list of arrays": lambda c: (lambda s: lambda x: sum((x * (1 - k)).sum() for k in s))([c]),
    "a helper": helped,
    "a default": lambda c: lambda x, k=c: (x / (2 - k)).sum(),
    "a partial": lambda c: functools.partial(lambda k, x: (x / (2 - k)).sum(), c),
    "a method": lambda c: Held(c).loss,
    "a module": lambda c: (lambda m: lambda x: m(x))(Weighted(c)),
    "a divisor": lambda c: lambda x: (x / (c + 0.5)).sum(),
    "as it is": lambda c: lambda x: (x * c).sum(),
    "both": lambda c: lambda x: (x * c * (1 - c)).sum(),
    "a view": lambda c: lambda x: (x * c[::-1]).sum(),
    "a large one": lambda c: (lambda s: lambda x: (x * (1 - c[:3])).sum())(c),
}


def gradient(f):
    value, slope = ag.value_and_grad(f)(X)
    return (value.item() if isinstance(value, Tensor) else value), np.asarray(
        slope.data if isinstance(slope, Tensor) else slope
    )


@pytest.mark.parametrize("name", WAYS)
def test_arrays_that_are_written_to(name):
    c = np.resize(BEFORE, 20_000) if "large" in name else BEFORE.copy()
    f = WAYS[name](c)
    step = trace(f, shapes=3)
    for _ in range(2):
        step.value_and_grad(X)
    for new in (AFTER, BEFORE[::-1] * 0.5):
        c[:3] = new
        value, slope = gradient(f)
        replayed = step.value_and_grad(X)
        assert replayed[0] == pytest.approx(value, rel=1e-14)
        np.testing.assert_allclose(replayed[1], slope, rtol=1e-14)


ROWS = [
    name
    for name, op in primitives().items()
    if isinstance(op, Elementwise) and op.arity == 2 and not op.truth
]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("first", [True, False])
def test_gradients_of_a_row_by_an_array_that_is_written_to(name, first):
    """What a rule computes of a constant alone, as 1 / c, is computed at each replay."""
    row = primitives()[name]
    c = np.array([1.5, 2.5, 0.5])
    f = lambda x: ag.sum((row(x, c) if first else row(c, x)) * np.array([1.0, 2.0, 3.0]))
    step = trace(f)
    for new in ([1.5, 2.5, 0.5], [2.2, 0.7, 3.1]):
        c[:] = new
        value, slope = gradient(f)
        replayed = step.value_and_grad(X)
        assert replayed[0] == pytest.approx(value, rel=1e-14)
        np.testing.assert_allclose(replayed[1], slope, rtol=1e-14)
    assert step.recordings == 1


def test_lists_of_numbers():
    numbers, nested = [1.0, 2.0, 3.0] * 5, [[1.0, 2.0], ([3.0], 4.0)]
    f = lambda x: (x * numbers[2] * nested[1][0][0]).sum()
    step = trace(f, shapes=3)
    step.value_and_grad(X)
    numbers[2] = 7.0
    np.testing.assert_allclose(step.value_and_grad(X)[1], [21.0] * 3)
    nested[1][0][0] = 2.0
    np.testing.assert_allclose(step.value_and_grad(X)[1], [14.0] * 3)


def test_values_and_data_in_arrays():
    data, w = np.array([[1.0, 2.0], [3.0, 4.0]]), [Value(0.1), Value(0.2)]
    f = lambda: sum((w[0] * row[0] + w[1] * row[1]) ** 2 for row in data)
    step = trace(f, shapes=2)
    step()
    data[0] = 9.0
    step().backward()
    replayed = [v.grad for v in w]
    for v in w:
        v.zero_grad()
    f().backward()
    np.testing.assert_allclose(replayed, [v.grad for v in w], rtol=1e-14)


def test_a_buffer_that_is_only_read_costs_one_more_recording_in_all():
    w, batch = Tensor(np.ones((2, 1))), np.ones((4, 2))
    step = trace(lambda: (batch @ w).sum())
    for i in range(12):
        batch[:] = i
        assert step().item() == 8.0 * i
    assert step.recordings == 1  # the second took the place of the first: it is the same program


def test_what_changes_and_does_not_matter_is_no_recording():
    held = Held(BEFORE.copy())
    step = trace(held.loss)
    for i in range(5):
        step.value_and_grad(X)
        held.history.append(float(i))
    assert step.recordings == 1


def test_a_part_that_matters_after_many_changes_that_did_not():
    c = np.zeros(3)
    step = trace(lambda x: (x * (1 - c[0])).sum(), shapes=2)
    for i in range(12):
        step.value_and_grad(X)
        c[1] = i + 1.0
    assert step.recordings == 1
    c[0] = 7.0
    np.testing.assert_allclose(step.value_and_grad(X)[1], [-6.0] * 3)


def test_it_says_so_where_it_is_recorded_again_and_again():
    c = np.ones(3)
    step = trace(lambda x: (x * (1 - c)).sum())
    step.value_and_grad(X)
    c[0] = 5.0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        step.value_and_grad(X)
    assert "c has changed; what varies is better passed in" in str(caught[0].message)


def test_a_huge_array_that_is_filled_anew_is_seen():
    """What is computed of it by itself is a constant; so it is compared at places all over it."""
    c = np.zeros((300, 7_000))
    assert c.nbytes > 16_000_000
    x = np.ones(7_000)
    step = trace(lambda x: (x * (1 - c)[:3].sum(axis=0)).sum(), shapes=4)
    assert step(x).item() == 21_000
    c[...] = 0.5
    assert step(x).item() == 10_500
    c[150:] = 2.0  # half of it
    assert step(x).item() == 10_500
    step(x)
    assert step.recordings == 2


def test_a_large_array_that_replays_read_is_looked_at_too():
    """The program reads c, and holds 1 - c as well."""
    c, x = np.zeros((100, 100)), Tensor(np.ones((100, 100)))
    step = trace(lambda x: (x * c).sum() + 2 * (x * (1 - c)).sum(), shapes=2)
    assert step(x).item() == 20_000
    c[...] = 0.5
    assert step(x).item() == 15_000
    only_read = trace(lambda x: (x * c).sum())
    assert only_read(x).item() == 5_000
    c[0, 1] = 3.5
    assert only_read(x).item() == 5_003
    assert only_read.recordings == 1
