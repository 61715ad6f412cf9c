"""Convolution, pooling, recurrence and attention against loops written out by hand.

test_against_torch.py compares the same layers with PyTorch, where that is installed.
"""

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import ShapeError, Tensor, Value, gradcheck, trace


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def plain(x):
    return x.data if isinstance(x, Tensor) else np.vectorize(lambda v: v.data, otypes=[float])(x)


def first(result):
    return result[0] if isinstance(result, tuple) else result


def convolved(x, weight, bias, stride, padding, dilation, groups):
    """Conv2d as in a textbook: for each sample, channel, place, and element of the kernel."""
    x = np.pad(x, [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2])
    outs, each, kh, kw = weight.shape
    h = (x.shape[2] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    w = (x.shape[3] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    y = np.zeros((len(x), outs, h, w))
    for n, o, i, j in np.ndindex(*y.shape):
        start = o // (outs // groups) * each
        for c, k, m in np.ndindex(each, kh, kw):
            place = i * stride[0] + k * dilation[0], j * stride[1] + m * dilation[1]
            y[n, o, i, j] += weight[o, c, k, m] * x[n, start + c, place[0], place[1]]
        y[n, o, i, j] += bias[o]
    return y


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "groups"),
    [((1, 1), (0, 0), (1, 1), 1), ((2, 1), (1, 2), (1, 2), 1), ((1, 2), (1, 0), (2, 1), 2)],
)
def test_conv2d_is_the_textbooks_sum(stride, padding, dilation, groups):
    layer = nn.Conv2d(4, 6, (3, 2), stride, padding, dilation, groups, rng=0)
    x = drawn(2, 4, 7, 6)
    expected = convolved(x, layer.weight.data, layer.bias.data, stride, padding, dilation, groups)
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-12)
    np.testing.assert_allclose(layer(x[0]).data, expected[0], rtol=1e-12)


def test_conv1d_is_conv2d_of_one_row():
    one = nn.Conv1d(2, 3, 3, stride=2, padding=1, rng=0)
    two = nn.Conv2d(2, 3, (1, 3), stride=(1, 2), padding=(0, 1), rng=1)
    two.weight.data, two.bias.data = one.weight.data[:, :, None], one.bias.data
    x = drawn(4, 2, 9)
    np.testing.assert_allclose(one(x).data, two(x[:, :, None]).data[:, :, 0], rtol=1e-12)


def test_padding_by_name():
    x = drawn(1, 1, 9)
    for size in (2, 3, 4):
        assert nn.Conv1d(1, 1, size, padding="same", dilation=2, rng=0)(x).shape == (1, 1, 9)
        assert nn.Conv1d(1, 1, size, padding="valid", rng=0)(x).shape == (1, 1, 10 - size)


