"""Rewrites for NumPy alone, which computes some things faster in another form.

They come last, when a program is written out. `np.add.reduce` over the rows of a small matrix
takes 3 to 5 µs, the product with a vector of ones 1; to square numbers and add them up takes
three times as long as their product with themselves.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.rows import table
from autograd.tracing.blocks import LARGE
from autograd.tracing.program import Instruction, Program, Var, needed

#: The largest numbers whose exponentials are finite.
_LIMIT = {np.dtype(np.float64): 709.0, np.dtype(np.float32): 88.0}


def quicker(program: Program) -> Program:
    """Return an equal program that NumPy runs faster."""
    made = {one.output: one for one in program.instructions}
    uses: dict[Var, int] = {}
    for read in [x for one in program.instructions for x in one.vars()] + program.outputs:
        uses[read] = uses.get(read, 0) + 1
    ones: dict[tuple[int, np.dtype[Any]], Var] = {}
    exponentials: dict[Var, Var] = {}
    logarithms = {x for one in program.instructions if one.op is table.log for x in one.vars()}
    written, left_out = list[Instruction](), set[Instruction]()
    for one in program.instructions:
        if one.op is table.expit and one.output.dtype in _LIMIT and one.output not in logarithms:
            written += _logistic(one, made, exponentials)
            continue
        x: Any = one.inputs[0] if one.inputs else None
        adds_up = one.op is table.sum and isinstance(x, Var) and x.dtype.kind == "f"
        adds_up = adds_up and not one.params.get("keepdims")
        if adds_up and not one.output.shape:
            squares = made.get(x)
            if squares is not None and squares.op is table.square and uses[x] == 1 < x.size < LARGE:
                left_out.add(squares)
                written += _with_itself(squares, one)
                continue
        if adds_up and len(x.shape) == 2 and one.params.get("axis") in (0, (0,)):
            n = x.shape[0]
            if (n, x.dtype) not in ones:
                ones[n, x.dtype] = Var(f"ones_{n}", (n,), x.dtype, np.ones(n, x.dtype), True)
            product = [ones[n, x.dtype], x]
            one = Instruction(table.matmul, product, {}, one.output, one.comment)
        written.append(one)
    kept = needed([one for one in written if one not in left_out], program.outputs)
    return Program(program.inputs, kept, program.results, program.gradients, program.upstream)


def _logistic(
    one: Instruction, made: dict[Var, Instruction], exponentials: dict[Var, Var]
) -> list[Instruction]:
    """Write s = 1 / (1 + e^(−x)) so, and 1 − s, which its derivative needs too, as s·e^(−x).

    So they share their exponential, which takes longer than all the rest. Where it would overflow
    it is left at what is large enough for s to be 0 but for its last numbers, below 1e-307. A
    logarithm would make that -709 instead of x, so what a logarithm is taken of stays as it is.

    exponentials: by x and by −x, e^(−x) of those that were written before; and s by that.
    """
    (x,) = one.inputs
    negated = made.get(x)
    y = negated.inputs[0] if negated is not None and negated.op is table.neg else None
    if y in exponentials:
        e = exponentials[y]
        return [Instruction(table.mul, [exponentials[e], e], {}, one.output, one.comment)]
    minus, low, e, above = (Var("", x.shape, x.dtype) for _ in range(4))
    exponentials[x], exponentials[e] = e, one.output
    negation = [Instruction(table.neg, [x], {}, minus, one.comment)] if y is None else []
    minus = minus if y is None else y
    return [
        *negation,
        Instruction(table.minimum, [minus, _LIMIT[x.dtype]], {}, low, one.comment),
        Instruction(table.exp, [low], {}, e, one.comment),
        Instruction(table.add, [1, e], {}, above, one.comment),
        Instruction(table.div, [1, above], {}, one.output, one.comment),
    ]


def _with_itself(squares: Instruction, one: Instruction) -> list[Instruction]:
    """Write a sum of squares as a product."""
    (x,) = squares.inputs
    flat, steps = x, list[Instruction]()
    if len(x.shape) != 1:
        flat = Var("", (math.prod(x.shape),), x.dtype)
        shape = {"shape": flat.shape}
        steps.append(Instruction(table.reshape, [x], shape, flat, one.comment))
    return [*steps, Instruction(table.matmul, [flat, flat], {}, one.output, one.comment)]
