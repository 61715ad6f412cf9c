"""The items on one level of a program: parts, single nodes, and numbers that share a box."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd import Node
from viz.graph.part import Part

_FEW = 24  # operations of a function up to which each is shown


@dataclass(eq=False)
class Several:
    """Numbers that share a box: a container, or what comes from another part.

    shape: how they are arranged; () if that is unknown. where: a note on their origin.
    """

    name: str
    nodes: list[Node] = field(default_factory=list)
    shape: tuple[int, ...] = ()
    where: str = ""


#: Whatever one box of a level stands for.
Item = Part | Node | Several


def inmost(part: Part) -> Part:
    """Return the part to show for one that holds nothing but another part."""
    while len(part.children) == 1 and part.parts:
        (part,) = part.parts
    return part


def members(stack: Part) -> list[Part]:
    """Return the members of a stack, including those grouped in ranges."""
    return [
        member
        for child in stack.parts
        for member in (members(child) if child.kind == "range" else [child])
    ]


def shown_in(part: Part) -> list[Item]:
    """Return the items of a part; statements with few nodes in all are shown as these nodes."""
    lines = [child for child in part.parts if child.kind == "line"]
    own = sum(line.last - line.first for line in lines)
    others = len(part.children) - len(lines)
    few = own <= _FEW if not others else own + others <= _FEW // 2
    found: list[Item] = []
    for child in part.children:
        if isinstance(child, Part) and child.kind == "line" and (few or len(child.nodes) == 1):
            found += child.children
        else:
            found.append(child)
    return found
