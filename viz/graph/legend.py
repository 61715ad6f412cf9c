"""The legend of a picture: what its colours and lines mean, and its notices."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from viz.graph.parts import GraphPicture
from viz.style.labels import clean
from viz.style.lettering import text_width
from viz.style.scales import Range, Scale

_SIZE, _LINE, _PAD = 13.0, 20.0, 6.0
_WIDEST = 110  # characters of a notice per line


@dataclass(frozen=True)
class _Cell:
    text: str
    fill: str = ""
    framed: bool = False
    bold: bool = False
    color: str = "text"

    @property
    def width(self) -> float:
        return text_width(self.text, _SIZE, self.bold) + 2 * _PAD


@dataclass(frozen=True)
class Legend:
    """Rows of cells, to be drawn at any position."""

    rows: Sequence[Sequence[_Cell]]
    colors: Mapping[str, str]

    @property
    def width(self) -> float:
        """The width of the legend."""
        return max((sum(cell.width for cell in row) for row in self.rows), default=0.0)

    @property
    def height(self) -> float:
        """The height of the legend."""
        return _LINE * len(self.rows)

    def svg(self, x: float, y: float) -> str:
        """Return the legend as SVG with its upper left corner at x, y."""
        parts = []
        for k, row in enumerate(self.rows):
            at = x
            for cell in row:
                parts.append(self._cell(cell, at, y + k * _LINE))
                at += cell.width
        return f'<g class="legend">{"".join(parts)}</g>'

    def _cell(self, cell: _Cell, x: float, y: float) -> str:
        ground = ""
        if cell.fill:
            edge = f' stroke="{self.colors["line"]}"' if cell.framed else ""
            ground = (
                f'<rect fill="{self.colors[cell.fill]}"{edge} x="{x:.1f}" y="{y:.1f}" '
                f'width="{cell.width - 1:.1f}" height="{_LINE - 2:g}"/>'
            )
        bold = ' font-weight="bold"' if cell.bold else ""
        return (
            f'{ground}<text x="{x + _PAD:.1f}" y="{y + 14:.1f}" font-size="{_SIZE:g}" '
            f'fill="{self.colors[cell.color]}"{bold}>{escape(cell.text, quote=False)}</text>'
        )


def legend(picture: GraphPicture, scale: Scale, colors: Mapping[str, str]) -> Legend:
    """Return the legend of a picture: notices, one or two colour scales, the lines."""
    rows: list[list[_Cell]] = []
    for told, fill in ((picture.notice, "notice"), (picture.born, "broken")):
        lines = textwrap.wrap(clean(told, 400), _WIDEST)
        rows += [[_Cell(line, fill, bold=True)] for line in lines]
    if picture.sizes:
        rows.append(scale_row("gradient", picture.sizes, scale, signed=True))
    if picture.norms:
        rows.append(scale_row("norm of gradient", picture.norms, scale, signed=False))
    said = lines_told(picture)
    if said:
        rows.append([_Cell(said, color="muted")])
    return Legend(rows, colors)


def scale_row(title: str, sizes: Range, scale: Scale, signed: bool) -> list[_Cell]:
    """Return a row with a title and a cell for each colour of a scale."""
    title, steps = scale.legend(title, sizes, signed)
    return [
        _Cell(title),
        *(_Cell(text, role, framed=role == "zero") for role, text in steps),
    ]


def lines_told(picture: GraphPicture) -> str:
    """Explain the text on the lines, and what their width and dashes mean."""
    edges = picture.edges
    told = []
    if any(edge.weight is not None for edge in edges):
        told.append("on a wire: the weight, and its gradient")
    if any("×" in edge.text for edge in edges):
        told.append("on a line: local derivative × upstream gradient = contribution")
    if any(e.contribution is not None and e.contribution.size for e in edges):
        told.append("a wider line carries a larger gradient")
    if any(edge.contribution is None and edge.weight is None for edge in edges):
        told.append("dashed: no gradient flows")
    return "; ".join(told)
