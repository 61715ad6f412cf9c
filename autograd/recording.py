"""A recording of a function that is going on, and what a function may ask of it.

Outside of a recording `fresh`, `effect` and `guard` do the obvious thing at once. Inside they
also note it down, so that each replay of the traced function does it again.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import CodeType, FrameType
from typing import Any

import numpy as np

from autograd import modes
from autograd.errors import OWN_FILES, TraceError, describe, source_line
from autograd.modes import Origin
from autograd.node import Node
from autograd.randomness import Watch
from autograd.rows import table
from autograd.rows.operands import mixed
from autograd.tensor import Tensor
from autograd.value import Value

#: Where no line of the user's is: this package, NumPy and the standard library.
_LIBRARIES = (
    *OWN_FILES,
    (np.__file__ or "").removesuffix("__init__.py"),
    (linecache.__file__ or "").removesuffix("linecache.py"),
)
_getframe = sys._getframe


class Recording:
    """What one run of a function leaves behind, beside the graph of its result.

    kind: `Tensor` or `Value`, what numbers and arrays among the arguments are recorded as.
    narrow: whether other floats than float64 are met. Then a Python float among Tensors is
        recorded as float16, which like a float gives way to any other type that it meets.
    """

    def __init__(self, kind: type[Node], drawn: Iterable[Any] = (), narrow: bool = False) -> None:
        self.kind = kind
        self._float = np.float16 if narrow else np.float64
        self._already_drawn = list(drawn)[::-1]
        #: what was drawn, in order, for another attempt at the same recording
        self.drawn: list[Any] = []
        #: (how to draw, the leaf that stands for what is drawn)
        self.draws: list[tuple[Callable[[], Any], Any]] = []
        #: (what to call after each replay, the nodes whose data it receives)
        self.effects: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
        #: (what the recording depends on, what it was)
        self.guards: list[tuple[Callable[[], Any], Any]] = []
        self.origin: Origin | None = None
        #: by the id of a code: the code, and the origins of its places, if it is the user's
        self._places: dict[int, tuple[CodeType, dict[int, Origin] | None]] = {}
        self.watch = Watch()
        #: the nodes that were used as an index, by the id of their array
        self.indices: dict[int, Tensor] = {}

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Everything recorded inside belongs to this recording."""
        if self.origin is None:
            self.origin = Origin(parent=modes.current(), records=True, anomaly=False)
            self.origin.recording = self
        token = modes._origin.set(self.origin)
        try:
            yield
        finally:
            modes._origin.reset(token)

    @contextmanager
    def of(self, run: CodeType) -> Iterator[None]:
        """Like calling it, for the run of the traced function itself, which `run` calls.

        Nodes outside of any scope know the line of the user's code that made them.
        """
        with self():
            origin: Any = modes.current()
            self._places[id(run)] = (run, {-1: origin})
            origin.watch = True
            try:
                yield
            finally:
                origin.watch = False

    def here(self) -> Origin:
        """Return the recording's origin, with the line of the user's code that is running.

        It is called for each node that is made; so what is known of a place in the code
        is kept.
        """
        frame: FrameType = _getframe(3)  # what called the operation
        places = self._places
        while True:
            code = frame.f_code
            known = places.get(id(code))
            if known is None:
                library = code.co_filename.startswith(_LIBRARIES)
                known = places[id(code)] = (code, None if library else {})
            at = known[1]
            if at is not None:
                origin = at.get(frame.f_lasti)
                return self._new_place(frame, at) if origin is None else origin
            frame = frame.f_back  # type: ignore[assignment] # it ends where `of` was called

    def _new_place(self, frame: FrameType, at: dict[int, Origin]) -> Origin:
        if -1 in at:  # what runs the traced function: there was no line of the user's
            return at[-1]
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        origin = at[frame.f_lasti] = Origin(parent=self.origin, site=line)
        return origin

    def made(self, node: Any) -> bool:
        """Whether a node was made inside of this recording."""
        origin = node.origin
        return origin is not None and origin.recording is self

    def leaf(self, x: Any) -> Any:
        """Return a leaf of this recording that stands for one argument.

        An array is a `Tensor`, or where the function computes with `Value`s an array of them.
        """
        if isinstance(x, Tensor):
            return self._tensor(x._data, x.label)
        if isinstance(x, Value):
            return Value(x._data, x.label)
        if isinstance(x, np.ndarray) and x.dtype == object:
            return np.frompyfunc(self.leaf, 1, 1)(x)
        if self.kind is Tensor:
            return self._tensor(np.asarray(x, self._float if type(x) is float else None))
        if not isinstance(x, np.ndarray):
            return Value(x)
        leaves = np.empty(x.shape, dtype=object)
        leaves.reshape(-1)[:] = [Value(e) for e in x.reshape(-1).tolist()]
        return leaves

    def _tensor(self, array: Any, label: str = "") -> Tensor:
        leaf = Tensor(0.0, label)
        # As it is: integers too, which may be positions. A view, for each node is known by its
        # own array where that is an index, also if one array is given twice.
        leaf._data = array.view()
        return leaf

    def index(self, node: Tensor) -> Any:
        """Return the array of a node that is used as an index, and remember whose it is."""
        if node.dtype == bool:
            raise TraceError(
                f"indexing with a mask while the function is being traced ({source_line()}): the "
                "shape of the result would change from call to call, which a program cannot; use "
                "where(mask, x, 0)"
            )
        self.indices[id(node._data)] = node
        return node._data

    def draw(self, draw: Callable[[], Any]) -> Any:
        """Draw, and return the leaf that stands for it."""
        self.drawn.append(self._already_drawn.pop() if self._already_drawn else draw())
        self.watch.reset()
        leaf = self.leaf(np.asarray(self.drawn[-1]))
        self.draws.append((draw, leaf))
        return leaf

    def was_drawn(self, line: str = "") -> TraceError:
        """Return the error for a function that draws random numbers by itself."""
        return TraceError(
            f"{self.watch.drawn()} drew a random number while the function was traced{line}: the "
            "program would hold that number for ever. Draw it outside and pass it in as an "
            "argument, or draw it by autograd.fresh(lambda: …), which each replay does anew"
        )

    def detached(self, node: Any) -> Any:
        """Return a constant for a node, which each replay computes anew."""
        return node if node.op is table.detach else table.detach(node)

    def stand_in(self, kind: type[Node], x: Any) -> Any:
        """Return what `kind(x)` is, where x is a node of this recording."""
        if type(x) is not kind:
            raise mixed(table.identity, [kind(0.0), x])  # type: ignore[call-arg]
        if isinstance(x, Tensor) and x.dtype.kind != "f":
            x = table.astype(x, dtype=np.dtype(float))
        return table.identity(x)

    def cannot_read(self, node: Any, reader: str) -> Exception:
        """Return the error for a function that acts on a number of this run."""
        if reader == "an array":
            return TypeError(
                f"{describe(node)} would be an array for ever, while the function is being traced "
                f"({source_line()}). To pick by it, pick from a Tensor: Tensor(table)[positions]; "
                "to make one Tensor of several, use stack() or concatenate()"
            )
        return TraceError(
            f"{reader} of {describe(node) if node.label else type(node).__name__} while the "
            f"function is being traced ({source_line()}): the program would hold what the number "
            "is in this run. Use where(greater(x, 0), …) to choose, detach() for a constant, "
            "or compute it outside and pass it in as an argument"
        )


