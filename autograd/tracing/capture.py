"""The second stage of a trace: find what a program reads, and where each replay gets it.

A run on `Value`s is rolled up into `Tensor`s here, so that the later stages see only arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np

from autograd.node import Node
from autograd.storage import gathering
from autograd.tensor import Tensor
from autograd.trace_hooks import numbers
from autograd.tracing.placement import Arguments, LeafBlock
from autograd.tracing.record import Call, Run
from autograd.tracing.rollup import roll_up
from autograd.value import Value

Array = Any


class Reader:
    """Reads one input of the program at each call.

    read: returns the input's array, given the numbers among the arguments.
    nodes: returns the nodes whose data that is, if there are any.
    leaves: whether these are certain to be leaves.
    fixed: whether they are the same nodes at each call.
    drawn: whether the array is drawn anew at each call.
    """

    def __init__(
        self,
        read: Callable[[list[Any]], Array],
        nodes: Callable[[list[Any]], Sequence[Node]] | None = None,
        leaves: bool = False,
        fixed: bool = False,
    ) -> None:
        self.read, self.differentiable, self.leaves = read, nodes is not None, leaves
        self.fixed = fixed
        self.drawn = isinstance(read, Drawn)
        self.nodes = nodes or (lambda leaves: ())


class Drawn:
    """Draws an array anew at each call; at the first, returns what the recording drew."""

    def __init__(self, draw: Callable[[], Any], first: Array) -> None:
        self._draw, self._first = draw, first

    def __call__(self, _: Any) -> Array:
        first, self._first = self._first, None
        return np.asarray(self._draw()) if first is None else first


@dataclass
class Captured:
    """A run as a graph of `Tensor`s, and the inputs known before the graph is walked.

    outputs: the nodes of the results. extra: the nodes that effects receive.
    variables: the names of the nodes that the function reads from outside.
    inputs: for each input, the leaf that stands for it, its name, and its reader.
    floats: the leaves that stand for Python floats among narrow arrays: see floats.py.
    places: for each number among the arguments, a function that picks its gradient out of those of
        the inputs.
    """

    run: Run
    outputs: list[Tensor]
    extra: list[Tensor]
    variables: dict[Any, str]
    inputs: list[tuple[Tensor, str, Reader]] = field(default_factory=list)
    floats: list[Tensor] = field(default_factory=list)
    places: list[Callable[[Any, dict[int, Array]], Any]] = field(default_factory=list)

    @property
    def scalar(self) -> bool:
        """Whether the only result is a single number."""
        return len(self.outputs) == 1 and self.outputs[0].size == 1


def capture(run: Run, call: Call, names: list[str], variables: dict[Any, str]) -> Captured:
    """Find what the run reads.

    names: those of its arguments. variables: those of the nodes that it reads from outside.
    """
    if run.kind is not Value:
        found = Captured(run, run.outputs, run.effects, variables)
        found.inputs = list(_arguments(run, call.leaves, names))
        found.places = [_place_of_array(i) for i in range(len(call.leaves))]
        if run.narrow:
            pairs = zip(run.stand_ins, call.leaves, strict=True)
            found.floats = [stand_in for stand_in, x in pairs if type(x) is float]
        return found
    draws = run.recording.draws
    stand_ins = [*run.stand_ins, *(leaf for _, leaf in draws)]
    given = [*call.leaves, *(None for _ in draws)]
    roots = [*run.outputs, *run.effects]
    with run.recording(), np.errstate(all="ignore"):
        rolled, blocks = roll_up(
            roots, run.recording, Arguments(stand_ins, given, names, variables)
        )
    blocks.sort(key=_is_met_inside)  # arguments come first
    n = len(run.outputs)
    found = Captured(run, rolled[:n], rolled[n:], variables)
    for block in blocks:
        found.inputs.append(
            (block.tensor, block.name, _block_reader(block, len(call.leaves), draws))
        )
    found.places = _places(call.leaves, blocks)
    return found


def _is_met_inside(block: LeafBlock) -> bool:
    return block.leaf is None and all(type(entry) is not tuple for entry in block.entries)


def _arguments(
    run: Run, leaves: list[Any], names: list[str]
) -> Iterator[tuple[Tensor, str, Reader]]:
    for i, (stand_in, leaf) in enumerate(zip(run.stand_ins, leaves, strict=True)):
        if isinstance(leaf, Tensor):
            read, nodes = (lambda xs, i=i: xs[i].raw), (lambda xs, i=i: (xs[i],))
            yield stand_in, leaf.label or names[i], Reader(read, nodes)
        else:
            yield stand_in, names[i], Reader(itemgetter(i))
    for draw, stand_in in run.recording.draws:
        yield stand_in, "drawn", Reader(Drawn(draw, stand_in.raw))


def captured_reader(tensor: Tensor) -> Reader:
    """Return the reader of a node that the function reads from outside."""
    return Reader(lambda xs: tensor.raw, lambda xs: (tensor,), tensor.op is None, fixed=True)


def _block_reader(block: LeafBlock, n_leaves: int, draws: list[Any]) -> Reader:
    """Return the reader of a block's numbers: an argument, or many `Value`s."""
    shape = block.tensor.shape
    if block.leaf is not None:
        i = block.leaf
        if i >= n_leaves:
            return Reader(Drawn(draws[i - n_leaves][0], block.tensor.raw))
        return Reader(lambda xs: np.asarray(xs[i], dtype=float))
    entries = block.entries
    if not any(type(e) is tuple for e in entries):
        return _reader_of_values(entries, shape)

    def nodes(xs: list[Any]) -> list[Any]:
        return [
            e if type(e) is not tuple else xs[e[0]] if e[1] is None else xs[e[0]].reshape(-1)[e[1]]
            for e in entries
        ]

    def read_nodes(xs: list[Any]) -> Array:
        return np.array([numbers(v) for v in nodes(xs)], float).reshape(shape)

    return Reader(read_nodes, nodes if block.differentiable else None)


