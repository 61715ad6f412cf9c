"""A formula on large arrays as NumPy instructions in place.

Written as an expression, each operation would make an array of its own, and on large arrays
that takes longer than the arithmetic. Here a result goes where an operand lay that nothing
needs any more, and only where there is none, into an array from the pool.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.algebra import parts_of
from autograd.pool import fills
from autograd.symbol import Symbol


def in_place(formula: Symbol, like: str) -> list[str]:
    r"""Return the statements that compute a formula; the last one returns it.

    like: a name in the formula, an array of the shape and type of the result.

    >>> from autograd.rows import table
    >>> g, z = Symbol("g"), Symbol("z")
    >>> print(*in_place(g * (1 - z ** 2), "g"), sep="\n")
    a1 = pool.like(g)
    np.square(z, out=a1)
    np.subtract(1, a1, out=a1)
    return np.multiply(g, a1, out=a1)
    """
    order = parts_of([formula])
    last = {x: i for i, part in enumerate(order) for x in part.inputs if isinstance(x, Symbol)}
    names: dict[Any, str] = {}
    own: set[str] = set()  # arrays of ours, that a result can go into
    free: list[str] = []
    lines: list[str] = []
    made = 0
    for i, part in enumerate(order):
        op: Any = part.op
        xs = part.inputs
        texts = [names.get(x) or (x.label if isinstance(x, Symbol) else repr(x)) for x in xs]
        done = {names[x] for x in xs if x in names and last[x] == i} & own
        if fills(op):
            free += sorted(done)
            if not free:
                made += 1
                free.append(f"a{made}")
                lines.append(f"a{made} = pool.like({like})")
            out = free.pop()
            text = f"{_name(op)}({', '.join(texts)}, out={out})"
            lines.append(f"return {text}" if i == len(order) - 1 else text)
        else:
            free += sorted(done)
            made += 1
            out = f"b{made}"
            text = f"{op.name}({', '.join(texts)})"
            lines.append(f"return {text}" if i == len(order) - 1 else f"{out} = {text}")
        names[part] = out
        if not op.truth and not op.view:
            own.add(out)
    return lines


def _name(row: Any) -> str:
    """Return what a row's function is called: as NumPy does, or by the row's own name."""
    name: str = row.array.__name__
    return f"np.{name}" if getattr(np, name, None) is row.array else row.name
