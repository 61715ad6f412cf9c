"""What a single number shares with arrays, and the errors for data that is not one number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

from autograd.errors import describe
from autograd.modes import Origin
from autograd.node import Node
from autograd.rows import table
from autograd.whole_numbers import WholeNumbers, refusal


class ArrayOfOne(WholeNumbers):
    """What lets NumPy, and code written for arrays, treat a number as an array."""

    __slots__ = ()

    if not TYPE_CHECKING:  # to a type checker, they are properties of a node
        shape = ()
        ndim = 0
        size = 1

    __matmul__ = __rmatmul__ = refusal("@", "it is for arrays; multiply numbers with *")

    def conjugate(self) -> Self:
        """Return the number itself, since it is real; `np.var` of an array of Values calls this."""
        return self

    def degrees(self) -> Self:
        """Convert from radians to degrees; `np.degrees` of an array of Values calls this."""
        result: Self = table.mul(self, 180 / math.pi)
        return result

    def radians(self) -> Self:
        """Convert from degrees to radians."""
        result: Self = table.mul(self, math.pi / 180)
        return result

    rad2deg, deg2rad = degrees, radians


class Labelled(Node):
    """A label and an origin. Most numbers have neither, and their slots stay empty."""

    __slots__ = ()

    label_if_any: str
    origin_if_any: Origin | None

    if not TYPE_CHECKING:  # to a type checker, they are attributes of every node

        @property
        def label(self) -> str:
            """A name for pictures and messages."""
            return getattr(self, "label_if_any", "")

        @label.setter
        def label(self, label: str) -> None:
            self.label_if_any = label

        @property
        def origin(self) -> Origin | None:
            """The scope that it was recorded in, and its place in the program if that was noted."""
            return getattr(self, "origin_if_any", None)

        @origin.setter
        def origin(self, origin: Origin | None) -> None:
            self.origin_if_any = origin


def no_number(data: object) -> TypeError:
    """Return the error for `Value([1.0, 2.0])` and the like."""
    return TypeError(
        f"Value holds one number, not {describe(data)}; for an array use Tensor, and for "
        "a layer of single numbers an array of Values"
    )


def not_micrograds(label: object, rest: tuple[object, ...], more: dict[str, object]) -> TypeError:
    """Return the error for `Value(0.0, (), "x")`, which is how micrograd is called."""
    given = ", ".join([repr(label), *map(repr, rest), *(f"{k}={x!r}" for k, x in more.items())])
    return TypeError(
        f"Value takes a number and a label, not ({given}): write Value(0.0, label='x'); operands "
        "and operation are recorded by themselves, so give no _children and no _op"
    )
