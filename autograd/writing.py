"""The end of a backward pass: writing the gradients into the nodes, all of them or none.

The walk keeps its sums beside the graph. They reach `.grad` here, in one step that neither another
thread nor Ctrl-C can interrupt.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from itertools import repeat
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.node import Node

#: Threads may share leaves, and no thread's contribution to a gradient must be lost.
adding = Lock()

#: Runs an iterator to its end, in C.
exhaust = deque[object](maxlen=0).extend


def commit(order: Collection[Node], sums: dict[Node, object]) -> None:
    """Write the finished sums to `.grad`: leaves accumulate over passes, the rest replace."""
    with adding:
        for node, total in sums.items():
            if node.first is None and (had := node.grad_or_none) is not None:
                sums[node] = had + total
        for node in order:
            if node not in sums and node.first is not None:  # a comparison, say, stood in the way
                sums[node] = None
        write_gradients(sums, sums.values())


def write_gradients(nodes: Collection[Node], gradients: Collection[object]) -> None:
    """Store one gradient in each node, whatever interrupts.

    Ctrl-C can stop a Python loop at each turn. If it does, a loop in C, which cannot be stopped,
    does everything again from the start; half-written gradients would be counted twice when the
    pass is repeated. A loop in C alone would take twice as long.
    """
    again = map(setattr, nodes, repeat("grad_or_none"), gradients)
    try:
        # They are equally long; for a few, zip's check takes a quarter of the loop.
        for node, gradient in zip(nodes, gradients):  # noqa: B905
            node.grad_or_none = gradient
    except BaseException:
        exhaust(again)
        raise
