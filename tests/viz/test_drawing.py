"""`draw`: what is shown, saved and refused; in a browser, what is seen."""

import base64
import importlib.util
import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from browsing import in_a_browser

import nn
import viz
from autograd import Tensor, TraceError, Value, dot, no_grad, scope, tanh, topological, trace
from viz.engine import EngineError
from viz.formats import raster

DOCS = Path(__file__).parents[2] / "docs"
TEXT = "{http://www.w3.org/2000/svg}text"


def a_loss():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    loss = (a * b + 10.0) ** 2
    loss.backward()
    return loss


def edge_texts(drawing):
    return [e.text for e in drawing.picture.edges if e.text]


def test_each_edge_shows_local_times_upstream_and_the_product():
    # (2·(−3) + 10)² = 16; upstream of + is 2·4 = 8
    assert edge_texts(viz.draw(a_loss())) == [
        "-3.0 × 8.0 = -24.0",
        "2.0 × 8.0 = 16.0",
        "1.0 × 8.0 = 8.0",
        "8.0 × 1.0 = 8.0",
    ]


def test_edges_may_show_the_local_derivative_alone_or_nothing():
    assert edge_texts(viz.draw(a_loss(), edges="local"))[:2] == ["∂ = -3.0", "∂ = 2.0"]
    assert edge_texts(viz.draw(a_loss(), edges="none")) == []


def test_before_the_backward_pass_nothing_is_computed():
    picture = viz.draw(Value(2.0, label="a") * 3.0).picture
    assert {n.gradient.state for n in picture.nodes if n.gradient} == {"unset"}
    assert edge_texts(viz.draw(Value(2.0) * 3.0)) == []


def test_a_drawing_keeps_the_numbers_of_its_time():
    a = Value(2.0, label="a")
    y = a * 3.0
    before = viz.draw(y)
    y.backward()
    assert "grad 3.0" not in before.svg
    assert "grad 3.0" in viz.draw(y).svg


def test_a_value_that_is_used_twice_has_two_edges():
    a = Value(3.0, label="a")
    y = a + a
    y.backward()
    edges = viz.draw(y).picture.edges
    assert [(e.source, e.target, e.position) for e in edges] == [("n0", "n1", 0), ("n0", "n1", 1)]
    assert sum(e.contribution.size for e in edges) == a.grad == 2.0


def test_contributions_of_a_node_sum_to_its_gradient_on_random_graphs():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        nodes = [Value(x) for x in rng.normal(size=4)]
        for _ in range(15):
            x, y = rng.choice(len(nodes), size=2)
            nodes.append(tanh(nodes[x] * nodes[y] + nodes[x]))
        nodes[-1].backward()
        picture = viz.draw(nodes[-1]).picture
        for node in picture.nodes[:-1]:
            sent = [
                e.contribution.size for e in picture.edges if e.source == node.id and e.contribution
            ]
            if node.gradient is not None:
                assert sum(sent) == pytest.approx(node.gradient.size, rel=1e-12, abs=1e-300)


def test_tensors_show_shape_type_and_norm():
    W = Tensor(np.full((3, 2), 2.0, dtype="f"), label="W")
    loss = (W * W).sum()
    loss.backward()
    (w, *_) = viz.draw(loss).picture.nodes
    assert (w.shape, w.value) == ("3×2 float32", "all 2.0")
    assert w.gradient.text == f"norm {np.sqrt(6 * 16):.4g}"
    assert not w.gradient.signed


def test_a_small_tensor_is_written_out():
    (w, *_) = viz.draw(Tensor([1.0, -2.5], label="w") * 1.0).picture.nodes
    assert w.value == "[1.0, -2.5]"


def test_an_empty_tensor_can_be_drawn():
    assert viz.draw(Tensor(np.zeros((0, 3)), label="none").sum()).picture.nodes[0].value == "empty"


