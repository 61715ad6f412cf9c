"""The Wengert list, replayed: its lines are Python, so running them must give the numbers."""

import math

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, exp, log, primitives, relu, tanh


def test_forward_and_backward_by_hand():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    y = x * w + x
    tape = viz.tape(y)
    assert [str(line) for line in tape.forward] == [
        "v1 = x",
        "v2 = w",
        "v3 = v1 * v2",
        "v4 = v3 + v1",
    ]
    assert [str(line) for line in tape.backward] == [
        "g4 = 1",
        "g3 = g4",
        "g1 = g4",
        "g1 += g3 * v2",
        "g2 = g3 * v1",
    ]
    assert [line.data for line in tape.backward] == [1.0, 1.0, 1.0, -2.0, 2.0]


def run(tape, leaves):
    """Execute the lines as Python, with the rows of the table for names."""
    known = {**primitives(), **leaves}
    for line in tape.forward + tape.backward:
        exec(str(line), known)
        assert np.allclose(known[line.target], line.data)
    return known


def test_the_lines_are_a_program_that_computes_value_and_gradients():
    x, w = Value(0.7, label="x"), Value(1.3, label="w")
    y = log(1.0 + exp(x * w)) / x + relu(w - x) ** 3 - tanh(w) * w
    tape = viz.tape(y)
    known = run(tape, {"x": 0.7, "w": 1.3})
    y.backward()
    place = {line.name: line.target for line in tape.forward}
    assert known[place["x"].replace("v", "g")] == pytest.approx(x.grad)
    assert known[place["w"].replace("v", "g")] == pytest.approx(w.grad)


def test_the_lines_of_arrays_are_a_program_too():
    X = Tensor(np.arange(12.0).reshape(4, 3) / 10, label="X")
    W = Tensor(np.arange(6.0).reshape(3, 2) - 2, label="W")
    b = Tensor([0.5, -0.5], label="b")
    scale = Tensor(np.full((4, 1), 1.5), label="scale")
    loss = (tanh((X @ W + b) * scale) ** 2).sum()
    tape = viz.tape(loss)
    known = run(tape, {"X": X.data, "W": W.data, "b": b.data, "scale": scale.data})
    assert any(line.formula.startswith("sum(g5, axis=0)") for line in tape.backward)
    loss.backward()
    place = {line.name: line.target for line in tape.forward}
    for leaf in (W, b, scale):
        assert np.allclose(known[place[leaf.label].replace("v", "g")], leaf.grad)


def test_reductions_spread_and_do_not_sum():
    X = Tensor(np.ones((4, 1)), label="X")
    for loss in (X.sum(), X.sum(axis=1).sum(), X.sum(axis=0, keepdims=True).sum()):
        formulas = [line.formula for line in viz.tape(loss).backward]
        assert not any("sum" in formula for formula in formulas)


def test_gradients_are_left_alone_and_a_leaf_has_a_tape():
    a = Value(2.0, label="a")
    y = a * a
    text = viz.tape(y).text()
    assert "v1 = a" in text
    assert not a.has_grad
    assert "g1 = 1" in viz.tape(a).text()


def test_the_html_is_escaped():
    a = Value(2.0, label="<b>&")
    html = viz.tape(a * 1.0)._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html


def test_numbers_only():
    with pytest.raises(TypeError, match=r"viz\.tape"):
        viz.tape(math.pi)


def test_a_graph_that_nobody_could_read_is_refused_at_once():
    x = loss = Value(1.0)
    for _ in range(150_000):
        loss = loss + x
    for show in (viz.tape, viz.steps):
        with pytest.raises(viz.TooLargeError, match="150,001 are more than 20,000"):
            show(loss)
