"""The graph coloured by gradient flow: each step of colour is a power of ten, not a share.

`draw` colours in proportion to the largest gradient, which is right for reading numbers; in a
deep network all but the last layers are then equally pale. Here the scale is logarithmic, and
its palest step means "vanishing".
"""

from __future__ import annotations

import sys
from typing import Any, Literal

from autograd import Node
from viz.build import build_picture
from viz.colors import Theme, palette
from viz.dot import to_dot
from viz.drawing import Drawing
from viz.names import variables_of
from viz.render import TIME_LIMIT
from viz.scales import Logarithmic


def draw_flow(
    loss: Node,
    *,
    vanishing: float = 1e-3,
    depth: int | None = None,
    direction: Literal["LR", "TD"] = "LR",
    theme: Theme = "auto",
    time_limit: float = TIME_LIMIT,
    **options: Any,
) -> Drawing:
    """Draw the graph of a loss, coloured by how much gradient arrives, on a logarithmic scale.

    vanishing: the palest colour is for less than this share of the largest gradient; the
        three stronger ones divide the powers of ten above it.
    depth, direction, theme, time_limit and the other options are those of `draw`.

    Raises ValueError if vanishing is not between 0 and 1, and what `draw` raises.

    >>> from autograd import Value
    >>> w = Value(2.0, label="w")
    >>> loss = w * w
    >>> loss.backward()
    >>> draw_flow(loss)
    <Drawing of loss: 2 nodes, 2 edges>
    """
    scale = Logarithmic(vanishing)
    options.setdefault("variables", variables_of(sys._getframe(1)))
    picture = build_picture(loss, depth=depth, direction=direction, **options)
    return Drawing(picture, theme, to_dot(picture, palette(theme), scale), time_limit)
