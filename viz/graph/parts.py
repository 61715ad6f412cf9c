"""The parts of a picture as plain data: what is drawn, but not yet where or in which colours.

`build` makes a `GraphPicture` from recorded nodes; `paint` draws it as SVG, and `dot` writes it for
the layout engine. It holds only text and numbers, so each side can be tested without the other. Ids
are numbered in topological order (`n0` is the first node that was needed), so equal graphs give
equal pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from viz.style.scales import NONE, Range


@dataclass(frozen=True)
class ShownGradient:
    """One gradient (of a node), or one contribution (of an edge).

    The four states look different: no backward pass has reached it ("unset"), one has and the
    result is exactly 0 ("zero"), it is a number ("value"), or it is not finite ("broken"). `size`
    is that number; for an array it is the norm, which has no sign (`signed` is then False).
    """

    state: Literal["unset", "zero", "value", "broken"]
    text: str
    size: float = 0.0
    signed: bool = True


@dataclass(frozen=True)
class Weight:
    """A leaf that is only a weight or a bias: written where it is used instead of in a box.

    A weight is written on the wire from the number that it multiplies, a bias in the box of the
    weighted sum.
    """

    name: str
    value: str
    gradient: ShownGradient


@dataclass(frozen=True)
class Heat:
    """An array as a heat map: how strong the colour of each cell is, from -4 to 4.

    9 marks a non-finite number. `texts` are the numbers, if there are few. `note` says what is not
    shown; `pages` of a batch are side by side; `range` is what the strongest colours stand for.
    """

    levels: tuple[tuple[int, ...], ...]
    texts: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    pages: int = 1
    range: str = ""


@dataclass(frozen=True)
class PictureNode:
    """One box: a leaf, an operation, a constant, or a closed group of many nodes.

    `shape` is empty for single numbers. `gradient` is None for constants, which have none. `notes`
    are further lines, such as a group's parameter count. `named` is False if we made up the name;
    `broken` is True if the value is not finite. `heat` and `gradient_heat` show the contents of an
    array and of its gradient, and `tips` (pages of rows) are the tooltips of their cells. `stack`
    is the number of calls that the box stands for. A `compact` box has its shape beside the name,
    and its heat maps beside the lines. `hint` is added to the box's tooltip, such as how to open
    it. `corner` reserves room in the upper right corner, for a page that writes there.
    """

    id: str
    name: str
    kind: Literal["leaf", "op", "constant", "group"]
    value: str
    gradient: ShownGradient | None = None
    symbol: str = ""
    shape: str = ""
    group: str | None = None
    notes: tuple[str, ...] = ()
    bias: Weight | None = None
    named: bool = True
    broken: bool = False
    heat: Heat | None = None
    gradient_heat: Heat | None = None
    tips: tuple[tuple[tuple[str, ...], ...], ...] = ()
    stack: int = 1
    compact: bool = False
    hint: str = ""
    corner: str = ""


@dataclass(frozen=True)
class PictureEdge:
    """One operand, drawn from the input (`source`) to the node that uses it (`target`).

    `contribution` is what the backward pass sends the other way, and `text` shows its computation
    (`local × upstream = contribution`). `count` is more than 1 if a closed group merged several
    edges. `weight` is the factor on the way; it is `numbered` if there is room to write it.
    """

    id: str
    source: str
    target: str
    position: int = 0
    contribution: ShownGradient | None = None
    text: str = ""
    count: int = 1
    weight: Weight | None = None
    numbered: bool = True


@dataclass(frozen=True)
class PictureGroup:
    """An open box around the nodes that one call of a module or function recorded."""

    id: str
    name: str
    caption: str = ""
    parent: str | None = None


@dataclass(frozen=True)
class GraphPicture:
    """Everything that is drawn. `notice` says what was left out, and is part of the picture."""

    nodes: tuple[PictureNode, ...]
    edges: tuple[PictureEdge, ...] = ()
    groups: tuple[PictureGroup, ...] = ()
    title: str = ""
    description: str = ""
    notice: str = ""
    direction: Literal["LR", "TD"] = "LR"
    #: Where the first non-finite number came from, in words; "" if all are finite.
    born: str = ""
    #: The sizes of the gradients with a sign, and of those without.
    sizes: Range = NONE
    norms: Range = NONE


def gradients_in(
    nodes: Iterable[PictureNode], edges: Iterable[PictureEdge]
) -> Iterator[ShownGradient]:
    """Yield every gradient that boxes and lines show, those of weights and biases too."""
    for node in nodes:
        if node.gradient is not None:
            yield node.gradient
        if node.bias is not None:
            yield node.bias.gradient
    for edge in edges:
        if edge.contribution is not None:
            yield edge.contribution
        if edge.weight is not None:
            yield edge.weight.gradient


def range_of_sizes(
    nodes: Iterable[PictureNode], edges: Iterable[PictureEdge], signed: bool
) -> Range:
    """Return the range of the sizes of these gradients: of those with a sign, or those without."""
    return Range.of(g.size for g in gradients_in(nodes, edges) if g.signed is signed)
