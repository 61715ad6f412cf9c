"""Checks of 00, the graph."""

from __future__ import annotations

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


@exercise("Draw (p + q) * (p - q) and count every box: what goes in, and every result.")
def number_of_nodes(answer: Any) -> str:
    nodes = whole(answer)
    expect(
        nodes != 3,
        "you have counted the operations; the numbers that they work on are nodes as well",
    )
    expect(
        nodes != 7,
        "p stands in the formula twice, but it is one number: one box with two arrows going out",
    )
    expect(nodes == 5, "count the leaves (each name once) and one node for each operation")
    return "Two leaves and three results. A name that is used twice is still one node."


@exercise("c = a·b + a·a with a = 3 and b = 2: work out ∂c/∂a on paper.")
def gradient_of_a(answer: Any) -> str:
    found = number(answer)
    expect(not close(found, 2.0), "that is what comes through a·b; what comes through a·a?")
    expect(
        not close(found, 5.0),
        "in a·a the number a is used twice: one contribution for each of the two uses",
    )
    expect(not close(found, 15.0), "that is the value of c; how much does c change with a?")
    expect(close(found, 8.0), "add one contribution for each use of a: there are three")
    return "Three uses, three contributions, and they add up: 2 + 3 + 3."


@exercise("Which leaves of tanh(2.0 * x + b) get a gradient?")
def have_a_gradient(answer: Any) -> str:
    # y is no leaf, but it has a gradient indeed (1): naming it as well is no mistake.
    known = {"x": "", "b": "", "2.0": "2 20", "y": ""}
    names = set(words(answer, known, "your answer"))
    expect("2.0" not in names, "2.0 is a plain number: nothing remembers it, so it is a constant")
    expect("b" in names, "b is 0, but is its gradient? It asks how much y moves if b does")
    expect(
        "x" in names,
        "inputs are Values here as well: the engine does not know weights from data",
    )
    return "A Value is a variable and a plain number is a constant; what it means is up to you."


@exercise("Find weights and a bias so that the neuron computes AND.")
def and_neuron(answer: Any) -> str:
    w1, w2, bias = several_numbers(answer, "w1", "w2", "bias")
    # σ(z) is above ½ exactly where z is above 0, and z is never too large to compute.
    expect(bias != 0, "for (0, 0) it gives exactly ½, which is neither yes nor no: the bias?")
    expect(bias < 0, "for (0, 0) only the bias is left, and it must say no: its sign?")
    both = w1 + w2 + bias
    expect(both != 0, "for (1, 1) it gives exactly ½; it must be above")
    expect(both > 0, "for (1, 1) both weights together must outweigh the bias")
    for place, z in (("(0, 1)", w2 + bias), ("(1, 0)", w1 + bias)):
        expect(z != 0, f"{place} gives exactly ½; it must be below: a little more bias")
        expect(
            z < 0,
            f"{place} is answered with yes: one weight alone outweighs the bias already "
            "(that neuron computes OR, or looks at one input only)",
        )
    return "The bias is the threshold: each weight is below it, both together are above."


@exercise("Write reciprocal(x): the Num of 1/x, its input, and its local derivative.")
def reciprocal(answer: Any, num: Any, backward: Any) -> str:
    answer, draws = function(answer), hidden("reciprocal")
    for data in (2.0, -0.5, *draws.uniform(0.3, 3.0, 2).round(3)):
        x = num(float(data))
        z = answer(x)
        expect(isinstance(z, num), "return a Num, made as in tanh(x)")
        expect(close(z.data, 1 / data), f"the value of 1/{data:g} is not {z.data:g}")
        for part in (z.inputs, z.partials):
            expect(
                hasattr(part, "__len__"),
                "inputs and partials are tuples, also where there is one entry: (…,) with a comma",
            )
        expect(z.inputs, "the result does not remember x: no gradient can reach it")
        backward(z)
        expect(not close(x.grad, 1 / data**2), "almost: look at the sign. Does 1/x grow with x?")
        expect(close(x.grad, -1 / data**2), "the local derivative of 1/x by x is not right yet")
    y = num(4.0)
    backward(answer(y) * answer(y))
    expect(close(y.grad, -2 / 4.0**3), "used twice in one program, the gradient is not the sum")
    return "One value and one local derivative: that is all an engine needs to know of a function."
