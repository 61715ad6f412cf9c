"""Watch the contents of the arrays and lists around a traced function for changes.

A program reads an array that an operation receives directly, `x * c`, anew at each replay. What the
function computed from it in plain NumPy, such as the `1 - c` in `x * (1 - c)`, is a constant of the
program, and so is each number in a list. If somebody writes to the array or list after the
recording, as to a buffer for batches, that constant is out of date, and only the contents show it.
Of an array that is very large, or large and also read by the program, a sample of elements is
compared: enough to notice that it was refilled, but not that a single number was written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, KeysView
from itertools import islice
from typing import Any

import numpy as np

_NUMBERS = (int, float, str, bytes, type(None), np.generic)
_SMALL = 64_000  # bytes up to which comparing bytes is quicker than NumPy
_MOST = 16_000_000  # bytes up to which all is compared; 1 MB takes 30 µs
_SAMPLE, _SMALL_SAMPLE = 4_096, 256  # elements of larger arrays, and of those that replays read too
_LISTS = (list, set, deque, dict)  # the keys, in the case of a dict
_LONG = 10_000  # elements of nested lists that are compared


class Contents:
    """One array, or one list, as it was at the recording.

    Of a list of nodes, layers or functions it is seen that there is another in the place of one,
    unless that is a number of the same value.

    name: its name. x: the array or list itself. seen: the part of it that is compared.
    harmless: for each element of an array, whether it has changed and the program has not.
    """

    __slots__ = ("harmless", "kept", "name", "seen", "then", "x")

    x: Any
    seen: Any

    def __init__(self, name: str, x: Any) -> None:
        self.name, self.x, self.seen = name or "what it reads", x, x
        self.harmless: Any = None
        self.kept = list(x.flat) if _is_of_objects(x) else None  # so that no other is in its place
        if type(x) is dict:
            self.seen = x.keys()
        elif isinstance(x, np.ndarray) and x.nbytes > _MOST:
            self.seen = _sample(x, _SAMPLE)
        self.then: Any = _copied(self.seen)

    @property
    def place(self) -> tuple[int, Any]:
        """Where it is, as of a variable."""
        return id(self.x), None

    @property
    def is_array(self) -> bool:
        """Whether it is an array of numbers."""
        return isinstance(self.x, np.ndarray) and self.kept is None

    def look_less_often(self) -> None:
        """Compare few elements."""
        self.seen = _sample(self.x, _SMALL_SAMPLE)
        self.then = _copied(self.seen)

    def test(self, i: int) -> str:
        """Return the code that compares it, with its number in the names."""
        if isinstance(self.then, bytes):
            return f"a{i}.tobytes() == b{i}"
        return f"alike(a{i}, b{i})" if self.is_array else f"a{i} == b{i}"

    def changed_harmlessly_since(self, before: Contents) -> bool:
        """Return whether every element of an array has changed without changing the program."""
        then = before.then
        if isinstance(then, bytes):
            then = np.frombuffer(then, self.x.dtype).reshape(before.seen.shape)
        moved = before.seen != then
        self.harmless = moved if before.harmless is None else moved | before.harmless
        return bool(self.harmless.all())

    def changed(self) -> bool:
        """Return whether its contents have changed."""
        if isinstance(self.then, bytes):
            return bool(self.seen.tobytes() != self.then)
        return not alike(self.seen, self.then)


def alike(x: Any, then: Any) -> bool:
    """Return whether an array or list still holds what it held; nan equals nan."""
    if not isinstance(x, np.ndarray):
        try:
            return bool(x == then)
        except ValueError:  # another Tensor
            return False
    return np.array_equal(x, then) or (
        x.dtype.kind == "f" and np.array_equal(x, then, equal_nan=True)
    )


def are_watched(x: Any) -> bool:
    """Return whether x is compared: an array of numbers, or a list that is not too long.

    A set and a deque are lists too, a dictionary is one of its keys; an empty one may be filled.
    """
    if isinstance(x, np.ndarray):
        return x.size > 0 and (is_data(x) or (_is_of_objects(x) and x.size <= _LONG))
    return type(x) in _LISTS and sum(1 for _ in islice(_elements(x), _LONG + 1)) <= _LONG


def is_data(x: Any) -> bool:
    """Return whether x is an array or a list of nothing but numbers, as far as one looks."""
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "biuf"
    return type(x) is list and all(isinstance(e, _NUMBERS) for e in islice(_elements(x), _LONG))


def _elements(x: Any) -> Iterator[Any]:
    """Yield what nested lists hold."""
    for e in x:
        if type(e) in (list, tuple):
            yield from _elements(e)
        else:
            yield e


def _is_of_objects(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == object


def _copied(x: Any) -> Any:
    if isinstance(x, KeysView):
        return set(x)
    if not isinstance(x, np.ndarray):
        return type(x)(_copied(e) if type(e) in (list, tuple) else e for e in x)
    return x.tobytes() if x.nbytes <= _SMALL or _is_of_objects(x) else x.copy()


def look_at(contents: Collection[Contents], arrays: Collection[Any]) -> None:
    """Compare only a little of arrays that are large and read at each replay anyway.

    arrays: what the program reads by itself.
    """
    read = {id(owner) for x in arrays for owner in owners(x)}
    for one in contents:
        if isinstance(one.x, np.ndarray) and one.x.nbytes > _SMALL and id(one.x) in read:
            one.look_less_often()


def _sample(x: Any, most: int) -> Any:
    """Return a spread-out sample of an array as a view, or the array itself if there is none."""
    if not x.flags.forc:
        return x
    return x.reshape(-1, order="A")[:: max(1, x.size // most) | 1]


def is_read(x: Any, arrays: Collection[Any]) -> bool:
    """Return whether a program that reads these arrays reads x, or a part of it."""
    return any(x is owner for array in arrays for owner in owners(array))


def same_numbers(x: Any, y: Any, by_place: bool) -> bool:
    """Return whether two program constants are the same: the same memory, or equal numbers."""
    if x is y:
        return True
    if by_place:
        return bool(x.__array_interface__ == y.__array_interface__)
    return alike(x, y)


def owners(x: Any) -> list[Any]:
    """Return an array, and those that it is a view of."""
    found = []
    while isinstance(x, np.ndarray):
        found.append(x)
        x = x.base
    return found
