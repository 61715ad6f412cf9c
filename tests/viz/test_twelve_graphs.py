"""The twelve graphs that a class draws, measured in a browser at 1280 × 720, page just opened."""

import copy
import random
import sys
from pathlib import Path

import numpy as np
import pytest

import viz
from autograd import (
    Node,
    Tensor,
    Value,
    as_values,
    maximum,
    minimum,
    source_lines,
    topological,
)
from viz.graph.order import program_order
from viz.graph.wrap import wrapped
from viz.style.numerals import number

sys.path.insert(0, str(Path(__file__).parent))
import graphs

#: Of the twelve, those in which a box opens.
OPENED = ("one_neuron", "three_four_four_one", "xor", "seven_layers", "attention", "tensor_mlp")

MEASURE = """() => {
  const svg = document.querySelector("svg.chainrule");
  const rect = (e) => {
    const r = e.getBoundingClientRect();
    return [r.x, r.y, r.right, r.bottom];
  };
  const letters = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim())
    .map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().d);
  return {
    letters: Math.min(...letters),
    boxes: [...svg.querySelectorAll("g.node")].map((g) => [g.id, rect(g.querySelector(".frame"))]),
    labels: [...svg.querySelectorAll(".edge-text, .edge-tag")].map((g) => ["", rect(g)]),
    lines: [...svg.querySelectorAll("g.edge")].map((g) => ["", rect(g)]),
    stage: rect(document.querySelector("#stage")),
  };
}"""

# Arrows that pass behind a box, and signs (+, −) that lie on text or on each other.
IN_THE_WAY = """() => {
  const svg = document.querySelector("svg.chainrule");
  const rect = (e) => e.getBoundingClientRect();
  const frames = [...svg.querySelectorAll("g.node > .frame")]
    .map((f) => [f.parentNode.id, rect(f)]);
  const within = (p, r) => p.x > r.left + 4 && p.x < r.right - 4
    && p.y > r.top + 4 && p.y < r.bottom - 4;
  const found = [];
  for (const path of svg.querySelectorAll("g.edge > path")) {
    for (let s = 0; s < path.getTotalLength(); s += 4) {
      const point = path.getPointAtLength(s).matrixTransform(path.getScreenCTM());
      for (const [id, box] of frames)
        if (within(point, box)) found.push(`${path.parentNode.id} behind ${id}`);
    }
  }
  const signs = [...svg.querySelectorAll(".sign circle")].map(rect);
  const texts = [...svg.querySelectorAll("text")].map((t) => [t.textContent, rect(t)]);
  signs.forEach((sign, i) => {
    for (const other of signs.slice(i + 1))
      if (Math.hypot(sign.x - other.x, sign.y - other.y) < sign.width - 1) found.push("two signs");
    for (const [told, box] of texts) {
      const low = box.bottom - 0.22 * box.height; // the room below letters
      const beside = sign.left >= box.right || sign.right <= box.left;
      if (!beside && sign.top < low - 1 && sign.bottom > box.top + 3)
        found.push(`a sign on ${told}`);
    }
  });
  return [...new Set(found)];
}"""


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


def measured(page, shown, tmp_path, how=MEASURE, argument=None):
    page.asked.clear()
    page.goto(shown.save(tmp_path / "graph.html").as_uri())
    page.wait_for_selector("body.alive", state="attached")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert len(page.asked) == 1, "the page loads something"
    return page.evaluate(how, argument)


def overlap(one, other, slack=1.0):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > slack
        and min(one[3], other[3]) - max(one[1], other[1]) > slack
    )


