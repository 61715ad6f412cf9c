"""The walk: from a result back to the leaves, summing contributions by the chain rule.

It knows neither `Value` nor `Tensor`. A node is asked only for its `inputs` and for its
contributions (upstream × local, one for each input that is a node). The sums are kept in a
dictionary beside the graph and reach `.grad` when the walk is complete, so a pass that is
abandoned half-way leaves the graph as it was, and two threads do not disturb each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from itertools import chain, repeat
from operator import attrgetter
from threading import Lock
from typing import TYPE_CHECKING, Any

from autograd.modes import current

if TYPE_CHECKING:
    from autograd.node import Node

#: Threads may share leaves: what each adds to their gradients must not be lost.
adding = Lock()

_gradient_of = attrgetter("grad_or_none")

#: Go through an iterator to its end, in C.
_exhaust = deque[Any](maxlen=0).extend

#: (which input, the input, upstream × local)
Contribution = tuple[int, "Node", Any]


def topological(
    roots: Any,
    inside: Callable[[Any], bool] | None = None,
    reads: Callable[[Any], Iterable[Any]] | None = None,
) -> list[Any]:
    """Return every node that one or several roots depend on, inputs before what uses them.

    inside: whether to go on to what a node reads; nodes that are not are in the order too.
    reads: what a node reads, constants among it; its inputs by default.

    Depth first with a stack of our own: recursion would end at a depth of 1,000.

    >>> from autograd import Value
    >>> a = Value(2.0, label="a"); b = a + a; c = b * a
    >>> [node.label or node.op.symbol for node in topological(c)]
    ['a', '+', '×']
    """
    order: list[Any] = []
    seen: set[Any] = set()
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


def pull(node: Node, sums: dict[Node, Any], differentiable: bool = False) -> list[Contribution]:
    """Add each contribution of a node to `sums`, at its input; return the contributions.

    The caller goes through the topological order backward, so that every node that uses
    this one has had its turn and its own sum is complete. With `differentiable` the
    contributions are nodes themselves.
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


def drain(order: list[Node], sums: dict[Node, Any], differentiable: bool = False) -> None:
    """Run the whole walk. `sums` starts as the seed, {root: ∂root/∂root}."""
    origin = current()
    for node in reversed(order):
        upstream = sums.get(node)
        if upstream is not None and node.first is not None:
            contributions = node.contributions(upstream, differentiable)
            if origin is not None:
                origin.check(node, upstream, contributions)
            _add(contributions, sums)


def _add(contributions: list[Contribution], sums: dict[Node, Any]) -> None:
    for _, x, contribution in contributions:
        total = sums.get(x)
        sums[x] = contribution if total is None else total + contribution


def watching() -> bool:
    """Whether `detect_anomaly` is on."""
    origin = current()
    return origin is not None and origin.anomaly


def commit(order: list[Node], sums: dict[Node, Any]) -> None:
    """Write the finished sums to `.grad`: leaves accumulate over passes, the rest replace."""
    inner = [node for node in order if node.first is not None]
    leaves = [node for node in sums if node.first is None]
    add_gradients(inner, map(sums.get, inner), leaves, map(sums.get, leaves))


def add_gradients(
    inner: list[Any], gradients: Iterable[Any], leaves: list[Any], sums: Iterable[Any]
) -> None:
    """Write the gradients of a pass: each leaf adds its sum to what it has, the rest replace.

    A leaf adds the whole sum of this pass, so that two equal passes give exactly twice the
    gradient. None stands where a step (a comparison, say) let nothing through.
    """
    with adding:
        totals = [
            sum_ if had is None else had if sum_ is None else had + sum_
            for had, sum_ in zip(map(_gradient_of, leaves), sums, strict=True)
        ]
        write_gradients(chain(inner, leaves), chain(gradients, totals))


def write_gradients(nodes: Iterable[Node], gradients: Iterable[Any]) -> None:
    """Store one gradient in each node, in one step that Python does not interrupt.

    Ctrl-C is looked at between the steps of Python code. A loop could stop half-way, and a
    second try would then count what is there twice; the deque runs the loop in C.
    """
    _exhaust(map(setattr, nodes, repeat("grad_or_none"), gradients))  # slots are no Python code
