"""What rows know of nodes: no class, only what tells one from a number. For type checkers."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import numpy as np


class Recorded(Protocol):
    """What tells a node, or a symbol, from a number without knowing its class."""

    label: str


#: A node of one kind: a row on nodes of one kind gives a node of that kind.
N = TypeVar("N", bound=Recorded)


class RecordedArray(Recorded, Protocol):
    """The same of a node that holds an array."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements."""
        ...


A = TypeVar("A", bound=RecordedArray)

#: An operand of any of the five kinds: what a row gives is of the same kind.
X = TypeVar("X")
