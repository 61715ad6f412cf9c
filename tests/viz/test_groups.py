"""Boxes: which there are, what is in them, what closing and leaving out does."""

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, Value, exp, scope, tanh, topological
from viz.graph.groups import boxes_of


def sigmoid(z):
    with scope("sigmoid"):
        return 1.0 / (1.0 + exp(-z))


def model_and_loss():
    model = nn.MLP(2, [3], 1, activation="tanh", rng=0)
    loss = nn.mse_loss(model(np.ones((4, 2))), np.zeros((4, 1)))
    return model, loss


def chain(length):
    y = Value(1.0, label="start")
    for _ in range(length):
        y = y * 1.0
    return y


def test_a_scope_is_a_box_around_what_it_recorded():
    z = Value(0.0, label="z")
    picture = viz.draw(sigmoid(z)).picture
    (group,) = picture.groups
    assert group.name == "sigmoid"
    assert {n.name: n.group for n in picture.nodes if n.kind != "constant"} == {
        "z": None,
        "neg#1": "g0",
        "exp#1": "g0",
        "add#1": "g0",
        "div#1": "g0",
    }


def test_boxes_are_inside_each_other_as_the_calls_were():
    _, loss = model_and_loss()
    groups = {g.name: g for g in viz.draw(loss).picture.groups}
    model = groups["MLP"]
    inner = next(g for name, g in groups.items() if name.startswith("layer 1 ([0])"))
    assert inner.parent == model.id
    assert model.parent is None
    assert model.caption == "13 parameters"


def test_parameters_are_in_the_box_of_the_module_that_holds_them():
    _, loss = model_and_loss()
    picture = viz.draw(loss).picture
    names = {g.id: g.name for g in picture.groups}
    by_name = {n.name: names.get(n.group) for n in picture.nodes}
    assert by_name["[0].weight"] == "layer 1 ([0]) · Dense"
    assert by_name["[2].bias"] == "layer 2 ([2]) · Dense"


def test_parameters_of_a_module_that_is_called_twice_have_a_box_of_their_own():
    class Scale(nn.Module):
        def __init__(self):
            self.factor = Value(2.0)

        def forward(self, x):
            return self.factor * x

    scale = Scale()
    picture = viz.draw(scale(Value(1.0)) + scale(Value(3.0))).picture
    names = {g.id: g.name for g in picture.groups}
    assert [names[n.group] for n in picture.nodes if n.name == "factor"] == [
        "parameters of Scale · Scale"
    ]


def test_depth_closes_boxes_and_tells_what_is_in_them():
    model, loss = model_and_loss()
    loss.backward()
    closed = {n.name: n for n in viz.draw(loss, depth=0).picture.nodes if n.kind == "group"}
    assert set(closed) == {"MLP", "mse_loss"}
    notes = " ".join(closed["MLP"].notes)
    assert "13 parameters" in notes
    norm = np.sqrt(sum(np.sum(p.grad**2) for p in model.parameters()))
    assert f"{norm:.4g}" in notes
    assert closed["MLP"].shape == "4×1 float64"
    assert closed["mse_loss"].gradient.text == "1.0"
    one = viz.draw(loss, depth=1).picture
    assert [g.name for g in one.groups] == ["MLP", "mse_loss"]
    assert {"layer 1 ([0]) · Dense", "[1] · Tanh", "layer 2 ([2]) · Dense"} <= {
        n.name for n in one.nodes
    }


def test_the_shapes_of_parameters_are_told():
    _, loss = model_and_loss()
    notes = [note for n in viz.draw(loss, depth=1).picture.nodes for note in n.notes]
    assert "9 parameters: weight 2×3, bias 3" in notes


def test_fold_of_one_name_alone_says_how_it_is_written():
    with pytest.raises(TypeError, match=r"fold=\['sigmoid'\]"):
        viz.draw(sigmoid(Value(1.0)), fold="sigmoid")
    with pytest.raises(TypeError, match=r"list of names.*not True; depth=0"):
        viz.draw(sigmoid(Value(1.0)), fold=True)


