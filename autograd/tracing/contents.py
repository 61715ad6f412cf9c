"""Detect that the contents of an array or list around a traced function have changed.

An array that an operation receives directly, as in `x * c`, is read anew by each replay. But what
the function computes from it in plain NumPy, such as the `1 - c` in `x * (1 - c)`, becomes a
constant of the program, and so does every number in a list. If such an array or list is written to
after the recording, as a buffer for batches is, the constant is out of date, and only a look at the
contents can tell.

Of an array that is very large, or large and read by the program anyway, only a sample of elements
is compared: enough to notice that it was refilled, but not that a single element was changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, KeysView
from itertools import islice
from typing import Any

import numpy as np

_NUMBERS = (int, float, str, bytes, type(None), np.generic)
_SMALL = 64_000  # bytes up to which comparing bytes is quicker than comparing arrays
_MOST = 16_000_000  # bytes up to which every element is compared; 1 MB takes 30 µs
_SAMPLE = 4_096  # elements compared in a larger array
_SMALL_SAMPLE = 256  # elements compared in an array that replays read anyway
_LISTS = (list, set, deque, dict)  # of a dict, only the keys are compared
_LONG = 10_000  # the most elements of a list, nested lists included, that are compared

#: Where something is: the id of what holds it, and its key there.
Location = tuple[int, Any]


class Contents:
    """One array or list around the function, and what it held when the function was recorded.

    In a list of nodes, layers or functions, a replaced element counts as a change, unless both are
    numbers of the same value.

    owner: the array or list itself. compared: the part of it that is compared.
    recorded: what that part held.
    harmless: for each element of an array, whether it has changed without changing the program.
    """

    __slots__ = ("compared", "harmless", "kept", "name", "owner", "recorded")

    owner: Any
    compared: Any

    def __init__(self, name: str, owner: Any) -> None:
        self.name, self.owner, self.compared = name or "what it reads", owner, owner
        self.harmless: Any = None
        # Object arrays are compared by the ids of their elements, so these must stay alive.
        self.kept = list(owner.flat) if _is_of_objects(owner) else None
        if type(owner) is dict:
            self.compared = owner.keys()
        elif isinstance(owner, np.ndarray) and owner.nbytes > _MOST:
            self.compared = _sample(owner, _SAMPLE)
        self.recorded: Any = _copied(self.compared)

    @property
    def location(self) -> Location:
        """What identifies it among everything that is watched."""
        return id(self.owner), None

    @property
    def is_array(self) -> bool:
        """Whether it is an array of numbers."""
        return isinstance(self.owner, np.ndarray) and self.kept is None

    def sample(self) -> None:
        """From now on, compare only a few elements of an array."""
        self.compared = _sample(self.owner, _SMALL_SAMPLE)
        self.recorded = _copied(self.compared)

    def test(self, i: int) -> str:
        """Return code that compares a{i}, what it holds, with b{i}, what it held."""
        if isinstance(self.recorded, bytes):
            return f"a{i}.tobytes() == b{i}"
        return f"alike(a{i}, b{i})" if self.is_array else f"a{i} == b{i}"

    def changed_harmlessly_since(self, before: Contents) -> bool:
        """Return whether every element of an array has changed without changing the program."""
        recorded = before.recorded
        if isinstance(recorded, bytes):
            recorded = np.frombuffer(recorded, self.owner.dtype).reshape(before.compared.shape)
        changed = before.compared != recorded
        self.harmless = changed if before.harmless is None else changed | before.harmless
        return bool(self.harmless.all())

    def has_changed(self) -> bool:
        """Return whether it holds anything else than when it was recorded."""
        if isinstance(self.recorded, bytes):
            return bool(self.compared.tobytes() != self.recorded)
        return not alike(self.compared, self.recorded)


def alike(x: Any, recorded: Any) -> bool:
    """Return whether an array or list still holds what it held; nan equals nan."""
    if not isinstance(x, np.ndarray):
        try:
            return bool(x == recorded)
        except ValueError:  # a list with another Tensor in it, which has no single truth value
            return False
    return np.array_equal(x, recorded) or (
        x.dtype.kind == "f" and np.array_equal(x, recorded, equal_nan=True)
    )


def are_watched(x: Any) -> bool:
    """Return whether the contents of x are compared: an array, or a list that is not too long.

    A set or deque counts as a list, a dictionary as a list of its keys. Empty lists are compared
    too, since they may be filled.
    """
    if isinstance(x, np.ndarray):
        return x.size > 0 and (is_data(x) or (_is_of_objects(x) and x.size <= _LONG))
    return type(x) in _LISTS and sum(1 for _ in islice(_elements(x), _LONG + 1)) <= _LONG


def is_data(x: Any) -> bool:
    """Return whether x is an array or list of plain numbers; of a long list, the start decides."""
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "biuf"
    return type(x) is list and all(isinstance(e, _NUMBERS) for e in islice(_elements(x), _LONG))


def _elements(x: Any) -> Iterator[Any]:
    """Yield the elements of a list, and of the lists in it."""
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


def sample_what_is_read(contents: Collection[Contents], constants: Collection[Any]) -> None:
    """Compare only a sample of each large array that the program reads anew at each replay.

    constants: the arrays that the program reads by itself.
    """
    read = {id(owner) for x in constants for owner in owners(x)}
    for one in contents:
        x = one.owner
        if isinstance(x, np.ndarray) and x.nbytes > _SMALL and id(x) in read:
            one.sample()


def _sample(x: Any, most: int) -> Any:
    """Return a view of elements from all over an array; all of it if it is not contiguous."""
    if not x.flags.forc:
        return x
    return x.reshape(-1, order="A")[:: max(1, x.size // most) | 1]


def is_read(x: Any, arrays: Collection[Any]) -> bool:
    """Return whether x is one of these arrays, or one of them is a view of it."""
    return any(x is owner for array in arrays for owner in owners(array))


def same_constants(x: Any, y: Any, by_memory: bool) -> bool:
    """Return whether two constants of programs are the same memory, or else equal numbers."""
    if x is y:
        return True
    if by_memory:
        return bool(x.__array_interface__ == y.__array_interface__)
    return alike(x, y)


def owners(x: Any) -> list[Any]:
    """Return an array and the arrays that it is a view of."""
    found = []
    while isinstance(x, np.ndarray):
        found.append(x)
        x = x.base
    return found
