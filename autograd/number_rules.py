"""Run the rules of a number's row on nodes, for derivatives that can be differentiated again.

A first derivative uses the slopes that were stored when the number was recorded. Here the rules run
again, on the operands as they are now, so it is checked that these have not changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd.errors import DomainError, StaleDataError, describe
from autograd.node import Node
from autograd.rows.nodes import Partials, row_of


def local_nodes(node: Node, recorded: Sequence[object], wanted: Sequence[bool]) -> Partials:
    """Return ∂node/∂xᵢ of each wanted operand as nodes.

    recorded: the slopes that were stored. Raises DomainError, and StaleDataError if the operands
    have changed since.
    """
    xs = node.inputs
    op = row_of(node)
    try:
        found: Partials = op.partials(node, xs, wanted)
    except DomainError as error:
        operands = ", ".join(map(describe, xs))
        error.add_note(f"in the derivative of {node.op_name} at {operands}")
        raise
    if node.origin is None or node.origin.exact:
        _must_be_fresh(node, recorded, found)
    return found


def _must_be_fresh(node: Node, recorded: Sequence[object], now: Sequence[object]) -> None:
    """Raise if the data that the rules ran on has changed since it was recorded."""
    op = row_of(node)
    try:
        again = op.number(*map(_raw, node.inputs))
    except DomainError:
        again = math.nan
    pairs = [(old, _raw(new)) for old, new in zip(recorded, now, strict=True)]
    for old, new in [(node.raw, again), *pairs]:
        if new is not None and old != new and (old == old or new == new):  # NaN is NaN
            operands = ", ".join(describe(x) for x in node.inputs)
            raise StaleDataError(
                f"the data under {node.op_name} was changed after it was recorded (now "
                f"{operands}), so it cannot be differentiated again; record it anew"
            )


def _raw(x: object) -> object:
    return x.raw if isinstance(x, Node) else x


def times(upstream: Any, local: Any) -> Any:
    """Return upstream × local, recording nothing where the local derivative is ±1."""
    nodes = isinstance(upstream, Node), isinstance(local, Node)
    if nodes == (True, False) and local in (1, -1):
        return upstream if local == 1 else -upstream
    return upstream * local
