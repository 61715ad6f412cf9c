import copy

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.tracing import trace
from nn import Dropout, dropout


def test_the_rate_is_the_probability_of_dropping():
    y = dropout(np.ones(100_000), 0.3, rng=0)
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.01)


def test_what_is_kept_is_scaled_so_that_the_mean_stays():
    y = dropout(np.ones(100_000), 0.2, rng=0)
    assert set(np.unique(y)) == {0.0, 1 / 0.8}
    assert y.mean() == pytest.approx(1.0, abs=0.01)


def test_one_mask_for_forward_and_backward():
    x = Tensor(np.ones(1000))
    y = dropout(x, 0.5, rng=0)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)
    assert set(np.unique(x.grad)) == {0.0, 2.0}


def test_every_call_draws_anew_and_a_seed_repeats_it():
    layer, twin = Dropout(0.5, rng=1), Dropout(0.5, rng=1)
    x = np.ones(50)
    first, second = layer(x), layer(x)
    assert (first != second).any()
    np.testing.assert_array_equal(twin(x), first)
    np.testing.assert_array_equal(twin(x), second)


def test_a_copy_goes_on_with_the_same_draws():
    layer = Dropout(0.5, rng=1)
    twin = copy.deepcopy(layer)
    np.testing.assert_array_equal(twin(np.ones(50)), layer(np.ones(50)))


def test_all_kinds_of_argument_get_the_same_mask(five_kinds, plain):
    x = np.arange(1.0, 9.0).reshape(2, 4)
    expected = dropout(x, 0.5, rng=0)
    for argument in five_kinds(x).values():
        np.testing.assert_array_equal(plain(dropout(argument, 0.5, rng=0)), expected)
    for argument in five_kinds(3.0).values():
        assert plain(dropout(argument, 0.5, rng=0)) in (0.0, 6.0)


def test_off_in_evaluation():
    layer = Dropout(0.5, rng=0).eval()
    x = Tensor(np.ones(10))
    assert layer(x) is x
    assert dropout(x, 0.5, training=False) is x


def test_the_ends_of_the_range():
    x = Tensor(np.ones(10))
    assert dropout(x, 0.0) is x
    y = dropout(x, 1.0)
    y.sum().backward()
    assert not y.data.any()
    assert not x.grad.any()


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        dropout(np.ones(2), p)
    with pytest.raises(ValueError, match="between 0 and 1"):
        Dropout(p)


def test_float32_stays_float32():
    assert dropout(Tensor(np.ones(4, dtype=np.float32)), 0.3, rng=0).dtype == np.float32


def test_the_lectures_call():
    dropout_rate = 0.5
    x = Value(1.0)
    x = dropout(x, dropout_rate)
    assert x.data in (0.0, 2.0)


class TestTraced:
    def test_each_replay_draws_a_mask_of_its_own(self):
        layer = Dropout(0.5, rng=1)
        step = trace(lambda x: layer(x))
        masks = np.array([step(np.ones(1000)) for _ in range(4)])
        assert set(np.unique(masks)) == {0.0, 2.0}
        # Two masks that know nothing of each other agree in half of their places.
        for i in range(3):
            assert (masks[i] == masks[i + 1]).mean() == pytest.approx(0.5, abs=0.07)

    def test_the_mode_and_the_rate_are_asked_for_each_time(self):
        layer = Dropout(0.5, rng=1)
        step = trace(lambda x: layer(x) * 1.0, shapes=3)
        x = np.ones(50)
        assert (step(x) == 0).any()
        layer.eval()
        assert (step(x) == 1).all()
        layer.train().p = 1.0
        assert (step(x) == 0).all()
