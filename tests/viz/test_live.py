"""The live page's engine, run by node beside the engine; the page as text."""

import base64
import json
import math
import random
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
from node import WRITTEN, needs_node, run

import nn
import viz
from autograd import (
    Tensor,
    Value,
    cos,
    elementwise,
    exp,
    log,
    logaddexp,
    maximum,
    sort,
    sqrt,
    take,
    tanh,
    trace,
    where,
)
from autograd.errors import DomainError
from autograd.printers import javascript
from autograd.rows import table
from viz.style.numerals import number
from viz.style.scales import Logarithmic, Range

HERE = Path(viz.__file__).parent
SCRIPTS = "\n".join(
    (HERE / name).read_text()
    for name in ("viewer/numerals.js", "pages/engine.js", "pages/picture.js")
)


ONE = (
    tanh,
    abs,
    lambda x: exp(x * 0.1),
    lambda x: log(x * x + 0.5),
    lambda x: sqrt(x * x + 0.1),
    lambda x: -x,
    lambda x: x**2,
    lambda x: x**3,
    lambda x: 2.0 ** tanh(x),
    table.relu,
    table.sin,
    table.cos,
    table.sign,
    table.log1p,
    table.expm1,
)
TWO = (
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    maximum,
    table.minimum,
    logaddexp,
    lambda x, y: where(table.greater(x, y), x, y * 0.5),
    lambda x, y: table.dot(x, y, 0.5, y, x, 2.0, x),
    lambda x, y: table.norm.of_list([x, y, x]),
    lambda x, y: table.logsumexp.of_list([x, y, 1.0]),
    lambda x, y: table.max.of_list([x, y, x]),
    lambda x, y: table.mean.of_list([x, y]),
    lambda x, y: table.sum.of_list([x, 3.0, y]),
)


def random_program(seed):
    """A program of many rows, over values where most of them are defined."""
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(-2, 2), label=f"v{i}") for i in range(4)]
    for _ in range(rng.randrange(3, 25)):
        x, y = rng.choice(nodes), rng.choice(nodes)
        made = rng.choice(ONE)(x) if rng.random() < 0.5 else rng.choice(TWO)(x, y)
        if math.isfinite(made.data) and abs(made.data) < 1e3:
            nodes.append(made)
    loss = nodes[-1]
    for node in nodes[4:-1]:
        loss = loss + node * 0.1
    return loss


def page_of(loss):
    """Make a page where few variables are searched for names."""
    return viz.live(loss)


@needs_node
def test_three_hundred_random_programs_have_the_engines_values_and_gradients():
    parts, expected = [], []
    seed = 0
    while len(parts) < 300:
        seed += 1
        try:
            loss = random_program(seed)
        except DomainError:
            continue
        loss.backward()
        page = page_of(loss)
        parts.append(f"[{page.recording}, {page.rows}]")
        expected.append([(n.data, n.grad if n.has_grad else None) for n in page.order])
    answers = run(
        f"{javascript.runtime()}\n{SCRIPTS}\nconst programs = [{','.join(parts)}];"
        "const answers = programs.map(([graph, rows]) => { const e = makeEngine(graph, rows);"
        "return graph.ops.map((_, i) => [e.values[i], e.reached[i] ? e.gradients[i] : null]); });"
        f"process.stdout.write(JSON.stringify(answers, {WRITTEN}))"
    )
    for mine, right in zip(answers, expected, strict=True):
        for (value, gradient), (its, its_gradient) in zip(mine, right, strict=True):
            assert math.isclose(value, its, rel_tol=1e-12, abs_tol=1e-12)
            assert (gradient is None) == (its_gradient is None)
            if gradient is not None:
                assert math.isclose(gradient, its_gradient, rel_tol=1e-11, abs_tol=1e-12)


