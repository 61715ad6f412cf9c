"""Pictures of programs: the calls, statements and containers that made a graph, level by level."""

import functools
import re
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor, Value, scope, source_lines

sys.path.insert(0, str(Path(__file__).parent))
import gpt

from viz.graph.levels import picture_of
from viz.graph.program import DividedGraph
from viz.graph.run import run


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


def with_heads_in_line(x):
    """A long function, with a loop in which others would call a function of their own."""
    a = [e * 2.0 for e in x]
    b = [e + 1.0 for e in a]
    c = [e * e for e in b]
    heads = []
    for h in range(4):
        part = c[4 * h : 4 * h + 4]
        scores = [p * q for p, q in zip(part, part[1:] + part[:1], strict=True)]
        shares = gpt.softmax(scores)
        mixed = [s * p for s, p in zip(shares, part, strict=True)]
        heads += mixed
    d = [e - 1.0 for e in heads]
    f = [e * 0.5 for e in d]
    g = [e * e for e in f]
    return sum(g)


class TestLoops:
    def test_passes_of_a_loop_in_a_long_function_are_a_stack(self):
        x = [Value(0.1 * i) for i in range(16)]
        drawn = viz.draw(with_heads_in_line, x)
        assert box(drawn, "for h × 4").stack == 4
        assert box(drawn, "for h × 4").shape == "4×4"
        assert len(names(drawn)) == 9
        head = viz.draw(with_heads_in_line, x, inside="for h[2]")
        assert {"c[8]", "c[9]", "c[10]", "c[11]", "softmax"} <= set(names(head))
        assert viz.draw(with_heads_in_line, x, inside="for h[2]/scores").picture.nodes[-1].value


@pytest.fixture(scope="module")
def program():
    made = run(gpt.loss_of, [gpt.EMMA[:4]])
    return DividedGraph(made.root, made.variables, made.calls, made.gradients.get)


class TestOpening:
    @pytest.fixture
    def open(self, program):
        return lambda path: picture_of(program, program.find(path))

    def test_a_stack_opens_to_its_members(self, open):
        assert {"gpt[0]", "gpt[1]", "gpt[2]"} <= set(names(open("gpt")))

    def test_leads_down_to_one_dot_product_and_its_numbers(self, open):
        assert {"attention", "mlp", "rmsnorm", "keys", "wq"} <= set(names(open("gpt[2]")))
        assert "attend × 4" in names(open("gpt[2]/attention"))
        head = open("gpt[2]/attention/attend[1]")
        assert {"query", "keys", "softmax", "values"} <= set(names(head))
        assert box(head, "keys").shape == "3×4"
        rows = open("gpt[2]/attention/linear")
        assert [f"[{i}]" for i in range(16)] == names(rows)[-16:]
        assert box(rows, "wq").notes == ("used by all",)
        assert not rows.picture.edges
        product = open("gpt[2]/attention/linear/[3]")
        assert {f"wq[3][{i}]" for i in range(16)} <= set(names(product))
        assert names(product)[-1] == "query[3]"
        assert (
            box(product, "wq[3][5]").value
            == viz.draw(gpt.weights["wq"][3][5]).picture.nodes[0].value
        )

    def test_every_box_says_the_path_that_leads_to_it(self, program):
        waiting = [program.whole]
        for part in waiting[:2000]:
            shown = picture_of(program, part)
            for box in shown.picture.nodes:
                if box.hint:
                    path = re.search(r'inside="(.*)"\)$', box.hint)[1]
                    inner = next(x for x, id in shown.boxes.items() if id == box.id)
                    assert program.find(path) is inner
            if len(waiting) < 60:
                waiting += shown.inside.values()

    def test_a_wrong_path_is_told_what_there_is(self, open):
        with pytest.raises(ValueError, match=r"no part 'heads'.*there are gpt, gpt\[0\]"):
            open("heads")
        with pytest.raises(ValueError, match=r"in 'gpt\[1\]' there are add, rmsnorm"):
            open("gpt[1]/nothing")


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

    def test_names_may_be_given(self):
        table = [[Value(0.1 * i) for i in range(20)] for _ in range(20)]
        rows = [sum(row) for row in table]
        given = {"costs": table}
        del table
        assert names(viz.draw(sum(rows), names=given))[0] == "costs"

    def test_marked_functions_are_stacks_too(self):
        w = [[Value(0.1 * i) for i in range(20)] for _ in range(20)]

        @scope
        def row(x):
            return sum(e * e for e in x)

        total = sum(row(x) for x in w)
        drawn = viz.draw(total)
        assert names(drawn) == ["w", "row × 20", "20 operations"]
        assert len(viz.draw(total, inside="row[3]").picture.nodes) == 60

    def test_marked_functions_are_boxes_where_lines_are_noted(self):
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


