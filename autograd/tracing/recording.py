"""A recording in progress: what the run of a function leaves behind besides the graph.

While a function is being traced, the nodes and the functions of `autograd.trace_hooks` report to
it. It records draws, effects and guards, finds the line of the user's code that made each node, and
rejects what a program cannot repeat.
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
from autograd.storage import accelerated
from autograd.tensor import Tensor
from autograd.tracing.randomness import Generators
from autograd.value import Value

_getframe = sys._getframe
#: The least number of frames from `made` up to the code that called an operation: without the
#: compiled core, the operation is itself a Python function.
_CALLER = 1 if accelerated else 2


class _Run(Origin):
    """The origin of what a traced function makes outside of scopes; it finds each node's line."""

    __slots__ = ("_codes", "_nodes", "_places")

    def __init__(self, recording: Recording) -> None:
        super().__init__(parent=modes.current(), records=True, anomaly=False)
        self.recording, self._nodes = recording, recording.nodes
        #: by the id of a code object: if it is the user's, the origin of each instruction in it
        self._places: dict[int, dict[int, Origin] | None] = {}
        self._codes: list[CodeType] = []  # kept, so that their ids stay theirs

    def made(self, node: Any) -> Any:
        """Register a new node. This runs for each node, so the origin of each line is cached."""
        self._nodes.append(node)
        frame: Any = _getframe(_CALLER)
        places = self._places
        while True:
            try:
                at = places[id(frame.f_code)]
            except KeyError:
                at = self._of_code(frame.f_code)
            if at is not None:
                break
            frame = frame.f_back  # at the latest, this ends where `Recording.of` was called
        try:
            place = at[frame.f_lasti]
        except KeyError:
            place = self._new_place(frame, at)
        kind = type(node)
        if kind is Value:
            node.origin_if_any = place
        elif kind is Tensor:
            node.origin = place
        else:
            self.recording.must_be_plain(node)
        return node

    def _of_code(self, code: CodeType) -> dict[int, Origin] | None:
        at = self._places[id(code)] = None if is_library(code.co_filename) else {}
        self._codes.append(code)
        return at

    def _new_place(self, frame: FrameType, at: dict[int, Origin]) -> Origin:
        if -1 in at:  # the caller of the traced function: there was no user line
            return self
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        place = at[frame.f_lasti] = Origin(parent=self, site=line)
        place.watch = False
        return place

    def end_at(self, code: CodeType) -> None:
        """Stop looking for lines at the code that calls the traced function."""
        self._places[id(code)] = {-1: self}


class Recording:
    """What one run of a function leaves behind besides the graph of its result.

    kind: `Tensor` or `Value`, what numbers and arrays among the arguments are recorded as.
    generators: the random number generators that the function can reach.
    drawn: the numbers drawn by an earlier attempt, to be used again; new draws are appended.
    narrow: whether the function meets floats other than float64. Then a Python float among Tensors
        is recorded as float16, which like a Python float adopts the type of whatever it meets.
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
        #: whether a generator was drawn from outside of `fresh`
        self.suspected = False
        #: leaves that stand for constants, by the id of the array; and those arrays, by the leaf
        self.constants: dict[int, Tensor] = {}
        self.arrays: dict[Tensor, Any] = {}
        #: the nodes that were used as an index, by the id of their array
        self.indices: dict[int, Tensor] = {}
        self.origin: _Run | None = None
        #: whether the function is running now, and the nodes that it has recorded, in order
        self.running = False
        self.nodes: list[Any] = []

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Make everything recorded in a block part of this recording."""
        with modes.inside(self._outside()):
            yield

    @contextmanager
    def of(self, run: CodeType) -> Iterator[None]:
        """Do the same for the run of the traced function itself, which the code `run` calls.

        Meanwhile, nodes outside of any scope note the line of the user's code that made them.
        """
        with self():
            origin = self._outside()
            origin.end_at(run)
            origin.watch = self.running = True
            try:
                yield
            finally:
                origin.watch = self.running = False

    def noted(self, node: Any, scope: Origin | None) -> Origin:
        """Register a new node; return its origin: the scope, or if there is none, the line."""
        if scope is None:
            origin: Origin = self._outside().made(node).origin
            return origin
        self.must_be_plain(node)
        if self.running:
            self.nodes.append(node)
        return scope

    def _outside(self) -> _Run:
        """Return the origin of what is made outside of any scope."""
        if self.origin is None:
            self.origin = _Run(self)
        return self.origin

    def made(self, node: Any) -> bool:
        """Return whether a node was made in this recording."""
        origin = node.origin
        return origin is not None and origin.recording is self

    def leaf(self, x: Any) -> Any:
        """Return a leaf of this recording that stands for one argument.

        An array becomes a `Tensor`, or if the function computes with `Value`s, an array of them.
        """
        if isinstance(x, Node):
            self.must_be_plain(x)
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

    def must_be_plain(self, node: Node) -> None:
        """Raise TraceError for a node of a subclass, which a program would know nothing about."""
        if type(node) is not Tensor and type(node) is not Value:
            base = "Tensor" if isinstance(node, Tensor) else "Value"
            raise TraceError(
                f"{describe(node)} is of a subclass of {base}, but a program computes {base}s, so "
                f"the results would lose their class. Give the traced function {base}s, or call it "
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

        What a rule computes from such an array, like the 1 / c in the gradient of x / c, would
        otherwise become a constant of the program; with a leaf, each replay reads the current c.
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

    def stand_in(self, node: Node, x: Any) -> Any:
        """Return what `Value(x)` is to be a copy of, if x is a node of this recording.

        node: the new node, which is recorded in place of that.
        """
        if type(x) is not type(node):
            raise mixed(table.identity, [type(node)(0.0), x])
        if isinstance(x, Tensor) and x.dtype.kind != "f":
            x = table.astype(x, dtype=np.dtype(float))
        same = table.identity(x)
        if self.running:
            self.nodes[-1] = node
        return same

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
                f"{describe(node)} becomes a plain array while the function is being traced "
                f"({source_line()}), so the program would keep the numbers of this run. To index "
                "with it, index a Tensor: Tensor(table)[positions]; to make one Tensor of several, "
                "use stack() or concatenate()"
            )
        if reader in _ORDERS and isinstance(node, Value):
            way = "for the largest or smallest of several numbers use autograd's max or min"
        elif reader == "a bound or position (int)":
            way = "to choose among several by it, use autograd.take(rows, i)"
        else:
            way = "compute with autograd's functions, such as exp(x); print it by effect(print, x)"
        return TraceError(
            f"{reader} of {describe(node) if node.label else type(node).__name__} while the "
            f"function is being traced ({source_line()}): the program would be fixed to the number "
            f"of this run. Use where(greater(x, 0), …) to choose; {way}; or compute it outside "
            "and pass it in as an argument"
        )


_ORDERS = (">", "<", ">=", "<=", "a branch (bool)")
