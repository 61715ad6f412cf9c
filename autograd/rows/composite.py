"""Rows made of rows: a function of the table's rows that is recorded as one operation.

A composite is defined by its forward maths alone. When it is first used, its body is run once on
symbols. The formula that this leaves behind yields the derivative with respect to each operand, and
with it everything else that a row has.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from autograd.algebra import Algebra, Formula, parts_of
from autograd.errors import DomainError, is_own_file
from autograd.generate import array_function, number_function, partial_function
from autograd.rows.elementwise import Elementwise
from autograd.rows.facts import Facts
from autograd.rows.nodes import Operand, row_of
from autograd.rows.op import Op, Rule
from autograd.rows.operands import as_floats
from autograd.symbol import Symbol, operands


class Composite(Elementwise):
    """A row whose rule is its forward maths. See `composite`."""

    gives_way = True

    def __init__(
        self,
        body: Rule,
        sample: tuple[tuple[float, float], ...] = (),
        kinks: tuple[tuple[float, ...], ...] = (),
        **facts: Unpack[Facts],
    ) -> None:
        self.body = self.expand = body
        self.signature = inspect.signature(body)
        parameters = self.signature.parameters.values()
        if not parameters or {p.kind for p in parameters} != {
            inspect.Parameter.POSITIONAL_OR_KEYWORD
        }:
            raise TypeError(
                f"composite {body.__name__!r} needs ordinary parameters, one for each operand; "
                "*args and keyword-only parameters have no place in a row"
            )
        self._defaults = [(p.name, p.default) for p in parameters]
        given = [default for _, default in self._defaults]
        n = sum(default is inspect.Parameter.empty for default in given)
        #: The defaults of the operands that a call leaves out, by the number that it gives.
        self._rest = {i: tuple(given[i:]) for i in range(n, len(given) + 1)}
        self.arity = len(parameters)
        self.domain, self.kinks = "", kinks
        self.proven = is_own_file(body.__code__.co_filename)
        self.sample = sample or ((-3.0, 3.0),) * self.arity
        Op.__init__(self, body.__name__, **facts)
        self.documented_by(body)

    view = False  # each operation of the body makes a new array

    if not TYPE_CHECKING:  # for type checkers, the overloads of a row hold

        def __call__(self, *args: Operand, **keywords: object) -> object:
            rest = self._rest.get(len(args))
            if keywords or rest is None:
                args = self._operands(args, keywords)
            else:
                args += rest
            record = self.on.get(type(args[0]))
            if record is not None:
                result = record(*args)
                if result is not NotImplemented:
                    return result
            return super().__call__(*args)

    def _operands(
        self, args: tuple[Operand, ...], keywords: dict[str, object]
    ) -> tuple[Operand, ...]:
        """Return the operands of a call in order, with defaults for those left out."""
        rest = self._defaults[len(args) :]
        found = [keywords.get(name, default) for name, default in rest]
        if len(args) > self.arity or len(keywords.keys() & dict(rest)) < len(keywords):
            found = [inspect.Parameter.empty]
        if any(x is inspect.Parameter.empty for x in found):
            try:
                self.signature.bind(*args, **keywords)
            except TypeError as error:
                raise TypeError(f"{self.name}{self.signature}: {error}") from None
        return (*args, *found)

    @cached_property
    def formulas(self) -> tuple[Formula, Sequence[Formula | None]]:  # type: ignore[override]
        """The result as a formula, and its derivative with respect to each operand.

        >>> from autograd import exp, logaddexp
        >>> @composite
        ... def gate(x):
        ...     return x * exp(-logaddexp(0.0, -x))
        >>> gate.formulas[0]
        Symbol('x * expit(x)')
        >>> gate.remove()
        """
        algebra = Algebra()
        xs = [algebra.formula(Symbol(name)) for name in operands(self)]
        z = algebra.formula(self.body(*xs))
        return z, algebra.gradient(z, xs)

    @cached_property
    def d(self) -> tuple[Rule | None, ...]:  # type: ignore[override]
        """The local derivative with respect to each operand, as a rule like that of any row."""
        return tuple(partial_function(self, i) for i in range(self.arity))

    @cached_property
    def scalar(self) -> Rule:  # type: ignore[override]
        """The rule on Python floats."""
        return number_function(self)

    @cached_property
    def array(self) -> Rule:  # type: ignore[override]
        """The rule on arrays."""
        return array_function(self)

    def compute(self, *args: Operand, **params: object) -> Any:
        return super().compute(*map(self._operand, args), **params)

    def whole(self, x: object) -> object:
        return self._operand(x)

    def _operand(self, x: object) -> object:
        x = as_floats(x, f"{self.name}: the input")
        if isinstance(x, float):
            return x
        return float(x) if isinstance(x, np.floating) else x

    def number(self, *xs: float) -> float:
        try:
            return float(self.scalar(*map(float, xs)))
        except (ValueError, ArithmeticError):
            pass
        try:  # part by part: the generated function may raise where each row has a limit
            return self._by_parts(*map(float, xs))
        except DomainError:
            raise self.outside(*xs) from None

    def _by_parts(self, *xs: float) -> float:
        z, _ = self.formulas
        found: dict[object, float] = dict(zip(operands(self), xs, strict=True))
        for part in parts_of([z]):
            numbers = [found[x.label or x] if isinstance(x, Symbol) else x for x in part.inputs]
            found[part] = row_of(part).number(*numbers)
        return found[z.label or z]


class CompositeFacts(Facts, total=False):
    """The keywords of `composite`."""

    sample: tuple[tuple[float, float], ...]
    kinks: tuple[tuple[float, ...], ...]


@overload
def composite(body: Rule) -> Composite: ...
@overload
def composite(**row: Unpack[CompositeFacts]) -> Callable[[Rule], Composite]: ...
def composite(body: Rule | None = None, **row: Unpack[CompositeFacts]) -> object:
    """Turn a function of other rows into one row, which is recorded as one operation.

    body: its forward maths, element by element, in functions of this package and Python's
        operators. Each parameter is an operand; one with a default may be left out.
    row: the facts that any row can state, such as `symbol` and `latex`, and for the tests, as for
        `elementwise`, `sample` (an interval for each operand) and `kinks`.

    >>> from autograd import Value, exp
    >>> @composite
    ... def bump(x, width=1.0):
    ...     return exp(-((x / width) ** 2))
    >>> x = Value(1.0)
    >>> y = bump(x, width=2.0)
    >>> y.backward()
    >>> x.grad == -0.5 * y.data
    True
    >>> bump.remove()
    """
    return Composite(body, **row) if body is not None else lambda f: Composite(f, **row)
