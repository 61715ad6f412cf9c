"""Checks of 08, inside."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import elementwise, gradcheck, gradient_report
from autograd.errors import GradcheckError
from checks import close, exercise, expect


@exercise("The local derivative of √(1 + x²), as a function of z and x.")
def slope_of_root(answer: Any) -> str:
    x = 2.0
    z = math.sqrt(1 + x * x)
    given = answer(z, x)
    expect(not close(given, 1 / (2 * z)), "the inner derivative is missing: what is it of 1 + x²?")
    expect(not close(given, 2 * x / z), "almost: the root gives a half, the square a 2")
    expect(not close(given, z / x), "upside down: for large x the curve is as steep as a line")
    expect(not close(given, -x / z), "does the curve fall where x is positive? Look at the sign")
    for x in (-3.0, 0.0, 0.5):
        z = math.sqrt(1 + x * x)
        expect(close(answer(z, x), x / z), f"at x = {x} it should be {x / z:.4f}: chain rule")
    return "Written with the result, the root need not be computed a second time."


@exercise("Forward rule and derivative of the bump e^(−x²).")
def bump(answer: Any) -> str:
    forward, d = answer
    row = elementwise("bump_of_an_exercise", forward, d=[d])
    try:
        expect(close(float(row(0.5)), math.exp(-0.25)), "the forward rule: at ½ it is e^(−¼)")
        expect(
            close(row(np.array([-1.0, 2.0])), np.exp([-1.0, -4.0])),
            "the forward rule must work on arrays as well: use autograd.exp, not math.exp",
        )
        report = gradient_report(row, 0.8)
        expect(
            not close(report.rows[0].analytic, math.exp(-0.64)),
            "that is the derivative of e^u; and of u = −x²?",
        )
        expect(
            not close(report.rows[0].analytic, math.exp(-0.64)) and report.rows[0].analytic < 0,
            "to the right of the top the bump falls: look at the sign",
        )
        expect(report.ok, "gradcheck finds a difference: chain rule, and z is e^(−x²) already")
        for x in (-2.0, 0.0, 1.5):
            try:
                gradcheck(row, x, order=2)
            except (GradcheckError, TypeError):
                expect(False, f"at x = {x} the derivative or the second one is not right")
    finally:
        row.remove()
    return "−2·x·z: value, gradient, second derivative and formula from two lines."


@exercise("Where does gradcheck find that the slope of |x| is not always 1?")
def where_it_shows(answer: Any) -> str:
    x = float(answer)
    expect(not x > 0, "there the slope is 1 indeed: the wrong rule is right on this side")
    expect(
        x != 0,
        "at the kink any slope between −1 and 1 is accepted, so 1 passes: move away from it",
    )
    expect(x < 0, "a number, please")
    return "A check is worth as much as the points that it is done at."


@exercise("What comes back through a shift to the right?")
def shift_backward(answer: Any) -> str:
    g = np.array([1.0, 2.0, 4.0, 8.0])
    back = np.asarray(answer(g), dtype=float)
    expect(back.shape == g.shape, "as many gradients as elements of x: one of them is 0")
    expect(not close(back, g), "each gradient must go back to where its element came from")
    expect(
        not close(back, [0.0, 1.0, 2.0, 4.0]),
        "that is the shift again; backward goes the other way (the transposed matrix)",
    )
    expect(not close(back, [2.0, 4.0, 8.0, 1.0]), "x has lost its last element: nothing reads it")
    expect(not close(back, g[::-1]), "to the left by one, not turned round")
    expect(close(back, [2.0, 4.0, 8.0, 0.0]), "x₁ went to place 2, so g₂ comes back to x₁")
    expect(close(answer(np.array([3.0])), [0.0]), "it should work for arrays of any length")
    return "The last element is read by nobody, so its gradient is 0."


@exercise("How many leaves are the parameters of Dense(10, 5), as Tensors and as Values?")
def leaves(answer: Any) -> str:
    tensors, values = answer
    expect(tensors != 1, "the bias is an array of its own")
    expect(tensors == 2, "as Tensors: an array is one leaf. How many arrays has a Dense layer?")
    expect(values != 50, "the biases as well: one for each output")
    expect(values != 15, "a weight for each *pair* of input and output")
    expect(values == 55, "as Values: one for each single number")
    return "Two leaves or fifty-five: the same layer, seen from two distances."


@exercise("Which of the five functions can be replayed?")
def can_be_traced(answer: Any) -> str:
    expect(isinstance(answer, set | list | tuple | str), 'answer with a set, such as {"a", "b"}')
    given = {str(letter).lower() for letter in answer}
    expect(given <= set("abcde"), "letters from a to e")
    expect("b" not in given, "b looks at x to decide which way to go; another x may go another way")
    expect("d" not in given, "d draws one number while recording; every replay would use it again")
    expect("e" not in given, "e reads x as a plain number, which would stay what it was")
    expect("a" in given, "a computes both sides and chooses: is the choice an operation?")
    expect("c" in given, "the loop of c goes over the weights, of which there are always as many")
    return "Loops over what is fixed unroll; choices by `where` are operations."