@pytest.mark.parametrize("name", graphs.TWELVE)
def test_letters_can_be_read_nothing_overlaps_and_siblings_are_in_order(name, page, tmp_path):
    drawing = viz.draw(graphs.TWELVE[name]())
    found = measured(page, drawing, tmp_path)
    assert found["letters"] > 10.9
    nothing_overlaps(found["boxes"] + found["labels"])
    if name in (
        "one_neuron",
        "three_four_four_one",
        "xor",
        "seven_layers",
        "attention",
        "tensor_mlp",
    ):
        page.wait_for_selector(".sign", state="attached")
    assert page.evaluate(IN_THE_WAY) == []
    fit = wrapped(drawing.picture)
    at = {node.id: i for i, node in enumerate(drawing.picture.nodes)}
    group = {node.id: node.group for node in drawing.picture.nodes}
    for id, one in found["boxes"]:
        for other_id, other in found["boxes"]:
            same = fit.ranks[id] == fit.ranks[other_id] and group[id] == group[other_id]
            beside = id in fit.beside or other_id in fit.beside
            if same and not beside and at[id] < at[other_id]:
                assert one[1] < other[1], (id, other_id)


@pytest.mark.parametrize("name", graphs.TWELVE)
def test_the_order_is_the_one_that_noted_lines_say(name):
    drawn = [node for node in program_order(graphs.TWELVE[name]()) if node.op]
    with source_lines():
        noted = [node for node in topological(graphs.TWELVE[name]()) if node.op]
    noted.sort(key=lambda node: node.origin.place.serial)
    assert [node.op_name for node in drawn] == [node.op_name for node in noted]
    assert [str(node.data) for node in drawn] == [str(node.data) for node in noted]


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_random_programs_stand_in_the_order_in_which_they_were_made(kind):
    rng = random.Random(3)
    for _ in range(20):
        made = [kind(rng.uniform(0.5, 2.0)) for _ in range(5)]
        leaves = len(made)
        for _ in range(60):
            a, b = rng.choice(made), rng.choice([*made, 2.0])
            made.append(
                rng.choice([lambda a, b: a + b, lambda a, b: b * a, maximum, minimum])(a, b)
            )
        root = made[0]
        for node in rng.sample(made, len(made)):
            root = root + node
        order = program_order(root)
        place = {node: i for i, node in enumerate(order)}
        inner = [place[node] for node in made[leaves:]]
        assert inner == sorted(inner)
        used = set()
        for node in order:
            before = dict.fromkeys(x for x in node.inputs if isinstance(x, Node))
            assert all(place[x] < place[node] for x in before)
            first = [x for x in before if x.op is None and x not in used]
            assert sorted(first, key=place.get) == sorted(first, key=lambda x: x.made)
            used |= before.keys()


def test_the_order_is_kept_by_copies_and_behind_a_tensor():
    a, b = copy.deepcopy([Value(1.0), Value(2.0)])
    assert a.made < b.made
    x = Tensor([1.0, 2.0])
    doubled, squared = x * 2.0, x * x
    scalars = as_values((squared + doubled).sum())
    assert max(v.made for v in scalars[doubled]) < min(v.made for v in scalars[squared])


def nothing_overlaps(placed):
    for i, (id, one) in enumerate(placed):
        for other_id, other in placed[i + 1 :]:
            assert not overlap(one, other), (id, other_id)


# Goes to some frames of the player, backward ones among them, and looks at each.
STEPPED = """(most) => {
  const rect = (e) => {
    const r = e.getBoundingClientRect();
    return [r.x, r.y, r.right, r.bottom];
  };
  const svg = document.querySelector("#stage svg");
  // Boxes, and of weights on their wires the two numbers: below them is room for the label.
  const around = (parts) => [0, 1, 2, 3].map((k) => (k < 2 ? Math.min : Math.max)(
    ...parts.map((part) => rect(part)[k])));
  const boxesNow = () => [...svg.querySelectorAll("g.node, g[data-node]:not(.node)")]
    .map((g) => [g.id, g.matches(".node") ? rect(g.querySelector(".frame"))
      : around([...g.querySelectorAll(".value, .grad")])]);
  const boxes = boxesNow();
  const letters = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim())
    .map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().d);
  const slider = document.querySelector("#slider");
  const frames = [];
  const count = Number(slider.max);
  for (let i = 1; i <= count; i += Math.max(1, Math.floor(count / most))) {
    slider.value = i;
    slider.dispatchEvent(new Event("input"));
    frames.push({
      labels: [...svg.querySelectorAll(".label, [data-l]")].filter((g) => g.textContent)
        .map((g) => [`${i}: ${g.textContent}`, rect(g)]),
      boxes: boxesNow(),
    });
  }
  const stage = rect(document.querySelector("#stage"));
  return { letters: Math.min(...letters), boxes, frames, stage };
}"""