@needs_node
def test_numbers_and_colours_are_written_as_python_writes_them():
    rng = np.random.default_rng(0)
    xs = [*rng.normal(size=300), *10.0 ** rng.uniform(-12, 12, 300), *rng.integers(-9999, 9999, 99)]
    xs += [
        0.0,
        -0.0,
        1e16,
        123456.5,
        999999.0,
        1e6,
        1e22,
        0.1,
        2.5e-5,
        math.inf,
        -math.inf,
        math.nan,
    ]
    xs = list(map(float, xs))
    written = ",".join(map(javascript.number, xs))
    answers = run(
        f"{SCRIPTS}\nprocess.stdout.write(JSON.stringify([{written}].map((x) => "
        "[number(x), repr(x), role(x, 1e-4, 2.5)])))"
    )
    scale = Logarithmic()
    for x, (short, whole, color) in zip(xs, answers, strict=True):
        assert short == number(x), x
        assert whole == repr(x), x
        if math.isfinite(x):
            assert color == scale.role(x, Range(1e-4, 2.5), True), x


@needs_node
def test_outside_a_domain_the_page_says_what_python_raises():
    x = Value(1.0, label="x")
    made = [lambda v: log(v), lambda v: sqrt(v - 1.0), lambda v: 1.0 / v, lambda v: v**0.5 * 2]
    made += [lambda v: exp(v * 300.0), lambda v: table.log1p(v - 1.5)]
    expected, programs = [], []
    for function in made:
        page = page_of(function(x))
        programs.append(f"[{page.recording}, {page.rows}]")
        for tried in (0.0, -2.0, 3.0, 1.0):
            try:
                function(Value(tried, label="x"))
                expected.append([])
            except DomainError as error:
                expected.append([str(error).rsplit(" (", 1)[0]])
    answers = run(
        f"{javascript.runtime()}\n{SCRIPTS}\nconst programs = [{','.join(programs)}];"
        "const answers = programs.flatMap(([graph, rows]) => [0, -2, 3, 1].map((x) => {"
        "const e = makeEngine(graph, rows); e.values[0] = x; e.run();"
        "return [...e.errors.values()];"
        "})); process.stdout.write(JSON.stringify(answers))"
    )
    assert answers == expected
    assert sum(map(len, expected)) > 6


def unpacked(html):
    """Return the scripts that a page holds packed."""
    packed = re.search(r'learn\("([^"]*)"\)', html)[1]
    return json.loads(zlib.decompress(base64.b64decode(packed)))


# --- the page as text ----------------------------------------------------------------------------


def small():
    w, x = Value(2.0, label="w"), Value(3.0, label="x")
    loss = tanh(w * x - 5.0) ** 2
    loss.label = "loss"
    return loss


def layers():
    model = nn.to_values(nn.MLP(3, [4, 4], 1, activation="tanh", rng=0))
    return (np.ravel(model([2.0, 3.0, -1.0]))[0] - 1.0) ** 2


@pytest.mark.parametrize(("made", "opens"), [(small, False), (layers, True)])
def test_the_page_is_whole_and_small_and_loads_nothing(made, opens):
    live = viz.live(made())
    html = live.html
    level = live._drawn.level
    assert opens == bool(level.inside or level.closed)
    # The graph is in the page as a picture, as what its boxes open into, and as a recording.
    graph = (
        re.search(r"<svg xmlns.*?</svg>", html, re.DOTALL)[0],
        json.dumps(level.data()),
        live.recording,
    )
    assert len(html.encode()) - sum(map(len, graph)) < 60_000
    html += unpacked(html)
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
    assert "default-src 'none'" in html
    assert "unsafe-eval" not in html
    assert "e-88" not in html  # no stand-in is left


def test_labels_cannot_end_the_script_or_become_markup():
    w = Value(2.0, label="</script><b>&`${x}")
    html = viz.live(w * 3.0).html
    assert html.count("</script>") == 1
    assert "<b>" not in html
    assert viz.live(w * 3.0)._repr_html_().count("</script>") == 1


