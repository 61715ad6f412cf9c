"""Checks of 09, next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor, Value
from checks import (
    array,
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    several,
    whole,
)  # fmt: skip


@exercise("How many weights have a 3 × 3 kernel, and a dense layer from 28 × 28 to 26 × 26?")
def how_many_weights(answer: Any) -> str:
    convolution, dense = (whole(part, "each of the two") for part in several(answer, 2))
    expect(convolution != 9 * 26 * 26, "that is how often a weight is used; at each place the same")
    expect(convolution == 9, "the kernel is all that the convolution has")
    expect(dense != 28 * 28 + 26 * 26, "a weight for each *pair* of input and output")
    expect(dense == 28**2 * 26**2, "dense: inputs × outputs, counting every pixel")
    return "Nine against half a million: that is what “the same everywhere” saves."


@exercise("(k₁, k₂) slides over (1, 2, 3); L is the sum of the outputs: ∂L/∂k₁?")
def gradient_of_k1(answer: Any) -> str:
    found = number(answer)
    expect(not close(found, 1), "k₁ is used at two places; that is the first of them")
    expect(not close(found, 5), "that is the gradient of k₂: what does k₁ stand on?")
    expect(not close(found, 6), "does k₁ ever stand on the 3? The window has two places")
    expect(not close(found, 2), "add what comes from both places")
    expect(close(found, 3), "one contribution for each place of the window: the number under k₁")
    return "1 + 2: a shared weight collects from all of its uses."


@exercise("The largest of each 2 × 2 square, on arrays and Tensors.")
def max_pool(answer: Any) -> str:
    answer, rng = function(answer), hidden("max pool")
    shown = np.array([[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 0.0, 7.0]])
    images = [shown] + [rng.permutation(n * m).reshape(n, m) - 9.0 for n, m in ((4, 6), (8, 2))]
    for x in images:
        height, width = x.shape[0] // 2, x.shape[1] // 2
        squares = x.reshape(height, 2, width, 2)
        given = array(answer(x.copy()), "what it returns")
        expect(
            given.shape == (height, width),
            f"{2 * height} × {2 * width} pixels give {height} × {width}, not {given.shape}",
        )
        expect(not close(given, squares.mean(axis=(1, 3))), "that is the mean of each square")
        right = squares.max(axis=(1, 3))
        hint = "which four numbers make the first square? 1, 2, 4, 3"
        if x is not shown:
            hint = "right for one image, but not for other numbers and sizes"
        expect(close(given, right), hint)
        recorded = answer(image := Tensor(x))
        expect(
            isinstance(recorded, Tensor), "a Tensor must stay one: use the functions of autograd"
        )
        (recorded * (weights := rng.normal(size=right.shape))).sum().backward()
        winners = np.isin(x, right) * np.kron(weights, np.ones((2, 2)))
        expect(close(image.grad, winners), "the gradient must go to the winner of each square only")
    return "The gradient goes back to the winner of each square, and to nobody else."


@exercise("After how many moments is less than a hundredth of the gradient left, for u = 0.9?")
def moments(answer: Any) -> str:
    found = whole(answer)
    expect(found != 43, "0.9⁴³ is a little more than a hundredth: one more")
    expect(found != 10, "each moment takes a tenth of what is *left*: multiply, do not subtract")
    expect(found != 99, "a tenth goes at each moment, not a hundredth")
    expect(
        found == math.ceil(math.log(0.01) / math.log(0.9)), "0.9 times itself: when is it < 0.01?"
    )
    return "A tenth lost at each step, and after 44 words the beginning is forgotten."


@exercise("The shares of the look, where no row may look to the right of its own place.")
def causal(answer: Any) -> str:
    answer, rng = function(answer), hidden("causal")
    shown = np.array([[1.0, 5.0, 2.0], [0.0, 1.0, 9.0], [2.0, 0.0, 1.0]])
    for scores in (shown, *(3 * rng.normal(size=(n, n)) for n in (2, 5, 8))):
        n = len(scores)
        given = array(answer(scores.copy()), "what it returns")
        expect(given.shape == (n, n), "as many rows and columns as there were: any square size")
        expect(not np.isnan(given).any(), "nan: −∞ − (−∞) somewhere? Every row may look at itself")
        expect(
            close(np.triu(given, 1), np.zeros((n, n)), 1e-9),
            "some row looks to the right of itself",
        )
        expect(
            close(given.sum(axis=1), np.ones(n)),
            "each row must sum to 1: mask the *scores*, before the softmax",
        )
        right = np.exp(scores) * np.tri(n)
        right /= right.sum(axis=1, keepdims=True)
        expect(close(given, right), "rows sum to 1, but the shares are no softmax of what is "
               f"allowed (for {n} × {n} scores)")  # fmt: skip
    return "Masked before the softmax, the future has share 0, and gradient 0."


@exercise("One step of a gated cell.")
def gated(answer: Any) -> str:
    answer, rng = function(answer), hidden("gated")
    for x, h, a in ((0.3, 0.5, 2.0), *rng.uniform(-1.5, 1.5, (3, 3)).tolist()):
        given = number(answer(x, h, a), "what it returns")
        g, t = 1 / (1 + math.exp(-a)), math.tanh(x + h)
        expect(not close(given, (1 - g) * h + g * t), "g and 1 − g have changed places")
        expect(not close(given, a * h + (1 - a) * t), "a is not yet the gate: g = σ(a)")
        expect(close(given, g * h + (1 - g) * t), "g·h + (1 − g)·tanh(x + h), with g = σ(a)")
        state, gate = Value(h), Value(a)
        recorded = answer(x, state, gate)
        expect(isinstance(recorded, Value), "a Value must stay one")
        recorded.backward()
        by_h, by_a = g + (1 - g) * (1 - t * t), g * (1 - g) * (h - t)
        expect(
            close(state.grad, by_h) and close(gate.grad, by_a),
            "the value is right, but the gradient by the state or the gate is not",
        )
    h = start = Value(0.5)
    for _ in range(30):
        h = answer(0.0, h, 10.0)
    h.backward()
    expect(start.grad > 0.9, "with the gate open the state should pass nearly unchanged")
    return "With an open gate the gradient goes back thirty moments, nearly whole."
