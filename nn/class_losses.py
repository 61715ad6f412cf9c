"""Losses of one class among several: cross-entropy, from logits or from log-probabilities.

The target of a sample is the index of its class, or a row with a probability for each class.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, overload

import numpy as np

import autograd
from autograd import ShapeError, Value, logsumexp, mean, not_equal, where
from autograd.rows.nodes import N, Operand
from nn.activations import below_max
from nn.loss_arguments import OneNumber, need_number, reduced
from nn.named import named
from nn.numbers import as_input, is_recorded, observe, one_hot, shape_of


@overload
def cross_entropy(
    logits: N,
    target: object,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
    ignore_index: int = -100,
) -> N: ...
@overload
def cross_entropy(
    logits: Sequence[Value],
    target: object,
    label_smoothing: float = 0.0,
    reduction: OneNumber = "mean",
    ignore_index: int = -100,
) -> Value: ...
@overload
def cross_entropy(
    logits: Operand,
    target: object,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
    ignore_index: int = -100,
) -> Any: ...
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
    ignore_index: samples with this class index have no loss, and do not count in the mean.

    Raises ShapeError (shapes do not fit) and ValueError (an index that is not a class, rows that
    are not probabilities, label_smoothing outside [0, 1], a mean where every sample is ignored).

    >>> round(float(cross_entropy([2.0, 1.0, 0.1], 0)), 12)
    0.417030016278
    """
    need_number("cross_entropy", "label_smoothing", label_smoothing)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy needs 0 ≤ label_smoothing ≤ 1, not {label_smoothing!r}")
    z = _scores("cross_entropy", logits, "logits")
    z = below_max(z)
    expected, kept = _expected("cross_entropy", z, target, ignore_index, reduction)
    if label_smoothing:
        expected = (1.0 - label_smoothing) * expected + label_smoothing * mean(z, axis=-1)
    return reduced(logsumexp(z, axis=-1) - expected, reduction, kept)


@overload
def nll_loss(
    log_probabilities: N, target: object, reduction: str = "mean", ignore_index: int = -100
) -> N: ...
@overload
def nll_loss(
    log_probabilities: Sequence[Value],
    target: object,
    reduction: OneNumber = "mean",
    ignore_index: int = -100,
) -> Value: ...
@overload
def nll_loss(
    log_probabilities: Operand, target: object, reduction: str = "mean", ignore_index: int = -100
) -> Any: ...
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
    return reduced(-expected, reduction, kept)


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

    For class indices that is the score of the true class.
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
    # A traced function is asked at each replay, if the target is an argument of it.
    usual = whole and _are_classes(target, shape[-1], ignored)
    if not usual:
        observe(partial(_check_classes, name, shape[-1], ignored, reduction), target)
    if is_recorded(target):
        # As an index it would be frozen, but a traced step must work for other targets too.
        true = where(one_hot(target, shape[-1]), scores, 0.0)
        return autograd.sum(true, axis=-1), not_equal(target, ignored)
    index = np.array(target, dtype=int)
    kept = index != ignored if not usual and ignored in index else None
    if kept is not None:
        index[~kept] = 0
    if index.ndim == 1:  # a batch: a fifth of the time of np.indices
        key: tuple[Any, ...] = (np.arange(len(index)), index)
    else:
        key = (*np.indices(index.shape, sparse=True), index)
    for positions in key:  # so that a traced program can compute with them once and for all
        positions.flags.writeable = False
    return scores[key], kept


def _check_rows(name: str, y: Any) -> None:
    if not ((y >= 0).all() and np.allclose(y.sum(axis=-1), 1.0, rtol=0, atol=1e-4)):
        raise ValueError(
            f"{name} needs rows of probabilities (one-hot or soft) that are ≥ 0 and sum to 1; "
            f"here the sums go from {y.sum(axis=-1).min()} to {y.sum(axis=-1).max()}, and the "
            f"least number is {y.min()}"
        )


def _are_classes(y: Any, classes: int, ignored: int) -> bool:
    """Return whether whole numbers are class indices, none of which is to be ignored."""
    if 0 <= ignored < classes or not y.size:
        return False
    inside = np.minimum.reduce(y, axis=None) >= 0 and np.maximum.reduce(y, axis=None) < classes
    return bool(inside)


def _check_classes(name: str, classes: int, ignored: int, reduction: str, y: Any) -> None:
    least, most = np.minimum.reduce, np.maximum.reduce
    if y.dtype.kind in "iu" and _are_classes(y, classes, ignored):
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
