"""Solutions of 00, the graph."""

from __future__ import annotations

from typing import Any


class Num:
    """The notebook's number, as far as the exercise needs it."""

    def __init__(self, data: float, inputs: Any = (), partials: Any = ()) -> None:
        self.data, self.inputs, self.partials, self.grad = data, inputs, partials, 0.0

    def __mul__(self, other: Num) -> Num:
        return Num(self.data * other.data, (self, other), (other.data, self.data))


def backward(root: Num) -> None:
    """Walk paths, not nodes: slower than the notebook's, and as right."""

    def visit(node: Num, upstream: float) -> None:
        node.grad += upstream
        for x, partial in zip(node.inputs, node.partials, strict=True):
            visit(x, upstream * partial)

    visit(root, 1.0)


def reciprocal(x: Num) -> Num:
    """1/x, whose derivative is −1/x²."""
    return Num(1 / x.data, (x,), (-1 / x.data**2,))


RIGHT = {
    "number_of_nodes": [((5,),)],
    "gradient_of_a": [((8,),), ((8.0,),)],
    "have_a_gradient": [(({"x", "b"},),), ((["b", "x"],),)],
    "and_neuron": [(([1.0, 1.0, -1.5],),), (([10, 10, -15],),)],
    "reciprocal": [((reciprocal, Num, backward),)],
}

WRONG = {
    "number_of_nodes": [((3,), "operations"), ((7,), "one box"), ((6,), "leaves")],
    "gradient_of_a": [
        ((2,), "a·a"),
        ((5.0,), "twice"),
        ((15,), "value of c"),
        ((6,), "there are three"),
    ],
    "have_a_gradient": [
        (({"x", "b", "2.0"},), "constant"),
        (({"b"},), "inputs"),
        (({"x"},), "b is 0"),
        (({"x", "b", "y"},), "Values only"),
        ((3,), "set"),
    ],
    "and_neuron": [
        (([1, 1, 1],), "bias"),
        (([1, 1, -3],), "outweigh"),
        (([1, 1, -0.5],), "OR"),
        (([2, 0, -1],), "one weight alone"),
    ],
    "reciprocal": [
        ((lambda x: 1 / x.data, Num, backward), "Num"),
        ((lambda x: Num(x.data), Num, backward), "value"),
        ((lambda x: Num(1 / x.data), Num, backward), "remember"),
        ((lambda x: Num(1 / x.data, (x,), (1 / x.data**2,)), Num, backward), "sign"),
        ((lambda x: Num(1 / x.data, (x,), (1.0,)), Num, backward), "local derivative"),
    ],
}
