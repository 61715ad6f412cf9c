"""Write a program as NumPy code, and compile it.

The text is meant to be read: one statement per instruction, the user's labels and variables as
names, and a comment that says where a line comes from: the scopes, or else the line of the user's
code. It is in `linecache` for as long as the function lives, so tracebacks and debuggers show it.
"""

from __future__ import annotations

import linecache
import math
import weakref
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from autograd.rows.facts import ATOM, NEGATION
from autograd.rows.op import Op
from autograd.tracing.blocks import Chain, chained
from autograd.tracing.names import RESERVED, identifier
from autograd.tracing.program import Instruction, Program, Var
from autograd.tracing.quick import quicker
from autograd.tracing.text import Text, expression, targets_of

_SHORT = 8  # elements of a constant that is shown
_LINE = 100  # characters in a line with its comment
_WIDTH = 72  # characters in one expression
_number_of_sources = count(1)


class Source:
    """The text of one function being written: its names, and the objects that it mentions.

    terse: see `text.targets_of`.
    """

    def __init__(self, program: Program, terse: bool) -> None:
        self.program, self.terse = program, terse
        self.bound: dict[str, Any] = {"np": np, "inf": math.inf, "nan": math.nan}
        self._names: dict[Var, str] = {}
        self._taken: set[str] = set(RESERVED)
        self._numbers: dict[str, count[int]] = {}  # the next one for each name
        self._called: dict[Any, str] = {}
        #: the results of the backward pass
        self.backward = {one.output for one in program.backward} if program.gradients else set()
        #: expressions that are written into the line that uses them
        self.parts: dict[Var, Text] = {}
        for var in (*program.inputs, *program.upstream):
            self.name(var)

    def name(self, x: Var) -> str:
        """Return the name of an array in the text."""
        if x not in self._names:
            self._names[x] = self.fresh(x.name)
            if x.value is not None:
                self.bound[self._names[x]] = x.value
        return self._names[x]

    def fresh(self, wish: str) -> str:
        """Return an unused name."""
        name = wish
        numbers = self._numbers.setdefault(wish, count(2 if wish else 1))
        while not name or name in self._taken:
            name = f"{wish or 't'}{'_' if wish and wish[-1].isdigit() else ''}{next(numbers)}"
        self._taken.add(name)
        return name

    def called(self, what: Any, wish: str) -> str:
        """Return a name for an object that is not one of the program's arrays."""
        if what not in self._called:
            self._called[what] = self.fresh(wish)
        return self._called[what]

    def operand(self, x: Any, one: Instruction) -> Text:
        """Return an operand; a constant number is written as a literal if possible."""
        if not isinstance(x, Var):
            return _literal(x)
        if x in self.parts:
            return self.parts[x]
        if x.fixed and not x.shape and x.dtype == one.output.dtype:
            alike = [y for y in one.inputs if isinstance(y, Var) and (y.value is None or y.shape)]
            flags = one.output.dtype == np.float64 and all(y.dtype == bool for y in alike)
            if any(y.dtype == one.output.dtype for y in alike) or flags:
                return _literal(float(x.value))
        return self.name(x), ATOM

    def expression(self, one: Instruction, operands: list[Text] | None = None) -> Text:
        """Return the right-hand side of an instruction."""
        if operands is None:
            operands = [self.operand(x, one) for x in one.inputs]
        targets = targets_of(one, self.terse)
        return expression(one, operands, targets, self._function, self._part)

    def _function(self, op: Op) -> str:
        name = self.called(op, identifier(op.name))
        self.bound[name] = getattr(op, "array", op)
        return name

    def _part(self, x: Any) -> str:
        """Return the name of an array in an index."""
        return self.name(
            x if isinstance(x, Var) else Var("index", np.shape(x), None, np.asarray(x))
        )


def _literal(x: Any) -> Text:
    text = repr(x)
    return text, NEGATION if text.startswith("-") else ATOM


