"""The first stage of a trace: run a function once, on nodes that stand for its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.errors import MixedNodesError, TraceError
from autograd.node import Node
from autograd.structure import map_parts
from autograd.tensor import Tensor
from autograd.trace_hooks import Repetition, numbers
from autograd.tracing.arguments import rebuilt
from autograd.tracing.floats import are_narrow
from autograd.tracing.randomness import Generators, drawing_line
from autograd.tracing.recording import Recording
from autograd.value import Value


@dataclass
class Call:
    """A function and its arguments; `leaves` are the numbers among them."""

    f: Callable[..., Any]
    args: Any
    kwargs: Any
    leaves: list[Any]

    def on(self, replace: Callable[[Any], Any]) -> Any:
        """Return the function's result for other numbers."""
        args, kwargs = rebuilt((self.args, self.kwargs), replace)
        return self.f(*args, **kwargs)


@dataclass
class Run:
    """The outcome of one run.

    stand_ins: the node that stood for each number among the arguments.
    result: what the function returned. outputs: the nodes in it, all of one kind.
    narrow: whether Python floats meet arrays of another type than float64; see floats.py.
    """

    recording: Recording
    stand_ins: list[Any]
    result: Any
    outputs: list[Any]
    kind: type[Node]
    narrow: bool = False

    @property
    def effects(self) -> list[Any]:
        """The nodes whose numbers the function passes on besides its result."""
        return list(nodes_in([xs for _, xs in self.recording.effects]))


def record(call: Call, reached: Iterable[Any] = ()) -> Run:
    """Run the function on stand-ins for its arguments.

    Arguments that are plain numbers could become Values or Tensors; if one fails, the other is
    tried.

    reached: the generators of random numbers that the function can reach.

    Raises TraceError if the function does something that a program cannot repeat.
    """
    generators, drawn = Generators(reached), list[Any]()
    kinds: list[type[Node]] = [Tensor, Value] if _has_arrays(call.leaves) else [Value, Tensor]
    try:
        run = _run(call, Recording(kinds[0], generators, drawn))
    except TypeError as error:  # a Tensor where only numbers or Values will do
        try:
            run = _run(call, Recording(kinds[1], generators, drawn))
        except TraceError:
            raise
        except Exception as second:
            # The first attempt's error is about what f does, unless it is about the kind itself.
            raise (second if isinstance(error, MixedNodesError) else error) from None
    if run.outputs and run.kind is not run.recording.kind and not _all_nodes(call.leaves):
        # What was guessed from the arguments is not what the function computes with.
        run = _run(call, Recording(run.kind, generators, drawn))
    floats = run.kind is Tensor and any(type(x) is float for x in call.leaves)
    if floats and are_narrow([*run.outputs, *run.effects], run.recording.made):
        run = _run(call, Recording(run.recording.kind, generators, drawn, narrow=True))
        run.narrow = True
    return run


def _run(call: Call, recording: Recording) -> Run:
    recording.generators.reset()
    stand_ins: list[Any] = []

    def stand_in(x: Any) -> Any:
        stand_ins.append(recording.leaf(x))
        return stand_ins[-1]

    with recording.of(_run.__code__):
        try:
            result = call.on(stand_in)
        except KeyError as error:
            if not (error.args and isinstance(error.args[0], Node)):
                raise
            raise TraceError(f"a dictionary looked up by {error}: {_UNSEEN}") from None
    if recording.suspected or recording.generators.drawn():
        _raise_if_it_draws(call, recording)
    outputs = list(nodes_in(result))
    kinds = {type(node) for node in outputs}
    if len(kinds) > 1:
        raise TraceError("a traced function returns Values or Tensors, not both")
    return Run(recording, stand_ins, result, outputs, kinds.pop() if kinds else Tensor)


_UNSEEN = (
    "while a function is being traced its numbers are nodes, which have another type, text and "
    "hash. Compare with equal() or greater(), choose with where() or take(), or pass in what "
    "decides as an int, a flag or a string, which are part of the program"
)


def compare(call: Call, run: Run) -> None:
    """Run the function itself, and raise TraceError if its result differs from the recording's.

    This rejects a function that acts on a number in a way that no recording sees: through
    `isinstance`, the number's text, or a lookup in a dictionary or set.
    """
    if not any(isinstance(x, float | np.floating | np.ndarray) for x in call.leaves):
        return  # no number has become a node
    recording = run.recording
    with Repetition(recording.drawn, [found for _, found in recording.guards], effects=False)():
        result = call.f(*call.args, **call.kwargs)
    was, now = _numbers_in(run.result), _numbers_in(result)
    pairs = zip(was, now, strict=False)
    if len(was) != len(now) or not all(_alike(x, y) for x, y in pairs):
        raise TraceError(
            f"the function gives {result!r} for these arguments, and {run.result!r} while it is "
            f"being traced, so it acts on a number unseen: {_UNSEEN}"
        )


def _numbers_in(result: Any) -> list[Any]:
    """Return the numbers and arrays in a result, in order."""
    kinds = Node | np.ndarray | int | float | np.generic
    found: list[Any] = []
    map_parts(lambda x: found.append(numbers(x)), result, lambda x: isinstance(x, kinds))
    return found


def _alike(x: Any, y: Any) -> bool:
    """Return whether two results are equal up to rounding."""
    x, y = np.asarray(x), np.asarray(y)
    near = 1e-3 if x.dtype in (np.float16, np.float32) else 1e-6
    return x.shape == y.shape and bool(np.allclose(x, y, rtol=near, atol=near, equal_nan=True))


def _raise_if_it_draws(call: Call, recording: Recording) -> None:
    """Raise if the function, and not another thread, drew a random number."""
    again = Recording(recording.kind, recording.generators, recording.drawn)
    with again():
        found = drawing_line(lambda: call.on(again.leaf), recording.generators)
    if found is not None:
        name, line = found
        raise TraceError(
            f"{name} drew a random number while the function was traced{line}: every replay would "
            "use that same number. Draw it outside and pass it in as an argument, or draw it with "
            "autograd.fresh(lambda: …), which each replay runs anew"
        )


def _has_arrays(leaves: list[Any]) -> bool:
    return any(isinstance(x, Tensor) for x in leaves) or any(
        isinstance(x, np.ndarray) and x.dtype != object for x in leaves
    )


def _all_nodes(leaves: list[Any]) -> bool:
    """Return whether each argument is already a Value or a Tensor."""
    return all(isinstance(x, Node) or np.asarray(x).dtype.kind == "O" for x in leaves)


# --- the structure of results -----------------------------------------------------------------


@dataclass(frozen=True)
class OutputPosition:
    """Stands in a result's structure for one of the program's outputs."""

    index: int


def template(x: Any, numbers: Iterator[int]) -> Any:
    """Return the structure of a result, with an `OutputPosition` for each node."""
    return mapped(x, lambda node: OutputPosition(next(numbers)))


def mapped(x: Any, replace: Callable[[Any], Any]) -> Any:
    """Return the same structure with each node or `OutputPosition` replaced."""

    def part(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            return np.frompyfunc(lambda e: mapped(e, replace), 1, 1)(x)
        return replace(x)

    return map_parts(part, x, _is_output)


def _is_output(x: Any) -> bool:
    return isinstance(x, Node | OutputPosition) or (isinstance(x, np.ndarray) and x.dtype == object)


def nodes_in(x: Any) -> Iterable[Any]:
    """Yield the nodes of a result, in order."""
    found: list[Any] = []
    mapped(x, lambda node: found.append(node))
    return found
