"""Gradient clipping: the remedy for gradients that explode.

Both functions change the gradients in place, between `loss.backward()` and `optimizer.step()`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value
from nn.arguments import check_numbers
from nn.module import Module, leaves


def clip_grad_norm_(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = True,
) -> float:
    """Scale all gradients together so that their norm is at most `max_norm`; return the norm.

    All gradients count as one vector, so its direction is kept: g ← g · min(1, max_norm / (‖g‖
    + 1e-6)). norm_type is the p of the norm, `math.inf` for the largest element.

    As `torch.nn.utils.clip_grad_norm_` (Pascanu et al. 2013), except that a norm of nan or inf
    raises by default: scaling by it would turn a single bad gradient into zeros or nans
    everywhere, and hide where it was.

    Raises ValueError (the norm is not finite; max_norm or norm_type out of range; no parameters at
    all, as from an exhausted generator) and TypeError.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> clip_grad_norm_([w], max_norm=1.0)
    6.0
    >>> round(w.grad, 5)
    1.0
    """
    check_numbers("clip_grad_norm_", max_norm=max_norm, norm_type=norm_type)
    if not max_norm >= 0 or not norm_type > 0:
        raise ValueError(
            f"clip_grad_norm_ needs max_norm ≥ 0 and norm_type > 0, not {max_norm!r}, {norm_type!r}"
        )
    found = _with_gradients("clip_grad_norm_", parameters)
    arrays = [_array(node.grad) for node in found if isinstance(node, Tensor)]
    arrays.append(np.array([float(node.grad) for node in found if isinstance(node, Value)]))
    # A norm of norms, each accumulated in float64.
    norms = np.array([_norm(a.astype(float, copy=False).ravel(), norm_type) for a in arrays])
    total = _norm(norms, norm_type)
    if error_if_nonfinite and not math.isfinite(total):
        bad = [node for node in found if not np.all(np.isfinite(_array(node.grad)))]
        raise ValueError(
            f"clip_grad_norm_: the gradients' norm is {total}, because of "
            f"{', '.join(map(repr, bad[:3])) or 'an overflow'}; find where it comes from with "
            "autograd.detect_anomaly(), or pass error_if_nonfinite=False"
        )
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:  # true for nan too
        with np.errstate(invalid="ignore"):
            for node in found:
                node.grad = node.grad * factor
    return total


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Keep every element of every gradient within [−clip_value, clip_value]; nan stays nan.

    As `torch.nn.utils.clip_grad_value_`. Raises ValueError if clip_value is negative
    or there are no parameters.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> clip_grad_value_([w], 0.5)
    >>> w.grad
    0.5
    """
    check_numbers("clip_grad_value_", clip_value=clip_value)
    if not clip_value >= 0:
        raise ValueError(f"clip_grad_value_ needs clip_value ≥ 0, not {clip_value!r}")
    for node in _with_gradients("clip_grad_value_", parameters):
        if isinstance(node, Tensor):
            node.grad = np.clip(_array(node.grad), -clip_value, clip_value)
        else:
            g = float(node.grad)
            node.grad = min(max(g, -clip_value), clip_value) if g == g else g


def _norm(x: Any, p: float) -> float:
    if not x.size:
        return 0.0
    largest = float(np.max(np.abs(x)))
    if p == math.inf or largest == 0 or not math.isfinite(largest):
        return largest
    with np.errstate(over="ignore", under="ignore"):
        norm = float(np.sum(np.abs(x) ** p) ** (1 / p))
        if math.isfinite(norm) and norm > 0:
            return norm
        return float(largest * np.sum(np.abs(x / largest) ** p) ** (1 / p))


def _with_gradients(name: str, parameters: Any) -> list[Any]:
    """Return the nodes of one or several parameters that have gradients."""
    single = isinstance(parameters, Tensor | Value | np.ndarray)
    if not single and (isinstance(parameters, Module) or not isinstance(parameters, Iterable)):
        raise TypeError(
            f"{name} takes parameters, not {type(parameters).__name__}; of a module give "
            "module.parameters()"
        )
    given = [parameters] if single else list(parameters)
    nodes = [node for p in given for node in leaves(p)]
    if not nodes:
        raise ValueError(
            f"{name} got no parameters: an empty list, or a generator that something else has gone "
            "through already? Give module.parameters()"
        )
    for node in nodes:
        if not isinstance(node, Tensor | Value):
            raise TypeError(
                f"{name} takes Tensors, Values and arrays of Values, not {type(node).__name__}; "
                "give module.parameters()"
            )
    return [node for node in nodes if node.has_grad]


def _array(gradient: Any) -> Any:
    return np.asarray(gradient.data if isinstance(gradient, Tensor | Value) else gradient)
