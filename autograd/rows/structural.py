"""Rows that rearrange arrays, or mix their elements linearly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Required, Unpack, overload

import numpy as np

from autograd.errors import ShapeError
from autograd.rows.facts import Facts
from autograd.rows.nodes import A, Array, Arrayed, N, Operand, Partials, Quantity
from autograd.rows.op import Op, R, Rule
from autograd.rows.operands import as_operand, has_objects, mismatch

if TYPE_CHECKING:
    from autograd.rows.kinds import Kinds

#: The operands of a call and its keywords.
Call = tuple[tuple[Operand, ...], dict[str, object]]


class Structural(Op):
    """A row that is linear in its operands and rearranges or mixes them. See `structural`."""

    def __init__(
        self,
        name: str,
        array: Rule,
        *,
        vjp: Sequence[Rule] | Rule,
        push: Sequence[Rule] = (),
        partials: Rule | None = None,
        scalar: Rule | None = None,
        expects: str = "",
        call: Callable[..., Call] | None = None,
        **facts: Unpack[Facts],
    ) -> None:
        self.expects = expects
        self.array, self.vjp = array, vjp
        self.push, self.call = push, call
        self._partials = partials
        self.on_numbers = scalar is not None
        if scalar is not None:
            self.scalar = scalar
        self.arity = -1 if callable(vjp) else len(vjp)
        if not (push or callable(vjp) or facts.get("jointly")):
            self.linear = range(len(vjp))
        super().__init__(name, **facts)
        self.forgets = self.jointly

    def rule(self, position: int) -> Rule:
        """Return the vjp of one operand: `f(g, z, *xs, **params)`."""
        if callable(self.vjp):
            vjp = self.vjp
            return lambda g, z, *xs, **params: vjp(position, g, z, *xs, **params)
        return self.vjp[position]

    def choose(self, by: Kinds[R]) -> R:
        return by.structural(self)

    @overload
    def __call__(self, x: N, /, *more: object, **params: object) -> N: ...
    @overload
    def __call__(self, x: Array, y: A, /, *more: object, **params: object) -> A: ...
    @overload
    def __call__(self, xs: Sequence[A], /, *more: object, **params: object) -> A: ...
    @overload
    def __call__(self, /, *args: object, **params: object) -> Any: ...
    def __call__(self, /, *args: object, **params: object) -> Any:
        """Compute; the arguments are what the row's function takes."""
        if self.call is not None:
            args, params = self.call(*args, **params)
        for x in args:  # as `apply` does, without the call in between
            record = self.on.get(type(x))
            if record is not None:
                result = record(*args, **params)
                if result is not NotImplemented:
                    return result
        return self.compute(*args, **params)

    def jvp(
        self,
        ts: Sequence[object],
        z: Arrayed,
        xs: Sequence[object],
        params: Mapping[str, object],
        rules: Sequence[Rule | None],  # noqa: ARG002 - they are for the backward pass
    ) -> object:
        if self.jointly:
            every = [np.zeros_like(x) if t is None else t for x, t in zip(xs, ts, strict=True)]
            return self.apply(*every, **params)
        total = None
        for i, t in enumerate(ts):
            if t is not None:
                moved = (*xs[:i], t, *xs[i + 1 :])
                part = self.push[i](t, z, *xs) if self.push else self.apply(*moved, **params)
                total = part if total is None else total + part
        return total

    def compute(self, *args: Operand, **params: object) -> Any:
        arrays = [as_operand(x, self) for x in args]
        run = (any(map(has_objects, arrays)) and self.on_values) or self.array
        try:
            return run(*arrays, **params)
        except ShapeError:
            raise  # it already says what does not fit
        except (ValueError, IndexError, TypeError) as error:
            raise mismatch(self, arrays, error) from None

    def number(self, *xs: float) -> float:
        if not self.on_numbers:
            raise TypeError(f"{self.name} rearranges arrays: it has no meaning on single numbers")
        return float(self.scalar(*xs))

    def slope(
        self,
        position: int,
        z: object,
        xs: Sequence[object],
        tally: object = None,  # noqa: ARG002
    ) -> Quantity | None:
        return self.partials(z, xs, [True] * len(xs))[position] if self.on_numbers else None

    def partials(self, z: object, xs: Sequence[object], wanted: Sequence[bool]) -> Partials:
        """Return ∂z/∂xᵢ for each of a list of numbers, if the row works on numbers."""
        if self._partials is None:
            raise TypeError(f"{self.name} has no local derivatives on single numbers")
        every = self._partials(z, *xs)
        return [d if want else None for d, want in zip(every, wanted, strict=True)]


class StructuralFacts(Facts, total=False):
    """The keywords of `structural`."""

    vjp: Required[Sequence[Rule] | Rule]
    push: Sequence[Rule]
    partials: Rule
    scalar: Rule
    expects: str
    call: Callable[..., Call]


@overload
def structural(name: str, array: Rule, **row: Unpack[StructuralFacts]) -> Structural: ...
@overload
def structural(
    *, array: Rule | None = None, **row: Unpack[StructuralFacts]
) -> Callable[[Rule], Structural]: ...
def structural(name: str = "", array: Rule | None = None, **row: Unpack[StructuralFacts]) -> object:
    """Declare a primitive that rearranges arrays or mixes them linearly.

    `vjp` lists for each operand `f(g, z, *xs, **params)`, which turns the upstream gradient into
    the operand's contribution; or it is one `f(position, g, z, *xs, **params)` for any number of
    operands. In the forward mode the row is taken to be linear in each operand alone (matmul). If
    not, `jointly=True` says that it is linear in all of them together (concatenate), or `push`
    lists for each operand `f(t, z, *xs)`, the tangent of z from that of the operand. For the facts
    that any row can state, see `autograd.rows.facts`.

    `call(*args, **params)` returns (operands, params) for the arguments of a call, if these are
    not simply operands followed by keywords. As a decorator it turns a function that computes on
    arrays into a row. Raises ValueError if another row has the name.

    >>> turned = structural("turned", lambda x: x[::-1], vjp=[lambda g, z, x: turned(g)])
    >>> turned(np.array([1.0, 2.0]))
    array([2., 1.])
    >>> turned.remove()
    """
    if name and array is not None:
        return Structural(name, array, **row)
    return lambda function: Structural(function.__name__, array or function, **row).documented_by(
        function
    )
