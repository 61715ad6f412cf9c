"""The ways to give a model its activation: a name, a function, a layer, or a layer's class."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

from nn import activations, init, layers
from nn.module import Module

#: An activation's layer by its name, and the initialiser that keeps its signals level.
ACTIVATIONS: dict[str, tuple[type[Module], Callable[..., Any]]] = {
    "identity": (layers.Identity, init.xavier_uniform),
    "sigmoid": (layers.Sigmoid, init.xavier_uniform),
    "tanh": (layers.Tanh, init.xavier_uniform),
    "relu": (layers.ReLU, init.he_normal),
    "leaky_relu": (layers.LeakyReLU, init.he_normal),
    "elu": (layers.ELU, init.he_normal),
    "selu": (layers.SELU, init.lecun_normal),
    "silu": (layers.SiLU, init.he_normal),
    "gelu": (layers.GELU, init.he_normal),
    "softplus": (layers.Softplus, init.he_normal),
    "softmax": (layers.Softmax, init.xavier_uniform),
    "log_softmax": (layers.LogSoftmax, init.xavier_uniform),
}
_INITIALISERS: dict[type, Callable[..., Any]] = dict(ACTIVATIONS.values())

#: "relu", nn.relu, nn.ReLU, nn.ReLU(), lambda x: …, or lambda: nn.ELU(0.5)
Activation = str | Module | Callable[..., Any]


def layer_maker(
    activation: Activation, what: str
) -> tuple[Callable[[], Module], Callable[..., Any]]:
    """Return a function that makes a new activation layer each time, and a suitable initialiser.

    `what` names it in errors. Raises ValueError (an unknown name) and TypeError.

    >>> make, initialiser = layer_maker(activations.relu, "MLP: activation")
    >>> make(), initialiser.__name__
    (ReLU(), 'he_normal')
    """
    if isinstance(activation, str):
        return ACTIVATIONS[_known(activation, what)]
    if isinstance(activation, Module):
        initialiser = _INITIALISERS.get(type(activation), init.xavier_uniform)
        return lambda: copy.deepcopy(activation), initialiser
    if not callable(activation):
        raise TypeError(
            f'{what} is a name such as "relu", a function, or a layer such as ReLU(), not '
            f"{activation!r}"
        )
    if isinstance(activation, type) or _takes_nothing(activation):
        made = _made_layer(activation, what)
        return activation, _INITIALISERS.get(type(made), init.xavier_uniform)
    name = getattr(activation, "__name__", "")
    layer, initialiser = ACTIVATIONS.get(name, (None, init.xavier_uniform))
    if layer is not None and activation is getattr(activations, name):
        return layer, initialiser
    return lambda: layers.Lambda(activation), initialiser


def function_of(activation: Activation, what: str) -> Callable[[Any], Any]:
    """Return an activation as a function of the weighted sum, for single neurons.

    >>> function_of("relu", "Neuron: activation")(-2.0)
    0.0
    """
    if isinstance(activation, str):
        function: Callable[[Any], Any] = getattr(activations, _known(activation, what))
        return function
    if callable(activation) and not isinstance(activation, type):
        return activation
    return layer_maker(activation, what)[0]()


def _known(name: str, what: str) -> str:
    if name not in ACTIVATIONS:
        raise ValueError(f"{what}: the names are {', '.join(ACTIVATIONS)}, not {name!r}")
    return name


def _takes_nothing(function: Callable[..., Any]) -> bool:
    """Return whether it is called without arguments, like a function that makes a layer."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # NumPy's own functions have no signature
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return not any(
        p.kind is inspect.Parameter.VAR_POSITIONAL
        or (p.kind in kinds and p.default is inspect.Parameter.empty)
        for p in parameters
    )


def _made_layer(make: Callable[[], Any], what: str) -> Module:
    layer = make()
    if not isinstance(layer, Module):
        raise TypeError(f"{what}: {make!r} makes {layer!r}, which is not a layer such as ReLU()")
    return layer
