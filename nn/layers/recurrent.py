"""Recurrent layers: one small network, applied to a sequence step by step with a memory.

The names, the defaults, the layout (length, samples, features) and the order of the gates in the
weights are PyTorch's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import ShapeError, Tensor, guard
from nn.activations import relu, sigmoid, tanh
from nn.arguments import check_dropped
from nn.layers.drop import dropout
from nn.module import Module
from nn.numbers import as_input, shape_of
from nn.randomness import Rng, generator


class _Recurrent(Module):
    """The walk along the sequence, forwards and backwards, layer by layer."""

    gates: ClassVar[int] = 1
    memories: ClassVar[int] = 1
    unpenalised = ()

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        rng: Rng = None,
    ) -> None:
        check_dropped(dropout)
        if min(input_size, hidden_size, num_layers) < 1:
            raise ValueError(
                f"{type(self).__name__} needs sizes of at least 1, not {input_size!r}, "
                f"{hidden_size!r} and {num_layers!r} layers"
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, dropout
        self.bidirectional = bidirectional
        self.rng = rng = generator(rng)
        bound = 1 / math.sqrt(hidden_size)
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else hidden_size * (1 + bidirectional)
            for suffix in self._suffixes(layer):
                rows = self.gates * hidden_size
                shapes: dict[str, tuple[int, ...]] = {
                    "weight_ih": (rows, inputs),
                    "weight_hh": (rows, hidden_size),
                }
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {}
                for name, shape in shapes.items():
                    setattr(self, name + suffix, Tensor(rng.uniform(-bound, bound, shape)))

    def drawn(self, rng: np.random.Generator) -> dict[str, Any]:
        bound = 1 / math.sqrt(self.hidden_size)
        return {k: rng.uniform(-bound, bound, p.shape) for k, p in self.named_parameters()}

    def _suffixes(self, layer: int) -> list[str]:
        return [f"_l{layer}", f"_l{layer}_reverse"][: 1 + self.bidirectional]

    def step(self, seen: Any, remembered: Any, memory: Any) -> Any:
        """Return the next memory from the weighted sums of the input and of the last output."""
        raise NotImplementedError

    def forward(self, x: Any, memory: Any = None) -> tuple[Tensor, Any]:
        x = as_input(x)
        shape = shape_of(x)
        if len(shape) not in (2, 3) or shape[-1] != self.input_size:
            order = "samples, length" if self.batch_first else "length, samples"
            raise ShapeError(
                f"{self!r} takes ({order}, {self.input_size}) or (length, {self.input_size}), not "
                f"shape {shape}"
            )
        one = len(shape) == 2
        x = x[:, None] if one else autograd.transpose(x, (1, 0, 2)) if self.batch_first else x
        starts = self._starts(x, memory, one)
        ends: list[Any] = []
        for layer in range(self.num_layers):
            outputs = []
            for suffix in self._suffixes(layer):
                output, end = self._along(x, next(starts), suffix)
                outputs.append(output)
                ends.append(end)
            x = outputs[0] if len(outputs) == 1 else autograd.concatenate(outputs, axis=2)
            if layer + 1 < self.num_layers:
                p, training = guard(lambda: (self.dropout, self.training))
                x = dropout(x, p, training, self.rng)
        last = [autograd.stack([end[i] for end in ends]) for i in range(self.memories)]
        if one:
            x, last = x[:, 0], [h[:, 0] for h in last]
        elif self.batch_first:
            x = autograd.transpose(x, (1, 0, 2))
        return x, last[0] if self.memories == 1 else tuple(last)

    def _starts(self, x: Any, memory: Any, one: bool) -> Iterator[tuple[Any, ...]]:
        """Yield the memory that each layer and direction begins with: zeros if none is given."""
        count = self.num_layers * (1 + self.bidirectional)
        shape = (count, *(() if one else (shape_of(x)[1],)), self.hidden_size)
        if memory is None:
            dtype = getattr(x, "dtype", None)
            zeros = np.zeros(shape, dtype if np.dtype(dtype).kind == "f" else float)
            memory = (zeros,) * self.memories
        elif not isinstance(memory, tuple):
            memory = (as_input(memory),)
        if [shape_of(h) for h in memory] != [shape] * self.memories:
            raise ShapeError(
                f"{self!r} starts from {self.memories} of shape {shape}, not from shapes "
                f"{[shape_of(h) for h in memory]}"
            )
        return (tuple(h[i][None] if one else h[i] for h in memory) for i in range(count))

    def _along(self, x: Any, memory: Any, suffix: str) -> tuple[Any, Any]:
        """Return the outputs of one layer in one direction, and its last memory."""
        length, samples, inputs = shape_of(x)
        rows = self.gates * self.hidden_size
        weights = [getattr(self, name + suffix) for name in ("weight_ih", "weight_hh")]
        to_input, to_output = map(autograd.transpose, weights)
        bias_in, bias_out = (
            [getattr(self, name + suffix) for name in ("bias_ih", "bias_hh")]
            if self.bias
            else [np.zeros(rows)] * 2
        )
        # What the inputs add is computed for all steps at once, since it needs no memory.
        seen = autograd.affine(x.reshape((length * samples, inputs)), to_input, bias_in)
        seen = seen.reshape((length, samples, rows))
        outputs: list[Any] = [None] * length
        order = range(length)
        for t in reversed(order) if suffix.endswith("_reverse") else order:
            memory = self.step(seen[t], autograd.affine(memory[0], to_output, bias_out), memory)
            outputs[t] = memory[0]
        return autograd.stack(outputs), memory

    def _parts(self, x: Any) -> list[Any]:
        """Return the weighted sums of each gate."""
        n = self.hidden_size
        return [x[:, i * n : (i + 1) * n] for i in range(self.gates)]

    def extra_repr(self) -> str:
        shown = f"{self.input_size}, {self.hidden_size}"
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
        for name, value in {**usual, "bidirectional": False}.items():
            given = getattr(self, name)
            shown += "" if given == value else f", {name}={given}"
        return shown


class RNN(_Recurrent):
    """hₜ = tanh(xₜ·Wᵢₕᵀ + bᵢₕ + hₜ₋₁·Wₕₕᵀ + bₕₕ), or relu for nonlinearity="relu".

    rnn(x, h0) returns (output, hₙ): the memory h at every step, (length, samples, hidden_size),
    and after the last one of each layer, (num_layers, samples, hidden_size). With batch_first
    the input and the output begin with samples; a single sequence needs no samples at all.
    Each further layer sees the outputs of the one below; bidirectional layers see the sequence from
    both sides. The weights start in U(−1/√hidden_size, 1/√hidden_size). As `torch.nn.RNN`.

    Raises ShapeError where an input does not fit.

    >>> output, last = RNN(3, 4, rng=0)(np.ones((5, 2, 3)))
    >>> output.shape, last.shape
    ((5, 2, 4), (1, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        rng: Rng = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f'RNN: nonlinearity is "tanh" or "relu", not {nonlinearity!r}')
        self.nonlinearity = nonlinearity
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, rng=rng
        )

    def step(self, seen: Any, remembered: Any, memory: Any) -> Any:  # noqa: ARG002 - as the others
        return ((tanh if self.nonlinearity == "tanh" else relu)(seen + remembered),)


