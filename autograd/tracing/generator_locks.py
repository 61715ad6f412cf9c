"""Keep other threads from drawing random numbers while one thread may go on drawing.

A NumPy generator takes its lock for each draw. Since NumPy 2.3 that lock is reentrant, so a thread
can hold it and still draw; with the older locks it would deadlock. For those, the generator is lent
a reentrant lock and given back its own afterwards; every other thread still goes through the
generator's own lock, so no two ever draw at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

_SECONDS = 5.0  # after this a lock is left alone: it is held for other reasons


@contextmanager
def held(generators: Iterable[Any]) -> Iterator[None]:
    """Keep other threads from drawing from NumPy's generators; this thread may."""
    by_lock: dict[int, list[Any]] = {}
    for x in generators:
        if _bits(x) is not None:
            by_lock.setdefault(id(_bits(x).lock), []).append(x)
    with ExitStack() as stack:
        for _, sharing in sorted(by_lock.items()):  # in one order, so that two threads cannot cross
            lock = _bits(sharing[0]).lock
            if "RLock" in type(lock).__name__:
                stack.enter_context(lock)
            elif lock.acquire(timeout=_SECONDS):
                stack.callback(lock.release)
                stack.enter_context(_lent(_Reentrant(lock), sharing))
        yield


def _bits(x: Any) -> Any:
    """Return a generator's bit generator; None for one of Python's own."""
    return getattr(x, "bit_generator", None) or getattr(x, "_bit_generator", None)


class _Reentrant:
    """A lock that the thread holding it may take again; for other threads it is the given lock."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock
        self.holder: int | None = threading.get_ident()

    def acquire(self, *args: Any, **kwargs: Any) -> bool:
        if threading.get_ident() == self.holder:
            return True
        return bool(self._lock.acquire(*args, **kwargs))

    def release(self) -> None:
        if threading.get_ident() != self.holder:
            self._lock.release()

    def laid_down(self, f: Callable[..., Any]) -> Callable[..., Any]:
        """Return f, which takes the given lock itself, as a function that the holder may call."""

        def call(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != self.holder:
                return f(*args, **kwargs)
            self._lock.release()
            try:
                return f(*args, **kwargs)
            finally:
                self._lock.acquire()

        return call

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class _Bits:
    """A bit generator with another lock, but the state and everything else of the given one."""

    def __init__(self, bits: Any, lock: _Reentrant) -> None:
        self.__dict__.update(bits=bits, lock=lock)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.bits, name)
        return self.lock.laid_down(found) if callable(found) else found

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.bits, name, value)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.bits.__reduce_ex__(protocol)  # a copy of it is a copy of the given one

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":  # NumPy asks for the kind before it reseeds one
            return type(object.__getattribute__(self, "bits"))
        return object.__getattribute__(self, name)


@contextmanager
def _lent(lock: _Reentrant, generators: list[Any]) -> Iterator[None]:
    """Let generators use this lock in place of the one that this thread holds."""
    own = [_bits(x) for x in generators]
    try:
        for x, bits in zip(generators, own, strict=True):
            _give(x, _Bits(bits, lock))
        yield
    finally:
        for x, bits in zip(generators, own, strict=True):
            _give(x, bits)
        lock.holder = None  # whoever kept a reference takes the generator's own lock from now on


def _give(x: Any, bits: Any) -> None:
    """Make a generator use this bit generator.

    A RandomState forgets the second normal of its last pair, which is restored. With locks that are
    not reentrant, reading and writing its state takes none.
    """
    if isinstance(x, np.random.Generator):
        np.random.Generator.__init__(x, bits)
    else:
        state = x.get_state(legacy=False)
        np.random.RandomState.__init__(x, bits)
        x.set_state(state)
