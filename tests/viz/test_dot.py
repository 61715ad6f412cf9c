"""DOT: snapshots of typical graphs, and every label safe.

After an intended change: `UPDATE_SNAPSHOTS=1 python -m pytest tests/viz/test_dot.py`, and read
the difference in `git diff`.
"""

import os
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, dot, exp, scope, tanh
from viz.graph.build import build_picture
from viz.graph.dot import to_dot
from viz.style.labels import clean

SNAPSHOTS = Path(__file__).parent / "snapshots"


def sigmoid(z):
    with scope("sigmoid"):
        return 1.0 / (1.0 + exp(-z))


def leaf():
    return Value(2.0, label="a"), {}


def product_before_backward():
    return Value(2.0, label="a") * Value(-3.0, label="b"), {}


def product_after_backward():
    y = Value(2.0, label="a") * Value(-3.0, label="b")
    y.backward()
    return y, {}


def duplicate():
    a = Value(3.0, label="a")
    y = a + a
    y.backward()
    return y, {}


def zero_gradient():
    y = Value(3.0, label="a") * 0.0
    y.backward()
    return y, {}


def micrograd_like():
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    d = a * b + c
    loss = tanh(d * Value(-2.0, label="f"))
    loss.backward()
    return loss, {}


def neuron_top_down():
    w, x = [Value(0.5, label="w1"), Value(1.0, label="w2")], [2.0, -1.0]
    y = tanh(dot(w, x, Value(0.25, label="b")))
    y.backward()
    return y, {"direction": "TD"}


def sigmoid_open():
    y = sigmoid(Value(0.0, label="z"))
    y.backward()
    return y, {}


def sigmoid_folded():
    y = sigmoid(Value(0.0, label="z"))
    y.backward()
    return y, {"fold": ["sigmoid"]}


def local_derivatives():
    y = tanh(Value(0.0, label="z") * 3.0)
    return y, {"edges": "local"}


def tensors():
    W, b = Tensor(np.ones((3, 2)), label="W"), Tensor(np.zeros(2, "f"), label="b")
    loss = ((np.ones((4, 3)) @ W + b) ** 2).mean()
    loss.backward()
    return loss, {}


def perceptron():
    model = nn.MLP(2, [3], 1, activation="tanh", rng=0)
    for i, p in enumerate(model.parameters()):
        p.data = np.full(p.shape, 0.25 * (i + 1))
    loss = nn.mse_loss(model(np.ones((4, 2))), np.zeros((4, 1)))
    loss.backward()
    return loss, {}


def perceptron_closed():
    return perceptron()[0], {"depth": 1}


def clipped():
    y = Value(1.0, label="a")
    for _ in range(9):
        y = y * 1.5
    return y, {"limit": 5}


GRAPHS = [
    leaf,
    product_before_backward,
    product_after_backward,
    duplicate,
    zero_gradient,
    micrograd_like,
    neuron_top_down,
    sigmoid_open,
    sigmoid_folded,
    local_derivatives,
    tensors,
    perceptron,
    perceptron_closed,
    clipped,
]


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
def test_the_dot_is_that_of_the_snapshot(graph):
    root, choices = graph()
    source = to_dot(build_picture(root, **choices))
    path = SNAPSHOTS / f"{graph.__name__}.dot"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(source, encoding="utf-8")
    assert source == path.read_text(encoding="utf-8")


def test_the_text_of_an_edge_stands_in_the_box_of_its_term():
    x = Value(2.0, label="x")
    with scope("inner"):
        y = tanh(x)
    y.backward()
    source = to_dot(build_picture(y))
    inside = source[source.index("subgraph") : source.index("}", source.index("subgraph"))]
    assert "id=e0-text" in inside or 'id="e0-text"' in inside
    assert "n0 [" not in inside


def test_the_text_is_the_same_for_equal_graphs():
    assert to_dot(build_picture(micrograd_like()[0])) == to_dot(build_picture(micrograd_like()[0]))


def test_what_the_engine_has_failed_on_is_not_written():
    for graph in GRAPHS:
        root, choices = graph()
        source = to_dot(build_picture(root, **choices))
        for unsafe in ("shape=record", "rank=same", "concentrate"):
            assert unsafe not in source


def test_ids_count_in_topological_order():
    picture = build_picture(micrograd_like()[0])
    names = [(n.id, n.name or n.value) for n in picture.nodes]
    assert names[:5] == [("n0", "a"), ("n1", "b"), ("n2", "mul#1"), ("n3", "c"), ("n4", "add#1")]
    assert [e.id for e in picture.edges] == [f"e{i}" for i in range(len(picture.edges))]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("\x00\x1b[31mred\x07", "[31mred"),
        ("\u202eevil\u2066", "evil"),
        ("x\ufffe\uffff\ud800y", "xy"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("שלום", "שלום"),
        ("   ", ""),
    ],
)
def test_labels_are_cleaned_of_what_disturbs_the_line(label, shown):
    assert clean(label) == shown


def test_long_labels_are_cut():
    assert clean("x" * 10_000) == "x" * 39 + "…"


def test_an_edge_that_spans_the_picture_becomes_a_tag():
    a = Value(1.0, label="everywhere")
    y = a
    for _ in range(80):
        y = y * a
    picture = build_picture(y, edges="none")
    source = to_dot(picture)
    assert '"e159-tag"' in source
    assert all(f"id={edge.id}" in source for edge in picture.edges)