@pytest.mark.parametrize(("stride", "padding"), [(None, 0), (1, 1), (2, 1)])
def test_pooling_is_numpys_max_and_mean_of_each_window(stride, padding):
    x = drawn(2, 3, 5, 6)
    for layer, fill, of in (
        (nn.MaxPool2d(2, stride, padding), -np.inf, np.max),
        (nn.AvgPool2d(2, stride, padding), 0.0, np.mean),
        (nn.AvgPool2d(2, stride, padding, count_include_pad=False), np.nan, np.nanmean),
    ):
        around = np.pad(x, [(0, 0), (0, 0), (padding,) * 2, (padding,) * 2], constant_values=fill)
        step = stride or 2
        y = layer(x)
        for n, c, i, j in np.ndindex(*y.shape):
            seen = around[n, c, i * step : i * step + 2, j * step : j * step + 2]
            assert y[n, c, i, j] == pytest.approx(of(seen), rel=1e-12)
    assert y.shape[2:] == tuple((n + 2 * padding - 2) // step + 1 for n in (5, 6))


def sigma(x):
    return 1 / (1 + np.exp(-x))


def remembered(kind, layer, x, suffix):
    """One layer in one direction, as the equations of its docstring stand."""
    w, u, b, d = (
        getattr(layer, f"{n}_{suffix}").data
        for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    h = c = np.zeros((x.shape[1], layer.hidden_size))
    outputs = []
    for step in x:
        seen, before = (
            np.split(step @ w.T + b, layer.gates, 1),
            np.split(h @ u.T + d, layer.gates, 1),
        )
        if kind == "RNN":
            h = np.tanh(seen[0] + before[0])
        elif kind == "GRU":
            r, z = sigma(seen[0] + before[0]), sigma(seen[1] + before[1])
            h = (1 - z) * np.tanh(seen[2] + r * before[2]) + z * h
        else:
            i, f, g, o = (s + p for s, p in zip(seen, before, strict=True))
            c = sigma(f) * c + sigma(i) * np.tanh(g)
            h = sigma(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs), h, c


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_recurrent_layers_are_their_equations(kind):
    layer = getattr(nn, kind)(3, 4, num_layers=2, bidirectional=True, rng=0)
    x = drawn(5, 2, 3)
    expected, ends, cells = x, [], []
    for i in range(2):
        there, h, c = remembered(kind, layer, expected, f"l{i}")
        back, g, d = remembered(kind, layer, expected[::-1], f"l{i}_reverse")
        expected = np.concatenate([there, back[::-1]], axis=2)
        ends += [h, g]
        cells += [c, d]
    output, last = layer(x)
    np.testing.assert_allclose(output.data, expected, rtol=1e-10)
    np.testing.assert_allclose(first(last).data, np.stack(ends), rtol=1e-10)
    if kind == "LSTM":
        np.testing.assert_allclose(last[1].data, np.stack(cells), rtol=1e-10)
    one, end = layer(x[:, 0])
    np.testing.assert_allclose(one.data, expected[:, 0], rtol=1e-10)
    assert first(end).shape == (4, 4)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_a_sequence_in_two_parts_goes_on_from_the_memory(kind):
    layer = getattr(nn, kind)(3, 4, num_layers=2, batch_first=True, rng=0)
    x = drawn(2, 6, 3)
    whole, end = layer(x)
    _, memory = layer(x[:, :2])
    rest, last = layer(x[:, 2:], memory)
    np.testing.assert_allclose(rest.data, whole.data[:, 2:], rtol=1e-12)
    np.testing.assert_allclose(first(last).data, first(end).data, rtol=1e-12)


def test_attention_is_its_equation_head_by_head():
    layer = nn.MultiheadAttention(6, 3, batch_first=True, rng=0)
    layer.in_proj_bias.data = drawn(18, seed=5)
    q, k = drawn(2, 4, 6), drawn(2, 5, 6, seed=1)
    hidden = drawn(4, 5, seed=2) > 0.8
    output, weights = layer(q, k, k, attn_mask=hidden)
    w, b = layer.in_proj_weight.data, layer.in_proj_bias.data
    project = lambda x, i: x @ w[6 * i : 6 * i + 6].T + b[6 * i : 6 * i + 6]
    taken, mean = np.zeros((2, 4, 6)), np.zeros((2, 4, 5))
    for n, head in np.ndindex(2, 3):
        own = slice(2 * head, 2 * head + 2)
        Q, K, V = (project(x[n], i)[:, own] for i, x in enumerate((q, k, k)))
        share = np.where(hidden, 0.0, np.exp(Q @ K.T / np.sqrt(2)))
        share /= share.sum(axis=1, keepdims=True)
        taken[n, :, own], mean[n] = share @ V, mean[n] + share / 3
    expected = taken @ layer.out_proj.weight.data + layer.out_proj.bias.data
    np.testing.assert_allclose(output.data, expected, rtol=1e-10)
    np.testing.assert_allclose(weights.data, mean, rtol=1e-10)


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_causal_block_sees_nothing_that_comes_later(norm_first):
    block = nn.TransformerBlock(8, 2, 16, batch_first=True, norm_first=norm_first, rng=0).eval()
    x = drawn(1, 5, 8)
    later = np.concatenate([x[:, :3], drawn(1, 2, 8, seed=9)], axis=1)
    y, z = block(x, is_causal=True), block(later, is_causal=True)
    np.testing.assert_allclose(y.data[:, :3], z.data[:, :3], rtol=1e-12)
    assert np.abs(y.data[:, 3:] - z.data[:, 3:]).min() > 1e-6
    padded = block(x, src_key_padding_mask=np.array([[False, False, False, True, True]]))
    np.testing.assert_allclose(padded.data[:, :3], block(x[:, :3]).data, rtol=1e-10)


#: (layer, shape of its input): small enough for single numbers and for a picture
SMALL = {
    "conv1d": (lambda: nn.Conv1d(1, 2, 2, padding=1, rng=0), (1, 1, 3)),
    "conv2d": (lambda: nn.Conv2d(1, 2, 2, rng=0), (1, 1, 3, 3)),
    "grouped": (lambda: nn.Conv1d(2, 2, 2, groups=2, bias=False, rng=0), (2, 3)),
    "max": (lambda: nn.MaxPool2d(2, 1, 1), (1, 1, 2, 3)),
    "avg": (lambda: nn.AvgPool2d(2), (1, 1, 4, 4)),
    "rnn": (lambda: nn.RNN(2, 2, rng=0), (2, 1, 2)),
    "gru": (lambda: nn.GRU(2, 2, rng=0), (2, 1, 2)),
    "lstm": (lambda: nn.LSTM(2, 2, rng=0), (2, 1, 2)),
    "attention": (lambda: nn.MultiheadAttention(2, 1, rng=0), (2, 1, 2)),
    "block": (lambda: nn.TransformerBlock(2, 1, 3, 0.0, rng=0), (2, 1, 2)),
    "rms": (lambda: nn.RMSNorm(3), (2, 3)),
}


@pytest.mark.parametrize(("make", "shape"), SMALL.values(), ids=SMALL)
def test_on_tensors_on_single_numbers_traced_and_drawn(make, shape):
    layer, start = make(), drawn(*shape)

    def run(layer, x):
        return first(layer(x, x, x) if isinstance(layer, nn.MultiheadAttention) else layer(x))

    x = Tensor(start)
    y = run(layer, x)
    autograd.sum(autograd.square(y)).backward()

    values = np.vectorize(Value, otypes=[object])(start)
    magnified = nn.to_values(layer)
    z = run(magnified, values)
    np.testing.assert_allclose(plain(z), y.data, rtol=1e-12)
    loss = autograd.sum(autograd.square(z))
    loss.backward()
    grad = np.vectorize(lambda v: v.grad, otypes=[float])
    np.testing.assert_allclose(grad(values), x.grad, rtol=1e-10, atol=1e-14)
    for ours, theirs in zip(layer.parameters(), magnified.parameters(), strict=True):
        np.testing.assert_allclose(grad(theirs), ours.grad, rtol=1e-10, atol=1e-14)

    step = trace(lambda x: autograd.sum(autograd.square(run(layer, x))))
    for scale in (1.0, 0.5):
        eager, again = Tensor(scale * start), Tensor(scale * start)
        autograd.sum(autograd.square(run(layer, eager))).backward()
        step(again).backward()
        np.testing.assert_allclose(again.grad, eager.grad, rtol=1e-10, atol=1e-14)

    assert gradcheck(lambda x: autograd.sum(autograd.square(run(layer, x))), start)
    assert "<svg" in viz.draw(autograd.sum(y)).svg


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Conv2d(1, 2, 3)(np.ones((4, 2, 8, 8))), r"takes \(samples, 1, height, width\)"),
        (lambda: nn.Conv1d(1, 2, 3)(np.ones(8)), r"takes \(samples, 1, length\) or \(1, length\)"),
        (lambda: nn.Conv1d(1, 2, 5)(np.ones((1, 3))), r"window of 5, but got only 3 .*pad more"),
        (lambda: nn.MaxPool2d(3)(np.ones((1, 2, 2))), "window of 3 × 3, but got only 2 × 2"),
        (lambda: nn.RNN(3, 4)(np.ones((5, 2))), r"takes \(length, samples, 3\)"),
        (lambda: nn.LSTM(3, 4)(np.ones((5, 2, 3)), np.ones((1, 2, 4))), "starts from 2 of shape"),
        (
            lambda: nn.MultiheadAttention(4, 2)(*[np.ones((5, 3))] * 3),
            r"takes a query, key and value of shape \(length, samples, 4\)",
        ),
    ],
)
def test_inputs_that_do_not_fit(call, message):
    with pytest.raises(ShapeError, match=message):
        call()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(3, 4, 3, groups=2), "groups must divide both 3 input and 4 output"),
        (lambda: nn.Conv2d(3, 4, (3, 3, 3)), "kernel_size is a whole number of at least 1, or 2"),
        (lambda: nn.Conv1d(1, 1, 3, stride=0), "stride is a whole number of at least 1"),
        (lambda: nn.Conv1d(1, 1, 3, padding="some"), '"same", "valid" or a number'),
        (lambda: nn.Conv1d(1, 1, 3, stride=2, padding="same"), "needs stride=1"),
        (lambda: nn.MaxPool2d(2, padding=2), "more than half of the kernel"),
        (lambda: nn.RNN(3, 4, nonlinearity="sigmoid"), '"tanh" or "relu", not'),
        (lambda: nn.GRU(3, 0), "sizes of at least 1"),
        (lambda: nn.MultiheadAttention(5, 2), "num_heads must divide embed_dim=5"),
        (lambda: nn.TransformerBlock(4, 2, activation="sine"), '"relu", "gelu" or a function'),
    ],
)
def test_sizes_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.slow
def test_a_small_cnn_learns_the_digits_traced():
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    X = X.reshape(-1, 1, 8, 8) / 16
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, rng=0),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10, rng=1),
    )
    nn.fit(
        model,
        nn.cross_entropy,
        nn.DataLoader(X[:1400], y[:1400], batch_size=50, shuffle=True, seed=0),
        nn.Adam(model.parameters(), lr=0.01),
        epochs=4,
        progress=False,
        traced=True,
    )
    assert nn.accuracy(y[1400:], model(X[1400:])) > 0.85


