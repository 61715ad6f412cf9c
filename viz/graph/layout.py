"""Place boxes of known sizes and the arrows between them, by Graphviz or in columns.

The player changes the text in the boxes from frame to frame, so it asks for the places only once,
for boxes large enough for everything they will ever hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

import graphviz

from viz.engine import EngineError, render
from viz.graph.lines import smooth
from viz.graph.order import columns
from viz.graph.place import Cell, Link, Rectangle, place

Direction = Literal["LR", "TD"]

#: Settings that make the layout of a graph with more nodes than this quicker, less thorough.
QUICK_FROM = 400
QUICK = {"nslimit": "0.1", "nslimit1": "0.1", "mclimit": "0.1", "splines": "line"}

_SVG = "{http://www.w3.org/2000/svg}"
_MARGIN, _GAP = 10.0, 8.0


@dataclass(frozen=True)
class Route:
    """An arrow: the path of its line, and the midpoint, where a label can go.

    label: the room for its label; `tail`: the path from there on; both if known.
    """

    path: str
    middle: tuple[float, float]
    label: Rectangle | None = None
    tail: str = ""


@dataclass(frozen=True)
class Layout:
    """The places of all boxes and arrows in a picture of size `width` × `height`."""

    width: float
    height: float
    places: tuple[Rectangle, ...]
    routes: tuple[Route, ...]


def layout(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    direction: Direction = "LR",
) -> Layout:
    """Return the layout of boxes of the given sizes (in pixels) joined by edges.

    Raises EngineError if there is no layout engine, or it fails or takes too long.
    """
    graph = {
        "rankdir": "LR" if direction == "LR" else "TB",
        "nodesep": "0.3",
        "ranksep": "0.8",
    }
    if len(sizes) > QUICK_FROM:
        graph |= QUICK
    source = graphviz.Digraph(
        graph_attr=graph,
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
        edge_attr={"arrowhead": "none"},
    )
    for i, (width, height) in enumerate(sizes):
        source.node(f"n{i}", id=f"n{i}", width=f"{width / 72:.3f}", height=f"{height / 72:.3f}")
    for i, (tail, head) in enumerate(edges):
        source.edge(f"n{tail}", f"n{head}", id=f"e{i}")
    root = ET.fromstring(render(source.source, "svg"))  # noqa: S314 - from our own engine
    groups = {g.get("id", ""): g for g in root.iter(f"{_SVG}g")}
    boxes = [_points(groups.get(f"n{i}"), "polygon", "points") for i in range(len(sizes))]
    lines = [_points(groups.get(f"e{i}"), "path", "d") for i in range(len(edges))]
    points = [point for shape in (*boxes, *lines) for point in shape]
    left, top = (min(p[axis] for p in points) - _MARGIN for axis in (0, 1))
    right, bottom = (max(p[axis] for p in points) + _MARGIN for axis in (0, 1))
    places = []
    for box in boxes:
        xs, ys = zip(*box, strict=True)
        x, y = min(xs), min(ys)
        places.append(Rectangle(x - left, y - top, max(xs) - x, max(ys) - y))
    routes = tuple(_route([(x - left, y - top) for x, y in line]) for line in lines)
    return Layout(right - left, bottom - top, tuple(places), routes)


def in_columns(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    labels: Sequence[tuple[float, float]],
    fans: Mapping[int, float] | None = None,
) -> Layout:
    """Return a layout in the order of the boxes, with room on each edge for its label.

    sizes: the boxes' sizes, inputs first. labels: the size of each edge's label. fans: the edges,
    by number, that fan out from one box to their labels, each with how far below the top of the
    label its line arrives.

    >>> found = in_columns([(50, 20), (50, 20)], [(0, 1)], [(30, 10)])
    >>> found.places[0].x < found.routes[0].middle[0] < found.places[1].x
    True
    """
    inputs: dict[int, list[int]] = {}
    for tail, head in edges:
        inputs.setdefault(head, []).append(tail)
    column = columns(range(len(sizes)), inputs)
    cells = [Cell(str(i), w, h, 2 * column[i] + 1) for i, (w, h) in enumerate(sizes)]
    met = fans or {}
    links = [
        Link(str(k), str(tail), str(head), k, labels[k], k in met, met.get(k))
        for k, (tail, head) in enumerate(edges)
    ]
    found = place(cells, links, {}, gap=_GAP)
    places = [_shifted(found.cells[str(i)]) for i in range(len(sizes))]
    routes = []
    for k in range(len(edges)):
        room = _shifted(found.labels[str(k)])
        points = [(round(px + _MARGIN), round(py + _MARGIN)) for px, py in found.lines[str(k)]]
        middle = (room.x + room.width / 2, room.y + room.height / 2)
        routes.append(Route(smooth(points), middle, room, smooth(points[-2:])))
    margin = 2 * _MARGIN
    return Layout(found.width + margin, found.height + margin, tuple(places), tuple(routes))


def _shifted(at: Rectangle) -> Rectangle:
    return Rectangle(at.x + _MARGIN, at.y + _MARGIN, at.width, at.height)


def _points(group: ET.Element | None, tag: str, attribute: str) -> list[tuple[float, float]]:
    shape = None if group is None else group.find(f"{_SVG}{tag}")
    if shape is None:
        raise EngineError("the layout engine left out a part of the picture")
    found = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", shape.get(attribute, ""))]
    return list(zip(found[::2], found[1::2], strict=True))


def _route(points: Sequence[tuple[float, float]]) -> Route:
    """Return the path of a spline: a start, and three points for each cubic piece."""
    written = [f"{x:.0f} {y:.0f}" for x, y in points]
    path = f"M{written[0]}C{' '.join(written[1:])}"
    piece = 3 * ((len(points) - 1) // 3 // 2)
    a, b, c, d = points[piece : piece + 4]
    if (len(points) - 1) // 3 % 2 == 0:
        return Route(path, a)
    half = tuple((a[i] + 3 * b[i] + 3 * c[i] + d[i]) / 8 for i in (0, 1))
    return Route(path, (half[0], half[1]))
