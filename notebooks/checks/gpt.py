"""Checks of 10, a GPT."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Value
from checks import (
    array,
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    whole,
)  # fmt: skip
from checks.answers import plain


@exercise("How many numbers does the same GPT learn when it is 32 wide?")
def parameters_of_32(answer: Any) -> str:
    found, signs, places, width = whole(answer), 27, 16, 32
    blocks = 12 * width**2
    expect(found != 2 * 4192, "matrices grow on both sides: twice as wide is four times as many")
    expect(found != 4 * 4192, "the tables of signs and places grow on one side only")
    expect(found != blocks + (signs + places) * width, "one more matrix: from 32 to the 27 logits")
    expect(found != blocks + 2 * signs * width, "the places have a table of their own")
    expect(
        found == blocks + (2 * signs + places) * width,
        "four square matrices, two of 32 × 128, signs 27 × 32 twice, places 16 × 32",
    )
    return "14,528. Most of it is in the block, and the share grows with the width."


@exercise("A fair die of how many sides surprises by 2.08 on average?")
def sides(answer: Any) -> str:
    found = number(answer)
    expect(not close(found, 2.08**2, 1e-2), "it is a power of e, not a square")
    expect(not close(found, 2**2.08, 1e-2), "the surprise is −ln p, so the base is e, not 2")
    expect(not close(found, math.exp(-2.08), 1e-2), "that is the share of one side")
    expect(not 26 <= found <= 27, "27 sides would surprise by ln 27 = 3.30")
    expect(abs(found - math.exp(2.08)) < 0.05, "a die of n sides: p = 1/n, so the surprise is ln n")
    return "e^2.08 ≈ 8: the model hesitates between eight letters, as it were, instead of 27."


def _numbers(given: Any, n: int, what: str = "what it returns") -> np.ndarray:
    found = array([plain(x) for x in given] if isinstance(given, list | tuple) else given, what)
    expect(found.shape == (n,), f"for {n} numbers it should return {n}, not {found.shape}")
    return found


@exercise("The shares of a softmax at a temperature.")
def shares_at(answer: Any) -> str:
    answer, rng = function(answer), hidden("temperature")
    tried = [
        ([1.0, 2.0, 0.5], 0.5),
        *((rng.normal(size=n).tolist(), t) for n, t in ((4, 2.0), (7, 0.7))),
    ]
    for logits, temperature in tried:
        given = _numbers(answer(list(logits), temperature), len(logits))

        def shares(scale: float, logits: list[float] = logits) -> np.ndarray:
            powers = np.exp(np.array(logits) * scale)
            return powers / powers.sum()

        expect(not close(given, shares(1.0)), "the temperature has no effect")
        expect(not close(given, shares(temperature)), "divide by the temperature: cold is sure")
        expect(
            not close(given, shares(1.0) / temperature),
            "divide the *logits*, before the softmax: shares have to sum to 1",
        )
        expect(close(given.sum(), 1.0), "the shares do not sum to 1")
        expect(close(given, shares(1 / temperature)), "softmax of the logits ÷ the temperature")
    for z, temperature in (
        ([1000.0, 1001.0], 1.0),
        ([3.0, 2.0], 1e-3),
        ([-1e3, -1e3, -999.0], 1.0),
    ):
        hint = f"at {z} and temperature {temperature:g} the powers overflow, or all of them are 0: "
        try:
            large = _numbers(answer(list(z), temperature), len(z))
        except (OverflowError, ZeroDivisionError):
            large = np.full(len(z), np.nan)
        powers = np.exp((np.array(z) - max(z)) / temperature)
        expect(close(large, powers / powers.sum()), hint + "subtract the largest first")
    return "Towards 0 only the likeliest is left; a high temperature makes all alike."


@exercise("The derivative of the surprise by each logit.")
def pulls(answer: Any) -> str:
    answer, rng = function(answer), hidden("pulls")
    tried = [([0.0, 1.0, 2.0], 1), *((rng.normal(size=n).tolist(), t) for n, t in ((5, 0), (8, 6)))]
    for logits, token in tried:
        given = _numbers(answer(list(logits), token), len(logits))
        powers = np.exp(logits)
        shares = powers / powers.sum()
        right = shares - np.eye(len(logits))[token]
        expect(not close(given, shares), "one of them is less by 1: which?")
        expect(not close(given, -right), "that is the way downhill: the other sign")
        expect(not close(given, np.eye(len(logits))[token] * (shares[token] - 1)),
               "the other logits are in the sum too, and are pulled at")  # fmt: skip
        expect(close(given, right), "shares − 1 at the token that came, shares elsewhere")
    return "Share minus truth: the sum of all pulls is 0, what one gains the others lose."


@exercise("Layer norm of a list of numbers.")
def layer_norm(answer: Any) -> str:
    answer, rng = function(answer), hidden("layer norm")
    for x in ([1.0, 2.0, 6.0], *(rng.normal(2.0, 3.0, n).tolist() for n in (4, 9))):
        given = _numbers(answer(list(x)), len(x))
        centred = np.array(x) - np.mean(x)
        expect(
            not close(given, np.array(x) / np.sqrt(np.mean(np.square(x)) + 1e-5)),
            "that is RMSNorm: the mean is still in it",
        )
        expect(not close(given, centred), "the size is not yet 1")
        expect(not close(given, centred / (np.mean(centred**2) + 1e-5)), "divide by the *root*")
        expect(
            len(x) < 3 or not close(given, centred / np.sqrt(centred.var(ddof=1) + 1e-5)),
            "the mean of the squares divides by n, not by n − 1",
        )
        expect(
            close(given, centred / np.sqrt(np.mean(centred**2) + 1e-5)), "first mean 0, then size 1"
        )
        nodes = [Value(e) for e in x]
        recorded = answer(nodes)
        expect(
            all(isinstance(e, Value) for e in recorded),
            "`Value`s must stay `Value`s",
        )
        for i, y in enumerate(recorded):
            expect(close(y.data, given[i]), "on `Value`s other numbers come out than on floats")
        recorded[0].backward()
        slopes = np.array([node.grad for node in nodes])
        expect(
            abs(slopes.sum()) < 1e-9,
            "a shift of all numbers changes nothing, so the gradients should sum to 0",
        )
        size = np.sqrt(np.mean(centred**2) + 1e-5)
        right = (np.eye(len(x))[0] - (1 + given[0] * given) / len(x)) / size
        expect(
            close(slopes, right, 1e-5),
            "the numbers are right, but not their gradients: mean and size depend on each input "
            "as well, so both must be computed from the `Value`s, without float or .data",
        )
    return "Shifted or stretched, what goes in comes out the same."


@exercise("How many rows of the table of signs have a gradient after one step on “ada”?")
def rows_that_learn(answer: Any) -> str:
    found = whole(answer)
    expect(found != 27, "only what was chosen is part of the graph")
    expect(found != 2, "the mark at the beginning is read as well")
    expect(found not in (4, 5), "the a is read twice, from one row; the last mark is not read")
    expect(found == 3, "which signs go *in*? The last one is only predicted")
    return "The rows of ., a and d; that of a gets the sum of two contributions."
