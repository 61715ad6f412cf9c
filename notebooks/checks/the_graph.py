"""Checks of 00, the graph."""

from __future__ import annotations

import math
from typing import Any

from checks import close, exercise, expect


@exercise("Draw (p + q) * (p - q) and count every box: what goes in, and every result.")
def number_of_nodes(answer: Any) -> str:
    expect(
        answer != 3,
        "you have counted the operations; the numbers that they work on are nodes as well",
    )
    expect(
        answer != 7,
        "p stands in the formula twice, but it is one number: one box with two arrows going out",
    )
    expect(answer == 5, "count the leaves (each name once) and one node for each operation")
    return "Two leaves and three results. A name that is used twice is still one node."


@exercise("c = a·b + a·a with a = 3 and b = 2: work out ∂c/∂a on paper.")
def gradient_of_a(answer: Any) -> str:
    expect(not close(answer, 2.0), "that is what comes through a·b; what comes through a·a?")
    expect(
        not close(answer, 5.0),
        "in a·a the number a is used twice: one contribution for each of the two uses",
    )
    expect(not close(answer, 15.0), "that is the value of c; how much does c change with a?")
    expect(close(answer, 8.0), "add one contribution for each use of a: there are three")
    return "Three uses, three contributions, and they add up: 2 + 3 + 3."


@exercise("Which numbers of tanh(2.0 * x + b) get a gradient?")
def have_a_gradient(answer: Any) -> str:
    expect(isinstance(answer, set | list | tuple), 'answer with a set of names, such as {"x"}')
    names = {str(name) for name in answer}
    expect("2.0" not in names, "2.0 is a plain number: nothing remembers it, so it is a constant")
    expect("b" in names, "b is 0, but is its gradient? It asks how much y moves if b does")
    expect(
        "x" in names,
        "inputs are Values here as well: the engine does not know weights from data",
    )
    expect(names == {"x", "b"}, 'name the Values only: from "x", "b", "2.0"')
    return "A Value is a variable and a plain number is a constant; what it means is up to you."


@exercise("Find weights and a bias so that the neuron computes AND.")
def and_neuron(answer: Any) -> str:
    w1, w2, bias = (float(number) for number in answer)

    def output(x1: int, x2: int) -> float:
        return 1 / (1 + math.exp(-(w1 * x1 + w2 * x2 + bias)))

    expect(output(0, 0) < 0.5, "for (0, 0) only the bias is left, and it must say no: its sign?")
    expect(output(1, 1) > 0.5, "for (1, 1) both weights together must outweigh the bias")
    for x1, x2 in ((0, 1), (1, 0)):
        expect(
            output(x1, x2) < 0.5,
            f"({x1}, {x2}) is answered with yes: one weight alone outweighs the bias already "
            "(that neuron computes OR, or looks at one input only)",
        )
    return "The bias is the threshold: each weight is below it, both together are above."


@exercise("Write reciprocal(x): the Num of 1/x, its input, and its local derivative.")
def reciprocal(answer: Any, num: Any, backward: Any) -> str:
    for data in (2.0, -0.5):
        x = num(data)
        z = answer(x)
        expect(isinstance(z, num), "return a Num, made as in tanh(x)")
        expect(close(z.data, 1 / data), f"the value of 1/{data} is not {z.data}")
        expect(z.inputs, "the result does not remember x: no gradient can reach it")
        backward(z)
        expect(not close(x.grad, 1 / data**2), "almost: look at the sign. Does 1/x grow with x?")
        expect(close(x.grad, -1 / data**2), "the local derivative of 1/x by x is not right yet")
    y = num(4.0)
    backward(answer(y) * answer(y))
    expect(close(y.grad, -2 / 4.0**3), "used twice in one program, the gradient is not the sum")
    return "One value and one local derivative: that is all an engine needs to know of a function."
