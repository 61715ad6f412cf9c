"""Draw a heat map as SVG: one shape for all cells of a colour, numbers if any, and tooltips.

A tooltip is a transparent shape with a title over a cell: every browser shows it under the pointer,
in a plain image on a page too, without any script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from viz.graph.boxes import PAGE_GAP, SIZE, SMALL, SMALL_LINE, BoxLine, Map
from viz.style.colors import LEVELS
from viz.style.labels import clean
from viz.style.lettering import written

#: The tooltips of an array: pages of rows of sentences.
Tips = Sequence[Sequence[Sequence[str]]]


def heat_map(
    one: Map,
    x: float,
    y: float,
    colors: Mapping[str, str],
    tips: Tips = (),
    folded: bool = False,
) -> str:
    """Return a heat map with its title; its upper left corner is at (x, y).

    folded: write one letter for each cell instead of its shapes, from which the viewer's script
        (moving.js) makes them: this halves the size of the insides of a program's picture.
    """
    note = f"<title>{text_of(one.heat.note)}</title>" if one.heat.note else ""
    title = line_of(BoxLine(one.title, color="muted", size=SMALL), x, y, colors)
    top = y + SMALL_LINE
    wide, high = one.cell
    columns, rows = len(one.heat.levels[0]) // one.heat.pages, len(one.heat.levels)
    pages = []
    for k in range(one.heat.pages):
        left = x + k * (wide * columns + PAGE_GAP)
        levels = [row[k * columns : (k + 1) * columns] for row in one.heat.levels]
        tile = _Tile(levels, left, top, wide, high)
        pages.append((_folded if folded else _shapes)(tile, colors))
        pages.append(_frame(tile, colors["group-line"]))
    for r, texts in enumerate(one.heat.texts):
        for c, text in enumerate(texts):
            cell = BoxLine(text, size=SMALL)
            pages.append(line_of(cell, x + wide * c + 4, top + high * r, colors))
    for k, page in enumerate(tips[: one.heat.pages]):
        left = x + k * (wide * columns + PAGE_GAP)
        pages.append(_tips(page, left, top, wide * columns, high * rows))
    kind = one.title.split(" ")[0]
    return f'<g class="heat {kind}">{note}{title}{"".join(pages)}</g>'


class _Tile(NamedTuple):
    """One page of an array: the levels of its cells, its upper left corner, the size of a cell."""

    levels: Sequence[Sequence[int]]
    x: float
    y: float
    wide: float
    high: float


def _frame(tile: _Tile, line: str) -> str:
    levels, x, y, wide, high = tile
    size = f'width="{wide * len(levels[0]):.1f}" height="{high * len(levels):.1f}"'
    return f'<rect fill="none" stroke="{line}" x="{x:.1f}" y="{y:.1f}" {size}/>'


def _folded(tile: _Tile, colors: Mapping[str, str]) -> str:
    """Return the levels as letters, from `a` for the most negative; the middle one is 0."""
    levels, x, y, wide, high = tile
    letters = {level: _letter(level) for row in levels for level in row}
    fills = " ".join(f"{letters[level]}{colors[_role(level)]}" for level in sorted(letters))
    text = "".join(letters[level] for row in levels for level in row)
    at = f"{x:.1f} {y:.1f} {wide:g} {high:g} {len(levels[0])}"
    return f'<path data-cells="{at}" data-fills="{fills}" data-levels="{text}"/>'


def _letter(level: int) -> str:
    return "z" if abs(level) > LEVELS else chr(ord("a") + LEVELS + level)


def _shapes(tile: _Tile, colors: Mapping[str, str]) -> str:
    levels, x, y, wide, high = tile
    shapes: dict[int, list[str]] = {}
    for r, row in enumerate(levels):
        for level, start, count in _runs(row):
            at = f"M{x + wide * start:.1f} {y + high * r:.1f}"
            shapes.setdefault(level, []).append(
                f"{at}h{wide * count:.1f}v{high:.1f}h-{wide * count:.1f}z"
            )
    return "".join(
        f'<path fill="{colors[_role(level)]}" d="{"".join(pieces)}"/>'
        for level, pieces in sorted(shapes.items())
    )


def _tips(page: Sequence[Sequence[str]], x: float, y: float, width: float, height: float) -> str:
    high, wide = height / len(page), width / len(page[0])
    cells = [
        f'<path d="M{x + wide * c:.1f} {y + high * r:.1f}h{wide:.1f}v{high:.1f}h-{wide:.1f}z">'
        f"<title>{text_of(tip)}</title></path>"
        for r, row in enumerate(page)
        for c, tip in enumerate(row)
    ]
    return f'<g class="tips" fill-opacity="0" aria-hidden="true">{"".join(cells)}</g>'


def line_of(line: BoxLine, x: float, y: float, colors: Mapping[str, str]) -> str:
    """Return one line of text with its upper left corner at (x, y)."""
    bold = ' font-weight="bold"' if line.bold else ""
    italic = ' font-style="italic"' if line.italic else ""
    # Most lines use the font of the whole picture.
    size = "" if line.size == SIZE else f' font-size="{line.size:g}"'
    fill = "" if line.color == "text" else f' fill="{colors[line.color]}"'
    slot = f' class="{line.slot}"' if line.slot else ""
    return (
        f'<text{slot} x="{written(x)}" y="{written(y + 0.74 * line.height)}"'
        f"{size}{fill}{bold}{italic}>{text_of(line.text)}</text>"
    )


def text_of(text: str) -> str:
    """Escape text for an SVG."""
    return escape(clean(text, 200), quote=False)


def _runs(row: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (level, start, count) for each run of adjacent cells of one colour."""
    start = 0
    for level, cells in groupby(row):
        count = len(list(cells))
        yield level, start, count
        start += count


def _role(level: int) -> str:
    if abs(level) > LEVELS:
        return "broken"
    return "zero" if level == 0 else f"{'positive' if level > 0 else 'negative'}-{abs(level)}"
