"""The player in a headless Chromium: clicked, typed through, looked at, and listened to."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import numpy as np
import pytest
from browsing import in_a_browser
from nbconvert import HTMLExporter
from nbformat.sign import NotebookNotary

import viz
from autograd import Tensor, Value, source_lines, tanh

pytestmark = in_a_browser


@pytest.fixture
def viewport():
    return {"width": 1000, "height": 800}


def doubled():
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c


def neuron():
    x1, w1, x2, w2, bias = (
        Value(data, label=label)
        for data, label in ((2.0, "x1"), (-3.0, "w1"), (0.5, "x2"), (1.0, "w2"), (6.88, "bias"))
    )
    out = tanh(x1 * w1 + x2 * w2 + bias)
    loss = (out - 1.0) ** 2 + 0.1 * (w1**2 + w2**2)
    loss.label = "loss"
    return loss


def at(page):
    return page.inner_text("#count")


def press(page, selector):
    """Click where a button is, without waiting until it is at rest: of these, none moves."""
    room = page.locator(selector).bounding_box()
    page.mouse.click(room["x"] + room["width"] / 2, room["y"] + room["height"] / 2)


def grads(page):
    return page.eval_on_selector_all("g.node .grad", "all => all.map(e => e.textContent)")


# --- walking through -----------------------------------------------------


def test_clicked_through_to_the_end_and_back(open_page):
    steps = viz.steps(neuron())
    page = open_page(steps.html())
    told = "['sentence', 'count'].map((id) => document.getElementById(id).innerText)"
    for frame in steps:
        assert page.evaluate(told) == [frame.sentence, f"{frame.index + 1} of {len(steps)}"]
        if frame is not steps[-1]:
            press(page, "#next")
    assert page.get_attribute("#next", "aria-disabled") == "true"
    assert at(page) == f"{len(steps)} of {len(steps)}"
    shown = grads(page)
    assert "no grad yet" not in shown
    for _ in steps[1:]:
        press(page, "#back")
    assert at(page) == f"1 of {len(steps)}"
    assert set(grads(page)) == {"no grad yet"}
    page.click("#last")
    assert grads(page) == shown  # there and back again, everything is as it was
    page.click("#first")
    assert page.locator("g.node.waiting").count() == sum(n.op is not None for n in steps.order)


def test_typed_through_with_the_keys(open_page):
    steps = viz.steps(doubled())
    page = open_page(steps.html())
    page.keyboard.press("End")
    assert at(page) == "7 of 7"
    page.keyboard.press("Home")
    assert at(page) == "1 of 7"
    for i in range(2, 8):
        page.keyboard.press("ArrowRight")
        assert at(page) == f"{i} of 7"
    page.keyboard.press("ArrowLeft")
    assert at(page) == "6 of 7"
    sums = page.eval_on_selector_all("#maths td.sum", "all => all.map(e => e.textContent)")
    assert sums == ["", "2.0 + 2.0 = 4.0"]
    assert page.locator("#maths math").count() == 2


def test_the_slider_goes_anywhere_by_mouse_and_by_key(open_page):
    page = open_page(viz.steps(doubled()).html())
    page.fill("#slider", "5")
    assert at(page) == "5 of 7"
    page.focus("#slider")
    page.keyboard.press("ArrowRight")
    assert at(page) == "6 of 7"  # one step, not one by the slider and one by the page


#: What stands in each box, by the node's number, and which state it is in.
WRITTEN = """(all) => Object.fromEntries(all.map((g) => [g.dataset.node ?? g.id.slice(1),
  ["value", "grad", "badge"].map((name) => g.querySelector(`.${name}`)?.textContent ?? "")
    .concat([...g.classList].filter((name) => /waiting|known|partial|complete|done|now|unset/
      .test(name)).sort())]))"""


STILL = f"""svg => ({WRITTEN})(
  [...new DOMParser().parseFromString(svg, "text/html").querySelectorAll("g.node")])"""


def test_the_same_as_python_draws(open_page):
    steps = viz.steps(neuron())
    page = open_page(steps.html())
    for i in (0, 4, 11, 14, 18, len(steps) - 1):
        page.fill("#slider", str(i + 1))
        drawn = page.eval_on_selector_all("g.node[data-node]", WRITTEN)
        expected = page.evaluate(STILL, steps.svg(i))
        for texts in expected.values():
            texts[0] = texts[0].removeprefix("= ")
        assert drawn == expected


def test_play_steps_by_itself_and_stops_at_the_end(open_page):
    page = open_page(viz.steps(Value(2.0, label="a") * 3.0).html())
    page.select_option("#speed", "4")
    page.click("#play")
    page.locator("#play[aria-pressed=true]").wait_for()
    page.locator("#play[aria-pressed=false]").wait_for()
    assert at(page) == "5 of 5"


# --- predict, then reveal -----------------------------------------------------


def test_predict_hides_asks_checks_and_reveals(open_page):
    page = open_page(viz.steps(doubled(), "predict").html())
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.is_visible("#question")
    assert grads(page) == ["no grad yet", "grad ?", "grad 1.0"]
    assert page.inner_text("#maths") == ""
    assert page.inner_text("#sentence") == ""
    page.fill("#answers input", "1")
    page.keyboard.press("Enter")
    assert page.inner_text("#verdict").startswith("✗ Not yet: ∂c/∂b")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "∂c/∂b"
    page.fill("#answers input", "4/2")
    page.click("#check")
    assert not page.is_visible("#question")
    assert page.inner_text("#sentence").startswith("Right! Backward through c = b + b")
    assert grads(page)[1] == "grad 2.0"
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#question")
    page.click("#answers input")
    page.keyboard.press("ArrowLeft")  # moves the caret, not the player
    assert at(page) == "6 of 7"
    page.click("#reveal")
    assert grads(page) == ["grad 4.0", "grad 2.0", "grad 1.0"]
    page.uncheck("#predict")
    page.keyboard.press("Home")
    for _ in range(4):
        page.click("#next")
    assert not page.is_visible("#question")


def test_predict_asks_for_the_shape_of_an_array(open_page):
    X, W = Tensor(np.ones((4, 3)), label="X"), Tensor(np.ones((3, 2)), label="W")
    steps = viz.steps((X @ W).sum(), "predict")
    page = open_page(steps.html())
    page.fill("#slider", str(next(f.index for f in steps if len(f.edges) == 2) + 1))
    boxes = page.locator("#answers input")
    boxes.nth(0).fill("(4, 3)")
    boxes.nth(1).fill("2x3")
    page.click("#check")
    assert "∂" in page.inner_text("#verdict")
    assert "has the shape of the array" in page.inner_text("#verdict")
    boxes.nth(1).fill("3x2")
    page.click("#check")
    assert page.inner_text("#sentence").startswith("Right!")


# --- what is seen -----------------------------------------------------

OVERFLOWING = """() => {
  const outside = [];
  for (const g of document.querySelectorAll("g.node")) {
    const box = g.querySelector(".frame").getBoundingClientRect();
    const badge = g.querySelector(".badge")?.getBoundingClientRect() ?? { width: 0 };
    for (const text of g.querySelectorAll("text")) {
      const own = text.getBoundingClientRect();
      if (!text.textContent) continue;
      if (own.left < box.left || own.right > box.right || own.bottom > box.bottom + 1
        || own.top < box.top - 1) outside.push(text.textContent);
      if (text.classList.contains("name") && badge.width && own.right > badge.left)
        outside.push("badge over " + text.textContent);
    }
  }
  return outside;
}"""


@pytest.mark.parametrize("width", [1000, 700, 380])
def test_text_stays_inside_its_boxes_and_the_page_inside_the_window(open_page, width):
    labels = [
        "x",
        "layers.0.weight[2,1]",
        "漢字漢字漢字漢字",
        "😀👩‍👩‍👧 label",
        "שלום עולם שלום",
        "W" * 40,
    ]
    leaves = [Value(-1234.5678 / (i + 1), label=label) for i, label in enumerate(labels)]
    total = leaves[0]
    for leaf in leaves[1:]:
        total = total + leaf * leaves[0]
    steps = viz.steps(total)
    page = open_page(steps.html(), viewport={"width": width, "height": 800})
    for i in range(1, len(steps) + 1, 3):
        page.fill("#slider", str(i))
        assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_states_differ_by_more_than_colour(open_page):
    page = open_page(viz.steps(neuron()).html())
    page.fill("#slider", "18")  # some are done, one is half complete, some wait

    def looks(selector):
        return page.eval_on_selector(
            f"{selector} > .frame",
            """e => {
              const style = getComputedStyle(e);
              return [style.strokeWidth, style.strokeDasharray].join();
            }""",
        )

    badge = "all => all.map(g => g.querySelector('.badge')?.textContent ?? '')"
    badges = set(page.eval_on_selector_all("g.node", badge))
    assert {"", "✓", "1/2"} <= badges
    page.keyboard.press("Home")
    assert looks("g.waiting") != looks("g.known")
    page.fill("#slider", "18")
    assert looks("g.now") != looks("g.done:not(.now)") != looks("g.known")


def test_focus_is_visible_and_everything_is_reached_by_tab(open_page):
    page = open_page(viz.steps(doubled()).html())
    reached = []
    name = (
        "document.activeElement.id || document.activeElement.title || document.activeElement.type"
    )
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(name) or "SUMMARY")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if reached[-1] == "SUMMARY":
            break
    expected = ["first", "back", "next", "last", "slider", "play", "speed", "predict"]
    viewer = ["Smaller (−)", "Larger (+)", "Fit the whole picture (0)", "Fit to the width (f)"]
    assert reached == [*expected, *viewer, "Full screen", "search", "stage", "SUMMARY"]


def test_on_paper_each_step_is_a_page(open_page):
    steps = viz.steps(doubled())
    page = open_page(steps.html())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    told = page.locator("#print section p").all_text_contents()
    assert told == [f"{frame.index + 1}. {frame.sentence}" for frame in steps]
    first, last = page.locator("#print section svg").first, page.locator("#print section svg").last
    values = "all => all.map(e => e.textContent)"
    assert first.locator(".value").evaluate_all(values) == ["3.0", "?", "?"]
    assert last.locator(".value").evaluate_all(values) == ["3.0", "6.0", "12.0"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#print").count() == 0


def test_on_paper_boxes_look_as_they_do_at_that_step(open_page):
    X, W = Tensor(np.ones((4, 3)), label="X"), Tensor(np.ones((3, 2)), label="W")
    steps = viz.steps((X @ W).tanh().sum())
    page = open_page(steps.html())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    look = """(section) => [...section.querySelectorAll("g.node")].map((g) => [
      getComputedStyle(g.querySelector(".frame")).strokeWidth,
      ...[...g.querySelectorAll(".heat")].map((heat) => getComputedStyle(heat).visibility)])"""
    pages = [section.evaluate(look) for section in page.locator("#print section").all()]
    assert {v for _, *heats in pages[0][2:] for v in heats} <= {"hidden"}
    assert pages[0] != pages[1] != pages[-1]
    assert all(any(width == "4.5px" for width, *_ in shown) for shown in pages[1:-1])


def test_a_drawing_is_printed_as_a_whole(open_page):
    page = open_page(viz.draw(chain_of_products(40), limit=None).html)
    for _ in range(3):
        page.keyboard.press("+")
    page.emulate_media(media="print")
    svg = page.locator("#stage svg").bounding_box()
    assert 0 <= svg["x"] < svg["x"] + svg["width"] <= 1000
    assert svg["height"] <= 800


def test_the_stage_follows_the_step_and_speed_is_chosen(open_page, until):
    page = open_page(viz.steps(chain_of_products(40)).html(), reduced_motion="reduce")
    inside = """() => {
      const stage = document.getElementById("stage").getBoundingClientRect();
      const now = document.querySelector("g.now")?.getBoundingClientRect();
      return !now || (now.left >= stage.left && now.right <= stage.right
        && now.top >= stage.top && now.bottom <= stage.bottom);
    }"""
    for i in range(1, 80, 7):
        page.fill("#slider", str(i))
        assert page.evaluate(inside)
    page.keyboard.press("Home")
    page.select_option("#speed", "4")
    page.click("#play")
    until(page, "Number.parseInt(document.getElementById('count').textContent) > 2")


def looped():
    h = Value(0.5, "h0")
    for _ in range(2):
        h = h.tanh()
        h = h * 2.0
    return h


def test_the_program_stands_beside_and_is_lit_with_the_step_both_ways(open_page):
    with source_lines():
        steps = viz.steps(looped())
    page = open_page(steps.html(), viewport={"width": 1280, "height": 720})
    lit = page.locator("#source li.lit")
    assert lit.count() == 0
    page.click("#next")
    assert "h = h.tanh()" in lit.inner_text()
    assert "pass 1 of 2" in lit.inner_text()
    page.locator("#source li", has_text="h = h * 2.0").click()
    assert page.inner_text("#sentence").startswith("Forward: mul#1 = tanh#1 * 2.0")
    page.locator("#source li", has_text="h = h * 2.0").click()  # the next pass
    assert "pass 2 of 2" in page.inner_text("#line")
    page.locator("#source li", has_text="h = h.tanh()").hover()
    marked = page.eval_on_selector_all("g.fromline", "all => all.map(g => g.id)")
    assert marked == ["n1", "n3"]
    page.hover("#n1")
    assert "h = h.tanh()" in lit.inner_text()
    page.click("#show-source")
    assert not page.is_visible("#source")
    assert page.is_visible("#line")
    assert not open_page(viz.steps(looped()).html()).is_visible("#show-source")


def test_pinching_zooms_and_a_box_lights_its_paths(open_page):
    page = open_page(viz.steps(neuron()).html(), has_touch=True)
    page.hover("#n0")
    assert page.locator("#stage .lit").count() > 2
    assert page.locator("#stage .to-loss").count() > 1
    page.keyboard.press("/")
    page.keyboard.type("loss")
    assert page.locator("g.node.found").count() == 1
    width = "document.querySelector('#stage svg').getBoundingClientRect().width"
    before = page.evaluate(width)
    fingers = page.context.new_cdp_session(page)
    for kind, right in (("touchStart", 500), ("touchMove", 600), ("touchEnd", None)):
        points = [{"x": x, "y": 200} for x in (400, right) if right]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert page.evaluate(width) == pytest.approx(2.0 * before, rel=0.01)


def test_screen_readers_are_told_each_step(open_page):
    page = open_page(viz.steps(doubled()).html())
    assert page.get_attribute("#sentence", "aria-live") == "polite"
    page.click("#next")
    assert page.get_attribute("#slider", "aria-valuetext") == "Step 2: Forward: b = a + a = 6.0."
    assert page.get_by_role("button", name="Next step").count() == 1
    page.click("#all summary")
    assert page.locator("#rows tr").count() == 7
    assert page.locator("tr[aria-current=step]").inner_text().startswith("2")


@pytest.mark.parametrize(
    ("scheme", "color"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 28)")]
)
def test_dark_and_light_follow_the_reader(open_page, scheme, color):
    page = open_page(viz.steps(doubled()).html(), color_scheme=scheme)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == color


def test_less_motion_means_no_smooth_scrolling(open_page):
    big = chain_of_products(80)
    page = open_page(viz.steps(big).html(), reduced_motion="reduce")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    visible = """() => {
      const stage = document.getElementById("stage").getBoundingClientRect();
      const now = document.querySelector("g.now").getBoundingClientRect();
      return now.left >= stage.left && now.right <= stage.right;
    }"""
    assert page.evaluate(visible)  # at once, with no time to scroll
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(visible)


def chain_of_products(n):
    x = Value(1.0, label="x")
    y = x
    for _ in range(n):
        y = y * 1.01
    return y


def test_a_step_in_a_graph_of_1000_nodes_touches_only_what_changes(open_page):
    """Counted, not timed: a busy machine is slow, but changes no more than an idle one."""
    rng = np.random.default_rng(0)
    h = [Value(rng.normal()) for _ in range(6)]
    for outputs in (14, 14, 4):
        h = [
            tanh(sum((Value(rng.normal()) * x for x in h), start=Value(0.1)))
            for _ in range(outputs)
        ]
    loss = sum((out * out for out in h), start=Value(0.0))
    steps = viz.steps(loss)
    assert len(steps.order) > 1_000
    page = open_page(steps.html(), reduced_motion="reduce")
    page.click("#next")  # from here on all boxes have been measured
    changed, measured = page.evaluate(
        """async () => {
          let [changed, measured] = [0, 0];
          const plain = Element.prototype.getBoundingClientRect;
          Element.prototype.getBoundingClientRect = function () {
            measured += 1;
            return plain.call(this);
          };
          const observer = new MutationObserver((records) => { changed += records.length; });
          const how = { subtree: true, childList: true, attributes: true, characterData: true };
          observer.observe(document.querySelector("#stage"), how);
          for (let i = 0; i < 60; i += 1) document.getElementById("next").click();
          await new Promise(requestAnimationFrame);
          observer.disconnect();
          return [changed / 60, measured];
        }"""
    )
    assert changed < 60  # texts and classes of a few boxes and arrows
    assert measured == 0
    jumped = page.evaluate(
        """async () => {
          let changed = 0;
          const observer = new MutationObserver((records) => { changed += records.length; });
          const how = { subtree: true, childList: true, attributes: true, characterData: true };
          observer.observe(document.querySelector("#stage"), how);
          document.getElementById("last").click();
          await new Promise(requestAnimationFrame);
          return changed;
        }"""
    )
    assert jumped < 20 * len(steps.order)


# --- in notebooks -----------------------------------------------------


def player_in(page, index=0):
    return page.frame_locator("iframe").nth(index)


def notebook_page(*outputs, key_log=True):
    body = "".join(f'<div class="output">{output}</div>' for output in outputs)
    listen = (
        "<script>window.keys = []; addEventListener('keydown', e => keys.push(e.key));</script>"
    )
    return f"<!DOCTYPE html><meta charset=utf-8><body>{listen}{body}</body>"


def test_several_on_one_page_do_not_disturb_each_other_or_the_page(open_page):
    one, two = viz.steps(doubled()), viz.steps(neuron())
    page = open_page(notebook_page(one._repr_html_(), two._repr_html_(), one._repr_html_()))
    assert page.locator("iframe").count() == 3
    assert page.locator("img:visible").count() == 0
    first, second, third = (player_in(page, i) for i in range(3))
    second.locator("#next").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert second.locator("#count").inner_text() == f"{len(two)} of {len(two)}"
    assert first.locator("#count").inner_text() == "1 of 7"
    assert third.locator("#count").inner_text() == "1 of 7"
    assert page.evaluate("keys") == []  # what is typed inside stays inside
    heights = page.eval_on_selector_all("iframe", "all => all.map(e => e.offsetHeight)")
    assert all(200 < height < 900 for height in heights)
    assert (
        page.eval_on_selector_all("iframe", "all => all.map(e => e.sandbox.value)")
        == ["allow-scripts"] * 3
    )


def test_where_no_scripts_run_the_picture_stays(open_page):
    steps = viz.steps(doubled())
    page = open_page(notebook_page(steps._repr_html_()), java_script_enabled=False)
    image = page.locator("img")
    assert "∂c/∂a = 4.0" in image.get_attribute("alt")
    assert image.bounding_box()["width"] > 300
    page.screenshot()  # it decodes


def test_stripped_by_a_sanitiser_the_picture_stays(open_page):
    output = viz.steps(doubled())._repr_html_()
    page = open_page(notebook_page(f"<template>{output}</template>"))
    left = page.evaluate(
        """() => {
          const inside = document.querySelector("template").content;
          for (const e of inside.querySelectorAll("script, style, iframe, svg")) e.remove();
          for (const e of inside.querySelectorAll("[style]")) e.removeAttribute("style");
          document.body.append(inside);
          const image = document.querySelector("img");
          return image.decode().then(() => [image.naturalWidth, image.alt]);
        }"""
    )
    assert left[0] > 300
    assert left[1].startswith("Backpropagation of c")


def notebook(output):
    cell = nbformat.v4.new_code_cell("viz.steps(c)", execution_count=1)
    cell.outputs = [
        nbformat.v4.new_output(
            "execute_result",
            {"text/html": output, "text/plain": "Steps"},
            execution_count=1,
        )
    ]
    return nbformat.v4.new_notebook(cells=[cell])


def test_an_nbconvert_export_shows_the_player(chromium, tmp_path):
    steps = viz.steps(doubled())
    html, _ = HTMLExporter().from_notebook_node(notebook(steps._repr_html_()))
    path = tmp_path / "export.html"
    path.write_text(html, encoding="utf-8")
    context = chromium.new_context(offline=True)
    # nbconvert's own page asks for MathJax from the network; that is not ours to test.
    context.route("http*://**", lambda route: route.abort())
    page = context.new_page()
    page.goto(path.as_uri())
    frame = player_in(page)
    frame.locator("#last").click()
    assert frame.locator("#sentence").inner_text() == steps[-1].sentence
    context.close()


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory):
    """Start JupyterLab on a directory with one trusted notebook; return its address."""
    tmp_path = tmp_path_factory.mktemp("lab")
    trusted = notebook(viz.steps(doubled())._repr_html_())
    nbformat.write(trusted, tmp_path / "player.ipynb")
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    NotebookNotary(data_dir=str(home / "data")).sign(trusted)
    settings = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                f"--port={port}",
                "--IdentityProvider.token=",
                "--ServerApp.password=",
                f"--ServerApp.root_dir={tmp_path}",
            ],
            cwd=tmp_path,
            env=settings,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://127.0.0.1:{port}", server, tmp_path
    finally:
        server.kill()  # asked politely, it hangs while it stops its extensions
        server.wait(20)


def wait_for(address, server, log):
    for _ in range(120):
        if server.poll() is not None:
            pytest.fail(f"JupyterLab ended: {Path(log).read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("JupyterLab did not answer within a minute")


@pytest.mark.slow
def test_a_jupyterlab_page_shows_the_player_and_keeps_its_keys(chromium, jupyterlab):
    address, server, directory = jupyterlab
    wait_for(address, server, directory / "log")
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/lab/tree/player.ipynb", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-OutputArea iframe", timeout=90_000)
    frame = page.frame_locator(".jp-OutputArea iframe")
    page.click(".jp-Dialog .jp-mod-reject")  # the player needs none
    frame.locator("#next").click()
    cells = page.locator(".jp-Cell").count()
    # In command mode b inserts a cell below, d d deletes one, m makes it Markdown.
    for key in ("b", "d", "d", "m", "a", "ArrowRight", "End"):
        page.keyboard.press(key)
    assert frame.locator("#count").inner_text() == "7 of 7"
    assert page.locator(".jp-Cell").count() == cells
    assert page.locator(".jp-MarkdownCell").count() == 0
    context.close()


@pytest.mark.slow
def test_an_untrusted_notebook_in_jupyterlab_shows_the_picture(chromium, jupyterlab):
    address, server, directory = jupyterlab
    wait_for(address, server, directory / "log")
    untrusted = json.loads((directory / "player.ipynb").read_text(encoding="utf-8"))
    untrusted["cells"][0]["source"] = "changed = True"  # so that its signature is not known
    (directory / "untrusted.ipynb").write_text(json.dumps(untrusted), encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/lab/workspaces/other/tree/untrusted.ipynb", wait_until="domcontentloaded")
    image = page.locator(".jp-OutputArea img")
    image.wait_for(timeout=90_000)
    assert image.evaluate("e => e.decode().then(() => e.naturalWidth)") > 300
    assert page.locator(".jp-OutputArea iframe").count() == 0
    context.close()
