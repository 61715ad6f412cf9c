"""The backward pass of a graph of single numbers, where an operation costs less than a look-up.

It is the walk of graph.py with its notes kept in the nodes: a slot first says that the pass has
been here, and then holds the sum so far, where the general walk has a set and a dictionary beside
the graph. That takes half the time. Only one pass at a time may use the slots.
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

#: Whoever holds it may use the slots. A pass that finds it taken, by another thread or from within
#: a pass, is a general walk; only one that begins in the very same moment waits.
slots_in_use = Lock()
_sum_of = attrgetter("sum_so_far")


def quick_pass(root: Value, seed: float, xs: Sequence[Node] | None) -> list[float | None] | None:
    """Do the whole backward pass from a number, if the slots are free; None if they are not.

    xs: the nodes whose gradients to return; then none is written. Without it, all are written.

    An interruption before the gradients are written leaves marks and sums behind, which no other
    pass takes for its own.
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
            x.sum_so_far = None  # and so it stays where the pass does not reach
        this_pass = float("-0.0")  # an object of its own, and -0.0 + x is x, whatever x is
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

    this_pass: what is put into the slot of each of them.

    It goes straight down the first operands. On the way back up, a node is done when its second
    operand has had its turn.
    """
    kind = type(root)
    order: list[Value] = []
    leaves: list[Value] = []
    stack: list[Value] = []
    rest: dict[Value, Iterator[object]] = {}  # of nodes of many operands, those to come
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
    """Write the gradients: each leaf adds its sum to what it has, the rest replace; all or none.

    A leaf adds the whole sum of this pass, so that two equal passes give exactly twice the
    gradient. A loop that Ctrl-C stops is done again by one in C: see write_gradients.
    """
    with adding:
        totals = []
        for leaf in leaves:  # no pairs beside them, which the garbage collector would count
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
