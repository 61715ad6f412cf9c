"""The contents of a picture's boxes, line by line, and the size that each box needs for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from viz.graph.parts import Heat, PictureEdge, PictureNode, ShownGradient, Weight
from viz.style.labels import LONGEST, clean
from viz.style.lettering import text_width

SIZE, SMALL = 15.0, 13.0  # font sizes, in pixels
LINE, SMALL_LINE = 21.0, 17.0
CHIP = 15.0  # the font size of an operator's sign
_MARGIN = 6.0
_MAP = 56.0  # the longer side of a heat map without numbers
_SMALL_MAP = 40.0  # the same for a map beside the lines
_THIN = 26.0  # the least shorter side, if cells of 9 pixels can reach it
PAGE_GAP = 4.0  # between the pages of a batch
BESIDE = 10.0  # between two lines that share one
#: Signs that cannot be read on their own.
SIGNS = {"²": "x²"}

#: The colour role of each kind of gradient.
Coloured = Callable[[ShownGradient], str]


@dataclass(frozen=True)
class BoxLine:
    """One line of a box: text in the colour of one role on a background of another.

    slot: what it shows of a node or an edge ("name", "value", "grad", "local"), used as its class.
    after: the text that follows it, at the right.
    """

    text: str
    fill: str = ""
    color: str = "text"
    bold: bool = False
    italic: bool = False
    framed: bool = False
    size: float = SIZE
    slot: str = ""
    after: str = ""

    @property
    def width(self) -> float:
        """The width of the text, with what follows it."""
        after = text_width(self.after, SMALL, bold=True) + 8 if self.after else 0.0
        return text_width(self.text, self.size, self.bold) + after

    @property
    def height(self) -> float:
        """The height of the line."""
        return LINE if self.size == SIZE else SMALL_LINE


@dataclass(frozen=True)
class Map:
    """A heat map in a box, of its values or its gradient; `longest` is the longer side."""

    title: str
    heat: Heat
    longest: float = _MAP

    @property
    def cell(self) -> tuple[float, float]:
        """The width and the height of a cell."""
        rows, columns = len(self.heat.levels), len(self.heat.levels[0]) // self.heat.pages
        if self.heat.texts:
            texts = [text for row in self.heat.texts for text in row]
            return max(text_width(text, SMALL) for text in texts) + 8, SMALL_LINE
        least = 1.5 if self.longest == _MAP else 0.5
        side = max(least, min(9.0, self.longest / max(rows, columns)))
        # The short side of a long narrow array is stretched, or its cells would be too thin to see.
        thin = _THIN if self.longest == _MAP else 16.0
        return max(side, min(9.0, thin / columns)), max(side, min(9.0, thin / rows))

    @property
    def width(self) -> float:
        """The width of the map, or of its title if that is wider."""
        title = text_width(self.title, SMALL)
        apart = PAGE_GAP * (self.heat.pages - 1)
        return max(self.cell[0] * len(self.heat.levels[0]) + apart, title)

    @property
    def height(self) -> float:
        """The height of the map with its title."""
        return self.cell[1] * len(self.heat.levels) + SMALL_LINE


@dataclass(frozen=True)
class Content:
    """The contents of a box: lines, the first after a chip with the operation's sign; heat maps.

    beside: whether the heat maps are to the right of the lines rather than below them. paired:
    whether the first two lines are set side by side on one.
    """

    lines: tuple[BoxLine, ...]
    chip: str = ""
    maps: tuple[Map, ...] = ()
    beside: bool = False
    paired: bool = False

    @property
    def chip_width(self) -> float:
        """The width of the chip; 0 if there is none."""
        wide = math.ceil(text_width(self.chip, CHIP, bold=True)) + 10
        return max(float(wide), 22.0) if self.chip else 0.0

    @property
    def width(self) -> float:
        """The width of the box."""
        maps = max((x + m.width for x, _, m in self.placed_maps()), default=0.0)
        return math.ceil(max(self.lines_width, maps)) + 2 * _MARGIN

    @property
    def height(self) -> float:
        """The height of the box."""
        maps = max((y + m.height + 6 for _, y, m in self.placed_maps()), default=0.0)
        if self.beside:
            return max(self.lines_height + 2.0, maps)
        return self.lines_height + maps + 2.0

    def placed_maps(self) -> list[tuple[float, float, Map]]:
        """Return the heat maps with their places: side by side, or stacked if they show numbers.

        Places are measured from below the lines, or from their top if the maps are beside them.
        """
        found, x, y = [], self.lines_width + _MARGIN if self.beside else 0.0, 0.0
        for one in self.maps:
            found.append((x, y, one))
            if one.heat.texts:
                y += one.height + 2
            else:
                x += one.width + _MARGIN
        return found

    @property
    def lines_width(self) -> float:
        """The width of the lines, with the chip."""
        first, *others = (line.width for line in self.lines)
        if self.paired:
            first += BESIDE + others.pop(0)
        return max([first + self.chip_width, *others])

    @property
    def lines_height(self) -> float:
        """The total height of the lines."""
        return sum(line.height for line in self.lines[1 if self.paired else 0 :])


def content_of(node: PictureNode, coloured: Coloured) -> Content:
    """Return the content of a node's box."""
    if node.kind == "constant":
        name = f"{clean(node.name)} " if node.name else ""
        value = name + clean(node.value, 60)
        lines = [BoxLine(value, "broken" if node.broken else "", slot="value")]
        lines += [_muted(node.shape)] if node.shape else []
        return Content(tuple(lines))
    name = clean(node.name) or " "
    if not node.named and name.startswith(f"{node.symbol}#"):
        name = name.removeprefix(node.symbol)  # the sign beside it says the rest
    told = BoxLine(name, bold=True) if node.named else BoxLine(name, color="muted", italic=True)
    if node.compact:
        told = BoxLine(f"{name} {node.shape}", bold=True)
    ground, value = "broken" if node.broken else "", clean(node.value, 60)
    lines = [
        replace(told, slot="name", after=node.corner),
        BoxLine(value, ground, bold=node.broken, slot="value"),
    ]
    if node.shape and not node.compact:
        lines.append(_muted(node.shape))
    lines += [] if node.gradient is None else [gradient_line(node.gradient, coloured)]
    for note in node.notes:
        lines.append(BoxLine(clean(note, 60), "notice") if note.endswith("?") else _muted(note))
    if node.bias is not None:
        lines.append(BoxLine(f"b {clean(node.bias.value, 24)}", slot="bias"))
        told = gradient_line(node.bias.gradient, coloured)
        lines.append(replace(told, slot="bias-grad"))
    maps = [
        Map(" ".join(filter(None, (title, heat.range))), heat, _SMALL_MAP)
        if node.compact
        else Map(" ".join(filter(None, (title, heat.range))), heat)
        for title, heat in (("values", node.heat), ("grad", node.gradient_heat))
        if heat is not None
    ]
    chip = clean(SIGNS.get(node.symbol, node.symbol), 14)
    return Content(tuple(lines), chip, tuple(maps), node.compact)


