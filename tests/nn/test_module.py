import copy
import inspect
import pickle

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor, Value, no_grad
from nn import SGD, BatchNorm1d, Dense, Dropout, Module, ReLU, Sequential, Tanh, summary
from nn.module import leaves


class Pair(Module):
    """Every kind of part, in an order that is not the alphabet's."""

    def __init__(self):
        self.slope = Tensor([2.0, 3.0])
        self.layers = [Dense(2, 3, rng=0), ReLU()]
        self.bias = Value(1.0)
        self.table = {"left": Value(4.0, label="mine")}
        self.cells = np.array([[Value(1.0), Value(2.0)]], dtype=object)
        self.count = np.zeros(2)
        self.name = "a pair"
        self.names = np.array(["a", "b"])

    def forward(self, x):
        return self.layers[1](self.layers[0](x * self.slope))


class Shared(Module):
    def __init__(self):
        self.first = Dense(2, 2, rng=0)
        self.second = self.first
        self.third = Dense(2, 2, rng=1)
        self.third.weight = self.first.weight

    def forward(self, x):
        return self.third(self.second(self.first(x)))


def names(module):
    return [name for name, _ in module.named_parameters()]


class TestParameters:
    def test_they_come_in_the_order_of_definition(self):
        expected = ["slope", "layers.0.weight", "layers.0.bias", "bias", "table.left", "cells"]
        assert names(Pair()) == expected
        assert len(Pair().parameters()) == 6

    def test_shared_ones_come_once_under_their_first_name(self):
        assert names(Shared()) == ["first.weight", "first.bias", "third.bias"]
        assert [name for name, _ in Shared().named_children()] == ["first", "third"]

    def test_labels_are_given_where_there_are_none(self):
        pair = Pair()
        assert pair.slope.label == "slope"
        assert pair.table["left"].label == "mine"
        assert pair.cells[0, 1].label == "cells[0,1]"

    def test_results_are_not_parameters(self):
        class Odd(Module):
            def __init__(self):
                self.leaf = Tensor(1.0)
                self.result = self.leaf * 2.0

        assert names(Odd()) == ["leaf"]

    def test_an_array_in_the_place_of_a_weight_is_constant(self):
        layer = Dense(2, 2, rng=0)
        layer.weight = layer.weight.data
        assert names(layer) == ["bias"]
        assert list(layer.state_dict()) == ["weight", "bias"]

    def test_weights_are_what_is_neither_bias_nor_scale(self):
        model = Sequential(Dense(2, 3, rng=0), BatchNorm1d(3), Dense(3, 1, rng=1))
        assert [id(w) for w in model.weights()] == [id(model[0].weight), id(model[2].weight)]

    def test_leaves_are_the_single_nodes(self):
        pair = Pair()
        assert leaves(pair.slope) == [pair.slope]
        assert leaves(pair.cells) == [pair.cells[0, 0], pair.cells[0, 1]]

    def test_zero_grad_forgets_every_gradient(self):
        model = Sequential(Dense(2, 1, rng=0))
        model(np.ones((3, 2))).sum().backward()
        assert all(p.has_grad for p in model.parameters())
        model.zero_grad()
        assert not any(p.has_grad for p in model.parameters())

    def test_all_parts_are_walked_once_outermost_first(self):
        model = Sequential(Sequential(Dense(1, 1, rng=0), Tanh()), Tanh())
        assert [name for name, _ in model.named_modules()] == ["", "0", "0.0", "0.1", "1"]
        assert next(iter(model.modules())) is model

    def test_a_module_in_two_places_comes_once(self):
        shared = Dense(2, 2, rng=0)
        model = Sequential(Sequential(shared), Sequential(shared))
        assert [name for name, _ in model.named_modules()] == ["", "0", "0.0", "1"]


class TestAttributes:
    def test_a_misspelt_assignment_suggests_the_name(self):
        layer = Dense(2, 3, rng=0)
        with pytest.raises(AttributeError, match=r"no attribute 'wieght'.*did you mean 'weight'"):
            layer.wieght = layer.weight
        layer.weight = Tensor(np.zeros((2, 3)))
        layer.training = False

    def test_a_misspelt_read_suggests_the_name(self):
        with pytest.raises(AttributeError, match=r"'baias'; did you mean 'bias'.*it has: weight"):
            _ = Dense(2, 3, rng=0).baias
        assert not hasattr(Dense(2, 3, rng=0), "gradient")

    def test_subclasses_close_after_their_own_constructor(self):
        class Sub(Pair):
            def __init__(self):
                super().__init__()
                self.more = Tensor(1.0)

        sub = Sub()
        assert names(sub)[-1] == "more"
        with pytest.raises(AttributeError, match="new attributes are made in __init__"):
            sub.anything = 1

    def test_properties_keep_their_setters(self):
        class Scaled(Module):
            def __init__(self):
                self.log_scale = Value(0.0)

            @property
            def scale(self):
                return np.exp(self.log_scale.data)

            @scale.setter
            def scale(self, scale):
                self.log_scale.data = float(np.log(scale))

        module = Scaled()
        module.scale = 10.0
        assert module.log_scale.data == pytest.approx(2.302585)

    def test_forward_must_be_written(self):
        with pytest.raises(NotImplementedError, match="Module does not define forward"):
            Module()(1.0)


