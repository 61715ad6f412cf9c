"""Elementary functions: exponentials, logarithms, powers, sine and cosine."""

from __future__ import annotations

import math

import numpy as np

from autograd.rows.comparisons import base, nonzero
from autograd.rows.elementwise import elementwise
from autograd.rows.facts import ATOM
from autograd.rows.nodes import Operand


@elementwise(
    scalar=math.exp,
    array=np.exp,
    d=[lambda z, x: z],
    latex="e^{$x}",
    domain="x below 709.8, where it overflows",
    binds=ATOM,
    text={"c": "exp($x)", "javascript": "Math.exp($x)", "onnx": "Exp($x)"},
    method=True,
)
def exp(x: Operand) -> Operand:
    """Return eˣ, elementwise.

    Raises DomainError where a float or a `Value` would overflow (x above 709.8).

    >>> exp(0.0)
    1.0
    """


@elementwise(
    scalar=math.expm1,
    array=np.expm1,
    d=[lambda z, x: z + 1],
    latex="(e^{$x} - 1)",
    domain="x below 709.8, where it overflows",
    binds=ATOM,
    text={"c": "expm1($x)", "javascript": "Math.expm1($x)", "onnx": "Sub(Exp($x), 1.0)"},
    method=True,
)
def expm1(x: Operand) -> Operand:
    """Return eˣ − 1, elementwise, accurate near 0.

    >>> expm1(1e-12)
    1.0000000000005e-12
    """


@elementwise(
    scalar=math.log,
    array=np.log,
    d=[lambda z, x: 1 / x],
    latex=r"\ln $x",
    domain="x > 0",
    sample=((0.1, 4.0),),
    text={"c": "log($x)", "javascript": "Math.log($x)", "onnx": "Log($x)"},
    method=True,
)
def log(x: Operand) -> Operand:
    """Return the natural logarithm, elementwise.

    Raises DomainError for a float or `Value` that is not positive; arrays give -inf or nan.

    >>> log(1.0)
    0.0
    """


@elementwise(
    scalar=math.log1p,
    array=np.log1p,
    d=[lambda z, x: 1 / (1 + x)],
    latex=r"\ln(1 + {$x})",
    domain="x > -1",
    sample=((-0.8, 3.0),),
    binds=ATOM,
    text={"c": "log1p($x)", "javascript": "Math.log1p($x)", "onnx": "Log(Add($x, 1.0))"},
    method=True,
)
def log1p(x: Operand) -> Operand:
    """Return ln(1 + x), elementwise, accurate near 0.

    >>> log1p(1e-12)
    9.999999999995e-13
    """


@elementwise(
    scalar=math.sqrt,
    array=np.sqrt,
    d=[lambda z, x: 1 / (2 * z)],
    symbol="√",
    latex=r"\sqrt{$x}",
    domain="x ≥ 0",
    sample=((0.1, 4.0),),
    binds=ATOM,
    text={"c": "sqrt($x)", "javascript": "Math.sqrt($x)", "onnx": "Sqrt($x)"},
    method=True,
)
def sqrt(x: Operand) -> Operand:
    """Return the square root, elementwise; its derivative at 0 is inf.

    >>> sqrt(9.0)
    3.0
    """


def _cos(z: object, x: object) -> object:  # a function, since cos is declared below
    return cos(x)


@elementwise(
    scalar=math.sin,
    array=np.sin,
    d=[_cos],
    latex=r"\sin $x",
    domain="finite x",
    text={"c": "sin($x)", "javascript": "Math.sin($x)", "onnx": "Sin($x)"},
    method=True,
)
def sin(x: Operand) -> Operand:
    """Return the sine of x in radians, elementwise.

    >>> sin(0.0)
    0.0
    """


@elementwise(
    scalar=math.cos,
    array=np.cos,
    d=[lambda z, x: -sin(x)],
    latex=r"\cos $x",
    domain="finite x",
    text={"c": "cos($x)", "javascript": "Math.cos($x)", "onnx": "Cos($x)"},
    method=True,
)
def cos(x: Operand) -> Operand:
    """Return the cosine of x in radians, elementwise.

    >>> cos(0.0)
    1.0
    """


@elementwise(
    scalar=math.tanh,
    array=np.tanh,
    d=[lambda z, x: 1 - z**2],
    latex=r"\tanh $x",
    role="activation",
    text={"c": "tanh($x)", "javascript": "Math.tanh($x)", "onnx": "Tanh($x)"},
    method=True,
)
def tanh(x: Operand) -> Operand:
    """Return the hyperbolic tangent, elementwise.

    >>> round(tanh(0.5), 9)
    0.462117157
    """


pow = elementwise(
    "pow",
    scalar=math.pow,
    array=np.power,
    d=[lambda z, x, y: y * base(x, y) ** (y - 1), lambda z, x, y: z * log(nonzero(x))],
    infix="**",
    # x ** y of numbers would be complex for a negative base
    text={
        "c": "pow($x, $y)",
        "float": "pow($x, $y)",
        "numpy": "np.power($x, $y)",
        "javascript": "pow($x, $y)",
        "onnx": "Pow($x, $y)",
    },
    symbol="xʸ",
    latex="$x^{$y}",
    domain="a positive base, or any base but 0 to a whole power",
    sample=((0.2, 3.0), (-2.0, 3.0)),
)
