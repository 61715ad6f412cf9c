"""Layers: the parts that networks are put together from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Tensor
from nn.init import xavier_uniform
from nn.module import Module
from nn.randomness import Rng

Initialiser = Callable[..., Any]


class Dense(Module):
    """Every output is a weighted sum of all inputs: y = x·W + b, one sample a row.

    input_size, output_size: the weight has shape (input_size, output_size).
    bias: whether to add one number per output; it starts at 0.
    init: an initialiser of `nn.init`, called as `init(shape, rng=rng)`.

    Raises ShapeError where the last axis of x is not input_size long.

    >>> layer = Dense(2, 3, rng=0)
    >>> layer(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        bias: bool = True,
        *,
        init: Initialiser = xavier_uniform,
        rng: Rng = None,
    ) -> None:
        self.weight = Tensor(init((input_size, output_size), rng=rng), label="weight")
        self.bias = Tensor(np.zeros(output_size), label="bias") if bias else None

    def forward(self, x: Any) -> Any:
        """x: (…, input_size) → (…, output_size)."""
        shape = np.shape(x)
        if not shape or shape[-1] != self.weight.shape[0]:
            raise ShapeError(
                f"{self!r} takes {self.weight.shape[0]} features in the last axis of its input, "
                f"but got shape {shape}"
            )
        if self.bias is None:
            return autograd.matmul(x, self.weight)
        return autograd.affine(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        rows, columns = self.weight.shape
        return f"input_size={rows}, output_size={columns}, bias={self.bias is not None}"


Linear = Dense


class Sequential(Module):
    """Modules (or plain functions) one after the other.

    >>> model = Sequential(Dense(2, 3, rng=0), ReLU(), Dense(3, 1, rng=1))
    >>> model(np.ones((4, 2))).shape
    (4, 1)
    """

    def __init__(self, *layers: Callable[..., Any]) -> None:
        for i, layer in enumerate(layers):
            setattr(self, str(i), layer)
        self._layers = len(layers)

    def forward(self, x: Any) -> Any:
        for layer in self:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return self._layers

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> Any:
        return self.__dict__[str(range(len(self))[index])]


class ReLU(Module):
    """max(0, x) as a layer."""

    def forward(self, x: Any) -> Any:
        return autograd.relu(x)


class Tanh(Module):
    """tanh(x) as a layer."""

    def forward(self, x: Any) -> Any:
        return autograd.tanh(x)