def test_after_a_training_step_the_old_graph_can_still_be_drawn():
    w = Tensor([1.0, 2.0], label="w")
    loss = (w * w).sum()
    loss.backward()
    w.data -= 0.1 * w.grad
    drawing = viz.draw(loss)
    assert "grad [2.0, 4.0]" in drawing.svg
    assert all(e.contribution.state in ("unset", "value") for e in drawing.picture.edges)


def test_infinite_and_undefined_numbers_can_be_drawn():
    w = Tensor([0.0, 1.0], label="w")
    with np.errstate(all="ignore"):
        y = np.log(w).sum()
    y.backward()
    assert "inf" in viz.draw(y).svg


def test_gradients_that_are_nodes_can_be_drawn():
    a = Value(2.0, label="a")
    y = a * a
    y.backward(create_graph=True)
    assert "grad 4.0" in viz.draw(y).svg
    assert "grad" in viz.draw(a.grad).svg


def test_many_constants_of_a_node_are_summed_up():
    y = dot([Value(1.0, label="w")] * 20, np.arange(20.0), 0.0)
    constants = [n.value for n in viz.draw(y).picture.nodes if n.kind == "constant"]
    assert constants == ["0.0", "1.0", "2.0", "3.0", "4.0", "and 15 more constants"]


def test_one_of_something_is_told_in_the_singular():
    assert repr(viz.draw(Value(1.0, label="a"))) == "<Drawing of a: 1 node, 0 edges>"


def test_a_leaf_and_a_result_of_no_grad_are_pictures_of_one_node():
    with no_grad():
        y = Value(2.0, label="a") * 3.0
    for node in (Value(1.0, label="a"), y):
        assert "<svg" in viz.draw(node).svg


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf", ".dot", ".html", ".txt"])
def test_save_writes_each_format(tmp_path, ending):
    path = viz.draw(a_loss()).save(tmp_path / f"graph{ending}")
    start = {
        ".svg": b"<svg",
        ".png": b"\x89PNG",
        ".pdf": b"%PDF",
        ".dot": b"digraph {",
        ".html": b"<!doctype html>",
        ".txt": b"node = 16.0",
    }[ending]
    assert path.read_bytes().startswith(start) or ending == ".txt"
    assert list(tmp_path.iterdir()) == [path]


def test_png_and_pdf_are_our_own_drawing_where_the_extra_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(raster, "png", lambda svg: svg.encode())
    monkeypatch.setattr(raster, "pdf", lambda svg: svg.encode())
    drawing = viz.draw(a_loss())
    for name in ("a.png", "a.pdf"):
        assert drawing.save(tmp_path / name).read_text() == drawing.svg


