"""Checks of 04, training."""

from __future__ import annotations

import math
from typing import Any

from checks import (
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    several_numbers,
    whole,
    words,
)  # fmt: skip


@exercise("L = (w − 2)², w = 5, η = 0.1: where is w after one step?")
def w_after_one_step(answer: Any) -> str:
    w = number(answer)
    expect(not close(w, 5.6), "that is a step up: the gradient points up, so step against it")
    expect(not close(w, 4.7), "the derivative of a square has a factor of 2")
    expect(not close(w, -1.0), "that is a step of the whole gradient: times η")
    expect(not close(w, 0.6), "that is the step itself; where does it lead from w = 5?")
    expect(close(w, 4.4), "w − η·∂L/∂w with ∂L/∂w = 2(w − 2)")
    return "A tenth of 6: steep places get long steps."


@exercise("Up to which learning rate does gradient descent on L = 4w² not climb out?")
def largest_rate(answer: Any) -> str:
    rate = number(answer)
    expect(not close(rate, 1.0), "that was the lesson's parabola; this one is steeper")
    expect(not close(rate, 0.5), "4 is the factor, not L″: differentiate twice")
    expect(not close(rate, 0.125), "that rate arrives in one step; how far can it overshoot?")
    expect(close(rate, 0.25), "2 / L″: what is the second derivative of 4w²?")
    return "L″ = 8, so 2/8: exactly there it jumps to and fro for ever, above it climbs."


@exercise("Put step, forward, backward, loss and zero_grad in an order that works.")
def loop_order(answer: Any) -> str:
    expect(not isinstance(answer, set), "a set has no order; write a list, with [ ]")
    known = {"forward": "forwardpass", "loss": "", "zero_grad": "zerogradients",
             "backward": "backwardpass backpropagation", "step": "update"}  # fmt: skip
    order = words(answer, known, "your answer")
    expect(set(order) == set(known) and len(order) == 5, f"each of {sorted(known)} once")
    place = {name: i for i, name in enumerate(order)}
    expect(place["forward"] < place["loss"], "the loss compares predictions: they come first")
    expect(place["loss"] < place["backward"], "the backward pass starts from the loss")
    expect(
        not place["backward"] < place["zero_grad"] < place["step"],
        "zero_grad between backward and step throws away what step needs",
    )
    expect(place["backward"] < place["step"], "a step needs the gradients of this batch")
    expect(
        place["zero_grad"] < place["backward"],
        "it works but for the first batch: say zero_grad before backward, not after the step",
    )
    return "zero_grad may stand anywhere before backward; everything else has one place."


@exercise("1,000 samples, batches of 32, the last is kept: how many updates in 5 epochs?")
def updates(answer: Any) -> str:
    expect(
        not close(number(answer), 156.25, 1e-3),
        "there is no quarter of an update: round up per epoch",
    )
    found = whole(answer)
    expect(found != 155, "the last batch, with the 8 samples that remain, counts as well")
    expect(found != 5, "one update for each batch, not for each epoch")
    expect(found != 5000, "one update for each batch, not for each sample")
    expect(found != 157, "round up in each epoch, not once at the end: an epoch ends with a batch")
    expect(found not in (31, 32), "that is one epoch")
    expect(found == 160, "batches per epoch (rounded up), times epochs")
    return "31 full batches and one of 8 samples in each epoch."


@exercise("Write one step of gradient descent with momentum.")
def momentum_step(answer: Any) -> str:
    answer, rng = function(answer), hidden("momentum step")

    def step(*given: float) -> list[float]:
        return several_numbers(answer(*map(float, given)), "the new w", "the new v")

    for w0, g, rate, mu in ((1.0, 2.0, 0.1, 0.9), *rng.uniform(0.1, 0.9, (2, 4)).round(3)):
        w, v = step(w0, 0.0, g, rate, mu)
        expect(not close(w, w0 + rate * g), "the wrong way: w − rate·v")
        expect(not close(w, w0), "the old velocity was used: first v from g, then w from the new v")
        expect(
            close(w, w0 - rate * g) and close(v, g),
            f"from v = 0 it is a plain step, and v is then g; not so for rate = {rate}, μ = {mu}",
        )
    for w0, v0, g, rate, mu in ((1, 2, 2, 0.1, 0.9), *rng.uniform(0.1, 0.9, (3, 5)).round(3)):
        w, v = step(w0, v0, g, rate, mu)
        expect(not close(v, g), "the velocity has forgotten what it was: μ·v + g")
        expect(not close(v, v0 + g), "without μ it never slows down: μ·v + g")
        expect(
            close(v, mu * v0 + g), f"v ← μ·v + g; with v = {v0}, g = {g}, μ = {mu} it gives {v:g}"
        )
        expect(close(w, w0 - rate * v), f"w ← w − rate·v, with the new v; not so for rate = {rate}")
    w, v = 1.0, 0.0
    for _ in range(200):
        w, v = step(w, v, 2 * w, 0.05, 0.8)
    expect(math.isfinite(w) and abs(w) < 1e-6, "on L = w² it does not arrive at 0")
    return "With a steady gradient v grows to g / (1 − μ): for μ = 0.9 that is ten times g."


@exercise("Which line is to blame: 1, 2, 3, 4 or 5?")
def guilty_line(answer: Any) -> str:
    line = whole(answer)
    expect(line != 1, "nearly: line 1 is right in itself. What happens to `model` after it?")
    expect(line not in (4, 5), "forward, loss, zero_grad, backward, step: that order is right")
    expect(line != 3, "the batches are fine; whose parameters does the optimiser move?")
    expect(line == 2, "whose parameters does the optimiser hold, and whose does the loss use?")
    return "Line 2 makes a new model after the optimiser took the parameters of the old one."
