"""A primitive operation: one row of the table, from which everything else is derived.

A row says how to compute and, locally, how to differentiate. There are three kinds, each in
a file of its own. `elementwise` (mul, exp): each result depends on one element of each
operand, and `d` holds ∂z/∂xᵢ for each operand. `reduction` (sum, max): one result of many
elements, and `d` is ∂z/∂x of each element. `structural` (matmul, reshape): the arrangement
matters, and `vjp` takes the upstream gradient `g` to the contribution of each operand.

The rules are ordinary lambdas on `z` (the output) and `x, y` (the inputs), written in terms
of other rows. So they run on floats, on arrays, on recorded nodes (which is what makes
higher derivatives), and on symbols (which is what makes formulas and generated code).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, Unpack

import numpy as np

from autograd.errors import (
    DomainError,
    RedeclaredWarning,
    describe,
    is_typed_in,
    source_line,
)
from autograd.rows.facts import POWER, Facts, Template, Terms

if TYPE_CHECKING:
    from autograd.rows.kinds import Kinds

Rule = Callable[..., Any]
R = TypeVar("R")


class Recorded(Protocol):
    """What tells a node, or a symbol, from a number without knowing its class."""

    label: str


#: A node of one kind: a row on nodes of one kind gives a node of that kind.
N = TypeVar("N", bound=Recorded)


class RecordedArray(Recorded, Protocol):
    """The same of a node that holds an array."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements."""
        ...


A = TypeVar("A", bound=RecordedArray)

_table: dict[str, Op] = {}


def primitives() -> dict[str, Op]:
    """Return the table of primitives, by name, in the order of definition.

    >>> list(primitives())[:3]
    ['add', 'sub', 'mul']
    """
    return dict(_table)


