"""Write a graph as indented text, for a terminal, a log, or a machine without a layout engine."""

from __future__ import annotations

from viz.graph.parts import GraphPicture, PictureNode, ShownGradient, Weight
from viz.style.labels import clean


def text_tree(picture: GraphPicture) -> str:
    """Return the picture as a tree: each node above the operands that it was computed from.

    A node that is used several times is written once, and referred to by `↑` after that.

    >>> from autograd import Value
    >>> from viz.graph.build import build_picture
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> print(text_tree(build_picture((a * b) + a)))
    add#1 = 8.0  [+]  grad: not computed
    ├─ mul#1 = 6.0  [×]  grad: not computed
    │  ├─ a = 2.0  grad: not computed
    │  └─ b = 3.0  grad: not computed
    └─ a ↑
    """
    if not picture.nodes:
        return ""
    by_id = {node.id: node for node in picture.nodes}
    operands: dict[str, list[tuple[str, Weight | None]]] = {}
    for edge in picture.edges:
        operands.setdefault(edge.target, []).append((edge.source, edge.weight))
    lines = [said for said in (picture.notice, picture.born) if said]
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
        if node.bias is not None:
            lines.append(f"{indent}{'├─ ' if below else '└─ '}+ {_weight(node.bias)}")
        for i, (source, weight) in reversed(list(enumerate(below))):
            last = i == len(below) - 1
            before = "└─ " if last else "├─ "
            times = "" if weight is None else f"{_weight(weight)}  × "
            stack.append((source, indent + before + times, indent + ("   " if last else "│  ")))
    return "\n".join(lines)


def _weight(weight: Weight) -> str:
    return "  ".join([f"{clean(weight.name)} = {weight.value}", _gradient(weight.gradient)])


def _gradient(gradient: ShownGradient) -> str:
    return f"grad{':' if gradient.state == 'unset' else ''} {gradient.text}"


def _line(node: PictureNode) -> str:
    name = clean(node.name)
    parts = [f"{name} = {node.value}" if name else node.value]
    parts += [f"[{node.symbol}]"] if node.symbol else []
    parts += [node.shape] if node.shape else []
    parts += [] if node.gradient is None else [_gradient(node.gradient)]
    return "  ".join([*parts, *node.notes])
