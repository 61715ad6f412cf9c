"""Comparisons and signs: step functions, whose derivative is 0 or undefined."""

from __future__ import annotations

import math
import operator

import numpy as np

from autograd.rows.elementwise import elementwise
from autograd.rows.facts import ATOM
from autograd.rows.nodes import Operand


@elementwise(
    scalar=operator.gt,
    array=np.greater,
    d=[None, None],
    symbol=">",
    text={
        "c": "($x > $y ? 1.0 : 0.0)",
        "float": "(1.0 if $x > $y else 0.0)",
        "javascript": "greater($x, $y)",
        "onnx": "Greater($x, $y)",
    },
    latex="[$x > $y]",
    truth=True,
)
def greater(x: Operand, y: Operand) -> Operand:
    """Return whether x > y, elementwise: 1.0 or 0.0 for numbers, booleans for arrays.

    >>> greater(2.0, 1.0)
    1.0
    """


@elementwise(
    scalar=operator.ge,
    array=np.greater_equal,
    d=[None, None],
    symbol="≥",
    text={
        "c": "($x >= $y ? 1.0 : 0.0)",
        "float": "(1.0 if $x >= $y else 0.0)",
        "javascript": "greater_equal($x, $y)",
        "onnx": "GreaterOrEqual($x, $y)",
    },
    latex=r"[$x \ge $y]",
    truth=True,
)
def greater_equal(x: Operand, y: Operand) -> Operand:
    """Return whether x ≥ y, elementwise.

    >>> greater_equal(1.0, 1.0)
    1.0
    """


@elementwise(
    scalar=operator.lt,
    array=np.less,
    d=[None, None],
    symbol="<",
    text={
        "c": "($x < $y ? 1.0 : 0.0)",
        "float": "(1.0 if $x < $y else 0.0)",
        "javascript": "less($x, $y)",
        "onnx": "Less($x, $y)",
    },
    latex="[$x < $y]",
    truth=True,
)
def less(x: Operand, y: Operand) -> Operand:
    """Return whether x < y, elementwise.

    >>> less(2.0, 1.0)
    0.0
    """


@elementwise(
    scalar=operator.le,
    array=np.less_equal,
    d=[None, None],
    symbol="≤",
    text={
        "c": "($x <= $y ? 1.0 : 0.0)",
        "float": "(1.0 if $x <= $y else 0.0)",
        "javascript": "less_equal($x, $y)",
        "onnx": "LessOrEqual($x, $y)",
    },
    latex=r"[$x \le $y]",
    truth=True,
)
def less_equal(x: Operand, y: Operand) -> Operand:
    """Return whether x ≤ y, elementwise.

    >>> less_equal(1.0, 1.0)
    1.0
    """


@elementwise(
    scalar=operator.eq,
    array=np.equal,
    d=[None, None],
    symbol="=",
    text={
        "c": "($x == $y ? 1.0 : 0.0)",
        "float": "(1.0 if $x == $y else 0.0)",
        "javascript": "equal($x, $y)",
        "onnx": "Equal($x, $y)",
    },
    latex="[$x = $y]",
    truth=True,
)
def equal(x: Operand, y: Operand) -> Operand:
    """Return whether x = y, elementwise.

    >>> equal(1.0, 1.0)
    1.0
    """


@elementwise(
    scalar=operator.ne,
    array=np.not_equal,
    d=[None, None],
    symbol="≠",
    text={
        "c": "($x != $y ? 1.0 : 0.0)",
        "float": "(1.0 if $x != $y else 0.0)",
        "javascript": "not_equal($x, $y)",
        "onnx": "Not(Equal($x, $y))",
    },
    latex=r"[$x \ne $y]",
    truth=True,
)
def not_equal(x: Operand, y: Operand) -> Operand:
    """Return whether x ≠ y, elementwise.

    >>> not_equal(1.0, 1.0)
    0.0
    """


@elementwise(
    scalar=lambda x: x if x != x else float((x > 0) - (x < 0)),
    array=np.sign,
    d=[lambda z, x: 0],
    kinks=((0.0,),),
    latex=r"\operatorname{sign}($x)",
    text={"c": "sign_of($x)", "javascript": "Math.sign($x)", "onnx": "Sign($x)"},
    method=True,
)
def sign(x: Operand) -> Operand:
    """Return -1, 0 or 1 by the sign of x, elementwise; the derivative is 0.

    >>> sign(-2.0)
    -1.0
    """


@elementwise(
    scalar=lambda x, y: x // y if math.isfinite(x) else math.fmod(x, y),
    array=np.floor_divide,
    d=[lambda z, x, y: 0, lambda z, x, y: 0],
    symbol="//",
    latex=r"\lfloor {$x} / {$y} \rfloor",
    domain="finite x and a divisor other than 0",
    sample=((-3.0, 3.0), (0.7, 3.0)),
    text={
        "javascript": "(Math.abs($y) === Infinity && Number.isFinite($x) ? "
        "($x * $y < 0 ? -1 : 0) : rint(($x - remainder($x, $y)) / $y))"
    },
    operator="floordiv",
)
def floor_divide(x: Operand, y: Operand) -> Operand:
    """Return ⌊x / y⌋, Python's `x // y`, elementwise; the derivative is 0.

    >>> floor_divide(-7.0, 2.0)
    -4.0
    """


#: The part of the gradient that `maximum` gives to x: all, none, or half of it at a tie.
share = elementwise(
    "share",
    scalar=lambda x, y: 1.0 if x > y else 0.5 if x == y else 0.0 if x < y else math.nan,
    array=lambda x, y: np.heaviside(np.where(x == y, 0, np.subtract(x, y)), 0.5),
    d=[None, None],
    latex="[$x > $y]",
    binds=ATOM,
    view=False,
    text={"c": "share_of($x, $y)", "javascript": "share($x, $y)"},
)

#: x, or 1 where x is 0: a divisor with which 0 / 0 is 0.
nonzero = elementwise(
    "nonzero",
    scalar=lambda x: x if x != 0 else 1.0,
    array=lambda x: np.where(x == 0, np.ones_like(x), x),
    d=[lambda z, x: 1],
    latex="$x",
    view=False,
    text={"c": "($x != 0 ? $x : 1.0)", "javascript": "nonzero($x)"},
)

#: x, or 1 where both x and the exponent y are 0: there the derivative y · x^(y-1) of x^0, which is
#: constant, is 0 · 1 and not 0 · ∞.
base = elementwise(
    "base",
    scalar=lambda x, y: x if x or y else 1.0,
    array=lambda x, y: np.where(np.logical_or(x, y), x, 1),
    d=[lambda z, x, y: 1, None],
    text={
        "c": "($x != 0 || $y != 0 ? $x : 1.0)",
        "float": "($x if $x or $y else 1.0)",
        "javascript": "base($x, $y)",
    },
    latex="$x",
    view=False,
)
