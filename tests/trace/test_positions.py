"""Positions that come with the arguments are read at each call, forward and in gradients."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, TraceError, Value
from autograd.tracing import trace

TABLE = np.random.default_rng(0).normal(size=(4, 3))
WEIGHTS = np.random.default_rng(1).normal(size=(2, 4, 3))

#: what is done with the positions, and two or three of them, of the same shapes
CASES = {
    "rows": (lambda x, i: x[i], [[[0, 2]], [[3, 1]], [[1, 1]]]),
    "negative": (lambda x, i: x[i], [[[0, -1]], [[-4, 2]]]),
    "one row": (lambda x, i: x[i], [[2], [-1]]),
    "table of rows": (lambda x, i: x[i], [[[[0, 1], [2, 2]]], [[[3, 3], [-1, 0]]]]),
    "cells": (lambda x, i, j: x[i, j], [[[0, 2], [1, 1]], [[3, 3], [0, -1]]]),
    "row of columns": (lambda x, j: x[1, j], [[[0, 2]], [[2, -2]]]),
    "columns": (lambda x, j: x[:, j], [[[0, 2]], [[1, 1]]]),
    "after dots": (lambda x, j: x[..., j], [[[0, 2]], [[1, 1]]]),
    "with a new axis": (lambda x, i: x[i, None, ::2], [[[0, 2]], [[-1, 3]]]),
    "a tuple of one": (lambda x, i: x[(i,)], [[[0, 2]], [[3, 0]]]),
    "fixed and given": (lambda x, i: x[np.array([0, 1]), i], [[[0, 2]], [[1, -1]]]),
    "computed": (lambda x, i: x[i + 1], [[[0, 2]], [[-1, 1]]]),
    "twice": (lambda x, i: x[i] * x[i][:, ::-1], [[[0, 2]], [[3, 3]]]),
    "of a result": (lambda x, i: ag.tanh(x)[i], [[[0, 2]], [[3, 3]]]),
    "positions of positions": (lambda x, i, j: x[i[j]], [[[0, 2, 3], [0, 1]], [[1, 0, 2], [2, 2]]]),
}


def loss_of(f):
    def loss(x, *positions):
        picked = f(x, *positions)
        return (picked * picked * ag.exp(picked)).sum()

    return loss


def value_and_gradient(loss, x, positions):
    x.zero_grad()
    y = loss(x, *positions)
    y.backward()
    return y.item(), x.grad


@pytest.mark.parametrize("captured", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_positions_among_the_arguments(name, captured):
    f, calls = CASES[name]
    x = Tensor(TABLE)
    loss = loss_of(f)
    step = trace((lambda *i: loss(x, *i)) if captured else loss)
    for positions in [*calls, *calls]:
        arrays = [np.array(i) for i in positions]
        expected = value_and_gradient(loss, x, arrays)
        run = (lambda _, *i: step(*i)) if captured else step
        got = value_and_gradient(run, x, arrays)
        assert got[0] == pytest.approx(expected[0], rel=1e-12)
        np.testing.assert_allclose(got[1], expected[1], rtol=1e-10)
    assert step.recordings == 1


@pytest.mark.parametrize("name", CASES)
def test_positions_where_the_result_is_an_array(name):
    f, calls = CASES[name]
    x = Tensor(TABLE)
    step = trace(f)
    for positions in calls:
        arrays = [np.array(i) for i in positions]
        x.zero_grad()
        f(x, *arrays).backward(np.ones(f(TABLE, *arrays).shape))
        expected = x.grad
        x.zero_grad()
        result = step(x, *arrays)
        result.backward(np.ones(result.shape))
        np.testing.assert_array_equal(result.data, f(TABLE, *arrays))
        np.testing.assert_allclose(x.grad, expected, rtol=1e-12)


def test_several_blocks_of_positions_are_apart():
    table = Tensor(TABLE, "table")
    step = trace(lambda i, j: (table[i] * table[j]).sum())
    for i, j in (([0, 1], [2, 3]), ([3, 3], [0, 0])):
        got = value_and_gradient(lambda _, *k: step(*k), table, [np.array(i), np.array(j)])
        assert got[0] == pytest.approx((TABLE[i] * TABLE[j]).sum())


def test_equal_positions_at_the_recording_are_not_one_for_ever():
    x = Tensor(TABLE)
    step = trace(lambda i, j: (x[i] * x[j]).sum())
    same = np.array([1, 2])
    step(same, same)
    assert step(same, np.array([3, 0])).item() == pytest.approx(
        (TABLE[[1, 2]] * TABLE[[3, 0]]).sum()
    )


def test_an_int_is_a_setting_and_an_array_of_one_is_not():
    x = Tensor(TABLE)
    step = trace(lambda i: x[i].sum(), shapes=2)
    for i in (1, -1, 1):
        assert step(i).item() == pytest.approx(TABLE[i].sum())
    assert step.recordings == 2
    step = trace(lambda i: x[i].sum())
    for i in (1, -1, 1):
        assert step(np.array(i)).item() == pytest.approx(TABLE[i].sum())
    assert step.recordings == 1


def test_positions_in_a_structure():
    x = Tensor(TABLE)
    step = trace(lambda batch: (x[batch["rows"], batch["columns"]] ** 2).sum())
    for rows, columns in (([0, 1], [1, 2]), ([3, -1], [0, 0])):
        got = step({"rows": np.array(rows), "columns": np.array(columns)}).item()
        assert got == pytest.approx((TABLE[rows, columns] ** 2).sum())


def test_a_constant_array_by_given_positions():
    """A lookup in an array that is no node: its class weights, say."""
    scale, x = np.array([1.0, 10.0, 100.0]), Tensor(TABLE)

    def loss(labels):
        return (x[np.arange(4), labels] * scale[labels]).sum()

    with pytest.raises(TypeError, match=r"test_positions.py:\d+: .*scale\[labels\]"):
        trace(loss)(np.array([0, 1, 2, 1]))
    table = Tensor(scale)
    step = trace(lambda labels: (x[np.arange(4), labels] * table[labels]).sum())
    for labels in ([0, 1, 2, 1], [2, 2, 0, 0]):
        assert step(np.array(labels)).item() == pytest.approx(
            (TABLE[np.arange(4), labels] * scale[labels]).sum()
        )


def test_values_by_given_positions():
    cells = np.array([Value(1.0), Value(2.0), Value(3.0)])
    with pytest.raises(TypeError, match=r"test_positions.py:\d+: .*cells\[i\]"):
        trace(lambda i: ag.sum(cells[i] * cells[i]))(np.array([0, 2]))


@pytest.mark.parametrize("bound", [lambda x, i: x[i:], lambda x, i: x[: i[0]], lambda x, i: x[::i]])
def test_a_slice_between_given_positions_changes_shapes(bound):
    x = Tensor(TABLE)
    with pytest.raises(TraceError, match=r"test_positions.py:\d+"):
        trace(lambda i: bound(x, i).sum())(np.array([1]))


def test_outside_of_the_array():
    x = Tensor(TABLE)
    step = trace(lambda i: x[i].sum())
    step(np.array([1]))
    with pytest.raises(IndexError, match="out of bounds"):
        step(np.array([7]))


def test_a_step_of_an_embedding_over_long_batches():
    """Rows that come up often get the sum of all their gradients."""
    table = Tensor(TABLE, "table")
    step = trace(lambda tokens: (ag.tanh(table[tokens]).mean(axis=1) ** 2).sum())
    rng = np.random.default_rng(0)
    for _ in range(3):
        tokens = rng.integers(0, 4, size=(5, 6))
        expected = value_and_gradient(lambda _, t: step.f(t), table, [tokens])
        got = value_and_gradient(lambda _, t: step(t), table, [tokens])
        np.testing.assert_allclose(got[1], expected[1], rtol=1e-10)
