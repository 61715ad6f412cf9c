"""The backward pass of a graph of arrays: the walk of graph.py, cut down to what arrays need.

The general walk asks each node for a list of contributions, and visits leaves like any other node.
In a small training step the walk takes longer than the computing. So here the order leaves out the
leaves, and what a rule returns is added to its sum at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.fitting import fit
from autograd.large import added
from autograd.pool import pool
from autograd.writing import commit

if TYPE_CHECKING:
    from autograd.node import Node
    from autograd.tensor import Tensor


def quick_pass(root: Tensor, seed: object, xs: Sequence[Node] | None) -> list[object]:
    """Do the whole backward pass from a result.

    xs: the nodes whose gradients to return; then none is written. Without it, all are written.
    """
    order = order_of(root)
    sums: dict[Node, object] = {root: seed}
    send(order, sums)
    if xs is not None:
        return [sums.get(x) for x in xs]
    commit(order, sums)
    return []


def order_of(root: Tensor) -> list[Tensor]:
    """Return the nodes from which the root was computed, inputs first, without the leaves."""
    kind = type(root)
    order: list[Tensor] = []
    if root.first is None:
        return order
    seen = {root}
    above: list[tuple[Tensor, Iterator[object]]] = []  # each with the operands still to visit
    node, rest = root, iter(root.first)
    while True:
        for x in rest:
            if type(x) is kind and x.first is not None and x not in seen:
                seen.add(x)
                above.append((node, rest))
                node, rest = x, iter(x.first)
                break
        else:
            order.append(node)
            if not above:
                return order
            node, rest = above.pop()


@np.errstate(all="ignore")  # an inf shows in the gradient itself
def send(order: list[Tensor], sums: dict[Node, Any]) -> None:
    """Add up what each node sends to its operands, from the last node to the first.

    The sums are those of `graph.drain`.
    """
    for node in reversed(order):
        upstream = sums.get(node)
        if upstream is None or node.first is None:
            continue
        if node.glimpse is not None:
            node.notice()
        kind = type(node)
        arrays, params, version = node.arrays, node.params, node.version
        operands = (upstream, node.raw, *arrays)
        # Passing strict= to zip would take a twentieth of the walk.
        for x, rule, like in zip(node.first, node.rules, arrays):  # noqa: B905
            if type(x) is not kind:  # a constant
                continue
            if x.glimpse is not None:
                x.notice()
            version += x.version
            if rule is None:
                continue
            sent = rule(*operands, **params) if params else rule(*operands)
            if type(sent) is float:  # a rule on one number may return one
                sent = np.asarray(sent, like.dtype)
            if sent.dtype is not like.dtype or sent.shape != like.shape:
                sent = fit(sent, like)
            if x in sums:
                sums[x] = added(sums[x], sent)
            elif x.first is None and (sent is upstream or sent.base is not None):
                sums[x] = _copy(sent)  # no two leaves share an array
            else:
                sums[x] = sent
        if version != node.seen:
            node.must_be_fresh()


def _copy(array: np.ndarray) -> np.ndarray:
    copy = pool.empty(array.shape, array.dtype)
    copy[...] = array
    return copy
