"""Decision regions: what a classifier of two features predicts everywhere in the plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Node, no_grad
from autograd.trace_hooks import numbers
from viz.graph.passes import evaluating
from viz.plots import canvas
from viz.style.numerals import counted


def decision_regions(
    classifier: Any,
    X: Any,
    y: Any,
    *,
    threshold: float | None = None,
    resolution: int = 120,
    ax: Any = None,
) -> canvas.Axes:
    """Colour the plane by the predicted class, with the samples on top.

    classifier: a model or function that takes an array (samples, 2), or an estimator with
        `predict`. It may return classes, one score per sample (the second class above the
        threshold), or one score per class, of which the largest wins. A model is run in evaluation
        mode, and then left in the mode that it was in.
    X: (samples, 2). y: the class of each sample.
    threshold: for single scores; by default 0.5 if all are between 0 and 1, else 0.

    Samples on the wrong side are circled. Raises ValueError for other shapes. Returns the
    Axes.

    >>> from viz import alt_text
    >>> X, y = [[0.0, 0.0], [1.0, 0.0], [2.0, 1.0]], [0, 1, 1]
    >>> alt_text(decision_regions(lambda X: X[:, 0] - 0.5, X, y, resolution=20))
    'Decision regions of 2 classes with 3 samples, 3 of them on the right side.'
    """
    X, y = np.asarray(X, dtype=float), np.ravel(np.asarray(y))
    if X.ndim != 2 or X.shape[1] != 2 or len(X) != y.size:
        raise ValueError(
            f"decision_regions needs X of shape (samples, 2) and one class for each, but got "
            f"{X.shape} and {y.shape}"
        )
    classes = np.unique(y)
    margin = 0.12 * np.maximum(np.ptp(X, axis=0), 1e-9)
    (left, bottom), (right, top) = X.min(axis=0) - margin, X.max(axis=0) + margin
    xs, ys = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    scores = _answers(classifier, np.concatenate([points, X]))
    found = _classes(scores, classes, threshold)
    regions, answers = found[: len(points)].reshape(resolution, resolution), found[len(points) :]
    ax = canvas.axes(ax, (6.4, 5.0))
    known: Any = (
        np.isfinite(scores.reshape(len(scores), -1).astype(float)).all(axis=1)
        if (scores.dtype.kind in "fc")
        else np.ones(len(scores), dtype=bool)
    )
    nowhere = ~known[: len(points)].reshape(resolution, resolution)
    _regions(ax, xs, ys, regions, _lean(scores, classes, threshold), len(classes), nowhere)
    wrong = (answers != np.searchsorted(classes, y)) | ~known[len(points) :]
    _samples(ax, X, y, classes, wrong)
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    return _told(ax, len(classes), wrong, nowhere)


def _told(ax: Any, classes: int, wrong: np.ndarray, nowhere: np.ndarray) -> canvas.Axes:
    """Return the Axes with all their text: names, title, legend, description."""
    ax.set_xlabel("first feature", fontsize=12)
    ax.set_ylabel("second feature", fontsize=12)
    hits = int((~wrong).sum())
    ax.set_title(
        f"Decision regions: {hits / wrong.size:.0%} on the right side", fontsize=13, pad=30
    )
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False, fontsize=10.5)
    words = (
        f"Decision regions of {classes} classes with {counted(wrong.size, 'sample')}, {hits} of "
        "them on the right side."
    )
    if nowhere.any():
        count = counted(int(nowhere.sum()), "point")
        said = f"At {count} of {nowhere.size:,} the answer is nan or inf: hatched."
        canvas.below(ax, said)
        words += f" {said}"
    return canvas.described(ax, words)


def _regions(
    ax: Any,
    xs: np.ndarray,
    ys: np.ndarray,
    regions: np.ndarray,
    lean: Any,
    classes: int,
    nowhere: np.ndarray,
) -> None:
    """Colour the plane by the class, with a line where it changes."""
    # Drawn from the scores, the border is smooth; from the classes it would be a staircase.
    field = regions if lean is None else lean[: regions.size].reshape(regions.shape)
    levels = np.arange(classes + 1) - 0.5
    if lean is not None:
        levels = np.array([-1.0, 0.0, 1.0]) * (np.abs(field).max() + 1)
    if nowhere.any():  # no prediction, no colour
        ax.patch.set(hatch="xxx", edgecolor=canvas.RED, facecolor="white")
        field = np.ma.masked_where(nowhere, field)
    tints = [_tint(canvas.SERIES[i % 6]) for i in range(classes)]
    ax.contourf(xs, ys, field, levels=levels, colors=tints, zorder=0)
    if np.ptp(regions):
        ax.contour(xs, ys, field, levels=levels[1:-1], colors=canvas.INK, linewidths=1.4)


def _samples(ax: Any, X: np.ndarray, y: np.ndarray, classes: np.ndarray, wrong: np.ndarray) -> None:
    """Draw the samples, with those on the wrong side circled."""
    colors = canvas.matplotlib_module("colors")
    for i, one in enumerate(classes):
        of = y == one
        ax.scatter(
            *X[of].T, s=46, marker=canvas.MARKERS[i % 6],
            color=colors.to_rgba(canvas.SERIES[i % 6]), edgecolor="white", linewidth=0.8,
            label=f"class {one:g}" if isinstance(one, np.number) else f"class {one}", zorder=3,
        )  # fmt: skip
    if wrong.any():
        ax.scatter(
            *X[wrong].T, s=150, facecolor="none", edgecolor=canvas.INK, linewidth=1.8,
            label="on the wrong side", zorder=4,
        )  # fmt: skip


def _answers(classifier: Any, points: np.ndarray) -> np.ndarray:
    answer: Callable[[Any], Any] = getattr(classifier, "predict", classifier)
    with evaluating(classifier), no_grad():
        result = answer(points)
    array = np.asarray(numbers(result) if isinstance(result, Node) else result)
    if array.dtype == object and isinstance(array.flat[0], Node):  # not words
        array = numbers(array)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in (1, 2) or len(array) != len(points):
        raise ValueError(
            f"the classifier gave shape {array.shape} for {len(points)} samples; it should give "
            "one answer, or one score a class, for each"
        )
    return array


def _classes(scores: np.ndarray, classes: np.ndarray, threshold: float | None) -> np.ndarray:
    """Return the index of the predicted class of each sample."""
    if scores.ndim == 2:
        if scores.shape[1] != len(classes):
            raise ValueError(f"there are {scores.shape[1]} scores for {len(classes)} classes")
        return np.asarray(np.argmax(scores, axis=1))
    if np.isin(scores, classes).all() and threshold is None:
        return np.asarray(np.searchsorted(classes, scores))
    if len(classes) > 2:
        raise ValueError(f"one score a sample cannot tell {len(classes)} classes apart")
    return np.asarray(scores > _threshold(scores, threshold), dtype=int)


def _threshold(scores: np.ndarray, threshold: float | None) -> float:
    if threshold is not None:
        return threshold
    return 0.5 if scores.min() >= 0 and scores.max() <= 1 else 0.0


def _lean(scores: np.ndarray, classes: np.ndarray, threshold: float | None) -> np.ndarray | None:
    """Return how far each score leans to the second of two classes; None if it does not show."""
    if len(classes) != 2 or (np.isin(scores, classes).all() and threshold is None):
        return None
    if scores.ndim == 2:
        lean = scores[:, 1] - scores[:, 0]
    else:
        lean = scores - _threshold(scores, threshold)
    return lean if np.isfinite(lean).all() else None


def _tint(color: str) -> tuple[float, ...]:
    """Return a light version of a colour, as if on white paper."""
    rgb = canvas.matplotlib_module("colors").to_rgb(color)
    return tuple(1 - 0.28 * (1 - c) for c in rgb)
