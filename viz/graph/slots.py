"""A drawing with marked places for its numbers, which a script can then change.

The picture is drawn with `draw`'s own layout, with the widest text that each place will ever hold;
in the finished SVG each place is marked with the number of its node. So the player and the live
page always look like the pictures of `draw`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from autograd import Node
from viz.graph.boxes import SIZE, SMALL
from viz.graph.builder import Builder
from viz.graph.groups import Box
from viz.graph.insides import Inside
from viz.graph.paint import paint
from viz.graph.parts import GraphPicture, PictureEdge, PictureNode, ShownGradient, Weight
from viz.graph.svg import as_text, finished
from viz.graph.wrap import PAGE
from viz.style.colors import LIGHT, Theme, palette
from viz.style.lettering import text_width
from viz.style.scales import NONE, Logarithmic

#: What changes: a node's value, its gradient, or the text on an arrow.
Kind = Literal["value", "grad", "local"]
#: The widest text that a place of each kind will hold. For an arrow the number is that of the node
#: at its end, and the last argument is the position of the operand.
Room = Callable[[Kind, int, int], str]
_TAG = "{http://www.w3.org/2000/svg}"
_LONG = 7  # letters of a number
_LOCAL = "∂ = "  # before a local derivative
_GRADIENT_NORM = "their grad norm"  # a note that goes stale as numbers change


@dataclass(frozen=True)
class Copy:
    """Nodes made to show the inside of another, `of`: the numbers `first` to `last`."""

    first: int
    last: int
    of: int


@dataclass
class Slots:
    """Numbers the nodes of a recording, and draws its pictures with marked places.

    In a picture, text with `data-v`, `data-g` or `data-l` shows a node's value, its gradient or the
    label of an arrow; a background with `data-b` has the colour of a gradient. A box has
    `data-node`, or if closed `data-within`: the numbers of the nodes in it; an arrow has
    `data-arcs`: "node:position" for each operand on it.

    order: the nodes; those inside boxes are numbered after them, as they are drawn. sends: whether
    a weight has room for what is sent back along its wire. told: what to write into a place,
    instead of what the picture says; the tooltips of boxes then show `formulas`, and arrows have
    none.
    """

    order: list[Node]
    room: Room
    theme: Theme
    page: tuple[float, float] = PAGE
    sends: bool = False
    told: Callable[[Kind, int, str], str] | None = None
    copies: list[Copy] = field(default_factory=list)
    number: dict[Node, int] = field(default_factory=dict)
    names: dict[Node, str] = field(default_factory=dict)
    formulas: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.number = {node: i for i, node in enumerate(self.order)}

    def formula(self, i: int | None, node: PictureNode) -> str:
        """Return the formula of a node, in names."""
        if i is None or node.kind == "group" or i >= len(self.formulas):
            return node.name
        return self.formulas[i]

    def paint(self, picture: GraphPicture, inside: Inside) -> str:
        """Return a picture with its places marked and its numbers assigned."""
        builder = inside.builder
        if builder is None:
            return self._table(picture, inside)
        self._admit(inside, builder)
        return _Marked(self, _without_norms(picture), builder).svg()

    def _table(self, picture: GraphPicture, inside: Inside) -> str:
        """Return an array's numbers as tables, hidden until the array is computed."""
        drawn = paint(picture, palette(self.theme), page=self.page, told=False)
        root = finished(drawn, picture, self.theme)
        for group in root.iter(f"{_TAG}g"):
            if group.get("id") == picture.nodes[0].id and inside.of is not None:
                group.set("data-table", str(self.number[inside.of]))
        return as_text(root)

    def _admit(self, inside: Inside, builder: Builder) -> None:
        """Number the nodes of an inside: operands keep the box's numbers, the rest are new."""
        if inside.of is None or any(node in self.number for node in inside.results):
            return
        for copy, original in inside.copies.items():
            self.number[copy] = self.number[original]
            self.names[copy] = builder.names.get(copy, "")
        first = len(self.order)
        for node in builder.order:
            if node not in self.number:
                self.number[node] = len(self.order)
                self.order.append(node)
                self.names[node] = builder.names[node]
        self.copies.append(Copy(first, len(self.order) - 1, self.number[inside.of]))


