"""Draw a picture as SVG: place its boxes and lines, row by row on the page, and draw them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil

from viz.graph.boxes import (
    BESIDE,
    CHIP,
    LINE,
    SIZE,
    SMALL,
    Content,
    content_of,
    label_of,
    tag_of,
)
from viz.graph.heat_map import heat_map, line_of, text_of
from viz.graph.legend import Legend, legend
from viz.graph.lines import Point, smooth
from viz.graph.parts import GraphPicture, PictureEdge, PictureGroup, PictureNode, ShownGradient
from viz.graph.place import GAP, Cell, Link, Placed, Rectangle, place
from viz.graph.settle import APART
from viz.graph.wrap import PAGE, SMALLEST, Wrapped, wrapped
from viz.style.colors import LIGHT
from viz.style.labels import clean
from viz.style.lettering import FONT, text_width, written
from viz.style.scales import Logarithmic, Scale

_MARGIN, _BETWEEN = 14.0, 14.0  # around the picture, and between its rows
_ARROW = 8.0
_CLOSE, _CLOSER = 14.0, 1.2  # between columns, if the picture is at most this factor too wide
_NARROWER = 0.94  # the share of a page that such a picture is squeezed to
_FEW, _FLAT = 40, 0.375  # the most boxes of a picture that is spread out; its height / width then
_APARTS = 25.0, 40.0, 60.0, 80.0, 100.0, 125.0, 150.0  # between its boxes
_CHOSEN = 110.0  # before neurons whose weights are shown on selection
_STEP = 20.0  # widths of boxes in folded pictures are multiples of it
_SIGNED = 34.0  # the room beside a group's title for the sign that closes it
_SHEET = 4.0  # how far each sheet of a stack shows behind the one before it


def paint(
    picture: GraphPicture,
    colors: Mapping[str, str] = LIGHT,
    scale: Scale | None = None,
    page: tuple[float, float] = PAGE,
    told: bool = True,
    spread: bool = False,
    folded: bool = False,
) -> str:
    """Return the picture as SVG; nodes, edges and groups have the picture's ids.

    page: the size to wrap it to. told: whether it has a legend. spread: whether the boxes of a
    small flat picture are spread out to use the height of the page. folded: whether heat maps are
    written as letters that the viewer's script turns into shapes.

    >>> from viz.graph.parts import PictureNode
    >>> paint(GraphPicture((PictureNode("n0", "a", "leaf", "2.0"),)))[:4]
    '<svg'
    """
    painter = _Painter(picture, colors, scale or Logarithmic(), page, folded)
    if spread:
        painter.spread()
    return painter.svg(told)


class _Painter:
    def __init__(
        self,
        picture: GraphPicture,
        colors: Mapping[str, str],
        scale: Scale,
        page: tuple[float, float],
        folded: bool = False,
    ) -> None:
        self.folded = folded
        self.picture, self.colors, self.scale, self.page = picture, colors, scale, page
        self.nodes = {node.id: node for node in picture.nodes}
        self.index = {node.id: i for i, node in enumerate(picture.nodes)}
        self.groups = {group.id: group for group in picture.groups}
        self.names = {node.id: node.name or node.value for node in picture.nodes}
        self.boxes = {node.id: content_of(node, self.role) for node in picture.nodes}
        self.labels: dict[str, Content] = {}
        self.framed: set[str] = set()
        self.down = picture.direction == "TD"
        self.apart = APART
        self.fit: Wrapped = wrapped(picture, page)
        for edge in picture.edges:
            content = label_of(edge, self.role)
            if edge.id in self.fit.far:
                content = tag_of(self.names[edge.source], content)
            if content is not None:
                self.labels[edge.id] = content

    def role(self, gradient: ShownGradient) -> str:
        """Return the colour role of a gradient."""
        if gradient.state == "broken":
            return "broken"
        sizes = self.picture.sizes if gradient.signed else self.picture.norms
        return self.scale.role(gradient.size, sizes, gradient.signed)

    def svg(self, with_legend: bool = True) -> str:
        """Return the whole picture."""
        told = legend(self.picture, self.scale, self.colors) if with_legend else Legend((), {})
        on_top = bool(self.picture.notice or self.picture.born)
        y = _MARGIN + (told.height + _BETWEEN / 2 if on_top else 0.0)
        width, last = told.width, 0.0
        parts: list[str] = []
        tops = []
        for row in range(self.fit.rows):
            tops.append(f"{y:.0f}")
            placed = self._place(row)
            page = self.page[0] / SMALLEST
            if page < placed.width < _CLOSER * page:  # whole on a page, if closer
                over = (placed.width - _NARROWER * page) / placed.gaps
                placed = self._place(row, max(_CLOSE, GAP - over))
            dx = _MARGIN - min([0.0, *(x for x, _, _, _ in placed.groups.values())])
            y -= min([0.0, *(top for _, top, _, _ in placed.groups.values())])
            parts += self._row(placed, dx, y)
            y += placed.height + _BETWEEN
            last = placed.width + dx - _MARGIN
            width = max(width, last)
        x, at, height = _MARGIN, _MARGIN, y - _BETWEEN + _MARGIN
        if not on_top and self.fit.rows > 1 and last + 2 * _BETWEEN + told.width <= width:
            x, at = _MARGIN + width - told.width, height - _MARGIN - told.height  # beside the row
        elif not on_top and told.rows:
            at, height = y - _BETWEEN / 2, height + told.height + _BETWEEN / 2
        parts.append(told.svg(x, at))
        width += 2 * _MARGIN
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}px" '
            f'height="{height:.0f}px" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'style="min-width:{width * SMALLEST:.0f}px" data-rows="{" ".join(tops)}">'
            f'<g id="graph0" class="graph" font-family="{FONT}" font-size="{SIZE:g}" '
            f'fill="{self.colors["text"]}">'
            f'<rect fill="{self.colors["page"]}" width="{width:.0f}" height="{height:.0f}"/>'
            f"{''.join(parts)}</g></svg>"
        )

    def spread(self) -> None:
        """Spread out the boxes of a flat picture, up to the shape of a page."""
        for apart in _APARTS if len(self.boxes) <= _FEW and not self.down else ():
            rows = [self._place(row) for row in range(self.fit.rows)]
            height = sum(row.height for row in rows) + _BETWEEN * (len(rows) - 1)
            if height >= _FLAT * max(row.width for row in rows):
                break
            self.apart = apart

    # One row.

    def _place(self, row: int, gap: float = GAP) -> Placed:
        here = [n for n in self.picture.nodes if self.fit.row(n.id) == row]
        first = min((self.fit.ranks[n.id] for n in here), default=0)
        cells = [self._cell(n, first) for n in here]
        links = [self._link(e) for e in self.picture.edges if self.fit.row(e.target) == row]
        parents = {g.id: g.parent for g in self.picture.groups}
        return place(cells, links, parents, down=self.down, gap=gap, apart=self.apart)

    def _cell(self, node: PictureNode, first: int) -> Cell:
        content, slot = self.boxes[node.id], 2 * (self.fit.ranks[node.id] - first) + 1
        # In steps: similar pictures of a page have their boxes in the same places, and pack well.
        wide = ceil(content.width / _STEP) * _STEP if self.folded else content.width
        if node.id in self.fit.beside:
            user, position = self.fit.beside[node.id]
            order: tuple[float, ...] = (self.index[user], position)
            return Cell(node.id, wide, content.height, slot + 1, node.group, order)
        order = (float(self.index[node.id]),)
        return Cell(node.id, wide, content.height, slot, node.group, order)

    def _link(self, edge: PictureEdge) -> Link:
        content = self.labels.get(edge.id)
        size = None if content is None else (content.width - 4, content.height)
        source = None if edge.id in self.fit.far else edge.source
        fans = edge.weight is not None and edge.numbered and source is not None
        room = 0.0 if edge.weight is None or edge.numbered else _CHOSEN
        return Link(edge.id, source, edge.target, edge.position, size, fans, room=room)

    def _row(self, placed: Placed, dx: float, dy: float) -> Iterator[str]:
        depth = {g.id: 0 for g in self.picture.groups if g.parent is None}
        for group in self.picture.groups:  # outer ones come first
            depth[group.id] = 0 if group.parent is None else depth[group.parent] + 1
            if group.id in placed.groups:
                yield self._frame(
                    group.id, depth[group.id], _moved(placed.groups[group.id], dx, dy)
                )
        for edge in self.picture.edges:
            if edge.id in placed.lines:
                line = placed.lines[edge.id]
                points: list[Point] = [(round(x + dx), round(y + dy)) for x, y in line]
                label = placed.labels.get(edge.id)
                yield self._edge(edge, points, None if label is None else _moved(label, dx, dy))
        for node in self.picture.nodes:
            if node.id in placed.cells:
                yield self._box(node.id, _moved(placed.cells[node.id], dx, dy))

    def _frame(self, id: str, depth: int, at: Rectangle) -> str:
        x, y, width, height = at
        group = self.groups[id]
        again = id in self.framed
        title, caption = _titled(group, width - _SIGNED, again)
        self.framed.add(id)
        fill = self.colors[f"group-{min(depth, 2)}"]
        return (
            f'<g id="{id}{"-more" * again}" class="cluster"><path fill="{fill}" '
            f'stroke="{self.colors["group-line"]}" d="{_rounded(x, y, width, height, 8)}"/>'
            f'<text x="{x + 8:.1f}" y="{y + 16:.1f}" font-size="13" '
            f'fill="{self.colors["text"]}"><tspan font-weight="bold">{text_of(title)}</tspan>'
            f"{escape(caption)}</text></g>"
        )

    def _edge(self, edge: PictureEdge, points: list[Point], label: Rectangle | None) -> str:
        color, width, dashes = self._line_style(edge)
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        wide = "" if width == 1 else f' stroke-width="{written(width)}"'
        x, y = points[-1]
        end = (x, y - _ARROW + 1) if self.down else (x - _ARROW + 1, y)
        straight = edge.weight is not None
        path = (
            f'<path fill="none" stroke="{color}"{wide}{dash} '
            f'd="{smooth([*points[:-1], end], straight, self.down)}"/>'
        )
        wing = 2.8 + width / 2
        corners = [(x - _ARROW, y - wing), (x, y), (x - _ARROW, y + wing)]
        if self.down:
            corners = [(x - wing, y - _ARROW), (x, y), (x + wing, y - _ARROW)]
        points_ = " ".join(f"{written(a)},{written(b)}" for a, b in corners)
        head = f'<polygon fill="{color}" points="{points_}"/>'
        inside = ""
        if label is not None:
            content = self.labels[edge.id]
            kind = "edge-tag" if edge.id in self.fit.far else "edge-text"
            inside = f'<g class="{kind}">{self._label(edge, content, label, color)}</g>'
        return f'<g id="{edge.id}" class="edge">{path}{head}{inside}</g>'

    def _label(self, edge: PictureEdge, content: Content, at: Rectangle, color: str) -> str:
        x, y, width, _ = at
        if edge.id in self.fit.far:
            return self._lines(content, x, y, width)
        weight = edge.weight is not None
        stroke = color if weight else "none"
        fill = self.colors[content.lines[0].fill or "page"]
        plate = f'<rect fill="{fill}" stroke="{stroke}" {_box(at, 3 if weight else 7)}/>'
        return plate + self._lines(content, x, y, width, plain=not weight)

    def _line_style(self, edge: PictureEdge) -> tuple[str, float, str]:
        """Return a line's colour, width and dashes, which show the contribution sent back."""
        sent = edge.contribution
        if sent is None:
            return self.colors["edge"], 1.0, "" if edge.weight is not None else "4 3"
        if sent.state == "broken":
            return self.colors["broken-line"], 3.0, "6 3"
        hue, _, strength = self.role(sent).rpartition("-")
        if sent.state == "value" and hue:
            return self.colors[f"edge-{hue}"], 0.4 + 0.8 * int(strength), ""
        return self.colors["edge"], 1.0, ""

    # Boxes.

    def _box(self, id: str, at: Rectangle) -> str:
        node = self.nodes[id]
        content = self.boxes[id]
        x, y, width, _ = at
        kind = node.kind
        fill = {"leaf": "leaf", "group": "closed", "constant": "constant"}.get(kind, "box")
        line = self.colors["group-line" if kind == "constant" else "line"]
        dash = ' stroke-dasharray="4 3"' if kind == "constant" else ""
        chip = ""
        if content.chip:
            wide = content.chip_width
            chip = (
                f'<rect fill="{self.colors["chip"]}" {_box(Rectangle(x, y, wide, LINE + 1))}/>'
                f'<text x="{written(x + wide / 2)}" y="{written(y + 16.5)}" text-anchor="middle" '
                f'font-size="{CHIP:g}" font-weight="bold" fill="{self.colors["chip-text"]}">'
                f"{text_of(content.chip)}</text>"
            )
        frame = _box(at)
        below = y if content.beside else y + content.lines_height + 2
        return (
            f'<g id="{id}" class="node">{self._behind(node, at)}'
            f'<rect fill="{self.colors[fill]}" {frame}/>'
            f"{self._lines(content, x, y + 1, width)}{chip}"
            f"{self._maps(content, x, below, node)}"
            f'<rect class="frame" fill="none" stroke="{line}" '
            f'stroke-width="{2 if kind == "group" else 1.2}"{dash} {frame}/></g>'
        )

    def _behind(self, node: PictureNode, at: Rectangle) -> str:
        """Return the sheets behind a box that stands for a stack of calls."""
        x, y, width, height = at
        sheet = f'fill="{self.colors["closed"]}" stroke="{self.colors["line"]}"'
        return "".join(
            f"<rect {sheet} {_box(Rectangle(x + d, y + d, width, height))}/>"
            for d in (_SHEET * k for k in range(min(node.stack, 3) - 1, 0, -1))
        )

    def _maps(self, content: Content, x: float, y: float, node: PictureNode) -> str:
        placed = content.placed_maps()
        return "".join(
            heat_map(one, x + 6 + dx, y + dy, self.colors, node.tips, self.folded)
            for dx, dy, one in placed
        )

    def _lines(
        self, content: Content, x: float, y: float, width: float, plain: bool = False
    ) -> str:
        """Return the lines of a box, each on its background; `plain` leaves the backgrounds out."""
        right = x + (content.lines_width + 9.0 if content.beside else width)
        parts = []
        for k, line in enumerate(content.lines):
            left = x + (content.chip_width if k == 0 else 0.0)
            if content.paired and k == 1:
                left, y = x + content.lines[0].width + BESIDE, y - content.lines[0].height
            if line.fill and not plain:
                edge = f' stroke="{self.colors["line"]}"' if line.framed else ""
                parts.append(
                    f'<rect class="band" fill="{self.colors[line.fill]}"{edge} '
                    f"{_box(Rectangle(left + 1, y, right - left - 2, line.height - 1), 0)}/>"
                )
            parts.append(line_of(line, left + (4 if line.size < 14 else 6), y, self.colors))
            y += line.height
        return "".join(parts)


