"""Indexing a Tensor gives what NumPy gives, and sends gradients back to the places read."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor

X = np.arange(24.0).reshape(2, 3, 4) / 10 + 0.1
KEYS = {
    "int": 1,
    "negative int": -1,
    "NumPy int": np.int64(1),
    "two ints": (1, 2),
    "three ints": (1, 2, 3),
    "slice": slice(0, 1),
    "step": (slice(None), slice(None, None, 2)),
    "reversed": (slice(None, None, -1), Ellipsis, slice(None, None, -2)),
    "empty slice": slice(2, 2),
    "ellipsis": (Ellipsis, 0),
    "ellipsis alone": Ellipsis,
    "None": (None, 1),
    "None in the middle": (slice(None), None, 0),
    "None at the end": (Ellipsis, None),
    "list": [1, 0],
    "list with duplicates": [0, 0, 1, 0],
    "array of two axes": np.array([[0, 1], [1, 1]]),
    "fancy pairs with duplicates": ([0, 0, 1], [2, 2, 1]),
    "fancy that broadcasts": (np.array([[0], [1]]), np.array([0, 2, 2])),
    "fancy beside a slice": ([0, 1, 1], slice(1, None)),
    "fancy, slice, fancy": ([0, 1, 1], slice(None), [3, 3, 0]),
    "int and fancy": (0, [1, 1]),
    "mask": X > 1.0,
    "mask of rows": np.array([True, False]),
    "mask of an axis": (slice(None), np.array([True, False, True])),
    "mask of nothing": np.zeros((2, 3, 4), dtype=bool),
    "empty list": [],
    "True": True,
}


@pytest.mark.parametrize("name", KEYS)
def test_values_and_gradients(name):
    key = KEYS[name]
    x = Tensor(X)
    y = x[key]
    assert y.shape == X[key].shape
    np.testing.assert_array_equal(y.data, X[key])
    weights = np.random.default_rng(0).normal(size=y.shape)
    y.backward(weights)
    expected = np.zeros_like(X)
    np.add.at(expected, key, weights)
    np.testing.assert_allclose(x.grad, expected)


@pytest.mark.parametrize("name", KEYS)
def test_second_order_and_forward_mode(name):
    key = KEYS[name]
    f = lambda x: ag.sum(x[key] ** 3)
    H = np.diagonal(ag.hessian(f)(X).reshape(24, 24)).reshape(X.shape)
    counts = np.zeros_like(X)
    np.add.at(counts, key, 1.0)
    np.testing.assert_allclose(H, counts * 6 * X)
    np.testing.assert_allclose(ag.hvp(f)(X, np.ones_like(X)), counts * 6 * X)


def test_an_index_that_is_a_tensor():
    x = Tensor(X)
    np.testing.assert_array_equal(x[x > 1.0].data, X[X > 1.0])
    positions = Tensor([0.0, 1.0])
    with pytest.raises(IndexError):
        x[positions]


def test_a_duplicate_receives_the_sum():
    x = Tensor([1.0, 2.0, 3.0])
    x[[0, 0, 2]].sum().backward()
    np.testing.assert_array_equal(x.grad, [2.0, 0.0, 1.0])


def test_iteration_and_length():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    first, second = x
    (first * second).sum().backward()
    np.testing.assert_array_equal(x.grad, [[3.0, 4.0], [1.0, 2.0]])
    with pytest.raises(TypeError, match="no axes"):
        len(Tensor(1.0))
    with pytest.raises(TypeError):
        list(Tensor(1.0))


def test_float32_stays_float32():
    x = Tensor(X.astype(np.float32))
    x[[0, 0]].sum().backward()
    assert x.grad.dtype == np.float32