class Repetition:
    """One more run of a traced function: it meets what its replay met.

    drawn: what `fresh` returns, in order.
    guards: what `guard` returns, in order.
    effects: whether they happen; if not, the replay has seen to that.
    """

    def __init__(self, drawn: Iterable[Any], guards: Iterable[Any], effects: bool) -> None:
        self.drawn, self.guards, self.effects = iter(drawn), iter(guards), effects

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """What runs inside is that repetition."""
        token = _repetition.set(self)
        try:
            yield
        finally:
            _repetition.reset(token)


_repetition: ContextVar[Repetition | None] = ContextVar("repetition", default=None)

#: The repetition that is going on, or None.
current_repetition = _repetition.get


def fresh(draw: Callable[[], Any]) -> Any:
    """Return `draw()`, an array of numbers; when traced, each replay calls `draw` again.

    So a layer draws its random mask:

    >>> rng = np.random.default_rng(0)
    >>> fresh(lambda: rng.random(3)).shape
    (3,)
    """
    recording = modes.recording()
    if recording is None:
        repetition = current_repetition()
        return draw() if repetition is None else next(repetition.drawn)
    if recording.watch.drawn():
        raise recording.was_drawn()
    return recording.draw(draw)


def effect(callback: Callable[..., None], *nodes: Any) -> None:
    """Call `callback` with the numbers of the nodes; when traced, after each replay too.

    So a layer keeps its running statistics:

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


def guard(read: Callable[[], Any]) -> Any:
    """Return `read()`; when traced, a replay that would read something else records anew.

    So a layer asks whether it is training:

    >>> guard(lambda: True)
    True
    """
    recording = modes.recording()
    repetition = None if recording is not None else current_repetition()
    found = read() if repetition is None else next(repetition.guards)
    if recording is not None:
        recording.guards.append((read, found))
    return found


def numbers(x: Any) -> Any:
    """Return the data of a node, or of an array of `Value`s, as numbers."""
    if isinstance(x, Tensor):
        return x._data
    if isinstance(x, Value):
        return x._data
    if isinstance(x, np.ndarray) and x.dtype == object:
        return np.array([numbers(e) for e in x.reshape(-1)], dtype=float).reshape(x.shape)
    return x
