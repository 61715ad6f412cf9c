"""Draw a network as SVG: circles for neurons, lines for weights, a sample's numbers inside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viz.diagram.connections import Connection, Shown, numbers_of, shown_units
from viz.diagram.legend import Shades, plain, stroke, words
from viz.flow.layers import titles
from viz.style.lettering import text_width
from viz.style.numerals import counted, number
from viz.style.scales import Logarithmic

_RADIUS, _STEP, _WIDE_STEP, _COLUMN, _MARGIN, _TOP = 22, 56, 98, 240, 76, 74
#: The room on a page of 1280 × 720 pixels: twelve units fit, and the columns of a deep network.
_HEIGHT, _WIDTH = 528, 1264
_NARROW_COLUMN = 100  # the least distance of two columns
#: Up to this many lines, each has its number written on it.
_NUMBERED = 16
#: The font size of the numbers on lines.
_NUMBER = 12
_INSIDE = 11  # the same in circles
_NAME = 14  # and for the names of inputs and outputs

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

    def __init__(self, x: float, units: int, height: float, limit: int, step: float) -> None:
        self.x, self.units = x, units
        shown = shown_units(units, limit)
        head = limit // 2  # after so many stands the line that counts the rest
        slots = [i + (i >= head and len(shown) < units) for i in range(len(shown))]
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
        if not sizes or sizes[-1][0] != inputs:  # the first layer, or one after a reshape
            sizes.append((inputs, "input"))
        sizes.append((units, title))
        pairs.append((len(sizes) - 2, len(sizes) - 1, c))
    rows = max(min(units, limit) for units, _ in sizes)
    lines = sum(min(sizes[a][0], limit) * min(sizes[b][0], limit) for a, b, _ in pairs)
    step = min(_WIDE_STEP if lines <= _NUMBERED else _STEP, _HEIGHT / max(rows - 1, 1))
    height = (rows - 1) * step
    left, right = _room_for(sample.inputs), _room_for(sample.outputs)
    apart = min((_WIDTH - left - right) / max(len(sizes) - 1, 1), _COLUMN)
    apart = max(apart, _NARROW_COLUMN)
    shades = Shades.of(connections, color, sample.activations, limit)
    told = shades.legend(color, connections, ink)
    width = max(left + (len(sizes) - 1) * apart + right, told.width + 16)
    start = left + (width - left - right - (len(sizes) - 1) * apart) / 2
    columns = [
        _Column(start + i * apart, units, height, limit, step) for i, (units, _) in enumerate(sizes)
    ]
    bottom = _TOP + height + _RADIUS + 10
    tall = bottom + told.height + 8
    # unique ids: a page may have several pictures
    key = hashlib.sha256(f"{description}{color}".encode()).hexdigest()[:8]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-labelledby="title-{key} desc-{key}" '
        f'viewBox="0 0 {width:g} {tall:g}" width="{width:g}" height="{tall:g}" '
        'font-family="Helvetica, Arial, sans-serif">',
        f'<title id="title-{key}">{plain(title_of(color))}</title>',
        f'<desc id="desc-{key}">{plain(description)}</desc>',
        f'<rect width="100%" height="100%" fill="{ink["page"]}"/>',
    ]
    for a, b, c in pairs:
        numbered = lines <= _NUMBERED
        parts += _lines(columns[a], columns[b], c, color, shades.lines, ink, numbered)
    for i, column in enumerate(columns):
        owner = next((c for _, b, c in pairs if b == i), None)
        held = {u: sample.of(i, len(columns), u) for u in column.y}
        parts += _circles(column, sizes[i][1], owner, color, shades, ink, held)
    parts += _named(columns[0], sample.inputs, "end", ink)
    parts += _named(columns[-1], sample.outputs, "start", ink)
    parts.append(told.svg((width - told.width) / 2, bottom))
    return "\n".join([*parts, "</svg>"])


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
        drawn = stroke(held, largest, ink)
        parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {drawn}>'
            f"<title>{plain(_about(c, i, j))}</title></line>"
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

    def room(t: float) -> tuple[float, float, float]:
        x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
        covered = [
            min(half + wide - abs(x - a), 1.4 * _NUMBER - abs(y - b)) for a, b, wide in taken
        ]
        gaps = [abs(a + t * (b - a) - y) for a, b in others if (a, b) != (y1, y2)]
        return -max([0.0, *covered]), min([1.5 * _NUMBER, *gaps]), -abs(t - 0.5)

    return max((0.14 + 0.02 * k for k in range(37)), key=room)


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
        f'<text x="{x:g}" y="{column.y[unit] + 5:g}" text-anchor="{anchor}" font-size="{_NAME}" '
        f'fill="{ink["text"]}">{plain(name)}</text>'
        for unit, name in enumerate(names)
        if unit in column.y
    ]


def _circles(
    column: _Column,
    caption: str,
    owner: Connection | None,
    color: Shown,
    shades: Shades,
    ink: Any,
    held: dict[int, float | None],
) -> list[str]:
    parts = []
    biases = None if owner is None else numbers_of(owner, color)[1]
    for unit, y in column.y.items():
        bias = None if biases is None else float(biases[unit])
        fill, width = ink["box"], 1.5
        active = held.get(unit)
        mark = ink["box"]
        if bias:
            mark = ink[Logarithmic().role(bias, shades.biases, True)]
        if active is None:
            fill = mark
        elif active:
            fill = ink[Logarithmic().role(active, shades.activations, True)]
        known = "" if active is None else f", activation {number(active)}"
        known += (
            "" if bias is None else f", bias{' gradient' * (color == 'gradient')} {number(bias)}"
        )
        parts.append(
            f'<circle cx="{column.x:g}" cy="{y:g}" r="{_RADIUS}" fill="{fill}" '
            f'stroke="{ink["text"]}" stroke-width="{width}">'
            f"<title>{plain(f'{caption}, unit {unit}{known}')}</title></circle>"
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
    parts.append(words(column.x, 20, name, ink["text"], 15, "bold"))
    parts.append(words(column.x, 37, count, ink["muted"], 13))
    return parts


def _room_for(names: Sequence[str]) -> float:
    """Return the room that the names beside the first or last column need."""
    widest = max((text_width(name, _NAME) for name in names), default=0.0)
    return max(_MARGIN, _RADIUS + 16 + widest)


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
    return plate + words(x, y + 0.35 * size, text, ink["text"], size)


def _inside(x: float, y: float, held: float, ink: Any) -> str:
    """Return the number of a circle: inside it, or on a plate across it if it is too long."""
    text = number(held)
    if text_width(text, _INSIDE) <= 2 * _RADIUS - 3:
        return words(x, y + 0.35 * _INSIDE, text, ink["text"], _INSIDE)
    return _tag(x, y, text, ink)
