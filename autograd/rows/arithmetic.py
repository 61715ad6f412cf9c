"""Sums and products: the first page of the table.

In the rules of every chapter `z` is the output, `x, y` are the inputs and `g` is the upstream
gradient. Rules are written with operators and with other rows, so each runs on floats, arrays,
nodes and symbols. If a rule looks roundabout, that keeps it right at 0, at a tie, or where an
intermediate result would overflow.
"""

from __future__ import annotations

import operator

import numpy as np

from autograd.rows.elementwise import elementwise
from autograd.rows.facts import ATOM, NEGATION, PRODUCT, SUM
from autograd.rows.nodes import Operand

add = elementwise(
    "add",
    scalar=operator.add,
    array=np.add,
    d=[lambda z, x, y: 1, lambda z, x, y: 1],
    infix="+",
    latex="$x + $y",
    binds=SUM,
    chains=True,
    jointly=True,
    terms=lambda x, y: ([], [x, y]),
    operator="add",
    text={"onnx": "Add($x, $y)"},
)

sub = elementwise(
    "sub",
    scalar=operator.sub,
    array=np.subtract,
    d=[lambda z, x, y: 1, lambda z, x, y: -1],
    infix="-",
    symbol="−",
    latex="$x - $y",
    binds=SUM,
    jointly=True,
    operator="sub",
    text={"onnx": "Sub($x, $y)"},
)

mul = elementwise(
    "mul",
    scalar=operator.mul,
    array=np.multiply,
    d=[lambda z, x, y: y, lambda z, x, y: x],
    infix="*",
    symbol="×",
    latex=r"$x \cdot $y",
    binds=PRODUCT,
    linear=(0, 1),
    terms=lambda x, y: ([(x, y)], []),
    operator="mul",
    text={"onnx": "Mul($x, $y)"},
)

div = elementwise(
    "div",
    scalar=operator.truediv,
    array=np.divide,
    d=[lambda z, x, y: 1 / y, lambda z, x, y: -z / y],
    infix="/",
    symbol="÷",
    latex=r"\frac{$x}{$y}",
    domain="a divisor other than 0",
    sample=((-3.0, 3.0), (0.2, 3.0)),
    binds=ATOM,
    linear=(0,),
    operator="truediv",
    text={"onnx": "Div($x, $y)"},
)

neg = elementwise(
    "neg",
    scalar=operator.neg,
    array=np.negative,
    d=[lambda z, x: -1],
    symbol="−",
    latex="-$x",
    text={"c": "-$x", "python": "-$x", "numpy": "-$x", "javascript": "-$x", "onnx": "Neg($x)"},
    binds=NEGATION,
    linear=(0,),
    operator="neg",
)


@elementwise(
    scalar=lambda x: x * x,
    array=np.square,
    d=[lambda z, x: 2 * x],
    symbol="²",
    latex="$x^2",
    text={
        "c": "($x * $x)",
        "python": "$x ** 2",
        "float": "$x * $x",
        "javascript": "square($x)",
        "onnx": "Mul($x, $x)",
    },
)
def square(x: Operand) -> Operand:
    """Return x², elementwise.

    >>> square(-3.0)
    9.0
    """
