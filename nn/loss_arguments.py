"""Handle the arguments of losses: compare shapes, reject text, reduce to one number."""

from __future__ import annotations

from typing import Any, Literal

import autograd
from autograd import ShapeError, mean, where
from nn.numbers import as_input, shape_of

#: The reductions that make one `Value` of a list of them.
OneNumber = Literal["mean", "sum"]


def pair(name: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    """Return a prediction and a target of one shape; ShapeError if they are not."""
    prediction = as_input(prediction, f"{name}: the prediction")
    target = as_input(target, f"{name}: the target")
    if shape_of(prediction) != shape_of(target):
        raise ShapeError(
            f"{name} compares element by element: the prediction has shape "
            f"{shape_of(prediction)}, the target {shape_of(target)}; reshape one of them"
        )
    return prediction, target


def need_number(name: str, argument: str, x: Any) -> None:
    """Reject text: a reduction passed by position would be taken for another argument."""
    if isinstance(x, str):
        raise TypeError(
            f"{name} takes a number as {argument}, not {x!r}; give a reduction by its keyword: "
            f"reduction={x!r}"
        )


def reduced(losses: Any, reduction: str, kept: Any = None) -> Any:
    """Return the mean of the losses, their sum, or each of them.

    kept: which of them count (None for all). Raises ValueError for another reduction.
    """
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