def test_knobs_are_leaves_with_ranges():
    assert len(viz.live(small()).knobs) == 2
    assert viz.live(small(), knobs={"w": (-1, 4)}).knobs == [(0, -1.0, 4.0)]
    with pytest.raises(ValueError, match=r"no leaf named 'v'.*the leaves are w, x"):
        viz.live(small(), knobs=["v"])
    with pytest.raises(ValueError, match="from the least to the most"):
        viz.live(small(), knobs={"w": (4, 1)})


def test_what_cannot_be_alive_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(TypeError, match="not of a float"):
        viz.live(2.0)
    with pytest.raises(ValueError, match=r"saved as \.html"):
        viz.live(small()).save(tmp_path / "page.svg")
    total = Value(0.0)
    for _ in range(900):
        total = total + Value(1.0)
    with pytest.raises(viz.TooLargeError, match=r"viz\.playground"):
        viz.live(total)
    cosh = elementwise("gudermann", math.cosh, d=[lambda z, x: x])
    try:
        with pytest.raises(TypeError, match="'gudermann' has no text in JavaScript"):
            viz.live(cosh(Value(1.0)))
    finally:
        cosh.remove()


def test_a_tensor_is_opened_to_single_numbers():
    W, X = Tensor([[1.0, 2.0]], label="W"), Tensor([[3.0], [4.0]], label="X")
    loss = ((W @ X - 10.0) ** 2).sum()
    loss.backward()
    page = viz.live(loss)
    values = {page.names[n]: n.data for n in page.order}
    assert values["W[0,1]"] == 2.0
    assert page.order[-1].data == loss.item()
    assert len(page.knobs) == 4


def test_saved_and_shown(tmp_path):
    page = viz.live(small())
    assert page.save(tmp_path / "page.html").read_text() == page.html
    shown = page._repr_html_()
    assert shown.startswith('<div class="chainrule-')
    assert 'alt="A graph of' in shown
    assert "sandbox" in shown
    assert repr(page) == "<Live page of loss: 6 nodes, 2 knobs>"


@needs_node
def test_a_row_is_taken_in_the_page_as_in_python():
    rows = [[Value(float(i + j), label=f"r{i}{j}") for j in range(2)] for i in range(3)]
    i = Value(1.0, label="i")
    loss = sum(x * x for x in take(rows, i))
    page = page_of(loss)
    knob = [page.names[node] for node in page.order].index("i")
    answers = run(
        f"{javascript.runtime()}\n{SCRIPTS}\nconst e = makeEngine({page.recording}, {page.rows});"
        f"process.stdout.write(JSON.stringify([0, 2, 3].map((i) => {{ e.values[{knob}] = i;"
        "e.run(); return [e.values[e.root], [...e.gradients], [...e.errors.values()]]; })))"
    )
    for chosen, (value, gradients, errors) in zip((0, 2, 3), answers, strict=True):
        i.data = float(chosen)
        for node in page.order:
            node.zero_grad()
        if chosen == 3:
            with pytest.raises(IndexError, match=re.escape(errors[0])):
                take(rows, i)
            continue
        again = sum(x * x for x in take(rows, i))
        again.backward()
        assert value == again.data
        for node, gradient in zip(page.order, gradients, strict=True):
            if node.op is None:
                assert gradient == (node.grad if node.has_grad else 0.0)


def test_branches_on_tensors_are_told_too():
    def compared(loss):
        return re.findall(r'text: "(.*?)", sign', viz.live(loss).recording.replace("\\u003c", "<"))

    x = Tensor([1.0, 2.0], label="x")
    total = x.sum()
    assert compared(total * 2.0 if total > 0 else -total) == ["sum#1 > 0.0"]
    loss = x[0] * 3.0 if x[0] > 0.5 else x[1]  # another node each time, and the same number
    assert compared(loss) == ["x[0] > 0.5"]
    y, b = Tensor([1.0, 2.0], label="y"), Tensor(3.0, label="b")
    loss = b * y[1] if b >= y[1] else b + y[1]
    assert compared(loss) == ["b >= y[1]"]
    z = Tensor([1.0, 2.0], label="z")
    loss = (z * z).sum() if (z > 0).all() else z.sum()
    assert compared(loss) == ["z[0] > 0.0", "z[1] > 0.0"]
    # A leaf that is compared with a result keeps nothing of the result's graph.
    w = Tensor(1.0, label="w")
    result = z.sum() * 2.0
    assert w < result
    assert not hasattr(w, "compared")
    assert compared(w * result)[-1] == "mul#1 > w"


