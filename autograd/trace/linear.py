"""The backward part of a program for one of several results.

It is linear in the upstream gradients that it starts from. A pass from one result starts from
its upstream alone, and what the others would bring is left out: to carry their zeros along
would not only take time, for where a local derivative is infinite 0 times it is not a number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ops
from autograd.trace.program import Instruction, Operand, Program, Var, needed
from autograd.trace.simplify import _same

#: Operations that give zeros where one of their operands is zeros.
_EACH = {
    ops.mul,
    ops.matmul,
    ops.neg,
    ops.sum,
    ops.mean,
    ops.reshape,
    ops.transpose,
    ops.broadcast_to,
    ops.astype,
    ops.getitem,
    ops.scatter,
    ops.identity,
}


def without(program: Program, absent: set[Var]) -> Program:
    """Return the program without what comes from some of its inputs, which are zeros.

    An output that is nothing but zeros is None. No two outputs are one array.
    """
    zeros = set(absent)
    instead: dict[Var, Operand] = {}
    kept: list[Instruction] = []
    for one in program.instructions:
        inputs = [instead.get(x, x) if isinstance(x, Var) else x for x in one.inputs]
        present = [x for x in inputs if not (isinstance(x, Var) and x in zeros)]
        op, params = one.op, one.params
        if len(present) < len(inputs):
            if op in _EACH or (op is ops.div and inputs[0] not in present):
                zeros.add(one.output)
                continue
            if op in (ops.add, ops.sub) and not present:
                zeros.add(one.output)
                continue
            if op in (ops.add, ops.sub) and _same(present[0], one.output):
                if op is ops.add or inputs[0] is present[0]:
                    instead[one.output] = present[0]
                    continue
                op, inputs = ops.neg, present
            else:
                inputs = [_zeros(x) if isinstance(x, Var) and x in zeros else x for x in inputs]
        kept.append(Instruction(op, inputs, params, one.output, one.comment))
    outputs: list[Any] = []
    for y in program.outputs:
        x = instead.get(y, y)
        if x in zeros:
            x = None
        elif x in outputs:
            copy = Var(y.name, y.shape, y.dtype)
            kept.append(Instruction(ops.identity, [x], {}, copy))
            x = copy
        outputs.append(x)
    given = [x for x in program.inputs if x not in absent]
    return Program(given, needed(kept, outputs), outputs)


def _zeros(x: Var) -> Var:
    return Var("zeros", x.shape, x.dtype, np.zeros(x.shape, x.dtype), fixed=True)
