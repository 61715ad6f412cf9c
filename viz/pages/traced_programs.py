"""Print traced functions as programs, for a page that trains on samples: one recording per shape.

A loss in single numbers, such as a GPT's of `Value`s, is rolled up by `trace` and printed as loops.
The parameters are side by side in one vector `w`; an array of the program is a view of it, or is
gathered from it through a table. The numbers of a sample are the program's other inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from autograd import Node, Tensor, trace
from autograd.printers.javascript import number
from autograd.printers.javascript_kernels import Kernels
from autograd.printers.javascript_loops import Loops
from autograd.printers.places import ArrayPlace, evenly, heads, indices, place
from autograd.tracing.javascript import program_arrays
from viz.pages.programs import Programs
from viz.pages.training import Parameter

#: The name and shape of each thing shown for a sample, in order.
Shapes = list[tuple[str, tuple[int, ...]]]


def flat_parameters(named: Iterable[tuple[str, Any]]) -> list[Parameter]:
    """Flatten parameters that are `Value`s, Tensors, or nested lists and dicts of them.

    Raises TypeError for anything else, ValueError if there is nothing to train.
    """
    found: list[Parameter] = []
    offset = 0
    for name, part in _leaves(named):
        nodes = part if isinstance(part, Tensor) else np.asarray(part, dtype=object)
        if not isinstance(nodes, Tensor):
            kinds = {type(x).__name__ for x in nodes.flat} - {"Value"}
            if kinds:
                raise TypeError(
                    f"the parameter {name!r} holds {', '.join(sorted(kinds))}, and what is trained "
                    "are Values or Tensors, or nested lists and dicts of them, each list as long "
                    "as the others of its depth"
                )
        found.append(Parameter(name, nodes.shape, offset, nodes))
        offset += math.prod(nodes.shape)
    if not found:
        raise ValueError("there are no parameters to train")
    return found


def _leaves(named: Any) -> Iterator[tuple[str, Any]]:
    for name, part in named:
        if isinstance(part, Mapping):
            yield from _leaves((f"{name}.{key}", x) for key, x in part.items())
        elif hasattr(part, "named_parameters"):
            yield from _leaves((f"{name}.{key}", x) for key, x in part.named_parameters())
        elif isinstance(part, list | tuple) and any(isinstance(x, Mapping) for x in part):
            yield from _leaves((f"{name}.{i}", x) for i, x in enumerate(part))
        else:
            yield name, part


def numbers_of(parameters: Sequence[Parameter]) -> np.ndarray:
    """Return the current numbers of the parameters, side by side."""
    parts = [
        p.node.data if isinstance(p.node, Tensor) else [x.data for x in p.node.flat]
        for p in parameters
    ]
    return np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in parts])


def as_arguments(sample: Any) -> Any:
    """Return a sample as arguments of a trace: lists of whole numbers as arrays, so they can vary.

    >>> as_arguments([0, 5, 2]), as_arguments(([1, 2], 0.5))
    (array([0, 5, 2]), (array([1, 2]), 0.5))
    """
    if not isinstance(sample, list | tuple):
        return sample
    if sample and all(isinstance(x, int | np.integer) for x in sample):
        return np.asarray(sample)
    return type(sample)(map(as_arguments, sample))


class TracedPrograms:
    """Prints traced functions as programs that share their loops: see `Kernels`."""

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self.kernels = Kernels()
        self._at: dict[Any, int] = {}
        for p in parameters:
            every = [p.node] if isinstance(p.node, Tensor) else p.node.flat
            self._at.update((node, p.offset + i) for i, node in enumerate(every))

    def training(self, loss_of: Callable[..., Any], samples: Sequence[Any]) -> Programs:
        """Return functions `(w, g, x)` → the loss of a sample, whose gradients are added to `g`.

        Raises TypeError for a loss that is not one number.
        """
        return self._programs("w, g, x", loss_of, samples, _loss_and_gradients)[0]

    def saying(
        self, says: Callable[..., Any], samples: Sequence[Any]
    ) -> tuple[Programs, list[Shapes]]:
        """Return functions `(w, out, x)` that write the results of `says`, and their shapes.

        Lists shorter than others at their depth, such as what a letter looks back at, are padded
        with NaN.
        """
        return self._programs("w, out, x", says, samples, _said)

    def _programs(
        self,
        arguments: str,
        f: Callable[..., Any],
        samples: Sequence[Any],
        body: Callable[[TracedSample], list[str]],
    ) -> tuple[Programs, list[Shapes]]:
        texts: list[str] = []
        recordings: dict[Any, tuple[int, TracedSample]] = {}
        of: list[tuple[int, list[str]]] = []
        shapes: list[Shapes] = []
        for sample in map(as_arguments, samples):
            kind = _kind(sample)
            if kind not in recordings:
                recorded = TracedSample(f, sample, self._at)
                recordings[kind] = len(texts), recorded
                lines = body(recorded)
                buffers, before = recorded.statements()
                texts.append(self.kernels.function(arguments, buffers, [*before, *lines]))
            number_of_text, recorded = recordings[kind]
            of.append((number_of_text, recorded.numbers(sample)))
            shapes.append(recorded.shapes)
        return Programs(texts, of), shapes


def _kind(sample: Any) -> Any:
    """Return what samples of one recording have in common: shapes, and everything but numbers."""
    if isinstance(sample, np.ndarray):
        return sample.shape, sample.dtype.kind
    if isinstance(sample, list | tuple):
        return tuple(map(_kind, sample))
    return "float" if isinstance(sample, float) else sample


class TracedSample:
    """A function traced on one sample, and where its arrays are in a page.

    shapes: the shapes of its results, filled in by the code that writes them.
    """

    def __init__(self, f: Callable[..., Any], sample: Any, at: Mapping[Any, int]) -> None:
        self.step = trace(f)
        self.result = self.step(sample)
        arrays = program_arrays(self.step.program)
        self.results, self.shapes = arrays.results, Shapes()
        self._places: dict[Any, ArrayPlace] = {}
        self._gathered: list[tuple[ArrayPlace, np.ndarray]] = []
        self._into: dict[int, tuple[tuple[int, ...], np.ndarray]] = {}
        first = 0
        inputs = self.step.inputs(sample)  # after them come upstream gradients
        for i, (x, one) in enumerate(zip(arrays.inputs, inputs, strict=False)):
            if not one.nodes:
                self._places[x] = place("x", x.shape, first)
                first += x.size
                continue
            positions = _positions_of(one.nodes, x.shape, at)
            if positions is None:  # untrained nodes keep their numbers
                x.data = np.asarray(one.array)
                continue
            self._into[i] = x.shape, positions
            view = evenly(positions, x.shape)
            if view is None:
                self._gathered.append((place(f"v{i}", x.shape), positions))
                self._places[x] = self._gathered[-1][0]
            else:
                self._places[x] = ArrayPlace("w", x.shape, view[1], view[0])
        self.gradients = {i: g for i, g in arrays.gradients.items() if i in self._into}

    def numbers(self, sample: Any) -> list[str]:
        """Return the numbers of a sample, in the program's order."""
        inputs = [one for one in self.step.inputs(sample) if not one.nodes]
        return [number(x) for one in inputs for x in np.ravel(one.array).tolist()]

    def loops(self, roots: Sequence[Any]) -> Loops:
        """Write the program of some of its arrays."""
        self._loops = Loops(roots, self._places)
        return self._loops

    def statements(self) -> tuple[list[str], list[str]]:
        """Return the statements that make the arrays, and those that come first."""
        loops, before = self._loops, []
        buffers = []
        for where, positions in self._gathered:
            size = math.prod(where.shape)
            buffers.append(f"const {where.name} = new Float64Array({size});")
            table = loops.table(positions)
            one = f"{where.name}[i0] = w[{table}[i0]];"
            before.append(f"for (let i0 = 0; i0 < {size}; i0 += 1) {one}")
        return [*buffers, *loops.buffers], [*before, *loops.lines]

    def added(self, i: int) -> str:
        """Return the statement that adds the gradient of an input to `g`."""
        shape, positions = self._into[i]
        view = evenly(positions, shape)
        if view is not None:
            target = ArrayPlace("g", shape, view[1], view[0])
            return self._loops.copied(self.gradients[i], target, shape, "+=")
        table = place(self._loops.table(positions), shape)
        where, names = self._loops.of(self.gradients[i]), indices(shape)
        one = f"g[{table.at(names, shape)}] += {where.at(names, shape)};"
        return f"{heads(names, shape)} {one}".strip()


