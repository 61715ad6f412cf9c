"""The end of a backward pass: write the gradients into the nodes, all of them or none.

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

#: Threads may share leaves: what each adds to their gradients must not be lost.
adding = Lock()

#: Go through an iterator to its end, in C.
exhaust = deque[object](maxlen=0).extend


def commit(order: Collection[Node], sums: dict[Node, object]) -> None:
    """Write the finished sums to `.grad`: leaves accumulate over passes, the rest replace."""
    with adding:
        leaves = 0
        for node, total in sums.items():
            if node.first is None:
                leaves += 1
                had = node.grad_or_none
                if had is not None:
                    sums[node] = had + total
        if len(sums) - leaves < len(order):  # a step (a comparison, say) let nothing through
            for node in order:
                if node.first is not None:
                    sums.setdefault(node, None)
        write_gradients(sums, sums.values())


def write_gradients(nodes: Collection[Node], gradients: Collection[object]) -> None:
    """Store one gradient in each node: all of them, whatever comes in between.

    Python looks for Ctrl-C where one of its loops begins again. A loop that is stopped half-way is
    done again from the start by one in C, where nobody looks; a second try would otherwise count
    what is there twice. In C alone it takes twice as long.
    """
    again = map(setattr, nodes, repeat("grad_or_none"), gradients)
    try:
        for node, gradient in zip(nodes, gradients, strict=True):
            node.grad_or_none = gradient
    except BaseException:
        exhaust(again)
        raise
