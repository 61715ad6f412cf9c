"""Live pages in Chromium: turned, nudged, stepped through, and compared with the engine."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from browsing import in_a_browser

import nn
import viz
from autograd import (
    Tensor,
    Value,
    exp,
    linalg,
    log,
    logaddexp,
    maximum,
    relu,
    scope,
    sqrt,
    tanh,
    topological,
    where,
)
from autograd.errors import DomainError
from autograd.rows import table
from viz.style.numerals import number

sys.path.insert(0, str(Path(__file__).parent))
import graphs

pytestmark = in_a_browser


# --- ten graphs, turned two hundred times each -------------------------------------------------


def neuron(x, w, b):
    return (tanh(w * x + b) - 1.0) ** 2


def softmax(a, b, c):
    return logaddexp(logaddexp(a, b), c) - a


def polynomial(x, y):
    return x**3 * y - 2.0 * x**2 + y / (x * x + 1.0) + (-y) ** 2


def pieces(x, y, z):
    return relu(x - y) + maximum(y, z) * where(table.greater(x, z), x, y) + abs(z)


def outside(x, y):
    return log(x) * y + sqrt(y + 1.0)


def division(x, y):
    return x / y + exp(x * 0.3) + y**-2.0


def shared(x):
    for _ in range(5):
        x = x * x - x + 0.5
    return x


def waves(x, y):
    return table.sin(x * y) * table.cos(x) + table.expm1(y) + table.log1p(x * x)


def reductions(x, y, z):
    several = [x, y, z]
    return table.norm.of_list(several) + table.max.of_list(several) * table.mean.of_list(several)


def network(*inputs):
    rng = np.random.default_rng(0)
    h = list(inputs)
    for n in (3, 2, 1):
        h = [tanh(table.dot(*map(float, rng.normal(size=len(h))), *h, 0.1)) for _ in range(n)]
    return (h[0] - 0.5) ** 2


GRAPHS = (
    (neuron, "xwb"),
    (softmax, "abc"),
    (polynomial, "xy"),
    (pieces, "xyz"),
    (outside, "xy"),
    (division, "xy"),
    (shared, "x"),
    (waves, "xy"),
    (reductions, "xyz"),
    (network, "xyz"),
)

TURN = """positions => positions.map((row) => {
  const sliders = [...document.querySelectorAll('.knob input[type=range]')];
  sliders.forEach((slider, k) => {
    slider.value = row[k];
    slider.dispatchEvent(new Event('input'));
  });
  const text = (found) => Object.values(found).map((x) => x === null ? null : String(x));
  return [sliders.map((s) => Number(s.value)), text(chainrule.values()),
          text(chainrule.gradients()), Object.values(chainrule.errors())];
})"""


@pytest.mark.parametrize(("function", "names"), GRAPHS, ids=[f.__name__ for f, _ in GRAPHS])
def test_two_hundred_positions_of_the_sliders_equal_the_engine(open_page, function, names):
    rng = np.random.default_rng(len(names))

    def recorded(numbers):
        leaves = {name: Value(x, label=name) for name, x in zip(names, numbers, strict=True)}
        return leaves, function(*leaves.values())

    _, loss = recorded([0.7, 0.9, 0.4][: len(names)])
    live = viz.live(loss, knobs=dict.fromkeys(names, (-2, 3)))
    page = open_page(live)
    positions = rng.uniform(-2, 3, size=(200, len(names))).tolist()
    positions[0] = [0.0] * len(names)
    for turned, values, gradients, errors in page.evaluate(TURN, positions):
        try:
            _, again = recorded(turned)
            raised = []
        except DomainError as error:
            raised = [str(error).rsplit(" (", 1)[0]]
        assert errors[:1] == raised
        if raised:
            assert values[-1] is None
            continue
        again.backward()
        order = topological(again)
        assert len(order) == len(values)
        for node, value, gradient in zip(order, values, gradients, strict=True):
            assert math.isclose(float(value), node.data, rel_tol=1e-12, abs_tol=1e-14)
            assert (gradient is None) == (not node.has_grad)
            if gradient is not None:
                assert close(float(gradient), node.grad)


def page_of(loss):
    """Make a page where few variables are searched for names."""
    return viz.live(loss)


def close(mine, right):
    same = math.isnan(mine) and math.isnan(right)
    return same or math.isclose(mine, right, rel_tol=1e-12, abs_tol=1e-13)


# --- what a reader does --------------------------------------------------------------------------


def small():
    w, x, b = Value(-0.5, label="w"), Value(2.0, label="x"), Value(1.5, label="b")
    y = tanh(w * x + b)
    y.label = "y"
    loss = (y - 1.0) ** 2
    loss.label = "loss"
    return loss


def shown(page, name):
    return page.text_content(f"g.node[data-name='{name}']")


def test_everything_on_the_picture_follows_a_knob(open_page, until):
    page = open_page(viz.live(small()))
    assert "0.2893" in shown(page, "loss")
    page.fill(".knob:has-text('w') input[type=text]", "0.25")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#loss').textContent !== '0.2893'")
    loss = (math.tanh(0.25 * 2.0 + 1.5) - 1.0) ** 2
    assert f"{loss:.4g}" in shown(page, "loss")
    assert "∂loss/∂w" in page.inner_text("#chain")
    gradients = page.evaluate("chainrule.gradients()")
    assert f"{gradients['w']:.4g}" in page.inner_text("#chain")
    page.dblclick(".knob:has-text('w') input[type=range]")
    until(page, "document.querySelector('#loss').textContent === '0.2893'")


def test_the_page_is_driven_from_its_console(open_page):
    page = open_page(viz.live(small()))
    assert page.evaluate("chainrule.values().loss") == small().data
    page.evaluate("chainrule.set({w: 1.3, x: -1})")
    assert page.evaluate("chainrule.values().w") == 1.3
    assert page.evaluate("chainrule.values().y") == math.tanh(-1.3 + 1.5)
    assert page.evaluate(
        "(() => { try { chainrule.set({v: 1}); } catch (e) { return e.message; } })()"
    )
    page.evaluate("chainrule.reset()")
    assert page.evaluate("chainrule.values().loss") == small().data


def test_the_gap_of_a_nudge_closes_as_it_shrinks(open_page, until):
    page = open_page(viz.live(small()))
    page.click(".knob:has-text('w') .name")
    until(page, "document.querySelectorAll('#nudge td').length === 12")
    gaps = page.eval_on_selector_all(
        "#nudge tr td:last-child", "all => all.map(e => Number(e.textContent))"
    )
    assert gaps[0] > 50 * gaps[1] > 2500 * gaps[2] > 0
    before = page.evaluate("chainrule.values().w")
    page.click("#nudge button")
    assert page.evaluate("chainrule.values().w") == before + 0.01


def test_steps_downhill_are_gradient_descent_and_a_large_rate_diverges(open_page, until):
    x = Value(3.0, label="x")
    page = open_page(viz.live((x - 1.0) ** 2))
    page.click("#descent .once")
    assert page.evaluate("chainrule.values().x") == 3.0 - 0.1 * 4.0
    page.evaluate("chainrule.reset()")
    page.fill("#descent .rate", "1.5")
    page.click("#descent .run")
    until(page, "document.querySelector('#descent .told').textContent.includes('too large')")
    assert "wrong" in page.get_attribute("#descent .told", "class")
    assert page.get_attribute("#descent polyline", "points")


def test_a_bad_place_turns_red_with_pythons_sentence_and_nothing_freezes(open_page):
    x = Value(1.0, label="x")
    page = open_page(viz.live(log(x) * 2.0, knobs={"x": (-1, 2)}))
    page.evaluate("chainrule.set({x: -0.5})")
    assert "log is not defined at Value 'x' = -0.5; it is defined for x > 0" in page.inner_text(
        "#warning"
    )
    assert page.locator("g.node.failed").count() == 1
    assert page.evaluate("chainrule.values().x") == -0.5
    page.evaluate("chainrule.set({x: 0.5})")
    assert page.is_hidden("#warning")
    assert page.locator("g.node.failed").count() == 0


def test_a_matrix_without_an_inverse_is_told_once_and_left_again(open_page):
    A = Tensor([[2.0, 1.0], [1.0, 3.0]], label="A")
    loss = linalg.inv(A).sum()
    loss.label = "loss"
    loss.backward()
    page = open_page(viz.live(loss))
    page.evaluate("chainrule.set({'A[0,0]': 1, 'A[1,1]': 1})")
    assert page.inner_text("#warning") == "inv of a 2 × 2 matrix: Singular matrix"
    assert "not computed, for loss cannot be" in page.inner_text("#chain")
    assert "nan" in page.inner_text("#nudge")
    page.evaluate("chainrule.reset()")
    assert page.evaluate("chainrule.values().loss") == pytest.approx(loss.item())
    # Which element it is, and the shape, are no boxes: only the numbers of the matrix are.
    assert page.locator("svg g.node").count() == 4 + 4 + 1


def test_a_compared_value_that_changes_sides_is_said(open_page):
    x, y = Value(2.0, label="x"), Value(1.0, label="y")
    loss = x * 3.0 if x > 0 else -x
    if loss >= y:
        loss = loss + y
    page = open_page(viz.live(loss))
    assert page.is_hidden("#warning")
    page.evaluate("chainrule.set({x: -1})")
    said = page.inner_text("#warning")
    assert "x > 0.0 was true when this was recorded" in said
    assert ">= y was true when this was recorded" in said
    page.evaluate("chainrule.set({x: 1})")
    assert page.is_hidden("#warning")


def test_forward_and_backward_are_stepped_at_the_present_values(open_page):
    page = open_page(viz.live(small()))
    page.evaluate("chainrule.set({w: 0.25})")
    page.click("#mode-steps")
    sentences = []
    count = int(page.inner_text("#where").split(" of ")[1])
    for _ in range(count):
        sentences.append(page.inner_text("#sentence"))
        page.keyboard.press("ArrowRight")
    assert len(set(sentences)) == count == 12
    assert "?" in sentences[0] or "leaves" in sentences[0]
    assert "local × upstream" in sentences[-1]
    final = page.evaluate("chainrule.gradients()")
    assert f"{final['w']:.4g}" in shown(page, "w")
    page.keyboard.press("Home")
    assert "?" in shown(page, "loss")
    assert "not computed" in shown(page, "w")


def test_a_link_opens_at_the_same_knobs(open_page, until):
    live = viz.live(small())
    page = open_page(live, "#w=1.25&x=-0.5")
    assert page.evaluate("[chainrule.values().w, chainrule.values().x]") == [1.25, -0.5]
    page.evaluate("chainrule.set({b: 0.125})")
    until(page, "location.hash.includes('b=0.125')")


def test_any_text_may_stand_in_the_address_and_another_link_starts_anew(open_page, until):
    page = open_page(viz.live(small()), "#%&w=1.25&=&x&:step=-3")
    assert page.evaluate("[chainrule.values().w, chainrule.values().x]") == [1.25, 2.0]
    page.evaluate("location.hash = '#b=0.5'")
    until(page, "chainrule.values().b === 0.5")
    assert page.evaluate("chainrule.values().w") == -0.5
    assert page.is_hidden("#stepper")


def test_a_field_says_what_is_no_number_and_keeps_what_was(open_page):
    page = open_page(viz.live(small()))
    for field, good in (("#nudge input", "0,5"), ("#descent .rate", "0,25")):
        page.fill(field, "much")
        page.press(field, "Enter")
        assert page.get_attribute(field, "aria-invalid") == "true"
        page.fill(field, good)
        page.press(field, "Enter")
        assert page.get_attribute(field, "aria-invalid") == "false"
    w, gradient = page.evaluate("[chainrule.values().w, chainrule.gradients().w]")
    page.click("#descent .once")
    assert page.evaluate("chainrule.values().w") == w - 0.25 * gradient
    page.click("#nudge button")
    assert page.evaluate("chainrule.values().w") == w - 0.25 * gradient + 0.5
    page.fill(".knob input[type=text] >> nth=0", "much")
    page.press(".knob input[type=text] >> nth=0", "Enter")
    page.click("#reset")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.get_attribute(".knob input[type=text] >> nth=0", "aria-invalid") == "false"


PLACES = "[...document.querySelectorAll('.knob, #stage')].map(e => e.getBoundingClientRect().y)"


def test_nothing_moves_under_the_hand_when_a_warning_comes(open_page):
    x, y = Value(1.0, label="x"), Value(2.0, label="y")
    loss = log(x) * y if x > 0.5 else y
    for width in (1280, 390):
        page = open_page(viz.live(loss, lr=10.0), viewport={"width": width, "height": 720})
        before = page.evaluate(PLACES)
        page.evaluate("chainrule.set({x: -1})")
        said = page.inner_text("#warning").split("\n")
        assert said[0].endswith("it is defined for x > 0")
        assert said[1].startswith("x > 0.5 was true when this was recorded")
        assert page.evaluate(PLACES) == before
        assert page.locator("#warning").bounding_box()["y"] < 720


def test_long_names_of_knobs_are_whole_and_knobs_stay_beside_what_is_too_large(open_page):
    model = nn.to_values(nn.MLP(2, [3], 1, activation="tanh", rng=0))
    loss = (np.ravel(model([0.5, -1.0]))[0] - 1.0) ** 2
    cut = "[...document.querySelectorAll('.knob .name')].some(e => e.scrollWidth > e.clientWidth)"
    page = open_page(viz.live(loss), viewport={"width": 390, "height": 844})
    assert not page.evaluate(cut)
    assert page.inner_text(".knob >> nth=0").startswith("[0].weight[0,0]")
    rng = np.random.default_rng(0)
    x, W, V = (Tensor(rng.normal(size=shape)) for shape in ((2, 3), (3, 4), (4, 3)))
    large = nn.cross_entropy(nn.relu(x @ W) @ V, np.array([0, 2]))
    page = open_page(viz.live(large))
    assert page.is_visible("#knobs")
    assert page.is_visible("#chain")


def test_seen_on_a_phone_in_the_dark_and_without_scripts(open_page):
    live = viz.live(small())
    page = open_page(live, viewport={"width": 390, "height": 800}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page = open_page(live, java_script_enabled=False)
    assert page.is_visible("#stage svg")
    assert page.is_hidden("#knobs")
    assert "0.2893" in page.text_content("#stage svg")


def test_letters_can_be_read_and_the_viewer_moves(open_page, until):
    page = open_page(viz.live(small()))
    sizes = page.eval_on_selector_all(
        "#stage g.node text", "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 11
    wide = "document.querySelector('#stage svg').getBoundingClientRect().width"
    before = page.evaluate(wide)
    page.hover("#stage")
    page.mouse.wheel(0, -300)
    until(page, f"{wide} > {before}")
    page.keyboard.press("/")
    page.keyboard.type("mul")
    assert page.locator("g.node.found").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    page.hover("g.node[data-name='w']")
    lit = page.eval_on_selector_all("g.node.lit", "all => all.map(e => e.dataset.name)")
    assert {"w", "mul#1", "y", "loss"} <= set(lit)
    assert "x" not in lit


def test_of_a_large_graph_only_what_is_seen_and_has_changed_is_written(open_page):
    rng = np.random.default_rng(0)
    nodes = [Value(rng.normal(), label=f"v{i}") for i in range(20)]
    while len(nodes) < 150:
        x, y = nodes[int(rng.integers(max(0, len(nodes) - 25), len(nodes)))], nodes[-1]
        nodes.append(tanh(x * 0.5) + y * 0.1)
    total = nodes[-1]
    for node in nodes[20:-1]:
        total = total + node
    assert len(topological(total)) > 500
    page = open_page(page_of(total))
    page.wait_for_timeout(300)
    writes = """value => new Promise((done) => {
      const found = [];
      const seen = new MutationObserver((records) => found.push(...records.map(
        (r) => r.type === "attributes" ? r.attributeName : r.type)));
      const all = {subtree: true, childList: true, characterData: true, attributes: true};
      seen.observe(document.body, all);
      chainrule.set({v19: value});
      requestAnimationFrame(() => { seen.disconnect(); done(found); });
    })"""
    seen = page.evaluate("""() => {
      const stage = document.querySelector('#stage').getBoundingClientRect();
      return [...document.querySelectorAll('g.node')].filter((g) => {
        const r = g.getBoundingClientRect();
        return r.left < stage.right && r.top < stage.bottom && r.right > stage.left;
      }).length; }""")
    page.evaluate("window.setTimeout = () => 0")  # nothing comes to rest on a busy machine either
    page.evaluate(writes, 0.5)
    turned = page.evaluate(writes, 0.75)
    assert 0 < len(turned) <= 3 * seen + 30
    assert "aria-label" not in turned  # said when the numbers rest
    assert page.evaluate(writes, 0.75) == []


AROUND = """
<!doctype html><meta charset="utf-8"><body><script type="module">
const traits = SENT, heard = {};
window.model = {
  traits, saved: 0, told: [],
  get: (name) => traits[name],
  set: (name, x) => { traits[name] = x; if (name === "leaves") heard["change:leaves"](); },
  on: (event, f) => { heard[event] = f; },
  off: (event) => { delete heard[event]; },
  save_changes: () => { window.model.saved += 1; window.model.told.push(traits.leaves.w); },
  turn: (leaves) => { traits.leaves = leaves; heard["change:leaves"](); },
};
SCRIPT
window.clear = render({ model: window.model, el: document.body });
BEFORE
</script>
"""


def test_a_widget_is_turned_from_python_and_tells_its_numbers(chromium, tmp_path, until):
    w, x = Value(2.0, "w"), Value(3.0, "x")
    made = viz.live(log(w * x)).widget()
    assert made.leaves == {"w": 2.0, "x": 3.0}
    sent = json.dumps({"html": made.html, "leaves": made.leaves}).replace("</", "<\\/")
    script = made._esm.replace("export default { render };", "")
    around = tmp_path / "around.html"
    before = "model.turn({w: 8}); model.turn({w: 2, x: 3});"  # the page is not there yet
    text = AROUND.replace("SENT", sent).replace("SCRIPT", script).replace("BEFORE", before)
    around.write_text(text, encoding="utf-8")
    page = chromium.new_page()
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(around.as_uri())
    until(page, "model.traits.values && model.saved")
    assert page.evaluate("model.traits.gradients.w") == 0.5
    page.evaluate("model.turn({w: 4})")  # in part: x stays
    until(page, "model.traits.gradients.w === 0.25")
    assert page.evaluate("model.traits.leaves") == {"w": 4, "x": 3}
    assert page.evaluate("model.traits.values")["x"] == 3.0
    page.evaluate("model.turn({w: -1})")  # outside the domain: not known, and said on the page
    until(page, "model.traits.leaves.w === -1 && model.traits.gradients.w === null")
    knob = page.frames[1].locator("#knobs input[type=range]").first
    page.evaluate("model.turn({w: 2})")
    until(page, "model.traits.values.w === 2")  # the page itself has said so
    knob.wait_for()  # a busy browser has told its numbers before it has laid itself out
    room = knob.bounding_box()
    knob.click(position={"x": 0.9 * room["width"], "y": room["height"] / 2})
    until(page, "model.traits.values.w > 2")  # and the reader's hand reaches Python
    assert page.evaluate("model.traits.leaves.w") > 2
    page.evaluate("clear()")
    around.write_text(text.replace(before, "model.turn({w: 4});"), encoding="utf-8")
    page.goto(around.as_uri())
    until(page, "model.traits.values && model.saved")
    page.wait_for_timeout(200)  # nothing that the page told earlier comes after it
    assert page.evaluate("[model.traits.values.w, model.traits.values.x]") == [4, 3]
    assert set(page.evaluate("model.told")) == {4}
    page.close()
    assert said == []


def test_the_layout_suits_the_stage_and_all_of_a_small_graph_is_on_it(open_page):
    live = viz.live(small())
    inside = """() => {
      const stage = document.querySelector('#stage').getBoundingClientRect();
      const boxes = [...document.querySelectorAll('g.node')].map((g) => g.getBoundingClientRect());
      const across = boxes.every((r) => r.left >= stage.left - 1 && r.right <= stage.right + 1);
      const down = boxes.every((r) => r.top >= stage.top - 1 && r.bottom <= stage.bottom + 1);
      return [across, down, boxes.length]; }"""
    wide = open_page(live)
    assert wide.evaluate(inside) == [True, True, 9]
    phone = open_page(live, viewport={"width": 390, "height": 844})
    assert phone.evaluate(inside)[::2] == [True, 9]
    wide.emulate_media(media="print")
    box = "document.querySelector('#stage svg').getBoundingClientRect()"
    assert wide.evaluate(f"[{box}.left >= 0, {box}.right <= innerWidth + 1]") == [True, True]
    assert wide.is_hidden("#knobs")
    wide.emulate_media(media="screen")
    phone.evaluate("chainrule.set({w: 1.25})")
    assert "1.25" in shown(phone, "w")
    local = "[...document.querySelectorAll('[data-l]')].map(e => e.textContent)"
    for page in (wide, phone):
        page.evaluate("chainrule.reset()")
        assert {"∂ = 2.0", "∂ = -0.5", "∂ = -1.076"} <= set(page.evaluate(local))


INSIDE = """() => Object.fromEntries([...document.querySelectorAll(".inside g.node")].map((g) =>
  [g.dataset.name, [...g.querySelectorAll("[data-v], [data-g]")].map((t) => t.textContent)]))"""


def test_boxes_open_and_close_and_what_is_inside_follows_the_knobs(open_page, until):
    """The parts of a sigmoid, -z, log(1 + exp(-z)), its negative, and exp of that, by hand."""
    x = Value(0.5, "x")
    with scope("layer"):
        z = x * 2.0
        h = nn.sigmoid(z)
    h.label = "h"
    loss = h * 3.0
    loss.label = "loss"
    loss.backward()
    page = open_page(viz.live(loss))
    until(page, "document.querySelector('.sign') !== null")
    (box,) = page.eval_on_selector_all("g.opens", "all => all.map((g) => g.id)")
    page.click(f'[id="{box}"] > .sign')
    page.evaluate("chainrule.set({x: -1.2})")
    at = -2.4
    soft, s = math.log1p(math.exp(-at)), 1 / (1 + math.exp(-at))
    slope = 3.0 * (1 - s) * s  # of the loss by z
    inside = page.evaluate(INSIDE)
    expected = {
        "neg#1": (-at, -slope),
        "logaddexp#1": (soft, -3.0 * s),
        "neg#2": (-soft, 3.0 * s),
        "h": (s, 3.0),
    }
    for name, (value, gradient) in expected.items():
        assert inside[name] == [number(value), f"grad {number(gradient)}"], name
    assert page.evaluate("chainrule.gradients()")["x"] == pytest.approx(2 * slope)
    assert "through" in page.inner_text("#chain")
    page.keyboard.press("Escape")
    assert page.locator(".inside").count() == 0
    sign = page.locator(".group-sign")
    sign.focus()
    page.keyboard.press("Enter")
    shown = page.text_content('[id$="-closed"]')
    assert f"h = {number(s)}" in shown
    assert "grad 3.0" in shown
    page.evaluate("chainrule.set({x: 0.25})")
    assert f"h = {number(1 / (1 + math.exp(-0.5)))}" in page.text_content('[id$="-closed"]')


def test_a_leaf_that_is_no_number_is_turned_back_to_one(open_page):
    w, x = Value(math.nan, "w"), Value(math.inf, "x")
    loss = w * 2.0 + x
    loss.label = "loss"
    page = open_page(viz.live(loss))
    assert page.inner_text("#loss") == "nan"
    fields = page.locator("#knobs input[type=text]")
    for k, text in ((0, "1.5"), (1, "-1")):
        fields.nth(k).fill(text)
        fields.nth(k).press("Enter")
    assert page.evaluate("chainrule.values().loss") == 2.0


def test_the_selected_nodes_arrows_tell_where_there_is_no_room_on_all(open_page, until):
    """Micrograd's graph: by a's five uses, c, d's product, twice more in sums, and negated."""
    page = open_page(viz.live(graphs.micrograd_readme()))
    until(page, "document.querySelectorAll('.label').length > 3")
    told = sorted(page.locator(".label").all_text_contents())
    assert told == ["∂ = -1.0", "∂ = -1.0", "∂ = 1.0", "∂ = 1.0", "∂ = 2.0"]
    assert page.inner_text("#legend").endswith("on the selected node’s arrows the local derivative")
    clash = """() => {
      const rects = (all) =>
        [...document.querySelectorAll(all)].map((e) => e.getBoundingClientRect());
      const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      const labels = rects(".label");
      return labels.some((a, i) =>
        [...labels.slice(i + 1), ...rects("g.node .frame")].some((b) => meet(a, b)));
    }"""
    assert not page.evaluate(clash)
