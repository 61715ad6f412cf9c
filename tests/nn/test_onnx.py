"""ONNX files of models: onnx's checker accepts them, and onnxruntime computes the same."""

import re

import numpy as np
import pytest

import autograd
import nn
from autograd import TraceError
from nn import onnx_file

pytest.importorskip("onnx", reason="the extra is missing: pip install 'chainrule[onnx]'")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime runs what onnx describes")
pytestmark = pytest.mark.thorough


class Mean(nn.Module):
    def forward(self, x):
        return autograd.sum(x, axis=0) / x.shape[0]


class Own(nn.Module):
    """What people write themselves: slices, stacks, padding, comparisons."""

    def __init__(self):
        self.scale = autograd.Tensor([1.0, 2.0, 3.0])

    def forward(self, x):
        y = autograd.where(autograd.greater(x, 0.5), x * self.scale, autograd.exp(-x))
        y = autograd.concatenate([y[:, 1:], y[:, :1], y[:, ::-1]], axis=1)
        z = autograd.stack([y[:, 0], autograd.log1p(y[:, -1] ** 2)], axis=1)
        return z / (1 + autograd.sum(autograd.abs(y), axis=1, keepdims=True))


class Summing(nn.Module):
    """Sums of products, running sums, whole numbers, logarithms to other bases."""

    def __init__(self):
        self.core = autograd.Tensor(np.linspace(-1.0, 1.0, 24).reshape(3, 4, 2))

    def forward(self, x):
        y = autograd.cumsum(autograd.einsum("bi,ijk->bjk", x, self.core), axis=1)
        z = autograd.floor(y) + autograd.ceil(2 * y) * autograd.rint(3 * y)
        return z + autograd.log2(1 + y * y) * autograd.log10(2 + y * y) + autograd.exp2(y)


class Attending(nn.Module):
    def __init__(self):
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True, rng=0)

    def forward(self, x):
        return self.attention(x, x, x)


TOLERANCE = {np.float64: {"rtol": 1e-12, "atol": 1e-14}, np.float32: {"rtol": 1e-4, "atol": 1e-6}}
NAMES = ["relu", "tanh", "sigmoid", "leaky_relu", "elu", "selu", "silu", "softplus", "softmax"]
MODELS = {
    **{name: (lambda name=name: nn.MLP(3, [4, 4], 2, name, rng=0), (3,)) for name in NAMES},
    "logits": (
        lambda: nn.MLP(3, [4], 2, output_activation="log_softmax", dropout=0.5, rng=0),
        (3,),
    ),
    "conv": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1, groups=2, rng=0),
            nn.ReLU(),
            nn.MaxPool2d(2, 2, 1),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(16, 2, rng=1),
        ),
        (2, 6, 6),
    ),
    "conv1d": (lambda: nn.Conv1d(2, 3, 3, stride=2, dilation=2, rng=0), (2, 9)),
    "norms": (
        lambda: nn.Sequential(
            nn.BatchNorm1d(3), nn.LayerNorm(3), nn.RMSNorm(3), nn.Residual(nn.Tanh())
        ),
        (3,),
    ),
    "rnn": (lambda: nn.RNN(3, 4, batch_first=True, rng=0), (5, 3)),
    "gru": (lambda: nn.GRU(3, 4, 2, batch_first=True, bidirectional=True, rng=0), (5, 3)),
    "lstm": (lambda: nn.LSTM(3, 4, batch_first=True, rng=0), (5, 3)),
    "block": (lambda: nn.TransformerBlock(4, 2, 6, batch_first=True, rng=0), (5, 4)),
    "own": (Own, (3,)),
    "summing": (Summing, (3,)),
    "attention": (lambda: Attending(), (5, 4)),
    "function": (lambda: nn.Sequential(nn.Linear(3, 2, rng=0), lambda x: 2 * x), (3,)),
}


def run(path, x):
    session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("make", "shape"), MODELS.values(), ids=MODELS)
