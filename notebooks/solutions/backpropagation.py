"""Solutions of 01, backpropagation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Value, grad, gradients


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


def gradient_step_by_step(w2: float, a1: float, y_hat: float, y: float) -> float:
    """Backward, one arrow at a time."""
    g = 2 * y_hat - 2 * y
    g *= y_hat - y_hat**2
    g = g * w2
    return g * (a1 - a1**2)


def by_four_points(f: Callable[[float], float], x: float) -> float:
    """Two pushes to each side: the bend and its bend cancel."""
    h = 1e-3 * max(1.0, abs(x))
    near, far = f(x + h) - f(x - h), f(x + 2 * h) - f(x - 2 * h)
    return (8 * near - far) / (12 * h)


def by_a_smaller_push(f: Callable[[float], float], x: float) -> float:
    """Another sensible h."""
    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6


def newton_in_steps(f: Any, x: Any) -> Any:
    """Names for everything, and a Value comes out."""
    first = grad(f)
    second = grad(first)
    step = first(x) / second(x)
    return x - step


def newton_on_nodes(f: Any, x: float) -> float:
    """By hand, with a graph of the graph."""
    v = Value(x)
    (slope,) = gradients(f(v), [v], create_graph=True)
    (bend,) = gradients(slope, [v])
    return x - slope.data / bend


def _prints(w2: float, a1: float, y_hat: float, y: float) -> None:
    str(gradient_of_b1(w2, a1, y_hat, y))


RIGHT = {
    "gradient_of_b1": [
        ((gradient_of_b1,),),
        ((gradient_step_by_step,),),
        ((lambda w, a, p, y: a * (1 - a) * w * p * (1 - p) * (p - y) * 2,),),
    ],
    "derivative": [((derivative,),), ((by_four_points,),), ((by_a_smaller_push,),)],
    "backward_order": [
        ((["r", "q", "p", "a", "b"],),),
        ((["r", "q", "p", "b", "a"],),),
        (("rqpab",),),
        (("r → q → p → a → b",),),
        ((("R", "Q", "P", "A", "B"),),),
    ],
    "what_w_holds": [((11,),), ((11.0,),), (("11",),)],
    "factors": [(([0.000999, 0.25],),), (((0.999 * 0.001, 1 / 4),),), ((["0.000999", "1/4"],),)],
    "newton_step": [((newton_step,),), ((newton_in_steps,),), ((newton_on_nodes,),)],
}

WRONG = {
    "gradient_of_b1": [
        ((lambda w2, a1, p, y: 2 * (p - y) * p * (1 - p),), "b2"),
        ((lambda w2, a1, p, y: 2 * (p - y) * p * (1 - p) * w2,), "hidden"),
        ((lambda w2, a1, p, y: -gradient_of_b1(w2, a1, p, y),), "sign"),
        ((lambda w2, a1, p, y: gradient_of_b1(w2, a1, p, y) / 2,), "square"),
        ((lambda w2, a1, p, y: 2 * (p - y) * w2 * a1 * (1 - a1),), "output neuron"),
        ((lambda w2, a1, p, y: w2 + a1,), "each arrow"),
        ((_prints,), "return"),
    ],
    "derivative": [
        ((lambda f, x: 2 * derivative(f, x),), "2h"),
        ((lambda f, x: f(x),), "straight line"),
        ((lambda f, x: (f(x + 1e-4) - f(x)) / 1e-4,), "both sides"),
        ((lambda f, x: (f(x + 0.01) - f(x - 0.01)) / 0.02,), "three digits"),
        ((lambda f, x: (f(x) - f(x - 1e-8)) / 1e-8,), "one side"),
        ((lambda f, x: 5.0,), "never called"),
        ((lambda f, x: grad(f)(x),), "without the engine"),
        ((lambda f, x: f(x + 1e-20j).imag / 1e-20,), "real numbers"),
        ((lambda f, x: (f(x + 1e-13) - f(x - 1e-13)) / 2e-13,), "digits"),
    ],
    "backward_order": [
        ((["r", "p", "q", "a", "b"],), "wait"),
        ((["a", "b", "p", "q", "r"],), "seed"),
        ((["r", "q", "a", "p", "b"],), "inputs of p"),
        ((["r", "q", "p"],), "five letters"),
        (({"r", "q", "p", "a", "b"},), "no order"),
        ((["r", "q", "p", "a", "x"],), "not one of"),
    ],
    "what_w_holds": [
        ((5,), "zero_grad"),
        ((6,), "first"),
        ((30,), "add"),
        ((14,), "each"),
        (([6, 11],), "number"),
    ],
    "factors": [
        (([0.999, 0.5],), "slope"),
        (([0.000999, 0.1875],), "not its z"),
        (([0.000999, 0.3],), "at 0.5"),
        (([0.001999, 0.25],), "at 0.999"),
        (([0.001, 0.25],), "two factors"),
    ],
    "newton_step": [
        ((lambda f, x: x - float(grad(f)(x)),), "divide"),
        ((lambda f, x: x + float(grad(f)(x)) / float(grad(grad(f))(x)),), "minus"),
        ((lambda f, x: x,), "bottom"),
        ((lambda f, x: newton_step(f, x) if x == 10 else x,), "exp"),
        ((lambda f, x: "the bottom",), "number"),
        (
            (lambda f, x: newton_step(f, x) if x != 2 else 2.0,),
            "every function",
        ),
    ],
}