def is_within(box, stage):
    return (
        stage[0] <= box[0] + 1
        and stage[1] <= box[1] + 1
        and box[2] <= stage[2] + 1
        and box[3] <= stage[3] + 1
    )


@pytest.mark.parametrize("name", graphs.TWELVE)
def test_the_player_too_and_its_labels_lie_on_nothing(name, page, tmp_path):
    page.emulate_media(reduced_motion="reduce")
    found = measured(page, viz.steps(graphs.TWELVE[name]()), tmp_path, STEPPED, 12)
    assert found["letters"] > 10.9
    nothing_overlaps(found["boxes"])
    for frame in found["frames"]:
        for i, (told, label) in enumerate(frame["labels"]):
            for other, box in frame["boxes"] + frame["labels"][i + 1 :]:
                assert not overlap(label, box), (told, other)
    if name not in ("xor", "seven_layers", "attention", "tensor_mlp"):  # arrays tell their shapes
        told = [label for frame in found["frames"] for label, _ in frame["labels"]]
        assert all("×" in label and "=" in label for label in told)
        assert told
    if name == "three_four_four_one":
        assert all(is_within(box, found["stage"]) for _, box in found["boxes"])


LIVE = (
    "one_neuron",
    "micrograd_readme",
    "three_four_four_one",
    "softmax_cross_entropy",
    "residual",
)


@pytest.mark.parametrize("name", LIVE)
def test_the_live_page_too(name, page, tmp_path):
    found = measured(page, viz.live(graphs.TWELVE[name]()), tmp_path)
    assert found["letters"] > 10.9
    nothing_overlaps(found["boxes"])
    if name != "micrograd_readme":  # of which the end is to the right
        assert all(is_within(box, found["stage"]) for _, box in found["boxes"])


LARGE = {
    "readme": 14,
    "readme_first": 14,
    "micrograd_readme": 14,
    "three_four_four_one": 11,
    "model_of_values": 11,
}

SPILLED = """() => [...document.querySelectorAll("#stage g.node")].flatMap((g) => {
  const frame = g.querySelector(".frame").getBoundingClientRect();
  return [...g.querySelectorAll("text")].filter((text) => text.textContent)
    .filter((text) => text.getBoundingClientRect().right > frame.right + 1)
    .map((text) => text.textContent);
})"""


@pytest.mark.parametrize("show", [viz.draw, viz.steps, viz.live])
def test_what_a_class_draws_first_is_whole_large_and_fills_the_stage(show, page, tmp_path):
    """README's graphs, micrograd's and a 3-4-4-1 network, as each of the three pages opens."""
    for name, least in LARGE.items():
        found = measured(page, show(getattr(graphs, name)()), tmp_path)
        left, top, right, bottom = found["stage"]
        boxes = [box for _, box in found["boxes"]]
        assert found["letters"] >= least, name
        assert all(is_within(box, found["stage"]) for box in boxes), name
        shown = [box for _, box in found["boxes"] + found["lines"]]
        xs, ys = ([b[k] for b in shown for k in axis] for axis in ((0, 2), (1, 3)))
        used = (max(xs) - min(xs)) * (max(ys) - min(ys))
        assert used > 0.6 * (right - left) * (bottom - top), name
        assert name != "three_four_four_one" or len(boxes) == 3 + 9 * 2
        assert page.evaluate(SPILLED) == [], name


def random_graph(seed, size):
    rng = np.random.default_rng(seed)
    nodes = [Value(float(x), "xyz"[i % 3]) for i, x in enumerate(rng.normal(size=3))]
    if seed % 3 == 0:
        nodes.append(Value(float("nan"), "n"))
    rows = (
        lambda a, b: a + b,
        lambda a, b: a * b,
        lambda a, b: a - b * 2.0,
        lambda a, b: a.tanh() + b,
        lambda a, b: a.tanh().exp() * b.tanh(),
    )
    while len(topological(nodes[-1])) < size and len(nodes) < 3 * size + 5:
        i, j = rng.integers(max(0, len(nodes) - 8), len(nodes), 2)
        node = rows[rng.integers(len(rows))](nodes[i], nodes[j])
        node.label = "xyz"[len(nodes) % 3] if rng.random() < 0.2 else ""
        nodes.append(node)
    root = sum(nodes[-3:], start=nodes[-1])
    with np.errstate(all="ignore"):
        root.backward()
    return root