class TestMode:
    def test_train_and_eval_reach_all_parts(self):
        model = Sequential(Sequential(Dropout(0.5)), BatchNorm1d(2))
        assert all(m.training for m in model.modules())
        assert model.eval() is model
        assert not any(m.training for m in model.modules())
        assert model.train()[0][0].training


class TestState:
    def test_it_holds_parameters_and_arrays_by_name(self):
        state = Pair().state_dict()
        assert list(state) == [*names(Pair()), "count"]
        assert state["cells"].tolist() == [[1.0, 2.0]]
        assert state["bias"].shape == ()

    def test_it_is_a_copy(self):
        pair = Pair()
        state = pair.state_dict()
        pair.slope.data -= 1.0
        pair.count += 5.0
        assert state["slope"].tolist() == [2.0, 3.0]
        assert state["count"].tolist() == [0.0, 0.0]

    def test_loading_it_brings_everything_back(self):
        pair, other = Pair(), Pair()
        for part in pair.state_dict().values():
            part += 1.0
        other.slope.data -= 1.0
        other.bias.data = -7.0
        other.cells[0, 0].data = 9.0
        other.count += 3.0
        parts = list(map(id, other.parameters()))
        other.load_state_dict(pair.state_dict())
        for name, array in pair.state_dict().items():
            np.testing.assert_array_equal(other.state_dict()[name], array)
        assert list(map(id, other.parameters())) == parts

    def test_a_loaded_state_is_a_copy_too(self):
        # Large enough that an optimiser changes the array where it lies.
        state = {"weight": np.ones((20_000, 1)), "bias": np.zeros(1)}
        one, other = Dense(20_000, 1, rng=0), Dense(20_000, 1, rng=0)
        one.load_state_dict(state)
        other.load_state_dict(state)
        one(np.ones((1, 20_000))).sum().backward()
        SGD(one.parameters(), lr=1.0).step()
        assert not one.weight.data.any()
        assert (other.weight.data == 1).all()
        assert (state["weight"] == 1).all()

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            (lambda s: s.pop("1.bias"), ValueError, "missing: 1.bias"),
            (lambda s: s.update(extra=np.zeros(1)), ValueError, "unknown: extra"),
            (lambda s: s.update({"1.bias": np.zeros(3)}), ShapeError, r"'1.bias' has shape \(3,\)"),
            (lambda s: s.update({"1.bias": np.array(["a"])}), TypeError, "real numbers"),
            (lambda s: s.update({"1.bias": np.array([1j])}), TypeError, "real numbers"),
        ],
    )
    def test_what_does_not_fit_changes_nothing(self, change, error, message):
        model = Sequential(Dense(2, 2, rng=0), Dense(2, 1, rng=1))
        before = model.state_dict()
        state = {name: array + 1.0 for name, array in before.items()}
        change(state)
        with pytest.raises(error, match=message):
            model.load_state_dict(state)
        for name, array in model.state_dict().items():
            np.testing.assert_array_equal(array, before[name])

    def test_the_float_type_of_the_model_stays(self):
        layer = Dense(2, 1, rng=0)
        layer.weight = Tensor(np.zeros((2, 1), dtype=np.float32))
        layer.load_state_dict({"weight": np.ones((2, 1)), "bias": np.ones(1)})
        assert layer.weight.dtype == np.float32

    def test_a_step_after_loading_is_noticed_by_a_stale_graph(self):
        layer = Dense(2, 1, rng=0)
        loss = layer(np.ones((1, 2))).sum() * layer.weight.sum()
        layer.load_state_dict(layer.state_dict())
        with pytest.raises(RuntimeError, match="changed after"):
            loss.backward()


class TestCopies:
    @pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
    def test_a_copy_computes_the_same_and_shares_nothing(self, copied):
        model = Sequential(Dense(2, 3, rng=0), Tanh(), Dense(3, 1, rng=1))
        twin = copied(model)
        x = np.ones((4, 2))
        np.testing.assert_array_equal(twin(x).data, model(x).data)
        twin[0].weight.data += 1.0
        assert (twin[0].weight.data != model[0].weight.data).all()
        with pytest.raises(AttributeError, match="new attributes"):
            twin.extra = 1

    def test_sharing_survives(self):
        twin = pickle.loads(pickle.dumps(Shared()))
        assert names(twin) == names(Shared())
        assert twin.second is twin.first

    def test_a_trained_model_can_be_copied(self):
        model = Sequential(Dense(2, 1, rng=0))
        model(np.ones((3, 2))).sum().backward()
        assert not copy.deepcopy(model)[0].weight.has_grad


