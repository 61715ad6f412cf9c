"""Checks of 08, inside."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Value, gradients, topological
from checks import (
    array,
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    several,
    several_numbers,
    whole,
    words,
)  # fmt: skip
from checks.answers import plain


@exercise("The local derivative of √(1 + x²), as a function of z and x.")
def slope_of_root(answer: Any) -> str:
    answer, rng = function(answer), hidden("slope of root")
    for x in (2.0, -3.0, 0.8, *map(float, rng.uniform(-5, 5, 3))):
        z = math.sqrt(1 + x * x)
        given = number(answer(z, x), "what it returns")
        expect(not close(given, 1 / (2 * z)), "the inner derivative is missing: that of 1 + x²?")
        expect(not close(given, 2 * x / z), "almost: the root gives a half, the square a 2")
        expect(not close(given, z / x), "upside down: for large x the curve is as steep as a line")
        expect(
            not close(given, -x / z), "does the curve fall where x is positive? Look at the sign"
        )
        expect(close(given, x / z), f"at x = {x:.4g} it should be {x / z:.4f}: chain rule")
    z, x = Value(math.sqrt(5.0)), Value(2.0)
    recorded = answer(z, x)
    expect(
        isinstance(recorded, Value),
        "the value is right, but for a Value a plain number came out: a rule is made of "
        "+, −, ×, ÷ on z and x, so that it can be differentiated again (and without math.sqrt)",
    )
    for node in topological(recorded):
        name = "" if node.op is None else node.op.name
        exponent = plain(node.inputs[1]) if name == "pow" else 1.0
        expect(
            name != "sqrt" and float(exponent).is_integer(),  # z**-1 is a division
            "right, but the task says without a root: z *is* the root, computed already",
        )
    recorded.backward()
    expect(z.has_grad, "z does not come into it, or only as a plain number: the root is z")
    return "Written with the result, the root need not be computed a second time."


@exercise("Forward rule and derivative of the bump e^(−x²).")
def bump(answer: Any) -> str:
    forward, d = (
        function(part, what)
        for part, what in zip(several(answer, 2), ("forward", "d"), strict=True)
    )
    rng = hidden("bump")
    points = [0.5, -1.0, *map(float, rng.uniform(-2, 2, 3))]
    for x in points:
        expect(
            close(number(forward(x), "what forward returns"), math.exp(-x * x)),
            f"the forward rule: at {x:.3g} it is e^(−{x * x:.3g})",
        )
    at = np.array(points)
    try:
        on_arrays = array(forward(at), "what forward returns")
    except TypeError:
        on_arrays = np.array(np.nan)
    expect(
        close(on_arrays, np.exp(-at * at)),
        "the forward rule must work on arrays as well: use autograd.exp, not math.exp",
    )
    for x in (0.8, *points, 0.0):
        z = math.exp(-x * x)
        slope = number(d(z, x), "what d returns")
        expect(not (x and close(slope, z)), "that is the derivative of e^u; and of u = −x²?")
        expect(
            not (x and close(slope, 2 * x * z)),
            "to the right of the top the bump falls: look at the sign",
        )
        expect(
            close(slope, -2 * x * z),
            f"gradcheck finds a difference at x = {x:.3g}: chain rule, and z is e^(−x²) already",
        )
    x = Value(0.7)
    z = forward(x)
    expect(isinstance(z, Value), "a Value must stay one: autograd.exp, not np.exp or math.exp")
    slope = d(z, x)
    expect(isinstance(slope, Value), "the rule must keep a Value, for the second derivative")
    (second,) = gradients(slope, [x])
    expect(
        close(float(second), (4 * 0.49 - 2) * math.exp(-0.49)), "the second derivative is not right"
    )
    return "−2·x·z: value, gradient, second derivative and formula from two lines."


@exercise("Where does gradcheck find that the slope of |x| is not always 1?")
def where_it_shows(answer: Any) -> str:
    x = number(answer)
    expect(not x > 0, "there the slope is 1 indeed: the wrong rule is right on this side")
    expect(
        x != 0,
        "at the kink any slope between −1 and 1 is accepted, so 1 passes: move away from it",
    )
    expect(math.isfinite(x), "at an infinite x nothing can be measured: name a number")
    return "A check is worth as much as the points that it is done at."


@exercise("What comes back through a shift to the right?")
def shift_backward(answer: Any) -> str:
    answer, rng = function(answer), hidden("shift backward")
    for g in (np.array([1.0, 2.0, 4.0, 8.0]), rng.normal(size=6), rng.normal(size=3)):
        back = array(answer(g.copy()), "what it returns")
        right = np.append(g[1:], 0.0)
        expect(back.shape == g.shape, "as many gradients as elements of x: one of them is 0")
        expect(not close(back, g), "each gradient must go back to where its element came from")
        expect(
            not close(back, np.append(0.0, g[:-1])),
            "that is the shift again; backward goes the other way (the transposed matrix)",
        )
        expect(not close(back, np.roll(g, -1)), "x has lost its last element: nothing reads it")
        expect(not close(back, g[::-1]), "to the left by one, not turned round")
        expect(close(back, right), "x₁ went to place 2, so g₂ comes back to x₁")
    single = array(answer(np.array([3.0])), "what it returns")
    expect(close(single, [0.0]), "it should work for arrays of any length, also for one element")
    return "The last element is read by nobody, so its gradient is 0."


@exercise("How many leaves are the parameters of Dense(10, 5), as Tensors and as Values?")
def leaves(answer: Any) -> str:
    several_numbers(answer, "as Tensors", "as Values")
    tensors, values = (whole(part, "each of the two") for part in several(answer, 2))
    expect(tensors != 1, "the bias is an array of its own")
    expect(tensors == 2, "as Tensors: an array is one leaf. How many arrays has a Dense layer?")
    expect(values != 50, "the biases as well: one for each output")
    expect(values != 15, "a weight for each *pair* of input and output")
    expect(values == 55, "as Values: one for each single number")
    return "Two leaves or fifty-five: the same layer, seen from two distances."


@exercise("Which of the five functions can be replayed?")
def can_be_traced(answer: Any) -> str:
    given = set(words(answer, dict.fromkeys("abcde", ""), "your answer"))
    expect("b" not in given, "b looks at x to decide which way to go; another x may go another way")
    expect("d" not in given, "d draws one number while recording; every replay would use it again")
    expect("e" not in given, "e reads x as a plain number, which would stay what it was")
    expect("a" in given, "a computes both sides and chooses: is the choice an operation?")
    expect("c" in given, "the loop of c goes over the weights, of which there are always as many")
    return "Loops over what is fixed unroll; choices by `where` are operations."