def label_of(edge: PictureEdge, coloured: Coloured) -> Content | None:
    """Return the label of an edge; None if it has none."""
    if edge.weight is not None and edge.numbered:
        return _weight(edge.weight, coloured, clean(edge.text, 60))
    text = clean(edge.text, 60)
    if edge.count > 1:
        text = f"{edge.count} edges {text}".strip()
    if not text:
        return None
    sent = edge.contribution
    told = sent is not None and sent.state in ("value", "broken")
    fill = coloured(sent) if sent is not None and told else "page"
    return Content((BoxLine(text, fill, size=SMALL, slot="local"),))


def tag_of(name: str, label: Content | None = None) -> Content:
    """Return the tag at the start of a line that comes from another row, its label below."""
    told = BoxLine(clean(name, 24), color="muted", italic=True, size=SMALL)
    return Content((told, *(() if label is None else label.lines)))


def _weight(weight: Weight, coloured: Coloured, sent: str) -> Content:
    """Return a weight with its gradient below, or beside it if the contribution is below."""
    value = BoxLine(clean(weight.value, 24), "page", bold=True, size=SMALL, slot="value")
    told = gradient_line(weight.gradient, coloured, SMALL)
    below = (BoxLine(sent, "page", size=SMALL, slot="local"),) if sent else ()
    return Content((value, told, *below), paired=bool(sent))


def gradient_line(gradient: ShownGradient, coloured: Coloured, size: float = SIZE) -> BoxLine:
    """Return the line that shows a gradient, with a different look for each state.

    Grey words alone (not computed), a framed white background (exactly 0), a colour (a number),
    hatching (not finite).
    """
    text = clean(gradient.text, 60)
    if gradient.state == "unset":
        return BoxLine(f"grad: {text}", color="muted", size=size, slot="grad")
    if gradient.state == "broken":
        return BoxLine(f"grad {text}", "broken", bold=True, size=size, slot="grad")
    zero = gradient.state == "zero"
    return BoxLine(f"grad {text}", coloured(gradient), framed=zero, size=size, slot="grad")


def _muted(text: str) -> BoxLine:
    return BoxLine(clean(text, LONGEST + 20), color="muted")