class TestScopes:
    def test_a_call_is_recorded_under_its_path(self):
        class Net(Module):
            def __init__(self):
                self.layers = [Dense(2, 2, rng=0), Sequential(Dense(2, 1, rng=1))]

            def forward(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x

        net = Net()
        origin = net(np.ones((1, 2))).origin
        assert [scope.name for scope in origin.scopes()] == ["Net", "layers.1", "0"]
        assert [scope.owner for scope in origin.scopes()] == [net, net.layers[1], net.layers[1][0]]

    def test_what_is_appended_in_the_constructor_has_its_name_too(self):
        class Net(Module):
            def __init__(self):
                self.layers = []
                self.layers.append(Tanh())

            def forward(self, x):
                return self.layers[0](x)

        assert Net()(Tensor([1.0])).origin.name == "layers.0"

    def test_of_several_names_the_first_holds(self):
        model = Shared()
        assert model.second(np.ones((1, 2))).origin.name == "first"

        class Twice(Module):
            def __init__(self):
                tanh = Tanh()
                self.layers = [tanh, tanh]

        assert Twice().layers[1](Tensor([1.0])).origin.name == "layers.0"

    def test_a_part_that_is_replaced_gets_the_name(self):
        model = Shared()
        model.third = Tanh()
        assert model(np.ones((1, 2))).origin.name == "third"

    def test_no_grad_records_nothing(self):
        with no_grad():
            assert Dense(2, 1, rng=0)(np.ones((1, 2))).inputs == ()


def test_repr_is_a_tree():
    model = Sequential(Dense(2, 3, rng=0), Sequential(ReLU(), Dense(3, 1, bias=False, rng=0)))
    assert repr(model) == (
        "Sequential(\n"
        "  (0): Dense(input_size=2, output_size=3, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): ReLU()\n"
        "    (1): Dense(input_size=3, output_size=1, bias=False)\n"
        "  )\n"
        ")"
    )


class TestSummary:
    def test_counts_and_shapes(self):
        table = summary(Sequential(Dense(784, 128, rng=0), ReLU(), Dense(128, 10, rng=0)))
        assert table.total == 784 * 128 + 128 + 128 * 10 + 10
        assert table.rows[1].shapes == {"weight": (784, 128), "bias": (128,)}
        lines = repr(table).splitlines()
        assert lines[2].split()[:2] == ["0", "Dense"]
        assert lines[2].endswith("weight (784, 128), bias (128,)  100,480")
        assert lines[-1].split() == ["total", "101,770"]
        assert len({len(line) for line in lines}) == 1

    def test_what_is_no_module_is_named(self):
        with pytest.raises(TypeError, match="summary takes a Module, not int"):
            summary(3)

    def test_shared_parameters_count_once(self):
        assert summary(Shared()).total == 4 + 2 + 2

    def test_parameters_of_the_outermost_module_and_of_containers(self):
        rows = summary(Pair()).rows
        assert rows[0].shapes == {"slope": (2,), "bias": (), "table.left": (), "cells": (1, 2)}
        assert rows[0].count == 2 + 1 + 1 + 2
        assert rows[1].path == "layers.0"


@pytest.mark.parametrize("name", ["parameters", "forward", "train", "children", "half"])
def test_an_attribute_that_would_hide_a_method_is_refused(name):
    class Model(Module):
        def __init__(self, name):
            setattr(self, name, [Tensor(1.0)])

        def half(self):
            return 0.5

    with pytest.raises(AttributeError, match=rf"'{name}' would hide the method {name}\(\)"):
        Model(name)


def test_a_method_may_be_replaced_by_a_function():
    model = Dense(1, 1, rng=0)
    model.forward = lambda x: 7.0
    assert model(1.0) == 7.0


def test_the_signature_of_a_class_is_its_constructors():
    assert list(inspect.signature(nn.Dense).parameters) == [
        "input_size",
        "output_size",
        "bias",
        "init",
        "rng",
    ]
    assert str(inspect.signature(nn.ReLU)) == "()"
    for name in nn.__all__:
        kind = getattr(nn, name)
        if isinstance(kind, type) and issubclass(kind, Module):
            arguments = inspect.signature(kind).parameters
            assert name in ("Sequential", "Residual") or "args" not in arguments, name


def test_under_treescope_a_module_is_a_tree():
    treescope = pytest.importorskip("treescope", reason="its own package shows its trees")
    text = treescope.render_to_text(nn.MLP(2, [3], 1, rng=0))
    assert "MLP(" in text
    assert "weight=" in text
    x = Tensor([[1.0, 2.0]], label="x")
    (x * 3.0).sum().backward()
    assert "label='x'" in treescope.render_to_text(x)
    assert "op='mul'" in treescope.render_to_text(Value(2.0) * 3.0)
