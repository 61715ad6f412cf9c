"""The plots of 03, losses."""

import matplotlib.pyplot as plt
import numpy as np

import viz
from autograd import Tensor, grad
from nn import binary_cross_entropy_with_logits, focal_loss, hinge_loss


def loss_and_cost(losses, cost):
    """The squared errors of four samples."""
    fig, ax = plt.subplots(figsize=(6.4, 3))
    bars = ax.bar([f"sample {i}" for i in range(1, 5)], losses, color="#0072B2")
    ax.bar_label(bars, fmt="%.2f", padding=2)
    ax.axhline(cost, color="#D55E00", linestyle="--", label=f"cost: their mean, {cost:.2f}")
    ax.set_ylabel("squared error")
    ax.margins(y=0.15)
    ax.legend(loc="upper left")
    return viz.picture(ax, "The squared errors of four samples, and their mean as a line.")


def price_and_pull(shapes, d):
    """Left the three losses over the error."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
    pull = {}
    for (name, f), dash in zip(shapes.items(), ("-", "--", "-.")):
        slope = grad(lambda error: f(error, 0.0))
        pull[name] = np.array([float(slope(float(t))) for t in d])
        left.plot(d, [float(f(float(t), 0.0)) for t in d], dash, linewidth=2.4, label=name)
        broken = np.where((d == 0) & (name == "MAE"), np.nan, pull[name])  # MAE jumps at 0
        right.plot(d, broken, dash, linewidth=2.4, label=name)
    assert np.allclose(pull["MSE"], 2 * d) and np.allclose(pull["MAE"], np.sign(d))
    assert np.allclose(pull["Huber"], np.clip(d, -1, 1))
    left.set(title="loss", xlabel="error ŷ − y", ylim=(0, 8))
    right.set(title="gradient", xlabel="error ŷ − y", ylim=(-4, 4))
    left.legend()
    return viz.picture(
        left,
        "Left the three losses over the error: a parabola, a V, and a parabola that "
        "goes on as a V. Right their gradients: a straight line, a step, and a line cut "
        "off at ±1.",
    )


def one_number(curves, guesses, labels, best):
    """The cost over the guess for three losses."""
    fig, ax = plt.subplots()
    for (name, curve), dash in zip(curves.items(), ("-", "--", "-.")):
        ax.plot(guesses, curve / curve.min(), dash, linewidth=2.4, label=f"{name}: {labels[name]}")
    ax.set(
        xlabel="the one number",
        ylabel="cost (least = 1)",
        ylim=(0.98, 1.4),
        title="Where is the cost least?",
    )
    ax.legend(title="best")
    return viz.picture(
        ax,
        f"The cost over the guess for three losses: MSE is least at {best['MSE']:.1f}, "
        "pulled up by the palace, MAE and Huber between 3 and 4.",
    )


def lines_and_outliers(x, y, lines, slopes, shapes):
    """Points near a line and three outliers far below."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=(3, 2))
    left.plot(x, y, "o", color="0.35", markersize=6)
    for (name, model), dash in zip(lines.items(), ("-", "--", "-.")):
        left.plot(x, model(x).data, dash, linewidth=2.4, label=f"{name}: slope {slopes[name]:.2f}")
    shares = []
    for loss in shapes.values():
        guess = Tensor(2 * x + 1)  # the true line: who pulls on it?
        loss(guess, y).backward()
        shares.append(np.abs(guess.grad)[[18, 20, 22]].sum() / np.abs(guess.grad).sum())
    bars = right.bar(list(shapes), shares, color=["#0072B2", "#E69F00", "#009E73"])
    right.bar_label(bars, [f"{share:.0%}" for share in shares], padding=2)
    assert shares[0] > 0.75 and shares[1] < 0.15
    right.set(title="pull of the 3 outliers", ylabel="share of the gradient", ylim=(0, 1))
    left.set(xlabel="x", ylabel="y")
    left.legend(loc="upper left")
    return viz.picture(
        left,
        "Points near a line and three outliers far below. The line fitted with MSE "
        "is drawn down to them, those with MAE and Huber are not; right, the outliers' "
        "share of the pull.",
    )


