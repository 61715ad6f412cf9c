"""One recording of a function, for one set of shapes: its compiled program, and how to run it.

The stages are called from here, one after another: record, capture, lower, plan, emit.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd.node import Node
from autograd.tensor import Tensor
from autograd.trace_hooks import Repetition
from autograd.tracing.capture import Captured, Reader, capture
from autograd.tracing.contents import is_read, owners, same_constants, sample_what_is_read
from autograd.tracing.emit import compiled, write
from autograd.tracing.lower import Lowered, lower
from autograd.tracing.plan import for_one_result, split, with_own_gradients
from autograd.tracing.program import Program, Var
from autograd.tracing.record import (
    Call,
    OutputPosition,
    compare,
    mapped,
    nodes_in,
    record,
    template,
)
from autograd.tracing.surroundings import Surroundings
from autograd.tracing.watch import Watch

Array = Any

_OFTEN = 5  # harmless changes after which a variable is not watched any more


def _has_flags() -> bool:
    """Return whether NumPy notices a division by zero; in WebAssembly there are no flags for it."""
    try:
        with np.errstate(divide="raise"):
            np.divide(1.0, np.zeros(1))
    except FloatingPointError:
        return True
    return False


HAS_FLAGS = _has_flags()


def _finite(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a program raise if a result is not finite, as the flags would make it."""

    def run(*arrays: Array) -> Any:
        results = function(*arrays)
        if not all(np.isfinite(x).all() for x in results):
            raise FloatingPointError("a result that is not finite")
        return results

    return run


class Input(NamedTuple):
    """One input of a program at one call.

    var: the program's name for it. array: its contents.
    nodes: the nodes whose data that is: one `Tensor`, or `Value`s in the order of the elements;
        none for plain numbers.
    """

    var: Var
    array: Array
    nodes: tuple[Node, ...]


