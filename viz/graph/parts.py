"""The parts of a picture as plain data: what is to be seen, not yet where or in which colours.

`build` makes a `Picture` of recorded nodes, `dot` writes it for the layout engine. It holds
text and numbers only, so each side can be tested without the other. Ids count in topological
order (`n0` is the first node that was needed), so equal graphs give equal pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viz.style.scales import NONE, Range


@dataclass(frozen=True)
class Gradient:
    """One gradient (of a node), or one contribution (of an edge).

    The four states look different: no backward pass has come by ("unset"), it came and the
    result is exactly 0 ("zero"), there is a number ("value"), or something that is no finite
    number ("broken"). `size` is that number; of an array it is the norm, which has no sign
    (`signed` is False then).
    """

    state: Literal["unset", "zero", "value", "broken"]
    text: str
    size: float = 0.0
    signed: bool = True


@dataclass(frozen=True)
class Weight:
    """A leaf that is only a weight, or a bias: written where it works instead of in a box.

    A weight stands on the wire from the number that it multiplies, a bias in the box of the
    weighted sum.
    """

    name: str
    value: str
    gradient: Gradient


@dataclass(frozen=True)
class Heat:
    """An array as a heat map: how strong the colour of each cell is, from -4 to 4.

    9 is for what is no finite number. `texts` are the numbers, where there are few. `note` says
    what is not shown; `pages` of a batch stand side by side; `range` is what the fullest colours
    stand for.
    """

    levels: tuple[tuple[int, ...], ...]
    texts: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    pages: int = 1
    range: str = ""


@dataclass(frozen=True)
class PictureNode:
    """One box: a leaf, an operation, a constant, or a closed group of many nodes.

    `shape` is empty for single numbers. `gradient` is None for constants, which have none.
    `notes` are further lines, such as a group's parameter count. `named` is False where the
    name is one that we made up; `broken` tells that the value is no finite number. `heat` and
    `gradient_heat` show what is in an array and in its gradient, and `tips` (pages of rows) say
    of their cells what they are. `stack` is how many calls the box stands for. A `compact` box has
    its shape beside the name, and its heat maps beside the lines. `hint`
    is said where the box is pointed at, such as how it is opened. `corner` has room in
    the upper right corner, for a page that writes it.
    """

    id: str
    name: str
    kind: Literal["leaf", "op", "constant", "group"]
    value: str
    gradient: Gradient | None = None
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
    """One operand: drawn from the input (`source`) to the node that uses it (`target`).

    `contribution` is what the backward pass sends the other way, and `text` how that came
    about (`local × upstream = contribution`). `count` is more than 1 where a closed group
    made several edges one. `weight` is the number that multiplies on the way;
    it is `numbered` where there is room to write it.
    """

    id: str
    source: str
    target: str
    position: int = 0
    contribution: Gradient | None = None
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
class Picture:
    """Everything that is drawn. `notice` says what was left out, and is part of the picture."""

    nodes: tuple[PictureNode, ...]
    edges: tuple[PictureEdge, ...] = ()
    groups: tuple[PictureGroup, ...] = ()
    title: str = ""
    description: str = ""
    notice: str = ""
    direction: Literal["LR", "TD"] = "LR"
    #: Where the first number that is not finite came from, in words; "" if all are.
    born: str = ""
    #: The sizes of the gradients that have a sign, and of those that have none.
    sizes: Range = NONE
    norms: Range = NONE
