"""Neural networks on the engine's functions alone: no file here contains a derivative.

Everything public is listed here.
"""

import autograd.installation  # noqa: F401 - first, for it says what is wrong with the others
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
from nn.callbacks import Callback, Training
from nn.clip import clip_grad_norm_, clip_grad_value_
from nn.data import DataLoader, train_test_split
from nn.datasets import make_moons, make_spirals, make_xor
from nn.dropout import Dropout, dropout
from nn.early_stopping import EarlyStopping
from nn.evaluation import evaluate
from nn.history import History
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
from nn.layers import (
    ELU,
    GELU,
    SELU,
    Dense,
    Embedding,
    Flatten,
    Identity,
    LeakyReLU,
    Linear,
    LogSoftmax,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
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
from nn.magnify import to_tensors, to_values
from nn.metrics import accuracy
from nn.models import MLP, Layer, Neuron
from nn.module import Module
from nn.nonfinite import NonFiniteLossError
from nn.normalization import BatchNorm1d, LayerNorm
from nn.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from nn.penalties import (
    elastic_net,
    l1_penalty,
    l2_penalty,
)
from nn.randomness import seed
from nn.saving import load, save
from nn.schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    Schedule,
    StepLR,
)
from nn.summary import summary
from nn.training import fit

__all__ = [
    "ELU",
    "GELU",
    "MLP",
    "SELU",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "BatchNorm1d",
    "Callback",
    "CosineAnnealingLR",
    "DataLoader",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "ExponentialLR",
    "Flatten",
    "History",
    "Identity",
    "LambdaLR",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LinearLR",
    "LogSoftmax",
    "Module",
    "MultiStepLR",
    "Neuron",
    "NonFiniteLossError",
    "OneCycleLR",
    "Optimizer",
    "PolynomialLR",
    "RMSprop",
    "ReLU",
    "ReduceLROnPlateau",
    "Residual",
    "Schedule",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "StepLR",
    "Tanh",
    "Training",
    "accuracy",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "clip_grad_norm_",
    "clip_grad_value_",
    "constant",
    "cross_entropy",
    "dropout",
    "elastic_net",
    "elu",
    "evaluate",
    "fit",
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
    "load",
    "log_softmax",
    "make_moons",
    "make_spirals",
    "make_xor",
    "mse_loss",
    "nll_loss",
    "orthogonal",
    "relu",
    "save",
    "seed",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "summary",
    "tanh",
    "to_tensors",
    "to_values",
    "train_test_split",
    "xavier_normal",
    "xavier_uniform",
]
