"""The facts that a row may state about itself, each with a safe default.

No other place in the package knows which row it has before it: the trace, the formulas, the
pictures and NumPy's protocol read these facts. Each default is the one that is safe for a row
that nobody has thought about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

#: How tightly the written form of a row binds: an operand that binds less is put in parentheses.
SUM, PRODUCT, NEGATION, POWER, ATOM = 1, 2, 3, 4, 9

#: How a row is written for one target: a text with `$x $y $c` for the operands (`$xs` for all of
#: them, `$axis`, `$shape`, … for parameters), or a function of those texts that returns one.
Template = str | Callable[..., str]

#: A sum of products as (pairs, single terms): `x·y + b` is `([(x, y)], [b])`.
Terms = tuple[Sequence[tuple[Any, Any]], Sequence[Any]]


def names_of(count: int) -> tuple[str, ...]:
    """Return what the operands of a row are called in its templates: x; x, y; or c, x, y.

    >>> names_of(2), names_of(4)
    (('x', 'y'), ('x0', 'x1', 'x2', 'x3'))
    """
    names = {1: ("x",), 2: ("x", "y"), 3: ("c", "x", "y")}
    return names.get(count) or tuple(f"x{i}" for i in range(count))


class Facts(TypedDict, total=False):
    """The keywords that every kind of row takes.

    symbol: what stands on the node in a graph; the name by default.
    latex: the formula with `$x $y $c` for the operands, and `$axis` where the axes stand as an
        index; a name with brackets by default.
    text: the same for other targets: "python" (numbers and arrays, rows by their names),
        "float" (Python floats, where there is a quicker way), "reading" (Python for people),
        "numpy" (code of a program), "numpy, small matrices", "onnx" (operators,
        "Log(Add($x, 1.0))"; a function is given what is written before the names: see
        onnx_forms.py), "javascript", and "javascript, partials" (the list of local derivatives,
        null where no gradient flows, if symbols cannot tell).
    infix: the operator by which Python, NumPy and most languages write it, between its operands.
    binds: how tightly the formula binds; as a function before its argument by default.
    chains: whether `a + (b + c)` may be written without parentheses; not so by default.
    linear: the positions of the operands in each of which alone it is linear, so that zeros
        there give zeros. None by default; all of them for a structural row.
    jointly: whether it is linear in all operands together, so that only zeros in all of them
        give zeros, as in a sum. Not so by default.
    view: whether the result may share memory with an operand. So by default, unless the row
        computes by one of NumPy's elementwise functions, which make a new array.
    repeats: whether the result may be a view that has one number at several places, as
        broadcasting makes. So by default, where it is a view at all.
    truth: whether the result is a truth value: 1.0 or 0.0 for numbers, booleans for arrays.
    terms: the result as a sum of products, `f(*xs)`, for rows that add and multiply.
    expand: the same result in terms of other rows, `f(*xs)`, for pictures and formulas.
    on_values: how it runs on arrays of `Value`s, `f(*arrays, **params)`, where the rule for arrays
        would fail or make more nodes than a reader wants, as for a matrix product.
    absent: `f(position, *xs)`, whether an operand is only a placeholder, as a bias of 0 is.
    operator: the Python operator that means this row: "add" for `__add__`, and with two
        operands `__radd__`.
    method: whether nodes have the row as a method, `x.tanh()`.
    numpy: the functions of NumPy that mean this row, besides an elementwise one that is its rule.
    role: its part in pictures and programs: "activation", "copy" (the same number as another
        node), "cast" (the same numbers in another type), "constant" (a copy without a gradient),
        "scatter" (elements added up in other places), "sum of products", "running sum",
        "choice" (one of its operands, by a number),
        "neuron" (a weighted sum: `terms` of pairs, weight first, and a bias), "product" and
        "layer" (of two matrices, x and weight, a layer's with a bias).
    """

    symbol: str
    latex: str
    text: Mapping[str, Template]
    infix: str
    binds: int
    chains: bool
    linear: Sequence[int]
    jointly: bool
    view: bool
    repeats: bool
    truth: bool
    terms: Callable[..., Terms]
    expand: Callable[..., object]
    on_values: Callable[..., object]
    absent: Callable[..., bool]
    operator: str
    method: bool
    numpy: Sequence[Callable[..., object]]
    role: str


class Stated:
    """The facts of one row, as it stated them or as they are assumed: see `Facts`."""

    #: The names of the facts that it stated.
    stated: frozenset[str] = frozenset()

    symbol: str
    latex: str
    text: Mapping[str, Template] = {}
    infix: str = ""
    binds: int = POWER
    chains: bool = False
    linear: Sequence[int] = ()
    jointly: bool = False
    view: bool = True
    repeats: bool = True
    truth: bool = False
    terms: Callable[..., Terms] | None = None
    expand: Callable[..., object] | None = None
    on_values: Callable[..., object] | None = None
    operator: str = ""
    method: bool = False
    numpy: Sequence[Callable[..., object]] = ()
    role: str = ""
    #: Whether its rules run on symbols, and so are formulas; those of a traced program do not.
    symbolic = True

    #: Whether no gradient depends on what the operands are, so that a graph need not keep them.
    forgets: bool = False
    #: Whether a row that is declared later may have this one's name. No formula mentions it then.
    gives_way: bool = False
    #: What the shapes must be, for the error when they are not; NumPy's own words if empty.
    expects: str = ""
    #: In words, where it is defined; empty: everywhere.
    domain: str = ""
    #: Whether it is one of the packages' own: its functions are written when they are first called,
    #: which keeps importing quick. What is wrong with a user's row is reported at once.
    proven: bool = False
