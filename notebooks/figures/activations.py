"""The plots of 02, activations."""

import matplotlib.pyplot as plt
import numpy as np

import viz
from autograd import Tensor
from nn import MLP, binary_cross_entropy_with_logits, identity, relu, sigmoid, softmax, tanh


def three_gates(z, a, b):
    """Three maps of one neuron's output over the plane of its inputs."""
    fig, axes = plt.subplots(1, 3, figsize=(9, 3.2), sharey=True)
    for ax, f in zip(axes, (identity, sigmoid, relu)):
        image = ax.imshow(f(z), origin="lower", extent=(-3, 3, -3, 3), cmap="cividis")
        ax.contour(a, b, z, levels=[0], colors="white")
        ax.set(title=f.__name__, xlabel="x1")
        ax.grid(visible=False)
        fig.colorbar(image, ax=ax, shrink=0.7)
    axes[0].set_ylabel("x2")
    return viz.picture(
        axes[0],
        "Three maps of one neuron's output over the plane of its inputs. All "
        "change along the same direction; sigmoid levels off on both sides, ReLU is flat "
        "on one side of the line.",
    )


def two_slopes(points, tanh_slopes, slopes, cross):
    """Slopes of tanh and sigmoid on a log scale."""
    fig, ax = plt.subplots()
    ax.semilogy(points, tanh_slopes, "--", linewidth=2.4, label="tanh′")
    ax.semilogy(points, slopes, linewidth=2.4, label="σ′")
    ax.axvspan(-cross, cross, color="0.92", zorder=0, label=f"tanh is steeper: |z| < {cross:.2f}")
    ax.set(xlabel="z", ylabel="slope (log scale)", xlim=(-8, 8), ylim=(1e-6, 3))
    ax.minorticks_off()
    ax.legend(loc="lower center")
    return viz.picture(
        ax,
        "Slopes of tanh and sigmoid on a log scale: tanh is steeper near 0, up to "
        f"{cross:.2f}; further out it falls faster than sigmoid.",
    )


def softmax_at_three_scales(logits):
    """Softmax of four logits at three scales."""
    fig, axes = plt.subplots(1, 3, figsize=(10, 3), sharey=True)
    for ax, scale in zip(axes, (0.3, 1, 4)):
        shares = softmax(scale * logits)
        assert np.isclose(shares.sum(), 1) and (shares > 0).all() and shares.argmax() == 2
        assert np.allclose(shares, softmax(scale * logits + 100))  # a shift changes nothing
        bars = ax.bar(range(4), shares, color="#0072B2")
        ax.bar_label(bars, fmt="%.2f", padding=2)
        ax.set_xticks(range(4), [f"{scale * t:.3g}" for t in logits])
        ax.set(title=f"logits × {scale}", xlabel="logit", ylim=(0, 1.1))
    axes[0].set_ylabel("share")
    return viz.picture(
        axes[0],
        "Softmax of four logits at three scales: small logits give nearly equal "
        "shares, large ones give nearly everything to the largest.",
    )


def softmax_table(J):
    """The four by four table of softmax's derivatives."""
    fig, ax = plt.subplots(figsize=(5, 4))
    ax.imshow(J, cmap="PuOr_r", vmin=-0.25, vmax=0.25)
    for i, j in np.ndindex(4, 4):
        ink = "white" if abs(J[i, j]) > 0.15 else "black"
        ax.text(j, i, f"{J[i, j]:.3f}", ha="center", va="center", color=ink, fontsize=11)
    ax.set_xticks(range(4), [f"z{j + 1}" for j in range(4)])
    ax.set_yticks(range(4), [f"share {i + 1}" for i in range(4)])
    ax.set_title("∂share / ∂logit: each column adds up to 0")
    ax.grid(visible=False)
    return viz.picture(
        ax,
        "The four by four table of softmax's derivatives: positive on the diagonal, "
        "negative elsewhere; what one share gains the others lose.",
    )


