"""The drawing that all frames of a story share: boxes with their fixed text, and arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from autograd import EdgeStep, Node
from viz.formulas.rules import forward, text
from viz.graph.layout import Layout, Route, in_columns
from viz.graph.place import Rectangle
from viz.graph.selection import TooLargeError
from viz.graph.weights import wired_in
from viz.stepping.changes import UNSET, Change, changes
from viz.stepping.story import Story
from viz.style.lettering import WIDEST, short, text_width, width_of
from viz.style.numerals import lengths, number, product

SIZE, LINE, PAD = 13.0, 17.0, 5.0  # font size, line height, and padding left and right, in pixels
_MOST_NODES = 2_500
_ONE_LINE = 66.0  # the widest label that is written on one line


@dataclass(frozen=True)
class Stage:
    """The drawing that all frames share: boxes with their fixed text, and arrows.

    plates: weights, which are on their wires, each with the place where its gradient begins. feet:
    biases, which are at the foot of their neuron's box. weighted: the arrows with a weight.
    """

    layout: Layout
    edges: tuple[tuple[int, int, int], ...]  # input, node, position
    fixed: tuple[tuple[str, str, str], ...]  # name, formula, tooltip
    leaves: frozenset[int]
    arrows: dict[Node, list[tuple[int, int]]]  # for each node: (arrow, position)
    plates: Mapping[int, float] = field(default_factory=dict)
    feet: frozenset[int] = frozenset()
    weighted: frozenset[int] = frozenset()

    def told(self, arrow: int, written: str) -> list[tuple[float, float, str]]:
        """Return the lines of a label, each with the midpoint of its baseline.

        Below a weight it continues from the weight: `0.5` `× 2.0 = 1.0`.
        """
        x, y = self.layout.routes[arrow].middle
        lines = lines_of(written, arrow in self.weighted)
        top = y + 4.5 - LINE * (len(lines) - 1) / 2
        return [(x, top + LINE * k, line) for k, line in enumerate(lines)]

    def ground(self, arrow: int, written: str) -> Rectangle:
        """Return the part of an arrow that its label covers, lest the line be taken for a minus."""
        lines = self.told(arrow, written)
        wide = max(_wide(line) for _, _, line in lines) + 4
        x, y, _ = lines[0]
        return Rectangle(x - wide / 2, y - LINE + 4, wide, LINE * len(lines))


def lines_of(written: str, goes_on: bool = False) -> list[str]:
    """Return the lines that a label is broken into on its arrow.

    goes_on: whether it is below a weight, which is its first factor.

    >>> lines_of("0.86712 × (-0.16081) = -0.13944"), lines_of("1.0 × 2.0 = 2.0")
    (['0.86712 ×', '-0.16081 =', '-0.13944'], ['1.0 × 2.0 =', '2.0'])
    >>> lines_of("0.5 × (-2.0) = -1.0", goes_on=True)
    ['× (-2.0) = -1.0']
    """
    product, equals, result = written.partition(" = ")
    if not equals:
        return [written]
    local, _, upstream = product.partition(" × ")
    if goes_on:
        return [f"× {upstream} = {result}"]
    if _wide(written) <= _ONE_LINE:
        return [written]
    if _wide(f"{product} =") <= _ONE_LINE:
        return [f"{product} =", result]
    return [f"{local} ×", f"{upstream.strip('()')} =", result]


def _wide(text: str, bold: bool = False) -> float:
    return text_width(text, SIZE, bold)


class StagedStory(NamedTuple):
    """What all the pictures of a story share: each frame's changes, and the stage."""

    changes: Sequence[Sequence[Change]]
    stage: Stage


