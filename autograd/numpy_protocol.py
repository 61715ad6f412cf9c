"""NumPy's own functions on `Tensor`s: `np.exp(tensor)`, `array + tensor`, and so on.

When an operand is not one of its own arrays, NumPy asks it: through `__array_ufunc__` for
elementwise functions, and through `__array_function__` for others. Both answers come from the table
of primitives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.lazy_names import Later
from autograd.rows import table
from autograd.rows.nodes import Operand

if TYPE_CHECKING:
    from autograd import functions, further_functions, numpy_meanings, numpy_names
    from autograd.numpy_meanings import Function

    class NoNumber(np.generic):
        """For type checkers, the elements of a Tensor as an array: nothing NumPy computes with.

        So `X @ W` of an array and a Tensor has the type that the Tensor's operator gives it.
        """

        def __getattr__(self, name: str) -> Any: ...
else:
    further_functions = Later("autograd.further_functions")
    functions = Later("autograd.functions")
    numpy_meanings = Later("autograd.numpy_meanings")
    numpy_names = Later("autograd.numpy_names")

#: Functions that write into their first argument, where a history would end.
_WRITES = (np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis)


def _refused(name: str, writes: bool = False) -> TypeError:
    if writes:
        return TypeError(
            f"{name} would write a Tensor into a NumPy array, where its history ends: use "
            "autograd.where, broadcast_to, stack or concatenate, which make a new Tensor; for "
            "plain numbers, through which no gradient flows, give it x.detach()"
        )
    return TypeError(
        f"{name} has no derivative here: say it with the functions of autograd (list(autograd."
        "primitives()) names the rows), or declare a row with autograd.elementwise or "
        "autograd.structural. If its result is meant to be a constant, through which no gradient "
        "flows, give it x.detach()"
    )


class NumPyProtocol:
    """The two methods by which NumPy asks."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **keywords: Any) -> object:
        if method == "accumulate" and ufunc in (np.add, np.multiply):
            numpy_names.refuse(f"np.{ufunc.__name__}.accumulate", keywords)
            running = further_functions.cumsum if ufunc is np.add else further_functions.cumprod
            return running(args[0], keywords.get("axis", 0))
        if method == "outer":
            x, y = map(functions.as_array, args)
            return ufunc(table.reshape(x, (*x.shape, *[1] * y.ndim)), y, **keywords)
        known = numpy_meanings.by_ufunc.get(ufunc)
        if known is not None and method == "__call__" and not keywords:
            return known(*args)
        called = ufunc if method == "__call__" else getattr(ufunc, method)
        op = numpy_meanings.meaning(called)
        if op is None or method not in ("__call__", "reduce"):
            part = "" if method == "__call__" else f".{method}"
            raise _refused(numpy_names.as_written(ufunc) + part, writes=method == "at")
        if method == "reduce":
            keywords = {"axis": 0, **keywords}
        keywords = numpy_names.without_defaults(keywords)
        numpy_names.refuse(numpy_names.as_written(ufunc), keywords)
        if method == "__call__":
            return op(*args, **keywords)
        return numpy_names.call(called, op, args, keywords)

    def __array_function__(
        self,
        function: Function,
        types: object,
        args: Sequence[Operand],
        keywords: dict[str, object],
    ) -> object:
        ours = numpy_meanings.meaning(function)
        if ours is None:
            raise _refused(numpy_names.as_written(function), function in _WRITES)
        return numpy_names.call(function, ours, args, keywords)
