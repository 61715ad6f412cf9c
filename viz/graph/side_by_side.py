"""Show pictures next to each other in a notebook, or a graph next to the program that made it."""

from __future__ import annotations

import sys
from typing import Any

from autograd import Node
from autograd.modes import Origin
from viz.graph.build import build_with_ids
from viz.graph.levels import picture_of
from viz.graph.names import names_of, variables_of
from viz.graph.order import program_order
from viz.graph.paint import paint
from viz.graph.program import DividedGraph, is_program
from viz.graph.reading import recorded_gradient
from viz.graph.run import RecordedRun, run
from viz.graph.source import calls_of, lighting, source_html, source_of, told_nodes
from viz.graph.svg import finish


class beside:  # noqa: N801 - used as a function, whose result a notebook shows
    """Show pictures side by side, or below each other where the page is narrow.

    pictures: anything that a notebook shows as HTML: drawings, gradient flows, networks,
        `picture(ax)`; or a node recorded in `autograd.source_lines()`, which is drawn next to the
        lines of the program that made it; or a function and its arguments, `beside(f, x)`, which is
        run and drawn next to its own lines.

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
        first = pictures[0] if pictures else None
        if callable(first) and not isinstance(first, Node) and not hasattr(first, "_repr_html_"):
            pictures = (GraphWithSource(run(first, pictures[1:], "beside")),)
        shown = [
            GraphWithSource(RecordedRun(x, variables_of(caller))) if isinstance(x, Node) else x
            for x in pictures
        ]
        for one in shown:
            if not hasattr(one, "_repr_html_"):
                raise TypeError(
                    f"beside shows what has an HTML form, not {type(one).__name__}; an Axes "
                    "becomes one by viz.picture(ax)"
                )
        self.pictures = tuple(shown)

    def _repr_html_(self) -> str:
        return _row("auto", *(one._repr_html_() or "" for one in self.pictures))

    def __repr__(self) -> str:
        return f"beside({', '.join(map(repr, self.pictures))})"


def _row(first: str, *parts: str) -> str:
    """Return parts beside each other: the first as wide as said, the others at their own width.

    Those that do not fit side by side are stacked; one that is wider than the page scrolls.
    """
    cells = "".join(
        f'<div style="flex:1 1 {"auto" if i else first};min-width:min(24rem,100%);'
        f'max-width:100%;overflow-x:auto">{part}</div>'
        for i, part in enumerate(parts)
    )
    style = "display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start"
    return f'<div style="{style}">{cells}</div>'


class GraphWithSource:
    """A graph and the program that made it; `beside(loss)` and `beside(f, x)` make one."""

    def __init__(self, made: RecordedRun) -> None:
        self.root, variables = made.root, made.variables
        self.lines = source_of(self.root)
        gradient = made.gradients.get if made.gradients else recorded_gradient
        if is_program(self.root, variables, {}):
            parts = DividedGraph(self.root, variables, made.calls, gradient)
            shown = picture_of(parts, parts.whole)
            self.picture, self.ids = shown.picture, shown.ids
            named = [*told_nodes(self.lines), self.root]
        else:
            self.picture, self.ids = build_with_ids(
                self.root, variables=variables, gradient=gradient
            )
            named = program_order(self.root)
        self.names = names_of(list(dict.fromkeys(named)), variables)

    def _repr_html_(self) -> str:
        svg = finish(paint(self.picture), self.picture, "light")
        source = source_html(self.lines, self.names, self.ids, self._called())
        return lighting(_row("24rem", source, svg) if source else svg)

    def _called(self) -> dict[tuple[str, int], list[str]]:
        """Return, by file and line, the boxes of what the functions called there made."""
        found: dict[tuple[str, int], dict[str, None]] = {}
        met: set[tuple[Origin | None, str]] = set()
        for node, id in self.ids.items():
            around = None if node.origin is None else node.origin.parent
            if (around, id) not in met:
                met.add((around, id))
                for line in calls_of(node):
                    found.setdefault(line, {})[id] = None
        return {line: list(ids) for line, ids in found.items()}

    def __repr__(self) -> str:
        return f"Program of {self.names[self.root]}: {len(self.lines)} lines"
