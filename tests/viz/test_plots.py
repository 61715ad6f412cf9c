"""The plots: what is drawn, against hand figures; and that all of it can be read."""

import re
import sys
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor, Value
from viz.plots import canvas
from viz.style.numerals import number


@pytest.fixture(autouse=True)
def no_windows():
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def small_loss(activation="tanh"):
    rng = np.random.default_rng(0)
    model = nn.MLP(2, [6, 6], 1, activation=activation, rng=0)
    loss = nn.mse_loss(model(rng.normal(size=(20, 2))), rng.normal(size=(20, 1)))
    return model, loss


def path_on_a_bowl():
    w = Tensor([-1.0, 2.0], label="w")

    def loss():
        return w[0] ** 2 + 3 * w[1] ** 2

    path = [viz.parameter_vector([w])]
    for _ in range(8):
        w.zero_grad()
        loss().backward()
        w.data -= 0.1 * w.grad
        path.append(viz.parameter_vector([w]))
    return loss, [w], path


def recorded_history():
    model, _ = small_loss()
    history = viz.FlowHistory(model)
    for scale in (1.0, 1e-6, 1e3):
        for p, at in zip(model.parameters(), (1, 1, 1, 1, 0, 0), strict=True):
            p.grad = np.full(p.shape, scale**at)
        history.record()
    return history


def moons(n=60):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2))
    return X, (X[:, 0] + 0.3 * rng.normal(size=n) > 0).astype(int)


EVERY_PLOT = {
    "function_plot": lambda ax: viz.function_plot(nn.sigmoid, ax=ax),
    "learning_curves": lambda ax: viz.learning_curves(
        {"loss": [3, 2, 1.5, 1.2], "val_loss": [3, 2.5, 2.6, 2.8]}, ax=ax
    ),
    "decision_regions": lambda ax: viz.decision_regions(lambda X: X[:, 0], *moons(), ax=ax),
    "activations": lambda ax: viz.histograms(small_loss("relu")[1], ax=ax),
    "gradients": lambda ax: viz.histograms(small_loss()[1], "gradients", ax=ax),
    "landscape": lambda ax: viz.loss_landscape(
        *path_on_a_bowl()[:2], path=path_on_a_bowl()[2], resolution=15, ax=ax
    ),
    "line": lambda ax: viz.loss_landscape(
        *path_on_a_bowl()[:2], directions=[[1.0, 0.0]], resolution=15, ax=ax
    ),
    "penalty_balls": lambda ax: viz.penalty_balls(ax=ax),
    "dropout_masks": lambda ax: viz.dropout_masks(nn.Dropout(0.5, rng=0), ax=ax),
    "confusion_matrix": lambda ax: viz.confusion_matrix([0, 1, 2, 1], [0, 1, 1, 1], ax=ax),
    "flow_history": lambda ax: recorded_history().plot(ax),
    "gradient_flow": lambda ax: viz.gradient_flow(small_loss("relu")[1]).plot(ax),
}


