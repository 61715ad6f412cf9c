"""Boxes that open and close in the page, by click and by key; nothing comes to lie on anything."""

import base64
import json
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, Value, scope, topological
from viz.graph.boxes import Map
from viz.graph.heat_map import heat_map
from viz.graph.parts import Heat
from viz.style.colors import LIGHT
from viz.viewer.level import MOST, Level, bare

sys.path.insert(0, str(Path(__file__).parent))
import graphs

SEEN = """() => {
  const svg = document.querySelector("svg.chainrule");
  const seen = (e) => e.getClientRects().length && e.checkVisibility();
  const rect = (e) => {
    const r = e.getBoundingClientRect();
    return [r.x, r.y, r.right, r.bottom];
  };
  const frame = (g) => g.querySelector(g.matches(".open") ? ".inside > .inside-frame" : ".frame");
  const boxes = [...svg.querySelectorAll("g.node")].filter(seen)
    .map((g) => [g.id, rect(frame(g))]);
  const labels = [...svg.querySelectorAll(".edge-text, .edge-tag, .label")].filter(seen)
    .map((g) => [(g.closest("g.node")?.id ?? "") + "/label", rect(g)]);
  const letters = [...svg.querySelectorAll("text")].filter((t) => seen(t) && t.textContent.trim())
    .map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().d);
  return { boxes, labels, letters: Math.min(...letters) };
}"""


CLICK = "e => e.dispatchEvent(new MouseEvent('click', {bubbles: true}))"
ENTER = "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))"


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    page.close()


def opened(page, drawing, tmp_path):
    page.emulate_media(reduced_motion="reduce")
    page.said.clear()
    page.goto(drawing.save(tmp_path / "graph.html").as_uri())
    page.wait_for_selector(".sign", state="attached")
    return page


def overlap(one, other, slack=1.0):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > slack
        and min(one[3], other[3]) - max(one[1], other[1]) > slack
    )


def is_around(path, other):
    """Whether a box is one that the other lies in, as it should."""
    return other.startswith(f"{path}/") or path.startswith(f"{other}/")


def nothing_lies_on_anything(page):
    seen = page.evaluate(SEEN)
    assert seen["letters"] > 10.9
    placed = seen["boxes"] + seen["labels"]
    for i, (id, one) in enumerate(placed):
        for other_id, other in placed[i + 1 :]:
            assert is_around(id, other_id) or not overlap(one, other), (id, other_id)
    assert page.said == []
    return {id for id, _ in seen["boxes"]}


GRAPHS = ["three_four_four_one", "seven_layers", "tensor_mlp"]


