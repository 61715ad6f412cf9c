"""The program speaks of what the user wrote: the names of variables, and lines of the code."""

import re

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, Value
from autograd.tracing import trace


def head(step):
    return re.search(r"def \w+\((.*)\):", step.source)[1]


def lines(step):
    """The lines of the program, each with its comment."""
    return [line.strip().partition("  # ")[::2] for line in step.source.splitlines()]


# --- names -----------------------------------------------------------------------------------


def test_values_are_called_as_the_function_calls_them():
    step = trace(lambda x, y: x * x * y + 3.0 * y)
    step(Value(2.0), Value(1.0))
    assert head(step) == "x, y"
    assert "d_x = " in step.source
    assert "d_y = " in step.source


def test_numbers_are_called_as_the_function_calls_them():
    step = trace(lambda rate, w: ag.exp(rate * w))
    step(0.5, Value(2.0))
    assert set(head(step).split(", ")) == {"rate", "w"}
    assert "return result, d_w" in step.source


def test_labels_win():
    step = trace(lambda x, y: x * ag.exp(y))
    step(Value(2.0, "height"), Value(1.0))
    assert head(step) == "y, height"
    step = trace(lambda x: ag.exp(x * w).sum())
    w = Tensor([1.0, 2.0], "weight")
    step(Tensor([1.0, 2.0], "rows"))
    assert head(step) == "rows, weight"


def test_structures_are_numbered():
    step = trace(lambda pair, scale: ag.exp(pair[0]) * ag.tanh(pair[1]) * scale["a"])
    step((Value(1.0), Value(2.0)), {"a": 3.0})
    assert set(head(step).split(", ")) == {"pair0", "pair1", "scale"}
    step = trace(lambda pair: (pair[0] * pair[1]).sum())
    step([np.ones(2), Tensor(np.ones(2))])
    assert head(step) == "pair0, pair1"


def test_a_list_of_values_is_one_array_with_its_name():
    step = trace(lambda u, v: sum(a * b for a, b in zip(u, v, strict=True)))
    step([Value(1.0), Value(2.0), Value(3.0)], [Value(1.0), Value(2.0), Value(3.0)])
    assert set(head(step).split(", ")) == {"u", "v"}
    cells = np.array([Value(1.0), Value(2.0), Value(3.0)])
    step = trace(lambda weights, x: ag.tanh(ag.dot(weights, x)))
    step(cells, np.ones(3))
    assert set(head(step).split(", ")) == {"weights", "x"}


def test_more_arguments_and_keywords():
    step = trace(lambda *xs, shift: ag.exp(xs[0]) * ag.tanh(xs[1]) + shift)
    step(Value(1.0), Value(2.0), shift=Value(0.5))
    assert set(head(step).split(", ")) == {"xs0", "xs1", "shift"}


def test_what_is_met_inside_has_the_name_of_its_variable():
    slope, W = Value(2.0), Tensor(np.ones((2, 2)))
    step = trace(lambda x: ag.exp(slope * x))
    step(1.0)
    assert set(head(step).split(", ")) == {"slope", "x"}
    step = trace(lambda x: (x @ W).sum())
    step(np.ones(2))
    assert head(step) == "x, W"


def test_a_function_that_is_called_has_variables_too():
    slope = Value(2.0)

    def line(x):
        return slope * x

    step = trace(lambda x: ag.exp(line(x)))
    step(1.0)
    assert set(head(step).split(", ")) == {"slope", "x"}


def test_an_array_is_named_after_a_list_only_if_it_is_all_of_it():
    ps = [Value(float(i)) for i in range(6)]
    step = trace(lambda: ag.exp(sum(p * p for p in ps)))
    step()
    assert head(step) == "ps"
    step = trace(lambda: ag.exp(sum(p * p for p in ps[:5])) + ag.tanh(ps[5]))
    step()
    assert set(head(step).split(", ")) == {"p1", "ps5"}


def iter_of(rows):
    """Hand out rows that no variable holds."""
    return type("Hidden", (), {"__slots__": (), "__call__": lambda self, rows=tuple(rows): rows})()


def test_a_nested_list_is_one_array_with_its_name():
    rows = [[Value(float(i + j)) for i in range(3)] for j in range(2)]
    step = trace(
        lambda x: sum(ag.tanh(sum(w * e for w, e in zip(ws, x, strict=True))) for ws in rows)
    )
    step(np.ones(3))
    assert head(step) == "x, rows"


