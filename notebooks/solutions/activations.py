"""Solutions of 02, activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import maximum
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


def collapse_by_columns(W1: Any, b1: Any, W2: Any, b2: Any) -> list[Any]:
    """What the two layers make of the unit vectors, and of 0."""
    bias = (np.zeros(len(W1)) @ W1 + b1) @ W2 + b2
    return [(np.eye(len(W1)) @ W1 + b1) @ W2 + b2 - bias, bias]


def shifted_softmax(z: list[float]) -> Any:
    """With NumPy."""
    powers = np.exp(np.array(z) - np.max(z))
    return powers / powers.sum()


def softmax_by_differences(z: list[float]) -> tuple[float, ...]:
    """Each share from its distance to all the others."""

    def power(d: float) -> float:
        return math.exp(d) if d < 700 else math.inf

    return tuple(1 / sum(power(other - own) for other in z) for own in z)


def shifted_by(centre: Any) -> Any:
    """A softmax that subtracts something else than the largest."""

    def softmax(z: list[float]) -> list[float]:
        powers = [math.exp(t - centre(z)) for t in z]
        return [p / sum(powers) for p in powers]

    return softmax


def _absolute_by_if(x: Any) -> Any:
    return relu(x) if x > 0 else relu(-x)


def _collapse_without_return(W1: Any, b1: Any, W2: Any, b2: Any) -> None:
    collapse(W1, b1, W2, b2)


RIGHT = {
    "slope": [((0.09,),), ((0.9 * (1 - 0.9),),), (("0.09",),), (("9/100",),)],
    "collapse": [
        ((collapse,),),
        ((collapse_by_columns,),),
        ((lambda W1, b1, W2, b2: [W1.dot(W2), b2 + W2.T @ b1],),),
    ],
    "absolute": [
        ((absolute,),),
        ((lambda x: 2 * relu(x) - x,),),
        ((lambda x: -x + relu(x) + relu(x),),),
    ],
    "dead_units": [((["b", "c", "e"],),), (({"e", "b", "c"},),), (("b, c, e",),), (("BCE",),)],
    "choices": [
        ((choices("identity", "sigmoid", "softmax", "sigmoid"),),),
        ((choices("Linear", "Sigmoid", "Softmax", "Sigmoid"),),),
        ((["identity", "sigmoid", "softmax", "sigmoid"],),),
        (({"a digit": "softmax", "temperature": "none", "topics": "sigmoid", "spam": "sigmoid"},),),
    ],
    "safe_softmax": [((safe_softmax,),), ((shifted_softmax,),), ((softmax_by_differences,),)],
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
        ((lambda W1, b1, W2, b2: W1 @ W2,), "2"),
        ((lambda W1, b1, W2, b2: (W2.T @ W1.T, b1 @ W2 + b2),), "comes first"),
        ((lambda W1, b1, W2, b2: (2 * W1 @ W2, b2),), "brackets"),
        ((lambda W1, b1, W2, b2: (W1 @ W2, b2),), "second layer"),
        ((lambda W1, b1, W2, b2: (W1 @ W2, b1),), "second layer"),
        ((lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2),), "x is 0"),
        ((_collapse_without_return,), "return"),
        ((lambda W1, b1, W2, b2: (W1 @ W2, (b1 @ W2 + b2)[:, None]),), "each row"),
    ],
    "absolute": [
        ((relu,), "open there"),
        ((lambda x: x,), "two relus"),
        ((lambda x: relu(x) + 2 * relu(-x),), "each side"),
        ((lambda x: abs(float(x)),), "by relu"),
        ((abs,), "not allowed"),
        ((lambda x: maximum(x, -x),), "not allowed"),
        ((lambda x: x if x > 0 else -x,), "if"),
        ((_absolute_by_if,), "another way"),
        ((lambda x: 0 * relu(x) + x * (1 if x > 0 else -1),), "another way"),
    ],
    "dead_units": [
        ((["a", "b", "c", "e"],), "both inputs to 1"),
        ((["b", "c", "d", "e"],), "best input"),
        ((["b", "c"],), "e:"),
        ((["b", "e"],), "c:"),
        ((["c", "e"],), "exactly 0"),
        ((["f"],), "not one of"),
        ((3,), "list"),
    ],
    "choices": [
        ((choices("sigmoid", "sigmoid", "softmax", "sigmoid"),), "squash"),
        ((choices("identity", "softmax", "softmax", "sigmoid"),), "always 1"),
        ((choices("identity", "sigmoid", "sigmoid", "sigmoid"),), "exactly one"),
        ((choices("identity", "sigmoid", "softmax", "softmax"),), "compete"),
        ((choices("relu", "sigmoid", "softmax", "softmax"),), "not one of"),
        (({"t": "identity"},), "4 keys"),
    ],
    "safe_softmax": [
        ((lambda z: [0.5],), "as many"),
        ((lambda z: [math.exp(min(t, 9.0)) for t in z],), "divide"),
        ((lambda z: [1 / len(z) for _ in z],), "¼"),
        ((book_softmax,), "subtract"),
        ((lambda z: book_softmax([min(t, 500.0) for t in z]),), "shift"),
        ((with_zeros,), "largest"),
        ((shifted_by(min),), "far apart"),
        ((shifted_by(lambda z: sum(z) / len(z)),), "far apart"),
        ((lambda z: print,), "array"),
    ],
}
