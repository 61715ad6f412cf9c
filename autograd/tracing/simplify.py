"""Make a program smaller, without changing what it computes.

One pass from front to back replaces each instruction by something simpler if possible
(rewrites.py), folds instructions whose operands are all constants, and reuses the results of equal
instructions. Finally, whatever is no longer needed is removed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.tracing.program import Instruction, Operand, Program, Var, needed
from autograd.tracing.rewrites import ARRANGEMENTS, Replacement, by_row

#: Constants with more elements than this are computed when needed, not stored.
_LARGE = 16_384
_EQUATIONS = by_row()


def simplify(program: Program) -> Program:
    """Return an equivalent program with fewer instructions."""
    smaller = _Simplifying()
    for one in program.instructions:
        smaller.add(one)
    results = [smaller.read(x) for x in program.results]
    gradients = {x: smaller.read(g) for x, g in program.gradients.items()}
    instructions = needed(smaller.kept, [*results, *gradients.values()])
    return Program(program.inputs, instructions, results, gradients, program.upstream)


class _Simplifying:
    """The smaller program being built, and its replacements for the original arrays."""

    def __init__(self) -> None:
        self.kept: list[Instruction] = []
        self._instead: dict[Var, Operand] = {}
        self._made: dict[Var, Instruction] = {}
        self._equal: dict[Any, Var] = {}

    def read(self, x: Any) -> Any:
        """Return the replacement of an operand."""
        return self._instead.get(x, x) if isinstance(x, Var) else x

    def add(self, original: Instruction) -> None:
        """Add an instruction, or something simpler."""
        one = original.replaced(self.read)
        replacement = self._rewritten(one)
        if isinstance(replacement, list):
            for each in replacement:
                self.add(each)
            return
        if replacement is None:
            replacement = _folded(one)
        if replacement is None:
            key = _key(one)
            replacement = self._equal.get(key) if key is not None else None
            if replacement is None:
                if key is not None:
                    self._equal[key] = one.output
                self._made[one.output] = one
                self.kept.append(one)
                return
        self._instead[one.output] = replacement
        if isinstance(replacement, Var) and not replacement.name:
            replacement.name = one.output.name

    def _rewritten(self, one: Instruction) -> Replacement | None:
        made = self._made
        for rule in _EQUATIONS.get(one.op, ()):
            found = rule.apply(one, made)
            if found is not None:
                return found
        for arrangement in ARRANGEMENTS if one.inputs else ():
            found = arrangement.apply(one, made)
            if found is not None:
                return found
        return None


def _folded(one: Instruction) -> Operand | None:
    """Compute an instruction whose operands are constants that the recording made."""
    if one.output.size > 1 and (one.op.view or one.output.size > _LARGE):
        return None  # a large or broadcast array is better computed than stored
    for x in one.vars():
        if not x.fixed or (x.size > 1 and x in one.inputs):
            return None

    def value(x: Operand) -> Any:
        return x.value if isinstance(x, Var) else x

    known = one.replaced(value)
    with np.errstate(all="ignore"):
        result = np.asarray(known.op(*known.inputs, **known.params))
    return Var(one.output.name or "c", result.shape, result.dtype, result, fixed=True)


def _key(one: Instruction) -> Any:
    """Return a key that is equal for equal instructions, or None if there is none."""
    key = (
        one.op,
        _comparable(one.inputs),
        tuple([(k, _comparable(v)) for k, v in one.params.items()]),
    )
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _comparable(x: Any) -> Any:
    """Return what is equal only for identical operands: 0.0 differs from -0.0 and from False."""
    if type(x) is Var:
        return x
    if isinstance(x, tuple | list):
        return (type(x), *map(_comparable, x))
    if isinstance(x, slice):
        return (slice, *map(_comparable, (x.start, x.stop, x.step)))
    if isinstance(x, np.ndarray):
        return (x.shape, x.dtype, x.tobytes())
    return (type(x), repr(x) if isinstance(x, float | np.floating) else x)
