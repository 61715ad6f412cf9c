"""Neural networks on the engine's functions alone: no file here contains a derivative.

Everything public is listed here.
"""

from nn.activations import (
    elu,
    gelu,
    identity,
    leaky_relu,
    log_softmax,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from nn.init import (
    constant,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    orthogonal,
    xavier_normal,
    xavier_uniform,
)
from nn.layers import Dense, Linear, ReLU, Sequential, Tanh
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    focal_loss,
    hinge_loss,
    huber_loss,
    l1_loss,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
)
from nn.module import Module
from nn.penalties import (
    elastic_net,
    l1_penalty,
    l2_penalty,
)
from nn.randomness import seed

__all__ = [
    "Dense",
    "Linear",
    "Module",
    "ReLU",
    "Sequential",
    "Tanh",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "constant",
    "cross_entropy",
    "elastic_net",
    "elu",
    "focal_loss",
    "gelu",
    "he_normal",
    "he_uniform",
    "hinge_loss",
    "huber_loss",
    "identity",
    "l1_loss",
    "l1_penalty",
    "l2_penalty",
    "leaky_relu",
    "lecun_normal",
    "lecun_uniform",
    "log_softmax",
    "mse_loss",
    "nll_loss",
    "orthogonal",
    "relu",
    "seed",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
    "xavier_normal",
    "xavier_uniform",
]