def test_onnxruntime_computes_the_same_for_batches_of_any_length(make, shape, dtype, tmp_path):
    model = nn.to_tensors(make().eval(), dtype)
    path = str(tmp_path / "model.onnx")
    rng = np.random.default_rng(0)
    nn.export_onnx(model, path, rng.normal(size=(2, *shape)).astype(dtype))
    for length in (1, 2, 7):
        x = rng.normal(size=(length, *shape)).astype(dtype)
        expected = model(x)
        expected = expected[0] if isinstance(expected, tuple) else expected
        found = run(path, x)[0]
        assert found.dtype == dtype
        np.testing.assert_allclose(found, expected.data, **TOLERANCE[dtype])


def test_an_embedding_is_looked_up_by_whole_numbers(tmp_path):
    model = nn.Sequential(nn.Embedding(5, 3, rng=0), nn.Linear(3, 2, rng=1))
    path = str(tmp_path / "model.onnx")
    nn.export_onnx(model, path, np.array([[0, 1, 2]]))
    codes = np.array([[4, 1, 0], [2, 2, 3]])
    np.testing.assert_allclose(run(path, codes)[0], model(codes).data, rtol=1e-12)


def test_what_holds_the_batch_is_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(TraceError, match="depends on the length of the batch"):
        nn.export_onnx(Mean(), path, np.ones((2, 3)))
    with pytest.raises(TraceError, match="for each sample"):
        nn.export_onnx(
            nn.Lambda(lambda x: x * np.arange(float(x.shape[0]))[:, None]), path, np.ones((2, 3))
        )
    with pytest.raises(TypeError, match="takes a Module"):
        nn.export_onnx(lambda x: x, path, np.ones((2, 3)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("make", [lambda: nn.Layer(3, 2, rng=0), lambda: nn.Neuron(3, rng=0)])
def test_a_model_of_single_numbers_is_written_as_arrays(make, tmp_path):
    path = str(tmp_path / "model.onnx")
    x = np.random.default_rng(0).normal(size=(4, 3))
    nn.export_onnx(make(), path, x)
    expected = np.vectorize(lambda v: v.data)(make()(x))
    np.testing.assert_allclose(run(path, x)[0], expected, rtol=1e-12)


def test_gelu_in_float32_and_a_batch_that_is_not_the_first_axis(tmp_path):
    path = str(tmp_path / "model.onnx")
    model = nn.to_tensors(nn.MLP(3, [4], 2, "gelu", rng=0), np.float32)
    x = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    nn.export_onnx(model, path, x)
    np.testing.assert_allclose(run(path, x)[0], model(x).data, rtol=1e-5, atol=1e-6)
    with pytest.warns(UserWarning, match="Erf in float64.*onnxruntime does not run.*np.float32"):
        nn.export_onnx(nn.MLP(3, [4], 2, "gelu", rng=0), path, x.astype(np.float64))
    with pytest.raises(TraceError, match="recurrent layers need batch_first=True"):
        nn.export_onnx(nn.LSTM(3, 4, rng=0), path, np.ones((2, 5, 3)))


def test_what_onnxruntime_lacks_in_float64_is_what_the_export_warns_of(tmp_path):
    """Each operator that a row names, alone in a graph."""
    onnx = pytest.importorskip("onnx")
    texts = [op.text["onnx"] for op in autograd.primitives().values() if "onnx" in op.text]
    named = {
        name for text in texts if isinstance(text, str) for name in re.findall("[A-Z]\\w+", text)
    }
    assert len(named) > 25
    double = onnx.TensorProto.DOUBLE
    failed = {}
    for name in named - {"Not", "Where"}:  # of truth values
        schema = onnx.defs.get_schema(name, 18)
        inputs = ["a", "b"][: max(schema.min_input, 1 if name.startswith("Reduce") else 0)]
        graph = onnx.helper.make_graph(
            [onnx.helper.make_node(name, inputs, ["z"])],
            name,
            [onnx.helper.make_tensor_value_info(x, double, [3]) for x in inputs],
            [onnx.helper.make_value_info("z", onnx.TypeProto())],
        )
        opset = [onnx.helper.make_opsetid("", 18)]
        model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=8)
        try:
            runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        except Exception as error:
            failed[name] = str(error)
    assert failed.keys() == onnx_file.ONLY_FLOAT32
    assert all("NOT_IMPLEMENTED" in said for said in failed.values())
