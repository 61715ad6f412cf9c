"""Choose how much of a graph to draw: which boxes are closed, and what is left out.

A graph too large for one picture is cut down here, before any layout is tried: boxes are closed
from the inside out until the rest fits, and if that is not enough, only the nodes nearest to the
result are kept. A notice in the picture says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from autograd import Node
from viz.graph.groups import Box

#: A picture with this many nodes is made smaller; beyond the second number it is refused.
LIMIT, MOST = 300, 1500

#: What one box of a picture stands for: a node, or everything in a closed box.
Item = Node | Box


class TooLargeError(ValueError):
    """A graph is too large to be drawn; the message says what to ask for instead."""


@dataclass(frozen=True)
class Selection:
    """What to draw: `place` is where each node is seen, `kept` the items drawn, in order."""

    place: Mapping[Node, Item]
    kept: tuple[Item, ...]
    notice: str = ""


def select(
    order: Sequence[Node],
    boxes: Mapping[Node, Box],
    depth: int | None = None,
    fold: Collection[str] = (),
    limit: int | None = LIMIT,
    force: bool = False,
) -> Selection:
    """Choose what to draw of the nodes in `order`; see `build.build_picture` for the choices.

    Raises TooLargeError if more than 1,500 boxes would be drawn and `force` is not given.
    """
    deepest = max((box.depth + 1 for box in boxes.values()), default=0)
    open_depth = deepest if depth is None else min(depth, deepest)
    place = place_of(order, boxes, open_depth, fold)
    kept = _distinct(order, place)
    notices = []
    if depth is None and limit is not None and len(kept) > limit and open_depth > 0:
        while len(kept) > limit and open_depth > 0:
            open_depth -= 1
            place = place_of(order, boxes, open_depth, fold)
            kept = _distinct(order, place)
        which = f" more than {open_depth} deep" if open_depth else ""
        notices.append(f"{len(order):,} nodes, so boxes{which} are closed")
    if limit is not None and len(kept) > limit:
        total = len(kept)
        kept = _nearest(order, place, limit)
        notices.append(f"shown are the {len(kept):,} of {total:,} nodes nearest to the result")
    if len(kept) > MOST and not force:
        raise TooLargeError(_refusal(len(kept), len(order), bool(boxes)))
    return Selection(place, tuple(kept), "; ".join(notices))


def _refusal(drawn: int, total: int, has_boxes: bool) -> str:
    close = "close boxes with depth=0 or depth=1, " if has_boxes else ""
    return (
        f"a picture of {drawn:,} nodes (the graph has {total:,}) is more than the {MOST:,} that "
        f"can be laid out in reasonable time and read: {close}leave limit at {LIMIT} to see "
        "the part nearest to the result, draw a node further inside, take a smaller batch, or "
        "insist with force=True"
    )


def place_of(
    order: Sequence[Node], boxes: Mapping[Node, Box], open_depth: int, fold: Collection[str] = ()
) -> dict[Node, Item]:
    """Return where each node is seen: as itself, or in the outermost closed box around it."""
    closed: dict[Box, Box | None] = {}
    place: dict[Node, Item] = {}
    for node in order:
        box = boxes.get(node)
        if box is not None and box not in closed:
            closed[box] = next(
                (b for b in box.ancestors() if b.depth >= open_depth or b.name in fold), None
            )
        place[node] = node if box is None else closed[box] or node
    return place


def _distinct(order: Sequence[Node], place: Mapping[Node, Item]) -> list[Item]:
    """Return the visible items, each box at its last node: after all of its inputs."""
    return list(dict.fromkeys(place[node] for node in reversed(order)))[::-1]


def _nearest(order: Sequence[Node], place: Mapping[Node, Item], limit: int) -> list[Item]:
    """Return the `limit` nodes and closed boxes that are fewest edges away from the result."""
    members: dict[Box, list[Node]] = {}
    for node in order:
        item = place[node]
        if isinstance(item, Box):
            members.setdefault(item, []).append(node)
    root = place[order[-1]]
    near = {root}
    queue = deque([root])
    while queue and len(near) < limit:
        here = queue.popleft()
        for node in members[here] if isinstance(here, Box) else (here,):
            for x in node.inputs:
                if isinstance(x, Node) and place[x] not in near and len(near) < limit:
                    near.add(place[x])
                    queue.append(place[x])
    return [item for item in _distinct(order, place) if item in near]