def undecided_and_convinced(undecided, convinced):
    """The error of the neuron that starts at 1 falls to nearly 0."""
    assert undecided[-1] < 0.01 and convinced[-1] > 0.99
    fig, ax = plt.subplots()
    ax.plot(undecided, linewidth=2.4, label="started at z = 1")
    ax.plot(convinced, "--", linewidth=2.4, label="started at z = 8")
    ax.set(xlabel="step", ylabel="squared error", title="The wrong and convinced one does not move")
    ax.legend()
    return viz.picture(
        ax,
        "The error of the neuron that starts at 1 falls to nearly 0; of the one that "
        "starts at 8 it stays at 1 for all of 300 steps.",
    )


def crowd(ax, factor):
    """What a network's units answer, a histogram a layer, for weights times a factor."""
    ax.set(title=f"weights × {factor} (line: median)", xlim=(-1.04, 1.04))
    return viz.picture(ax)


def lines_that_try(hits):
    """How many of the lines have how many points of XOR on the correct side."""
    fig, ax = plt.subplots(figsize=(6.4, 3))
    counts = [int((hits == n).sum()) for n in range(5)]
    bars = ax.bar(range(5), counts, color="#0072B2")
    ax.bar_label(bars, [f"{n:,}" for n in counts], padding=2)
    ax.set(xlabel="of four points, on the correct side", ylabel="lines")
    ax.set_title(f"{hits.size:,} lines")
    ax.margins(y=0.15)
    return viz.picture(
        ax,
        f"Of {hits.size} lines none has all four points on the correct side, {counts[3]} "
        "have three.",
    )


def moved_points(X4, h, y4):
    """Left the four points of XOR."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
    for ax, places, names in ((left, X4, ("x1", "x2")), (right, h, ("h1", "h2"))):
        for label, marker, color in ((0, "o", "#0072B2"), (1, "s", "#E69F00")):
            ax.plot(
                *places[y4 == label].T, marker, markersize=13, color=color, label=f"class {label}"
            )
        for (p, q), point in zip(X4.astype(int), places):
            up = -16 if (p, q) == (1, 0) and places is h else 10
            ax.annotate(
                f"({p}, {q})", point, xytext=(10, up), textcoords="offset points", fontsize=11
            )
        ax.set(xlabel=names[0], ylabel=names[1], xlim=(-0.4, 2.6), ylim=(-0.4, 1.5))
    right.plot([0.3, 2.6], [-0.1, 1.05], "k-", linewidth=1.5, label="h1 − 2 h2 = ½")
    left.set_title("what comes in"), right.set_title("after two ReLUs")
    left.legend(loc="upper right"), right.legend(loc="upper left")
    return viz.picture(
        left,
        "Left the four points of XOR, not to be parted by a line. Right the same "
        "after the hidden layer: both ones lie on one point, and a line parts them from "
        "the zeros.",
    )


def straight_and_bent(straight, X4, y4, bent):
    """Three layers."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2))
    viz.decision_regions(straight, X4, y4, ax=left)
    viz.decision_regions(bent, X4, y4, ax=right)
    (
        left.set_title("three layers, no activation", pad=44),
        right.set_title("four tanh units", pad=44),
    )
    return viz.picture(left)


def dead_and_alive(dead, alive):
    """The bias of a dead unit, step by step, and of one with a leak."""
    assert set(dead) == {-3.0} and abs(alive[-1] - 0.5) < 0.02
    fig, ax = plt.subplots()
    ax.plot(alive, "--", linewidth=2.4, color="#E69F00", label="leaky ReLU")
    ax.plot(dead, linewidth=2.4, color="#0072B2", label="ReLU: dead")
    ax.axhline(-1, color="black", linewidth=0.8)
    ax.text(len(dead), -0.93, "above: some input opens it", ha="right", fontsize=11)
    ax.set(xlabel="step", ylabel="bias b", title="The best bias is ½")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.1))
    return viz.picture(
        ax,
        "The bias of the ReLU unit stays at −3 for ever. That of the leaky unit creeps "
        "up, passes the line where the first input opens it, and then jumps to one half.",
    )


def starts_that_solve(solved):
    """Of ten starts ReLU solves XOR in …."""
    fig, ax = plt.subplots(figsize=(6.4, 2.6))
    bars = ax.barh(list(solved), list(solved.values()), color="#0072B2")
    ax.bar_label(bars, padding=4)
    ax.set(xlabel="of 10 starts, so many solve XOR", xlim=(0, 11))
    ax.invert_yaxis()
    return viz.picture(
        ax, f"Of ten starts ReLU solves XOR in {solved['ReLU']}, leaky ReLU and tanh in all."
    )


