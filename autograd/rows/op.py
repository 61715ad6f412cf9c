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

from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from autograd.errors import DomainError, describe, source_line
from autograd.rows.facts import Facts, Stated
from autograd.rows.nodes import Arrayed, Operand, Partials, Quantity, Slope
from autograd.rows.registry import enter, leave

if TYPE_CHECKING:
    from autograd.rows.kinds import Kinds

#: A rule of a row, or a function that was made of one: its operands are of any kind.
Rule = Callable[..., Any]
R = TypeVar("R")


class Op(Stated):
    """What the three kinds of row share: a name, how it is written, and the dispatch.

    Calling a row computes it on any of the five kinds of operand: numbers, arrays, `Value`s,
    object arrays of `Value`s, `Tensor`s. `on` maps a class to the function that records the
    operation on objects of that class; `Value` and `Tensor` enter themselves there.
    """

    #: How many operands there are; -1 if any number.
    arity = -1
    #: Whether it was typed into a notebook or a prompt, and is in no file.
    typed_in = False

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
        """Compute: on the first operand that is a node by its class, on the rest by `compute`."""
        on = self.on
        for x in args:
            record = on.get(type(x))
            if record is not None:
                result = record(*args, **params) if params else record(*args)
                if result is not NotImplemented:
                    return result
        return self.compute(*args, **params)

    def choose(self, by: Kinds[R]) -> R:
        """Return what `by` has for a row of this kind."""
        raise NotImplementedError

    def operand_names(self, count: int) -> tuple[str, ...]:
        """Return what its operands are called in texts and formulas."""
        return ("x", "y", "c")[:count]

    def fits(self, operands: Sequence[object]) -> bool:  # noqa: ARG002 - for rows that can tell
        """Return whether the shapes of the operands are right: an error is about something else."""
        return False

    def rule(self, position: int) -> Rule | None:
        """Return how one operand's contribution comes from the upstream, on arrays and nodes.

        It is `f(g, z, *xs, **params)`; None where no gradient flows.
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
        """Return how z moves when each x moves by its t (None: that one stands still).

        rules: for each operand its `rule`, or a quicker one that does the same.
        """
        raise NotImplementedError

    def local(self, position: int, z: object, xs: Sequence[object]) -> Quantity | None:  # noqa: ARG002 - see below
        """Return ∂z/∂x of one operand, where one number for each element says it; else None."""
        return None

    def whole(self, x: object) -> object:
        """Return whole numbers among the operands as the row computes on them."""
        return x

    def slope(self, position: int, z: object, xs: Sequence[object], tally: object = None) -> Slope:
        """Return ∂z/∂x of one element as a formula, for operands that are symbols.

        tally: the symbol of what a reduction counts. It is None where no single factor says it.
        """
        raise NotImplementedError

    def absent(self, position: int, *xs: object) -> bool:  # noqa: ARG002 - for rows that can tell
        """Return whether an operand is only a placeholder, like the 0 of a `dot` without bias."""
        return False

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
