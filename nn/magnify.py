"""One network at two scales: as arrays, or as single numbers.

With a `Tensor` for each weight matrix a network is fast; with every weight a `Value` of its
own each neuron can be looked at, and drawn. Both are the same model with the same numbers.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from autograd import Tensor, Value
from nn.module import Module, Parameter
from nn.numbers import plain_array

M = TypeVar("M", bound=Module)

if TYPE_CHECKING:
    from nn.layers import Sequential

    class OfValues(Sequential):
        """A `Sequential` of single weights, which turns an array into an array of `Value`s."""

        def forward(self, x: Any) -> Any: ...


@overload
def to_values(model: Sequential) -> OfValues: ...
@overload
def to_values(model: M) -> M: ...
def to_values(model: Any) -> Any:
    """Return a copy of a model in which every single weight is a `Value`.

    It has the same state, and gives the same outputs and gradients up to rounding.

    >>> from nn import Dense
    >>> neurons = to_values(Dense(2, 1, rng=0))
    >>> print(neurons([1.0, 2.0])[0].op, neurons.weight[0, 0].label)
    <primitive dot> weight[0,0]
    """
    return _converted(model, {id(p): _as_values(p) for p in _parameters("to_values", model)})


def to_tensors(model: M, dtype: Any = float) -> M:
    """Return a copy of a model in which every parameter is a `Tensor` of the given float type.

    It undoes `to_values`; with dtype=np.float32 it makes a model of half the size.

    >>> from nn import Dense
    >>> to_tensors(to_values(Dense(2, 1, rng=0))).weight.shape
    (2, 1)
    """
    dtype = np.dtype(dtype)
    if dtype.kind != "f":
        raise TypeError(f"to_tensors needs a float type, not {dtype}")
    replaced: dict[int, Any] = {
        id(p): Tensor(plain_array(p).astype(dtype), label=_label(p))
        for p in _parameters("to_tensors", model)
    }
    for _, part in model.named_state():
        if isinstance(part, np.ndarray) and part.dtype.kind == "f":
            replaced[id(part)] = part.astype(dtype)
    return _converted(model, replaced)


def _parameters(name: str, model: Any) -> list[Parameter]:
    if not isinstance(model, Module):
        raise TypeError(f"{name} takes a Module, not {type(model).__name__}")
    return model.parameters()


def _converted(model: M, replaced: dict[int, Any]) -> M:
    # deepcopy asks its memo first whether an object has a copy already: so each parameter,
    # even one that is used in several places, is replaced by its counterpart.
    return copy.deepcopy(model, replaced)


def _as_values(parameter: Parameter) -> Any:
    if isinstance(parameter, Tensor) and parameter.shape:
        values = np.empty(parameter.shape, dtype=object)
        for place, number in np.ndenumerate(parameter.data):
            values[place] = Value(number, f"{parameter.label}[{','.join(map(str, place))}]")
        return values
    if isinstance(parameter, np.ndarray):
        return np.frompyfunc(lambda v: Value(v.data, v.label), 1, 1)(parameter)
    return Value(float(parameter.data), parameter.label)


def _label(parameter: Parameter) -> str:
    if isinstance(parameter, np.ndarray):
        return str(parameter.flat[0].label.split("[")[0])
    return str(parameter.label)
