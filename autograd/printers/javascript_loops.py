"""A recorded graph of arrays as one JavaScript function: loops over `Float64Array`s.

The shapes of a recording are fixed, so every index is written out with strides. Rows that only move
elements (a transpose, a slice, a stack) are recognised by running them on positions: if the result
is evenly spaced, it is a view and costs nothing. A chain of elementwise rows is one loop.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.graph import topological
from autograd.node import Node
from autograd.printers.javascript import TARGET, JavaScriptError, expression, number
from autograd.printers.javascript_mixing import (
    MIXING,
    WHOLE,
    added,
    as_place,
    gather,
    of_matrices,
    position,
)
from autograd.printers.places import (
    ArrayPlace,
    Printed,
    ProgramArray,
    computed_parts,
    evenly,
    folded,
    heads,
    indices,
    place,
)
from autograd.rows.op import Op
from autograd.rows.operands import normal_axes
from autograd.symbol import Symbol

_RECORDED = (Node, ProgramArray)
_LONGEST = 160  # characters of one inlined expression
_TABLE = 100_000  # elements of an index table


class Loops:
    r"""The function being written: where each node is stored, and the statements so far.

    given: the places of the leaves that are its arguments; other leaves are constants.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0])
    >>> loops = Loops([((x * 2.0) + 1.0).sum()], {x: place("x", (3,))})
    >>> print("\n".join([*loops.buffers, *loops.lines]))
    const t1 = new Float64Array(3);
    for (let i0 = 0; i0 < 3; i0 += 1) t1[i0] = (x[i0] * 2) + 1;
    const s1 = sum(t1);
    """

    def __init__(self, roots: Sequence[Printed], given: Mapping[object, ArrayPlace]) -> None:
        self.places: dict[object, ArrayPlace] = dict(given)
        self.buffers: list[str] = []
        self.lines: list[str] = []
        self._constants: dict[int, ArrayPlace] = {}
        self._keep: list[object] = []
        self._inlined: dict[object, str] = {}
        self._marks: list[ArrayPlace] = []
        self._count: Counter[str] = Counter()
        order = _order(roots, set(given))
        uses = Counter(x for node in order for x in _read(node))
        uses.update(roots)
        self._users: dict[object, Printed] = {
            x: node for node in order for x in node.inputs if isinstance(x, _RECORDED)
        }
        self._once = {node for node, n in uses.items() if n == 1}
        for node in order:
            self._write(node)

    def of(self, node: Any) -> ArrayPlace:
        """Return where a node's array is stored; write its loop first, if it was to be inlined."""
        if node not in self.places and node in self._inlined:
            self._loop(node, self._inlined.pop(node))
        return self.places[node]

    def number(self, node: Printed) -> str:
        """Return the text of a node's one element."""
        where = self.of(node)
        return where.at(["0"] * len(where.shape), where.shape)

    def copied(
        self, node: Printed, target: ArrayPlace, shape: Sequence[int], sign: str = "="
    ) -> str:
        """Return the statement that writes a node's elements to a place, or adds them there."""
        where = self.of(node)
        if where.is_flat() and target.is_flat():
            shape = (math.prod(shape),)
            where = place(where.name, shape, where.offset, where.base)
            target = place(target.name, shape, target.offset, target.base)
        names = indices(shape)
        one = f"{target.at(names, shape)} {sign} {where.at(names, shape)};"
        return f"{heads(names, shape)} {one}".strip()

    def name(self, kind: str) -> str:
        """Return a new name: t1, t2, … for arrays."""
        self._count[kind] += 1
        return f"{kind}{self._count[kind]}"

    def new(self, shape: Sequence[int], zero: bool = False) -> ArrayPlace:
        """Return a place for a new array; with `zero` it is cleared each time."""
        made = place(self.name("t"), shape)
        self.buffers.append(f"const {made.name} = new Float64Array({math.prod(shape)});")
        if zero:
            self.lines.append(f"{made.name}.fill(0);")
        return made

    def operand(self, x: Any) -> ArrayPlace | str:
        """Return where an operand is stored, or a number as text."""
        if isinstance(x, _RECORDED):
            return self.of(x)
        if np.ndim(x) == 0:
            return number(float(x))
        if id(x) not in self._constants:
            array = np.asarray(x, dtype=float)
            made = place(self.name("c"), array.shape)
            listed = ",".join(map(number, array.ravel().tolist()))
            self.buffers.append(f"const {made.name} = Float64Array.of({listed});")
            self._constants[id(x)] = made
            self._keep.append(x)
        return self._constants[id(x)]

    def _write(self, node: Printed) -> None:
        op = node.op
        if op is None:
            self.places[node] = as_place(self.operand(node.data))
        elif op.elementwise:
            self._elementwise(node)
        elif op.reduces:
            self._reduce(node)
        elif op.role in MIXING:
            MIXING[op.role](self, node)
        elif computed_parts(node.params.get("key")):
            gather(self, node)
        elif WHOLE in op.text:
            of_matrices(self, node)
        elif not op.on_numbers and TARGET in op.text:
            self._converted(node)
        else:
            self._move(node)

    def _converted(self, node: Printed) -> None:
        """Write a row that converts each element by itself, for example to a whole number."""
        where = self.operand(node.inputs[0])
        element = where if isinstance(where, str) else self._mark(where)
        template = node.op.text[TARGET]
        self._loop(node, template(element, **node.params))

    def _elementwise(self, node: Printed) -> None:
        operands = []
        for x in node.inputs:
            if isinstance(x, _RECORDED) and x in self._inlined:
                operands.append(self._inlined.pop(x))
                continue
            where = self.operand(x)
            operands.append(where if isinstance(where, str) else self._mark(where))
        written = _row(node.op, operands)
        user = self._users.get(node)
        joins = user is not None and user.op.elementwise and user.shape == node.shape
        whole = node.op.text.get(TARGET) or node.op.infix
        if node in self._once and joins and whole and len(written) < _LONGEST:
            self._inlined[node] = f"({written})"
        else:
            self._loop(node, written)

    def _mark(self, where: ArrayPlace) -> str:
        """Return a name that stands for an element of a place until its indices are known."""
        self._marks.append(where)
        return f"@{len(self._marks) - 1}@"

    def _loop(self, node: Printed, written: str) -> None:
        """Compute an expression for each element."""
        found = [self._marks[int(n)] for n in _marked(written)]
        if node.size == 1:
            name = self.name("s")
            text = _placed(written, found, ["0"] * node.ndim, node.shape)
            self.lines.append(f"const {name} = {text};")
            self.places[node] = ArrayPlace(name, node.shape, single=True)
            return
        out = self.new(node.shape)
        flat = all(p.single or (p.is_flat() and p.shape == node.shape) for p in found)
        shape = (node.size,) if flat else node.shape
        if flat:
            found = [p if p.single else place(p.name, shape, p.offset, p.base) for p in found]
        names = indices(shape)
        text = _placed(written, found, names, shape)
        target = place(out.name, shape).at(names, shape)
        self.lines.append(f"{heads(names, shape)} {target} = {text};")
        self.places[node] = out

    def _reduce(self, node: Printed) -> None:
        """Gather the elements to reduce, and call the row's function on them."""
        (x,) = node.inputs
        where = self.operand(x)
        if isinstance(where, str):
            where = ArrayPlace(where, (), single=True)
        shape = where.shape
        axes = normal_axes(node.params.get("axis"), len(shape))
        if node.op.linear and node.size == math.prod(shape) and node.op.number(1.0) == 1.0:
            self._move(node)  # the sum of one element
            return
        template = node.op.text.get(TARGET, "")
        if not isinstance(template, str) or "[$xs]" not in template:
            raise JavaScriptError(
                f"the reduction {node.op.name!r} has no text in JavaScript: declare it with "
                f"text={{{TARGET!r}: 'myReduction([$xs])'}}, a function of a list of numbers"
            )
        kept = [i for i in range(len(shape)) if i not in axes]
        reduced = [shape[i] for i in axes]
        names = [f"i{i}" for i in range(len(shape))]
        whole = where.is_flat() and not kept and not where.offset and not where.base
        gathered = where.name
        body = ""
        if not whole:
            gathered = self.name("r")
            self.buffers.append(f"const {gathered} = new Float64Array({math.prod(reduced)});")
            inner = [names[i] for i in axes]
            position = place(gathered, reduced).at(inner, reduced)
            body = f"{heads(inner, reduced)} {position} = {where.at(names, shape)};".strip()
        result = template.replace("[$xs]", gathered)
        if node.size == 1:
            name = self.name("s")
            self.lines += [body] if body else []
            self.lines.append(f"const {name} = {result};")
            self.places[node] = ArrayPlace(name, node.shape, single=True)
            return
        out = self.new([shape[i] for i in kept])
        outer = [names[i] for i in kept]
        target = out.at(outer, out.shape)
        self.lines.append(f"{heads(outer, out.shape)} {{ {body} {target} = {result}; }}")
        self.places[node] = place(out.name, node.shape)

    def _move(self, node: Printed) -> None:
        sources = [self.operand(x) for x in node.inputs]
        places_ = [ArrayPlace(s, (), single=True) if isinstance(s, str) else s for s in sources]
        try:
            which = self._traced(node, places_)
        except JavaScriptError:
            if len(node.inputs) == 1 and node.op.linear and added(self, node):
                return
            raise
        if node.size == 1 and places_[0].single:
            self.places[node] = ArrayPlace(places_[0].name, node.shape, single=True)
            return
        if len(places_) == 1:
            source = places_[0]
            positions = which if source.single else source.positions().ravel()[which]
            view = evenly(positions, node.shape)
            if source.single:
                self.places[node] = ArrayPlace(source.name, node.shape, single=True)
            elif view is not None:
                self.places[node] = ArrayPlace(
                    source.name, node.shape, view[1], view[0], source.base
                )
            else:
                self.places[node] = self._copied(node, source, positions)
            return
        out = self.new(node.shape)
        first = 0
        for source in places_:
            count = 1 if source.single else math.prod(source.shape)
            at = np.flatnonzero((which.ravel() >= first) & (which.ravel() < first + count))
            if source.single:
                self.put(out, at, ArrayPlace(source.name, at.shape, single=True))
            else:
                order = np.empty(count, dtype=int)
                order[which.ravel()[at] - first] = at
                self.put(out, order.reshape(source.shape), source)
            first += count
        self.places[node] = out

    def _traced(self, node: Printed, sources: Sequence[ArrayPlace]) -> np.ndarray:
        """Run the row on the positions of elements; return which element is where in the result.

        Raises JavaScriptError for a row that does more than move elements.
        """
        counts = [math.prod(p.shape) if not p.single else 1 for p in sources]
        ends = np.cumsum([0, *counts])
        shapes = [x.shape if isinstance(x, _RECORDED) else np.shape(x) for x in node.inputs]
        ids = [np.arange(a, a + n) for a, n in zip(ends, counts, strict=False)]
        wide = [  # one number may stand for a whole array of equal ones
            i.reshape(shape) if i.size == math.prod(shape) else np.full(shape, i[0])
            for i, shape in zip(ids, shapes, strict=True)
        ]
        try:
            run = node.op.compute
            which = np.asarray(run(*wide, **node.params)).astype(int)
            probe = np.random.default_rng(0).normal(size=int(ends[-1]))
            moved = run(*[probe[w] for w in wide], **node.params)
            only_moves = np.allclose(moved, probe[which], rtol=1e-6)
        except Exception as error:
            raise _cannot(node.op) from error
        if not only_moves:
            raise _cannot(node.op)
        return which

    def _copied(self, node: Printed, source: ArrayPlace, positions: np.ndarray) -> ArrayPlace:
        out = self.new(node.shape)
        shape = folded(
            positions.reshape(-1) if len(node.shape) < 2 else positions.reshape(node.shape)
        )
        names = indices(shape)
        at = position(self, positions, shape, names)
        element = f"{source.name}[{f'{source.base} + ' if source.base else ''}{at}]"
        target = place(out.name, shape).at(names, shape)
        self.lines.append(f"{heads(names, shape)} {target} = {element};".strip())
        return out

    def put(
        self, out: ArrayPlace, positions: np.ndarray, source: ArrayPlace, add: bool = False
    ) -> None:
        """Write the elements of a source to positions in `out`."""
        shape = folded(positions)
        if shape != positions.shape and source.shape == positions.shape:
            (stride,) = source.strides or (0,)
            strides = (stride * shape[1], stride)
            source = ArrayPlace(
                source.name, shape, strides, source.offset, source.base, source.single
            )
        names = indices(shape)
        target = f"{out.name}[{position(self, positions, shape, names)}]"
        sign = "+=" if add else "="
        self.lines.append(
            f"{heads(names, shape)} {target} {sign} {source.at(names, shape)};".strip()
        )

    def table(self, positions: np.ndarray) -> str:
        """Return the name of an array of these whole numbers."""
        if positions.size > _TABLE:
            raise JavaScriptError(
                f"an index of {positions.size:,} elements is too long for a page; use a slice, or "
                "smaller arrays"
            )
        name = self.name("p")
        listed = ",".join(map(str, positions.ravel().tolist()))
        self.buffers.append(f"const {name} = Int32Array.of({listed});")
        return name


