"""Read a model as columns of neurons with weights between them, and run a sample through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd import Tensor
from viz.flow.layers import ObservedLayer, layers_of, parameter_data, parameter_gradient
from viz.graph.passes import evaluating

Shown = Literal["weight", "gradient"]


@dataclass(frozen=True)
class Connection:
    """The weights between two columns, (inputs, units), and the biases of the second."""

    name: str
    weight: np.ndarray
    weight_gradient: np.ndarray | None
    bias: np.ndarray | None
    bias_gradient: np.ndarray | None


def connection_of(layer: ObservedLayer) -> Connection | None:
    """Return the weights of a layer as a matrix; None if it has none, such as a mere scale."""
    shapes = [(p, np.ndim(parameter_data(p))) for p in layer.parameters.values()]
    matrices = [p for p, ndim in shapes if ndim == 2]
    vectors = [p for p, ndim in shapes if ndim == 1]
    scalars = [p for p, ndim in shapes if ndim == 0]
    if matrices:
        weight = parameter_data(matrices[0])
        fits = [v for v in vectors if parameter_data(v).shape == (weight.shape[1],)]
        return Connection(
            layer.name,
            weight,
            parameter_gradient(matrices[0]),
            parameter_data(fits[0]) if fits else None,
            parameter_gradient(fits[0]) if fits else None,
        )
    if vectors and len(vectors) == len(scalars):  # single neurons: w and b each
        return Connection(
            layer.name,
            np.stack([parameter_data(v) for v in vectors], axis=1),
            _stacked(vectors),
            np.stack([parameter_data(b) for b in scalars]),
            _stacked(scalars),
        )
    return None


def _stacked(parameters: list[Any]) -> np.ndarray | None:
    gradients = [parameter_gradient(p) for p in parameters]
    if any(g is None for g in gradients):
        return None
    return np.stack([g for g in gradients if g is not None], axis=-1)


def numbers_of(c: Connection, color: Shown) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the numbers to show for the weights and the biases."""
    if color == "weight":
        return c.weight, c.bias
    return c.weight_gradient, c.bias_gradient


def activations_of(model: Any, x: Any, connections: list[Connection]) -> list[np.ndarray | None]:
    """Return the numbers in each column for one sample: inputs, each layer's outputs, the last.

    None for a layer whose activation is unknown: one that is not followed by an elementwise
    function. The model is in evaluation mode meanwhile.

    Raises ValueError if the sample does not fit.
    """
    sample = np.asarray(x, dtype=float).ravel()
    inputs = connections[0].weight.shape[0]
    if sample.size != inputs:
        raise ValueError(
            f"the sample has {sample.size} numbers, and the network {inputs} inputs: give one "
            "sample, not a batch"
        )
    batched = any(isinstance(p, Tensor) for _, p in model.named_parameters())
    with evaluating(model):
        out = model(sample[None] if batched else sample)
    cells = np.atleast_1d(np.asarray(out, dtype=object)) if not isinstance(out, Tensor) else None
    total = out.sum() if cells is None else sum(cells.ravel().tolist())
    last = out.data if cells is None else np.array([float(c.data) for c in cells.ravel()])
    found: list[np.ndarray | None] = [sample]
    for layer in layers_of(total):
        outputs = [a for a, _, _ in layer.units.values()]
        found.append(np.array([float(np.ravel(a)[0]) for a in outputs]) if outputs else None)
    found = found[: len(connections)]
    return [*found, *[None] * (len(connections) - len(found)), np.ravel(last)]


def shown_units(units: int, limit: int) -> list[int]:
    """Return the units of a column that have a circle: the first and the last if there are many."""
    if units <= limit:
        return list(range(units))
    return [*range(limit // 2), *range(units - (limit - 1) // 2, units)]
