"""Wrap a picture to the shape of a page: a long computation continues in a new row, as text does.

A wire from one row to another is replaced by a small tag at its end, with the name of its source.
Hundreds of long wires are cut in the same way, since they are unreadable and take the layout engine
minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from viz.graph.boxes import SMALL, content_of, label_of
from viz.graph.order import columns
from viz.graph.parts import GraphPicture, PictureEdge, ShownGradient
from viz.graph.place import FAN, GAP

#: A page of 1280 × 720 pixels, with room for the legend.
PAGE = 1240.0, 610.0
#: The scale below which the small font would be smaller than 11 pixels.
SMALLEST = 11 / SMALL
_LARGEST = 1.3  # the scale from which text need not grow
_ROWS = 6  # rows at most
_APART, _BETWEEN = 14.0, 14.0  # between the boxes of a column, and between rows
_CUT = 0.99  # the factor by which a cut wire lowers a picture's score
_ALONE = 6  # unconnected boxes placed below each other
_SPAN, _DETOUR = 6, 600  # when an edge is long, and how much of that a picture tolerates


@dataclass(frozen=True)
class Wrapped:
    """How a picture fits on a page.

    far: the edges drawn as tags. scale: its approximate scale when fitted into a page; 1 is its
    natural size. ranks: the column of each node. cuts: the columns that begin the rows after the
    first. beside: the nodes placed just before the only node that uses them, and as which operand.
    """

    far: frozenset[str]
    scale: float
    ranks: Mapping[str, int]
    cuts: tuple[int, ...] = ()
    beside: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.cuts) + 1

    def row(self, id: str) -> int:
        """Return the row that a node is in."""
        rank = self.ranks[self.beside[id][0] if id in self.beside else id]
        return sum(rank >= cut for cut in self.cuts)


def wrapped(picture: GraphPicture, page: tuple[float, float] = PAGE) -> Wrapped:
    """Choose the number of rows that makes a picture largest on a page.

    >>> from viz.graph.parts import PictureNode, PictureEdge
    >>> nodes = [PictureNode(f"n{i}", "node", "op", "1.0") for i in range(40)]
    >>> edges = [PictureEdge(f"e{i}", f"n{i}", f"n{i + 1}") for i in range(39)]
    >>> found = wrapped(GraphPicture(tuple(nodes), tuple(edges)))
    >>> found.rows > 2, len(found.far) == found.rows - 1
    (True, True)
    """
    ranks = _ranks(picture)
    far = _longest(picture, ranks)
    if picture.direction == "TD" or not picture.nodes:
        return Wrapped(frozenset(far), 1.0, ranks)
    beside = _beside(picture, ranks)
    widths, heights = _measures(picture, ranks, beside)
    crossed = _crossed(picture, ranks, len(widths))
    best, worth = Wrapped(frozenset(far), _scale([widths], [heights], page), ranks, (), beside), 0.0
    for rows in range(1, _ROWS + 1):
        cuts = _cuts(crossed, widths, rows)
        if len(cuts) != rows - 1:
            break
        ends = [0, *cuts, len(widths)]
        parts = [slice(a, b) for a, b in pairwise(ends)]
        scale = _scale([widths[p] for p in parts], [heights[p] for p in parts], page)
        crossing = _crossing(picture, ranks, beside, cuts)
        if scale * _CUT ** len(crossing) > worth * 1.1:
            worth = scale * _CUT ** len(crossing)
            best = Wrapped(frozenset(far | crossing), scale, ranks, tuple(cuts), beside)
        if scale >= 1:
            break
    return best


def _ranks(picture: GraphPicture) -> dict[str, int]:
    sources: dict[str, list[str]] = {}
    for edge in picture.edges:
        sources.setdefault(edge.target, []).append(edge.source)
    ranks = columns([node.id for node in picture.nodes], sources)
    joined = {id for edge in picture.edges for id in (edge.source, edge.target)}
    alone = [n for n in picture.nodes if n.id not in joined]
    first = 0
    for kind in (True, False):  # leaves, then the others
        its = [n.id for n in alone if (n.kind == "leaf") is kind]
        side = math.ceil(math.sqrt(len(its))) if len(its) > _ALONE else max(len(its), 1)
        if len(its) > _ALONE or not kind:  # many similar ones: a table, read column by column
            ranks |= {id: first + i // side for i, id in enumerate(its)}
        first += math.ceil(len(its) / side)
    return ranks


def _measures(
    picture: GraphPicture, ranks: Mapping[str, int], beside: Mapping[str, tuple[str, int]]
) -> tuple[list[float], list[float]]:
    """Return the width and height of each column, including what precedes its boxes."""
    count = 1 + max(ranks.values())
    widths, before = [0.0] * count, [0.0] * count
    heights, stacked = [0.0] * count, [0.0] * count
    for node in picture.nodes:
        content, k = content_of(node, _colourless), ranks[node.id]
        if node.id in beside:
            before[k + 1] = max(before[k + 1], content.width + GAP)
            stacked[k + 1] += content.height + _APART
        else:
            widths[k] = max(widths[k], content.width + GAP)
            heights[k] += content.height + _APART
    for edge in picture.edges:
        label, k = label_of(edge, _colourless), ranks[edge.target]
        if label is not None:
            fan = FAN - GAP if edge.weight is not None else 0.0
            before[k] = max(before[k], label.width + GAP + fan)
            stacked[k] += label.height + _APART
    rims = _depth(picture)
    columns = [w + t + 8.0 * rims for w, t in zip(widths, before, strict=True)]
    return columns, [max(pair) + 36.0 * rims for pair in zip(heights, stacked, strict=True)]


def _depth(picture: GraphPicture) -> int:
    """Return how deep the open groups are nested."""
    depth: dict[str, int] = {}
    for group in picture.groups:  # outer ones come first
        depth[group.id] = 1 + (0 if group.parent is None else depth[group.parent])
    return max(depth.values(), default=0)


def _colourless(_: ShownGradient) -> str:
    return ""


def _beside(picture: GraphPicture, ranks: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Return the nodes placed just before their only user: constants, and leaves with a bare line.

    This keeps a layer's weights out of the column of what precedes the layer.
    """
    uses: dict[str, list[PictureEdge]] = {}
    for edge in picture.edges:
        uses.setdefault(edge.source, []).append(edge)
    found: dict[str, tuple[str, int]] = {}
    for node in picture.nodes:
        used = uses.get(node.id, [])
        if node.kind not in ("leaf", "constant") or len(used) != 1:
            continue
        (edge,) = used
        bare = label_of(edge, _colourless) is None
        first = ranks[node.id] == 0 and node.kind == "leaf"
        if bare and not first and ranks[edge.target] == ranks[node.id] + 1:
            found[node.id] = (edge.target, edge.position)
    return found


