"""Losses: one number for how wrong a prediction is.

Each is written by its forward formula alone and works on the five kinds of argument. All
take `reduction`: "mean" over the elements (or samples), their "sum", or "none" to keep one
loss each. Shapes must agree exactly, and labels must be of their set: what NumPy would
broadcast in silence, (4, 1) against (4,), is an error here.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

import autograd
from autograd import (
    ShapeError,
    clip,
    composite,
    exp,
    greater,
    less,
    log,
    log1p,
    logaddexp,
    logsumexp,
    mean,
    not_equal,
    relu,
    square,
    where,
)
from nn.activations import below_max
from nn.named import named
from nn.numbers import as_input, detached, is_recorded, observe, one_hot, shape_of

# The loss of one element, each a row made of rows: one node, whatever it takes to compute.


@composite
def squared_error(prediction: Any, target: Any) -> Any:
    """Return (prediction − target)²."""
    return square(prediction - target)


@composite(kinks=((0.5, 0.5),))
def absolute_error(prediction: Any, target: Any) -> Any:
    """Return |prediction − target|."""
    return autograd.abs(prediction - target)


@composite
def huber_error(prediction: Any, target: Any, delta: Any) -> Any:
    """Return c·(d − c/2) with d = prediction − target and c = clip(d, −delta, delta)."""
    d = prediction - target
    near = clip(d, -delta, delta)
    return near * (d - near / 2)


@composite(sample=((0.05, 0.95), (0.0, 1.0), (0.0, 0.01)))
def log_loss(p: Any, y: Any, smallest: Any) -> Any:
    """Return −[y·ln p + (1 − y)·ln(1 − p)]; a logarithm of less than `smallest` counts as −100."""
    log_p, log_q = _logarithms(p, smallest)
    return -(y * log_p + (1.0 - y) * log_q)


def _logarithms(p: Any, smallest: Any) -> tuple[Any, Any]:
    positive = greater(p, smallest)
    below_1 = less(p, 1.0)
    log_p = where(positive, log(where(positive, p, 1.0)), -100.0)
    return log_p, where(below_1, log1p(-where(below_1, p, 0.0)), -100.0)


@composite
def logit_loss(z: Any, y: Any) -> Any:
    """Return ln(1 + eᶻ) − z·y."""
    return logaddexp(0.0, z) - z * y


@composite
def focal_error(z: Any, y: Any, gamma: Any) -> Any:
    """Return −(1 − pₜ)^gamma·ln pₜ with pₜ = σ(s), where s is z for the label 1 and −z for 0."""
    s = z * (2.0 * y - 1.0)
    return exp(-gamma * logaddexp(0.0, s)) * logaddexp(0.0, -s)


@composite(kinks=((1.0, 1.0),))
def hinge_error(score: Any, y: Any) -> Any:
    """Return max(0, 1 − y·score)."""
    return relu(1.0 - y * score)


@named
def mse_loss(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of (prediction − target)².

    Raises ShapeError unless both have the same shape.

    >>> mse_loss([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    np.float64(0.375)
    """
    prediction, target = _pair("mse_loss", prediction, target)
    return _reduced(squared_error(prediction, target), reduction)


