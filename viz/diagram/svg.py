"""Draw a network as SVG: circles for neurons, lines for weights, a sample's numbers inside."""

from __future__ import annotations

import hashlib
import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viz.diagram.connections import Connection, Shown, numbers_of
from viz.flow.layers import titles
from viz.style.lettering import text_width
from viz.style.numerals import counted, number
from viz.style.scales import Logarithmic, Range

_RADIUS, _STEP, _WIDE_STEP, _COLUMN, _MARGIN, _TOP = 24, 56, 98, 240, 76, 90
_LEGEND = 76
_NARROW_COLUMN = 150  # in deep networks, so that they still fit on a page
#: With at most this many lines, each has its number written on it.
_NUMBERED = 16
#: The size of those numbers.
_NUMBER = 12
_INSIDE = 11  # of those in the circles

#: The place of a number: the middle of its plate, and half the plate's width.
_Plate = tuple[float, float, float]


@dataclass(frozen=True)
class Sample:
    """The numbers in the columns for one sample, and the names of inputs and outputs."""

    activations: Sequence[np.ndarray | None] = ()
    inputs: Sequence[str] = ()
    outputs: Sequence[str] = ()

    def of(self, column: int, count: int, unit: int) -> float | None:
        """Return the activation of a unit; None if it is unknown."""
        if not self.activations:
            return None
        at = len(self.activations) - count + column
        held = self.activations[at] if 0 <= at < len(self.activations) else None
        return None if held is None or unit >= held.size else float(held[unit])


class _Column:
    """The places of the circles in one column; units that are not shown have none."""

    def __init__(self, x: float, units: int, height: float, limit: int, step: int) -> None:
        self.x, self.units = x, units
        if units <= limit:
            head, shown, slots = units, list(range(units)), list(range(units))
        else:  # the first and last stay visible, around the line that counts the rest
            head, tail = limit // 2, (limit - 1) // 2
            shown = [*range(head), *range(units - tail, units)]
            slots = [*range(head), *range(head + 1, head + 1 + tail)]
        top = _TOP + (height - slots[-1] * step) / 2
        self.y = {unit: top + slot * step for unit, slot in zip(shown, slots, strict=True)}
        self.gap = top + head * step
        self.hidden = units - len(shown)


def network_svg(
    connections: list[Connection],
    color: Shown,
    limit: int,
    ink: Any,
    description: str,
    sample: Sample,
) -> str:
    """Return the picture of the columns; `limit` is the most circles that a column has."""
    sizes: list[tuple[int, str]] = []  # units and caption of each column
    pairs: list[tuple[int, int, Connection]] = []
    for c, title in zip(connections, titles(c.name for c in connections), strict=True):
        inputs, units = c.weight.shape
        if not sizes or sizes[-1][0] != inputs:  # also if a reshape breaks the chain
            sizes.append((inputs, "input"))
        sizes.append((units, title))
        pairs.append((len(sizes) - 2, len(sizes) - 1, c))
    rows = max(min(units, limit) for units, _ in sizes)
    lines = sum(min(sizes[a][0], limit) * min(sizes[b][0], limit) for a, b, _ in pairs)
    step = _WIDE_STEP if lines <= _NUMBERED else _STEP
    height = (rows - 1) * step
    apart = _COLUMN if len(sizes) <= 6 else _NARROW_COLUMN
    columns = [
        _Column(_MARGIN + i * apart, units, height, limit, step)
        for i, (units, _) in enumerate(sizes)
    ]
    width = max(2 * _MARGIN + (len(columns) - 1) * apart, 440)
    bottom = _TOP + height + 40
    largest = _largest(connections, color)
    # unique ids: a page may have several pictures
    key = hashlib.sha256(f"{description}{color}".encode()).hexdigest()[:8]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-labelledby="title-{key} desc-{key}" '
        f'viewBox="0 0 {width} {bottom + _LEGEND}" width="{width}" height="{bottom + _LEGEND}" '
        'font-family="Helvetica, Arial, sans-serif">',
        f'<title id="title-{key}">{_text(title_of(color))}</title>',
        f'<desc id="desc-{key}">{_text(description)}</desc>',
        f'<rect width="100%" height="100%" fill="{ink["page"]}"/>',
    ]
    for a, b, c in pairs:
        parts += _lines(columns[a], columns[b], c, color, largest, ink, lines <= _NUMBERED)
    for i, column in enumerate(columns):
        owner = next((c for _, b, c in pairs if b == i), None)
        held = {u: sample.of(i, len(columns), u) for u in column.y}
        parts += _circles(column, sizes[i][1], owner, color, largest, ink, held)
    parts += _named(columns[0], sample.inputs, "end", ink)
    parts += _named(columns[-1], sample.outputs, "start", ink)
    where = "small circles" if sample.activations else "in the circles"
    parts += _legend(width, bottom, color, largest, ink, connections, where)
    return "\n".join([*parts, "</svg>"])


