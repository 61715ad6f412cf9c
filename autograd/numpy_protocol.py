"""What NumPy's own functions mean on a `Tensor`: `np.exp(tensor)`, `array + tensor`, and so on.

NumPy asks an operand that is not an array of its own, through `__array_ufunc__` for its
elementwise functions and `__array_function__` for the others. Both answers come from the
table of primitives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import functions
from autograd.rows.op import Op, on_every_op, primitives


def _clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """Take the bounds by any of the names that NumPy has for them."""
    return functions.clip(x, a_min if min is None else min, a_max if max is None else max)


_by_ufunc: dict[Any, Any] = {
    np.power: functions.pow,
    np.float_power: functions.pow,
    np.positive: lambda x: x,
    np.reciprocal: lambda x: 1 / x,
}
_by_function: dict[Any, Any] = {
    np.prod: functions.prod,
    np.multiply.reduce: functions.prod,
    np.var: functions.var,
    np.std: functions.std,
    np.linalg.norm: functions.norm,
    np.clip: _clip,
    np.dot: functions.dot,
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x: x.size,
    np.zeros_like: lambda x, **keywords: np.zeros_like(x.raw, **keywords),
    np.ones_like: lambda x, **keywords: np.ones_like(x.raw, **keywords),
}


class NumPyProtocol:
    """The two methods by which NumPy asks."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **keywords: Any) -> Any:
        if method == "__call__" and not keywords and ufunc in _by_ufunc:
            return _by_ufunc[ufunc](*args)
        called = getattr(ufunc, method)
        op = _by_ufunc.get(ufunc) if method == "__call__" else _by_function.get(called)
        if op is None or method not in ("__call__", "reduce"):
            raise TypeError(
                f"np.{ufunc.__name__}{'' if method == '__call__' else '.' + method} has no row "
                "in the table of primitives; see autograd.primitives(), or declare one"
            )
        if method == "reduce":
            keywords = {"axis": keywords.pop("axis", 0), **keywords}
        for name in ("out", "where", "dtype"):
            if keywords.get(name) is not None:
                raise TypeError(f"np.{ufunc.__name__} of a Tensor does not take {name}=")
        return op(*args, **keywords)

    def __array_function__(
        self, function: Any, types: Any, args: Sequence[Any], keywords: dict[str, Any]
    ) -> Any:
        ours = _by_function.get(function)
        if ours is None:
            raise TypeError(
                f"np.{function.__name__} is not differentiable here; apply it to .data, or use "
                "the functions of autograd"
            )
        return ours(*args, **keywords)


def _enter(op: Op) -> None:
    rule = vars(op).get("array")  # a composite writes its own when it is first used
    for function in (*op.numpy, *([rule] if isinstance(rule, np.ufunc) else [])):
        means = _by_ufunc if isinstance(function, np.ufunc) else _by_function
        known = means.get(function)
        removed = isinstance(known, Op) and primitives().get(known.name) is not known
        if known is None or removed:
            means[function] = op


on_every_op(_enter)
