"""The node that a replay leaves behind: one operation whose rule is the generated backward pass.

In the graph around it, a replayed function is a row like any other. If its value is one number, the
gradients are computed together with it; otherwise when they are asked for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from autograd import derivatives, tensor, value
from autograd.errors import StaleDataError, describe
from autograd.modes import Origin, current
from autograd.rows.structural import Structural
from autograd.tracing.recorded import CompiledRecording
from autograd.value import Value
from autograd.writing import adding, write_gradients


class Replayed(Structural):
    """The operation of one replay. It is in no table: each traced function has its own.

    again: runs the traced function itself on the same arguments, for second derivatives, which
        the program does not compute.
    """

    #: what the program was run on
    arrays: Sequence[Any] = ()
    #: whether all inputs are leaves, and the result is one number
    leaves = False
    jointly, push, symbolic = False, (), False

    def __init__(self, recorded: CompiledRecording, again: Callable[[], Any]) -> None:
        self.recorded, self.again = recorded, again
        self.name = self.symbol = recorded.name
        self.latex = recorded.latex
        self.on = {}

    def rule(self, position: int) -> Callable[..., Any]:
        """Return the differentiable rule of one input: the eager one, by running f again."""

        def rule(g: Any, _: Any, *xs: Any, i: int = 0, **__: Any) -> Any:
            y = self.recorded.outputs_of(self.again())[i]
            return derivatives.gradients(y, [xs[position]], True, g)[0]

        return rule

    def partials(self, z: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """Return ∂z/∂xᵢ as nodes, by running f again."""
        del wanted  # all of them come from one walk
        self._must_be_fresh(xs)
        return list(derivatives.gradients(self.untraced(z), list(xs), create_graph=True))

    def untraced(self, z: Any) -> Any:
        """Return what the replay computed as f itself records it, with all of its operations."""
        if type(z) is Value:
            i = z.d_first.output if type(z.d_first) is LatePartials else 0
        else:
            i = z.params.get("i", 0)
        return self.recorded.outputs_of(self.again())[i]

    def _must_be_fresh(self, xs: Sequence[Any]) -> None:
        """Raise if the data of a `Value` was changed since the replay."""
        readers = self.recorded.readers
        now = [reader.read([]) for reader in readers if reader.fixed]
        then = [x for x, reader in zip(self.arrays, readers, strict=True) if reader.fixed]
        now += [np.array([x.raw for x in xs])]
        then += [np.concatenate([np.ravel(self.arrays[i]) for i in self.recorded.wanted])]
        if not all(map(partial(np.array_equal, equal_nan=True), now, then)):
            operands = ", ".join(map(describe, xs[:4])) + (", …" if len(xs) > 4 else "")
            raise StaleDataError(
                f"the data under {self.name} was changed after it was replayed (now {operands}), "
                "so it cannot be differentiated again; call it anew"
            )

    def backward(self, node: Any) -> bool:
        """Add the gradients to the inputs if all of them are leaves; return whether this was done.

        This is the whole backward pass of a training step. Walking the graph for it would take
        longer than the arithmetic of a small network.
        """
        origin = current()
        if origin is not None and origin.anomaly:
            return False
        if not self.leaves:
            return False
        array = type(node) is not Value
        gradients: Sequence[Any] = () if array else node.d_first
        if array:
            seen = 0
            for x in node.first:
                seen += x.version
            if seen != node.seen:
                return False
        with adding:
            if array:
                gradients = node.params.get("gradients", ())
                if not gradients:
                    return False
            start = node.start(None, False)
            xs, totals = node.first, gradients
            if self.recorded.repeats:
                found: dict[Any, Any] = {}
                for x, g in zip(xs, gradients, strict=True):  # an x may occur twice
                    had = found.get(x, x.grad_or_none)
                    found[x] = g if had is None else had + g
                xs, totals = tuple(found), list(found.values())
            else:
                totals = _added_to(xs, gradients, not array)
            if array:
                node.rules = SpentRules(self)  # first, so that an interruption leaves valid rules
                node.params = {"gradients": ()}  # they are the leaves' own now
            node.grad_or_none = start
            write_gradients(xs, totals)
        return True


def _added_to(xs: Sequence[Any], gradients: Sequence[Any], numbers: bool) -> Sequence[Any]:
    """Return each gradient added to its node's own, without a loop over thousands of numbers."""
    had = [x.grad_or_none for x in xs]  # quicker than a map in C
    if numbers and had[:1] == [None]:
        if had.count(None) == len(had):
            return gradients
    elif numbers:
        try:
            return list(map(operator.add, had, gradients))
        except TypeError:  # some have none
            pass
    return [g if h is None else h + g for h, g in zip(had, gradients, strict=True)]


