"""Draw the lecture's pictures: python notebooks/pictures.py   (into notebooks/images/)

Each function draws one picture and returns its description for those who cannot see it. Curves
and numbers are computed by the packages, so no picture can say what the code does not. Drawn
twice, a picture is the same file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

import itertools

import matplotlib.pyplot as plt
import numpy as np
from sketching import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_ORANGE,
    RED,
    arrow,
    box,
    canvas,
    circle,
    column,
)

import nn
import viz
from autograd import Tensor, Value, gradients

IMAGES = Path(__file__).parent / "images"
Picture = Callable[[], tuple[Any, str]]
_pictures: dict[str, Picture] = {}


def picture(draw: Picture) -> Picture:
    """Add a picture to those that are made; its file has the function's name."""
    _pictures[draw.__name__.replace("_", "-")] = draw
    return draw


@picture
def banner() -> tuple[Any, str]:
    """A network with what flows each way."""
    figure, ax = canvas(12, 4.4)
    rng = np.random.default_rng(3)
    layers = [column(1.3 + 2.35 * i, n, 2.2, 0.62) for i, n in enumerate([3, 5, 5, 4, 1])]
    for left, right in itertools.pairwise(layers):
        for a in left:
            for b in right:
                weight = rng.normal()
                color = ORANGE if weight > 0 else BLUE
                ax.plot(*zip(a, b, strict=True), color=color, linewidth=0.4 + 1.3 * abs(weight),
                        alpha=0.55, zorder=1)  # fmt: skip
    for i, layer in enumerate(layers):
        for x, y in layer:
            circle(ax, x, y, r=0.21, face=PALE_GREEN if i in (0, 4) else "white", edgecolor=INK)
    arrow(ax, (1.0, 3.85), (10.9, 3.85), "values flow forward", BLUE, width=2.4)
    arrow(ax, (10.9, 0.55), (1.0, 0.55), "gradients flow back", RED, width=2.4, shift=(0, -0.25))
    return figure, (
        "A network of 3 inputs, three hidden layers and one output; values flow forward, "
        "gradients flow back."
    )


@picture
def neuron() -> tuple[Any, str]:
    """One neuron, every part named."""
    figure, ax = canvas(10, 4.2)
    for i, (x, y) in enumerate(column(1.2, 3, 2.3, 1.2), 1):
        circle(ax, x, y, rf"$x_{i}$", face=PALE_GREEN, edgecolor=GREEN)
        shift = (-0.1, 0.32 if i < 3 else -0.32)
        arrow(ax, (x, y), (4.4, 2.3), rf"$w_{i}$", BLUE, shift=shift, gap=24, gap_end=48)
    ax.add_patch(plt.Circle((4.4, 2.3), 0.62, facecolor=PALE_BLUE, edgecolor=BLUE, linewidth=2,
                            zorder=3))  # fmt: skip
    ax.text(4.4, 2.3, r"$\sum$", ha="center", va="center", fontsize=22, zorder=4)
    circle(ax, 4.4, 0.6, r"$b$", face=PALE_ORANGE, edgecolor=ORANGE)
    arrow(ax, (4.4, 0.6), (4.4, 2.3), color=ORANGE, gap=26, gap_end=48)
    arrow(ax, (4.4, 2.3), (7.0, 2.3), r"$z$", INK, gap=46, gap_end=50)
    box(ax, 7.0, 2.3, "", width=1.3, face="white")
    t = np.linspace(-4, 4, 60)
    ax.plot(7.0 + t / 4 * 0.5, 2.06 + 0.48 * nn.sigmoid(t), color=BLUE, linewidth=2.2, zorder=5)
    arrow(ax, (7.0, 2.3), (9.2, 2.3), "", INK, gap=50, gap_end=20)
    ax.text(9.25, 2.3, r"$\hat{y}$", ha="center", va="center", fontsize=18)
    for x, y, text in ((1.2, 4.0, "inputs"), (2.75, 0.75, "weights of\nthe connections"),
                       (5.3, 0.6, "bias"), (4.4, 3.35, "weighted sum"), (7.0, 3.05, "activation"),
                       (9.2, 3.05, "output")):  # fmt: skip
        ax.text(x, y, text, ha="center", va="center", fontsize=12.5, color=GREY)
    return figure, (
        "A neuron: three inputs, each multiplied by the weight of its connection, are added up "
        "together with the bias to z, which an activation turns into the output."
    )