def test_fold_closes_by_name():
    z = Value(0.0, label="z")
    picture = viz.draw(sigmoid(z) * 2.0, fold=["sigmoid"]).picture
    kinds = {n.name: n.kind for n in picture.nodes}
    assert kinds["sigmoid"] == "group"
    assert "exp#1" not in kinds


def test_contributions_into_a_closed_box_add_up():
    # y = x·x + 3x at x = 2: ∂y/∂x = 2·2 + 3 = 7, along two paths into the box
    x = Value(2.0, label="x")
    with scope("polynomial"):
        y = x * x + 3.0 * x
    y.backward()
    (edge,) = viz.draw(y, depth=0).picture.edges
    assert edge.count == 3
    assert edge.contribution.size == 7.0


def test_edges_from_different_results_of_a_closed_box_are_one_with_a_norm():
    x = Value(2.0, label="x")
    with scope("pair"):
        p, q = x * 3.0, x * 4.0
    y = p * 3.0 + q * 4.0
    y.backward()
    picture = viz.draw(y, depth=0).picture
    assert [n.value for n in picture.nodes if n.kind == "group"] == ["2 results"]
    with scope("sum"):
        total = p + q
    total.backward()
    picture = viz.draw(total, fold=["pair"]).picture
    (edge,) = [e for e in picture.edges if e.target == picture.nodes[-1].id]
    assert edge.count == 2
    assert edge.contribution.size == pytest.approx(np.sqrt(2.0))


def test_a_value_used_twice_has_two_edges_also_out_of_a_closed_box():
    x = Value(2.0, label="x")
    with scope("inner"):
        a = x * 3.0
    picture = viz.draw(a + a, depth=0).picture
    assert [(e.source, e.target) for e in picture.edges][-2:] == [("n1", "n2")] * 2


def test_over_300_nodes_boxes_are_closed_and_the_picture_says_so():
    x = Value(0.1, label="x")
    with scope("outer"):
        for _ in range(100):
            x = sigmoid(x)
    picture = viz.draw(x).picture
    assert len(picture.nodes) == 101
    assert picture.notice == "401 nodes, so boxes more than 1 deep are closed"
    assert picture.notice in viz.draw(x).dot
    assert "so boxes more than 1 deep are closed" in viz.draw(x).svg


def test_without_boxes_only_the_nearest_nodes_are_shown():
    picture = viz.draw(chain(500)).picture
    assert "300 of 501 nodes nearest to the result" in picture.notice
    assert picture.nodes[-1].value == "1.0"
    assert any("1 input not shown" in n.notes for n in picture.nodes)
    assert not any(n.name == "start" for n in picture.nodes)


def test_over_1500_nodes_an_error_says_what_to_do():
    y = chain(1600)
    with pytest.raises(viz.TooLargeError, match=r"1,601 nodes.*1,500.*limit.*force=True"):
        viz.draw(y, limit=None)
    assert len(viz.draw(y, limit=None, force=True).picture.nodes) == 3201  # with constants


@pytest.mark.slow
def test_a_large_graph_is_answered_in_calls_in_proportion_to_its_nodes(calls_of):
    """Counted, not timed: 100,000 nodes take less than a second on an idle machine."""

    def graph(blocks):
        y = Value(1.0)
        for _ in range(blocks):
            with scope("block"):
                for _ in range(20):
                    y = tanh(y * 1.0)
        return y

    def refused(y):
        with pytest.raises(viz.TooLargeError):
            viz.draw(y, limit=None)

    small, large = graph(100), graph(400)
    assert len(topological(large)) == 16_001
    assert len(viz.draw(large).picture.nodes) <= 310
    for answer in (lambda y: viz.draw(y).svg, refused):
        few, many = (calls_of(lambda y=y, answer=answer: answer(y)) for y in (small, large))
        assert (many - few) / 12_000 < 140  # for each further node; 110 when this was written


def test_nodes_of_a_tensor_graph_are_in_boxes_too():
    with scope("layer"):
        y = tanh(Tensor(np.ones((2, 2))))
    order = topological(y)
    assert [box.name for box in boxes_of(order).values()] == ["layer"]
