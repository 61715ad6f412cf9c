"""Penalties: terms added to the loss that keep weights small, or make most of them 0.

They sum over the weights of a model, not over its biases, since a bias shifts the output and
does not make it steeper. The modules declare which parameters are biases (`Module.unpenalised`): by
default, those assigned to the attribute "bias".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, overload

import autograd
from autograd import Node, Tensor, square
from autograd.rows.nodes import N
from nn.arguments import check_numbers
from nn.module import Module, Parameter
from nn.named import named

Weights = Module | Iterable[Parameter] | Parameter


@overload
def l1_penalty(model: Module, strength: float = 1.0, biases: bool = False) -> Tensor: ...
@overload
def l1_penalty(model: N | Iterable[N], strength: float = 1.0, biases: bool = False) -> N: ...
@named
def l1_penalty(model: Weights, strength: float = 1.0, biases: bool = False) -> Any:
    """Return strength · Σ |w|; the gradient at w = 0 is 0.

    model: a module, of which the weights are taken (`Module.weights`; with `biases` every
        parameter), or the parameters themselves, all of which count.

    Raises ValueError if strength is negative, or if there are no parameters.

    >>> from autograd import Tensor
    >>> l1_penalty([Tensor([1.0, -2.0])], strength=0.1).item()
    0.30000000000000004
    """
    return _scaled("l1_penalty", strength, [autograd.abs(w) for w in _weights(model, biases)])


@overload
def l2_penalty(model: Module, strength: float = 1.0, biases: bool = False) -> Tensor: ...
@overload
def l2_penalty(model: N | Iterable[N], strength: float = 1.0, biases: bool = False) -> N: ...
@named
def l2_penalty(model: Weights, strength: float = 1.0, biases: bool = False) -> Any:
    """Return strength · Σ w², without a factor ½. Arguments as in l1_penalty.

    >>> from autograd import Tensor
    >>> l2_penalty([Tensor([1.0, -2.0])], strength=0.1).item()
    0.5

    Your own module can declare which of its parameters to leave alone:

    >>> class Line(Module):
    ...     unpenalised = ("b1",)
    ...     def __init__(self):
    ...         self.w1, self.b1 = Tensor(2.0), Tensor(3.0)
    >>> l2_penalty(Line()).item()
    4.0
    """
    return _scaled("l2_penalty", strength, [square(w) for w in _weights(model, biases)])


@overload
def elastic_net(
    model: Module, l1: float = 1.0, l2: float = 1.0, biases: bool = False
) -> Tensor: ...
@overload
def elastic_net(
    model: N | Iterable[N], l1: float = 1.0, l2: float = 1.0, biases: bool = False
) -> N: ...
@named
def elastic_net(model: Weights, l1: float = 1.0, l2: float = 1.0, biases: bool = False) -> Any:
    """Return l1 · Σ |w| + l2 · Σ w².

    Arguments as in l1_penalty. (H. Zou, T. Hastie, "Regularization and variable selection via
    the elastic net", 2005)

    >>> from autograd import Tensor
    >>> elastic_net([Tensor([1.0, -2.0])], l1=0.1, l2=0.1).item()
    0.8
    """
    _check("elastic_net: l1", l1)
    _check("elastic_net: l2", l2)
    given = model if isinstance(model, Module) else _weights(model, biases)
    return l1_penalty(given, l1, biases) + l2_penalty(given, l2, biases)


def _weights(model: Weights, biases: bool) -> list[Parameter]:
    if isinstance(model, Module):
        return model.parameters() if biases else model.weights()
    single = isinstance(model, Node) or hasattr(model, "dtype") or not isinstance(model, Iterable)
    several: Any = model
    weights = [model] if single else list(several)
    if not weights:
        raise ValueError(
            "a penalty of no parameters: an empty list, or a generator that something else has "
            "gone through already? Give module.weights()"
        )
    return weights


def _check(name: str, strength: float) -> None:
    check_numbers(name, strength=strength)
    if not strength >= 0:
        raise ValueError(f"{name} needs a strength of at least 0, not {strength!r}")


def _scaled(name: str, strength: float, terms: list[Any]) -> Any:
    _check(name, strength)
    sums = [autograd.sum(term) for term in terms]
    return strength * sum(sums[1:], sums[0]) if sums else 0.0
