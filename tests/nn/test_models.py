import copy
import pickle
from functools import partial

import numpy as np
import pytest

import autograd
import nn
from autograd import ShapeError, Tensor, Value, gradcheck, topological
from nn import (
    ELU,
    MLP,
    SGD,
    BatchNorm1d,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    Module,
    Neuron,
    ReLU,
    Residual,
    Sequential,
    Tanh,
    cross_entropy,
    l2_penalty,
    mse_loss,
    to_tensors,
    to_values,
)


class TestNeuron:
    def test_the_first_lesson(self):
        # The worked neuron of the micrograd lecture: w = (-3, 1), b = 6.88137358…, x = (2, 0).
        neuron = Neuron(2)
        neuron.w[0].data, neuron.w[1].data, neuron.b.data = -3.0, 1.0, 6.881373587019542
        x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
        out = neuron([x1, x2])
        out.backward()
        assert out.data == pytest.approx(0.7071067811865477)
        assert neuron.w[0].grad == pytest.approx(1.0)
        assert neuron.w[1].grad == pytest.approx(0.0)
        assert (x1.grad, x2.grad) == pytest.approx((-1.5, 0.5))

    def test_the_weighted_sum_is_one_node(self):
        out = Neuron(3, rng=0)([1.0, 2.0, 3.0])
        assert [n.op.name for n in topological(out) if n.op is not None] == ["dot", "tanh"]

    def test_names_and_start(self):
        neuron = Neuron(4, rng=0)
        assert [w.label for w in neuron.w] == ["w1", "w2", "w3", "w4"]
        assert neuron.b.label == "b"
        assert neuron.b.data == 0.0
        assert all(abs(w.data) <= 0.5 for w in neuron.w)
        assert [name for name, _ in neuron.named_parameters()] == ["w", "b"]
        assert neuron.weights() == neuron.parameters()[:1]

    def test_activation(self):
        neuron = Neuron(1, activation=nn.identity, rng=0)
        assert neuron([2.0]).data == pytest.approx(2.0 * neuron.w[0].data)
        assert repr(neuron) == "Neuron(inputs=1, activation=identity)"
        assert "ReLU()" in repr(Neuron(1, activation=ReLU()))
        for activation in ("relu", nn.relu, nn.ReLU, nn.ReLU(), lambda x: nn.relu(x)):
            neuron = Neuron(1, activation=activation, rng=0)
            assert neuron([1.0]).data == max(0.0, neuron.w[0].data)

    def test_a_batch(self):
        neuron, x = Neuron(2, rng=0), np.array([[1.0, 2.0], [3.0, -1.0]])
        for row, y in zip(x, neuron(x), strict=True):
            assert y.data == neuron(list(row)).data

    @pytest.mark.parametrize("x", [[1.0], [1.0, 2.0, 3.0], 1.0])
    def test_another_number_of_inputs(self, x):
        with pytest.raises(ShapeError, match="Neuron of 2 inputs"):
            Neuron(2)(x)

    def test_no_inputs(self):
        with pytest.raises(ValueError, match="at least one input, not 0"):
            Neuron(0)


