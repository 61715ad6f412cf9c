"""Pictures next to each other in a notebook; a graph next to the program that made it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from autograd import Node
from viz.graph.build import build_with_ids
from viz.graph.names import names_of, variables_of
from viz.graph.order import program_order
from viz.graph.paint import paint
from viz.graph.source import lighting, source_html, source_of
from viz.graph.svg import finish


class beside:  # noqa: N801 - used as a function, whose result a notebook shows
    """Show pictures side by side, or below each other where the page is narrow.

    pictures: what notebooks show as HTML: drawings, gradient flows, networks, `picture(ax)`; or
        a recorded node, which is drawn next to the lines of the program that made it, if it was
        recorded in `autograd.source_lines()`.

    Raises TypeError for anything else.

    >>> from viz import beside, network
    >>> from autograd import Tensor
    >>> class Line:
    ...     def named_parameters(self): yield "weight", Tensor([[0.5], [-2.0]])
    >>> beside(network(Line()), network(Line(), "gradient"))
    beside(NetworkPicture(...), NetworkPicture(...))
    """

    def __init__(self, *pictures: Any) -> None:
        caller = sys._getframe(1)
        shown = [Program(x, variables_of(caller)) if isinstance(x, Node) else x for x in pictures]
        for one in shown:
            if not hasattr(one, "_repr_html_"):
                raise TypeError(
                    f"beside shows what has an HTML form, not {type(one).__name__}; an Axes "
                    "becomes one by viz.picture(ax)"
                )
        self.pictures = tuple(shown)

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<div style="flex:1 1 24rem;min-width:0">{one._repr_html_() or ""}</div>'
            for one in self.pictures
        )
        style = "display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start"
        return f'<div style="{style}">{cells}</div>'

    def __repr__(self) -> str:
        return f"beside({', '.join(map(repr, self.pictures))})"


class Program:
    """A graph and the program that made it; `beside(loss)` makes one."""

    def __init__(self, root: Node, variables: Mapping[int, str]) -> None:
        self.root = root
        self.lines = source_of(root)
        self.names = names_of(program_order(root), variables)
        self.picture, self.ids = build_with_ids(root, variables=variables)

    def _repr_html_(self) -> str:
        svg = finish(paint(self.picture), self.picture, "light")
        source = source_html(self.lines, self.names, self.ids)
        cell = '<div style="flex:1 1 24rem;min-width:0;overflow:auto">'
        parts = "".join(f"{cell}{part}</div>" for part in (source, svg) if part)
        return lighting(f'<div style="display:flex;flex-wrap:wrap;gap:1rem">{parts}</div>')

    def __repr__(self) -> str:
        return f"Program of {self.names[self.root]}: {len(self.lines)} lines"
