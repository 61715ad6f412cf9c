"""Solutions of 02, activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import relu


def collapse(W1: Any, b1: Any, W2: Any, b2: Any) -> tuple[Any, Any]:
    """Multiply out: the first bias goes through the second weight."""
    return W1 @ W2, b1 @ W2 + b2


def absolute(x: Any) -> Any:
    """One relu for each side."""
    return relu(x) + relu(-x)


def safe_softmax(z: list[float]) -> list[float]:
    """Shift the largest to 0."""
    powers = [math.exp(t - max(z)) for t in z]
    return [p / sum(powers) for p in powers]


def book_softmax(z: list[float]) -> list[float]:
    """The formula as it stands."""
    powers = [math.exp(t) for t in z]
    return [p / sum(powers) for p in powers]


def with_zeros(z: list[float]) -> list[float]:
    """Powers that have vanished, hidden."""
    powers = np.exp(np.array(z) - (1000 if z[0] > 500 else 0))
    return list(powers / max(powers.sum(), 1e-300))


def choices(temperature: str, spam: str, digit: str, topics: str) -> dict[str, str]:
    """The notebook's dictionary."""
    return {"t": temperature, "s": spam, "d": digit, "p": topics}


RIGHT = {
    "slope": [((0.09,),), ((0.9 * (1 - 0.9),),)],
    "collapse": [((collapse,),)],
    "absolute": [((absolute,),), ((lambda x: 2 * relu(x) - x,),)],
    "dead_units": [((["b", "c", "e"],),), (({"e", "b", "c"},),)],
    "choices": [((choices("identity", "sigmoid", "softmax", "sigmoid"),),)],
    "safe_softmax": [((safe_softmax,),)],
}

WRONG = {
    "slope": [
        ((0.9,), "output"),
        ((0.1,), "two factors"),
        ((0.25,), "middle"),
        ((0.2055,), "not its z"),
        ((0.5,), "times"),
    ],
    "collapse": [
        ((lambda W1, b1, W2, b2: W1 @ W2,), "two things"),
        ((lambda W1, b1, W2, b2: (W2.T @ W1.T, b1 @ W2 + b2),), "comes first"),
        ((lambda W1, b1, W2, b2: (2 * W1 @ W2, b2),), "brackets"),
        ((lambda W1, b1, W2, b2: (W1 @ W2, b2),), "second layer"),
        ((lambda W1, b1, W2, b2: (W1 @ W2, b1),), "second layer"),
        ((lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2),), "x = 0"),
    ],
    "absolute": [
        ((relu,), "open there"),
        ((lambda x: x,), "two relus"),
        ((lambda x: relu(x) + 2 * relu(-x),), "each side"),
        ((lambda x: abs(float(x)),), "by relu"),
    ],
    "dead_units": [
        ((["a", "b", "c", "e"],), "both inputs to 1"),
        ((["b", "c", "d", "e"],), "best input"),
        ((["b", "c"],), "e:"),
        ((["b", "e"],), "c:"),
        ((["c", "e"],), "exactly 0"),
        ((["f"],), "letters"),
        ((3,), "list"),
    ],
    "choices": [
        ((choices("sigmoid", "sigmoid", "softmax", "sigmoid"),), "squash"),
        ((choices("identity", "softmax", "softmax", "sigmoid"),), "always 1"),
        ((choices("identity", "sigmoid", "sigmoid", "sigmoid"),), "exactly one"),
        ((choices("identity", "sigmoid", "softmax", "softmax"),), "compete"),
        ((choices("relu", "sigmoid", "softmax", "softmax"),), "among"),
        (({"t": "identity"},), "four"),
    ],
    "safe_softmax": [
        ((lambda z: [0.5],), "as many"),
        ((lambda z: [math.exp(min(t, 9.0)) for t in z],), "divide"),
        ((lambda z: [1 / len(z) for _ in z],), "powers"),
        ((book_softmax,), "subtract"),
        ((lambda z: book_softmax([min(t, 500.0) for t in z]),), "shift"),
        ((with_zeros,), "largest"),
    ],
}
