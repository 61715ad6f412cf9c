"""The player's page and pictures as text: whole, self-contained, small, and safe for any label."""

import base64
import itertools
import json
import random
import re
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, tanh
from viz import viewer
from viz.formulas.math_text import mathml

SVG = "{http://www.w3.org/2000/svg}"


def doubled():
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c


def network(sizes, seed=0):
    rng = np.random.default_rng(seed)
    h = [Value(rng.normal(), label=f"x{i}") for i in range(sizes[0])]
    for k, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        layer = []
        for j in range(outputs):
            z = Value(0.1, label=f"b{k}{j}")
            for i in range(inputs):
                z = z + Value(rng.normal(), label=f"w{k}{j}{i}") * h[i]
            layer.append(tanh(z))
        h = layer
    loss = (h[0] - 1.0) ** 2
    for out in h[1:]:
        loss = loss + (out - 1.0) ** 2
    return loss


def data_of(html):
    return unpacked(html, "unpacked")


def unpacked(html, name):
    """Return what a page holds packed: its data ("unpacked") or its script ("learn")."""
    packed = re.search(rf'[ (=\[]{name}\("([^"]*)"\)', html)[1]
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def texts(svg, i):
    group = next(g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("id") == f"n{i}")
    return {t.get("class"): t.text or "" for t in group.iter(f"{SVG}text")}, group.get("class")


# --- pictures -----------------------------------------------------------------------------------


def test_a_frame_shows_what_is_known_by_then():
    steps = viz.steps(doubled())
    a, b, c = 0, 1, 2
    assert texts(steps.svg(0), b)[0]["value"] == "= ?"
    assert "waiting" in texts(steps.svg(0), b)[1]
    assert texts(steps.svg(1), b)[0]["value"] == "= 6.0"
    assert texts(steps.svg(2), c)[0]["grad"] == "no grad yet"  # never 0 before its time
    assert texts(steps.svg(3), c)[0]["grad"] == "grad 1.0"
    shown, classes = texts(steps.svg(4), b)
    assert (shown["grad"], shown["badge"]) == ("grad 2.0", "2/2")
    assert "complete" in classes
    assert "now" in texts(steps.svg(4), c)[1]
    shown, classes = texts(steps.svg(5), a)
    assert (shown["grad"], shown["badge"]) == ("grad 4.0", "✓")
    assert "done" in classes


def test_a_gradient_met_twice_is_marked_as_half_complete():
    x = Value(2.0, label="x")
    y = (x * 3.0) + x
    steps = viz.steps(y)
    first = next(f.index for f in steps if f.kind == "backward")
    shown, classes = texts(steps.svg(first), 0)
    assert (shown["grad"], shown["badge"]) == ("grad 1.0", "1/2")
    assert "partial" in classes


def test_an_exact_zero_is_shown_as_zero():
    x = Value(2.0, label="x")
    steps = viz.steps(x * 0.0)
    assert texts(steps.svg(), 0)[0]["grad"] == "grad 0.0"
    assert 'class="band zero"' in steps.svg()


def test_the_wrong_result_of_a_naive_order_is_crossed_out():
    steps = viz.steps(doubled(), "naive")
    shown, classes = texts(steps.svg(), 0)
    assert (shown["grad"], shown["badge"]) == ("grad 6.0", "✗")
    assert "wrong" in classes


def test_the_tooltip_says_what_the_box_has_no_room_for():
    a, b = Value(1.0, label="the first of the two numbers"), Value(2.0, label="the second number")
    svg = viz.steps(a * b).svg()
    assert "the first of the two numbers * the second number</title>" in svg


def test_all_frames_have_one_layout_and_every_node_and_edge():
    loss = network([2, 3, 2])
    steps = viz.steps(loss)
    places = set()
    edges = sum(len([x for x in n.inputs if isinstance(x, Value)]) for n in steps.order)
    for i in range(0, len(steps), 7):
        root = ET.fromstring(steps.svg(i))
        groups = [g for g in root.iter(f"{SVG}g") if "node" in g.get("class", "").split()]
        assert len(groups) == len(steps.order)
        places.add(tuple(g.get("transform") for g in groups))
        assert len([p for p in root.iter(f"{SVG}path") if "edge" in p.get("class", "")]) == edges
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text
        assert root.find(f"{SVG}desc").text == steps[i].sentence
    assert len(places) == 1


