"""Checks of 09, next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor, Value, gradcheck
from checks import close, exercise, expect


@exercise("How many weights have a 3 × 3 kernel, and a dense layer from 28 × 28 to 26 × 26?")
def how_many_weights(answer: Any) -> str:
    convolution, dense = answer
    expect(convolution != 9 * 26 * 26, "that is how often a weight is used; at each place the same")
    expect(convolution == 9, "the kernel is all that the convolution has")
    expect(dense != 28 * 28 + 26 * 26, "a weight for each *pair* of input and output")
    expect(dense == 28**2 * 26**2, "dense: inputs × outputs, counting every pixel")
    return "Nine against half a million: that is what “the same everywhere” saves."


@exercise("(k₁, k₂) slides over (1, 2, 3); L is the sum of the outputs: ∂L/∂k₁?")
def gradient_of_k1(answer: Any) -> str:
    expect(not close(answer, 1), "k₁ is used at two places; that is the first of them")
    expect(not close(answer, 5), "that is the gradient of k₂: what does k₁ stand on?")
    expect(not close(answer, 6), "does k₁ ever stand on the 3? The window has two places")
    expect(not close(answer, 2), "add what comes from both places")
    expect(close(answer, 3), "one contribution for each place of the window: the number under k₁")
    return "1 + 2: a shared weight collects from all of its uses."


@exercise("The largest of each 2 × 2 square, on arrays and Tensors.")
def max_pool(answer: Any) -> str:
    x = np.array([[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 0.0, 7.0]])
    given = answer(x)
    expect(np.shape(given) == (1, 2), f"2 × 4 pixels give 1 × 2, not {np.shape(given)}")
    expect(not close(given, [[2.5, 3.0]]), "that is the mean of each square")
    expect(close(given, [[4.0, 7.0]]), "which four numbers make the first square? 1, 2, 4, 3")
    recorded = answer(Tensor(x))
    expect(isinstance(recorded, Tensor), "a Tensor must stay one: use the functions of autograd")
    recorded.sum().backward()
    rng = np.random.default_rng(0)
    gradcheck(answer, rng.permutation(24).reshape(4, 6).astype(float))
    return "The gradient goes back to the winner of each square, and to nobody else."


@exercise("After how many moments is less than a hundredth of the gradient left, for u = 0.9?")
def moments(answer: Any) -> str:
    expect(answer != 43, "0.9⁴³ is a little more than a hundredth: one more")
    expect(answer != 10, "each moment takes a tenth of what is *left*: multiply, do not subtract")
    expect(answer != 99, "a tenth goes at each moment, not a hundredth")
    expect(
        answer == math.ceil(math.log(0.01) / math.log(0.9)), "0.9 times itself: when is it < 0.01?"
    )
    return "A tenth lost at each step, and after 44 words the beginning is forgotten."


@exercise("The shares of the look, where no row may look to the right of its own place.")
def causal(answer: Any) -> str:
    scores = np.array([[1.0, 5.0, 2.0], [0.0, 1.0, 9.0], [2.0, 0.0, 1.0]])
    given = np.asarray(getattr(found := answer(scores), "data", found), dtype=float)
    expect(given.shape == (3, 3), "as many rows and columns as there were")
    expect(not np.isnan(given).any(), "nan: −∞ − (−∞) somewhere? Every row may look at itself")
    expect(
        close(np.triu(given, 1), np.zeros((3, 3)), 1e-9), "some row looks to the right of itself"
    )
    expect(
        close(given.sum(axis=1), np.ones(3)),
        "each row must sum to 1: mask the *scores*, before the softmax",
    )
    right = np.exp(scores) * np.tri(3)
    right /= right.sum(axis=1, keepdims=True)
    expect(close(given, right), "rows sum to 1, but the shares are no softmax of what is allowed")
    return "Masked before the softmax, the future has share 0, and gradient 0."


@exercise("One step of a gated cell.")
def gated(answer: Any) -> str:
    given = float(answer(0.3, 0.5, 2.0))
    g = 1 / (1 + math.exp(-2.0))
    new = math.tanh(0.8)
    expect(not close(given, (1 - g) * 0.5 + g * new), "g and 1 − g have changed places")
    expect(not close(given, 2 * 0.5 - new), "a is not yet the gate: g = σ(a)")
    expect(close(given, g * 0.5 + (1 - g) * new), "g·h + (1 − g)·tanh(x + h), with g = σ(a)")
    expect(isinstance(answer(0.3, Value(0.5), 1.0), Value), "a Value must stay one")
    gradcheck(answer, 0.3, 0.5, 1.0, order=2)
    h = start = Value(0.5)
    for _ in range(30):
        h = answer(0.0, h, 10.0)
    h.backward()
    expect(start.grad > 0.9, "with the gate open the state should pass nearly unchanged")
    return "With an open gate the gradient goes back thirty moments, nearly whole."
