"""Flat Python functions for each row of the table, written from its formulas.

An operation on `Value`s is a few arithmetic instructions; a general dispatch around them would take
several times as long. So a flat function is written from the formulas that the row's rules leave on
symbols, and compiled. Its text is registered, so tracebacks, debuggers and `inspect.getsource` show
it:

>>> import inspect
>>> from autograd import Value
>>> print(inspect.getsource(Value.tanh))
def tanh(p):
    # z = tanh(x);  ∂z/∂x = 1.0 - z * z
    try:
        x = p.raw
        z = tanh(x)
        dx = 1.0 - z * z
    except (ValueError, ArithmeticError):
        return beyond(op, p)
    for node in blank:  # as new(Value), but quicker
        break
    node.raw = z
    ...
"""

from __future__ import annotations

import keyword
import linecache
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.algebra import Algebra, Formula, leaves_of, statements
from autograd.in_place import in_place
from autograd.large import alike, fills
from autograd.pool import LARGE, pool
from autograd.printers.python import source
from autograd.rows import identities, table
from autograd.rows.elementwise import Elementwise
from autograd.rows.op import Op, Rule
from autograd.rows.registry import primitives
from autograd.symbol import Symbol, forward, operands, partial

_BUILD = """\
    for node in blank:  # as new(Value), but quicker
        break
    node.raw = z
    node.op = op
    node.first = p
    node.second = {q}
    node.d_first = dx
    node.d_second = {dy}
    node.grad_or_none = node.sum_so_far = None
    for node.made in clock:  # as next(clock), but quicker
        break
    if (origin := current()) is None:
        return node
    node.origin_if_any = origin
    return origin.made(node) if origin.watch else node
"""

#: The variables of the generated text, besides t1, t2, … for shared parts.
_NAMES = (
    "p",
    "q",
    "x",
    "y",
    "z",
    "dx",
    "dy",
    "node",
    "origin",
    "op",
    "g",
    "d",
    "like",
    "result",
    "out",
)
_SHARED = re.compile(r"t\d+")

#: What the code for large arrays refers to.
_ON_LARGE = {"np": np, "pool": pool, "alike": alike, "LARGE": LARGE}

#: The numbers whose repr is a name.
_NUMBERS = {"inf": math.inf, "nan": math.nan}

_UNARY = """\
def {name}(p):
    # {comment}
    try:
        x = p.raw
{both}
    except (ValueError, ArithmeticError):
        return beyond(op, p)
"""

_BINARY = """\
def {name}(p, q):
    # {comment}
    try:
        if type(q) is Value:
            y = q.raw
            if type(p) is Value:
                x = p.raw
{both}
            else:
                x = p = constant(p)
                if x is NotImplemented:
                    return x
{second}
        else:
            x = p.raw
            y = q = constant(q)
            if y is NotImplemented:
                return y
{first}
    except (ValueError, ArithmeticError):
        return beyond(op, p, q)
"""


def formulas(op: Elementwise) -> tuple[Formula, list[Formula | None]]:
    """Return the formulas of a row: its result, and its derivative with respect to each operand.

    Where a derivative contains the result, that is the same object, or the symbol `z`.
    """
    if op.formulas is None:
        return forward(op), [partial(op, i) for i in range(op.arity)]
    numbers = Algebra(identities.NUMBERS)
    z, partials = op.formulas
    return numbers.formula(z), [None if d is None else numbers.formula(d) for d in partials]


def assignments(op: Elementwise, wanted: Sequence[str]) -> list[tuple[str, Formula | None]]:
    """Return the assignments of a function that records `op`: z, and the wanted ones of dx and dy.

    If the other is not wanted, it is None.
    """
    z, partials = formulas(op)
    pairs = zip(("dx", "dy"), partials, strict=False)
    return statements([("z", z), *[(d, p if d in wanted else None) for d, p in pairs]], _mentions)


