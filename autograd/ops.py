"""The table of primitives: all the calculus of the package, one row each.

In the rules `z` is the output, `x, y` are the inputs and `g` is the upstream gradient.
Rules are written with operators and with other rows, so each runs on floats, arrays, nodes
and symbols. Where a rule looks roundabout, that is what keeps it right at 0, at a tie or
where an intermediate would overflow.
"""

from __future__ import annotations

import builtins
import math
import operator
from typing import Any

import numpy as np

from autograd.elementwise import Elementwise, elementwise
from autograd.reduction import reduction
from autograd.structural import Structural, structural

# --- arithmetic ---------------------------------------------------------------------------

add = elementwise(
    "add",
    scalar=operator.add,
    array=np.add,
    d=[lambda z, x, y: 1, lambda z, x, y: 1],
    infix="+",
    latex="$x + $y",
)
sub = elementwise(
    "sub",
    scalar=operator.sub,
    array=np.subtract,
    d=[lambda z, x, y: 1, lambda z, x, y: -1],
    infix="-",
    symbol="−",
    latex="$x - $y",
)
mul = elementwise(
    "mul",
    scalar=operator.mul,
    array=np.multiply,
    d=[lambda z, x, y: y, lambda z, x, y: x],
    infix="*",
    symbol="×",
    latex=r"$x \cdot $y",
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
)
neg = elementwise(
    "neg",
    scalar=operator.neg,
    array=np.negative,
    d=[lambda z, x: -1],
    symbol="−",
    code="-$x",
    latex="-$x",
)
square = elementwise(
    "square",
    scalar=lambda x: x * x,
    array=np.square,
    d=[lambda z, x: 2 * x],
    symbol="²",
    code="$x * $x",
    latex="$x^2",
)

# --- facts about the operands: steps, whose derivative is 0 or does not exist -------------

greater = elementwise(
    "greater",
    scalar=operator.gt,
    array=np.greater,
    d=[None, None],
    symbol=">",
    code="(1.0 if $x > $y else 0.0)",
    latex="[$x > $y]",
)
greater_equal = elementwise(
    "greater_equal",
    scalar=operator.ge,
    array=np.greater_equal,
    d=[None, None],
    symbol="≥",
    code="(1.0 if $x >= $y else 0.0)",
    latex=r"[$x \ge $y]",
)
less = elementwise(
    "less",
    scalar=operator.lt,
    array=np.less,
    d=[None, None],
    symbol="<",
    code="(1.0 if $x < $y else 0.0)",
    latex="[$x < $y]",
)
less_equal = elementwise(
    "less_equal",
    scalar=operator.le,
    array=np.less_equal,
    d=[None, None],
    symbol="≤",
    code="(1.0 if $x <= $y else 0.0)",
    latex=r"[$x \le $y]",
)
equal = elementwise(
    "equal",
    scalar=operator.eq,
    array=np.equal,
    d=[None, None],
    symbol="=",
    code="(1.0 if $x == $y else 0.0)",
    latex="[$x = $y]",
)
not_equal = elementwise(
    "not_equal",
    scalar=operator.ne,
    array=np.not_equal,
    d=[None, None],
    symbol="≠",
    code="(1.0 if $x != $y else 0.0)",
    latex=r"[$x \ne $y]",
)
sign = elementwise(
    "sign",
    scalar=lambda x: x if x != x else float((x > 0) - (x < 0)),
    array=np.sign,
    d=[lambda z, x: 0],
    kinks=((0.0,),),
    latex=r"\operatorname{sign}($x)",
)
#: The part of the gradient that `maximum` gives to x: all, none, or half of it at a tie.
share = elementwise(
    "share",
    scalar=lambda x, y: 1.0 if x > y else 0.5 if x == y else 0.0 if x < y else math.nan,
    array=lambda x, y: np.heaviside(np.where(x == y, 0, np.subtract(x, y)), 0.5),
    d=[None, None],
    latex="[$x > $y]",
)
#: z, or 1 where z is 0: a divisor for "0 divided by 0 is 0".
nonzero = elementwise(
    "nonzero",
    scalar=lambda x: x if x != 0 else 1.0,
    array=lambda x: np.where(x == 0, np.ones_like(x), x),
    d=[lambda z, x: 1],
    latex="$x",
)
#: x, or 1 where both x and the exponent y are 0: then the derivative y · x^(y-1) of the
#: constant x^0 is 0 · 1 there, and not 0 · ∞.
base = elementwise(
    "base",
    scalar=lambda x, y: x if x or y else 1.0,
    array=lambda x, y: np.where(np.logical_or(x, y), x, 1),
    d=[lambda z, x, y: 1, None],
    code="($x if $x or $y else 1.0)",
    latex="$x",
)

