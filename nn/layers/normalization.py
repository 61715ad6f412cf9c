"""Normalisation: numbers brought to mean 0 and variance 1 on their way through the network.

Batch norm does it for each feature over the samples of a batch, layer norm for each sample
over its features; RMS norm leaves the mean as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograd import ShapeError, Tensor, mean, reshape, sqrt, square
from autograd.trace_hooks import fresh, guard
from nn.module import Module
from nn.numbers import as_input, observe, shape_of


class _Normalization(Module):
    """What the layers share: a scale that starts from 1, and a shift that starts from 0."""

    def drawn(self, rng: np.random.Generator) -> dict[str, Any]:  # noqa: ARG002 - nothing is drawn
        return {name: np.full(p.shape, float(name == "weight")) for name, p in self._affine()}

    def _affine(self) -> Iterator[tuple[str, Any]]:
        for name in ("weight", "bias"):
            parameter = getattr(self, name, None)
            if parameter is not None:
                yield name, parameter


class BatchNorm1d(_Normalization):
    """y = (x − μ) / √(σ² + eps) · weight + bias, with μ and σ² of each feature over the batch.

    In training they are those of the batch (σ² divided by n), and running averages of them
    (σ² divided by n − 1) are kept: running ← (1 − momentum)·running + momentum·batch. In
    evaluation the running ones are used. With momentum None they are the plain average over
    all batches. (S. Ioffe, C. Szegedy, "Batch normalization", 2015; details as PyTorch's.)

    The input has the shape (samples, features) or (samples, features, length). Raises
    ShapeError for others, and ValueError for a training batch with one number per feature,
    whose variance says nothing.

    >>> layer = BatchNorm1d(1)
    >>> layer([[1.0], [3.0]]).data.round(3)
    array([[-1.],
           [ 1.]])
    >>> layer.running_mean, layer.running_var
    (array([0.2]), array([1.1]))
    """

    unpenalised = ("weight", "bias")

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight: Any = Tensor(np.ones(num_features), label="weight") if affine else None
        self.bias: Any = Tensor(np.zeros(num_features), label="bias") if affine else None
        self.track_running_stats = track_running_stats
        if track_running_stats:
            self.running_mean = np.zeros(num_features)
            self.running_var = np.ones(num_features)
            self.num_batches_tracked = np.zeros((), dtype=int)

    def forward(self, x: Any) -> Tensor:
        x = as_input(x)
        shape = shape_of(x)
        if len(shape) not in (2, 3) or shape[1] != self.num_features:
            raise ShapeError(
                f"{self!r} takes (samples, {self.num_features}) or (samples, {self.num_features}, "
                f"length), not shape {shape}"
            )
        per_feature = (1, self.num_features, 1)[: len(shape)]
        training = guard(lambda: self.training)
        if training or not self.track_running_stats:
            axes = (0, 2)[: len(shape) - 1]
            count = x.size // self.num_features
            if training and count < 2:
                raise ValueError(
                    f"{self!r} needs more than one number per feature in training, but got "
                    f"shape {shape}; use larger batches, or eval()"
                )
            centre = mean(x, axis=axes, keepdims=True)
            x = x - centre
            spread = mean(square(x), axis=axes, keepdims=True)
            if training and self.track_running_stats:
                observe(partial(self._update, count), centre, spread)
        else:
            x = x - fresh(lambda: self.running_mean.reshape(per_feature))
            spread = fresh(lambda: self.running_var.reshape(per_feature))
        y: Tensor = x / sqrt(spread + self.eps)
        if self.weight is not None:
            y = y * reshape(self.weight, per_feature) + reshape(self.bias, per_feature)
        return y

    def _update(self, count: int, centre: Any, spread: Any) -> None:
        """Move the running statistics towards those of a batch of `count` numbers."""
        centre, spread = centre.reshape(-1), spread.reshape(-1)
        self.num_batches_tracked += 1
        rate = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean += rate * (centre - self.running_mean)
        self.running_var += rate * (spread * count / (count - 1) - self.running_var)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class _OverLastAxes(_Normalization):
    """The base of layers that treat each sample by itself, over its last axes."""

    def __init__(
        self, normalized_shape: int | tuple[int, ...], eps: float | None, elementwise_affine: bool
    ) -> None:
        shape = normalized_shape
        self.normalized_shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.eps = eps
        ones = np.ones(self.normalized_shape)
        self.weight: Any = Tensor(ones, label="weight") if elementwise_affine else None

    def _axes(self, x: Any) -> tuple[int, ...]:
        shape, own = shape_of(x), self.normalized_shape
        if shape[-len(own) :] != own:
            raise ShapeError(f"{self!r} takes shape (…, {', '.join(map(str, own))}), not {shape}")
        return tuple(range(-len(own), 0))

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}"


class LayerNorm(_OverLastAxes):
    """y = (x − μ) / √(σ² + eps) · weight + bias, with μ and σ² of each sample by itself.

    normalized_shape: the length of the last axis, or a tuple of lengths of the last axes, which are
    then normalised together; σ² is divided by their number of elements. (J. Ba et al., "Layer
    normalization", 2016.)

    Raises ShapeError where the last axes of the input differ.

    >>> LayerNorm(2)([[1.0, 3.0]]).data.round(3)
    array([[-1.,  1.]])
    """

    unpenalised = ("weight", "bias")

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        super().__init__(normalized_shape, eps, elementwise_affine)
        has_bias = elementwise_affine and bias
        self.bias: Any = Tensor(np.zeros(self.normalized_shape), label="bias") if has_bias else None

    def forward(self, x: Any) -> Tensor:
        x = as_input(x)
        axes = self._axes(x)
        x = x - mean(x, axis=axes, keepdims=True)
        y: Tensor = x / sqrt(mean(square(x), axis=axes, keepdims=True) + self.eps)
        y = y if self.weight is None else y * self.weight
        return y if self.bias is None else y + self.bias


class RMSNorm(_OverLastAxes):
    """y = x / √(mean x² + eps) · weight: layer norm without the mean and without a bias.

    normalized_shape: as for `LayerNorm`. eps: the smallest difference from 1 that x's type can
    tell, if not given. (B. Zhang, R. Sennrich, "Root mean square layer normalization", 2019; as
    `torch.nn.RMSNorm`.)

    Raises ShapeError where the last axes of the input differ.

    >>> RMSNorm(2)([[3.0, 4.0]]).data.round(3)
    array([[0.849, 1.131]])
    """

    unpenalised = ("weight",)

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
    ) -> None:
        super().__init__(normalized_shape, eps, elementwise_affine)

    def forward(self, x: Any) -> Tensor:
        x = as_input(x)
        axes = self._axes(x)
        dtype: Any = np.dtype(getattr(x, "dtype", float))
        eps = np.finfo(dtype if dtype.kind == "f" else float).eps if self.eps is None else self.eps
        y: Tensor = x / sqrt(mean(square(x), axis=axes, keepdims=True) + float(eps))
        return y if self.weight is None else y * self.weight