class GRU(_Recurrent):
    """hₜ = (1 − z)·n + z·hₜ₋₁: the update gate z decides how much of the memory stays.

    With r, z = σ(weighted sums) and n = tanh(inₙ + r·hₙ), where inₙ and hₙ are the weighted sums
    of xₜ and of hₜ₋₁. Shapes, arguments and results as `RNN`. As `torch.nn.GRU`.

    >>> output, last = GRU(3, 4, rng=0)(np.ones((5, 2, 3)))
    >>> output.shape, last.shape
    ((5, 2, 4), (1, 2, 4))
    """

    gates = 3

    def step(self, seen: Any, remembered: Any, memory: Any) -> Any:
        (r, z, n), (hr, hz, hn) = self._parts(seen), self._parts(remembered)
        r, z = sigmoid(r + hr), sigmoid(z + hz)
        n = tanh(n + r * hn)
        return ((1.0 - z) * n + z * memory[0],)


class LSTM(_Recurrent):
    """cₜ = f·cₜ₋₁ + i·g, hₜ = o·tanh cₜ: a cell that gates let things into, out of, or stay in.

    With i, f, o = σ(weighted sums) and g = tanh(weighted sums) of xₜ and hₜ₋₁.
    lstm(x, (h0, c0)) returns (output, (hₙ, cₙ)); shapes and arguments as `RNN`.
    As `torch.nn.LSTM`.

    >>> output, (h, c) = LSTM(3, 4, rng=0)(np.ones((5, 2, 3)))
    >>> output.shape, c.shape
    ((5, 2, 4), (1, 2, 4))
    """

    gates = 4
    memories = 2

    def step(self, seen: Any, remembered: Any, memory: Any) -> Any:
        i, f, g, o = self._parts(seen + remembered)
        c = sigmoid(f) * memory[1] + sigmoid(i) * tanh(g)
        return sigmoid(o) * tanh(c), c