def pull_on_the_logit(pull, z):
    """Gradient by the logit."""
    fig, ax = plt.subplots()
    for (name, values), dash in zip(pull.items(), ("--", "-")):
        ax.plot(z, values, dash, linewidth=2.4, label=name)
    ax.axvspan(4, 8, color="0.92", zorder=0, label="convinced and wrong")
    ax.set(xlabel="logit z (truth: 0)", ylabel="gradient by z")
    ax.legend(loc="upper left")
    return viz.picture(
        ax,
        "Gradient by the logit: with squares a hill that is back at 0 for large "
        "logits; with cross-entropy it rises to 1 and stays.",
    )


def stuck_and_freed(stuck, freed):
    """With squared errors the answer stays at 1."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2))
    ax.plot(stuck, "--", linewidth=2.4, label="MSE")
    ax.plot(freed, linewidth=2.4, label="binary cross-entropy")
    ax.set(xlabel="step", ylabel="answer (should be 0)")
    ax.legend(loc="center right")
    return viz.picture(
        ax, "With squared errors the answer stays at 1; with cross-entropy it falls to nearly 0."
    )


def shares_and_gradient(shares, wanted, logits):
    """Left the shares of four classes and the truth."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    names = ["cat", "dog", "car", "bird"]
    left.bar(np.arange(4) - 0.2, shares, 0.38, label="softmax")
    left.bar(np.arange(4) + 0.2, wanted, 0.38, label="truth", hatch="//", edgecolor="white")
    left.set_xticks(range(4), names)
    left.legend(loc="upper left")
    bars = right.bar(names, logits.grad, color="#0072B2")
    right.bar_label(bars, fmt="%.2f", padding=2)
    right.axhline(0, color="black", linewidth=0.8)
    right.margins(y=0.2)
    left.set_title("probabilities"), right.set_title("gradient by the logits")
    return viz.picture(
        left,
        "Left the shares of four classes and the truth, bird; right the gradient: "
        "positive for the three wrong classes, negative for bird.",
    )


def margins(m):
    """Over y times score."""
    fig, ax = plt.subplots()
    wrong = np.where(m == 0, np.nan, m < 0)
    ax.plot(m, wrong, ":", color="black", linewidth=2.4, label="wrong? (0 or 1)")
    ax.plot(m, hinge_loss(m, np.ones(241), reduction="none"), linewidth=2.4, label="hinge")
    logistic = binary_cross_entropy_with_logits(m, np.ones(241), reduction="none")
    ax.plot(m, logistic, "--", linewidth=2.4, label="cross-entropy")
    pull = grad(lambda s: hinge_loss(s, 1.0))
    assert [pull(s) for s in (0.5, 1.0, 2.0)] == [-1, 0, 0]
    assert (logistic > 0).all()  # never content
    ax.axvspan(1, 3, color="0.92", zorder=0, label="beyond the margin")
    ax.set(xlabel="y · score", ylabel="loss")
    ax.legend(loc="upper right")
    return viz.picture(
        ax,
        "Over y times score: the count of mistakes is a step at 0; hinge falls to 0 at "
        "the margin and stays; cross-entropy comes close to 0 but never reaches it.",
    )


def who_pulls(lines, pulling, side, blobs):
    """Two clouds and the line between them."""
    fig, axes = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True)
    for ax, (name, (model, pull)), count in zip(axes, lines.items(), pulling):
        for label, marker, color in ((-1, "o", "#0072B2"), (1, "s", "#E69F00")):
            own = side == label
            ax.scatter(*blobs[own].T, s=12 + 160 * pull[own], c=color, marker=marker, alpha=0.7)
            ax.plot([], [], marker, color=color, label=f"class {label:+d}")
        w, b = model.weight.data[:, 0], model.bias.data[0]
        for level, dash in ((-1, ":"), (0, "-"), (1, ":")):
            ax.axline((0, (level - b) / w[1]), slope=-w[0] / w[1], color="black", linestyle=dash)
        ax.set(title=f"{name}: {count} of 80 points pull", xlim=(-4, 4), ylim=(-4, 4))
        ax.set(xlabel="x1", ylabel="x2")
    axes[0].legend(loc="lower right", fontsize=10)
    return viz.picture(
        axes[0],
        "Two clouds and the line between them, margins dotted; points are larger "
        "the harder they pull. With hinge only a few near the border pull, with "
        "cross-entropy all.",
    )