@contextmanager
def _no_collections() -> Iterator[None]:
    """Pause the garbage collector, which would scan the growing recording and free nothing.

    That takes 30 % of the time needed to record a GPT.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_no_collections()
def record_and_compile(call: Call, name: str, names: list[str]) -> CompiledRecording:
    """Record a call through all stages. names: the names of the numbers among its arguments."""
    surroundings = Surroundings(call.f)
    watch = surroundings.watch()
    run = record(call, [*surroundings.generators, *Surroundings(call.leaves).generators])
    if surroundings.acts_unseen:
        compare(call, run)
    watch.forget(watch.changed())  # what the function itself changes
    captured = capture(run, call, names, surroundings.names)
    run.recording.nodes.clear()  # or the collector would have to find them: their origins know it
    made = CompiledRecording(name, captured, lower(captured), watch)
    made.around = surroundings.arrays()
    sample_what_is_read(watch.contents, made.constants)
    return made


class CompiledRecording:
    """The program of a function for arguments like these, and what each replay needs of it."""

    def __init__(self, name: str, captured: Captured, lowered: Lowered, watch: Watch) -> None:
        self.name, self.watch = name, watch
        self.latex = rf"\operatorname{{{name}}}".replace("_", r"\_")
        self.kind, self.scalar, self.places = captured.run.kind, captured.scalar, captured.places
        self.program, self.readers = lowered.program, lowered.readers
        self.shapes, self.n_outputs = lowered.shapes, lowered.n_outputs
        self.n_results = len(self.program.results)
        self.example = lowered.example
        self.around: dict[int, Any] = {}
        self._functions: dict[tuple[int, ...], Any] = {}
        self._backward: dict[int, Callable[..., list[Array]]] = {}
        self._of_run(captured)
        self._plan()

    def _of_run(self, captured: Captured) -> None:
        """Keep what a replay repeats of the run; the graph is no longer needed."""
        run = captured.run
        self.template = template(run.result, iter(range(len(captured.outputs))))
        numbers = iter(range(len(captured.extra)))
        self.effects = [
            (callback, [template(x, numbers) for x in xs]) for callback, xs in run.recording.effects
        ]
        self.guards = run.recording.guards
        self.hooks = bool(self.effects or self.guards or run.recording.draws)

    def _plan(self) -> None:
        """Decide once, for every replay, which inputs are nodes with a gradient."""
        inputs, gradients = self.program.inputs, self.program.gradients
        # The result may not depend on an input, or only through a step function.
        self.with_gradient = tuple(i for i, x in enumerate(inputs) if x in gradients)
        self.wanted = tuple(i for i in self.with_gradient if self.readers[i].differentiable)
        self.differentiable = any(reader.differentiable for reader in self.readers)
        chosen: list[Reader] = [self.readers[i] for i in self.wanted]
        self.only_leaves = all(reader.leaves for reader in chosen)
        self._always: tuple[Node, ...] | None = None
        if all(reader.fixed for reader in chosen):
            self._always = tuple(node for reader in chosen for node in reader.nodes([]))
        #: whether a node may occur twice among those that the gradients are for
        self.repeats = self._always is None or len(set(self._always)) < len(self._always)
        self._readers_of_nodes = chosen

    def inputs_of(self, leaves: list[Any]) -> tuple[Any, ...]:
        """Return the nodes that the gradients are for."""
        if self._always is not None:
            return self._always
        return tuple([node for reader in self._readers_of_nodes for node in reader.nodes(leaves)])

    def found(self, leaves: list[Any]) -> list[Input]:
        """Return each input of the program as it is now."""
        return [
            Input(var, np.asarray(reader.read(leaves)), tuple(reader.nodes(leaves)))
            for var, reader in zip(self.program.inputs, self.readers, strict=True)
        ]

    # --- what is run --------------------------------------------------------------------------

    @cached_property
    def forward(self) -> Callable[..., tuple[Array, ...]]:
        """The function that computes only the results."""
        return self._compile("forward", self.program.forward)

    def with_gradients(self, wanted: tuple[int, ...]) -> Callable[..., tuple[Array, ...]]:
        """Return the function that computes the results and the gradients of some inputs."""
        if wanted not in self._functions:
            self._functions[wanted] = self._compile("value_and_grad", self._fused(wanted))
        found: Callable[..., tuple[Array, ...]] = self._functions[wanted]
        return found

    def _fused(self, wanted: Sequence[int]) -> Program:
        return with_own_gradients(self.program, [self.program.inputs[i] for i in wanted])

    @cached_property
    def first(self) -> Callable[..., tuple[Array, ...]]:
        """The function that computes the results, and what `backward` needs."""
        return self._compile("forward", self._split[0])

    def backward(self, i: int) -> Callable[..., list[Array]]:
        """Return the backward pass from result i, which gives the gradient of each wanted input.

        It is a function of what `first` saved and of the upstream gradient of that result.
        """
        if i not in self._backward:
            program, reached = for_one_result(self._split[1], i)
            function = self._compile("backward", program)
            wanted = [self.program.inputs[k] for k in self.wanted]

            def gradients(*arrays: Array) -> list[Array]:
                found = dict(zip(reached, function(*arrays), strict=True))
                return [found[x] if x in found else np.zeros(x.shape, x.dtype) for x in wanted]

            self._backward[i] = gradients
        return self._backward[i]

    @cached_property
    def _split(self) -> tuple[Program, Program]:
        return split(self.program.of(self.program.results, self._wanted_vars()))

    def _wanted_vars(self) -> list[Var]:
        return [self.program.inputs[i] for i in self.wanted]

    def _compile(self, name: str, program: Program) -> Callable[..., Any]:
        text, bound = self._write(program, name)
        function = compiled(text, name, bound)
        return function if self.kind is Tensor or HAS_FLAGS else _finite(function)

    def _write(self, program: Program, name: str) -> tuple[str, dict[str, Any]]:
        return write(program, name, terse=self.kind is Tensor)

    @property
    def source(self) -> str:
        """The text of the program that training runs: forward, and backward.

        With several results it shows the backward part for all of them; a pass from one of them
        runs what remains when the upstream gradients of the others are 0.
        """
        if not self.wanted:
            return self._write(self.program.forward, "forward")[0]
        if self.scalar:
            return self._write(self._fused(self.wanted), "value_and_grad")[0]
        forward, backward = self._split
        backward = Program(
            backward.inputs, backward.instructions, list(backward.gradients.values())
        )
        texts = (self._write(forward, "forward")[0], self._write(backward, "backward")[0])
        return "\n\n".join(texts)

    # --- results ------------------------------------------------------------------------------

    def packed(self, outputs: Sequence[Any]) -> Any:
        """Return the outputs in the structure that the function returned them in."""
        if type(self.template) is OutputPosition:
            return outputs[0]
        return mapped(self.template, lambda position: outputs[position.index])

    def outputs_of(self, result: Any) -> list[Any]:
        """Return the outputs in a result of the function itself."""
        return list(nodes_in(result))

    def argument_gradients(self, arrays: list[Array], leaves: list[Any]) -> tuple[Any, list[Any]]:
        """Return the value, and the gradient of each number among the arguments."""
        results = self.with_gradients(self.with_gradient)(*arrays)
        self.after(results)
        of_input = dict(zip(self.with_gradient, results[self.n_results :], strict=True))
        value = results[0]  # of one element, whatever its axes
        return float(value.item() if isinstance(value, np.ndarray) else value), [
            place(x, of_input) for place, x in zip(self.places, leaves, strict=True)
        ]

    def after(self, results: Sequence[Array]) -> None:
        """Do what the function does besides computing its result."""
        extra = results[self.n_outputs :]
        for callback, xs in self.effects:
            callback(*(mapped(x, lambda position: extra[position.index]) for x in xs))

    def repeated(self, again: Callable[[], Any], arrays: list[Array], effects: bool = False) -> Any:
        """Run the function itself, with the numbers that a replay on these arrays drew."""
        drawn = [x for x, reader in zip(arrays, self.readers, strict=True) if reader.drawn]
        with Repetition(drawn, [found for _, found in self.guards], effects)():
            return again()

    def guarded(self) -> bool:
        """Return whether everything that `guard` read is unchanged."""
        return all(read() == found for read, found in self.guards)

    @property
    def constants(self) -> list[Array]:
        """The arrays that the program reads by itself."""
        operands = [x for one in self.program.instructions for x in one.vars()]
        return [x.value for x in operands if x.value is not None]

    def same_as(self, other: CompiledRecording) -> bool:
        """Return whether another recording has the same program on the same arrays."""
        if self.source != other.source or len(self.readers) != len(other.readers):
            return False
        nodes = [
            [id(x) for reader in r.readers if reader.fixed for x in reader.nodes([])]
            for r in (self, other)
        ]
        return nodes[0] == nodes[1] and all(
            same_constants(x, y, by_memory=self._reads(x) or other._reads(y))
            for x, y in zip(self.constants, other.constants, strict=True)
        )

    def _reads(self, x: Array) -> bool:
        """Return whether a constant is an array from outside, which others may write to."""
        return any(id(owner) in self.around for owner in owners(x))

    def instead_of(self, other: CompiledRecording) -> None:
        """Replace an older recording of the same program: what has changed since did not matter.

        What often changes without mattering, such as a counter or a list of losses, is no longer
        watched. But if the function uses only part of an array, changes elsewhere in it prove
        nothing about that part, so an array is watched until each of its elements has changed.
        """
        changed, watch = other.watch.changed(), self.watch
        watch.harmless = other.watch.harmless + Counter(changed.keys())
        settled = {location for location in changed if watch.harmless[location] >= _OFTEN}
        before = {one.location: one for one in other.watch.contents}
        for one in watch.contents:
            if one.location in changed and one.is_array:
                harmless = one.changed_harmlessly_since(before.get(one.location, one))
                if harmless or is_read(one.owner, self.constants):
                    settled.add(one.location)
                else:
                    settled.discard(one.location)
        watch.forget(settled | other.watch.forgotten)

    def graph(self) -> Tensor:
        """Return the forward part as a graph of labelled `Tensor`s; the root is the result."""
        pairs = zip(self.program.inputs, self.example, strict=True)
        made: dict[Any, Any] = {var: Tensor(array, var.name) for var, array in pairs}

        def read(x: Any) -> Any:
            return made.get(x, x.value) if isinstance(x, Var) else x

        for original in self.program.of(self.program.results[:1]).instructions:
            one = original.replaced(read)
            made[one.output] = one.op(*one.inputs, **one.params)
            made[one.output].label = one.output.name
        root: Tensor = made[self.program.results[0]]
        return root
