"""Comparisons of single numbers, and a record of them, since programs branch on them.

A graph shows only the branch that was taken. So it is noted what each number was compared with, and
a picture can show at which numbers the program would take another branch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import Node
from autograd.scalar_rows import constant

#: The same comparison with its sides swapped.
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MOST_COMPARED = 16  # comparisons noted on one node
MOST_ORDERED = 256  # elements of an array whose order is noted


class Comparisons(Node):
    """`== != < <= > >=` of the numbers. Hashing is by identity, so that nodes can be keys."""

    __slots__ = ()

    compared: list[tuple[str, object]]  # unset until the node is compared

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

    def _compare(self, sign: str, other: object) -> float:
        """Return the number to compare, and note what it is compared with."""
        number: float = self._read(sign)
        if type(number) is float:
            note(self, sign, other)
        return number

    def comparisons(self) -> list[tuple[str, object]]:
        """Return what this number was compared with, as (sign, the other number).

        A graph shows only the branch that was taken; on these the program may have branched.

        >>> from autograd import Value
        >>> x = Value(2.0)
        >>> x > 1.0, x.comparisons()
        (True, [('>', 1.0)])
        """
        return list(getattr(self, "compared", ()))


class ValueThen(float):
    """The value of a node when another was compared with it, and the node's number `made`.

    Unlike the node itself it does not keep a graph in memory.
    """

    __slots__ = ("made",)

    made: int


def note(x: object, sign: str, other: object) -> None:
    """Note a comparison on the number itself, and on what it was compared with.

    The branch that is then taken may leave either of them out of the graph.
    """
    if not isinstance(x, Node):
        if isinstance(other, Node):
            note(other, _MIRRORED[sign], x)
        return
    if isinstance(other, Node):
        if x.op is None and other.op is not None:
            # A leaf outlives results, and must not keep their graphs in memory.
            _keep(other, (_MIRRORED[sign], x))
            return
        if (x.op is None) == (other.op is None):
            then = ValueThen(x.raw)
            then.made = x.made
            _keep(other, (_MIRRORED[sign], then))
    _keep(x, (sign, other))


def _keep(x: Any, entry: Any) -> None:
    noted = getattr(x, "compared", None)
    if noted is None:
        x.compared = [entry]
    elif len(noted) < _MOST_COMPARED:
        noted.append(entry)


def note_branch(truth: Node) -> None:
    """Note on a `Tensor` that the program branched on a comparison of it, if `truth` is one.

    It is noted on the array whose elements were compared, since each `x[0]` is a new node.
    """
    sign = truth.op.symbol.replace("≥", ">=").replace("≤", "<=") if truth.op is not None else ""
    if sign not in _MIRRORED or truth.size > _MOST_COMPARED:
        return
    x, y = truth.inputs
    turned = not isinstance(x, Node)
    if not turned and isinstance(y, Node):  # a leaf, as above
        turned = chosen_of(x)[0].op is None and chosen_of(y)[0].op is not None
    if turned:
        x, sign, y = y, _MIRRORED[sign], x
    array, key = chosen_of(x)
    _keep(array, (sign, y, key))


def note_order(x: Any, low: np.ndarray, high: np.ndarray) -> None:
    """Note that a program relied on an order: x[low] ≤ x[high], at positions of the flat array.

    What it picked by that order is recorded, and stays the same when numbers change, like a branch.
    """
    low, high = low[low != high], high[low != high]
    if not low.size:
        return
    if not isinstance(x, np.ndarray | list):
        smaller, larger = (np.unravel_index(at, np.shape(x.raw)) for at in (low, high))
        _keep(x, ("<=", x[larger], smaller))
        return
    elements = np.asarray(x).flat
    for i, j in zip(low.tolist(), high.tolist(), strict=True):
        if isinstance(elements[i], Node) or isinstance(elements[j], Node):
            note(elements[i], "<=", elements[j])


def chosen_of(x: Any) -> tuple[Any, Any]:
    """Return the array from which a `Tensor` was selected, and the index; or itself and `...`."""
    part = x.op is not None and "key" in x.params and "shape" not in x.params
    return (x.inputs[0], x.params["key"]) if part else (x, ...)


def _comparable(x: object) -> Any:
    return x.raw if isinstance(x, Comparisons) else constant(x)


def _number_or_not(x: object) -> Any:
    """Return x as a plain number, and NotImplemented for what no number can be equal to."""
    if isinstance(x, Comparisons):
        return x.raw
    return x if isinstance(x, int | float | np.number | np.bool_) else NotImplemented
