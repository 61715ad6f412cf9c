"""Print rows of the table and symbolic expressions as JavaScript, for a browser.

A row's local derivatives are printed from the formulas that its rules leave on symbols. Its forward
rule is the text that it states (`text={"javascript": "Math.cosh($x)"}`), which may call the
functions in `javascript.js` and `javascript_matrices.js`; or its operator; or its formula, if it is
made of other rows. Numbers are written so that they read back as the same double.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.algebra import Algebra
from autograd.printers.template import fill
from autograd.rows.facts import ATOM, NEGATION, PRODUCT, SUM
from autograd.rows.op import Op
from autograd.symbol import Symbol

TARGET = "javascript"

#: Operators that JavaScript has, and how tightly they bind.
_INFIX = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
_CALL = re.compile(r"[\w.]*\([^()]*\)")


def runtime(used: str | None = None) -> str:
    """Return the functions that printed text may call, as JavaScript without comments.

    used: a text; then only those functions that it needs, directly or through others.

    >>> print(runtime("square(x)"))
    "use strict";
    const square = (x) => x * x;
    """
    here = Path(__file__)
    files = (here.with_suffix(".js"), here.with_name("javascript_matrices.js"))
    written = "\n".join(file.read_text(encoding="utf-8") for file in files)
    lines = [re.sub(r"\s*//.*$", "", line) for line in written.splitlines()]
    whole = "\n".join(line for line in lines if line)
    if used is None:
        return whole
    begin, *parts = re.split(r"^(?=const )", whole, flags=re.MULTILINE)
    waiting, kept = [used], set[int]()
    while waiting:
        called = set(re.findall(r"\w+", waiting.pop()))
        for i, part in enumerate(parts):
            if i not in kept and part.split()[1] in called:
                kept.add(i)
                waiting.append(part)
    return (begin + "".join(parts[i] for i in sorted(kept))).rstrip("\n")


class JavaScriptError(TypeError):
    """A row that cannot be written as JavaScript."""


def number(x: float) -> str:
    """Write a number so that it reads back as the same double.

    >>> number(1.0), number(0.1), number(float("-inf")), number(-0.0)
    ('1', '0.1', '-Infinity', '-0')
    """
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return repr(x).removesuffix(".0")


def expression(x: object) -> str:
    """Write a symbolic expression (or a number) as JavaScript.

    Raises JavaScriptError for a row that has no text and no formula made of rows.

    >>> from autograd.rows import table
    >>> x, y = Symbol("x"), Symbol("y")
    >>> expression(1 - table.tanh(x * (y + 2)) ** 2)
    '1 - square(Math.tanh(x * (y + 2)))'
    """
    return _write(x)[0]


@dataclass(frozen=True)
class WrittenRow:
    """A row as JavaScript: its forward rule and local derivatives, as expressions.

    forward: written in the operands' names. partials: in these and `z`; None if no gradient flows.
    tally: for a reduction whose derivative is shared among elements, what each of them counts.

    For a row of any number of operands, `names` is `...xs`, and its partials are written in `x`,
    one of them, and `n`, the sum of the tallies.
    """

    names: tuple[str, ...]
    forward: str
    partials: tuple[str | None, ...]
    tally: str = ""


def row(op: Op) -> WrittenRow:
    """Return a row's rules as JavaScript.

    Raises JavaScriptError like `expression`, and for a row that only rearranges arrays.

    >>> from autograd.rows import table
    >>> row(table.div)
    WrittenRow(names=('x', 'y'), forward='x / y', partials=('1 / y', '-z / y'), tally='')
    """
    if not op.on_numbers:
        raise JavaScriptError(
            f"{op.name} rearranges arrays, but this JavaScript is for single numbers: turn the "
            "graph into one of single numbers first, with as_values"
        )
    z, x, n = Symbol("z"), Symbol("x"), Symbol("n")
    if op.elementwise:
        names = op.operand_names(op.arity)
        slopes = [op.slope(i, z, [*map(Symbol, names)]) for i in range(op.arity)]
        rules = tuple(None if d is None else expression(d) for d in slopes)
        return WrittenRow(names, _apply(op, list(names), [ATOM] * len(names))[0], rules)
    forward = _apply(op, ["...xs"], [ATOM])[0]
    if not op.reduces:
        return WrittenRow(("...xs",), forward, ())
    tally = "" if op.tally is None else expression(op.tally(z, x))
    return WrittenRow(("...xs",), forward, (expression(op.slope(0, z, [x], n)),), tally)


def _write(x: Any) -> tuple[str, int]:
    """Return the text of an expression, and how tightly it binds."""
    if not isinstance(x, Symbol):
        text = number(x)
        return text, NEGATION if text.startswith("-") else ATOM
    if x.op is None:
        return x.label, ATOM
    parts = [_write(y) for y in x.inputs]
    return _apply(x.op, [text for text, _ in parts], [binds for _, binds in parts])


def _apply(op: Op, texts: list[str], binds: list[int]) -> tuple[str, int]:
    """Write a row on operands, given by their texts and how tightly these bind."""
    template = op.text.get(TARGET, "")
    atoms = [t if b == ATOM else f"({t})" for t, b in zip(texts, binds, strict=True)]
    if callable(template):
        return f"({template(*atoms)})", ATOM
    if template == "$x":
        return texts[0], binds[0]
    if template == "-$x":
        return f"-{texts[0] if binds[0] > NEGATION else atoms[0]}", NEGATION
    if template == "square($x)" and texts[0].isidentifier():
        return f"{texts[0]} * {texts[0]}", PRODUCT
    if _CALL.fullmatch(template):
        return _filled(op, template, texts), ATOM
    if template:
        return f"({_filled(op, template, atoms)})", ATOM
    if op.infix in _INFIX:
        here = _INFIX[op.infix]
        left = texts[0] if binds[0] >= here else f"({texts[0]})"
        right = texts[1] if binds[1] > here and not texts[1].startswith("-") else f"({texts[1]})"
        return f"{left} {op.infix} {right}", here
    return f"({expression(_formula(op, atoms))})", ATOM


def _filled(op: Op, template: str, texts: Sequence[str]) -> str:
    if "$xs" in template:
        return template.replace("$xs", ", ".join(texts))
    return fill(template, op.operand_names(len(texts)), list(texts))


def _formula(op: Op, texts: list[str]) -> Symbol | float:
    """Return the formula of a row's own forward rule, for operands with these texts."""
    if op.gives_way:
        formula: Symbol | float = Algebra().formula(op(*map(Symbol, texts)))
        return formula
    try:
        found = op.scalar(*map(Symbol, texts)) if op.elementwise else None
    except Exception as error:  # a user's function may do anything with a symbol
        raise _unwritten(op) from error
    if not isinstance(found, Symbol | int | float) or isinstance(found, bool):
        raise _unwritten(op)
    return found


