"""Checks of 05, vanishing gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from checks import close, exercise, expect


@exercise("After how many sigmoid layers is less than a thousandth of the gradient left?")
def layers_until_a_thousandth(answer: Any) -> str:
    expect(
        answer not in (250, 4000),
        "each layer takes its share of what is left, so shares multiply: ¼ · ¼ · ¼ …",
    )
    expect(answer != 4, "after four layers 1/256 is left: that is more than a thousandth")
    expect(
        answer != 10,
        "that would do if each layer left a half (2 to the 10th is about 1000); it is a quarter",
    )
    expect(answer == 5, "multiply 0.25 by itself until it is below 0.001, and count the factors")
    return "Five: 0.25 to the fifth is 1/1024. The lecture's network has ten."


@exercise("Write He's standard deviation for a layer of n inputs.")
def he_deviation(answer: Any) -> str:
    found = float(answer(200))
    expect(not close(found, 0.01), "that is the variance, 2/n; the deviation is its square root")
    expect(
        not close(found, math.sqrt(1 / 200)),
        "that keeps signals level without an activation; ReLU turns half of them off",
    )
    expect(
        not close(found, math.sqrt(1 / 400)), "ReLU leaves half, so make up for it: twice, not half"
    )
    expect(close(found, 0.1), "for 200 inputs it is 0.1, whose square is 2/200")
    expect(close(answer(8), 0.5), "it must shrink with the number of inputs n")
    return "√(2/n): n inputs add up, and the 2 is for the half that ReLU turns off."


@exercise("Ten blocks with f′ = 0.01: the factor without and with residual connections?")
def ten_blocks(answer: Any) -> str:
    without, residual = (float(part) for part in answer)
    expect(
        not close(without, 0.1, 1e-3),
        "without: the factors of layers one after the other are multiplied, not added",
    )
    expect(close(without / 1e-20, 1.0, 1e-3), "without: 0.01, ten times as a factor")
    expect(
        not close(residual, 1 + 1e-20, 1e-9),
        "with: each block has its own way around, so the 1 is added in each block: (1 + 0.01) …",
    )
    expect(
        not close(residual, 1.1, 1e-4),
        "with: nearly, but the blocks' factors multiply: 1.01 to the power of 10",
    )
    expect(
        close(residual, 1.01**10), "with: y = x + f(x) has the slope 1 + f′; ten of these in a row"
    )
    return "1e-20 against 1.105: the way around carries the gradient past all ten."


@exercise("Write clipping by norm for a NumPy array.")
def clip(answer: Any) -> str:
    long = np.array([3.0, -4.0])
    found = np.asarray(answer(long.copy(), 1.0), dtype=float)
    expect(
        not close(found, [1.0, -1.0]),
        "that clips each number by itself, which turns the arrow; scale all of them together",
    )
    expect(
        not close(found, long / 7),
        "that is scaled by the sum of absolute values: what is its length?",
    )
    expect(
        close(found, [0.6, -0.8]), "(3, −4) has the length 5; clipped to 1 it is a fifth of itself"
    )
    short = np.array([0.3, 0.4])
    expect(
        close(answer(short.copy(), 1.0), short),
        "a gradient that is short enough stays as it is: a limit, not a length",
    )
    expect(
        close(answer(np.zeros(2), 1.0), [0.0, 0.0]), "the gradient 0 has no direction; keep it 0"
    )
    expect(close(answer(long.copy(), 2.0), [1.2, -1.6]), "for limit 2 the length should be 2")
    return "One factor for all numbers: shorter, in the same direction."


@exercise("Tell vanishing, exploding and healthy gradients apart.")
def diagnose(answer: Any) -> str:
    cases: list[tuple[list[float], str, str]] = [
        ([1e-9, 1e-6, 1e-3, 1.0], "vanishing", "the first layer gets a billionth of the last's"),
        ([0.2, 0.5, 0.1, 0.3], "healthy", "all layers get about the same"),
        ([2e-5, 3e-5, 1e-5], "healthy", "small, but equally small: compare layers with each other"),
        ([5.0, 50.0, 900.0], "exploding", "one is above 10"),
        ([1.0, math.inf], "exploding", "one of them is infinite"),
        ([0.1, math.nan], "exploding", "one of them is nan, which is neither below nor above"),
        ([0.0, 0.2, 0.1], "vanishing", "one layer gets exactly nothing"),
        ([1.0, 1e-7, 0.5], "vanishing", "it need not be the first layer"),
    ]
    for means, right, hint in cases:
        expect(str(answer(list(means))) == right, f"for {means}: {hint}")
    return "Vanishing is relative to the other layers; exploding is absolute."


@exercise("Which cures help sigmoid layers whose gradients vanish?")
def which_cures(answer: Any) -> str:
    expect(isinstance(answer, set | list | tuple), 'answer with a set, such as {"xavier"}')
    names = {str(name).lower() for name in answer}
    expect(
        "clipping" not in names, "clipping makes long gradients shorter; these are short already"
    )
    expect("smaller weights" not in names, "smaller weights make the other factor smaller, too")
    expect(
        "xavier" not in names,
        "look at the picture of depths: with Xavier the line still goes down, for the slope is ¼",
    )
    expect(names == {"residual", "batch norm"}, "two of the five; look at the table of all cures")
    return "A way around, or setting each layer right again: both work with any activation."