def test_frames_for_slides_are_numbered_and_need_no_variables(tmp_path):
    steps = viz.steps(doubled())
    paths = steps.save_frames(tmp_path / "slides")
    assert [path.name for path in paths] == [f"step-{i:03}.svg" for i in range(1, 8)]
    for path, frame in zip(paths, steps, strict=True):
        text = path.read_text(encoding="utf-8")
        root = ET.fromstring(text)
        assert "var(" not in text
        said = " ".join(t.text for t in root.iter(f"{SVG}text") if t.get("class") == "caption")
        assert said == frame.sentence


def test_themes():
    steps = viz.steps(doubled())
    assert "prefers-color-scheme" in steps.svg(theme="auto")
    assert steps.svg(theme="dark") != steps.svg(theme="light")
    assert 'data-theme="dark"' in steps.html(theme="dark")


HOSTILE = [
    "<script>alert(1)</script>",
    "a & b &amp; c",
    "\"'`${x}\\",
    "{a|b}",
    "two\nlines\ttab",
    "\x00\x07\ud800",
    "😀👩‍👩‍👧",
    "שלום عالم",
    "漢字かな",
    "x" * 10_000,
    "]]>",
    "\u2028\u2029",
    "%s %d \\n",
    "--> <!--",
]


def test_any_label_is_safe_in_every_output(tmp_path):
    rng = random.Random(0)
    for _ in range(15):
        leaves = [Value(rng.uniform(-1, 1), label=rng.choice(HOSTILE)) for _ in range(3)]
        y = leaves[0]
        for _ in range(6):
            y = [y * rng.choice(leaves), y + rng.choice(leaves), tanh(y)][rng.randrange(3)]
            y.label = rng.choice(["", "h", *HOSTILE])
        steps = viz.steps(y)
        root = ET.fromstring(steps.svg())
        nodes = [g for g in root.iter(f"{SVG}g") if "node" in g.get("class", "").split()]
        assert len(nodes) == len(steps.order)
        html = steps.html()
        assert html.lower().count("<script") == 1
        assert "alert(1)</script>" not in html
        assert len(data_of(html)["frames"]) == len(steps)
        steps.save(tmp_path / "hostile.html")
        assert steps._repr_html_().lower().count("</script>") == 1


# --- the page -----------------------------------------------------------------------------------


