"""The chain rule written out: paths by hand, sums against the engine, formulas from the table."""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import BackwardError, Tensor, Value, elementwise, exp, primitives, tanh, topological
from viz.formulas.explanation import Explanation
from viz.formulas.math_text import mathml
from viz.formulas.matrix_form import Letters, letters_of, rule_of, worked_out
from viz.formulas.rules import Called
from viz.formulas.writing import TEXT
from viz.graph.passes import gradients_of

sys.path.insert(0, str(Path(__file__).parent))
import graphs


def test_the_two_paths_of_a_product_with_a_sum_by_hand():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    p = x * w
    loss = p + x
    why = viz.explain(loss, x)
    assert why.count == 2
    paths = [[link.input for link in path.links] for path in why.paths]
    assert paths == [[p, x], [x]]
    assert [path.product for path in why.paths] == [-3.0, 1.0]
    assert why.total == why.gradient == -2.0
    text = why.text()
    assert "1. loss → p → x" in text
    assert "∂loss/∂p · ∂p/∂x" in text
    assert "1.0 · (-3.0)" in text
    assert text.endswith("∂loss/∂x = (-3.0) + 1.0 = -2.0")


def test_four_paths_through_two_doublings():
    a = Value(1.0, label="a")
    b = a + a
    c = b + b
    why = viz.explain(c, a)
    assert [path.product for path in why.paths] == [1.0] * 4
    assert "1.0 + 1.0 + 1.0 + 1.0 = 4.0" in why.text()


def test_formulas_carry_the_names_of_the_program():
    x = Value(0.5, label="x")
    h = tanh(x)
    y = h * 2.0
    text = viz.explain(y, x).text()
    assert "2.0 * (1 - h ** 2)" in text
    assert r"1 - h^2" in viz.explain(y, x).latex()
    assert r"\frac{\partial h}{\partial x}" in viz.explain(y, x).latex()


def test_what_is_left_out_of_a_long_path_is_an_ellipsis_in_each_style():
    x = Value(0.5, label="x")
    y = x
    for _ in range(15):
        y = nn.sigmoid(y)
    why = viz.explain(y, x)
    # In the path, the derivatives, their formulas, and their numbers.
    assert why.text().count("…") == why.latex().count(r"\ldots") == 4
    assert why.markdown().count(r"\ldots") == 4
    assert "textbackslash" not in why.latex() + why.markdown()
    assert r"0.2247 \cdot \ldots \cdot 0.2248" in why.latex()


def test_formulas_come_from_the_table():
    """A row that is declared here is explained with the formula that was declared."""
    op = primitives().get("test_seventh") or elementwise(
        "test_seventh", lambda x: x**7, d=[lambda z, x: 7 * z / x], latex="$x^7$"
    )
    x = Value(2.0, label="x")
    y = op(x)
    why = viz.explain(y, x)
    assert "7 * y / x" in why.text()
    assert why.gradient == 448.0  # 7 · 2⁶


@pytest.mark.parametrize("seed", range(20))
def test_the_sum_over_the_paths_is_the_gradient(seed):
    rng = np.random.default_rng(seed)
    made = [Value(rng.uniform(-1, 1)) for _ in range(3)]
    for _ in range(14):
        x, y = (made[i] for i in rng.choice(len(made), 2))
        made.append([x + y, x * y, tanh(x), exp(x * 0.3)][rng.integers(4)])
    loss = made[-1] * made[-2] + made[-3]
    for w in made[:3]:
        why = viz.explain(loss, w)
        grouped = viz.explain(loss, w, most=0)
        loss.zero_grad()
        w.zero_grad()
        loss.backward()
        assert why.gradient == pytest.approx(w.grad)
        assert why.total == pytest.approx(w.grad)
        assert grouped.total == pytest.approx(w.grad)
        assert grouped.count == why.count == sum(use.count for use in grouped.uses)


def test_too_many_paths_are_grouped_by_the_last_step():
    x = Value(0.5, label="x")
    y = x
    for _ in range(60):
        y = y * y * 0.5 + x
    why = viz.explain(y, x)
    assert why.count > 2**60
    assert not why.paths
    assert sum(use.count for use in why.uses) == why.count
    assert why.total == pytest.approx(why.gradient)
    assert len(why.text().splitlines()) < 80  # of 62 uses the largest are shown
    assert "other places" in why.text()


@pytest.mark.slow
def test_a_path_of_thirty_thousand_edges():
    x = Value(1.0, label="x")
    y = x
    for _ in range(30_000):
        y = -y
    why = viz.explain(y, x)
    (path,) = why.paths
    assert len(path.links) == 30_000
    assert path.product == 1.0
    assert "…" in why.text()
    assert len(why.text()) < 2_000


