"""One recording of a function, for one set of shapes: the program, and how it is run.

The function is run once on leaves that stand for its arguments. Its result, and the backward
pass of the result recorded by the same rules that eager code uses, are lowered to a program
of two parts. Where the result is one number both parts are run at once, as one function;
otherwise the backward part waits for the upstream gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import TraceError
from autograd.node import Node
from autograd.randomness import drawing_line
from autograd.recording import Recording, Repetition, numbers
from autograd.tensor import Tensor
from autograd.trace.arguments import rebuilt, variable_names
from autograd.trace.emit import compiled, write
from autograd.trace.floats import are_narrow, keep_numbers, made_of_floats
from autograd.trace.linear import without
from autograd.trace.program import Instruction, Lowering, Program, Var, needed
from autograd.trace.rollup import Block, roll_up
from autograd.trace.simplify import simplify
from autograd.value import Value

Array = Any


#: Operations whose result may share the memory of their operand.
_VIEWS = (ops.reshape, ops.transpose, ops.broadcast_to, ops.getitem)


class Reader:
    """Where one input of the program is read at each call.

    read: takes the numbers among the arguments to an array.
    nodes: takes them to the nodes that the array is the data of, if any.
    leaves: whether those are leaves for certain.
    fixed: whether they are the same at each call.

    And `drawn`: whether they are drawn anew each time.
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
    """Reads an array that is drawn anew each time; at first, what the recording drew."""

    def __init__(self, draw: Callable[[], Any], first: Array) -> None:
        self._draw, self._first = draw, first

    def __call__(self, _: Any) -> Array:
        first, self._first = self._first, None
        return np.asarray(self._draw()) if first is None else first


