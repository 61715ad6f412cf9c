"""Decide, once for a program and not in each replay, which of its parts run when.

If the result is one number, value and gradients are computed together. Otherwise the backward part
waits for an upstream gradient, and starts from what the forward part has saved for it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd.rows import table
from autograd.tracing.program import Instruction, Operand, Program, Var, needed
from autograd.tracing.simplify import simplify


def with_own_gradients(program: Program, wanted: Iterable[Var]) -> Program:
    """Return the program of the results and of some gradients, each in an array of its own."""
    gradients = {x: program.gradients[x] for x in wanted}
    taken = [*program.inputs, *program.upstream, *program.results]
    instructions = _owned(program.instructions, gradients, taken)
    instructions = needed(instructions, [*program.results, *gradients.values()])
    return Program(program.inputs, instructions, program.results, gradients, program.upstream)


def _owned(
    instructions: list[Instruction], gradients: dict[Var, Operand], taken: Iterable[Operand]
) -> list[Instruction]:
    """Give each gradient an array of its own; return the instructions with the copies added.

    Two gradients may be the same array, or views of one array or of one that is in use, or a
    broadcast number. But whoever receives a gradient may change it in place.
    """
    made = {one.output: one for one in instructions}
    memory_taken = {y for x in taken for y in _memory(x, made)}
    copies = []
    for x, g in gradients.items():
        memory = _memory(g, made)
        constant = any(y.value is not None for y in memory)
        if not memory or constant or memory & memory_taken or _repeats(memory, made):
            copy = Var(f"d_{x.name}", x.shape, x.dtype)
            copies.append(Instruction(table.identity, [g], {}, copy))
            gradients[x], memory = copy, {copy}
        memory_taken |= memory
    return [*instructions, *copies]


def _memory(x: Operand, made: dict[Var, Instruction]) -> set[Var]:
    """Return the arrays whose memory an array may share, including its own."""
    found, todo = set[Var](), [x]
    while todo:
        y = todo.pop()
        if isinstance(y, Var) and y not in found:
            found.add(y)
            if y in made and made[y].op.view:
                todo += made[y].inputs
    return found


def _repeats(memory: set[Var], made: dict[Var, Instruction]) -> bool:
    """Return whether several elements may share memory: such an array is read-only."""
    return any(x in made and made[x].op.view and made[x].op.repeats for x in memory)


def split(program: Program) -> tuple[Program, Program]:
    """Split a program in two: forward, and backward from what that saves and the upstreams."""
    later = {one.output for one in program.backward}
    needs = [x for one in program.backward for x in one.vars()]
    given = {*later, *program.upstream}
    saved = [x for x in dict.fromkeys(needs) if x not in given and x.value is None]
    saved += [
        g
        for g in dict.fromkeys(program.gradients.values())
        if isinstance(g, Var) and g not in given and g.value is None and g not in saved
    ]
    forward = program.of([*program.results, *saved])
    inputs = [*saved, *program.upstream]
    return forward, Program(inputs, program.backward, [], program.gradients, program.upstream)


def for_one_result(backward: Program, i: int) -> tuple[Program, list[Var]]:
    """Return the backward part for one of several results, and the inputs that it reaches.

    A pass from one result starts from its upstream gradient alone; that of any other is 0.
    Computing with these zeros would take time, and give nan wherever a local derivative is
    infinite. So what depends only on them is left out: a backward pass is linear in its upstream
    gradients, so that is 0 too. Where both kinds meet, contributions are added, and the zeros drop
    out of the sum.
    """
    zeros = {x for k, x in enumerate(backward.upstream) if k != i}
    given = [x for x in backward.inputs if x not in zeros]
    reached = {backward.upstream[i]}  # what depends on the one upstream given
    kept: list[Instruction] = []
    for one in backward.instructions:
        read = one.vars()
        present = [x for x in read if x in reached]
        if any(x in zeros for x in read):
            if not present:
                zeros.add(one.output)
                continue
            parts = _without(one, zeros, present)
        else:
            parts = [one]
        kept += parts
        if present:
            reached |= {part.output for part in parts}
    gradients = {x: g for x, g in backward.gradients.items() if g not in zeros}
    smaller = simplify(Program(given, kept, [], gradients))
    kept = _owned(smaller.instructions, smaller.gradients, given)
    outputs = list(smaller.gradients.values())
    return Program(given, needed(kept, outputs), outputs), list(gradients)


def _without(one: Instruction, zeros: set[Var], present: list[Var]) -> list[Instruction]:
    """Return a sum of contributions with 0 for the missing ones, in its own shape."""
    output, rest = one.output, one.replaced(lambda x: 0.0 if x in zeros else x)
    shape = np.broadcast_shapes(*(x.shape for x in present))
    if shape == output.shape:
        return [rest]
    rest.output = Var("", shape, output.dtype)
    to_shape = {"shape": output.shape}
    return [
        rest,
        Instruction(table.broadcast_to, [rest.output], to_shape, output, one.comment),
    ]
