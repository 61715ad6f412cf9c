"""What NumPy's functions mean on a `Tensor`: a row of the table, or a function of this package.

`numpy_protocol` imports this module only when NumPy asks for the first time, since it brings in all
functions that have NumPy's names.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import compositions, functions, linalg, rearranging
from autograd import further_functions as more
from autograd.node import Node
from autograd.numpy_names import refuse
from autograd.rows import further, table
from autograd.rows.nodes import Arrayed, Operand, Quantity
from autograd.rows.op import Op
from autograd.rows.registry import on_every_op, primitives
from autograd.whole_numbers import both, either, truth

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

#: One of NumPy's functions, or what it means here.
Function = Callable[..., object]


def _clip(
    x: Operand,
    a_min: Operand = None,
    a_max: Operand = None,
    *,
    min: Operand = None,
    max: Operand = None,
) -> object:
    """Take the bounds under any of the names that NumPy has for them."""
    return functions.clip(x, a_min if min is None else min, a_max if max is None else max)


def _dot(x: Operand, y: Operand, out: object = None) -> object:
    """Take a third argument as NumPy's `out`, which is refused; ours would be a bias."""
    refuse("np.dot", {"out": out})
    return functions.dot(x, y)


def _full_like(x: Arrayed, value: Operand, dtype: DTypeLike | None = None, **_: object) -> object:
    """Return an array of the shape of x; filled with a node, it is a node."""
    if not isinstance(value, Node):
        return np.full_like(rearranging.deciding(x), value, dtype)
    made: Any = table.add(value, np.zeros(np.shape(x), x.dtype))
    wanted = np.dtype(x.dtype if dtype is None else dtype)
    return made if made.dtype == wanted else made.astype(wanted)


def _svd(x: Operand, full_matrices: bool = True, compute_uv: bool = True, **_: object) -> object:
    return linalg.svd(x, full_matrices, compute_uv)


def _fmod(x: Operand, y: Operand) -> object:
    """Return the remainder of a division, with the sign of x."""
    a, b = functions.array_or_number(x), functions.array_or_number(y)
    left = table.remainder(abs(a), abs(b))
    return table.where(table.less(a, 0.0), -left, left)


def _double(x: Operand) -> Operand:
    """Return x as float64, which is what `np.float_power` computes in."""
    return table.astype.apply(x, dtype=np.dtype(float)) if isinstance(x, Node) else x


def _of_those(larger: Function, x: Operand, y: Operand) -> object:
    """Return the larger (or smaller) of two numbers; if one is nan, the other."""
    a, b = functions.array_or_number(x), functions.array_or_number(y)
    return larger(table.where(table.equal(a, a), a, b), table.where(table.equal(b, b), b, a))


def _logaddexp2(x: Quantity, y: Quantity) -> object:
    return table.logaddexp(x * _LN2, y * _LN2) / _LN2


_LN2 = math.log(2.0)
by_ufunc: dict[object, Function | None] = {
    np.power: functions.pow,
    np.float_power: lambda x, y: functions.pow(_double(x), _double(y)),
    np.positive: lambda x: x,
    np.reciprocal: lambda x: 1 / x,
    np.fabs: table.abs,
    np.fmod: _fmod,
    np.logaddexp2: lambda x, y: _logaddexp2(*map(functions.array_or_number, (x, y))),
    np.radians: lambda x: x * (math.pi / 180),
    np.deg2rad: lambda x: x * (math.pi / 180),
    np.degrees: lambda x: x * (180 / math.pi),
    np.rad2deg: lambda x: x * (180 / math.pi),
    np.isnan: lambda x: table.not_equal(x, x),
    np.fmax: lambda x, y: _of_those(table.maximum, x, y),
    np.fmin: lambda x, y: _of_those(table.minimum, x, y),
    np.conjugate: lambda x: x,
    np.isfinite: lambda x: table.less(abs(x), math.inf),
    np.isinf: lambda x: table.equal(abs(x), math.inf),
    np.divmod: lambda x, y: (table.floor_divide(x, y), table.remainder(x, y)),
    np.logical_and: lambda x, y: both(truth(x), truth(y)),
    np.logical_or: lambda x, y: either(truth(x), truth(y)),
    np.logical_xor: lambda x, y: table.not_equal(truth(x), truth(y)),
    np.logical_not: lambda x: table.equal(x, 0),
    np.bitwise_and: lambda x, y: x & y if isinstance(x, Node) else y & x,
    np.bitwise_or: lambda x, y: x | y if isinstance(x, Node) else y | x,
    np.bitwise_xor: lambda x, y: x ^ y if isinstance(x, Node) else y ^ x,
    np.invert: operator.invert,
}


