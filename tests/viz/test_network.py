"""The picture of neurons and weights: parsed as XML and compared with the model."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from contrasts import contrast

import nn
import viz
from autograd import Tensor
from viz.style import colors
from viz.style.lettering import text_width
from viz.style.numerals import number
from viz.style.scales import Logarithmic, Range

SVG = "{http://www.w3.org/2000/svg}"


def model(weight=((0.5, -2.0, 0.0), (1.0, 0.25, -1.0)), bias=(0.1, 0.0, -0.4)):
    layer = nn.Dense(2, 3, rng=0)
    layer.weight.data, layer.bias.data = np.array(weight), np.array(bias)
    return layer


def parsed(picture):
    return ET.fromstring(picture.svg)


def lines(root):
    """The lines by what their tooltip says: (from, to) → attributes."""
    found = {}
    for line in root.iter(f"{SVG}line"):
        title = line.find(f"{SVG}title")
        if title is not None:
            i, j = re.search(r"from (\d+) to (\d+)", title.text).groups()
            found[int(i), int(j)] = line.attrib
    return found


def words(root):
    return [t.text for t in root.iter(f"{SVG}text")]


def test_every_weight_is_a_line_and_every_unit_a_circle():
    root = parsed(viz.network(model()))
    assert len(lines(root)) == 6
    assert len(list(root.iter(f"{SVG}circle"))) == 5


def test_sign_is_colour_and_dashes_and_size_is_width():
    found = lines(parsed(viz.network(model())))
    strong, weak, zero = found[0, 1], found[1, 1], found[0, 2]
    assert strong["stroke"] == colors.LIGHT["edge-negative"]
    assert strong["stroke-dasharray"] == "7 4"
    assert float(strong["stroke-width"]) == 6.0  # the largest, −2
    assert weak["stroke"] == colors.LIGHT["edge-positive"]
    assert "stroke-dasharray" not in weak
    # 0.25 is an eighth of the largest: an eighth of the way from 0.5 to 6
    assert float(weak["stroke-width"]) == pytest.approx(0.5 + 5.5 / 8, abs=0.01)
    assert zero["stroke"] == colors.LIGHT["line"]


def test_small_networks_have_their_numbers_written_on_the_lines():
    text = words(parsed(viz.network(model())))
    assert {"0.5", "-2.0", "0.0", "1.0", "0.25", "-1.0"} <= set(text)
    big = words(parsed(viz.network(nn.Dense(5, 5, rng=0))))
    assert len(big) < 25


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("inputs", "units"), [(2, 2), (2, 4), (3, 4), (4, 3), (3, 5), (2, 8)])
def test_no_number_on_a_line_covers_another(inputs, units, seed):
    root = parsed(viz.network(nn.Dense(inputs, units, rng=seed)))
    plates = [
        [float(rect.get(key)) for key in ("x", "y", "width", "height")]
        for rect in root.iter(f"{SVG}rect")
        if rect.get("rx")
    ]
    assert len(plates) == inputs * units
    for i, (x, y, width, height) in enumerate(plates):
        for a, b, w, h in plates[:i]:
            assert (
                a + w <= x + 0.2
                or x + width <= a + 0.2
                or b + h <= y + 0.2
                or y + height <= b + 0.2
            )


def test_gradients_or_not_computed():
    layer = model()
    unset = viz.network(layer, "gradient")
    assert "not computed" in unset.description
    assert any("not computed" in text for text in words(parsed(unset)))
    layer.weight.grad = np.array([[0.0, 0.0, -4.0], [0.0, 1.0, 0.0]])
    layer.bias.grad = np.array([0.0, 2.0, 0.0])
    picture = viz.network(layer, "gradient")
    found = lines(parsed(picture))
    assert float(found[0, 2]["stroke-width"]) == 6.0
    assert found[0, 2]["stroke"] == colors.LIGHT["edge-negative"]
    assert "gradients from -4.0 to 1.0" in picture.description


def test_wide_layers_are_collapsed_and_say_by_how_much():
    picture = viz.network(nn.MLP(4, [56], 2, rng=0), max_units=10)
    root = parsed(picture)
    circles = len(list(root.iter(f"{SVG}circle")))
    assert circles == 4 + 9 + 2
    assert "… 47 more" in words(root)
    assert "56 units" in words(root)
    ends = {j for i, j in lines(root)} | {i for i, j in lines(root)}
    assert 55 in ends  # the last unit is still there
    assert {0, 4, 52, 55} <= ends  # and the middle is left out
    assert 30 not in ends


def test_what_fits_is_not_collapsed():
    root = parsed(viz.network(nn.Dense(10, 10, rng=0), max_units=10))
    assert len(list(root.iter(f"{SVG}circle"))) == 20
    assert not any("more" in text for text in words(root))


def test_neurons_of_values_are_drawn_alike():
    layer = nn.Layer(2, 3, rng=0)
    W = np.array([[v.data for v in neuron.w] for neuron in layer.neurons]).T
    dense = model(W, [0.0, 0.0, 0.0])
    a, b = (lines(parsed(viz.network(m))) for m in (layer, dense))
    assert a == b
    assert "Layer with 3 units" in viz.network(layer).description
    one = viz.network(nn.Neuron(4, rng=0))
    assert "4 inputs and 1 layer: Neuron with 1 unit" in one.description
    values = viz.network(nn.to_values(nn.MLP(2, [3], 1, rng=0)))
    assert values.svg == viz.network(nn.MLP(2, [3], 1, rng=0)).svg


def test_scales_are_not_connections():
    both = nn.Sequential(nn.Dense(2, 3, rng=0), nn.BatchNorm1d(3), nn.ReLU(), nn.Dense(3, 1, rng=0))
    assert "2 layers: layer 1 ([0]) with 3 units" in viz.network(both).description


def test_a_break_in_the_chain_starts_a_new_input():
    class Two(nn.Module):
        def __init__(self):
            self.a, self.b = nn.Dense(2, 3, rng=0), nn.Dense(5, 1, rng=0)

    assert words(parsed(viz.network(Two()))).count("input") == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessible_and_readable(theme):
    picture = viz.network(model(), theme=theme)
    root = parsed(picture)
    ids = root.get("aria-labelledby").split()
    assert root.get("role") == "img"
    titled = {e.get("id"): e.text for e in root if e.get("id")}
    assert set(ids) == set(titled)
    assert titled[ids[1]] == picture.description
    # text on the page, on the plates and on each fill that a circle may have
    ink = colors.DARK if theme == "dark" else colors.LIGHT
    fills = {c.get("fill") for c in root.iter(f"{SVG}circle")} | {ink["page"]}
    for fill in fills:
        assert contrast(ink["text"], fill) >= 4.5
    assert contrast(ink["muted"], ink["page"]) >= 4.5


def test_the_page_of_a_dark_network_is_dark(tmp_path):
    picture = viz.network(model(), "gradient", theme="dark")
    html = picture.save(tmp_path / "net.html").read_text(encoding="utf-8")
    assert f"background:{colors.DARK['page']}" in html
    assert "<title>Network, gradients</title>" in html


def test_a_bias_that_is_not_finite_is_hatched():
    root = parsed(viz.network(model(bias=(np.inf, -np.inf, np.nan))))
    fills = [c.get("fill") for c in root.iter(f"{SVG}circle")][2:]
    assert fills == [colors.LIGHT[name] for name in ("broken", "broken", "broken")]


def test_the_legend_has_numbers():
    text = words(parsed(viz.network(model())))
    assert {"-2.0", "-0.5", "0.5", "2.0"} <= set(text)


def test_nothing_is_cut_off():
    root = parsed(viz.network(nn.MLP(3, [12, 4], 2, rng=0)))
    _, _, width, height = map(float, root.get("viewBox").split())
    for t in root.iter(f"{SVG}text"):
        half = 0.32 * float(t.get("font-size")) * len(t.text)
        assert half <= float(t.get("x")) <= width - half, t.text
        assert 10 <= float(t.get("y")) <= height - 4


def test_hostile_names_stay_text():
    class Odd:
        def named_parameters(self):
            yield '<script>"&\x00.weight', Tensor([[1.0]])

    root = parsed(viz.network(Odd()))
    assert any("<script>" in text for text in words(root))


def test_saved_and_shown(tmp_path):
    picture = viz.network(model())
    assert picture.save(tmp_path / "net.svg").read_text(encoding="utf-8") == picture.svg
    html = picture.save(tmp_path / "net.HTML").read_text(encoding="utf-8")
    assert html.startswith("<!doctype")
    assert "<title>Network, weights</title>" in html
    assert picture.svg in html
    with pytest.raises(ValueError, match=r"\.svg, \.html, \.png, \.pdf"):
        picture.save(tmp_path / "net.gif")
    assert picture._repr_html_().startswith(f'<div><img alt="{picture.description}"')
    assert repr(picture).startswith("NetworkPicture('Network of 2 inputs")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: viz.network([1.0]), TypeError, "named_parameters.*list"),
        (lambda: viz.network(nn.BatchNorm1d(3)), ValueError, "no layer with a weight matrix"),
        (lambda: viz.network(model(), "bias"), ValueError, '"weight" or "gradient"'),
        (lambda: viz.network(model(), max_units=2), ValueError, "at least 3"),
        (lambda: viz.network(model(), theme="sepia"), ValueError, "'light', 'dark' or 'auto'"),
    ],
)
def test_errors_say_what_is_wanted(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_sample_stands_in_the_circles():
    net = nn.MLP(3, [4], 2, activation="tanh", rng=0)
    x = np.array([0.5, -1.0, 2.0])
    picture = viz.network(net, x=x, inputs=["a", "b", "c"], outputs=["p", "q"], theme="auto")
    root = parsed(picture)
    titles = [e.text for e in root.iter(f"{SVG}title")]
    out = net(x[None]).data.ravel()
    for unit in range(2):
        told = f"unit {unit}, activation {number(out[unit])}"
        assert any(told in (t or "") for t in titles)
    first = next(m for m in net.modules() if hasattr(m, "weight"))
    hidden = np.tanh(x @ first.weight.data + first.bias.data)
    assert any(f"unit 3, activation {number(hidden[3])}" in (t or "") for t in titles)
    texts = [t.text for t in root.iter(f"{SVG}text")]
    assert {"a", "b", "c", "p", "q"} <= set(texts)
    assert "data-theme" in picture.svg
    assert "in, " in picture.description


def test_a_sample_of_another_length_is_refused():
    with pytest.raises(ValueError, match="one sample, not a batch"):
        viz.network(nn.MLP(3, [4], 2, rng=0), x=np.ones((5, 3)))


def test_many_units_are_left_out_in_the_middle():
    picture = viz.network(nn.MLP(2, [40], 1, rng=0))
    titles = " ".join(e.text or "" for e in parsed(picture).iter(f"{SVG}title"))
    assert "unit 0" in titles
    assert "unit 39" in titles
    assert "unit 20," not in titles
    assert "29 more" in picture.svg


def test_names_are_whole_and_equal_activations_are_equal_in_colour():
    net = nn.MLP(3, [4], 2, activation="tanh", rng=0)
    names = ["the height of a person", "b", "c"]
    picture = viz.network(net, x=[2.0, 0.9, -1.0], inputs=names, outputs=["the longest one", "q"])
    root = parsed(picture)
    width = float(root.get("viewBox").split()[2])
    for t in root.iter(f"{SVG}text"):
        if t.text in names:
            assert text_width(t.text, 14) < float(t.get("x"))
        if t.text == "the longest one":
            assert float(t.get("x")) + text_width(t.text, 14) < width
    assert {"activation (circles)", "bias (small circles)"} <= set(words(root))
    # 0.9 is not the strongest of its column's colours alone: the scale is that of the picture
    scale = Range.of(float(a) for a in [2.0, 0.9, -1.0, *shown_activations(root)])
    for circle in root.iter(f"{SVG}circle"):
        told = re.search(r"activation (\S+?),?( |$)", circle[0].text or "")
        if told and float(told[1].rstrip(",")):
            role = Logarithmic().role(float(told[1].rstrip(",")), scale, True)
            assert circle.get("fill") == colors.LIGHT[role]


def shown_activations(root):
    titles = " ".join(e.text or "" for e in root.iter(f"{SVG}title"))
    return [float(a) for a in re.findall(r"activation (-?[\d.]+(?:e[-+]\d+)?)", titles)]


@pytest.mark.parametrize("layers", [[], [4, 4], [16, 16], [8] * 8])
def test_the_page_is_filled_and_not_scrolled(layers, chromium, tmp_path):
    net = nn.MLP(8, layers, 1, rng=0)
    path = viz.network(net, x=np.linspace(-1, 1, 8)).save(tmp_path / "net.html")
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(path.as_uri())
    found = page.evaluate(
        """() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight,
          document.querySelector("svg").getBoundingClientRect().width,
          document.querySelector("svg").getBoundingClientRect().height,
          Math.min(...[...document.querySelectorAll("text")].map(
            (t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().d))]"""
    )
    page.close()
    assert found[:2] == [1280, 720]
    assert found[2] > 1200 or found[3] > 640 or layers == []
    assert found[4] > 10.9
