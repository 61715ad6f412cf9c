"""Make a program smaller, without changing what it computes.

One pass from front to back replaces each instruction by something simpler where there is
such (multiplying by 1, the transpose of a transpose), computes what has only constants for
operands, and reuses the result of an equal instruction. What is not needed then falls away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograd import ops
from autograd.rows.elementwise import Elementwise
from autograd.trace.program import Instruction, Operand, Program, Var, needed

#: Constants of more elements than this are computed when they are needed, not kept.
_LARGE = 16_384


def simplify(program: Program) -> Program:
    """Return an equal program with fewer instructions."""
    instead: dict[Var, Operand] = {}
    made: dict[Var, Instruction] = {}
    equal: dict[Any, Var] = {}
    kept: list[Instruction] = []

    def read(x: Any) -> Any:
        return instead.get(x, x) if isinstance(x, Var) else x

    for original in _spread_late(_sigmoids(program.instructions)):
        one = Instruction(
            original.op,
            [read(x) for x in original.inputs],
            {k: _read_key(v, read) if k == "key" else v for k, v in original.params.items()},
            original.output,
            original.comment,
        )
        one = _one_reshape(_one_factor(_one_sign(_unbroadcast(one, made), made), made), made)
        replacement = _simpler(one, made)
        if replacement is None:
            replacement = _folded(one)
        if replacement is None:
            key = _key(one)
            replacement = equal.get(key) if key is not None else None
            if replacement is None:
                if key is not None:
                    equal[key] = one.output
                made[one.output] = one
                kept.append(one)
                continue
        instead[original.output] = replacement
        if isinstance(replacement, Var) and not replacement.name:
            replacement.name = original.output.name
    outputs = [read(x) for x in program.outputs]
    return Program(program.inputs, needed(kept, outputs), outputs)


def _sigmoids(instructions: list[Instruction]) -> Iterator[Instruction]:
    """Write e^(−ln(1 + eʸ)) as 1 / (1 + eʸ), and e^(y − ln(1 + eʸ)) as 1 / (1 + e^(−y)).

    So the logistic function, stable as it is recorded, comes out: the same number, without the
    logarithm, which takes ten times as long as the rest.

    Only from y = 710 on (89 in float32), where eʸ is infinite, is the result 0 instead of a
    last few numbers above that, below 1e-308. A logarithm would make it -inf instead of -y, so
    what a logarithm is taken of stays as it is.
    """
    made = {one.output: one for one in instructions}
    in_logarithm = {one.inputs[0] for one in instructions if one.op is ops.log}
    for one in instructions:
        exponent = _softened(one, made)
        if exponent is None or one.output in in_logarithm:
            yield one
            continue
        y, negate = exponent
        parts = [Var("", one.output.shape, one.output.dtype) for _ in range(3)]
        if negate:
            yield Instruction(ops.neg, [y], {}, parts[0], one.comment)
        yield Instruction(ops.exp, [parts[0] if negate else y], {}, parts[1], one.comment)
        yield Instruction(ops.add, [1, parts[1]], {}, parts[2], one.comment)
        yield Instruction(ops.div, [1, parts[2]], {}, one.output, one.comment)


def _softened(one: Instruction, made: dict[Var, Instruction]) -> tuple[Var, bool] | None:
    """Return y, and whether it is negated, of the two forms above."""
    if one.op not in (ops.exp, ops.expit) or not isinstance(one.inputs[0], Var):
        return None
    if one.op is ops.expit:
        return one.inputs[0], True
    inner = made.get(one.inputs[0])
    if inner is None or inner.op not in (ops.neg, ops.sub):
        return None
    soft = made.get(inner.inputs[-1]) if isinstance(inner.inputs[-1], Var) else None
    if soft is None or soft.op is not ops.logaddexp:
        return None
    zero, y = soft.inputs
    if not isinstance(y, Var) or y.shape != one.output.shape or _number(zero) != 0:
        return None
    if inner.op is ops.neg:
        return y, False
    return (y, True) if inner.inputs[0] is y else None


def _spread_late(instructions: Iterable[Instruction]) -> Iterator[Instruction]:
    """Compute on a number before it is spread out over an array, where that is the same."""
    spread: dict[Var, Operand] = {}
    for one in instructions:
        if one.op is ops.broadcast_to:
            spread[one.output] = spread.get(one.inputs[0], one.inputs[0])
        elif one.op is ops.reshape and one.inputs[0] in spread:
            number = spread[one.inputs[0]]
            if number.shape == ():  # it looks the same in any shape
                params = {"shape": one.output.shape}
                one = Instruction(ops.broadcast_to, [number], params, one.output, one.comment)
                spread[one.output] = number
        elif isinstance(one.op, Elementwise) and any(x in spread for x in one.vars()):
            inputs = [spread.get(x, x) if isinstance(x, Var) else x for x in one.inputs]
            shape = np.broadcast_shapes(*(x.shape for x in inputs if isinstance(x, Var)))
            if shape != one.output.shape and int(np.prod(shape)) < one.output.size:
                small = Var(one.output.name, shape, one.output.dtype)
                one.output.name = ""
                yield Instruction(one.op, inputs, one.params, small, one.comment)
                params = {"shape": one.output.shape}
                one = Instruction(ops.broadcast_to, [small], params, one.output, one.comment)
                spread[one.output] = small
        yield one


def _read_key(key: Any, read: Any) -> Any:
    return tuple(map(read, key)) if isinstance(key, tuple) else read(key)


def _key(one: Instruction) -> Any:
    """Return what tells equal instructions, or None where they cannot be told."""
    key = (one.op, _told(one.inputs), tuple((k, _told(v)) for k, v in one.params.items()))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _told(x: Any) -> Any:
    """Return what is equal for equal operands and parameters only: 0.0 is not -0.0, nor False."""
    if isinstance(x, Var):
        return x
    if isinstance(x, tuple | list):
        return (type(x), *map(_told, x))
    if isinstance(x, slice):
        return (slice, *map(_told, (x.start, x.stop, x.step)))
    if isinstance(x, np.ndarray):
        return (x.shape, x.dtype, x.tobytes())
    return (type(x), repr(x) if isinstance(x, float | np.floating) else x)


def _same(x: Any, output: Var) -> bool:
    """Whether x can stand for the output: an array of the same shape and dtype."""
    return isinstance(x, Var) and x.shape == output.shape and x.dtype == output.dtype


def _number(x: Any) -> float | None:
    """Return the number that an operand is everywhere, if it is a constant one."""
    if isinstance(x, Var):
        if not x.fixed or x.shape:
            return None
        return float(x.value)
    return float(x)


def _simpler(one: Instruction, made: dict[Var, Instruction]) -> Operand | None:
    """Return an operand that equals the instruction's result, or None."""
    op, output = one.op, one.output
    x = one.inputs[0] if one.inputs else None
    if op in (ops.identity, ops.detach) and _same(x, output):
        return x
    if op in (ops.reshape, ops.broadcast_to) and _same(x, output):
        return x
    if op is ops.astype and _same(x, output):
        return x
    if op in (ops.mul, ops.div, ops.add, ops.sub) and len(one.inputs) == 2:
        neutral = 1.0 if op in (ops.mul, ops.div) else 0.0
        y = one.inputs[1]
        if _number(y) == neutral and _same(x, output):
            return x
        if op in (ops.mul, ops.add) and _number(x) == neutral and _same(y, output):
            return y
    if op is ops.neg and isinstance(x, Var):
        inner = made.get(x)
        if inner is not None and inner.op is ops.neg:
            return inner.inputs[0]
    if op is ops.transpose and isinstance(x, Var):
        inner = made.get(x)
        if inner is not None and inner.op is ops.transpose:
            axes = inner.params.get("axes") or tuple(range(len(x.shape)))[::-1]
            again = one.params.get("axes") or tuple(range(len(x.shape)))[::-1]
            if [axes[i] for i in again] == list(range(len(x.shape))):
                return inner.inputs[0]
    if op is ops.sum and isinstance(x, Var) and x.shape == output.shape:
        axis = one.params.get("axis")
        if axis == () or (axis is None and not x.shape):
            return x if _same(x, output) else None
    return None