def _largest(connections: list[Connection], color: Shown) -> float:
    arrays = [a for c in connections for a in numbers_of(c, color) if a is not None and a.size]
    finite = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays]
    return float(max(finite, default=0.0))


def _lines(
    left: _Column, right: _Column, c: Connection, color: Shown, largest: float, ink: Any,
    numbered: bool,
) -> list[str]:  # fmt: skip
    shown, _ = numbers_of(c, color)
    parts: list[str] = []
    labels: list[str] = []
    taken: list[_Plate] = []
    heights = [(left.y[i], right.y[j]) for i in left.y for j in right.y]
    order = [(i, j) for i in left.y for j in right.y]
    if shown is not None:  # the strongest on top
        order.sort(key=lambda ij: abs(np.nan_to_num(shown[ij])))
    for i, j in order:
        x1, y1, x2, y2 = left.x + _RADIUS, left.y[i], right.x - _RADIUS, right.y[j]
        held = None if shown is None else float(shown[i, j])
        stroke = _stroke(held, largest, ink)
        parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {stroke}>'
            f"<title>{_text(_about(c, i, j))}</title></line>"
        )
        if numbered and held is not None:
            text = number(held)
            t = _clear_share((x1, y1, x2, y2), heights, taken, text)
            x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
            taken.append((x, y, _half(text)))
            labels.append(_tag(x, y, text, ink))
    return parts + labels


def _clear_share(
    line: tuple[float, float, float, float],
    others: list[tuple[float, float]],
    taken: list[_Plate],
    text: str,
) -> float:
    """Return the best place along a line for its number: on no other number, and off all lines.

    line: from x1, y1 to x2, y2; the others span the same width, and are given by their two heights.
    taken: the numbers already placed.
    """
    x1, y1, x2, y2 = line
    half = _half(text)

    def room(t: float) -> tuple[float, float]:
        x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
        covered = [
            min(half + wide - abs(x - a), 1.4 * _NUMBER - abs(y - b)) for a, b, wide in taken
        ]
        gaps = [abs(a + t * (b - a) - y) for a, b in others if (a, b) != (y1, y2)]
        return -max([0.0, *covered]), min([x2 - x1, *gaps])

    return max((0.14 + 0.02 * k for k in range(37)), key=room)


def _stroke(held: float | None, largest: float, ink: Any) -> str:
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


def _about(c: Connection, i: int, j: int) -> str:
    text = f"{c.name}: weight from {i} to {j} = {number(c.weight[i, j])}"
    g = c.weight_gradient
    return f"{text}, gradient {'not computed' if g is None else number(g[i, j])}"


def title_of(color: Shown) -> str:
    """Return the title of a picture."""
    return f"Network, {color}s"


def _named(column: _Column, names: Sequence[str], anchor: str, ink: Any) -> list[str]:
    """Write the names of inputs or outputs beside their circles."""
    away = _RADIUS + 8
    x = column.x - away if anchor == "end" else column.x + away
    return [
        f'<text x="{x:g}" y="{column.y[unit] + 5:g}" text-anchor="{anchor}" font-size="14" '
        f'fill="{ink["text"]}">{_text(name)}</text>'
        for unit, name in enumerate(names)
        if unit in column.y
    ]


