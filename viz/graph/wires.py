"""The edges of a picture before they have ids, with their numbers, and merged where it helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd import Node
from viz.graph.parts import PictureEdge, Weight
from viz.graph.reading import gradient_of
from viz.style.numerals import number, product

#: What the text on an edge shows.
EdgeText = Literal["auto", "contribution", "local", "none"]


@dataclass
class Wire:
    """A future edge, with its numbers; `flows` is False if no gradient can come back."""

    source: str
    target: str
    position: int
    operand: Node | None = None
    flows: bool = False
    local: Any = None
    upstream: Any = None
    contribution: Any = None
    count: int = 1
    weight: Weight | None = None
    numbered: bool = True


def with_one_edge_a_box(wires: Sequence[Wire]) -> list[Wire]:
    """Merge the edges from different nodes of one closed box; `a + a` keeps its two."""
    operands: dict[str, set[Node | None]] = {}
    for wire in wires:
        operands.setdefault(wire.source, set()).add(wire.operand)
    weighted = {wire.source for wire in wires if wire.weight is not None}
    many = {s for s, nodes in operands.items() if len(nodes) > 1 and s not in weighted}
    alone = [wire for wire in wires if wire.source not in many]
    return alone + merged([wire for wire in wires if wire.source in many])


def merged(wires: Sequence[Wire]) -> list[Wire]:
    """Merge all edges that come from the same place into one.

    Contributions to the same node add up; those to different nodes are written side by side.
    """
    by_source: dict[str, list[Wire]] = {}
    for wire in wires:
        by_source.setdefault(wire.source, []).append(wire)
    found = []
    for position, group in enumerate(by_source.values()):
        sums: dict[Node | None, Any] = {}
        for wire in group:
            if wire.contribution is not None:
                total = sums.get(wire.operand)
                sums[wire.operand] = (
                    wire.contribution if total is None else total + wire.contribution
                )
        together: Any = None
        if len(sums) == 1:
            (together,) = sums.values()
        elif sums:
            together = np.concatenate([np.ravel(total) for total in sums.values()])
        first = group[0]
        found.append(
            Wire(
                first.source,
                first.target,
                position,
                flows=any(wire.flows for wire in group),
                contribution=together,
                count=len(group),
            )
        )
    return found


def edge_of(index: int, wire: Wire, edge_text: EdgeText) -> PictureEdge:
    """Return the edge as part of a picture."""
    return PictureEdge(
        id=f"e{index}",
        source=wire.source,
        target=wire.target,
        position=wire.position,
        contribution=gradient_of(wire.contribution) if wire.flows else None,
        text=_text(wire, edge_text) if wire.flows else "",
        count=wire.count,
        weight=wire.weight,
        numbered=wire.numbered,
    )


def _text(wire: Wire, edge_text: EdgeText) -> str:
    if edge_text == "local":
        return "" if wire.local is None else f"∂ = {number(wire.local)}"
    if edge_text == "none" or wire.contribution is None:
        return ""
    if wire.local is None:
        return f"= {gradient_of(wire.contribution).text}"
    return product(wire.local, wire.upstream, wire.contribution)