def _plain(function: Function) -> Function:
    """Run a function that gives positions or truths on plain arrays: it has no gradient."""
    return lambda *args, **keywords: function(*map(rearranging.deciding, args), **keywords)


_PLAIN = (
    np.argpartition,
    np.nanargmax,
    np.nanargmin,
    np.argwhere,
    np.nonzero,
    np.flatnonzero,
    np.count_nonzero,
    np.searchsorted,
    np.digitize,
    np.allclose,
    np.isclose,
    np.array_equal,
    np.array_equiv,
    np.isin,
    np.isposinf,
    np.isneginf,
    np.iscomplex,
    np.isreal,
)
_by_function: dict[object, Function | None] = {
    **{function: _plain(function) for function in _PLAIN},
    np.argmax: rearranging.largest_place,
    np.argmin: rearranging.smallest_place,
    np.argsort: rearranging.sorted_places,
    np.prod: functions.prod,
    np.multiply.reduce: functions.prod,
    np.var: functions.var,
    np.std: functions.std,
    np.clip: _clip,
    np.dot: _dot,
    np.vdot: lambda x, y: functions.dot(rearranging.ravel(x), rearranging.ravel(y)),
    np.tensordot: functions.tensordot,
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x, axis=None: np.size(x.raw, axis),
    np.zeros_like: lambda x, *args, **keywords: np.zeros_like(x.raw, *args, **keywords),
    np.ones_like: lambda x, *args, **keywords: np.ones_like(x.raw, *args, **keywords),
    np.full_like: _full_like,
    np.copy: lambda x: table.identity(x),
    np.real: lambda x: x,
    np.linalg.svd: _svd,
    np.linalg.matrix_transpose: lambda x: x.swapaxes(-1, -2),
    np.linalg.cross: compositions.cross,
    np.linalg.diagonal: lambda x, offset=0: rearranging.diagonal(x, offset, -2, -1),
    np.linalg.matrix_power: compositions.matrix_power,
    np.linalg.multi_dot: compositions.multi_dot,
    np.linalg.outer: more.outer,
    np.linalg.trace: lambda x, offset=0: more.trace(x, offset, -2, -1),
    np.linalg.vecdot: compositions.vecdot,
    **{getattr(np.linalg, name): getattr(linalg, name) for name in linalg.__all__ if name != "svd"},
    **{
        getattr(np, name): getattr(module, name)
        for module in (rearranging, more, compositions)
        for name in module.__all__
        if hasattr(np, name)  # newer NumPys have more
    },
}
by_ufunc.update({f: _by_function.pop(f) for f in [*_by_function] if isinstance(f, np.ufunc)})


#: Rows that give way to a user's own row for the same NumPy function, since programs declared
#: theirs before the table had one.
_give_way: frozenset[object] = frozenset(getattr(further, name) for name in further.__all__)

#: The rows that a function of NumPy meant before the present one.
_earlier: dict[object, list[Function]] = {}


def meaning(function: object) -> Function | None:
    """Return what a function of NumPy means: a row that is in the table, or another function."""
    means = _means(function)
    op = means.get(function)
    while isinstance(op, Op) and op not in primitives().values():
        before = _earlier.get(function)
        op = before.pop() if before else None
        means[function] = op
    return op


def _means(function: object) -> dict[object, Function | None]:
    return by_ufunc if isinstance(function, np.ufunc) else _by_function


def _enter(op: Op) -> None:
    rule = vars(op).get("array")  # a composite writes its own when it is first used
    for function in (*op.numpy, *([rule] if isinstance(rule, np.ufunc) else [])):
        known = meaning(function)
        if known is None:
            _means(function)[function] = op
        elif known in _give_way:
            _earlier.setdefault(function, []).append(known)
            _means(function)[function] = op


on_every_op(_enter)
