"""More of NumPy's functions: the other trigonometric ones, roots, logarithms and rounding."""

from __future__ import annotations

import math

import numpy as np

from autograd.rows.comparisons import nonzero
from autograd.rows.elementary import sqrt
from autograd.rows.elementwise import Elementwise, elementwise
from autograd.rows.nodes import Operand

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cbrt",
    "ceil",
    "cosh",
    "exp2",
    "floor",
    "hypot",
    "log2",
    "log10",
    "remainder",
    "rint",
    "sinh",
    "tan",
    "trunc",
]


@elementwise(
    scalar=math.tan,
    array=np.tan,
    d=[lambda z, x: 1 + z * z],
    latex=r"\tan $x",
    domain="finite x",
    sample=((-1.2, 1.2),),
    text={"c": "tan($x)", "javascript": "Math.tan($x)"},
    method=True,
)
def tan(x: Operand) -> Operand:
    """Return the tangent of x in radians, sin x / cos x, elementwise.

    >>> tan(0.0)
    0.0
    """


@elementwise(
    scalar=math.sinh,
    array=np.sinh,
    d=[lambda z, x: _cosh(x)],
    latex=r"\sinh $x",
    domain="x between ±710, where it overflows",
    text={"c": "sinh($x)", "javascript": "Math.sinh($x)"},
    method=True,
)
def sinh(x: Operand) -> Operand:
    """Return the hyperbolic sine, (eˣ − e⁻ˣ) / 2, elementwise.

    >>> sinh(0.0)
    0.0
    """


@elementwise(
    scalar=math.cosh,
    array=np.cosh,
    d=[lambda z, x: sinh(x)],
    latex=r"\cosh $x",
    domain="x between ±710, where it overflows",
    text={"c": "cosh($x)", "javascript": "Math.cosh($x)"},
    method=True,
)
def cosh(x: Operand) -> Operand:
    """Return the hyperbolic cosine, (eˣ + e⁻ˣ) / 2, elementwise.

    >>> cosh(0.0)
    1.0
    """


@elementwise(
    scalar=math.asin,
    array=np.arcsin,
    d=[lambda z, x: 1 / sqrt((1 - x) * (1 + x))],
    latex=r"\arcsin $x",
    domain="-1 ≤ x ≤ 1",
    sample=((-0.9, 0.9),),
    text={"c": "asin($x)", "javascript": "Math.asin($x)"},
    method=True,
)
def arcsin(x: Operand) -> Operand:
    """Return the angle whose sine is x, elementwise; the derivative is 1 / √(1 − x²).

    >>> arcsin(0.0)
    0.0
    """


@elementwise(
    scalar=math.acos,
    array=np.arccos,
    d=[lambda z, x: -1 / sqrt((1 - x) * (1 + x))],
    latex=r"\arccos $x",
    domain="-1 ≤ x ≤ 1",
    sample=((-0.9, 0.9),),
    text={"c": "acos($x)", "javascript": "Math.acos($x)"},
    method=True,
)
def arccos(x: Operand) -> Operand:
    """Return the angle whose cosine is x, elementwise; the derivative is −1 / √(1 − x²).

    >>> arccos(1.0)
    0.0
    """


@elementwise(
    scalar=math.atan,
    array=np.arctan,
    d=[lambda z, x: 1 / (1 + x * x)],
    latex=r"\arctan $x",
    text={"c": "atan($x)", "javascript": "Math.atan($x)"},
    method=True,
)
def arctan(x: Operand) -> Operand:
    """Return the angle whose tangent is x, elementwise; the derivative is 1 / (1 + x²).

    >>> arctan(0.0)
    0.0
    """


@elementwise(
    scalar=math.asinh,
    array=np.arcsinh,
    d=[lambda z, x: 1 / sqrt(1 + x * x)],
    latex=r"\operatorname{arsinh} $x",
    text={"c": "asinh($x)", "javascript": "Math.asinh($x)"},
    method=True,
)
def arcsinh(x: Operand) -> Operand:
    """Return the number whose hyperbolic sine is x, elementwise.

    >>> arcsinh(0.0)
    0.0
    """


@elementwise(
    scalar=math.acosh,
    array=np.arccosh,
    d=[lambda z, x: 1 / (sqrt(x - 1) * sqrt(x + 1))],
    latex=r"\operatorname{arcosh} $x",
    domain="x ≥ 1",
    sample=((1.2, 4.0),),
    text={"c": "acosh($x)", "javascript": "Math.acosh($x)"},
    method=True,
)
def arccosh(x: Operand) -> Operand:
    """Return the number whose hyperbolic cosine is x, elementwise.

    >>> arccosh(1.0)
    0.0
    """


@elementwise(
    scalar=math.atanh,
    array=np.arctanh,
    d=[lambda z, x: 1 / ((1 - x) * (1 + x))],
    latex=r"\operatorname{artanh} $x",
    domain="-1 < x < 1",
    sample=((-0.9, 0.9),),
    text={"c": "atanh($x)", "javascript": "Math.atanh($x)"},
    method=True,
)
def arctanh(x: Operand) -> Operand:
    """Return the number whose hyperbolic tangent is x, elementwise.

    >>> arctanh(0.0)
    0.0
    """


@elementwise(
    scalar=math.exp2,
    array=np.exp2,
    d=[lambda z, x: z * 0.6931471805599453],
    latex="2^{$x}",
    domain="x below 1024, where it overflows",
    text={"c": "exp2($x)", "javascript": "Math.pow(2, $x)", "onnx": "Pow(2.0, $x)"},
    method=True,
)
def exp2(x: Operand) -> Operand:
    """Return 2ˣ, elementwise; the derivative is 2ˣ · ln 2.

    >>> exp2(3.0)
    8.0
    """


