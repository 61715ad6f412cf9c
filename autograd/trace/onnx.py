"""The results of a recorded program as an ONNX graph, in plain data: nodes, constants, names.

A row says by its `text["onnx"]` which operators it is, "Log(Add($x, 1.0))"; rows that move elements
are written here. The first axis of the data may have any length: the program is recorded for two,
and where the recordings differ, the length is computed in the graph, or refused by name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.errors import TraceError
from autograd.printers.template import names_of
from autograd.rows import table
from autograd.rows.op import Op
from autograd.rows.reduction import Reduction
from autograd.symbol import Symbol
from autograd.trace.program import Instruction, Program, Var


class OnnxError(TraceError):
    """A program has no form in ONNX, or none that holds for every length of the batch."""


@dataclass(frozen=True)
class OnnxNode:
    """One operator: its name, its operands and its result by name, and its attributes."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    attributes: dict[str, Any] = field(default_factory=dict)


class OnnxGraph:
    """The graph of a program's results; see the module.

    programs: the program recorded for a batch of n, and for one of n + 1.
    data: the inputs that are data, whose first axis is the batch; `given` holds the arrays of the
        others, by name. batch: n.

    Raises OnnxError, which names the operation and the line that it comes from.

    >>> from autograd import Tensor, tanh, trace
    >>> w = Tensor([[2.0]], label="w")
    >>> steps = [trace(lambda x: tanh(x @ w) + 1.0) for _ in range(2)]
    >>> for step, n in zip(steps, (3, 4)):
    ...     _ = step(Tensor(np.ones((n, 1))))
    >>> x, weight = steps[0].inputs(Tensor(np.ones((3, 1))))
    >>> programs = (steps[0].program, steps[1].program)
    >>> graph = OnnxGraph(programs, [x.var], {weight.var.name: weight.array}, batch=3)
    >>> [(node.operator, node.inputs) for node in graph.nodes[:2]], graph.kinds[0][1]
    ([('MatMul', ('x', 'w')), ('Tanh', ('matmul',))], ['batch', 1])
    """

    def __init__(
        self,
        programs: tuple[Program, Program],
        data: Sequence[Var],
        given: dict[str, Any],
        batch: int,
    ) -> None:
        one, other = (program.forward for program in programs)
        self.nodes: list[OnnxNode] = []
        self.constants: dict[str, Any] = dict(given)
        self.data, self.results = list(data), [f"output{i or ''}" for i in range(len(one.results))]
        self._batch, self._length = batch, ""
        self._names: dict[int, str] = {id(x): x.name for x in one.inputs}
        self._dtypes: dict[str, Any] = {x.name: x.dtype for x in one.inputs}
        self._used = {x.name for x in one.inputs}
        if [i.op for i in one.instructions] != [i.op for i in other.instructions]:
            raise OnnxError(
                "what is computed depends on the length of the batch, which is the first axis of "
                "the sample; recurrent layers need batch_first=True"
            )
        for here, there in zip(one.instructions, other.instructions, strict=True):
            self._instruction(here, there)
        #: The type and the shape of each result; "batch" stands for the length of the batch.
        self.kinds = [
            (x.dtype, [n if n == m else "batch" for n, m in zip(x.shape, y.shape, strict=True)])
            for x, y in zip(one.results, other.results, strict=True)
        ]
        for result, name in zip(one.results, self.results, strict=True):
            last = self._operand(result, result, "the result")
            self.nodes.append(OnnxNode("Identity", (last,), name))

    # --- operands ---------------------------------------------------------------------------

    def _new(self, hint: str) -> str:
        name, n = hint, 1
        while name in self._used:
            n += 1
            name = f"{hint}_{n}"
        self._used.add(name)
        return name

    def _add(self, operator: str, *inputs: str, dtype: Any = None, **attributes: Any) -> str:
        output = self._new(operator.lower())
        self.nodes.append(OnnxNode(operator, inputs, output, attributes))
        self._dtypes[output] = self._dtypes.get(inputs[0]) if dtype is None else np.dtype(dtype)
        return output

    def _constant(self, value: Any, hint: str = "constant") -> str:
        array = np.asarray(value)
        for name, known in self.constants.items():
            if known.dtype == array.dtype and np.array_equal(known, array, equal_nan=False):
                return name
        name = self._new(hint)
        self.constants[name] = array
        self._dtypes[name] = array.dtype
        return name

    def _operand(self, x: Any, other: Any, where: str, dtype: Any = None) -> str:
        """Return the name of an operand; of a constant that holds the batch, one of any length."""
        if isinstance(x, Var) and x.value is None:
            return self._names[id(x)]
        array = np.asarray(x.value if isinstance(x, Var) else x)
        second = np.asarray(other.value if isinstance(other, Var) else other)
        if dtype is not None and array.dtype != bool:
            array, second = array.astype(dtype), second.astype(dtype)
        if array.shape == second.shape:
            if not np.array_equal(array, second, equal_nan=array.dtype.kind == "f"):
                raise OnnxError(
                    f"{where}: the number {array.ravel()[0]:g} depends on the length of the batch, "
                    "so it would be wrong for others; take means over the batch outside"
                )
            return self._constant(array)
        axes = [i for i, (n, m) in enumerate(zip(array.shape, second.shape, strict=True)) if n != m]
        for axis in axes:
            row = np.take(array, [0], axis=axis)
            if not np.array_equal(np.broadcast_to(row, array.shape), array):
                raise OnnxError(
                    f"{where}: a constant of shape {array.shape} holds a number for each sample of "
                    "the batch; pass it to the model as an input"
                )
            array = row
        shape = self._shape(np.shape(x.value if isinstance(x, Var) else x), second.shape, where)
        return self._add("Expand", self._constant(array), shape)

    def _shape(self, here: Sequence[int], there: Sequence[int], where: str) -> str:
        """Return the name of a shape, in which the length of the batch is read from the data."""
        if tuple(here) == tuple(there):
            return self._constant(np.array(here, dtype=np.int64), "shape")
        parts = []
        for n, m in zip(here, there, strict=True):
            if n == m:
                parts.append(self._constant(np.array([n], dtype=np.int64), "shape"))
                continue
            each = m - n
            if n != each * self._batch:
                raise OnnxError(
                    f"{where}: an axis of length {n} is no multiple of the batch's {self._batch}"
                )
            factor = self._constant(np.array([each], dtype=np.int64), "shape")
            length = self._batch_length()
            parts.append(length if each == 1 else self._add("Mul", length, factor))
        return parts[0] if len(parts) == 1 else self._add("Concat", *parts, axis=0)

    def _batch_length(self) -> str:
        if not self._length:
            shape = self._add("Shape", self.data[0].name, dtype=np.int64)
            first = self._constant(np.array([0], dtype=np.int64), "shape")
            self._length = self._add("Gather", shape, first, axis=0)
        return self._length

    def _numbers(self, *numbers: int) -> str:
        return self._constant(np.array(numbers, dtype=np.int64), "axes")

    # --- instructions -----------------------------------------------------------------------

    def _instruction(self, one: Instruction, other: Instruction) -> None:
        op, where = one.op, f"{one.op.name} ({one.comment or 'recorded'})"
        kinds = [x.dtype for x in one.inputs if isinstance(x, Var) and x.dtype != bool]
        meeting = np.result_type(*kinds) if kinds else one.output.dtype
        operands = [
            self._operand(x, y, where, None if isinstance(x, Var) else meeting)
            for x, y in zip(one.inputs, other.inputs, strict=True)
        ]
        write = _STRUCTURAL.get(op)
        if write is not None:
            output = write(self, operands, one, other)
        elif isinstance(op, Reduction) and op.text.get("onnx"):
            output = self._reduced(op, operands[0], one)
        else:
            output = self._written(op, operands, where)
        if self._dtypes.get(output) not in (None, one.output.dtype):
            output = self._cast(output, one.output.dtype)
        self._dtypes[output] = one.output.dtype
        self._names[id(one.output)] = output

    def _cast(self, name: str, dtype: Any) -> str:
        return self._add("Cast", name, dtype=dtype, to=np.dtype(dtype))

    def _reduced(self, op: Op, x: str, one: Instruction) -> str:
        axis, keep = one.params.get("axis"), int(bool(one.params.get("keepdims")))
        axes = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        given = (self._numbers(*axes),) if axes else ()
        return self._add(str(op.text["onnx"]), x, *given, keepdims=keep)

    def _written(self, op: Op, operands: Sequence[str], where: str) -> str:
        """Write an elementwise row by its text, or by the rows that it is made of."""
        template = op.text.get("onnx")
        if isinstance(template, str):
            given = dict(zip(names_of(len(operands)), operands, strict=True))
            return self._expression(ast.parse(template.replace("$", "_"), mode="eval").body, given)
        if op.expand is None:
            raise OnnxError(f"{where} has no form in ONNX yet; leave it out of what is exported")
        symbols = [Symbol(name) for name in operands]
        return self._formula(op.expand(*symbols), {id(s): s.label for s in symbols}, where)

    def _expression(self, tree: ast.expr, given: dict[str, str]) -> str:
        if isinstance(tree, ast.Name):
            return given[tree.id.removeprefix("_")]
        if isinstance(tree, ast.Constant):
            kind = next((self._dtypes[x] for x in given.values() if self._dtypes.get(x)), float)
            return self._constant(np.asarray(tree.value, dtype=kind))
        assert isinstance(tree, ast.Call)  # noqa: S101 - templates are ours
        assert isinstance(tree.func, ast.Name)  # noqa: S101
        inputs = [self._expression(part, given) for part in tree.args]
        operator = tree.func.id
        first = 1 if operator == "Where" else 0
        inputs[first:] = self._alike(inputs[first:])
        truth = operator in ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Not")
        return self._add(operator, *inputs, dtype=bool if truth else self._dtypes[inputs[-1]])

    def _alike(self, inputs: list[str]) -> list[str]:
        """Return the operands in one type, as ONNX wants them."""
        kinds = [self._dtypes[x] for x in inputs]
        if len(set(kinds)) < 2:
            return inputs
        common = np.result_type(*kinds)
        return [
            x if k == common else self._cast(x, common) for x, k in zip(inputs, kinds, strict=True)
        ]

    def _formula(self, x: Any, names: dict[int, str], where: str) -> str:
        if not isinstance(x, Symbol):
            kind = next((self._dtypes[n] for n in names.values()), float)
            return self._constant(np.asarray(x, dtype=kind))
        if id(x) not in names:
            op = x.op
            if op is None:
                raise OnnxError(f"{where} has no form in ONNX")
            operands = [self._formula(y, names, where) for y in x.inputs]
            names[id(x)] = self._written(op, operands, where)
        return names[id(x)]