@picture
def weight_derivation() -> tuple[Any, str]:
    """The two-layer network, and the local derivative of each of its arrows."""
    figure, ax = canvas(12.4, 4.6)
    names = [r"$\mathbf{x}$", r"$z_1$", r"$a_1$", r"$z_2$", r"$\hat{y}$", r"$L$"]
    xs = [0.9 + 2.1 * i for i in range(6)]
    for i, (x, name) in enumerate(zip(xs, names, strict=True)):
        face, edge = (PALE_GREEN, GREEN) if i == 0 else (PALE_BLUE, BLUE)
        face, edge = (PALE_ORANGE, ORANGE) if i == 5 else (face, edge)
        circle(ax, x, 2.6, name, face=face, edgecolor=edge)
    for i, over in enumerate(["", r"$\sigma$", "", r"$\sigma$", ""]):
        arrow(ax, (xs[i], 2.6), (xs[i + 1], 2.6), over, INK, gap=22)
    for i, (w, b) in ((1, (r"$\mathbf{w}_1$", r"$b_1$")), (3, (r"$w_2$", r"$b_2$"))):
        for dx, name in ((-0.65, w), (0.65, b)):
            circle(ax, xs[i] + dx, 4.1, name, r=0.36, face="white", edgecolor=GREY)
            arrow(ax, (xs[i] + dx, 4.1), (xs[i], 2.6), gap=24)
    circle(ax, xs[5], 4.1, r"$y$", face=PALE_GREEN, edgecolor=GREEN)
    arrow(ax, (xs[5], 4.1), (xs[5], 2.6), gap=24)
    below = [
        r"$\dfrac{\partial z_1}{\partial \mathbf{w}_1} = \mathbf{x}$",
        r"$\dfrac{\partial a_1}{\partial z_1} = a_1(1 - a_1)$",
        r"$\dfrac{\partial z_2}{\partial a_1} = w_2$",
        r"$\dfrac{\partial \hat{y}}{\partial z_2} = \hat{y}(1 - \hat{y})$",
        r"$\dfrac{\partial L}{\partial \hat{y}} = 2(\hat{y} - y)$",
    ]
    arrow(ax, (xs[1] - 0.36, 2.9), (xs[1] - 0.98, 3.85), "", RED, bend=-0.3, gap=4)  # to w1
    ax.text(xs[0] + 0.15, 3.6, below[0], ha="center", fontsize=12.5, color=RED)
    for i, text in enumerate(below[1:], 1):
        arrow(ax, (xs[i + 1], 2.15), (xs[i], 2.15), "", RED, bend=-0.3, gap=6)
        ax.text((xs[i] + xs[i + 1]) / 2, 1.2, text, ha="center", fontsize=12.5, color=RED)
    ax.text(6.2, 0.45, r"$\dfrac{\partial L}{\partial \mathbf{w}_1}$ is their product, read from "
            "right to left", ha="center", va="center", fontsize=13.5, color=INK)  # fmt: skip
    return figure, (
        "Two layers: x goes through w1 and b1 to z1, sigma makes a1 of it, w2 and b2 make z2, "
        "sigma makes y hat, which the loss compares with y; in red the local derivative of each "
        "arrow, back from the loss to w1."
    )