def formula_text(op: Elementwise) -> str:
    """Return the formulas of a row in one line.

    >>> formula_text(table.mul)
    'z = x * y;  ∂z/∂x = y;  ∂z/∂y = x'
    """
    comment = ";  ".join(_number_lines(op, ("dx", "dy")))
    for name, d in zip(operands(op), ("dx", "dy"), strict=False):
        comment = comment.replace(f"{d} = ", f"∂z/∂{name} = ")
    return comment


def function_text(op: Elementwise) -> str:
    """Return the source of the function that records `op` on one or two `Value`s."""

    def lines(wanted: Sequence[str], indent: int) -> str:
        return "\n".join(" " * indent + text for text in _number_lines(op, wanted))

    comment = formula_text(op)
    if op.arity == 1:
        head = _UNARY.format(name=op.name, comment=comment, both=lines(("dx",), 8))
        return head + _BUILD.format(q="None", dy="None")
    head = _BINARY.format(
        name=op.name,
        comment=comment,
        both=lines(("dx", "dy"), 16),
        first=lines(("dx",), 12),
        second=lines(("dy",), 16),
    )
    return head + _BUILD.format(q="q", dy="dy")


def _number_lines(op: Elementwise, wanted: Sequence[str]) -> list[str]:
    """Write those assignments for Python floats."""
    return [f"{name} = {_number_text(op, x)}" for name, x in assignments(op, wanted)]


def _number_text(op: Elementwise, formula: Formula | None) -> str:
    """Write a formula for Python floats."""
    if formula is None:
        return "None"
    text = _bare(source(formula, scalar=True))
    text = re.sub(r"-\(-(\w+)\)", r"\1", text)  # filled templates can leave double signs
    if isinstance(formula, Symbol) and formula.op is op:
        written = op.infix or "float" in op.text or "python" in op.text
        if not (written or getattr(op.scalar, "__module__", "") in ("math", "_operator")):
            return f"float({text})"  # NumPy's and SciPy's functions return numbers of their own
    return text


def _mentions(op: Op, position: int) -> int:
    """Return how often the text of a row for Python floats contains one of its operands."""
    template = op.text.get("float", "")
    if not isinstance(template, str) or not op.elementwise:
        return 1
    return max(1, template.count(f"${op.operand_names(op.arity)[position]}"))


def _bare(text: str) -> str:
    """Return a text without the parentheses around all of it, if there are any."""
    if not text.startswith("("):
        return text
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if not depth:
            return text[1:-1] if i == len(text) - 1 else text
    return text


def value_function(op: Elementwise, environment: dict[str, object]) -> Rule:
    """Compile that source; `environment` holds what the text calls by name."""
    taken = {*environment, *_NAMES}
    usable = op.name.isidentifier() and not keyword.iskeyword(op.name)
    if not usable or op.name in taken or _SHARED.fullmatch(op.name):
        raise ValueError(
            f"a primitive cannot be called {op.name!r}: code is generated with its name, which "
            "must be an identifier, not t with a number, and none of "
            f"{', '.join(sorted(taken))}"
        )
    names = {name: row.scalar for name, row in _rows().items()}
    function = _compiled(op, function_text(op), op.name, {**names, **environment, "op": op})
    # The text calls rows by their names, so the name of the function, too, must mean the row.
    function.__globals__.update({op.name: names[op.name]} if op.name in names else {})
    return function


def array_rule(op: Elementwise, position: int) -> Rule | None:
    """Compile one operand's contribution on arrays, `g` times the local derivative.

    >>> from autograd.rows import table
    >>> import inspect
    >>> print(inspect.getsource(array_rule(table.tanh, 0)).rstrip())
    def contribution(g, z, x):
        if z.nbytes >= LARGE and (like := alike(g, z)) is not None:
            out = pool.like(like)
            np.square(z, out=out)
            np.subtract(1, out, out=out)
            np.multiply(g, out, out=out)
            return out
        return g * (1 - z ** 2)
    """
    z, partials = formulas(op)
    if partials[position] is None:
        return None
    algebra = Algebra([*identities.ALGEBRA, *identities.PRODUCTS])
    product = table.mul(Symbol("g"), _with_result(partials[position], z))
    made = algebra.formula(product)
    # Even a product that is 0 has to be an array.
    made = made if isinstance(made, Symbol) else product
    return _on_arrays(op, f"contribution {position}", ["g", "z", *operands(op)], made)


