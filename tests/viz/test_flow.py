"""Gradient flow, against hand computation and against an independent NumPy backward pass."""

import sys
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor, Value, scope, tanh
from viz.flow.layers import layers_of
from viz.flow.measure import gradient_flow
from viz.style import colors


@pytest.fixture(autouse=True)
def no_windows():
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def chain_of_sigmoids(depth, weight):
    """One unit a layer, each at z = 0, where σ = 1/2 and σ' = 1/4."""

    class Chain(nn.Module):
        def __init__(self):
            self.layers = [nn.Dense(1, 1, rng=0) for _ in range(depth)]
            for layer in self.layers:
                layer.weight.data = np.array([[weight]])
                layer.bias.data = np.array([-weight / 2])

        def forward(self, x):
            for layer in self.layers:
                x = nn.sigmoid(layer(x))
            return x

    return Chain()


def deep_sigmoid(hidden=10, width=16, rows=32):
    rng = np.random.default_rng(0)
    model = nn.MLP(8, [width] * hidden, 1, activation="sigmoid", rng=0)
    x, y = rng.normal(size=(rows, 8)), rng.normal(size=(rows, 1))
    loss = nn.mse_loss(model(x), y)
    loss.backward()
    return model, x, y, loss


def by_hand(parameters, x, y):
    """The gradients of the mean squared error of a sigmoid MLP, in NumPy alone."""
    weights, biases = parameters[::2], parameters[1::2]
    hs = [x]
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        hs.append(1 / (1 + np.exp(-(hs[-1] @ w + b))))
    delta = 2 * (hs[-1] @ weights[-1] + biases[-1] - y) / y.size
    found = []
    for w, h in zip(reversed(weights), reversed(hs), strict=True):
        found.append((h.T @ delta, delta.sum(axis=0)))
        delta = (delta @ w.T) * h * (1 - h)
    return found[::-1]


# --- the numbers --------------------------------------------------------------------------


def test_two_layers_by_hand():
    # x = 1, 3; z = (1, -1), (3, -3); relu leaves (1, 0), (3, 0); the second unit is dead.
    W1, W2 = Tensor([[1.0, -1.0]], label="W1"), Tensor([[2.0], [2.0]], label="W2")
    loss = (autograd.relu([[1.0], [3.0]] @ W1) @ W2).sum()
    loss.backward()
    first, second = gradient_flow(loss, learning_rate=0.1)
    assert (first.name, first.parameters) == ("W1", 2)
    assert (first.mean, first.max, first.norm) == (4.0, 8.0, 8.0)  # ∂/∂W1 = (8, 0)
    assert first.weight_norm == pytest.approx(2**0.5)
    assert first.update_ratio == pytest.approx(0.1 * 8 / 2**0.5)
    assert (first.zeros, first.dead, first.saturated) == (0.5, 0.5, 0.0)
    assert (second.name, second.mean, second.max, second.norm) == ("W2", 2.0, 4.0, 4.0)
    assert (second.zeros, second.dead, second.saturated) == (None, None, None)


@pytest.mark.parametrize("weight", [1.0, 2.0])
def test_a_sigmoid_passes_a_quarter_of_its_weight_back(weight):
    model = chain_of_sigmoids(10, weight)
    out = model(np.array([[0.5]]))
    out.sum().backward()
    flow = gradient_flow(model)
    ratios = [a.mean / b.mean for a, b in zip(flow.layers[:-1], flow.layers[1:], strict=True)]
    assert ratios == pytest.approx([0.25 * weight] * 9)
    assert flow.factor == pytest.approx(0.25 * weight)


def test_ten_sigmoids_at_zero_pass_the_lectures_figure():
    model = chain_of_sigmoids(10, 1.0)
    model(np.array([[0.5]])).sum().backward()
    # the bias of the first layer: 0.25 for each of ten sigmoids
    assert model.layers[0].bias.grad.item() == pytest.approx(9.5367431640625e-07)
    first = gradient_flow(model)[0]
    assert first.max == pytest.approx(9.5367431640625e-07)
    assert first.verdict == "vanishing"