def stage(story: Story, made: Sequence[Sequence[Change]]) -> Stage:
    """Lay out boxes that are wide enough for every frame."""
    place = {node: i for i, node in enumerate(story.order)}
    fixed = _fixed(story)
    widest, values, gradients = _widths(fixed, made)
    boxes = [
        (2 * PAD + max(w, v + 12, g), 4 * LINE + PAD)
        for w, v, g in zip(widest, values, gradients, strict=True)
    ]
    edges = tuple(
        (place[x], place[node], position)
        for node in story.order
        for position, x in enumerate(node.inputs)
        if isinstance(x, Node)
    )
    plates = _plates(story, place)
    leaves = frozenset(i for i, node in enumerate(story.order) if node.op is None)
    arrows: dict[Node, list[tuple[int, int]]] = {node: [] for node in story.order}
    for i, (_, head, position) in enumerate(edges):
        arrows[story.order[head]].append((i, position))
    arranged = _Arranged(boxes, edges, _sent_along(story, place, edges), plates, values, gradients)
    return Stage(
        arranged.layout(),
        edges,
        tuple(fixed),
        leaves,
        arrows,
        {i: 2 * PAD + values[i] for i, (_, position) in plates.items() if position >= 0},
        frozenset(i for i, (_, position) in plates.items() if position < 0),
        frozenset(arranged.weighted),
    )


def _fixed(story: Story) -> list[tuple[str, str, str]]:
    """Return what every frame says of each node: its name, its kind, and both in full."""
    fixed = []
    for node in story.order:
        name = story.names[node]
        formula = "" if node.op is None else text(forward(node, story.names.__getitem__))
        kind = "leaf" if node.op is None else formula
        shape = np.shape(node.data)
        if shape:
            kind = f"{lengths(shape)} {kind}"
        line = (
            short(kind) if width_of(kind) <= WIDEST or node.op is None else _by_symbol(node, shape)
        )
        fixed.append((short(name, WIDEST - 4), line, f"{name} = {formula}" if formula else name))
    return fixed


def _widths(
    fixed: Sequence[tuple[str, str, str]], made: Sequence[Sequence[Change]]
) -> tuple[list[float], list[float], list[float]]:
    """Return the widest text of each box over all frames, its widest value and gradient."""
    widest = [
        max(_wide(name, bold=True) + 30, _wide(line), _wide(UNSET)) for name, line, _ in fixed
    ]
    values, gradients = ([0.0] * len(fixed) for _ in range(2))
    for frame in made:
        for i, slot, written in frame:
            if slot == "value":
                values[i] = max(values[i], _wide(written.removeprefix("= "), bold=True))
            elif slot == "grad":
                gradients[i] = max(gradients[i], _wide(written))
            elif slot == "badge":
                widest[i] = max(
                    widest[i], _wide(fixed[i][0], bold=True) + 8 + _wide(written, bold=True)
                )
    return widest, values, gradients


#: For a weight or a bias: its neuron, and which operand it multiplies; -1 for a bias.
_Plates = dict[int, tuple[int, int]]


def _plates(story: Story, place: Mapping[Node, int]) -> _Plates:
    """Return the leaves that are only weights or biases, and so are written where they act."""
    found: _Plates = {}
    for node, wired in wired_in(story.order).items():
        for position, leaf in wired.weights.items():
            if isinstance(node.inputs[position], Node):
                found[place[leaf]] = (place[node], position)
        if wired.bias is not None:
            found[place[wired.bias]] = (place[node], -1)
    return found


