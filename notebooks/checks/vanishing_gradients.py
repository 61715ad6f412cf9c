"""Checks of 05, vanishing gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from checks import (
    array,
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    rounds_to,
    several_numbers,
    whole,
    word,
    words,
)  # fmt: skip


@exercise("After how many sigmoid layers is less than a thousandth of the gradient left?")
def layers_until_a_thousandth(answer: Any) -> str:
    layers = whole(answer)
    expect(
        layers not in (250, 4000),
        "each layer takes its share of what is left, so shares multiply: ¼ · ¼ · ¼ …",
    )
    expect(layers != 4, "after four layers 1/256 is left: that is more than a thousandth")
    expect(
        layers != 10,
        "that would do if each layer left a half (2 to the 10th is about 1000); it is a quarter",
    )
    expect(layers == 5, "multiply 0.25 by itself until it is below 0.001, and count the factors")
    return "Five: 0.25 to the fifth is 1/1024. The lecture's network has ten."


@exercise("Write He's standard deviation for a layer of n inputs.")
def he_deviation(answer: Any) -> str:
    answer, rng = function(answer), hidden("he deviation")
    found = number(answer(200), "what it returns")
    expect(not close(found, 0.01), "that is the variance, 2/n; the deviation is its square root")
    expect(
        not close(found, math.sqrt(1 / 200)),
        "that keeps signals level without an activation; ReLU turns half of them off",
    )
    expect(
        not close(found, math.sqrt(1 / 400)), "ReLU leaves half, so make up for it: twice, not half"
    )
    expect(close(found, 0.1), "for 200 inputs it is 0.1, whose square is 2/200")
    for n in (8, *map(int, rng.integers(10, 2000, 3))):
        found = number(answer(n), "what it returns")
        expect(close(found, math.sqrt(2 / n)), f"it must shrink with n: not right for n = {n}")
    return "√(2/n): n inputs add up, and the 2 is for the half that ReLU turns off."


@exercise("Ten blocks with f′ = 0.01: the factor without and with residual connections?")
def ten_blocks(answer: Any) -> str:
    without, residual = several_numbers(answer, "without", "with")
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
        rounds_to(residual, 1.01**10, 4),
        "with: y = x + f(x) has the slope 1 + f′; ten of these in a row (to four digits)",
    )
    return "1e-20 against 1.105: the way around carries the gradient past all ten."


@exercise("Write clipping by norm for a NumPy array.")
def clip(answer: Any) -> str:
    answer, rng = function(answer), hidden("clip")

    def clipped(g: Any, limit: float) -> np.ndarray:
        found = array(answer(np.array(g, dtype=float), limit), "what it returns")
        expect(found.shape == np.shape(g), "as many numbers must come out as went in")
        return found

    long = np.array([3.0, -4.0])
    found = clipped(long, 1.0)
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
        close(clipped(short, 1.0), short),
        "a gradient that is short enough stays as it is: a limit, not a length",
    )
    expect(close(clipped(np.zeros(2), 1.0), [0, 0]), "the gradient 0 has no direction; keep it 0")
    for size in (2, 5, (3, 4)):
        g, limit = rng.normal(size=size), round(float(rng.uniform(0.2, 4.0)), 2)
        length = float(np.sqrt((g * g).sum()))
        right = g * min(1.0, limit / length)
        expect(
            close(clipped(g, limit), right),
            f"for a length of {length:.3g} and limit {limit} the length should be "
            f"{min(length, limit):.3g}, in the same direction (arrays may have any shape)",
        )
    return "One factor for all numbers: shorter, in the same direction."


@exercise("Tell vanishing, exploding and healthy gradients apart.")
def diagnose(answer: Any) -> str:
    answer, rng = function(answer), hidden("diagnose")
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
    level = [float(t) for t in rng.uniform(0.1, 0.9, 6).round(3)]
    cases += [
        (level, "healthy", "all layers get about the same"),
        ([*level, 1e-5], "vanishing", "it may be the last layer"),
        ([*level, 11.0], "exploding", "one is above 10"),
        ([9.9, *level, 0.1], "healthy", "10 is the limit"),
        ([10.2, *level], "exploding", "10 is the limit"),
        ([*level, 0.0012 * max(level)], "healthy", "more than a thousandth of the largest"),
        ([0.0008 * max(level), *level], "vanishing", "less than a thousandth of the largest"),
    ]
    known = {"vanishing": "vanish vanishes", "exploding": "explode explodes", "healthy": "fine"}
    for means, right, hint in cases:
        found = word(answer(list(means)), known, "what it returns")
        expect(found == right, f"for {means}: {hint}")
    return "Vanishing is relative to the other layers; exploding is absolute."


@exercise("Which cures help sigmoid layers whose gradients vanish?")
def which_cures(answer: Any) -> str:
    known = {
        "residual": "residualconnection residualconnections skip skipconnections",
        "batch norm": "batchnorm1d batchnormalization batchnormalisation",
        "clipping": "clip gradientclipping", "smaller weights": "smallerweight",
        "smaller learning rate": "smallerrate smallerlr",
    }  # fmt: skip
    names = set(words(answer, known, "your answer"))
    expect(
        "clipping" not in names, "clipping makes long gradients shorter; these are short already"
    )
    expect("smaller weights" not in names, "smaller weights make the other factor smaller, too")
    expect("smaller learning rate" not in names, "a smaller rate makes small steps smaller still")
    expect(names == {"residual", "batch norm"}, "two of the five; look at the table of all cures")
    return "A way around, or setting each layer right again: both work with any activation here."
