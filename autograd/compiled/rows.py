"""Prints the formulas of the table as C, into `rows.h`.

    python -m autograd.compiled.rows nn.activations nn.losses

The modules named there declare rows of their own: activations and errors, which are printed too.
The file is kept with the sources, so that building needs neither NumPy nor the table; a test checks
that it matches the table. A row with a formula that cannot be written in C stays a flat Python
function.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from autograd.generate import assignments, formula_text
from autograd.printers.c import NotInCError, source
from autograd.rows.elementwise import Elementwise
from autograd.rows.registry import primitives

FILE = Path(__file__).with_name("rows.h")

_HEAD = """\
/* The formulas of the table, printed from it by autograd/compiled/rows.py; never edited.

   Each function computes what a row records: the result, and the derivative by each operand
   that is a node. It returns 0 where Python may raise an error: its function is called then. */
"""

#: The functions of a row in C: the name of each, and the derivatives that it computes.
_UNARY = (("unary", ("dx",)),)
_BINARY = (("both", ("dx", "dy")), ("first", ("dx",)), ("second", ("dy",)))


def header() -> str:
    """Return the text of `rows.h`.

    >>> print(header().partition("/* exp: ")[2].partition("/* ")[0].rstrip())
    z = exp(x);  ∂z/∂x = z */
    static int
    exp_unary(double x, double *z_, double *dx_)
    {
        int fine = 1;
        const double z = OK(exp(x));
        const double dx = z;
        *z_ = z, *dx_ = dx;
        return fine;
    }
    """
    functions, entries = [], []
    for op in primitives().values():
        if isinstance(op, Elementwise) and op.arity <= 2:
            try:
                functions += [f"/* {op.name}: {formula_text(op)} */", *_functions(op)]
            except NotInCError:
                continue
            entries.append(_entry(op))
    table = "\n".join(["static const Formula FORMULAS[] = {", *entries, "    {0},", "};"])
    return "\n".join([_HEAD, *functions, table, ""])


def _cases(op: Elementwise) -> Sequence[tuple[str, tuple[str, ...]]]:
    return _UNARY if op.arity == 1 else _BINARY


def _functions(op: Elementwise) -> list[str]:
    operands = ", ".join(f"double {x}" for x in ("x", "y")[: op.arity])
    texts = []
    for case, wanted in _cases(op):
        results = ", ".join(f"double *{name}_" for name in ("z", *wanted))
        lines = [
            f"    const double {name} = {'0.0' if formula is None else source(formula)};"
            for name, formula in assignments(op, wanted)
            if name not in ("dx", "dy") or name in wanted
        ]
        stores = ", ".join(f"*{name}_ = {name}" for name in ("z", *wanted))
        head = f"static int\n{op.name}_{case}({operands}, {results})\n{{"
        texts.append("\n".join([head, "    int fine = 1;", *lines, f"    {stores};"]))
        texts[-1] += "\n    return fine;\n}\n"
    return texts


def _entry(op: Elementwise) -> str:
    gives = [int(formula is not None) for formula in op.d] + [0]
    functions = ", ".join(f".{case} = {op.name}_{case}" for case, _ in _cases(op))
    return (
        f'    {{.name = "{op.name}", .text = "{formula_text(op)}",\n     .has_dx = {gives[0]}, '
        f".has_dy = {2 * gives[1]}, {functions}}},"
    )


if __name__ == "__main__":
    for module in sys.argv[1:]:
        import_module(module)
    FILE.write_text(header(), encoding="utf-8")
