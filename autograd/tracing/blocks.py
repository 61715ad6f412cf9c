"""Run long chains of elementwise operations block by block.

Each operation on a million numbers reads and writes them through main memory. On blocks that fit
into the processor's cache, a whole chain reads its inputs and writes its results only once. The
buffers in between are reused as soon as their contents are no longer needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np

from autograd.rows import table
from autograd.rows.facts import ATOM
from autograd.tracing.program import Instruction, Program, Var
from autograd.tracing.text import Text

BLOCK = 16384  # elements: 128 kB of float64
LARGE = 1 << 15  # elements: below this, a loop in Python costs more than it saves
_FEWEST = 3  # operations that make a loop worthwhile


class Chain:
    """Elementwise instructions of one shape, and the sums over them, as one loop."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.instructions: list[Instruction] = []
        self.sums: list[Instruction] = []

    def lines(self, source: Any, wanted: set[Var]) -> list[str]:
        """Return the text of the loop. wanted: the results that are needed after it."""
        self._sums_of_products(wanted)
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
        body, buffers = _Body(source, names, made).of(self)
        lines += [f"{name} = {made_so}" for name, made_so in buffers.items()]
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

    def _sums_of_products(self, wanted: set[Var]) -> None:
        """Turn the sum of a product that nothing else reads into a dot product: one pass only."""
        readers = [x for one in [*self.instructions, *self.sums] for x in one.vars()]
        made = {one.output: one for one in self.instructions}
        for i, one in enumerate(self.sums):
            (x,) = one.inputs
            product = made.get(x)
            if product is None or product.op not in (table.mul, table.square) or x in wanted:
                continue
            alike = all(isinstance(y, Var) and y.shape == self.shape for y in product.inputs)
            if alike and readers.count(x) == 1 and x.dtype.kind == "f":
                pair = (product.inputs * 2)[:2]
                self.sums[i] = Instruction(one.op, pair, one.params, one.output, one.comment)
                self.instructions.remove(product)

    def in_order(self) -> Iterator[Instruction]:
        """Yield each sum directly after what it sums."""
        waiting, known = list(self.sums), set[Var]()
        made = {one.output for one in self.instructions}
        for one in self.instructions:
            yield one
            known.add(one.output)
            ready = [s for s in waiting if all(x in known or x not in made for x in s.vars())]
            yield from ready
            waiting = [s for s in waiting if s not in ready]


class _Body:
    """The text that processes one block, and the buffers that it needs, by name."""

    def __init__(self, source: Any, names: dict[Var, str], made: set[Var]) -> None:
        self.source, self.names, self.made = source, names, made
        self.at: dict[Var, str] = dict(names)
        self.buffers: dict[str, str] = {}
        self._free: dict[Any, list[str]] = {}
        self._full: dict[Any, str] = {}
        self._numbers = count(1)

    def of(self, chain: Chain) -> tuple[list[str], dict[str, str]]:
        """Return its lines, and how each buffer is made."""
        every = [*chain.in_order()]
        last = {x: i for i, one in enumerate(every) for x in one.vars()}
        lines: list[str] = []
        said, forward = "", True
        for i, one in enumerate(every):
            if forward and one.output in self.source.backward:
                lines.append("# backward")
                forward = False
            if one.comment and one.comment != said:
                lines.append(f"# {one.comment}")
            said = one.comment
            xs = [self._operand(x, one) for x in one.inputs]
            for x in dict.fromkeys(one.vars()):
                inside = x in self.made and x not in self.names
                if inside and last[x] == i and self.at[x] in self.buffers:
                    self._free.setdefault(np.dtype(x.dtype), []).append(self.at[x])
            lines.append(self._sum(one, xs) if one in chain.sums else self._step(one, xs))
        return lines, self.buffers

    def _operand(self, x: Any, one: Instruction) -> Text:
        if x in self.at:
            return self.at[x], ATOM
        if one.op in (table.maximum, table.minimum) and not isinstance(x, Var):
            # With a number in its place NumPy takes two to three times as long.
            dtype = np.dtype(one.output.dtype)
            if (x, dtype) not in self._full:
                self._full[x, dtype] = name = self.source.fresh("limit")
                self.buffers[name] = f"np.full({BLOCK}, {x!r}, np.{dtype})"
            return self._full[x, dtype], ATOM
        text: Text = self.source.operand(x, one)
        return text

    def _sum(self, one: Instruction, xs: list[Text]) -> str:
        (x, _), *rest = xs
        text = f"np.add.reduce({x})"
        if rest:
            text = f"{x}.dot({rest[0][0]})" if self.source.terse else f"{x} @ {rest[0][0]}"
        return f"{self.source.name(one.output)} += {text}"

    def _step(self, one: Instruction, xs: list[Text]) -> str:
        call, output = _call(one, xs, self.source), one.output
        if call is None and output not in self.names:
            self.at[output] = self.source.name(output)
            return f"{self.at[output]} = {self.source.expression(one, xs)[0]}"
        if output not in self.names:
            dtype = np.dtype(output.dtype)
            pool = self._free.setdefault(dtype, [])
            if not pool:
                pool.append(self.source.fresh(f"buffer{next(self._numbers)}"))
                self.buffers[pool[-1]] = f"np.empty({BLOCK}, np.{dtype})"
            self.at[output] = pool.pop()
        if call is None:
            return f"{self.at[output]}[...] = {self.source.expression(one, xs)[0]}"
        return f"{call}, out={self.at[output]})"


def _call(one: Instruction, xs: list[Text], source: Any) -> str | None:
    """Return the unfinished call of a NumPy function that takes out=; None for any other."""
    if isinstance(one.op.array, np.ufunc):
        return f"np.{one.op.array.__name__}({', '.join(text for text, _ in xs)}"
    text: str = source.expression(one, xs)[0]
    named = re.fullmatch(r"np\.(\w+)\((.*)\)", text)
    if named and isinstance(getattr(np, named[1]), np.ufunc) and "(" not in named[2]:
        return text[:-1]
    return None


def _shape_of(one: Instruction) -> tuple[int, ...] | None:
    """Return the large shape that an instruction works on elementwise, if it does."""
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
    """Return the instructions in an order that keeps long chains together."""
    waiting = list(program.instructions)
    if all(_shape_of(one) is None for one in waiting):
        return [*waiting]
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