@named
def l1_loss(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of |prediction − target|, the mean absolute error.

    The gradient is 0 where both are equal. Raises ShapeError unless the shapes are.

    >>> l1_loss([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    np.float64(0.5)
    """
    prediction, target = _pair("l1_loss", prediction, target)
    return _reduced(absolute_error(prediction, target), reduction)


@named
def huber_loss(prediction: Any, target: Any, delta: float = 1.0, reduction: str = "mean") -> Any:
    """Return the mean of d²/2 where |d| ≤ delta and delta·(|d| − delta/2) beyond.

    With d = prediction − target and c = clip(d, −delta, delta) both are c·(d − c/2), which is
    how it is computed. (P. Huber, "Robust estimation of a location parameter", 1964)

    Raises ShapeError (shapes differ) and ValueError (delta is not positive).

    >>> huber_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    array([0.125, 2.5  ])
    """
    _check_number("huber_loss", "delta", delta)
    if not delta > 0:
        raise ValueError(f"huber_loss needs delta > 0, not {delta!r}")
    prediction, target = _pair("huber_loss", prediction, target)
    return _reduced(huber_error(prediction, target, delta), reduction)


@named
def smooth_l1_loss(prediction: Any, target: Any, beta: float = 1.0, reduction: str = "mean") -> Any:
    """Return the mean of d²/(2·beta) where |d| < beta and |d| − beta/2 beyond.

    It is huber_loss with delta=beta, divided by beta; for beta=0 it is l1_loss.
    (R. Girshick, "Fast R-CNN", 2015, eq. 3)

    Raises ShapeError (shapes differ) and ValueError (beta is negative).

    >>> smooth_l1_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    array([0.125, 2.5  ])
    """
    _check_number("smooth_l1_loss", "beta", beta)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss needs beta ≥ 0, not {beta!r}")
    prediction, target = _pair("smooth_l1_loss", prediction, target)
    if not beta:
        return _reduced(absolute_error(prediction, target), reduction)
    return _reduced(huber_error(prediction, target, beta) / beta, reduction)


@named
def binary_cross_entropy(probability: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of −[y·ln p + (1 − y)·ln(1 − p)] for probabilities p and labels y.

    The logarithms go down to −100 and no further, as PyTorch's do, so p of exactly 0 or 1 is
    legal. The slope is (p − y) / max(p·(1 − p), 10⁻¹²), PyTorch's too: finite, and steep where p
    is certain of the wrong label. To learn, use binary_cross_entropy_with_logits, which has no
    such corner.

    target: 0 and 1, or numbers in between, in the shape of p.

    Raises ShapeError (shapes differ) and ValueError (a p or y outside [0, 1]).

    >>> binary_cross_entropy([0.9, 0.2, 0.6], [1, 0, 1])
    np.float64(0.2797765635793423)
    """
    p, y = _pair("binary_cross_entropy", probability, target)
    observe(partial(_check_within, "binary_cross_entropy", "probabilities"), p)
    observe(partial(_check_within, "binary_cross_entropy", "labels"), y)
    # Below the smallest normal number of its type 1/p overflows; e⁻¹⁰⁰ is larger for float64.
    dtype = getattr(p, "dtype", None)
    smallest = np.finfo(dtype).smallest_normal if dtype in (np.float16, np.float32) else 0.0
    floor = max(math.exp(-100.0), float(smallest))
    certain = less(p * (1.0 - p), _LEAST_VARIANCE)
    if not is_recorded(certain) and not np.any(certain):
        return _reduced(log_loss(p, y, floor), reduction)
    log_p, log_q = _logarithms(p, floor)
    log_p = where(certain, detached(log_p), log_p)
    log_q = where(certain, detached(log_q), log_q)
    # Its value is 0; its slope by p is (p − y) / 10⁻¹².
    steep = square(p - detached(y)) / (2 * _LEAST_VARIANCE)
    push = where(certain, steep - detached(steep), 0.0)
    return _reduced(push - (y * log_p + (1.0 - y) * log_q), reduction)


#: PyTorch's bound on p·(1 − p), which the slope of the binary cross-entropy is divided by.
_LEAST_VARIANCE = 1e-12


@named
def binary_cross_entropy_with_logits(logit: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of ln(1 + eᶻ) − z·y: binary cross-entropy of σ(z), without overflow.

    target: 0 and 1, or numbers in between, in the shape of z.

    Raises ShapeError (shapes differ) and ValueError (a label outside [0, 1]).

    >>> binary_cross_entropy_with_logits([0.0, -1000.0], [1.0, 0.0], reduction="sum") == math.log(2)
    np.True_
    """
    z, y = _pair("binary_cross_entropy_with_logits", logit, target)
    observe(partial(_check_within, "binary_cross_entropy_with_logits", "labels"), y)
    return _reduced(logit_loss(z, y), reduction)


@named
def focal_loss(
    logit: Any, target: Any, alpha: float | None = 0.25, gamma: float = 2.0, reduction: str = "mean"
) -> Any:
    """Return the mean of −αₜ·(1 − pₜ)^gamma·ln pₜ: less weight on what is already right.

    pₜ is the probability given to the true label, σ(s) with s = z for label 1 and −z for 0;
    αₜ is alpha for label 1 and 1 − alpha for 0, or 1 if alpha is None. Computed from
    ln pₜ = −ln(1 + e⁻ˢ) and ln(1 − pₜ) = −ln(1 + eˢ), so it does not overflow.
    (T. Lin et al., "Focal loss for dense object detection", 2017, eq. 5)

    Raises ShapeError (shapes differ) and ValueError (a label other than 0 and 1, alpha
    outside [0, 1], a negative gamma).

    >>> float(focal_loss(0.0, 1.0, alpha=None)), 0.25 * math.log(2.0)
    (0.17328679513998632, 0.17328679513998632)
    """
    _check_number("focal_loss", "alpha", alpha)
    _check_number("focal_loss", "gamma", gamma)
    if not gamma >= 0:
        raise ValueError(f"focal_loss needs gamma ≥ 0, not {gamma!r}")
    if alpha is not None and not 0 <= alpha <= 1:
        raise ValueError(f"focal_loss needs alpha between 0 and 1, or None, not {alpha!r}")
    z, y = _pair("focal_loss", logit, target)
    observe(partial(_check_among, "focal_loss", (0.0, 1.0)), y)
    if alpha is None:
        return _reduced(focal_error(z, y, gamma), reduction)
    return _reduced((alpha * y + (1.0 - alpha) * (1.0 - y)) * focal_error(z, y, gamma), reduction)


@named
def hinge_loss(score: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of max(0, 1 − y·score) for labels y of −1 and 1.

    The gradient at the margin, where y·score = 1, is 0.

    Raises ShapeError (shapes differ) and ValueError (a label other than −1 and 1).

    >>> hinge_loss([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
    array([0. , 0.5, 2. ])
    """
    score, y = _pair("hinge_loss", score, target)
    observe(partial(_check_among, "hinge_loss", (-1.0, 1.0)), y)
    return _reduced(hinge_error(score, y), reduction)


@named
def cross_entropy(
    logits: Any,
    target: Any,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
    ignore_index: int = -100,
) -> Any:
    """Return the mean over samples of −Σₖ yₖ·ln softmax(z)ₖ, from logits z.

    As Σ yₖ = 1, that is ln Σ e^zₖ − Σ yₖ·zₖ, which is how it is computed, from z − max z; so the
    gradient of one sample is softmax(z) − y.

    logits: (…, classes).
    target: class indices (…), or one-hot rows or probabilities (…, classes).
    label_smoothing: ε in y ← (1 − ε)·y + ε/classes.
    ignore_index: samples with this number for a class have no loss, and do not count in the mean.

    Raises ShapeError (shapes do not fit) and ValueError (an index that is not a class, rows that
    are not probabilities, label_smoothing outside [0, 1], a mean where every sample is ignored).

    >>> round(float(cross_entropy([2.0, 1.0, 0.1], 0)), 12)
    0.417030016278
    """
    _check_number("cross_entropy", "label_smoothing", label_smoothing)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy needs 0 ≤ label_smoothing ≤ 1, not {label_smoothing!r}")
    z = _scores("cross_entropy", logits, "logits")
    z = below_max(z)
    expected, kept = _expected("cross_entropy", z, target, ignore_index, reduction)
    if label_smoothing:
        expected = (1.0 - label_smoothing) * expected + label_smoothing * mean(z, axis=-1)
    return _reduced(logsumexp(z, axis=-1) - expected, reduction, kept)


@named
def nll_loss(
    log_probabilities: Any, target: Any, reduction: str = "mean", ignore_index: int = -100
) -> Any:
    """Return the mean over samples of −Σₖ yₖ·log_probabilitiesₖ, as log_softmax gives them.

    Shapes, targets, ignore_index and errors are those of cross_entropy.

    >>> nll_loss([[-0.5, -1.0], [-2.0, -0.25]], [0, 1])
    np.float64(0.375)
    """
    log_p = _scores("nll_loss", log_probabilities, "log-probabilities")
    expected, kept = _expected("nll_loss", log_p, target, ignore_index, reduction)
    return _reduced(-expected, reduction, kept)


def _scores(name: str, scores: Any, what: str) -> Any:
    scores = as_input(scores, f"{name}: the {what}")
    shape = shape_of(scores)
    if not shape or not shape[-1]:
        raise ShapeError(
            f"{name} needs one score per class in the last axis, but got shape {shape}"
        )
    return scores


def _expected(name: str, scores: Any, target: Any, ignored: int, reduction: str) -> tuple[Any, Any]:
    """Return Σₖ yₖ·scoresₖ along the last axis, and which samples count (None for all).

    Of class indices that is the score of the true class.
    """
    shape = shape_of(scores)
    whole = type(target) is np.ndarray and target.dtype.kind in "iu"
    if not whole or target.shape == shape:
        target = as_input(target, f"{name}: the target")
    given = shape_of(target)
    if given == shape:
        observe(partial(_check_rows, name), target)
        return autograd.sum(target * scores, axis=-1), None
    if given != shape[:-1]:
        raise ShapeError(
            f"{name} of scores of shape {shape} takes class indices of shape {shape[:-1]} or "
            f"one-hot rows of shape {shape}, not a target of shape {given}"
        )
    observe(partial(_check_classes, name, shape[-1], ignored, reduction), target)
    if is_recorded(target):
        # As an index it would be frozen, where a traced step is to be run on other targets.
        true = where(one_hot(target, shape[-1]), scores, 0.0)
        return autograd.sum(true, axis=-1), not_equal(target, ignored)
    index = np.array(target, dtype=int)
    kept = index != ignored
    if kept.all():
        kept = None
    else:
        index[~kept] = 0
    if index.ndim == 1:  # a batch: a fifth of the time of np.indices
        key: tuple[Any, ...] = (np.arange(len(index)), index)
    else:
        key = (*np.indices(index.shape, sparse=True), index)
    for positions in key:  # so that a traced program may compute with them once and for all
        positions.flags.writeable = False
    return scores[key], kept


def _check_rows(name: str, y: Any) -> None:
    if not ((y >= 0).all() and np.allclose(y.sum(axis=-1), 1.0, rtol=0, atol=1e-4)):
        raise ValueError(
            f"{name} needs rows of probabilities (one-hot or soft) that are ≥ 0 and sum to 1; "
            f"here the sums go from {y.sum(axis=-1).min()} to {y.sum(axis=-1).max()}, and the "
            f"least number is {y.min()}"
        )


def _check_classes(name: str, classes: int, ignored: int, reduction: str, y: Any) -> None:
    least, most = np.minimum.reduce, np.maximum.reduce
    usual = y.dtype.kind in "iu" and y.size and not 0 <= ignored < classes
    if usual and least(y, axis=None) >= 0 and most(y, axis=None) < classes:
        return
    if ignored in y:
        y = y[y != ignored]
        if not y.size and reduction == "mean":
            raise ValueError(
                f"{name}: every target is {ignored}, the ignore_index, so there is no mean; leave "
                'such a batch out, or take reduction="sum"'
            )
    whole = y.dtype.kind in "iu" or (y == np.floor(y)).all()
    if y.size and not (whole and least(y, axis=None) >= 0 and most(y, axis=None) < classes):
        wrong = y[~((y >= 0) & (y < classes) & (y == np.floor(y)))]
        raise ValueError(
            f"{name} takes class indices 0 to {classes - 1} for {classes} classes, "
            f"not {wrong.flat[0]:g}"
        )


def _pair(name: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    prediction = as_input(prediction, f"{name}: the prediction")
    target = as_input(target, f"{name}: the target")
    if shape_of(prediction) != shape_of(target):
        raise ShapeError(
            f"{name} compares element by element: the prediction has shape "
            f"{shape_of(prediction)}, the target {shape_of(target)}; reshape one of them"
        )
    return prediction, target


def _check_number(name: str, argument: str, x: Any) -> None:
    """Refuse a text, as a reduction that is given by position is taken for another argument."""
    if isinstance(x, str):
        raise TypeError(
            f"{name} takes a number as {argument}, not {x!r}; give a reduction by its keyword: "
            f"reduction={x!r}"
        )


def _check_within(name: str, what: str, x: Any) -> None:
    least, most = np.minimum.reduce, np.maximum.reduce  # half the time of min() and max()
    if x.size and not (least(x, axis=None) >= 0 and most(x, axis=None) <= 1):
        wrong = x[~((x >= 0) & (x <= 1))]
        raise ValueError(f"{name} takes {what} between 0 and 1, not {wrong.flat[0]}")


def _check_among(name: str, labels: tuple[float, float], y: Any) -> None:
    known = (y == labels[0]) | (y == labels[1])
    if not known.all():
        raise ValueError(
            f"{name} takes labels {labels[0]:g} and {labels[1]:g}, not {y[~known].flat[0]}"
        )


def _reduced(losses: Any, reduction: str, kept: Any = None) -> Any:
    if kept is not None:
        losses = where(kept, losses, 0.0)
        if reduction == "mean":
            return autograd.sum(losses) / autograd.sum(where(kept, 1.0, 0.0))
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return autograd.sum(losses)
    if reduction == "none":
        return losses
    raise ValueError(f'reduction is "mean", "sum" or "none", not {reduction!r}')