def test_every_layer_equals_a_backward_pass_in_numpy():
    model, x, y, loss = deep_sigmoid()
    expected = by_hand([p.data for p in model.parameters()], x, y)
    flow = gradient_flow(loss)
    assert len(flow) == 11
    for layer, pair in zip(flow, expected, strict=True):
        g = np.concatenate([np.ravel(part) for part in pair])
        assert layer.mean == pytest.approx(np.mean(np.abs(g)))
        assert layer.max == pytest.approx(np.max(np.abs(g)))
        assert layer.norm == pytest.approx(np.sqrt(np.sum(g**2)))


def test_the_deep_sigmoid_vanishes_layer_by_layer():
    *_, loss = deep_sigmoid()
    means = [layer.mean for layer in gradient_flow(loss)]
    assert means == sorted(means)
    marked = [layer.verdict for layer in gradient_flow(loss)]
    assert marked[0] == "vanishing"
    assert marked[-1] == ""
    assert "exploding" not in marked
    # the threshold is relative to the largest layer, and can be set
    assert [x.verdict for x in gradient_flow(loss, vanishing=0.0)] == [""] * 11
    assert 0 < gradient_flow(loss).factor < 0.5


def test_a_model_and_its_loss_give_the_same_gradients():
    model, *_, loss = deep_sigmoid(hidden=3)
    from_model, from_loss = gradient_flow(model), gradient_flow(loss)
    assert [x.name for x in from_model] == [x.name for x in from_loss] == ["0", "2", "4", "6"]
    assert [x.norm for x in from_model] == [x.norm for x in from_loss]
    assert from_model[0].saturated is None
    assert from_loss[0].saturated is not None


def test_values_and_tensors_agree():
    rng = np.random.default_rng(1)
    model = nn.MLP(3, [5, 4], 2, activation="relu", rng=1)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    model.parameters()[0].data = model.parameters()[0].data - np.array([0, 0, 99, 0, 0])
    tables = []
    for one in (model, nn.to_values(model)):
        loss = nn.mse_loss(one(x), y)
        loss.backward()
        tables.append(gradient_flow(loss))
    for a, b in zip(*tables, strict=True):
        assert (a.name, a.parameters, a.verdict) == (b.name, b.parameters, b.verdict)
        for name in ("mean", "max", "norm", "weight_norm", "zeros", "dead", "saturated"):
            assert getattr(a, name) == pytest.approx(getattr(b, name)), name


def test_without_a_backward_pass_the_gradients_are_computed_aside():
    w = Tensor([[2.0]], label="w")
    loss = (np.array([[3.0]]) @ w).sum()
    assert gradient_flow(loss)[0].mean == 3.0
    assert not w.has_grad


def test_not_computed_is_not_zero():
    model = nn.Dense(2, 1, rng=0)
    (layer,) = gradient_flow(model)
    assert (layer.mean, layer.norm, layer.update_ratio, layer.verdict) == (None, None, None, "")
    assert "—" in str(gradient_flow(model))
    assert "no gradient has been computed" in gradient_flow(model).description
    model.weight.grad, model.bias.grad = np.zeros((2, 1)), np.zeros(1)
    (layer,) = gradient_flow(model)
    assert (layer.mean, layer.verdict) == (0.0, "vanishing")


@pytest.mark.parametrize("gradient", [1e2, np.inf, np.nan])
def test_exploding_is_marked_also_when_not_finite(gradient):
    model = nn.MLP(1, [1], 1, rng=0)
    for p in model.parameters():
        p.grad = np.ones(p.shape)
    model.parameters()[0].grad = np.full((1, 1), gradient)
    flow = gradient_flow(model)  # the other layer is measured by the largest finite gradient
    assert flow[0].verdict == "exploding"
    assert flow[1].verdict == ""
    assert "exploding" in flow.description
    flow.plot()


def test_the_explosion_of_a_deep_relu_net_is_seen():
    model = nn.MLP(8, [16] * 6, 1, activation="relu", rng=0)
    for p in model.parameters():
        p.data = p.data * 5
    rng = np.random.default_rng(0)
    loss = nn.mse_loss(model(rng.normal(size=(16, 8))), rng.normal(size=(16, 1)))
    loss.backward()
    assert {x.verdict for x in gradient_flow(loss)} == {"exploding"}


# --- what the units do --------------------------------------------------------------------


def units(activation, z):
    """Return the flow of one layer whose pre-activations are the rows of z."""
    W = Tensor(np.eye(np.shape(z)[1]), label="W")
    return gradient_flow(activation(np.asarray(z) @ W).sum())[0]