class Recorded:
    """The program of `f` for arguments like these."""

    def __init__(
        self, f: Callable[..., Any], args: Any, kwargs: Any, leaves: list[Any], names: list[str]
    ) -> None:
        self.f, self.name = f, getattr(f, "__name__", "f").strip("<>")
        self.latex = rf"\operatorname{{{self.name}}}".replace("_", r"\_")
        self._functions: dict[tuple[int, ...], Any] = {}
        self._backward: dict[int, Callable[..., list[Array]]] = {}
        self._copies: dict[int, Var] = {}  # gradients that are no array of their own
        self.narrow = False  # whether floats meet arrays of another type than float64
        self._record(args, kwargs, leaves)
        self._lower(leaves, names)

    # --- recording ----------------------------------------------------------------------------

    def _record(self, args: Any, kwargs: Any, leaves: list[Any]) -> None:
        arrays = any(isinstance(x, Tensor) for x in leaves) or any(
            isinstance(x, np.ndarray) and x.dtype != object for x in leaves
        )
        kinds: list[type[Node]] = [Tensor, Value] if arrays else [Value, Tensor]
        try:
            self._run(kinds[0], args, kwargs)
        except TypeError as error:  # a Tensor where only numbers or Values will do
            try:
                self._run(kinds[1], args, kwargs, self.recording.drawn)
            except TraceError:
                raise
            except Exception:
                raise error from None  # what the first attempt says is about what f does
        if self.outputs and self.kind is not self.recording.kind and not _all_nodes(leaves):
            # An argument that plays no part was taken for the other kind.
            self._run(self.kind, args, kwargs, self.recording.drawn)
        if self.kind is Tensor and any(type(x) is float for x in leaves):
            effects = _nodes_in([xs for _, xs in self.recording.effects])
            roots = [*self.outputs, *effects]
            self.narrow = are_narrow([*_order(roots, self.recording.made), *roots])
        if self.narrow:  # now it is known
            self._run(self.recording.kind, args, kwargs, self.recording.drawn)

    def _run(self, kind: type[Node], args: Any, kwargs: Any, drawn: Iterable[Any] = ()) -> None:
        self.recording = recording = Recording(kind, drawn, self.narrow)
        self.stand_ins: list[Any] = []

        def stand_in(x: Any) -> Any:
            self.stand_ins.append(recording.leaf(x))
            return self.stand_ins[-1]

        with recording.of(Recorded._run.__code__):
            replaced = rebuilt((args, kwargs), stand_in)
            self.result = self.f(*replaced[0], **replaced[1])
            if recording.watch.drawn():
                error = recording.was_drawn()
                line = drawing_line(lambda: self.f(*replaced[0], **replaced[1]), recording.watch)
                raise TraceError(str(error).replace("traced:", f"traced{line}:"))
        self.outputs = list(_nodes_in(self.result))
        kinds = {type(node) for node in self.outputs}
        if len(kinds) > 1:
            raise TraceError("a traced function returns Values or Tensors, not both")
        self.kind = kinds.pop() if kinds else Tensor

    def _lower(self, leaves: list[Any], names: list[str]) -> None:
        recording = self.recording
        effects = [node for _, xs in recording.effects for node in _nodes_in(list(xs))]
        with recording(), np.errstate(all="ignore"):
            outputs, extra = self.outputs, effects
            variables = variable_names(self.f)
            blocks: list[Block] = []
            if self.kind is Value:
                stand_ins = [*self.stand_ins, *(leaf for _, leaf in recording.draws)]
                given = [*leaves, *(None for _ in recording.draws)]
                rolled, blocks = roll_up(
                    [*outputs, *effects], recording, stand_ins, given, names, variables
                )
                outputs, extra = rolled[: len(outputs)], rolled[len(outputs) :]
            self.scalar = len(outputs) == 1 and outputs[0].size == 1
            given = [s for s, x in zip(self.stand_ins, leaves, strict=True) if type(x) is float]
            floats = set()
            if self.narrow:
                floats = made_of_floats(given, _order([*outputs, *extra], recording.made))
            self.shapes = [(y.shape, np.dtype(float) if y in floats else y.dtype) for y in outputs]
            ones = [np.ones(shape, dtype) for shape, dtype in self.shapes]
            seeds = [Tensor(one) if self.scalar else recording._tensor(one) for one in ones]
            lowering = Lowering(recording.made, recording.indices, variables)
            self.readers = list(self._declare(lowering, leaves, names, blocks))
            known = {stand_in for stand_in, _ in lowering.inputs}
            order = _order(outputs, lambda node: recording.made(node) and node not in known)
            sums: dict[Tensor, Any] = {}
            for y, seed in zip(outputs, seeds, strict=True):  # one node may be several results
                sums[y] = sums[y] + seed if y in sums else seed
            for node in reversed(order):
                upstream = sums.get(node)
                if upstream is None or node.op is None:
                    continue
                for _, x, contribution in node._contributions(upstream, True):
                    source: Any = x
                    if source in floats and contribution.op is ops.astype:
                        contribution = contribution.inputs[0]  # it is as wide as can be
                    total = sums.get(source)
                    sums[source] = contribution if total is None else total + contribution
        self.places = _places(leaves, blocks, self.kind)
        self._finish(lowering, outputs, seeds, extra, sums, given, floats)

    def _finish(
        self,
        lowering: Lowering,
        outputs: list[Tensor],
        seeds: list[Tensor],
        extra: list[Any],
        sums: dict[Tensor, Any],
        given: list[Tensor],
        floats: set[Tensor],
    ) -> None:
        """Lower the forward part, then the backward part, and make both smaller."""
        wishes = {
            y: "result" if len(outputs) == 1 else f"result{i}" for i, y in enumerate(outputs, 1)
        }
        lowering.add(outputs, wishes)
        lowering.add(extra, {})
        n_forward = len(lowering.instructions)
        for tensor, _ in lowering.inputs[len(self.readers) :]:  # met inside: captured
            self.readers.append(_captured(tensor))
        n_inputs = len(self.readers)
        self.seeds = [] if self.scalar else [lowering.input(seed, "upstream") for seed in seeds]
        gradients = {
            var: sums.get(tensor) if tensor.dtype.kind == "f" else None
            for tensor, var in lowering.inputs[:n_inputs]
        }
        for node, total in sums.items():
            if isinstance(total, Tensor) and node in lowering.vars:
                var = lowering.vars[node]
                wishes.setdefault(total, f"d_{var.name}" if var.name else "")
        lowering.add([g for g in gradients.values() if isinstance(g, Tensor)], wishes)

        if self.narrow:
            keep_numbers(lowering.instructions, {lowering.vars[x] for x in given})
            for x in floats & lowering.vars.keys():
                lowering.vars[x].dtype = np.dtype(float)
        everything: list[Any] = [lowering.vars[y] for y in outputs]
        everything += [lowering.vars[x] for x in extra]
        found = [None if g is None else lowering.vars[g] for g in gradients.values()]
        inputs = [var for _, var in lowering.inputs]
        whole = Program(inputs, lowering.instructions, [*everything, *filter(None, found)])
        forward = {one.output for one in lowering.instructions[:n_forward]}
        small = simplify(whole)
        self.inputs = inputs[:n_inputs]
        self.example = [tensor._data for tensor, _ in lowering.inputs[:n_inputs]]
        self.n_outputs = len(outputs)
        n = len(everything)
        self.program = small
        self.results = small.outputs[:n]
        rest = iter(small.outputs[n:])
        self.gradients = [None if g is None else next(rest) for g in found]
        forward |= {one.output for one in needed(small.instructions, self.results)}
        self.backward_vars = {one.output for one in small.instructions if one.output not in forward}
        self.terse = self.kind is Tensor
        self._plan()
        self.template = _template(self.result, iter(range(len(outputs))))
        numbers = iter(range(len(extra)))
        self.effects = [
            (callback, [_template(x, numbers) for x in xs])
            for callback, xs in self.recording.effects
        ]
        self.hooks = bool(self.effects or self.recording.guards or self.recording.draws)
        self.recording.effects.clear()
        del self.result, self.outputs, self.stand_ins  # the graph is not needed any more

    def _plan(self) -> None:
        """Decide once what every replay would ask: which inputs are nodes with a gradient."""
        nodes = [i for i, reader in enumerate(self.readers) if reader.differentiable]
        self.differentiable = bool(nodes)
        # An input that the result does not depend on (or by a step only) has no gradient.
        self.wanted = tuple(i for i in nodes if self.gradients[i] is not None)
        chosen = [self.readers[i] for i in self.wanted]
        self.only_leaves = all(reader.leaves for reader in chosen)
        self._always: tuple[Node, ...] | None = None
        if all(reader.fixed for reader in chosen):
            self._always = tuple(node for reader in chosen for node in reader.nodes([]))
        self._readers_of_nodes = chosen

    def inputs_of(self, leaves: list[Any]) -> tuple[Any, ...]:
        """Return the nodes that the gradients are for."""
        if self._always is not None:
            return self._always
        return tuple([node for reader in self._readers_of_nodes for node in reader.nodes(leaves)])

    def _declare(
        self, lowering: Lowering, leaves: list[Any], names: list[str], blocks: list[Block]
    ) -> Iterable[Reader]:
        """Declare the inputs that are known: arguments, drawn numbers, blocks of `Value`s."""
        if self.kind is Value:
            for block in blocks:
                lowering.input(block.tensor, block.name)
                yield _block_reader(block, len(leaves), self.recording.draws)
            return
        for i, (stand_in, leaf) in enumerate(zip(self.stand_ins, leaves, strict=True)):
            lowering.input(
                stand_in, leaf.label if isinstance(leaf, Tensor) and leaf.label else names[i]
            )
            if isinstance(leaf, Tensor):
                yield Reader(lambda xs, i=i: xs[i]._data, lambda xs, i=i: (xs[i],))  # type: ignore[misc]
            else:
                yield Reader(lambda xs, i=i: xs[i])  # type: ignore[misc]
        for draw, stand_in in self.recording.draws:
            lowering.input(stand_in, "drawn")
            yield Reader(Drawn(draw, stand_in._data))

    # --- running ------------------------------------------------------------------------------

    def graph(self) -> Tensor:
        """Return the forward part as a graph of labelled `Tensor`s; the root is the result."""
        made: dict[Any, Any] = {
            var: Tensor(array, var.name)
            for var, array in zip(self.inputs, self.example, strict=True)
        }

        def read(x: Any) -> Any:
            return made.get(x, x.value) if isinstance(x, Var) else x

        for one in self._program(self.results[:1]).instructions:
            params = {
                k: tuple(map(read, v)) if k == "key" and isinstance(v, tuple) else read(v)
                for k, v in one.params.items()
            }
            made[one.output] = one.op(*map(read, one.inputs), **params)
            made[one.output].label = one.output.name
        root: Tensor = made[self.results[0]]
        return root

    def repeated(self, again: Callable[[], Any], arrays: list[Array], effects: bool = False) -> Any:
        """Run the function itself, with the numbers that a replay on these arrays drew."""
        drawn = [x for x, reader in zip(arrays, self.readers, strict=True) if reader.drawn]
        guards = [found for _, found in self.recording.guards]
        with Repetition(drawn, guards, effects)():
            return again()

    def valid(self) -> bool:
        """Whether what the recording depended on is still so."""
        return all(read() == found for read, found in self.recording.guards)

    @cached_property
    def forward(self) -> Callable[..., tuple[Array, ...]]:
        """The function of the results alone."""
        return self._compile("forward", self._program(self.results))

    def with_gradients(self, wanted: tuple[int, ...]) -> Callable[..., tuple[Array, ...]]:
        """Return the function of the results and of the gradients of some inputs."""
        if wanted not in self._functions:
            self._functions[wanted] = self._compile(
                "value_and_grad", self._fused(wanted), self.backward_vars
            )
        return self._functions[wanted]  # type: ignore[no-any-return]

    def _fused(self, wanted: tuple[int, ...]) -> Program:
        return self._program([*self.results, *self._owned(wanted)])

    def _owned(self, wanted: tuple[int, ...]) -> list[Any]:
        """Make each gradient an array of its own: two may be equal, or views of one array."""
        made = {one.output: one for one in self.program.instructions}

        def base(x: Any) -> Any:
            while x in made and made[x].op in _VIEWS:
                x = made[x].inputs[0]
            return x

        def repeats(x: Any) -> bool:  # as no array of its own can, so it is read-only
            while x in made and made[x].op in _VIEWS and made[x].op is not ops.broadcast_to:
                x = made[x].inputs[0]
            return x in made and made[x].op is ops.broadcast_to

        taken = {*self.inputs, *self.seeds, *map(base, self.results)}
        owned = []
        for i in wanted:
            g: Any = self.gradients[i]
            x = base(g)
            if x in taken or not isinstance(x, Var) or x.value is not None or repeats(g):
                if i not in self._copies:
                    copy = Var(f"d_{self.inputs[i].name}", g.shape, g.dtype)
                    self.program.instructions.append(Instruction(ops.identity, [g], {}, copy))
                    self.backward_vars.add(copy)
                    self._copies[i] = copy
                g = x = self._copies[i]
            taken.add(x)
            owned.append(g)
        return owned

    @cached_property
    def first(self) -> Callable[..., tuple[Array, ...]]:
        """The function of the results, and of what `backward` needs of it."""
        return self._compile("forward", self._split[0])

    def backward(self, i: int) -> Callable[..., list[Array]]:
        """Return the function of what `first` saved, and of the upstream gradient of result i.

        It returns the gradient of each input that is wanted.
        """
        if i not in self._backward:
            others = {seed for seed in self.seeds if seed is not self.seeds[i]}
            program = without(self._split[1], others)
            reached = Program(
                program.inputs, program.instructions, [x for x in program.outputs if x is not None]
            )
            function = self._compile("backward", reached)
            none = [x is None for x in program.outputs]
            wanted = [self.inputs[k] for k in self.wanted]

            def gradients(*arrays: Array) -> list[Array]:
                found = iter(function(*arrays))
                return [
                    np.zeros(x.shape, x.dtype) if is_none else next(found)
                    for x, is_none in zip(wanted, none, strict=True)
                ]

            self._backward[i] = gradients
        return self._backward[i]

    @cached_property
    def _split(self) -> tuple[Program, Program]:
        """The program in two: forward, and backward from what that saves and the upstreams."""
        later = self.backward_vars
        gradients = self._owned(self.wanted)
        rest = [one for one in self._program(gradients).instructions if one.output in later]
        needs = [x for one in rest for x in one.vars() if x not in later and x.value is None]
        saved = [x for x in dict.fromkeys(needs) if x not in self.seeds]
        forward = self._program([*self.results, *saved])
        return forward, Program([*saved, *self.seeds], rest, gradients)

    def _compile(
        self, name: str, program: Program, backward: set[Var] | None = None
    ) -> Callable[..., Any]:
        text, bound = write(program, name, backward, self.terse)
        return compiled(text, name, bound)

    @property
    def source(self) -> str:
        """The text of the program that training runs: forward, and backward.

        With several results it shows the backward part for all of them; a pass from one of them
        runs what is left where the upstream gradients of the others are 0.
        """
        wanted = self.wanted
        if not wanted:
            return write(self._program(self.results), "forward", None, self.terse)[0]
        if self.scalar:
            return write(self._fused(wanted), "value_and_grad", self.backward_vars, self.terse)[0]
        forward, backward = self._split
        texts = (
            write(forward, "forward", None, self.terse),
            write(backward, "backward", None, self.terse),
        )
        return "\n\n".join(text for text, _ in texts)

    def _program(self, outputs: list[Any]) -> Program:
        return Program(self.inputs, self.program.instructions, outputs).with_outputs(outputs)

    def packed(self, outputs: Sequence[Any]) -> Any:
        """Return the outputs in the structure that the function returned them in."""
        if type(self.template) is Place:
            return outputs[0]
        return _mapped(self.template, lambda place: outputs[place.index])

    def outputs_of(self, result: Any) -> list[Any]:
        """Return the outputs in a result of the function itself."""
        return list(_nodes_in(result))

    def argument_gradients(self, arrays: list[Array], leaves: list[Any]) -> tuple[Any, list[Any]]:
        """Return the value, and the gradient by each number among the arguments."""
        wanted = tuple(i for i, g in enumerate(self.gradients) if g is not None)
        results = self.with_gradients(wanted)(*arrays)
        self.after(results)
        of_input = dict(zip(wanted, results[len(self.results) :], strict=True))
        return float(results[0]), [
            place(x, of_input) for place, x in zip(self.places, leaves, strict=True)
        ]

    def after(self, results: Sequence[Array]) -> None:
        """Do what the function does beside computing its result."""
        extra = results[self.n_outputs :]
        for callback, xs in self.effects:
            callback(*(_mapped(x, lambda place: extra[place.index]) for x in xs))


