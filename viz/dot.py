"""A picture as DOT, the language of the layout engine.

Everything is written in a form that never failed the engine: HTML-like labels instead of
records, and the text of an edge as a small node in its middle (edge labels get lost between
clusters). An input that is used far away is not drawn as a line across the whole picture but
as a small tag with its name: hundreds of such lines cannot be read, and take the engine
minutes.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping

import graphviz

from viz.colors import LEVELS, LIGHT, role
from viz.numerals import number
from viz.picture import Gradient, Picture, PictureEdge, PictureNode

#: Helvetica, Arial and Liberation Sans have equal widths, so that text fits its box on every
#: machine that has one of them.
FONT = "Helvetica,Arial,sans-serif"

_LONGEST = 40  # characters of a name that are drawn; the whole is in the tooltip
_SPAN, _DETOUR = 6, 1500  # when an edge is long, and how much of that a picture bears
_QUICK = 400  # nodes from which on the layout is less thorough


def to_dot(picture: Picture, colors: Mapping[str, str] = LIGHT) -> str:
    """Return the DOT source. Nodes and edges have the picture's ids, also in the SVG.

    An edge with text has three parts, with the ids `e0`, `e0-text` and `e0-tail`.

    >>> from viz.picture import PictureNode
    >>> print(to_dot(Picture((PictureNode("n0", "a", "leaf", "2.0"),))))
    digraph {
    ...
        n0 [label=<<TABLE ...>...a...2.0...> id=n0]
    ...
    """
    source: str = _Writer(picture, colors).graph.source
    return source


def clean(text: str, longest: int = _LONGEST) -> str:
    r"""Return text of which nothing can be mistaken for markup or disturb the line.

    Line breaks become spaces; control characters, marks that turn the direction of writing,
    and what XML forbids are left out; what is longer than `longest` is cut.

    >>> clean("a\nb\x00"), clean("w" * 99, 5)
    ('a b', 'wwww…')
    """
    text = " ".join(text[: 4 * longest + 100].split())
    text = "".join(c for c in text if _is_visible(c))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _is_visible(c: str) -> bool:
    if ord(c) & 0xFFFE == 0xFFFE or "\ufdd0" <= c <= "\ufdef":  # not characters at all
        return False
    return c == "\u200d" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")


class _Writer:
    def __init__(self, picture: Picture, colors: Mapping[str, str]) -> None:
        self.picture, self.colors = picture, colors
        self.graph = graphviz.Digraph()
        self._settings()
        self._groups(None, self.graph, 0)
        far = _far_edges(picture)
        names = {node.id: node.name or node.value for node in picture.nodes}
        for edge in picture.edges:
            self._edge(edge, names[edge.source] if edge.id in far else "")

    def _settings(self) -> None:
        colors = self.colors
        top_down = self.picture.direction == "TD"
        graph = {
            "rankdir": "TB" if top_down else "LR",
            "bgcolor": colors["page"],
            "fontname": FONT,
            "fontsize": "11",
            "fontcolor": colors["text"],
            "nodesep": "0.22",
            "ranksep": "0.32" if top_down else "0.38",
            "pad": "0.15",
            "labelloc": "t" if self.picture.notice else "b",
            "labeljust": "l",
            "label": self._legend(),
        }
        if len(self.picture.nodes) > _QUICK:
            graph |= {"nslimit": "1", "nslimit1": "1", "mclimit": "0.2", "splines": "line"}
        self.graph.attr("graph", **graph)
        self.graph.attr(
            "node", shape="plain", fontname=FONT, fontsize="11", fontcolor=colors["text"]
        )
        self.graph.attr("edge", color=colors["edge"], arrowsize="0.6", penwidth="1")

    # Boxes.

    def _groups(self, parent: str | None, graph: graphviz.Digraph, depth: int) -> None:
        for node in self.picture.nodes:
            if node.group == parent:
                graph.node(node.id, label=self._node(node), id=node.id)
        for group in self.picture.groups:
            if group.parent == parent:
                with graph.subgraph(name=f"cluster_{group.id}") as inner:
                    caption = f"  {group.caption}" if group.caption else ""
                    inner.attr(
                        id=group.id,
                        label=f"<<B>{_text(group.name)}</B>{_text(caption, 60)}>",
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
                f'<FONT COLOR="{colors["chip-text"]}" POINT-SIZE="13">'
                f"<B>{_text(node.symbol, 14)}</B></FONT></TD>"
            )
        line, width = ("focus", 3) if node.progress == "focus" else ("line", 1)
        if node.kind == "group":
            width = max(width, 2)
        return (
            f'<<TABLE BORDER="{width}" COLOR="{colors[line]}" BGCOLOR="{colors[fill]}" '
            'STYLE="ROUNDED" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
            f"<TR>{chip}{cells[0]}</TR>"
            + "".join(f"<TR>{cell}</TR>" for cell in cells[1:])
            + "</TABLE>>"
        )

    def _gradient(self, gradient: Gradient) -> str:
        """The three states look different: dashed and empty, white, coloured."""
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

    def _muted(self, text: str) -> str:
        return f'<FONT COLOR="{self.colors["muted"]}">{_text(text, 60)}</FONT>'

    def _role(self, gradient: Gradient) -> str:
        largest = self.picture.largest if gradient.signed else self.picture.largest_norm
        return role(gradient.size, largest, gradient.signed)

    # Lines.

    def _edge(self, edge: PictureEdge, tag: str) -> None:
        style = self._line(edge)
        source = edge.source
        if tag:
            source = f"{edge.id}-tag"
            label = f'<<FONT COLOR="{self.colors["muted"]}"><I>{_text(tag, 24)} </I></FONT>>'
            self.graph.node(source, label=label, id=source, fontsize="10")
        if not edge.text and edge.count == 1:
            self.graph.edge(source, edge.target, id=edge.id, **style)
            return
        middle = f"{edge.id}-text"
        self.graph.node(middle, label=self._edge_text(edge), id=middle, fontsize="10")
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
            f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" '
            f'STYLE="ROUNDED" BGCOLOR="{self.colors[fill]}"><TR><TD>{text}</TD></TR></TABLE>>'
        )

    def _line(self, edge: PictureEdge) -> dict[str, str]:
        """The colour and the width of a line tell the contribution that comes back along it."""
        sent = edge.contribution
        style: dict[str, str] = {}
        if sent is None:
            style = {"style": "dashed"}
        elif sent.state == "value":
            hue, strength = self._role(sent).rsplit("-", 1) if sent.size else ("", "0")
            if hue:
                style["color"] = self.colors[f"edge-{hue}"]
                style["penwidth"] = f"{0.6 + 0.8 * int(strength):.1f}"
        if edge.progress == "focus":
            style |= {"color": self.colors["focus"], "penwidth": "3"}
        return style

    # What the colours mean.

    def _legend(self) -> str:
        picture = self.picture
        rows = []
        if picture.notice:
            rows.append(
                f'<TR><TD ALIGN="LEFT" COLSPAN="12" BGCOLOR="{self.colors["notice"]}" '
                f'CELLPADDING="5"><B>{_text(picture.notice, 200)}</B></TD></TR>'
            )
        states = {n.gradient.state for n in picture.nodes if n.gradient is not None}
        if "value" in states and picture.largest:
            rows.append(self._scale("gradient", picture.largest, signed=True))
        if "value" in states and picture.largest_norm:
            rows.append(self._scale("gradient norm", picture.largest_norm, signed=False))
        if not rows:
            return ""
        return (
            '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="3">'
            + "".join(rows)
            + "</TABLE>>"
        )

    def _scale(self, title: str, largest: float, signed: bool) -> str:
        steps = range(-LEVELS if signed else 0, LEVELS + 1)
        cells = "".join(
            f'<TD BGCOLOR="{self.colors[role(k, LEVELS, signed)]}" BORDER="{int(k == 0)}" '
            f'COLOR="{self.colors["line"]}">{number(largest * k / LEVELS) if k else "0"}</TD>'
            for k in steps
        )
        return (
            f'<TR><TD ALIGN="LEFT">{_text(title)}</TD>{cells}'
            f'<TD ALIGN="LEFT">{self._muted("a wider line carries more")}</TD></TR>'
        )


def _text(text: str, longest: int = _LONGEST) -> str:
    """Escape for an HTML-like label; a lone space keeps an empty cell from being refused."""
    return html.escape(clean(text, longest)) or " "


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
