"""Open a row that is made of other rows: the same graph with the parts in its place.

A composite such as sigmoid is one node, and a neuron is one weighted sum. Opened, each is a box
around the operations that compute it. The leaves are those of the graph; everything between is
recorded anew, so the graph itself is left unchanged.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from autograd import Node, scope, topological
from autograd.modes import inside


def opened(root: Node, names: bool | Collection[str]) -> Node:
    """Return the graph of `root` with some rows opened into their parts.

    names: the rows to open, such as `["sigmoid"]`; True for all that have parts.

    Raises ValueError if no row in the graph with that name has parts.

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
