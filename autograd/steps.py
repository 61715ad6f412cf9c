"""A backward pass as a sequence of steps, for pictures, lessons and the curious."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograd.graph import pull, topological
from autograd.node import Node
from autograd.writing import commit


@dataclass(frozen=True)
class EdgeStep:
    """What one step sends along one edge: `upstream × local = contribution`.

    `local` is ∂z/∂xᵢ, or None where the rule is not a single factor (a matrix product).
    `before` is the input's sum so far (None if this is the first), `total` the sum after.
    """

    position: int
    input: Node
    local: Any
    contribution: Any
    before: Any
    total: Any


@dataclass(frozen=True)
class Step:
    """One event of a backward pass: a node's gradient is complete and is passed on."""

    index: int
    node: Node
    upstream: Any
    edges: tuple[EdgeStep, ...]

    def __repr__(self) -> str:
        name = self.node.label or self.node.op_name
        return f"Step({self.index}: {name}, upstream={self.upstream}, edges={len(self.edges)})"


def backward_steps(node: Node, gradient: object = None) -> Iterator[Step]:
    """Run `node.backward(gradient)` one step at a time.

    Leaves, which pass nothing on, have a step without edges. `.grad` is written when the
    steps are exhausted; if you stop before, the graph is left as it was.

    >>> from autograd import Value
    >>> a = Value(3.0, label="a"); b = a * a
    >>> first, last = backward_steps(b)
    >>> [(edge.local, edge.contribution, edge.total) for edge in first.edges]
    [(3.0, 3.0, 3.0), (3.0, 3.0, 6.0)]
    >>> last.node is a, last.upstream
    (True, 6.0)
    """
    order = topological(node)
    sums: dict[Node, object] = {node: node.seed(gradient)}
    totals: dict[Node, Any] = dict(sums)
    index = 0
    for here in reversed(order):
        upstream = sums.get(here)
        if upstream is None:
            continue
        edges: list[EdgeStep] = []
        for position, x, contribution in pull(here, sums):
            before = totals.get(x)
            total = totals[x] = contribution if before is None else before + contribution
            local = here.local(position)
            edges.append(EdgeStep(position, x, local, contribution, before, total))
        yield Step(index, here, upstream, tuple(edges))
        index += 1
    commit(order, sums)
