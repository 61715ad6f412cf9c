"""Rewrites that make a program smaller: patterns and their replacements.

`EQUATIONS` are equations between elementwise expressions, stated by running the table on symbols:
the left side is matched and replaced by the right side. `ARRANGEMENTS` are rules about rearranging
elements, which depend on shapes. Each holds for all numbers (up to rounding, and under its stated
conditions), and a test computes both sides of each.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograd.rows import table
from autograd.rows.identities import ALGEBRA
from autograd.rows.op import Op
from autograd.symbol import Symbol
from autograd.tracing.program import Instruction, Operand, Var

_CONSTANTS = ("k", "m")

#: An operand that equals the result; or instructions, the last of which computes it.
Replacement = Operand | list[Instruction]
Made = dict[Var, Instruction]


class Equation:
    """One equation: `pattern` is `replacement`.

    state: a function of symbols that returns both sides. Its parameters `k` and `m` are constant
        numbers; the others may be anything.
    """

    def __init__(self, state: Callable[..., tuple[Any, Any]]) -> None:
        self.state = state
        self.names = tuple(inspect.signature(state).parameters)
        self.pattern, self.replacement = state(*map(Symbol, self.names))
        parts = enumerate(self.pattern.inputs)
        self._inner = [(i, p.op) for i, p in parts if isinstance(p, Symbol) and p.op is not None]

    def apply(self, one: Instruction, made: Made) -> Replacement | None:
        """Return what equals the instruction's result; None if the pattern does not match."""
        for i, op in self._inner:  # here most of them end
            inner = made.get(one.inputs[i])
            if inner is None or inner.op is not op:
                return None
        bound: dict[str, Operand] = {}
        if not self._meets(self.pattern, one, made, bound):
            return None
        return _instead(self.replacement, bound, one)

    def _meets(self, pattern: Symbol, one: Instruction, made: Made, bound: dict[str, Any]) -> bool:
        if pattern.op is not one.op:
            return False
        for p, x in zip(pattern.inputs, one.inputs, strict=True):
            if not self._meets_operand(p, x, made, bound):
                return False
        return True

    def _meets_operand(self, pattern: Any, x: Operand, made: Made, bound: dict[str, Any]) -> bool:
        if not isinstance(pattern, Symbol):
            return bool(number(x) == pattern)
        if pattern.op is not None:
            inner = made.get(x) if isinstance(x, Var) else None
            return inner is not None and self._meets(pattern, inner, made, bound)
        name = pattern.label
        value = number(x) if name in _CONSTANTS else x
        if value is None or (name in bound and bound[name] is not value):
            return False
        bound[name] = value
        return True


def _instead(expression: Any, bound: dict[str, Operand], one: Instruction) -> Replacement | None:
    """Write an expression as instructions, if its shape and dtype match the original's."""
    instructions: list[Instruction] = []

    def write(x: Any) -> Operand:
        if not isinstance(x, Symbol):
            return x
        if x.op is None:
            return bound[x.label]
        inputs = [write(y) for y in x.inputs]
        if not any(isinstance(y, Var) for y in inputs):
            return x.op(*inputs)
        output = Var("", *_kind(x.op, inputs))
        instructions.append(Instruction(x.op, inputs, {}, output, one.comment))
        return output

    try:
        found = write(expression)
    except TypeError:  # an equation for numbers, with an operation that truth values lack
        return None
    if not same(found, one.output):
        return None
    if not instructions or instructions[-1].output is not found:
        return found
    instructions[-1].output = one.output
    return instructions


def _kind(op: Op, inputs: list[Operand]) -> tuple[tuple[int, ...], Any]:
    """Return the shape and dtype of an elementwise result."""
    shape = np.broadcast_shapes(*(x.shape for x in inputs if isinstance(x, Var)))
    return shape, _dtype(op, tuple(x.dtype if isinstance(x, Var) else type(x) for x in inputs))


@cache
def _dtype(op: Any, kinds: tuple[Any, ...]) -> Any:
    numbers = [np.ones(1, kind) if isinstance(kind, np.dtype) else kind(1) for kind in kinds]
    try:
        with np.errstate(all="ignore"):
            return np.asarray(op.array(*numbers)).dtype
    except TypeError:  # such as the negative of a condition: it is like no result
        return np.dtype(object)


def same(x: Any, output: Var) -> bool:
    """Return whether x can replace the output: an array of the same shape and dtype."""
    return isinstance(x, Var) and x.shape == output.shape and x.dtype == output.dtype


def number(x: Any) -> float | None:
    """Return the number that all elements of an operand equal, if it is constant."""
    if isinstance(x, Var):
        return float(x.value) if x.fixed and not x.shape else None
    return float(x)


def _chooses(rule: Callable[..., Any]) -> bool:
    """Return whether the result is a choice, slower on arrays than multiplying by 0 or 1."""
    result = rule(*map(Symbol, inspect.signature(rule).parameters))[1]
    return isinstance(result, Symbol) and "where" in result.names()


EQUATIONS = [
    *(Equation(rule) for rule in ALGEBRA if not _chooses(rule)),
    Equation(lambda x: (table.identity(x), x)),
    Equation(lambda x: (table.detach(x), x)),
    Equation(lambda k, x: (-(k * x), (-k) * x)),
    Equation(lambda k, m, x: (k * (m * x), (k * m) * x)),
    Equation(lambda k, m, x: (k * (x * m), (k * m) * x)),
    Equation(lambda k, m, x: ((m * x) * k, (k * m) * x)),
    Equation(lambda k, m, x: ((x * m) * k, (k * m) * x)),
    # A condition multiplied by 1 to make it a number no longer needs that.
    Equation(lambda x, y: ((1 * x) * y, x * y)),
    Equation(lambda x, y: (y * (1 * x), y * x)),
]


