"""Layers: the parts that networks are put together from.

Rows are samples: a batch has the shape (samples, features).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd
from autograd import MixedNodesError, ShapeError, Tensor
from nn import activations
from nn.init import xavier_uniform
from nn.module import Module
from nn.numbers import as_operand, is_recorded, observe, one_hot, shape_of
from nn.randomness import Rng, generator

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
        self.weight: Any = Tensor(init((input_size, output_size), rng=rng), label="weight")
        self.bias: Any = Tensor(np.zeros(output_size), label="bias") if bias else None

    def forward(self, x: Any) -> Any:
        x = as_operand(x)
        try:
            if self.bias is None:
                return autograd.matmul(x, self.weight)
            return autograd.affine(x, self.weight, self.bias)
        except (ShapeError, MixedNodesError):
            shape, size = shape_of(x), self.weight.shape[0]
            if shape and shape[-1] == size:
                raise
            raise ShapeError(
                f"{self!r} takes {size} features in the last axis of its input, but got shape "
                f"{shape}"
            ) from None

    def extra_repr(self) -> str:
        rows, columns = self.weight.shape
        return f"input_size={rows}, output_size={columns}, bias={self.bias is not None}"


Linear = Dense


class Sequential(Module):
    """Modules one after the other, named "0", "1" and so on.

    Raises TypeError for what is not a module.

    >>> model = Sequential(Dense(2, 3, rng=0), ReLU(), Dense(3, 1, rng=1))
    >>> model(np.ones((4, 2))).shape
    (4, 1)
    """

    def __init__(self, *layers: Module) -> None:
        for i, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(
                    f"Sequential takes modules, one by one, but number {i} is {layer!r}; "
                    "a list needs a star, Sequential(*layers), a function its layer, ReLU()"
                )
            setattr(self, str(i), layer)

    def forward(self, x: Any) -> Any:
        for layer in self._layers():
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self._layers())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._layers())

    def __getitem__(self, index: int) -> Any:
        return self._layers()[index]

    def _layers(self) -> list[Any]:
        return [layer for name, layer in self.__dict__.items() if name.isdigit()]


class Residual(Module):
    """x + f(x): the layers inside learn what to change, and gradients have a way around them.

    (K. He et al., "Deep residual learning for image recognition", 2015.) Raises ShapeError
    if f changes the shape.

    >>> block = Residual(Dense(3, 3, rng=0), ReLU())
    >>> block(np.zeros((2, 3))).data
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """

    def __init__(self, *layers: Module) -> None:
        self.inner = layers[0] if len(layers) == 1 else Sequential(*layers)

    def forward(self, x: Any) -> Any:
        x = as_operand(x)
        change = self.inner(x)
        if shape_of(change) != shape_of(x):
            raise ShapeError(
                f"Residual adds its input, of shape {shape_of(x)}, to what its layers make of "
                f"it, of shape {shape_of(change)}; the layers must keep the shape"
            )
        return x + change


class Embedding(Module):
    """A table with one learnt row for each of `num_embeddings` things, looked up by number.

    The input holds whole numbers, in any shape (…); the output has the shape
    (…, embedding_dim). A row that is looked up several times receives the sum of the gradients.

    Raises IndexError (a number that is no row's) and TypeError (not whole).

    >>> table = Embedding(10, 4, rng=0)
    >>> table([[1, 2, 1]]).shape
    (1, 3, 4)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, rng: Rng = None) -> None:
        rows = generator(rng).normal(size=(num_embeddings, embedding_dim))
        self.weight: Any = Tensor(rows, label="weight")

    def forward(self, x: Any) -> Any:
        x = np.asarray(x) if isinstance(x, list | tuple | int | float) else x
        observe(self._check, x)
        if is_recorded(x):
            # As an index it would be frozen, where a traced network is to be run on others.
            chosen = autograd.where(one_hot(x, len(self.weight)), 1.0, 0.0)
            return autograd.matmul(chosen, self.weight)
        return self.weight[x.astype(int)]

    def _check(self, x: Any) -> None:
        count = len(self.weight)
        if x.dtype.kind not in "iuf" or not (x == np.floor(x)).all():
            raise TypeError(f"{self!r} looks up whole numbers, not {x.dtype}: {x}")
        if x.size and not (x.min() >= 0 and x.max() < count):
            raise IndexError(
                f"{self!r} has rows 0 to {count - 1}, but was asked for {x.min()} to {x.max()}"
            )

    def extra_repr(self) -> str:
        rows, columns = self.weight.shape
        return f"num_embeddings={rows}, embedding_dim={columns}"


class Flatten(Module):
    """All axes but the first made into one: (n, 8, 8) → (n, 64).

    >>> Flatten()(np.zeros((5, 8, 8))).shape
    (5, 64)
    """

    def forward(self, x: Any) -> Any:
        x = as_operand(x)
        shape = shape_of(x)
        if not shape:
            raise ShapeError("Flatten takes a batch of samples, not a single number")
        return autograd.reshape(x, (shape[0], int(np.prod(shape[1:]))))


# --- activations as layers ------------------------------------------------------------------


class Identity(Module):
    """The layer of `nn.identity`."""

    def forward(self, x: Any) -> Any:
        return activations.identity(x)


class Sigmoid(Module):
    """The layer of `nn.sigmoid`."""

    def forward(self, x: Any) -> Any:
        return activations.sigmoid(x)


class Tanh(Module):
    """The layer of `nn.tanh`."""

    def forward(self, x: Any) -> Any:
        return activations.tanh(x)


class ReLU(Module):
    """The layer of `nn.relu`.

    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return activations.relu(x)


class LeakyReLU(Module):
    """The layer of `nn.leaky_relu`.

    >>> LeakyReLU(0.1)(-2.0)
    -0.2
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return activations.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """The layer of `nn.elu`.

    >>> ELU(alpha=2.0)(-1000.0)
    -2.0
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return activations.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    """The layer of `nn.selu`."""

    def forward(self, x: Any) -> Any:
        return activations.selu(x)


class SiLU(Module):
    """The layer of `nn.silu`."""

    def forward(self, x: Any) -> Any:
        return activations.silu(x)


class GELU(Module):
    """The layer of `nn.gelu`."""

    def forward(self, x: Any) -> Any:
        return activations.gelu(x)


class Softplus(Module):
    """The layer of `nn.softplus`."""

    def forward(self, x: Any) -> Any:
        return activations.softplus(x)


class Softmax(Module):
    """The layer of `nn.softmax`.

    >>> Softmax()(np.array([[0.0, 0.0]]))
    array([[0.5, 0.5]])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return activations.softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"


class LogSoftmax(Module):
    """The layer of `nn.log_softmax`."""

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return activations.log_softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
