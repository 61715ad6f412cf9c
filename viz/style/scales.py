"""How the size of a gradient becomes a colour: in proportion, or by powers of ten.

In proportion to the largest is right for reading numbers. In a deep network all but the last
layers are then equally pale; a logarithmic scale tells them apart.
"""

from __future__ import annotations

import math
from typing import Protocol

from viz.style.colors import LEVELS, role
from viz.style.numerals import number


class Scale(Protocol):
    """Which colour a gradient has, and what the legend says of the colours."""

    def role(self, size: float, largest: float, signed: bool) -> str:
        """Return the role (see `colors`) for a gradient of this size."""
        ...

    def legend(self, title: str, largest: float, signed: bool) -> tuple[str, list[tuple[str, str]]]:
        """Return the title, and (role, text) for each colour."""
        ...


class Proportional:
    """Equal steps of colour for equal steps of size, up to the largest."""

    def role(self, size: float, largest: float, signed: bool) -> str:
        """Return the role for a gradient of this size."""
        return role(size, largest, signed)

    def legend(self, title: str, largest: float, signed: bool) -> tuple[str, list[tuple[str, str]]]:
        """Return (role, text) for each step: the largest size that it stands for.

        >>> Proportional().legend("norm", 8.0, False)[1][:2]
        [('zero', '0'), ('size-1', '2.0')]
        """
        levels = range(-LEVELS if signed else 0, LEVELS + 1)
        cells = [
            (role(k, LEVELS, signed), number(largest * k / LEVELS) if k else "0") for k in levels
        ]
        return title, cells


class Logarithmic:
    """The palest colour is for less than the share `vanishing` of the largest gradient.

    The three stronger ones divide the powers of ten above it.
    """

    def __init__(self, vanishing: float = 1e-3) -> None:
        if not 0 < vanishing < 1:
            raise ValueError(f"vanishing is a share between 0 and 1, not {vanishing}")
        self.vanishing = vanishing

    def level(self, share: float) -> int:
        """Return how strong the colour is for this share of the largest gradient, 1 to 4.

        >>> [Logarithmic(1e-3).level(share) for share in (1.0, 0.05, 0.005, 0.0005)]
        [4, 3, 2, 1]
        """
        if share < self.vanishing:
            return 1
        steps = (LEVELS - 1) * (1 - math.log(min(share, 1.0)) / math.log(self.vanishing))
        return min(LEVELS, 2 + math.floor(steps + 1e-9))

    def role(self, size: float, largest: float, signed: bool) -> str:
        """Return the role for a gradient of this size."""
        if size == 0 or math.isnan(size):
            return "zero"
        share = 1.0 if not largest else abs(size) / largest
        sign = ("positive" if size > 0 else "negative") if signed else "size"
        return f"{sign}-{self.level(share)}"

    def legend(self, title: str, largest: float, signed: bool) -> tuple[str, list[tuple[str, str]]]:
        """Return (role, text) for each step: what it begins at, the palest first."""
        cells = []
        for level in range(1, LEVELS + 1):
            bound = self.vanishing ** (1 - max(level - 2, 0) / (LEVELS - 1)) * largest
            text = f"from {number(bound)}" if level > 1 else f"vanishing: under {number(bound)}"
            if signed:
                cells += [(f"negative-{level}", "−"), (f"positive-{level}", text)]
            else:
                cells.append((f"size-{level}", text))
        return f"|{title}|", cells