class TestLayer:
    def test_its_neurons_look_at_the_same_inputs(self):
        layer, x = Layer(2, 3, rng=0), [0.5, -1.0]
        assert [y.data for y in layer(x)] == [neuron(x).data for neuron in layer.neurons]
        assert len(layer.parameters()) == 6

    def test_layers_in_a_row_learn(self):
        model = Sequential(Layer(2, 4, rng=0), Layer(4, 1, rng=1))
        x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        y = np.array([[-1.0], [1.0], [1.0], [-1.0]])
        optimizer = SGD(model.parameters(), lr=0.3)
        losses = []
        for _ in range(60):
            loss = mse_loss(model(np.array(x)), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert losses[-1] < 0.5 * losses[0]

    def test_a_batch(self):
        layer, x = Layer(2, 3, rng=0), np.array([[1.0, 2.0], [3.0, -1.0]])
        y = layer(x)
        assert y.shape == (2, 3)
        assert y[1, 2].data == layer.neurons[2]([3.0, -1.0]).data


class TestMLP:
    def test_layers_and_count(self):
        model = MLP(2, [16, 16], 1, activation="tanh", rng=0)
        assert [type(m).__name__ for m in model] == ["Dense", "Tanh", "Dense", "Tanh", "Dense"]
        # 2·16 + 16 + 16·16 + 16 + 16·1 + 1, as for micrograd's demo.
        assert sum(p.data.size for p in model.parameters()) == 337

    def test_output_activation_and_dropout(self):
        model = MLP(4, [8], 3, output_activation="softmax", dropout=0.2, rng=0)
        assert [type(m).__name__ for m in model] == ["Dense", "ReLU", "Dropout", "Dense", "Softmax"]
        assert model[2].p == 0.2
        np.testing.assert_allclose(model(np.ones((5, 4))).data.sum(axis=1), 1.0)

    def test_no_hidden_layer_is_a_linear_model(self):
        assert len(MLP(3, [], 2, rng=0)) == 1

    def test_a_layer_of_ones_own_as_activation(self):
        model = MLP(2, [3], 1, activation=lambda: ELU(0.5), output_activation=nn.Sigmoid, rng=0)
        assert repr(model[1]) == "ELU(alpha=0.5)"
        assert repr(model[3]) == "Sigmoid()"

    def test_the_start_suits_the_activation(self):
        for activation, variance in (("relu", 2 / 400), ("tanh", 2 / 500), ("selu", 1 / 400)):
            weight = MLP(400, [100], 1, activation=activation, rng=0)[0].weight
            assert weight.data.var() == pytest.approx(variance, rel=0.04), activation
        weight = MLP(400, [100], 1, activation=nn.ReLU, rng=0)[0].weight
        assert weight.data.var() == pytest.approx(2 / 400, rel=0.04)

    def test_a_seed_makes_it_reproducible(self):
        first, second = MLP(2, [4], 1, rng=5), MLP(2, [4], 1, rng=5)
        for a, b in zip(first.parameters(), second.parameters(), strict=True):
            np.testing.assert_array_equal(a.data, b.data)
        weights = MLP(4, [4, 4], 4, rng=5).weights()
        assert (weights[0].data != weights[1].data).any()

    def test_an_unknown_activation(self):
        with pytest.raises(ValueError, match=r"names are identity, .*not 'rellu'"):
            MLP(2, [3], 1, activation="rellu")

    @pytest.mark.parametrize(
        ("activation", "shown", "gain"),
        [
            (nn.relu, "ReLU()", 2),
            (nn.ReLU, "ReLU()", 2),
            (nn.ReLU(), "ReLU()", 2),
            (autograd.relu, "ReLU()", 2),
            (partial(ELU, 0.5), "ELU(alpha=0.5)", 2),
            (lambda x: x * 2, "Lambda(<lambda>)", 1),
            (np.tanh, "Lambda(tanh)", 1),
            (ELU(0.5), "ELU(alpha=0.5)", 2),
        ],
    )
    def test_an_activation_as_it_comes_to_mind(self, activation, shown, gain):
        model = MLP(300, [100, 100], 1, activation=activation, rng=0)
        assert repr(model[1]) == repr(model[3]) == shown
        assert model[1] is not model[3]
        fan = 300 if gain == 2 else 200  # He draws for the inputs, Xavier for both sides
        assert model[0].weight.data.var() == pytest.approx(gain / fan, rel=0.05)
        y = model(np.ones((2, 300)))
        y.sum().backward()
        assert model[0].weight.grad.any()
        assert to_values(MLP(2, [3], 1, activation=activation, rng=0))([1.0, 2.0])[0].item() == (
            pytest.approx(MLP(2, [3], 1, activation=activation, rng=0)([1.0, 2.0]).item())
        )

    def test_a_relu_of_ones_own_is_not_taken_for_ours(self):
        def relu(x):
            return x + 100.0

        assert MLP(1, [1], 1, activation=relu, rng=0)[1](1.0) == 101.0

    @pytest.mark.parametrize(
        ("activation", "message"),
        [
            (None, 'a name such as "relu", a function, or a layer'),
            (3, "a function, or a layer"),
            (lambda: 3, "makes 3, which is not a layer"),
            (dict, "makes {}, which is not a layer"),
        ],
    )
    def test_what_is_no_activation(self, activation, message):
        with pytest.raises(TypeError, match=message):
            MLP(2, [3], 1, activation=activation)

    def test_the_sizes_as_micrograd_gives_them(self):
        assert repr(MLP(3, [4, 4, 1], rng=0)) == repr(MLP(3, [4, 4], 1, rng=0))
        assert MLP(3, [4, 4, 1], rng=0)([2.0, 3.0, -1.0]).shape == (1,)
        with pytest.raises(ValueError, match="needs an output_size"):
            MLP(3, [])

    def test_hidden_sizes_are_a_list(self):
        with pytest.raises(TypeError, match=r"list of hidden sizes, \[3\], not 3"):
            MLP(2, 3, 1)


def rich_model():
    return Sequential(
        Flatten(),
        Dense(3, 4, rng=0),
        BatchNorm1d(4),
        Tanh(),
        Residual(Dense(4, 4, rng=1), LayerNorm(4), ReLU()),
        Dropout(0.5, rng=3),
        Dense(4, 2, bias=False, rng=2),
    )


def gradients(model):
    """The gradient of every parameter, as an array of its shape."""
    return {
        name: np.array([leaf.grad for leaf in nn.module.leaves(p)]).reshape(p.shape)
        for name, p in model.named_parameters()
    }


class TestMagnifications:
    def test_equal_outputs_and_gradients(self):
        large = rich_model()
        small = to_values(large)
        x = np.random.default_rng(0).normal(size=(5, 3))
        results = []
        for model in (large, small):
            output = model(x)
            loss = cross_entropy(output, [0, 1, 0, 1, 1]) + l2_penalty(model, 0.1)
            loss.backward()
            results.append(
                (
                    np.vectorize(lambda e: getattr(e, "data", e))(getattr(output, "data", output)),
                    loss.item(),
                )
            )
        np.testing.assert_allclose(results[1][0], results[0][0], rtol=1e-12)
        assert results[1][1] == pytest.approx(results[0][1], rel=1e-12)
        expected = gradients(large)
        for name, gradient in gradients(small).items():
            np.testing.assert_allclose(gradient, expected[name], atol=1e-13, err_msg=name)

    def test_every_weight_is_a_value_with_the_name_of_its_place(self):
        small = to_values(Dense(2, 3, rng=0))
        assert small.weight.shape == (2, 3)
        assert all(type(v) is Value for v in small.weight.flat)
        assert small.weight[1, 2].label == "weight[1,2]"

    def test_there_and_back(self):
        large = rich_model().eval()
        back = to_tensors(to_values(large))
        assert all(type(p) is Tensor for p in back.parameters())
        assert [p.label for p in back.parameters()] == [p.label for p in large.parameters()]
        assert not any(m.training for m in back.modules())
        x = np.ones((2, 3))
        np.testing.assert_array_equal(back(x).data, large(x).data)
        for name, array in large.state_dict().items():
            np.testing.assert_array_equal(back.state_dict()[name], array)

    def test_the_original_is_left_alone(self):
        large = Dense(2, 2, rng=0)
        small = to_values(large)
        small.weight[0, 0].data += 1.0
        assert type(large.weight) is Tensor
        assert large.weight.data[0, 0] != small.weight[0, 0].data
        again = to_values(small)
        assert again.weight[0, 0] is not small.weight[0, 0]
        assert again.weight[0, 0].data == small.weight[0, 0].data

    def test_what_is_shared_stays_shared(self):
        class Tied(Module):
            def __init__(self):
                self.encoder, self.decoder = Dense(2, 2, rng=0), Dense(2, 2, rng=1)
                self.decoder.weight = self.encoder.weight

        for model in (to_values(Tied()), to_tensors(to_values(Tied()))):
            assert model.decoder.weight is model.encoder.weight
            assert len(model.parameters()) == 3

    def test_neurons_become_tensors_and_back(self):
        layer, x = Layer(2, 3, rng=0), [0.5, -1.0]
        fast = to_tensors(layer)
        y = fast(x)
        assert type(y) is Tensor
        np.testing.assert_allclose(y.data, [v.data for v in layer(x)], rtol=1e-14)
        y.sum().backward()
        sum(layer(x)).backward()
        expected = gradients(layer)
        for name, gradient in gradients(fast).items():
            np.testing.assert_allclose(gradient, expected[name], rtol=1e-12)
        again = to_values(fast)
        assert [v.data for v in again(x)] == [v.data for v in layer(x)]
        assert type(again.neurons[0].b) is Value

    def test_an_embedding(self):
        table = Embedding(3, 2, rng=0)
        small = to_values(table)
        y = small([2, 0, 2])
        y.sum().backward()
        assert [v.grad for v in small.weight.ravel()] == [1.0, 1.0, 0.0, 0.0, 2.0, 2.0]
        np.testing.assert_array_equal(np.vectorize(lambda e: e.data)(y), table([2, 0, 2]).data)

    def test_half_the_size(self):
        model = to_tensors(rich_model().eval(), np.float32)
        assert model(np.ones((2, 3), dtype=np.float32)).dtype == np.float32
        assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
        with pytest.raises(TypeError, match="float type, not int64"):
            to_tensors(model, np.int64)

    def test_copies_of_values_can_be_pickled(self):
        small = to_values(MLP(2, [3], 1, rng=0))
        x = [[0.5, -1.0]]
        for twin in (pickle.loads(pickle.dumps(small)), copy.deepcopy(small)):
            assert twin(x)[0, 0].data == small(x)[0, 0].data
            assert twin[0].weight[0, 0] is not small[0].weight[0, 0]

    def test_a_step_of_an_optimiser_is_the_same(self):
        large = MLP(2, [4], 1, activation="tanh", rng=0)
        small = to_values(large)
        x, y = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[1.0], [-1.0]])
        for model in (large, small):
            optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
            for _ in range(5):
                optimizer.zero_grad()
                mse_loss(model(x), y).backward()
                optimizer.step()
        for name, array in large.state_dict().items():
            np.testing.assert_allclose(small.state_dict()[name], array, rtol=1e-10)


def test_a_network_of_values_agrees_with_finite_differences_in_its_weights():
    model = to_values(MLP(2, [2], 1, activation="tanh", rng=0))
    names = list(model.state_dict())

    def loss(*weights):
        for name, weight in zip(names, weights, strict=True):
            layer, attribute = name.split(".")
            setattr(model[int(layer)], attribute, weight)
        return mse_loss(model([[0.5, -1.0]]), [[1.0]])

    assert gradcheck(loss, *[p.copy() for p in model.parameters()], order=2)
