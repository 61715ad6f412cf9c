"""The backward pass of a graph of single numbers, where an operation costs less than a look-up.

It is the walk of graph.py, of which each node keeps its part: the pass that was here last and the
sum so far lie in two slots of the node, where the general walk has a set and a dictionary beside
the graph. That takes half the time. One pass at a time may use the slots.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from threading import Lock
from typing import TYPE_CHECKING, Any

from autograd.storage import core
from autograd.writing import add_gradients

if TYPE_CHECKING:
    from autograd.value import Value

#: Whoever holds it may use the slots. A pass that finds it taken, by another thread or from within
#: a pass, is a general walk; only one that begins in the very same moment waits.
slots_in_use = Lock()
_sum_of = attrgetter("sum_so_far")


def quick_pass(root: Value, seed: float, xs: Sequence[Any] | None) -> list[float | None] | None:
    """Do the whole backward pass from a number, if the slots are free; None if they are not.

    xs: whose gradients to return, and none is written; without it each node is given its own.

    An interruption before the gradients are written leaves marks and sums of a pass that no other
    pass takes for its own.
    """
    if core is not None:
        found: list[float | None] | None = core.quick_pass(root, seed, xs)
        if found is not None:
            return found
    if slots_in_use.locked():
        return None
    # By `with` and not by acquire(): Ctrl-C could come after that, and they would never be free.
    with slots_in_use:
        order, leaves = order_of(root)
        root.sum_so_far = seed
        _send(order)
        if xs is not None:
            return [
                x.sum_so_far if getattr(x, "last_pass", None) is root.last_pass else None
                for x in xs
            ]
        add_gradients(order, map(_sum_of, order), leaves, map(_sum_of, leaves))
        return []


def order_of(root: Value) -> tuple[list[Value], list[Value]]:
    """Return the nodes from which the root was computed, inputs first, and apart the leaves.

    It goes straight down the first operands. On the way back up, a node of which the second
    operand has had its turn is done.
    """
    kind, this_pass = type(root), object()
    order: list[Value] = []
    leaves: list[Value] = []
    stack: list[Value] = []
    rest: dict[Value, Iterator[object]] = {}  # of nodes of many operands, those to come
    push, pop, done, leaf = stack.append, stack.pop, order.append, leaves.append
    root.last_pass, root.sum_so_far = this_pass, None
    if root.first is None:
        return order, [root]
    node = root
    while True:
        while True:  # down
            x = node.first
            if type(x) is not kind or x.last_pass is this_pass:
                break
            x.last_pass, x.sum_so_far = this_pass, None
            if x.first is None:
                leaf(x)
                break
            push(node)
            node = x
        while True:  # up
            x = node.second
            if type(x) is kind:
                if x.last_pass is not this_pass:
                    x.last_pass, x.sum_so_far = this_pass, None
                    if x.first is not None:
                        break
                    leaf(x)
            elif type(node.first) is tuple:
                for x in rest.setdefault(node, iter(node.first)):
                    if type(x) is kind and x.last_pass is not this_pass:
                        x.last_pass, x.sum_so_far = this_pass, None
                        if x.first is not None:
                            break
                        leaf(x)
                else:
                    x = None
                if x is not None:
                    break
            done(node)
            if not stack:
                return order, leaves
            node = pop()
        push(node)
        node = x


def _send(order: list[Value]) -> None:
    """Add what each node sends to its operands to their sums, from the last node to the first."""
    for node in reversed(order):
        upstream = node.sum_so_far
        if upstream is None:  # a step (a comparison, say) let nothing through
            continue
        first, second = node.d_first, node.d_second
        if second is None and type(node.first) is tuple:
            for x, local in zip(node.first, first, strict=True):
                if local is not None:
                    total = x.sum_so_far
                    x.sum_so_far = upstream * local if total is None else total + upstream * local
            continue
        if first is not None:
            x = node.first
            total = x.sum_so_far
            x.sum_so_far = upstream * first if total is None else total + upstream * first
        if second is not None:
            x = node.second
            total = x.sum_so_far
            x.sum_so_far = upstream * second if total is None else total + upstream * second
