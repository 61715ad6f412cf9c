"""A primitive operation: one row of the table, from which everything else is derived.

A row says how to compute something, and how to differentiate it locally. There are three kinds,
each in a file of its own. `elementwise` (mul, exp): each result depends on one element of each
operand, and `d` holds ∂z/∂xᵢ for each operand. `reduction` (sum, max): many elements give one
result, and `d` is ∂z/∂x for each element. `structural` (matmul, reshape): the arrangement matters,
and `vjp` turns the upstream gradient `g` into the contribution to each operand.

The rules are ordinary lambdas on `z` (the output) and `x, y` (the inputs), written with other rows.
So they run on floats, on arrays, on recorded nodes (which gives higher derivatives) and on symbols
(which gives formulas and generated code).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from autograd.errors import DomainError, describe, source_line
from autograd.rows.facts import Facts, Stated, check
from autograd.rows.nodes import Arrayed, Operand, Partials, Quantity, Slope
from autograd.rows.registry import enter, leave

if TYPE_CHECKING:
    from autograd.rows.kinds import Kinds

#: A rule of a row, or a function made from one; its operands are of any kind.
Rule = Callable[..., Any]
R = TypeVar("R")


class Op(Stated):
    """What the three kinds of row share: a name, how it is written, and the dispatch.

    Calling a row computes it on any of the five kinds of operand: numbers, arrays, `Value`s,
    object arrays of `Value`s, `Tensor`s. `on` maps a class to the function that records the
    operation on objects of that class; `Value` and `Tensor` add theirs.
    """

    #: How many operands there are; -1 if any number.
    arity = -1
    #: Whether it was typed into a notebook or at a prompt, and is in no file.
    typed_in = False

    # What depends on the kind of row.
    #: Whether each element of the result depends on one element of each operand.
    elementwise = False
    #: Whether each element of the result depends on many elements of the one operand.
    reduces = False
    #: Whether it has a meaning on single numbers; rows that rearrange arrays have none.
    on_numbers = True

    def __init__(self, name: str, **facts: Unpack[Facts]) -> None:
        check(name, facts)
        vars(self).update(facts)
        self.name = name
        self.symbol = facts.get("symbol") or self.infix or name
        self.stated = frozenset(facts)
        self.latex = facts.get("latex") or rf"\operatorname{{{name}}}$axis($x)".replace("_", r"\_")
        self.on: dict[type, Rule] = {}
        enter(self)

    def documented_by(self, function: Callable[..., object]) -> Self:
        """Take over a function's docstring and signature, for `help`, editors and doctests."""
        update_wrapper(self, function)
        return self

    def remove(self) -> None:
        """Take this row out of the table, so that its name can be declared anew."""
        leave(self)

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Compute on any of the five kinds of operand."""
        return self.apply(*args, **params)

    def apply(self, *args: Operand, **params: object) -> Any:
        """Compute by the class of the first operand that is a node; without nodes, by `compute`."""
        on = self.on
        for x in args:
            record = on.get(type(x))
            if record is not None:
                result = record(*args, **params) if params else record(*args)
                if result is not NotImplemented:
                    return result
        return self.compute(*args, **params)

    def choose(self, by: Kinds[R]) -> R:
        """Return the result of the method that `by` has for rows of this kind."""
        raise NotImplementedError

    def operand_names(self, count: int) -> tuple[str, ...]:
        """Return what its operands are called in texts and formulas."""
        return ("x", "y", "c")[:count]

    def fits(self, operands: Sequence[object]) -> bool:  # noqa: ARG002 - for rows that can tell
        """Return whether the shapes fit, so that an error must be about something else."""
        return False

    def rule(self, position: int) -> Rule | None:
        """Return the rule for one operand's contribution, on arrays and nodes.

        It is `f(g, z, *xs, **params)`, with the upstream gradient g; None if no gradient flows.
        """
        raise NotImplementedError

    def jvp(
        self,
        ts: Sequence[object],
        z: Arrayed,
        xs: Sequence[object],
        params: Mapping[str, object],
        rules: Sequence[Rule | None],
    ) -> object:
        """Return the tangent of z, given the tangent t of each x (None for one that is constant).

        rules: the `rule` of each operand, or an equal one that is quicker.
        """
        raise NotImplementedError

    def local(self, position: int, z: object, xs: Sequence[object]) -> Quantity | None:  # noqa: ARG002 - see below
        """Return ∂z/∂x of one operand if it is a number for each element, otherwise None."""
        return None

    def whole(self, x: object) -> object:
        """Return an operand of whole numbers in the form in which the row computes with it."""
        return x

    def slope(self, position: int, z: object, xs: Sequence[object], tally: object = None) -> Slope:  # noqa: ARG002 - for reductions
        """Return ∂z/∂x of one element as a formula, for operands that are symbols.

        tally: the symbol of what a reduction counts.

        It is None where no gradient flows, and where the derivative is no single factor.
        """
        return self.local(position, z, xs)

    def absent(self, position: int, *xs: object) -> bool:  # noqa: ARG002 - for rows that can tell
        """Return whether an operand is only a placeholder, like the 0 of a `dot` without bias."""
        return False

    #: `f(z, x)`, what a reduction counts for each element if its derivative depends on a count.
    tally: Rule | None = None

    scalar: Rule
    """Compute on Python floats only; missing unless `on_numbers`."""

    array: Rule
    """Compute on arrays only."""

    compute: Rule
    """Compute on plain numbers and arrays, and on object arrays element by element."""

    number: Rule
    """Compute on Python floats; raise `DomainError` outside the domain."""

    def partials(self, z: object, xs: Sequence[object], wanted: Sequence[bool]) -> Partials:
        """Return ∂z/∂xᵢ for each wanted operand, on single numbers; None for the others."""
        raise NotImplementedError

    def outside(self, *xs: object) -> DomainError:
        """Return the error for operands outside the domain."""
        operands = ", ".join(describe(x) for x in xs)
        expected = f"; it is defined for {self.domain}" if self.domain else ""
        return DomainError(f"{self.name} is not defined at {operands}{expected} ({source_line()})")

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"
