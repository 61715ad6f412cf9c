"""Checks of 02, activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Value, topological
from checks import (
    array,
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    rounds_to,
    several,
    table,
    word,
    words,
)  # fmt: skip


@exercise("A sigmoid unit answers 0.9. How large is its slope there?")
def slope(answer: Any) -> str:
    found = number(answer)
    expect(not close(found, 0.9), "0.9 is the output; the slope is made of the output, σ(1 − σ)")
    expect(not close(found, 0.1), "that is 1 − σ, one of the two factors")
    expect(not close(found, 0.25), "a quarter is the slope in the middle, where the output is ½")
    at_z = 1 / (1 + math.exp(-0.9))
    expect(
        not close(found, at_z * (1 - at_z), 1e-3),
        "0.9 is the unit's output, not its z: no sigmoid is to be applied again",
    )
    expect(rounds_to(found, 0.09), "the slope of a sigmoid is its output times 1 minus its output")
    return "0.9 · 0.1: already down to a third of what it was in the middle."


@exercise("Return weight and bias of the one layer that does what two linear layers do.")
def collapse(answer: Any) -> str:
    answer, rng = function(answer), hidden("collapse")
    for n, m, k in ((2, 3, 4), (5, 2, 3), (3, 3, 3)):
        W1, b1, W2, b2 = (rng.normal(size=size) for size in ((n, m), m, (m, k), k))
        weight, bias = (
            array(part, name)
            for part, name in zip(
                several(answer(W1, b1, W2, b2), 2, "what it returns (weight, bias)"),
                ("the weight", "the bias"),
                strict=True,
            )
        )
        expect(
            weight.shape == (n, k),
            f"the weight must lead from {n} inputs to {k} outputs, but has shape {weight.shape}: "
            "which of the two comes first in x @ W1 @ W2?",
        )
        expect(
            close(weight, W1 @ W2), "the weight: in x @ W1 @ W2 put brackets around the last two"
        )
        expect(
            not (close(bias, b1) or close(bias, b2)),
            "b1 goes through the second layer as well, before b2 is added",
        )
        expect(
            bias.shape in ((k,), (1, k)),
            f"the bias is added to each row of {k} outputs, so its shape is ({k},), "
            f"not {bias.shape}",
        )
        expect(close(bias.ravel(), b1 @ W2 + b2), "the bias: what comes out when x is 0? Put it in")
    return "Any number of linear layers is one: depth without bends is only more multiplications."


@exercise("Write |x| with relu, sums and products alone.")
def absolute(answer: Any) -> str:
    answer, rng = function(answer), hidden("absolute")
    expect(
        not close(number(answer(-3.0), "what it returns"), 0.0),
        "on the negative side nothing comes out: which relu is open there?",
    )
    expect(not close(answer(-3.0), -3.0), "below 0 the sign must change, so two relus are needed")
    for x in (-0.5, 0.0, 2.0, *rng.uniform(-4, 4, 4).round(2)):
        found = number(answer(float(x)), "what it returns")
        expect(
            close(found, abs(x)), f"at x = {x:g} it gives {found:g}: one relu for each side, added"
        )
    used = []
    for at, steep in ((-2.0, -1.0), (1.5, 1.0)):
        x = Value(at)
        y = answer(x)
        expect(isinstance(y, Value), "the answer must be computed from x by relu, so that it has "
               "a gradient; a plain number came out")  # fmt: skip
        names = sorted(node.op.name for node in topological(y) if node.op is not None)
        for name in names:
            expect(
                name in {"relu", "add", "sub", "mul", "neg", "dot", "sum"},
                f"the values are right, but {name} is not allowed: relu, sums and products only",
            )
        plain = sorted(
            x for node in topological(y) for x in node.inputs if not isinstance(x, Value)
        )
        used.append((names, plain))  # what a sign has decided shows in the numbers, too
        expect("relu" in names, "there is no relu in it: that was an if, or a sign")
        y.backward()
        expect(close(x.grad, steep), f"the values are right, but not the slope at x = {at:g}")
    expect(used[0] == used[1], "it goes another way for negative numbers: without if, please")
    if used[0][0].count("relu") == 1:
        return "One ReLU and a line: |x| = 2·relu(x) − x. Two of them, back to back, do it as well."
    return "Two ReLUs, back to back. Any function made of straight pieces can be put together so."


@exercise("Which of the units a to e does no input between 0 and 1 open?")
def dead_units(answer: Any) -> str:
    found = set(words(answer, dict.fromkeys("abcde", ""), "your answer"))
    expect("a" not in found, "a: put both inputs to 1; then 1 + 1 − 1.5 is above 0")
    expect("d" not in found, "d: the best input for it is x1 = 0, x2 = 1, not both at 1")
    expect("e" in found, "e: even with both inputs at 1 its sum stays below 0. Compute it")
    expect("c" in found, "c: the first input can bring at most 2, the second at best nothing")
    expect("b" in found, "b: the most that its sum can be is exactly 0, and relu′(0) is 0")
    return (
        "Each input at the end that its weight likes; if the sum is still not above 0, it is dead."
    )


@exercise("Choose the activation of the output for four tasks.")
def choices(answer: Any) -> str:
    known = {"identity": "linear none", "sigmoid": "σ logistic", "softmax": ""}
    tasks = ("temperature", "spam", "digit", "topics")
    given = {task: word(choice, known, task) for task, choice in table(answer, tasks).items()}
    expect(
        given["temperature"] == "identity",
        "a temperature may be any number, also −20: which of the three does not squash?",
    )
    expect(
        given["spam"] == "sigmoid",
        "yes or no is one probability from one number; softmax of a single number is always 1",
    )
    expect(
        given["digit"] == "softmax",
        "it is exactly one of the ten, so the probabilities share one whole",
    )
    expect(
        given["topics"] == "sigmoid",
        "several topics may hold at once; with shares of one whole they would compete",
    )
    return "Ask what answers are possible, and take the activation that can give just those."


@exercise("Write a softmax of plain numbers that is right for [1000.0, 1001.0].")
def safe_softmax(answer: Any) -> str:
    answer, rng = function(answer), hidden("safe softmax")

    def shares(z: list[float]) -> np.ndarray:
        found = array(answer(list(z)), "what it returns")
        expect(found.shape == (len(z),), "as many shares as there are numbers, in a list")
        return found

    small = shares([0.0, math.log(3.0)])
    expect(
        close(small.sum(), 1.0),
        f"the shares add up to {small.sum():g}, not to 1: divide by the sum of all powers of e",
    )
    expect(close(small, [0.25, 0.75]), "for [0, ln 3] the powers of e are 1 and 3, the shares ¼, ¾")
    spread = np.round(rng.normal(size=4), 2)
    for z, hint in (
        ([1000.0, 1001.0], "subtract the same number from all: a shift changes nothing"),
        ([-1000.0, -1001.0, -1000.0], "very negative numbers: subtract the largest, no fixed one"),
        ([0.0, 3000.0], "far apart: subtract the largest, not the least, and not the mean"),
        ([2000.0, -2000.0, 0.0, 1999.0], "far apart: subtract the largest of all"),
        (list(700 + 10 * spread), "subtract the same number from all before taking powers"),
    ):
        powers = np.exp(np.array(z) - max(z))
        try:
            found = shares(z)
        except (OverflowError, ZeroDivisionError):
            found = np.full(len(z), np.nan)
        expect(np.isfinite(found).all(), f"for {z} no number comes out: e to that is too large for "
               f"a float, or all of them are 0. {hint}")  # fmt: skip
        expect(close(found, powers / powers.sum()), f"for {z} the shares are wrong: {hint}")
    return "With the largest at 0 nothing overflows, and at least one power of e is 1."
