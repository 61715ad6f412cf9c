"""What people try first, coming from micrograd or adding a method of their own."""

import math

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import AnomalyError, Tensor, Value, detect_anomaly, gradcheck


class Number(Value):
    def cubed(self):
        return self * self * self

    def relu(self):
        return "mine"


class Array(Tensor):
    def halved(self):
        return self / 2.0


def test_operations_among_nodes_of_a_subclass_keep_the_class():
    a, b = Number(2.0, label="a"), Number(5.0)
    for y in (a * b, a + 1.0, 1.0 - a, a**2, 2.0**a, -a, ag.exp(a), a.tanh(), ag.sum([a, b])):
        assert type(y) is Number
    y = a.cubed() * b
    y.backward()
    assert (a.grad, b.grad) == (60.0, 8.0)
    assert a.relu() == "mine"
    assert repr(a) == "Number(2.0, label='a', grad=60.0)"
    (slope,) = ag.gradients(a.cubed(), [a], create_graph=True)
    assert ag.gradients(slope, [a]) == [12.0]
    x, w = Array([1.0, 2.0]), Array([3.0, 4.0])
    for y in (
        x * w,
        x + 1.0,
        np.exp(x),
        x.halved(),
        x.sum(),
        x[0],
        x @ w,
        x > 1,
        x.reshape((2, 1)),
    ):
        assert type(y) is Array
    (x * w).halved().sum().backward()
    np.testing.assert_array_equal(x.grad, [1.5, 2.0])
    assert gradcheck(lambda x: x * 2, 1.0)


def test_micrograds_arguments_get_a_sentence():
    for make in (
        lambda: Value(0, (), "x"),
        lambda: Value(0.0, _children=(), _op=""),
        lambda: Value(0.0, ()),
    ):
        with pytest.raises(TypeError, match=r"write Value\(0\.0, label='x'\)"):
            make()
    with pytest.raises(TypeError, match=r"draw\(y\)\.save\('graph\.png'\)"):
        viz.draw(Value(2.0) * 3.0).render("graph", format="png")


def lecture_neuron():
    """The neuron of micrograd's lecture; its gradients are in the notebook."""
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    n = x1 * w1 + x2 * w2 + b
    return [x1, w1, x2, w2], n.tanh()


def test_one_nodes_gradient_is_passed_on_by_hand():
    """The lecture's heart, cell by cell; and again in the order that its own sort finds."""
    leaves, o = lecture_neuron()
    o.grad = 1.0
    n = o.inputs[0]
    o.pass_on()
    assert n.grad == pytest.approx(0.5)
    order = [n, n.inputs[0], *n.inputs[0].inputs]
    for node in order:
        node._backward()
    assert [x.grad for x in leaves] == pytest.approx([-1.5, 1.0, 0.5, 0.0])

    leaves, o = lecture_neuron()
    topo, visited = [], set()

    def build_topo(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build_topo(child)
            topo.append(v)

    build_topo(o)
    assert len(topo) == 10
    o.grad = 1.0
    for node in reversed(topo):
        node._backward()
    assert [x.grad for x in leaves] == pytest.approx([-1.5, 1.0, 0.5, 0.0])
    assert {v._op for v in topo} == {"", "×", "+", "tanh"}


def test_a_node_used_twice_receives_both():
    a = Value(3.0)
    b = a + a
    b.grad = 1.0
    b.pass_on()
    assert a.grad == 2.0
    x = Tensor([1.0, 2.0])
    y = x * x
    y.pass_on()  # nothing has arrived there yet
    assert not x.has_grad
    y.grad = np.ones(2)
    y.pass_on()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])


def test_a_nan_from_the_branch_not_taken_is_explained_and_the_double_where_helps():
    x = Tensor([0.0, 4.0], label="x")
    with (
        pytest.raises(AnomalyError, match=r"where\(\) did not take.*sqrt\(where\(x > 0, x, 1\.0\)"),
        detect_anomaly(),
    ):
        ag.where(x > 0, ag.sqrt(x), 0.0).sum().backward()
    y = ag.where(x > 0, ag.sqrt(ag.where(x > 0, x, 1.0)), 0.0).sum()
    y.backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.25])
    assert math.isfinite(y.item())