def test_dead_means_off_for_every_sample():
    layer = units(nn.relu, [[-1.0, -1.0, 2.0], [-3.0, 1.0, 2.0]])
    assert layer.zeros == pytest.approx(3 / 6)
    assert layer.dead == pytest.approx(1 / 3)


@pytest.mark.parametrize("magnify", [lambda m: m, nn.to_values], ids=["Tensors", "Values"])
def test_units_belong_to_the_layer_that_feeds_them(magnify):
    model = nn.MLP(1, [3, 2, 4], 1, activation="relu", rng=0)
    for p in model.parameters():
        p.data = np.ones(p.shape)
    model.parameters()[3].data = np.array([-99.0, 1.0])  # a bias of the second layer
    flow = gradient_flow(nn.mse_loss(magnify(model)(np.ones((2, 1))), np.zeros((2, 1))))
    assert [layer.dead for layer in flow] == [0.0, 0.5, 0.0, None]


def test_tanh_of_zero_is_not_dead():
    layer = units(nn.tanh, [[0.0, 0.0], [0.0, 1.0]])
    assert (layer.zeros, layer.dead, layer.saturated) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("activation", "edge"),
    # |σ'| < 0.01 from |z| = ln(98.99/1.01…): σ(1−σ) = 0.01 at 4.5848; 1 − tanh² = 0.01 at 2.9932
    [(nn.sigmoid, 4.5848), (nn.tanh, 2.9932)],
)
def test_saturation_begins_where_the_slope_is_a_hundredth(activation, edge):
    inside = [[edge - 0.01, -edge + 0.01]]
    outside = [[edge + 0.01, -edge - 0.01]]
    assert units(activation, inside).saturated == 0.0
    assert units(activation, outside).saturated == 1.0
    W = Tensor(np.eye(2), label="W")
    loose = gradient_flow(activation(np.asarray(inside) @ W).sum(), saturation=0.1)
    assert loose[0].saturated == 1.0


@pytest.mark.parametrize("name", ["silu", "gelu", "elu", "softplus", "leaky_relu", "selu"])
def test_a_function_made_of_others_is_one_activation(name):
    z = np.array([[-9.0, 0.5, 9.0]])
    f = getattr(nn, name)
    W = Tensor(np.eye(3), label="W")
    (layer,) = layers_of(f(z @ W).sum())
    assert layer.outputs == pytest.approx(np.asarray(f(z))[0])
    h = 1e-6
    expected = (np.asarray(f(z + h)) - np.asarray(f(z - h))) / (2 * h)
    assert layer.slopes == pytest.approx(expected[0], abs=1e-6)


def test_softmax_dropout_and_losses_are_not_activations():
    W = Tensor(np.eye(3), label="W")
    z = np.ones((4, 3)) @ W
    for result in (
        nn.softmax(z),
        nn.dropout(z, 0.5, rng=0),
        nn.hinge_loss(z, np.ones((4, 3))),
        nn.binary_cross_entropy_with_logits(z, np.ones((4, 3))),
    ):
        assert gradient_flow(result.sum())[0].zeros is None


def test_columns_as_samples():
    # the lecture's w1 @ x_batch + b1: a unit is a row
    w, b = Tensor([[1.0], [-1.0]], label="w1"), Tensor([[0.0], [0.0]], label="b1")
    loss = autograd.relu(w @ np.array([[1.0, 2.0, 3.0]]) + b).sum()
    layer = next(x for x in gradient_flow(loss, batch_axis=1) if x.dead is not None)
    assert layer.dead == 0.5


def test_neurons_of_one_layer_are_one_layer():
    layer = nn.Layer(2, 3, activation=nn.relu, rng=0)
    for neuron, w in zip(layer.neurons, [1.0, -1.0, -1.0], strict=True):
        for value in neuron.w:
            value.data = w
    loss = layer([1.0, 2.0]).sum()
    loss.backward()
    (found,) = gradient_flow(loss)
    assert (found.name, found.parameters) == ("Layer", 9)
    assert found.dead == pytest.approx(2 / 3)
    assert found.max == 2.0  # ∂/∂w2 of the neuron that is on


def test_units_of_values_over_several_calls():
    neuron = nn.Neuron(1, activation=nn.relu, rng=0)
    neuron.w[0].data = 1.0
    total = sum((neuron([x]) for x in (-1.0, -2.0, 3.0)), 0.0)
    (found,) = gradient_flow(total)
    assert found.zeros == pytest.approx(2 / 3)
    assert found.dead == 0.0