def _unwritten(op: Op) -> JavaScriptError:
    call = ", ".join(f"${name}" for name in op.operand_names(max(op.arity, 1)))
    return JavaScriptError(
        f"the row {op.name!r} has no text in JavaScript, and its forward rule is not a formula "
        f"made of rows: declare it with text={{{TARGET!r}: 'Math.{op.name}({call})'}}, the "
        "expression that computes it there, or write its rule with rows of the table"
    )


def key(op: Op, count: int) -> str:
    """Return the name that `rows` gives a row with `count` operands.

    >>> from autograd.rows import table
    >>> key(table.tanh, 1), key(table.dot, 5)
    ('tanh', 'dot of 5')
    """
    return op.name if op.elementwise or op.reduces else f"{op.name} of {count}"


def rows(used: Iterable[tuple[Op, int]]) -> str:
    """Return a JavaScript object of rows, by their `key`s, for a page to compute with.

    used: each row, with the number of its operands.

    `f(...xs)` is the forward rule; `d[i](z, ...xs)` is a local derivative, null if no gradient
    flows. A reduction has `each(z, x, n)` instead, where `n` is the sum of `tally(z, x)`, and a row
    of many operands `all(z, xs)`, the list of its derivatives. `outside(z, ...xs)` says whether a
    `Value` would raise.
    """
    written = {key(op, count): _object(op, count) for op, count in used}
    return "{" + ",\n".join(f"{json.dumps(name)}: {row}" for name, row in written.items()) + "}"


def _object(op: Op, count: int) -> str:
    written = row(op)
    names = ", ".join(written.names)
    parts = [f"f: ({names}) => {written.forward}"]
    if op.elementwise:
        rules = ["null" if d is None else f"(z, {names}) => {d}" for d in written.partials]
        parts.append(f"d: [{', '.join(rules)}]")
        outside = _outside(op)
        if outside:
            parts.append(f"outside: (z, {names}) => {outside}")
    elif op.reduces:
        parts.append(f"each: (z, x, n) => {written.partials[0]}")
        if written.tally:
            parts.append(f"tally: (z, x) => {written.tally}")
    else:
        parts.append(f"all: (z, x) => {_all_partials(op, count)}")
    return "{" + ", ".join(parts) + "}"


def _all_partials(op: Op, count: int) -> str:
    """Return the list of local derivatives; the operands are called x[0], x[1] and so on."""
    if f"{TARGET}, partials" in op.text:
        return _filled(op, str(op.text[f"{TARGET}, partials"]), ["...x"])
    xs = [Symbol(f"x[{i}]") for i in range(count)]
    every = map(expression, op.partials(Symbol("z"), xs, [True] * count))
    return f"[{', '.join(every)}]"


def _outside(op: Op) -> str:
    """Return the condition under which the row raises on a Python float; empty if never."""
    names = op.operand_names(op.arity)
    if op.domain:
        return _raises(op, "z", list(names))
    found = None if TARGET in op.text or op.infix in _INFIX else _formula(op, list(names))
    conditions = []
    waiting = [found]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Symbol) and part.op is not None:
            waiting += part.inputs
            if part.op.domain:
                texts = [expression(x) for x in part.inputs]
                conditions.append(_raises(part.op, expression(part), texts))
    return " || ".join(reversed(conditions))


def _raises(op: Op, z: str, xs: list[str]) -> str:
    if op.infix == "/":  # in Python ∞ / ∞ and an overflow raise nothing
        return f"({xs[1]}) === 0"
    return f"beyond({z}, {', '.join(xs)})"