def boxes(figure):
    """Every text that is drawn, with its place on the figure."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    found = []
    for ax in figure.axes:
        low, high = sorted(ax.get_xlim())
        bottom, top = sorted(ax.get_ylim())
        texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
        texts += [t.label1 for t in ax.xaxis.get_major_ticks() if low <= t.get_loc() <= high]
        texts += [t.label1 for t in ax.yaxis.get_major_ticks() if bottom <= t.get_loc() <= top]
        texts += [t.label2 for t in ax.yaxis.get_major_ticks() if bottom <= t.get_loc() <= top]
        legend = ax.get_legend()
        texts += legend.get_texts() if legend is not None else []
        found += [
            (t.get_text(), t.get_window_extent(renderer))
            for t in texts
            if t.get_visible() and t.get_text().strip()
        ]
    return found


@pytest.mark.parametrize("name", EVERY_PLOT)
class TestEveryPlot:
    def test_takes_and_returns_the_axes(self, name):
        _, ax = plt.subplots()
        assert EVERY_PLOT[name](ax) is ax

    def test_makes_its_own_axes(self, name):
        assert EVERY_PLOT[name](None).figure.axes

    def test_no_text_is_cut_or_lies_on_another(self, name):
        figure = EVERY_PLOT[name](None).figure
        found = boxes(figure)
        assert found
        width, height = figure.canvas.get_width_height()
        for text, box in found:
            inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
            assert inside, f"{text!r} is cut off"
        for i, (one, a) in enumerate(found):
            for other, b in found[i + 1 :]:
                apart = a.x1 < b.x0 or b.x1 < a.x0 or a.y1 < b.y0 or b.y1 < a.y0
                assert apart or one == other, f"{one!r} lies on {other!r}"

    def test_text_is_large_enough_for_a_projector(self, name):
        ax = EVERY_PLOT[name](None)
        legend = ax.get_legend()
        texts = [*ax.texts, *(legend.get_texts() if legend else [])]
        texts += [t.label1 for t in ax.xaxis.get_major_ticks()]
        assert ax.title.get_fontsize() >= 13
        assert all(t.get_fontsize() >= 10 for t in texts)

    def test_is_described_in_words(self, name):
        ax = EVERY_PLOT[name](None)
        words = viz.alt_text(ax)
        assert len(words) > 40
        assert words.endswith(".")
        image = viz.picture(ax)
        assert not plt.get_fignums()  # shown once, not twice
        assert f'alt="{words}"' in image._repr_html_().replace("&#x27;", "'")
        ET.fromstring(image.svg)
        assert words in ET.fromstring(image.svg).itertext()

    def test_says_which_extra_is_missing(self, name, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
        with pytest.raises(ImportError, match=r"pip install 'chainrule\[plots\]'"):
            EVERY_PLOT[name](None)


def test_the_same_plot_is_the_same_text():
    one, two = (viz.picture(viz.penalty_balls()).svg for _ in range(2))
    assert one == two


def test_an_image_carries_no_text_that_draws_nothing():
    svg = viz.picture(viz.penalty_balls()).svg
    assert "<!--" not in svg
    assert not re.search(r">\s+<", svg)
    assert "w₁ exactly 0" in svg  # its description stays


def test_the_colours_are_told_apart_without_red_and_green():
    """Okabe and Ito's colours, seen with deuteranopia (Viénot, Brettel and Mollon, 1999)."""

    def seen(color):
        rgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
        confused = np.array(
            [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]
        )
        return np.clip(confused @ rgb, 0, 1) ** (1 / 2.2)

    used = [seen(c) for c in (canvas.BLUE, canvas.ORANGE, canvas.GREEN, canvas.PURPLE)]
    for i, a in enumerate(used):
        for b in used[i + 1 :]:
            assert np.linalg.norm(a - b) > 0.15


# --- a function and its derivative --------------------------------------------------------


def curves(ax):
    return {line.get_label(): np.array(line.get_xydata()) for line in ax.lines}


def test_the_derivative_is_that_of_the_function():
    found = curves(viz.function_plot(nn.sigmoid))
    z, y = found["sigmoid"].T
    assert y == pytest.approx(1 / (1 + np.exp(-z)))
    assert found["sigmoid′"][:, 1] == pytest.approx(y * (1 - y))


def test_saturated_regions_are_shaded():
    # σ' = 0.01 at z = ±4.5848
    ax = viz.function_plot(nn.sigmoid, -8, 8, points=1601)
    edges = [patch.get_x() for patch in ax.patches] + [
        patch.get_x() + patch.get_width() for patch in ax.patches
    ]
    assert sorted(edges) == pytest.approx([-8, -4.5848, 4.5848, 8], abs=0.011)
    assert {patch.get_hatch() for patch in ax.patches} == {"\\\\"}


def test_relu_has_a_gap_at_its_kink_and_slope_0_there():
    found = curves(viz.function_plot(autograd.relu, name="relu", points=201))
    z, slope = found["relu′"].T
    assert np.isnan(z).sum() == 1  # the gap
    assert slope[z < 0] == pytest.approx(0.0)
    assert slope[np.isclose(z, 0)] == 0.0
    assert np.isnan(slope).sum() == 1
    assert slope[z > 0] == pytest.approx(1.0)


def test_where_it_is_not_defined_there_is_a_gap():
    found = curves(viz.function_plot(autograd.log, -2, 4))
    z, y = found["log"].T
    assert np.isnan(y[z <= 0]).all()
    assert y[z > 0] == pytest.approx(np.log(z[z > 0]))


