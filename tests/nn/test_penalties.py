import numpy as np
import pytest

import nn
from autograd import Tensor, Value, gradcheck
from nn import (
    BatchNorm1d,
    Dense,
    Module,
    Sequential,
    elastic_net,
    l1_penalty,
    l2_penalty,
    to_values,
)

W = np.array([[1.0, -2.0], [0.0, 3.0]])


def model():
    network = Sequential(Dense(2, 2, rng=0), BatchNorm1d(2), Dense(2, 1, rng=0))
    network.load_state_dict(
        {
            **network.state_dict(),
            "0.weight": W,
            "0.bias": np.array([10.0, 20.0]),
            "2.weight": np.array([[4.0], [-5.0]]),
            "2.bias": np.array([30.0]),
        }
    )
    return network


# By hand: Σ|w| = 1 + 2 + 0 + 3 + 4 + 5 = 15, Σw² = 1 + 4 + 0 + 9 + 16 + 25 = 55.
@pytest.mark.parametrize("magnify", [lambda m: m, to_values], ids=["tensors", "values"])
class TestOfAModel:
    def test_weights_only(self, magnify):
        network = magnify(model())
        assert l1_penalty(network, 0.1).item() == pytest.approx(1.5)
        assert l2_penalty(network, 0.1).item() == pytest.approx(5.5)
        assert elastic_net(network, l1=0.1, l2=0.01).item() == pytest.approx(1.5 + 0.55)

    def test_everything_if_asked(self, magnify):
        network = magnify(model())
        # The biases add 10 + 20 + 30, the scales of the batch norm 1 + 1.
        assert l1_penalty(network, biases=True).item() == pytest.approx(15 + 60 + 2)
        assert l2_penalty(network, biases=True).item() == pytest.approx(55 + 1400 + 2)
        assert elastic_net(network, 1.0, 1.0, biases=True).item() == pytest.approx(77 + 1457)

    def test_gradients(self, magnify):
        network = magnify(model())
        elastic_net(network, l1=0.1, l2=0.01).backward()
        weight = network[0].weight
        gradient = getattr(weight, "grad", None)
        if gradient is None:
            gradient = np.array([[w.grad for w in row] for row in weight])
        np.testing.assert_allclose(gradient, 0.1 * np.sign(W) + 0.02 * W)


@pytest.mark.parametrize("penalty", [l1_penalty, l2_penalty, elastic_net])
class TestOfParameters:
    def test_all_kinds(self, penalty, five_kinds, plain):
        expected = 1.0 + 4.0 if penalty is l2_penalty else 3.0 if penalty is l1_penalty else 8.0
        for kind, argument in five_kinds([1.0, -2.0]).items():
            assert plain(penalty(argument)) == pytest.approx(expected), kind
        assert penalty(-1.0) == {elastic_net: 2.0}.get(penalty, 1.0)
        assert penalty([Tensor([1.0]), Tensor([[-2.0]])]).item() == pytest.approx(expected)
        assert penalty(iter([Value(1.0), Value(-2.0)])).data == pytest.approx(expected)
        assert penalty(Value(-1.0)).data == {elastic_net: 2.0}.get(penalty, 1.0)

    def test_gradients_agree_with_finite_differences(self, penalty):
        assert gradcheck(lambda w: penalty([w], 0.3), Tensor([0.5, -1.5]), order=2)
        assert gradcheck(lambda w: penalty([w], 0.3), Tensor([0.0, 2.0]))

    def test_a_negative_strength_is_an_error(self, penalty):
        with pytest.raises(ValueError, match=r"strength of at least 0, not -0\.1"):
            penalty(Tensor([1.0]), -0.1)

    def test_what_is_no_weight(self, penalty):
        with pytest.raises(TypeError, match="works on numbers"):
            penalty(None)

    def test_a_model_without_weights_costs_nothing(self, penalty):
        assert penalty(nn.Dropout(0.5)) == 0.0

    def test_an_empty_collection_is_refused(self, penalty):
        for empty in ([], (), iter(())):
            with pytest.raises(ValueError, match=r"no parameters.*module.weights\(\)"):
                penalty(empty)


def test_elastic_net_says_which_strength_is_negative():
    with pytest.raises(ValueError, match="elastic_net: l1"):
        elastic_net(Tensor([1.0]), l1=-1.0)
    with pytest.raises(ValueError, match="elastic_net: l2"):
        elastic_net(Tensor([1.0]), l2=-1.0)


@pytest.mark.parametrize(("names", "expected"), [(("bias",), 4 + 9 + 16), (("b1", "b2"), 4)])
def test_a_module_says_which_of_its_parameters_are_no_weights(names, expected):
    class Line(Module):
        unpenalised = names

        def __init__(self):
            self.w = Tensor(2.0)
            self.b1 = Tensor(3.0)
            self.b2 = Tensor(4.0)

    assert l2_penalty(Line()).item() == expected


def test_the_gradient_of_l1_at_0_is_0():
    w = Tensor([0.0, 1.0])
    l1_penalty(w).backward()
    assert w.grad.tolist() == [0.0, 1.0]
