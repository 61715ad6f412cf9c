"""Errors that name what is really wrong with a row's name, its operands, or their data."""

import warnings

import numpy as np
import pytest

import autograd as ag
from autograd import ShapeError, StaleDataError, Tensor, backward_steps


@pytest.mark.parametrize("name", ["soft-sign", "class", "blank", "p", "dx", "2nd"])
def test_a_name_that_no_code_can_be_written_with(name):
    with pytest.raises(ValueError, match=f"cannot be called '{name}'"):
        ag.elementwise(name, lambda x: x + x, d=[lambda z, x: 2])
    assert name not in ag.primitives()


def test_numpys_functions_come_in_a_list():
    with pytest.raises(
        TypeError, match=r"'planted': numpy= takes a list of NumPy's functions, not"
    ):
        ag.elementwise("planted", lambda x: x * x, d=[lambda z, x: 2 * x], numpy=np.square)
    assert "planted" not in ag.primitives()


@pytest.mark.parametrize("name", ["inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh"])
@pytest.mark.parametrize("shape", [(2, 3), (3,), ()])
def test_what_takes_square_matrices_says_so_by_its_own_name(name, shape):
    with pytest.raises(
        ShapeError, match=f"{name.replace('eigvals', 'eig')} of Tensor 'W' of shape"
    ):
        getattr(ag.linalg, name)(Tensor(np.ones(shape), "W"))


def test_shapes_are_blamed_for_what_is_wrong_with_shapes_only():
    with pytest.raises(ValueError, match="negative integer powers") as caught:
        ag.pow(np.array([2, 3]), -1)
    assert not isinstance(caught.value, ShapeError)
    with pytest.raises(ShapeError, match="equally long or 1"):
        ag.pow(Tensor(2.0) * np.ones(2), np.ones(3))


def test_of_several_operands_that_may_have_changed_each_is_named():
    w, v = Tensor([1.0], "w"), Tensor([2.0], "v")
    w.data += 1
    y = (w * v).sum()
    v.data += 1
    with pytest.raises(StaleDataError, match=r"Tensor 'w' .* or Tensor 'v' .* was changed"):
        y.backward()


def test_steps_are_as_quiet_as_the_backward_pass():
    x = Tensor([0.0, 1.0])
    y = ag.sqrt(x).sum()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list(backward_steps(y))
    assert x.grad[0] == np.inf


def test_gradients_share_no_array():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    x, y = a * 1.0, b * 1.0
    first, second = ag.gradients((x + y).sum(), [x, y])
    assert not np.shares_memory(first, second)
