"""Rows that mix elements, as JavaScript loops: matrix products, and computed positions.

An index whose integers are known when the program is printed is a view, or a table of positions
(javascript_loops.py). If the program computes them, as for an embedding of words, each element is
looked up while the page runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from autograd.printers.javascript import JavaScriptError
from autograd.printers.places import (
    ArrayPlace,
    along_axes,
    computed_parts,
    evenly,
    heads,
    indices,
    is_array,
    place,
)

#: What is printed: a node, or a `ProgramArray`.
Made = Any


class Writer(Protocol):
    """What these rows need of the function being written: see `Loops`."""

    lines: list[str]
    places: dict[object, ArrayPlace]

    def operand(self, x: object) -> ArrayPlace | str: ...
    def name(self, kind: str) -> str: ...
    def new(self, shape: Sequence[int], zero: bool = False) -> ArrayPlace: ...
    def table(self, positions: np.ndarray) -> str: ...
    def put(
        self, out: ArrayPlace, positions: np.ndarray, source: ArrayPlace, add: bool = False
    ) -> None: ...


def as_place(x: ArrayPlace | str) -> ArrayPlace:
    """Return the place of an operand; a number as text is a place of one element."""
    return ArrayPlace(x, (), single=True) if isinstance(x, str) else x


def _matmul(loops: Writer, node: Made) -> None:
    """Write x @ y (+ bias) as loops, over stacks of matrices too."""
    x, y = (as_place(loops.operand(operand)) for operand in node.inputs[:2])
    bias = as_place(loops.operand(node.inputs[2])) if len(node.inputs) > 2 else None
    inner = x.shape[-1]
    left = (
        ArrayPlace(x.name, (1, *x.shape), (0, *x.strides), x.offset, x.base)
        if len(x.shape) == 1
        else x
    )
    right = y
    if len(y.shape) == 1:
        right = ArrayPlace(y.name, (*y.shape, 1), (*y.strides, 0), y.offset, y.base)
    stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    shape = (*stack, left.shape[-2], right.shape[-1])
    names = indices(shape)
    k = "k"
    a = left.at([*names[:-1], k], (*stack, left.shape[-2], inner))
    b = right.at([*names[:-2], k, names[-1]], (*stack, inner, right.shape[-1]))
    if math.prod(shape) == 1:
        name = loops.name("s")
        begin = bias.at([], ()) if bias is not None and bias.single else None
        start = begin or ("0" if bias is None else bias.at(["0"] * len(bias.shape), bias.shape))
        total = f"for (let k = 0; k < {inner}; k += 1) {name} += {a} * {b};"
        loops.lines.append(f"let {name} = {start}; {total}")
        loops.places[node] = ArrayPlace(name, node.shape, single=True)
        return
    out = loops.new(shape)
    target = out.at(names, shape)
    start = "0" if bias is None else bias.at(names, shape)
    if inner == 1:
        plus = "" if bias is None else f"{start} + "
        loops.lines.append(f"{heads(names, shape)} {target} = {plus}{a} * {b};")
    else:
        body = (
            f"let s = {start}; for (let k = 0; k < {inner}; k += 1) s += {a} * {b}; {target} = s;"
        )
        loops.lines.append(f"{heads(names, shape)} {{ {body} }}")
    loops.places[node] = place(out.name, node.shape)


def _scatter(loops: Writer, node: Made) -> None:
    """Write zeros with elements added at their places."""
    (y,) = node.inputs
    shape = node.params["shape"]
    if computed_parts(node.params["key"]):
        source, out = as_place(loops.operand(y)), loops.new(shape, zero=True)
        wide = _choices(node.params["key"], shape)[0].shape
        names = indices(wide)
        target = _element(loops, out, node.params["key"], wide, names)
        one = f"{target} += {source.at(names, wide)};"
        loops.lines.append(f"{heads(names, wide)} {one}".strip())
        loops.places[node] = out
        return
    positions = np.arange(math.prod(shape)).reshape(shape)[node.params["key"]]
    out = loops.new(shape, zero=True)
    loops.put(out, np.asarray(positions), as_place(loops.operand(y)), add=True)
    loops.places[node] = out


def _einsum(loops: Writer, node: Made) -> None:
    """Write a sum of products over the letters that the result lacks."""
    inputs, output = node.params["subscripts"].split("->")
    parts = [as_place(loops.operand(x)) for x in node.inputs]
    lengths: dict[str, int] = {}
    for letters, x in zip(inputs.split(","), node.inputs, strict=True):
        lengths.update(
            zip(letters, np.shape(x) if isinstance(x, np.ndarray) else x.shape, strict=True)
        )
    called = {letter: f"i{i}" for i, letter in enumerate(lengths)}
    factors = [
        x.at([called[c] for c in letters], [lengths[c] for c in letters])
        for x, letters in zip(parts, inputs.split(","), strict=True)
    ]
    summed = [c for c in lengths if c not in output]
    inner = heads([called[c] for c in summed], [lengths[c] for c in summed])
    product = " * ".join(factors)
    if not output:
        name = loops.name("s")
        loops.lines.append(f"let {name} = 0; {inner} {name} += {product};")
        loops.places[node] = ArrayPlace(name, node.shape, single=True)
        return
    out = loops.new(node.shape)
    names = [called[c] for c in output]
    target = out.at(names, out.shape)
    body = f"{{ let s = 0; {inner} s += {product}; {target} = s; }}"
    loops.lines.append(f"{heads(names, out.shape)} {body}")
    loops.places[node] = out


def _running_sum(loops: Writer, node: Made) -> None:
    """Write the running sum of the elements along an axis."""
    source, out = as_place(loops.operand(node.inputs[0])), loops.new(node.shape)
    axis = node.params["axis"] % len(node.shape)
    names = indices(node.shape)
    before = ArrayPlace(out.name, out.shape, out.strides, -out.strides[axis]).at(names, out.shape)
    total = f"{source.at(names, node.shape)} + ({names[axis]} > 0 ? {before} : 0)"
    several = node.shape[axis] > 1
    one = f"{out.at(names, node.shape)} = {total if several else source.at(names, node.shape)};"
    loops.lines.append(f"{heads(names, node.shape)} {one}".strip())
    loops.places[node] = out


MIXING: Mapping[str, Callable[[Writer, Any], None]] = {
    "product": _matmul,
    "layer": _matmul,
    "scatter": _scatter,
    "sum of products": _einsum,
    "running sum": _running_sum,
}


#: The target of rows that work on whole matrices: the name of a function in javascript_matrices.js.
WHOLE = "javascript, arrays"


def of_matrices(loops: Writer, node: Made) -> None:
    """Write a decomposition: copies of its operands, and one call for a stack of matrices."""
    parts = [as_place(loops.operand(x)) for x in node.inputs]
    shapes = [tuple(x.shape) for x in node.inputs]
    lead = np.broadcast_shapes(*(shape[:-2] for shape in shapes))
    given = []
    for part, shape in zip(parts, shapes, strict=True):
        wide = (*lead, *shape[-2:])
        copy, names = loops.new(wide), indices(wide)
        one = f"{copy.at(names, wide)} = {part.at(names, wide)};"
        loops.lines.append(f"{heads(names, wide)} {one}".strip())
        given.append(f"[{copy.name}, {shape[-2]}, {shape[-1]}]")
    out = loops.new(node.shape)
    call = ", ".join([node.op.text[WHOLE], out.name, str(math.prod(lead)), *given])
    loops.lines.append(f"matrix_stack({call});")
    loops.places[node] = out


def added(loops: Writer, node: Made) -> bool:
    """Write a row whose vjp only moves elements, so that the row adds up what the vjp spreads.

    Return whether it is such a row; running its rule on positions tells.
    """
    (x,) = node.inputs
    where = as_place(loops.operand(x))
    whole = np.arange(math.prod(node.shape)).reshape(node.shape)
    probe = np.random.default_rng(0).normal(size=node.shape)
    shape, rule = x.shape, node.op.rule(0)
    numbers = np.random.default_rng(1).normal(size=shape)
    try:
        back, moved = (rule(g, g, np.zeros(shape), **node.params) for g in (whole, probe))
        right = node.op.compute(numbers, **node.params)
    except Exception:  # a rule of another kind may do anything with such numbers
        return False
    positions = np.asarray(back).astype(int)
    if positions.shape != shape or not np.allclose(moved, probe.ravel()[positions]):
        return False
    sums = np.bincount(positions.ravel(), numbers.ravel(), minlength=whole.size)
    if not np.allclose(sums.reshape(node.shape), right):
        return False
    out = loops.new(node.shape, zero=True)
    loops.put(out, positions, where, add=True)
    loops.places[node] = out
    return True


# --- positions that the program computes ---------------------------------------------------------


def gather(loops: Writer, node: Made) -> None:
    """Write the elements at positions that the program computes."""
    source = as_place(loops.operand(node.inputs[0]))
    if source.single:  # one number stands for all elements
        loops.places[node] = ArrayPlace(source.name, node.shape, single=True)
        return
    out = loops.new(node.shape)
    names = indices(node.shape)
    element = _element(loops, source, node.params["key"], node.shape, names)
    one = f"{out.at(names, node.shape)} = {element};"
    loops.lines.append(f"{heads(names, node.shape)} {one}".strip())
    loops.places[node] = out


def _element(
    loops: Writer, array: ArrayPlace, key: object, shape: tuple[int, ...], names: Sequence[str]
) -> str:
    """Return the text of the element that a key selects from an array, given the indices."""
    base, chosen = _choices(key, array.shape)
    terms = [position(loops, array.positions().ravel()[base], shape, names)]
    for part, axis, which in chosen:
        if isinstance(part, np.ndarray):
            table = np.asarray(part).ravel()[which] % array.shape[axis]
            at = position(loops, table, shape, names)
        else:
            where = as_place(loops.operand(part))
            held = _looked_up(loops, where, which, shape, names)
            at = f"chosen({held}, {array.shape[axis]})"
        stride = array.strides[axis]
        terms.append(at if stride == 1 else f"{stride} * {at}")
    terms += [array.base] if array.base else []
    written = [term for term in terms if term != "0"] or ["0"]
    return f"{array.name}[{' + '.join(written)}]"


def _choices(
    key: Any, shape: tuple[int, ...]
) -> tuple[np.ndarray, list[tuple[object, int, np.ndarray]]]:
    """Return where a key would point if each of its arrays held 0, and what each array adds.

    The latter is the array, the axis along which it selects, and which of its elements is used at
    each position of the result.
    """
    parts = key if isinstance(key, tuple) else (key,)
    if any(part is None or part is Ellipsis for part in parts):
        raise JavaScriptError(
            "in JavaScript, an index that the program computes can stand only beside slices and "
            "whole numbers: insert new axes with reshape"
        )
    zeros = tuple(np.zeros(part.shape, int) if is_array(part) else part for part in parts)
    base = np.arange(math.prod(shape)).reshape(shape)[zeros]
    found = []
    for axis, part in enumerate(parts):
        if not is_array(part):
            continue
        count = math.prod(part.shape)
        along = np.arange(count).reshape([count if i == axis else 1 for i in range(len(shape))])
        numbers = np.broadcast_to(along, [count if i == axis else n for i, n in enumerate(shape)])
        here = np.arange(count).reshape(part.shape)
        found.append((part, axis, numbers[(*zeros[:axis], here, *zeros[axis + 1 :])]))
    return base, found


def _looked_up(
    loops: Writer,
    where: ArrayPlace,
    which: np.ndarray,
    shape: tuple[int, ...],
    names: Sequence[str],
) -> str:
    """Return the text of the element of an array that each index reads."""
    if where.single:
        return where.name
    at = position(loops, where.positions().ravel()[which], shape, names)
    return f"{where.name}[{f'{where.base} + ' if where.base else ''}{at}]"


def position(
    loops: Writer, positions: np.ndarray, shape: tuple[int, ...], names: Sequence[str]
) -> str:
    """Return the text of a whole number for each index: evenly spaced, or from tables."""
    view = evenly(positions, shape)
    if view is not None:
        return ArrayPlace("", shape, view[1], view[0]).index(names, shape)
    whole = np.asarray(positions).reshape(shape)
    parts = along_axes(whole) if whole.ndim > 1 else None
    if parts is None:
        return place(loops.table(whole), shape).at(names, shape)
    terms = [
        position(loops, part, part.shape, [name]) for part, name in zip(parts, names, strict=True)
    ]
    first = str(whole.flat[0])
    return " + ".join([term for term in (*terms, first) if term != "0"] or ["0"])
