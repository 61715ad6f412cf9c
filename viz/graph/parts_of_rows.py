"""A row that is made of other rows, opened: the same graph with the parts in its place.

A composite such as sigmoid is one node, and a neuron one weighted sum. Opened, each is the box
around what it is computed from. The leaves are those of the graph; what is between is recorded
anew, so nothing of the graph itself is changed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from autograd import Node, scope, topological
from autograd.modes import inside


def opened(root: Node, names: bool | Collection[str]) -> Node:
    """Return the graph of `root` with some of its rows opened into their parts.

    names: of the rows to open, such as `["sigmoid"]`; True for all that have parts.

    Raises ValueError for a name that no row of the graph with parts has.

    >>> from autograd import Value, dot
    >>> z = dot([Value(2.0)], [Value(3.0)], Value(1.0))
    >>> [node.op.name for node in topological(opened(z, True)) if node.op]
    ['mul', 'add']
    """
    order: list[Any] = topological(root)
    able = {node.op.name for node in order if node.op is not None and node.op.expand is not None}
    wanted = able if names is True else set(names or ())
    unknown = sorted(wanted - able)
    if unknown:
        there = ", ".join(sorted(able)) or "none"
        raise ValueError(f"no row {unknown[0]!r} with parts is in this graph; there are: {there}")
    anew: dict[Node, Any] = {}
    for node in order:
        operands = [anew.get(x, x) if isinstance(x, Node) else x for x in node.inputs]
        row: Any = node.op
        if row is None:
            continue
        params = getattr(node, "params", {})
        with inside(node.origin):
            if row.name in wanted:
                with scope(row.name):
                    anew[node] = row.expand(*operands, **params)
            elif any(a is not b for a, b in zip(operands, node.inputs, strict=True)):
                anew[node] = row(*operands, **params)
        if node in anew and node.label and not anew[node].label:
            anew[node].label = node.label
    found: Node = anew.get(root, root)
    return found
