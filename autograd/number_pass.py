"""The backward pass of a graph of single numbers, where an operation costs less than a look-up.

It is the walk of graph.py with its bookkeeping in the nodes, where the general walk keeps a set and
a dictionary beside the graph: one slot first marks a node as visited, and then holds its sum so
far. That takes half the time. Only one pass at a time may use the slots.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from operator import attrgetter
from threading import Lock
from typing import TYPE_CHECKING

from autograd.storage import core
from autograd.writing import adding, exhaust

if TYPE_CHECKING:
    from autograd.node import Node
    from autograd.value import Value

#: Whoever holds it may use the slots. A pass that finds it taken, by another thread or by a pass
#: around it, walks the general way; only one that starts at the very same moment waits.
slots_in_use = Lock()
_sum_of = attrgetter("sum_so_far")


def quick_pass(root: Value, seed: float, xs: Sequence[Node] | None) -> list[float | None] | None:
    """Do the whole backward pass from a number, if the slots are free; None if they are not.

    xs: the nodes whose gradients to return; then none is written. Without it, all are written.

    If it is interrupted before the gradients are written, marks and sums stay behind, but no other
    pass mistakes them for its own.
    """
    if core is not None:
        found: list[float | None] | None = core.quick_pass(root, seed, xs)
        if found is not None:
            return found
    if slots_in_use.locked():
        return None
    # `with` rather than acquire(): Ctrl-C right after that would keep the slots taken for ever.
    with slots_in_use:
        asked = [x for x in xs or () if type(x) is type(root)]
        for x in asked:
            x.sum_so_far = None  # as it stays if the pass does not get there
        this_pass = float("-0.0")  # a new object marks this pass; and -0.0 + x is x for every x
        order, leaves = order_of(root, this_pass)
        root.sum_so_far = seed
        _send(order, this_pass)
        for leaf in leaves:
            if leaf.sum_so_far is this_pass:
                leaf.sum_so_far = None
        if xs is None:
            _store(order, leaves)
            return []
        return [x.sum_so_far if type(x) is type(root) else None for x in xs]


def order_of(root: Value, this_pass: object) -> tuple[list[Value], list[Value]]:
    """Return the nodes from which the root was computed, inputs first, and separately the leaves.

    this_pass: the mark to put into the slot of each of them.

    The walk goes straight down the first operands. On the way back up, a node is done when its
    second operand is.
    """
    kind = type(root)
    order: list[Value] = []
    leaves: list[Value] = []
    stack: list[Value] = []
    rest: dict[Value, Iterator[object]] = {}  # the operands still to visit, if there are many
    root.sum_so_far = this_pass
    if root.first is None:
        return order, [root]
    node = root
    while True:
        while True:  # down
            x = node.first
            if type(x) is not kind or x.sum_so_far is this_pass:
                break
            x.sum_so_far = this_pass
            if x.first is None:
                leaves.append(x)
                break
            stack.append(node)
            node = x
        while True:  # up
            x = node.second
            # Where both operands have derivatives, both are nodes; that is quicker to test.
            if node.d_second is not None or type(x) is kind:
                if x.sum_so_far is not this_pass:
                    x.sum_so_far = this_pass
                    if x.first is not None:
                        break
                    leaves.append(x)
            elif type(node.first) is tuple:
                for x in rest.setdefault(node, iter(node.first)):
                    if type(x) is kind and x.sum_so_far is not this_pass:
                        x.sum_so_far = this_pass
                        if x.first is not None:
                            break
                        leaves.append(x)
                else:
                    x = None
                if x is not None:
                    break
            order.append(node)
            if not stack:
                return order, leaves
            node = stack.pop()
        stack.append(node)
        node = x


def _send(order: list[Value], this_pass: object) -> None:
    """Add what each node sends to its operands to their sums, from the last node to the first."""
    for node in reversed(order):
        upstream = node.sum_so_far
        if upstream is this_pass:  # a step (a comparison, say) let nothing through
            node.sum_so_far = None
            continue
        first, second = node.d_first, node.d_second
        if second is None and type(node.first) is tuple:
            for x, local in zip(node.first, first, strict=True):
                if local is not None:
                    x.sum_so_far += upstream * local
            continue
        if first is not None:
            node.first.sum_so_far += upstream * first
        if second is not None:
            node.second.sum_so_far += upstream * second


def _store(order: list[Value], leaves: list[Value]) -> None:
    """Write all gradients or none: a leaf adds its sum to what it has, other nodes replace theirs.

    A leaf adds the whole sum of this pass at once, so two equal passes give exactly twice the
    gradient. A loop that Ctrl-C stops is done again by one in C: see `write_gradients`.
    """
    with adding:
        totals = []
        for leaf in leaves:  # without making pairs, which the garbage collector would track
            had, sum_ = leaf.grad_or_none, leaf.sum_so_far
            totals.append(sum_ if had is None else had if sum_ is None else had + sum_)
        attribute = repeat("grad_or_none")
        again = chain(
            map(setattr, order, attribute, map(_sum_of, order)),
            map(setattr, leaves, attribute, totals),
        )
        try:
            for node in order:
                node.grad_or_none = node.sum_so_far
            for leaf, total in zip(leaves, totals, strict=True):
                leaf.grad_or_none = total
        except BaseException:
            exhaust(again)
            raise