def write(
    program: Program, name: str, terse: bool = False, plain: bool = False
) -> tuple[str, dict[str, Any]]:
    """Return the text of a function that runs the program, and the objects behind its names.

    plain: without NumPy-only optimisations.
    """
    program = program if plain else quicker(program)
    source = Source(program, terse)
    arguments = ", ".join(source.name(var) for var in (*program.inputs, *program.upstream))
    lines = [f"def {name}({arguments}):"]
    if source.backward:
        lines.append("    # forward")
    lines += _statements(source, program.instructions if plain else chained(program))
    outputs = [source.name(x) if isinstance(x, Var) else repr(x) for x in program.outputs]
    lines.append(f"    return {', '.join(outputs) or '()'}{',' if len(outputs) == 1 else ''}")
    lines[1:1] = [
        f"    # {name}: {_shown(value)}"
        for name, value in source.bound.items()
        if isinstance(value, np.ndarray) and not name.startswith(("ones_", "zeros_"))
    ]
    return "\n".join(lines) + "\n", source.bound


def _statements(source: Source, order: Sequence[Instruction | Chain]) -> list[str]:
    lines = list[str]()
    wanted = {x for x in source.program.outputs if isinstance(x, Var)}
    inside = _parts(order, wanted, source.backward)
    said, announced = "", not source.backward
    for i, one in enumerate(order):
        if isinstance(one, Chain):
            later = {x for other in order[i + 1 :] for x in _read(other)}
            lines += [f"    {line}" for line in one.lines(source, wanted | later)]
            continue
        if not announced and one.output in source.backward:
            lines.append("    # backward")
            announced, said = True, ""
        text = source.expression(one)
        if len(text[0]) > _WIDTH:
            for x in one.vars():
                if x in source.parts:
                    part = source.parts.pop(x)
                    lines.append(f"    {source.name(x)} = {part[0]}")
            text = source.expression(one)
        if one.output in inside:
            source.parts[one.output] = text
            continue
        line = f"    {source.name(one.output)} = {text[0]}"
        if one.comment and one.comment != said:
            line = _commented(line, one.comment)
        said = one.comment
        lines.append(line)
    return lines


def _commented(line: str, comment: str) -> str:
    """Return a line with a comment, placed above it if there is no room after it."""
    together = f"{line}  # {comment}"
    return together if len(together) <= _LINE else f"    # {comment}\n{line}"


def _shown(constant: Any) -> str:
    """Return the contents of a short constant array, or the shape and type of a long one."""
    if constant.size > _SHORT:
        return f"a constant of shape {constant.shape}, {constant.dtype}"
    return str(constant.tolist())


def _parts(order: Sequence[Instruction | Chain], named: set[Var], backward: set[Var]) -> set[Var]:
    """Return the results that are read once, nearby, and so can be inlined there."""
    readers: dict[Var, list[Instruction | Chain]] = {}
    for one in order:
        for x in _read(one):
            readers.setdefault(x, []).append(one)
    found = set()
    for one in order:
        if isinstance(one, Chain) or one.output in named or one.output.name:
            continue
        (reader, *others) = readers.get(one.output, [one])
        if others or isinstance(reader, Chain) or reader is one:
            continue
        same_phase = (one.output in backward) == (reader.output in backward)
        if same_phase and one.comment == reader.comment and one.output in reader.inputs:
            found.add(one.output)
    return found


def _read(one: Instruction | Chain) -> list[Var]:
    every = [one] if isinstance(one, Instruction) else [*one.instructions, *one.sums]
    return [x for each in every for x in each.vars()]


def compiled(text: str, name: str, bound: dict[str, Any]) -> Callable[..., Any]:
    """Compile the text of a function, and register it for tracebacks while it lives."""
    filename = f"<autograd:trace {name} {next(_number_of_sources)}>"
    namespace = dict(bound)
    exec(compile(text, filename, "exec"), namespace)  # noqa: S102 - the program, written above
    function: Callable[..., Any] = namespace[name]
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    weakref.finalize(function, linecache.cache.pop, filename, None)
    return function
