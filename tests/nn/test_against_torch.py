"""Layers against PyTorch's of the same name: outputs, and 20 steps of training in float64."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, trace

torch = pytest.importorskip("torch", reason="PyTorch is a peer: pip install 'chainrule[bench]'")
pytestmark = pytest.mark.thorough


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


#: (ours, PyTorch's, the shape of the input, keywords of the call)
CASES = {
    "linear": (nn.Linear(3, 4, rng=0), torch.nn.Linear(3, 4), (5, 3), {}),
    "conv1d": (nn.Conv1d(2, 3, 3, rng=0), torch.nn.Conv1d(2, 3, 3), (4, 2, 9), {}),
    "conv1d one sample": (nn.Conv1d(2, 3, 3, rng=0), torch.nn.Conv1d(2, 3, 3), (2, 9), {}),
    "conv1d same": (
        nn.Conv1d(2, 4, 4, padding="same", dilation=2, groups=2, rng=0),
        torch.nn.Conv1d(2, 4, 4, padding="same", dilation=2, groups=2),
        (4, 2, 9),
        {},
    ),
    "conv2d": (nn.Conv2d(2, 3, 3, rng=0), torch.nn.Conv2d(2, 3, 3), (4, 2, 6, 7), {}),
    "conv2d all": (
        nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, False, rng=0),
        torch.nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, False),
        (3, 4, 8, 7),
        {},
    ),
    "maxpool": (nn.MaxPool2d(2), torch.nn.MaxPool2d(2), (3, 2, 5, 6), {}),
    "maxpool padded": (nn.MaxPool2d(3, 2, 1), torch.nn.MaxPool2d(3, 2, 1), (3, 2, 5, 6), {}),
    "avgpool": (nn.AvgPool2d(2), torch.nn.AvgPool2d(2), (3, 2, 5, 6), {}),
    "avgpool padded": (nn.AvgPool2d(3, 1, 1), torch.nn.AvgPool2d(3, 1, 1), (2, 5, 6), {}),
    "avgpool counted": (
        nn.AvgPool2d((3, 2), 2, 1, count_include_pad=False),
        torch.nn.AvgPool2d((3, 2), 2, 1, count_include_pad=False),
        (3, 2, 5, 6),
        {},
    ),
    "rnn": (nn.RNN(3, 4, rng=0), torch.nn.RNN(3, 4), (5, 2, 3), {}),
    "rnn relu": (
        nn.RNN(3, 4, 2, "relu", batch_first=True, bidirectional=True, rng=0),
        torch.nn.RNN(3, 4, 2, "relu", batch_first=True, bidirectional=True),
        (2, 5, 3),
        {},
    ),
    "gru": (nn.GRU(3, 4, 2, rng=0), torch.nn.GRU(3, 4, 2), (5, 2, 3), {}),
    "gru one sample": (
        nn.GRU(3, 4, bidirectional=True, bias=False, rng=0),
        torch.nn.GRU(3, 4, bidirectional=True, bias=False),
        (5, 3),
        {},
    ),
    "lstm": (
        nn.LSTM(3, 4, 2, bidirectional=True, rng=0),
        torch.nn.LSTM(3, 4, 2, bidirectional=True),
        (5, 2, 3),
        {},
    ),
    "block": (
        nn.TransformerBlock(8, 2, 16, 0.0, batch_first=True, rng=0),
        torch.nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True),
        (3, 5, 8),
        {},
    ),
    "block gelu": (
        nn.TransformerBlock(8, 4, 16, 0.0, "gelu", norm_first=True, rng=0),
        torch.nn.TransformerEncoderLayer(8, 4, 16, 0.0, "gelu", norm_first=True),
        (5, 3, 8),
        {"src_mask": np.triu(np.ones((5, 5), dtype=bool), 1)},
    ),
    "layernorm": (nn.LayerNorm(4), torch.nn.LayerNorm(4), (3, 4), {}),
    "rmsnorm": (nn.RMSNorm(4), torch.nn.RMSNorm(4), (3, 4), {}),
    "batchnorm": (nn.BatchNorm1d(4), torch.nn.BatchNorm1d(4), (6, 4), {}),
}


def first(result):
    return result[0] if isinstance(result, tuple) else result


def same_start(ours, theirs):
    """Give PyTorch's module our numbers."""
    theirs.double()
    theirs.load_state_dict({k: torch.tensor(v) for k, v in nn.to_torch(ours).items()})


