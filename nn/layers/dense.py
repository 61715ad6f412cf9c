"""The dense layer: every output is a weighted sum of all inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import MixedNodesError, ShapeError, Tensor
from nn.arguments import check_whole
from nn.init import xavier_uniform
from nn.module import Module
from nn.numbers import as_input, shape_of
from nn.randomness import Rng

#: Called as `init(shape, rng=rng)`; see nn.init.
Initialiser = Callable[..., Any]


class Dense(Module):
    """Every output is a weighted sum of all inputs: y = x·W + b.

    input_size, output_size: the weight has the shape (input_size, output_size).
    bias: whether to add one number for each output; they start at 0.
    init: an initialiser of `nn.init`, called as `init(shape, rng=rng)`.

    The input has the shape (…, input_size), the output (…, output_size). Raises ShapeError
    where they do not fit. With `Value`s for weights each sum is one `dot` node.

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
        check_whole("Dense", input_size=input_size, output_size=output_size)
        self.weight = Tensor(init((input_size, output_size), rng=rng), label="weight")
        self.bias: Any = Tensor(np.zeros(output_size), label="bias") if bias else None
        self.init = init

    def drawn(self, rng: np.random.Generator) -> dict[str, Any]:
        found = {"weight": self.init(self.weight.shape, rng=rng)}
        return found if self.bias is None else {**found, "bias": np.zeros(self.bias.shape)}

    def forward(self, x: Any) -> Tensor:
        x = as_input(x)
        y: Tensor
        try:
            if self.bias is None:
                y = autograd.matmul(x, self.weight)
            else:
                y = autograd.affine(x, self.weight, self.bias)
        except (ShapeError, MixedNodesError):
            shape, size = shape_of(x), self.weight.shape[0]
            if shape and shape[-1] == size:
                raise
            raise ShapeError(
                f"{self!r} takes {size} features in the last axis of its input, but got shape "
                f"{shape}"
            ) from None
        return y

    def extra_repr(self) -> str:
        rows, columns = self.weight.shape
        return f"input_size={rows}, output_size={columns}, bias={self.bias is not None}"


Linear = Dense