@dataclass(frozen=True)
class Place:
    """Where an output of the program stands in the result of the function."""

    index: int


def _template(x: Any, numbers: Iterator[int]) -> Any:
    """Return the structure of a result, with a `Place` for each node."""
    return _mapped(x, lambda node: Place(next(numbers)))


def _mapped(x: Any, replace: Callable[[Any], Any]) -> Any:
    if isinstance(x, Node | Place):
        return replace(x)
    if isinstance(x, np.ndarray) and x.dtype == object:
        return np.frompyfunc(lambda e: _mapped(e, replace), 1, 1)(x)
    if isinstance(x, dict):
        return {k: _mapped(e, replace) for k, e in x.items()}
    if isinstance(x, list | tuple):
        elements = [_mapped(e, replace) for e in x]
        return type(x)(*elements) if hasattr(x, "_fields") else type(x)(elements)  # named tuples
    return x


def _all_nodes(leaves: list[Any]) -> bool:
    """Whether each argument says by itself whether it is a Value or a Tensor."""
    return all(isinstance(x, Node) or np.asarray(x).dtype.kind == "O" for x in leaves)


def _nodes_in(x: Any) -> Iterable[Any]:
    """Yield the nodes of a result, in order."""
    if isinstance(x, Node):
        yield x
    elif isinstance(x, np.ndarray) and x.dtype == object:
        for e in x.reshape(-1):
            yield from _nodes_in(e)
    elif isinstance(x, dict):
        for e in x.values():
            yield from _nodes_in(e)
    elif isinstance(x, list | tuple):
        for e in x:
            yield from _nodes_in(e)