def names_on(level, way):
    """Return the levels that a way leads to, by beginnings of names."""
    here = [level]
    for name in way:
        here = [
            inner
            for one in here
            for id, inner in one.inside.items()
            if one.names[id].startswith(name)
        ]
    return here


WAYS = [
    ["add"],
    ["rmsnorm", "square"],
    ["attention", "linear"],
    ["attention", "attend × 4", "attend[0]", "softmax"],
    ["attention", "attend × 4", "attend[0]", "scores"],
    ["attention", "attend × 4", "attend[0]", "return"],
    ["mlp", "linear"],
    ["mlp", "hidden"],
    ["linear"],
]


class TestThePage:
    @pytest.mark.parametrize("letter", range(7))
    def test_in_each_letter_a_box_of_every_kind_opens(self, drawing, letter):
        for way in WAYS:
            assert names_on(drawing.level, ["gpt", f"gpt[{letter}]", *way]), way

    def test_the_top_is_on_one_screen_and_opens_down_to_numbers(self, drawing, chromium, tmp_path):
        """One start of a browser, and all is looked at in one page."""
        path = drawing.save(tmp_path / "gpt.html")
        assert path.stat().st_size < 1_000_000
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        page.goto(path.as_uri())
        page.wait_for_selector(".sign", state="attached")
        frames = "[...document.querySelectorAll('g.node > .frame')]"
        boxes = page.evaluate(f"{frames}.map(f => f.getBoundingClientRect().toJSON())")
        assert len(boxes) == 13
        assert all(b["left"] >= 0 and b["right"] <= 1280 for b in boxes)
        assert all(b["top"] >= 0 and b["bottom"] <= 720 for b in boxes)
        letters = (
            "[...document.querySelectorAll('g.node text')].map(t =>"
            " parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().d)"
        )
        assert min(page.evaluate(letters)) > 10.99
        click = "e => e.dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        way = ["gpt × 7", "gpt[0]", "attention", "linear", "[0]"]
        for name in way:
            box = page.locator(f'g.node[data-name="{name}"]').first
            box.locator("> .frame").evaluate(click)
            page.wait_for_selector(f'g.node.open[data-name="{name}"]', state="attached")
        assert page.locator("#trail").inner_text() == " › ".join(way)
        assert page.locator('g.node[data-name="wq[0][5]"]').count() == 1
        assert min(page.evaluate(letters)) > 10.99
        # Every letter's call opens down to one dot product, not the first alone.
        box = page.locator("svg.chainrule")
        for name in ("gpt[5]", "attention", "attend × 4", "attend[0]", "scores", "[0]"):
            box = box.locator(f'g.node[data-name^="{name}"]').first
            box.locator("> .frame").evaluate(click)
            box.locator("> g.inside").wait_for(state="attached")
        for name in ("query[0]", "keys[0][3]"):
            assert box.locator(f'g.node[data-name="{name}"]').count() == 1
        cells = "document.querySelectorAll('path[data-cells]').length"
        assert page.evaluate(cells) == 0  # every heat map is unfolded
        # What the page has no room for says the line of Python that draws it.
        box = page.locator('g.node[data-name="gpt[5]"] g.node[data-name="attend × 4"]').first
        box.locator('g.node[data-name="attend[3]"] > .frame').evaluate(click)
        line = page.locator("#line code").inner_text()
        assert line == f'viz.draw(gpt.loss_of, {gpt.EMMA}, inside="gpt[5]/attention/attend[3]")'
        page.locator("#line button").click()
        assert page.locator("#line button").inner_text() in ("Copied", "Selected")
        told = page.locator('g.node[data-name="gpt × 7"]').first.get_attribute("aria-label")
        assert told.endswith(f'viz.draw(gpt.loss_of, {gpt.EMMA}, inside="gpt")')
        page.close()


