"""Subclasses of `Value` and `Tensor`: what works keeps the class, the rest is a sentence."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import MixedNodesError, Tensor, TraceError, Value, grad, gradcheck, gradients, trace


class V(Value):
    """A number with a method and a note."""

    def __init__(self, data, label="", note=None):
        super().__init__(data, label)
        self.note = note

    def double(self):
        return self * 2


class T(Tensor):
    """An array with a method."""

    def double(self):
        return self * 2


def test_operations_keep_the_class():
    v, t = V(0.5), T([[0.5, 2.0]])
    made = [v * v, v * 2, 2 - v, v**2, 2**v, -v, abs(v), v.tanh(), np.exp(v), v.double()]
    made += [ag.sum([v, v]), sum([v, v]), ag.dot([v], [v]), ag.max([v, v]), ag.logaddexp(v, 1.0)]
    made += [nn.sigmoid(v), *nn.softmax(np.array([v, v]))]
    assert {type(x) for x in made} == {V}
    made = [t * t, t @ np.ones((2, 1)), t[0], t.sum(), t.T, t > 0, np.sort(t), t.std(), t.double()]
    made += [np.concatenate([t, t]), ag.where(t > 0, t, 0.0), np.einsum("ij->i", t), nn.relu(t)]
    assert {type(x) for x in made} == {T}


@pytest.mark.parametrize("kind", [V, T])
def test_derivatives(kind):
    a, b = kind(2.0), kind(3.0)
    (a * b + a.double()).backward()
    assert (float(a.grad), float(b.grad)) == (5.0, 2.0)
    x = kind(3.0)
    (slope,) = gradients(x**3, [x], create_graph=True)
    assert type(slope) is kind
    assert float(gradients(slope, [x])[0]) == 18.0
    assert type(grad(lambda x: x * x)(kind(3.0))) is kind
    assert gradcheck(lambda x: x.double() * x, kind(3.0), order=2)
    np.testing.assert_allclose(ag.jacobian(lambda x: x * x)(T([3.0, 1.0])).data, [[6, 0], [0, 2]])


def test_one_array_of_numbers_as_single_ones():
    cells = ag.as_values((T([1.0, 2.0]) * T([3.0, 4.0])).sum())
    assert cells.loss.item() == 11.0


@pytest.mark.parametrize("node", [V(3.0), T([3.0])], ids=["Value", "Tensor"])
def test_a_class_and_its_subclass_do_not_mix(node):
    base = Value(2.0) if isinstance(node, Value) else Tensor([2.0])
    for call in (
        lambda: node * base,
        lambda: base * node,
        lambda: base - node,
        lambda: ag.maximum(node, base),
        lambda: ag.logaddexp(base, node),
    ):
        with pytest.raises(
            MixedNodesError, match=r"of a class and of a subclass.*all of one class"
        ):
            call()


@pytest.mark.parametrize("node", [V(3.0), T([3.0])], ids=["Value", "Tensor"])
def test_a_program_is_of_the_base_class_alone(node):
    for step, args in [
        (trace(lambda x: x * x), (node,)),
        (trace(lambda x: x.double()), (node,)),
        (trace(lambda: node * node), ()),
    ]:
        with pytest.raises(TraceError, match=r"subclass of (Value|Tensor), but a program computes"):
            step(*args)
    with pytest.raises(TraceError, match="without trace"):
        trace(lambda x: ag.sum(x * x)).value_and_grad(node)


@pytest.mark.parametrize("optimizer", [nn.SGD, nn.Adam, nn.RMSprop])
def test_optimisers_and_limits_move_them_as_the_base_class(optimizer):
    theirs, ours = [V(1.0), T([1.0, 2.0])], [Value(1.0), Tensor([1.0, 2.0])]
    for parameters in (theirs, ours):
        parameters[0].grad, parameters[1].grad = 3.0, np.array([4.0, 0.0])
        assert nn.clip_grad_norm_(parameters, 1.0) == pytest.approx(5.0)
        nn.clip_grad_value_(parameters, 0.7)
        optimizer(parameters, lr=0.1).step()
    for a, b in zip(theirs, ours, strict=True):
        np.testing.assert_array_equal(a.data, b.data)
        np.testing.assert_array_equal(a.grad, b.grad)
        assert type(a) in (V, T)


def test_copies_keep_the_class_and_what_it_keeps():
    v = V(1.0, "a", note=[5])
    for twin in (copy.copy(v), copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        assert (type(twin), twin.data, twin.label, twin.note) == (V, 1.0, "a", [5])
    assert copy.deepcopy(v).note is not v.note
    assert type(pickle.loads(pickle.dumps(T([1.0])))) is T
