"""Draw a graph coloured by gradient flow: the palest colour means "vanishing".

`draw` divides the picture's range into equal steps, whatever it is. Here gradients are measured
relative to the loss's own, so pale means small, not merely smaller than others.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

from autograd import Node, Traced
from viz.flow.layers import own_gradient
from viz.graph.drawing import Drawing, draw, drawn
from viz.style.scales import Flow


def draw_flow(loss: Node | Traced[..., Any], *, vanishing: float = 1e-3, **options: Any) -> Drawing:
    """Draw the graph of a loss, coloured by how much gradient arrives, on a logarithmic scale.

    vanishing: the palest colour is for less than this share of the loss's own gradient (or of
        the largest, if that is smaller); the three stronger ones divide the powers of ten above.
    options: the options of `draw`, such as depth, direction and theme.

    Raises ValueError if vanishing is not between 0 and 1, TypeError for an unknown option, and
    whatever `draw` raises.

    >>> from autograd import Value
    >>> w = Value(2.0, label="w")
    >>> loss = w * w
    >>> loss.backward()
    >>> draw_flow(loss)
    <Drawing of loss: 2 nodes, 2 edges>
    """
    known = inspect.getfullargspec(draw).kwonlyargs
    unknown = [name for name in options if name not in known]
    if unknown:
        raise TypeError(
            f"draw_flow has no option {unknown[0]!r}; there are vanishing, {', '.join(known)}"
        )
    return drawn(loss, sys._getframe(1), Flow(vanishing, own_gradient(loss)), **options)
