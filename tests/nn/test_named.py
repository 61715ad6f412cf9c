import inspect

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, no_grad
from nn.named import named


@named
def doubled(x, factor=2.0):
    """Return x, doubled."""
    return x * factor


def scopes(node):
    return [origin.name for origin in node.origin.scopes()]


@pytest.mark.parametrize("x", [Value(1.0), Tensor([1.0])])
def test_what_is_recorded_inside_has_the_functions_name(x):
    assert scopes(doubled(x)) == ["doubled"]
    assert scopes(doubled(x=x)) == ["doubled"]
    assert (x * 2.0).origin is None


def test_each_value_of_an_array_has_it():
    assert scopes(doubled(np.array([Value(1.0)]))[0]) == ["doubled"]


def test_the_scope_closes_when_the_function_fails():
    with pytest.raises(TypeError):
        doubled(Value(1.0), "three")
    assert (Value(1.0) * 2.0).origin is None


def test_numbers_pass():
    assert doubled(1.5, factor=4.0) == 6.0


def test_nothing_is_recorded_under_no_grad():
    with no_grad():
        assert doubled(Value(1.0)).inputs == ()


def test_it_still_looks_like_the_function():
    assert doubled.__doc__ == "Return x, doubled."
    assert str(inspect.signature(doubled)) == "(x, factor=2.0)"
    assert "return x * factor" in inspect.getsource(doubled)


def test_layers_and_functions_nest():
    model = nn.Sequential(nn.Dense(2, 2, rng=0), nn.Softmax())
    assert scopes(model(np.ones((1, 2)))) == ["Sequential", "1", "softmax"]
