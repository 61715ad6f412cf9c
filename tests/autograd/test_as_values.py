"""The scalar graph behind a graph of tensors: equal numbers, and a map between the two."""

import numpy as np
import pytest

import autograd
import nn
from autograd import StaleDataError, Tensor, Value, as_values, scope, topological


def both(loss):
    """Run backward on the tensors, and return the scalar graph with gradients of its own."""
    loss.backward()
    return as_values(loss)


def assert_equal(loss, scalars):
    assert scalars.loss.data == pytest.approx(loss.data.item(), rel=1e-12, abs=1e-12)
    for tensor in topological(loss):
        cells = scalars[tensor]
        assert cells.shape == tensor.shape
        values = np.array([getattr(c, "data", c) for c in cells.flat]).reshape(tensor.shape)
        np.testing.assert_allclose(values, tensor.data, rtol=1e-12, atol=1e-12)
        if tensor.op is None:
            grads = np.array([c.grad for c in cells.flat]).reshape(tensor.shape)
            np.testing.assert_allclose(grads, tensor.grad, rtol=1e-12, atol=1e-12)


rng = np.random.default_rng(0)
A = rng.normal(size=(3, 4))
B = rng.normal(size=(4, 2))
V = rng.normal(size=4)

EXPRESSIONS = {
    "matmul": lambda a, b, v: (a @ b).sum(),
    "matrix × vector": lambda a, b, v: (a @ v).sum(),
    "vector × matrix": lambda a, b, v: (v @ b).sum(),
    "vector × vector": lambda a, b, v: (v @ v) + b.sum() + a.sum(),
    "batches": lambda a, b, v: (a.reshape(1, 3, 4) @ b.reshape(1, 4, 2) * v[0]).mean(),
    "affine": lambda a, b, v: autograd.affine(a, b, v[:2]).tanh().sum(),
    "broadcast": lambda a, b, v: ((a + v) * v).mean(axis=0).sum() + b.sum(),
    "softmax": lambda a, b, v: nn.cross_entropy(a @ b + v[:2], np.array([0, 1, 1])),
    "reductions": lambda a, b, v: a.max(axis=1).sum() + b.min() + autograd.norm(v),
    "index": lambda a, b, v: a[[0, 0, 2], [1, 1, 3]].sum() + b[1:, 0].mean() + v[-1],
    "transpose": lambda a, b, v: ((b.T @ a.T) ** 2).sum() * v.sum(),
    "joined": lambda a, b, v: autograd.stack([v, v * 2]).sum() + (a.T @ a).mean() + b.sum(),
    "where": lambda a, b, v: autograd.where(a > 0, a, v).sum() + autograd.relu(b).sum(),
    "variance": lambda a, b, v: a.var(axis=0).sum() + b.std() + v.mean(),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_values_and_gradients_are_equal(name):
    loss = EXPRESSIONS[name](Tensor(A, "A"), Tensor(B, "B"), Tensor(V, "v"))
    assert_equal(loss, both(loss))


def test_every_row_on_arrays_shows_its_single_numbers():
    """Also one that nobody has thought of: what is declared works element by element."""
    for name, row in autograd.primitives().items():
        if not hasattr(row, "sample"):
            continue
        xs = [
            Tensor(rng.uniform(low, high, size=(2, 3)), f"x{i}")
            for i, (low, high) in enumerate(row.sample)
        ]
        loss = row(*xs).sum()
        if loss.op is None:
            continue
        scalars = as_values(loss)
        assert scalars.loss.data == pytest.approx(loss.data.item(), rel=1e-12), name


def test_a_network_is_one_node_a_neuron_and_keeps_its_boxes():
    model = nn.MLP(3, [4], 1, activation="tanh", rng=0)
    loss = nn.mse_loss(model(rng.normal(size=(2, 3))), np.ones((2, 1)))
    scalars = both(loss)
    assert_equal(loss, scalars)
    nodes = topological(scalars.loss)
    assert sum(n.op is not None and n.op.name == "dot" for n in nodes) == 2 * (4 + 1)
    boxes = {s.name for n in nodes if n.origin for s in n.origin.scopes()}
    assert {s.name for n in topological(loss) if n.origin for s in n.origin.scopes()} == boxes


def test_what_earlier_passes_added_is_copied_to_the_leaves():
    w = Tensor([1.0, 2.0], "w")
    (w * w).sum().backward()
    loss = (w * 3.0).sum()
    loss.backward()
    scalars = as_values(loss)
    assert [cell.grad for cell in scalars[w]] == list(w.grad) == [5.0, 7.0]


def test_the_map_leads_both_ways():
    W = Tensor([[1.0, 2.0], [3.0, 4.0]], "W")
    scalars = as_values((W @ W).sum())
    cell = scalars[W][1, 0]
    assert isinstance(cell, Value)
    assert cell.label == "W[1,0]"
    tensor, index = scalars.place(cell)
    assert tensor is W
    assert index == (1, 0)


def test_scopes_and_labels_survive():
    x = Tensor([1.0, 2.0], "x")
    with scope("hidden"):
        h = x.tanh()
    h.label = "h"
    scalars = as_values(h.sum())
    assert [s.name for s in scalars[h][0].origin.scopes()] == ["hidden"]
    assert [c.label for c in scalars[h]] == ["h[0]", "h[1]"]


def test_a_loss_of_several_elements_has_several_roots():
    x = Tensor([1.0, 2.0], "x")
    y = x * x
    y.backward(np.array([1.0, 10.0]))
    scalars = as_values(y)
    assert scalars.loss.shape == (2,)
    assert [c.grad for c in scalars[x]] == [2.0, 40.0]


def test_what_is_refused_says_why():
    with pytest.raises(TypeError, match="behind a Tensor, not behind"):
        as_values(Value(1.0))
    big = Tensor(np.zeros((400, 400)), "W") * 2.0
    with pytest.raises(ValueError, match=r"320,001 elements.*smaller batch"):
        as_values(big.sum())
    w = Tensor([1.0, 2.0], "w")
    loss = (w * w).sum()
    w.data = np.array([5.0, 5.0])
    with pytest.raises(StaleDataError, match="changed since"):
        as_values(loss)


def test_a_wrong_rule_would_be_seen(monkeypatch):
    """The comparison above can fail: a planted mistake in how products run on `Value`s."""
    monkeypatch.setattr(
        autograd.primitives()["matmul"], "on_values", lambda x, y: (x @ y) * 2.0, raising=True
    )
    loss = (Tensor(A) @ Tensor(B)).sum()
    with pytest.raises(StaleDataError):
        as_values(loss)
