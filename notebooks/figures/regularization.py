"""The plots of 06, regularization."""

import matplotlib.pyplot as plt
import numpy as np

import viz


def a_fit(draw_fit, model, X):
    """The network bends to run through many of the noisy points."""
    fig, ax = plt.subplots()
    draw_fit(ax, model, f"{sum(p.size for p in model.parameters())} parameters, {len(X)} points")
    ax.legend()
    return viz.picture(
        ax, "The network bends to run through many of the noisy points, away from the smooth truth."
    )


def share_and_amount(shares, amounts):
    """A weight under L2 falls ever more slowly and never arrives."""
    fig, ax = plt.subplots(figsize=(7.2, 3.4))
    ax.plot(shares, label="L2 takes a tenth of it")
    ax.plot(amounts, "--", label="L1 takes 0.04")
    ax.set(xlabel="step", ylabel="weight", title="A share, an amount")
    ax.legend()
    return viz.picture(
        ax,
        "A weight under L2 falls ever more slowly and never arrives; under L1 it falls in "
        "a straight line to exactly 0.",
    )


def four_times_twenty_weights(ways, truth, zeros):
    """Twenty weights four times."""
    fig, axes = plt.subplots(2, 2, figsize=(11, 5), sharex=True, sharey=True)
    for ax, (name, weights) in zip(axes.flat, ways.items()):
        ax.vlines(range(20), 0, weights, color="#0072B2", linewidth=3)
        ax.plot(range(20), weights, "o", color="#0072B2")
        at = np.flatnonzero(weights == 0)
        ax.plot(at, weights[at], "x", color="#D55E00", markersize=9)
        ax.plot([2, 7, 11], truth[[2, 7, 11], 0], "k_", markersize=16)
        ax.set_title(f"{name}: {zeros[name]} exactly zero"), ax.set_xticks(range(0, 20, 5))
    axes[1, 0].set(xlabel="input", ylabel="weight")
    return viz.picture(
        ax,
        "Twenty weights four times. Without a penalty, with L2 and with L1 in the loss "
        "none is exactly 0; with the proximal step most are, but not the three that matter.",
    )


def masks_and_their_mean(line, selves, whole):
    """Left."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), sharey=True)
    left.plot(line, selves[:5].T, linewidth=1)
    left.set(title="five masks", xlabel="x", ylim=(-2.6, 2.6))
    right.plot(line, selves.mean(axis=0), color="#E69F00", linewidth=5, label="mean of 200")
    right.plot(line, whole, "--", color="#0072B2", linewidth=2.4, label="all neurons on")
    right.set(title="together", xlabel="x"), right.legend()
    return viz.picture(
        left,
        "Left: five passes with masks, five trembling curves. Right: the mean of 200 "
        "of them and the whole network nearly agree.",
    )


def remedies(tested):
    """Test losses."""
    fig, ax = plt.subplots()
    ax.bar_label(ax.bar(tested.keys(), tested.values(), color="#0072B2"), fmt="%.3f", padding=2)
    ax.axhline(0.5**2, color="black", linestyle="--")
    ax.text(5.5, 0.5**2, " noise", va="bottom")
    ax.set(xlim=(-0.6, 6.2), ylabel="test loss", title="Each remedy alone, and all together")
    return viz.picture(
        ax, "Test losses: highest without a remedy, lower with each alone and with all."
    )


def five_folds(folds, small):
    """Five rows of forty samples."""
    fig, ax = plt.subplots(figsize=(9, 2.9))
    for i, (learn, hold) in enumerate(folds.split(small[:40])):
        ax.plot(learn, np.full(len(learn), i), "s", color="#0072B2", markersize=8, label="trains")
        ax.plot(
            hold,
            np.full(len(hold), i),
            "x",
            color="#D55E00",
            markersize=8,
            markeredgewidth=2,
            label="is held out",
        )
    ax.set(
        yticks=range(5),
        yticklabels=[f"fold {i}" for i in range(1, 6)],
        xlabel="sample",
        ylim=(4.5, -0.5),
    )
    ax.grid(visible=False)
    fig.legend(
        *(some[:2] for some in ax.get_legend_handles_labels()), loc="outside upper center", ncols=2
    )
    held = np.concatenate([hold for _, hold in folds.split(small[:40])])
    assert sorted(held) == list(range(40))  # each sample is held out exactly once
    return viz.picture(ax, "Five rows of forty samples; in each row eight others are held out.")


def scores_of_folds(scores):
    """Accuracy of five folds for networks of 2 to 64 hidden neurons."""
    fig, ax = plt.subplots()
    for i, (hidden, found) in enumerate(scores.items()):
        ax.plot([i] * 5, found, "o", color="#56B4E9")
        ax.errorbar(i + 0.12, found.mean(), found.std(), fmt="s", color="#0072B2", capsize=5)
    ax.set_xticks(range(len(scores)), scores)
    ax.set(
        xlabel="hidden neurons",
        ylabel="accuracy when held out",
        title="Five folds (points), their mean and spread (squares)",
    )
    return viz.picture(
        ax, "Accuracy of five folds for networks of 2 to 64 hidden neurons, mean and spread."
    )


def five_samples(line, truth, large, little):
    """Draw what a large and a small network learn from five samples."""
    fig, axes = plt.subplots(1, 2, figsize=(11, 3.8), sharey=True)
    for ax, curves, sizes in zip(axes, (large, little), ([64, 64], [3]), strict=True):
        ax.plot(line, curves.T)
        ax.plot(line, truth, "k--", linewidth=2.4)
        ax.set(ylim=(-2.6, 2.6), title=f"hidden layers {sizes}, five samples", xlabel="x")
    words = (
        "Left: five large networks, trained on five samples, disagree widely. Right: five networks "
        "of three neurons agree better. Dashed: the truth."
    )
    return viz.picture(axes[0], words)
