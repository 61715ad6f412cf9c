"""Write a program out as NumPy code, and compile it.

The text is meant to be read: a statement for each instruction, the user's labels and variables
as names, and where a line comes from as a comment: the scopes, or else the line of the user's
code. It is registered, so that tracebacks and debuggers show it too.
"""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from autograd import ops
from autograd.rows.elementwise import Elementwise
from autograd.rows.op import Op
from autograd.rows.reduction import Reduction
from autograd.trace.blocks import LARGE, Chain, chained
from autograd.trace.program import RESERVED, Instruction, Program, Var, bare, identifier

_SMALL = 1 << 16  # elements
_SHORT = 8  # elements of a constant that is shown
_LINE = 100  # characters in a line with its comment
_WIDTH = 72  # characters in one expression
_number_of_sources = count(1)

# Rows whose array rule is not one NumPy function, and their spelling here.
_SPELLED: dict[Op, str] = {
    ops.relu: "np.maximum({0}, 0)",
    ops.where: "np.where({0}, {1}, {2})",
}
_REDUCED: dict[Op, str] = {
    ops.sum: "np.add.reduce",
    ops.max: "np.maximum.reduce",
    ops.min: "np.minimum.reduce",
}


class Source:
    """The text of one function under way: its names, and the objects that it mentions.

    terse: write small matrix products and column sums in the way that is quickest, not in the
        way that is plainest (`x.dot(W)` takes two thirds of the time of `x @ W`).
    """

    def __init__(self, program: Program, terse: bool) -> None:
        self.program, self.terse = program, terse
        self.bound: dict[str, Any] = {"np": np, "inf": math.inf, "nan": math.nan}
        self._names: dict[Var, str] = {}
        self._taken: set[str] = set(RESERVED)
        self._numbers: dict[str, count[int]] = {}  # the next one for each name
        self._called: dict[Any, str] = {}
        #: what is squared for a sum alone, which is then a product with itself
        self.squares = _only_summed(program)
        #: the results of the backward pass
        self.backward: set[Var] = set()
        #: parts of a line that have no line of their own
        self.parts: dict[Var, str] = {}
        for var in program.inputs:
            self.text_of(var)

    def text_of(self, x: Any) -> str:
        """Return what an operand is called in the text."""
        if not isinstance(x, Var):
            return repr(x)
        if x in self.parts:
            return self.parts[x]
        if x not in self._names:
            self._names[x] = self.fresh(x.name)
            if x.value is not None:
                self.bound[self._names[x]] = x.value
        return self._names[x]

    def fresh(self, wish: str) -> str:
        """Return a name that nothing has yet."""
        name = wish
        numbers = self._numbers.setdefault(wish, count(2 if wish else 1))
        while not name or name in self._taken:
            name = f"{wish or 't'}{'_' if wish and wish[-1].isdigit() else ''}{next(numbers)}"
        self._taken.add(name)
        return name

    def called(self, what: Any, wish: str) -> str:
        """Return the name of something that is no array of the program."""
        if what not in self._called:
            self._called[what] = self.fresh(wish)
        return self._called[what]

    def operand(self, x: Any, one: Instruction) -> str:
        """Return an operand; a constant number is written as such where it can be."""
        if isinstance(x, Var) and x.fixed and not x.shape and x.dtype == one.output.dtype:
            alike = [y for y in one.inputs if isinstance(y, Var) and (y.value is None or y.shape)]
            flags = one.output.dtype == np.float64 and all(y.dtype == bool for y in alike)
            if any(y.dtype == one.output.dtype for y in alike) or flags:
                return repr(float(x.value))
        text = self.text_of(x)
        return f"({text})" if text.startswith("-") or _is_compound(text) else text

    def expression(self, one: Instruction, operands: list[str] | None = None) -> str:
        """Return the right-hand side of an instruction."""
        op: Any = one.op
        if isinstance(op, Reduction):
            return self._reduction(one)
        xs = operands or [self.operand(x, one) for x in one.inputs]
        if op is ops.matmul:
            small = all(len(x.shape) == 2 and x.size < _SMALL for x in one.inputs)
            return f"{xs[0]}.dot({bare(xs[1])})" if small and self.terse else f"{xs[0]} @ {xs[1]}"
        if op in _SPELLED:
            return _SPELLED[op].format(*map(bare, xs))
        if op is ops.neg:
            return f"-{xs[0]}"
        if op is ops.identity:  # a copy, so that no two gradients are one array
            x = bare(xs[0])
            if one.output.shape:
                return f"{xs[0]}.copy()"
            if _is_number(x):
                return f"np.asarray({x})" if self.terse else x
            return f"+{x}"
        if isinstance(op, Elementwise):
            if op.infix and op is not ops.pow:  # ** would give complex numbers of floats
                left, right = xs
                if op in (ops.add, ops.sub):  # a product or an earlier sum needs no parentheses
                    left = bare(left)
                    right = bare(right) if not _top_level(bare(right)) & {"+", "-"} else right
                    if _negative(right):  # a + (-b * c) is a - b * c
                        right = _negative(right)
                        return f"{left} {'-' if op is ops.add else '+'} {right}"
                return f"{left} {op.infix} {right}"
            if isinstance(op.array, np.ufunc):
                return f"np.{op.array.__name__}({', '.join(map(bare, xs))})"
            return f"{self._function(op)}({', '.join(map(bare, xs))})"
        written = getattr(self, f"_write_{op.name}", None)
        if written is not None:
            text: str = written(one, xs)
            return text
        xs = [
            text if not isinstance(x, Var) or x.shape else f"np.asarray({text})"
            for x, text in zip(one.inputs, xs, strict=True)
        ]
        params = [f"{k}={self._param(v)}" for k, v in one.params.items()]
        return f"{self._function(op)}({', '.join([*xs, *params])})"

    def _function(self, op: Any) -> str:
        name = self.called(op, identifier(op.name))
        self.bound[name] = op.array
        return name

    def _ones(self, n: int, dtype: Any) -> str:
        name = self.called((n, dtype), f"ones_{n}")
        self.bound[name] = np.ones(n, dtype)
        return name

    def _reduction(self, one: Instruction) -> str:
        op: Any = one.op
        keepdims = ", keepdims=True" if one.params.get("keepdims") else ""
        given = one.params.get("axis")
        if isinstance(given, tuple) and len(given) == 1:
            given = given[0]
        axis = f"axis={given!r}"
        x = one.inputs[0]
        squared = self.squares.get(x)
        if op is ops.sum and not one.output.shape and squared is not None:
            text = self.text_of(squared)
            return f"np.vdot({text}, {text})"
        xs = [bare(self.operand(x, one))]
        floats = x.dtype.kind == "f"  # counts of conditions and integers are wider than those
        if op is ops.sum and given == 0 and len(x.shape) == 2 and floats and not keepdims:
            return f"{self._ones(x.shape[0], x.dtype)}.dot({xs[0]})"
        if op is ops.mean:
            n = one.inputs[0].size // max(one.output.size, 1)
            return f"np.add.reduce({xs[0]}, {axis}{keepdims}) / {n}"
        if op in _REDUCED:
            return f"{_REDUCED[op]}({xs[0]}, {axis}{keepdims})"
        kept = bool(one.params.get("keepdims"))
        return f"{self._function(op)}({xs[0]}, {axis}, keepdims={kept})"

    def _write_reshape(self, one: Instruction, xs: list[str]) -> str:
        if not one.inputs[0].shape:  # it may be a float
            return f"np.reshape({xs[0]}, {one.output.shape!r})"
        return f"{xs[0]}.reshape({one.output.shape!r})"

    def _write_transpose(self, one: Instruction, xs: list[str]) -> str:
        axes = one.params.get("axes")
        return f"{xs[0]}.T" if axes is None else f"{xs[0]}.transpose({axes!r})"

    def _write_astype(self, one: Instruction, xs: list[str]) -> str:
        return f"{xs[0]}.astype(np.{np.dtype(one.params['dtype']).name})"

    def _write_broadcast_to(self, one: Instruction, xs: list[str]) -> str:
        return f"np.broadcast_to({xs[0]}, {one.output.shape!r})"

    def _write_getitem(self, one: Instruction, xs: list[str]) -> str:
        array = xs[0] if one.inputs[0].shape else f"np.asarray({xs[0]})"
        return f"{array}[{self._index(one.params['key'])}]"

    def _write_concatenate(self, one: Instruction, xs: list[str]) -> str:
        axis = one.params.get("axis", 0)
        return f"np.concatenate([{', '.join(xs)}]{f', axis={axis}' if axis else ''})"

    def _write_stack(self, one: Instruction, xs: list[str]) -> str:
        axis = one.params.get("axis", 0)
        return f"np.stack([{', '.join(xs)}]{f', axis={axis}' if axis else ''})"

    def _index(self, key: Any) -> str:
        if isinstance(key, tuple):
            return ", ".join(map(self._index, key)) or "()"
        if isinstance(key, slice):
            start, stop, step = (
                "" if e is None else str(e) for e in (key.start, key.stop, key.step)
            )
            return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
        if isinstance(key, Var):
            return self.text_of(key)
        if key is Ellipsis:
            return "..."
        if isinstance(key, np.ndarray | list):
            return self.text_of(Var("index", np.shape(key), None, np.asarray(key)))
        return repr(key)

    def _param(self, value: Any) -> str:
        if isinstance(value, tuple):
            parts = [self._param(e) for e in value]
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        if isinstance(value, Var):
            return self.text_of(value)
        if isinstance(value, np.dtype):
            return f"np.{value.name}"
        if isinstance(value, np.ndarray):
            return self.text_of(Var("index", value.shape, None, value))
        return repr(value)


