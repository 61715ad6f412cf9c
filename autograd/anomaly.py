"""What `detect_anomaly` looks for: the first value or gradient that is not finite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import AnomalyError, describe

if TYPE_CHECKING:
    from autograd.graph import Contribution
    from autograd.node import Node

#: The advice for an upstream gradient of 0 times an infinite slope.
_NOT_TAKEN = (
    ". The upstream gradient is 0 there, as for a branch that where() did not take, and 0 times an "
    "infinite slope is nan. Make the operand safe as well: "
    "where(x > 0, sqrt(where(x > 0, x, 1.0)), 0.0)"
)


def check_made(node: Node, site: str) -> None:
    """Raise if a node that has just been recorded is not finite."""
    data = node.raw
    bad = ~np.isfinite(data)
    if not bad.any():
        return
    found = repr(data)
    if isinstance(data, np.ndarray):
        place = tuple(map(int, np.argwhere(bad)[0]))
        found = f"{data[place]} at {place}"
    raise AnomalyError(
        f"{node.op_name} gave a value that is not finite: {found}. "
        f"Operands: {', '.join(map(_with_numbers, node.inputs))}. Recorded at {site}"
    )


def _with_numbers(x: object) -> str:
    data = _numbers(x)  # describing a single number already shows it
    return f"{describe(x)} {data}" if isinstance(data, np.ndarray) else describe(x)


def _numbers(x: object) -> Any:
    return getattr(x, "raw", x)


def check_sent(node: Node, upstream: object, contributions: Iterable[Contribution]) -> None:
    """Raise if what a node sends to its inputs is not finite."""
    for position, x, contribution in contributions:
        if not np.all(np.isfinite(_numbers(contribution))):
            site = node.origin.site if node.origin is not None else ""
            operands = ", ".join(describe(y) for y in node.inputs)
            hint = _NOT_TAKEN if np.any(np.equal(_numbers(upstream), 0)) else ""
            raise AnomalyError(
                f"the backward pass of {node.op_name} gave a gradient that is not finite: "
                f"{contribution!r} for its operand {position}, {describe(x)}. "
                f"Operands: {operands}; result: {describe(node)}; upstream gradient: "
                f"{upstream!r}. Recorded at {site or 'a line outside detect_anomaly()'}"
                f"{hint}"
            )