@pytest.mark.parametrize("name", ["elu", "selu", "silu", "gelu", "softplus", "leaky_relu", "tanh"])
def test_every_activation(name):
    f = getattr(nn, name)
    z, slope = curves(viz.function_plot(f, points=121))[f"{name}′"].T
    smooth = np.isfinite(slope) & (np.abs(z) > 0.06)
    h = 1e-6
    expected = [(f(float(x) + h) - f(float(x) - h)) / (2 * h) for x in z]
    assert slope[smooth] == pytest.approx(np.array(expected)[smooth], abs=1e-5)


def test_a_loss_as_a_function_of_the_prediction():
    ax = viz.function_plot(lambda p: nn.huber_loss(p, 0.0), -3, 3, name="Huber")
    z, slope = curves(ax)["Huber′"].T
    assert slope == pytest.approx(np.clip(z, -1, 1))


def test_functions_of_many_numbers_are_refused():
    with pytest.raises(TypeError, match="one number to one number"):
        viz.function_plot(lambda z: np.array([z, z]))
    with pytest.raises(ValueError, match="from low to high"):
        viz.function_plot(autograd.tanh, 1, 1)


# --- learning curves ----------------------------------------------------------------------


def test_the_best_epoch_is_marked():
    ax = viz.learning_curves({"loss": [4, 3, 2, 1, 0.5], "val_loss": [4, 3, 2.5, 2.7, 3]})
    (star,) = [line for line in ax.lines if line.get_marker() == "*"]
    assert star.get_xydata().tolist() == [[3, 2.5]]
    (after,) = ax.patches
    assert (after.get_x(), after.get_x() + after.get_width()) == (3, 5)


def test_without_validation_nothing_is_marked_unless_asked():
    assert not [x for x in viz.learning_curves({"loss": [2, 1]}).lines if x.get_marker() == "*"]
    ax = viz.learning_curves({"loss": [2, 1]}, best=1)
    (star,) = [line for line in ax.lines if line.get_marker() == "*"]
    assert star.get_xydata().tolist() == [[1, 2]]


def test_histories_of_fit_can_be_drawn():
    history = nn.History()
    history.record(loss=2.0, val_loss=1.0)
    history.record(loss=1.0, val_loss=2.0)
    assert "Best epoch: 1" in viz.alt_text(viz.learning_curves(history))


def a_history_with_a_learning_rate():
    history = nn.History()
    history.record(loss=2.0, val_loss=1.5, lr=0.1, val_accuracy=0.5)
    history.record(loss=1.0, val_loss=1.2, lr=0.05, val_accuracy=0.75)
    return history


def test_of_a_history_only_the_losses_are_drawn_unless_others_are_named():
    history = a_history_with_a_learning_rate()
    ax = viz.learning_curves(history)
    drawn = [line.get_label() for line in ax.lines if len(line.get_xdata()) == history.epochs]
    assert [name for name in drawn if name in history] == ["loss", "val_loss"]
    assert ax.get_ylabel() == "loss"
    ax = viz.learning_curves(history, "lr")
    assert [(x.get_label(), x.get_ydata().tolist()) for x in ax.lines] == [("lr", [0.1, 0.05])]
    assert ax.get_ylabel() == ""
    assert len(viz.learning_curves({"sgd": [2, 1], "adam": [2, 0.5]}).lines) == 2
    with pytest.raises(KeyError, match=r"no series 'speed'; there are .*'lr'"):
        viz.learning_curves(history, "speed")


def test_what_is_not_a_history():
    with pytest.raises(ValueError, match="at least one series"):
        viz.learning_curves({})
    with pytest.raises(TypeError, match=r"mapping.*list"):
        viz.learning_curves([1, 2])
    with pytest.raises(ValueError, match="from 1 to 2, but best=3"):
        viz.learning_curves({"loss": [2, 1]}, best=3)


# --- decision regions ---------------------------------------------------------------------


def region_at(ax, x, y):
    """The colour of the plane at a point, from the pixels."""
    figure = ax.figure
    figure.canvas.draw()
    column, row = ax.transData.transform((x, y))
    pixels = np.asarray(figure.canvas.buffer_rgba())
    return tuple(pixels[pixels.shape[0] - int(row), int(column)][:3])


