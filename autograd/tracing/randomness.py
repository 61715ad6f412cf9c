"""Detect that a function draws random numbers by itself, and on which line.

A recording holds the numbers that its one run drew, so every replay would use the same ones.
What is watched is Python's `random`, NumPy's global generator, and each `random.Random`,
`numpy.random.RandomState` and `numpy.random.Generator` that the function can reach: through the
variables that it reads, its arguments, and the objects in these. A generator that the function
creates itself goes unnoticed: with a seed it draws the same numbers each time, as in eager code;
without one, the program keeps the numbers of the first run.

That a state has changed does not say who drew, since other threads draw too. So the function is run
again, line by line, while every other thread is kept from drawing.
"""

from __future__ import annotations

import linecache
import random
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from types import FrameType
from typing import Any

import numpy as np

from autograd.errors import file_name, is_own_file
from autograd.tracing.generator_locks import held

_SECONDS = 5.0  # the time allowed for finding the line


class Generators:
    """The states of some generators, for comparison with later ones."""

    def __init__(self, reached: Iterable[Any]) -> None:
        self._sources: list[tuple[str, Callable[[], Any]]] = [
            ("Python's random", random.getstate),
            ("numpy.random", _global_state),
        ]
        # NumPy has no public name for the generator behind np.random.normal and the like.
        self._lockable: list[Any] = [np.random.mtrand._rand]  # noqa: SLF001
        for x in reached:
            found = _kind(x)
            if found is not None:
                name, state = found
                self._sources.append((name, partial(state, x)))
                self._lockable.append(x)
        self.reset()

    def reset(self) -> None:
        """Record the current states."""
        self._states = [read() for _, read in self._sources]

    def drawn(self, of: str = "") -> str:
        """Return the name of a generator that has drawn since, or ""; of: a part of its name."""
        for (name, read), state in zip(self._sources, self._states, strict=True):
            if of in name and read() != state:
                return name
        return ""

    def held(self) -> AbstractContextManager[None]:
        """Keep other threads from drawing from NumPy's generators."""
        return held(self._lockable)


def is_generator(x: Any) -> bool:
    """Return whether x is a generator of random numbers."""
    return _kind(x) is not None


def _kind(x: Any) -> tuple[str, Callable[[Any], Any]] | None:
    """Return the name of a generator's kind, and how to read its state."""
    if isinstance(x, np.random.Generator):
        return "a numpy.random.Generator", _state
    if isinstance(x, np.random.RandomState):
        return "a numpy.random.RandomState", _legacy_state
    if isinstance(x, random.Random) and not isinstance(x, random.SystemRandom):
        return "a random.Random", random.Random.getstate
    return None


def _state(generator: np.random.Generator) -> Any:
    return _comparable(generator.bit_generator.state)


def _legacy_state(generator: Any) -> Any:
    return _comparable(generator.get_state(legacy=False))


def _global_state() -> Any:
    return _comparable(np.random.get_state(legacy=False))  # noqa: NPY002 - the one that is watched


def _comparable(state: Any) -> Any:
    """Return a state with bytes in place of arrays, which `==` would compare elementwise."""
    if isinstance(state, dict):
        return {key: _comparable(part) for key, part in state.items()}
    return state.tobytes() if isinstance(state, np.ndarray) else state


def drawing_line(run: Callable[[], Any], generators: Generators) -> tuple[str, str] | None:
    """Run again, line by line; return the generator that this thread draws from, and the line.

    Return None if nothing is drawn in this run: then it was another thread.
    """
    search = _Search(generators)
    before = sys.gettrace(), sys.getprofile()
    with generators.held():
        generators.reset()
        sys.settrace(search.at_line)
        sys.setprofile(search.at_call)
        try:
            run()
        finally:
            sys.settrace(before[0])
            sys.setprofile(before[1])
        name = search.python or generators.drawn("numpy")
    if not name:
        return None
    if search.place is None:
        return name, ""
    file, number = search.place
    return name, f" ({file_name(file)}:{number}: {linecache.getline(file, number).strip()})"


class _Search:
    """Looks for the first draw while a function runs, and for the line that it is on."""

    def __init__(self, generators: Generators) -> None:
        self._generators = generators
        self._last: dict[FrameType, tuple[str, int]] = {}
        self._give_up = time.monotonic() + _SECONDS
        self.place: tuple[str, int] | None = None
        self.python = ""

    def at_call(self, frame: FrameType, event: str, function: Any) -> None:
        """Notice calls of Python's generators, which show their owner: these have no lock."""
        if event != "c_call" or self.python:
            return
        owner = getattr(function, "__self__", None)
        if isinstance(owner, random.Random):
            place = self._caller(frame)
            if place is not None and is_own_file(place[0]):  # such as a look at its state
                return
            common = owner is random.random.__self__  # type: ignore[attr-defined]
            self.python = "Python's random" if common else "a random.Random"
            self.place = self.place or place

    def at_line(self, frame: FrameType, event: str, _: Any) -> Any:
        """Compare NumPy's generators after each line."""
        done = self.place is not None or time.monotonic() > self._give_up
        if done or is_own_file(frame.f_code.co_filename):
            return None
        here = (frame.f_code.co_filename, frame.f_lineno)
        if event in ("line", "return"):
            if self._generators.drawn("numpy"):
                self.place = self._last.get(frame, here)
            self._last[frame] = here
        return self.at_line

    def _caller(self, frame: FrameType | None) -> tuple[str, int] | None:
        """Return the calling line outside Python's own `random` module."""
        while frame is not None and frame.f_code.co_filename == random.__file__:
            frame = frame.f_back
        return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
