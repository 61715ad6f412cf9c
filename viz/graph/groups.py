"""The boxes of a recording: one for each call of a module or of a named function.

A node remembers the scopes it was recorded in. A module's parameters were made earlier, and belong
in the box of the module that holds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Node
from autograd.modes import Origin
from viz.graph.names import parameter_nodes
from viz.style.labels import layer_name


@dataclass(eq=False)
class Box:
    """One call: its name, the module that opened it (None for functions), the box around it."""

    name: str
    owner: Any = None
    parent: Box | None = None
    depth: int = 0

    def ancestors(self) -> list[Box]:
        """Return this box and those around it, the outermost first."""
        found: list[Box] = []
        box: Box | None = self
        while box is not None:
            found.append(box)
            box = box.parent
        return found[::-1]

    def is_module(self) -> bool:
        """Return whether a module, not a function, opened the box."""
        return hasattr(self.owner, "named_parameters")

    def title(self) -> str:
        """Return the name, with the class where it adds something: `layer 1 ([0]) · Dense`."""
        kind = type(self.owner).__name__ if self.owner is not None else self.name
        name = self._place() if self.name.isdigit() else self.name
        return name if kind == name else f"{name} · {kind}"

    def _place(self) -> str:
        """Return a name for a module known by position only: one that learns is a layer."""
        inside = (
            self.parent.owner.named_parameters() if self.parent and self.parent.is_module() else ()
        )
        learning = list(dict.fromkeys(name.partition(".")[0] for name, _ in inside))
        if self.name in learning:
            return layer_name(self.name, learning.index(self.name) + 1)
        return f"[{self.name}]"

    def parameters(self) -> list[Node]:
        """Return the nodes that hold the module's parameters."""
        return [node for _, node in parameter_nodes(self.owner)] if self.is_module() else []

    def parameter_count(self) -> int:
        """Return the number of parameters that the module learns."""
        if not self.is_module():
            return 0
        return sum(int(p.size) for _, p in self.owner.named_parameters())


def boxes_of(order: Sequence[Node]) -> dict[Node, Box]:
    """Return the innermost box of each node that is in one.

    A parameter used by one call of its module goes in that call's box. If several calls share it (a
    model run on one sample after another), it goes in the innermost box around them all, or in a
    separate box: `parameters of MLP`.
    """
    by_origin: dict[Origin, Box | None] = {}
    placed: dict[Node, Box] = {}
    for node in order:
        if node.origin is not None:
            box = _box(node.origin, by_origin)
            if box is not None:
                placed[node] = box
    calls: dict[int, list[Box]] = {}
    for box in dict.fromkeys(b for b in by_origin.values() if b is not None):
        for outer in box.ancestors():
            if outer.is_module() and outer not in calls.setdefault(id(outer.owner), []):
                calls[id(outer.owner)].append(outer)
    if calls:
        _place_parameters(set(order), calls, placed)
    return placed


def _box(origin: Origin, by_origin: dict[Origin, Box | None]) -> Box | None:
    """Return the box of an origin; nameless ones (`no_grad`) belong to the box around them."""
    missing: list[Origin] = []
    here: Origin | None = origin
    while here is not None and here not in by_origin:
        missing.append(here)
        here = here.parent
    box = by_origin[here] if here is not None else None
    for scope in reversed(missing):
        if scope.name:
            box = Box(scope.name, scope.owner, box, 0 if box is None else box.depth + 1)
        by_origin[scope] = box
    return box


def _place_parameters(
    nodes: set[Node], calls: dict[int, list[Box]], placed: dict[Node, Box]
) -> None:
    for boxes in sorted(calls.values(), key=lambda boxes: -boxes[0].depth):  # innermost first
        owner = boxes[0].owner
        home = boxes[0] if len(boxes) == 1 else _common(boxes)
        for _, parameter in parameter_nodes(owner):
            if parameter not in nodes or parameter in placed:
                continue
            if home is None:
                home = Box(f"parameters of {boxes[0].name}", owner)
            placed[parameter] = home


def _common(boxes: Sequence[Box]) -> Box | None:
    """Return the innermost box around all the given boxes."""
    common: Box | None = None
    for level in zip(*(box.ancestors()[:-1] for box in boxes), strict=False):
        if any(box is not level[0] for box in level):
            break
        common = level[0]
    return common
