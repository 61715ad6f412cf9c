"""Checks of 02, activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Value
from checks import close, exercise, expect


@exercise("A sigmoid unit answers 0.9. How large is its slope there?")
def slope(answer: Any) -> str:
    expect(not close(answer, 0.9), "0.9 is the output; the slope is made of the output, σ(1 − σ)")
    expect(not close(answer, 0.1), "that is 1 − σ, one of the two factors")
    expect(not close(answer, 0.25), "a quarter is the slope in the middle, where the output is ½")
    at_z = 1 / (1 + math.exp(-0.9))
    expect(
        not close(answer, at_z * (1 - at_z), 1e-3),
        "0.9 is the unit's output, not its z: no sigmoid is to be applied again",
    )
    expect(close(answer, 0.09), "the slope of a sigmoid is its output times 1 minus its output")
    return "0.9 · 0.1: already down to a third of what it was in the middle."


@exercise("Return weight and bias of the one layer that does what two linear layers do.")
def collapse(answer: Any) -> str:
    rng = np.random.default_rng(5)
    W1, b1 = rng.normal(size=(2, 3)), rng.normal(size=3)
    W2, b2 = rng.normal(size=(3, 4)), rng.normal(size=4)
    given = answer(W1, b1, W2, b2)
    expect(
        isinstance(given, tuple | list) and len(given) == 2, "return two things: weight and bias"
    )
    weight, bias = (np.asarray(part, dtype=float) for part in given)
    expect(
        weight.shape == (2, 4),
        f"the weight must lead from 2 inputs to 4 outputs, but has shape {weight.shape}: which of "
        "the two comes first in x @ W1 @ W2?",
    )
    expect(close(weight, W1 @ W2), "the weight: in x @ W1 @ W2 put brackets around the last two")
    expect(
        not (bias.shape == (3,) or close(bias, b2)),
        "b1 goes through the second layer as well, before b2 is added",
    )
    expect(close(bias, b1 @ W2 + b2), "the bias: what comes out when x is 0? Put x = 0 in")
    return "Any number of linear layers is one: depth without bends is only more multiplications."


@exercise("Write |x| with relu, sums and products alone.")
def absolute(answer: Any) -> str:
    expect(
        not close(answer(-3.0), 0.0),
        "on the negative side nothing comes out: which relu is open there?",
    )
    expect(not close(answer(-3.0), -3.0), "below 0 the sign must change, so two relus are needed")
    for x in (-3.0, -0.5, 0.0, 2.0):
        expect(
            close(answer(x), abs(x)),
            f"at x = {x:g} it gives {float(answer(x)):g}: one relu for each side, and add them",
        )
    x = Value(-2.0)
    y = answer(x)
    expect(
        isinstance(y, Value) and y.inputs,
        "the answer must be computed from x by relu, so that it has a gradient",
    )
    y.backward()
    expect(close(x.grad, -1.0), "the values are right, but the slope on the left is not −1")
    return "Two ReLUs, back to back. Any function made of straight pieces can be put together so."


@exercise("Which of the units a to e does no input between 0 and 1 open?")
def dead_units(answer: Any) -> str:
    expect(
        isinstance(answer, list | tuple | set | str),
        "give the letters in a list, such as ['a', 'b']",
    )
    found = {str(letter).strip() for letter in answer}
    expect(found <= set("abcde"), "only the letters a to e")
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
    expect(isinstance(answer, dict) and len(answer) == 4, "keep the dictionary of four tasks")
    temperature, spam, digit, topics = (str(choice).strip().lower() for choice in answer.values())
    known = {"identity", "sigmoid", "softmax"}
    expect(
        {temperature, spam, digit, topics} <= known, "choose among identity, sigmoid and softmax"
    )
    expect(
        temperature == "identity",
        "a temperature may be any number, also −20: which of the three does not squash?",
    )
    expect(
        spam == "sigmoid",
        "yes or no is one probability from one number; softmax of a single number is always 1",
    )
    expect(digit == "softmax", "it is exactly one of the ten, so the probabilities share one whole")
    expect(
        topics == "sigmoid",
        "several topics may hold at once; with shares of one whole they would compete",
    )
    return "Ask what answers are possible, and take the activation that can give just those."


@exercise("Write a softmax of plain numbers that is right for [1000.0, 1001.0].")
def safe_softmax(answer: Any) -> str:
    small = [float(share) for share in answer([0.0, math.log(3.0)])]
    expect(len(small) == 2, "as many shares as there are numbers, in a list")
    expect(
        close(sum(small), 1.0),
        f"the shares add up to {sum(small):g}, not to 1: divide by the sum of all powers of e",
    )
    expect(close(small, [0.25, 0.75]), "for [0, ln 3] the powers of e are 1 and 3, the shares ¼, ¾")
    try:
        large = [float(share) for share in answer([1000.0, 1001.0])]
    except OverflowError:
        large = []
    expect(
        large and all(map(math.isfinite, large)),
        "e¹⁰⁰⁰ is too large for a float. Subtract the same number from all before taking powers",
    )
    expect(
        close(large, [1 / (1 + math.e), math.e / (1 + math.e)]),
        "for [1000, 1001] it must be what it is for [0, 1]: a shift changes nothing",
    )
    low = answer([-1000.0, -1001.0, -1000.0])
    expect(
        close(sum(low), 1.0) and close(low[0], low[2]) and low[1] < low[0],
        "for very negative numbers it fails: subtract the largest, not a fixed number",
    )
    return "With the largest at 0 nothing overflows, and at least one power of e is 1."
