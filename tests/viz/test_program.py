"""Pictures of programs: the calls, statements and containers that made a graph, level by level."""

import re

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, Value, scope, source_lines
from tests.viz import gpt


@pytest.fixture(scope="module")
def drawing():
    return viz.draw(gpt.loss_of, gpt.EMMA)


@pytest.fixture(scope="module")
def loss():
    loss = gpt.loss_of(gpt.EMMA)
    loss.backward()
    yield loss
    for p in gpt.params:
        p.grad = 0.0


def names(drawing):
    return [box.name for box in drawing.picture.nodes]


def box(drawing, name):
    (found,) = [one for one in drawing.picture.nodes if one.name == name]
    return found


class TestTheTopOfAGPT:
    def test_shows_containers_stacks_and_statements(self, drawing):
        assert set(names(drawing)[:9]) == set(gpt.weights)
        assert names(drawing)[9:11] == ["gpt × 7", "softmax × 7"]
        assert len(names(drawing)) == 13
        assert box(drawing, "wte").shape == "27×16"
        assert box(drawing, "gpt × 7").stack == 7
        assert box(drawing, "gpt × 7").shape == "7×27"  # the logits of seven letters

    def test_is_whole_on_a_screen_with_letters_of_eleven_pixels(self, drawing):
        width, height = map(float, re.findall(r'(?:width|height)="(\d+)px"', drawing.svg)[:2])
        smallest = min(map(float, re.findall(r'font-size="([\d.]+)"', drawing.svg)))
        assert smallest * min(1280 / width, 720 / height, 1.0) >= 11

    def test_has_the_numbers_and_gradients_of_backward(self, drawing, loss):
        assert drawing.picture.nodes[-1].value == f"{loss.data:.3f}"
        for name, rows in gpt.weights.items():
            norm = np.linalg.norm([[p.grad for p in row] for row in rows])
            assert box(drawing, name).gradient.size == pytest.approx(norm, rel=1e-12)

    def test_leaves_no_gradient_behind(self):
        w = [Value(0.1 * i) for i in range(9)]
        viz.draw(lambda: sum(x * x for x in w))
        assert not any(x.has_grad for x in w)

    def test_each_line_carries_what_flows_back_along_it(self, drawing):
        ids = {one.name: one.id for one in drawing.picture.nodes}
        sent = {(e.source, e.target): e.contribution.size for e in drawing.picture.edges}
        assert sent[ids["wte"], ids["gpt × 7"]] == pytest.approx(
            box(drawing, "wte").gradient.size, rel=1e-12
        )


class TestOpening:
    def open(self, path):
        return viz.draw(gpt.loss_of, gpt.EMMA[:4], inside=path)

    def test_a_stack_opens_to_its_members(self):
        assert {"gpt[0]", "gpt[1]", "gpt[2]"} <= set(names(self.open("gpt")))

    def test_leads_down_to_one_dot_product_and_its_numbers(self, loss):
        assert {"attention", "mlp", "rmsnorm", "keys", "wq"} <= set(names(self.open("gpt[2]")))
        assert "attend × 4" in names(self.open("gpt[2]/attention"))
        head = self.open("gpt[2]/attention/attend[1]")
        assert {"query", "keys", "softmax", "values"} <= set(names(head))
        assert box(head, "keys").shape == "3×4"
        rows = self.open("gpt[2]/attention/linear")
        assert [f"[{i}]" for i in range(16)] == names(rows)[-16:]
        product = self.open("gpt[2]/attention/linear/[3]")
        assert {f"wq[3][{i}]" for i in range(16)} <= set(names(product))
        assert names(product)[-1] == "query[3]"
        assert (
            box(product, "wq[3][5]").value
            == viz.draw(gpt.weights["wq"][3][5]).picture.nodes[0].value
        )

    def test_a_wrong_path_is_told_what_there_is(self):
        with pytest.raises(ValueError, match=r"no part 'heads'.*there are gpt, gpt\[0\]"):
            self.open("heads")
        with pytest.raises(ValueError, match=r"in 'gpt\[1\]' there are add, rmsnorm"):
            self.open("gpt[1]/nothing")


class TestBareLosses:
    def test_the_callers_containers_are_boxes(self):
        w = {"first": [[Value(0.01 * i * j) for i in range(20)] for j in range(20)]}
        flat = [p for row in w["first"] for p in row]
        total = sum(p * p for p in flat)
        drawn = viz.draw(total)
        assert names(drawn)[0] == "first"
        assert names(drawn)[1] == "operations 0 … 255"
        assert box(drawn, "first").shape == "20×20"
        assert "noted by draw(f, x)" in drawn.picture.notice
        assert viz.explain(total, w["first"][3][5]).text().startswith("∂total/∂first[3][5]")

    def test_names_may_be_given(self, loss):
        drawn = viz.draw(loss, names=gpt.weights)
        assert set(gpt.weights) <= set(names(drawn))

    def test_marked_functions_are_stacks_where_lines_are_noted(self):
        xs = [Value(float(i)) for i in range(4)]
        with source_lines(functions=True):
            y = sum(square_twice(x) for x in xs)
        group = {g.name for g in viz.draw(y).picture.groups}
        assert group == {"square_twice", "square"}


