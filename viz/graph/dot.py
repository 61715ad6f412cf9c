"""Write a picture as DOT, the language of the layout engine.

Only forms that the engine handles reliably are used: HTML-like labels instead of records, and the
text of an edge as a small node in its middle (edge labels get lost between clusters). An edge to
another row of the picture becomes a small tag with its name (see `wrap`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import graphviz

from viz.graph.layout import QUICK, QUICK_FROM
from viz.graph.legend import lines_told
from viz.graph.parts import GraphPicture, PictureEdge, PictureNode, ShownGradient, Weight
from viz.graph.wrap import long_edges
from viz.style.colors import LIGHT
from viz.style.labels import LONGEST, clean
from viz.style.scales import Logarithmic, Range, Scale

#: Helvetica, Arial and Liberation Sans have equal widths, so text fits its box on every machine
#: that has one of them.
FONT = "Helvetica,Arial,sans-serif"

#: The engine measures text in whole pixels for each character. At these sizes it errs on the
#: wide side; at 10 points a line of digits would be 4 % wider in a browser than its box.
SIZE, SMALL = "12", "10.5"

_ESCAPE = re.compile(r"\\(?=[GNETHL])")
#: Signs that cannot be read on their own.
_SIGNS = {"²": "x²"}


def to_dot(
    picture: GraphPicture, colors: Mapping[str, str] = LIGHT, scale: Scale | None = None
) -> str:
    """Return the DOT source; nodes and edges keep the picture's ids, in the SVG too.

    scale: maps gradients to colours; by powers of ten if not given.

    An edge with text has three parts, with the ids `e0`, `e0-text` and `e0-tail`.

    >>> from viz.graph.parts import PictureNode
    >>> print(to_dot(GraphPicture((PictureNode("n0", "a", "leaf", "2.0"),))))
    digraph {
    ...
        n0 [label=<<TABLE ...>...a...2.0...> id=n0]
    ...
    """
    source: str = _Writer(picture, colors, scale or Logarithmic()).graph.source
    return source


class _Writer:
    def __init__(self, picture: GraphPicture, colors: Mapping[str, str], scale: Scale) -> None:
        self.picture, self.colors, self.scale = picture, colors, scale
        self.graph = graphviz.Digraph()
        self.names = {node.id: node.name or node.value for node in picture.nodes}
        self.far = long_edges(picture)
        # The text of an edge goes in the box of the node that it is a term of.
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
            "labelloc": "t" if self.picture.notice or self.picture.born else "b",
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
                cluster: Any = graph.subgraph(name=f"cluster_{group.id}")
                with cluster as inner:
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
        name = f"<B>{_text(node.name)}</B>" if node.named else self._muted(node.name, italic=True)
        cells = [self._cell(name), self._value(node.value, node.broken)]
        if node.shape:
            cells.append(self._cell(self._muted(node.shape)))
        if node.gradient is not None:
            cells.append(self._gradient(node.gradient))
        for note in node.notes:
            asks = note.endswith("?")
            cells.append(self._cell(_text(note) if asks else self._muted(note), "notice" * asks))
        if node.bias is not None:
            cells.append(self._cell(f"b {_text(node.bias.value, 24)}"))
            cells.append(self._gradient(node.bias.gradient))
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

    def _cell(self, content: str, fill: str = "") -> str:
        color = f' BGCOLOR="{self.colors[fill]}"' if fill else ""
        return f'<TD ALIGN="LEFT"{color}>{content}</TD>'

    def _value(self, text: str, broken: bool) -> str:
        if broken:
            return self._cell(f"<B>{_text(text, 60)}</B>", "broken")
        return self._cell(_text(text, 60))

    def _gradient(self, gradient: ShownGradient) -> str:
        """Style each state: grey words alone, a framed white cell, a colour, hatching."""
        if gradient.state == "unset":
            return self._cell(self._muted(f"grad: {gradient.text}"))
        if gradient.state == "broken":
            return self._cell(f"<B>grad {_text(gradient.text, 60)}</B>", "broken")
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

    def _muted(self, text: str, longest: int = 60, italic: bool = False) -> str:
        shown = f"<I>{_text(text, longest)}</I>" if italic else _text(text, longest)
        return f'<FONT COLOR="{self.colors["muted"]}">{shown}</FONT>'

    def _role(self, gradient: ShownGradient) -> str:
        if gradient.state == "broken":
            return "broken"
        sizes = self.picture.sizes if gradient.signed else self.picture.norms
        return self.scale.role(gradient.size, sizes, gradient.signed)

    # Lines.

    def _beside(self, edge: PictureEdge, graph: graphviz.Digraph) -> None:
        """Write the small nodes of an edge: its text, and the tag at its start."""
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
        if edge.weight is not None and edge.numbered:
            return self._weight(edge.weight)
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

    def _weight(self, weight: Weight) -> str:
        """Write a weight on its wire: the number, and below it the gradient in its colour."""
        value, told = _text(weight.value, 24), _text(f"grad {weight.gradient.text}", 40)
        fill = "page" if weight.gradient.state == "unset" else self._role(weight.gradient)
        return (
            f'<<TABLE BORDER="1" COLOR="{self.colors["group-line"]}" CELLBORDER="0" '
            'CELLSPACING="0" CELLPADDING="1" STYLE="ROUNDED" '
            f'BGCOLOR="{self.colors["page"]}"><TR><TD CELLPADDING="1"><B>{value}</B></TD></TR>'
            f'<TR><TD BGCOLOR="{self.colors[fill]}">{told}</TD></TR></TABLE>>'
        )

    def _line_style(self, edge: PictureEdge) -> dict[str, str]:
        """Style a line: its colour and width show the contribution sent back along it."""
        sent = edge.contribution
        style: dict[str, str] = {}
        if sent is None:
            style = {} if edge.weight is not None else {"style": "dashed"}
            style["weight"] = "4"  # a constant stays close to its use
        elif sent.state == "broken":
            style = {"color": self.colors["broken-line"], "penwidth": "3", "style": "dashed"}
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
        if picture.born:
            rows.append(
                f'<TABLE BORDER="0" CELLPADDING="5" BGCOLOR="{self.colors["broken"]}"><TR>'
                f"<TD><B>{_text(picture.born, 240)}</B></TD></TR></TABLE>"
            )
        if picture.sizes:
            rows.append(self._scale("gradient", picture.sizes, signed=True))
        if picture.norms:
            rows.append(self._scale("norm of gradient", picture.norms, signed=False))
        told = lines_told(picture)
        if told:
            rows.append(self._muted(told, 200))
        if not rows:
            return ""
        cells = "".join(f'<TR><TD ALIGN="LEFT">{row}</TD></TR>' for row in rows)
        return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>>'

    def _scale(self, title: str, sizes: Range, signed: bool) -> str:
        title, steps = self.scale.legend(title, sizes, signed)
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
    return bool(edge.text) or edge.count > 1 or (edge.weight is not None and edge.numbered)


def _text(text: str, longest: int = LONGEST) -> str:
    r"""Escape for an HTML-like label.

    A backslash is set apart, since the engine would replace `\\N` and the like by the node's id; a
    lone space keeps an empty cell from being rejected.
    """
    escaped = html.escape(clean(text, longest))
    return _ESCAPE.sub(rf'<FONT FACE="{FONT}">\\\\</FONT>', escaped) or " "