@pytest.mark.parametrize("traced", [False, True])
@pytest.mark.parametrize(("ours", "theirs", "shape", "keywords"), CASES.values(), ids=CASES)
def test_twenty_steps_of_training(ours, theirs, shape, keywords, traced):
    same_start(ours, theirs)
    x, w = Tensor(drawn(*shape)), torch.tensor(drawn(*shape), requires_grad=True)
    options = {k: torch.tensor(v) for k, v in keywords.items()}

    def loss_of(x):
        return autograd.mean(autograd.square(first(ours(x, **keywords)) - 0.5))

    run = trace(loss_of) if traced else loss_of
    optimizer = nn.Adam([x, *ours.parameters()], lr=0.05)
    other = torch.optim.Adam([w, *theirs.parameters()], lr=0.05)
    for _ in range(20):
        optimizer.zero_grad()
        loss = run(x)
        loss.backward()
        optimizer.step()
        other.zero_grad()
        expected = ((first(theirs(w, **options)) - 0.5) ** 2).mean()
        expected.backward()
        other.step()
        assert loss.item() == pytest.approx(expected.item(), rel=1e-9)
    np.testing.assert_allclose(x.data, w.detach().numpy(), rtol=1e-7, atol=1e-9)
    for name, state in nn.to_torch(ours).items():
        there = theirs.state_dict()[name].numpy()
        np.testing.assert_allclose(state, there, rtol=1e-6, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("batch_first", [False, True])
def test_multihead_attention_with_all_its_masks(batch_first):
    ours = nn.MultiheadAttention(6, 3, batch_first=batch_first, rng=0)
    theirs = torch.nn.MultiheadAttention(6, 3, batch_first=batch_first)
    same_start(ours, theirs)
    q, k, v = drawn(2, 4, 6), drawn(2, 5, 6, seed=1), drawn(2, 5, 6, seed=2)
    if not batch_first:
        q, k, v = (x.transpose(1, 0, 2) for x in (q, k, v))
    padding = np.array([[False] * 5, [False, False, False, True, True]])
    hidden = drawn(4, 5, seed=3) > 1
    for masks in (
        {},
        {"key_padding_mask": padding},
        {"attn_mask": hidden, "average_attn_weights": False},
        {"attn_mask": drawn(4, 5, seed=4), "key_padding_mask": np.where(padding, -np.inf, 0.0)},
    ):
        out, weights = ours(q, k, v, **masks)
        options = {
            key: torch.tensor(m) if isinstance(m, np.ndarray) else m for key, m in masks.items()
        }
        expected = theirs(*map(torch.tensor, (q, k, v)), **options)
        np.testing.assert_allclose(out.data, expected[0].detach().numpy(), rtol=1e-10)
        np.testing.assert_allclose(weights.data, expected[1].detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_a_memory_that_is_given(kind):
    ours = getattr(nn, kind)(3, 4, 2, rng=0)
    theirs = getattr(torch.nn, kind)(3, 4, 2)
    same_start(ours, theirs)
    x, h, c = drawn(5, 2, 3), drawn(2, 2, 4, seed=1), drawn(2, 2, 4, seed=2)
    memory = (h, c) if kind == "LSTM" else h
    output, last = ours(x, memory)
    there = tuple(map(torch.tensor, memory)) if kind == "LSTM" else torch.tensor(memory)
    expected, end = theirs(torch.tensor(x), there)
    np.testing.assert_allclose(output.data, expected.detach().numpy(), rtol=1e-12)
    for a, b in zip(
        last if kind == "LSTM" else [last], end if kind == "LSTM" else [end], strict=True
    ):
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize(("ours", "theirs", "shape", "keywords"), CASES.values(), ids=CASES)
def test_a_state_of_torchs_is_taken_over(ours, theirs, shape, keywords):
    theirs.double()
    assert nn.from_torch(theirs.state_dict(), ours) is ours
    for name, array in nn.to_torch(ours).items():
        np.testing.assert_array_equal(array, theirs.state_dict()[name].numpy())
    options = {k: torch.tensor(v) for k, v in keywords.items()}
    x = drawn(*shape)
    expected = first(theirs(torch.tensor(x), **options)).detach().numpy()
    found = first(ours(x, **keywords))
    np.testing.assert_allclose(getattr(found, "data", found), expected, rtol=1e-8, atol=1e-10)