@pytest.mark.slow
def test_a_character_model_learns_a_sentence_traced():
    text = "the quick brown fox jumps over the lazy dog. "
    letters = sorted(set(text))
    codes = np.array([letters.index(c) for c in text * 8])
    starts = range(0, len(codes) - 17, 3)
    X, y = (np.stack([codes[i + shift : i + shift + 16] for i in starts]) for shift in (0, 1))

    class Characters(nn.Module):
        def __init__(self):
            self.table = nn.Embedding(len(letters), 8, rng=0)
            self.memory = nn.GRU(8, 32, batch_first=True, rng=1)
            self.out = nn.Linear(32, len(letters), rng=2)

        def forward(self, x):
            return self.out(self.memory(self.table(x))[0])

    model = Characters()
    history = nn.fit(
        model,
        nn.cross_entropy,
        nn.DataLoader(X, y, batch_size=37, shuffle=True, drop_last=True, seed=0),
        nn.Adam(model.parameters(), lr=0.02),
        epochs=20,
        progress=False,
        traced=True,
    )
    assert history["loss"][-1] < 0.3
    written = "the quick "
    for _ in range(30):
        scores = model(np.array([letters.index(c) for c in written[-16:]])[None])
        written += letters[int(scores.data[0, -1].argmax())]
    assert written.startswith("the quick brown fox jumps over the lazy")
