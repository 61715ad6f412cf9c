"""SVG: nothing lost, everything said, whatever the labels."""

import random
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, scope, tanh
from viz.engine import EngineError, render
from viz.graph.build import build_picture
from viz.graph.dot import to_dot
from viz.graph.svg import finish
from viz.style.colors import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<b>bold</b>",
    "a & b",
    "&amp;",
    "&#0;",
    "quote \" and '",
    "back\\slash \\N \\G \\l",
    "{record|field}",
    "line\nbreak",
    "\x00\x01\x1b[0m",
    "🎉 emoji 👩‍👩‍👧",
    "שלום עולם",
    "\u202eright to left",
    "x" * 10_000,
    "",
    " ",
    "]]>",
    "--><script>alert(1)</script>",
    "<!-- ",
    "%s %d {}",
    "\ud800",
    "\ufffe\uffff",
    "</TABLE>",
    "n0",
    "->",
    "é̂́" * 30,
]


def drawn(node, **choices):
    drawing = viz.draw(node, **choices)
    return drawing.picture, ET.fromstring(drawing.svg)


def by_id(root):
    return {e.get("id"): e for e in root.iter(f"{SVG}g") if e.get("id")}


def a_loss():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    loss = (a * b + 10.0) ** 2
    loss.backward()
    return loss


def test_every_node_and_every_edge_is_there_with_its_numbers():
    picture, root = drawn(a_loss())
    elements = by_id(root)
    for node in picture.nodes:
        text = "".join(elements[node.id].itertext())
        assert node.value in text
        if node.gradient is not None:
            assert f"grad {node.gradient.text}" in text
    for edge in picture.edges:
        assert edge.text in "".join(elements[edge.id].itertext())
        assert elements[edge.id].find(f"{SVG}path") is not None
        assert elements[edge.id].find(f".//{SVG}polygon") is not None


def test_a_part_that_the_engine_lost_is_an_error():
    picture = build_picture(a_loss())
    svg = render(to_dot(picture))
    with pytest.raises(EngineError, match="lost 1 parts: e2"):
        finish(svg.replace(b'id="e2"', b'id="gone"'), picture)


def test_the_whole_is_described_for_those_who_do_not_see_it():
    _, root = drawn(a_loss())
    assert "graphics-document" in root.get("role")
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title.text == "Computation graph of node"  # as `drawn` calls it
    assert desc.text.startswith("A graph of 6 nodes and 5 edges. a: 2.0, gradient -24.0.")
    assert "mul#1 = a × b: -6.0, gradient 8.0." in desc.text
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")


def test_nodes_can_be_reached_by_keyboard_and_say_what_they_are():
    picture, root = drawn(a_loss())
    elements = by_id(root)
    for node in picture.nodes:
        assert elements[node.id].get("tabindex") == "0"
        assert elements[node.id].get("role") == "img"
        assert node.value in elements[node.id].get("aria-label")
    assert elements["e0"].get("aria-label") == "a → mul#1, gradient back: -3.0 × 8.0 = -24.0"


def test_the_legend_has_a_number_for_each_colour_from_the_smallest_to_the_largest():
    _, root = drawn(a_loss())
    told = [t.text for t in root.iter(f"{SVG}text")]
    start = told.index("gradient") + 1
    assert [t.strip() for t in told[start : start + 9]] == [
        "negative", "", "", "", "0", "to 2.213", "to 4.899", "to 10.84", "to 24.0",
    ]  # fmt: skip


def test_the_three_states_of_a_gradient_look_different():
    a, b, c = Value(1.0, label="a"), Value(2.0, label="b"), Value(3.0, label="c")
    y = a * 0.0 + b
    y.backward()
    _, root = drawn(y * c)
    elements = by_id(root)
    labels = {e.get("aria-label", "").split(":")[0]: e for e in elements.values()}

    def look(name):
        fills = {p.get("fill") for p in labels[name].iter(f"{SVG}rect")}
        return "".join(labels[name].itertext()), fills

    assert "grad 0 exactly" in look("a")[0]
    assert LIGHT["zero"] in look("a")[1]
    assert "grad 1.0" in look("b")[0]
    assert LIGHT["positive-4"] in look("b")[1]
    assert "grad: not computed" in look("c")[0]
    assert look("c")[1].isdisjoint({LIGHT["zero"], LIGHT["positive-4"]})


def test_sign_and_size_are_in_colour_and_width_of_the_lines():
    x = Value(1.0, label="x")
    y = x * 8.0 - Value(1.0, label="w") * 2.0
    y.backward()
    picture, root = drawn(y)
    elements = by_id(root)
    lines = {
        e.contribution.size: elements[e.id].find(f"{SVG}path")
        for e in picture.edges
        if e.contribution is not None
    }
    assert lines[8.0].get("stroke") == LIGHT["edge-positive"]
    assert lines[-2.0].get("stroke") == LIGHT["edge-negative"]
    width = {size: float(path.get("stroke-width")) for size, path in lines.items()}
    assert width[8.0] > width[-2.0] > 0


