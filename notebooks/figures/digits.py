"""The plots of 07, digits."""

import matplotlib.pyplot as plt
import numpy as np

import viz


def five_of_each(X, y, show):
    """Five images of each digit."""
    fig, axes = plt.subplots(5, 10, figsize=(8, 4.3))
    for digit in range(10):
        for row, image in enumerate(X[y == digit][:5]):
            show(image, axes[row, digit])
    return viz.picture(axes[0, 0], "Five examples of each digit, 8 × 8 pixels in grey.")


def three_parts(sizes):
    """The split:."""
    fig, ax = plt.subplots(figsize=(7.2, 1.7))
    left = 0
    for (name, n), hatch in zip(sizes.items(), ["", "//", "xx"]):
        ax.barh(0, n, left=left, hatch=hatch, edgecolor="white")
        ax.text(left + n / 2, 0.52, f"{name}: {n}", ha="center")
        left += n
    ax.set(yticks=[], xlabel="images", ylim=(-0.5, 0.8))
    return viz.picture(ax, "The split: " + ", ".join(f"{name} {n}" for name, n in sizes.items()))


def baseline_bars(baselines):
    """Validation accuracy of three baselines:."""
    fig, ax = plt.subplots(figsize=(7.2, 2.4))
    bars = ax.barh(list(baselines), list(baselines.values()))
    ax.bar_label(bars, fmt="{:.1%}", padding=4)
    ax.set(xlabel="validation accuracy", xlim=(0, 1.14))
    ax.invert_yaxis()
    return viz.picture(
        ax,
        "Validation accuracy of three baselines: "
        + ", ".join(f"{name} {share:.1%}" for name, share in baselines.items()),
    )


def settings_and_luck(trials, luck, best):
    """Validation loss of twelve settings against learning rate."""
    fig, axes = plt.subplots(1, 4, figsize=(9.6, 3.2), sharey=True)
    views = {"learning rate": "lr", "dropout": "dropout", "width": 0, "layers": len}
    for ax, (name, key) in zip(axes, views.items()):
        at = [
            t[key] if isinstance(key, str) else t["hidden"][0] if key == 0 else len(t["hidden"])
            for t in trials
        ]
        ax.axhspan(*luck, color="0.85", zorder=0)
        ax.plot(at[1:], [t["val_loss"] for t in trials[1:]], "o")
        ax.plot(at[0], best["val_loss"], "*", markersize=15, color="#D55E00")
        ax.set(xlabel=name, xscale="log" if key == "lr" else "linear")
        ax.minorticks_off(), ax.margins(x=0.12)
        ax.set_xticks({"lr": [1e-3, 1e-2], 0: [32, 64, 128]}.get(key, sorted(set(at))))
    axes[0].set(ylabel="validation loss")
    fig.suptitle("Twelve settings (star: the best) and the luck of the seed (grey)", fontsize=12)
    return viz.picture(
        axes[0],
        "Validation loss of twelve settings against learning rate, dropout, width and "
        f"layers; the grey band of five seeds is from {luck[0]:.3f} to {luck[1]:.3f}.",
    )


def intervals(shares, interval, y_test):
    """Test accuracy with 95 % intervals:."""
    fig, ax = plt.subplots(figsize=(7.2, 2.3))
    for i, (name, p) in enumerate(shares.items()):
        ax.errorbar(p, i, xerr=interval(p, len(y_test)), fmt="o", capsize=6, markersize=8)
        ax.text(p, i + 0.2, f"{p:.1%} ± {interval(p, len(y_test)):.1%}", ha="center", fontsize=11)
    ax.set(yticks=range(3), xlabel="test accuracy", ylim=(-0.5, 2.7), xlim=(0.84, 1.0))
    ax.set_yticklabels(shares)
    return viz.picture(
        ax,
        "Test accuracy with 95 % intervals: "
        + ", ".join(
            f"{name} {p:.1%} ± {interval(p, len(y_test)):.1%}" for name, p in shares.items()
        ),
    )


def mistakes(wrong, show, X_test, y_test, predicted, confidence):
    """The network's mistakes, the surest first."""
    fig, axes = plt.subplots(2, 5, figsize=(8, 4.1))
    for ax in axes.flat[len(wrong) :]:
        ax.axis("off")
    for ax, i in zip(axes.flat, wrong):
        show(X_test[i], ax, f"a {y_test[i]}, read as {predicted[i]}\n({confidence[i]:.0%} sure)")
    return viz.picture(
        axes[0, 0], "Mistakes: " + "; ".join(f"a {y_test[i]} read as {predicted[i]}" for i in wrong)
    )


def saved_and_loaded(saved, loaded):
    """What the first sixteen hidden units look for, in a network and in its copy from a file."""
    fig, axes = plt.subplots(2, 16, figsize=(9.6, 1.9))
    for row, network in zip(axes, (saved, loaded)):
        for ax, unit in zip(row, network.parameters()[0].data.T[:16]):
            limit = np.abs(unit).max()
            ax.imshow(unit.reshape(8, 8), cmap="PuOr", vmin=-limit, vmax=limit)
            ax.set_xticks([]), ax.set_yticks([]), ax.spines[:].set_visible(False)
    axes[0, 0].set_ylabel("saved"), axes[1, 0].set_ylabel("loaded")
    return viz.picture(
        axes[0, 0], "What sixteen hidden units look for, saved and loaded: the same."
    )