@elementwise(
    scalar=math.log2,
    array=np.log2,
    d=[lambda z, x: 1.4426950408889634 / x],
    latex=r"\log_2 $x",
    domain="x > 0",
    sample=((0.1, 4.0),),
    text={
        "c": "log2($x)",
        "javascript": "Math.log2($x)",
        "onnx": "Div(Log($x), 0.6931471805599453)",
    },
    method=True,
)
def log2(x: Operand) -> Operand:
    """Return the logarithm to base 2, elementwise; the derivative is 1 / (x · ln 2).

    >>> log2(8.0)
    3.0
    """


@elementwise(
    scalar=math.log10,
    array=np.log10,
    d=[lambda z, x: 0.4342944819032518 / x],
    latex=r"\log_{10} $x",
    domain="x > 0",
    sample=((0.1, 4.0),),
    text={
        "c": "log10($x)",
        "javascript": "Math.log10($x)",
        "onnx": "Div(Log($x), 2.302585092994046)",
    },
    method=True,
)
def log10(x: Operand) -> Operand:
    """Return the logarithm to base 10, elementwise; the derivative is 1 / (x · ln 10).

    >>> log10(100.0)
    2.0
    """


@elementwise(
    scalar=math.cbrt,
    array=np.cbrt,
    d=[lambda z, x: 1 / (3 * z * z)],
    latex=r"\sqrt[3]{$x}",
    sample=((0.2, 4.0),),
    text={"c": "cbrt($x)", "javascript": "Math.cbrt($x)"},
    method=True,
)
def cbrt(x: Operand) -> Operand:
    """Return the cube root, also of negative numbers, elementwise; its derivative at 0 is inf.

    >>> cbrt(-8.0)
    -2.0
    """


@elementwise(
    scalar=lambda x: float(math.floor(x)) if math.isfinite(x) else x,
    array=np.floor,
    d=[lambda z, x: 0],
    latex=r"\lfloor {$x} \rfloor",
    text={"javascript": "Math.floor($x)", "onnx": "Floor($x)"},
    method=True,
)
def floor(x: Operand) -> Operand:
    """Return the largest whole number up to x, elementwise; the derivative is 0.

    >>> floor(2.7)
    2.0
    """


@elementwise(
    scalar=lambda x: float(math.ceil(x)) if math.isfinite(x) else x,
    array=np.ceil,
    d=[lambda z, x: 0],
    latex=r"\lceil {$x} \rceil",
    text={"javascript": "Math.ceil($x)", "onnx": "Ceil($x)"},
    method=True,
)
def ceil(x: Operand) -> Operand:
    """Return the smallest whole number from x on, elementwise; the derivative is 0.

    >>> ceil(2.2)
    3.0
    """


@elementwise(
    scalar=lambda x: float(math.trunc(x)) if math.isfinite(x) else x,
    array=np.trunc,
    d=[lambda z, x: 0],
    latex=r"\operatorname{trunc} $x",
    text={"javascript": "Math.trunc($x)"},
    method=True,
)
def trunc(x: Operand) -> Operand:
    """Return x without what follows the point, elementwise; the derivative is 0.

    >>> trunc(-2.7)
    -2.0
    """


@elementwise(
    scalar=lambda x: float(round(x)) if math.isfinite(x) else x,
    array=np.rint,
    d=[lambda z, x: 0],
    latex=r"\operatorname{round} $x",
    text={"javascript": "rint($x)", "onnx": "Round($x)"},
    method=True,
)
def rint(x: Operand) -> Operand:
    """Return the nearest whole number (of two, the even one), elementwise; the derivative is 0.

    >>> rint(2.5)
    2.0
    """


@elementwise(
    scalar=math.hypot,
    array=np.hypot,
    d=[lambda z, x, y: x / nonzero(z), lambda z, x, y: y / nonzero(z)],
    latex=r"\sqrt{{$x}^2 + {$y}^2}",
    text={"javascript": "Math.hypot($x, $y)"},
    method=True,
)
def hypot(x: Operand, y: Operand) -> Operand:
    """Return √(x² + y²) without overflow, elementwise; at 0 the gradient is 0.

    >>> hypot(3.0, 4.0)
    5.0
    """


@elementwise(
    scalar=math.atan2,
    array=np.arctan2,
    d=[lambda z, x, y: y / (x * x + y * y), lambda z, x, y: -x / (x * x + y * y)],
    latex=r"\operatorname{atan2}({$x}, {$y})",
    sample=((0.2, 3.0), (0.2, 3.0)),
    text={"c": "atan2($x, $y)", "javascript": "Math.atan2($x, $y)"},
    method=True,
)
def arctan2(x: Operand, y: Operand) -> Operand:
    """Return the angle of the point (y, x), elementwise: arctan of x / y, in its quadrant.

    >>> arctan2(0.0, 1.0)
    0.0
    """


@elementwise(
    scalar=lambda x, y: x % y if math.isfinite(x) else math.fmod(x, y),
    array=np.remainder,
    d=[lambda z, x, y: 1, lambda z, x, y: (z - x) / y],
    latex=r"{$x} \bmod {$y}",
    domain="finite x and a divisor other than 0",
    sample=((-3.0, 3.0), (0.7, 3.0)),
    text={"javascript": "remainder($x, $y)"},
    operator="mod",
    method=True,
)
def remainder(x: Operand, y: Operand) -> Operand:
    """Return what is left of x after whole multiples of y, with the sign of y: x − y·⌊x/y⌋.

    >>> remainder(7.0, 3.0)
    1.0
    """


_cosh: Elementwise = cosh
