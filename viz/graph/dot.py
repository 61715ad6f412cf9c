"""A picture as DOT, the language of the layout engine.

Everything is written in a form that never failed the engine: HTML-like labels instead of
records, and the text of an edge as a small node in its middle (edge labels get lost between
clusters). An input that is used far away is not drawn as a line across the whole picture but
as a small tag with its name: hundreds of such lines cannot be read, and take the engine
minutes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import graphviz

from viz.graph.layout import QUICK, QUICK_FROM
from viz.graph.parts import Gradient, Picture, PictureEdge, PictureNode
from viz.style.colors import LIGHT
from viz.style.labels import LONGEST, clean
from viz.style.scales import Proportional, Scale

#: Helvetica, Arial and Liberation Sans have equal widths, so that text fits its box on every
#: machine that has one of them.
FONT = "Helvetica,Arial,sans-serif"

#: The engine measures text in whole pixels for each character. At these sizes it errs on the
#: wide side; at 10 points a line of digits would be 4 % wider in a browser than its box.
SIZE, SMALL = "12", "10.5"

_ESCAPE = re.compile(r"\\(?=[GNETHL])")
_SPAN, _DETOUR = 6, 600  # when an edge is long, and how much of that a picture bears
#: Signs that cannot be read standing alone.
_SIGNS = {"²": "x²"}


def to_dot(picture: Picture, colors: Mapping[str, str] = LIGHT, scale: Scale | None = None) -> str:
    """Return the DOT source. Nodes and edges have the picture's ids, also in the SVG.

    scale: which of the colours a gradient has; in proportion to its size if not given.

    An edge with text has three parts, with the ids `e0`, `e0-text` and `e0-tail`.

    >>> from viz.graph.parts import PictureNode
    >>> print(to_dot(Picture((PictureNode("n0", "a", "leaf", "2.0"),))))
    digraph {
    ...
        n0 [label=<<TABLE ...>...a...2.0...> id=n0]
    ...
    """
    source: str = _Writer(picture, colors, scale or Proportional()).graph.source
    return source


class _Writer:
    def __init__(self, picture: Picture, colors: Mapping[str, str], scale: Scale) -> None:
        self.picture, self.colors, self.scale = picture, colors, scale
        self.graph = graphviz.Digraph()
        self.names = {node.id: node.name or node.value for node in picture.nodes}
        self.far = _far_edges(picture)
        # The text of an edge stands in the box of the node that it is a term of.
        self.homes = {node.id: node.group for node in picture.nodes}
        self._settings()
        self._groups(None, self.graph, 0)
        for edge in picture.edges:
            self._line(edge)

    def _settings(self) -> None:
        colors = self.colors
        top_down = self.picture.direction == "TD"
        graph = {
            "rankdir": "TB" if top_down else "LR",
            "bgcolor": colors["page"],
            "fontname": FONT,
            "fontsize": SIZE,
            "fontcolor": colors["text"],
            "nodesep": "0.22",
            "ranksep": "0.32" if top_down else "0.38",
            "pad": "0.15",
            "labelloc": "t" if self.picture.notice else "b",
            "labeljust": "l",
            "label": self._legend(),
        }
        if len(self.picture.nodes) > QUICK_FROM:
            graph |= QUICK
        self.graph.attr("graph", **graph)
        self.graph.attr(
            "node", shape="plain", fontname=FONT, fontsize=SIZE, fontcolor=colors["text"]
        )
        self.graph.attr("edge", color=colors["edge"], arrowsize="0.6", penwidth="1")

    # Boxes.

    def _groups(self, parent: str | None, graph: graphviz.Digraph, depth: int) -> None:
        for node in self.picture.nodes:
            if node.group == parent:
                graph.node(node.id, label=self._node(node), id=node.id)
        for edge in self.picture.edges:
            if self.homes[edge.target] == parent:
                self._beside(edge, graph)
        for group in self.picture.groups:
            if group.parent == parent:
                with graph.subgraph(name=f"cluster_{group.id}") as inner:
                    caption = f" · {_text(group.caption, 60)}" if group.caption else ""
                    inner.attr(
                        id=group.id,
                        label=f"<<B>{_text(group.name)}</B>{caption}>",
                        style="rounded,filled",
                        color=self.colors["group-line"],
                        fillcolor=self.colors[f"group-{min(depth, 2)}"],
                        labeljust="l",
                        labelloc="t",
                        margin="10",
                    )
                    self._groups(group.id, inner, depth + 1)

    def _node(self, node: PictureNode) -> str:
        if node.kind == "constant":
            return self._constant(node)
        colors = self.colors
        rows = [f"<B>{_text(node.name)}</B>"]
        rows.append(_text(node.value, 60))
        if node.shape:
            rows.append(self._muted(node.shape))
        rows += [self._muted(note) for note in node.notes]
        cells = [f'<TD ALIGN="LEFT">{row}</TD>' for row in rows]
        if node.gradient is not None:
            cells.append(self._gradient(node.gradient))
        fill = {"leaf": "leaf", "group": "closed"}.get(node.kind, "box")
        chip = ""
        if node.symbol:
            chip = (
                f'<TD ROWSPAN="{len(cells)}" BGCOLOR="{colors["chip"]}" CELLPADDING="5">'
                f'<FONT COLOR="{colors["chip-text"]}" POINT-SIZE="14">'
                f"<B>{_text(_SIGNS.get(node.symbol, node.symbol), 14)}</B></FONT></TD>"
            )
        width = 2 if node.kind == "group" else 1
        return (
            f'<<TABLE BORDER="{width}" COLOR="{colors["line"]}" BGCOLOR="{colors[fill]}" '
            'CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
            f"<TR>{chip}{cells[0]}</TR>"
            + "".join(f"<TR>{cell}</TR>" for cell in cells[1:])
            + "</TABLE>>"
        )

    def _gradient(self, gradient: Gradient) -> str:
        """The three states look different: grey words alone, a white cell in a frame, a colour."""
        if gradient.state == "unset":
            return f'<TD ALIGN="LEFT">{self._muted(f"grad: {gradient.text}")}</TD>'
        fill = self.colors[self._role(gradient)]
        frame = f' BORDER="1" COLOR="{self.colors["line"]}"' if gradient.state == "zero" else ""
        return f'<TD ALIGN="LEFT" BGCOLOR="{fill}"{frame}>grad {_text(gradient.text, 60)}</TD>'

    def _constant(self, node: PictureNode) -> str:
        name = f"<B>{_text(node.name)}</B> " if node.name else ""
        shape = f'<BR ALIGN="LEFT"/>{self._muted(node.shape)}' if node.shape else ""
        return (
            f'<<TABLE BORDER="1" COLOR="{self.colors["group-line"]}" STYLE="DASHED" '
            f'BGCOLOR="{self.colors["constant"]}" CELLBORDER="0" CELLSPACING="0" '
            f'CELLPADDING="3"><TR><TD>{name}{_text(node.value, 60)}{shape}</TD></TR></TABLE>>'
        )

    def _muted(self, text: str, longest: int = 60) -> str:
        return f'<FONT COLOR="{self.colors["muted"]}">{_text(text, longest)}</FONT>'

    def _role(self, gradient: Gradient) -> str:
        largest = self.picture.largest if gradient.signed else self.picture.largest_norm
        return self.scale.role(gradient.size, largest, gradient.signed)

    # Lines.

    def _beside(self, edge: PictureEdge, graph: graphviz.Digraph) -> None:
        """Write the small nodes of an edge: its text, and the tag that it comes from."""
        if edge.id in self.far:
            name = _text(self.names[edge.source], 24)
            label = f'<<FONT COLOR="{self.colors["muted"]}"><I>{name}</I></FONT>>'
            graph.node(f"{edge.id}-tag", label=label, id=f"{edge.id}-tag", fontsize=SMALL)
        if _has_text(edge):
            label = self._edge_text(edge)
            graph.node(f"{edge.id}-text", label=label, id=f"{edge.id}-text", fontsize=SMALL)

    def _line(self, edge: PictureEdge) -> None:
        style = self._line_style(edge)
        source = f"{edge.id}-tag" if edge.id in self.far else edge.source
        if not _has_text(edge):
            self.graph.edge(source, edge.target, id=edge.id, **style)
            return
        middle = f"{edge.id}-text"
        self.graph.edge(source, middle, id=edge.id, **{**style, "arrowhead": "none"})
        self.graph.edge(middle, edge.target, id=f"{edge.id}-tail", **style)

    def _edge_text(self, edge: PictureEdge) -> str:
        text = _text(edge.text, 60)
        if edge.count > 1:
            text = f"{edge.count} edges {text}".strip()
        fill = "page"
        if edge.contribution is not None and edge.contribution.state == "value":
            fill = self._role(edge.contribution)
        return (
            f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" '
            f'STYLE="ROUNDED" BGCOLOR="{self.colors[fill]}"><TR><TD>{text}</TD></TR></TABLE>>'
        )

    def _line_style(self, edge: PictureEdge) -> dict[str, str]:
        """The colour and the width of a line tell the contribution that comes back along it."""
        sent = edge.contribution
        style: dict[str, str] = {}
        if sent is None:
            style = {"style": "dashed", "weight": "4"}  # a constant stays close to its use
        elif sent.state == "value":
            hue, strength = self._role(sent).rsplit("-", 1) if sent.size else ("", "0")
            if hue:
                style["color"] = self.colors[f"edge-{hue}"]
                style["penwidth"] = f"{0.6 + 0.8 * int(strength):.1f}"
        return style

    # What the colours mean.

    def _legend(self) -> str:
        picture = self.picture
        rows = []
        if picture.notice:
            rows.append(
                f'<TABLE BORDER="0" CELLPADDING="5" BGCOLOR="{self.colors["notice"]}"><TR>'
                f"<TD><B>{_text(picture.notice, 200)}</B></TD></TR></TABLE>"
            )
        if picture.largest:
            rows.append(self._scale("gradient", picture.largest, signed=True))
        if picture.largest_norm:
            rows.append(self._scale("norm of gradient", picture.largest_norm, signed=False))
        told = self._lines_told()
        if told:
            rows.append(self._muted(told, 200))
        if not rows:
            return ""
        cells = "".join(f'<TR><TD ALIGN="LEFT">{row}</TD></TR>' for row in rows)
        return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>>'

    def _lines_told(self) -> str:
        edges = self.picture.edges
        told = []
        if any("×" in edge.text for edge in edges):
            told.append("on a line: local derivative × upstream gradient = contribution")
        if any(e.contribution is not None and e.contribution.size for e in edges):
            told.append("a wider line carries a larger gradient")
        if any(edge.contribution is None for edge in edges):
            told.append("dashed: no gradient flows")
        return "; ".join(told)

    def _scale(self, title: str, largest: float, signed: bool) -> str:
        title, steps = self.scale.legend(title, largest, signed)
        cells = "".join(
            f'<TD BGCOLOR="{self.colors[role]}" BORDER="{int(role == "zero")}" '
            f'COLOR="{self.colors["line"]}">{text}</TD>'
            for role, text in steps
        )
        return (
            '<TABLE ALIGN="LEFT" BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="3">'
            f"<TR><TD>{title}</TD>{cells}</TR></TABLE>"
        )


def _has_text(edge: PictureEdge) -> bool:
    return bool(edge.text) or edge.count > 1


def _text(text: str, longest: int = LONGEST) -> str:
    r"""Escape for an HTML-like label.

    In `\\N` and the like the backslash is set apart, or the engine would put the node's id there;
    a lone space keeps an empty cell from being refused.
    """
    escaped = html.escape(clean(text, longest))
    return _ESCAPE.sub(rf'<FONT FACE="{FONT}">\\\\</FONT>', escaped) or " "


def _far_edges(picture: Picture) -> set[str]:
    """Return the edges to draw as tags: the longest ones, until the rest is bearable.

    The length of an edge is how many ranks it crosses; the engine makes a node for each.
    """
    rank: dict[str, int] = {}
    incoming: dict[str, list[PictureEdge]] = {}
    for edge in picture.edges:
        incoming.setdefault(edge.target, []).append(edge)
    for node in picture.nodes:  # inputs come first
        rank[node.id] = 1 + max(
            (rank.get(e.source, 0) for e in incoming.get(node.id, ())), default=0
        )
    spans = {e.id: rank[e.target] - rank[e.source] for e in picture.edges}
    detour = sum(span - 1 for span in spans.values())
    far: set[str] = set()
    for id, span in sorted(spans.items(), key=lambda item: -item[1]):
        if detour <= _DETOUR or span < _SPAN:
            break
        far.add(id)
        detour -= span - 1
    return far
