"""Solutions of 00, the graph."""

from __future__ import annotations

from typing import Any

import numpy as np


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


def reciprocal_from_z(x: Any) -> Any:
    """The derivative written with the result."""
    z = 1.0 / x.data
    return Num(z, [x], [-z * z])


def reciprocal_by_names(x: Any) -> Any:
    """The same, argument by argument."""
    return Num(data=x.data**-1, inputs=(x,), partials=(-(x.data**-2),))


def _without_return(x: Any) -> Any:
    Num(1 / x.data, (x,), (-1 / x.data**2,))


RIGHT = {
    "number_of_nodes": [((5,),), ((5.0,),), (("5",),)],
    "gradient_of_a": [((8,),), ((8.0,),), (("8",),)],
    "have_a_gradient": [
        (({"x", "b"},),),
        ((["b", "x"],),),
        (({"x", "b", "y"},),),
        (("x, b",),),
        (("x and b",),),
        ((np.array(["x", "b"]),),),
    ],
    "and_neuron": [
        (([1.0, 1.0, -1.5],),),
        (([10, 10, -15],),),
        (([1e6, 1e6, -1.5e6],),),
        ((("1", "1", "-3/2"),),),
    ],
    "reciprocal": [
        ((reciprocal, Num, backward),),
        ((reciprocal_from_z, Num, backward),),
        ((reciprocal_by_names, Num, backward),),
    ],
}

WRONG = {
    "number_of_nodes": [
        ((3,), "operations"),
        ((7,), "one box"),
        ((6,), "leaves"),
        ((4.5,), "whole"),
        (("nan",), "not a number"),
        ((10**400,), "too large"),
        (("five",), "number"),
    ],
    "gradient_of_a": [
        ((2,), "a·a"),
        ((5.0,), "twice"),
        ((15,), "value of c"),
        ((6,), "there are three"),
        (("2a + b",), "number"),
    ],
    "have_a_gradient": [
        (({"x", "b", "2.0"},), "constant"),
        (({"b"},), "inputs"),
        (({"x"},), "b is 0"),
        (({"x", "b", "tanh"},), "not one of"),
        ((3,), "set"),
    ],
    "and_neuron": [
        (([1, 1, 1],), "bias"),
        (([1, 1, -3],), "outweigh"),
        (([1, 1, -0.5],), "OR"),
        (([2, 0, -1],), "one weight alone"),
        (([1, 1, -1],), "exactly ½"),
        (([1, 1, -2],), "must be above"),
        (([1, 1, 0],), "exactly ½"),
        (([1, 1],), "3 parts"),
    ],
    "reciprocal": [
        ((lambda x: 1 / x.data, Num, backward), "Num"),
        ((lambda x: Num(x.data), Num, backward), "value"),
        ((lambda x: Num(1 / x.data), Num, backward), "remember"),
        ((lambda x: Num(1 / x.data, (x,), (1 / x.data**2,)), Num, backward), "sign"),
        ((lambda x: Num(1 / x.data, (x,), (1.0,)), Num, backward), "local derivative"),
        ((_without_return, Num, backward), "return"),
        ((lambda x: Num(1 / x.data, (x,), -1 / x.data**2), Num, backward), "comma"),
        ((lambda x: Num(0.5, (x,), (-0.25,)), Num, backward), "value"),
    ],
}