@picture
def vanishing_gradient() -> tuple[Any, str]:
    """What is left of a gradient after ten sigmoids, each at its steepest."""
    steepest = float(gradients(nn.sigmoid(z := Value(0.0)), [z])[0])
    left = [steepest**k for k in range(11)]
    figure, ax = plt.subplots(figsize=(9, 3.9), layout="constrained")
    places = range(10, -1, -1)
    ax.bar(places, np.log10(left) + 7, color=BLUE, width=0.62)
    for x, value in zip(places, left, strict=True):
        text = f"{value:.2g}" if value >= 1e-3 else f"{value:.0e}".replace("e-0", "e-")
        ax.text(x, np.log10(value) + 7.12, text, ha="center", fontsize=11.5, color=INK)
    ax.set_xticks(places, ["loss" if x == 10 else f"layer {x + 1}" for x in places], fontsize=10.5)
    ax.set_yticks(range(8), [rf"$10^{{{k - 7}}}$" for k in range(8)])
    ax.set(ylim=(0, 7.9), ylabel="gradient (log scale)")
    ax.set_title(rf"Each sigmoid passes on at most $\sigma'(0) = {steepest}$ of what it gets")
    ax.annotate("", (0, 5.6), (6.6, 5.6), arrowprops={"arrowstyle": "-|>", "color": RED, "lw": 2})
    ax.text(3.3, 5.75, "the way of the gradient", ha="center", color=RED, fontsize=12.5)
    ax.spines[["top", "right"]].set_visible(False)
    return figure, (
        f"Bars on a log scale: from 1 at the loss the gradient falls to a quarter with each of "
        f"ten sigmoid layers, to {left[-1]:.1e} at the first."
    )


ACTIVATIONS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("identity", nn.identity),
    ("sigmoid", nn.sigmoid),
    ("tanh", nn.tanh),
    ("relu", nn.relu),
    ("leaky_relu", lambda x: nn.leaky_relu(x, 0.1)),
)


@picture
def activation_functions() -> tuple[Any, str]:
    """All activations of the lecture in one picture, each with its derivative."""
    figure, axes = plt.subplots(2, 3, figsize=(11, 6.2), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.12)
    for ax, (name, f) in zip(axes.flat, ACTIVATIONS, strict=False):
        x = np.linspace(-5, 5, 401)
        points = [Value(float(t)) for t in x]
        d = [float(gradients(f(z), [z])[0]) for z in points]
        ax.plot(x, f(x), color=BLUE, linewidth=2.6, label="function")
        d = np.where(np.abs(np.diff(d, prepend=d[0])) > 0.5, np.nan, d)  # no slope at a kink
        ax.plot(x, d, color=RED, linewidth=2.2, linestyle="--", label="derivative")
        ax.set_title(name.replace("_", " "), fontsize=14)
        ax.set_ylim({"sigmoid": (-0.1, 1.1), "tanh": (-1.15, 1.15)}.get(name, (-1.4, 3)))
    axes.flat[0].legend(frameon=False, fontsize=11.5)
    _softmax_bars(axes.flat[5])
    for ax in axes.flat[:5]:
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.tick_params(labelbottom=True)
    for ax in axes.flat:
        ax.spines[["top", "right"]].set_visible(False)
    return figure, (
        "Six panels: identity, sigmoid, tanh, ReLU and leaky ReLU with their derivatives, and "
        "softmax as shares of a whole."
    )


def _softmax_bars(ax: Any) -> None:
    logits = np.array([1.0, 2.0, 3.0])
    shares = nn.softmax(logits)
    bars = ax.bar(range(3), shares, color=[BLUE, ORANGE, GREEN], hatch=["", "//", ".."],
                  edgecolor="white")  # fmt: skip
    ax.bar_label(bars, fmt="%.2f", padding=2, fontsize=11.5)
    ax.set_xticks(range(3), [f"z = {z:g}" for z in logits])
    ax.set(ylim=(0, 1), title="softmax")
    ax.title.set_size(14)


def _curve(name: str, f: Callable[[Any], Any]) -> Picture:
    def draw() -> tuple[Any, str]:
        title = name.replace("_", " ")
        ax = viz.function_plot(f, -6, 6, name=title)
        return ax.figure, viz.alt_text(ax)

    draw.__name__ = name
    return draw


