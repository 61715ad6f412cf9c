"""Solutions of 01, backpropagation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import grad


def gradient_of_b1(w2: float, a1: float, y_hat: float, y: float) -> float:
    """One factor for each arrow from the loss back to b1."""
    return 2 * (y_hat - y) * y_hat * (1 - y_hat) * w2 * a1 * (1 - a1)


def derivative(f: Callable[[float], float], x: float) -> float:
    """A push to both sides, in proportion to x."""
    h = 1e-5 * max(1.0, abs(x))
    return (f(x + h) - f(x - h)) / (2 * h)


def newton_step(f: Any, x: float) -> float:
    """The slope divided by the bend."""
    return x - float(grad(f)(x)) / float(grad(grad(f))(x))


RIGHT = {
    "gradient_of_b1": [((gradient_of_b1,),)],
    "derivative": [((derivative,),)],
    "backward_order": [((["r", "q", "p", "a", "b"],),), ((["r", "q", "p", "b", "a"],),)],
    "what_w_holds": [((11,),)],
    "factors": [(([0.000999, 0.25],),), (((0.999 * 0.001, 1 / 4),),)],
    "newton_step": [((newton_step,),)],
}

WRONG = {
    "gradient_of_b1": [
        ((lambda w2, a1, p, y: 2 * (p - y) * p * (1 - p),), "b2"),
        ((lambda w2, a1, p, y: 2 * (p - y) * p * (1 - p) * w2,), "hidden"),
        ((lambda w2, a1, p, y: -gradient_of_b1(w2, a1, p, y),), "sign"),
        ((lambda w2, a1, p, y: gradient_of_b1(w2, a1, p, y) / 2,), "square"),
        ((lambda w2, a1, p, y: 2 * (p - y) * w2 * a1 * (1 - a1),), "output neuron"),
        ((lambda w2, a1, p, y: w2 + a1,), "each arrow"),
    ],
    "derivative": [
        ((lambda f, x: 2 * derivative(f, x),), "2h"),
        ((lambda f, x: f(x),), "straight line"),
        ((lambda f, x: (f(x + 1e-4) - f(x)) / 1e-4,), "both sides"),
        ((lambda f, x: (f(x + 0.01) - f(x - 0.01)) / 0.02,), "six digits"),
    ],
    "backward_order": [
        ((["r", "p", "q", "a", "b"],), "wait"),
        ((["a", "b", "p", "q", "r"],), "seed"),
        ((["r", "q", "a", "p", "b"],), "inputs of p"),
        ((["r", "q", "p"],), "five letters"),
    ],
    "what_w_holds": [((5,), "zero_grad"), ((6,), "first"), ((30,), "add"), ((14,), "each")],
    "factors": [
        (([0.999, 0.5],), "slope"),
        (([0.000999, 0.1875],), "not its z"),
        (([0.000999, 0.3],), "at 0.5"),
        (([0.001999, 0.25],), "at 0.999"),
    ],
    "newton_step": [
        ((lambda f, x: x - float(grad(f)(x)),), "divide"),
        ((lambda f, x: x + float(grad(f)(x)) / float(grad(grad(f))(x)),), "minus"),
        ((lambda f, x: x,), "bottom"),
        ((lambda f, x: x - float(grad(f)(x)) / 2,), "exp"),
        (
            (lambda f, x: x - float(grad(f)(x)) / (2 if x == 10 else 1),),
            "every function",
        ),
    ],
}
