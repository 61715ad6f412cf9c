"""Neural networks built on the engine's functions; no file here contains a derivative.

Everything public is listed here.
"""

from typing import TYPE_CHECKING

import autograd.installation  # noqa: F401 - first, since it says what is wrong with the others
from autograd.lazy_names import on_demand
from autograd.rows.registry import late_chapters
from autograd.version import __version__

late_chapters("nn.activations", "nn.losses")

if TYPE_CHECKING:
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
    from nn.early_stopping import EarlyStopping
    from nn.evaluation import evaluate
    from nn.first_names import load_names
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
        GRU,
        LSTM,
        RNN,
        SELU,
        AvgPool2d,
        BatchNorm1d,
        Conv1d,
        Conv2d,
        Dense,
        Dropout,
        Embedding,
        Flatten,
        Identity,
        Lambda,
        LayerNorm,
        LeakyReLU,
        Linear,
        LogSoftmax,
        MaxPool2d,
        MultiheadAttention,
        ReLU,
        Residual,
        RMSNorm,
        Sequential,
        Sigmoid,
        SiLU,
        Softmax,
        Softplus,
        Tanh,
        TransformerBlock,
        dropout,
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
    from nn.onnx_file import export_onnx
    from nn.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
    from nn.overview import summary
    from nn.penalties import (
        elastic_net,
        l1_penalty,
        l2_penalty,
    )
    from nn.plateau import ReduceLROnPlateau
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
        Schedule,
        StepLR,
    )
    from nn.torch_state import from_torch, to_torch
    from nn.training import fit
else:
    __getattr__ = on_demand(
        __name__,
        {
            "nn.activations": (
                "elu gelu identity leaky_relu log_softmax relu selu sigmoid silu softmax softplus "
                "tanh"
            ),
            "nn.callbacks": "Callback Training",
            "nn.clip": "clip_grad_norm_ clip_grad_value_",
            "nn.data": "DataLoader train_test_split",
            "nn.datasets": "make_moons make_spirals make_xor",
            "nn.early_stopping": "EarlyStopping",
            "nn.evaluation": "evaluate",
            "nn.history": "History",
            "nn.init": (
                "constant he_normal he_uniform lecun_normal lecun_uniform orthogonal "
                "xavier_normal xavier_uniform"
            ),
            "nn.layers": (
                "ELU GELU GRU LSTM RNN SELU AvgPool2d BatchNorm1d Conv1d Conv2d Dense Dropout "
                "Embedding Flatten Identity Lambda LayerNorm LeakyReLU Linear LogSoftmax "
                "MaxPool2d MultiheadAttention ReLU Residual RMSNorm Sequential Sigmoid SiLU "
                "Softmax Softplus Tanh TransformerBlock dropout"
            ),
            "nn.losses": (
                "binary_cross_entropy binary_cross_entropy_with_logits cross_entropy focal_loss "
                "hinge_loss huber_loss l1_loss mse_loss nll_loss smooth_l1_loss"
            ),
            "nn.magnify": "to_tensors to_values",
            "nn.metrics": "accuracy",
            "nn.models": "MLP Layer Neuron",
            "nn.module": "Module",
            "nn.first_names": "load_names",
            "nn.nonfinite": "NonFiniteLossError",
            "nn.onnx_file": "export_onnx",
            "nn.optim": "SGD Adagrad Adam AdamW Optimizer RMSprop",
            "nn.overview": "summary",
            "nn.penalties": "elastic_net l1_penalty l2_penalty",
            "nn.plateau": "ReduceLROnPlateau",
            "nn.randomness": "seed",
            "nn.saving": "load save",
            "nn.schedules": (
                "CosineAnnealingLR ExponentialLR LambdaLR LinearLR MultiStepLR OneCycleLR "
                "PolynomialLR Schedule StepLR"
            ),
            "nn.torch_state": "from_torch to_torch",
            "nn.training": "fit",
        },
        unknown="nn.other_names",
    )

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "MLP",
    "RNN",
    "SELU",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "AvgPool2d",
    "BatchNorm1d",
    "Callback",
    "Conv1d",
    "Conv2d",
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
    "Lambda",
    "LambdaLR",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LinearLR",
    "LogSoftmax",
    "MaxPool2d",
    "Module",
    "MultiStepLR",
    "MultiheadAttention",
    "Neuron",
    "NonFiniteLossError",
    "OneCycleLR",
    "Optimizer",
    "PolynomialLR",
    "RMSNorm",
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
    "TransformerBlock",
    "__version__",
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
    "export_onnx",
    "fit",
    "focal_loss",
    "from_torch",
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
    "load_names",
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
    "to_torch",
    "to_values",
    "train_test_split",
    "xavier_normal",
    "xavier_uniform",
]


def __dir__() -> list[str]:
    return sorted(__all__)
