"""Inspect a backward pass or a model without side effects.

A picture must not change what it shows, so code that draws a pass gets it from here, and code that
evaluates a model does so inside `evaluating`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from autograd import BackwardError, Node, Step, backward_steps, topological
from autograd.errors import describe
from viz.graph.selection import TooLargeError


def backward_pass(root: Node, gradient: Any = None) -> list[Step]:
    """Return the steps of `root.backward(gradient)` without storing any gradient.

    Raises TypeError (not a node) and BackwardError (no single number to start from).

    >>> from autograd import Value
    >>> a = Value(3.0)
    >>> [step.upstream for step in backward_pass(a * a)], a.has_grad
    ([1.0, 6.0], False)
    """
    if not isinstance(root, Node):
        raise TypeError(
            f"a backward pass starts from a recorded Value or Tensor, not from {describe(root)}"
        )
    order: list[Any] = topological(root)
    before = [(node, node.grad if node.has_grad else None) for node in order]
    try:
        return list(backward_steps(root, gradient))
    finally:
        for node, grad in before:
            node.grad = grad


def gradients_of(root: Node, order: list[Node] | None = None) -> dict[Node, Any]:
    """Return ∂root/∂node for each node that it depends on, storing none; empty unless a number.

    order: those nodes as `topological` gives them, if they are known already.

    >>> from autograd import Value
    >>> a = Value(3.0)
    >>> gradients_of(a * a)[a], a.has_grad
    (6.0, False)
    """
    if root.size != 1 or root.op is None:
        return {}
    seed = root.seed(None)
    if order is None:
        order = topological(root)
    found = root.quick_pass(seed, order)
    if found is not None:
        return {x: sum_ for x, sum_ in zip(order, found, strict=True) if sum_ is not None}
    sums = {root: seed}
    root.drain(order, sums)
    return sums


@contextmanager
def as_after_backward(root: Node) -> Iterator[None]:
    """Give the nodes of a graph the gradients of one backward pass, for the length of a block.

    >>> from autograd import Value
    >>> a = Value(3.0)
    >>> with as_after_backward(a * a):
    ...     a.grad
    6.0
    >>> a.has_grad
    False
    """
    order: list[Any] = topological(root)
    before = [(node, node.grad if node.has_grad else None) for node in order]
    found = gradients_of(root)
    try:
        for node in order:
            node.grad = found.get(node)
        yield
    finally:
        for node, grad in before:
            node.grad = grad


def evaluating(model: Any) -> AbstractContextManager[None]:
    """Put a model with modes in evaluation mode for a block, then each module back in its own.

    model: anything with `in_mode`, such as a module of `nn`. Anything else is left alone.
    """
    return model.in_mode(training=False) if hasattr(model, "in_mode") else nullcontext()


#: Beyond this nobody reads a pass node by node, and writing it out would take seconds.
MOST_NODES = 20_000


def must_start(root: Any, what: str, node_by_node: bool = True) -> None:
    """Raise unless `what` can show a backward pass from `root`, node by node or summarized."""
    if not isinstance(root, Node):
        raise TypeError(f"viz.{what} needs a recorded Value or Tensor, not {describe(root)}")
    nodes = len(topological(root)) if node_by_node else 0
    if nodes > MOST_NODES:
        raise TooLargeError(
            f"viz.{what} tells of each node, and {nodes:,} are more than {MOST_NODES:,}; show a "
            "smaller part, such as one sample, or the whole folded: viz.draw(loss, depth=1)"
        )
    if root.size != 1:
        raise BackwardError(
            f"viz.{what} starts from one number, and {describe(root)} has "
            f"{root.size} elements; reduce it first, for example with sum or mean"
        )
