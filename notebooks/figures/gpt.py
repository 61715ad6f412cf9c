"""The plots of 10, a GPT."""

import matplotlib.pyplot as plt
import numpy as np

import viz


def tables_of_pairs(learnt, counted, letters):
    """The shares that a table of pairs has learnt, beside those that counting gives."""
    fig, axes = plt.subplots(1, 2, figsize=(11, 5.4), sharey=True)
    for ax, shares, title in zip(axes, (learnt, counted), ("learnt", "counted")):
        ax.imshow(shares, cmap="Blues", vmin=0, vmax=0.5)
        ax.set_xticks(range(27), letters), ax.set_yticks(range(27), letters)
        ax.set(title=title, xlabel="what comes next"), ax.grid(visible=False)
    axes[0].set_ylabel("the sign before")
    return viz.picture(
        axes[0], "Which sign follows which: the learnt shares and the counted ones look alike."
    )


def two_models(pairs, gpt, best, window=100):
    """The losses of both models, as means over a hundred names, and the best of all tables."""
    fig, ax = plt.subplots(figsize=(8, 3.8))
    for losses, name, line in ((pairs, "table of pairs", "--"), (gpt, "GPT", "-")):
        mean = np.convolve(losses, np.full(window, 1 / window), mode="valid")
        ax.plot(
            np.arange(window, len(losses) + 1)[::20], mean[::20], line, linewidth=2.4, label=name
        )
    ax.axhline(best, color="#444", linestyle=":", label="the best table of pairs")
    ax.set(xlabel="names seen", ylabel="surprise, mean of 100 names"), ax.legend()
    return viz.picture(
        ax, "The surprise of both models falls; a dotted line is the best that a table can do."
    )


def what_comes_next(shares, letters):
    """Bars for each sign that could come next, a row for each beginning."""
    fig, axes = plt.subplots(len(shares), 1, figsize=(8.4, 1.5 * len(shares) + 0.6), sharex=True)
    for ax, (start, bars) in zip(axes, shares.items()):
        ax.bar(range(27), bars, color="#0072B2")
        ax.set_ylabel(f"{start} …", rotation=0, ha="right", va="center", labelpad=12)
        ax.set_ylim(0, 0.4)
    axes[-1].set_xticks(range(27), letters)
    likeliest = ", ".join(f"{s}: {letters[int(np.argmax(b))]}" for s, b in shares.items())
    return viz.picture(axes[0], f"The shares of the next sign; the likeliest ones are {likeliest}.")


def map_of_letters(points, letters, vowels="aeiouy"):
    """The signs as points in the plane, vowels in another colour and shape."""
    fig, ax = plt.subplots(figsize=(6.4, 4.6))
    for letter, (x, y) in zip(letters, points):
        vowel = letter in vowels
        ax.text(
            x,
            y,
            letter,
            ha="center",
            va="center",
            fontsize=15,
            weight="bold" if vowel else "normal",
            color="#D55E00" if vowel else "#0072B2",
            bbox={"boxstyle": "circle" if vowel else "square", "fc": "white", "ec": "#ccc"},
        )
    ax.set_xlim(points[:, 0].min() - 0.3, points[:, 0].max() + 0.3)
    ax.set_ylim(points[:, 1].min() - 0.3, points[:, 1].max() + 0.3)
    ax.set(xlabel="first direction", ylabel="second direction", title="vowels: bold, in circles")
    return viz.picture(ax, "The 27 signs as points: vowels lie together, apart from consonants.")