def test_a_failed_save_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(raster, "installed", lambda _: False)
    drawing = viz.draw(a_loss(), time_limit=0.0001)
    for name in ("a.pdf",):
        with pytest.raises(EngineError, match="longer than"):
            drawing.save(tmp_path / name)
    with pytest.raises(ValueError, match=r"\.svg, \.png, .* 'graph\.gif'"):
        drawing.save(tmp_path / "graph.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_png_is_sharp_enough_for_a_projector(tmp_path):
    png = viz.draw(a_loss()).save(tmp_path / "a.png").read_bytes()
    width = int.from_bytes(png[16:20], "big")
    svg_width = float(re.search(r'width="(\d+)px"', viz.draw(a_loss()).svg).group(1))
    assert width > 1.5 * svg_width


def corner(drawing, id):
    """Where a node is: the upper left of its box, with y downward."""
    root = ET.fromstring(drawing.svg)
    (node,) = [e for e in root.iter() if e.get("id") == id]
    (frame,) = [e for e in node if "frame" in e.get("class", "").split()]
    return [float(frame.get("x")), float(frame.get("y"))]


def test_direction_is_left_to_right_or_top_down():
    loss = a_loss()
    wide, high = viz.draw(loss, direction="LR"), viz.draw(loss, direction="TD")
    last = wide.picture.nodes[-1].id
    assert corner(wide, last)[0] > corner(wide, "n0")[0] + 100
    assert corner(high, last)[1] > corner(high, "n0")[1] + 100


def test_a_notebook_gets_an_image_that_needs_no_trust_the_svg_and_text():
    bundle = viz.draw(a_loss())._repr_mimebundle_(include=None, exclude=None)
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "a = 2.0" in bundle["text/plain"]
    image = re.search(
        r'<img alt="(.*?)" src="data:image/svg\+xml;base64,(.*?)"', bundle["text/html"]
    )
    assert image.group(1).startswith("A graph of 6 nodes")
    assert base64.b64decode(image.group(2)).decode() == bundle["image/svg+xml"]


def test_nothing_is_loaded_from_the_network():
    drawing = viz.draw(a_loss())
    for text in (drawing.html, drawing._repr_html_()):
        links = re.findall(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)|@import', text)
        assert all(link.startswith("data:") for pair in links for link in pair if link)


def test_the_text_tree_tells_a_shared_node_once():
    a = Value(2.0, label="a")
    b = a * a
    b.label = "b"
    assert viz.draw(b + b).text.splitlines()[1:] == [
        "├─ b = 4.0  [×]  grad: not computed",
        "│  ├─ a = 2.0  grad: not computed",
        "│  └─ a ↑",
        "└─ b ↑",
    ]


def test_a_text_tree_may_be_very_deep():
    y = Value(1.0)
    for _ in range(1400):
        y = tanh(y)
    assert len(viz.draw(y, limit=None).text.splitlines()) == 1401


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"edges": "all"}, "edges must be one of auto, contribution, local, none, not 'all'"),
        ({"direction": "RL"}, "direction must be 'LR' or 'TD', not 'RL'"),
        ({"theme": "sepia"}, "theme must be"),
        ({"depth": -1}, "depth counts open boxes"),
    ],
)
def test_an_unknown_choice_names_those_there_are(choices, message):
    with pytest.raises(ValueError, match=message):
        viz.draw(a_loss(), **choices)


@pytest.mark.parametrize("depth", ["1", 1.5])
def test_a_depth_that_is_no_int_is_told_what_depth_takes(depth):
    with pytest.raises(TypeError, match=rf"depth is an int .*depth=1, or None .*got {depth!r}"):
        viz.draw(a_loss(), depth=depth)


def test_what_is_not_a_node_is_refused():
    with pytest.raises(TypeError, match=r"not a ndarray; pass the Value or Tensor"):
        viz.draw(np.ones(3))


def a_graph_of(samples):
    """A net of `Value`s on a few samples: some 190 nodes for each."""
    rng = np.random.default_rng(0)
    layers, loss = [2, 8, 6, 1], 0.0
    weights = [
        [[Value(x) for x in row] for row in rng.normal(size=(n, m))]
        for m, n in itertools.pairwise(layers)
    ]
    for _ in range(samples):
        h = list(rng.normal(size=2))
        for W in weights:
            h = [tanh(sum((w * x for w, x in zip(row, h, strict=True)), 0.0)) for row in W]
        loss = (h[0] - 1.0) ** 2 + loss
    return loss


@pytest.mark.slow
def test_the_work_of_a_picture_grows_with_its_nodes_and_not_faster(calls_of):
    """Counted, not timed: the benchmark has the times."""
    per_node = []
    for groups in (1, 8):
        loss = a_graph_of(groups)
        loss.backward()
        nodes = len(topological(loss))
        per_node.append(calls_of(lambda loss=loss: viz.draw(loss, limit=None).svg) / nodes)
    assert per_node[1] < 1.5 * per_node[0]


