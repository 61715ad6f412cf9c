"""Map the size of a gradient to a colour: by powers of ten, over the range of the picture.

The palest colour is for the smallest gradients in the picture, the strongest for the largest, with
equal factors between steps. On a linear scale, all but the last layers of a deep network would be
equally pale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from viz.style.colors import LEVELS
from viz.style.numerals import number

_DECADES = 8  # the most powers of ten that the colours span; anything smaller is palest too


@dataclass(frozen=True)
class Range:
    """The smallest and largest sizes that are neither 0 nor infinite; 0 and 0 if there are none."""

    smallest: float = 0.0
    largest: float = 0.0

    @classmethod
    def of(cls, sizes: Iterable[float]) -> Range:
        """Return the range of these sizes.

        >>> Range.of([-4.0, 0.0, 0.5, float("nan")])
        Range(smallest=0.5, largest=4.0)
        """
        found = [abs(size) for size in sizes if size != 0 and math.isfinite(size)]
        return cls(min(found), max(found)) if found else cls()

    def __bool__(self) -> bool:
        return self.largest > 0


#: The empty range.
NONE = Range()


class Scale(Protocol):
    """A mapping from gradients to colours, and the legend that explains it."""

    def role(self, size: float, sizes: Range, signed: bool) -> str:
        """Return the role (see `colors`) for a gradient of this size."""
        ...

    def legend(self, title: str, sizes: Range, signed: bool) -> tuple[str, list[tuple[str, str]]]:
        """Return the title, and (role, text) for each colour."""
        ...


def _role(strength: int, size: float, signed: bool) -> str:
    if not signed:
        return f"size-{strength}"
    return f"{'positive' if size > 0 else 'negative'}-{strength}"


class Logarithmic:
    """Equal steps of colour for equal factors, from the smallest gradient to the largest."""

    def bounds(self, sizes: Range) -> list[float]:
        """Return the largest size of each colour, the palest first.

        >>> Logarithmic().bounds(Range(1e-4, 1.0))
        [0.001, 0.01, 0.1, 1.0]
        """
        low = max(math.log10(sizes.smallest), math.log10(sizes.largest) - _DECADES)
        high = math.log10(sizes.largest)
        inner = [10 ** (low + (high - low) * k / LEVELS) for k in range(1, LEVELS)]
        return [*inner, sizes.largest]

    def strength(self, size: float, sizes: Range) -> int:
        """Return the strength of the colour, from 1 to 4; 4 if all sizes are equal.

        >>> [Logarithmic().strength(x, Range(1e-4, 1.0)) for x in (1e-4, -0.005, 0.5, 1.0)]
        [1, 2, 4, 4]
        """
        if sizes.largest <= sizes.smallest * 1.001:
            return LEVELS
        within = [abs(size) <= bound * (1 + 1e-9) for bound in self.bounds(sizes)]
        return within.index(True) + 1 if True in within else LEVELS

    def role(self, size: float, sizes: Range, signed: bool) -> str:
        """Return the role for a gradient of this size.

        >>> Logarithmic().role(-3.0, Range(1e-3, 3.0), True)
        'negative-4'
        """
        if not math.isfinite(size):
            return "broken"
        return "zero" if size == 0 else _role(self.strength(size, sizes), size, signed)

    def legend(self, title: str, sizes: Range, signed: bool) -> tuple[str, list[tuple[str, str]]]:
        """Return the title, and (role, text) for each colour: its largest size."""
        steps: list[tuple[int, str]] = []
        if not sizes:
            pass  # all are 0
        elif sizes.largest <= sizes.smallest * 1.001:
            steps = [(LEVELS, f"{number(sizes.largest)}")]
        else:
            steps = [(k, f"to {number(b)}") for k, b in enumerate(self.bounds(sizes), 1)]
        return title, _cells([("zero", "0")], steps, signed)


def _cells(
    first: list[tuple[str, str]], steps: list[tuple[int, str]], signed: bool
) -> list[tuple[str, str]]:
    """Return (role, text) for each colour, the negative ones from the strongest to the palest."""
    if not signed:
        return [*first, *((f"size-{level}", text) for level, text in steps)]
    negative = [
        (f"negative-{level}", " " if i else "negative")
        for i, (level, _) in enumerate(reversed(steps))
    ]
    return [*negative, *first, *((f"positive-{level}", text) for level, text in steps)]


class Flow:
    """The palest colour is for vanishing gradients; the others divide the powers of ten above.

    A gradient vanishes when it is less than the share `vanishing` of the loss's own gradient (1,
    unless another was given), or of the largest if that is smaller still.
    """

    def __init__(self, vanishing: float = 1e-3, loss: float = 1.0) -> None:
        if not 0 < vanishing < 1:
            raise ValueError(f"vanishing is a share between 0 and 1, not {vanishing}")
        self.vanishing, self.loss = vanishing, loss

    def below(self, largest: float) -> float:
        """Return the size below which a gradient vanishes.

        >>> Flow(1e-3).below(1e13), Flow(1e-3).below(1e-2)
        (0.001, 1e-05)
        """
        return self.vanishing * min(largest, self.loss)

    def bounds(self, sizes: Range) -> list[float]:
        """Return the size at which each of the stronger colours begins."""
        low, high = math.log10(self.below(sizes.largest)), math.log10(sizes.largest)
        return [10 ** (low + (high - low) * k / (LEVELS - 1)) for k in range(LEVELS - 1)]

    def role(self, size: float, sizes: Range, signed: bool) -> str:
        """Return the role for a gradient of this size.

        >>> [Flow(1e-3).role(x, Range(0.0, 1.0), False) for x in (1.0, 0.05, 0.005, 0.0005)]
        ['size-4', 'size-3', 'size-2', 'size-1']
        """
        if not math.isfinite(size):
            return "broken"
        if size == 0:
            return "zero"
        reached = [abs(size) >= bound * (1 - 1e-9) for bound in self.bounds(sizes)]
        return _role(1 + sum(reached), size, signed)

    def legend(self, title: str, sizes: Range, signed: bool) -> tuple[str, list[tuple[str, str]]]:
        """Return the title, and (role, text) for each step: where it begins, the palest first."""
        bounds = self.bounds(sizes)
        texts = [f"vanishing: under {number(bounds[0])}", *(f"from {number(b)}" for b in bounds)]
        return f"|{title}|", _cells([], list(enumerate(texts, 1)), signed)
