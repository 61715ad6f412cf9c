"""Noticing that random numbers were drawn, and on which line.

A recording holds the numbers that its one run drew, so every replay would use the same ones.
The generators that are alive when the recording starts are watched: Python's `random`, NumPy's
global one, and each `random.Random`, `numpy.random.RandomState` and `numpy.random.Generator`.
One that the function itself makes is not: with a seed it draws the same each time, as eager code
does; without one its first numbers stay.
"""

from __future__ import annotations

import gc
import linecache
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import numpy as np

from autograd.errors import file_name, is_own_file


class Watch:
    """The states of all generators, to be compared with what they are later."""

    def __init__(self) -> None:
        self._sources: list[tuple[str, Callable[[], Any]]] = [
            ("Python's random", random.getstate),
            ("numpy.random", _global_state),
        ]
        ordinary: set[type] = set()  # there may be millions of objects, but of few types
        for x in gc.get_objects():
            kind = type(x)
            if kind in ordinary:
                continue
            found = _generator(kind)
            if found is None:
                ordinary.add(kind)
            else:
                name, state = found
                self._sources.append((name, partial(state, x)))
        self.reset()

    def reset(self) -> None:
        """Take the states as they are now."""
        self._states = [read() for _, read in self._sources]

    def drawn(self) -> str:
        """Return the generator that has drawn since, or nothing."""
        for (name, read), state in zip(self._sources, self._states, strict=True):
            if read() != state:
                return name
        return ""


def _generator(kind: type) -> tuple[str, Callable[[Any], Any]] | None:
    """Return what a type of generator is called, and how to read its state."""
    if issubclass(kind, np.random.Generator):
        return "a numpy.random.Generator", _state
    if issubclass(kind, np.random.RandomState):
        return "a numpy.random.RandomState", _legacy_state
    if issubclass(kind, random.Random) and not issubclass(kind, random.SystemRandom):
        return "a random.Random", random.Random.getstate
    return None


def _state(generator: np.random.Generator) -> str:
    return repr(generator.bit_generator.state)


def _legacy_state(generator: Any) -> str:
    return repr(generator.get_state(legacy=False))


def _global_state() -> Any:
    return repr(np.random.get_state(legacy=False))  # noqa: NPY002 - it is the one that is watched


def drawing_line(run: Callable[[], Any], watch: Watch, seconds: float = 5.0) -> str:
    """Run again, line by line, and return the line on which a number is drawn."""
    last: dict[FrameType, tuple[str, int]] = {}
    found: list[tuple[str, int]] = []
    give_up = time.monotonic() + seconds

    def check(frame: FrameType) -> None:
        if not found and watch.drawn():
            found.append(last.get(frame, (frame.f_code.co_filename, frame.f_lineno)))
        last[frame] = (frame.f_code.co_filename, frame.f_lineno)

    def tracer(frame: FrameType, event: str, _: Any) -> Any:
        if found or time.monotonic() > give_up or is_own_file(frame.f_code.co_filename):
            return None
        if event in ("line", "return"):
            check(frame)
        return tracer

    watch.reset()
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        run()
    finally:
        sys.settrace(before)
    if not found:
        return ""
    name, number = found[0]
    return f" ({file_name(name)}:{number}: {linecache.getline(name, number).strip()})"
