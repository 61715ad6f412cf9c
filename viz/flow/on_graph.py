"""The graph coloured by gradient flow: the palest colour means "vanishing".

`draw` divides the range of the picture, whatever it is. Here a gradient is measured by the loss's
own, so that pale means small and not only smaller than others.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

import numpy as np

from autograd import Node, Traced
from viz.graph.drawing import Drawing, draw, drawn
from viz.style.scales import Flow


def draw_flow(loss: Node | Traced, *, vanishing: float = 1e-3, **options: Any) -> Drawing:
    """Draw the graph of a loss, coloured by how much gradient arrives, on a logarithmic scale.

    vanishing: the palest colour is for less than this share of the loss's own gradient (or of
        the largest, if that is smaller); the three stronger ones divide the powers of ten above.
    options: those of `draw`, such as depth, direction and theme.

    Raises ValueError if vanishing is not between 0 and 1, TypeError for an option that there
    is not, and what `draw` raises.

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
    return drawn(loss, sys._getframe(1), Flow(vanishing, _own(loss)), **options)


def _own(loss: Node | Traced) -> float:
    """Return the size of the loss's own gradient: 1 unless the pass started from another."""
    held = loss.grad if isinstance(loss, Node) and loss.has_grad else None  # type: ignore[attr-defined]
    size = 1.0 if held is None else float(np.linalg.norm(getattr(held, "data", held)))
    return size if np.isfinite(size) and size > 0 else 1.0