class _Marked:
    """One picture with its places marked."""

    def __init__(self, slots: Slots, picture: GraphPicture, builder: Builder) -> None:
        self.slots, self.picture, self.builder = slots, picture, builder
        number = slots.number
        self.boxes = {
            id: number[item] for item, id in builder.ids.items() if isinstance(item, Node)
        }
        self.boxes |= {id: number[node] for id, node in builder.stands_for.items()}
        self.weights = {
            builder.names[leaf]: number[leaf]
            for wired in builder.wired.values()
            for leaf in wired.leaves
        }
        self.arcs = self._arcs()
        self.within = self._within()

    def _arcs(self) -> dict[str, list[tuple[int, int]]]:
        """Return the operands that each edge of the picture stands for."""
        ids, place, number = self.builder.ids, self.builder.place, self.slots.number
        found: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
        for node in self.builder.order:
            target = ids.get(place[node])
            for position, x in enumerate(node.inputs):
                source = ids.get(place[x]) if isinstance(x, Node) and x in place else None
                if source is None or target is None or source == target:
                    continue
                which = position if isinstance(place[node], Node) else -1
                found.setdefault((source, target, which), []).append((number[node], position))
        arcs: dict[str, list[tuple[int, int]]] = {}
        folded = {id for item, id in ids.items() if isinstance(item, Box)}
        for edge in self.picture.edges:
            which = -1 if edge.target in folded else edge.position
            arcs[edge.id] = found.get((edge.source, edge.target, which), [])
        return arcs

    def _within(self) -> dict[str, list[int]]:
        """Return the nodes shown by each closed box."""
        found: dict[str, list[int]] = {}
        for node in self.builder.order:
            item = self.builder.place[node]
            if isinstance(item, Box) and item in self.builder.ids:
                found.setdefault(self.builder.ids[item], []).append(self.slots.number[node])
        return found

    # The picture with room for its future text.

    def svg(self) -> str:
        colors = palette(self.slots.theme)
        roomy = replace(  # without a legend: the page says what it means
            self.picture,
            notice="",
            born="",
            nodes=tuple(map(self._node, self.picture.nodes)),
            edges=tuple(map(self._edge, self.picture.edges)),
            sizes=NONE,
            norms=NONE,
        )
        drawn = paint(roomy, colors, page=self.slots.page, told=False, spread=True)
        root = finished(drawn, self.picture, self.slots.theme)
        groups = {group.get("id", ""): group for group in root.iter(f"{_TAG}g")}
        for node in self.picture.nodes:
            self._mark_box(groups[node.id], node)
            if self.slots.told is not None and node.kind != "constant":
                formula = self.slots.formula(self.boxes.get(node.id), node)
                self._keep_silent(groups[node.id], formula)
        for edge in self.picture.edges:
            self._mark_edge(groups[edge.id], edge)
            if self.slots.told is not None:
                self._keep_silent(groups[edge.id], "")
        return as_text(root)

    def _node(self, given: PictureNode) -> PictureNode:
        i = self.boxes.get(given.id)
        if i is None:
            return given
        before, _ = _named(given.value)
        gradient = None if given.gradient is None else self._gradient(i)
        value = before + self.slots.room("value", i, 0)
        return replace(given, value=value, gradient=gradient, bias=self._weight(given.bias))

    def _gradient(self, i: int) -> ShownGradient:
        return ShownGradient("value", self.slots.room("grad", i, 0), 1.0)

    def _weight(self, given: Weight | None) -> Weight | None:
        i = None if given is None else self.weights.get(given.name)
        if given is None or i is None:
            return given
        return replace(given, value=self.slots.room("value", i, 0), gradient=self._gradient(i))

    def _edge(self, given: PictureEdge) -> PictureEdge:
        texts = [self.slots.room("local", *arc) for arc in self.arcs[given.id]]
        text = max(texts, key=lambda text: text_width(text, SMALL), default="")
        if given.weight is not None:  # the text continues from the weight, the first factor
            text = "× " + text.partition(" × ")[2] if " × " in text else text
        if not given.text and not (self.slots.sends and given.weight is not None):
            text = ""  # there is no room on lines: the text goes beside them
        flows = ShownGradient("value", "", 0.0) if self.arcs[given.id] else None
        return replace(given, text=text, weight=self._weight(given.weight), contribution=flows)

    # The places in the drawing.

    def _keep_silent(self, group: ET.Element, told: str) -> None:
        """Remove changing numbers from a part's tooltip: they may be the answer to a question."""
        title = group.find(f"{_TAG}title")
        for attribute in ("aria-label", "role"):
            group.attrib.pop(attribute, None)
        if title is not None:
            title.text = told
            if not told:
                group.remove(title)

    def _mark_box(self, group: ET.Element, node: PictureNode) -> None:
        i, within = self.boxes.get(node.id), self.within.get(node.id)
        if within:
            group.set("data-within", ",".join(map(str, within)))
        if i is None:
            return
        if not within and node.kind not in ("group", "constant"):
            group.set("data-node", str(i))
        before, value = _named(node.value)
        if node.kind == "constant" and node.name:
            before = f"{node.name} "
        self._put(group, "value", i, value, before)
        if node.gradient is not None:
            self._put_gradient(group, "grad", i, node.gradient)
        if node.bias is not None and node.bias.name in self.weights:
            bias = self.weights[node.bias.name]
            self._put(group, "bias", bias, node.bias.value, "b ")
            self._put_gradient(group, "bias-grad", bias, node.bias.gradient)

    def _mark_edge(self, group: ET.Element, edge: PictureEdge) -> None:
        arcs = self.arcs[edge.id]
        group.set("data-arcs", " ".join(f"{node}:{position}" for node, position in arcs))
        if edge.weight is not None and edge.weight.name in self.weights:
            group.set("data-weighs", str(self.weights[edge.weight.name]))
        label = next((g for g in group if g.get("class", "").startswith("edge-t")), None)
        if label is None:
            return
        if edge.weight is not None and edge.weight.name in self.weights:
            i = self.weights[edge.weight.name]
            label.set("data-node", str(i))
            self._put(label, "value", i, edge.weight.value)
            self._put_gradient(label, "grad", i, edge.weight.gradient)
        text = _find(label, "text", "local")
        if text is None:
            return
        text.set("data-l", " ".join(f"{node}:{position}" for node, position in arcs[:1]))
        middle = float(text.get("x", "0")) + text_width(text.text or "", SMALL) / 2
        text.set("x", f"{middle:.1f}")  # for its length will change
        text.set("text-anchor", "middle")
        text.text = edge.text
        if edge.text.startswith(_LOCAL):
            text.set("data-before", _LOCAL)
        if edge.weight is None:  # on an uncut line
            for plate in label:
                if plate.tag != f"{_TAG}text":
                    plate.set("fill", "none")
                    plate.set("class", "room")

    def _put(self, group: ET.Element, slot: str, i: int, told: str, before: str = "") -> None:
        text = _find(group, "text", slot)
        if text is not None:
            text.set("data-v", str(i))
            if before:
                text.set("data-before", before)
            self._hold(text)
            band = _ground(group, text)
            if band is not None:
                band.set("data-w", str(i))
            text.text = before + self._told("value", i, told)
            _squeeze(text, told)

    def _put_gradient(self, group: ET.Element, slot: str, i: int, told: ShownGradient) -> None:
        text = _find(group, "text", slot)
        if text is None:
            return
        text.set("data-g", str(i))
        if self.slots.told is None:
            text.set("data-before", "grad ")
        self._hold(text)
        text.text = self._told("grad", i, f"grad {told.text}")
        _squeeze(text, told.text)
        role = "unset" if told.state == "unset" else self._role(told)
        if role == "unset" and self.slots.told is None:  # in smaller letters: they are more
            group.set("class", f"{group.get('class', '')} unsettled".strip())
        band = _ground(group, text)
        if band is not None:
            band.set("data-b", str(i))
            band.set("fill", LIGHT[role])
            band.set("class", f"band f-{role}")

    def _told(self, kind: Kind, i: int, otherwise: str) -> str:
        told = self.slots.told
        return otherwise if told is None else told(kind, i, otherwise)

    def _hold(self, text: ET.Element) -> None:
        """Record how wide a text may be: a longer one is squeezed."""
        if self.slots.told is not None:
            return  # all of its texts are known
        size, bold = float(text.get("font-size", SIZE)), text.get("font-weight") == "bold"
        text.set("data-wide", f"{text_width(text.text or '', size, bold):.0f}")

    def _role(self, gradient: ShownGradient) -> str:
        if gradient.state == "broken":
            return "broken"
        sizes = self.picture.sizes if gradient.signed else self.picture.norms
        return Logarithmic().role(gradient.size, sizes, gradient.signed)


