"""Numbers that are not finite, in every product: it is drawn or told, and says where they are born.

Each kind of graph makes them in its own way; each product is asked for all of them, with warnings
as errors, so that what breaks one of them is seen here.
"""

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor, Value, dot, log, sqrt

NAN, INF = float("nan"), float("inf")


def duplicate_names():
    x = Value(3.0, "x")
    for _ in range(2):
        x = x * NAN
        x.label = "x"
    return x


KINDS = {
    "a constant": lambda: Value(1.0) * NAN,
    "overflow": lambda: -(Value(1e308, "a") * 10.0),
    "a slope": lambda: sqrt(Value(0.0, "a")) * 2.0,
    "a leaf": lambda: (Value(NAN, "n") + Value(2.0, "b")).tanh(),
    "inf - inf": lambda: Value(INF, "a") - INF,
    "a neuron": lambda: dot([Value(1.0, "w"), Value(NAN, "v")], [Value(2.0, "x"), 3.0]).tanh(),
    "duplicate names": duplicate_names,
    "a matrix": lambda: (Tensor([[1.0, NAN], [2.0, 3.0]], "X") @ Tensor([[1.0], [2.0]], "W")).sum(),
    "a logarithm": lambda: log(Tensor(np.zeros((5, 6)), "x")).mean(),
    "nothing else": lambda: Tensor(np.full((9, 70), NAN), "x").sum(),
    "the size of large numbers": lambda: (Tensor(np.full((3, 3), 1e200), "x") ** 2).sum(),
    "float32": lambda: (Tensor(np.full((3, 3), 1e30, dtype=np.float32), "x") ** 2).sum(),
    "a diverged net": lambda: nn.mse_loss(
        nn.MLP(2, [3], 1, rng=0)(np.array([[1e200, 1.0], [2.0, NAN]])), np.ones((2, 1))
    ),
}


def saved(root, ending, folder):
    return viz.draw(root).save(folder / f"picture{ending}").read_text()


def explained(root, _):
    leaf = autograd.topological(root)[0]
    why = viz.explain(root, leaf)
    return why.text() + why.latex() + why.markdown() + why._mime_()[1]


PRODUCTS = {
    "svg": lambda root, _: viz.draw(root).svg,
    "boxes": lambda root, _: viz.draw(root, weights="boxes", direction="TD").svg,
    "html": lambda root, _: viz.draw(root).html,
    "text": lambda root, _: viz.draw(root).text,
    "dot": lambda root, _: viz.draw(root).dot,
    "mermaid": lambda root, folder: saved(root, ".mmd", folder),
    "tikz": lambda root, folder: saved(root, ".tex", folder),
    "json": lambda root, folder: saved(root, ".json", folder),
    "flow": lambda root, _: viz.draw_flow(root).svg,
    "gradient flow": lambda root, _: str(viz.gradient_flow(root)),
    "steps": lambda root, _: viz.steps(root).text(),
    "player": lambda root, _: viz.steps(root).html(),
    "predict": lambda root, _: viz.steps(root, "predict").html(),
    "explain": explained,
    "tape": lambda root, _: viz.tape(root).text(),
}


def recorded(kind):
    with np.errstate(all="ignore"):
        root = KINDS[kind]()
        root.backward()
    return root


@pytest.mark.parametrize("kind", KINDS)
def test_every_product_shows_it_and_says_where_it_was_born(kind, tmp_path):
    root = recorded(kind)
    born = viz.draw(root).picture.born
    assert "is born in" in born or "from the start" in born
    for name, product in PRODUCTS.items():
        told = product(root, tmp_path)
        assert "born" in told or "from the start" in told, name


@pytest.mark.parametrize("kind", ["a logarithm", "a matrix", "the size of large numbers"])
def test_single_numbers_behind_arrays_are_ieee_as_the_arrays_are(kind):
    root = recorded(kind)
    assert viz.draw(root, numbers=True, limit=None).picture.nodes[-1].broken
    assert np.array_equal(autograd.as_values(root).loss.data, float(root.data), equal_nan=True)


def test_what_overflowed_in_float32_is_a_number_in_float64():
    assert autograd.as_values(recorded("float32")).loss.data == pytest.approx(9e60, rel=1e-6)


def test_plots_say_where_it_was_born():
    root = recorded("a diverged net")
    assert "is born in" in viz.alt_text(viz.histograms(root, "gradients"))
    assert "is born in" in viz.alt_text(viz.gradient_flow(root).plot())


def test_a_network_shows_a_weight_that_is_nan():
    model = nn.MLP(2, [3], 1, rng=0)
    weight = dict(model.named_parameters())["0.weight"]
    weight.data[0, 1] = NAN
    picture = viz.network(model, x=[1.0, INF])
    assert "1 of 6 nan or inf" in picture.description
    assert ">nan<" in picture.svg
    assert ">inf<" in picture.svg
    assert 'stroke-width="3" stroke-dasharray="6 3"' in picture.svg
