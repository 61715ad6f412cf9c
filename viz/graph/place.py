"""Place the boxes of a picture: columns from left to right, each in program order.

A box is to the right of its operands. The boxes of a column are in the order in which the program
made them, the first on top, even if lines cross, because a reader looks for the first neuron on
top. Within that order boxes move up and down until lines are as level as possible. A group is laid
out by itself and is one block in the group around it; a long line has a place of its own in each
column that it passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from viz.graph.lines import Point, Side, out_of
from viz.graph.settle import APART, RAIL, LayoutBlock, Spring, child_in, inside, neighbours, relax

GAP = 26.0  # between columns that hold something
_PAD, _TITLE = 10.0, 27.0  # the padding of a group, and the height of its title
_SWEEPS, _WORK = 40, 5_000  # upper limits; the second is for all blocks of a level together
_FANNED = 0.1  # how strongly one of many wires pulls
#: How strongly a box just before its only user pulls, and how far it may reach above the line that
#: passes it: a chain of layers is to be level, so its weights hang below that line.
_BESIDE, _HANGS = 0.1, 16.0
_PORTS = 24.0  # the most between two lines that end at a box, so a chain of tall boxes stays level
FAN = 62.0  # before a column of labels that many lines fan out to


class Rectangle(NamedTuple):
    """Where something is: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Cell:
    """A box to be placed; `group` is the id of the innermost group around it.

    slot: its column. Odd ones are for boxes, and even ones for what comes just before a box: the
    labels of its lines, and inputs that only it uses. order: its sort key within the column; by
    default, its position among the cells.
    """

    id: str
    width: float
    height: float
    slot: int
    group: str | None = None
    order: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Link:
    """A line from one cell to another, with the size of its label.

    A link without a source is only a tag: its line begins at the label. `fans` asks for room before
    the label, where many lines fan out; `room` asks for it without a label, for one that may come
    later. `meets`: how far below the top of the label the line meets it; by default, half-way.
    """

    id: str
    source: str | None
    target: str
    position: int = 0
    label: tuple[float, float] | None = None
    fans: bool = False
    meets: float | None = None
    room: float = 0.0


@dataclass
class Placed:
    """The places of everything; `lines` are the points of each link, in pairs of level pieces."""

    width: float = 0.0
    height: float = 0.0
    cells: dict[str, Rectangle] = field(default_factory=dict)
    labels: dict[str, Rectangle] = field(default_factory=dict)
    groups: dict[str, Rectangle] = field(default_factory=dict)
    gaps: float = 0.0  # how often the gap between columns is in the width
    lines: dict[str, list[Point]] = field(default_factory=dict)


#: A point on a line: a block, and how far below its top the point is.
_Way = tuple[LayoutBlock, float]


def place(
    cells: Sequence[Cell],
    links: Sequence[Link],
    parents: Mapping[str, str | None],
    down: bool = False,
    gap: float = GAP,
    apart: float = APART,
) -> Placed:
    """Place cells, given in program order, and the links between them.

    parents: the group around each group, None for the outermost. down: lay out from top to bottom,
    siblings from left to right, which is the same with the axes swapped. gap: between columns.
    apart: between the boxes of one column.

    >>> a, b = Cell("a", 50, 20, 1), Cell("b", 50, 20, 3)
    >>> placed = place([a, b], [Link("e", "a", "b")], {})
    >>> placed.cells["a"].x < placed.cells["b"].x, placed.cells["a"].y == placed.cells["b"].y
    (True, True)
    """
    if not down:
        return _Placing(cells, links, parents, gap=gap, apart=apart).placed()
    turned = [replace(cell, width=cell.height, height=cell.width) for cell in cells]
    flat = [link if link.label is None else replace(link, label=link.label[::-1]) for link in links]
    return _turned(_Placing(turned, flat, parents, (_PAD, _TITLE), gap, apart).placed())


def _turned(placed: Placed) -> Placed:
    """Return the same with x and y swapped."""

    def turn(places: Mapping[str, Rectangle]) -> dict[str, Rectangle]:
        return {id: Rectangle(y, x, height, width) for id, (x, y, width, height) in places.items()}

    lines = {id: [(y, x) for x, y in points] for id, points in placed.lines.items()}
    return Placed(
        placed.height,
        placed.width,
        turn(placed.cells),
        turn(placed.labels),
        turn(placed.groups),
        placed.gaps,
        lines,
    )