@pytest.mark.parametrize("size", [1, 5, 20, 60, 200])
def test_random_graphs_are_drawn_and_stepped_without_a_fault(size):
    for seed in range(4):
        root = random_graph(seed, size)
        drawing = viz.draw(root, limit=None, force=True)
        names = [n.name for n in drawing.picture.nodes if n.kind != "constant"]
        assert len(set(names)) == len(names)
        assert "<svg" in drawing.svg
        assert drawing.text
        steps = viz.steps(root)
        assert len(set(steps.names.values())) == len(steps.names)
        if size <= 60:
            assert "<svg" in steps.svg(-1)


@pytest.mark.parametrize("seed", range(5))
def test_random_graphs_of_arrays_too(seed):
    root = graphs.random_tensors(seed)
    root.backward()
    drawing = viz.draw(root, limit=None)
    names = [n.name for n in drawing.picture.nodes if n.kind != "constant"]
    assert len(set(names)) == len(names)
    assert "<svg" in drawing.html
    assert "<svg" in viz.steps(root).html()
    assert viz.tape(root).text()
    assert viz.explain(root, topological(root)[0]).markdown()
    assert viz.draw(root, numbers=True, force=True, limit=None).picture.nodes


@pytest.mark.thorough
@pytest.mark.parametrize("size", [1000, 2400])
def test_large_random_graphs_too(size):
    root = random_graph(1, size)
    assert "<svg" in viz.draw(root, limit=None, force=True).svg
    assert len(viz.steps(root)) > size


def test_a_nan_is_told_with_where_it_was_born():
    b = Value(1.0, "a") * float("nan")
    b.backward()
    drawing = viz.draw(b)
    assert "nan is born in b = (a = 1.0) × (nan) = nan" in drawing.picture.born
    assert drawing.picture.born in drawing.text
    assert "url(#hatch)" in drawing.svg
    assert viz.draw_flow(b).svg
    assert "Nan is born" in viz.steps(b).text()


def test_a_nan_that_is_born_on_the_way_back_is_found_too():
    x = Tensor([0.0, 1.0], "x")
    with np.errstate(all="ignore"):
        loss = (x.sqrt() * 0.0).sum() if hasattr(x, "sqrt") else (x**0.5 * 0.0).sum()
        loss.backward()
        born = viz.draw(loss).picture.born
    assert "is born in the gradient of x" in born


def test_one_name_is_one_node():
    x = Value(3.0, "x")
    y = x * x
    y.label = "x"
    y.backward()
    names = [node.name for node in viz.draw(y).picture.nodes]
    assert names == ["x", "x₂"]
    told = viz.steps(y).text()
    assert "∂x₂/∂x = 3.0 + 3.0 = 6.0" in told
    assert "∂x/∂x" not in told
    assert told.count("2 nodes are called x") == 1


def test_gradients_that_were_there_before_are_told_apart():
    x = Value(3.0, "x")
    for _ in range(2):
        y = x * 2.0
        y.backward()
    (node,) = [n for n in viz.draw(y).picture.nodes if n.name == "x"]
    assert node.gradient.text == "4.0 = 2.0 now + 2.0 before"
    assert "zero_grad?" in node.notes
    x.zero_grad()
    y = x * 2.0
    y.backward()
    (node,) = [n for n in viz.draw(y).picture.nodes if n.name == "x"]
    assert (node.gradient.text, node.notes) == ("2.0", ())


