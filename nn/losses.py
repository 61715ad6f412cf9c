"""Losses: one number for how wrong a prediction is.

Each is written by its forward formula alone and works on the five kinds of argument. All
take `reduction`: "mean" over the elements (or samples), their "sum", or "none" to keep one
loss each. Shapes must agree exactly, and labels must come from the allowed set: what NumPy would
silently broadcast, (4, 1) against (4,), is an error here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, overload

import numpy as np

import autograd
from autograd import (
    Value,
    clip,
    composite,
    exp,
    greater,
    less,
    log,
    log1p,
    logaddexp,
    relu,
    square,
    where,
)
from autograd.rows.nodes import N, Operand
from nn.class_losses import cross_entropy as cross_entropy
from nn.class_losses import nll_loss as nll_loss
from nn.loss_arguments import OneNumber, need_number, pair, reduced
from nn.named import named
from nn.numbers import detached, is_recorded, observe

# The loss of one element, each a row made of rows: one node, however it is computed.


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


@overload
def mse_loss(prediction: N, target: object, reduction: str = "mean") -> N: ...
@overload
def mse_loss(
    prediction: Sequence[Value], target: object, reduction: OneNumber = "mean"
) -> Value: ...
@overload
def mse_loss(prediction: Operand, target: object, reduction: str = "mean") -> Any: ...
@named
def mse_loss(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of (prediction − target)².

    Raises ShapeError unless both have the same shape.

    >>> mse_loss([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    np.float64(0.375)
    """
    prediction, target = pair("mse_loss", prediction, target)
    return reduced(squared_error(prediction, target), reduction)


