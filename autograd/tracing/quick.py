"""Rewrites for NumPy alone, which computes some things faster in another form.

They come last, when a program is written out. `np.add.reduce` over the rows of a small matrix takes
3 to 5 µs, the product with a vector of ones 1 µs. Squaring numbers and adding them up takes three
times as long as their dot product with themselves. The maximum of an array and a number takes two
to three times as long as that of two arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.rows import table
from autograd.rows.operands import normal_axes
from autograd.tracing.blocks import LARGE
from autograd.tracing.factors import together
from autograd.tracing.program import Instruction, Program, Var, needed

#: The largest numbers whose exponentials are finite.
_LIMIT = {np.dtype(np.float64): 709.0, np.dtype(np.float32): 88.0}
#: With so few elements the more readable form is just as fast.
_FEW = 64
#: Rows that compare two arrays.
_COMPARING = (table.maximum, table.greater)


def quicker(program: Program) -> Program:
    """Return an equivalent program that NumPy runs faster."""
    program = together(program)
    way = _Quicker(program)
    written = [each for one in program.instructions for each in way.of(one)]
    kept = needed(written, program.outputs)
    return Program(program.inputs, kept, program.results, program.gradients, program.upstream)


class _Quicker:
    """The quicker form of each instruction of a program, in order.

    exponentials: e^(−x) by x, and the logistic function of x by e^(−x), where both are written.
    """

    def __init__(self, program: Program) -> None:
        self.made = {one.output: one for one in program.instructions}
        self.uses: dict[Var, int] = {}
        for read in [x for one in program.instructions for x in one.vars()] + program.outputs:
            self.uses[read] = self.uses.get(read, 0) + 1
        self.exponentials: dict[Var, Var] = {}
        self.logarithms = {
            x for one in program.instructions if one.op is table.log for x in one.vars()
        }
        self._constants: dict[Any, Var] = {}
        self._shares: dict[Var, tuple[Var, Var, Var]] = {}  # by ln Σ eˣ: x, eˣ and their sum

    def of(self, one: Instruction) -> list[Instruction]:
        """Return instructions that compute the same."""
        op = one.op
        if op is table.expit and one.output.dtype in _LIMIT:
            return [one] if one.output in self.logarithms else self._logistic(one)
        if op is table.relu:
            one = Instruction(table.maximum, [*one.inputs, 0], {}, one.output, one.comment)
        if one.op in _COMPARING:
            return [self._with_array(one)]
        if op in (table.sum, table.mean):
            return self._sum(one)
        if op is table.logsumexp:
            return self._log_of_sum(one)
        if op is table.exp:
            return self._share(one)
        return self._transposed(one) if op is table.transpose else [one]

    def _full(self, name: str, number: float, shape: tuple[int, ...], dtype: Any) -> Var:
        """Return a constant array that holds one number."""
        key = (number, shape, dtype)
        if key not in self._constants:
            wish = "_".join([name, *map(str, shape)])
            array = np.full(shape, number, dtype)
            self._constants[key] = Var(wish, shape, dtype, array, fixed=True)
        return self._constants[key]

    def _made_once(self, x: Any, op: Any) -> Instruction | None:
        """Return the instruction behind an operand, if it is of this row and read only once."""
        made = self.made.get(x) if isinstance(x, Var) else None
        return made if made is not None and made.op is op and self.uses[x] == 1 else None

    def _with_array(self, one: Instruction) -> Instruction:
        """Compare with an array of zeros, not with 0."""
        x, y = one.inputs
        zero = not isinstance(y, Var) and y == 0
        if not zero or x.dtype.kind != "f" or not _FEW < x.size < LARGE:
            return one
        zeros = self._full("zeros", 0, x.shape, x.dtype)
        return Instruction(one.op, [x, zeros], {}, one.output, one.comment)

    def _sum(self, one: Instruction) -> list[Instruction]:
        """Write a sum of squares or products, or one over rows or columns, as a product."""
        (x,), z, axis = one.inputs, one.output, one.params.get("axis")
        if not isinstance(x, Var) or x.dtype.kind != "f" or one.params.get("keepdims"):
            return [one]
        pair = self._factors(x)
        if not z.shape and pair and 1 < x.size < LARGE:
            total = z if one.op is table.sum else Var("", (), x.dtype)
            mean = Instruction(table.div, [total, x.size], {}, z, one.comment)
            return [*_product(pair, total, one.comment), *([mean] if total is not z else ())]
        if not z.shape and x.size >= LARGE and (terms := self._made_once(x, table.add)):
            return self._sum_of_terms(one, terms)
        axes = normal_axes(axis, len(x.shape))
        if one.op is table.mean or len(x.shape) != 2 or len(axes) != 1:
            return [one]
        first = axes == (0,)
        ones = self._full("ones", 1, x.shape[:1] if first else x.shape[1:], x.dtype)
        return [Instruction(table.matmul, [ones, x] if first else [x, ones], {}, z, one.comment)]

    def _log_of_sum(self, one: Instruction) -> list[Instruction]:
        """Write ln Σ eˣ literally if x is y − max(y), since then nothing overflows."""
        (x,), z = one.inputs, one.output
        shift = self.made.get(x)
        top = (
            self.made.get(shift.inputs[1]) if shift is not None and shift.op is table.sub else None
        )
        if shift is None or top is None or top.op is not table.max or z.dtype != x.dtype:
            return [one]
        axes, tops = (normal_axes(i.params.get("axis"), len(x.shape)) for i in (one, top))
        if top.inputs[0] is not shift.inputs[0] or axes != tops or not top.params.get("keepdims"):
            return [one]
        e, total = Var("", x.shape, x.dtype), Var("", z.shape, z.dtype)
        self._shares[z] = (x, e, total)
        return [
            Instruction(table.exp, [x], {}, e, one.comment),
            *self._sum(Instruction(table.sum, [e], one.params, total, one.comment)),
            Instruction(table.log, [total], {}, z, one.comment),
        ]

    def _share(self, one: Instruction) -> list[Instruction]:
        """Write e^(x − ln Σ eˣ), its gradient, as eˣ / Σ eˣ, which exist already."""
        shift = self.made.get(one.inputs[0])
        if shift is None or shift.op is not table.sub:
            return [one]
        x, log = shift.inputs
        shaped = self.made.get(log)
        if shaped is not None and shaped.op is table.reshape:
            log = shaped.inputs[0]
        known, e, total = self._shares.get(log, (None, None, None))
        if x is not known or total is None:
            return [one]
        divisor, steps = total, list[Instruction]()
        if shaped is not None and shaped.inputs[0] is log:
            divisor = Var("", shaped.output.shape, total.dtype)
            steps = [Instruction(table.reshape, [total], shaped.params, divisor, one.comment)]
        return [*steps, Instruction(table.div, [e, divisor], {}, one.output, one.comment)]

    def _sum_of_terms(self, one: Instruction, terms: Instruction) -> list[Instruction]:
        """Write the sum of large x + y as two sums, each computed in a block as x is made."""
        x, z = terms.output, one.output
        if not all(isinstance(y, Var) and y.shape == x.shape for y in terms.inputs):
            return [one]
        parts = [Var("", (), z.dtype) for _ in terms.inputs]
        written = [
            each
            for y, part in zip(terms.inputs, parts, strict=True)
            for each in self._sum(Instruction(one.op, [y], one.params, part, one.comment))
        ]
        return [*written, Instruction(table.add, parts, {}, z, one.comment)]

    def _factors(self, x: Var) -> list[Var]:
        """Return the two arrays of one shape whose product is x; empty if it is not a product."""
        if squares := self._made_once(x, table.square):
            return [*squares.inputs, *squares.inputs]
        product = self._made_once(x, table.mul) if x.size > _FEW else None
        pair = list(product.inputs) if product is not None else []
        alike = all(isinstance(y, Var) and (y.shape, y.dtype) == (x.shape, x.dtype) for y in pair)
        return pair if alike else []

    def _transposed(self, one: Instruction) -> list[Instruction]:
        """Write the transpose of a product as the product of the transposes.

        This gives it the memory layout of the arrays that it meets.
        """
        product = self._made_once(one.inputs[0], table.matmul)
        if product is None or not _turns(one):
            return [one]
        if any(not isinstance(x, Var) or len(x.shape) != 2 for x in product.inputs):
            return [one]
        turned, steps = list[Var](), list[Instruction]()
        for x in reversed(product.inputs):
            made = self.made.get(x)
            if made is not None and _turns(made):
                turned.append(made.inputs[0])
            else:
                turned.append(Var("", x.shape[::-1], x.dtype))
                steps.append(Instruction(table.transpose, [x], {}, turned[-1], one.comment))
        return [*steps, Instruction(table.matmul, turned, {}, one.output, one.comment)]

    def _logistic(self, one: Instruction) -> list[Instruction]:
        """Write s = 1 / (1 + e^(−x)) literally, and 1 − s, which its derivative needs, as s·e^(−x).

        The two then share the exponential, which takes longer than everything else. Where it would
        overflow, −x is capped, and s is about 1e-308 instead of something smaller or 0. The
        logarithm of s would then be -709 instead of x, so a logarithm's argument is left alone.
        """
        (x,), exponentials = one.inputs, self.exponentials
        negated = self.made.get(x)
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


def _turns(one: Instruction) -> bool:
    """Return whether it swaps rows and columns: axes (0, 1) leave them as they are."""
    axes = one.params.get("axes")
    return one.op is table.transpose and (axes is None or normal_axes(axes, len(axes)) == (1, 0))


def _product(pair: list[Var], z: Var, comment: str) -> list[Instruction]:
    """Write the sum of all elementwise products."""
    steps, flat = list[Instruction](), dict[Var, Var]()
    for x in pair:
        if x not in flat:
            flat[x] = x if len(x.shape) == 1 else Var("", (x.size,), x.dtype)
            shape = {"shape": (x.size,)}
            if flat[x] is not x:
                steps.append(Instruction(table.reshape, [x], shape, flat[x], comment))
    return [*steps, Instruction(table.matmul, [flat[x] for x in pair], {}, z, comment)]