def _one_sign(one: Instruction, made: dict[Var, Instruction]) -> Instruction:
    """Negate a product by one of its factors: −(c·x) is (−c)·x, and −((−x)·y) is x·y."""
    product = made.get(one.inputs[0]) if one.op is ops.neg else None
    if product is None or product.op is not ops.mul:
        return one
    for x, y in (product.inputs, product.inputs[::-1]):
        c = _number(x)
        negated = made.get(x) if isinstance(x, Var) else None
        if c is not None and _same(y, one.output):
            return Instruction(ops.mul, [-c, y], {}, one.output, one.comment)
        if negated is not None and negated.op is ops.neg:
            return Instruction(ops.mul, [negated.inputs[0], y], {}, one.output, one.comment)
    return one


def _one_factor(one: Instruction, made: dict[Var, Instruction]) -> Instruction:
    """Multiply by one constant instead of by two, one after the other.

    A condition that was multiplied by 1 to make it a number needs no such thing if it is
    multiplied by numbers after that.
    """
    if one.op is not ops.mul:
        return one
    for i, x in enumerate(one.inputs):
        inner = made.get(x) if isinstance(x, Var) else None
        other = one.inputs[1 - i]
        if inner is None or inner.op is not ops.mul or not isinstance(other, Var):
            continue
        c, flags = inner.inputs
        conditions = isinstance(flags, Var) and flags.dtype == bool and flags.shape == x.shape
        if conditions and _number(c) == 1 and other.dtype == one.output.dtype:
            inputs = [flags, other] if i == 0 else [other, flags]
            return Instruction(ops.mul, inputs, one.params, one.output, one.comment)
    for c, x in (one.inputs, one.inputs[::-1]):
        inner = made.get(x) if isinstance(x, Var) else None
        outer_factor = _number(c)
        if inner is None or inner.op is not ops.mul or outer_factor is None:
            continue
        for d, y in (inner.inputs, inner.inputs[::-1]):
            inner_factor = _number(d)
            if inner_factor is not None and _same(y, one.output):
                product = [inner_factor * outer_factor, y]
                return Instruction(ops.mul, product, one.params, one.output, one.comment)
    return one


