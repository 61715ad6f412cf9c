"""Settle the heights in a picture: blocks keep their order and move until lines are level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

APART, RAIL = 10.0, 7.0  # between boxes, and between lines


@dataclass(eq=False)
class LayoutBlock:
    """Anything with a height that spans columns: a cell, a label, a line's rail, a group."""

    first: int
    last: int
    height: float
    order: tuple[float, ...]
    parent: LayoutBlock | None = None
    apart: float = APART
    id: str = ""
    head: float = 0.0  # the room above the children, for the title of a group
    y: float = 0.0
    children: list[LayoutBlock] = field(default_factory=list)

    def top(self) -> float:
        """Return the y coordinate on the page."""
        inside = 0.0 if self.parent is None else self.parent.top() + self.parent.head
        return self.y + inside

    def chain(self) -> list[LayoutBlock]:
        """Return this block and those around it, the outermost first."""
        return [*([] if self.parent is None else self.parent.chain()), self]


#: What a block should be level with, the offset between the two, and how strongly.
Spring = tuple["LayoutBlock", float, float]


def child_in(level: LayoutBlock, block: LayoutBlock) -> LayoutBlock | None:
    """Return the child of a group that holds a block; None if the block is not inside it."""
    while block.parent is not None and block.parent is not level:
        block = block.parent
    return block if block.parent is level else None


def inside(block: LayoutBlock, outer: LayoutBlock) -> float:
    """Return how far the top of a block is below the top of an enclosing block."""
    return 0.0 if block is outer else block.top() - outer.top()


def neighbours(children: Sequence[LayoutBlock]) -> list[tuple[LayoutBlock, LayoutBlock, float]]:
    """Return (upper, lower, distance) for each pair of neighbours in a column."""
    last: dict[int, LayoutBlock] = {}
    found: list[tuple[LayoutBlock, LayoutBlock, float]] = []
    for block in children:
        seen: set[LayoutBlock] = set()
        for k in range(block.first, block.last + 1):
            upper = last.get(k)
            if upper is not None and upper not in seen:
                seen.add(upper)
                apart = (
                    min(upper.apart, block.apart)
                    if RAIL in (upper.apart, block.apart)
                    else (upper.apart + block.apart) / 2
                )
                found.append((upper, block, upper.height + apart))
            last[k] = block
    return found


def relax(
    children: Sequence[LayoutBlock],
    above: Sequence[tuple[LayoutBlock, LayoutBlock, float]],
    springs: Mapping[LayoutBlock, Sequence[Spring]],
) -> None:
    """Move each block towards its preferred place, keeping order and distances.

    Pushing only down and pushing only up both keep them, and so does the average of the two.
    """
    wanted = {block: block.y for block in children}
    for block, own in springs.items():
        there = force = 0.0
        for other, apart, pull in own:
            there += (other.y + apart) * pull
            force += pull
        # Only half the way: two blocks that want each other's place would swap for ever.
        wanted[block] = (block.y + there / force) / 2
    down, up = dict(wanted), dict(wanted)
    for upper, lower, distance in above:
        down[lower] = max(down[lower], down[upper] + distance)
    for upper, lower, distance in reversed(above):
        up[upper] = min(up[upper], up[lower] - distance)
    for block in children:
        block.y = (down[block] + up[block]) / 2
