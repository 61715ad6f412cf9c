"""Options of PyTorch's that a class does not have are refused in a sentence of its own."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: nn.Conv2d(1, 2, 3, padding_mode="reflect"),
            r"^Conv2d takes .*autograd\.pad",
        ),
        (lambda: nn.Conv1d(1, 2), r"^Conv1d takes in_channels.*missing .*'kernel_size'"),
        (lambda: nn.MaxPool2d(2, ceil_mode=True), r"^MaxPool2d takes .*no ceil_mode=: lay padding"),
        (lambda: nn.LSTM(3, 4, proj_size=2), "^LSTM takes input_size.*but no proj_size=$"),
        (lambda: nn.MultiheadAttention(8, 2, kdim=4), "^MultiheadAttention takes .*no kdim="),
        (lambda: nn.Linear(2, 3, device="cpu"), "^Dense takes .*no device=: everything is on one"),
        (lambda: nn.ReLU(inplace=True), "^ReLU takes no arguments, but no inplace=: a graph keeps"),
        (lambda: nn.Dropout(0.5, None, True), "^Dropout takes p, rng: too many positional"),
        (lambda: nn.SGD([Tensor([1.0])], maximize=True), "^SGD takes .*no maximize=: minimise"),
        (lambda: nn.Adam([Tensor([1.0])], fused=True), "^Adam takes .*no fused=: all parameters"),
    ],
)
def test_an_option_that_is_not_there(make, message):
    with pytest.raises(TypeError, match=message) as caught:
        make()
    assert "__init__" not in str(caught.value)


def test_a_type_error_inside_a_constructor_is_its_own():
    class Odd(nn.Module):
        def __init__(self, width):
            self.width = width + "1"

    with pytest.raises(TypeError, match="unsupported operand"):
        Odd(1)
    with pytest.raises(TypeError, match=r"^Odd takes width: missing"):
        Odd()


def test_optimisers_are_copied_as_before():
    optimizer = nn.SGD([Tensor([1.0])], lr=0.1, momentum=0.9)
    for again in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        assert again.param_groups[0]["momentum"] == 0.9


@pytest.mark.parametrize(
    "make", [lambda p: nn.RNN(2, 3, dropout=p), lambda p: nn.MultiheadAttention(4, 2, p)]
)
def test_a_dropout_that_is_no_probability(make):
    with pytest.raises(ValueError, match="between 0 and 1, not 2"):
        make(2.0)


def test_a_mask_for_each_head_and_of_another_shape():
    attention = nn.MultiheadAttention(6, 3, batch_first=True, rng=0)
    x, hidden = np.random.default_rng(0).normal(size=(2, 4, 6)), np.zeros((6, 4, 4), bool)
    hidden[4, :, 1] = True  # the second sample, in its second head
    plain, changed = (
        attention(x, x, x, attn_mask=mask, average_attn_weights=False)[1].data
        for mask in (np.zeros((4, 4), bool), hidden)
    )
    assert np.argwhere(changed[..., 1] == 0).tolist() == [[1, 1, i] for i in range(4)]
    np.testing.assert_array_equal(changed[0], plain[0])
    with pytest.raises(ShapeError, match=r"mask of shape \(4, 4\).*\(6, 4, 4\), not \(2, 4"):
        attention(x, x, x, attn_mask=hidden[:2])


def test_without_biases_a_block_has_none():
    block = nn.TransformerBlock(8, 2, 16, bias=False, rng=0)
    assert not [name for name, _ in block.named_parameters() if "bias" in name]
    assert nn.LayerNorm(3, bias=False)([[1.0, 2.0, 3.0]]).shape == (1, 3)


def test_dampening_that_is_set_later_follows_the_formula_with_nesterov_too():
    """PyTorch and we refuse the two together at first; groups may change afterwards."""
    w, gradients = Tensor([2.0, -1.0]), np.array([[1.0, 3.0], [0.5, -2.0], [4.0, 0.25]])
    optimizer = nn.SGD([w], lr=0.1, momentum=0.8, nesterov=True)
    optimizer.param_groups[0]["dampening"] = 0.3
    expected, b = w.data.copy(), None
    for g in gradients:
        b = g.copy() if b is None else 0.8 * b + (1 - 0.3) * g
        expected = expected - 0.1 * (g + 0.8 * b)
        w.grad = g.copy()
        optimizer.step()
    np.testing.assert_allclose(w.data, expected, rtol=1e-14)
