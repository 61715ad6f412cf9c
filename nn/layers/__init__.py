"""Layers, a family a file: the parts that networks are put together from.

Rows are samples: a batch has the shape (samples, features).
"""

from nn.layers.activation import (
    ELU,
    GELU,
    SELU,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.layers.containers import Flatten, Lambda, Residual, Sequential
from nn.layers.dense import Dense, Linear
from nn.layers.drop import Dropout, dropout
from nn.layers.embedding import Embedding
from nn.layers.normalization import BatchNorm1d, LayerNorm

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "BatchNorm1d",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "Identity",
    "Lambda",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "dropout",
]
