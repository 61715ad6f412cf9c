"""Long chains of elementwise operations, done block by block.

Each operation on a million numbers reads and writes them through main memory. Done on blocks
that fit into the processor's cache, a whole chain reads its inputs and writes its results
once. The buffers between are used again as soon as what they hold is not needed any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.rows import table
from autograd.rows.facts import ATOM
from autograd.tracing.program import Instruction, Program, Var
from autograd.tracing.text import Text

BLOCK = 16384  # elements: 128 kB of float64
LARGE = 1 << 15  # elements: below, a loop in Python costs more than it saves
_FEWEST = 3  # operations that are worth a loop


class Chain:
    """Elementwise instructions of one shape, and the sums over them, as one loop."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.instructions: list[Instruction] = []
        self.sums: list[Instruction] = []

    def lines(self, source: Any, wanted: set[Var]) -> list[str]:
        """Return the loop's text. wanted: the results that are needed after it."""
        made = {one.output for one in self.instructions}
        n = int(np.prod(self.shape))
        whole = dict.fromkeys(
            x
            for one in [*self.instructions, *self.sums]
            for x in one.vars()
            if x.shape == self.shape and x not in made
        )
        kept = [one.output for one in self.instructions if one.output in wanted]
        text = {x: source.name(x) for x in (*whole, *kept)}
        names = {x: source.called((x, "block"), f"{name}_block") for x, name in text.items()}
        flat = {x: source.called((x, "flat"), f"{name}_flat") for x, name in text.items()}
        lines = [f"{flat[x]} = {text[x]}.reshape(-1)" for x in whole]
        lines += [f"{flat[x]} = np.empty({n}, np.{np.dtype(x.dtype)})" for x in kept]
        for one in self.sums:
            zero = "0.0" if one.output.dtype.kind == "f" else "0"
            lines.append(f"{source.name(one.output)} = {zero}")
        body, buffers = self._body(source, names, made)
        for name, dtype in buffers.items():
            lines.append(f"{name} = np.empty({BLOCK}, np.{np.dtype(dtype)})")
        lines.append(f"for start in range(0, {n}, {BLOCK}):  # block by block, within the cache")
        stop = f"start + {BLOCK}"
        if n % BLOCK:
            lines.append(f"    stop = min(start + {BLOCK}, {n})")
            stop = "stop"
            if buffers:
                lines.append(f"    if stop - start < {BLOCK}:  # the last block is shorter")
                lines += [f"        {name} = {name}[: stop - start]" for name in buffers]
        lines += [f"    {name} = {flat[x]}[start:{stop}]" for x, name in names.items()]
        lines += [f"    {line}" for line in body]
        for x in kept:
            lines.append(f"{text[x]} = {flat[x]}.reshape({self.shape!r})")
        for one in self.sums:
            if one.op is table.mean:
                lines.append(f"{source.name(one.output)} /= {n}")
        return lines

    def _body(
        self, source: Any, names: dict[Var, str], made: set[Var]
    ) -> tuple[list[str], dict[str, Any]]:
        """Return what is done to one block, and the buffers that it takes."""
        every = [*self._in_order()]
        last = {x: i for i, one in enumerate(every) for x in one.vars()}
        at: dict[Var, str] = dict(names)
        free: dict[Any, list[str]] = {}
        buffers: dict[str, Any] = {}
        lines: list[str] = []
        said, forward = "", True
        for i, one in enumerate(every):
            if forward and one.output in source.backward:
                lines.append("# backward")
                forward = False
            if one.comment and one.comment != said:
                lines.append(f"# {one.comment}")
            said = one.comment
            xs = [(at[x], ATOM) if x in at else source.operand(x, one) for x in one.inputs]
            for x in dict.fromkeys(one.vars()):
                if x in made and x not in names and last[x] == i and at[x] in buffers:
                    free.setdefault(np.dtype(x.dtype), []).append(at[x])
            if one in self.sums:
                lines.append(f"{source.name(one.output)} += np.add.reduce({xs[0][0]})")
                continue
            call = _call(one, xs, source)
            if call is None and one.output not in names:
                at[one.output] = source.name(one.output)
                lines.append(f"{at[one.output]} = {source.expression(one, xs)[0]}")
                continue
            if one.output not in names:
                pool = free.setdefault(np.dtype(one.output.dtype), [])
                if not pool:
                    pool.append(source.fresh(f"buffer{len(buffers) + 1}"))
                    buffers[pool[-1]] = one.output.dtype
                at[one.output] = pool.pop()
            if call is None:
                lines.append(f"{at[one.output]}[...] = {source.expression(one, xs)[0]}")
            else:
                lines.append(f"{call}, out={at[one.output]})")
        return lines, buffers

    def _in_order(self) -> Iterator[Instruction]:
        """Each sum directly after what it sums."""
        for one in self.instructions:
            yield one
            yield from (s for s in self.sums if s.inputs[0] is one.output)
        made = {one.output for one in self.instructions}
        yield from (s for s in self.sums if s.inputs[0] not in made)


def _call(one: Instruction, xs: list[Text], source: Any) -> str | None:
    """Return the call of one of NumPy's functions that take out=, without its end; if it is one."""
    if isinstance(one.op.array, np.ufunc):
        return f"np.{one.op.array.__name__}({', '.join(text for text, _ in xs)}"
    text: str = source.expression(one, xs)[0]
    named = re.fullmatch(r"np\.(\w+)\((.*)\)", text)
    if named and isinstance(getattr(np, named[1]), np.ufunc) and "(" not in named[2]:
        return text[:-1]
    return None


def _shape_of(one: Instruction) -> tuple[int, ...] | None:
    """Return the large shape that an instruction works on element by element, if it does."""
    shape = one.output.shape
    if one.op.elementwise and one.output.size >= LARGE:
        # The blocks have one axis: with a (1, 1) they would become tables.
        if all(x.shape in (shape, (), (1,)) for x in one.vars()):
            return shape
    elif one.op in (table.sum, table.mean) and one.output.shape == ():
        x = one.inputs[0]
        if x.size >= LARGE:
            return tuple(x.shape)
    return None


def chained(program: Program) -> list[Instruction | Chain]:
    """Return the instructions in an order in which long chains are together."""
    waiting = list(program.instructions)
    known: set[Var] = set()
    outputs = {one.output for one in waiting}
    order: list[Instruction | Chain] = []

    def ready(one: Instruction, also: set[Var]) -> bool:
        return all(x in known or x in also or x not in outputs for x in one.vars())

    while waiting:
        rest = []
        for one in waiting:
            if _shape_of(one) is None and ready(one, set()):
                order.append(one)
                known.add(one.output)
            else:
                rest.append(one)
        progressed = len(rest) < len(waiting)
        waiting = rest
        if progressed:
            continue
        chain = Chain(next(s for one in waiting if (s := _shape_of(one)) and ready(one, set())))
        made: set[Var] = set()
        rest = []
        for one in waiting:
            if _shape_of(one) == chain.shape and ready(one, made):
                if one.op.elementwise:
                    chain.instructions.append(one)
                    made.add(one.output)
                else:
                    chain.sums.append(one)
            else:
                rest.append(one)
        waiting = rest
        known |= made | {one.output for one in chain.sums}
        together = [*chain.instructions, *chain.sums]
        order += [chain] if len(chain.instructions) >= _FEWEST else together
    return order