def test_no_line_covers_the_title_of_a_box():
    x = Value(1.0, label="x")
    with scope("a rather long name of a box"):
        y = tanh(x) * x
    root = drawn(y * x, theme="light")[1]
    parts = list(root.iter(f"{SVG}g"))
    (title,) = (g for g in parts if g.get("class") == "group-title")
    assert "".join(title.itertext()).strip() == "a rather long name of a box"
    assert title.find(f"{SVG}text").get("stroke") == LIGHT["group-0"]
    lines = [i for i, g in enumerate(parts) if g.get("class") == "edge"]
    assert max(lines) < parts.index(title)


def test_dark_is_dark_and_auto_follows_the_reader():
    loss = a_loss()
    dark, auto, light = (viz.draw(loss, theme=t).svg for t in ("dark", "auto", "light"))
    assert DARK["page"] in dark
    assert LIGHT["page"] not in dark
    assert "prefers-color-scheme" not in light + dark
    style = re.search(r"@media \(prefers-color-scheme:dark\)\{(.*?)\}</style>", auto, re.S)
    for name in ("page", "text", "leaf"):
        assert DARK[name] in style.group(1)
    assert LIGHT["page"] in auto


def test_auto_replaces_every_colour_that_is_drawn():
    root = ET.fromstring(viz.draw(a_loss(), theme="auto").svg)
    for element in root.iter():
        for attribute in ("fill", "stroke"):
            color = element.get(attribute, "none")
            if color.startswith("#"):
                assert f"{attribute[0]}-" in element.get("class", ""), (element.tag, color)


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_label_is_shown_as_it_is_or_cut(label):
    a = Value(1.0, label=label)
    _, root = drawn(a * 2.0, title=label)
    node = by_id(root)["n0"]
    plain = " ".join("".join(c for c in label if c.isprintable() or c in "\n\u200d").split())
    texts = [t.text or "" for t in node.iter(f"{SVG}text")]
    shown = "".join(texts).split("1.0")[0]
    if label.strip() and len(plain) < 40:
        assert shown.replace(" ", "") == plain.replace(" ", "")
    assert len(shown) <= 40
    assert not any(e.tag.endswith("script") for e in root.iter())


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_drawing_holds_what_a_file_or_a_terminal_cannot_bear(label):
    drawing = viz.draw(Value(1.0, label=label) * Value(2.0, label=label), title=label)
    bundle = drawing._repr_mimebundle_()
    for text in (*bundle.values(), drawing.html, drawing.dot, drawing.text, repr(drawing)):
        text.encode()
        assert not set(text) & set("\x00\x01\x1b\u202e\ufffe\uffff")
        assert len(text) < 60_000


def a_random_graph(seed):
    chance = random.Random(seed)
    tensors = chance.random() < 0.3
    make = (lambda x: Tensor(np.full((2, 2), x))) if tensors else Value
    nodes = [make(chance.uniform(-1, 1)) for _ in range(chance.randint(1, 4))]

    def grow(depth):
        for _ in range(chance.randint(1, 5)):
            x, y = chance.choice(nodes), chance.choice([*nodes, 0.5])
            nodes.append(chance.choice([x * y, x + y, tanh(x)]))
            if chance.random() < 0.5:
                nodes[-1].label = chance.choice(HOSTILE)
            if depth < 3 and chance.random() < 0.4:
                with scope(chance.choice([h for h in HOSTILE if h])):
                    grow(depth + 1)

    grow(0)
    root = nodes[-1]
    if chance.random() < 0.7:
        root.backward(np.ones(root.shape) if tensors else None)
    choices = {
        "direction": chance.choice(["LR", "TD"]),
        "depth": chance.choice([None, None, 0, 1, 2]),
        "edges": chance.choice(["auto", "contribution", "local", "none"]),
        "theme": chance.choice(["light", "dark", "auto"]),
        "limit": chance.choice([300, 300, 4]),
    }
    return root, choices


@pytest.mark.parametrize(
    "block", [0, *(pytest.param(i, marks=pytest.mark.slow) for i in range(1, 10))]
)
def test_three_hundred_random_graphs_with_groups_and_hostile_labels_lose_nothing(block):
    for seed in range(30 * block, 30 * block + 30):
        root, choices = a_random_graph(seed)
        picture, svg = drawn(root, **choices)
        there = {e.get("id") for e in svg.iter(f"{SVG}g")}
        wanted = {x.id for part in (picture.nodes, picture.edges, picture.groups) for x in part}
        assert wanted <= there, seed
        assert svg.find(f"{SVG}title").text is not None, seed
        assert svg.find(f"{SVG}desc").text, seed
