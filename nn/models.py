"""Models: a neuron, a layer of neurons, and the multi-layer perceptron."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

import autograd
from autograd import ShapeError, Value
from nn import activations
from nn.activation_choice import Activation, function_of, layer_maker
from nn.layers import Dense, Dropout, Sequential
from nn.module import Module
from nn.numbers import as_input, shape_of
from nn.randomness import Rng, generator


class Neuron(Module):
    """One neuron of `Value`s: activation(w·x + b).

    Its weights start in U(−1/√n, 1/√n) for n inputs, its bias at 0. The input is a list or
    an array of n numbers or `Value`s; the output is one `Value`, of which the weighted sum is
    a single node.

    Raises ValueError for no inputs at all, ShapeError when called with another number of them.

    >>> neuron = Neuron(2, rng=0)
    >>> y = neuron([Value(1.0, label="x1"), Value(2.0, label="x2")])
    >>> y.backward()
    >>> len(neuron.w), neuron.b.has_grad
    (2, True)
    """

    unpenalised = ("b",)

    def __init__(
        self,
        inputs: int,
        activation: Activation = activations.tanh,
        rng: Rng = None,
    ) -> None:
        if inputs < 1:
            raise ValueError(f"a Neuron needs at least one input, not {inputs!r}")
        bound = 1 / math.sqrt(inputs)
        drawn = generator(rng).uniform(-bound, bound, inputs)
        self.w: Any = np.array([Value(w, f"w{i}") for i, w in enumerate(drawn, 1)], dtype=object)
        self.b: Any = Value(0.0, "b")
        self.activation = function_of(activation, "Neuron: activation")

    def drawn(self, rng: np.random.Generator) -> dict[str, Any]:
        bound = 1 / math.sqrt(len(self.w))
        return {"w": rng.uniform(-bound, bound, len(self.w)), "b": np.zeros(())}

    if TYPE_CHECKING:

        @overload
        def __call__(self, x: Sequence[float | Value], /) -> Value: ...
        @overload
        def __call__(self, *args: Any, **keywords: Any) -> Any: ...
        def __call__(self, *args: Any, **keywords: Any) -> Any: ...
        def parameters(self) -> list[Any]: ...

    def forward(self, x: Any) -> Any:
        x = as_input(x)
        shape = shape_of(x)
        if not shape or shape[-1] != len(self.w):
            raise ShapeError(f"a Neuron of {len(self.w)} inputs got an input of shape {shape}")
        if len(shape) == 1:
            return self.activation(autograd.dot(self.w, x, self.b))
        return self.activation(autograd.matmul(x, self.w) + self.b)

    def extra_repr(self) -> str:
        name = getattr(self.activation, "__name__", repr(self.activation))
        return f"inputs={len(self.w)}, activation={name}"


class Layer(Module):
    """Several neurons that look at the same inputs: (inputs,) → (outputs,).

    >>> layer = Layer(2, 3, rng=0)
    >>> layer([1.0, 2.0]).shape
    (3,)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: Activation = activations.tanh,
        rng: Rng = None,
    ) -> None:
        rng = generator(rng)
        self.neurons = [Neuron(inputs, activation, rng) for _ in range(outputs)]

    def forward(self, x: Any) -> np.ndarray:
        outputs: np.ndarray = autograd.stack([neuron(x) for neuron in self.neurons], axis=-1)
        return outputs


class MLP(Sequential):
    """A multi-layer perceptron: dense layers with an activation after each but the last.

    hidden_sizes: the widths of the hidden layers; () for a linear model.
    output_size: the number of outputs; without it the last of hidden_sizes is meant, so that
        MLP(3, [4, 4, 1]) is the network that it is in micrograd.
    activation, output_activation: a name ("relu"), the function (nn.relu, `lambda x: …`), a layer
        (`nn.ELU(0.5)`) or what makes one (nn.ReLU). The hidden weights are initialised to suit it.
        Losses that take logits need no output activation.
    dropout: the probability of dropping, after each hidden activation.
    rng: a seed or a `numpy.random.Generator`, for the weights and for dropout.

    Raises ValueError for an activation that is not known and for no sizes at all, TypeError for
    anything that is not an activation, and for a single number as hidden_sizes.

    >>> MLP(2, [16, 16], 1, activation="tanh", rng=0)
    MLP(
      (0): Dense(input_size=2, output_size=16, bias=True)
      (1): Tanh()
      (2): Dense(input_size=16, output_size=16, bias=True)
      (3): Tanh()
      (4): Dense(input_size=16, output_size=1, bias=True)
    )
    """

    def __init__(
        self,
        input_size: int,
        hidden_sizes: Sequence[int],
        output_size: int | None = None,
        activation: Activation = "relu",
        output_activation: Activation | None = None,
        dropout: float = 0.0,
        rng: Rng = None,
    ) -> None:
        if not isinstance(hidden_sizes, list | tuple | range | np.ndarray):
            given = hidden_sizes if isinstance(hidden_sizes, np.integer) else repr(hidden_sizes)
            raise TypeError(f"MLP needs a list of hidden sizes, [{hidden_sizes}], not {given}")
        if output_size is None:
            if not len(hidden_sizes):
                raise ValueError("MLP needs an output_size: MLP(input_size, hidden_sizes, 1)")
            *hidden_sizes, output_size = hidden_sizes
        rng = generator(rng)
        layer, initialiser = layer_maker(activation, "MLP: activation")
        parts: list[Module] = []
        for size in hidden_sizes:
            parts += [Dense(input_size, size, init=initialiser, rng=rng), layer()]
            if dropout:
                parts.append(Dropout(dropout, rng=rng))
            input_size = size
        parts.append(Dense(input_size, output_size, rng=rng))
        if output_activation is not None:
            parts.append(layer_maker(output_activation, "MLP: output_activation")[0]())
        super().__init__(*parts)
