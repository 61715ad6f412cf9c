"""Solutions of 09, next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import exp, maximum, tanh, where
from nn import sigmoid, softmax


def max_pool(x: Any) -> Any:
    """Four images, one for each corner of the squares."""
    top = maximum(x[::2, ::2], x[::2, 1::2])
    return maximum(top, maximum(x[1::2, ::2], x[1::2, 1::2]))


def causal(scores: Any) -> Any:
    """The future gets a score of −∞."""
    return softmax(where(np.tri(len(scores)), scores, -np.inf), axis=-1)


def gated(x: Any, h: Any, a: Any) -> Any:
    """Keep a share of the old, take the rest from the new."""
    g = sigmoid(a)
    return g * h + (1 - g) * tanh(x + h)


def _in_numpy(x: Any) -> Any:
    x = np.asarray(getattr(x, "data", x))
    return x.reshape(len(x) // 2, 2, -1, 2).max(axis=(1, 3))


def _gate_as_it_is(x: Any, h: Any, a: Any) -> Any:
    return a * h + (1 - a) * tanh(x + h)


def _gate_turned(x: Any, h: Any, a: Any) -> Any:
    return (1 - sigmoid(a)) * h + sigmoid(a) * tanh(x + h)


def _forgets(x: Any, h: Any, a: Any) -> Any:
    return gated(*(getattr(t, "data", t) for t in (x, h, a)))


def max_pool_by_shape(x: Any) -> Any:
    """Fold the squares into axes of their own."""
    height, width = x.shape
    return autograd.max(x.reshape((height // 2, 2, width // 2, 2)), axis=(1, 3))


def max_pool_in_two_steps(x: Any) -> Any:
    """First pairs of rows, then pairs of columns."""
    rows = maximum(x[0::2], x[1::2])
    return maximum(rows[:, 0::2], rows[:, 1::2])


def causal_by_exponentials(scores: Any) -> Any:
    """Mask what softmax adds up."""
    powers = np.exp(scores - scores.max()) * np.tri(len(scores))
    return powers / powers.sum(axis=1, keepdims=True)


def causal_row_by_row(scores: Any) -> Any:
    """A softmax of what each row may see, and zeros."""
    n = len(scores)
    return [[*softmax(scores[i, : i + 1]), *[0.0] * (n - i - 1)] for i in range(n)]


def gated_by_difference(x: Any, h: Any, a: Any) -> Any:
    """From the new one, a share of the way to the old one."""
    new = tanh(x + h)
    return new + (h - new) * sigmoid(a)


def _gated_without_return(x: Any, h: Any, a: Any) -> None:
    gated(x, h, a)


RIGHT = {
    "how_many_weights": [(([9, 529984],),), (((9.0, 529984.0),),), ((("9", "529,984"),),)],
    "gradient_of_k1": [((3,),), ((3.0,),), (("3",),)],
    "max_pool": [((max_pool,),), ((max_pool_by_shape,),), ((max_pool_in_two_steps,),)],
    "moments": [((44,),), ((44.0,),), (("44",),)],
    "causal": [((causal,),), ((causal_by_exponentials,),), ((causal_row_by_row,),)],
    "gated": [
        ((gated,),),
        ((gated_by_difference,),),
        ((lambda x, h, a: h / (1 + exp(-a)) + tanh(x + h) / (1 + exp(a)),),),
    ],
}

WRONG = {
    "how_many_weights": [
        (([9 * 676, 529984],), "how often"),
        (([3, 529984],), "kernel"),
        (([9, 784 + 676],), "pair"),
        (([9, 784],), "inputs × outputs"),
        (([9],), "2 parts"),
    ],
    "gradient_of_k1": [
        ((1,), "two places"),
        ((5,), "of k₂"),
        ((6,), "the 3"),
        ((2,), "both"),
        ((0,), "contribution"),
    ],
    "max_pool": [
        ((lambda x: x.reshape(1, 2, 2, 2).mean(axis=(1, 3)),), "mean"),
        ((lambda x: x.max(axis=0),), "1 × 2"),
        ((lambda x: x[:1, :2],), "first square"),
        ((_in_numpy,), "must stay"),
        ((lambda x: max_pool(x) if len(x) == 2 else x[::2, ::2],), "other numbers"),
    ],
    "moments": [
        ((43,), "one more"),
        ((10,), "multiply"),
        ((99,), "hundredth"),
        ((5,), "itself"),
        ((43.7,), "whole"),
    ],
    "causal": [
        ((lambda s: softmax(s, axis=-1),), "right of itself"),
        ((lambda s: softmax(s, axis=-1) * np.tri(len(s)),), "before the softmax"),
        ((lambda s: np.tri(len(s)) / np.tri(len(s)).sum(axis=1, keepdims=True),), "no softmax"),
        ((lambda s: softmax(where(np.tri(3), s, -np.inf), axis=-1),), "raised"),
        ((lambda s: s[0],), "rows and columns"),
        ((lambda s: s * math.nan,), "itself"),
    ],
    "gated": [
        ((_gate_turned,), "changed places"),
        ((_gate_as_it_is,), "not yet the gate"),
        ((lambda x, h, a: h,), "tanh(x + h)"),
        ((_forgets,), "must stay"),
        ((_gated_without_return,), "return"),
    ],
}
