"""Layers, one file for each family: the parts that networks are built from.

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
from nn.layers.attention import MultiheadAttention, TransformerBlock
from nn.layers.containers import Flatten, Lambda, Residual, Sequential
from nn.layers.convolution import Conv1d, Conv2d
from nn.layers.dense import Dense, Linear
from nn.layers.drop import Dropout, dropout
from nn.layers.embedding import Embedding
from nn.layers.normalization import BatchNorm1d, LayerNorm, RMSNorm
from nn.layers.pooling import AvgPool2d, MaxPool2d
from nn.layers.recurrent import GRU, LSTM, RNN

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AvgPool2d",
    "BatchNorm1d",
    "Conv1d",
    "Conv2d",
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
    "MaxPool2d",
    "MultiheadAttention",
    "RMSNorm",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "TransformerBlock",
    "dropout",
]
