"""Optimisers: how the parameters move, given their gradients.

Names, arguments, results and the saved state are PyTorch's. Each rule is a file that holds its
formula and nothing else; what all rules share is in base.py.
"""

from nn.optim.adagrad import Adagrad
from nn.optim.adam import Adam, AdamW
from nn.optim.base import Optimizer
from nn.optim.rmsprop import RMSprop
from nn.optim.sgd import SGD

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]
