"""The order in which a program made its nodes, as well as the graph can tell; and their columns.

A graph alone does not say when a node was made. Its line does, where lines were noted
(`source_lines`). Otherwise nodes are taken column by column, operands from left to right, but what
an operation shares with others before the rest: it must have been a variable, and so was there when
the line of that operation was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from autograd import Node, topological

_LOOKED_INTO = 10_000  # nodes up to which the order is told from what is used several times

Key = TypeVar("Key", bound=Hashable)


def program_order(root: Node) -> list[Node]:
    """Return all nodes that `root` was computed from, inputs first, in the program's order.

    >>> from autograd import Value
    >>> h = Value(0.0, label="h0")
    >>> for t in (1, 2):
    ...     h = Value(float(t)) * 0.5 + h
    >>> [node.data for node in program_order(h) if node.op and node.op.name == "mul"]
    [0.5, 1.0]
    """
    order = topological(root)
    serials = _serials(order)
    if serials is not None:
        return sorted(order, key=lambda node: (serials[node], node.op is not None))
    inputs = {node: [x for x in node.inputs if isinstance(x, Node)] for node in order}
    if len(order) <= _LOOKED_INTO:  # of a larger one only a part is seen
        order = _variables_first(root, inputs)
    column = columns(order, inputs)
    return sorted(order, key=column.__getitem__)


def _variables_first(root: Node, inputs: Mapping[Node, Sequence[Node]]) -> list[Node]:
    """Return the nodes, inputs first, and of those first what several nodes use."""
    uses = Counter(x for its in inputs.values() for x in its)

    def read(node: Node) -> list[Node]:
        return sorted(inputs[node], key=lambda x: uses[x] < 2 or x.op is None)

    return topological(root, reads=read)


def columns(order: Sequence[Key], inputs: Mapping[Key, Sequence[Key]]) -> dict[Key, int]:
    """Return the column of each node: after its operands, and next to its only use if it can.

    order: the nodes, inputs first. A leaf stands next to its first use. What is used once moves
    there too, unless more lines would then be drawn longer than shorter.

    >>> columns(["a", "b", "c", "d"], {"b": ["a"], "c": ["b"], "d": ["c", "a"]})
    {'a': 0, 'b': 1, 'c': 2, 'd': 3}
    """
    users: dict[Key, list[Key]] = {}
    found: dict[Key, int] = {}
    for node in order:
        its = inputs.get(node, ())
        # A closed group may be fed by what it feeds: then one of the lines leads back.
        found[node] = 1 + max((found.get(x, -1) for x in its), default=-1)
        for x in its:
            users.setdefault(x, []).append(node)
    for node in reversed(order):
        mine, its = users.get(node, ()), inputs.get(node, ())
        stays = sum((0.5 if not inputs.get(x) else 1.0) for x in its if len(users[x]) > 1)
        if mine and (not its or (len(mine) == 1 and stays < 1)):
            found[node] = max(min(found[user] for user in mine) - 1, 0)
    return found


def _serials(order: Sequence[Node]) -> dict[Node, int] | None:
    """Return when each node was made; None unless that was noted for all."""
    serials: dict[Node, int] = {}
    for node in order:
        place = None if node.origin is None else node.origin.place
        if node.op is not None and place is None:
            return None
        serials[node] = -1 if place is None else place.serial
    for node in reversed(order):  # a leaf was made before it was first used
        for x in node.inputs if node.op is not None else ():
            if isinstance(x, Node) and x.op is None:
                first = serials[node] if serials[x] < 0 else min(serials[x], serials[node])
                serials[x] = first
    return serials