def test_inner_nodes_the_loss_itself_and_strangers():
    x = Value(2.0, label="x")
    h = x * 3.0
    loss = h * h
    assert viz.explain(loss, h).gradient == 12.0
    assert viz.explain(loss, loss).gradient == 1.0
    stranger = Value(1.0, label="stranger")
    why = viz.explain(loss, stranger)
    assert (why.count, why.gradient, why.total) == (0, 0.0, 0.0)
    assert "no path leads from loss to stranger" in why.text()


def test_arrays_with_their_rules_shapes_and_sum():
    X = Tensor(np.arange(12.0).reshape(4, 3) / 10, label="X")
    W = Tensor(np.ones((3, 2)), label="W")
    b = Tensor([0.1, -0.1], label="b")
    loss = (tanh(X @ W + b) ** 2).mean() + (W**2).sum()
    for w in (X, W, b):
        why = viz.explain(loss, w)
        loss.zero_grad()
        for leaf in (X, W, b):
            leaf.zero_grad()
        loss.backward()
        assert np.allclose(why.total, w.grad)
        assert np.allclose(why.gradient, w.grad)
    why = viz.explain(loss, W)
    assert why.count == 2
    assert re.search(r"to W \(3×2\)\s+= Xᵀ \(3×4\) @ δ \(4×2\)\s+= ", why.text())
    assert "δ = ∂loss/∂matmul#1" in why.text()
    matrices = r"\underset{\,3 \times 4\,}{X^{\mathsf{T}}} \, \underset{\,4 \times 2\,}{\delta}"
    assert matrices in why.latex()


def numbers_in(latex):
    """Return the matrices of a formula as arrays."""
    found = re.findall(r"\\begin{bmatrix}(.*?)\\end{bmatrix}", latex)
    return [np.array([[float(x) for x in row.split("&")] for row in m.split(r"\\")]) for m in found]


def test_the_matrix_form_its_shapes_its_axes_and_its_numbers():
    rng = np.random.default_rng(0)
    X, W = Tensor(rng.normal(size=(4, 3)), "X"), Tensor(rng.normal(size=(3, 2)), "W")
    b = Tensor([0.1, -0.2], "b")
    loss = ((X @ W + b) ** 2).mean()
    loss.label = "L"
    loss.backward()
    last = viz.explain(loss, W).markdown().split("$$")[-2]
    assert r"\underset{\,3 \times 2\,}{\frac{\partial L}{\partial W}}" in last
    assert r"\underset{\,3 \times 4\,}{X^{\mathsf{T}}} \, \underset{\,4 \times 2\,}{\delta}" in last
    left, right, result = numbers_in(last)
    assert np.allclose(left, X.data.T, rtol=1e-3)
    assert [f"{x:.4g}" for x in (left @ right).flat] == [f"{x:.4g}" for x in result.flat]
    assert np.allclose(result, W.grad, rtol=1e-3)
    last = viz.explain(loss, b).markdown().split("$$")[-2]
    assert r"\sum_{\text{axis}\,0} \underset{\,4 \times 2\,}{\delta}" in last
    terms, result = numbers_in(last)
    assert [f"{x:.4g}" for x in terms.sum(axis=0)] == [f"{x:.4g}" for x in result[0]]
    assert "sum(δ (4×2), axis=0)" in viz.explain(loss, b).text()
    # Element by element is not the matrix product; and what a mean sends on is spread again.
    assert r"{\delta} \odot" in viz.explain(loss, W).latex()
    spread = r"\delta \cdot \frac{1}{8} \cdot \underset{\,4 \times 2\,}{1}"
    assert spread in viz.explain(loss, W).latex()


@pytest.mark.parametrize("axis", [0, 1, (0, 1), None])
def test_reductions_say_their_axes_in_every_form(axis):
    from autograd import latex
    from viz.formulas.math_text import mathml

    x = Tensor(np.ones((2, 3)), "x")
    for reduce in (autograd.sum, autograd.mean, autograd.max, autograd.logsumexp, autograd.norm):
        written = latex(reduce(x, axis=axis))
        told = {0: r"_{\text{axis}\,0}", 1: r"_{\text{axis}\,1}", (0, 1): r"_{\text{axes}\,0,1}"}
        assert told.get(axis, "x") in written
        assert "$" not in written
        assert ("axis" in mathml(written)) == isinstance(axis, int)


def balanced(latex):
    depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", latex):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    return depth == 0 and latex.count(r"\left") == latex.count(r"\right")


@pytest.mark.parametrize(
    "label", ["w", "w1", "x_i", "a{b}c_d^e", "50%", "α", "layers.0.weight[2,1]"]
)
def test_latex_and_markdown_are_well_formed_for_any_label(label):
    x = Value(2.0, label=label)
    why = viz.explain(x * x + exp(x) / x, x)
    assert balanced(why.latex())
    assert why.latex().startswith(r"\begin{aligned}")
    markdown = why.markdown()
    assert markdown.replace(r"\$", "").count("$") % 2 == 0
    assert why._repr_markdown_() == markdown


