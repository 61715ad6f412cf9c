"""The confusion matrix: which classes are mistaken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from viz.plots import canvas
from viz.style.numerals import counted


def confusion_matrix(
    actual: Any, predicted: Any, *, labels: Sequence[Any] | None = None, ax: Any = None
) -> canvas.Axes:
    """Count and draw how often each class (row) was predicted as each class (column).

    actual, predicted: one class per sample, of equal length.
    labels: the classes, in order; by default, all that occur, sorted.

    Raises ValueError for unequal lengths, no samples, or a class not in `labels`.
    Returns the Axes.

    >>> from viz import alt_text
    >>> alt_text(confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1]))
    'Confusion matrix of 4 samples, 75% correct. Class 0: 1 of 2 correct, 1 as 1.
     Class 1: 2 of 2 correct.'
    """
    names, counts = _counted(actual, predicted, labels)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = max(4.4, 0.55 * len(names) + 2.0)
    ax = canvas.axes(ax, (side + 0.9, side))
    image = ax.imshow(share, cmap="Blues", vmin=0, vmax=1)
    ax.grid(visible=False)  # a style's grid would cross out the numbers
    for (i, j), count in np.ndenumerate(counts):
        dark = share[i, j] > 0.5
        bold = "bold" if i == j else "normal"
        ax.text(
            j, i, count, ha="center", va="center", fontsize=12 if len(names) <= 10 else 9,
            color="white" if dark else canvas.INK, weight=bold,
        )  # fmt: skip
    crowded = any(len(str(name)) > 4 for name in names) and len(names) > 3
    ax.set_xticks(range(len(names)), names, rotation=45 if crowded else 0, fontsize=11)
    ax.set_yticks(range(len(names)), names, fontsize=11)
    ax.set_xlabel("predicted class", fontsize=12)
    ax.set_ylabel("actual class", fontsize=12)
    ax.spines[:].set_visible(False)
    right = float(np.trace(counts) / counts.sum())
    ax.set_title(f"Confusion matrix: {right:.1%} correct", fontsize=13)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.8)
    bar.set_label("share of the row", fontsize=11)
    return canvas.described(ax, _in_words(names, counts, right))


def _counted(
    actual: Any, predicted: Any, labels: Sequence[Any] | None
) -> tuple[list[Any], np.ndarray]:
    """Return the classes, and how often each (row) was predicted as each (column)."""
    y, p = np.ravel(np.asarray(actual)), np.ravel(np.asarray(predicted))
    if y.size != p.size or not y.size:
        raise ValueError(
            f"confusion_matrix needs as many predictions as actual classes, at least one, but "
            f"got {p.size} and {y.size}"
        )
    for told, classes in (("actual classes", y), ("predictions", p)):
        missing = sum(c != c for c in classes.tolist())
        if missing:
            raise ValueError(
                f"confusion_matrix: {missing} of {classes.size} {told} are nan, which is no class; "
                "leave those samples out, or give them a class of their own"
            )
    names = list(labels) if labels is not None else sorted({*y.tolist(), *p.tolist()})
    place = {name: i for i, name in enumerate(names)}
    unknown = {*y.tolist(), *p.tolist()} - set(place)
    if unknown:
        raise ValueError(f"classes {sorted(unknown)} occur but are not in labels={names}")
    counts = np.zeros((len(names), len(names)), dtype=int)
    for a, b in zip(y.tolist(), p.tolist(), strict=True):
        counts[place[a], place[b]] += 1
    return names, counts


def _in_words(names: Sequence[Any], counts: np.ndarray, right: float) -> str:
    parts = []
    for i, name in enumerate(names):
        wrong = [f"{n} as {names[j]}" for j, n in enumerate(counts[i]) if j != i and n]
        text = f"Class {name}: {counts[i, i]} of {counts[i].sum()} correct"
        parts.append(", ".join([text, *wrong]) + ".")
    samples = counted(int(counts.sum()), "sample")
    return f"Confusion matrix of {samples}, {right:.0%} correct. " + " ".join(parts)
