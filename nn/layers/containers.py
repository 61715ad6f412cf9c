"""Containers: modules built from other modules and from functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import autograd
from autograd import ShapeError, Tensor
from nn.layers.same_kind import SameKind
from nn.module import Module
from nn.numbers import as_input, shape_of


class Lambda(Module):
    """A function as a layer, so that it can stand among modules. It has no parameters.

    Raises TypeError for what cannot be called.

    >>> Lambda(abs)(-2.0)
    2.0
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        if not callable(function):
            raise TypeError(f"Lambda takes a function of the layer's input, not {function!r}")
        self.function = function

    def forward(self, x: Any) -> Any:
        return self.function(x)

    def extra_repr(self) -> str:
        return str(getattr(self.function, "__name__", repr(self.function)))


def as_layer(layer: Any, what: str) -> Module:
    """Return a module as it is, and a function as its `Lambda`; `what` names it in errors.

    >>> as_layer(abs, "number 0")
    Lambda(abs)
    """
    if isinstance(layer, Module):
        return layer
    if isinstance(layer, type):
        raise TypeError(
            f"{what} is the class {layer.__name__}, not a layer; call it: {layer.__name__}(…)"
        )
    if not callable(layer):
        raise TypeError(
            f"{what} is {layer!r}, which is neither a module nor a function; give modules one by "
            "one (a list needs a star, *layers)"
        )
    return Lambda(layer)


class Sequential(Module):
    """Modules one after the other, under the names "0", "1" and so on.

    A function may stand among them: it becomes a `Lambda`. Raises TypeError for anything else.

    >>> from nn import Dense, ReLU
    >>> model = Sequential(Dense(2, 3, rng=0), ReLU(), Dense(3, 1, rng=1), lambda x: 2 * x)
    >>> model([[1.0, 2.0]] * 4).shape
    (4, 1)
    """

    def __init__(self, *layers: Module | Callable[[Any], Any]) -> None:
        for i, layer in enumerate(layers):
            setattr(self, str(i), as_layer(layer, f"Sequential: number {i}"))

    def forward(self, x: Any) -> Tensor:
        for layer in self._layers():
            x = layer(x)
        y: Tensor = x
        return y

    def __len__(self) -> int:
        return len(self._layers())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._layers())

    def __getitem__(self, index: int) -> Module:
        return self._layers()[index]

    def _layers(self) -> list[Module]:
        return [layer for name, layer in self.__dict__.items() if name.isdigit()]


class Residual(Module):
    """x + f(x): the layers inside learn what to change, and gradients have a way around them.

    (K. He et al., "Deep residual learning for image recognition", 2015.) Raises ShapeError
    if f changes the shape.

    >>> from nn import Dense, ReLU
    >>> block = Residual(Dense(3, 3, rng=0), ReLU())
    >>> block([[0.0, 0.0, 0.0]] * 2).data
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """

    def __init__(self, *layers: Module | Callable[[Any], Any]) -> None:
        one = len(layers) == 1
        self.inner = as_layer(layers[0], "Residual: its layer") if one else Sequential(*layers)

    def forward(self, x: Any) -> Tensor:
        x = as_input(x)
        change = self.inner(x)
        if shape_of(change) != shape_of(x):
            raise ShapeError(
                f"Residual adds its input, of shape {shape_of(x)}, to what its layers make of "
                f"it, of shape {shape_of(change)}; the layers must keep the shape"
            )
        y: Tensor = x + change
        return y


class Flatten(SameKind):
    """All axes but the first made into one: (n, 8, 8) → (n, 64).

    >>> import numpy as np
    >>> Flatten()(np.zeros((5, 8, 8))).shape
    (5, 64)
    """

    def forward(self, x: Any) -> Any:
        x = as_input(x)
        shape = shape_of(x)
        if not shape:
            raise ShapeError("Flatten takes a batch of samples, not a single number")
        return autograd.reshape(x, (shape[0], math.prod(shape[1:])))
