"""What a backward pass leaves in `.grad`: arrays of their own, of this pass alone, nan or not."""

import numpy as np
import pytest

import autograd as ag
from autograd import AnomalyError, Tensor, Value, detect_anomaly, gradients, scope

SHARED = {
    "a sum of both": lambda a, b: (a + b).sum(),
    "a difference": lambda a, b: (a - b).sum(),
    "a product": lambda a, b: (a * b).sum(),
    "transposed": lambda a, b: (a.T + b.T).sum(),
    "reshaped": lambda a, b: (a.reshape(-1) + b.reshape(-1)).sum(),
    "a row many times": lambda a, b: (a + b[0]).sum(),
    "side by side": lambda a, b: ag.concatenate([a, b]).sum(),
    "stacked": lambda a, b: (ag.stack([a, b]) * 2.0).sum(),
    "a mean": lambda a, b: ag.mean(a) + ag.mean(b),
}


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("walk", ["quick", "plain"])
def test_no_two_leaves_share_a_gradient(name, walk):
    a, b = Tensor(np.full((2, 3), 0.5)), Tensor(np.full((2, 3), 0.25))
    loss = SHARED[name](a, b)
    if walk == "plain":
        with detect_anomaly():
            loss.backward()
    else:
        loss.backward()
    arrays = [a.grad, b.grad, a.raw, b.raw]
    for i, array in enumerate(arrays):
        others = [x.copy() for x in arrays]
        array[0, 0] = 1000.0 + i
        others[i][0, 0] = 1000.0 + i
        for x, then in zip(arrays, others, strict=True):
            np.testing.assert_array_equal(x, then)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_gradient_of_an_earlier_pass_is_not_left_where_this_one_lets_nothing_through(kind):
    x = kind(3.0)
    y = x * 2.0
    (y * 5.0).backward()
    assert float(y.grad) == 5.0
    ag.where(ag.greater(y, 1.0), x, 0.0).backward()  # nothing comes to y, though it is in the graph
    assert float(y.grad) == 0.0
    assert not y.has_grad
    assert float(x.grad) == 10.0 + 1.0


def test_a_scope_inside_of_detect_anomaly_watches_too():
    with detect_anomaly(), scope("layer"), scope("inner"):
        with np.errstate(divide="ignore"), pytest.raises(AnomalyError, match="log gave a value"):
            ag.log(Tensor([0.0]))
        with pytest.raises(AnomalyError):
            Value(1e308) * Value(10.0)


def test_nan_is_nan_where_data_is_compared():
    x = Value(2.0)
    y = x * Value(np.nan)
    (slope,) = gradients(y * x, [x], create_graph=True)
    assert np.isnan(slope.data)
    w = Tensor([1.0, np.nan])
    held = w.data  # somebody has it, so it is compared
    for _ in range(2):
        loss = (w * w).sum() + (w * 3.0).sum()
        w.grad = None
        loss.backward()
    np.testing.assert_array_equal(w.grad, [5.0, np.nan])
    assert held is w.data
    with detect_anomaly():
        t = Tensor([1.0, 2.0])
        ag.where(np.array([True, True]), t, np.array([0.0, np.nan])).sum().backward()
    np.testing.assert_array_equal(t.grad, [1.0, 1.0])


def test_the_zero_of_a_second_operand_times_infinity_is_nan_as_everywhere():
    for kind in (Value, Tensor):
        x, y = kind(0.0), kind(2.0)
        (x * y).backward(np.inf)
        assert np.isnan(float(y.grad))
        assert float(x.grad) == np.inf