def test_the_plane_is_coloured_by_the_predicted_class():
    X, y = np.array([[-2.0, -2.0], [2.0, 2.0]]), np.array([0, 1])
    ax = viz.decision_regions(lambda X: X[:, 0], X, y)
    assert region_at(ax, -1, 1) == region_at(ax, -1, -1.5)
    assert region_at(ax, -1, 1) != region_at(ax, 1, 1)


@pytest.mark.parametrize(
    "classifier",
    [
        lambda X: X[:, 0],  # a score, 0 between the classes
        lambda X: 1 / (1 + np.exp(-X[:, 0])),  # a probability
        lambda X: (X[:, 0] > 0).astype(int),  # classes
        lambda X: np.stack([-X[:, 0], X[:, 0]], axis=1),  # a score for each class
        lambda X: Tensor(X) @ np.array([[1.0], [0.0]]),  # a model of Tensors
        lambda X: np.array([Value(x) for x in X[:, 0]], dtype=object),  # a model of Values
    ],
    ids=["score", "probability", "class", "scores", "Tensor", "Values"],
)
def test_all_kinds_of_answers_mean_the_same(classifier):
    X = np.array([[-2.0, 0.0], [-1.0, 1.0], [1.0, 0.0], [2.0, 1.0], [1.5, -1.0]])
    ax = viz.decision_regions(classifier, X, [0, 0, 1, 1, 0], resolution=20)
    assert "5 samples, 4 of them" in viz.alt_text(ax)


@pytest.mark.parametrize(
    "classifier",
    [
        lambda X: X[:, 0] + X[:, 1] - 0.3,
        lambda X: 1 / (1 + np.exp(0.3 - X[:, 0] - X[:, 1])),
        lambda X: np.stack([0 * X[:, 0], X[:, 0] + X[:, 1] - 0.3], axis=1),
    ],
    ids=["score", "probability", "scores"],
)
def test_the_border_lies_where_the_scores_change_sides_and_is_no_staircase(classifier):
    ax = viz.decision_regions(classifier, [[-2.0, -1.0], [2.0, 1.0]], [0, 1], resolution=20)
    border = np.concatenate([path.vertices for path in ax.collections[1].get_paths()])
    assert len(border) > 10
    assert np.abs(border.sum(axis=1) - 0.3).max() < 0.01  # x + y = 0.3