def test_scopes_of_ones_own_and_two_models():
    class One:
        def __init__(self, w):
            self.w = Tensor([[w]])

        def named_parameters(self):
            yield "weight", self.w

        def __call__(self, x):
            with scope(f"part{self.w.data.item():g}", self):
                return x @ self.w

    a, b = One(2.0), One(3.0)
    flow = gradient_flow(b(a(np.ones((1, 1)))).sum())
    assert [x.name for x in flow] == ["part2", "part3"]
    assert [x.mean for x in flow] == [3.0, 2.0]


def test_leaves_without_labels_and_scalars():
    x, w = Value(2.0), Value(3.0, label="w")
    flow = gradient_flow(x * w)
    assert [layer.name for layer in flow] == ["leaf 0", "w"]
    assert flow["w"].mean == 2.0
    with pytest.raises(KeyError, match="leaf 0, w"):
        flow["v"]


def test_what_is_neither_model_nor_loss():
    with pytest.raises(TypeError, match=r"named_parameters.*not list"):
        gradient_flow([1.0])


# --- the table and the picture ------------------------------------------------------------


def test_the_table_has_a_row_a_layer():
    *_, loss = deep_sigmoid(hidden=3)
    lines = str(gradient_flow(loss)).splitlines()
    assert len(lines) == 5
    assert " ".join(lines[0].split()) == (
        "layer mean |∇| max |∇| norm update/weight exactly 0 dead units saturated verdict"
    )
    assert lines[1].startswith("layer 1 ([0]) ")
    assert float(lines[1].split()[3]) == pytest.approx(gradient_flow(loss)[0].mean, rel=0.06)


def test_the_picture_is_logarithmic_with_the_first_layer_left():
    *_, loss = deep_sigmoid()
    flow = gradient_flow(loss)
    ax = flow.plot()
    assert ax.get_yscale() == "log"
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx([x.mean for x in flow])
    assert ax.get_xticklabels()[0].get_text() == "layer 1\n([0])"
    vanishing = [bar.get_hatch() == "///" for bar in ax.patches]
    assert vanishing == [x.verdict == "vanishing" for x in flow]
    words = [t.get_text() for t in ax.texts]
    assert any("vanishing" in text for text in words)
    assert "Each layer back: × 0." in ax.get_title()
    (line,) = [x for x in ax.lines if x.get_ydata()[0] == flow.vanishing_below]
    assert line.get_linestyle() == "--"
    assert viz.alt_text(ax) == flow.description
    assert "0 " in flow.description
    assert "(vanishing)" in flow.description


def test_dead_and_saturated_units_stand_under_their_layer():
    W = Tensor(np.diag([1.0, -1.0, 1.0, 1.0]), label="W")
    ax = gradient_flow(autograd.relu(np.ones((2, 4)) @ W).sum()).plot()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["W\n25% dead"]


def test_plot_takes_and_returns_the_axes():
    *_, loss = deep_sigmoid(hidden=2)
    _, ax = plt.subplots()
    assert gradient_flow(loss).plot(ax) is ax


def test_notebooks_show_a_described_image_and_a_table():
    *_, loss = deep_sigmoid(hidden=2)
    flow = gradient_flow(loss)
    page = flow._repr_html_()
    assert page.count("<img ") == 1
    assert f'alt="{flow.description}"' in page
    assert page.count('<th scope="row">') == 3
    assert page == gradient_flow(loss)._repr_html_()  # the same each time
    assert not plt.get_fignums()  # and it is not shown a second time


