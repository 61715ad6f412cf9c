"""One order for all that walks the graph of a recording: inputs before the nodes that use them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def topological(
    roots: Iterable[Any],
    inside: Callable[[Any], bool],
    reads: Callable[[Any], Iterable[Any]] = lambda node: node.inputs,
) -> list[Any]:
    """Return the nodes that the roots depend on and that are inside, and where these end.

    inside: whether to go on to what a node reads. Nodes that are not are part of the order too.
    reads: what it reads, constants among it.
    """
    order: list[Any] = []
    seen: set[Any] = set()
    stack: list[Any] = list(roots)[::-1]
    while stack:
        node = stack.pop()
        if node is None:  # everything below the next node is in the order by now
            order.append(stack.pop())
        elif node not in seen:
            seen.add(node)
            if inside(node):
                stack += (node, None)
                stack += [x for x in reads(node) if hasattr(x, "origin")][::-1]
            else:
                order.append(node)
    return order
