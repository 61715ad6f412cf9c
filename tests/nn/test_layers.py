import numpy as np
import pytest

import autograd
import nn
from autograd import ShapeError, Tensor, Value, gradcheck, topological
from autograd.tracing import trace
from nn import (
    ELU,
    GELU,
    SELU,
    Dense,
    Embedding,
    Flatten,
    Identity,
    LeakyReLU,
    Linear,
    LogSoftmax,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    to_values,
)

W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
B = np.array([0.5, 0.0, -0.5])


def dense(bias=True):
    layer = Dense(2, 3, bias=bias, rng=0)
    layer.load_state_dict({"weight": W, "bias": B} if bias else {"weight": W})
    return layer


class TestDense:
    def test_rows_are_samples(self):
        # By hand: [1, 1] @ W = [5, 7, 9], [2, 0] @ W = [2, 4, 6].
        x = np.array([[1.0, 1.0], [2.0, 0.0]])
        assert dense()(x).data.tolist() == [[5.5, 7.0, 8.5], [2.5, 4.0, 5.5]]
        assert dense(bias=False)(x).data.tolist() == [[5.0, 7.0, 9.0], [2.0, 4.0, 6.0]]

    def test_gradients(self):
        layer, x = dense(), Tensor([[1.0, 1.0], [2.0, 0.0]])
        (layer(x) * np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])).sum().backward()
        assert layer.weight.grad.tolist() == [[1.0, 2.0, 0.0], [1.0, 0.0, 0.0]]
        assert layer.bias.grad.tolist() == [1.0, 1.0, 0.0]
        assert x.grad.tolist() == [[1.0, 4.0], [2.0, 5.0]]

    @pytest.mark.parametrize("shape", [(2,), (4, 2), (3, 4, 2)])
    def test_any_axes_before_the_features(self, shape):
        x = np.arange(np.prod(shape), dtype=float).reshape(shape)
        np.testing.assert_allclose(dense()(x).data, x @ W + B)

    @pytest.mark.parametrize("x", [[1.0, 2.0], [[1.0, 2.0]], [[Value(1.0), Value(2.0)]]])
    def test_of_values_each_sum_is_one_node(self, x):
        layer = to_values(dense())
        y = layer(x)
        flat = y.ravel()
        assert [v.data for v in flat] == [9.5, 12.0, 14.5]
        assert all(v.op.name == "dot" for v in flat)
        recorded = [n for n in topological(flat[0]) if n.op is not None]
        assert len(recorded) == 1
        assert layer.bias[0] in recorded[0].inputs

    def test_another_number_of_features(self):
        with pytest.raises(ShapeError, match=r"Dense\(input_size=2.*takes 2 features.*\(4, 3\)"):
            dense()(np.ones((4, 3)))
        with pytest.raises(ShapeError, match=r"got shape \(\)"):
            dense()(1.0)

    def test_values_and_tensors_do_not_mix(self):
        with pytest.raises(TypeError, match="do not mix"):
            dense()(np.array([Value(1.0), Value(2.0)]))
        with pytest.raises(TypeError, match="do not mix"):
            to_values(dense())(Tensor([1.0, 2.0]))

    def test_initialiser_and_start_of_the_bias(self):
        layer = Dense(4, 4, init=nn.orthogonal, rng=0)
        np.testing.assert_allclose(layer.weight.data @ layer.weight.data.T, np.eye(4), atol=1e-12)
        assert layer.bias.data.tolist() == [0.0] * 4
        with pytest.raises(ValueError, match="input_size must be a whole number of at least 1"):
            Dense(0, 3)

    def test_linear_is_another_name(self):
        assert Linear is Dense


class TestSequential:
    def test_one_after_the_other(self):
        model = Sequential(dense(), ReLU(), Flatten())
        x = np.array([[-1.0, 0.0]])
        np.testing.assert_allclose(model(x).data, np.maximum(x @ W + B, 0))

    def test_a_layer_may_come_twice(self):
        square = Dense(2, 2, rng=0)
        tanh = Tanh()
        model = Sequential(square, tanh, square, tanh)
        x = np.array([[1.0, 2.0]])
        np.testing.assert_allclose(model(x).data, tanh(square(tanh(square(x)))).data)
        assert repr(model).count("Tanh") == 2
        assert len(model.parameters()) == 2

    def test_indexing(self):
        model = Sequential(*(Dense(1, 1, rng=0) for _ in range(12)), Tanh())
        assert len(model) == 13
        assert isinstance(model[-1], Tanh)
        assert model[10] is list(model)[10]
        assert model[:2] == [model[0], model[1]]

    def test_functions_among_modules(self):
        model = Sequential(Dense(2, 3, rng=0), lambda x: x * 2, nn.relu, Dense(3, 1, rng=1), abs)
        assert [repr(layer) for layer in model][1:3] == ["Lambda(<lambda>)", "Lambda(relu)"]
        x = np.array([[1.0, -2.0]])
        hidden = np.maximum(0.0, 2 * (x @ model[0].weight.data))
        np.testing.assert_allclose(model(x).data, np.abs(hidden @ model[3].weight.data))
        assert len(model.parameters()) == 4
        np.testing.assert_allclose(autograd.trace(model)(x).data, model(x).data)
        assert Residual(lambda x: 2 * x)(1.0) == 3.0

    @pytest.mark.parametrize(
        ("layers", "message"),
        [
            ([[ReLU()]], r"number 0 is \[ReLU\(\)\].*needs a star"),
            ([ReLU(), nn.Tanh], r"number 1 is the class Tanh, not a layer; call it: Tanh\("),
            ([None], "number 0 is None"),
            ([ReLU(), "relu"], "number 1 is 'relu'"),
        ],
    )
    def test_what_is_no_layer(self, layers, message):
        with pytest.raises(TypeError, match=message):
            Sequential(*layers)

    def test_empty_is_the_identity(self):
        assert Sequential()(3.0) == 3.0