def test_weights_are_on_wires_and_nothing_is_left_out():
    picture = viz.draw(graphs.three_four_four_one()).picture
    wires = [e for e in picture.edges if e.weight is not None]
    assert len(wires) == 12 + 16 + 4
    assert sum(n.bias is not None for n in picture.nodes) == 9
    boxes = viz.draw(graphs.three_four_four_one(), weights="boxes").picture
    in_boxes = {n.value for n in boxes.nodes}
    assert {e.weight.value for e in wires} <= in_boxes
    assert {n.bias.value for n in picture.nodes if n.bias} <= in_boxes


def test_a_shared_weight_stays_a_box():
    from autograd import dot

    w, x, y = Value(2.0, "w"), Value(3.0, "x"), Value(4.0, "y")
    loss = dot([w], [x]) + dot([w], [y])
    names = [n.name for n in viz.draw(loss).picture.nodes]
    assert "w" in names


def test_tensors_open_to_single_numbers():
    loss = graphs.xor()
    picture = viz.draw(loss, numbers=True, limit=None).picture
    assert any(n.symbol == "Σ" for n in picture.nodes)
    assert picture.nodes[-1].value == viz.draw(loss).picture.nodes[-1].value


def test_what_is_multiplied_gives_what_is_written():
    from viz.style.numerals import product

    rng = np.random.default_rng(0)
    for a, b in rng.normal(size=(300, 2)) * 10.0 ** rng.integers(-4, 5, size=(300, 2)):
        left, right = product(a, b, a * b).split(" = ")
        x, y = (float(t.strip("()")) for t in left.split(" × "))
        assert f"{x * y:.4g}" == f"{float(right):.4g}"


def test_arrays_show_what_is_in_them():
    W = Tensor(np.arange(16.0).reshape(4, 4) - 7.0, "W")
    X = Tensor(np.ones((100, 4)), "X")
    X.data[3, 2] = np.nan
    with np.errstate(all="ignore"):
        loss = (X @ W).sum()
        loss.backward()
    by_name = {node.name: node for node in viz.draw(loss).picture.nodes}
    assert by_name["W"].heat.texts[0] == ("-7.0", "-6.0", "-5.0", "-4.0")
    assert by_name["W"].heat.levels[0][0] == -4
    assert by_name["W"].heat.levels[3][3] == 4
    large = by_name["X"].heat
    assert len(large.levels) == 64
    assert "means of blocks" in large.note
    assert any(9 in row for row in large.levels)
    assert by_name["W"].heat.range == "±8.0"
    assert "means of blocks" in by_name["X"].notes
    assert "1 nan of 400" in by_name["X"].value


def test_a_cell_of_a_heat_map_says_its_index_its_value_and_its_gradient(page):
    """Every cell of a small array, blocks of a large one; each number is in what is told of it."""
    rng = np.random.default_rng(0)
    B = Tensor(rng.normal(size=(6, 5, 7)), "B")
    C = Tensor(rng.normal(size=(90, 50)), "C")
    v = Tensor(rng.normal(size=9), "v")
    C.data[80, 3] = np.inf
    loss = (B**2).sum() + (C.tanh()).sum() + (v * 3.0).sum()
    loss.backward()
    drawing = viz.draw(loss)
    by_name = {node.name: node for node in drawing.picture.nodes}
    tips = by_name["B"].tips
    assert (len(tips), len(tips[0]), len(tips[0][0])) == (4, 5, 7)
    assert tips[3][4][6] == f"[3, 4, 6] = {number(B.data[3, 4, 6])}, grad {number(B.grad[3, 4, 6])}"
    assert by_name["B"].heat.pages == 4
    assert "pages 1 to 4 of 6, each 5×7" in by_name["B"].notes
    assert by_name["v"].tips[0][0][8] == f"[8] = {number(v.data[8])}, grad 3.0"
    blocks = by_name["C"].tips[0]
    seen = np.zeros((90, 50), int)
    for told in (tip for row in blocks for tip in row):
        ends = [span.split(":") for span in told[1 : told.index("]")].split(", ")]
        rows, columns = (slice(int(e[0]), int(e[-1]) + (len(e) == 1)) for e in ends)
        seen[rows, columns] += 1
        cells = C.data[rows, columns]
        low, high = cells[np.isfinite(cells)].min(), cells[np.isfinite(cells)].max()
        assert f"] {number(low)} … {number(high)}" in told
        assert ("nan or inf" in told) == (not np.isfinite(cells).all())
    assert (seen == 1).all()
    page.set_content(drawing.svg)
    cell = page.locator("#" + by_name["v"].id + " .tips path").nth(8)
    box = cell.bounding_box()
    told = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).querySelector('title').textContent",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert told == by_name["v"].tips[0][0][8]


