"""A pool of large arrays: memory that nothing refers to any more is given out again.

Every new array of a megabyte is fresh pages from the operating system, which writes zeros into
each of them first: half the time of an eager step over large arrays. The pool keeps the arrays
that it gave out, and gives one out again when nothing but the pool refers to it. CPython counts
references, so that can be known: a view, a memoryview, another library's array over the same
memory and a DLPack capsule each hold a reference to the array.

Where counts cannot be trusted (Python without the global lock, other interpreters) the pool is
off, and `empty` is `numpy.empty`.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable

import numpy as np

#: Arrays of at least so many bytes are kept. Smaller ones come from the allocator's own store.
LARGE = 2**18

#: The most bytes that the pool of one thread keeps.
LIMIT = 2**28

#: How many arrays are looked at before a new one is made: a look must cost nothing beside the
#: operation, also where thousands of arrays are in use.
LOOKS = 8

_FLOAT = np.dtype(float)


def _count_of_a_kept_array() -> int | None:
    """Return the reference count that `Pool.empty` sees when only the pool refers to an array.

    None if counts do not do here what the pool relies on. It is measured by the same steps
    that `Pool.empty` goes through, since what counts as a reference depends on the interpreter.
    """
    gil = getattr(sys, "_is_gil_enabled", lambda: True)
    if sys.implementation.name != "cpython" or not gil():
        return None
    kept = [np.empty(4)]

    def seen() -> int:
        array = kept[0]
        return sys.getrefcount(array)

    alone = seen()
    holders: list[Callable[..., object]] = [
        lambda a: a,
        lambda a: a[1:],
        memoryview,
        lambda a: a.T[::2].T,
        iter,
    ]
    for hold in holders:
        held = hold(kept[0])
        if seen() <= alone:
            return None
        del held
        if seen() != alone:
            return None
    return alone


_ALONE = _count_of_a_kept_array()


class _Shelf:
    """The arrays of one shape and type, of which some are in use."""

    __slots__ = ("arrays", "last")

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self.last = 0  # where one was found last


class Pool(threading.local):
    """The large arrays that one thread has been given.

    At most `LIMIT` bytes are kept. What does not fit is an ordinary array; and when as much
    again has not fitted, the pool forgets what it has and starts anew, since then the program
    has gone on to other shapes, or holds on to what it was given.

    >>> pool = Pool()
    >>> a = pool.empty((1000, 1000))
    >>> a.fill(7.0)
    >>> row = a[3]
    >>> del a
    >>> bool(np.may_share_memory(pool.empty((1000, 1000)), row))  # it is still held
    False
    """

    #: Whether reference counts can be trusted here; where not, `empty` is `numpy.empty`.
    works = _ALONE is not None

    def __init__(self) -> None:
        self._shelves: dict[tuple[tuple[int, ...], np.dtype], _Shelf] = {}
        self.nbytes = 0
        self._turned_away = 0

    def empty(self, shape: tuple[int, ...], dtype: np.dtype = _FLOAT) -> np.ndarray:
        """Return an array of that shape with anything in it, as `numpy.empty` does."""
        shelf = self._shelves.get((shape, dtype))
        if shelf is None:
            return self._new(shape, dtype)
        arrays, last = shelf.arrays, shelf.last
        n = len(arrays)
        # First what was given out last: a temporary result is free again at once, and still in
        # the processor's cache. Then in a ring, since a training step gives all back together.
        for i in range(last - 1, last + min(n, LOOKS)):
            array = arrays[i % n]
            # The name `array` is a reference itself: whoever interrupts this thread sees it.
            if sys.getrefcount(array) == _ALONE and _as_made(array, shape, dtype):
                shelf.last = i % n
                return array
        return self._new(shape, dtype)

    def like(self, array: np.ndarray) -> np.ndarray:
        """Return an array of the same shape and type."""
        return self.empty(array.shape, array.dtype)

    def clear(self) -> None:
        """Forget every array: the memory of those that nobody uses goes back to the system."""
        self._shelves.clear()
        self.nbytes = self._turned_away = 0

    def _new(self, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        array = np.empty(shape, dtype)
        size = array.nbytes
        if size < LARGE or not self.works:
            return array
        if self.nbytes + size > LIMIT:
            self._turned_away += size
            if self._turned_away > LIMIT:
                self.clear()
            return array
        shelf = self._shelves.setdefault((array.shape, array.dtype), _Shelf())
        shelf.last = len(shelf.arrays)
        shelf.arrays.append(array)
        self.nbytes += size
        return array


def _as_made(array: np.ndarray, shape: tuple[int, ...], dtype: np.dtype) -> bool:
    """Return whether an array is still what it was: its shape can be changed in place, for one.

    A weak reference is no hold on the array, but it must not find another's numbers there.
    """
    same = array.shape == shape and array.dtype == dtype and array.flags.carray
    return same and not weakref.getweakrefcount(array)


#: The pool that results and gradients come from.
pool = Pool()
