"""A graph as indented text, for a terminal, a log, or a machine without a layout engine."""

from __future__ import annotations

from viz.graph.parts import Picture, PictureNode
from viz.style.labels import clean


def text_tree(picture: Picture) -> str:
    """Return the picture as a tree: each node above the operands that it was computed from.

    A node that is used several times is told once, and referred to by `↑` from then on.

    >>> from autograd import Value
    >>> from viz.graph.build import build_picture
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> print(text_tree(build_picture((a * b) + a)))
    add1 = 8.0  [+]  grad: not computed
    ├─ mul1 = 6.0  [×]  grad: not computed
    │  ├─ a = 2.0  grad: not computed
    │  └─ b = 3.0  grad: not computed
    └─ a ↑
    """
    if not picture.nodes:
        return ""
    by_id = {node.id: node for node in picture.nodes}
    operands: dict[str, list[str]] = {}
    for edge in picture.edges:
        operands.setdefault(edge.target, []).append(edge.source)
    lines = [picture.notice] if picture.notice else []
    told: set[str] = set()
    stack = [(picture.nodes[-1].id, "", "")]
    while stack:
        id, head, indent = stack.pop()
        node = by_id[id]
        if id in told and operands.get(id, node.kind != "constant"):
            lines.append(f"{head}{clean(node.name) or node.value} ↑")
            continue
        told.add(id)
        lines.append(head + _line(node))
        below = operands.get(id, [])
        for i, source in reversed(list(enumerate(below))):
            last = i == len(below) - 1
            stack.append(
                (source, indent + ("└─ " if last else "├─ "), indent + ("   " if last else "│  "))
            )
    return "\n".join(lines)


def _line(node: PictureNode) -> str:
    name = clean(node.name)
    parts = [f"{name} = {node.value}" if name else node.value]
    parts += [f"[{node.symbol}]"] if node.symbol else []
    parts += [node.shape] if node.shape else []
    if node.gradient is not None:
        unset = node.gradient.state == "unset"
        parts.append(f"grad{':' if unset else ''} {node.gradient.text}")
    return "  ".join([*parts, *node.notes])