def _positions_of(
    nodes: Sequence[Any], shape: tuple[int, ...], at: Mapping[Any, int]
) -> np.ndarray | None:
    """Return where the numbers of an input are in `w`; None for nodes that are not trained."""
    known = [at[node] for node in nodes if node in at]
    if len(known) < len(nodes):
        if known:
            other = next(node for node in nodes if node not in at)
            raise ValueError(
                f"{other!r} is used beside parameters, and is none of them: pass all that is "
                "trained in parameters=, and plain numbers for the rest"
            )
        return None
    if len(nodes) == 1 and isinstance(nodes[0], Tensor):
        return known[0] + np.arange(math.prod(shape)).reshape(shape)
    return np.array(known).reshape(shape)


def _loss_and_gradients(recorded: TracedSample) -> list[str]:
    if not isinstance(recorded.result, Node) or recorded.results[0].size != 1:
        raise TypeError(
            f"the loss of a sample must be one number, not {recorded.result!r}; add the losses of "
            "its parts up"
        )
    loss = recorded.results[0]
    loops = recorded.loops([loss, *recorded.gradients.values()])
    return [*map(recorded.added, recorded.gradients), f"return {loops.number(loss)};"]


def _said(recorded: TracedSample) -> list[str]:
    result = recorded.result
    named = result if isinstance(result, Mapping) else {"": result}
    loops = recorded.loops(recorded.results)
    waiting = iter(recorded.results)
    lines: list[str] = []
    first = 0
    for name, part in named.items():
        shape = _shape(part)
        recorded.shapes.append((name, shape))
        lines += _written(loops, part, place("out", shape, first), waiting)
        first += math.prod(shape)
    return [f"out.fill(NaN, 0, {first});", *lines]