def test_what_has_no_name_is_numbered():
    def make():
        rows = iter_of([[Value(float(i + j)) for i in range(3)] for j in range(2)])
        return trace(
            lambda x: sum(ag.tanh(sum(w * e for w, e in zip(ws, x, strict=True))) for ws in rows())
        )

    sources = []
    for _ in range(2):
        step = make()
        step(np.ones(3))
        sources.append(step.source)
    assert head(step) == "x, W1"
    assert sources[0] == sources[1]


def test_a_batch_has_the_names_of_the_sample():
    w = [Value(1.0), Value(2.0)]
    step = trace(lambda x, y: (w[0] * x[0] + w[1] * x[1] - y) ** 2).over()
    step(np.ones((4, 2)), np.ones(4))
    assert head(step) == "x, y, w"


def test_gradients_are_called_after_what_they_are_of():
    u, v = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    step = trace(lambda: (u * v).sum())
    step()
    assert "d_u = np.array(v)" in step.source
    assert "d_v = np.array(u)" in step.source
    step = trace(lambda x, y: x + y)
    step(Value(1.0), Value(2.0))
    assert step.source.endswith("    return result, d_x, d_y\n")
    assert step.source == step.source


# --- comments --------------------------------------------------------------------------------


def test_a_line_of_the_user_is_the_comment():
    W = Tensor(np.ones((2, 2)), "W")

    def loss(x):
        hidden = ag.tanh(x @ W)
        return (hidden**2).sum()

    step = trace(loss)
    step(np.ones((3, 2)))
    assert [comment for text, comment in lines(step) if "=" in text][:3] == [
        "hidden = ag.tanh(x @ W)",
        "return (hidden**2).sum()",
        "",
    ]


def test_equal_comments_are_printed_once():
    def f(x):
        y = ag.exp(x) * ag.tanh(x) + ag.sin(x) * ag.exp(ag.tanh(x) * x) + ag.sin(x) * ag.cos(x) * x
        return y * y

    step = trace(f)
    step(Value(0.5))
    comments = [comment for _, comment in lines(step) if comment]
    assert len(comments) == 2
    assert comments[0].startswith("y = ag.exp(x)")
    assert comments[0].endswith(" …")
    assert comments[1] == "return y * y"


def test_values_rolled_up_have_the_line_of_the_first():
    weights = [[Value(0.1 * (i + j)) for i in range(2)] for j in range(3)]

    def layer(X):
        sums = [sum(w * x for w, x in zip(ws, row, strict=True)) for row in X for ws in weights]
        return sum(ag.tanh(s) for s in sums)

    step = trace(layer)
    step(np.ones((4, 2)))
    product, total = lines(step)[2:4]
    assert product[0] == "t1 = X @ weights"
    assert product[1].startswith("sums = [sum(w * x")
    assert total[1] == "return sum(ag.tanh(s) for s in sums)"


def test_scopes_are_named_in_place_of_lines():
    a = [Value(1.0), Value(2.0)]

    def f(x):
        with ag.scope("neuron"):
            y = ag.tanh(a[0] * x)
        return y * a[1]

    step = trace(f)
    step(0.5)
    comments = [comment for _, comment in lines(step) if comment]
    assert comments == ["neuron", "return y * a[1]"]


def test_lines_of_the_packages_do_not_count():
    model = nn.Sequential(nn.Dense(2, 1, rng=0))
    step = trace(nn.mse_loss)
    step(model(np.ones((3, 2))), np.ones((3, 1)))
    step = trace(lambda x: ag.std(x, axis=0).sum())
    step(np.random.default_rng(0).normal(size=(3, 2)))
    comments = [comment for _, comment in lines(step) if comment]
    assert comments == ["step = trace(lambda x: ag.std(x, …"]
    library = trace(ag.std)  # no line of ours at all
    library(Tensor([1.0, 2.0, 4.0]))
    assert [comment for _, comment in lines(library) if comment] == []


def test_code_without_a_file_has_no_comment():
    namespace = {"ag": ag}
    exec("def f(x):\n    return ag.exp(x) * x", namespace)
    step = trace(namespace["f"])
    step(Value(1.0))
    assert [comment for _, comment in lines(step) if comment] == []


def test_anomalies_are_found_while_a_function_is_traced():
    def f(x):
        with ag.detect_anomaly():
            return x * 1e308 * 10.0

    with pytest.raises(ag.AnomalyError, match="not finite"):
        trace(f)(Value(1.0))
