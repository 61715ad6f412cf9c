"""The drawing that all frames of a story share: boxes with their fixed text, and arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from autograd import Node
from viz.formulas.rules import forward, text
from viz.graph.layout import Layout, layout
from viz.graph.selection import TooLargeError
from viz.steps.changes import UNSET, Change, changes
from viz.steps.story import Story
from viz.style.lettering import WIDEST, short, width_of
from viz.style.numerals import lengths

CHARACTER, LINE, PAD = 7.9, 18.0, 9.0  # of the monospaced letters, in pixels
_NARROWEST = 15  # the same, with room for "grad not computed" in smaller letters
_MOST_NODES = 2_500


@dataclass(frozen=True)
class Stage:
    """The drawing that all frames share: boxes with their fixed text, and arrows."""

    layout: Layout
    edges: tuple[tuple[int, int, int], ...]  # input, node, position
    fixed: tuple[tuple[str, str, str], ...]  # name, formula, tooltip
    leaves: frozenset[int]
    arrows: dict[Node, list[tuple[int, int]]]  # of each node: (arrow, position)


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
        shape = np.shape(node.data)  # type: ignore[attr-defined]
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
    sizes = [(2 * PAD + CHARACTER * n, 4 * LINE + PAD) for n in widest]
    edges = tuple(
        (place[x], place[node], position)
        for node in story.order
        for position, x in enumerate(node.inputs)
        if isinstance(x, Node)
    )
    placed = layout(sizes, [(tail, head) for tail, head, _ in edges])
    leaves = frozenset(i for i, node in enumerate(story.order) if node.op is None)
    arrows: dict[Node, list[tuple[int, int]]] = {node: [] for node in story.order}
    for i, (_, head, position) in enumerate(edges):
        arrows[story.order[head]].append((i, position))
    return Stage(placed, edges, tuple(fixed), leaves, arrows)


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