def test_the_page_asks_nobody_for_anything():
    html = viz.steps(network([2, 3, 2])).html()
    assert "default-src 'none'" in html
    outside = re.findall(r"""(?:src|href)=["']?(?!#)([^"'> ]+)|@import|url\((?!#)""", html)
    assert outside == []
    html += unpacked(html, "learn")
    addresses = set(re.findall(r"https?://[^\"' <)]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_without_scripts_the_page_has_the_picture_and_every_sentence():
    steps = viz.steps(doubled())
    html = re.sub(r"<script.*?</script>", "", steps.html(), flags=re.DOTALL)
    assert "grad 4.0" in html
    for frame in steps:
        assert frame.sentence in html
    assert '<details id="all" open>' in html


def test_the_data_holds_products_and_running_sums():
    frames = data_of(viz.steps(doubled()).html())["frames"]
    rows = frames[5]["r"]
    assert [row[2:] for row in rows] == [
        ["1.0 × 2.0 = 2.0", ""],
        ["1.0 × 2.0 = 2.0", "2.0 + 2.0 = 4.0"],
    ]


def test_rules_are_written_in_maths():
    x = Value(0.5, label="x")
    h = tanh(x)
    h.label = "h"
    data = data_of(viz.steps(h).html())
    row = next(f["r"][0] for f in data["frames"] if f["r"])
    rule = data["rules"][row[1]]
    assert rule.startswith("<math>")
    assert "<msup><mi>h</mi><mn>2</mn></msup>" in rule


def test_a_graph_of_60_nodes_is_under_200_kb():
    steps = viz.steps(network([3, 3, 2]))
    assert 58 <= len(steps.order) <= 66
    assert len(steps.html().encode()) < 200_000
    assert len(steps._repr_html_().encode()) < 200_000


def test_arrays_show_shapes_and_small_ones_their_numbers():
    X = Tensor(np.ones((64, 10)), label="X")
    W = Tensor(np.full((10, 2), 0.5), label="W")
    b = Tensor([1.0, -1.0], label="b")
    html = viz.steps((X @ W + b).sum()).html()
    data = data_of(html)
    assert "64×10 ‖25.30‖" in str(data)
    assert "[1.0, -1.0]" in str(data)
    assert any("<mtable" in rule for rule in data["rules"])  # ∂/∂b = [64, 64]


# --- the notebook's output ----------------------------------------------------------------------


def test_the_notebook_output_is_an_image_that_a_script_replaces():
    output = viz.steps(doubled())._repr_html_()
    plain = re.sub(r"<(script|style|iframe|svg)\b.*?</\1>", "", output, flags=re.DOTALL)
    image = re.search(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)"', plain)
    assert "∂c/∂a = 4.0" in image[1]
    root = ET.fromstring(base64.b64decode(image[2]))
    assert root.tag == f"{SVG}svg"
    assert 'sandbox = "allow-scripts"' in output
    assert "allow-same-origin" not in output


# --- saving, errors -----------------------------------------------------------------------------


def test_save_by_ending(tmp_path):
    steps = viz.steps(doubled())
    assert steps.save(tmp_path / "s.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert steps.save(tmp_path / "s.svg").read_text(encoding="utf-8").startswith("<svg")
    assert steps.save(tmp_path / "s.TXT").read_text(encoding="utf-8") == steps.text()
    with pytest.raises(ValueError, match=r"\.html, \.svg, .*\.txt"):
        steps.save(tmp_path / "s.tiff")


def test_nothing_needs_an_engine(monkeypatch):
    def missing():
        raise viz.EngineError("no Graphviz was found")

    monkeypatch.setattr("viz.engine.process.engine", missing)
    steps = viz.steps(doubled())
    assert "∂c/∂a = 4.0" in steps.text()
    assert "∂c/∂a = 4.0" in steps.html()
    assert "<iframe" in steps._repr_html_() or "createElement" in steps._repr_html_()


def test_the_data_files_are_beside_the_module():
    found = {file.name for file in Path(viewer.__file__).parent.iterdir()}
    assert {"player.html", "player.css", "player.js", "stage.css", "notebook.js"} <= found


# --- formulas -----------------------------------------------------------------------------------


def test_mathml_of_what_the_table_writes():
    assert mathml(r"\frac{1}{\left(1 + x\right)}") == (
        '<math><mfrac><mrow><mn>1</mn></mrow><mrow><mrow><mo stretchy="true">(</mo><mn>1</mn>'
        '<mo>+</mo><mi>x</mi><mo stretchy="true">)</mo></mrow></mrow></mfrac></math>'
    )
    assert mathml("-x") == '<math><mo form="prefix">−</mo><mi>x</mi></math>'
    assert mathml(r"\text{a\_b <}") == "<math><mtext>a_b &lt;</mtext></math>"
    cases = mathml(r"\begin{cases} {x} & {c} \\ {y} & \text{else} \end{cases}")
    assert cases.count("<mtr>") == 2
    assert cases.count("<mtd>") == 4


def test_mathml_is_well_formed_for_every_row_of_the_table():
    from autograd import partial_latex, primitives
    from autograd.rows.elementwise import Elementwise

    for op in primitives().values():
        ET.fromstring(mathml(op.latex.replace("$", "")).replace("&nbsp;", " "))
        if isinstance(op, Elementwise):
            for i in range(op.arity):
                ET.fromstring(mathml(partial_latex(op, i)))


def test_a_graph_that_nobody_could_follow_is_refused_at_once_and_told_as_text():
    x = Value(1.0, label="x")
    y = x
    for _ in range(3_000):
        y = y + 1.0
    steps = viz.steps(y)
    with pytest.raises(viz.TooLargeError, match=r"3,001 nodes.*2,500.*\.text\(\)"):
        steps.html()
    assert "3,001 nodes" in steps._repr_html_()
    assert "= 3001.0" in steps.text()