def write(
    program: Program, name: str, backward: set[Var] | None = None, terse: bool = False
) -> tuple[str, dict[str, Any]]:
    """Return the text of a function that runs the program, and what its names mean.

    backward: the results of the backward pass, to be introduced by a comment.
    """
    source = Source(program, terse)
    source.backward = backward or set()
    arguments = ", ".join(source.text_of(var) for var in program.inputs)
    lines = [f"def {name}({arguments}):"]
    if backward:
        lines.append("    # forward")
    wanted = {x for x in program.outputs if isinstance(x, Var)}
    order = chained(program)
    inside = _parts(order, wanted | set(source.squares.values()), backward or set())
    said = ""
    announced = False
    for i, one in enumerate(order):
        if isinstance(one, Chain):
            later = {x for other in order[i + 1 :] for x in _read(other)}
            lines += [f"    {line}" for line in one.lines(source, wanted | later)]
            continue
        if backward and not announced and one.output in backward:
            lines.append("    # backward")
            announced, said = True, ""
        if one.output in source.squares:
            continue
        expression = source.expression(one)
        if len(expression) > _WIDTH:
            for x in one.vars():
                if x in source.parts:
                    part = source.parts.pop(x)
                    lines.append(f"    {source.text_of(x)} = {part}")
            expression = source.expression(one)
        if one.output in inside:
            source.parts[one.output] = expression
            continue
        line = f"    {source.text_of(one.output)} = {expression}"
        if one.comment and one.comment != said:
            line = _commented(line, one.comment)
        said = one.comment
        lines.append(line)
    outputs = [source.text_of(x) for x in program.outputs]
    lines.append(f"    return {', '.join(outputs) or '()'}{',' if len(outputs) == 1 else ''}")
    lines[1:1] = [
        f"    # {name}: {_shown(value)}"
        for name, value in source.bound.items()
        if isinstance(value, np.ndarray) and not name.startswith("ones_")
    ]
    return "\n".join(lines) + "\n", source.bound


