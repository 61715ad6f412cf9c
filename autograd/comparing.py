"""Comparisons of single numbers, and a record of them, since branches depend on them.

A graph is of the branch that was taken; what a number was compared with is noted, so that a
picture can say where another branch begins.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import Node
from autograd.scalar_rows import constant

#: The same comparison with its sides changed.
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MOST_COMPARED = 16  # comparisons of one node that are noted


class Comparisons(Node):
    """`== != < <= > >=` of the numbers. Hashing is by identity, so that nodes can be keys."""

    __slots__ = ()

    compared: list[tuple[str, object]]  # not there until it is compared

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        y = _number_or_not(other)
        return y if y is NotImplemented else bool(self._read("==") == y)

    def __ne__(self, other: object) -> bool:
        y = _number_or_not(other)
        return y if y is NotImplemented else bool(self._read("!=") != y)

    def __lt__(self, other: object) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare("<", other) < y

    def __le__(self, other: object) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare("<=", other) <= y

    def __gt__(self, other: object) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare(">", other) > y

    def __ge__(self, other: object) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare(">=", other) >= y

    def _compare(self, sign: str, other: object) -> Any:
        """Return the number to compare, and note with what."""
        number = self._read(sign)
        if type(number) is float:
            keeper: Comparisons = self
            entry: tuple[str, object] = (sign, other)
            if self.op is None and isinstance(other, Comparisons) and other.op is not None:
                # A leaf lives longer than a result, and must not keep the result's graph.
                keeper, entry = other, (_MIRRORED[sign], self)
            noted = getattr(keeper, "compared", None)
            if noted is None:
                keeper.compared = [entry]
            elif len(noted) < _MOST_COMPARED:
                noted.append(entry)
        return number

    def comparisons(self) -> list[tuple[str, object]]:
        """Return what this number was compared with, as (sign, the other number).

        A graph is of the branch that was taken; these are what the program may have branched on.

        >>> from autograd import Value
        >>> x = Value(2.0)
        >>> x > 1.0, x.comparisons()
        (True, [('>', 1.0)])
        """
        return list(getattr(self, "compared", ()))


def _comparable(x: object) -> Any:
    return x.raw if isinstance(x, Comparisons) else constant(x)


def _number_or_not(x: object) -> Any:
    """Return a number as it is, and NotImplemented for what no number can be equal to."""
    if isinstance(x, Comparisons):
        return x.raw
    return x if isinstance(x, int | float | np.number | np.bool_) else NotImplemented
