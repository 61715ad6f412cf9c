"""Diagnosis of a loss that became nan or inf: where it is first seen, and the usual cause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from nn.numbers import plain_array


class NonFiniteLossError(ArithmeticError):
    """The loss, the gradients' norm or a parameter became nan or inf while training.

    `history` holds the epochs before; `epoch` and `batch` (from 1) say when.
    """

    history: Any = None
    epoch: int = 0
    batch: int = 0


def explain(
    parameters: Iterable[tuple[str, Any]],
    batch: tuple[Any, ...],
    lr: float,
    backward: bool = False,
) -> str:
    """Return what is not finite, the data, a parameter or neither, and the remedy.

    parameters: (name, parameter) pairs; batch: the inputs and the target; lr: as it was;
    backward: whether the loss is finite and a gradient is not.
    """
    for position, array in enumerate(batch):
        place = bad_place(array)
        if place:
            what = "target" if position == len(batch) - 1 else "input"
            return (
                f"the batch itself: its {what} is {place}. Clean the data: drop or fill in what "
                "is missing before training."
            )
    named = list(parameters)
    too_fast = (
        f"Most often the learning rate ({lr:g}) is too large, so that the weights grow without "
        "end: try a tenth of it, clip_norm=1.0, or inputs scaled to mean 0 and deviation 1."
    )
    for name, parameter in named:
        place = bad_place(parameter)
        if place:
            return (
                f"the parameter {name!r}: it is {place} since an earlier step. {too_fast} If a "
                "single step did it, a gradient was not finite: run one step under "
                "autograd.detect_anomaly()."
            )
    largest, name = max(
        ((np.max(np.abs(plain_array(p)), initial=0), n) for n, p in named), default=(0, "")
    )
    if largest > 1e6:
        return f"the parameter {name!r}, which has grown to {largest:.3g}. {too_fast}"
    if backward:
        return (
            "the backward pass: data, parameters and loss are finite, but a gradient is not. Usual "
            "causes are sqrt at 0, whose slope is infinite there, and numbers so large that their "
            "product overflows; run one step under autograd.detect_anomaly(), "
            "which names the operation."
        )
    return (
        "the forward pass: data and parameters are finite, but their result is not. Usual causes "
        "are log of 0 (use the losses on logits, such as cross_entropy and "
        "binary_cross_entropy_with_logits), exp of a large number, or a division by 0; run one "
        "step under autograd.detect_anomaly(), which names the operation."
    )


def bad_place(x: Any) -> str:
    """Return the first element that is not finite and where it is; "" if there is none.

    >>> bad_place(np.array([[1.0, np.nan]]))
    'nan at (0, 1)'
    """
    array = plain_array(x)
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return ""
    place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
    return f"{array[place]} at {place}" if place else f"{array[place]}"