def test_the_pictures_of_the_readme_are_those_that_the_script_makes(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    images = tmp_path / "images"
    images.mkdir()
    monkeypatch.setattr(pictures, "IMAGES", images)
    monkeypatch.setattr(pictures, "LIVE", tmp_path / "live.html")
    pictures.first_graph()
    pictures.backward()
    pictures.network()
    assert "chainrule = startPage" in (tmp_path / "live.html").read_text()
    made = sorted(path.name for path in images.iterdir())
    assert {*made, "moons.svg"} == {path.name for path in (DOCS / "images").glob("*.svg")}
    for name in made:
        stored, now = (ET.parse(place / name).getroot() for place in (DOCS / "images", images))
        # The places depend on the fonts of the machine, what is written does not.
        assert [t.text for t in stored.iter(TEXT)] == [t.text for t in now.iter(TEXT)]


# --- a traced function --------------------------------------------------------------------


def test_a_traced_function_is_drawn_as_the_program_that_was_recorded():
    w = Value(3.0, label="w")
    step = trace(lambda x: (w * x - 1.0) ** 2)
    with pytest.raises(TraceError, match="not called yet"):
        viz.draw(step)
    step(2.0)
    drawing = viz.draw(step)
    told = [(node.name, node.value, node.symbol) for node in drawing.picture.nodes]
    assert ("w", "3.0", "") in told
    assert told[-1] == ("result", "25.0", "²")
    assert {node.symbol for node in drawing.picture.nodes} >= {"×", "−", "²"}
    assert "<svg" in drawing.svg


# --- in a browser -------------------------------------------------------------------------


@pytest.fixture
def page(chromium):
    """A page whose console must stay clean, and from which nothing may be requested."""
    page = chromium.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", "about:", "file:"))] == []


_OVERFLOW = """() => {
  const found = [];
  for (const group of document.querySelectorAll("g.node, g.edge-text")) {
    let box = null;
    for (const shape of group.querySelectorAll("polygon, path, rect")) {
      const b = shape.getBoundingClientRect();
      box = box ? {left: Math.min(box.left, b.left), right: Math.max(box.right, b.right),
        top: Math.min(box.top, b.top), bottom: Math.max(box.bottom, b.bottom)} : b;
    }
    for (const text of group.querySelectorAll("text")) {
      const t = text.getBoundingClientRect();
      if (t.left < box.left - 1 || t.right > box.right + 1 || t.top < box.top - 2 ||
          t.bottom > box.bottom + 2) found.push(text.textContent);
    }
  }
  return found;
}"""


def typical_drawings():
    model = nn.MLP(2, [4], 1, activation="tanh", rng=0)
    loss = nn.mse_loss(model(np.ones((8, 2))), np.zeros((8, 1)))
    loss.backward()
    with scope("sigmoid"):
        y = 1.0 / (1.0 + (-Value(0.123456, label="iiiiiiiii")).exp())
    y.backward()
    wide = Value(1234.5678, label="WWWWWWWWWWWWWWW") * -9876.54321
    wide.backward()
    return [
        viz.draw(a_loss()),
        viz.draw(loss),
        viz.draw(loss, depth=1, theme="dark"),
        viz.draw(y, direction="TD"),
        viz.draw(wide),
    ]


class TestInABrowser:
    pytestmark = in_a_browser

    def test_text_stays_inside_its_box(self, page):
        for drawing in typical_drawings():
            for width in (500, 1400):
                page.set_viewport_size({"width": width, "height": 900})
                page.set_content(drawing.html)
                page.wait_for_selector("body.alive", state="attached")
                assert page.locator("g.node").count() >= 3
                assert page.evaluate(_OVERFLOW) == []

    def test_focus_is_visible_and_goes_from_node_to_node(self, page):
        page.set_content(viz.draw(a_loss()).html)
        page.wait_for_selector("body.alive", state="attached")
        page.focus("#stage")
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.id")
        page.keyboard.press("Tab")
        second = page.evaluate("document.activeElement.id")
        assert first != second
        assert page.evaluate("document.activeElement.classList.contains('node')")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    def test_auto_follows_the_page(self, chromium):
        drawing = viz.draw(a_loss(), theme="auto")
        grounds = {}
        for scheme in ("light", "dark"):
            page = chromium.new_page(color_scheme=scheme)
            page.set_content(drawing.html)
            grounds[scheme] = page.evaluate(
                "getComputedStyle(document.querySelector('.graph > rect')).fill"
            )
            page.close()
        assert grounds == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}

    def test_the_image_is_upgraded_where_scripts_run(self, page):
        page.set_content(viz.draw(a_loss())._repr_html_())
        assert page.frame_locator("iframe").locator("svg.chainrule g.node").count() == 6
        assert page.locator("img:visible").count() == 0
        assert page.locator("iframe").get_attribute("sandbox") == "allow-scripts"
        page.emulate_media(media="print")  # nothing can be opened on paper, and a frame is cut
        assert page.locator("iframe:visible").count() == 0
        assert page.locator("img:visible").count() == 1

    def test_keys_pressed_in_a_drawing_do_not_reach_the_notebook(self, page):
        page.set_content(viz.draw(a_loss())._repr_html_())
        page.evaluate("got = []; document.addEventListener('keydown', e => got.push(e.key))")
        frame = page.frame_locator("iframe")
        frame.locator("body.alive").wait_for(state="attached")
        frame.locator("#stage").press("f")
        frame.locator("#stage").press("/")
        page.keyboard.type("mul")
        assert frame.locator("g.node.found").count() == 1
        assert page.evaluate("got") == []

    def test_jupyters_theme_is_taken_over(self, page):
        html = viz.draw(a_loss())._repr_html_()
        page.set_content(f'<body data-jp-theme-light="false">{html}</body>')
        drawn = page.frame_locator("iframe").locator("#stage svg")
        assert drawn.get_attribute("data-theme") == "dark"
        fill = "svg => getComputedStyle(svg.querySelector('.graph > rect')).fill"
        assert drawn.evaluate(fill) == "rgb(20, 23, 28)"

    def test_the_image_is_there_where_scripts_styles_and_svg_are_stripped(self, page):
        html = viz.draw(a_loss())._repr_html_()
        html = re.sub(r"<(script|style|svg|iframe)\b.*?</\1>", "", html, flags=re.S)
        page.set_content(html)
        image = page.locator("img")
        assert image.get_attribute("alt").startswith("A graph of 6 nodes")
        assert page.evaluate("document.querySelector('img').naturalWidth") > 300

    def test_two_drawings_on_a_page_do_not_disturb_each_other(self, page):
        light = viz.draw(a_loss(), theme="light")._repr_html_()
        dark = viz.draw(a_loss(), theme="dark")._repr_html_()
        page.set_content(light + dark + light)
        fill = "svg => getComputedStyle(svg.querySelector('.graph > rect')).fill"
        frames = page.frame_locator("iframe")
        grounds = [frames.nth(i).locator("svg.chainrule").evaluate(fill) for i in range(3)]
        assert grounds == ["rgb(255, 255, 255)", "rgb(20, 23, 28)", "rgb(255, 255, 255)"]

    @pytest.mark.slow
    def test_an_export_of_a_notebook_shows_it(self, page, tmp_path):
        import nbformat
        from nbconvert import HTMLExporter

        bundle = viz.draw(a_loss())._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", data=bundle)
        cell = nbformat.v4.new_code_cell("viz.draw(loss)", outputs=[output])
        html, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
        html = re.sub(r'<(script|link)[^>]*(src|href)="https?:[^>]*>(</script>)?', "", html)
        html = re.sub(r"<script type=\"module\">.*?</script>", "", html, flags=re.S)
        path = Path(tmp_path / "export.html")
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        assert page.frame_locator("iframe").locator("svg.chainrule g.node").count() == 6
