"""Names without boilerplate: labels, module paths, the caller's variables, operations."""

import sys

import numpy as np

import nn
import viz
from autograd import Tensor, Value, topological
from viz.graph.names import names_of, paths_of, variables_of

OUTSIDE = Value(1.0)


def drawn(drawing):
    return [n.name for n in drawing.picture.nodes if n.kind != "constant"]


def test_a_label_comes_first():
    a = Value(2.0, label="weight of a goose")
    b = a * a
    assert drawn(viz.draw(b)) == ["weight of a goose", "b"]


def test_the_callers_variables_name_what_has_no_label():
    first = Value(2.0)
    result = first * 3.0
    assert drawn(viz.draw(result)) == ["first", "result"]


def test_lists_tuples_dicts_and_arrays_of_nodes_are_looked_into():
    xs = [Value(1.0), Value(2.0)]
    pair = (Value(3.0),)
    table = {"w": Value(4.0)}
    grid = np.array([[Value(5.0), Value(6.0)]])
    nested = [[Value(7.0)]]
    total = xs[0] + xs[1] + pair[0] + table["w"] + grid[0, 1] + nested[0][0]
    names = drawn(viz.draw(total))
    for name in ("xs[0]", "xs[1]", "pair[0]", "table['w']", "grid[0,1]", "nested[0][0]"):
        assert name in names


def test_a_variable_comes_before_a_place_in_a_list_and_that_before_a_list_of_lists():
    deep = [[Value(1.0), Value(2.0)]]
    flat = deep[0]
    alone = flat[1]
    assert drawn(viz.draw(alone * flat[0])) == ["flat[0]", "alone", "mul#1"]


def test_global_variables_come_after_local_ones():
    y = OUTSIDE * 2.0
    assert drawn(viz.draw(y)) == ["OUTSIDE", "y"]


def test_private_and_notebook_variables_are_not_names():
    _hidden = Value(1.0)
    y = _hidden * 2.0
    found = variables_of(sys._getframe())
    assert id(_hidden) not in found
    assert found[id(y)] == "y"


def test_the_rest_is_named_after_its_operation_and_counted():
    a = Value(1.0, label="a")
    assert drawn(viz.draw((a * a) * (a * a) + a)) == ["a", "mul#1", "mul#2", "mul#3", "add#1"]


def test_names_can_be_switched_off_or_given():
    a = Value(1.0, label="a")
    hidden = a * 2.0
    assert drawn(viz.draw(hidden, names=False)) == ["a", "mul#1"]
    assert drawn(viz.draw(hidden, names={a: "alpha", hidden: "h"})) == ["alpha", "h"]
    assert drawn(viz.draw(hidden, names={a: "alpha"})) == ["alpha", "hidden"]


def test_constant_arrays_have_the_callers_names_too():
    X = np.ones((2, 3))
    loss = (X @ Tensor(np.ones((3, 1)), label="W")).sum()
    constants = [n for n in viz.draw(loss).picture.nodes if n.kind == "constant"]
    assert [(n.name, n.shape) for n in constants] == [("X", "2×3 float64")]


def test_parameters_are_named_by_their_path_in_the_module():
    model = nn.MLP(2, [3], 1, rng=0)
    loss = nn.mse_loss(model(np.ones((4, 2))), np.zeros((4, 1)))
    assert {"[0].weight", "[0].bias", "[2].weight", "[2].bias"} <= set(drawn(viz.draw(loss)))


def test_cells_of_an_array_parameter_have_their_index():
    class Line(nn.Module):
        def __init__(self):
            self.weight = np.array([[Value(1.0), Value(2.0)]])

        def forward(self, x):
            return self.weight[0, 1] * x

    assert drawn(viz.draw(Line()(2.0))) == ["weight[0,1]", "mul#1"]


def test_an_explicit_label_wins_over_the_path():
    class Line(nn.Module):
        def __init__(self):
            self.weight = Value(1.0, label="slope")

        def forward(self, x):
            return self.weight * x

    assert drawn(viz.draw(Line()(2.0))) == ["slope", "mul#1"]


def test_two_modules_with_equal_paths_are_told_apart():
    class Scale(nn.Module):
        def __init__(self):
            self.factor = Value(2.0)

        def forward(self, x):
            return self.factor * x

    order = topological(Scale()(Scale()(Value(1.0))))
    names = list(paths_of(order).values())
    assert len(set(names)) == 2
    assert all("factor" in name for name in names)


def test_drawing_keeps_no_variable_alive():
    import gc
    import weakref

    class Marker:
        pass

    def draw_once():
        marker = Marker()
        a = Value(1.0)
        return viz.draw(a * 2.0), weakref.ref(marker)

    _drawing, reference = draw_once()
    gc.collect()
    assert reference() is None


def test_names_are_made_in_one_walk(calls_of):
    y = Value(1.0)
    for _ in range(10_000):
        y = y * 1.0
    order = topological(y)
    few, many = order[:1_001], order
    assert len(names_of(many)) == 10_001
    assert calls_of(lambda: names_of(many)) < 10.2 * calls_of(lambda: names_of(few))
