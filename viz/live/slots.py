"""A drawing with marked places for its numbers, so that a script can change them.

The picture is drawn by `draw`'s own layout, with a number that occurs once in place of each number
that will change: it holds the room, and in the finished SVG it is found and marked. So whatever
shape the pictures have, a live page has the same.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from autograd import Node
from viz.engine import render
from viz.graph.dot import to_dot
from viz.graph.parts import Gradient, Picture, PictureEdge, PictureNode
from viz.graph.svg import finish
from viz.style.colors import LIGHT, Theme, palette, role
from viz.style.scales import NONE

_TAG = "{http://www.w3.org/2000/svg}"
_TIME_LIMIT = 60.0  # seconds for the layout of some hundred nodes
_KINDS = {"1": "v", "2": "g", "3": "l"}  # value, gradient, local derivative
_STAND_IN = re.compile(r"-([123])(\d{4})e(?:-88|8)")
_WIDTH = 6.2  # of a character of the texts in the middle of an arrow, in the picture's units


def _stand_in(kind: str, i: int) -> str:
    """Return a text as wide as a number, that tells what belongs in its place."""
    return f"-{kind}{i:04d}e8" if kind == "3" else f"-{kind}{i:04d}e-88"


@dataclass(frozen=True)
class Slots:
    """A drawing whose numbers can be changed.

    ids: of each node's box, in the order of the nodes; empty for what has no box of its own.
    edges: (id, number of the input, number of the node, position) of each arrow, in the order of
        their marks.
    """

    svg: str
    title: str
    description: str
    ids: list[str]
    edges: list[tuple[str, int, int, int]]

    def scale(self, width: float, height: float) -> float:
        """Return how large the picture can be on a stage of this size, as a factor."""
        box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', self.svg)
        return min(width / float(box[1]), height / float(box[2])) if box else 1.0


def with_slots(
    picture: Picture, ids: Mapping[Node, str], order: Sequence[Node], theme: Theme
) -> Slots:
    """Lay a picture out, and mark the places of its numbers.

    A text that will change has `data-v`, `data-g` or `data-l` (a node's value, its gradient, an
    edge's local derivative) with the number of the node or edge; a gradient's cell has `data-b`.

    Raises EngineError if it cannot be laid out.
    """
    place = {ids[node]: i for i, node in enumerate(order) if node in ids}
    edges = [e for e in picture.edges if e.source in place and e.target in place]
    number = {edge.id: i for i, edge in enumerate(edges)}
    marked = replace(
        picture,
        nodes=tuple(
            replace(
                node,
                value=_stand_in("1", place[node.id]),
                gradient=Gradient("value", _stand_in("2", place[node.id]), 1.0),
            )
            if node.id in place
            else node
            for node in picture.nodes
        ),
        edges=tuple(
            replace(
                edge,
                text=_stand_in("3", number[edge.id]) if edge.text and edge.id in number else "",
                contribution=Gradient("value", "", 0.0) if edge.id in number else None,
            )
            for edge in picture.edges
        ),
        sizes=NONE,
        norms=NONE,
        born="",
    )
    drawn = render(to_dot(marked, palette(theme)), "svg", _TIME_LIMIT)
    root = ET.fromstring(finish(drawn, picture, theme))  # noqa: S314 - our own engine wrote it
    nodes = {place[node.id]: node for node in picture.nodes if node.id in place}
    for group in root.iter(f"{_TAG}g"):
        _mark(group, nodes, edges, picture.sizes.largest)
    return Slots(
        ET.tostring(root, encoding="unicode"),
        picture.title,
        picture.description,
        [ids.get(node, "") for node in order],
        [(e.id, place[e.source], place[e.target], e.position) for e in edges],
    )


def _mark(
    group: ET.Element,
    nodes: Mapping[int, PictureNode],
    edges: list[PictureEdge],
    largest: float,
) -> None:
    """Mark the places in one box or arrow, and write the recorded numbers into them."""
    cells: list[ET.Element] = []
    for part in group:
        if part.tag == f"{_TAG}polygon":
            cells.append(part)
        found = _STAND_IN.search(part.text or "") if part.tag == f"{_TAG}text" else None
        if found is None:
            continue
        kind, i = _KINDS[found[1]], int(found[2])
        part.set(f"data-{kind}", str(i))
        before = (part.text or "")[: found.start()]
        if before:
            part.set("data-before", before)
        if kind == "l":
            part.set("x", f"{float(part.get('x', '0')) + _WIDTH * len(found[0]) / 2:.2f}")
            part.set("text-anchor", "middle")
            part.text = edges[i].text
            continue
        gradient = nodes[i].gradient
        part.text = before + (nodes[i].value if kind == "v" else gradient.text if gradient else "")
        around = [c for c in cells if _holds(c, part)]
        if kind == "g" and gradient is not None and around:
            cell = min(around, key=_area)
            cell.set("data-b", str(i))
            color = "unset" if gradient.state == "unset" else role(gradient.size, largest)
            cell.set("fill", LIGHT[color])
            cell.set("class", f"f-{color}")


def _corners(cell: ET.Element) -> tuple[float, float, float, float]:
    points = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", cell.get("points", "0,0"))]
    xs, ys = points[::2], points[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def _area(cell: ET.Element) -> float:
    left, top, right, bottom = _corners(cell)
    return (right - left) * (bottom - top)


def _holds(cell: ET.Element, text: ET.Element) -> bool:
    left, top, right, bottom = _corners(cell)
    x, y = float(text.get("x", "0")), float(text.get("y", "0"))
    return left <= x <= right and top <= y <= bottom and cell.get("fill") != "none"
