"""Initialisers: the numbers a network starts from.

Weights that are too large make signals and gradients grow from layer to layer, weights that
are too small make them vanish. Each function here draws an array whose variance keeps them level,
under its own assumption about the activation. A weight has the shape (fan_in, fan_out);
`rng` is a seed, a `numpy.random.Generator`, or None (see `nn.seed`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd import ShapeError
from nn.randomness import Rng, generator

Shape = Sequence[int]


def xavier_uniform(shape: Shape, gain: float = 1.0, rng: Rng = None) -> np.ndarray:
    """Return a draw from U(−a, a) with a = gain·√(6 / (fan_in + fan_out)).

    For tanh and sigmoid. Also known as Glorot (X. Glorot, Y. Bengio, "Understanding the
    difficulty of training deep feedforward neural networks", 2010, eq. 16).
    Raises ShapeError unless the shape is (fan_in, fan_out).

    >>> W = xavier_uniform((2, 4), rng=0)
    >>> W.shape, bool(abs(W).max() <= 1.0)
    ((2, 4), True)
    """
    fan_in, fan_out = _fans("xavier_uniform", shape)
    return _uniform(shape, gain * math.sqrt(2 / (fan_in + fan_out)), rng)


def xavier_normal(shape: Shape, gain: float = 1.0, rng: Rng = None) -> np.ndarray:
    """Return a draw from N(0, s²) with s = gain·√(2 / (fan_in + fan_out)).

    The normal form of xavier_uniform (2010, eq. 12). Raises as it does.

    >>> bool(abs(xavier_normal((500, 500), rng=0).std() - 0.002**0.5) < 1e-3)
    True
    """
    fan_in, fan_out = _fans("xavier_normal", shape)
    return _normal(shape, gain * math.sqrt(2 / (fan_in + fan_out)), rng)


def he_uniform(shape: Shape, negative_slope: float = 0.0, rng: Rng = None) -> np.ndarray:
    """Return a draw from U(−a, a) with a = √(6 / ((1 + negative_slope²)·fan_in)).

    The uniform form of he_normal. Raises as it does.

    >>> bool(abs(he_uniform((6, 4), rng=0)).max() <= 1.0)
    True
    """
    fan_in, _ = _fans("he_uniform", shape)
    return _uniform(shape, math.sqrt(2 / ((1 + negative_slope**2) * fan_in)), rng)


def he_normal(shape: Shape, negative_slope: float = 0.0, rng: Rng = None) -> np.ndarray:
    """Return a draw from N(0, s²) with s = √(2 / ((1 + negative_slope²)·fan_in)).

    For relu and, with its slope, leaky relu. Also known as Kaiming (K. He et al., "Delving
    deep into rectifiers", 2015, eq. 10 and 15). Raises ShapeError unless the shape is
    (fan_in, fan_out).

    >>> bool(abs(he_normal((1000, 100), rng=0).std() - 0.002**0.5) < 1e-3)
    True
    """
    fan_in, _ = _fans("he_normal", shape)
    return _normal(shape, math.sqrt(2 / ((1 + negative_slope**2) * fan_in)), rng)


def lecun_uniform(shape: Shape, rng: Rng = None) -> np.ndarray:
    """Return a draw from U(−a, a) with a = √(3 / fan_in), the uniform form of lecun_normal.

    >>> bool(abs(lecun_uniform((3, 4), rng=0)).max() <= 1.0)
    True
    """
    fan_in, _ = _fans("lecun_uniform", shape)
    return _uniform(shape, math.sqrt(1 / fan_in), rng)


def lecun_normal(shape: Shape, rng: Rng = None) -> np.ndarray:
    """Return a draw from N(0, 1 / fan_in), as selu expects.

    (Y. LeCun et al., "Efficient BackProp", 1998, eq. 16.) Raises ShapeError unless the shape
    is (fan_in, fan_out).

    >>> bool(abs(lecun_normal((1000, 100), rng=0).std() - 0.001**0.5) < 1e-3)
    True
    """
    fan_in, _ = _fans("lecun_normal", shape)
    return _normal(shape, math.sqrt(1 / fan_in), rng)


def orthogonal(shape: Shape, gain: float = 1.0, rng: Rng = None) -> np.ndarray:
    """Return gain times a matrix whose rows or columns (the fewer) are orthonormal.

    It is drawn uniformly from all such: the Q of a normal matrix, with the signs that make R
    positive on its diagonal. (A. Saxe et al., "Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks", 2013.) Raises ShapeError as the others.

    >>> W = orthogonal((4, 2), rng=0)
    >>> (W.T @ W).round(9) + 0.0
    array([[1., 0.],
           [0., 1.]])
    """
    rows, columns = _fans("orthogonal", shape)
    tall = generator(rng).normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return gain * (q if rows >= columns else q.T)


def constant(shape: Shape, value: float = 0.0, rng: Rng = None) -> np.ndarray:  # noqa: ARG001 - as all
    """Return an array of one number; `rng` is not used.

    Equal weights get equal gradients and stay equal: use it for biases.

    >>> constant((2,), 0.5)
    array([0.5, 0.5])
    """
    return np.full(shape, value, dtype=float)


def _uniform(shape: Shape, deviation: float, rng: Rng) -> np.ndarray:
    bound = math.sqrt(3) * deviation  # U(−a, a) has the standard deviation a/√3
    return generator(rng).uniform(-bound, bound, shape)


def _normal(shape: Shape, deviation: float, rng: Rng) -> np.ndarray:
    return generator(rng).normal(0.0, deviation, shape)


def _fans(name: str, shape: Shape) -> tuple[int, int]:
    whole = all(isinstance(size, int | np.integer) for size in shape)
    if len(shape) != 2 or not whole or min(shape) < 1:
        raise ShapeError(
            f"{name} draws a weight of shape (fan_in, fan_out), whole numbers of at least 1, not "
            f"of shape {tuple(shape)}"
        )
    return shape[0], shape[1]