class _Arranged:
    """Places the boxes; a weight in the middle of its wire, a bias at the foot of its neuron."""

    foot = 2 * LINE + 4
    high = LINE + 3  # a weight with its gradient beside it

    def __init__(
        self,
        boxes: Sequence[tuple[float, float]],
        edges: Sequence[tuple[int, int, int]],
        along: Sequence[str],
        plates: _Plates,
        values: Sequence[float],
        gradients: Sequence[float],
    ) -> None:
        self.sizes, self.edges, self.along, self.plates = boxes, edges, along, plates
        self.values, self.gradients = values, gradients
        self.on_wire = {at: i for i, at in plates.items()}
        self.wires = [k for k, (tail, _, _) in enumerate(edges) if tail not in plates]
        self.weighted = [k for k in self.wires if edges[k][1:] in self.on_wire]

    def _label(self, k: int) -> tuple[float, float]:
        weight = self.on_wire.get(self.edges[k][1:])
        lines = lines_of(self.along[k], weight is not None)
        wide = max(map(_wide, lines)) + 4
        if weight is None:
            return (wide, LINE * len(lines)) if self.along[k] else (4.0, LINE / 2)
        plate = self.values[weight] + max(self.gradients[weight], _wide(UNSET)) + 3 * PAD
        return max(wide, plate), self.high + LINE

    def layout(self) -> Layout:
        """Return the places of all boxes, plates and arrows."""
        boxes = [i for i in range(len(self.sizes)) if i not in self.plates]
        again = {i: k for k, i in enumerate(boxes)}
        sizes = []
        for i in boxes:
            (width, height), bias = self.sizes[i], self.on_wire.get((i, -1))
            if bias is not None:
                least = max(self.values[bias], self.gradients[bias], _wide(UNSET)) + 2 * PAD
                width, height = max(width, least), height + self.foot
            sizes.append((width, height))
        found = in_columns(
            sizes,
            [(again[self.edges[k][0]], again[self.edges[k][1]]) for k in self.wires],
            [self._label(k) for k in self.wires],
            {n: self.high / 2 for n, k in enumerate(self.wires) if k in self.weighted},
        )
        routes = dict(zip(self.wires, found.routes, strict=True))
        places = {i: found.places[again[i]] for i in boxes}
        for k in self.weighted:  # the label of a wire is below its weight
            room = routes[k].label or Rectangle(0, 0, 0, 0)
            weight = self.on_wire[self.edges[k][1:]]
            places[weight] = Rectangle(room.x, room.y, room.width, self.high)
            below = (room.x + room.width / 2, room.y + self.high + LINE / 2)
            routes[k] = replace(routes[k], middle=below)
        for k, (tail, head, _) in enumerate(self.edges):
            if tail not in self.plates:
                continue
            position = self.plates[tail][1]
            if position < 0:
                x, y, width, height = places[head]
                places[tail] = Rectangle(x + 3, y + height - self.foot, width - 6, self.foot - 3)
                routes[k] = Route("", (x, y))
            else:
                wire = routes[
                    next(w for w in self.weighted if self.edges[w][1:] == (head, position))
                ]
                routes[k] = Route(wire.tail, wire.middle)
        return Layout(
            found.width,
            found.height,
            tuple(places[i] for i in range(len(self.sizes))),
            tuple(routes[k] for k in range(len(self.edges))),
        )


def _sent_along(
    story: Story, place: Mapping[Node, int], edges: Sequence[tuple[int, int, int]]
) -> list[str]:
    """Return the widest text that any frame writes on each edge."""
    longest: dict[tuple[int, int], str] = {}
    for frame in story:
        if frame.kind != "backward" or frame.node is None:
            continue
        for edge in frame.edges:
            key, written = (place[frame.node], edge.position), sent(edge, frame.upstream)
            longest[key] = max(written, longest.get(key, ""), key=_wide)
    return [longest.get((head, position), "") for _, head, position in edges]


def sent(edge: EdgeStep, upstream: Any) -> str:
    """Return what a frame writes on an arrow: `local × upstream = contribution`, or a shape."""
    if np.ndim(edge.contribution):
        return lengths(np.shape(edge.contribution))
    if edge.local is None or np.ndim(edge.local) or np.ndim(upstream):
        written = number(edge.contribution)
        return written if written.startswith("-") else f"+{written}"
    return product(float(edge.local), float(upstream), float(edge.contribution))


def _by_symbol(node: Node, shape: tuple[int, ...]) -> str:
    """Return the line for an operation whose formula is too long for a box."""
    name = node.op.name if node.op is not None else ""
    count = f" of {len(node.inputs)}" if len(node.inputs) > 1 else ""
    return short(f"{lengths(shape)} {name}{count}" if shape else f"{name}{count}")


def drawn(story: Story, made: Sequence[Sequence[Change]]) -> StagedStory:
    """Return the changes of all frames, and a stage with room for them."""
    return StagedStory(made, stage(story, made))


def followed(story: Story) -> Sequence[Sequence[Change]]:
    """Return the changes of all frames; raises TooLargeError beyond 2,500 nodes."""
    if len(story.order) > _MOST_NODES:
        raise TooLargeError(
            f"a player of {len(story.order):,} nodes is more than the {_MOST_NODES:,} that can be "
            "followed: take fewer samples or a smaller network, read the steps as data or as "
            ".text(), or draw the part nearest to the result with viz.draw"
        )
    return changes(story)