def _titled(group: PictureGroup, room: float, again: bool) -> tuple[str, str]:
    """Return the title of a group, and as much of the thin text after it as there is room for.

    The tooltip has all of it. again: whether the group goes on from the row above.
    """
    name, more = clean(group.name, 200), f" · {clean(group.caption, 60)}" if group.caption else ""
    short = name.partition(" · ")[0]
    ways = [(name, more), (name, ""), (short, "")]
    if again:
        ways = [(name, ", continued"), (short, ", continued"), (short, "")]
    for title, after in ways:
        if text_width(title, SMALL, bold=True) + text_width(after, SMALL) <= room:
            return title, after
    while short and text_width(f"{short}…", SMALL, bold=True) > room:
        short = short[:-1]
    return f"{short}…", ""


def _moved(at: Rectangle, dx: float, dy: float) -> Rectangle:
    return Rectangle(round(at.x + dx), round(at.y + dy), at.width, at.height)


def _box(at: Rectangle, r: float = 3) -> str:
    """Return the position, size and corner radius of a `rect`, as attributes."""
    x, y, width, height = map(written, at)
    rx = f' rx="{r:g}"' if r else ""
    return f'x="{x}" y="{y}" width="{width}" height="{height}"{rx}'


def _rounded(x: float, y: float, width: float, height: float, r: float) -> str:
    return (
        f"M{x + r:.1f} {y:.1f}h{width - 2 * r:.1f}q{r:g} 0 {r:g} {r:g}v{height - 2 * r:.1f}"
        f"q0 {r:g} -{r:g} {r:g}h-{width - 2 * r:.1f}q-{r:g} 0 -{r:g} -{r:g}"
        f"v-{height - 2 * r:.1f}q0 -{r:g} {r:g} -{r:g}z"
    )