def three_readings(scores):
    """Three scores as they are."""
    fig, axes = plt.subplots(1, 3, figsize=(10, 3))
    for ax, (f, title) in zip(
        axes,
        [
            (identity, "identity: three numbers"),
            (sigmoid, "sigmoid: three questions"),
            (softmax, "softmax: one question"),
        ],
    ):
        bars = ax.bar(["cat", "pet", "car"], f(scores), color=["#0072B2", "#E69F00", "#009E73"])
        ax.bar_label(bars, fmt="%.2f", padding=2)
        ax.axhline(0, color="black", linewidth=0.8)
        ax.margins(y=0.2)
        ax.set_title(f"{title}\nsum {f(scores).sum():.2f}", fontsize=12)
    return viz.picture(
        axes[0],
        "Three scores as they are, through sigmoid and through softmax. Sigmoid "
        "finds both cat and pet likely, softmax makes them share.",
    )


def gradient_by_layer(X, labels):
    """Mean gradient by layer of a network with ten hidden layers."""
    fig, ax = plt.subplots(figsize=(8, 4.2))
    factors = {}
    for name, look in (("sigmoid", "o-"), ("tanh", "s--"), ("relu", "^-."), ("leaky_relu", "D:")):
        model = MLP(2, [16] * 10, 1, activation=name, rng=0)
        loss = binary_cross_entropy_with_logits(model(X), labels[:, None].astype(float))
        loss.backward()
        flow = viz.gradient_flow(loss)
        factors[name] = flow.factor
        label = f"{name}: × {flow.factor:.2f} per layer"
        ax.semilogy(range(1, 12), [layer.mean for layer in flow], look, linewidth=2, label=label)
    assert factors["sigmoid"] < 0.4 and min(factors[k] for k in factors if k != "sigmoid") > 0.8
    ax.set(xlabel="layer (11 is the output)", ylabel="mean |gradient|, log scale")
    ax.set_xticks(range(1, 12))
    ax.minorticks_off()
    ax.legend(loc="lower right")
    return viz.picture(
        ax,
        "Mean gradient by layer of a network with ten hidden layers: with sigmoid it "
        "falls by orders of magnitude towards the first layer, with the others it stays "
        "level.",
    )


def signs_of_gradients():
    """Gradients of six weights."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
    x = np.random.default_rng(1).normal(size=6)  # six weighted sums, centred around 0
    for ax, f in zip(axes, (sigmoid, tanh)):
        w = Tensor(np.full(6, 0.1), label="w")
        loss = ((f(x) * w).sum() - 1.0) ** 2
        loss.backward()
        signs = set(np.sign(w.grad))
        assert signs == ({-1.0} if f is sigmoid else {-1.0, 1.0})
        ax.bar([f"w{i}" for i in range(1, 7)], w.grad, color="#0072B2")
        ax.axhline(0, color="black", linewidth=0.8)
        ax.set_title(f"after {f.__name__}")
    axes[0].set_ylabel("gradient, one sample")
    return viz.picture(
        axes[0],
        "Gradients of six weights: after sigmoid all are negative, after tanh "
        "some are positive and some negative.",
    )


def five_activations(curves, last):
    """The loss over the epochs for five activations: mean and range of the starts."""
    fig, ax = plt.subplots(figsize=(8, 4.4))
    for (name, runs), dash in zip(curves.items(), (":", "-", "--", "-.", (0, (5, 1, 1, 1)))):
        runs = np.array(runs)
        epochs = range(1, runs.shape[1] + 1)
        (line,) = ax.plot(epochs, runs.mean(axis=0), linestyle=dash, linewidth=2.4, label=name)
        ax.fill_between(
            epochs, runs.min(axis=0), runs.max(axis=0), alpha=0.15, color=line.get_color()
        )
    ax.set(xlabel="epoch", ylabel="loss", title="Mean of five starts, and their range")
    ax.set_ylim(0, 0.8)
    ax.legend(loc="upper right", ncols=2)
    return viz.picture(
        ax,
        "Loss over 60 epochs for five activations: identity stays at "
        f"{last['identity']:.2f}, sigmoid is slow, tanh is faster, ReLU and leaky ReLU are "
        "fastest.",
    )
