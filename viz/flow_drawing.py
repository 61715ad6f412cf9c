"""The graph coloured by gradient flow: each step of colour is a power of ten, not a share.

`draw` colours in proportion to the largest gradient, which is right for reading numbers; in a
deep network all but the last layers are then equally pale. Here the scale is logarithmic, and
its palest step means "vanishing".
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any, Literal

from autograd import Node
from viz.build import build_picture
from viz.colors import LEVELS, Theme, palette
from viz.dot import _Writer
from viz.drawing import Drawing
from viz.names import variables_of
from viz.numerals import number
from viz.picture import Gradient, Picture


def draw_flow(
    loss: Node,
    *,
    vanishing: float = 1e-3,
    depth: int | None = None,
    direction: Literal["LR", "TD"] = "LR",
    theme: Theme = "auto",
    **options: Any,
) -> Drawing:
    """Draw the graph of a loss, coloured by how much gradient arrives, on a logarithmic scale.

    vanishing: the palest colour is for less than this share of the largest gradient; the
        three stronger ones divide the powers of ten above it.
    depth, direction, theme and the other options are those of `draw`.

    Raises ValueError if vanishing is not between 0 and 1, and what `draw` raises.

    >>> from autograd import Value
    >>> w = Value(2.0, label="w")
    >>> loss = w * w
    >>> loss.backward()
    >>> draw_flow(loss)
    <Drawing of loss: 2 nodes, 2 edges>
    """
    if not 0 < vanishing < 1:
        raise ValueError(f"vanishing is a share between 0 and 1, not {vanishing}")
    options.setdefault("variables", variables_of(sys._getframe(1)))
    picture = build_picture(loss, depth=depth, direction=direction, **options)
    writer = _FlowWriter(picture, palette(theme), vanishing)
    return Drawing(picture, theme, writer.graph.source)


def flow_level(share: float, vanishing: float) -> int:
    """Return how strong the colour is for a gradient of this share of the largest, 1 to 4.

    >>> [flow_level(share, 1e-3) for share in (1.0, 0.05, 0.005, 0.0005)]
    [4, 3, 2, 1]
    """
    if share < vanishing:
        return 1
    steps = (LEVELS - 1) * (1 - math.log(min(share, 1.0)) / math.log(vanishing))
    return min(LEVELS, 2 + math.floor(steps + 1e-9))


class _FlowWriter(_Writer):
    """Writes the DOT of a picture as `draw` does, with another scale of colours."""

    def __init__(self, picture: Picture, colors: Mapping[str, str], vanishing: float) -> None:
        self.vanishing = vanishing
        super().__init__(picture, colors)

    def _role(self, gradient: Gradient) -> str:
        largest = self.picture.largest if gradient.signed else self.picture.largest_norm
        if gradient.size == 0 or math.isnan(gradient.size):
            return "zero"
        share = 1.0 if not largest else abs(gradient.size) / largest
        sign = ("positive" if gradient.size > 0 else "negative") if gradient.signed else "size"
        return f"{sign}-{flow_level(share, self.vanishing)}"

    def _scale(self, title: str, largest: float, signed: bool) -> str:
        """Write what each colour begins at, the palest first."""
        cells = ""
        for level in range(1, LEVELS + 1):
            bound = self.vanishing ** (1 - max(level - 2, 0) / (LEVELS - 1)) * largest
            text = f"from {number(bound)}" if level > 1 else f"vanishing: under {number(bound)}"
            for sign in ("negative", "positive") if signed else ("size",):
                fill = self.colors[f"{sign}-{level}"]
                shown = text if sign != "negative" else "−"
                cells += f'<TD BGCOLOR="{fill}">{shown}</TD>'
        return (
            '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="3">'
            f"<TR><TD>|{title}|</TD>{cells}</TR></TABLE>"
        )