def _squeeze(text: ET.Element, number: str) -> None:
    """Keep a number that is longer than usual in its room, as `picture.js` does."""
    if len(number) > _LONG and "data-wide" in text.attrib and "not" not in number:
        text.set("textLength", text.attrib["data-wide"])
        text.set("lengthAdjust", "spacingAndGlyphs")


def _find(group: ET.Element, tag: str, slot: str) -> ET.Element | None:
    slots = (e for e in group if e.tag == f"{_TAG}{tag}")
    return next((e for e in slots if slot in e.get("class", "").split()), None)


def _ground(group: ET.Element, text: ET.Element) -> ET.Element | None:
    """Return the background of a text: the narrower if two share a line."""
    x, y = (float(text.get(axis, "0")) for axis in "xy")

    def holds(band: ET.Element) -> bool:
        left, top, wide, high = (float(band.get(k, "0")) for k in ("x", "y", "width", "height"))
        return top <= y <= top + high and left <= x <= left + wide

    bands = [b for b in group if "band" in b.get("class", "").split() and holds(b)]
    return min(bands, key=lambda band: float(band.get("width", "0")), default=None)


def _named(value: str) -> tuple[str, str]:
    """Return a value separate from the name before it, as in a closed box: "y = 2.0"."""
    before, equals, text = value.rpartition(" = ")
    return (before + equals, text) if equals else ("", value)


def _without_norms(picture: GraphPicture) -> GraphPicture:
    def without(node: PictureNode) -> PictureNode:
        kept = tuple(note for note in node.notes if not note.startswith(_GRADIENT_NORM))
        return node if kept == node.notes else replace(node, notes=kept)

    return replace(picture, nodes=tuple(map(without, picture.nodes)))


def scale_on(svg: str, width: float, height: float) -> float:
    """Return the factor by which a picture can be scaled on a stage of this size."""
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
    return min(width / float(box[1]), height / float(box[2])) if box else 1.0
