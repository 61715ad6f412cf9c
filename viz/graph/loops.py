"""Show the iterations of a loop as parts of a program, for functions with very many statements.

A loop such as `for h in range(heads):` becomes a stack with one part per iteration, as if its body
were a function. The graph does not say when an iteration begins, but line numbers do: that is where
they jump back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd import Node
from viz.graph.part import Part
from viz.graph.statements import statement_at

_MANY = 8  # statements of a function beyond which its loops are folded


class _Event(NamedTuple):
    """A node that a statement made, or a call in it, and its time."""

    serial: int
    child: Part
    node: Node | None


def fold_loops(part: Part) -> None:
    """Group what each iteration of a loop made into a stack of parts, if a part has very many."""
    if part.kind != "call" or len({child.line for child in part.parts}) <= _MANY:
        return
    events = sorted(_events(part), key=lambda event: event.serial)
    for loop in sorted({loop for child in part.parts for loop in child.loops}):
        inside = [child for child in part.parts if loop in child.loops]
        passes = list(_passes(events, loop)) if len(inside) > 1 else []
        if len(passes) > 1:
            _fold(part, loop, inside, passes)


def _events(part: Part) -> Iterator[_Event]:
    for child in part.parts:
        if child.kind == "line":
            for node in child.children:
                if isinstance(node, Node) and node.origin is not None and node.origin.place:
                    yield _Event(node.origin.place.serial, child, node)
        elif child.origin is not None and child.origin.place is not None:
            yield _Event(child.origin.place.serial, child, None)


def _passes(events: Sequence[_Event], loop: int) -> Iterator[list[_Event]]:
    """Yield what each iteration made; a new one begins where the line numbers jump back."""
    found: list[_Event] = []
    first = last = -1
    for event in events:
        loops = event.child.loops
        if loop not in loops:
            last = -1
            continue
        inner = loops[loops.index(loop) + 1 :]
        line = inner[0] if inner else event.child.line  # an inner loop is one statement
        if found and (line < last or last < 0 or (line == first and last != first)):
            yield found
            found = []
        if not found:
            first = line
        found.append(event)
        last = line
    if found:
        yield found


def _fold(part: Part, loop: int, inside: Sequence[Part], passes: Sequence[list[_Event]]) -> None:
    origin = passes[0][0].child.origin if passes[0][0].node is None else passes[0][0].node.origin
    place = None if origin is None else origin.place
    name = "loop" if place is None else statement_at(place.file, loop).target
    stack = Part(name, "stack", part)
    for i, events in enumerate(passes):
        member = Part(f"{name}[{i}]", "call", stack)
        lines: dict[Part, Part] = {}
        for event in events:
            child = event.child
            if event.node is None:
                child.parent = member
                member.children.append(child)
                continue
            if child not in lines:
                own = Part(child.name, "line", member, child.detail)
                own.line, own.loops = child.line, child.loops
                lines[child] = own
                member.children.append(own)
            lines[child].children.append(event.node)
        stack.children.append(member)
        for child in member.parts:  # the loops around it are dealt with
            child.loops = child.loops[child.loops.index(loop) + 1 :]
        fold_loops(member)
    at = part.children.index(inside[0])
    taken = set(inside)
    part.children[at:] = [
        stack,
        *(c for c in part.children[at:] if not (isinstance(c, Part) and c in taken)),
    ]
