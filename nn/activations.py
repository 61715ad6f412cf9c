"""Activations: what a neuron does with its weighted sum.

Each is written as its forward formula only, in the form that stays accurate at 0 and far out.
Each works on a float, an array, a `Value`, an array or list of `Value`s, and a `Tensor`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, overload

import numpy as np

import autograd
from autograd import (
    composite,
    erfc,
    exp,
    expm1,
    greater,
    greater_equal,
    logaddexp,
    logsumexp,
    relu,
    square,
    tanh,
    where,
)
from autograd.rows.nodes import Array, N, X, of_nodes
from nn.named import named
from nn.numbers import as_input, detached

__all__ = [
    "elu",
    "gelu",
    "identity",
    "leaky_relu",
    "log_softmax",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]

# G. Klambauer et al., "Self-normalizing neural networks", 2017, section 2: the two numbers
# for which a layer's outputs keep mean 0 and variance 1.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def identity(z: X) -> X:
    """Return z itself: the activation of an output that may be any number.

    >>> identity(-2.0)
    -2.0
    """
    return z


@composite(latex=r"\sigma({$x})", role="activation")
def sigmoid(z: Any) -> Any:
    """Return σ(z) = 1 / (1 + e⁻ᶻ), between 0 and 1.

    Computed as e^(−ln(1 + e⁻ᶻ)), which neither overflows nor loses digits for any z.

    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    return exp(-logaddexp(0.0, -z))


@composite(role="activation")
def leaky_relu(z: Any, negative_slope: float = 0.01) -> Any:
    """Return z where z ≥ 0 and negative_slope·z elsewhere; the slope at 0 is 1.

    >>> leaky_relu(2.0), leaky_relu(-2.0)
    (2.0, -0.02)
    """
    return where(greater_equal(z, 0.0), z, negative_slope * z)


@composite(role="activation")
def elu(z: Any, alpha: float = 1.0) -> Any:
    """Return z where z > 0 and alpha·(eᶻ − 1) elsewhere; the slope at 0 is alpha.

    (D. Clevert et al., "Fast and accurate deep network learning by ELUs", 2015)

    >>> elu(2.0), elu(-1000.0)
    (2.0, -1.0)
    """
    positive = greater(z, 0.0)
    # The branch that is not taken must not overflow: its gradient would be inf · 0.
    return where(positive, z, alpha * expm1(where(positive, 0.0, z)))


@composite(role="activation")
def selu(z: Any) -> Any:
    """Return scale · elu(z, alpha), with the constants of self-normalising networks.

    (G. Klambauer et al., "Self-normalizing neural networks", 2017)

    >>> selu(1.0)
    1.0507009873554805
    """
    return SELU_SCALE * elu(z, SELU_ALPHA)


@composite(role="activation")
def silu(z: Any) -> Any:
    """Return z·σ(z), also known as swish.

    >>> silu(0.0), round(silu(2.0), 6)
    (0.0, 1.761594)
    """
    return z * sigmoid(z)


@composite(symbol="gelu", role="activation")
def gelu_erf(z: Any) -> Any:
    """Return z·Φ(z), with Φ(z) = ½ erfc(−z/√2): see `gelu`."""
    return 0.5 * z * erfc(-math.sqrt(0.5) * z)


@composite(symbol="gelu", role="activation")
def gelu_tanh(z: Any) -> Any:
    """Return z·½(1 + tanh u), as z·σ(2u), which keeps its digits for negative z: see `gelu`."""
    return z * sigmoid(math.sqrt(8 / math.pi) * (z * (1.0 + 0.044715 * square(z))))


@of_nodes
def gelu(z: Any, approximate: str = "none") -> Any:
    """Return z·Φ(z), where Φ(z) is the probability that a standard normal number is below z.

    approximate: "none", or "tanh" for z·½(1 + tanh u) with u = √(2/π)·(z + 0.044715 z³), as in
        PyTorch. (D. Hendrycks, K. Gimpel, "Gaussian error linear units", 2016)

    Raises ValueError for any other text.

    >>> gelu(0.0), round(gelu(1.0), 6), round(gelu(1.0, approximate="tanh"), 6)
    (0.0, 0.841345, 0.841192)
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f'gelu takes approximate="none" or "tanh", not {approximate!r}')
    return gelu_erf(z) if approximate == "none" else gelu_tanh(z)


@composite(role="activation")
def softplus(z: Any) -> Any:
    """Return ln(1 + eᶻ), a smooth relu, computed without overflow.

    >>> softplus(1000.0), softplus(0.0) == math.log(2.0)
    (1000.0, True)
    """
    return logaddexp(0.0, z)


@overload
def softmax(z: N, axis: int = -1) -> N: ...
@overload
def softmax(z: float, axis: int = -1) -> float: ...
@overload
def softmax(z: Sequence[object] | Array, axis: int = -1) -> Array: ...
@named
def softmax(z: Any, axis: int = -1) -> Any:
    """Return e^zᵢ / Σⱼ e^zⱼ along an axis: positive numbers that sum to 1.

    Computed from z − max z, which has the same softmax: no z is so large that it would overflow,
    or lose the digits that tell it from its neighbours. Samples as columns, as in `w @ x + b`,
    need axis=0.

    >>> softmax([1.0, 2.0, 3.0]).round(5)
    array([0.09003, 0.24473, 0.66524])
    """
    return exp(log_softmax(z, axis))


@overload
def log_softmax(z: N, axis: int = -1) -> N: ...
@overload
def log_softmax(z: float, axis: int = -1) -> float: ...
@overload
def log_softmax(z: Sequence[object] | Array, axis: int = -1) -> Array: ...
@named
def log_softmax(z: Any, axis: int = -1) -> Any:
    """Return ln softmax(z) = s − ln Σ e^s with s = z − max z, finite where softmax is 0.

    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    z = as_input(z)
    if not getattr(z, "ndim", 0):  # a single number: the only one, whatever the axis
        return z - z
    s = below_max(z, axis)
    return s - logsumexp(s, axis=axis, keepdims=True)


@np.errstate(over="ignore")  # −∞ where two numbers are further apart than any float
def below_max(z: Any, axis: int = -1) -> Any:
    """Return z − max z along an axis, without a gradient through the maximum.

    A function that depends only on differences, such as softmax, gives the same result; and since
    the subtraction comes before any rounding it costs no digits: in float32, ln(e^1e8 + e^1e8) is
    1e8 again.

    >>> below_max(np.array([1e308, 0.0]))
    array([ 0.e+000, -1.e+308])
    """
    return z - autograd.max(detached(z), axis=axis, keepdims=True)
