"""Initialisers: the numbers a network starts from.

Weights that are too large make signals and gradients grow from layer to layer, weights that
are too small make them vanish. Each function here draws an array whose variance keeps them
level under its own assumption on the activation. A weight has shape (fan_in, fan_out).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import ShapeError
from nn.randomness import Rng, generator

Shape = Sequence[int]


def xavier_uniform(shape: Shape, gain: float = 1.0, rng: Rng = None) -> Any:
    """Return a draw from U(−a, a) with a = gain·√(6 / (fan_in + fan_out)).

    For tanh and sigmoid. Also known as Glorot (X. Glorot, Y. Bengio, "Understanding the
    difficulty of training deep feedforward neural networks", 2010, eq. 16).

    >>> W = xavier_uniform((2, 4), rng=0)
    >>> W.shape, bool(abs(W).max() <= 1.0)
    ((2, 4), True)
    """
    fan_in, fan_out = _fans(shape)
    bound = gain * math.sqrt(6 / (fan_in + fan_out))
    return generator(rng).uniform(-bound, bound, shape)


def he_normal(shape: Shape, negative_slope: float = 0.0, rng: Rng = None) -> Any:
    """Return a draw from N(0, s²) with s = √(2 / ((1 + negative_slope²)·fan_in)).

    For relu and, with its slope, leaky relu. Also known as Kaiming (K. He et al., "Delving
    deep into rectifiers", 2015, eq. 10 and 15).

    >>> bool(abs(he_normal((1000, 100), rng=0).std() - 0.002**0.5) < 1e-3)
    True
    """
    fan_in, _ = _fans(shape)
    scale = math.sqrt(2 / ((1 + negative_slope**2) * fan_in))
    return generator(rng).normal(0.0, scale, shape)


def _fans(shape: Shape) -> tuple[int, int]:
    if len(shape) != 2 or min(shape) < 1:
        raise ShapeError(
            f"a weight to initialise has a shape (fan_in, fan_out) of positive lengths, "
            f"not {tuple(shape)}"
        )
    return shape[0], shape[1]
