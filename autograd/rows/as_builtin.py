"""The rows of `max`, `min` and `sum`, which can also be called like Python's own functions.

A program that imports one of them uses it in all of its calls, also in those of a form that NumPy's
functions do not have: `max(a, b)`, `max(names, key=len)`, `sum(rows, start)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Unpack

import numpy as np

from autograd.errors import describe
from autograd.rows.op import Rule
from autograd.rows.reduction import Reduction, ReductionFacts, is_one_number

_NOTHING = object()


class AsBuiltin(Reduction):
    """A reduction that calls Python's function of its name where only that can be meant.

    builtin: that function.
    """

    def __init__(self, name: str, builtin: Rule, **row: Unpack[ReductionFacts]) -> None:
        self.builtin = builtin
        super().__init__(name, **row)

    def of_each(self, xs: list[object]) -> object:
        """Reduce a list; integers to an integer, which may be a count."""
        if xs and all(isinstance(x, int) for x in xs):
            return self.builtin(xs)
        return Reduction.__call__(self, iter(xs))


class Extreme(AsBuiltin):
    """The row of `max` or `min`. pairwise: the name of the row for two arrays."""

    def __init__(
        self, name: str, builtin: Rule, pairwise: str, **row: Unpack[ReductionFacts]
    ) -> None:
        self.pairwise = pairwise
        super().__init__(name, builtin, **row)

    if not TYPE_CHECKING:  # for type checkers, the overloads of a reduction hold

        def __call__(
            self,
            x: object,
            *others: object,
            key: Rule | None = None,
            default: object = _NOTHING,
            **axes: object,
        ) -> object:
            """Reduce an array, an iterable of numbers, or the numbers given one by one."""
            if others and (is_one_number(x) or not _is_axis(others[0])):
                return self._of_arguments([x, *others], key)
            if key is None and default is _NOTHING:
                if others or axes or not _is_stream(x):
                    return super().__call__(x, *others, **axes)
                return self.of_each(list(x))
            xs = list(x)
            if not xs and default is not _NOTHING:
                return default
            return self.of_each(xs) if key is None else self.builtin(xs, key=key)

    def _of_arguments(self, xs: list[object], key: Rule | None) -> object:
        if key is not None:
            return self.builtin(xs, key=key)
        if all(map(is_one_number, xs)):
            return self.of_each(xs)
        raise TypeError(
            f"{self.name} of several arguments needs single numbers, not "
            f"{' and '.join(map(describe, xs))}; element by element use {self.pairwise}(x, y)"
        )


class Total(AsBuiltin):
    """The row of `sum`, which may start with a number other than 0."""

    if not TYPE_CHECKING:

        def __call__(self, x: object, *others: object, start: object = 0, **axes: object) -> object:
            """Add up an array or an iterable of numbers."""
            if len(others) == 1 and (_is_stream(x) or not _is_axis(others[0])):
                (start,), others = others, ()
            plain = type(start) is int and start == 0
            if others or axes or (plain and not _is_stream(x)):
                return super().__call__(x, *others, **axes)
            xs = list(x)
            if not (is_one_number(start) and all(map(is_one_number, xs))):
                return self.builtin(xs, start)  # it joins lists and adds arrays element by element
            return self.of_each(xs if plain else [start, *xs])


def _is_axis(x: object) -> bool:
    return x is None or isinstance(x, int | tuple | np.integer)


def _is_stream(x: object) -> bool:
    """Return whether x can be iterated over but not indexed, like a generator or a set."""
    return isinstance(x, Iterable) and not isinstance(x, Sequence) and not hasattr(x, "ndim")


def extreme(
    builtin: Rule, pairwise: str, **row: Unpack[ReductionFacts]
) -> Callable[[Callable[..., object]], Extreme]:
    """Declare the documented function as the row of `max` or `min`."""
    return lambda function: Extreme(function.__name__, builtin, pairwise, **row).documented_by(
        function
    )


def total(builtin: Rule, **row: Unpack[ReductionFacts]) -> Callable[[Callable[..., object]], Total]:
    """Declare the documented function as the row of `sum`."""
    return lambda function: Total(function.__name__, builtin, **row).documented_by(function)