@overload
def l1_loss(prediction: N, target: object, reduction: str = "mean") -> N: ...
@overload
def l1_loss(
    prediction: Sequence[Value], target: object, reduction: OneNumber = "mean"
) -> Value: ...
@overload
def l1_loss(prediction: Operand, target: object, reduction: str = "mean") -> Any: ...
@named
def l1_loss(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of |prediction − target|, the mean absolute error.

    The gradient is 0 where both are equal. Raises ShapeError unless the shapes are.

    >>> l1_loss([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    np.float64(0.5)
    """
    prediction, target = pair("l1_loss", prediction, target)
    return reduced(absolute_error(prediction, target), reduction)


@overload
def huber_loss(prediction: N, target: object, delta: float = 1.0, reduction: str = "mean") -> N: ...
@overload
def huber_loss(
    prediction: Sequence[Value], target: object, delta: float = 1.0, reduction: OneNumber = "mean"
) -> Value: ...
@overload
def huber_loss(
    prediction: Operand, target: object, delta: float = 1.0, reduction: str = "mean"
) -> Any: ...
@named
def huber_loss(prediction: Any, target: Any, delta: float = 1.0, reduction: str = "mean") -> Any:
    """Return the mean of d²/2 where |d| ≤ delta and delta·(|d| − delta/2) beyond.

    With d = prediction − target and c = clip(d, −delta, delta) both are c·(d − c/2), which is
    how it is computed. (P. Huber, "Robust estimation of a location parameter", 1964)

    Raises ShapeError (shapes differ) and ValueError (delta is not positive).

    >>> huber_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    array([0.125, 2.5  ])
    """
    need_number("huber_loss", "delta", delta)
    if not delta > 0:
        raise ValueError(f"huber_loss needs delta > 0, not {delta!r}")
    prediction, target = pair("huber_loss", prediction, target)
    return reduced(huber_error(prediction, target, delta), reduction)


@overload
def smooth_l1_loss(
    prediction: N, target: object, beta: float = 1.0, reduction: str = "mean"
) -> N: ...
@overload
def smooth_l1_loss(
    prediction: Sequence[Value], target: object, beta: float = 1.0, reduction: OneNumber = "mean"
) -> Value: ...
@overload
def smooth_l1_loss(
    prediction: Operand, target: object, beta: float = 1.0, reduction: str = "mean"
) -> Any: ...
@named
def smooth_l1_loss(prediction: Any, target: Any, beta: float = 1.0, reduction: str = "mean") -> Any:
    """Return the mean of d²/(2·beta) where |d| < beta and |d| − beta/2 beyond.

    It is huber_loss with delta=beta, divided by beta; for beta=0 it is l1_loss.
    (R. Girshick, "Fast R-CNN", 2015, eq. 3)

    Raises ShapeError (shapes differ) and ValueError (beta is negative).

    >>> smooth_l1_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    array([0.125, 2.5  ])
    """
    need_number("smooth_l1_loss", "beta", beta)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss needs beta ≥ 0, not {beta!r}")
    prediction, target = pair("smooth_l1_loss", prediction, target)
    if not beta:
        return reduced(absolute_error(prediction, target), reduction)
    return reduced(huber_error(prediction, target, beta) / beta, reduction)


@overload
def binary_cross_entropy(probability: N, target: object, reduction: str = "mean") -> N: ...
@overload
def binary_cross_entropy(
    probability: Sequence[Value], target: object, reduction: OneNumber = "mean"
) -> Value: ...
@overload
def binary_cross_entropy(probability: Operand, target: object, reduction: str = "mean") -> Any: ...
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
    p, y = pair("binary_cross_entropy", probability, target)
    observe(partial(_check_within, "binary_cross_entropy", "probabilities"), p)
    observe(partial(_check_within, "binary_cross_entropy", "labels"), y)
    # Below the smallest normal number of its type 1/p overflows; e⁻¹⁰⁰ is larger for float64.
    dtype = getattr(p, "dtype", None)
    smallest = np.finfo(dtype).smallest_normal if dtype in (np.float16, np.float32) else 0.0
    floor = max(math.exp(-100.0), float(smallest))
    certain = less(p * (1.0 - p), _LEAST_VARIANCE)
    if not is_recorded(certain) and not np.any(certain):
        return reduced(log_loss(p, y, floor), reduction)
    log_p, log_q = _logarithms(p, floor)
    log_p = where(certain, detached(log_p), log_p)
    log_q = where(certain, detached(log_q), log_q)
    # Its value is 0; its slope by p is (p − y) / 10⁻¹².
    steep = square(p - detached(y)) / (2 * _LEAST_VARIANCE)
    push = where(certain, steep - detached(steep), 0.0)
    return reduced(push - (y * log_p + (1.0 - y) * log_q), reduction)


#: PyTorch's bound on p·(1 − p), which the slope of the binary cross-entropy is divided by.
_LEAST_VARIANCE = 1e-12


@overload
def binary_cross_entropy_with_logits(logit: N, target: object, reduction: str = "mean") -> N: ...
@overload
def binary_cross_entropy_with_logits(
    logit: Sequence[Value], target: object, reduction: OneNumber = "mean"
) -> Value: ...
@overload
def binary_cross_entropy_with_logits(
    logit: Operand, target: object, reduction: str = "mean"
) -> Any: ...
@named
def binary_cross_entropy_with_logits(logit: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of ln(1 + eᶻ) − z·y: binary cross-entropy of σ(z), without overflow.

    target: 0 and 1, or numbers in between, in the shape of z.

    Raises ShapeError (shapes differ) and ValueError (a label outside [0, 1]).

    >>> binary_cross_entropy_with_logits([0.0, -1000.0], [1.0, 0.0], reduction="sum") == math.log(2)
    np.True_
    """
    z, y = pair("binary_cross_entropy_with_logits", logit, target)
    observe(partial(_check_within, "binary_cross_entropy_with_logits", "labels"), y)
    return reduced(logit_loss(z, y), reduction)


@overload
def focal_loss(
    logit: N,
    target: object,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> N: ...
@overload
def focal_loss(
    logit: Sequence[Value],
    target: object,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    reduction: OneNumber = "mean",
) -> Value: ...
@overload
def focal_loss(
    logit: Operand,
    target: object,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> Any: ...
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
    need_number("focal_loss", "alpha", alpha)
    need_number("focal_loss", "gamma", gamma)
    if not gamma >= 0:
        raise ValueError(f"focal_loss needs gamma ≥ 0, not {gamma!r}")
    if alpha is not None and not 0 <= alpha <= 1:
        raise ValueError(f"focal_loss needs alpha between 0 and 1, or None, not {alpha!r}")
    z, y = pair("focal_loss", logit, target)
    observe(partial(_check_among, "focal_loss", (0.0, 1.0)), y)
    if alpha is None:
        return reduced(focal_error(z, y, gamma), reduction)
    return reduced((alpha * y + (1.0 - alpha) * (1.0 - y)) * focal_error(z, y, gamma), reduction)


@overload
def hinge_loss(score: N, target: object, reduction: str = "mean") -> N: ...
@overload
def hinge_loss(score: Sequence[Value], target: object, reduction: OneNumber = "mean") -> Value: ...
@overload
def hinge_loss(score: Operand, target: object, reduction: str = "mean") -> Any: ...
@named
def hinge_loss(score: Any, target: Any, reduction: str = "mean") -> Any:
    """Return the mean of max(0, 1 − y·score) for labels y of −1 and 1.

    The gradient at the margin, where y·score = 1, is 0.

    Raises ShapeError (shapes differ) and ValueError (a label other than −1 and 1).

    >>> hinge_loss([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
    array([0. , 0.5, 2. ])
    """
    score, y = pair("hinge_loss", score, target)
    observe(partial(_check_among, "hinge_loss", (-1.0, 1.0)), y)
    return reduced(hinge_error(score, y), reduction)


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
