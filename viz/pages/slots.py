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
from viz.graph.boxes import SMALL
from viz.graph.paint import paint
from viz.graph.parts import Gradient, Picture, PictureEdge, PictureNode, Weight
from viz.graph.svg import finish
from viz.style.colors import LIGHT, Theme, palette
from viz.style.lettering import text_width
from viz.style.scales import NONE, Logarithmic

_TAG = "{http://www.w3.org/2000/svg}"
_KINDS = {"1": "v", "2": "g", "3": "l"}  # value, gradient, local derivative
_GROUND = re.compile(r"M(-?[\d.]+) -?[\d.]+h([\d.]+)q")
_STAND_IN = re.compile(r"-([123])(\d{4})e(?:-88|8)")


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
    picture: Picture,
    ids: Mapping[Node, str],
    order: Sequence[Node],
    names: Mapping[Node, str],
    theme: Theme,
) -> Slots:
    """Lay a picture out, and mark the places of its numbers.

    A text that will change has `data-v`, `data-g` or `data-l` (a node's value, its gradient, an
    edge's local derivative) with the number of the node or edge; a gradient's ground has `data-b`.
    """
    place = {ids[node]: i for i, node in enumerate(order) if node in ids}
    called = {names[node]: i for i, node in enumerate(order)}
    edges = [e for e in picture.edges if e.source in place and e.target in place]
    number = {edge.id: i for i, edge in enumerate(edges)}
    recorded: dict[str, str] = {}  # what each stand-in stands for
    colors: dict[int, Gradient] = {}

    def weight(given: Weight | None) -> Weight | None:
        i = None if given is None else called.get(given.name)
        if given is None or i is None:
            return given
        return replace(given, value=value(i, given.value), gradient=gradient(i, given.gradient))

    def value(i: int, text: str) -> str:
        recorded[_stand_in("1", i)] = text
        return _stand_in("1", i)

    def gradient(i: int, given: Gradient) -> Gradient:
        recorded[_stand_in("2", i)], colors[i] = given.text, given
        return Gradient("value", _stand_in("2", i), 1.0)

    def local(edge: PictureEdge) -> str:
        if not edge.text or edge.id not in number:
            return ""
        before, blank, text = edge.text.rpartition(" ")  # "∂ = " and the number
        recorded[_stand_in("3", number[edge.id])] = text
        return before + blank + _stand_in("3", number[edge.id])

    def node(given: PictureNode) -> PictureNode:
        i = place.get(given.id)
        if i is None:
            return given
        told = given.gradient or Gradient("unset", "not computed")
        return replace(
            given, value=value(i, given.value), gradient=gradient(i, told), bias=weight(given.bias)
        )

    marked = replace(
        picture,
        nodes=tuple(map(node, picture.nodes)),
        edges=tuple(
            replace(
                edge,
                text=local(edge),
                weight=weight(edge.weight),
                contribution=Gradient("value", "", 0.0) if edge.id in number else None,
            )
            for edge in picture.edges
        ),
        sizes=NONE,
        norms=NONE,
    )
    root = ET.fromstring(finish(paint(marked, palette(theme)), picture, theme))  # noqa: S314
    roles = {i: _role(given, picture) for i, given in colors.items()}
    for group in root.iter(f"{_TAG}g"):
        _mark(group, recorded, roles)
    return Slots(
        ET.tostring(root, encoding="unicode"),
        picture.title,
        picture.description,
        [ids.get(n, "") for n in order],
        [(e.id, place[e.source], place[e.target], e.position) for e in edges],
    )


def _role(gradient: Gradient, picture: Picture) -> str:
    if gradient.state == "unset":
        return "unset"
    return Logarithmic().role(gradient.size, picture.sizes, True)


def _mark(group: ET.Element, recorded: Mapping[str, str], roles: Mapping[int, str]) -> None:
    """Mark the places in one box or label, and write the recorded numbers into them."""
    grounds: list[ET.Element] = []
    for part in group:
        if part.tag == f"{_TAG}rect":
            grounds.append(part)
        found = _STAND_IN.search(part.text or "") if part.tag == f"{_TAG}text" else None
        if found is None:
            continue
        kind, i = _KINDS[found[1]], int(found[2])
        part.set(f"data-{kind}", str(i))
        if kind == "l":  # in the middle of its room, on a line that is not cut
            part.set("x", f"{float(part.get('x', '0')) + text_width(found[0], SMALL) / 2:.1f}")
            part.set("text-anchor", "middle")
            for plate in [other for other in group if other.tag == f"{_TAG}path"]:
                group.remove(plate)
        before = (part.text or "")[: found.start()]
        if before:
            part.set("data-before", before)
        part.text = before + recorded[found[0]]
        if kind == "l":
            _centred(part, group)
        ground = next((g for g in grounds if _holds(g, part)), None)
        if kind == "g" and ground is not None:
            ground.set("data-b", str(i))
            ground.set("fill", LIGHT[roles[i]])
            ground.set("class", f"f-{roles[i]}")


def _centred(text: ET.Element, group: ET.Element) -> None:
    """Put the text of an arrow into the middle of its ground, for its length will change."""
    for ground in group.iter(f"{_TAG}path"):
        spot = _GROUND.match(ground.get("d", ""))
        if spot is not None:
            text.set("x", f"{float(spot[1]) + float(spot[2]) / 2:.1f}")
            text.set("text-anchor", "middle")


def _holds(ground: ET.Element, text: ET.Element) -> bool:
    top = float(ground.get("y", "0"))
    return top <= float(text.get("y", "0")) <= top + float(ground.get("height", "0"))
