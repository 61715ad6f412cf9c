"""Gradients left from an earlier pass: how much of a leaf's gradient this backward pass added.

`backward` adds to the gradient that a leaf holds. A second pass without `zero_grad` in between
doubles it, which a picture must not hide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograd import Node
from viz.graph.parts import ShownGradient
from viz.graph.reading import contributions, gradient_of
from viz.style.numerals import norm, total

_ROUNDING = 1e4  # units in the last place by which sums in another order may differ


def with_earlier(
    order: Sequence[Node], nodes: Iterable[Node], gradient: Callable[[Node], Any]
) -> dict[Node, ShownGradient]:
    """Return, in words, the gradients of the leaves that hold more than this pass gave them.

    order: all nodes of the graph. nodes: those to report on. gradient: a function that reads a
    node's gradient. The result is empty unless the pass started from the last node with 1, since
    only then is everything that it gave known.

    >>> from autograd import Value, topological
    >>> x = Value(3.0, label="x")
    >>> (2.0 * x).backward(); y = 2.0 * x; y.backward()
    >>> with_earlier(topological(y), [x], lambda node: node.grad)[x].text
    '4.0 = 2.0 now + 2.0 before'
    """
    started = gradient(order[-1])
    if started is None or np.size(started) != 1 or float(np.ravel(started)[0]) != 1.0:
        return {}
    leaves = [x for x in nodes if x.op is None and x is not order[-1] and gradient(x) is not None]
    now = _given_now(order, set(leaves), gradient)
    found: dict[Node, ShownGradient] = {}
    for leaf in leaves:
        held, (given, size) = gradient(leaf), now.get(leaf, (0.0, 0.0))
        if given is None or not np.all(np.isfinite(held)) or not np.all(np.isfinite(given)):
            continue
        eps = float(np.finfo(np.result_type(held, np.float32 if _narrow(held) else float)).eps)
        with np.errstate(over="ignore"):  # near the largest float a sum of two is inf
            before = held - given
            rounded = np.abs(before) <= _ROUNDING * eps * (np.abs(held) + size)
        if np.all(rounded):
            continue
        found[leaf] = _told(held, given, before)
    return found


def _narrow(x: Any) -> bool:
    return getattr(x, "dtype", None) == np.float32


def _told(held: Any, given: Any, before: Any) -> ShownGradient:
    whole = gradient_of(held)
    if np.ndim(held) == 0:
        sum_, _, terms = reversed_parts(total([float(given), float(before)], float(held)))
        first, second = terms.split(" + ", 1)
        text = f"{sum_} = {first} now + {second} before"
    else:
        text = f"norm {norm(held)}: {norm(given)} now, {norm(before)} before"
    return ShownGradient(whole.state, text, whole.size, whole.signed)


def reversed_parts(equation: str) -> tuple[str, str, str]:
    """Return the result of an equation, its sign, and its terms."""
    terms, sign, result = equation.rpartition(" = ")
    return result, sign, terms


def _given_now(
    order: Sequence[Node], leaves: set[Node], gradient: Callable[[Node], Any]
) -> dict[Node, tuple[Any, Any]]:
    """Return for each leaf the sum of its contributions and of their sizes; None if unknown."""
    found: dict[Node, tuple[Any, Any]] = {}
    for node in order:
        if not any(isinstance(x, Node) and x in leaves for x in node.inputs):
            continue
        for position, (_, sent) in contributions(node, gradient(node)).items():
            x = node.inputs[position]
            if x in leaves:
                given, size = found.get(x, (0.0, 0.0))
                if given is None or sent is None:
                    found[x] = (None, size)
                else:
                    found[x] = (given + sent, size + np.abs(sent))
    return found