# --- functions ----------------------------------------------------------------------------

exp = elementwise(
    "exp",
    scalar=math.exp,
    array=np.exp,
    d=[lambda z, x: z],
    latex="e^{$x}",
    domain="x below 709.8, where it overflows",
)
expm1 = elementwise(
    "expm1",
    scalar=math.expm1,
    array=np.expm1,
    d=[lambda z, x: z + 1],
    latex="(e^{$x} - 1)",
    domain="x below 709.8, where it overflows",
)
log = elementwise(
    "log",
    scalar=math.log,
    array=np.log,
    d=[lambda z, x: 1 / x],
    latex=r"\ln $x",
    domain="x > 0",
    sample=((0.1, 4.0),),
)
log1p = elementwise(
    "log1p",
    scalar=math.log1p,
    array=np.log1p,
    d=[lambda z, x: 1 / (1 + x)],
    latex=r"\ln(1 + {$x})",
    domain="x > -1",
    sample=((-0.8, 3.0),),
)
sqrt = elementwise(
    "sqrt",
    scalar=math.sqrt,
    array=np.sqrt,
    d=[lambda z, x: 1 / (2 * z)],
    symbol="√",
    latex=r"\sqrt{$x}",
    domain="x ≥ 0",
    sample=((0.1, 4.0),),
)
sin = elementwise(
    "sin",
    scalar=math.sin,
    array=np.sin,
    d=[lambda z, x: cos(x)],
    latex=r"\sin $x",
    domain="finite x",
)
cos: Elementwise = elementwise(
    "cos",
    scalar=math.cos,
    array=np.cos,
    d=[lambda z, x: -sin(x)],
    latex=r"\cos $x",
    domain="finite x",
)
tanh = elementwise(
    "tanh",
    scalar=math.tanh,
    array=np.tanh,
    d=[lambda z, x: 1 - z**2],
    latex=r"\tanh $x",
)
abs = elementwise(
    "abs",
    scalar=operator.abs,
    array=np.absolute,
    d=[lambda z, x: sign(x)],
    symbol="|x|",
    latex=r"\left|{$x}\right|",
    kinks=((0.0,),),
)
# relu could be where(x > 0, x, 0), but that takes ten times as long on a 256 × 1024 layer,
# and answers 0 for NaN.
relu = elementwise(
    "relu",
    scalar=lambda x: 0.0 if x <= 0 else x,
    array=lambda x: np.maximum(x, 0),
    d=[lambda z, x: greater(z, 0)],
    code="(0.0 if $x <= 0 else $x)",
    latex=r"\max(0, {$x})",
    kinks=((0.0,),),
)
pow = elementwise(
    "pow",
    scalar=math.pow,
    array=np.power,
    d=[lambda z, x, y: y * base(x, y) ** (y - 1), lambda z, x, y: z * log(nonzero(x))],
    infix="**",
    code="pow($x, $y)",  # x ** y would be complex for a negative base
    symbol="xʸ",
    latex="$x^{$y}",
    domain="a positive base, or any base but 0 to a whole power",
    sample=((0.2, 3.0), (-2.0, 3.0)),
)
maximum = elementwise(
    "maximum",
    scalar=lambda x, y: x if x >= y or x != x else y,
    array=np.maximum,
    d=[lambda z, x, y: share(x, y), lambda z, x, y: share(y, x)],
    symbol="max",
    latex=r"\max({$x}, {$y})",
    kinks=((0.7, 0.7), (0.0, 0.0)),
)
minimum = elementwise(
    "minimum",
    scalar=lambda x, y: x if x <= y or x != x else y,
    array=np.minimum,
    d=[lambda z, x, y: share(y, x), lambda z, x, y: share(x, y)],
    symbol="min",
    latex=r"\min({$x}, {$y})",
    kinks=((0.7, 0.7), (0.0, 0.0)),
)


