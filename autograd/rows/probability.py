"""Smooth functions of probability: the logistic function, sums of exponentials, and erf."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd.large import room
from autograd.pool import pool
from autograd.rows.elementary import exp
from autograd.rows.elementwise import elementwise
from autograd.rows.nodes import Array, Operand, Quantity


@np.errstate(over="ignore")
def _expit_array(x: Array) -> object:
    if not getattr(x, "ndim", 0) or x.dtype.kind != "f":
        z = 1.0 / (1.0 + np.exp(-1.0 * x))
    else:
        z = np.negative(x, out=room(x))
        np.exp(z, out=z)
        np.add(z, 1.0, out=z)
        np.divide(1.0, z, out=z)
    # Where e^-x overflows, z is 0; the 1 no longer counts there, so eˣ is right.
    return z if z.all() else np.where(z == 0.0, np.exp(np.minimum(x, 0)), z)


def _expit(x: float) -> float:
    # Below -37 the 1 in 1 + e^-x no longer counts, and further down e^-x would overflow.
    return 1.0 / (1.0 + math.exp(-x)) if x > -37.0 else math.exp(x)


def _rest(z: Quantity, x: Quantity) -> object:  # a function, since expit is declared below
    return z * expit(-x)


@elementwise(
    scalar=_expit,
    array=_expit_array,
    d=[_rest],
    text={
        "c": "($x > -37.0 ? 1.0 / (1.0 + exp(-$x)) : exp($x))",
        "float": "(1.0 / (1.0 + exp(-$x)) if $x > -37.0 else exp($x))",
        "javascript": "expit($x)",
        "onnx": "Sigmoid($x)",
    },
    symbol="σ",
    latex=r"\sigma({$x})",
    view=False,
)
def expit(x: Operand) -> Operand:
    """Return the logistic function 1 / (1 + e⁻ˣ), elementwise.

    It is the share of eˣ in eˣ + 1, and as such the derivative of logaddexp: e^(x − z) would lose
    the digits that z has lost, and be nan where both are infinite.

    >>> expit(0.0), expit(-1000.0)
    (0.5, 0.0)
    """


def _logaddexp(x: float, y: float) -> float:
    if x == y:  # also where both are infinite and their difference is not a number
        return x + math.log(2.0)
    return builtins.max(x, y) + math.log1p(math.exp(-math.fabs(x - y)))


@np.errstate(invalid="ignore", over="ignore")
def _logaddexp_array(x: Array, y: Array) -> object:
    # The same formula in whole-array steps, since np.logaddexp takes 6 times as long on large
    # arrays (25 times in float32). On small ones it is quicker.
    if getattr(x, "size", 1) < 256 and getattr(y, "size", 1) < 256:
        return np.logaddexp(x, y)
    top = np.maximum(x, y, out=room(x, y))
    z = np.subtract(x, y, out=room(x, y))
    np.absolute(z, out=z)
    np.negative(z, out=z)
    np.exp(z, out=z)
    np.log1p(z, out=z)
    np.add(z, top, out=z)
    return np.fmax(top, z, out=z)  # ∞ − ∞ is nan, where the answer is `top`


@elementwise(
    scalar=_logaddexp,
    array=_logaddexp_array,
    d=[lambda z, x, y: expit(x - y), lambda z, x, y: expit(y - x)],
    latex=r"\ln(e^{$x} + e^{$y})",
    view=False,
    numpy=[np.logaddexp],
    text={
        "c": "logaddexp_of($x, $y)",
        "javascript": "logaddexp($x, $y)",
        "onnx": "Add(Max($x, $y), Log(Add(Exp(Neg(Abs(Sub($x, $y)))), 1.0)))",
    },
)
def logaddexp(x: Operand, y: Operand) -> Operand:
    """Return ln(eˣ + eʸ), elementwise, without overflow.

    >>> round(logaddexp(1000.0, 1000.0), 4)
    1000.6931
    """


# erfc(x) is e^(-x²)/(1 + 2x) times a smooth function of t = (x - 3)/(x + 3), which maps x ≥ 0 to
# -1 … 1 (M. Shepherd, J. Laframboise, "Chebyshev approximation of (1 + 2x)exp(x²)erfc x in
# 0 ≤ x < ∞", 1981); erf(x)/x is a smooth function of x². The polynomials interpolate both, computed
# with 60 digits, at Chebyshev points; the highest power comes first.
_TAIL = (
    8.864219016427092e-10,
    9.885798831139365e-10,
    -8.500397929772615e-09,
    -1.3326364813003834e-08,
    4.180784698845582e-08,
    1.0187000600072885e-07,
    -1.4160064940265987e-07,
    -6.166496077604353e-07,
    3.5683839153992204e-07,
    3.472414602875686e-06,
    -7.315105164159062e-07,
    -2.0100567931289227e-05,
    4.949484992570595e-06,
    0.00012509935235563107,
    -0.00010515979981501177,
    -0.0007798322721083991,
    0.0018886903591561553,
    0.002529391816066239,
    -0.023770514918645888,
    0.06830802734397848,
    -0.11927366341530699,
    0.1296451587027606,
    -0.04756229435345087,
    -0.13562110612458117,
    1.2530080582697296,
)
_NEAR = (
    -1.0958654538847351e-09,
    1.4721521176389801e-08,
    -1.636264690374604e-07,
    1.6462038363970583e-06,
    -1.4925649162903559e-05,
    0.00012055332969230665,
    -0.0008548327023363943,
    0.005223977625441806,
    -0.026866170645131242,
    0.11283791670955126,
    -0.37612638903183754,
    1.1283791670955126,
)


def _polynomial(t: Array, coefficients: Sequence[float]) -> Array:
    total = np.full_like(t, coefficients[0])
    for a in coefficients[1:]:
        total *= t
        total += a
    return total


def _erf_near_0(x: Array) -> Array:
    z: Array = x * _polynomial(x * x, _NEAR)
    return z


def _erfc_of_positive(x: Array) -> Array:
    x = np.minimum(x, 30.0)  # beyond 27.3 it is 0
    # The exponential magnifies the rounding of x²; a float32 squares without any.
    head = x.astype(np.float32).astype(float)
    tail = np.exp((head - x) * (head + x))
    z: Array = np.exp(-head * head) * tail * _polynomial((x - 3) / (x + 3), _TAIL) / (1 + 2 * x)
    return z


def _erf_block(x: Array) -> Array:
    size = np.absolute(x)
    far = np.copysign(1.0 - _erfc_of_positive(size), x)
    return np.where(size < 0.5, _erf_near_0(np.minimum(np.maximum(x, -0.5), 0.5)), far)


def _erfc_block(x: Array) -> Array:
    size = np.absolute(x)
    far = _erfc_of_positive(size)
    far = np.where(x < 0, 2.0 - far, far)
    return np.where(size < 0.5, 1.0 - _erf_near_0(np.minimum(np.maximum(x, -0.5), 0.5)), far)


def _by_blocks(of_block: Callable[[Array], Array]) -> Callable[[Array], object]:
    """Compute block by block, so that the hundred steps on each stay in the processor's cache."""

    def on_array(x: Array) -> object:
        x = np.asarray(x)
        z = pool.empty(x.shape, x.dtype if x.dtype.kind == "f" else np.dtype(float))
        numbers, results = x.reshape(-1), z.reshape(-1)
        with np.errstate(invalid="ignore", under="ignore"):
            for i in range(0, x.size, 4096):
                results[i : i + 4096] = of_block(numbers[i : i + 4096].astype(float))
        return z if z.shape else z[()]

    return on_array


@elementwise(
    scalar=math.erf,
    array=_by_blocks(_erf_block),
    d=[lambda z, x: 2 / math.sqrt(math.pi) * exp(-(x**2))],
    latex=r"\operatorname{erf}({$x})",
    text={"c": "erf($x)", "javascript": "erf($x)", "onnx": "Erf($x)"},
    view=False,
)
def erf(x: Operand) -> Operand:
    """Return the error function, 2/√π times the integral of e^(−t²) from 0 to x, elementwise.

    >>> round(erf(1.0), 9)
    0.842700793
    """


@elementwise(
    scalar=math.erfc,
    array=_by_blocks(_erfc_block),
    d=[lambda z, x: -2 / math.sqrt(math.pi) * exp(-(x**2))],
    latex=r"\operatorname{erfc}({$x})",
    text={"c": "erfc($x)", "javascript": "erfc($x)", "onnx": "Sub(1.0, Erf($x))"},
    view=False,
)
def erfc(x: Operand) -> Operand:
    """Return 1 − erf(x), elementwise, with all its digits where erf(x) is nearly 1.

    >>> erfc(0.0), round(erfc(6.0), 25)
    (1.0, 2.15197367e-17)
    """