def _order(roots: Iterable[Tensor], inside: Callable[[Tensor], bool]) -> list[Tensor]:
    """Return the nodes that the roots depend on and that are inside, inputs first."""
    order: list[Tensor] = []
    seen: set[Tensor] = set()
    stack: list[tuple[Tensor, bool]] = [(root, False) for root in roots]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen and inside(node):
            seen.add(node)
            stack.append((node, True))
            stack.extend((x, False) for x in node.inputs if isinstance(x, Tensor))
    return order


def _places(
    leaves: list[Any], blocks: list[Block], kind: type[Node]
) -> list[Callable[[Any, dict[int, Array]], Any]]:
    """For each number among the arguments: how its gradient is read from those of the inputs."""
    if kind is not Value:
        return [
            lambda x, found, i=i: like(x, found.get(i))  # type: ignore[misc]
            for i in range(len(leaves))
        ]
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
    """Return the gradient by an argument x as a number or array; None stands for zeros."""
    if isinstance(x, float | Value):
        return 0.0 if gradient is None else float(gradient)
    if gradient is not None:
        return gradient
    dtype = getattr(x, "dtype", None)
    return np.zeros(np.shape(x), dtype if dtype is not None and dtype.kind == "f" else float)


def _captured(tensor: Tensor) -> Reader:
    return Reader(lambda xs: tensor._data, lambda xs: (tensor,), tensor.op is None, fixed=True)