def _logaddexp(x: float, y: float) -> float:
    if x == y:  # also where both are infinite and their difference is not a number
        return x + math.log(2.0)
    return builtins.max(x, y) + math.log1p(math.exp(-math.fabs(x - y)))


def _logaddexp_array(x: Any, y: Any) -> Any:
    # The same formula in whole-array steps, for np.logaddexp takes 6 times as long on large
    # arrays (25 times in float32). On small ones it is quicker, and it alone knows ∞ − ∞.
    if getattr(x, "size", 1) < 256 and getattr(y, "size", 1) < 256:
        return np.logaddexp(x, y)
    top = np.maximum(x, y)
    with np.errstate(invalid="ignore"):
        gap = np.subtract(x, y)
        np.absolute(gap, out=gap)
        np.negative(gap, out=gap)
        np.log1p(np.exp(gap, out=gap), out=gap)
        top += gap
    return np.logaddexp(x, y) if np.isnan(top).any() else top


logaddexp = elementwise(
    "logaddexp",
    scalar=_logaddexp,
    array=_logaddexp_array,
    d=[lambda z, x, y: exp(x - z), lambda z, x, y: exp(y - z)],
    latex=r"\ln(e^{$x} + e^{$y})",
)
where = elementwise(
    "where",
    scalar=lambda c, x, y: x if c else y,
    array=np.where,
    d=[None, lambda z, c, x, y: not_equal(c, 0), lambda z, c, x, y: equal(c, 0)],
    code="($x if $c else $y)",
    latex=r"\begin{cases} {$x} & {$c} \\ {$y} & \text{else} \end{cases}",
)
#: The same number as another node: what a transform differentiates by.
identity = elementwise(
    "identity",
    scalar=lambda x: x,
    array=np.positive,
    d=[lambda z, x: 1],
    code="$x",
    symbol="id",
    latex="$x",
)
#: The same number without a gradient: `.detach()` inside a function that is being traced.
detach = elementwise(
    "detach",
    scalar=lambda x: x,
    array=np.positive,
    d=[None],
    code="$x",
    symbol="∥",
    latex="$x",
)

# --- reductions ---------------------------------------------------------------------------


_add_up: Any = np.add.reduce


def _extreme(choose: Any) -> Any:
    # Python's max([1, nan]) is 1: any NaN must win instead.
    return lambda xs: next((x for x in xs if x != x), None) or choose(xs)


def _logsumexp(xs: tuple[float, ...]) -> float:
    top: float = _extreme(builtins.max)(xs)
    return top if math.isinf(top) else top + math.log(math.fsum(math.exp(x - top) for x in xs))


def _logsumexp_array(x: Any, axis: Any, keepdims: bool) -> Any:
    top = np.maximum.reduce(x, axis=axis, keepdims=True)
    if not np.isfinite(top).all():
        return _logsumexp_of_infinities(x, top, axis, keepdims)
    rest = np.log(_add_up(np.exp(x - top), axis=axis, keepdims=keepdims))
    rest += top if keepdims else top.reshape(rest.shape)
    return rest


def _logsumexp_of_infinities(x: Any, top: Any, axis: Any, keepdims: bool) -> Any:
    shift = np.where(np.isfinite(top), top, np.zeros_like(top))
    with np.errstate(divide="ignore"):  # ln 0 = -inf is the answer where every x is -inf
        rest = np.log(_add_up(np.exp(x - shift), axis=axis, keepdims=keepdims))
    return rest + (shift if keepdims else shift.reshape(rest.shape))


def _hypot(xs: tuple[float, ...]) -> float:
    # math.hypot(inf, nan) is inf: NaN must win here too.
    return math.nan if any(x != x for x in xs) else math.hypot(*xs)