def test_without_matplotlib_the_table_remains(monkeypatch):
    *_, loss = deep_sigmoid(hidden=2)
    for name in ("matplotlib.figure", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    flow = gradient_flow(loss)
    assert flow._repr_html_().startswith('<div style="overflow-x:auto"><table>')
    with pytest.raises(ImportError, match=r"chainrule\[plots\]"):
        flow.plot()


def test_names_are_escaped():
    w = Tensor([[1.0]], label="<b>&amp;")
    page = gradient_flow((w * 2.0).sum())._repr_html_()
    assert "&lt;b&gt;&amp;amp;" in page
    assert "<b>" not in page


# --- the graph, coloured by it ------------------------------------------------------------


def test_the_graph_is_coloured_by_powers_of_ten():
    # gradients 1 (loss), 0.1, 0.01, … 0.00001 down a chain
    x = Value(1.0, label="x")
    loss = x
    for _ in range(5):
        loss = loss * 0.1
    loss.backward()
    drawing = viz.draw_flow(loss, theme="light")
    fills = [
        next(
            role
            for role in ("positive-1", "positive-2", "positive-3", "positive-4")
            if f'BGCOLOR="{colors.LIGHT[role]}"' in line
        )
        for line in drawing.dot.splitlines()
        if ">grad " in line
    ]
    # from the leaf up: 1e-5, 1e-4 (vanishing), 1e-3, 1e-2, 0.1, 1
    assert fills == [f"positive-{k}" for k in (1, 1, 2, 3, 4, 4)]


def test_the_coloured_graph_has_its_own_legend_and_every_node():
    *_, loss = deep_sigmoid(hidden=2, width=3, rows=4)
    drawing = viz.draw_flow(loss, theme="light")
    plain = viz.draw(loss, theme="light")
    assert drawing.picture == plain.picture
    assert "vanishing: under" in drawing.svg
    assert "vanishing: under" not in plain.svg


def test_colours_of_zero_and_not_computed():
    x, y = Value(2.0, label="x"), Value(0.0, label="y")
    loss = x * y
    assert "not computed" in viz.draw_flow(loss).dot
    loss.backward()
    assert colors.LIGHT["zero"] in viz.draw_flow(loss, theme="light").dot  # ∂/∂y·… of x·0
    with pytest.raises(ValueError, match="between 0 and 1"):
        viz.draw_flow(loss, vanishing=1.0)


def test_the_coloured_graph_takes_whatever_draw_takes():
    w = Value(2.0, label="w")
    product = w * w
    product.backward()

    def square(x):
        return x * x

    traced = autograd.trace(square)
    traced(Tensor(3.0))
    assert viz.draw_flow(traced).picture == viz.draw(traced).picture
    assert [n.name for n in viz.draw_flow(product, names=False).picture.nodes] == ["w", "mul#1"]
    assert [n.name for n in viz.draw_flow(product).picture.nodes] == ["w", "product"]
    with pytest.raises(TypeError, match=r"no option 'colour'; there are vanishing, .*names, depth"):
        viz.draw_flow(product, colour="red")


def test_graph_and_flow_stand_side_by_side():
    *_, loss = deep_sigmoid(hidden=2, width=3, rows=4)
    flow = gradient_flow(loss)
    both = viz.beside(viz.draw_flow(loss), flow)
    page = both._repr_html_()
    assert page.count("<img ") == 2
    assert flow.description in page
    with pytest.raises(TypeError, match=r"viz\.picture\(ax\)"):
        viz.beside(flow.plot())


# --- over training time -------------------------------------------------------------------


def test_history_of_gradients_by_hand():
    model = nn.Dense(1, 1, bias=False, rng=0)
    model.weight.data = np.array([[1.0]])
    history = viz.FlowHistory(model)
    optimizer = nn.SGD(model.parameters(), lr=0.25)
    for _ in range(3):  # loss w²: the gradient 2w halves with each step
        optimizer.zero_grad()
        (model(np.ones((1, 1))) ** 2).sum().backward()
        history.record()
        optimizer.step()
    assert history.means.tolist() == [[2.0, 1.0, 0.5]]
    assert history.steps == [1, 2, 3]
    assert repr(history) == "FlowHistory(1 layer × 3 steps)"


def test_history_keeps_every_nth():
    model = nn.Dense(1, 1, rng=0)
    history = viz.FlowHistory(model, every=3)
    for _ in range(7):
        history.record()
    assert history.steps == [1, 4, 7]
    assert np.isnan(history.means).all()
    history.plot()
    with pytest.raises(ValueError, match="at least 1"):
        viz.FlowHistory(model, every=0)


def test_history_marks_vanishing_and_exploding():
    model = nn.MLP(1, [1], 1, rng=0)
    history = viz.FlowHistory(model)
    for first, last in [(1.0, 1.0), (1e-5, 1.0), (0.0, 0.0), (99.0, np.inf)]:
        for p in model.parameters()[:2]:
            p.grad = np.full(p.shape, first)
        for p in model.parameters()[2:]:
            p.grad = np.full(p.shape, last)
        history.record()
    assert history.verdicts.tolist() == [
        ["", "vanishing", "vanishing", "exploding"],
        ["", "", "vanishing", "exploding"],
    ]
    assert "vanishing in 50% of the steps" in history.description


def test_a_gradient_that_is_not_a_number_has_exploded_in_the_history_too():
    model = nn.MLP(1, [1], 1, rng=0)
    history = viz.FlowHistory(model)
    for p in model.parameters()[:2]:
        p.grad = np.full(p.shape, np.nan)
    history.record()
    assert history.verdicts.tolist() == [[gradient_flow(model)[0].verdict], [""]]
    assert history.means[0] == np.inf
    assert np.isnan(history.means[1])  # not computed
    assert "exploding in 100% of the steps" in history.description
    ax = history.plot()
    assert "exploding" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_heat_map_has_a_cell_for_each_layer_and_step():
    model, x, y, _ = deep_sigmoid(hidden=4)
    history = viz.FlowHistory(model)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        nn.mse_loss(model(x), y).backward()
        history.record()
        optimizer.step()
    ax = history.plot()
    (mesh,) = ax.collections
    assert np.asarray(mesh.get_array()).reshape(5, 5) == pytest.approx(history.means)
    assert ax.get_yticklabels()[0].get_text() == "layer 1 ([0])"
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first layer on top
    hatches = [patch.get_hatch() for patch in ax.patches]
    assert hatches
    assert set(hatches) == {"///"}
    assert f'alt="{history.description}"' in history._repr_html_()


def test_history_is_a_callback_of_fit():
    model = nn.Dense(2, 1, rng=0)
    history = viz.FlowHistory(model)
    X = np.random.default_rng(0).normal(size=(6, 2))
    data = nn.DataLoader(X, X[:, :1], batch_size=3)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    nn.fit(model, nn.mse_loss, data, optimizer, epochs=4, callbacks=[history], progress=False)
    assert history.means.shape == (1, 8)  # a column for each batch
    assert (history.means > 0).all()


def test_an_empty_history_says_so():
    with pytest.raises(ValueError, match="nothing was recorded"):
        viz.FlowHistory(nn.Dense(1, 1, rng=0)).plot()


@pytest.mark.parametrize("label", ["a\nb", "\x00\x1b[0m", "$\\frac$", "x" * 10_000, "\ud800"])
def test_any_label_can_be_a_layer_of_the_plots(label):
    w = Value(1.5, label=label)
    loss = tanh(w * 2.0) * w
    loss.backward()
    for ax in (gradient_flow(loss).plot(), viz.histograms(loss)):
        ax.figure.canvas.draw()


def test_the_minimum_of_gelu_is_not_saturated():
    w = Value(1.0, label="w")
    x = -0.7517915  # where the slope of gelu is 0
    loss = nn.gelu(w * x) * 1.0
    (layer,) = gradient_flow(loss)
    assert layer.saturated == 0.0
    far = nn.gelu(Value(1.0, label="w") * -9.0) * 1.0
    assert gradient_flow(far)[0].saturated == 1.0


def test_what_is_large_is_not_called_vanishing_beside_what_is_larger():
    a, b = Value(1.0, label="a"), Value(1.0, label="b")
    loss = a * 1.2e5 + b * 1e13
    loss.backward()
    assert [x.verdict for x in gradient_flow(loss)] == ["exploding", "exploding"]


def test_a_nan_in_the_flow_is_told_with_where_it_was_born():
    w = Value(3.0, label="w")
    loss = w * float("nan")
    loss.label = "loss"
    loss.backward()
    flow = gradient_flow(loss)
    assert "nan is born in loss = (w = 3.0) × (nan) = nan" in flow.born
    assert flow.born[1:] in flow.description
    assert "is born" in flow.plot().get_xlabel().replace("\n", " ")
    assert flow.born in str(flow)


def test_names_below_the_bars_do_not_cover_each_other():
    for sizes in ([4] * 2, [4] * 6, [4] * 14, [4] * 20):
        model = nn.MLP(3, sizes, 1, activation="tanh", rng=0)
        loss = (model(np.ones((2, 3))) ** 2).sum()
        loss.backward()
        ax = gradient_flow(loss).plot()
        ax.figure.canvas.draw()
        boxes = [t.get_window_extent() for t in ax.get_xticklabels() if not t.get_rotation()]
        assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))
