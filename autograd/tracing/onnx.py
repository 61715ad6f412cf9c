"""Write the results of a recorded program as an ONNX graph in plain data: nodes, constants, names.

A row's `text["onnx"]` says which operators it stands for: "Log(Add($x, 1.0))"; a name alone, as
"ReduceSum", for an operator along axes; or a function that adds the operators, see
`autograd.rows.onnx_forms`. The first axis of the data may have any length. To that end the program
is recorded for two lengths: where the recordings differ, the graph computes from the length, or an
error names what cannot depend on it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd.errors import TraceError
from autograd.rows.facts import Template, names_of
from autograd.rows.op import Op
from autograd.symbol import Symbol
from autograd.tracing.program import Instruction, Operand, Program, Var

Array = np.ndarray[Any, np.dtype[Any]]

#: Operators whose result is a truth value, whatever their operands are.
_TRUTHS = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Not")


class OnnxError(TraceError):
    """A program has no form in ONNX, or none that is valid for every batch length."""


@dataclass(frozen=True)
class OnnxNode:
    """One operator: its name, its operands and its result by name, and its attributes."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    attributes: dict[str, Any] = field(default_factory=dict)


class OnnxGraph:
    """The graph of a program's results; the module says how rows become operators.

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
        given: Mapping[str, Array],
        batch: int,
    ) -> None:
        one, other = (program.forward for program in programs)
        self.nodes: list[OnnxNode] = []
        self.constants: dict[str, Array] = dict(given)
        self.data, self.results = list(data), [f"output{i or ''}" for i in range(len(one.results))]
        self.batch, self._length = batch, ""
        #: The name of each array of the program here, and the type behind each name.
        self.names: dict[int, str] = {id(x): x.name for x in one.inputs}
        self.dtypes: dict[str, np.dtype[Any]] = {x.name: x.dtype for x in one.inputs}
        self._used = {x.name for x in one.inputs}
        if [i.op for i in one.instructions] != [i.op for i in other.instructions]:
            raise OnnxError(
                "what is computed depends on the length of the batch, which is the first axis of "
                "the sample; recurrent layers need batch_first=True"
            )
        for here, there in zip(one.instructions, other.instructions, strict=True):
            _Step(self, here, there).write()
        #: The type and the shape of each result; "batch" stands for the length of the batch.
        self.kinds = [
            (x.dtype, [n if n == m else "batch" for n, m in zip(x.shape, y.shape, strict=True)])
            for x, y in zip(one.results, other.results, strict=True)
        ]
        for result, name in zip(one.results, self.results, strict=True):
            last = self.operand(result, result, "the result")
            self.nodes.append(OnnxNode("Identity", (last,), name))

    def _new(self, hint: str) -> str:
        name, n = hint, 1
        while name in self._used:
            n += 1
            name = f"{hint}_{n}"
        self._used.add(name)
        return name

    def add(
        self, operator: str, *inputs: str, dtype: npt.DTypeLike | None = None, **attributes: object
    ) -> str:
        """Add an operator; return the name of its result, of its first operand's type."""
        output = self._new(operator.lower())
        self.nodes.append(OnnxNode(operator, inputs, output, attributes))
        self.dtypes[output] = self.dtypes[inputs[0]] if dtype is None else np.dtype(dtype)
        return output

    def constant(self, value: npt.ArrayLike, hint: str = "constant") -> str:
        """Return the name of a constant; equal ones share a name."""
        array = np.asarray(value)
        for name, known in self.constants.items():
            if known.dtype == array.dtype and np.array_equal(known, array, equal_nan=False):
                return name
        name = self._new(hint)
        self.constants[name] = array
        self.dtypes[name] = array.dtype
        return name

    def operand(
        self, x: Operand, other: Operand, where: str, dtype: npt.DTypeLike | None = None
    ) -> str:
        """Return the name of an operand; a constant with a batch axis gets one of any length."""
        if isinstance(x, Var) and x.value is None:
            return self.names[id(x)]
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
            return self.constant(array)
        here, there = array.shape, second.shape
        for axis in [i for i, (n, m) in enumerate(zip(here, there, strict=True)) if n != m]:
            row = np.take(array, [0], axis=axis)
            if not np.array_equal(np.broadcast_to(row, array.shape), array):
                raise OnnxError(
                    f"{where}: a constant of shape {array.shape} holds a number for each sample of "
                    "the batch; pass it to the model as an input"
                )
            array = row
        return self.add("Expand", self.constant(array), self.shape(here, there, where))

    def shape(self, here: Sequence[int], there: Sequence[int], where: str) -> str:
        """Return the name of a shape, in which the length of the batch is read from the data."""
        if tuple(here) == tuple(there):
            return self.constant(np.array(here, dtype=np.int64), "shape")
        parts = []
        for n, m in zip(here, there, strict=True):
            if n == m:
                parts.append(self.constant(np.array([n], dtype=np.int64), "shape"))
                continue
            each = m - n
            if n != each * self.batch:
                raise OnnxError(
                    f"{where}: an axis of length {n} is not a multiple of the batch's {self.batch}"
                )
            factor = self.constant(np.array([each], dtype=np.int64), "shape")
            length = self._batch_length()
            parts.append(length if each == 1 else self.add("Mul", length, factor))
        return parts[0] if len(parts) == 1 else self.add("Concat", *parts, axis=0)

    def _batch_length(self) -> str:
        if not self._length:
            shape = self.add("Shape", self.data[0].name, dtype=np.int64)
            first = self.constant(np.array([0], dtype=np.int64), "shape")
            self._length = self.add("Gather", shape, first, axis=0)
        return self._length


