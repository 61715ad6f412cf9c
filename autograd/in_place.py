"""Formulas on large arrays as in-place NumPy instructions.

In an expression each operation makes a new array, which for large arrays takes longer than the
arithmetic. Here a result overwrites an operand that is no longer needed; only if there is none, it
goes into another array from the pool.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.algebra import parts_of
from autograd.large import fills
from autograd.rows.nodes import row_of
from autograd.rows.op import Op
from autograd.symbol import Symbol


def in_place(formula: Symbol, arguments: Sequence[str]) -> list[str]:
    r"""Return the statements that compute a formula on arrays `alike`, into an array `out`.

    arguments: the names in the formula. `g` and `z` are arrays, as may be some of the others.

    >>> g, z = Symbol("g"), Symbol("z")
    >>> print(*in_place(g * (1 - z ** 2), ["g", "z"]), sep="\n")
    np.square(z, out=out)
    np.subtract(1, out, out=out)
    np.multiply(g, out, out=out)
    """
    order = parts_of([formula])
    last: dict[object, int] = {
        x: i for i, part in enumerate(order) for x in part.inputs if isinstance(x, Symbol)
    }
    names: dict[object, str] = {}
    own = {"out"}  # our own arrays, which a result may overwrite
    free = ["out"]
    lines: list[str] = []
    for i, part in enumerate(order):
        op = row_of(part)
        xs = part.inputs
        texts = [names.get(x) or (x.label if isinstance(x, Symbol) else repr(x)) for x in xs]
        call = f"{_name(op)}({', '.join(texts)}"
        free += sorted({names[x] for x in xs if x in names and last[x] == i} & own)
        out = f"t{len(names) + 1}"
        if part is formula:
            out = "out"
            lines.append(f"{call}, out=out)" if fills(op) else f"out[...] = {call})")
        elif fills(op):
            if free:
                out = free.pop()
            else:
                lines.append(f"{out} = pool.like(out)")
            lines.append(f"{call}, out={out})")
        else:
            lines.append(f"{out} = {call})")
        names[part] = out
        if _is_array(part, arguments) and not op.truth and not op.view:
            own.add(out)
    return lines


def _is_array(part: Symbol, arguments: Sequence[str]) -> bool:
    """Return whether an operation is certain to return an array, though operands may be numbers."""
    found = set(part.names())
    return bool(found & {"g", "z"}) or found >= set(arguments) - {"g", "z"}


def _name(row: Op) -> str:
    """Return the name of a row's function: NumPy's name for it, or else the row's."""
    name: str = getattr(row.array, "__name__", "")
    return f"np.{name}" if getattr(np, name, None) is row.array else row.name
