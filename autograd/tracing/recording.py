"""A recording in progress: what the run of a function leaves behind besides the graph.

`autograd.recording` and the nodes turn to it while a function is being traced: it records draws,
effects and guards, knows which line of the user's code made a node, and rejects what a program
cannot repeat.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import numpy as np

from autograd import modes
from autograd.errors import TraceError, describe, is_library, source_line
from autograd.modes import Origin
from autograd.node import Node
from autograd.rows import table
from autograd.rows.operands import mixed
from autograd.tensor import Tensor
from autograd.tracing.randomness import Generators
from autograd.value import Value

_getframe = sys._getframe


class Recording:
    """What one run of a function leaves behind besides the graph of its result.

    kind: `Tensor` or `Value`, what numbers and arrays among the arguments are recorded as.
    generators: the random number generators that the function can reach.
    drawn: the numbers drawn by an earlier attempt, to be used again; new draws are appended.
    narrow: whether floats other than float64 are met. Then a Python float among Tensors is recorded
        as float16, which like a float adopts any other type that it meets.
    """

    def __init__(
        self,
        kind: type[Node],
        generators: Generators,
        drawn: list[Any],
        narrow: bool = False,
    ) -> None:
        self.kind, self.generators, self.drawn = kind, generators, drawn
        self._float = np.float16 if narrow else np.float64
        #: (how to draw, the leaf that stands for what is drawn)
        self.draws: list[tuple[Callable[[], Any], Any]] = []
        #: (what to call after each replay, the nodes whose data it receives)
        self.effects: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
        #: (what the recording depends on, what it was)
        self.guards: list[tuple[Callable[[], Any], Any]] = []
        #: whether a generator was drawn from that should not have been
        self.suspected = False
        #: leaves that stand for constants, by the id of the array; and those arrays, by the leaf
        self.constants: dict[int, Tensor] = {}
        self.arrays: dict[Tensor, Any] = {}
        #: the nodes that were used as an index, by the id of their array
        self.indices: dict[int, Tensor] = {}
        self.origin: Origin | None = None
        #: whether the function runs now, and what it has recorded, in order
        self.running = False
        self.nodes: list[Any] = []
        #: by the id of a code: the code, and the origins of its places, if it is the user's
        self._places: dict[int, tuple[CodeType, dict[int, Origin] | None]] = {}

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Make everything recorded in a block part of this recording."""
        if self.origin is None:
            self.origin = Origin(parent=modes.current(), records=True, anomaly=False)
            self.origin.recording = self
        with modes.inside(self.origin):
            yield

    @contextmanager
    def of(self, run: CodeType) -> Iterator[None]:
        """Do the same for the run of the traced function itself, which `run` calls.

        Nodes outside any scope know the line of the user's code that made them.
        """
        with self():
            origin: Any = modes.current()
            self._places[id(run)] = (run, {-1: origin})
            origin.watch = self.running = True
            try:
                yield
            finally:
                origin.watch = self.running = False

    def noted(self, node: Any, origin: Origin | None) -> Origin:
        """Register a new node; return its origin: the open scope, or the running line.

        It is called for each node, so what is known about a place in the code is cached.

        origin: where it was made, if it keeps that.
        """
        if type(node) is not Value and type(node) is not Tensor:
            self._must_be_plain(node)
        if origin is not None and origin is not self.origin:
            if self.running:
                self.nodes.append(node)
            return origin
        self.nodes.append(node)
        frame: FrameType = _getframe(2)  # what called the operation, or its flat function
        places = self._places
        while True:
            code = frame.f_code
            known = places.get(id(code))
            if known is None:
                known = places[id(code)] = (code, None if is_library(code.co_filename) else {})
            at = known[1]
            if at is not None:
                place = at.get(frame.f_lasti)
                return self._new_place(frame, at) if place is None else place
            frame = frame.f_back  # type: ignore[assignment] # it ends where `of` was called

    def _new_place(self, frame: FrameType, at: dict[int, Origin]) -> Origin:
        if -1 in at:  # the caller of the traced function: there was no user line
            return at[-1]
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        place = at[frame.f_lasti] = Origin(parent=self.origin, site=line)
        place.watch = False
        return place

    def made(self, node: Any) -> bool:
        """Return whether a node was made in this recording."""
        origin = node.origin
        return origin is not None and origin.recording is self

    def leaf(self, x: Any) -> Any:
        """Return a leaf of this recording that stands for one argument.

        An array becomes a `Tensor`, or if the function computes with `Value`s, an array of them.
        """
        if isinstance(x, Node):
            self._must_be_plain(x)
        if isinstance(x, Tensor):
            return self.tensor(x.raw, x.label)
        if isinstance(x, Value):
            return Value(x.raw, x.label)
        if isinstance(x, np.ndarray) and x.dtype == object:
            return np.frompyfunc(self.leaf, 1, 1)(x)
        if self.kind is Tensor:
            return self.tensor(np.asarray(x, self._float if type(x) is float else None))
        if not isinstance(x, np.ndarray):
            return Value(x)
        leaves = np.empty(x.shape, dtype=object)
        leaves.reshape(-1)[:] = [Value(e) for e in x.reshape(-1).tolist()]
        return leaves

    def _must_be_plain(self, node: Node) -> None:
        """Raise TraceError for a node of a subclass, which a program would know nothing about."""
        if type(node) is not Tensor and type(node) is not Value:
            base = "Tensor" if isinstance(node, Tensor) else "Value"
            raise TraceError(
                f"{describe(node)} is of a subclass of {base}, and a program is of {base}s alone: "
                f"its results would lose their class. Give the traced function {base}s, or call it "
                "without trace"
            )

    def tensor(self, array: Any, label: str = "") -> Tensor:
        """Return a leaf of this recording that holds the array as it is."""
        leaf = Tensor(0.0, label)
        # As it is: even integers, which may be positions. A view, since a node used as an index is
        # identified by its own array, even if one array is passed twice.
        leaf.raw = array.view()
        return leaf

    def operands(self, node: Any) -> list[Any]:
        """Return a node's operands, with leaves for the constant arrays that its rule uses.

        A number that a rule computes from such an array, like the 1 / c in the gradient of x / c,
        would otherwise be fixed for ever; with a leaf each replay reads the current c.
        """
        op, xs = node.op, list(node.inputs)
        if op.elementwise and not op.forgets:
            for i, (x, d) in enumerate(zip(xs, op.d, strict=True)):
                if d is not None and isinstance(x, np.ndarray):
                    leaf = self._constant(x)
                    xs[i] = leaf if x.dtype == node.dtype else leaf.astype(node.dtype)
        return xs

    def _constant(self, array: Any) -> Tensor:
        if id(array) not in self.constants:
            leaf = self.constants[id(array)] = self.tensor(array)
            self.arrays[leaf] = array
        return self.constants[id(array)]

    def index(self, node: Tensor) -> Any:
        """Return the array of a node used as an index, and remember which node it belongs to."""
        if node.dtype == bool:
            raise TraceError(
                f"indexing with a mask while the function is being traced ({source_line()}): the "
                "shape of the result would change from call to call, which a program cannot; use "
                "where(mask, x, 0)"
            )
        self.indices[id(node.raw)] = node
        return node.raw

    def draw(self, draw: Callable[[], Any]) -> Any:
        """Draw, and return the leaf that stands for the draw."""
        self.suspected = self.suspected or bool(self.generators.drawn())
        n = len(self.draws)
        if n == len(self.drawn):
            self.drawn.append(draw())
        self.generators.reset()
        leaf = self.leaf(np.asarray(self.drawn[n]))
        self.draws.append((draw, leaf))
        return leaf

    def detached(self, node: Any) -> Any:
        """Return a constant for a node, recomputed by each replay."""
        return node if node.op is not None and node.op.role == "constant" else table.detach(node)

    def stand_in(self, kind: type[Node], x: Any) -> Any:
        """Return the result of `kind(x)` if x is a node of this recording."""
        if type(x) is not kind:
            raise mixed(table.identity, [kind(0.0), x])
        if isinstance(x, Tensor) and x.dtype.kind != "f":
            x = table.astype(x, dtype=np.dtype(float))
        return table.identity(x)

    def read(self, node: Any, reader: str) -> Any:
        """Return a node's data, if a program can read it: as a number that each replay recomputes.

        Raises TraceError if the function acts on the number of this run.
        """
        if reader == ".data":
            return self.detached(node)
        raise self.cannot_read(node, reader)

    def cannot_read(self, node: Any, reader: str) -> Exception:
        """Return the error for a function that acts on a number of this run."""
        if reader == "an array":
            return TypeError(
                f"{describe(node)} would be an array for ever, while the function is being traced "
                f"({source_line()}). To pick by it, pick from a Tensor: Tensor(table)[positions]; "
                "to make one Tensor of several, use stack() or concatenate()"
            )
        if reader in _ORDERS and isinstance(node, Value):
            way = "for the largest or smallest of several numbers take autograd's max or min"
        elif reader == "a bound or position (int)":
            way = "to choose among several by it, use autograd.take(rows, i)"
        else:
            way = "autograd's functions, as exp(x), to go on; effect(print, x) to print or keep it"
        return TraceError(
            f"{reader} of {describe(node) if node.label else type(node).__name__} while the "
            f"function is being traced ({source_line()}): the program would hold what the number "
            f"is in this run. Use where(greater(x, 0), …) to choose; {way}; or compute it outside "
            "and pass it in as an argument"
        )


_ORDERS = (">", "<", ">=", "<=", "a branch (bool)")
