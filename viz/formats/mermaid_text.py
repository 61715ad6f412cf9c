"""Write a picture as a Mermaid flowchart, which many sites draw inside Markdown pages.

Mermaid, "Flowcharts - Basic Syntax": a label in quotes may hold anything but a quote, which is
written as an entity; `subgraph` is an open box.
"""

from __future__ import annotations

from viz.graph.parts import GraphPicture, PictureNode
from viz.style.labels import LONGEST, clean

#: How each kind of node is drawn: the text before and after its label.
_SHAPES = {
    "leaf": ("([", "])"),
    "op": ("[", "]"),
    "constant": ("((", "))"),
    "group": ("[[", "]]"),
}
_ENTITIES = {"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "\n": " "}


def mermaid(picture: GraphPicture) -> str:
    """Return the picture as the text of a Mermaid flowchart.

    >>> from viz.graph.parts import PictureNode
    >>> print(mermaid(GraphPicture((PictureNode("n0", "w", "leaf", "2.0"),))))
    flowchart LR
        n0(["w = 2.0"])
    """
    lines = [f"flowchart {picture.direction}"]
    for id, told in (("notice", picture.notice), ("born", picture.born)):
        if told:
            lines.append(f'    {id}["{_escaped(told, 240)}"]')
    lines += _inside(picture, None, "    ")
    for edge in picture.edges:
        text = _escaped(edge.text) or (f"× {edge.count}" if edge.count > 1 else "")
        label = f'|"{text}"|' if text else ""
        lines.append(f"    {edge.source} -->{label} {edge.target}")
    return "\n".join(lines)


def _inside(picture: GraphPicture, parent: str | None, indent: str) -> list[str]:
    """Return the lines of the nodes and open boxes directly inside `parent`."""
    lines = [f"{indent}{_node(node)}" for node in picture.nodes if node.group == parent]
    for group in picture.groups:
        if group.parent == parent:
            title = " ".join(filter(None, (group.name, group.caption)))
            lines.append(f'{indent}subgraph {group.id}["{_escaped(title)}"]')
            lines += _inside(picture, group.id, indent + "    ")
            lines.append(f"{indent}end")
    return lines


def _node(node: PictureNode) -> str:
    before, behind = _SHAPES[node.kind]
    return f'{node.id}{before}"{"<br/>".join(map(_escaped, lines_of(node)))}"{behind}'


def lines_of(node: PictureNode) -> list[str]:
    """Return the text in a box, line by line: name and value, operation, gradient, notes."""
    name = clean(node.name)
    first = f"{name} = {node.value}" if name and node.value else name or node.value
    lines = [f"{node.symbol}  {first}".strip() if node.kind == "op" else first]
    lines += [node.shape] if node.shape else []
    if node.gradient is not None:
        lines.append(f"grad: {node.gradient.text}")
    return [*lines, *node.notes]


def _escaped(text: str, longest: int = LONGEST) -> str:
    return "".join(_ENTITIES.get(letter, letter) for letter in clean(text, longest))
