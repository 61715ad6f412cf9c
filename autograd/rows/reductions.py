"""Reductions: sums, means, extremes and norms."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd.rows.as_builtin import extreme, total
from autograd.rows.comparisons import equal, nonzero
from autograd.rows.elementary import exp
from autograd.rows.facts import ATOM
from autograd.rows.nodes import Array, Axis, Operand
from autograd.rows.reduction import reduction

_add_up: Callable[..., Array] = np.add.reduce


def _extreme(
    choose: Callable[[Sequence[float]], float],
) -> Callable[[Sequence[float]], float]:
    # Python's max([1, nan]) is 1, but here any NaN must win.
    return lambda xs: next((x for x in xs if x != x), None) or choose(xs)


def _logsumexp(xs: tuple[float, ...]) -> float:
    top = _extreme(builtins.max)(xs)
    return top if math.isinf(top) else top + math.log(math.fsum(math.exp(x - top) for x in xs))


def _logsumexp_array(x: Array, axis: Axis, keepdims: bool) -> object:
    top = np.maximum.reduce(x, axis=axis, keepdims=True)
    if not math.isfinite(np.vdot(top, top)):  # in a fifth of the time of np.isfinite(top).all()
        return _logsumexp_of_infinities(x, top, axis, keepdims)
    rest = np.log(_add_up(np.exp(x - top), axis=axis, keepdims=keepdims))
    rest += top if keepdims else top.reshape(rest.shape)
    return rest


def _logsumexp_of_infinities(x: Array, top: Array, axis: Axis, keepdims: bool) -> object:
    shift = np.where(np.isfinite(top), top, np.zeros_like(top))
    with np.errstate(divide="ignore"):  # ln 0 = -inf is the answer where every x is -inf
        rest = np.log(_add_up(np.exp(x - shift), axis=axis, keepdims=keepdims))
    return rest + (shift if keepdims else shift.reshape(rest.shape))


def _hypot(xs: tuple[float, ...]) -> float:
    # math.hypot(inf, nan) is inf: NaN must win here too.
    return math.nan if any(x != x for x in xs) else math.hypot(*xs)


def _mean_array(x: Array, axis: Axis, keepdims: bool) -> object:
    total = _add_up(x, axis=axis, keepdims=keepdims)  # np.mean takes four times as long
    return total / (x.size // total.size if total.size else 1)


@total(
    builtin=builtins.sum,
    scalar=builtins.sum,
    array=_add_up,
    d=lambda z, x: 1,
    symbol="Σ",
    latex=r"\sum$axis $x",
    empty=0.0,
    text={"numpy": "np.add.reduce($x, $axis)", "javascript": "sum([$xs])", "onnx": "ReduceSum"},
    linear=(0,),
    view=False,
    terms=lambda *xs: ([], xs),
    numpy=[np.sum, np.add.reduce],
    method=True,
)
def sum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Operand:
    """Return the sum of the elements, over all axes or the given ones; 0.0 if there are none.

    Like Python's own it takes any iterable of numbers and `Value`s, and a number to start from.

    >>> sum([1.0, 2.0, 4.0]), sum(x * x for x in (1.0, 2.0)), sum((x * x for x in (1.0, 2.0)), 3.0)
    (np.float64(7.0), 5.0, 8.0)
    """


@reduction(
    scalar=lambda xs: builtins.sum(xs) / len(xs),
    array=_mean_array,
    d=lambda z, x, n: 1 / n,
    tally=lambda z, x: 1,
    latex=r"\operatorname{mean}$axis $x",
    text={
        "numpy": "np.add.reduce($x, $axis) / $n",
        "javascript": "mean([$xs])",
        "onnx": "ReduceMean",
    },
    linear=(0,),
    view=False,
    numpy=[np.mean],
    method=True,
)
def mean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Operand:
    """Return the arithmetic mean. Raises ValueError if there are no elements.

    >>> mean(np.array([1.0, 2.0, 6.0]))
    np.float64(3.0)
    """


@extreme(
    builtin=builtins.max,
    pairwise="maximum",
    scalar=_extreme(builtins.max),
    array=np.maximum.reduce,
    d=lambda z, x, n: equal(x, z) / n,
    tally=lambda z, x: equal(x, z),
    latex=r"\max$axis $x",
    text={"numpy": "np.maximum.reduce($x, $axis)", "javascript": "max([$xs])", "onnx": "ReduceMax"},
    view=False,
    numpy=[np.max, np.amax, np.maximum.reduce],
    method=True,
)
def max(x: Operand, axis: Axis = None, keepdims: bool = False) -> Operand:
    """Return the largest element; elements that tie share the gradient equally.

    Like Python's own it takes an iterable of numbers and `Value`s, or several of them, and `key`
    and `default`.

    >>> max(np.array([1.0, 6.0, 2.0])), max(x * x for x in (1.0, -2.0)), max(2, 3)
    (np.float64(6.0), 4.0, 3)
    """


@extreme(
    builtin=builtins.min,
    pairwise="minimum",
    scalar=_extreme(builtins.min),
    array=np.minimum.reduce,
    d=lambda z, x, n: equal(x, z) / n,
    tally=lambda z, x: equal(x, z),
    latex=r"\min$axis $x",
    text={"numpy": "np.minimum.reduce($x, $axis)", "javascript": "min([$xs])", "onnx": "ReduceMin"},
    view=False,
    numpy=[np.min, np.amin, np.minimum.reduce],
    method=True,
)
def min(x: Operand, axis: Axis = None, keepdims: bool = False) -> Operand:
    """Return the smallest element; elements that tie share the gradient equally.

    Like Python's own it takes an iterable of numbers and `Value`s, or several of them, and `key`
    and `default`.

    >>> min(np.array([1.0, 6.0, 2.0])), min(x * x for x in (1.0, -2.0)), min(2, 3)
    (np.float64(1.0), 1.0, 2)
    """


@reduction(
    scalar=_logsumexp,
    array=_logsumexp_array,
    d=lambda z, x: exp(x - z),
    latex=r"\ln \sum$axis e^{$x}",
    view=False,
    numpy=[np.logaddexp.reduce],
    text={"javascript": "logsumexp([$xs])", "onnx": "ReduceLogSumExp"},
)
def logsumexp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Operand:
    """Return ln Σ eˣ without overflow; its gradient is softmax.

    >>> logsumexp(np.array([0.0, 1000.0]))
    np.float64(1000.0)
    """


def _norm_array(x: Array, axis: Axis, keepdims: bool) -> object:
    with np.errstate(over="ignore", under="ignore"):
        z = np.sqrt(_add_up(np.square(x), axis=axis, keepdims=keepdims))
        limits = np.finfo(z.dtype) if z.dtype.kind == "f" else np.finfo(float)
        if not x.size or np.all((z > math.sqrt(limits.tiny / limits.eps)) & (z <= limits.max)):
            return z
        # If squares over- or underflow: divide by the largest element first, like math.hypot.
        top = np.maximum.reduce(np.absolute(x), axis=axis, keepdims=True)
        scale = np.where((top > 0) & np.isfinite(top), top, np.ones_like(top))
        z = np.sqrt(_add_up(np.square(x / scale), axis=axis, keepdims=keepdims))
        return z * (scale if keepdims else scale.reshape(z.shape))


norm = reduction(
    "norm",
    scalar=_hypot,
    array=_norm_array,
    d=lambda z, x: x / nonzero(z),
    symbol="‖x‖",
    latex=r"\left\|{$x}\right\|$axis",
    empty=0.0,
    binds=ATOM,
    view=False,
    text={"javascript": "norm([$xs])", "onnx": "ReduceL2"},
)
