"""Solutions of 10, a GPT."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Value, exp


def shares_at(logits: list[float], temperature: float) -> list[float]:
    """A softmax of the logits, each divided by the temperature."""
    top = max(logits)
    powers = [math.exp((z - top) / temperature) for z in logits]
    return [power / sum(powers) for power in powers]


def shares_in_numpy(logits: Any, temperature: float) -> Any:
    """The same on an array."""
    scaled = np.asarray(logits) / temperature
    powers = np.exp(scaled - scaled.max())
    return powers / powers.sum()


def shares_by_powers(logits: list[float], temperature: float) -> list[float]:
    """The temperature as a root of the shares: e^(z/T) = (e^z)^(1/T)."""
    powers = [math.exp(z - max(logits)) ** (1 / temperature) for z in logits]
    return [power / math.fsum(powers) for power in powers]


def pulls(logits: list[float], token: int) -> list[float]:
    """Share minus truth."""
    return [share - (i == token) for i, share in enumerate(shares_at(logits, 1.0))]


def pulls_in_numpy(logits: Any, token: int) -> Any:
    """The same on an array."""
    found = shares_in_numpy(logits, 1.0)
    found[token] -= 1
    return found


def pulls_by_differences(logits: list[float], token: int) -> list[float]:
    """Measured: central differences of the surprise."""

    def surprise(i: int, by: float) -> float:
        z = [e + by * (j == i) for j, e in enumerate(logits)]
        return math.log(sum(math.exp(e) for e in z)) - z[token]

    return [(surprise(i, 1e-5) - surprise(i, -1e-5)) / 2e-5 for i in range(len(logits))]


def layer_norm(x: list[Any]) -> list[Any]:
    """Mean 0 first, then size 1."""
    mean = sum(x) / len(x)
    centred = [e - mean for e in x]
    scale = (sum(e * e for e in centred) / len(x) + 1e-5) ** -0.5
    return [e * scale for e in centred]


def layer_norm_by_division(x: list[Any]) -> list[Any]:
    """The same, divided by the root."""
    mean = sum(x) / len(x)
    root = (sum((e - mean) ** 2 for e in x) / len(x) + 1e-5) ** 0.5
    return [(e - mean) / root for e in x]


def layer_norm_by_squares(x: list[Any]) -> list[Any]:
    """With the mean square minus the squared mean."""
    mean, square = sum(x) / len(x), sum(e**2 for e in x) / len(x)
    return [(e - mean) / (square - mean**2 + 1e-5) ** 0.5 for e in x]


def _rms_norm(x: list[Any]) -> list[Any]:
    scale = (sum(e * e for e in x) / len(x) + 1e-5) ** -0.5
    return [e * scale for e in x]


def _centred(x: list[Any]) -> list[Any]:
    return [e - sum(x) / len(x) for e in x]


def _without_root(x: list[Any]) -> list[Any]:
    c = _centred(x)
    return [e / (sum(a * a for a in c) / len(x) + 1e-5) for e in c]


def _by_n_minus_1(x: list[Any]) -> list[Any]:
    c = _centred(x)
    return [e / (sum(a * a for a in c) / (len(x) - 1) + 1e-5) ** 0.5 for e in c]


def _forgets(x: list[Any]) -> list[Any]:
    return layer_norm([getattr(e, "data", e) for e in x])


def _with_a_size_of_floats(x: list[Any]) -> list[Any]:
    c = _centred(x)
    size = math.sqrt(sum(getattr(e, "data", e) ** 2 for e in c) / len(x) + 1e-5)
    return [e / size for e in c]


def _powers_up_to(most: float) -> Any:
    def shares(logits: list[float], temperature: float) -> list[float]:
        powers = [math.exp(min(z / temperature, most)) for z in logits]
        return [power / sum(powers) for power in powers]

    return shares


RIGHT = {
    "parameters_of_32": [((14528,),), ((14528.0,),), (("14,528",),), ((12 * 1024 + 70 * 32,),)],
    "sides": [((8,),), (("8",),), ((math.exp(2.08),),), ((8.0,),)],
    "shares_at": [((shares_at,),), ((shares_in_numpy,),), ((shares_by_powers,),)],
    "pulls": [((pulls,),), ((pulls_in_numpy,),), ((pulls_by_differences,),)],
    "layer_norm": [((layer_norm,),), ((layer_norm_by_division,),), ((layer_norm_by_squares,),)],
    "rows_that_learn": [((3,),), ((3.0,),), (("3",),)],
}

WRONG = {
    "parameters_of_32": [
        ((8384,), "both sides"),
        ((16768,), "one side only"),
        ((12 * 1024 + 43 * 32,), "one more matrix"),
        ((12 * 1024 + 54 * 32,), "of their own"),
        ((4192,), "square matrices"),
        ((12288,), "square matrices"),
    ],
    "sides": [
        ((2.08**2,), "square"),
        ((2**2.08,), "base is e"),
        ((math.exp(-2.08),), "one side"),
        ((27,), "ln 27"),
        ((2.08,), "ln n"),
    ],
    "shares_at": [
        ((lambda z, t: shares_at(z, 1.0),), "no effect"),
        ((lambda z, t: shares_at(z, 1 / t),), "cold is sure"),
        ((lambda z, t: [s / t for s in shares_at(z, 1.0)],), "before the softmax"),
        ((lambda z, t: [math.exp(e / t) for e in z],), "sum to 1"),
        ((lambda z, t: shares_at(z, t)[:-1],), "should return"),
        ((_powers_up_to(math.inf),), "subtract the largest"),
        ((_powers_up_to(700.0),), "subtract the largest"),
    ],
    "pulls": [
        ((lambda z, t: shares_at(z, 1.0),), "less by 1"),
        ((lambda z, t: [-p for p in pulls(z, t)],), "downhill"),
        ((lambda z, t: [p * (i == t) for i, p in enumerate(pulls(z, t))],), "are pulled at"),
        ((lambda z, t: [exp(e) for e in z],), "shares − 1"),
        ((lambda z, t: pulls(z, t)[t],), "should return"),
    ],
    "layer_norm": [
        ((_rms_norm,), "RMSNorm"),
        ((_centred,), "size"),
        ((_without_root,), "root"),
        ((_by_n_minus_1,), "n − 1"),
        ((_forgets,), "stay"),
        ((_with_a_size_of_floats,), "not their gradients"),
        ((lambda x: x if isinstance(x[0], Value) else layer_norm(x),), "other numbers"),
        ((lambda x: x,), "first mean 0"),
    ],
    "rows_that_learn": [
        ((27,), "chosen"),
        ((2,), "mark at the beginning"),
        ((4,), "one row"),
        ((5,), "last mark"),
        ((1,), "predicted"),
    ],
}
