"""Arrays that are written to between the forward and the backward pass: never a wrong gradient."""

import numpy as np
import pytest

import autograd as ag
from autograd import StaleDataError, Tensor, no_grad


def right_or_refused(write, y, leaf, right):
    """Write, then run backward: the gradient is the one of what was computed, or it is refused."""
    write()
    try:
        y.backward()
    except StaleDataError as error:
        assert "was changed after" in str(error)  # noqa: PT017 - either answer is good
        assert "run the forward pass again" in str(error)  # noqa: PT017
        return "refused"
    np.testing.assert_array_equal(leaf.grad, right)
    return "right"


def fill(array, value=100.0):
    return lambda: array.__setitem__(Ellipsis, value)


@pytest.mark.parametrize("size", [2, 200_000])
def test_constants_are_kept_as_they_were(size):
    """Small and large, as a factor, a divisor, a mask, a batch, an index, a list."""
    x = Tensor(np.arange(1.0, size + 1), label="x")
    c = np.full(size, 2.0)
    for f, right in [
        (lambda: (x * c).sum(), 2.0),
        (lambda: (c * x).sum(), 2.0),
        (lambda: (x / c).sum(), 0.5),
        (lambda: ag.where(c == 2, x * 3.0, 0.0).sum(), 3.0),
        (lambda: ag.dot(x, c), 2.0),
        (lambda: (x[np.newaxis] @ c[:, np.newaxis]).sum(), 2.0),
    ]:
        c[:], x.grad = 2.0, None
        assert right_or_refused(fill(c), f(), x, np.full(size, right)) == "right"
    mask = c == 100.0
    x.grad = None
    assert right_or_refused(fill(mask, False), ag.where(mask, x, 0.0).sum(), x, np.ones(size))


@pytest.mark.parametrize("kind", [np.array, list])
def test_positions_are_kept_as_they_were(kind):
    x = Tensor([1.0, 2.0, 3.0])
    positions = kind([0, 0])
    y = x[positions].sum()
    positions[0] = 2
    y.backward()
    np.testing.assert_array_equal(x.grad, [2.0, 0.0, 0.0])


def test_a_batch_buffer_that_is_filled_anew():
    w, buffer = Tensor([[1.0], [1.0]]), np.ones((4, 2))
    losses = []
    for batch in (1.0, 10.0):
        buffer[:] = batch
        losses.append((buffer @ w).sum())
    for loss in losses:
        loss.backward()
    np.testing.assert_array_equal(w.grad, [[44.0], [44.0]])


def test_data_of_nodes_written_to_in_place_is_found():
    w = Tensor([1.0, 2.0], label="w")
    for write in (
        lambda: w.data.__setitem__(0, 100.0),
        lambda: w.detach().__setitem__(0, 100.0),
        lambda: w.reshape((2, 1)).data.__setitem__((0, 0), 100.0),
    ):
        w.data, w.grad = np.array([1.0, 2.0]), None
        loss = (w * w).sum()
        with pytest.raises(StaleDataError, match=r"data of Tensor 'w' .* after mul .* copy"):
            right_or_raise(write, loss)
        assert not w.has_grad


def right_or_raise(write, loss):
    write()
    loss.backward()


def test_data_that_was_handed_out_long_before():
    w = Tensor([1.0, 2.0], label="w")
    held = w.data
    loss = (w * w).sum()
    held[0] = 100.0
    with pytest.raises(StaleDataError, match="Tensor 'w'"):
        loss.backward()


def test_data_of_an_interior_node_and_of_a_view():
    w = Tensor([1.0, 2.0])
    z = w * 3.0
    loss = (z * z).sum()
    z.data[0] = 100.0
    with pytest.raises(StaleDataError):
        loss.backward()
    view = w.reshape((2, 1))
    loss = (view * view).sum()
    w.data[0] = 100.0
    with pytest.raises(StaleDataError):
        loss.backward()


def test_an_array_that_was_assigned_is_the_callers_too():
    w, array = Tensor([1.0, 2.0], label="w"), np.array([3.0, 4.0])
    w.data = array
    loss = (w * w).sum()
    array[0] = 100.0
    with pytest.raises(StaleDataError, match="Tensor 'w'"):
        loss.backward()


def test_writing_before_the_forward_pass_and_only_looking_are_allowed():
    w = Tensor([1.0, 2.0])
    w.data[0] = 3.0
    loss = (w * w).sum()
    assert w.data[0] == 3.0
    loss.backward()
    np.testing.assert_array_equal(w.grad, [6.0, 4.0])
    w.data[...] = [5.0, np.nan]
    w.grad = None
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad, [10.0, np.nan])


def test_several_steps_count_several_versions():
    """A version is counted up, not set: two steps are not one."""
    w = Tensor([1.0], label="w")
    w.data -= 0.5
    loss = (w * w).sum()
    w.data -= 0.25
    with pytest.raises(StaleDataError, match="Tensor 'w'"):
        loss.backward()


def test_the_caller_can_write_to_a_constant_afterwards():
    c = np.ones(3)
    y = (Tensor(np.ones(3)) * c).sum()
    c[0] = 2.0  # never locked
    del y
    c[0] = 3.0
    with no_grad():
        assert (Tensor(np.ones(3)) * c).sum() == 5.0