Writer = Callable[[OnnxGraph, list[str], Instruction, Instruction], str]


def _reshape(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:
    return g._add("Reshape", xs[0], g._shape(one.output.shape, other.output.shape, "reshape"))


def _transpose(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:  # noqa: ARG001
    n = len(one.output.shape)
    axes = one.params.get("axes") or tuple(reversed(range(n)))
    return g._add("Transpose", xs[0], perm=[int(a) % n for a in axes])


def _broadcast(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:
    return g._add("Expand", xs[0], g._shape(one.output.shape, other.output.shape, "broadcast_to"))


def _astype(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:  # noqa: ARG001
    return g._cast(xs[0], one.output.dtype)


def _joined(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:  # noqa: ARG001
    axis = int(one.params.get("axis") or 0)
    return g._add("Concat", *g._alike(xs), axis=axis)


def _stacked(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:  # noqa: ARG001
    axis = int(one.params.get("axis") or 0) % len(one.output.shape)
    parts = [g._add("Unsqueeze", x, g._numbers(axis)) for x in g._alike(xs)]
    return g._add("Concat", *parts, axis=axis)


def _product(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:  # noqa: ARG001
    product = g._add("MatMul", *g._alike(xs[:2]))
    return product if len(xs) == 2 else g._add("Add", *g._alike([product, xs[2]]))


def _picked(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:
    """Write x[key]: slices, new axes and numbers; or whole numbers for one axis."""
    here, there = (one.params["key"], other.params["key"])
    if repr(here) != repr(there):
        raise OnnxError(
            f"getitem ({one.comment}): the index {here!r} depends on the length of the batch"
        )
    key = list(here if isinstance(here, tuple) else (here,))
    x, ndim = xs[0], len(one.inputs[0].shape)
    if Ellipsis in [k for k in key if not isinstance(k, np.ndarray)]:
        at = next(i for i, k in enumerate(key) if k is Ellipsis)
        taken = sum(k is not None for k in key) - 1
        key[at : at + 1] = [slice(None)] * (ndim - taken)
    axis = 0
    dropped: list[int] = []
    added: list[int] = []
    for k in key:
        if k is None:
            added.append(axis - len(dropped) + len(added))
            continue
        if isinstance(k, int | np.integer):
            dropped.append(axis)
            end = int(k) + 1 if k != -1 else np.iinfo(np.int64).max
            x = _sliced(g, x, axis, int(k), end, 1)
        elif isinstance(k, slice) and k != slice(None):
            step = 1 if k.step is None else k.step
            ends = np.iinfo(np.int64)
            start = (0 if step > 0 else -1) if k.start is None else k.start
            stop = (ends.max if step > 0 else ends.min + 1) if k.stop is None else k.stop
            x = _sliced(g, x, axis, start, stop, step)
        elif not isinstance(k, slice):
            x = _gathered(g, x, axis, k, len(key), one)
        axis += 1
    x = g._add("Squeeze", x, g._numbers(*dropped)) if dropped else x
    return g._add("Unsqueeze", x, g._numbers(*added)) if added else x


def _sliced(g: OnnxGraph, x: str, axis: int, start: int, stop: int, step: int) -> str:
    ends = [g._numbers(n) for n in (start, stop, axis, step)]
    return g._add("Slice", x, *ends)


def _gathered(g: OnnxGraph, x: str, axis: int, k: Any, parts: int, one: Instruction) -> str:
    index = k.value if isinstance(k, Var) and k.value is not None else k
    if parts > 1 or (isinstance(index, np.ndarray) and index.dtype.kind not in "iu"):
        raise OnnxError(f"getitem ({one.comment}): this kind of index has no form in ONNX yet")
    name = g._names[id(index)] if isinstance(index, Var) else g._numbers(*np.ravel(index))
    if isinstance(index, Var):
        name = g._cast(name, np.int64)
    elif np.ndim(index) != 1:
        raise OnnxError(f"getitem ({one.comment}): an index of {np.ndim(index)} axes in ONNX")
    return g._add("Gather", x, name, axis=axis)


def _padded(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:
    """Write a scatter into slices of zeros, which is padding."""
    key, shape = one.params["key"], one.params["shape"]
    ndim = len(shape)
    parts = list(key) if isinstance(key, tuple) else [key]
    if Ellipsis in parts:
        at = parts.index(Ellipsis)
        parts[at : at + 1] = [slice(None)] * (ndim - len(parts) + 1)
    before, after = [], []
    for k, n in zip(parts, shape, strict=False):
        if not isinstance(k, slice) or k.step not in (None, 1):
            raise OnnxError(f"scatter ({one.comment}) has no form in ONNX but as padding")
        start, stop, _ = k.indices(n)
        before.append(start)
        after.append(n - stop)
    rest = [0] * (ndim - len(before))
    pads = g._numbers(*before, *rest, *after, *rest)
    del other
    return g._add("Pad", xs[0], pads)


def _windows(g: OnnxGraph, xs: list[str], one: Instruction, other: Instruction) -> str:  # noqa: ARG001
    """Gather what a window sees along one axis after the other."""
    sizes, steps, gaps = (one.params[name] for name in ("sizes", "steps", "gaps"))
    x, n = xs[0], len(sizes)
    ndim = len(one.inputs[0].shape)
    places = one.output.shape[ndim - n : ndim]
    for i in reversed(range(n)):
        seen = np.arange(places[i])[:, None] * steps[i] + np.arange(sizes[i]) * gaps[i]
        x = g._add("Gather", x, g._constant(seen.astype(np.int64), "seen"), axis=ndim - n + i)
    first = ndim - n
    order = [*range(first), *range(first, first + 2 * n, 2), *range(first + 1, first + 2 * n, 2)]
    return g._add("Transpose", x, perm=order)


_STRUCTURAL: dict[Op, Writer] = {
    table.reshape: _reshape,
    table.transpose: _transpose,
    table.broadcast_to: _broadcast,
    table.astype: _astype,
    table.concatenate: _joined,
    table.stack: _stacked,
    table.matmul: _product,
    table.affine: _product,
    table.getitem: _picked,
    table.scatter: _padded,
    table.windows: _windows,
}