def _block_reader(block: Block, n_leaves: int, draws: list[Any]) -> Reader:
    """Return how the numbers of a block are read: an argument, or many `Value`s."""
    shape = block.tensor.shape
    if block.leaf is not None:
        i = block.leaf
        if i >= n_leaves:
            return Reader(Drawn(draws[i - n_leaves][0], block.tensor._data))
        return Reader(lambda xs: np.asarray(xs[i], dtype=float))
    entries = block.entries
    if not any(type(e) is tuple for e in entries):
        count, data = len(entries), attrgetter("_data")

        def read(_: list[Any]) -> Array:
            return np.fromiter(map(data, entries), float, count).reshape(shape)

        leaves = all(v.op is None for v in entries)
        if count == 1 and shape == ():
            only = entries[0]
            return Reader(lambda xs: np.float64(only._data), lambda xs: entries, leaves, fixed=True)
        return Reader(read, lambda xs: entries, leaves, fixed=True)

    def nodes(xs: list[Any]) -> list[Any]:
        return [
            e if type(e) is not tuple else xs[e[0]] if e[1] is None else xs[e[0]].reshape(-1)[e[1]]
            for e in entries
        ]

    def read_nodes(xs: list[Any]) -> Array:
        return np.array([numbers(v) for v in nodes(xs)], float).reshape(shape)

    if block.differentiable:
        return Reader(read_nodes, nodes)
    return Reader(read_nodes)