def test_estimators_and_three_classes():
    class Estimator:
        def predict(self, X):
            return np.array(["a", "b", "c"])[np.digitize(X[:, 0], [-0.5, 0.5])]

    X = np.array([[-1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    ax = viz.decision_regions(Estimator(), X, ["a", "b", "c"], resolution=20)
    assert viz.alt_text(ax).startswith("Decision regions of 3 classes with 3 samples, 3 of")
    with pytest.raises(ValueError, match="cannot tell 3 classes apart"):
        viz.decision_regions(lambda X: X[:, 0], X, ["a", "b", "c"], resolution=5)


def test_the_regions_record_nothing():
    W = Tensor([[1.0], [0.0]], label="W")
    seen = []

    def classifier(X):
        seen.append(X @ W)
        return seen[-1]

    viz.decision_regions(classifier, [[0.0, 0.0], [1.0, 1.0]], [0, 1], resolution=5)
    assert seen[0].inputs == ()


def test_the_regions_leave_a_model_in_training_as_it_was():
    # In training, dropout would be seen as noise, and batch norm would learn the picture's grid.
    batch_norm, dropout = nn.BatchNorm1d(2), nn.Dropout(0.5)
    model = nn.Sequential(batch_norm, dropout, nn.Dense(2, 1, rng=0))
    dropout.eval()
    before = model.state_dict()
    X, y = moons()
    one, two = (region_at(viz.decision_regions(model, X, y), 0.5, 0.2) for _ in range(2))
    after = model.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert one == two
    assert (model.training, batch_norm.training, dropout.training) == (True, True, False)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(samples, 2\)"):
        viz.decision_regions(lambda X: X, np.ones((3, 3)), [0, 1, 1])
    with pytest.raises(ValueError, match="one answer, or one score a class"):
        viz.decision_regions(lambda X: X[:5, 0], np.eye(2), [0, 1], resolution=5)


# --- histograms ---------------------------------------------------------------------------


def test_the_histograms_count_what_is_there():
    _, loss = small_loss("relu")
    ax = viz.histograms(loss, bins=10)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["layer 1 ([0])", "layer 2 ([2])"]
    counts, _ = np.histogram(ax.patches[0].get_data().values, 2)
    assert counts.sum() == 10
    share = viz.gradient_flow(loss)[0].zeros
    assert f"{share:.0%} exactly 0" in [t.get_text() for t in ax.texts]


def test_gradients_are_on_powers_of_ten():
    w = Tensor([1.0, 1.0, 1.0, 1.0], label="w")
    loss = (w * np.array([1e-4, 1e-4, 1e-1, 0.0])).sum()
    ax = viz.histograms(loss, "gradients", bins=4)
    heights = 0 - ax.patches[0].get_data().values  # the row's foot is at 0
    assert heights == pytest.approx([0.85, 0, 0, 0.425])
    low, high = ax.get_xlim()
    assert low < -4 < -1 < high
    assert "25% exactly 0" in [t.get_text() for t in ax.texts]


def test_nothing_to_draw():
    w = Tensor([1.0], label="w")
    with pytest.raises(ValueError, match="no activations"):
        viz.histograms((w * 2.0).sum())
    with pytest.raises(ValueError, match=r"loss\.backward"):
        viz.histograms(nn.Dense(1, 1, rng=0), "gradients")
    with pytest.raises(ValueError, match="weights"):
        viz.histograms(w, "weights")


# --- the loss landscape -------------------------------------------------------------------


def test_a_line_with_the_engines_tangent():
    loss, parameters, _ = path_on_a_bowl()
    parameters[0].data = np.array([1.0, 2.0])
    ax = viz.loss_landscape(loss, parameters, directions=[[0.0, 1.0]], resolution=11)
    t, heights = ax.lines[0].get_xydata().T
    assert heights == pytest.approx(1 + 3 * (2 + t) ** 2)
    (x0, y0), (x1, y1) = ax.lines[1].get_xydata()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(12)  # 6·w₂
    assert "Slope in the middle: 12." in viz.alt_text(ax)


def test_two_parameters_are_their_own_axes():
    loss, parameters, path = path_on_a_bowl()
    ax = viz.loss_landscape(loss, parameters, path=path, resolution=9)
    drawn = next(line for line in ax.lines if line.get_label() == "path of the optimiser")
    assert drawn.get_xydata() == pytest.approx(np.array(path))
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for x, y in path:  # the path is shown whole
        assert low <= x <= high
        assert bottom <= y <= top


def test_the_parameters_are_put_back_also_after_an_error():
    model, _ = small_loss()
    before = viz.parameter_vector(model.parameters())
    x = np.ones((3, 2))
    viz.loss_landscape(lambda: nn.mse_loss(model(x), x[:, :1]), model.parameters(), resolution=3)
    assert (viz.parameter_vector(model.parameters()) == before).all()

    def broken():
        raise RuntimeError("no data")

    with pytest.raises(RuntimeError, match="no data"):
        viz.loss_landscape(broken, model.parameters(), resolution=3)
    assert (viz.parameter_vector(model.parameters()) == before).all()
    assert not model.parameters()[0].has_grad


def test_a_loss_recorded_before_the_landscape_is_recorded_anew():
    w = Tensor([1.0, 2.0], label="w")

    def loss():
        return (w * w).sum()

    before = loss()
    viz.loss_landscape(loss, [w], resolution=3)
    with pytest.raises(autograd.StaleDataError):  # as the docstring says
        before.backward()
    loss().backward()
    assert w.grad.tolist() == [2.0, 4.0]


def test_many_parameters_with_a_path_use_its_own_plane():
    # a path that lies in a plane is drawn without loss of length
    rng = np.random.default_rng(0)
    w = Tensor(rng.normal(size=7), label="w")
    basis = np.linalg.qr(rng.normal(size=(7, 2)))[0].T
    steps = np.array([[3.0, 0.0], [2.0, 1.0], [1.0, 1.5], [0.0, 0.0]])
    path = w.data + steps @ basis
    ax = viz.loss_landscape(lambda: (w * w).sum(), [w], path=path, resolution=5)
    drawn = next(line for line in ax.lines if line.get_label() == "path of the optimiser")
    lengths = np.linalg.norm(np.diff(drawn.get_xydata(), axis=0), axis=1)
    assert lengths == pytest.approx(np.linalg.norm(np.diff(steps, axis=0), axis=1))


def test_random_directions_repeat_and_have_the_size_of_the_weights():
    a, b = Tensor(np.full(4, 3.0)), Tensor(np.full(9, 0.01))
    seen = []

    def loss():
        seen.append((a.data.copy(), b.data.copy()))
        return (a * a).sum() + (b * b).sum()

    one = viz.loss_landscape(loss, [a, b], directions=1, resolution=3, seed=4)
    end_a, end_b = seen[0]  # one whole length of the direction away
    assert np.linalg.norm(end_a - 3.0) == pytest.approx(np.linalg.norm(np.full(4, 3.0)))
    assert np.linalg.norm(end_b - 0.01) == pytest.approx(np.linalg.norm(np.full(9, 0.01)))
    two = viz.loss_landscape(loss, [a, b], directions=1, resolution=3, seed=4)
    assert viz.alt_text(one) == viz.alt_text(two)


def test_values_and_neurons_move_too():
    layer = nn.Layer(2, 2, rng=0)
    before = viz.parameter_vector(layer.parameters())
    ax = viz.loss_landscape(lambda: layer([1.0, 2.0]).sum(), layer.parameters(), resolution=3)
    assert (viz.parameter_vector(layer.parameters()) == before).all()
    assert "6 parameters" in viz.alt_text(ax)


def test_wrong_directions_and_paths():
    w = Tensor([1.0, 2.0, 3.0])

    def loss():
        return w.sum()

    with pytest.raises(ValueError, match="1 or 2 vectors of 3 numbers"):
        viz.loss_landscape(loss, [w], directions=[[1.0, 2.0]])
    with pytest.raises(ValueError, match="1 or 2 directions, not 3"):
        viz.loss_landscape(loss, [w], directions=3)
    with pytest.raises(ValueError, match="2 numbers a step for 3 parameters"):
        viz.loss_landscape(loss, [w], path=[[1.0, 2.0]])


# --- penalties ----------------------------------------------------------------------------


def test_the_best_points_by_hand():
    # (w₁ − 1)² + (w₂ − 2)²: L2 projects to (1, 2)/√5; L1 to the corner (0, 1)
    ax = viz.penalty_balls(lambda a, b: (a - 1) ** 2 + (b - 2) ** 2)
    words = viz.alt_text(ax)
    assert "l1 penalty at most 1.0: w = (0.0, 1.0), w₁ exactly 0." in words
    assert f"l2 penalty at most 1.0: w = ({1 / 5**0.5:.3g}, {2 / 5**0.5:.3g})." in words


def test_a_large_budget_changes_nothing():
    words = viz.alt_text(viz.penalty_balls(lambda a, b: a**2 + (b - 1) ** 2, budget=9.0))
    assert words.count("(0.0, 1.0)") == 3


def test_one_ball_alone_and_unknown_penalties():
    assert "l1" not in viz.alt_text(viz.penalty_balls(penalties=["l2"]))
    with pytest.raises(ValueError, match="l3"):
        viz.penalty_balls(penalties=["l3"])


def test_the_penalty_balls_are_small_enough_for_a_notebook():
    assert len(viz.picture(viz.penalty_balls()).svg) < 150_000


# --- dropout and confusion ----------------------------------------------------------------


def test_the_masks_are_those_of_the_layer():
    ax = viz.dropout_masks(nn.Dropout(0.5, rng=3), shape=(4, 5), passes=2)
    again = nn.Dropout(0.5, rng=3)
    masks = [np.asarray(getattr(r, "data", r)) for r in (again(np.ones((4, 5))) for _ in "12")]
    crosses = [len(line.get_xdata()) for line in ax.lines]
    assert crosses == [int((mask == 0).sum()) for mask in masks]
    assert "the others × 2.0" in viz.alt_text(ax)


def test_nothing_is_dropped_in_evaluation():
    assert "0 of 80 dropped" in viz.alt_text(viz.dropout_masks(nn.Dropout(0.5).eval()))


def test_dropout_must_keep_the_shape():
    with pytest.raises(ValueError, match="changed the shape"):
        viz.dropout_masks(lambda x: x.sum(axis=0))


def test_the_counts_equal_scikit_learns():
    from sklearn.metrics import confusion_matrix

    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 4, 100), rng.integers(0, 4, 100)
    ax = viz.confusion_matrix(y, p)
    drawn = np.array([int(t.get_text()) for t in ax.texts]).reshape(4, 4)
    assert (drawn == confusion_matrix(y, p)).all()


def test_the_grid_of_a_style_does_not_cross_out_the_counts():
    with plt.rc_context({"axes.grid": True}):
        ax = viz.confusion_matrix([0, 1], [0, 1])
    assert not any(line.get_visible() for line in ax.get_xgridlines() + ax.get_ygridlines())


def test_labels_give_the_order_and_unknown_classes_are_refused():
    ax = viz.confusion_matrix(["b", "a"], ["b", "b"], labels=["b", "a", "c"])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["b", "a", "c"]
    assert [t.get_text() for t in ax.texts] == ["1", "0", "0", "1", "0", "0", "0", "0", "0"]
    with pytest.raises(ValueError, match=r"classes \['a'\] occur"):
        viz.confusion_matrix(["b", "a"], ["b", "b"], labels=["b"])
    with pytest.raises(ValueError, match="as many predictions"):
        viz.confusion_matrix([1], [1, 2])


def test_what_a_plot_cannot_show_is_said():
    x = Tensor([[1.0], [2.0]])
    w = Tensor([[np.nan, 1.0]], label="w")
    with np.errstate(all="ignore"):
        loss = (x @ w).tanh().sum()
        assert "2 nan or inf" in viz.alt_text(viz.histograms(loss))
    ax = viz.learning_curves({"loss": [3.0, 2.0, np.nan, np.nan]})
    assert "Loss is nan from epoch 3 on" in viz.alt_text(ax)
    p, q = Value(1.0, label="p"), Value(1.0, label="q")
    ax = viz.loss_landscape(lambda: p.log() + q * q, [p, q], span=2.0, resolution=9)
    assert (ax.get_xlabel().split("\n")[0], ax.get_ylabel()) == ("p", "q")
    assert "not finite: hatched" in viz.alt_text(ax)
    assert "not finite: hatched" in ax.get_xlabel()


def test_a_loss_that_is_finite_nowhere_is_said_and_not_an_error():
    p, q = Value(-1.0, label="p"), Value(1.0, label="q")
    ax = viz.loss_landscape(lambda: p.log() * q, [p, q], span=0.5, resolution=5)
    assert "At 25 points of 25 it is not finite" in viz.alt_text(ax)
    line = viz.loss_landscape(lambda: (p + 1.5).log(), [p], directions=[[1.0]], resolution=5)
    assert "At 2 points of 5 it is not finite" in viz.alt_text(line)


def test_what_is_cut_off_or_has_no_logarithm_or_no_answer_is_said():
    told = viz.alt_text(viz.function_plot(autograd.log, -1.0, 4.0, points=51))
    assert "Not defined: -1.0 to 0.0; cut off at the window's edge" in told
    assert "Not defined" not in viz.alt_text(viz.function_plot(autograd.tanh))
    ax = viz.learning_curves({"loss": [1.0, 0.0, 0.5]}, logarithmic=True)
    assert "1 number of 0 or less cannot be shown" in viz.alt_text(ax)
    assert "cannot be shown" in ax.get_xlabel()
    X, y = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), [0, 1, 1]
    ax = viz.decision_regions(lambda X: np.where(X[:, 1] > 1.5, np.nan, X[:, 0] - 0.5), X, y)
    told = viz.alt_text(ax)
    assert "2 of them on the right side" in told
    assert "the answer is nan or inf: hatched" in told
    with pytest.raises(ValueError, match="1 of 2 predictions are nan"):
        viz.confusion_matrix([0.0, 1.0], [0.0, np.nan])


def test_the_numbers_of_axes_are_written_as_everywhere():
    ax = viz.function_plot(lambda x: x * 1e-6, -2.0, 2.0, points=21)
    ax.figure.canvas.draw()
    for axis in (ax.xaxis, ax.yaxis):
        for label in (t.get_text() for t in axis.get_ticklabels()):
            assert label in (number(float(label)), number(float(label)).removesuffix(".0"))
        assert axis.get_offset_text().get_text() == ""


class TestAttention:
    """The table, whatever holds it; its gradient; and that nothing of it is cut off."""

    words = ("a", "b", "c")
    rows = ([1.0], [0.25, 0.75], [0.2, 0.3, 0.5])

    def written(self, ax):
        return [text.get_text() for text in ax.texts]

    def test_lists_values_and_tensors_give_one_picture(self):
        table = np.tril(np.array([[1.0, 0, 0], [0.25, 0.75, 0], [0.2, 0.3, 0.5]]))
        as_values = [[Value(x) for x in row] for row in self.rows]
        alone = viz.alt_text(viz.attention(self.rows, self.words))
        assert alone == (
            "Attention of 3 words. a looks at a (1.00); b most at b (0.75); c most at c (0.50)."
        )
        assert viz.alt_text(viz.attention(as_values, self.words)) == alone
        full = viz.alt_text(viz.attention(Tensor(table), self.words))
        assert full == alone.replace("looks at", "looks most at")
        assert viz.alt_text(viz.attention(table, self.words)) == full

    def test_gradients_are_below_where_there_are_some(self):
        rows = [[Value(x) for x in row] for row in self.rows]
        (rows[2][0] * 3.0 - rows[1][1] * 2.0 + rows[0][0] * 0.0).backward()
        written = self.written(viz.attention(rows, self.words))
        assert {"3.0", "-2.0", "0.0", "\u2202loss/\u2202weights"} <= set(written)
        assert "3.0" not in self.written(viz.attention(rows, self.words, gradient=False))

    def test_heads_stand_beside_each_other(self):
        heads = np.full((4, 3, 3), 1 / 3)
        ax = viz.attention(heads, self.words)
        assert [f"head {k}" for k in (1, 2, 3, 4)] == [
            text for text in self.written(ax) if text.startswith("head")
        ]
        assert "3 words, 4 heads. Head 1: a looks most at a (0.33)" in viz.alt_text(ax)

    def test_all_words_are_within_the_figure(self):
        words = ["because", "it", "was", "tired", "and", "cold", "and", "dark", "there", "alone"]
        ax = viz.attention(np.full((10, 10), 0.1), words)
        ax.figure.canvas.draw()
        whole = ax.figure.bbox
        for text in ax.texts:
            box = text.get_window_extent()
            assert whole.x0 <= box.x0 <= box.x1 <= whole.x1, text.get_text()
            assert whole.y0 <= box.y0 <= box.y1 <= whole.y1, text.get_text()
            assert text.get_fontsize() >= 10

    def test_what_does_not_fit_is_refused_with_the_remedy(self):
        with pytest.raises(ValueError, match=r"weights 3×3 for 2 words that look at 2.*onto"):
            viz.attention(np.ones((3, 3)), ["a", "b"])
        with pytest.raises(ValueError, match="4 lists deep: of a batch take one sample"):
            viz.attention(np.ones((1, 1, 2, 2)), ["a", "b"])
        with pytest.raises(ValueError, match="head 2 of attention has weights 1×2"):
            viz.attention([[[1.0], [0.5, 0.5]], [[0.5, 0.5]]], ["a", "b"])


def test_a_path_that_diverged_is_drawn_as_far_as_it_goes():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    path = [[3.0, 3.0], [2.0, 2.0], [np.nan, np.inf]]
    ax = viz.loss_landscape(lambda: a**2 + b**2, [a, b], path=path, resolution=5)
    assert "1 point of the path cannot be shown: nan or inf." in viz.alt_text(ax)
    assert "cannot be shown" in ax.get_xlabel()


def test_a_loss_over_many_powers_of_ten_has_levels_over_the_whole_plane():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    ax = viz.loss_landscape(lambda: (20 * a).exp() + b**2, [a, b], resolution=9)
    bar = ax.figure.axes[-1]
    assert bar.get_ylabel() == "loss, logarithmic"
    assert bar.get_yscale() == "log"


def test_what_a_logarithmic_axis_cannot_show_is_a_gap():
    ax = viz.learning_curves({"loss": [1.0, 0.0, 0.1]}, logarithmic=True)
    assert not np.isfinite(ax.yaxis.get_transform().transform([0.0, 1.0])[0])  # -1000 at the edge