def _shape(part: Any) -> tuple[int, ...]:
    """Return the shape that nested lists, even of unequal lengths, fit into."""
    if not isinstance(part, list | tuple):
        return np.shape(part)
    inside = [_shape(x) for x in part]
    return (len(part), *map(max, zip_longest(*inside, fillvalue=1)))


def _written(loops: Loops, part: Any, target: ArrayPlace, results: Iterator[Any]) -> list[str]:
    """Return the statements that write nested lists of results to a place."""
    if isinstance(part, Tensor):
        return [loops.copied(next(results), target, part.shape)]
    found = [
        (at, loops.of(next(results)) if isinstance(x, Node) else number(x))
        for at, x in _elements(part, target)
    ]
    lines, i = [], 0
    while i < len(found):
        n = i + 1
        while n < len(found) and _follows(found[i], found[n], n - i):
            n += 1
        (at, x), count = found[i], n - i
        if isinstance(x, str) or count == 1:
            lines.append(f"out[{at}] = {x if isinstance(x, str) else x.at([], ())};")
        else:
            source, goal = place(x.name, (count,), x.offset), place("out", (count,), at)
            head = heads(["i0"], (count,))
            lines.append(f"{head} {goal.at(['i0'], (count,))} = {source.at(['i0'], (count,))};")
        i = n
    return lines


def _elements(part: Any, target: ArrayPlace) -> Iterator[tuple[int, Any]]:
    """Yield where each number of nested lists belongs, and the number."""
    if not isinstance(part, list | tuple | np.ndarray) or not target.shape:
        yield target.offset, part
        return
    for i, x in enumerate(part):
        first = target.offset + i * target.strides[0]
        yield from _elements(x, ArrayPlace("", target.shape[1:], target.strides[1:], first))


def _follows(first: tuple[int, Any], other: tuple[int, Any], n: int) -> bool:
    """Return whether one result is n elements after another, in the page's array and in `out`."""
    (at, x), (its, y) = first, other
    if isinstance(x, str) or isinstance(y, str) or x.single or y.single or x.strides or y.strides:
        return False
    return (
        its == at + n and x.name == y.name and y.offset == x.offset + n and x.base == y.base == ""
    )
