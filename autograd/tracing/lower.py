"""The third stage of a trace: turn the graph of a run and its backward pass into instructions.

The backward pass is recorded with the same rules that eager code uses. Both parts are lowered to
one program, which is then simplified (simplify.py).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from autograd.graph import topological
from autograd.modes import Origin
from autograd.rows.op import Op
from autograd.symbol import Symbol
from autograd.tensor import Tensor
from autograd.tracing.capture import Captured, Reader, captured_reader
from autograd.tracing.floats import keep_numbers, made_of_floats
from autograd.tracing.names import identifier, plain_name
from autograd.tracing.program import Instruction, Operand, Program, Var
from autograd.tracing.recording import Recording
from autograd.tracing.simplify import simplify

_COMMENT = 44  # characters of the user's line


@dataclass
class Lowered:
    """A program, the readers of its inputs, and what these held at the recording.

    n_outputs: how many of the program's results the function returns; the rest are for effects.
    shapes: the shape and dtype of each that it returns.
    """

    program: Program
    readers: list[Reader]
    example: list[Any]
    n_outputs: int
    shapes: list[tuple[tuple[int, ...], Any]]


def lower(captured: Captured) -> Lowered:
    """Lower the forward part, then the backward part, and simplify both."""
    run, recording = captured.run, captured.run.recording
    outputs = captured.outputs
    with recording(), np.errstate(all="ignore"):
        floats = set()
        if run.narrow:
            order = _order([*outputs, *captured.extra], recording)
            floats = made_of_floats(captured.floats, order)
        shapes = [(y.shape, np.dtype(float) if y in floats else y.dtype) for y in outputs]
        ones = [np.ones(shape, dtype) for shape, dtype in shapes]
        seeds = [Tensor(x) if captured.scalar else recording.tensor(x) for x in ones]
        lowering = Lowering(recording, captured.variables)
        readers = []
        for tensor, name, reader in captured.inputs:
            lowering.input(tensor, name)
            readers.append(reader)
        sums = _backward(captured, seeds, lowering, floats)
    wishes = {y: "result" if len(outputs) == 1 else f"result{i}" for i, y in enumerate(outputs, 1)}
    lowering.add(outputs, wishes)
    lowering.add(captured.extra, {})
    for tensor, _ in lowering.inputs[len(readers) :]:  # read from outside
        readers.append(captured_reader(tensor))
    n = len(readers)
    upstream = [] if captured.scalar else [lowering.input(seed, "upstream") for seed in seeds]
    for node, total in sums.items():
        if isinstance(total, Tensor) and node in lowering.vars:
            var = lowering.vars[node]
            wishes.setdefault(total, f"d_{var.name}" if var.name else "")
    inputs = lowering.inputs[:n]
    wanted = {
        var: sums[tensor] for tensor, var in inputs if tensor.dtype.kind == "f" and tensor in sums
    }
    lowering.add(wanted.values(), wishes)
    names = lowering.vars
    if run.narrow:
        keep_numbers(lowering.instructions, {names[x] for x in captured.floats})
        for x in floats & names.keys():
            names[x].dtype = np.dtype(float)
    program = Program(
        [var for _, var in inputs],
        lowering.instructions,
        [names[x] for x in (*outputs, *captured.extra)],
        {var: names[total] for var, total in wanted.items()},
        upstream,
    )
    example = [tensor.raw for tensor, _ in inputs]
    return Lowered(simplify(program), readers, example, len(outputs), shapes)


def _backward(
    captured: Captured, seeds: list[Tensor], lowering: Lowering, floats: set[Tensor]
) -> dict[Tensor, Any]:
    """Record the backward pass; return the gradient of each node that it reaches."""
    recording = captured.run.recording
    known = lowering.vars
    order = topological(captured.outputs, lambda x: recording.made(x) and x not in known)
    sums: dict[Tensor, Any] = {}
    for y, seed in zip(captured.outputs, seeds, strict=True):  # one node may be several results
        sums[y] = sums[y] + seed if y in sums else seed
    for node in reversed(order):
        upstream = sums.get(node)
        if upstream is None or node.op is None or node in known or not recording.made(node):
            continue
        for _, x, contribution in node.contributions(upstream, True):
            source: Any = x
            if source in floats and contribution.op.role == "cast":
                contribution = contribution.inputs[0]  # such a float takes any type
            total = sums.get(source)
            sums[source] = contribution if total is None else total + contribution
    return sums


def _order(roots: Iterable[Tensor], recording: Recording) -> list[Tensor]:
    return [x for x in topological(roots, recording.made) if recording.made(x)]


class Lowering:
    """Turns nodes into instructions; nodes that the function reads from outside become inputs.

    variables: the function's names for these.
    """

    def __init__(self, recording: Recording, variables: dict[Any, str]) -> None:
        self._made, self._variables = recording.made, variables
        self._arrays, self._stand_ins = recording.indices, recording.arrays
        self.vars: dict[Tensor, Var] = {}
        self.instructions: list[Instruction] = []
        self.inputs: list[tuple[Tensor, Var]] = []
        self._constants: dict[int, Var] = {}
        self._names: dict[str, int] = {}
        self._keep: list[Any] = []

    def name(self, wish: str) -> str:
        """Return a name that no other array has yet."""
        wish = identifier(plain_name(wish))
        n = self._names[wish] = self._names.get(wish, 0) + 1
        if n > 1:
            return self.name(f"{wish}_{n}")
        return wish

    def input(self, leaf: Tensor, wish: str) -> Var:
        """Declare an input of the program."""
        var = Var(self.name(wish), leaf.shape, leaf.dtype)
        self.vars[leaf] = var
        self.inputs.append((leaf, var))
        return var

    def add(self, roots: Iterable[Any], names: dict[Tensor, str]) -> None:
        """Append the instructions that compute the roots."""
        expanded = lambda x: x not in self.vars and x.op is not None and self._made(x)  # noqa: E731
        for node in topological(roots, expanded, self._reads):
            if node in self.vars:
                continue
            if not self._made(node):
                self.input(node, node.label or self._variables.get(node, "p"))
            elif node in self._stand_ins:
                self.vars[node] = self.constant(self._stand_ins[node])
            elif node.op is None:
                constant = self.vars[node] = self.constant(node.raw, node.label or "c")
                constant.fixed = True
            else:
                self._instruction(node, names)

    def _reads(self, node: Tensor) -> Sequence[Any]:
        """Return what a node is computed from, including arrays that it is indexed by."""
        key = node.params.get("key")
        if key is None or not self._arrays:
            return node.first or ()
        return [*node.first, *self._nodes_of(key)]

    def _nodes_of(self, key: Any) -> list[Tensor]:
        return [
            self._arrays[id(part)]
            for part in (key if isinstance(key, tuple) else (key,))
            if isinstance(part, np.ndarray) and id(part) in self._arrays
        ]

    def constant(self, array: Any, wish: str = "c") -> Operand:
        """Return an array as a constant of the program; one element is written as a number."""
        if not isinstance(array, np.ndarray):
            return array
        if id(array) not in self._constants:
            fixed = array.base is None and not array.flags.writeable
            self._constants[id(array)] = Var(
                identifier(wish), array.shape, array.dtype, array, fixed
            )
            self._keep.append(array)
        return self._constants[id(array)]

    def _operand(self, x: Any) -> Operand:
        return self.vars[x] if isinstance(x, Tensor) else self.constant(x)

    def _instruction(self, node: Tensor, names: dict[Tensor, str]) -> None:
        op: Any = node.op
        inputs = [self._operand(x) for x in node.inputs]
        params = {k: v for k, v in node.params.items() if not (k == "keepdims" and not v)}
        if "key" in params:
            params["key"] = self._key(params["key"])
        comment = _comment(node.origin) if node.origin else ""
        wish = node.label or names.get(node, "")
        output = Var("", node.shape, node.dtype)
        if op.expand is not None:  # a layer should read x @ W + b
            symbols = [Symbol(f"x{i}") for i in range(len(inputs))]
            known = {s: (x, e) for s, x, e in zip(symbols, inputs, node.arrays, strict=True)}
            whole = op.expand(*symbols, **node.params)
            self._expanded(whole, known, output, comment)
        else:
            self._emit(op, inputs, params, output, comment)
        output.name = self.name(wish) if wish else ""
        self.vars[node] = output

    def _emit(self, op: Op, inputs: Any, params: Any, output: Var, comment: str) -> None:
        self.instructions.append(Instruction(op, inputs, params, output, comment))

    def _expanded(
        self, x: Any, known: dict[Any, tuple[Operand, Any]], output: Var | None, comment: str
    ) -> tuple[Operand, Any]:
        """Write a row out in terms of others; return the operand, and its value when recorded."""
        if not isinstance(x, Symbol):
            return x, x
        if x not in known and x.op is not None and x.op.expand is not None:
            known[x] = self._expanded(x.op.expand(*x.inputs, **x.params), known, output, comment)
        elif x not in known:
            parts = [self._expanded(y, known, None, comment) for y in x.inputs]
            op: Any = x.op
            now = op(*(e for _, e in parts), **x.params)
            made = output or Var("", np.shape(now), np.asarray(now).dtype)
            self._emit(op, [y for y, _ in parts], x.params, made, comment)
            known[x] = (made, now)
        return known[x]

    def _key(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        read: list[Any] = []
        for part in parts:
            if isinstance(part, np.ndarray) and id(part) in self._arrays:
                read.append(self.vars[self._arrays[id(part)]])
            elif isinstance(part, np.ndarray):
                read.append(self.constant(part, "index"))
            else:
                read.append(part)
        return tuple(read) if isinstance(key, tuple) else read[0]


def _comment(origin: Origin) -> str:
    """Return where an instruction comes from: the scopes, or else the line of the user's code."""
    scopes = " › ".join(" ".join(scope.name.split()) for scope in origin.scopes())
    return scopes or _shortened(origin.site)


@cache
def _shortened(line: str) -> str:
    return textwrap.shorten(line, _COMMENT, placeholder=" …")
