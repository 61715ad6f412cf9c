"""The gradients that a replay hands out are arrays of their own, and reach whatever was recorded.

Whoever receives a gradient may change it in place, as clipping does. So it must share its memory
with no parameter, no result, no other gradient, and each of its elements must be one of its own.
"""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, trace

#: name: the function of two parameters of one shape, whose gradients are tempting to share.
SHARED = {
    "a sum: all ones": lambda a, b: ag.sum(a) + ag.sum(b),
    "a sum of both": lambda a, b: ag.sum(a + b),
    "a product: the other's array": lambda a, b: ag.sum(a * b),
    "a mean: one number many times": lambda a, b: ag.mean(a) - ag.mean(b),
    "transposed": lambda a, b: ag.sum(a.T @ np.ones((a.shape[0], 1))) + ag.sum(b.T),
    "reshaped": lambda a, b: ag.sum(a.reshape(-1) * np.ones(a.size)) + ag.sum(b.reshape(-1)),
    "a row many times": lambda a, b: ag.sum(a + b[0]),
    "its own result": lambda a, b: ag.exp(ag.sum(a)) * 1.0 + 0.0 * ag.sum(b),
}


def scramble(arrays):
    """Write to each array, element by element; return what the others hold then."""
    for i, array in enumerate(arrays):
        kept = [other.copy() for other in arrays]
        for k in np.ndindex(array.shape):
            before = array.copy()
            array[k] = 1000.0 + i
            changed = np.argwhere(array != before)
            assert len(changed) == 1, f"writing to one element changed {len(changed)}"
        for j, (other, then) in enumerate(zip(arrays, kept, strict=True)):
            if j != i:
                np.testing.assert_array_equal(other, then, err_msg=f"{j} changed with {i}")


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("shape", [(2, 3), (1, 1)])
@pytest.mark.parametrize("times", [1, 2])
def test_gradients_of_parameters(name, shape, times):
    f = SHARED[name]
    a, b = Tensor(np.full(shape, 0.5), label="a"), Tensor(np.full(shape, 0.25), label="b")
    step = trace(lambda: f(a, b))
    for _ in range(times):
        a.grad = b.grad = None
        loss = step()
        loss.backward()
    grads = [x.grad for x in (a, b) if x.has_grad]
    scramble([*grads, a.raw, b.raw, loss.raw])


@pytest.mark.parametrize("name", SHARED)
def test_gradients_of_arguments(name):
    f = SHARED[name]
    a, b = np.full((2, 3), 0.5), np.full((2, 3), 0.25)
    step = trace(f)
    for _ in range(2):
        _, grads = step.value_and_grad(a, b)
    scramble([*grads, a, b])


def test_the_derivative_of_exp_is_not_its_result():
    w = Tensor(0.5)
    step = trace(lambda: ag.exp(w))
    step()
    loss = step()
    loss.backward()
    w.grad[...] = 7.0
    assert loss.item() == pytest.approx(np.exp(0.5))
    loss.raw[...] = 3.0
    assert w.grad == 7.0


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_replay_on_nodes_that_are_no_leaves_passes_its_gradient_on(kind):
    w = kind(3.0)
    inner = w * w
    for step, args in [(trace(lambda: inner * 2.0), ()), (trace(lambda x: x * 2.0), (inner,))]:
        for _ in range(3):
            w.grad = None
            step(*args).backward()
            assert float(w.grad) == 12.0


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_leaves_and_other_nodes_together(kind):
    w, leaf = kind(3.0), kind(5.0)
    inner = w * w
    step = trace(lambda: inner * leaf)
    for _ in range(3):
        w.grad = leaf.grad = None
        step().backward()
        assert (float(w.grad), float(leaf.grad)) == (30.0, 9.0)


def test_a_gradient_that_equals_an_array_of_results():
    w = Tensor([[0.5]])
    step = trace(lambda: ag.exp(w))
    for _ in range(2):
        w.grad = None
        loss = step()
        loss.backward()
        w.grad[...] = 7.0
        np.testing.assert_allclose(loss.raw, [[np.exp(0.5)]])