class _Step:
    """One instruction, as recorded for two batches, while it is being written.

    A row's own function receives it: see `autograd.rows.onnx_forms.OnnxStep`.
    """

    def __init__(self, graph: OnnxGraph, one: Instruction, other: Instruction) -> None:
        self._graph, self._one, self._other = graph, one, other
        self._where = f"{one.op.name} ({one.comment or 'recorded'})"
        self.shape, self.dtype = one.output.shape, one.output.dtype
        self.shapes = [np.shape(x) if not isinstance(x, Var) else x.shape for x in one.inputs]
        self.add = graph.add

    def write(self) -> None:
        """Add the operators of the instruction to the graph."""
        graph, one = self._graph, self._one
        kinds = [x.dtype for x in one.inputs if isinstance(x, Var) and x.dtype != bool]
        meeting = np.result_type(*kinds) if kinds else self.dtype
        operands = [
            graph.operand(x, y, self._where, None if isinstance(x, Var) else meeting)
            for x, y in zip(one.inputs, self._other.inputs, strict=True)
        ]
        output = self._written(one.op, operands, one.params)
        if graph.dtypes[output] != self.dtype:
            output = self.cast(output, self.dtype)
        graph.names[id(one.output)] = output

    # --- what a row's own function may ask for -------------------------------------------------

    def constant(self, value: npt.ArrayLike) -> str:
        """Return the name of a constant."""
        return self._graph.constant(value)

    def integers(self, *numbers: int) -> str:
        """Return the name of a vector of whole numbers."""
        return self._graph.constant(np.array(numbers, dtype=np.int64), "axes")

    def result_shape(self) -> str:
        """Return the name of the result's shape, for a batch of any length."""
        return self._graph.shape(self.shape, self._other.output.shape, self._where)

    def index(self, part: Any) -> str:
        """Return the name of an index of whole numbers for one axis."""
        index = part.value if isinstance(part, Var) and part.value is not None else part
        if isinstance(index, Var):
            return self.cast(self._graph.names[id(index)], np.int64)
        if np.asarray(index).dtype.kind not in "iu":
            raise self.refused("this kind of index has no form in ONNX yet")
        if np.ndim(index) != 1:
            raise self.refused(f"an index of {np.ndim(index)} axes has no form in ONNX yet")
        return self.integers(*np.ravel(index))

    def alike(self, *names: str) -> list[str]:
        """Return the operands cast to one type, as ONNX requires."""
        kinds = [self._graph.dtypes[x] for x in names]
        common = np.result_type(*kinds)
        return [
            x if k == common else self.cast(x, common) for x, k in zip(names, kinds, strict=True)
        ]

    def cast(self, name: str, dtype: npt.DTypeLike) -> str:
        """Return the name of the operand in another type."""
        return self.add("Cast", name, dtype=dtype, to=np.dtype(dtype))

    def must_not_vary(self, parameter: str) -> None:
        """Raise OnnxError if a parameter depends on the length of the batch."""
        here, there = (one.params[parameter] for one in (self._one, self._other))
        if repr(here) != repr(there):
            raise self.refused(f"the {parameter} {here!r} depends on the length of the batch")

    def refused(self, why: str) -> OnnxError:
        """Return the error that names this instruction."""
        return OnnxError(f"{self._where}: {why}")

    # --- texts ---------------------------------------------------------------------------------

    def _written(self, op: Op, operands: Sequence[str], params: Mapping[str, Any]) -> str:
        """Write a row from its ONNX template, or from the rows that it is made of."""
        template: Template | None = op.text.get("onnx")
        if callable(template):
            return template(self, *operands, **params)
        if template is not None and template.isidentifier():
            return self._along_axes(template, operands[0], **params)
        if template is not None:
            given = dict(zip(names_of(len(operands)), operands, strict=True))
            return self._expression(ast.parse(template.replace("$", "_"), mode="eval").body, given)
        if op.expand is None:
            raise self.refused("it has no form in ONNX yet; leave it out of what is exported")
        symbols = [Symbol(name) for name in operands]
        return self._formula(op.expand(*symbols, **params), {id(s): s.label for s in symbols})

    def _along_axes(self, operator: str, x: str, axis: Any = None, keepdims: bool = False) -> str:
        axes = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        given = (self.integers(*axes),) if axes else ()
        return self.add(operator, x, *given, keepdims=int(bool(keepdims)))

    def _expression(self, tree: ast.expr, given: dict[str, str]) -> str:
        if isinstance(tree, ast.Name):
            return given[tree.id.removeprefix("_")]
        if isinstance(tree, ast.Constant):
            assert isinstance(tree.value, int | float)  # noqa: S101 - as templates are written
            return self._number(tree.value, given.values())
        assert isinstance(tree, ast.Call)  # noqa: S101 - likewise
        assert isinstance(tree.func, ast.Name)  # noqa: S101 - likewise
        inputs = [self._expression(part, given) for part in tree.args]
        operator = tree.func.id
        first = 1 if operator == "Where" else 0
        inputs[first:] = self.alike(*inputs[first:])
        dtype = np.dtype(bool) if operator in _TRUTHS else self._graph.dtypes[inputs[-1]]
        return self.add(operator, *inputs, dtype=dtype)

    def _number(self, x: float, beside: Any) -> str:
        dtype = next((self._graph.dtypes[name] for name in beside), np.dtype(float))
        return self.constant(np.asarray(x, dtype=dtype))

    def _formula(self, x: Any, names: dict[int, str]) -> str:
        if not isinstance(x, Symbol):
            return self._number(x, names.values())
        if id(x) not in names:
            if x.op is None:
                raise self.refused("it has no form in ONNX")
            operands = [self._formula(y, names) for y in x.inputs]
            names[id(x)] = self._written(x.op, operands, x.params)
        return names[id(x)]
