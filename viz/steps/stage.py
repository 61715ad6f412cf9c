"""The drawing that all frames of a story share: boxes with their fixed text, and arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import NamedTuple

import numpy as np

from autograd import EdgeStep, Node
from viz.formulas.rules import forward, text
from viz.graph.layout import Layout, Place, Route, in_columns
from viz.graph.selection import TooLargeError
from viz.graph.weights import wired_in
from viz.steps.changes import UNSET, Change, changes
from viz.steps.story import Story
from viz.style.lettering import WIDEST, short, width_of
from viz.style.numerals import lengths, number

CHARACTER, LINE, PAD = 7.9, 18.0, 9.0  # of the monospaced letters, in pixels
_NARROWEST = 14  # the same, with room for "grad not computed" in smaller letters
_MOST_NODES = 2_500


@dataclass(frozen=True)
class Stage:
    """The drawing that all frames share: boxes with their fixed text, and arrows."""

    layout: Layout
    edges: tuple[tuple[int, int, int], ...]  # input, node, position
    fixed: tuple[tuple[str, str, str], ...]  # name, formula, tooltip
    leaves: frozenset[int]
    arrows: dict[Node, list[tuple[int, int]]]  # of each node: (arrow, position)
    plates: frozenset[int] = frozenset()  # weights and biases, which stand on wires and in boxes


class Drawn(NamedTuple):
    """What all the pictures of a story share: the changes of each frame, and the stage."""

    changes: Sequence[Sequence[Change]]
    stage: Stage


def stage(story: Story, made: Sequence[Sequence[Change]]) -> Stage:
    """Lay out boxes that are wide enough for every frame."""
    place = {node: i for i, node in enumerate(story.order)}
    fixed, widest = [], []
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
        widest.append(max(width_of(fixed[-1][0]) + 4, width_of(line), _NARROWEST))
    for frame in made:
        for i, slot, written in frame:
            if slot in ("value", "grad") and written != UNSET:
                widest[i] = max(widest[i], width_of(written))
            elif slot == "badge":
                widest[i] = max(widest[i], width_of(fixed[i][0]) + 1 + width_of(written))
    edges = tuple(
        (place[x], place[node], position)
        for node in story.order
        for position, x in enumerate(node.inputs)
        if isinstance(x, Node)
    )
    plates = _plates(story, place)
    sizes = [(2 * PAD + CHARACTER * n, 4 * LINE + PAD) for n in widest]
    along = [_label(written) for written in _sent_along(story, place, edges)]
    placed = _arranged(sizes, edges, along, plates)
    leaves = frozenset(i for i, node in enumerate(story.order) if node.op is None)
    arrows: dict[Node, list[tuple[int, int]]] = {node: [] for node in story.order}
    for i, (_, head, position) in enumerate(edges):
        arrows[story.order[head]].append((i, position))
    return Stage(placed, edges, tuple(fixed), leaves, arrows, frozenset(plates))


#: Of a weight or a bias: its neuron, and which operand it multiplies; -1 for a bias.
_Plates = dict[int, tuple[int, int]]


def _plates(story: Story, place: Mapping[Node, int]) -> _Plates:
    """Return which leaves are only weights and biases, and so are written where they work."""
    found: _Plates = {}
    for node, wired in wired_in(story.order).items():
        for position, leaf in wired.weights.items():
            if isinstance(node.inputs[position], Node):
                found[place[leaf]] = (place[node], position)
        if wired.bias is not None:
            found[place[wired.bias]] = (place[node], -1)
    return found


def _arranged(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int, int]],
    along: Sequence[tuple[float, float]],
    plates: _Plates,
) -> Layout:
    """Place the boxes; a weight in the middle of its wire, a bias at the foot of its neuron."""
    on_wire = {at: i for i, at in plates.items()}
    boxes = [i for i in range(len(sizes)) if i not in plates]
    again = {i: k for k, i in enumerate(boxes)}
    foot = 2 * LINE + 6
    taller = [
        (max(sizes[i][0], sizes[on_wire[i, -1]][0] + 8), sizes[i][1] + foot)
        if (i, -1) in on_wire
        else sizes[i]
        for i in boxes
    ]
    wires = [k for k, (tail, _, _) in enumerate(edges) if tail not in plates]
    labels = []
    for k in wires:
        weight = on_wire.get(edges[k][1:])
        wide, high = along[k]
        labels.append(
            (wide, high) if weight is None else (max(wide, sizes[weight][0]), LINE + foot)
        )
    found = in_columns(taller, [(again[edges[k][0]], again[edges[k][1]]) for k in wires], labels)
    routes = dict(zip(wires, found.routes, strict=True))
    places = {i: found.places[again[i]] for i in boxes}
    wire_of = {edges[k][1:]: k for k in wires}
    for k, (tail, head, _) in enumerate(edges):
        if tail not in plates:
            continue
        position = plates[tail][1]
        if position < 0:
            x, y, width, height = astuple(places[head])
            places[tail] = Place(x + 3, y + height - foot, width - 6, foot - 3)
            routes[k] = Route("", (x, y))
            continue
        wire = routes[wire_of[head, position]]
        room = wire.label or Place(0, 0, 0, 0)
        places[tail] = Place(room.x, room.y + LINE, room.width, foot)
        routes[k] = Route(wire.tail, (room.x + room.width / 2, room.y + room.height + LINE / 2))
        above = (room.x + room.width / 2, room.y + LINE / 2)
        routes[wire_of[head, position]] = replace(wire, middle=above)
    return Layout(
        found.width,
        found.height,
        tuple(places[i] for i in range(len(sizes))),
        tuple(routes[k] for k in range(len(edges))),
    )


def _sent_along(
    story: Story, place: Mapping[Node, int], edges: Sequence[tuple[int, int, int]]
) -> list[str]:
    """Return for each edge the longest text that a frame writes on it."""
    longest: dict[tuple[int, int], str] = {}
    for frame in story:
        if frame.kind != "backward" or frame.node is None:
            continue
        for edge in frame.edges:
            key, written = (place[frame.node], edge.position), sent(edge)
            longest[key] = max(written, longest.get(key, ""), key=width_of)
    return [longest.get((head, position), "") for _, head, position in edges]


def _label(written: str) -> tuple[float, float]:
    return (CHARACTER * width_of(written) + 4, LINE) if written else (4.0, LINE / 2)


def sent(edge: EdgeStep) -> str:
    """Return what a frame writes on the arrow along which a contribution goes."""
    if np.ndim(edge.contribution):
        return lengths(np.shape(edge.contribution))
    written = number(edge.contribution)
    return written if written.startswith("-") else f"+{written}"


def _by_symbol(node: Node, shape: tuple[int, ...]) -> str:
    """Return the line of an operation whose formula is too long for a box."""
    name = node.op.name if node.op is not None else ""
    count = f" of {len(node.inputs)}" if len(node.inputs) > 1 else ""
    return short(f"{lengths(shape)} {name}{count}" if shape else f"{name}{count}")


def drawn(story: Story) -> Drawn:
    """Return the changes of all frames, and the stage that has room for them.

    Raises TooLargeError beyond 2,500 nodes.
    """
    if len(story.order) > _MOST_NODES:
        raise TooLargeError(
            f"a player of {len(story.order):,} nodes is more than the {_MOST_NODES:,} that can be "
            "followed: take fewer samples or a smaller network, read the steps as data or as "
            ".text(), or draw the part nearest to the result with viz.draw"
        )
    made = changes(story)
    return Drawn(made, stage(story, made))
