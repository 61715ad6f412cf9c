"""The walk: from a result back to the leaves, summing contributions by the chain rule.

It knows neither `Value` nor `Tensor`. A node is asked only for its `inputs` and for its
contributions (upstream × local, one for each input that is a node). The sums are kept in a
dictionary beside the graph and reach `.grad` when the walk is complete, so a pass that is
abandoned half-way leaves the graph as it was, and two threads do not disturb each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from autograd.modes import current

if TYPE_CHECKING:
    from autograd.node import Node

#: (which input, the input, upstream × local)
Contribution = tuple[int, "Node", Any]


def topological(
    roots: Any,
    inside: Callable[[Any], bool] | None = None,
    reads: Callable[[Any], Iterable[object]] | None = None,
) -> list[Any]:
    """Return every node that one or several roots depend on, inputs before what uses them.

    inside: whether to go on from a node to what it reads; where the walk stops, the node itself is
        still in the order.
    reads: what a node reads, including constants; its inputs by default.

    Depth first, with an explicit stack: Python's recursion ends at a depth of 1,000.

    >>> from autograd import Value
    >>> a = Value(2.0, label="a"); b = a + a; c = b * a
    >>> [node.label or node.op.symbol for node in topological(c)]
    ['a', '+', '×']
    """
    order: list[Any] = []
    seen: set[object] = set()
    stack: list[Any] = [roots] if hasattr(roots, "first") else list(roots)[::-1]
    push, pop, done = stack.append, stack.pop, order.append
    while stack:
        node = pop()
        if node is None:  # everything below the next node is in the order by now
            done(pop())
            continue
        if node in seen:
            continue
        seen.add(node)
        a = node.first
        if (a is None and reads is None) or (inside is not None and not inside(node)):
            done(node)
            continue
        push(node)
        push(None)
        if reads is not None:
            a = tuple(reads(node))
        for x in a[::-1] if type(a) is tuple else (node.second, a):
            if hasattr(x, "first") and x not in seen:
                push(x)
    return order


def pull(node: Node, sums: dict[Node, object], differentiable: bool = False) -> list[Contribution]:
    """Add each contribution of a node to `sums`, at its input; return the contributions.

    The caller goes through the topological order backward. So every node that uses this one has
    had its turn, and this one's sum is complete. With `differentiable` the contributions are nodes
    themselves.
    """
    upstream = sums.get(node)
    if upstream is None or node.first is None:
        return []
    contributions = node.contributions(upstream, differentiable)
    origin = current()
    if origin is not None:
        origin.check(node, upstream, contributions)
    _add(contributions, sums)
    return contributions


def drain(order: list[Node], sums: dict[Node, object], differentiable: bool = False) -> None:
    """Run the whole walk. `sums` starts as the seed, {root: ∂root/∂root}."""
    origin = current()
    for node in reversed(order):
        upstream = sums.get(node)
        if upstream is not None and node.first is not None:
            contributions = node.contributions(upstream, differentiable)
            if origin is not None:
                origin.check(node, upstream, contributions)
            _add(contributions, sums)


def _add(contributions: list[Contribution], sums: dict[Node, object]) -> None:
    for _, x, contribution in contributions:
        total = sums.get(x)
        sums[x] = contribution if total is None else total + contribution
