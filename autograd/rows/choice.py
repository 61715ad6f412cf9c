"""The row that picks one of several by an integer: an embedding, or the score of a target."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import describe
from autograd.rows.arrangement import stack
from autograd.rows.comparisons import equal
from autograd.rows.further import remainder
from autograd.rows.nodes import Operand
from autograd.rows.operands import mixed
from autograd.rows.reduction import is_one_number
from autograd.rows.structural import Structural


class Choice(Structural):
    """The row of `take`. Its operands are the integer, then everything that it chooses from."""

    if not TYPE_CHECKING:  # for type checkers, the overloads of a structural row hold

        def __call__(self, rows: object, i: object) -> Any:
            """Return the row that the integer chooses."""
            if isinstance(i, np.ndarray) and i.shape == ():
                i = i.item()
            if not hasattr(i, "op"):
                try:
                    i = operator.index(i)
                except TypeError:
                    several = "; of several, take one at a time" if np.ndim(i) else ""
                    raise TypeError(
                        f"take(rows, i) needs one integer for i, not {describe(i)}{several}"
                    ) from None
                _must_be_there(len(rows), i)
                return rows[i]
            if hasattr(rows, "dtype") and hasattr(rows, "op"):
                return rows[i]
            return self._by_array(rows, i) if hasattr(i, "dtype") else self._among(rows, i)

    def _by_array(self, rows: Sequence[Any], i: Any) -> object:
        """Choose by a `Tensor` of integers, from arrays or Tensors: Values do not mix with it."""
        first = rows[0]
        while isinstance(first, list | tuple | np.ndarray) and len(first):
            first = first[0]
        if hasattr(first, "op") and not hasattr(first, "dtype"):
            raise mixed(self, [first, i])
        if hasattr(first, "op"):
            return stack(list(rows))[i]
        _must_be_number(first)
        return type(i)(np.asarray(rows))[i]

    def _among(self, rows: Sequence[Any], i: object) -> object:
        first = rows[0]
        if not isinstance(first, list | tuple | np.ndarray):
            _must_be_number(first)
            return self.apply(i, *rows)
        lengths = sorted({len(row) for row in rows})
        if len(lengths) > 1:
            raise ValueError(
                f"take by an integer that varies needs rows of one length, not of {lengths}; pad "
                "them to the longest"
            )
        chosen = [self._among([row[k] for row in rows], i) for k in range(len(first))]
        return np.array(chosen, dtype=object) if isinstance(first, np.ndarray) else chosen


def _must_be_number(x: object) -> None:
    if not is_one_number(x):
        raise TypeError(
            "take by an integer that varies chooses among numbers, and lists and arrays of them, "
            f"not among those of {type(x).__name__}"
        )


def _must_be_there(n: int, i: int) -> None:
    if not -n <= i < n:
        raise IndexError(f"take of row {i}, where there are {n}: from {-n} to {n - 1}")


def _position(i: Any, n: int) -> int:
    number = float(getattr(i, "raw", i))
    if not number.is_integer():
        raise ValueError(f"take needs an integer, not {number}")
    _must_be_there(n, int(number))
    return int(number) % n


def _one(i: object, *xs: object) -> object:
    return xs[_position(i, len(xs))]


def _slopes(z: object, i: object, *xs: object) -> Sequence[object]:
    if hasattr(i, "op"):  # a symbol: 1 where it is this position, counted from either end
        return [None, *(equal(remainder(i, float(len(xs))), float(k)) for k in range(len(xs)))]
    chosen = _position(i, len(xs))
    return [None, *(1.0 if k == chosen else None for k in range(len(xs)))]


def take(rows: Operand, i: Operand) -> Operand:
    """Return the row of nested lists or arrays that the integer i chooses.

    It is `rows[i]`. If i is an element of an array of integers in a function that is being traced,
    the choice is recorded: each replay chooses anew, and the gradient goes to the row that was
    chosen. So an embedding, or the probability of a target, needs to be recorded only once.

    Raises IndexError for a row that does not exist, in replays too.

    >>> from autograd import Value, trace
    >>> import numpy as np
    >>> rows = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    >>> step = trace(lambda tokens: sum(take(rows, tokens[0])))
    >>> step(np.array([1])).data, step(np.array([0])).data
    (7.0, 3.0)
    """


_take = Choice(
    "take",
    lambda i, *xs: _one(np.asarray(i).item(), *xs),
    scalar=_one,
    vjp=lambda k, g, z, i, *xs: g * float(k == 1 + _position(i, len(xs))),
    partials=_slopes,
    symbol="[i]",
    role="choice",
    text={"javascript": "take([$xs])", "javascript, partials": "taken([$xs])"},
    latex=r"\operatorname{take}($x)",
).documented_by(take)
take = _take  # the documented function is its row