class TestResidual:
    def test_adds_its_input(self):
        inner = Dense(2, 2, rng=0)
        x = Tensor([[1.0, -2.0]])
        y = Residual(inner, Tanh())(x)
        np.testing.assert_allclose(y.data, x.data + np.tanh(inner(x).data))
        y.sum().backward()
        slopes = (1 - np.tanh(inner(x).data) ** 2) @ inner.weight.data.T
        np.testing.assert_allclose(x.grad, 1.0 + slopes)

    def test_the_gradient_has_a_way_around_layers_that_pass_nothing(self):
        dead = Dense(1, 1, rng=0)
        dead.weight.data *= 0.0
        x = Tensor([[3.0]])
        y = x
        for _ in range(20):
            y = Residual(dead)(y)
        y.sum().backward()
        assert x.grad.tolist() == [[1.0]]

    def test_the_shape_must_stay(self):
        with pytest.raises(ShapeError, match=r"\(1, 2\).*\(1, 1\).*keep the shape"):
            Residual(Dense(2, 1, rng=0))(np.ones((1, 2)))


class TestEmbedding:
    def test_rows_by_number_with_summed_gradients(self):
        table = Embedding(4, 2, rng=0)
        y = table([[1, 3], [1, 1]])
        np.testing.assert_array_equal(y.data, table.weight.data[[[1, 3], [1, 1]]])
        y.sum().backward()
        assert table.weight.grad.tolist() == [[0.0, 0.0], [3.0, 3.0], [0.0, 0.0], [1.0, 1.0]]

    @pytest.mark.parametrize("x", [2, 2.0, np.int8(2), np.array(2.0), Tensor(2)])
    def test_whole_numbers_of_any_type(self, x):
        table = Embedding(4, 2, rng=0)
        np.testing.assert_array_equal(table(x).data, table.weight.data[2])

    @pytest.mark.parametrize("x", [[0, 4], [-1]])
    def test_rows_that_are_not_there(self, x):
        with pytest.raises(IndexError, match="rows 0 to 3"):
            Embedding(4, 2, rng=0)(x)

    @pytest.mark.parametrize("x", [0.5, [True, False], [float("nan")]])
    def test_what_is_no_whole_number(self, x):
        with pytest.raises(TypeError, match="whole numbers"):
            Embedding(4, 2, rng=0)(x)


class TestFlatten:
    @pytest.mark.parametrize(
        ("shape", "flat"),
        [((5, 8, 8), (5, 64)), ((5,), (5, 1)), ((5, 3), (5, 3)), ((0, 2, 2), (0, 4))],
    )
    def test_shapes(self, shape, flat):
        assert Flatten()(np.zeros(shape)).shape == flat
        assert Flatten()(Tensor(np.zeros(shape))).shape == flat

    def test_order_and_kinds(self, five_kinds, plain):
        x = np.arange(8.0).reshape(2, 2, 2)
        for argument in five_kinds(x).values():
            np.testing.assert_array_equal(plain(Flatten()(argument)), x.reshape(2, 4))

    def test_a_single_number_is_no_batch(self):
        with pytest.raises(ShapeError, match="batch"):
            Flatten()(1.0)


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (Identity(), nn.identity),
        (Sigmoid(), nn.sigmoid),
        (Tanh(), nn.tanh),
        (ReLU(), nn.relu),
        (LeakyReLU(), nn.leaky_relu),
        (LeakyReLU(0.3), lambda z: nn.leaky_relu(z, 0.3)),
        (ELU(), nn.elu),
        (ELU(0.3), lambda z: nn.elu(z, 0.3)),
        (SELU(), nn.selu),
        (SiLU(), nn.silu),
        (GELU(), nn.gelu),
        (Softplus(), nn.softplus),
        (Softmax(), nn.softmax),
        (Softmax(axis=0), lambda z: nn.softmax(z, axis=0)),
        (LogSoftmax(), nn.log_softmax),
        (LogSoftmax(axis=0), lambda z: nn.log_softmax(z, axis=0)),
    ],
    ids=lambda part: repr(part) if isinstance(part, nn.Module) else "",
)
def test_activations_as_layers(layer, function, five_kinds, plain):
    x = [[-1.0, 0.0, 2.0], [0.5, 0.5, -3.0]]
    for argument in five_kinds(x).values():
        expected = plain(function(np.array(x)))
        np.testing.assert_allclose(plain(layer(argument)), expected, rtol=1e-14)
    assert layer.parameters() == []


def test_a_whole_network_agrees_with_finite_differences():
    model = Sequential(Dense(2, 3, rng=0), GELU(), Residual(Dense(3, 3, rng=1), Tanh()), Softmax())
    assert gradcheck(model, Tensor([[0.5, -1.0], [2.0, 0.1]]), order=2)
    assert gradcheck(to_values(model), np.array([[Value(0.5), Value(-1.0)]]), order=2)


def test_a_traced_embedding_looks_up_other_rows_and_still_checks():
    table = Embedding(4, 2, rng=0)
    step = trace(lambda x: table(x))
    for x in ([1, 3], [0, 0]):
        np.testing.assert_allclose(step(np.array(x)).data, table.weight.data[x])
    with pytest.raises(IndexError, match="rows 0 to 3"):
        step(np.array([1, 4]))