class _Placing:
    def __init__(
        self,
        cells: Sequence[Cell],
        links: Sequence[Link],
        parents: Mapping[str, str | None],
        title: tuple[float, float] = (_TITLE, _PAD),
        gap: float = GAP,
        apart: float = APART,
    ) -> None:
        self.gap = gap
        self.title = title  # its room in y and in x
        self.cells = {cell.id: cell for cell in cells}
        self.index = {cell.id: i for i, cell in enumerate(cells)}
        self.links, self.parents = links, parents
        self.root = LayoutBlock(0, 0, 0.0, ())
        self.groups: dict[str, LayoutBlock] = {}
        self.blocks: dict[str, LayoutBlock] = {}
        self.labels: dict[str, LayoutBlock] = {}
        self.ports = self._ports()
        for cell in cells:
            k, order = cell.slot, cell.order or (self.index[cell.id],)
            block = LayoutBlock(k, k, cell.height, order, self._group(cell.group), apart)
            self._enter(block)
            self.blocks[cell.id] = block
        for link in links:
            if link.label is not None:
                target = self.blocks[link.target]
                k = target.first - 1
                order = (*target.order[:1], link.position)
                block = LayoutBlock(k, k, link.label[1], order, target.parent, apart=4.0)
                self._enter(block)
                self.labels[link.id] = block
        self.filled = {b.first for b in (*self.blocks.values(), *self.labels.values())}
        self.ways = {link.id: self._way(link) for link in links}

    def _group(self, id: str | None) -> LayoutBlock:
        if id is None:
            return self.root
        if id not in self.groups:
            parent = self._group(self.parents[id])
            block = LayoutBlock(10**9, -1, 0.0, (10**9,), parent, id=id, head=self.title[0])
            parent.children.append(block)
            self.groups[id] = block
        return self.groups[id]

    def _enter(self, block: LayoutBlock) -> None:
        """Put a block into its group, and extend the groups around it to span its column."""
        around = block.parent or self.root
        around.children.append(block)
        for group in around.chain()[1:]:
            group.first, group.last = min(group.first, block.first), max(group.last, block.last)
            group.order = min(group.order, block.order)

    def _ports(self) -> dict[str, float]:
        """Return where on the target each line ends: operands in order, from top to bottom."""
        into: dict[str, list[Link]] = {}
        for link in self.links:
            into.setdefault(link.target, []).append(link)
        ports = {}
        for target, found in into.items():
            ordered = sorted(found, key=lambda link: link.position)
            for i, link in enumerate(ordered, 1):
                height, middle = self.cells[target].height, (len(ordered) + 1) / 2
                step = min(height / (len(ordered) + 1), _PORTS)
                ports[link.id] = height / 2 + step * (i - middle)
        return ports

    # The columns that a line crosses between its ends.

    def _way(self, link: Link) -> list[_Way]:
        target = self.blocks[link.target]
        end: list[_Way] = [(target, self.ports[link.id])]
        label = self.labels.get(link.id)
        if label is not None:
            end.insert(0, (label, label.height / 2 if link.meets is None else link.meets))
        if link.source is None:
            return end
        source = self.blocks[link.source]
        start: _Way = (source, source.height / 2)
        free = range(source.last + 1, target.first - (label is not None))
        if len(free) <= 1 and not self._is_used(free):
            return [start, *end]
        rails: list[LayoutBlock] = []
        for k in free:
            parent = self._around(k, source, target)
            if rails and rails[-1].parent is parent:
                rails[-1].last = k
                continue
            order: tuple[float, ...] = (source.order[0] + 0.5, target.order[0], link.position)
            if k == target.first - 1:
                order = (target.order[0], link.position)
            rail = LayoutBlock(k, k, 0.0, order, parent, apart=RAIL)
            parent.children.append(rail)
            rails.append(rail)
        return [start, *((rail, 0.0) for rail in rails), *end]

    def _is_used(self, columns: range) -> bool:
        return any(k in self.filled for k in columns)

    def _around(self, k: int, source: LayoutBlock, target: LayoutBlock) -> LayoutBlock:
        """Return the innermost group of either end that spans column k."""
        mine, others = source.chain()[1:-1], target.chain()[1:-1]
        common = [group for group in mine if group in others]
        alone = [group for group in (*mine, *others) if group not in common]
        spanning = [group for group in alone if group.first <= k <= group.last]
        return spanning[-1] if spanning else common[-1] if common else self.root

    # Up and down.

    def placed(self) -> Placed:
        self._settle(self.root)
        found = Placed()
        lefts, rights = self._columns()
        for id, block in self.blocks.items():
            width = self.cells[id].width
            middle = (lefts[block.first] + rights[block.first]) / 2
            found.cells[id] = Rectangle(middle - width / 2, block.top(), width, block.height)
        for link in self.links:
            if link.label is not None:
                block, width = self.labels[link.id], link.label[0]
                middle = (lefts[block.first] + rights[block.first]) / 2
                found.labels[link.id] = Rectangle(
                    middle - width / 2, block.top(), width, block.height
                )
        columns = self._standing(found)
        for link in self.links:
            found.lines[link.id] = self._line(link, columns, lefts, rights)
        found.gaps = sum(1.0 if k in self.filled else 0.5 for k in range(1, len(lefts) - 1))
        self._frames(self.root, lefts, rights, found)
        edges = [*found.cells.values(), *found.labels.values(), *found.groups.values()]
        found.width = max((x + w for x, _, w, _ in edges), default=0.0)
        found.height = max((y + h for _, y, _, h in edges), default=0.0)
        return found

    def _settle(self, level: LayoutBlock) -> None:
        """Set the heights in a group, from the innermost outward, and its own height."""
        for child in level.children:
            if child.children:
                self._settle(child)
        children = sorted(level.children, key=lambda block: block.order)
        above = neighbours(children)
        springs = self._springs(level)
        # Nobody looks at a large graph as a whole: fewer sweeps answer sooner.
        for _ in range(min(_SWEEPS, max(4, _WORK // len(children))) if springs else 1):
            relax(children, above, springs)
        top = min((c.y for c in children), default=0.0)
        for child in children:
            child.y -= top
        bottom = max((c.y + c.height for c in children), default=0.0)
        level.height = bottom + (level.head + _PAD if level.id else 0.0)

    def _springs(self, level: LayoutBlock) -> dict[LayoutBlock, list[Spring]]:
        """Return what each child should be level with, at what offset, and how strongly."""
        found: dict[LayoutBlock, list[Spring]] = {}
        for link in self.links:
            way = self.ways[link.id]
            for (a, a_y), (b, b_y) in pairwise(way):
                in_a, in_b = child_in(level, a), child_in(level, b)
                if in_a is None or in_b is None or in_a is in_b:
                    continue
                difference = a_y + inside(a, in_a) - b_y - inside(b, in_b)
                pull = _FANNED if link.fans else 1.0
                if link.source is not None and self.blocks[link.source].first % 2 == 0:
                    pull = _BESIDE
                    if link.position and a is self.blocks[link.source]:
                        difference -= max(a_y - _HANGS, 0.0)
                found.setdefault(in_a, []).append((in_b, -difference, pull))
                if a.height or b.height:  # a rail is level with its end
                    found.setdefault(in_b, []).append((in_a, difference, pull))
        return found

    # Left and right.

    def _columns(self) -> tuple[list[float], list[float]]:
        """Return where the contents of each column begin and end."""
        count = 2 + max((b.last for b in self.blocks.values()), default=0)
        widths = [0.0] * count
        for id, block in self.blocks.items():
            widths[block.first] = max(widths[block.first], self.cells[id].width)
        for link in self.links:
            if link.label is not None:
                k = self.labels[link.id].first
                widths[k] = max(widths[k], link.label[0])
        before, after = [0.0] * count, [0.0] * count
        for group in self.groups.values():
            depth = len(group.chain())
            inner = max((len(g.chain()) for g in self._starting(group, "first")), default=depth)
            before[group.first] = max(before[group.first], self.title[1] * (inner - depth + 1))
            inner = max((len(g.chain()) for g in self._starting(group, "last")), default=depth)
            after[group.last] = max(after[group.last], _PAD * (inner - depth + 1))
        for link in self.links:
            if link.fans:
                k = self.labels[link.id].first
                before[k] = FAN - GAP
            if link.room:
                k = self.blocks[link.target].first
                before[k] = max(before[k], link.room)
        lefts, rights, x = [], [], 0.0
        for k in range(count):
            x += before[k]
            lefts.append(x)
            x += widths[k]
            rights.append(x)
            x += after[k] + (self.gap if widths[k] else self.gap / 2 if k else 0.0)
        return lefts, rights

    def _starting(self, group: LayoutBlock, side: str) -> list[LayoutBlock]:
        edge = getattr(group, side)
        return [g for g in self.groups.values() if getattr(g, side) == edge and group in g.chain()]

    def _frames(
        self, level: LayoutBlock, lefts: Sequence[float], rights: Sequence[float], found: Placed
    ) -> Rectangle:
        left, right = lefts[max(level.first, 0)], rights[max(level.last, 0)]
        for child in level.children:
            if child.children:
                x, _, width, _ = self._frames(child, lefts, rights, found)
                left, right = min(left, x), max(right, x + width)
        rim = self.title[1]
        frame = Rectangle(left - rim, level.top(), right - left + rim + _PAD, level.height)
        if level.id:
            found.groups[level.id] = frame
        return frame

    def _standing(self, found: Placed) -> dict[int, dict[LayoutBlock, Side]]:
        """Return what stands in each column, and where."""
        columns: dict[int, dict[LayoutBlock, Side]] = {}
        for blocks, places in ((self.blocks, found.cells), (self.labels, found.labels)):
            for id, block in blocks.items():
                x, y, width, height = places[id]
                columns.setdefault(block.first, {})[block] = x, y, x + width, y + height
        return columns

    def _line(
        self,
        link: Link,
        columns: Mapping[int, Mapping[LayoutBlock, Side]],
        lefts: Sequence[float],
        rights: Sequence[float],
    ) -> list[Point]:
        """Return the points of a line: from the source, along its rails, to the target."""
        points: list[Point] = []
        way = [(block, block.top() + y) for block, y in self.ways[link.id]]
        for i, (block, at) in enumerate(way):
            k = block.first
            there = columns.get(k, {})
            if block not in there:  # a rail
                points += [(lefts[k], at), (rights[block.last], at)]
                continue
            left, _, right, _ = there[block]
            here = list(there.values())
            if i:
                points += out_of(here, lefts[k], (left, at), way[i - 1][1], False)
            if i < len(way) - 1:
                points += out_of(here, rights[k], (right, at), way[i + 1][1], True)
        return points
