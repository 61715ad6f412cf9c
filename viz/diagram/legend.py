"""What the colours and lines of a network stand for, and the legend that says so."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viz.diagram.connections import Connection, Shown, numbers_of, shown_units
from viz.graph.legend import Legend, scale_row
from viz.style.lettering import text_width
from viz.style.numerals import number
from viz.style.scales import Logarithmic, Range

_KEY = 13  # the size of its letters


@dataclass(frozen=True)
class Shades:
    """What colour and width stand for: the largest number of a line, the ranges of the circles."""

    lines: float
    biases: Range
    activations: Range
    sampled: bool

    @classmethod
    def of(
        cls,
        connections: list[Connection],
        color: Shown,
        activations: Sequence[np.ndarray | None],
        limit: int,
    ) -> Shades:
        """Return the scales of a picture: one for all columns, so that equal is equal."""
        pairs = [numbers_of(c, color) for c in connections]
        weights = [np.abs(w[np.isfinite(w)]).max(initial=0.0) for w, _ in pairs if w is not None]
        biases = Range.of(b for _, bs in pairs if bs is not None for b in np.ravel(bs).tolist())
        held = [a for a in activations if a is not None]
        drawn = [shown_units(a.size, limit) for a in held]
        active = (float(a[u]) for a, units in zip(held, drawn, strict=True) for u in units)
        return cls(float(max(weights, default=0.0)), biases, Range.of(active), bool(held))

    def legend(self, color: Shown, connections: list[Connection], ink: Any) -> LineLegend:
        """Return the legend: the lines, and a scale for each kind of circle."""
        pairs = [numbers_of(c, color) for c in connections]
        if all(w is None for w, _ in pairs):
            return LineLegend(f"{color}s: not computed, call backward() first", 0.0, ink, None)
        of_lines, of_bias = f"{color} (lines)", "bias"
        if color == "gradient":
            of_lines, of_bias = "∂loss/∂weight (lines)", "∂loss/∂bias"
        where = "small circles" if self.sampled else "circles"
        titled = {"activation (circles)": self.activations} if self.sampled else {}
        if any(bias is not None for _, bias in pairs):
            titled[f"{of_bias} ({where})"] = self.biases
        rows = [scale_row(t, sizes, Logarithmic(), signed=True) for t, sizes in titled.items()]
        return LineLegend(of_lines, self.lines, ink, Legend(rows, ink))


@dataclass(frozen=True)
class LineLegend:
    """Four lines with their numbers in a row, and below them the scales of the circles."""

    title: str
    largest: float
    ink: Any
    below: Legend | None

    @property
    def _lines(self) -> list[float]:
        return [x * self.largest for x in (-1, -0.25, 0.25, 1)] if self.below else []

    @property
    def width(self) -> float:
        """The width of the widest row."""
        own = self._after(len(self._lines))
        return max(own, self.below.width if self.below else 0.0)

    @property
    def height(self) -> float:
        """The height of all rows."""
        return 22.0 + (self.below.height if self.below else 0.0)

    def _after(self, count: int) -> float:
        """Return where the first `count` lines and the numbers beside them end."""
        texts = sum(text_width(number(x), _KEY) for x in self._lines[:count])
        return 6 + text_width(self.title, _KEY) + 12 + 66 * count + texts

    def svg(self, x: float, y: float) -> str:
        """Return the legend with its upper left corner at x, y."""
        parts = [words(x + 6, y + 14, self.title, self.ink["text"], _KEY, anchor="start")]
        for k, size in enumerate(self._lines):
            at = x + self._after(k)
            drawn = stroke(size, self.largest, self.ink)
            parts.append(
                f'<line x1="{at:g}" y1="{y + 9:g}" x2="{at + 44:g}" y2="{y + 9:g}" {drawn}/>'
            )
            told = number(size)
            parts.append(words(at + 49, y + 14, told, self.ink["text"], _KEY, anchor="start"))
        return "\n".join([*parts, self.below.svg(x, y + 22) if self.below else ""])


def stroke(held: float | None, largest: float, ink: Any) -> str:
    """Return the colour, width and dashes of a line: never the colour alone."""
    if held is None:
        return f'stroke="{ink["line"]}" stroke-width="1" stroke-dasharray="1 5"'
    if not math.isfinite(held):
        return f'stroke="{ink["broken-line"]}" stroke-width="3" stroke-dasharray="6 3"'
    if held == 0 or not largest:
        return f'stroke="{ink["line"]}" stroke-width="0.8" stroke-dasharray="1 3"'
    strength = min(abs(held) / largest, 1.0)
    line, dashes = ("edge-positive", "") if held > 0 else ("edge-negative", "7 4")
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'stroke="{ink[line]}" stroke-width="{0.5 + 5.5 * strength:.2f}" '
        f'stroke-opacity="{0.35 + 0.65 * strength:.2f}"{dashed}'
    )


def words(
    x: float, y: float, text: str, fill: str, size: int, weight: str = "normal",
    anchor: str = "middle",
) -> str:  # fmt: skip
    """Return a line of text at x, y."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{plain(text)}</text>'
    )


def plain(text: str) -> str:
    """Return text that is safe to show."""
    return html.escape("".join(c if c.isprintable() else " " for c in text))