def square(x):
    return -(x * x)


def square_twice(x):
    return square(square(x))


class Line:
    """A class of the user's, as people write them."""

    def __init__(self):
        self.w, self.b = Value(2.0), Value(1.0)

    def slope(self, x):
        return 1.0 * self.w * x

    def __call__(self, x):
        return self.slope(x) + self.b


class TestSmallPrograms:
    def groups(self, *given):
        return [group.name for group in viz.draw(*given).picture.groups]

    def test_calls_are_boxes_without_any_mark(self):
        drawn = viz.draw(square_twice, Value(3.0))
        assert [g.name for g in drawn.picture.groups] == ["square_twice", "square", "square"]
        assert names(drawn)[0] == "x"
        assert drawn.picture.nodes[-1].value == "-81.0"
        assert drawn.picture.nodes[0].gradient.text == "-108.0"

    def test_arguments_variables_and_closures_are_names(self):
        c = Value(5.0)

        def f(a):
            twice = a * 2.0
            return twice + c

        assert {"a", "twice", "c"} <= set(names(viz.draw(f, Value(1.0))))

    def test_recursion_nests(self):
        def power(x, n):
            return x if n == 0 else x * power(x, n - 1) + 0.0

        assert self.groups(power, Value(2.0), 3) == ["power"] * 3

    def test_lambdas_comprehensions_and_generators_are_part_of_the_function_around_them(self):
        def evens(xs):
            for x in xs:
                yield x * 2.0

        def f(xs):
            halves = (x / 2.0 for x in evens([x + 1.0 for x in xs]))
            return sum(sorted(halves, key=lambda x: -x))

        assert self.groups(f, [Value(1.0), Value(2.0)]) == ["f", "evens"]
        assert self.groups(lambda x: x * x, Value(1.0)) == []

    def test_methods_have_the_name_of_their_class(self):
        line = Line()
        drawn = viz.draw(line, Value(3.0))
        assert [g.name for g in drawn.picture.groups] == ["Line", "Line.slope"]
        assert {"x", "w", "b"} <= {n.rpartition(".")[2] for n in names(drawn)}

    def test_a_marked_function_is_one_box_not_two(self):
        @scope
        def twice(x):
            return x * 2.0 + 0.0

        @scope("half")
        def divided(x):
            return x / 2.0 + 0.0

        def f(x):
            return divided(twice(x)) + 0.0

        assert self.groups(f, Value(1.0)) == ["f", "twice", "half", "divided"]
        with scope("block"):
            y = twice(Value(1.0))
        assert [s.name for s in y.origin.scopes()] == ["block", "twice"]

    def test_modules_and_our_functions_stay_as_they_are(self):
        model = nn.MLP(2, [3], 1, rng=0)

        def error(x, y):
            return nn.mse_loss(model(x), y)

        drawn = viz.draw(error, Tensor(np.ones((4, 2))), np.zeros((4, 1)))
        groups = [g.name for g in drawn.picture.groups]
        loss = nn.mse_loss(model(Tensor(np.ones((4, 2)))), np.zeros((4, 1)))
        assert groups == ["error", *(g.name for g in viz.draw(loss).picture.groups)]
        assert "[0].weight" in names(drawn)

    def test_a_module_of_the_users_is_one_box(self):
        class Double(nn.Module):
            def forward(self, x):
                return x * 2.0 + 0.0

        assert self.groups(Double(), Tensor([1.0, 2.0])) == ["Double"]

    def test_a_function_that_raises_passes_it_on(self):
        with pytest.raises(ZeroDivisionError):
            viz.draw(lambda x: x / 0.0, Value(1.0))
        assert (Value(1.0) * 2.0).origin is None

    def test_results_that_are_no_node_are_refused_with_the_remedy(self):
        with pytest.raises(
            TypeError, match=r"square returned float = -4\.0.*give it a Value or Tensor"
        ):
            viz.draw(square, 2.0)

        def pair(x):
            return [x, x]

        with pytest.raises(TypeError, match=r"a list of 2.*draw\(lambda: pair\(…\)\[0\]\)"):
            viz.draw(pair, Value(1.0))
        with pytest.raises(TypeError, match="arguments for a function"):
            viz.draw(Value(1.0), Value(2.0))