def focal_curves(logit, p, plain, train_set):
    """Focal loss for four gammas."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), width_ratios=(3, 2))
    easy = {}
    for gamma, dash in ((0, "-"), (1, "--"), (2, "-."), (5, ":")):
        loss = focal_loss(logit, np.ones(197), alpha=None, gamma=gamma, reduction="none")
        left.plot(p, loss, dash, linewidth=2.4, label=f"γ = {gamma}")
        z = Tensor(plain(train_set[0]).data)
        focal_loss(z, train_set[1], alpha=None, gamma=gamma).backward()
        rare = train_set[1] == 1
        easy[gamma] = np.abs(z.grad[rare]).sum() / np.abs(z.grad).sum()
    assert easy[0] < easy[1] < easy[2] < easy[5]
    bars = right.bar([f"γ = {g}" for g in easy], list(easy.values()), color="#0072B2")
    right.bar_label(bars, [f"{share:.0%}" for share in easy.values()], padding=2)
    right.set(title="pull of the frauds", ylabel="share of the gradient", ylim=(0, 1.05))
    left.set(xlabel="probability given to the truth", ylabel="loss", ylim=(0, 4))
    left.legend()
    return viz.picture(
        left,
        "Focal loss for four gammas: the larger gamma, the less a right answer "
        "costs. Right: the share of the gradient that comes from the rare class grows with "
        "gamma.",
    )


def four_measures(table, scores):
    """Accuracy."""
    fig, ax = plt.subplots(figsize=(9, 3.6))
    for i, ((name, row), hatch) in enumerate(zip(table.items(), ("", "//", ".."))):
        bars = ax.bar(
            np.arange(4) + 0.27 * (i - 1),
            row.values(),
            0.25,
            label=name,
            hatch=hatch,
            edgecolor="white",
        )
        ax.bar_label(bars, fmt="%.2f", fontsize=9, padding=1)
    ax.set_xticks(range(4), scores)
    ax.set(ylim=(0, 1.3), title="On the validation set")
    ax.legend(ncols=3, loc="upper center")
    return viz.picture(
        ax,
        "Accuracy, precision, recall and F1 for three losses: with more weight on the "
        "rare class recall rises and precision falls.",
    )


def every_threshold(thresholds, rows, best):
    """Precision rises and recall falls as the threshold rises."""
    fig, ax = plt.subplots()
    for name, dash in (("precision", "--"), ("recall", "-."), ("F1", "-")):
        ax.plot(thresholds, [row[name] for row in rows], dash, linewidth=2.4, label=name)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.plot(
        thresholds[best], rows[best]["F1"], "*", markersize=16, color="#D55E00", label="best F1"
    )
    ax.set(xlabel="alarm if the logit is above", title="One model, every threshold")
    ax.legend(loc="center right")
    return viz.picture(
        ax,
        "Precision rises and recall falls as the threshold rises; F1 is best in "
        "between, at a threshold below 0.",
    )


def compromises(trade, shares):
    """A falling curve of the two losses."""
    fig, ax = plt.subplots(figsize=(6.4, 3.8))
    ax.plot(*trade.T, linewidth=2.4)
    for i in (2, 10, 24, 44):
        ax.plot(*trade[i], "o", color="#D55E00")
        ax.annotate(f"weight {shares[i]:.2f}", trade[i], xytext=(8, 4), textcoords="offset points")
    ax.set(xlabel="loss of the first", ylabel="loss of the second", title="Every compromise")
    return viz.picture(
        ax,
        "A falling curve of the two losses: as the weight of the first grows, its loss "
        "falls and the other's rises.",
    )


def loss_and_metrics(history):
    """Left."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.8))
    viz.learning_curves({"loss": history["loss"], "val_loss": history["val_loss"]}, ax=left)
    right.plot(history["val_accuracy"], linewidth=2.4, label="accuracy")
    right.plot(history["val_F1"], "--", linewidth=2.4, label="F1")
    right.set(xlabel="epoch", title="on new data", ylim=(0.4, 1))
    right.legend(loc="lower right")
    return viz.picture(
        left,
        "Left: the training loss goes to 0 while the validation loss turns and "
        "rises. Right: accuracy and F1 on new data do not fall, but rise a little.",
    )
