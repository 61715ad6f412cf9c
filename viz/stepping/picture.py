"""The player's picture: the graph as `draw` draws it, with room for the text of every frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from autograd import Node
from viz.formulas.rules import forward, text
from viz.graph.boxes import SMALL
from viz.graph.build import build
from viz.graph.insides import Insides
from viz.graph.parts import GraphPicture, PictureNode
from viz.graph.passes import backward_pass
from viz.graph.slots import Copy, Kind, Room, Slots, scale_on
from viz.graph.weights import wired_in
from viz.graph.wires import EdgeText
from viz.stepping.changes import UNSET, Change, states
from viz.stepping.frames import Frame
from viz.stepping.stage import sent
from viz.stepping.story import Story
from viz.style.colors import Theme
from viz.style.lettering import short, text_width
from viz.viewer.level import Level

#: The room that a 1280 × 720 screen leaves for the picture.
_STAGE = 1290.0, 632.0
_LARGE = 14.0 / SMALL  # a scale at which nothing needs to be left out to keep text large
_LABELLED = 40  # nodes up to which labels may have their own room on the arrows
_LEAST = 11.0 / SMALL  # a scale below which the room at weights is given up too
_HOPELESS = _LEAST / 2  # a scale below which no room is given up: the reader zooms in anyway
#: Whether there is room on the arrows, at the weights on them, and for heat maps.
_WAYS: tuple[tuple[EdgeText, bool, bool], ...] = (
    ("contribution", True, True),
    ("none", True, True),
    ("none", True, False),
    ("none", False, True),
)


class Pictured(NamedTuple):
    """The picture of a story with marked places; `copies` are the nodes inside its boxes."""

    level: Level
    copies: Sequence[Copy]


def pictured(story: Story, made: Sequence[Sequence[Change]], theme: Theme) -> Pictured:
    """Return the picture of a story, and what its boxes open into, with marked places.

    Things that take room, labels on the arrows and heat maps of arrays, are included only as far as
    the text stays large. Raises EngineError if it cannot be drawn.
    """
    with np.errstate(all="ignore"):  # opening a box computes it again
        return _pictured(story, made, theme)


def _pictured(story: Story, made: Sequence[Sequence[Change]], theme: Theme) -> Pictured:
    final = {step.node: step.upstream for step in backward_pass(story.root)}
    room, corner = _rooms(story, made)
    formulas = [_formula(story, node) for node in story.order]
    last = states(story, made, len(story))
    small = len(story.order) <= _LABELLED
    found: list[tuple[float, str, Insides, Slots]] = []
    arrays = any(np.ndim(node.data) for node in story.order)
    wired = not arrays and bool(wired_in(story.order))
    for edges, sends, heat in _WAYS if small else _WAYS[1:]:
        if (not heat and not arrays) or (not sends and not wired):
            continue
        built = build(
            story.root, names=story.names, edges=edges, limit=None, force=True, gradient=final.get
        )
        numbers = {
            built.builder.ids[n]: i for i, n in enumerate(story.order) if n in built.builder.ids
        }
        insides = Insides(_with_corners(built.picture, numbers, corner, heat), built.builder)
        slots = Slots(list(story.order), room, theme, _STAGE, sends=sends, told=_told(last))
        slots.formulas = formulas
        svg = slots.paint(insides.picture, insides.root)
        found.append((scale_on(svg, *_STAGE), svg, insides, slots))
        if found[-1][0] >= _LARGE or found[-1][0] < _HOPELESS:
            break
    best = max(found, key=lambda f: f[0])
    if best[0] < _LARGE:
        readable = [f for f in found if f[3].sends and f[0] >= _LEAST]
        best = max(readable or found, key=lambda f: f[0])
    _, svg, insides, slots = best
    return Pictured(insides.level(theme, svg=svg, painter=slots.paint), slots.copies)


def arrows(frame: Frame, place: Mapping[Node, int]) -> Iterator[list[Any]]:
    """Yield the arrows that a frame is about: the node, the operand, and what is sent."""
    if frame.node is None or frame.kind not in ("forward", "backward"):
        return
    told = {edge.position: sent(edge, frame.upstream) for edge in frame.edges}
    for position, x in enumerate(frame.node.inputs):
        if isinstance(x, Node) and (frame.kind == "forward" or position in told):
            yield [place[frame.node], position, told.get(position, "")]


def _rooms(story: Story, made: Sequence[Sequence[Change]]) -> tuple[Room, list[str]]:
    """Return the widest text of each place over all frames, and of each box's corner."""
    count = len(story.order)
    values, gradients, corners = ([""] * count for _ in range(3))
    for frame in made:
        for i, slot, written in frame:
            if slot == "value":
                values[i] = _wider(values[i], written.removeprefix("= "))
            elif slot == "grad":
                gradients[i] = _wider(gradients[i], written.removeprefix("grad "))
            elif slot == "badge":
                corners[i] = _wider(corners[i], written)
    place = {node: i for i, node in enumerate(story.order)}
    along: dict[tuple[int, int], str] = {}
    for told in story:
        if told.kind == "backward":
            for head, position, written in arrows(told, place):
                along[head, position] = _wider(along.get((head, position), ""), written)
    unset = UNSET.replace("grad ", "")  # with "grad " before it, as wide as the initial text

    def room(kind: Kind, node: int, position: int) -> str:
        if kind == "local":
            return along.get((node, position), "")
        if node >= count:  # inside a box that can be opened: its numbers are the final ones
            return "-0.0000"
        return values[node] if kind == "value" else _wider(gradients[node], unset)

    return room, corners


def _formula(story: Story, node: Node) -> str:
    name = story.names[node]
    if node.op is None:
        return name
    return short(f"{name} = {text(forward(node, story.names.__getitem__))}", 160)


def _told(last: Sequence[Mapping[str, str]]) -> Callable[[Kind, int, str], str]:
    """Return the text in each place at the end of the story."""

    def told(kind: Kind, node: int, otherwise: str) -> str:
        if kind == "local" or node >= len(last):
            return otherwise
        return last[node][kind].removeprefix("= ")

    return told


def _wider(a: str, b: str) -> str:
    return max(a, b, key=lambda told: text_width(told, SMALL))


def _with_corners(
    picture: GraphPicture, numbers: Mapping[str, int], corners: Sequence[str], heat: bool
) -> GraphPicture:
    """Return a picture whose boxes have room for a count of the contributions received."""

    def changed(node: PictureNode) -> PictureNode:
        corner = corners[numbers[node.id]] if node.id in numbers else node.corner
        if heat or (node.heat is None and node.gradient_heat is None):
            return node if corner == node.corner else replace(node, corner=corner)
        return replace(node, corner=corner, heat=None, gradient_heat=None, tips=())

    return replace(picture, nodes=tuple(map(changed, picture.nodes)))