def _one_reshape(one: Instruction, made: dict[Var, Instruction]) -> Instruction:
    """Reshape once instead of twice."""
    inner = made.get(one.inputs[0]) if one.op is ops.reshape else None
    if inner is None or inner.op is not ops.reshape:
        return one
    return Instruction(ops.reshape, inner.inputs, one.params, one.output, one.comment)


def _folded(one: Instruction) -> Operand | None:
    """Compute an instruction whose operands are constants that the recording made."""
    constants = []
    for x in one.inputs:
        if isinstance(x, Var):
            if not x.fixed or x.size > 1:
                return None
            constants.append(x.value)
        else:
            constants.append(x)
    params = dict(one.params)
    if one.op is ops.scatter and one.output.size <= _LARGE:  # one number, to several places
        key = params["key"] if isinstance(params["key"], tuple) else (params["key"],)
        if any(isinstance(place, Var) and not place.fixed for place in key):
            return None
        params["key"] = tuple(place.value if isinstance(place, Var) else place for place in key)
    elif "key" in params or one.output.size > 1:
        return None
    with np.errstate(all="ignore"):
        value = np.asarray(one.op(*constants, **params))
    return Var(one.output.name or "c", value.shape, value.dtype, value, fixed=True)


def _unbroadcast(one: Instruction, made: dict[Var, Instruction]) -> Instruction:
    """Give an operation the operand itself, where it was spread out before, if it does that too."""
    if one.op is ops.scatter:
        spread = made.get(one.inputs[0])
        if spread and spread.op is ops.broadcast_to and not spread.inputs[0].shape:
            return Instruction(one.op, spread.inputs, one.params, one.output, one.comment)
    if not isinstance(one.op, Elementwise) or len(one.inputs) < 2:
        return one
    inputs = list(one.inputs)
    for i, x in enumerate(inputs):
        others = [y.shape for j, y in enumerate(inputs) if j != i and isinstance(y, Var)]
        while isinstance(x, Var) and (inner := made.get(x)) and inner.op is ops.broadcast_to:
            x = inner.inputs[0]
            if np.broadcast_shapes(*others, x.shape) == one.output.shape:
                inputs[i] = x
    return Instruction(one.op, inputs, one.params, one.output, one.comment)