for _name, _function in ACTIVATIONS:
    picture(_curve(_name, _function))


@picture
def softmax() -> tuple[Any, str]:
    """Three shares of a whole, while one of the three logits moves."""
    z = np.linspace(-6, 6, 241)
    shares = nn.softmax(np.stack([z, 0 * z + 1, 0 * z - 1], axis=1))
    figure, ax = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
    ax.stackplot(z, shares.T, colors=[PALE_BLUE, PALE_ORANGE, PALE_GREEN], edgecolor=INK,
                 linewidth=1.2)  # fmt: skip
    for x, y, text in ((3.6, 0.4, "class 1: logit z"), (-3.4, 0.42, "class 2: logit 1"),
                       (-3.4, 0.93, "class 3: logit −1")):  # fmt: skip
        ax.text(x, y, text, ha="center", va="center", fontsize=13)
    ax.set(xlim=(-6, 6), ylim=(0, 1), xlabel="z", ylabel="probability")
    ax.set_title("softmax: what one class gains the others lose")
    return figure, (
        "Stacked shares of three classes: as the first logit grows from −6 to 6 its share goes "
        "from nearly 0 to nearly 1; the sum is always 1."
    )


@picture
def l1_l2() -> tuple[Any, str]:
    """Why L1 makes zeros and L2 does not: corners."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
    w1, w2 = np.meshgrid(np.linspace(-1.6, 2.6, 301), np.linspace(-1.6, 2.6, 301))
    bowl = (w1 - 0.7) ** 2 + 4.0 * (w2 - 1.6) ** 2 + 0.4 * (w1 - 0.7) * (w2 - 1.6)
    turn = np.linspace(0, 2 * np.pi, 4001)
    for ax, order, name in zip(axes, (1, 2), ("L1", "L2"), strict=True):
        edge = np.stack([np.cos(turn), np.sin(turn)])
        edge /= np.linalg.norm(edge, ord=order, axis=0)
        u, v = edge[0] - 0.7, edge[1] - 1.6
        best = edge[:, np.argmin(u**2 + 4.0 * v**2 + 0.4 * u * v)]
        ax.contour(w1, w2, bowl, levels=[0.1, 0.5, 1.1, 1.9, 3.2, 5, 8], colors=ORANGE,
                   linewidths=1.3)  # fmt: skip
        ax.fill(*edge, facecolor=PALE_BLUE, edgecolor=BLUE, linewidth=2)
        ax.plot(0.7, 1.6, "x", color=RED, markersize=11, markeredgewidth=2.5)
        ax.annotate("least loss", (0.7, 1.6), (0.85, 1.72), fontsize=13, color=RED,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
        ax.plot(*best, "o", color=INK, markersize=10)
        w = f"({abs(best[0]):.2f}, {best[1]:.2f})"
        ax.annotate(f"best inside: {w}", best, (0.25, -1.42), fontsize=12.5,
                    arrowprops={"arrowstyle": "->", "color": INK})  # fmt: skip
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.axvline(0, color=GREY, linewidth=0.8)
        norm = r"$|w_1| + |w_2| \leq 1$" if order == 1 else r"$w_1^2 + w_2^2 \leq 1$"
        ax.set(aspect="equal", xlim=(-1.6, 2.6), ylim=(-1.6, 2.6), xlabel="$w_1$", ylabel="$w_2$")
        ax.set_title(f"{name}:  {norm}", fontsize=14)
    return figure, (
        "Two panels with the same loss contours. The L1 ball is a diamond and the best point in "
        "it is a corner, where the first weight is exactly 0; the L2 ball is round and the best "
        "point has two weights that are not 0."
    )


def _net(ax: Any, left: float, dropped: set[tuple[int, int]], title: str) -> None:
    sizes = [3, 5, 5, 2]
    layers = [column(left + 1.35 * i, n, 2.3, 0.78) for i, n in enumerate(sizes)]
    for i, (near, far) in enumerate(itertools.pairwise(layers)):
        for j, a in enumerate(near):
            for k, b in enumerate(far):
                if not {(i, j), (i + 1, k)} & dropped:
                    ax.plot(*zip(a, b, strict=True), color=GREY, linewidth=1, zorder=1)
    for i, layer in enumerate(layers):
        for j, (x, y) in enumerate(layer):
            if (i, j) in dropped:
                circle(ax, x, y, "×", r=0.26, face="white", edgecolor="#9AA3AD", linestyle="--")
            else:
                circle(ax, x, y, r=0.26, face=PALE_GREEN if i in (0, 3) else PALE_BLUE)
    ax.text(left + 2.02, 4.72, title, ha="center", fontsize=14)


def _mask(seed: int) -> set[tuple[int, int]]:
    """Return the units that our own dropout drops, at a rate of 0.4."""
    kept = nn.dropout(Tensor(np.ones((2, 5))), 0.4, rng=seed).data
    return {(int(i) + 1, int(j)) for i, j in np.argwhere(kept == 0)}


@picture
def dropout() -> tuple[Any, str]:
    """The whole network, and one that dropout leaves."""
    figure, ax = canvas(12, 5)
    _net(ax, 0.7, set(), "evaluation: all units")
    dropped = _mask(1)
    _net(ax, 7.3, dropped, f"training: {len(dropped)} of 10 hidden units dropped")
    arrow(ax, (5.3, 2.3), (6.5, 2.3), "p = 0.4", RED, gap=2)
    return figure, (
        f"Left a network with two hidden layers of five units; right the same with {len(dropped)} "
        "hidden units crossed out, and all their connections gone."
    )


@picture
def dropout_2() -> tuple[Any, str]:
    """Each batch trains another network; evaluation uses all of them at once."""
    figure, ax = canvas(15.6, 5)
    for i in range(3):
        _net(ax, 0.6 + 5.2 * i, _mask(i + 2), f"batch {i + 1}")
    return figure, (
        "Three times the same network, with other hidden units dropped each time: every batch "
        "trains another part of it."
    )


@picture
def early_stopping() -> tuple[Any, str]:
    """Training and validation loss of a network that is trained too long."""
    rng = np.random.default_rng(2)
    x = rng.uniform(-2, 2, (170, 1))
    y = np.sin(2 * x) + 0.7 * rng.normal(size=x.shape)
    model = nn.MLP(1, [60, 60], 1, activation="relu", rng=1)
    optimizer = nn.SGD(model.parameters(), lr=0.005, momentum=0.9)
    train, held_out = [], []
    for _ in range(400):
        optimizer.zero_grad()
        loss = nn.mse_loss(model(x[:20]), y[:20])
        loss.backward()
        optimizer.step()
        train.append(loss.item())
        held_out.append(float(nn.mse_loss(model(x[20:]), y[20:]).item()))
    ax = viz.learning_curves({"loss": train, "val_loss": held_out})
    ax.set_ylim(0, 1.2)
    ax.figure.set_size_inches(8.4, 4.4)
    return ax.figure, viz.alt_text(ax)


def make(folder: Path = IMAGES) -> dict[str, str]:
    """Draw all pictures into a folder; return their descriptions by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    style = {"svg.hashsalt": "chainrule", "font.size": 12, "savefig.facecolor": "white"}
    descriptions = {}
    with mpl.rc_context(style):
        for name, draw in _pictures.items():
            figure, text = draw()
            descriptions[f"{name}.svg"] = text
            metadata = {"Date": None, "Title": name.replace("-", " "), "Description": text}
            file = folder / f"{name}.svg"
            figure.savefig(file, metadata=metadata, bbox_inches="tight", pad_inches=0.12)
            plt.close(figure)
    return descriptions


if __name__ == "__main__":
    for file, text in make().items():
        print(f"{file}: {text}")
