"""Hooks for code that may be traced: random draws, side effects, settings that may change.

Outside of a recording `fresh`, `effect` and `guard` simply do what they are asked to. Inside one,
they also register it, so that each replay of the traced function does it again. What a recording
is, only `trace` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

import numpy as np

from autograd import modes
from autograd.rows.nodes import X
from autograd.tensor import Tensor
from autograd.value import Value


class Repetition:
    """One more run of a traced function, under the same conditions as its replay.

    drawn: what `fresh` returns, in order.
    guards: what `guard` returns, in order.
    effects: whether effects happen; if not, the replay has carried them out.
    """

    def __init__(self, drawn: Iterable[object], guards: Iterable[object], effects: bool) -> None:
        self.drawn, self.guards, self.effects = iter(drawn), iter(guards), effects

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Make a block part of this repetition."""
        token = _repetition.set(self)
        try:
            yield
        finally:
            _repetition.reset(token)


_repetition: ContextVar[Repetition | None] = ContextVar("repetition", default=None)

#: The repetition in progress, or None.
current_repetition = _repetition.get


def fresh(draw: Callable[[], X]) -> X:
    """Return `draw()`, an array of numbers; when traced, each replay calls `draw` again.

    This is how a layer draws its random mask:

    >>> rng = np.random.default_rng(0)
    >>> fresh(lambda: rng.random(3)).shape
    (3,)
    """
    recording = modes.recording()
    if recording is None:
        repetition = current_repetition()
        return draw() if repetition is None else cast("X", next(repetition.drawn))
    drawn: X = recording.draw(draw)
    return drawn


def effect(callback: Callable[..., None], *nodes: object) -> None:
    """Call `callback` with the numbers of the nodes; when traced, after each replay too.

    This is how a layer updates its running statistics:

    >>> seen = []
    >>> effect(seen.append, Tensor([1.0, 2.0]))
    >>> seen
    [array([1., 2.])]
    """
    recording = modes.recording()
    if recording is not None:
        recording.effects.append((callback, nodes))
        return
    repetition = current_repetition()
    if repetition is None or repetition.effects:
        callback(*map(numbers, nodes))


def guard(read: Callable[[], X]) -> X:
    """Return `read()`; when traced, record anew if a later call would read something else.

    This is how a layer asks whether it is training:

    >>> guard(lambda: True)
    True
    """
    recording = modes.recording()
    repetition = None if recording is not None else current_repetition()
    found = read() if repetition is None else cast("X", next(repetition.guards))
    if recording is not None:
        recording.guards.append((read, found))
    return found


def numbers(x: object) -> Any:
    """Return the data of a node, or of an array of `Value`s, as numbers."""
    if isinstance(x, Tensor):
        return x.raw
    if isinstance(x, Value):
        return x.raw
    if isinstance(x, np.ndarray) and x.dtype == object:
        return np.array([numbers(e) for e in x.reshape(-1)], dtype=float).reshape(x.shape)
    return x