class Replay(Origin):
    """The origin of a replay's node, whose backward pass needs no walk."""

    __slots__ = ()

    exact = False  # a program may round differently; it compares the data itself

    def backward(self, node: Any) -> bool:
        done: bool = node.op.backward(node)
        return done


#: The origin outside of any block, shared by most replays: making one for each takes 1 µs.
_OUTSIDE = Replay()


class SpentRules(Sequence[Callable[..., Any]]):
    """The rules of a node whose gradients were handed out; a second pass recomputes them."""

    def __init__(self, op: Replayed) -> None:
        self._op = op
        self._gradients: list[Any] = []  # of all inputs, from the first that asks

    def __len__(self) -> int:
        return len(self._op.recorded.wanted)

    def __getitem__(self, k: Any) -> Any:
        if k >= len(self):
            raise IndexError(k)
        return lambda g, *_, **__: self._gradient(k) * g

    def _gradient(self, k: int) -> Any:
        if not self._gradients:
            recorded = self._op.recorded
            with np.errstate(all="ignore"):
                results = recorded.with_gradients(recorded.wanted)(*self._op.arrays)
            self._gradients.extend(results[recorded.n_results :])
        return self._gradients[k]


class Upstream:
    """The backward part of one replay that waits for an upstream gradient."""

    __slots__ = ("_found", "_last", "recorded", "saved")

    def __init__(self, recorded: CompiledRecording, saved: Sequence[Any]) -> None:
        self.recorded, self.saved = recorded, saved
        self._last: tuple[int, Any] = (-1, None)
        self._found: list[Any] = []

    def gradients(self, i: int, upstream: Any) -> list[Any]:
        """Return the gradients of all inputs from the upstream gradient of output i alone."""
        if self._last[0] != i or self._last[1] is not upstream:  # the first input to ask
            seed = np.asarray(upstream, self.recorded.shapes[i][1])
            with np.errstate(all="ignore"):
                self._found = self.recorded.backward(i)(*self.saved, seed)
            self._last = (i, upstream)
        return self._found


class LatePartials(list[Any]):
    """∂z/∂xᵢ of one output among several `Value`s, computed when the walk first asks."""

    def __init__(self, compute: Callable[[], list[float]], output: int) -> None:
        self._compute: Callable[[], list[float]] | None = compute
        self.output = output
        super().__init__()

    def _fill(self) -> None:
        if self._compute is not None:
            self.extend(self._compute())
            self._compute = None

    def __iter__(self) -> Iterator[Any]:
        self._fill()
        return super().__iter__()

    def __getitem__(self, i: Any) -> Any:
        self._fill()
        return super().__getitem__(i)


def run(recorded: CompiledRecording, leaves: list[Any], again: Callable[[], Any]) -> Any:
    """Replay a recording; return its result as nodes, or as plain numbers if it has no nodes.

    Outside an operation's domain `Value`s raise an error that names the operands. So where a
    program for `Value`s leaves a domain, the function itself is run, to raise that error.
    """
    arrays = [reader.read(leaves) for reader in recorded.readers]
    if recorded.kind is Value:
        try:
            return _run_or_raise(recorded, arrays, leaves, again)
        except ArithmeticError:
            return recorded.repeated(again, arrays, effects=True)
    return _run_on(recorded, arrays, leaves, again)


def _run(
    recorded: CompiledRecording, arrays: list[Any], leaves: list[Any], again: Callable[[], Any]
) -> Any:
    origin = current()
    if not recorded.differentiable:
        return recorded.packed(_outputs(recorded, recorded.forward(*arrays)))
    if recorded.hooks:
        again = partial(recorded.repeated, again, arrays)
    op = Replayed(recorded, again)
    if origin is not None and not origin.records:
        outputs = _outputs(recorded, recorded.forward(*arrays))
        if recorded.kind is Value:
            return recorded.packed([value.rows.node(op, y, (), ()) for y in outputs])
        return recorded.packed(
            [tensor.rows.node(op, np.asarray(y), (), (), (), 0, {}) for y in outputs]
        )
    op.arrays = arrays
    inputs = recorded.inputs_of(leaves)
    op.leaves = recorded.scalar and (recorded.only_leaves or all(x.first is None for x in inputs))
    if recorded.kind is Value:
        nodes = _as_values(recorded, op, arrays, inputs)
    else:
        nodes = _as_tensors(recorded, op, arrays, inputs)
    here = _OUTSIDE if origin is None else Replay(parent=origin)
    for node in nodes:
        node.origin = here
    return recorded.packed(nodes)