def chain_of(links):
    x = Value(0.5, label="x")
    z = x
    for i in range(links):
        z = tanh(z)
        z.label = f"h{i}"
    return viz.explain(z, x).markdown()


def test_the_first_part_of_a_very_wide_chain_of_equals_has_a_line_of_its_own():
    beside = re.search(r"\\begin\{aligned\}(.*?)\\\\", chain_of(4))[1]
    assert beside.count(r"\partial") == 8
    assert "&=" in beside
    alone = re.search(r"\\begin\{aligned\}(.*?)\\\\", chain_of(8))[1]
    assert alone.count(r"\partial") == 16
    assert alone.lstrip().startswith("&")
    assert "=" not in alone


def test_gradients_are_left_alone():
    x = Value(2.0, label="x")
    y = x * x
    x.grad = 5.0
    viz.explain(y, x)
    assert x.grad == 5.0
    assert not y.has_grad


def test_errors_say_what_is_needed():
    x = Value(2.0, label="x")
    with pytest.raises(TypeError, match=r"viz\.explain needs a recorded"):
        viz.explain(2.0, x)
    with pytest.raises(TypeError, match="needs the node to explain"):
        viz.explain(x * x, 2.0)
    with pytest.raises(BackwardError, match="3 elements"):
        viz.explain(Tensor([1.0, 2.0, 3.0]) * 2.0, x)


def test_it_is_an_explanation():
    x = Value(2.0, label="x")
    why = viz.explain(x * x, x)
    assert isinstance(why, Explanation)
    assert str(why) == repr(why) == why.text()


def test_marimo_is_given_mathml_and_not_dollars():
    w, x = Value(2.0, label="w"), Value(3.0, label="x")
    loss = (w * x + w) ** 2
    loss.backward()
    kind, written = viz.explain(loss, w)._mime_()
    assert kind == "text/html"
    assert "$" not in written
    root = ET.fromstring(f"<div>{written}</div>")
    assert len(list(root.iter("math"))) >= 4
    assert "48" in "".join(root.itertext())


@pytest.mark.parametrize("seed", range(12))
def test_every_formula_worked_out_is_what_the_engine_sends(seed):
    loss = graphs.random_tensors(seed)
    order = topological(loss)
    letters = Letters(Called({node: f"z{i}" for i, node in enumerate(order)}, {}), TEXT)
    checked = 0
    for node, gradient in gradients_of(loss).items():
        for i, _, sent in node.contributions(gradient) if node.op is not None else ():
            rule = rule_of(node, i, gradient, letters)
            found = worked_out(rule, iter([letter.data for letter in letters_of(rule)]))
            assert np.shape(found) == np.shape(sent)
            assert np.allclose(found, sent)
            checked += 1
    assert checked > 10


def test_a_bias_that_is_added_to_each_row_is_a_sum_with_its_axis():
    X, b = Tensor(np.ones((3, 2)), label="X"), Tensor([1.0, 2.0], label="b")
    loss = ((X + b) ** 2).sum()
    told = viz.explain(loss, b).text()
    assert "sum(δ (3×2), axis=0)" in told
    assert "sum" not in viz.explain(loss, X).text().split("∂loss/∂X (3×2)")[-1]


def test_ones_are_written_only_where_a_shape_needs_them():
    X = Tensor([[1.0, 2.0, 3.0]], label="X")
    assert "* 1 (1×3)" in viz.explain(X.sum(), X).text()
    assert "* 1 " not in viz.explain(autograd.logsumexp(X, axis=1)[0], X).text()


def test_paths_that_overflow_are_summed_where_the_engine_sums():
    w = Value(3.0, label="w")
    x = w * 1e200 * 1e200
    told = viz.explain(x - x, w)
    assert told.total == told.gradient == 0.0
    assert "inf + (-inf)" not in told.text()


def test_words_in_a_formula_keep_their_space():
    assert "by way of\u00a0</mtext>" in mathml(r"\text{2 paths by way of } x")


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_traced_function_is_told_by_its_name(kind):
    w, b = kind(0.5, label="w"), kind(0.1, label="b")

    def model(x):
        return (w * x + b) ** 2

    loss = autograd.trace(model)(2.0)
    assert "∂model/∂w" in viz.explain(loss, w).text()
    assert viz.explain(loss, w).latex()
    assert "∂model/∂v1" in viz.tape(loss).text()
    steps = viz.steps(loss)
    assert "gradients of w, b are complete" in steps.text()
    assert "<svg" in steps.html()