def _reader_of_values(entries: list[Any], shape: tuple[int, ...]) -> Reader:
    count = len(entries)
    leaves = all(v.op is None for v in entries)
    if count == 1 and shape == ():
        only = entries[0]
        return Reader(lambda xs: np.float64(only.raw), lambda xs: entries, leaves, fixed=True)

    gathered = gathering(shape)

    def read(_: list[Any]) -> Array:
        return gathered([v.raw for v in entries])

    return Reader(read, lambda xs: entries, leaves, fixed=True)


# --- gradients with respect to the arguments --------------------------------------------------


def _place_of_array(i: int) -> Callable[[Any, dict[int, Array]], Any]:
    return lambda x, found: like(x, found.get(i))


def _places(
    leaves: list[Any], blocks: list[LeafBlock]
) -> list[Callable[[Any, dict[int, Array]], Any]]:
    """Return how to read each argument number's gradient from those of the blocks."""
    at: dict[Any, tuple[int, int]] = {}
    whole: dict[int, int] = {}
    for number, block in enumerate(blocks):
        if block.leaf is not None:
            whole[block.leaf] = number
        for position, entry in enumerate(block.entries):
            if type(entry) is tuple:
                at[entry] = (number, position)

    def one(entry: Any, found: dict[int, Array]) -> float:
        number, position = at.get(entry, (-1, 0))
        return float(np.reshape(found[number], -1)[position]) if number in found else 0.0

    def place(i: int) -> Callable[[Any, dict[int, Array]], Any]:
        if i in whole:
            return lambda x, found: like(x, found.get(whole[i]))
        return lambda x, found: (
            one((i, None), found)
            if np.shape(x) == ()
            else np.array([one((i, k), found) for k in range(x.size)]).reshape(x.shape)
        )

    return [place(i) for i in range(len(leaves))]


def like(x: Any, gradient: Any) -> Any:
    """Return the gradient with respect to an argument x as a number or array, zeros for None."""
    if isinstance(x, float | Value):
        return 0.0 if gradient is None else float(gradient)
    if gradient is not None:
        return gradient
    dtype = getattr(x, "dtype", None)
    return np.zeros(np.shape(x), dtype if dtype is not None and dtype.kind == "f" else float)