class TestBesideTheCode:
    def test_a_line_has_the_boxes_of_what_it_calls(self):
        html = viz.beside(gpt.loss_of, gpt.EMMA[:4])._repr_html_()
        (top,) = re.findall(r'<g id="(n\d+)"[^>]*aria-label="closed box gpt × 3', html)
        lines = re.findall(r'<li data-ids="([^"]*)"> *\d+  ([^<]*)', html)
        lit = [code.strip() for ids, code in lines if top in ids.split()]
        assert lit[0] == "logits = gpt(tokens[place], place, keys, values)"
        assert "return sum(losses) / len(losses)" not in lit
        heads = re.findall(r"<b>gpt.py, (\w+)</b>", html)
        assert heads[:2] == ["loss_of", "gpt"]

    def test_a_small_program_has_its_numbers_beside_its_lines(self):
        html = viz.beside(square_twice, Value(3.0))._repr_html_()
        assert "return square(square(x))" in html
        assert re.search(r"return -\(x \* x\).*pass 1: .* = -9.0; pass 2: .* = -81.0", html)


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

    def test_deep_recursion_and_long_loops(self):
        def down(x, n):
            return x + 0.5 if n == 0 else down(x * 1.0, n - 1) + 0.0

        def loop(x):
            for _ in range(2000):
                x = x * 1.0 + 0.0
            return x

        assert len(viz.draw(down, Value(1.0), 300).picture.nodes) <= 20
        assert len(viz.draw(loop, Value(1.0)).picture.nodes) <= 20

    def test_partials_and_threads_and_coroutines(self):
        def f(a, b):
            return a * b + 1.0

        assert self.groups(functools.partial(f, Value(2.0)), Value(3.0)) == ["f"]

        async def g(x):
            return x * 2.0 + 1.0

        def finished(coroutine):
            with pytest.raises(StopIteration) as end:
                coroutine.send(None)
            return end.value.value

        assert self.groups(lambda x: finished(g(x)), Value(1.0)) == ["finished", "g"]
        elsewhere = []

        def h(x):
            thread = threading.Thread(target=lambda: elsewhere.append(x * 2.0))
            thread.start()
            thread.join()
            return elsewhere[0] + x * 3.0 + 1.0

        assert self.groups(h, Value(1.0)) == ["h"]

    def test_what_is_drawn_keeps_no_frame_alive(self):
        class Big:
            pass

        alive = []

        def f(x):
            big = Big()
            alive.append(big)
            return x * 2.0 + 1.0

        drawing = viz.draw(f, Value(1.0))
        held = sys.getrefcount(alive[0])
        assert held <= 3, drawing  # the list, the argument of getrefcount, and the run's variables

    def test_programs_of_tensors(self):
        def net(x, w):
            hidden = np.tanh(x @ w)
            return (hidden * hidden).sum()

        drawn = viz.draw(net, Tensor(np.ones((2, 3))), Tensor(np.full((3, 2), 0.1)))
        assert {"x", "w", "hidden"} <= set(names(drawn))

    def test_arguments_that_do_not_fit_are_refused_with_the_remedy(self):
        with pytest.raises(
            TypeError, match=r"runs square\(x\) with 0 arguments.*draw\(square, x\)"
        ):
            viz.draw(square)
        with pytest.raises(TypeError, match="missing 1 required"):
            viz.draw(nn.MLP(2, [3], 1, rng=0))

    def test_a_traced_function_is_drawn_for_its_arguments(self):
        traced = autograd.trace(lambda x: x * x + 1.0)
        assert names(viz.draw(traced, Value(3.0)))[-1] == "result"
        assert viz.draw(traced, Value(3.0)).picture.nodes[-1].value == "10.0"

    def test_a_statement_of_a_few_long_sums_shows_the_sums(self):
        net = Net([[Value(0.1 * i * j) for i in range(12)] for j in range(12)])
        drawn = viz.draw(net.loss, [Value(1.0 * i) for i in range(12)])
        assert names(drawn) == ["w", "x", "Net.forward × 3", "return sum(x)"]
        inner = viz.draw(net.loss, [Value(1.0) for i in range(12)], inside="Net.forward[1]")
        assert names(inner) == ["w", "x", *(f"[{i}]" for i in range(12))]
        assert repr(drawn) == "<Drawing of Program of Net.loss: 4 nodes, 3 edges>"
        assert 'viz.draw(net.loss, …, inside="Net.forward[1]")' in drawn.level.inside[
            "n2"
        ].svg.replace("&quot;", '"')

    def test_names_false_gives_no_name_to_a_number(self):
        def summed(xs):
            return sum(x * x for x in xs)

        xs = [Value(1.0) for _ in range(60)]
        assert "xs" not in names(viz.draw(summed, xs, names=False))


class Net:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        return [sum(a * b for a, b in zip(row, x, strict=True)) for row in self.w]

    def loss(self, x):
        for _ in range(3):
            x = self.forward(x)
        return sum(x)
