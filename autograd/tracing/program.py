"""A recorded program: a sequence of rows on named arrays, first forward, then backward.

It is the result of a trace, and the source for every target: the NumPy code that replays run, and
everything else that walks its instructions. An instruction is a row of the table with its operands
and its result, so whatever holds for the rows holds here.

>>> from autograd import Value, trace
>>> w = Value(3.0, label="w")
>>> step = trace(lambda x: w * x)
>>> _ = step(2.0)
>>> step.program.inputs, step.program.results
([x[], w[]], [result[]])
>>> [(one.op.name, one.inputs, one.output.shape) for one in step.program.forward.instructions]
[('mul', (w[], x[]), ())]
>>> step.program.gradients
{x[]: w[], w[]: x[]}
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.rows.op import Op


class Var:
    """One array of a program: a name, and its shape and dtype when recorded.

    value: the array itself, where it is a constant; None for what the program computes or reads.
    fixed: whether nobody outside can change that array. size: the number of elements.
    """

    __slots__ = ("dtype", "fixed", "name", "shape", "size", "value")

    def __init__(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: Any,
        value: Any = None,
        fixed: bool = False,
    ) -> None:
        self.name, self.shape, self.dtype = name, shape, dtype
        self.value, self.fixed = value, fixed
        self.size = math.prod(shape)

    def __repr__(self) -> str:
        return f"{self.name}{list(self.shape)}"


#: An array, or a plain number.
Operand = Any


class Instruction:
    """`output = op(*inputs, **params)`, and where in the user's code it comes from.

    op: the row of the table. inputs: `Var`s and plain numbers, in order. params: the row's
    keyword arguments (`axis`, `shape`, `key`); the `key` of an index may hold `Var`s. comment:
    the scopes, or the line of the user's code.
    """

    __slots__ = ("_vars", "comment", "inputs", "op", "output", "params")

    def __init__(
        self,
        op: Op,
        inputs: Sequence[Operand],
        params: dict[str, Any],
        output: Var,
        comment: str = "",
    ) -> None:
        self.op, self.inputs, self.params, self.output = op, tuple(inputs), params, output
        self.comment = comment
        self._vars = [x for x in self.inputs if type(x) is Var]
        key = params.get("key")
        if key is not None:
            parts = key if type(key) is tuple else (key,)
            self._vars += [part for part in parts if type(part) is Var]

    def vars(self) -> list[Var]:
        """Return the arrays that it reads."""
        return self._vars

    def replaced(self, read: Callable[[Operand], Operand]) -> Instruction:
        """Return the instruction on other operands: the result of `read` for each."""
        params = self.params
        if "key" in params:
            key = params["key"]
            params = {**params, "key": tuple(map(read, key)) if type(key) is tuple else read(key)}
        return Instruction(
            self.op, [read(x) for x in self.inputs], params, self.output, self.comment
        )

    def __repr__(self) -> str:
        operands = [repr(x) if isinstance(x, Var) else f"{x!r}" for x in self.inputs]
        operands += [f"{k}={v}" for k, v in self.params.items() if v not in (None, False)]
        return f"{self.output!r} = {self.op.name}({', '.join(operands)})"


class Program:
    """Straight-line code: results and gradients computed from inputs, in order.

    inputs: what it reads, arguments first.
    instructions: the forward part, then the backward part.
    results: what it computes, in order.
    gradients: for each input that has one, the gradient of the result.
    upstream: the gradients that the backward part starts from, one for each result; none where
        the only result is one number, since that starts from 1.
    """

    def __init__(
        self,
        inputs: Sequence[Var],
        instructions: list[Instruction],
        results: Sequence[Operand],
        gradients: dict[Var, Operand] | None = None,
        upstream: Sequence[Var] = (),
    ) -> None:
        self.inputs, self.instructions = list(inputs), instructions
        self.results, self.gradients = list(results), gradients or {}
        self.upstream = list(upstream)

    @property
    def outputs(self) -> list[Operand]:
        """The results and the gradients."""
        return [*self.results, *self.gradients.values()]

    @property
    def forward(self) -> Program:
        """The program of the results alone."""
        return self.of(self.results)

    @property
    def backward(self) -> list[Instruction]:
        """The instructions that the gradients alone need."""
        forward = set(needed(self.instructions, self.results))
        return [one for one in self.instructions if one not in forward]

    def of(self, results: Sequence[Operand], gradients: Sequence[Var] | None = None) -> Program:
        """Return the part needed for these results and the gradients of these inputs."""
        kept = {x: self.gradients[x] for x in gradients or ()}
        instructions = needed(self.instructions, [*results, *kept.values()])
        upstream = () if gradients is None else self.upstream
        return Program(self.inputs, instructions, results, kept, upstream)


def needed(instructions: list[Instruction], outputs: Iterable[Operand]) -> list[Instruction]:
    """Return the instructions without those that no output depends on."""
    wanted = {x for x in outputs if isinstance(x, Var)}
    kept = []
    for instruction in reversed(instructions):
        if instruction.output in wanted:
            kept.append(instruction)
            wanted.update(instruction.vars())
    return kept[::-1]
