"""Checks of 01, backpropagation."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value, exp, sin
from checks import (
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    rounds_to,
    several_numbers,
    words,
)  # fmt: skip


@exercise("Write ∂L/∂b1 as a product of four factors.")
def gradient_of_b1(answer: Any) -> str:
    answer, draws = function(answer), hidden("gradient of b1")
    cases = [(-1.5, 0.6, 0.3, 1.0), (2.0, 0.2, 0.9, 0.0)]
    cases += [(*draws.uniform(0.1, 0.9, 3), float(y)) for y in (0, 1)]
    for w2, a1, y_hat, y in cases:
        loss, out, hidden_slope = 2 * (y_hat - y), y_hat * (1 - y_hat), a1 * (1 - a1)
        found = number(answer(float(w2), float(a1), float(y_hat), y), "what it returns")
        expect(
            not close(found, loss * out),
            "that is ∂L/∂b2: the way to b1 goes on through w2 and the hidden sigmoid",
        )
        expect(
            not close(found, loss * out * w2), "the hidden neuron's own sigmoid is missing: its σ′?"
        )
        expect(
            not close(found, -loss * out * w2 * hidden_slope),
            "only the sign is wrong: it is ŷ − y, not y − ŷ",
        )
        expect(
            not close(found, loss / 2 * out * w2 * hidden_slope),
            "half of it: the loss is a square, what is the derivative of a square?",
        )
        expect(
            not close(found, loss * w2 * hidden_slope),
            "the output neuron's sigmoid is missing: ∂ŷ/∂z2",
        )
        expect(
            close(found, loss * out * w2 * hidden_slope),
            "one factor for each arrow from L back to b1: the loss, σ, w2, σ (and 1 for the sum)",
        )
    return "Four factors; the first two are those of the second layer, so they were there already."


@exercise("Measure the derivative of f at x by a small push.")
def derivative(answer: Any) -> str:
    answer, draws = function(answer), hidden("derivative")
    a, b, at = (float(t) for t in draws.uniform(0.5, 2.0, 3))
    cases = [
        (lambda x: a * x, 3.0, a, "even for a straight line it is not the slope"),
        (lambda x: x * x * x, 100.0, 3e4, "near, but not to six digits"),
        (math.sin, at, math.cos(at), "near, but not to six digits"),
        (lambda x: b * math.exp(x), -at, b * math.exp(-at), "near, but not to six digits"),
    ]
    for f, x, true, hint in cases:
        asked: list[float] = []

        def watched(at: Any, f: Any = f, asked: list[float] = asked) -> Any:
            expect(
                not isinstance(at, Value | complex),
                "without the engine: call f on plain real numbers near x only",
            )
            asked.append(at)
            return f(at)

        found = number(answer(watched, x), "what it returns")
        expect(asked, "f was never called: how can its slope be known?")
        expect(not close(found, 2 * true, 1e-3), "twice too large: the two pushes are 2h apart")
        expect(
            min(asked) < x < max(asked),
            f"{hint}: push to both sides of x, up and down; one side alone carries half of the bend"
            if close(found, true, 1e-3)
            else f"{hint}: (change of f) / (change of x)",
        )
        expect(close(found / true, 1, 1e-3), f"{hint}: (change of f) / (change of x)")
        expect(
            close(found / true, 1, 1e-6),
            "good to three digits, but not to six: h near 1e-5, rather than 0.01 or 1e-12",
        )
    return "Pushing to both sides cancels the first part of the bend; that is worth five digits."


@exercise("List r, q, p, a, b in the order in which they pass on their gradients.")
def backward_order(answer: Any) -> str:
    expect(not isinstance(answer, set), "a set has no order; write a list, with [ ]")
    order = words(answer, dict.fromkeys("rqpab", ""), "your answer")
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
    found = number(answer)
    expect(not close(found, 5.0), "that is the second pass alone, as if zero_grad had been called")
    expect(not close(found, 6.0), "that is the first pass alone; the second adds to it")
    expect(not close(found, 30.0), "over several passes gradients add, they do not multiply")
    expect(close(found, 11.0), "what does each of the two passes bring to w? Add them")
    return "6 + 5: the gradient of the sum of both losses, which is sometimes just what one wants."


@exercise("By what factor does a sigmoid shrink the gradient at a1 = 0.999, and at 0.5?")
def factors(answer: Any) -> str:
    flat, steep = several_numbers(answer, "the factor at 0.999", "the factor at 0.5")
    expect(
        not close(steep, 0.5),
        "the output is not the slope: σ′ = σ(1 − σ), and σ is the 0.5 that you are given",
    )
    expect(
        not close(steep, 0.25 * (1 - 0.25)) and not close(flat, 0.19661193, 1e-3),
        "0.999 is the neuron's output, not its z: no sigmoid is to be applied again",
    )
    expect(rounds_to(steep, 0.25), "at 0.5: σ(1 − σ) with σ = 0.5")
    expect(not close(flat, 0.001, 1e-9), "at 0.999: 0.001 is 1 − σ, one of the two factors")
    expect(rounds_to(flat, 0.000999), "at 0.999: σ(1 − σ) with σ = 0.999, to three digits")
    return "A quarter at best, a thousandth when the neuron is sure of itself. Ten layers of that …"


@exercise("Take one Newton step with the engine's second derivative.")
def newton_step(answer: Any) -> str:
    answer, draws = function(answer), hidden("newton step")
    bottom, steep = (float(t) for t in draws.uniform(1.0, 4.0, 2))

    def parabola(x: Any) -> Any:
        return steep * (x - bottom) ** 2 + 1

    def bowl(x: Any) -> Any:
        return exp(x) - 2 * x

    start = 10.0
    found = number(answer(parabola, start), "what it returns")
    slope = 2 * steep * (start - bottom)
    expect(
        not close(found, start - slope),
        "that is a step against the slope with rate 1; divide the slope by the bend",
    )
    expect(not close(found, 2 * start - bottom), "it went the wrong way: x minus, not plus")
    expect(
        close(found, bottom, 1e-4), "on a parabola one step leads to its bottom; this does not yet"
    )
    found = number(answer(bowl, 0.0), "what it returns")
    expect(close(found, 1.0, 1e-4), "for f = exp(x) − 2x at 0 the slope is −1 and the bend is 1")
    found = number(answer(sin, 2.0), "what it returns")
    expect(
        close(found, 2.0 + math.cos(2.0) / math.sin(2.0), 1e-4),
        "it does not hold for every function: take f′ = grad(f) and f″ = grad(grad(f))",
    )
    return "On a parabola one step is enough. With millions of parameters the Hessian is too big."