def _commented(line: str, comment: str) -> str:
    """Return a line with a comment, which stands above it if there is no room behind it."""
    together = f"{line}  # {comment}"
    return together if len(together) <= _LINE else f"    # {comment}\n{line}"


def _shown(constant: Any) -> str:
    """Return what a constant array is, if that is short, or of which kind."""
    if constant.size > _SHORT:
        return f"a constant of shape {constant.shape}, {constant.dtype}"
    return str(constant.tolist())


def _parts(order: list[Instruction | Chain], named: set[Var], backward: set[Var]) -> set[Var]:
    """Return the results that are read once, nearby, and can be part of the line that does."""
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
        if same_phase and one.comment == reader.comment:
            found.add(one.output)
    return found


def _is_compound(text: str) -> bool:
    """Whether a text is an operation that binds less tightly than a call or an index."""
    return bool(_top_level(text))


def _top_level(text: str) -> set[str]:
    """Return the operators of a text that stand outside of all parentheses."""
    depth, found = 0, set()
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if c == " " and depth == 0 and text[i + 1 : i + 2] in "+-*/@":
            found.add(text[i + 1])
    return found


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "").replace("e-", "").replace("e+", "").isdigit()


def _negative(text: str) -> str:
    """Return what a text that starts with a minus is without it; nothing for others."""
    if _top_level(text) & {"+", "-"}:
        return ""
    if text.startswith("(-"):
        number, _, rest = text[2:].partition(")")
        return number + rest if _is_number(number) else ""
    return text[1:] if text.startswith("-") else ""


def _only_summed(program: Program) -> dict[Var, Var]:
    """Return squares used once, by a sum over all of them, and not worth a loop; and of what."""
    users: dict[Var, list[Instruction]] = {}
    for one in program.instructions:
        for x in one.vars():
            users.setdefault(x, []).append(one)
    outputs = {x for x in program.outputs if isinstance(x, Var)}
    found = {}
    for one in program.instructions:
        x = one.output
        if one.op is ops.square and x not in outputs and x.size < LARGE and x.dtype.kind == "f":
            by = users.get(x, [])
            if len(by) == 1 and by[0].op is ops.sum and not by[0].output.shape:
                found[x] = one.inputs[0]
    return found


def _read(one: Instruction | Chain) -> list[Var]:
    every = [one] if isinstance(one, Instruction) else [*one.instructions, *one.sums]
    return [x for each in every for x in each.vars()]


def compiled(text: str, name: str, bound: dict[str, Any]) -> Callable[..., Any]:
    """Compile the text of a function, and register it for tracebacks."""
    filename = f"<autograd:trace {name} {next(_number_of_sources)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = dict(bound)
    exec(compile(text, filename, "exec"), namespace)  # noqa: S102 - the program, written above
    function: Callable[..., Any] = namespace[name]
    return function