class Arrangement:
    """One rule about shapes.

    apply: from an instruction, and what made its operands, to what equals it or None.
    example: a function of one array of shape (2, 3) in which it has something to do.
    """

    def __init__(
        self,
        apply: Callable[[Instruction, Made], Replacement | None],
        example: Callable[[Any], Any],
    ) -> None:
        self.apply, self.example = apply, example


def _inner(one: Instruction, made: Made) -> Instruction | None:
    """Return the instruction that made the first operand, if it has the same row."""
    x = one.inputs[0] if one.inputs else None
    inner = made.get(x) if isinstance(x, Var) else None
    return inner if inner is not None and inner.op is one.op else None


def _nothing_to_do(one: Instruction, made: Made) -> Replacement | None:  # noqa: ARG001
    idle = one.op in (table.reshape, table.broadcast_to, table.astype)
    return one.inputs[0] if idle and same(one.inputs[0], one.output) else None


def _nothing_to_add(one: Instruction, made: Made) -> Replacement | None:  # noqa: ARG001
    x = one.inputs[0]
    if one.op is not table.sum or not same(x, one.output):
        return None
    axis = one.params.get("axis")
    return x if axis == () or (axis is None and not x.shape) else None


def _one_reshape(one: Instruction, made: Made) -> Replacement | None:
    inner = _inner(one, made) if one.op is table.reshape else None
    if inner is None:
        return None
    return [Instruction(one.op, inner.inputs, one.params, one.output, one.comment)]


def _transposed_twice(one: Instruction, made: Made) -> Replacement | None:
    inner = _inner(one, made) if one.op is table.transpose else None
    if inner is None:
        return None
    backward = tuple(range(len(one.output.shape)))[::-1]
    axes, again = (i.params.get("axes") or backward for i in (inner, one))
    return inner.inputs[0] if [axes[i] for i in again] == sorted(axes) else None


def _spread(x: Any, made: Made) -> Operand | None:
    """Return what an operand was broadcast from."""
    inner = made.get(x) if isinstance(x, Var) else None
    return inner.inputs[0] if inner is not None and inner.op is table.broadcast_to else None


def _spread_in_another_shape(one: Instruction, made: Made) -> Replacement | None:
    source = _spread(one.inputs[0], made) if one.op is table.reshape else None
    if not isinstance(source, Var) or source.shape:
        return None  # a number looks the same in any shape, an array does not
    params = {"shape": one.output.shape}
    return [Instruction(table.broadcast_to, [source], params, one.output, one.comment)]


def _spread_into_places(one: Instruction, made: Made) -> Replacement | None:
    source = _spread(one.inputs[0], made) if one.op is table.scatter else None
    if not isinstance(source, Var) or source.shape:
        return None
    return [Instruction(one.op, [source], one.params, one.output, one.comment)]


def _spread_late(one: Instruction, made: Made) -> Replacement | None:
    """Give an operation the operand before broadcasting, and broadcast the result instead."""
    if not one.op.elementwise:
        return None
    sources = [_spread(x, made) for x in one.inputs]
    if sources.count(None) == len(sources):
        return None
    inputs = [x if s is None else s for x, s in zip(one.inputs, sources, strict=True)]
    shape = np.broadcast_shapes(*(x.shape for x in inputs if isinstance(x, Var)))
    if shape == one.output.shape:
        return [Instruction(one.op, inputs, one.params, one.output, one.comment)]
    small = Var(one.output.name, shape, one.output.dtype)
    one.output.name = ""
    return [
        Instruction(one.op, inputs, one.params, small, one.comment),
        Instruction(
            table.broadcast_to, [small], {"shape": one.output.shape}, one.output, one.comment
        ),
    ]


ARRANGEMENTS = [
    Arrangement(_nothing_to_do, lambda x: table.reshape(x, shape=(2, 3))),
    Arrangement(_nothing_to_add, lambda x: table.sum(x, axis=())),
    Arrangement(_one_reshape, lambda x: table.reshape(table.reshape(x, shape=(6,)), shape=(3, 2))),
    Arrangement(
        _transposed_twice,
        lambda x: table.transpose(table.transpose(x), axes=(1, 0)),
    ),
    Arrangement(
        _spread_in_another_shape,
        lambda x: table.reshape(table.broadcast_to(table.sum(x), shape=(3, 1)), shape=(3,)) * x[:1],
    ),
    Arrangement(
        _spread_into_places,
        lambda x: table.scatter(
            table.broadcast_to(table.sum(x), shape=(2,)), key=slice(0, 2), shape=(3,)
        ),
    ),
    Arrangement(
        _spread_late,
        lambda x: table.exp(table.broadcast_to(table.sum(x, axis=0), shape=(2, 3))) * x,
    ),
]


def by_row() -> dict[Op | None, list[Any]]:
    """Return the equations by the outermost row of their pattern."""
    found: dict[Op | None, list[Any]] = {}
    for equation in EQUATIONS:
        found.setdefault(equation.pattern.op, []).append(equation)
    return found