class Op:
    """What the three kinds of row share: a name, how it is written, and the dispatch.

    Calling a row computes it on any of the five kinds of operand: numbers, arrays, `Value`s,
    object arrays of `Value`s, `Tensor`s. `on` maps a class to the function that records the
    operation on objects of that class; `Value` and `Tensor` enter themselves there.
    """

    #: The names of the facts that it stated.
    stated: frozenset[str] = frozenset()

    # Facts that a row may state when it is declared; what they mean stands in facts.py.
    #: Whether no gradient depends on what the operands are, so that a graph need not keep them.
    forgets: bool = False

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
    expand: Rule | None = None
    on_values: Rule | None = None
    operator: str = ""
    method: bool = False
    numpy: Sequence[Any] = ()
    role: str = ""

    #: How many operands there are; -1 if any number.
    arity = -1

    # What a row's kind says of it.
    #: Whether each element of the result depends on one element of each operand.
    elementwise = False
    #: Whether each element of the result is made of many elements of the one operand.
    reduces = False
    #: Whether it has a meaning on single numbers, as rows that arrange arrays have not.
    on_numbers = True

    def __init__(self, name: str, **facts: Unpack[Facts]) -> None:
        unknown = facts.keys() - Facts.__annotations__.keys()
        if unknown:
            raise TypeError(
                f"primitive {name!r} does not take {', '.join(sorted(unknown))}=; a row can state "
                f"{', '.join(Facts.__annotations__)}"
            )
        self.typed_in = is_typed_in()
        before = _table.get(name)
        if before is not None:
            if not (before.gives_way or (self.typed_in and before.typed_in)):
                raise ValueError(
                    f"a primitive named {name!r} is already in the table; choose another name, or "
                    f"take that one out first: primitives()[{name!r}].remove()"
                )
            if self.typed_in and before.typed_in:
                # A cell that is edited and run again means the new row: refusing it would only
                # teach to restart the kernel. No registry, so that it is said each time.
                said = f"the primitive {name!r} is declared again: this row replaces the old one"
                warnings.warn_explicit(said, RedeclaredWarning, "<notebook>", 0)
        vars(self).update(facts)
        self.name = name
        self.symbol = facts.get("symbol") or self.infix or name
        self.stated = frozenset(facts)
        self.latex = facts.get("latex") or rf"\operatorname{{{name}}}$axis($x)".replace("_", r"\_")
        self.on: dict[type, Rule] = {}
        _table[name] = self
        try:
            for enter in _newcomers:
                enter(self)
        except BaseException:
            del _table[name]  # its rules do not run: a row that is half there would only confuse
            if before is not None:
                _table[name] = before
            raise

    def documented_by(self, function: Callable[..., Any]) -> Self:
        """Take over a function's docstring and signature, for `help`, editors and doctests."""
        update_wrapper(self, function)
        return self

    def remove(self) -> None:
        """Take this row out of the table, so that its name can be declared anew."""
        if _table.get(self.name) is self:
            del _table[self.name]

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Compute on any of the five kinds of operand."""
        return self.apply(*args, **params)

    def apply(self, *args: Any, **params: Any) -> Any:
        """Compute: on the first operand that is a node by its class, on the rest by `compute`."""
        on = self.on
        for x in args:
            if type(x) in on:
                result = on[type(x)](*args, **params)
                if result is not NotImplemented:
                    return result
        return self.compute(*args, **params)

    def choose(self, by: Kinds[R]) -> R:
        """Return what `by` has for a row of this kind."""
        raise NotImplementedError

    def operand_names(self, count: int) -> tuple[str, ...]:
        """Return what its operands are called in texts and formulas."""
        return ("x", "y", "c")[:count]

    def fits(self, operands: Sequence[Any]) -> bool:  # noqa: ARG002 - for rows that can tell
        """Whether the shapes of the operands are right: an error is about something else."""
        return False

    def rule(self, position: int) -> Rule | None:
        """Return how one operand's contribution comes from the upstream, on arrays and nodes.

        It is `f(g, z, *xs, **params)`; None where no gradient flows.
        """
        raise NotImplementedError

    def jvp(
        self,
        ts: Sequence[Any],
        z: Any,
        xs: Sequence[Any],
        params: Mapping[str, Any],
        rules: Sequence[Rule | None],
    ) -> Any:
        """Return how z moves when each x moves by its t (None: that one stands still).

        rules: for each operand its `rule`, or a quicker one that does the same.
        """
        raise NotImplementedError

    def local(self, position: int, z: Any, xs: Sequence[Any]) -> Any:  # noqa: ARG002 - see below
        """Return ∂z/∂x of one operand, where one number for each element says it; else None."""
        return None

    def whole(self, x: Any) -> Any:
        """Return whole numbers among the operands as the row computes on them."""
        return x

    def slope(self, position: int, z: Any, xs: Sequence[Any], tally: Any = None) -> Any:
        """Return ∂z/∂x of one element as a formula, for operands that are symbols.

        tally: the symbol of what a reduction counts. It is None where no single factor says it.
        """
        raise NotImplementedError

    def absent(self, position: int, *xs: Any) -> bool:  # noqa: ARG002 - for rows that can tell
        """Whether an operand is only a placeholder, as the bias of 0 of a `dot` without one."""
        return False

    #: Whether it is one of the packages' own: its functions are written when they are first called,
    #: for importing is quicker by it. What is wrong with a row of the user's is said at once.
    proven = False

    #: Whether a row that is declared later may have this one's name. No formula mentions it then.
    gives_way = False

    #: What the shapes must be, for the error when they are not; NumPy's own words if empty.
    expects = ""

    #: In words, where it is defined; empty: everywhere.
    domain = ""

    #: What a reduction counts, `f(z, x)`, if its derivative depends on a count.
    tally: Rule | None = None

    scalar: Rule
    """Compute on Python floats, and nothing else; not there unless `on_numbers`."""

    array: Rule
    """Compute on arrays, and nothing else."""

    compute: Rule
    """Compute on plain numbers and arrays, or element by element on object arrays."""

    number: Rule
    """Compute on Python floats; outside the domain raise `DomainError`."""

    def partials(self, z: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """Return ∂z/∂xᵢ for each wanted operand, on single numbers; None for the others."""
        raise NotImplementedError

    def outside(self, *xs: Any) -> DomainError:
        """Return the error for operands outside the domain."""
        operands = ", ".join(describe(x) for x in xs)
        expected = f"; it is defined for {self.domain}" if self.domain else ""
        return DomainError(f"{self.name} is not defined at {operands}{expected} ({source_line()})")

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


_newcomers: list[Callable[[Op], None]] = []


def on_every_op(enter: Callable[[Op], None]) -> None:
    """Call `enter` on every row, those in the table and those that are declared later."""
    _newcomers.append(enter)
    for op in _table.values():
        enter(op)