def array_function(op: Elementwise) -> Rule:
    """Compile a row's result on arrays."""
    return _on_arrays(op, "array", list(operands(op)), formulas(op)[0])


def number_function(op: Elementwise) -> Rule:
    """Compile a composite's result on Python floats."""
    lines = [
        f"{name} = {_number_text(op, x)}"
        for name, x in statements([("z", formulas(op)[0])], _mentions)
    ]
    text = "\n    ".join([f"def number({', '.join(operands(op))}):", *lines, "return z\n"])
    return _compiled(op, text, "number", {name: row.scalar for name, row in _rows().items()})


def partial_function(op: Elementwise, position: int) -> Rule | None:
    """Compile a composite's local derivative, as a rule for all kinds of operand."""
    z, partials = op.formulas or formulas(op)
    d = partials[position]
    if d is None:
        return None
    lines = [f"{name} = {source(x)}" for name, x in statements([("d", _with_result(d, z))])]
    names = ", ".join(["z", *operands(op)])
    text = "\n    ".join([f"def partial({names}):", *lines, "return d\n"])
    return _compiled(op, text, "partial", dict(_rows()))


def _on_arrays(op: Elementwise, name: str, arguments: list[str], formula: Formula) -> Rule:
    function = name.split()[0]
    lines = [f"def {function}({', '.join(arguments)}):"]
    leaves = dict.fromkeys(x.label for x in leaves_of(formula))
    used = [name for name in arguments if name in leaves]
    mentioned = {*formula.names()} - set(arguments) if isinstance(formula, Symbol) else set()
    if mentioned and not mentioned & {*_ON_LARGE, "like", "out"}:
        lines += [f"    {line}" for line in _large(formula, used, arguments)]
    for part, x in statements([("return", formula)]):
        lines.append(f"    {part} = {source(x)}".replace("return =", "return"))
    names = {
        # A row that is no ufunc is called itself, since its function for arrays would return
        # an array even for numbers.
        name: row.array if isinstance(row.array, np.ufunc) else row
        for name, row in _rows().items()
    }
    text = "\n".join([*lines, ""])
    return _compiled(op, text, function, {**names, **_ON_LARGE}, name)


def _large(formula: Symbol, used: list[str], arguments: list[str]) -> list[str]:
    """Return the statements for large arrays; none if there is nothing to gain."""
    single = not any(isinstance(x, Symbol) and x.op is not None for x in formula.inputs)
    if single and not fills(formula.op):
        return []
    # Most arrays are small, and testing the size of one is quicker than a call.
    array = "z" if "z" in arguments else used[0] if len(arguments) == 1 else ""
    first = f"{array}.nbytes >= LARGE and " if array else ""
    return [
        f"if {first}(like := alike({', '.join(used)})) is not None:",
        "    out = pool.like(like)",
        *[f"    {step}" for step in in_place(formula, used)],
        "    return out",
    ]


def _with_result(d: Formula, z: Formula) -> Formula:
    """Return a formula in which the symbol `z` stands for the result of the row."""
    if d is z:
        return Symbol("z")
    if not isinstance(d, Symbol) or d.op is None:
        return d
    return Symbol(op=d.op, inputs=tuple(_with_result(x, z) for x in d.inputs))


def _rows() -> dict[str, Elementwise]:
    """Return the rows that formulas are made of, by their names in the generated text."""
    rows = primitives().items()
    return {n: row for n, row in rows if isinstance(row, Elementwise) and not row.gives_way}


def _compiled(op: Op, text: str, name: str, namespace: dict[str, object], what: str = "") -> Rule:
    """Compile a text, and register it for tracebacks and `inspect.getsource`."""
    filename = f"<autograd:{op.name}{', ' * bool(what)}{what}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    names: dict[str, Any] = {**namespace, **_NUMBERS}
    exec(compile(text, filename, "exec"), names)
    function: Rule = names[name]
    return function
