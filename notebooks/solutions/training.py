"""Solutions of 04, training."""

from __future__ import annotations

import numpy as np


def momentum_step(w: float, v: float, g: float, rate: float, mu: float) -> tuple[float, float]:
    """First the velocity, then the parameter."""
    v = mu * v + g
    return w - rate * v, v


def momentum_in_place(w: float, v: float, g: float, rate: float, mu: float) -> list[float]:
    """As an optimiser writes it."""
    v *= mu
    v += g
    w -= rate * v
    return [w, v]


def _momentum_without_return(w: float, v: float, g: float, rate: float, mu: float) -> None:
    w, v = momentum_step(w, v, g, rate, mu)


RIGHT = {
    "w_after_one_step": [((4.4,),), (("4.4",),), ((np.float64(4.4),),)],
    "largest_rate": [((0.25,),), ((np.float64(0.25),),), (("1/4",),)],
    "loop_order": [
        ((["forward", "loss", "zero_grad", "backward", "step"],),),
        ((["zero_grad", "forward", "loss", "backward", "step"],),),
        (("forward, loss, zero grad, backward, step",),),
        ((["forward()", "loss", "zero_grad()", "backward()", "step()"],),),
        (("forward -> loss -> zero_grad -> backward -> step",),),
    ],
    "updates": [((160,),), (("160",),), ((160.0,),)],
    "momentum_step": [
        ((momentum_step,),),
        ((momentum_in_place,),),
        ((lambda w, v, g, r, m: (w - r * m * v - r * g, m * v + g),),),
    ],
    "guilty_line": [((2,),), (("2",),), (("Line 2",),)],
}

WRONG = {
    "w_after_one_step": [
        ((5.6,), "against"),
        ((4.7,), "factor of 2"),
        ((-1,), "η"),
        ((0.6,), "lead"),
        ((3,), "2(w − 2)"),
    ],
    "largest_rate": [
        ((1,), "steeper"),
        ((0.5,), "twice"),
        ((0.125,), "one step"),
        ((2,), "second derivative"),
        (("small",), "number"),
    ],
    "loop_order": [
        ((["loss", "forward", "zero_grad", "backward", "step"],), "predictions"),
        ((["forward", "backward", "loss", "zero_grad", "step"],), "starts from"),
        ((["forward", "loss", "backward", "zero_grad", "step"],), "throws away"),
        ((["zero_grad", "step", "forward", "loss", "backward"],), "this batch"),
        ((["forward", "loss", "backward", "step", "zero_grad"],), "first batch"),
        ((["forward", "loss"],), "once"),
    ],
    "updates": [
        ((155,), "last batch"),
        ((5,), "each batch"),
        ((5000,), "sample"),
        ((156.25,), "round"),
        ((32,), "one epoch"),
        ((1,), "rounded up"),
    ],
    "momentum_step": [
        ((lambda w, v, g, r, m: (w + r * (m * v + g), m * v + g),), "wrong way"),
        ((lambda w, v, g, r, m: (w - r * v, m * v + g),), "old velocity"),
        ((lambda w, v, g, r, m: (w - r * g, g),), "forgotten"),
        ((lambda w, v, g, r, m: (w - r * (v + g), v + g),), "slows down"),
        ((lambda w, v, g, r, m: (w, m * v + g),), "first v"),
        ((lambda w, v, g, r, m: (w - r * g, m * v + g),), "new v"),
        ((_momentum_without_return,), "return"),
        ((lambda w, v, g, r, m: w - r * (m * v + g),), "list of 2"),
        ((lambda w, v, g, r, m: (w - 0.1 * (0.9 * v + g), 0.9 * v + g),), "rate"),
    ],
    "guilty_line": [
        ((1,), "after"),
        ((5,), "order"),
        ((3,), "whose"),
        ((7,), "whose"),
        (("zero_grad",), "number"),
    ],
}