def _mean_array(x: Any, axis: Any, keepdims: bool) -> Any:
    total = _add_up(x, axis=axis, keepdims=keepdims)  # np.mean takes four times as long
    return total / (x.size // total.size if total.size else 1)


sum = reduction(
    "sum",
    scalar=builtins.sum,
    array=_add_up,
    d=lambda z, x: 1,
    symbol="Σ",
    latex=r"\sum $x",
    empty=0.0,
)
mean = reduction(
    "mean",
    scalar=lambda xs: builtins.sum(xs) / len(xs),
    array=_mean_array,
    d=lambda z, x, n: 1 / n,
    tally=lambda z, x: 1,
    latex=r"\operatorname{mean} $x",
)
max = reduction(
    "max",
    scalar=_extreme(builtins.max),
    array=np.maximum.reduce,
    d=lambda z, x, n: equal(x, z) / n,
    tally=lambda z, x: equal(x, z),
    latex=r"\max $x",
)
min = reduction(
    "min",
    scalar=_extreme(builtins.min),
    array=np.minimum.reduce,
    d=lambda z, x, n: equal(x, z) / n,
    tally=lambda z, x: equal(x, z),
    latex=r"\min $x",
)
logsumexp = reduction(
    "logsumexp",
    scalar=_logsumexp,
    array=_logsumexp_array,
    d=lambda z, x: exp(x - z),
    latex=r"\ln \sum e^{$x}",
)
norm = reduction(
    "norm",
    scalar=_hypot,
    array=lambda x, axis, keepdims: np.sqrt(
        np.add.reduce(np.square(x), axis=axis, keepdims=keepdims)
    ),
    d=lambda z, x: x / nonzero(z),
    symbol="‖x‖",
    latex=r"\left\|{$x}\right\|",
    empty=0.0,
)

# --- structure: rows that arrange arrays or mix them linearly -------------------------------

reshape: Structural = structural(
    "reshape",
    lambda x, shape: np.reshape(x, shape),
    vjp=[lambda g, z, x, shape: reshape(g, shape=x.shape)],
    latex="$x",
)
transpose: Structural = structural(
    "transpose",
    lambda x, axes=None: np.transpose(x, axes),
    vjp=[
        lambda g, z, x, axes=None: transpose(
            g, axes=None if axes is None else tuple(np.argsort([a % x.ndim for a in axes]))
        )
    ],
    symbol="ᵀ",
    latex="$x^{\\mathsf{T}}",
)
broadcast_to = structural(
    "broadcast_to",
    lambda x, shape: np.broadcast_to(x, shape),
    vjp=[lambda g, z, x, shape: g],  # every contribution is summed down to its operand's shape
    symbol="broadcast",
    latex="$x",
)
astype: Structural = structural(
    "astype",
    lambda x, dtype: x.astype(dtype),
    vjp=[lambda g, z, x, dtype: astype(g, dtype=x.dtype)],
    latex="$x",
)


def _scatter(y: Any, key: Any, shape: tuple[int, ...]) -> Any:
    result = np.zeros(shape, dtype=y.dtype)
    if _is_basic(key):
        result[key] = y
    else:
        np.add.at(result, key, y)  # an index that is repeated receives the sum
    return result


def _is_basic(key: Any) -> bool:
    for part in key if type(key) is tuple else (key,):
        if not (part is None or part is Ellipsis or isinstance(part, int | slice)):
            return False
    return True


def _getitem_x(g: Any, z: Any, x: Any, key: Any) -> Any:
    if type(g) is np.ndarray:  # without the detour over the row's dispatch
        return _scatter(g, key, x.shape)
    return scatter(g, key=key, shape=x.shape)


getitem = structural(
    "getitem",
    lambda x, key: x[key],
    vjp=[_getitem_x],
    symbol="[ ]",
    latex="$x_{[\\cdot]}",
)
scatter: Structural = structural(
    "scatter",
    _scatter,
    vjp=[lambda g, z, y, key, shape: getitem(g, key=key)],
    latex=r"\operatorname{scatter}($x)",
)


def _part(i: int, g: Any, z: Any, *xs: Any, axis: int = 0) -> Any:
    axis %= z.ndim
    start = builtins.sum(x.shape[axis] for x in xs[:i])
    key = (slice(None),) * axis + (slice(start, start + xs[i].shape[axis]),)
    return getitem(g, key=key)


concatenate = structural(
    "concatenate",
    lambda *xs, axis=0: np.concatenate(xs, axis=axis),
    vjp=_part,
    jointly=True,
    symbol="concat",
)
stack = structural(
    "stack",
    lambda *xs, axis=0: np.stack(xs, axis=axis),
    vjp=lambda i, g, z, *xs, axis=0: getitem(g, key=(slice(None),) * (axis % z.ndim) + (i,)),
    jointly=True,
)


def _swap(x: Any) -> Any:
    """Swap the last two axes."""
    axes = list(range(x.ndim))
    axes[-2:] = axes[:-3:-1]
    return transpose(x, axes=tuple(axes))


def _column(x: Any) -> Any:
    return reshape(x, shape=(*x.shape, 1))


def _row(x: Any) -> Any:
    return reshape(x, shape=(*x.shape[:-1], 1, x.shape[-1]))


def _matmul_x(g: Any, z: Any, x: Any, y: Any, _bias: Any = None) -> Any:
    if x.ndim == y.ndim == 2:
        return g.dot(y.T) if type(g) is np.ndarray else g @ y.T
    if y.ndim == 1:
        return g * y if x.ndim == 1 else _column(g) * y
    if x.ndim == 1:
        return y @ g if y.ndim == 2 else sum(y * _row(g), axis=-1)
    return g @ _swap(y)


def _matmul_y(g: Any, z: Any, x: Any, y: Any, _bias: Any = None) -> Any:
    if x.ndim == y.ndim == 2:
        return x.T.dot(g) if type(g) is np.ndarray else x.T @ g
    if x.ndim == 1:
        return g * x if y.ndim == 1 else _column(x) * _row(g)
    if y.ndim == 1:
        return x.T @ g if x.ndim == 2 else sum(x * _column(g), axis=-2)
    return _swap(x) @ g


def _matmul(x: Any, y: Any) -> Any:
    # The same product, but np.matmul needs twice as long to find its way for small matrices.
    plain = type(x) is np.ndarray and type(y) is np.ndarray
    return x.dot(y) if plain and x.ndim == y.ndim == 2 else x @ y


matmul = structural(
    "matmul",
    _matmul,
    vjp=[_matmul_x, _matmul_y],
    symbol="@",
    latex="$x \\, $y",
    expects="the last axis of the first must be as long as the last but one of the second (or its "
    "only one); transpose or reshape one of them",
)


def _affine(x: Any, weight: Any, bias: Any) -> Any:
    z = _matmul(x, weight)
    if bias.dtype is not z.dtype or bias.shape != z.shape[-1:]:
        return z + bias
    z += bias
    return z


#: A whole layer as one node, x·W + b: a tenth of a small training step is saved by recording
#: and walking one node in place of two.
affine = structural(
    "affine",
    _affine,
    vjp=[_matmul_x, _matmul_y, lambda g, z, x, weight, bias: g],
    push=[
        lambda t, z, x, weight, bias: t @ weight,
        lambda t, z, x, weight, bias: x @ t,
        lambda t, z, x, weight, bias: broadcast_to(t, shape=z.shape),
    ],
    symbol="xW+b",
    latex="$x \\, $y + $c",
)


def _weighted_sum(*xs: Any) -> Any:
    n = len(xs) // 2
    return builtins.sum(map(operator.mul, xs[:n], xs[n:-1]), xs[-1])


#: A whole neuron as one node: b + Σ wᵢ·xᵢ of w₁ … wₙ, x₁ … xₙ, b. A layer of such nodes is
#: recorded and walked several times faster than one of single products and sums.
dot: Structural = structural(
    "dot",
    _weighted_sum,
    scalar=_weighted_sum,
    vjp=lambda i, g, z, *xs: g * dot.partials(z, xs, [True] * len(xs))[i],
    partials=lambda z, *xs: [*xs[len(xs) // 2 : -1], *xs[: len(xs) // 2], 1.0],
    symbol="w·x+b",
    latex=r"\left({$x}\right)",
)
