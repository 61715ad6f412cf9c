"""What is done with micrograd's class in its lecture works with ours: every step, in its order.

Only the class is another. The graph is walked by `_prev` and `_op` and drawn by hand with Graphviz,
gradients are assigned and passed on by hand, and networks are classes of the student's own.
"""

import math
import random
from itertools import pairwise

import graphviz
import pytest

from autograd import Value


def walked(root):
    """All nodes and edges, found as the lecture finds them: through `_prev`."""
    nodes, edges = set(), set()

    def visit(node):
        if node not in nodes:
            nodes.add(node)
            for x in node._prev:
                edges.add((x, node))
                visit(x)

    visit(root)
    return nodes, edges


def drawn(root):
    """The lecture's own picture: a record for each number, a circle for each operation."""
    dot = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})
    nodes, edges = walked(root)
    for node in nodes:
        name = str(id(node))
        text = f"{{ {node.label} | data {node.data:.4f} | grad %.4f }}" % node.grad
        dot.node(name=name, label=text, shape="record")
        if node._op:
            dot.node(name=name + node._op, label=node._op)
            dot.edge(name + node._op, name)
    for x, node in edges:
        dot.edge(str(id(x)), str(id(node)) + node._op)
    return dot.source


def expression():
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    f = Value(-2.0, label="f")
    total = d * f
    total.label = "L"
    return a, b, c, f, total


def test_an_expression_is_built_labelled_drawn_and_nudged():
    a, b, c, f, total = expression()
    assert total.data == -8.0
    before = drawn(total)  # gradients that are not there yet are written as 0
    assert before.count("grad 0.0000") == 7
    assert "{ L | data -8.0000 |" in before
    total.backward()
    assert [x.grad for x in (a, b, c, f)] == [6.0, -4.0, -2.0, 4.0]
    assert "{ e | data -6.0000 | grad -2.0000 }" in drawn(total)
    for x in (a, b, c, f):
        x.data += 0.01 * x.grad
    assert ((a * b + c) * f).data == pytest.approx(-7.286496)
    h = 0.001
    _, b, _, _, total = expression()
    a, moved, c, f, _ = expression()
    moved.data += h
    assert (((a * moved + c) * f).data - total.data) / h == pytest.approx(-4.0)


def neuron():
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    return x1, x2, w1, w2, b


def by_hand(x1, x2, w1, w2, b):
    x1w1, x2w2 = x1 * w1, x2 * w2
    both = x1w1 + x2w2
    n = both + b
    o = n.tanh()
    for node, label in ((x1w1, "x1*w1"), (x2w2, "x2*w2"), (both, "x1*w1 + x2*w2"), (n, "n")):
        node.label = label
    return x1w1, x2w2, both, n, o


RIGHT = pytest.approx([-1.5, 0.5, 1.0, 0.0, 0.5])


def test_a_neurons_gradients_are_assigned_from_the_end_to_the_beginning():
    x1, x2, w1, w2, b = neuron()
    x1w1, x2w2, both, n, o = by_hand(x1, x2, w1, w2, b)
    o.grad = 1.0
    assert 1 - o.data**2 == pytest.approx(0.5)
    n.grad = 0.5
    both.grad = b.grad = 0.5
    x1w1.grad = x2w2.grad = 0.5
    x2.grad, w2.grad = w2.data * x2w2.grad, x2.data * x2w2.grad
    x1.grad, w1.grad = w1.data * x1w1.grad, x1.data * x1w1.grad
    assert [x.grad for x in (x1, x2, w1, w2, b)] == RIGHT
    assert "{ x1*w1 + x2*w2 | data -6.0000 | grad 0.5000 }" in drawn(o)


def test_a_neurons_gradients_are_passed_on_node_by_node():
    leaves = neuron()
    x1w1, x2w2, both, n, o = by_hand(*leaves)
    o.grad = 1.0
    for node in (o, n, leaves[4], both, x2w2, x1w1):
        node._backward()
    assert [x.grad for x in leaves] == RIGHT


def test_a_neurons_gradients_come_by_a_sort_of_ones_own_and_by_backward():
    for own in (True, False):
        leaves = neuron()
        o = by_hand(*leaves)[-1]
        order, seen = [], set()

        def sort(node, seen=seen, order=order):
            if node not in seen:
                seen.add(node)
                for x in node._prev:
                    sort(x)
                order.append(node)

        sort(o)
        assert len(order) == 10
        assert order[-1] is o
        if own:
            o.grad = 1.0
            for node in reversed(order):
                node._backward()
        else:
            o.backward()
        assert [x.grad for x in leaves] == RIGHT


def test_a_number_that_is_used_twice():
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    b.backward()
    assert a.grad == 2.0
    assert "{ a | data 3.0000 | grad 2.0000 }" in drawn(b)
    a, b = Value(-2.0, label="a"), Value(3.0, label="b")
    (a * b * (a + b)).backward()
    assert (a.grad, b.grad) == (-3.0, -8.0)


def test_tanh_in_its_parts_gives_the_same():
    x1, x2, w1, w2, b = leaves = neuron()
    e = (2 * (x1 * w1 + x2 * w2 + b)).exp()
    o = (e - 1) / (e + 1)
    o.label = "o"
    o.backward()
    assert o.data == pytest.approx(math.sqrt(0.5))
    assert [x.grad for x in leaves] == RIGHT
    assert "{ o | data 0.7071 | grad 1.0000 }" in drawn(o)


class Neuron:
    def __init__(self, inputs, rng):
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(inputs)]
        self.b = Value(rng.uniform(-1, 1))

    def __call__(self, x):
        return sum((w * x for w, x in zip(self.w, x, strict=True)), self.b).tanh()

    def parameters(self):
        return [*self.w, self.b]


class Network:
    def __init__(self, *sizes, rng):
        self.layers = [[Neuron(n, rng) for _ in range(m)] for n, m in pairwise(sizes)]

    def __call__(self, x):
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]


def test_a_network_of_ones_own_classes_learns_four_samples():
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    network, losses = Network(3, 4, 4, 1, rng=random.Random(3)), []
    assert len(network.parameters()) == 41
    for _ in range(20):
        found = [network(x) for x in xs]
        loss = sum((out - wanted) ** 2 for wanted, out in zip(ys, found, strict=True))
        for p in network.parameters():
            p.grad = 0.0
        loss.backward()
        for p in network.parameters():
            p.data += -0.1 * p.grad
        losses.append(loss.data)
    assert losses[-1] < 0.05 < losses[0]
    assert [round(y.data) for y in found] == ys