@pytest.mark.parametrize("name", GRAPHS)
def test_boxes_open_where_they_stand_and_close_again(name, page, tmp_path):
    opened(page, viz.draw(graphs.TWELVE[name]()), tmp_path)
    before = page.evaluate("document.querySelector('#stage svg').outerHTML.length")
    ids = page.eval_on_selector_all("g.opens", "all => all.map((g) => g.id)")
    assert ids
    for id in ids[:: max(1, len(ids) // 3)]:
        page.eval_on_selector(
            f'[id="{id}"] .frame', "e => e.dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        assert any(other.startswith(f"{id}/") for other in nothing_lies_on_anything(page))
    while page.evaluate("document.querySelector('g.open') !== null"):
        page.keyboard.press("Escape")
    nothing_lies_on_anything(page)
    after = page.evaluate("document.querySelector('#stage svg').outerHTML.length")
    assert after < 1.2 * before


@pytest.mark.parametrize("name", ["xor", "seven_layers"])
def test_groups_close_into_a_box_and_open_again(name, page, tmp_path):
    opened(page, viz.draw(graphs.TWELVE[name]()), tmp_path)
    whole = nothing_lies_on_anything(page)
    for sign in page.query_selector_all(".group-sign"):
        if not sign.is_visible():
            continue
        group = sign.get_attribute("data-group")
        sign.focus()
        page.keyboard.press("Enter")
        fewer = nothing_lies_on_anything(page)
        assert f"{group}-closed" in fewer
        assert len(fewer) < len(whole)
        page.eval_on_selector(f'[id="{group}-closed"]', ENTER)
        assert nothing_lies_on_anything(page) == whole


def layers():
    """Two layers of four, whose second is narrower than its title with the count would be."""
    model = nn.to_values(nn.MLP(3, [4, 4], 1, activation="tanh", rng=0))
    loss = (np.ravel(model([2.0, 3.0, -1.0]))[0] - 1.0) ** 2
    loss.backward()
    return loss


def scopes():
    """One box around one node, with a name as long as a program's may be, and a box beside it."""
    x = Value(2.0, "x")
    with scope("a name that is longer than what stands in its box by far"):
        y = x * 3.0
    with scope("b"):
        z = y + 1.0
    z.backward()
    return z


BEYOND = """() => {
  const found = [];
  const texts = [...document.querySelectorAll(".group-title text")];
  const signs = [...document.querySelectorAll(".group-sign")];
  [...document.querySelectorAll("g.group:not(.node)")].forEach((group, i) => {
    const box = group.querySelector("path").getBoundingClientRect();
    for (const part of [texts[i], signs[i]]) {
      const { left, right, top, bottom } = part.getBoundingClientRect();
      if (left < box.left || right > box.right || top < box.top || bottom > box.bottom)
        found.push([group.id, part.textContent, right - box.right]);
    }
    if (!group.getAttribute("aria-label").startsWith(texts[i].textContent.split(/[ …]/)[0]))
      found.push([group.id, "the whole title is not told"]);
  });
  return { found, titles: texts.map((text) => text.textContent) };
}"""


@pytest.mark.parametrize("show", [viz.draw, viz.steps, viz.live])
def test_titles_of_groups_and_their_signs_stay_inside_their_boxes(show, page, tmp_path):
    told = []
    for made in (layers, scopes):
        opened(page, show(made()), tmp_path)
        page.wait_for_selector(".group-sign", state="attached")
        measured = page.evaluate(BEYOND)
        assert measured["found"] == []
        told += measured["titles"]
    assert "layer 1 ([0]) · Dense · 16 parameters" in told  # where there is room
    assert "layer 2 ([2]) · Dense" in told
    assert any(title.startswith("a n") and title.endswith("…") for title in told)
    assert page.said == []


def nested():
    x = Tensor(np.ones((2, 3)), "x")
    with scope("block"):
        with scope("head"):
            y = nn.sigmoid(x * 2.0)
        z = y + 1.0
    loss = z.sum()
    loss.backward()
    return loss


def test_boxes_in_boxes_open_one_level_at_a_time_and_are_found_by_name(page, tmp_path):
    opened(page, viz.draw(nested(), depth=0), tmp_path)
    page.keyboard.press("/")
    page.keyboard.type("sigmoid")
    assert page.locator("g.open").count() == 0
    page.keyboard.press("Enter")
    assert page.locator("g.open").count() >= 1
    assert "block" in page.locator("#trail").inner_text()
    nothing_lies_on_anything(page)
    page.keyboard.press("Escape")  # out of the field
    while page.locator("g.open").count():
        page.keyboard.press("Escape")
    assert page.locator("#trail").inner_text() == ""


def test_a_chosen_neuron_tells_its_weights_on_its_wires_where_there_was_no_room(page, tmp_path):
    """All of them, on nothing else; the other wires are dimmed, and a further click opens it."""
    drawing = viz.draw(graphs.neurons((4, 8, 8, 1)))
    edges = [edge for edge in drawing.picture.edges if not edge.numbered]
    opened(page, drawing, tmp_path)
    for target in (edges[0].target, edges[-1].target):
        wires = [edge for edge in edges if edge.target == target]
        page.eval_on_selector(f'[id="{target}"] .frame', CLICK)
        nothing_lies_on_anything(page)
        lines = "all => all.map(g => [...g.querySelectorAll('text')].map(t => t.textContent))"
        told = page.eval_on_selector_all(".label", lines)
        weights = [edge.weight for edge in wires]
        assert told == [[w.value, f"grad {w.gradient.text}"] for w in weights]
        for edge, told in ((wires[0], "1"), (edges[len(edges) // 2 + 1], "0.25")):
            opacity = page.eval_on_selector(f'[id="{edge.id}"]', "e => getComputedStyle(e).opacity")
            assert opacity == told
        assert weights[0].name in page.inner_text("#told")
    page.eval_on_selector(f'[id="{target}"] .frame', CLICK)
    assert page.locator("g.open").count() == 1


TOLD = """() => Object.fromEntries([...document.querySelectorAll("#stage g.node[data-node]")]
  .filter((g) => g.checkVisibility() && !g.closest(".inside"))
  .map((g) => [g.dataset.node, [...g.querySelectorAll(":scope > :is(.value, .grad)")]
    .map((t) => t.textContent)]))"""


@pytest.mark.parametrize("name", ["nested", "tensor_mlp", "three_four_four_one"])
def test_boxes_open_and_close_in_the_player_at_any_step(name, page, tmp_path):
    """Whatever is open, the frames say of each node what they said before."""
    steps = viz.steps(nested() if name == "nested" else graphs.TWELVE[name]())
    opened(page, steps, tmp_path)

    def go(step):
        page.fill("#slider", str(step))

    at = [len(steps) // 3, 2 * len(steps) // 3, len(steps)]
    plain = {}
    for step in at:
        go(step)
        plain[step] = page.evaluate(TOLD)
    ids = page.eval_on_selector_all("g.opens", "all => all.map((g) => g.id)")
    for id in ids[:: max(1, len(ids) // 2)]:
        page.eval_on_selector(f'[id="{id}"] > .sign', CLICK)
    groups = page.locator(".group-sign")
    if groups.count():
        groups.last.focus()
        page.keyboard.press("Enter")
    for step in at:
        go(step)
        nothing_lies_on_anything(page)
        seen = page.evaluate(TOLD)
        assert all(plain[step][node] == told for node, told in seen.items())
        now = page.locator("#stage g.now").count()
        assert now >= (steps[step - 1].node is not None)
    for closed in page.query_selector_all('[id$="-closed"]'):
        closed.evaluate(ENTER)
    for _ in ids:
        page.keyboard.press("Escape")
    assert page.locator("#stage g.open").count() == 0
    for step in at:
        go(step)
        assert page.evaluate(TOLD) == plain[step]


def test_what_is_inside_of_a_box_is_not_told_before_its_step(page, tmp_path):
    x = Value(0.5, "x")
    h = nn.sigmoid(x * 2.0)
    steps = viz.steps(h)
    opened(page, steps, tmp_path)
    (id,) = page.eval_on_selector_all("g.opens", "all => all.map((g) => g.id)")
    page.eval_on_selector(f'[id="{id}"] > .sign', CLICK)
    shown = """(name) => [...document.querySelectorAll(`.inside g.node > ${name}`)]
      .filter((t) => getComputedStyle(t).visibility === "visible").length"""
    forward = next(f.index for f in steps if f.kind == "forward" and f.node is h)
    back = next(f.index for f in steps if f.kind == "backward" and f.node is h)
    counts = []
    for step in (1, forward, forward + 1, back, back + 1):
        page.fill("#slider", str(step))
        counts.append([page.evaluate(shown, name) for name in (".value", ".grad")])
    known = counts[2][0]
    assert [c[0] < known for c in counts] == [True, True, False, False, False]
    assert [c[1] for c in counts] == [0, 0, 0, counts[3][1], 4]
    assert counts[3][1] < 4


def test_numbers_inside_are_those_of_the_array():
    W, x = Tensor([[1.0, -2.0], [3.0, 0.5]], "W"), Tensor([[2.0, 1.0]], "x")
    y = x @ W
    loss = (y * y).sum()
    loss.backward()
    drawing = viz.draw(loss)
    id = next(node.id for node in drawing.picture.nodes if node.symbol == "@")
    inside = drawing.level.inside[id]
    names = set(inside.names.values())
    assert {"W[0,0]", "W[1,1]", "x[0,1]", "y[0,0]", "y[0,1]"} <= {n.rstrip(" =") for n in names}
    for number in ("5.0", "-3.5", "grad 10.0", "grad -7.0"):
        assert f">{number}<" in inside.svg


def test_a_closed_group_shows_what_comes_in_and_what_goes_out():
    drawing = viz.draw(nested(), depth=0)
    (id,) = [node.id for node in drawing.picture.nodes if node.kind == "group"]
    inside = drawing.level.inside[id]
    told = list(inside.names.values())
    assert any(name.startswith("x") for name in told)
    assert any(name.startswith("→ ") for name in told)


def test_to_look_inside_leaves_the_graph_as_it_was():
    loss = graphs.xor()
    before = [(id(n), n.label, np.array(n.grad) if n.has_grad else None) for n in topological(loss)]
    assert viz.draw(loss).level.inside
    after = [(id(n), n.label, np.array(n.grad) if n.has_grad else None) for n in topological(loss)]
    for (i, label, grad), (j, other, again) in zip(before, after, strict=True):
        assert (i, label) == (j, other)
        assert np.array_equal(grad, again)


def told(level):
    """Return what a page is told of what is inside of a level."""
    return json.loads(zlib.decompress(base64.b64decode(level.data()["inside"])))


def test_levels_for_which_there_is_no_room_do_not_open():
    def unpacked(level):
        return told(level)["inside"]

    large = Level("x" * (MOST // 2), {}, {})
    around = Level("<svg/>", {}, {}, {"n0": large, "n1": Level("<svg/>", {}, {})})
    assert set(unpacked(Level("<svg/>", {}, {}, {"a": around}))["a"]["inside"]) == {"n0", "n1"}
    found = unpacked(Level("<svg/>", {}, {}, {"a": around, "b": large}))
    assert set(found) == {"a", "b"}
    assert set(found["a"]["inside"]) == {"n1"}


def test_a_drawing_from_a_file_is_shown_without_insides(tmp_path):
    path = viz.draw(Value(2.0, "a").tanh() * 3.0).save(tmp_path / "graph.json")
    assert viz.load_drawing(path).level.inside == {}


@pytest.mark.skipif(not shutil.which("node"), reason="node runs the JavaScript, and is not here")
def test_a_folded_heat_map_is_unfolded_to_the_same_shapes():
    rng = np.random.default_rng(0)
    levels = rng.integers(-4, 5, size=(7, 9))
    levels[2, 3:5] = 9
    one = Map("values", Heat(tuple(map(tuple, levels.tolist()))))
    plain = heat_map(one, 12.5, 4.0, LIGHT)
    folded = heat_map(one, 12.5, 4.0, LIGHT, folded=True)
    (data,) = re.findall(r'data-cells="(.*?)" data-fills="(.*?)" data-levels="(.*?)"', folded)
    script = (Path(viz.__file__).parent / "viewer" / "moving.js").read_text()
    (function,) = re.findall(r"^function unfolded.*?^}", script, re.MULTILINE | re.DOTALL)
    given = json.dumps(dict(zip(("cells", "fills", "levels"), data, strict=True)))
    done = subprocess.run(
        [shutil.which("node"), "-"],
        input=f"const svgElement = (_, x) => x;\n{function}\n"
        f"process.stdout.write(JSON.stringify(unfolded({given})))",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = {(one["fill"], one["d"]) for one in json.loads(done.stdout)}
    assert found == set(re.findall(r'<path fill="(.*?)" d="(.*?)"/>', plain))
    assert {one["class"] for one in json.loads(done.stdout)} >= {"f-zero", "f-broken"}


def squares(x):
    powers = [(e - 1.0) ** 2 for e in x]
    return sum(powers)


def squares_of_all(rows):
    return sum(squares(row) for row in rows)


def test_what_is_alike_in_the_pictures_of_a_page_is_written_once():
    cells = "abcdefghi" * 5
    inner = {
        f"n{i}": Level(
            f'<svg><path data-levels="{cells}"/><g a="1" b="2" c="3"><text>{text}</text></g></svg>',
            {},
            {},
        )
        for i, text in enumerate(("0.5", "-1.25", "#0", "&lt; 1"))
    }
    written = told(Level("<svg/>", {}, {}, inner))
    assert written["cells"] == cells
    assert cells not in str(written["pictures"])
    assert written["pictures"][1][0] == 0
    assert written["pictures"][1][2:] == ["-1.25"]


@pytest.mark.skipif(not shutil.which("node"), reason="node runs the JavaScript, and is not here")
def test_pictures_are_put_together_again_as_they_were():
    rows = [[Value(0.37 * i - k) for i in range(12)] for k in range(8)]
    level = viz.draw(squares_of_all, rows).level
    script = (Path(viz.__file__).parent / "viewer" / "unpacking.js").read_text()
    (function,) = re.findall(r"^function together.*?^}", script, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [shutil.which("node"), "-"],
        input=f"{function}\nprocess.stdout.write(JSON.stringify(together({json.dumps(told(level))})))",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    differences = [one for one in told(level)["pictures"] if isinstance(one, list)]
    assert len(differences) >= 7  # the members of a stack have one structure
    for path, inner in level.walk():
        here = {"inside": found}
        for id in path:
            here = here["inside"][id]
        assert not path or here["svg"] == bare(inner.svg)