def _circles(
    column: _Column,
    caption: str,
    owner: Connection | None,
    color: Shown,
    largest: float,
    ink: Any,
    held: dict[int, float | None],
) -> list[str]:
    parts = []
    sizes = [abs(a) for a in held.values() if a is not None and math.isfinite(a)]
    shades = Range(max(sizes, default=0.0) * 1e-2, max(sizes, default=0.0))
    biases = None if owner is None else numbers_of(owner, color)[1]
    for unit, y in column.y.items():
        bias = None if biases is None else float(biases[unit])
        fill, width = ink["box"], 1.5
        active = held.get(unit)
        mark = ink["box"]
        if bias is not None and bias != 0 and (largest or not math.isfinite(bias)):
            mark = ink[Logarithmic().role(bias, Range(largest * 1e-2, largest), True)]
        if active is None:
            fill = mark
        elif active != 0 and (shades or not math.isfinite(active)):
            fill = ink[Logarithmic().role(active, shades, True)]
        known = "" if active is None else f", activation {number(active)}"
        known += (
            "" if bias is None else f", bias{' gradient' * (color == 'gradient')} {number(bias)}"
        )
        parts.append(
            f'<circle cx="{column.x:g}" cy="{y:g}" r="{_RADIUS}" fill="{fill}" '
            f'stroke="{ink["text"]}" stroke-width="{width}">'
            f"<title>{_text(f'{caption}, unit {unit}{known}')}</title></circle>"
        )
        if active is not None:
            parts.append(_inside(column.x, y, active, ink))
            if bias is not None:
                at = _RADIUS * 0.75
                parts.append(
                    f'<circle class="bias" cx="{column.x + at:g}" cy="{y + at:g}" r="5" '
                    f'fill="{mark}" stroke="{ink["text"]}"><title>bias {number(bias)}</title>'
                    "</circle>"
                )
        elif bias is not None:
            parts.append(_inside(column.x, y, bias, ink))
    if column.hidden:
        more = f"… {column.hidden} more"
        parts.append(_tag(column.x, column.gap, more, ink, size=14))
    count = counted(column.units, "number" if caption == "input" else "unit")
    name = caption if len(caption) <= 22 else "…" + caption[-21:]
    parts.append(_words(column.x, 24, name, ink["text"], 15, "bold"))
    parts.append(_words(column.x, 41, count, ink["muted"], 13))
    return parts


def _legend(
    width: float, top: float, color: Shown, largest: float, ink: Any,
    connections: list[Connection], where: str,
) -> list[str]:  # fmt: skip
    if all(numbers_of(c, color)[0] is None for c in connections):
        text = f"{color}s: not computed, call backward() first"
        return [_words(width / 2, top + 30, text, ink["text"], 14)]
    parts = []
    biased = any(numbers_of(c, color)[1] is not None for c in connections)
    start = width / 2 - 150
    for k, size in enumerate((-largest, -largest / 4, largest / 4, largest)):
        x = start + 100 * k
        parts.append(
            f'<line x1="{x - 32:g}" y1="{top + 14:g}" x2="{x + 32:g}" y2="{top + 14:g}" '
            f"{_stroke(size, largest, ink)}/>"
        )
        parts.append(_words(x, top + 34, number(size), ink["text"], 13))
    text = f"{color} (lines)" + (f", bias ({where})" if biased else "")
    if color == "gradient":
        text = "∂loss/∂weight (lines)" + (f", ∂loss/∂bias ({where})" if biased else "")
    parts.append(_words(width / 2, top + 56, text, ink["muted"], 13))
    return parts


def _words(x: float, y: float, text: str, fill: str, size: int, weight: str = "normal") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{_text(text)}</text>'
    )


def _half(text: str, size: int = _NUMBER) -> float:
    """Return half the width of the plate under a text."""
    return text_width(text, size) / 2 + 3


def _tag(x: float, y: float, text: str, ink: Any, size: int = _NUMBER) -> str:
    """Return text on a plate, so that it is readable on top of lines."""
    half = _half(text, size)
    plate = (
        f'<rect x="{x - half:.1f}" y="{y - 0.7 * size:.1f}" width="{2 * half:.1f}" '
        f'height="{1.4 * size:.1f}" rx="3" fill="{ink["page"]}" fill-opacity="0.92"/>'
    )
    return plate + _words(x, y + 0.35 * size, text, ink["text"], size)


def _inside(x: float, y: float, held: float, ink: Any) -> str:
    """Return the number of a circle: inside it, or on a plate across it if it is too long."""
    text = number(held)
    if text_width(text, _INSIDE) <= 2 * _RADIUS - 3:
        return _words(x, y + 0.35 * _INSIDE, text, ink["text"], _INSIDE)
    return _tag(x, y, text, ink)


def _text(text: str) -> str:
    return html.escape("".join(c if c.isprintable() else " " for c in text))