def run_with_gradients(
    recorded: CompiledRecording, leaves: list[Any], again: Callable[[], tuple[Any, list[Any]]]
) -> tuple[Any, list[Any]]:
    """Return the value and the gradient of each number among the arguments; see `run`."""
    arrays = [reader.read(leaves) for reader in recorded.readers]
    if recorded.kind is Value:
        try:
            return _gradients_or_raise(recorded, arrays, leaves)
        except ArithmeticError:
            found: tuple[Any, list[Any]] = recorded.repeated(again, arrays, effects=True)
            return found
    return _gradients_on(recorded, arrays, leaves)


# As decorators these take a third of the time of a `with` statement.
_or_raise = np.errstate(divide="raise", over="raise", invalid="raise", under="ignore")
_on = np.errstate(all="ignore")
_run_or_raise, _run_on = _or_raise(_run), _on(_run)
_gradients_or_raise = _or_raise(CompiledRecording.argument_gradients)
_gradients_on = _on(CompiledRecording.argument_gradients)


def _outputs(recorded: CompiledRecording, results: Sequence[Any]) -> list[Any]:
    """Carry out the effects of a replay; return its outputs."""
    if recorded.effects:
        recorded.after(results)
    outputs = results[: recorded.n_outputs]
    return [float(y) for y in outputs] if recorded.kind is Value else list(outputs)


def _as_values(
    recorded: CompiledRecording, op: Replayed, arrays: list[Any], inputs: Sequence[Any]
) -> list[Any]:
    if recorded.scalar:
        results = recorded.with_gradients(recorded.wanted)(*arrays)
        (y,) = _outputs(recorded, results)
        return [value.rows.node(op, y, inputs, _floats(results[recorded.n_results :]))]
    results = recorded.first(*arrays)
    outputs = _outputs(recorded, results)
    later = Upstream(recorded, results[recorded.n_results :])
    return [value.rows.node(op, y, inputs, _partials(later, i)) for i, y in enumerate(outputs)]


def _as_tensors(
    recorded: CompiledRecording, op: Replayed, arrays: list[Any], inputs: tuple[Any, ...]
) -> list[Any]:
    data = tuple([arrays[i] for i in recorded.wanted])
    seen = 0
    for x in inputs:
        seen += x.version
    if recorded.scalar:
        results = recorded.with_gradients(recorded.wanted)(*arrays)
        if recorded.effects:
            recorded.after(results)
        params: dict[str, Any] = {"gradients": results[recorded.n_results :]}
        return [
            tensor.rows.node(
                op, np.asarray(results[0]), inputs, data, _rules(len(data)), seen, params
            )
        ]
    results = recorded.first(*arrays)
    later = Upstream(recorded, results[recorded.n_results :])
    rules = [_later_rule(k) for k in range(len(data))]
    return [
        tensor.rows.node(op, np.asarray(y), inputs, data, rules, seen, {"upstream": later, "i": i})
        for i, y in enumerate(_outputs(recorded, results))
    ]


@cache
def _rules(n: int) -> list[Callable[..., Any]]:
    return [_rule(k) for k in range(n)]


def _floats(gradients: Sequence[Any]) -> list[float]:
    found: list[float] = []
    for g in gradients:
        if type(g) is np.ndarray:
            found += g.ravel().tolist()
        else:
            found.append(float(g))
    return found


def _partials(later: Upstream, i: int) -> LatePartials:
    return LatePartials(lambda: _floats(later.gradients(i, 1.0)), i)


def _rule(k: int) -> Callable[..., Any]:
    return lambda g, z, *xs, gradients: gradients[k] * g


def _later_rule(k: int) -> Callable[..., Any]:
    return lambda g, z, *xs, upstream, i: upstream.gradients(i, g)[k]
