"""A pool of large arrays: memory that nothing refers to any more is given out again.

A new array of a megabyte consists of fresh pages from the operating system, which first fills them
with zeros: half the time of an eager step over large arrays. The pool keeps the arrays that it gave
out, and gives one out again when nothing but the pool refers to it. CPython's reference counts tell
when that is: a view, a memoryview, another library's array over the same memory and a DLPack
capsule all hold a reference to the array.

Where counts cannot be trusted (Python without the global lock, other interpreters) the pool is
off, and `empty` is `numpy.empty`.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable

import numpy as np

#: Arrays of at least so many bytes are kept; the allocator reuses the memory of smaller ones.
LARGE = 2**18

#: The most bytes that the pool of one thread keeps.
LIMIT = 2**28

#: How many arrays are tried before a new one is made: compared with the operation, the search must
#: take no time, even if thousands of arrays are in use.
LOOKS = 8

_FLOAT = np.dtype(float)


def _count_of_a_kept_array() -> int | None:
    """Return the reference count that `Pool.empty` sees when only the pool refers to an array.

    None if counts do not work here as the pool requires. It is measured by the same steps as in
    `Pool.empty`, since what counts as a reference depends on the interpreter.
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

    At most `LIMIT` bytes are kept; what does not fit is an ordinary array. Once as much again has
    not fitted, the pool forgets its arrays and starts anew, since the program has gone on to other
    shapes, or keeps what it was given.

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
        # First the array given out last: a temporary result is free again at once, and still in the
        # processor's cache. Then the others in turn, since a training step frees all at once.
        for i in range(last - 1, last + min(n, LOOKS)):
            array = arrays[i % n]
            # The name `array` is itself a reference, so code that interrupts this thread sees it.
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
    """Return whether an array is as it was made; its shape, for one, can be changed in place.

    A weak reference does not hold the array, but must not find somebody else's numbers in it.
    """
    same = array.shape == shape and array.dtype == dtype and array.flags.carray
    return same and not weakref.getweakrefcount(array)


#: The pool that results and gradients come from.
pool = Pool()
