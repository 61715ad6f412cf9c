"""Formulas as LaTeX, of what was recorded and of each row's partials."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, latex, partial_latex, primitives
from autograd.rows.elementwise import Elementwise

a, b, w1 = Value(2.0, label="a"), Value(3.0, label="b"), Value(0.5, label="w1")

EXPRESSIONS = [
    (lambda: a + b, "a + b"),
    (lambda: a - b, "a - b"),
    (lambda: a * b, r"a \cdot b"),
    (lambda: a / b, r"\frac{a}{b}"),
    (lambda: -a, "-a"),
    (lambda: a**2, "a^2"),
    (lambda: a**b, "a^{b}"),
    (lambda: a**3, "a^{3}"),
    (lambda: a.exp(), "e^{a}"),
    (lambda: a.log(), r"\ln a"),
    (lambda: a.tanh(), r"\tanh a"),
    (lambda: a.sqrt(), r"\sqrt{a}"),
    (lambda: abs(a), r"\left|{a}\right|"),
    (lambda: w1 * 2, r"w_{1} \cdot 2"),
    # parentheses where, and only where, they are needed
    (lambda: (a + b) * a, r"\left(a + b\right) \cdot a"),
    (lambda: a * (a + b), r"a \cdot \left(a + b\right)"),
    (lambda: a + b + a, "a + b + a"),
    (lambda: a - (b - a), r"a - \left(b - a\right)"),
    (lambda: a - b - a, "a - b - a"),
    (lambda: a - (b + a), r"a - \left(b + a\right)"),
    (lambda: (a + b) / (a - b), r"\frac{a + b}{a - b}"),
    (lambda: (a + b) ** 2, r"\left(a + b\right)^2"),
    (lambda: (a * b) ** 2, r"\left(a \cdot b\right)^2"),
    (lambda: (-a) ** 2, r"\left(-a\right)^2"),
    (lambda: -(a + b), r"-\left(a + b\right)"),
    (lambda: (a + b).exp(), "e^{a + b}"),
    (lambda: (a**2) ** b, r"\left(a^2\right)^{b}"),
    (lambda: (a + b).tanh(), r"\tanh \left(a + b\right)"),
    (lambda: a + -b, r"a + \left(-b\right)"),
    (lambda: a * -2.0, r"a \cdot \left(-2\right)"),
]


@pytest.mark.parametrize(("make", "text"), EXPRESSIONS, ids=[text for _, text in EXPRESSIONS])
def test_recorded_expressions(make, text):
    assert latex(make()) == text


def test_unlabelled_leaves_are_their_numbers():
    assert latex(Value(2.5) * a) == r"2.5 \cdot a"
    assert latex(a * 1e-9) == r"a \cdot 1 \times 10^{-9}"


def test_a_labelled_interior_node_stands_for_itself():
    h = a * b
    h.label = "h"
    assert latex(h + a) == "h + a"
    assert latex(h) == r"a \cdot b"


def test_tensors_and_reductions():
    X, W = Tensor(np.ones((2, 3)), label="X"), Tensor(np.ones((3, 1)), label="W")
    assert latex(X @ W) == r"X \, W"
    assert latex(X.T) == r"X^{\mathsf{T}}"
    assert latex(ag.sum(X)) == r"\sum X"
    assert r"2 \times 3" in latex(Tensor(np.ones((2, 3))) * 2)


def test_a_neuron():
    assert latex(ag.dot([w1, a], [b, 2.0], bias=a)) == r"w_{1} \cdot b + a \cdot 2 + a"


def test_labels_with_special_characters_are_escaped():
    assert latex(Value(1.0, label="50% of_it")) == r"\text{50\% of\_it}"
    assert "\\" not in latex(Value(1.0, label="x")).replace(r"\text", "")


def test_a_deep_expression_ends_in_dots():
    x = a
    for _ in range(50):
        x = x + 1.0
    text = latex(x)
    assert r"\ldots" in text
    assert len(text) < 500


PARTIALS = {
    ("mul", 0): "y",
    ("mul", 1): "x",
    ("add", 0): "1",
    ("sub", 1): "-1",
    ("div", 0): r"\frac{1}{y}",
    ("div", 1): r"\frac{-z}{y}",
    ("tanh", 0): "1 - z^2",
    ("exp", 0): "z",
    ("log", 0): r"\frac{1}{x}",
    ("sin", 0): r"\cos x",
    ("cos", 0): r"-\sin x",
    ("sqrt", 0): r"\frac{1}{2 \cdot z}",
    ("square", 0): r"2 \cdot x",
    ("pow", 0): r"y \cdot x^{y - 1}",
    ("pow", 1): r"z \cdot \ln x",
    ("greater", 0): "0",
    ("logsumexp", 0): "e^{x_i - z}",
    ("norm", 0): r"\frac{x_i}{z}",
    ("sum", 0): "1",
    ("mean", 0): r"\frac{1}{n}",
}


@pytest.mark.parametrize(("name", "position"), PARTIALS)
def test_partials_as_a_formula_sheet_has_them(name, position):
    assert partial_latex(primitives()[name], position) == PARTIALS[name, position]


@pytest.mark.parametrize("name", primitives())
def test_every_row_has_balanced_latex(name):
    op = primitives()[name]
    n = op.arity if isinstance(op, Elementwise) else 1
    texts = [op.latex, *(partial_latex(op, i) for i in range(n))]
    if isinstance(op, Elementwise):
        points = [sum(interval) / 2 or 0.5 for interval in op.sample]
        xs = [Value(x, label=s) for x, s in zip(points, "cxy"[-n:], strict=True)]
        texts.append(latex(op(*xs)))
    for text in texts:
        assert text
        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")
    assert "$" not in "".join(texts[1:])