def test_the_axis_of_a_sum_stands_in_its_box():
    x = Tensor(np.ones((2, 3)), "x")
    nodes = viz.draw(x.sum(axis=0).sum()).picture.nodes
    assert [node.notes for node in nodes] == [(), ("axis 0",), ()]


def test_the_program_stands_beside_its_graph_and_lights_up_with_it(page):
    with source_lines():
        h = Value(0.5, "h0")
        for _ in range(2):
            h = h.tanh()
            h = h * 2.0
    html = viz.beside(h)._repr_html_()
    assert "pass 1: " in html
    assert "pass 2: " in html
    page.set_content(html)
    line = page.locator("li[data-ids]").first
    line.hover()
    lit = page.eval_on_selector_all(
        "g.node", "all => all.filter((g) => g.style.filter).map((g) => g.id)"
    )
    assert lit == line.get_attribute("data-ids").split(" ")
    page.locator(f"g.node[id={lit[0]}]").hover()
    assert "rgb(255, 244, 194)" in line.evaluate("li => li.style.background")


@pytest.mark.parametrize("width", [1280, 700])
def test_nothing_of_a_loop_beside_its_graph_is_cut_off(page, width):
    with source_lines():
        h = Value(0.5, "h0")
        for _ in range(4):
            h = (h * 0.7).tanh()
    html = viz.beside(h)._repr_html_()
    assert "… 1 more pass<" in html
    page.set_content(f'<body style="width:{width - 16}px">{html}</body>')
    over = "all => all.map((e) => e.scrollWidth - e.clientWidth)"
    assert max(page.eval_on_selector_all("li", over)) <= 0
    cells = page.eval_on_selector_all("div[class^=source] > div > div", over)
    assert len(cells) == 2
    assert max(cells) <= 0 or width < 1280


def test_pictures_beside_each_other_do_not_overlap_in_a_narrow_notebook(page):
    import nn

    model = nn.MLP(3, [4, 4], 1, activation="tanh", rng=0)
    shown = viz.beside(viz.network(model), viz.network(model), viz.draw(graphs.readme_first()))
    page.set_content(f'<body style="width:860px">{shown._repr_html_()}</body>')
    places = page.eval_on_selector_all(
        "svg.network, iframe, body > div svg",
        """all => all.map((e) => e.getBoundingClientRect())
          .map((r) => [r.x, r.y, r.right, r.bottom])""",
    )
    assert len(places) >= 3
    nothing_overlaps([("", place) for place in places])
    assert all(right <= 880 for _, _, right, _ in places)


def test_without_noted_lines_the_graph_stands_alone():
    html = viz.beside(Value(1.0, "a") * 2.0)._repr_html_()
    assert "<li" not in html
    assert "<svg" in html


def test_a_composite_row_opens_into_its_parts_and_the_graph_stays_as_it_was():
    import nn

    x = Value(0.5, "x")
    y = nn.sigmoid(x * 2.0)
    y.backward()
    closed = viz.draw(y).picture
    opened = viz.draw(y, open=["sigmoid"]).picture
    assert len(opened.nodes) > len(closed.nodes)
    assert "sigmoid" in [g.name for g in opened.groups]
    by_name = [{n.name: n for n in p.nodes} for p in (closed, opened)]
    assert by_name[0]["x"].gradient == by_name[1]["x"].gradient
    assert closed.nodes[-1].value == opened.nodes[-1].value
    assert x.grad == pytest.approx(2.0 * y.data * (1 - y.data))
    with pytest.raises(ValueError, match=r"no row 'tanh' with parts.*there are: sigmoid"):
        viz.draw(y, open=["tanh"])
