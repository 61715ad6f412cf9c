"""Gradient clipping against PyTorch's figures."""

import math

import numpy as np
import pytest

from autograd import Tensor, Value
from nn import Dense, Sequential
from nn.clip import clip_grad_norm_, clip_grad_value_

# The gradients 3, −4 and 12 clipped to a norm of 2: (norm_type, total, clipped), made with
# torch 2.13.0's torch.nn.utils.clip_grad_norm_ (float64).
TORCH = [
    (1.0, 19.0, [0.31578945706371275, -0.4210526094182837, 1.263157828254851]),
    (2.0, 13.0, [0.46153842603550577, -0.615384568047341, 1.846153704142023]),
    (3.0, 12.207054953820636, [0.4915190052948094, -0.6553586737264125, 1.9660760211792376]),
    (math.inf, 12.0, [0.4999999583333369, -0.6666666111111158, 1.9999998333333475]),
]


def parameters(kind, gradients=(3.0, -4.0, 12.0)):
    if kind == "tensors":
        pair, single = Tensor([1.0, 2.0]), Tensor([[3.0]])
        pair.grad, single.grad = np.array(gradients[:2]), np.array([gradients[2:]])
        return [pair, single]
    values = [Value(1.0), Value(2.0), Value(3.0)]
    for value, gradient in zip(values, gradients, strict=True):
        value.grad = gradient
    return [np.array(values[:2]), values[2]]


def gradients(params):
    nodes = [n for p in params for n in (p if isinstance(p, np.ndarray) else [p])]
    return np.concatenate([np.ravel(n.grad) for n in nodes])


@pytest.mark.parametrize("kind", ["tensors", "values"])
@pytest.mark.parametrize(("norm_type", "total", "clipped"), TORCH)
def test_the_norm_is_torchs(kind, norm_type, total, clipped):
    params = parameters(kind)
    assert clip_grad_norm_(params, 2.0, norm_type) == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(gradients(params), clipped, rtol=1e-12)


def test_a_small_gradient_is_left_alone():
    params = parameters("tensors")
    before = params[0].grad
    assert clip_grad_norm_(params, 14.0) == 13.0
    assert params[0].grad is before


@pytest.mark.parametrize("kind", ["tensors", "values"])
def test_values_are_clipped_one_by_one(kind):
    params = parameters(kind, (3.0, -4.0, math.nan))
    clip_grad_value_(params, 3.5)
    np.testing.assert_array_equal(gradients(params), [3.0, -3.5, math.nan])


@pytest.mark.parametrize("kind", ["tensors", "values"])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_norm_that_is_not_finite_raises_and_changes_nothing(kind, bad):
    params = parameters(kind, (3.0, bad, 12.0))
    with pytest.raises(ValueError, match=r"norm is (nan|inf).*detect_anomaly"):
        clip_grad_norm_(params, 2.0)
    np.testing.assert_array_equal(gradients(params), [3.0, bad, 12.0])
    clip_grad_norm_(params, 2.0, error_if_nonfinite=False)
    # As torch 2.13.0 leaves them.
    expected = [math.nan] * 3 if math.isnan(bad) else [0.0, math.nan, 0.0]
    np.testing.assert_array_equal(gradients(params), expected)


def test_what_has_no_gradient_is_skipped():
    w, b = Tensor([3.0, 4.0]), Tensor([1.0])
    w.grad = np.array([3.0, 4.0])
    assert clip_grad_norm_(iter([w, b]), 1.0) == 5.0
    assert not b.has_grad
    assert clip_grad_norm_([b], 1.0) == 0.0


def test_float32_stays_and_its_extremes_do_not_overflow():
    w = Tensor(np.ones(2, np.float32))
    w.grad = np.array([3e38, 3e38], np.float32)
    assert clip_grad_norm_(w, 1.0) == pytest.approx(3e38 * math.sqrt(2), rel=1e-6)
    assert w.grad.dtype == np.float32
    v = Value(1.0)
    v.grad = 1e300
    assert clip_grad_norm_([v], 1.0) == pytest.approx(1e300)
    assert v.grad == pytest.approx(1.0)


def test_mistakes_are_named():
    with pytest.raises(TypeError, match=r"not Sequential.*module.parameters\(\)"):
        clip_grad_norm_(Sequential(Dense(2, 1, rng=0)), 1.0)
    with pytest.raises(ValueError, match="max_norm"):
        clip_grad_norm_([Value(1.0)], -1.0)
    with pytest.raises(ValueError, match="clip_value"):
        clip_grad_value_([Value(1.0)], -1.0)
    with pytest.raises(TypeError, match=r"module.parameters\(\)"):
        clip_grad_norm_(3.0, 1.0)
    with pytest.raises(TypeError, match=r"max_norm must be a number, not '1\.0'"):
        clip_grad_norm_([Value(1.0)], max_norm="1.0")
    with pytest.raises(TypeError, match="clip_value must be a number, not None"):
        clip_grad_value_([Value(1.0)], None)
    with pytest.raises(TypeError, match=r"not float.*module.parameters\(\)"):
        clip_grad_norm_([3.0], 1.0)
    with pytest.raises(TypeError, match=r"not tuple.*module.parameters\(\)"):
        clip_grad_norm_(Dense(2, 1, rng=0).named_parameters(), 1.0)


@pytest.mark.parametrize("clip", [clip_grad_norm_, clip_grad_value_])
def test_an_empty_collection_clips_nothing_and_says_so(clip):
    w = Value(3.0)
    (w * w).backward()
    spent = (p for p in [w])
    list(spent)
    for empty in (spent, [], (), {}, np.array([])):
        with pytest.raises(ValueError, match="no parameters"):
            clip(empty, 1.0)
    assert w.grad == 6.0
