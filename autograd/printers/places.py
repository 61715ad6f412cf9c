"""Where an array is stored in JavaScript: its `Float64Array`, the offset in it, and the strides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np


class Printed(Protocol):
    """What is printed: a node, or a `ProgramArray`."""

    op: Any
    data: Any
    params: Any

    @property
    def inputs(self) -> Sequence[Any]: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def ndim(self) -> int: ...
    @property
    def size(self) -> int: ...


@dataclass(eq=False)
class ProgramArray:
    """An array of a program, with the attributes of a node: the row that computes it, the operands.

    data: its numbers, if it is neither computed by a row nor an argument.
    """

    shape: tuple[int, ...]
    op: Any = None
    inputs: Sequence[Any] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    data: Any = None
    first: None = None  # it is in no graph; see `topological`

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)


def is_array(part: object) -> bool:
    """Return whether a part of an index is an array of positions."""
    return isinstance(part, ProgramArray | np.ndarray)


def computed_parts(key: object) -> list[ProgramArray]:
    """Return the arrays in an index that are computed by the program, or are its arguments."""
    parts = key if isinstance(key, tuple) else (key,)
    return [part for part in parts if isinstance(part, ProgramArray)]


@dataclass(frozen=True)
class ArrayPlace:
    """Where an array is stored: a `Float64Array`, the offset of its first element, its strides.

    base: an expression to add to each index, such as the start of a sample.
    single: whether it is not an array but a variable that holds one number.
    """

    name: str
    shape: tuple[int, ...]
    strides: tuple[int, ...] = ()
    offset: int = 0
    base: str = ""
    single: bool = False

    def at(self, indices: Sequence[str], shape: Sequence[int]) -> str:
        """Return the element at these indices of a broadcast result of that shape."""
        return self.name if self.single else f"{self.name}[{self.index(indices, shape)}]"

    def index(self, indices: Sequence[str], shape: Sequence[int]) -> str:
        """Return the index of that element, without the brackets."""
        terms = [self.base] if self.base else []
        skipped = len(shape) - len(self.shape)
        for index, n, stride in zip(indices[skipped:], self.shape, self.strides, strict=True):
            if n > 1 and stride:
                terms.append(index if stride == 1 else f"{stride} * {index}")
        if self.offset or not terms:
            terms.append(str(self.offset))
        return " + ".join(terms)

    def positions(self) -> np.ndarray:
        """Return the index of each element, without the base."""
        found = np.full(self.shape, self.offset)
        for axis, (n, stride) in enumerate(zip(self.shape, self.strides, strict=True)):
            along = np.arange(n) * stride
            found = found + along.reshape([n if i == axis else 1 for i in range(len(self.shape))])
        return found

    def is_flat(self) -> bool:
        """Return whether the elements are contiguous, in C order."""
        return not self.single and self.strides == flat(self.shape)


def place(name: str, shape: Sequence[int], offset: int = 0, base: str = "") -> ArrayPlace:
    """Return the place of a contiguous array.

    >>> place("w", (2, 3), offset=4).at(["i", "j"], (2, 3))
    'w[3 * i + j + 4]'
    """
    return ArrayPlace(name, tuple(shape), flat(shape), offset, base)


def flat(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of a contiguous array."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def indices(shape: Sequence[int]) -> list[str]:
    """Return a name for the index along each axis, i0, i1 and so on."""
    return [f"i{axis}" for axis in range(len(shape))]


def heads(names: Sequence[str], shape: Sequence[int]) -> str:
    """Return the heads of nested loops; an axis of one element needs none."""
    found = []
    for name, n in zip(names, shape, strict=True):
        if n == 1:
            continue
        found.append(f"for (let {name} = 0; {name} < {n}; {name} += 1)")
    return " ".join(found)


def evenly(positions: np.ndarray, shape: Sequence[int]) -> tuple[int, tuple[int, ...]] | None:
    """Return offset and strides if the positions are evenly spaced along each axis."""
    positions = np.asarray(positions).reshape(shape)
    if not positions.size:
        return None
    first = int(positions.flat[0])
    strides = []
    for axis, n in enumerate(shape):
        step = [0] * len(shape)
        step[axis] = min(1, n - 1)
        strides.append(int(positions[tuple(step)]) - first)
    view = ArrayPlace("", tuple(shape), tuple(strides), first)
    return (first, tuple(strides)) if np.array_equal(view.positions(), positions) else None


def along_axes(positions: np.ndarray) -> list[np.ndarray] | None:
    """Return what each axis adds to the first position, if each adds the same everywhere.

    >>> along_axes(np.array([[4, 5], [9, 10]]))
    [array([0, 5]), array([0, 1])]
    """
    first = positions.flat[0]
    parts = []
    for axis in range(positions.ndim):
        at: list[Any] = [0] * positions.ndim
        at[axis] = slice(None)
        parts.append(positions[tuple(at)] - first)
    total = sum(np.ix_(*parts), np.array(first))
    return parts if np.array_equal(total, positions) else None


def folded(positions: np.ndarray) -> tuple[int, ...]:
    """Return a shape of two axes along which a list of positions is regular, or else its shape.

    >>> folded(np.array([0, 0, 0, 7, 7, 7])), folded(np.array([3, 1, 2]))
    ((2, 3), (3,))
    """
    n = positions.size
    if positions.ndim != 1 or n < 6:
        return positions.shape
    steps = np.diff(positions)
    run = int(np.argmax(steps != steps[0])) + 1 if np.any(steps != steps[0]) else n
    if 1 < run < n and n % run == 0 and along_axes(positions.reshape(-1, run)) is not None:
        return (n // run, run)
    return positions.shape
