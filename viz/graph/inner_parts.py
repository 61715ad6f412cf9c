"""What the boxes of a program open into, for the viewer: level by level, as much as a page holds.

First comes a path down to single numbers through each member of the largest stack, then the rest.
The first member of a stack comes before the others, since they are all alike. What does not fit on
the page is drawn by `viz.draw(…, inside=…)`, and its box says so.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count

from autograd import Value
from viz.graph.insides import level_of
from viz.graph.levels import Shown, picture_of
from viz.graph.paint import paint
from viz.graph.part import Part
from viz.graph.parts import Picture
from viz.graph.program import Program
from viz.graph.svg import finish
from viz.style.colors import LEVELS, Theme, palette
from viz.style.scales import Range, Scale
from viz.viewer.level import Level

_ROOM = 2_650_000  # characters of SVG in all levels together: about a third of a megabyte of page
_TITLE = re.compile(r'( aria-label="([^"]*)">)<title>\2</title>')  # what the script repeats
_CELLS = re.compile(r' data-levels="[a-z]{32,}"')  # heat maps; equal ones count once
_LATER = 3  # levels by which each further member of a stack is delayed


@dataclass
class _Drawn:
    """A level on the page, and those that its boxes open into."""

    shown: Shown
    svg: str
    inside: dict[str, _Drawn] = field(default_factory=dict)


class InnerParts:
    """The levels behind the picture of a program.

    program: the source of the levels. shown: the top level.
    """

    def __init__(self, program: Program, shown: Shown) -> None:
        self.program, self.shown = program, shown

    @cached_property
    def sizes(self) -> Range:
        """The range of gradient sizes that colours cover: that of all single numbers."""
        found = (self.program.gradient(x) for x in self.program.nodes if isinstance(x, Value))
        return _wide(Range.of(g for g in found if g is not None))

    def level(self, theme: Theme, scale: Scale | None = None, svg: str = "") -> Level:
        """Return the picture (`svg` if already drawn) with its insides, for the viewer."""
        top, known = _Drawn(self.shown, svg), set[str]()
        room, order = _ROOM, count()
        waiting: list[tuple[bool, int, int, _Drawn, str, Part]] = []

        def wait_for(here: _Drawn, depth: int, aside: bool) -> None:
            # aside: off the paths down, each of which continues in the most informative part.
            parts = here.shown.inside
            way = set(parts.values())
            if way and here.shown.part.kind != "stack":
                way = {max(parts.values(), key=_weight)}
            for id, part in parts.items():
                late = depth + _LATER * _position(part)
                off = aside or part not in way or (depth > 1 and _position(part) > 0)
                heapq.heappush(waiting, (off, late, next(order), here, id, part))

        wait_for(top, 0, False)
        while waiting and room > 0:
            aside, depth, _, around, id, part = heapq.heappop(waiting)
            shown = picture_of(self.program, part)
            picture = self._coloured(shown)
            svg = finish(paint(picture, palette(theme), scale, folded=True), picture, theme)
            inner = _Drawn(shown, _TITLE.sub(r"\1", svg))
            cells = set(_CELLS.findall(inner.svg)) - known
            known |= cells
            room -= len(_CELLS.sub("", inner.svg)) + sum(map(len, cells))
            around.inside[id] = inner
            wait_for(inner, depth + 1, aside)
        return self._level(top, theme, scale)

    def _coloured(self, shown: Shown) -> Picture:
        """Return a level in colours that mean the same on every level of the page."""
        return replace(shown.picture, sizes=self.sizes, norms=_wide(self.shown.picture.norms))

    def _level(self, here: _Drawn, theme: Theme, scale: Scale | None) -> Level:
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
