"""Write one instruction as NumPy code, with the program's names for its operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.printers.numpy import row_text
from autograd.printers.template import Part
from autograd.rows.facts import ATOM
from autograd.rows.op import Op
from autograd.tracing.program import Instruction, Var

Text = Part

_SMALL = 1 << 16  # elements


def expression(
    one: Instruction,
    operands: list[Text],
    targets: tuple[str, ...],
    name_of: Callable[[Op], str],
    name_of_part: Callable[[Any], str],
) -> Text:
    """Return the right-hand side of an instruction.

    operands: the texts of its operands.
    targets: the printers' targets, best first; the row's text for the first that it knows is used.
    name_of: returns a name for a row without text. name_of_part: one for a part of an index.
    """
    if not one.op.elementwise:
        operands = [
            (f"np.asarray({t[0]})", ATOM) if isinstance(x, Var) and not x.shape else t
            for x, t in zip(one.inputs, operands, strict=True)
        ]
    first = one.inputs[0] if one.inputs else None
    return row_text(
        one.op,
        operands,
        one.params,
        targets=targets,
        count=first.size // max(one.output.size, 1) if isinstance(first, Var) else 0,
        name_of=name_of,
        name_of_part=name_of_part,
    )


def targets_of(one: Instruction, terse: bool) -> tuple[str, ...]:
    """Return which texts of its row suit an instruction, the best one first.

    terse: write products of small matrices in the quickest way rather than the plainest (`x.dot(W)`
        takes two thirds of the time of `x @ W`).
    """
    small = terse and all(
        isinstance(x, Var) and 0 < len(x.shape) < 3 and x.size < _SMALL for x in one.inputs
    )
    return ("numpy, small matrices", "numpy") if small else ("numpy",)
