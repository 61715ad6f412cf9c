"""Several pictures next to each other in a notebook: a graph and the gradient flow through it."""

from __future__ import annotations

from typing import Any


class beside:  # noqa: N801 - used as a function, whose result a notebook shows
    """Show pictures side by side, or below each other where the page is narrow.

    pictures: what notebooks show as HTML: drawings, gradient flows, networks, `picture(ax)`.

    Raises TypeError for anything else.

    >>> from viz import beside, network
    >>> from autograd import Tensor
    >>> class Line:
    ...     def named_parameters(self): yield "weight", Tensor([[0.5], [-2.0]])
    >>> beside(network(Line()), network(Line(), "gradient"))
    beside(NetworkPicture(...), NetworkPicture(...))
    """

    def __init__(self, *pictures: Any) -> None:
        for one in pictures:
            if not hasattr(one, "_repr_html_"):
                raise TypeError(
                    f"beside shows what has an HTML form, not {type(one).__name__}; an Axes "
                    "becomes one by viz.picture(ax)"
                )
        self.pictures = pictures

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<div style="flex:1 1 24rem;min-width:0">{one._repr_html_() or ""}</div>'
            for one in self.pictures
        )
        style = "display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start"
        return f'<div style="{style}">{cells}</div>'

    def __repr__(self) -> str:
        return f"beside({', '.join(map(repr, self.pictures))})"
