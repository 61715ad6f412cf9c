"""Arrays that are written to between the forward and the backward pass: never a wrong gradient."""

import math

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import (
    StaleDataError,
    Tensor,
    Value,
    detect_anomaly,
    gradients,
    no_grad,
    trace,
    where,
)


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


@pytest.mark.parametrize("positions", [np.array([0, 0]), Tensor([1.0, 0.0, 0.0]) > 0.5])
def test_positions_are_kept_in_a_scope_too(positions):
    """As in any layer's forward: an embedding, whose words are in a buffer that is used again."""
    x = Tensor([1.0, 2.0, 3.0])
    with ag.scope("layer"):
        y = x[positions].sum()
    right = [2.0, 0.0, 0.0] if isinstance(positions, np.ndarray) else [1.0, 0.0, 0.0]
    (positions.raw if isinstance(positions, Tensor) else positions)[...] = 1
    y.backward()
    np.testing.assert_array_equal(x.grad, right)


def test_positions_that_nobody_can_write_to_are_not_copied():
    fixed = np.array([0, 0])
    fixed.flags.writeable = False
    base = np.array([0, 0])
    window = base[:]
    window.flags.writeable = False
    x = Tensor([1.0, 2.0, 3.0])
    assert x[fixed].params["key"] is fixed
    y = x[window].sum()
    base[:] = 2
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


def test_an_array_that_was_assigned_stays_the_callers_own():
    w, array = Tensor([1.0, 2.0], label="w"), np.array([3.0, 4.0])
    w.data = array
    loss = (w * w).sum()
    array[0] = 100.0
    loss.backward()
    np.testing.assert_array_equal(w.grad, [6.0, 8.0])


STEPS = {
    "in place": lambda w: setattr(w, "data", w.data.__isub__(0.5)),
    "augmented": lambda w: exec("w.data -= 0.5", {"w": w}),
    "SGD": lambda w: step_of(nn.SGD([w], lr=0.5)),
    "SGD of two": lambda w: step_of(nn.SGD([w, Tensor(1.0)], lr=0.5)),
    "Adam": lambda w: step_of(nn.Adam([w], lr=0.5)),
    "no step": lambda w: None,
}


def step_of(optimizer):
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = np.ones(p.shape)
    optimizer.step()
    optimizer.zero_grad()


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("part", ["all", "a part", "a part of a view", "the transpose"])
def test_data_that_is_held_over_a_step(name, part):
    """What somebody got from .data before a step can be written to after it."""
    w = Tensor(np.arange(1.0, 5.0).reshape(2, 2), label="w")
    STEPS[name](w)
    held = {
        "all": lambda: w.data,
        "a part": lambda: w.data[0],
        "a part of a view": lambda: w.reshape(4).data[1:],
        "the transpose": lambda: w.T.detach().T,
    }[part]()
    STEPS[name](w)
    loss, right = (w * w).sum(), 2.0 * w.data
    answer = right_or_refused(fill(held), loss, w, right)
    assert answer == ("right" if name == "SGD of two" else "refused")  # there it is another array


def test_data_that_was_taken_stepped_and_given_back():
    w = Tensor([1.0, 2.0], label="w")
    d = w.data
    d -= 0.5
    w.data = d
    loss = (w * w).sum()
    d[0] = 100.0
    with pytest.raises(StaleDataError, match="Tensor 'w'"):
        loss.backward()


def test_nothing_is_compared_once_nobody_holds_the_data():
    w = Tensor([1.0, 2.0])
    assert w.data[0] == 1.0
    assert (w * w).sum().item() == 5.0  # looks at it for the last time
    assert w.glimpse is None
    w.data -= 0.5
    assert w.glimpse is None
    held = w.data
    w.data -= 0.5
    assert w.glimpse is not None
    del held
    w.data -= 0.5
    assert w.glimpse is None


def test_the_same_array_is_handed_out_while_somebody_has_it():
    w = Tensor([[1.0, 2.0]])
    held = w.data
    assert w.data is held
    assert w.detach() is held
    held[0, 0] = 3.0
    assert w.data[0, 0] == 3.0
    assert np.shares_memory(held, w.reshape(2).data)
    for empty in (np.zeros((0, 3)), np.zeros(()), np.zeros((2, 3), np.float16).T):
        assert Tensor(empty).data.shape == empty.shape
        assert Tensor(empty).data.dtype == empty.dtype


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


def test_a_step_while_somebody_has_a_view():
    w = Tensor([1.0, 2.0], label="w")
    held = w.reshape((2, 1)).data
    w.data = w.raw * 2.0  # another array: what is held is the old one
    w.data -= 1.0
    held = w.reshape((2, 1)).data
    w.data -= 1.0
    loss = (w * w).sum()
    held[0] = 100.0
    with pytest.raises(StaleDataError, match="Tensor 'w'"):
        loss.backward()


CHANGES = {
    "assigned": lambda w: setattr(w, "data", w.raw - 0.25),
    "augmented": lambda w: exec("w.data -= 0.25", {"w": w}),
    "SGD": lambda w: step_of(nn.SGD([w], lr=0.25)),
    "written": lambda w: w.data.__setitem__(0, w.raw[0] - 0.25),
}


@pytest.mark.parametrize("first", CHANGES)
@pytest.mark.parametrize("second", CHANGES)
def test_each_change_counts_one_more(first, second):
    """Versions go up by one: were they set to 1, two changes would look like one."""
    w = Tensor([1.0], label="w")
    CHANGES[first](w)
    w.data -= 0.5
    loss = (w * w).sum()
    CHANGES[second](w)
    with pytest.raises(StaleDataError, match="Tensor 'w'"):
        loss.backward()


def test_a_nan_that_nobody_touched_is_no_change():
    x = Tensor([np.nan, 1.0])
    held = x.data
    y = x * x
    seen = y.data
    (y * 2.0).sum().backward()
    np.testing.assert_array_equal(x.grad, [np.nan, 4.0])
    assert np.isnan(held[0])
    assert np.isnan(seen[0])
    x.zero_grad()
    with detect_anomaly():  # which copies the operands; what where() leaves out may be anything
        where(np.array([False, True]), x, 0.0).sum().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 1.0])
    v = Value(math.nan)
    step = trace(lambda v: v * v * v)
    step(Value(2.0))
    (slope,) = gradients(step(v), [v], create_graph=True)
    assert math.isnan(slope.data)