def _scale(
    widths: Sequence[Sequence[float]],
    heights: Sequence[Sequence[float]],
    page: tuple[float, float],
) -> float:
    width = max(sum(row) for row in widths)
    height = sum(max(row, default=0.0) for row in heights) + _BETWEEN * (len(heights) - 1)
    return min(page[0] / max(width, 1.0), page[1] / max(height, 1.0), _LARGEST)


def _crossed(picture: GraphPicture, ranks: Mapping[str, int], count: int) -> list[int]:
    """Return how many wires cross the beginning of each column."""
    more = [0] * (count + 1)  # than cross the one before it
    for edge in picture.edges:
        if ranks[edge.source] < ranks[edge.target]:
            more[ranks[edge.source] + 1] += 1
            more[ranks[edge.target] + 1] -= 1
    return list(accumulate(more))


def _cuts(crossed: Sequence[int], widths: Sequence[float], rows: int) -> list[int]:
    """Return the columns that begin each further row: rows of equal width, cut at few wires.

    crossed: how many wires cross the beginning of each column.
    """
    cuts: list[int] = []
    whole, done = sum(widths), 0.0
    position = 0
    for row in range(1, rows):
        while position < len(widths) and done + widths[position] / 2 < whole * row / rows:
            done += widths[position]
            position += 1
        near = [k for k in (position - 1, position, position + 1) if 0 < k < len(widths)]
        near = [k for k in near if not cuts or k > cuts[-1] + 1]
        if not near:
            break
        cuts.append(min(near, key=lambda k: (crossed[k], abs(k - position))))
    return cuts


def _crossing(
    picture: GraphPicture,
    ranks: Mapping[str, int],
    beside: Mapping[str, tuple[str, int]],
    cuts: Iterable[int],
) -> set[str]:
    cut = Wrapped(frozenset(), 1.0, ranks, tuple(sorted(cuts)), beside)
    return {e.id for e in picture.edges if cut.row(e.source) != cut.row(e.target)}


def long_edges(picture: GraphPicture) -> set[str]:
    """Return the edges to draw as tags where a picture is not broken into rows."""
    return _longest(picture, _ranks(picture))


def _longest(picture: GraphPicture, ranks: Mapping[str, int]) -> set[str]:
    """Return the longest edges, until the rest is tolerable.

    The length of an edge is how many ranks it crosses; the engine makes a node for each.
    """
    spans = {e.id: ranks[e.target] - ranks[e.source] for e in picture.edges}
    detour = sum(span - 1 for span in spans.values())
    far: set[str] = set()
    for id, span in sorted(spans.items(), key=lambda item: -item[1]):
        if detour <= _DETOUR or span < _SPAN:
            break
        far.add(id)
        detour -= span - 1
    return far