def sides_of(loss):
    """Return the comparisons that a live page watches."""
    found = re.findall(r'text: ("[^"]*"), sign', viz.live(loss).recording)
    return list(map(json.loads, found))


@pytest.mark.parametrize(
    ("made", "sides"),
    [
        (lambda x: np.sort(x) @ np.array([1.0, 2.0, 3.0]), ["x[1] <= x[2]", "x[2] <= x[0]"]),
        (lambda x: x[x.argsort()][0] * x[0] * x[2], ["x[1] <= x[2]", "x[0] >= x[2]"]),
        (lambda x: np.partition(x, 0)[0] * x.sum(), ["x[1] <= x[0]", "x[1] <= x[2]"]),
        (lambda x: x[x.argmax()] * x[1], ["x[0] >= x[1]", "x[0] >= 2.0"]),
        (lambda x: x[np.argmin(x)] * x[0], ["x[1] <= x[0]", "x[1] <= 2.0"]),
        (lambda x: x.max() * 2.0, []),  # the page looks for the largest itself
    ],
)
def test_an_order_that_a_program_goes_by_is_watched(made, sides):
    assert sorted(sides_of(made(Tensor([3.0, 1.0, 2.0], label="x")))) == sorted(sides)


def test_an_order_of_single_numbers_too_and_none_of_large_arrays():
    a, b = Value(3.0, "a"), Value(1.0, "b")
    assert sides_of(sort([a, b])[0] * a) == ["b <= a"]
    with pytest.raises(AttributeError):
        _ = np.sort(large := Tensor(np.arange(300.0))), large.compared


@pytest.mark.parametrize("taken", [0, 1])
def test_a_side_that_is_not_in_the_graph_is_compared_as_it_stood(taken):
    """Of two results that a branch chose between, one is gone, whichever of them it was."""
    a, b = Value(2.0 - taken, "a"), Value(1.5, "b")
    f, g = a * 2.0, b * 2.0
    assert sides_of((f if f > g else g) + 1.0) == [f"mul#1 {'<' if taken else '>'} {3.0 - taken}"]


def test_a_traced_loss_is_opened_and_a_traced_part_is_refused():
    @trace
    def energy(q, p):
        return p * p / 2.0 + 1.0 - cos(q)

    q, p = Value(0.5, "q"), Value(2.0, "p")
    energy(q, p)
    replayed = energy(q, p)
    replayed.label = "E"
    live = viz.live(replayed)
    assert [live.names[node] for node in live.order][-1] == "E"
    assert live.order[-1].data == pytest.approx(replayed.data)
    assert {"q", "p", "cos#1"} <= set(live.names.values())
    with pytest.raises(TypeError, match=r"energy was replayed as a whole.*trace all of it"):
        viz.live(replayed * 2.0)

    W = Tensor([[1.0, 2.0], [3.0, 4.0]], "W")
    total = trace(lambda W: tanh(W @ W).sum())
    total(W)
    assert "W[1,1]" in viz.live(total(W)).names.values()


def test_the_still_picture_has_the_gradients_and_leaves_none_behind():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    loss = (w * x.detach() + x) ** 2
    html = viz.live(loss).html
    assert "grad 18.0" in html
    assert not w.has_grad
    loss.backward()
    w.grad = 5.0
    viz.live(loss)._repr_html_()
    assert w.grad == 5.0
