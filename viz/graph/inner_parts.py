"""What the boxes of a program open into, for the viewer: level by level, as much as a page holds.

First comes a path down to single numbers through each member of the largest stack, then one box of
every kind in each of them, the nearest first, then the rest. The first member of a stack comes
before the others, since they are all alike. What does not fit on the page is drawn by
`viz.draw(…, inside=…)`, and its box says so.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any

from autograd import Value
from viz.graph.insides import level_of
from viz.graph.levels import PartPicture, picture_of
from viz.graph.paint import paint
from viz.graph.part import Part
from viz.graph.parts import GraphPicture
from viz.graph.program import DividedGraph
from viz.graph.svg import finish
from viz.style.colors import LEVELS, Theme, palette
from viz.style.scales import Range, Scale
from viz.viewer.level import Level, bare
from viz.viewer.packing import Pictures

_ROOM = 450_000  # characters for all levels, each packed alone; packed together, a sixth less
_TITLE = re.compile(r'( aria-label="([^"]*)">)<title>\2</title>')  # what the script repeats
_PLACE = re.compile(r"\[[^]]*\]$")  # the index of a part among its like, in its name
_WAY, _NEW, _REST = range(3)  # which come first: on a path down, of a new kind, or neither
_LATER = 3  # levels by which each further member of a stack is delayed


@dataclass
class _OpenedLevel:
    """A level on the page, and those that its boxes open into."""

    shown: PartPicture
    svg: str
    inside: dict[str, _OpenedLevel] = field(default_factory=dict)


class InnerParts:
    """The levels behind the picture of a program.

    program: the source of the levels. shown: the top level.
    """

    def __init__(self, program: DividedGraph, shown: PartPicture) -> None:
        self.program, self.shown = program, shown

    @cached_property
    def sizes(self) -> Range:
        """The range of gradient sizes that colours cover: that of all single numbers."""
        found = (self.program.gradient(x) for x in self.program.nodes if isinstance(x, Value))
        return _wide(Range.of(g for g in found if g is not None))

    @cached_property
    def stack(self) -> Part | None:
        """The largest stack in the picture, each member of which is looked into."""
        stacks = (part for part in self.shown.part.walk() if part.kind == "stack")
        return max(stacks, key=lambda part: part.last - part.first, default=None)

    def _kind(self, part: Part) -> tuple[Any, ...]:
        """Return what a part has in common with others in the same member of the largest stack.

        A member of another stack is a kind of its own; what is inside it is not.
        """
        around = list(part.around())[::-1]
        if self.stack in around:
            inner = around[around.index(self.stack) + 1 :]
            member = next((p for p in inner if p.kind != "range"), None)
        else:
            member = part if part.parent and part.parent.kind == "stack" else None
        return member, *((p.kind, _PLACE.sub("", p.name)) for p in around)

    def level(self, theme: Theme, scale: Scale | None = None, svg: str = "") -> Level:
        """Return the picture (`svg` if already drawn) with its insides, for the viewer."""
        top, pictures, met = _OpenedLevel(self.shown, svg), Pictures(), set[Any]()
        room, order = _ROOM, count()
        waiting: list[tuple[int, int, int, _OpenedLevel, str, Part]] = []

        def wait_for(here: _OpenedLevel, depth: int, aside: bool) -> None:
            # aside: off the paths down, each of which continues in the most informative part.
            parts = here.shown.inside
            way = set(parts.values())
            if way and here.shown.part.kind != "stack":
                way = {max(parts.values(), key=_weight)}
            for id, part in parts.items():
                off = aside or part not in way or (depth > 1 and _position(part) > 0)
                kind = self._kind(part)
                turn = _WAY if not off else _NEW if kind not in met else _REST
                met.add(kind)
                late = len(kind) if turn == _NEW else depth + _LATER * _position(part)
                heapq.heappush(waiting, (turn, late, next(order), here, id, part))

        wait_for(top, 0, False)
        while waiting and room > 0:
            turn, depth, _, around, id, part = heapq.heappop(waiting)
            shown = picture_of(self.program, part)
            picture = self._coloured(shown)
            svg = finish(paint(picture, palette(theme), scale, folded=True), picture, theme)
            inner = _OpenedLevel(shown, _TITLE.sub(r"\1", svg))
            room -= pictures.size(pictures.add(bare(inner.svg)))
            around.inside[id] = inner
            wait_for(inner, depth + 1, turn != _WAY)
        return self._level(top, theme, scale)

    def _coloured(self, shown: PartPicture) -> GraphPicture:
        """Return a level in colours that mean the same on every level of the page."""
        return replace(shown.picture, sizes=self.sizes, norms=_wide(self.shown.picture.norms))

    def _level(self, here: _OpenedLevel, theme: Theme, scale: Scale | None) -> Level:
        inside = {id: self._level(one, theme, scale) for id, one in here.inside.items()}
        return level_of(here.shown.picture, theme, scale, inside, svg=here.svg)


def _wide(sizes: Range) -> Range:
    """Return a range up to the largest size, of as many powers of ten as a scale has steps."""
    return Range(sizes.largest / 10.0**LEVELS, sizes.largest)


def _weight(part: Part) -> tuple[bool, int]:
    """Return a sort key that prefers parts with a stack in them, and then with many nodes."""
    return any(p.kind == "stack" for p in part.walk()), part.last - part.first


def _position(part: Part) -> int:
    """Return the number of similar parts before this one."""
    if part.parent is None or part.kind not in ("call", "element", "range"):
        return 0
    alike = part.parent.kind in ("stack", "range", "line") or part.kind == "element"
    return part.parent.children.index(part) if alike else 0
