"""Checks of 01, backpropagation."""

from __future__ import annotations

import math
from typing import Any

from autograd import exp, sin
from checks import close, exercise, expect


@exercise("Write ∂L/∂b1 as a product of four factors.")
def gradient_of_b1(answer: Any) -> str:
    for w2, a1, y_hat, y in ((-1.5, 0.6, 0.3, 1.0), (2.0, 0.2, 0.9, 0.0)):
        loss, out, hidden = 2 * (y_hat - y), y_hat * (1 - y_hat), a1 * (1 - a1)
        found = float(answer(w2, a1, y_hat, y))
        expect(
            not close(found, loss * out),
            "that is ∂L/∂b2: the way to b1 goes on through w2 and the hidden sigmoid",
        )
        expect(
            not close(found, loss * out * w2), "the hidden neuron's own sigmoid is missing: its σ′?"
        )
        expect(
            not close(found, -loss * out * w2 * hidden),
            "only the sign is wrong: it is ŷ − y, not y − ŷ",
        )
        expect(
            not close(found, loss / 2 * out * w2 * hidden),
            "half of it: the loss is a square, what is the derivative of a square?",
        )
        expect(
            not close(found, loss * w2 * hidden),
            "the output neuron's sigmoid is missing: ∂ŷ/∂z2",
        )
        expect(
            close(found, loss * out * w2 * hidden),
            "one factor for each arrow from L back to b1: the loss, σ, w2, σ (and 1 for the sum)",
        )
    return "Four factors; the first two are those of the second layer, so they were there already."


@exercise("Measure the derivative of f at x by a small push.")
def derivative(answer: Any) -> str:
    expect(
        not close(answer(lambda x: x * x, 3.0), 6.0 * 2, 1e-3),
        "twice too large: the two pushes are 2h apart",
    )
    expect(
        close(answer(lambda x: 5 * x, 3.0), 5.0, 1e-4),
        "even for a straight line it is not the slope: (change of f) / (change of x)",
    )
    expect(
        close(answer(lambda x: x * x * x, 100.0), 30_000.0, 1e-8),
        "near, but not to six digits: push to both sides, and h near 1e-5 rather than 1e-12",
    )
    expect(
        close(answer(math.sin, 0.5), math.cos(0.5), 1e-6),
        "the derivative of sin at 0.5 is not good to six digits: is h far too small or too large?",
    )
    return "Pushing to both sides cancels the first part of the bend; that is worth five digits."


@exercise("List r, q, p, a, b in the order in which they pass on their gradients.")
def backward_order(answer: Any) -> str:
    order = [str(name).strip() for name in answer]
    expect(sorted(order) == list("abpqr"), "each of the five letters once: a, b, p, q, r")
    place = {name: i for i, name in enumerate(order)}
    expect(place["r"] == 0, "it begins where the seed is: at the result")
    expect(
        place["q"] < place["p"],
        "p is used by q as well as by r: it must wait until q has sent its part",
    )
    expect(
        place["p"] < min(place["a"], place["b"]),
        "a and b are inputs of p: they wait for what p sends",
    )
    return "r, q, p, and then the leaves in any order: each node waits for all that use it."


@exercise("w = 3: (w * w).backward(), then (5 * w).backward(). What is w.grad?")
def what_w_holds(answer: Any) -> str:
    expect(not close(answer, 5.0), "that is the second pass alone, as if zero_grad had been called")
    expect(not close(answer, 6.0), "that is the first pass alone; the second adds to it")
    expect(not close(answer, 30.0), "over several passes gradients add, they do not multiply")
    expect(close(answer, 11.0), "what does each of the two passes bring to w? Add them")
    return "6 + 5: the gradient of the sum of both losses, which is sometimes just what one wants."


@exercise("By what factor does a sigmoid shrink the gradient at a1 = 0.999, and at 0.5?")
def factors(answer: Any) -> str:
    flat, steep = (float(part) for part in answer)
    expect(
        not close(steep, 0.5),
        "the output is not the slope: σ′ = σ(1 − σ), and σ is the 0.5 that you are given",
    )
    expect(
        not close(steep, 0.25 * (1 - 0.25)) and not close(flat, 0.19661193, 1e-3),
        "0.999 is the neuron's output, not its z: no sigmoid is to be applied again",
    )
    expect(close(steep, 0.25), "at 0.5: σ(1 − σ) with σ = 0.5")
    expect(close(flat, 0.000999, 1e-4), "at 0.999: σ(1 − σ) with σ = 0.999")
    return "A quarter at best, a thousandth when the neuron is sure of itself. Ten layers of that …"


@exercise("Take one Newton step with the engine's second derivative.")
def newton_step(answer: Any) -> str:
    found = answer(lambda x: (x - 3) ** 2 + 1, 10.0)
    expect(
        not close(found, -4.0),
        "that is a step against the slope with rate 1; divide the slope by the bend",
    )
    expect(not close(found, 17.0), "it went the wrong way: x minus, not plus")
    expect(close(found, 3.0), "on a parabola one step leads to the bottom; here that is x = 3")
    found = answer(lambda x: exp(x) - 2 * x, 0.0)
    expect(close(found, 1.0), "for f = exp(x) − 2x at 0 the slope is −1 and the bend is 1")
    found = answer(sin, 2.0)
    expect(
        close(found, 2.0 - math.cos(2.0) / -math.sin(2.0)),
        "it does not hold for every function: take f′ = grad(f) and f″ = grad(grad(f))",
    )
    return "On a parabola one step is enough. With millions of parameters the Hessian is too big."
