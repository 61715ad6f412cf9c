"""The order in which a program made its nodes, and their columns.

Each node knows when it was made. Only leaves are placed by their first use instead: a network's
weights are all made before its first input, but each belongs beside what it multiplies.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from autograd import Node, topological

Key = TypeVar("Key", bound=Hashable)


def program_order(root: Node) -> list[Node]:
    """Return all nodes that `root` was computed from, inputs first, in the program's order.

    Leaves first used by the same operation keep the order in which they were made.

    >>> from autograd import Value
    >>> h = Value(0.0, label="h0")
    >>> for t in (1, 2):
    ...     h = Value(float(t)) * 0.5 + h
    >>> [node.data for node in program_order(h) if node.op and node.op.name == "mul"]
    [0.5, 1.0]
    """
    turns: dict[Node, tuple[int, int, int]] = {}
    order = sorted(topological(root), key=_made)
    for node in order:
        if node.op is not None:
            turns[node] = (node.made, 1, 0)
            for x in node.inputs:
                if isinstance(x, Node) and x.op is None:
                    turns.setdefault(x, (node.made, 0, x.made))
    turns.setdefault(root, (root.made, 0, 0))
    return sorted(order, key=turns.__getitem__)


def _made(node: Node) -> int:
    return node.made


def columns(order: Sequence[Key], inputs: Mapping[Key, Sequence[Key]]) -> dict[Key, int]:
    """Return the column of each node: after its operands, and next to its only use if possible.

    order: the nodes, inputs first. A leaf is placed next to its first use. A node used once moves
    there too, unless that would lengthen more lines than it shortens.

    >>> columns(["a", "b", "c", "d"], {"b": ["a"], "c": ["b"], "d": ["c", "a"]})
    {'a': 0, 'b': 1, 'c': 2, 'd': 3}
    """
    users: dict[Key, list[Key]] = {}
    found: dict[Key, int] = {}
    for node in order:
        its = inputs.get(node, ())
        # A closed group may feed its own input: then one of the lines leads back.
        found[node] = 1 + max((found.get(x, -1) for x in its), default=-1)
        for x in its:
            users.setdefault(x, []).append(node)
    for node in reversed(order):
        mine, its = users.get(node, ()), inputs.get(node, ())
        stays = sum((0.5 if not inputs.get(x) else 1.0) for x in its if len(users[x]) > 1)
        if mine and (not its or (len(mine) == 1 and stays < 1)):
            found[node] = max(min(found[user] for user in mine) - 1, 0)
    return found
