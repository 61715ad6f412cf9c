"""Parameters to and from PyTorch, which lays some of them out differently.

The weight of a `Linear` is (inputs, outputs) here, so that x·W can be written as it is drawn, and
(outputs, inputs) in PyTorch; everything else is laid out alike. PyTorch need not be installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.layers.dense import Dense
from nn.module import Module


def from_torch(state_dict: Mapping[str, Any], model: Module) -> Module:
    """Load a `state_dict()` of a PyTorch module with the same names; return the model.

    Everything is checked before the first number is changed. Raises ValueError (missing or unknown
    names), ShapeError and TypeError.

    >>> model = from_torch({"weight": np.array([[1.0, 2.0]]), "bias": np.array([3.0])}, Dense(2, 1))
    >>> model([10.0, 20.0]).data
    array([53.])
    """
    turned = _turned(model)
    arrays = {name: _array(tensor) for name, tensor in state_dict.items()}
    model.load_state_dict(
        {name: array.T if name in turned else array for name, array in arrays.items()}
    )
    return model


def to_torch(model: Module) -> dict[str, Any]:
    """Return the state of a model as arrays in PyTorch's layout, by name.

    PyTorch loads `{k: torch.tensor(v) for k, v in to_torch(model).items()}`.

    >>> {name: array.shape for name, array in to_torch(Dense(2, 3)).items()}
    {'weight': (3, 2), 'bias': (3,)}
    """
    turned = _turned(model)
    return {
        name: np.ascontiguousarray(array.T) if name in turned else array
        for name, array in model.state_dict().items()
    }


def _turned(model: Module) -> set[str]:
    """Return the names of the weights that are transposed in PyTorch."""
    return {
        f"{name}.weight" if name else "weight"
        for name, module in model.named_modules()
        if isinstance(module, Dense)
    }


def _array(tensor: Any) -> Any:
    """Return a PyTorch tensor on any device, or an array, as an array."""
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu()
    return np.asarray(tensor)
