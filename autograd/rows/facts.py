"""The facts that a row may state about itself, each with a safe default.

The trace, the formulas, the pictures and NumPy's protocol read these facts; none of them asks which
row it is dealing with. Each default is safe for a row whose author has not thought about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.checked_types import TypedDict

#: How tightly the written form of a row binds: an operand that binds less gets parentheses.
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
    latex: the formula with `$x $y $c` for the operands, and `$axis` for the axes as a subscript;
        by default the name, with the operands in parentheses.
    text: the same for other targets: "python" (numbers and arrays, rows by their names),
        "float" (Python floats, if there is a quicker way), "reading" (Python for people), "numpy"
        (code of a program), "numpy, small matrices", "c", "javascript", "javascript, partials" (the
        list of local derivatives, null where no gradient flows, if symbols cannot tell), and "onnx"
        (operators, "Log(Add($x, 1.0))", or a function: see onnx_forms.py).
    infix: the operator that Python, NumPy and most languages write between the operands.
    binds: how tightly the formula binds; by default like a function applied to its argument.
    chains: whether `a + (b + c)` may be written without parentheses; False by default.
    linear: the positions of operands in each of which, alone, it is linear, so that zeros there
        give zeros. By default none of them; for a structural row, all of them.
    jointly: whether it is linear in all operands together, so that only zeros in all of them
        give zeros, as in a sum. False by default.
    view: whether the result may share memory with an operand. True by default, unless the row
        computes with one of NumPy's elementwise functions, which make a new array.
    repeats: if it is a view, whether one number may be at several places in it, as after
        broadcasting. True by default.
    truth: whether the result is a truth value: 1.0 or 0.0 for numbers, booleans for arrays.
    terms: the result as a sum of products, `f(*xs)`, for rows that add and multiply.
    expand: the same result in terms of other rows, `f(*xs)`, for pictures and formulas.
    on_values: how it runs on arrays of `Value`s, `f(*arrays, **params)`, if the rule for arrays
        would fail there, or make more nodes than a reader wants, as for a matrix product.
    absent: `f(position, *xs)`, whether an operand is only a placeholder, as a bias of 0 is.
    operator: the Python operator that means this row: "add" for `__add__`, and with two
        operands `__radd__`.
    method: whether nodes have the row as a method, `x.tanh()`.
    numpy: NumPy's functions that mean this row, besides the ufunc that is its rule, if one is.
    role: its part in pictures and programs: "activation", "copy" (the same number as another
        node), "cast" (the same numbers in another type), "constant" (a copy without a gradient),
        "scatter" (elements added up in other places), "sum of products", "running sum",
        "choice" (one of its operands, chosen by a number), "neuron" (a weighted sum: `terms` are
        pairs, the weight first, and a bias), "product" (of two matrices) and "layer" (of x and a
        weight matrix, plus a bias).
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
    """The facts of one row, as stated or by default: see `Facts`."""

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
    #: Whether its rules run on symbols, and so give formulas; those of a traced function do not.
    symbolic = True

    #: Whether no gradient depends on the operands' data, so that a graph need not keep copies.
    forgets: bool = False
    #: Whether a row declared later may take over this one's name; then no formula mentions it.
    gives_way: bool = False
    #: What the shapes must be, for the error if they are not; if empty, NumPy's message is used.
    expects: str = ""
    #: Where it is defined, in words; empty if everywhere.
    domain: str = ""
    #: Whether it belongs to these packages. Its functions are then written when they are first
    #: called, which keeps importing quick; errors in a user's row are reported at once.
    proven: bool = False


def check(name: str, facts: Facts) -> None:
    """Raise TypeError for what a row cannot state."""
    unknown = facts.keys() - Facts.__annotations__.keys()
    if unknown:
        raise TypeError(
            f"primitive {name!r} does not take {', '.join(sorted(unknown))}=; a row can state "
            f"{', '.join(Facts.__annotations__)}"
        )
    functions = facts.get("numpy", ())
    if not isinstance(functions, Sequence) or not all(map(callable, functions)):
        raise TypeError(
            f"primitive {name!r}: numpy= takes a list of NumPy's functions, not {functions!r}"
        )