# --- pieces of text -----------------------------------------------------------------------------


def _marked(written: str) -> list[str]:
    return written.split("@")[1::2]


def _placed(
    written: str, found: Sequence[ArrayPlace], names: Sequence[str], shape: Sequence[int]
) -> str:
    parts = written.split("@")
    elements = [where.at(names, shape) for where in found]
    return "".join(part if i % 2 == 0 else elements[i // 2] for i, part in enumerate(parts))


def _row(op: Op, operands: Sequence[str]) -> str:
    return expression(Symbol(op=op, inputs=tuple(map(Symbol, operands))))


def _order(roots: Sequence[Printed], given: set[object]) -> list[Printed]:
    """Return what the roots depend on, inputs first, down to the given leaves."""
    order = topological(roots, lambda node: node not in given, _read)
    return [node for node in order if node not in given]


def _read(node: Printed) -> list[Any]:
    """Return what must be computed before a node: its operands, and the arrays in an index."""
    parts = computed_parts(node.params.get("key")) if node.op is not None else []
    return [*(x for x in node.inputs if isinstance(x, _RECORDED)), *parts]


def _cannot(op: Op) -> JavaScriptError:
    return JavaScriptError(
        f"the row {op.name!r} does more than move elements or add them up, and has no loops in "
        "JavaScript: write what you need with matmul, elementwise rows and reductions"
    )
