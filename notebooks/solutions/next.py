"""Solutions of 09, next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import maximum, tanh, where
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
    return float(gated(float(x), float(h), float(a)))


RIGHT = {
    "how_many_weights": [(([9, 529984],),), (([9, 784 * 676],),)],
    "gradient_of_k1": [((3,),)],
    "max_pool": [((max_pool,),)],
    "moments": [((44,),)],
    "causal": [((causal,),)],
    "gated": [((gated,),)],
}

WRONG = {
    "how_many_weights": [
        (([9 * 676, 529984],), "how often"),
        (([3, 529984],), "kernel"),
        (([9, 784 + 676],), "pair"),
        (([9, 784],), "inputs × outputs"),
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
    ],
    "moments": [
        ((43,), "one more"),
        ((10,), "multiply"),
        ((99,), "hundredth"),
        ((5,), "itself"),
    ],
    "causal": [
        ((lambda s: softmax(s, axis=-1),), "right of itself"),
        ((lambda s: softmax(s, axis=-1) * np.tri(len(s)),), "before the softmax"),
        ((lambda s: np.tri(3) / np.tri(3).sum(axis=1, keepdims=True),), "no softmax"),
        ((lambda s: s[0],), "rows and columns"),
        ((lambda s: s * math.nan,), "itself"),
    ],
    "gated": [
        ((_gate_turned,), "changed places"),
        ((_gate_as_it_is,), "not yet the gate"),
        ((lambda x, h, a: h,), "tanh(x + h)"),
        ((_forgets,), "must stay"),
    ],
}
