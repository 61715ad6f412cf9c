"""Neural networks on the engine's functions alone: no file here contains a derivative.

Everything public is listed here.
"""

from nn.layers import Dense, Linear, ReLU, Sequential, Tanh
from nn.module import Module
from nn.randomness import seed

__all__ = [
    "Dense",
    "Linear",
    "Module",
    "ReLU",
    "Sequential",
    "Tanh",
    "seed",
]
