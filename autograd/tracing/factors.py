"""Collect the numbers that large arrays are multiplied by, and multiply by them once, at the end.

The mean of a million losses sends 1e-6 down every path of its backward pass, and each path would
multiply by it separately, in a pass over memory of its own. Here k·x·y + k·z becomes k·(x·y + z).
This is done only in float64, whose range leaves enough room for the unscaled numbers.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from autograd.rows import table
from autograd.rows.op import Op
from autograd.tracing.blocks import LARGE
from autograd.tracing.program import Instruction, Operand, Program, Var
from autograd.tracing.rewrites import number


def together(program: Program) -> Program:
    """Return an equivalent program that multiplies by numbers as late as possible."""
    if all(one.output.size < LARGE for one in program.instructions):
        return program
    late = _Late(program)
    for one in program.instructions:
        late.add(one)
    return Program(
        program.inputs, late.written, program.results, program.gradients, program.upstream
    )


#: Factors closer to 0, and their inverses, stay in place: their products could underflow to 0.
_LEAST = 1e-30


class _Late:
    """The program being written, and the pending factors: k and x for each z = k·x.

    Only results read by a single instruction may be pending, so it never costs more.
    """

    def __init__(self, program: Program) -> None:
        self.written: list[Instruction] = []
        self._waiting: dict[Var, tuple[float, Var]] = {}
        counts = Counter(x for one in program.instructions for x in one.vars())
        self._may_wait = {x for x, n in counts.items() if n == 1}.difference(program.outputs)

    def add(self, one: Instruction) -> None:
        """Write an instruction, or keep its factor pending."""
        z, op = one.output, one.op
        waiting = [x for x in one.vars() if x in self._waiting]
        if z.size < LARGE or any(x.shape != z.shape for x in waiting):
            self._write(one)
        elif op in (table.mul, table.neg):
            k = -1.0 if op is table.neg else 1.0
            xs = list[Var]()
            for x in one.inputs:
                if (value := number(x)) is not None:
                    k *= value
                    continue
                factor, y = self._waiting.get(x, (1.0, x))
                k *= factor
                xs.append(y)
            self._product(one, k, xs)
        elif op in (table.add, table.sub) and len(waiting) == 2:
            self._sum(one)
        else:
            self._write(one)

    def _product(self, one: Instruction, k: float, xs: list[Var]) -> None:
        """Write k times one or two arrays."""
        z = one.output
        like_z = xs[0].shape == z.shape and all(x.dtype == z.dtype == np.float64 for x in xs)
        if not like_z or abs(k) == 1 or not _LEAST < abs(k) < 1 / _LEAST:
            self._write(one)
        elif len(xs) == 1:
            self._wait(one, k, xs[0])
        else:
            self._wait(one, k, self._new(table.mul, xs, one))

    def _sum(self, one: Instruction) -> None:
        """Write j·x + k·y, or their difference, as j·(x + k/j·y)."""
        (j, x), (k, y) = (self._waiting[x] for x in one.inputs)
        if one.op is table.sub:
            k = -k
        if abs(j) > abs(k):
            (j, x), (k, y) = (k, y), (j, x)
        ratio = k / j
        if abs(ratio) != 1:
            y = self._new(table.mul, [ratio, y], one)
        self._wait(one, j, self._new(table.sub if ratio == -1 else table.add, [x, y], one))

    def _new(self, op: Op, inputs: list[Operand], one: Instruction) -> Var:
        output = Var("", one.output.shape, one.output.dtype)
        self.written.append(Instruction(op, inputs, {}, output, one.comment))
        return output

    def _wait(self, one: Instruction, k: float, x: Var) -> None:
        if one.output in self._may_wait:
            self._waiting[one.output] = (k, x)
        else:
            self.written.append(Instruction(table.mul, [k, x], {}, one.output, one.comment))

    def _write(self, one: Instruction) -> None:
        """Write an instruction as it is, after the pending factors of its operands."""
        for x in one.vars():
            if x in self._waiting:
                k, y = self._waiting.pop(x)
                self.written.append(Instruction(table.mul, [k, y], {}, x, one.comment))
        self.written.append(one)
