"""`evaluate`: the loss and the metrics of a model on data, without training on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

import autograd
from autograd import Node, ShapeError
from nn.data import DataLoader
from nn.module import Module
from nn.numbers import plain_array, shape_of

#: A metric of the true targets and the model's outputs, both plain arrays: scikit-learn's order.
Metric = Callable[[Any, Any], float]


def evaluate(
    model: Any,
    loss: Callable[[Any, Any], Any],
    data: Any,
    metrics: Mapping[str, Metric] | None = None,
) -> dict[str, float]:
    """Return the mean loss over all samples, and the metrics, in evaluation mode.

    data: a `DataLoader`, another iterable of batches (x, y), or a tuple of arrays (X, y), whose
        rows are the samples.
    metrics: by name, called as metric(y, output) on plain arrays, all batches together.

    Raises ValueError (no batches, no samples), ShapeError and TypeError (not a batch of rows).

    >>> from nn import mse_loss
    >>> evaluate(lambda x: 2 * x, mse_loss, (np.array([1.0, 2.0]), np.array([2.0, 3.0])))
    {'loss': 0.5}
    """
    total, samples = 0.0, 0
    outputs: list[Any] = []
    targets: list[Any] = []
    with mode(model, False), autograd.no_grad():
        for batch in batches_of("data", data):
            *inputs, target = checked_batch(batch)
            output = model(*inputs)
            total += float(loss(output, target)) * len(inputs[0])
            samples += len(inputs[0])
            if metrics:
                outputs.append(plain_array(output))
                targets.append(np.asarray(target))
    if not samples:
        raise ValueError("evaluate: the data has no samples")
    figures = {"loss": total / samples}
    for name, metric in (metrics or {}).items():
        figures[name] = float(metric(np.concatenate(targets), np.concatenate(outputs)))
    return figures


def batches_of(name: str, data: Any) -> Any:
    """Return an iterable of batches that can be iterated once per epoch."""
    if isinstance(data, tuple) and len(data) > 1:
        return DataLoader(*data, batch_size=len(data[0]))
    if not isinstance(data, Iterable) or isinstance(data, Iterator | np.ndarray | Node):
        raise TypeError(
            f"{name} must be a DataLoader, a list of batches (x, y) or a tuple of arrays "
            f"(X, y), not {type(data).__name__}, which cannot be gone through batch by batch in "
            "every epoch"
        )
    if isinstance(data, Sized) and not len(data):
        raise ValueError(f"the {name} has no batches")
    return data


def checked_batch(batch: Any) -> Any:
    """Return a batch if it is (x, y), or (x1, x2, …, y), of rows; else raise.

    Losses are weighted by their rows, so samples in columns would count wrongly.
    """
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        shape = getattr(batch, "shape", None)
        raise TypeError(
            f"a batch must be a tuple (x, y), not {type(batch).__name__}"
            f"{'' if shape is None else f' of shape {shape}'}; give DataLoader(X, y), or for one "
            "batch of everything the tuple (X, y)"
        )
    x, y = shape_of(batch[0]), shape_of(batch[-1])
    if not x or x[:1] != y[:1]:
        raise ShapeError(
            f"a batch of the input {x} and the target {y} does not have one row for each sample in "
            "both; batches whose samples are columns need a loop of your own"
        )
    return batch


def mode(model: Any, training: bool) -> AbstractContextManager[None]:
    """Put a module in training or evaluation mode for a block; a function has no mode."""
    return model.in_mode(training) if isinstance(model, Module) else nullcontext()
