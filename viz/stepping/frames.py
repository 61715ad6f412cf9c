"""The story of a backward pass as data: its frames, and what happens in each.

A frame is one moment: the leaves are given, a value is computed, the seed is set, or a node passes
its gradient on. Two of the stories go wrong on purpose, to show why the order matters and what
`zero_grad` is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from autograd import EdgeStep, Node
from viz.graph.order import program_order
from viz.graph.passes import backward_pass

Kind = Literal["leaves", "forward", "seed", "backward", "again", "end"]
Mode = Literal["watch", "predict", "naive", "no_zero_grad"]

_MOST_NAIVE = 2_000


@dataclass(frozen=True)
class Result:
    """A leaf's gradient at the end of a story, and the `right` one."""

    node: Node
    gradient: Any
    right: Any

    @property
    def is_wrong(self) -> bool:
        """Whether the two differ by more than the rounding error of summing in another order."""
        rounding = 1_000 * float(np.finfo(np.asarray(self.right).dtype).eps)
        with np.errstate(all="ignore"):
            return not np.allclose(self.gradient, self.right, rtol=rounding, atol=0, equal_nan=True)


@dataclass(frozen=True)
class Frame:
    """One moment of the story.

    kind: "leaves" (what is given), "forward" (`node` gets its value), "seed" (∂loss/∂loss),
        "backward" (`node` passes on `upstream` along `edges`), "again" (a second pass starts),
        "end".
    edges: for each operand `local`, `contribution`, and its gradient `before` and in `total`.
    complete: the nodes whose gradient is complete from this frame on.
    results: at the end, the gradients of the leaves.
    sentence: the frame in words.
    """

    index: int
    kind: Kind
    node: Node | None = None
    upstream: Any = None
    edges: tuple[EdgeStep, ...] = ()
    complete: tuple[Node, ...] = ()
    results: tuple[Result, ...] = ()
    sentence: str = ""


def tell(loss: Node, mode: Mode = "watch") -> list[Frame]:
    """Return the frames of a story, without their sentences; see `viz.steps`."""
    stories = {
        "watch": _story,
        "predict": _story,
        "naive": _naive_story,
        "no_zero_grad": _second_pass,
    }
    if mode not in stories:
        raise ValueError(f"mode must be one of {', '.join(map(repr, stories))}, not {mode!r}")
    frames = stories[mode](loss, program_order(loss))
    return [replace(frame, index=i) for i, frame in enumerate(frames)]


def _story(loss: Node, order: list[Node]) -> Iterator[Frame]:
    yield from _forward(order)
    yield from _backward(loss, {})
    right = _leaf_gradients(loss)
    yield Frame(0, "end", results=_results(right, right))


def _forward(order: list[Node]) -> Iterator[Frame]:
    yield Frame(0, "leaves")
    for node in order:
        if node.op is not None:
            yield Frame(0, "forward", node)


def _backward(loss: Node, kept: dict[Node, Any]) -> Iterator[Frame]:
    """Yield the seed and the backward steps; `kept` are the gradients that leaves start with."""
    passed = backward_pass(loss)
    missing: dict[Node, int] = {}
    for step in passed:
        for edge in step.edges:
            missing[edge.input] = missing.get(edge.input, 0) + 1
    yield Frame(0, "seed", loss, passed[0].upstream, complete=(loss,))
    for step in passed:
        if not step.edges:
            continue
        complete = []
        for edge in step.edges:
            missing[edge.input] -= 1
            if not missing[edge.input]:
                complete.append(edge.input)
        edges = tuple(_on_top(edge, kept) for edge in step.edges)
        yield Frame(0, "backward", step.node, step.upstream, edges, tuple(complete))


def _leaf_gradients(loss: Node) -> dict[Node, Any]:
    found = {step.node: step.upstream for step in backward_pass(loss) if step.node.op is None}
    return {node: found[node] for node in program_order(loss) if node in found}


def _results(shown: Mapping[Node, Any], right: Mapping[Node, Any]) -> tuple[Result, ...]:
    return tuple(Result(node, shown[node], gradient) for node, gradient in right.items())


def _on_top(edge: EdgeStep, kept: dict[Node, Any]) -> EdgeStep:
    if edge.input not in kept:
        return edge
    old = kept[edge.input]
    before = old if edge.before is None else old + edge.before
    return replace(edge, before=before, total=old + edge.total)


def _second_pass(loss: Node, order: list[Node]) -> Iterator[Frame]:
    """Yield two equal passes without `zero_grad` in between: leaves end with twice the gradient."""
    yield from _forward(order)
    yield from _backward(loss, {})
    yield Frame(0, "again", loss)
    right = _leaf_gradients(loss)
    yield from _backward(loss, right)
    twice = {node: gradient + gradient for node, gradient in right.items()}
    yield Frame(0, "end", results=_results(twice, right))


def _naive_story(loss: Node, order: list[Node]) -> Iterator[Frame]:
    """Yield a pass that sends each gradient on as soon as anything arrives, without waiting.

    It goes depth first, as a recursive `backward` would: whenever a node receives a contribution it
    passes on everything that it has so far, so earlier contributions are passed on again and again.
    """
    yield from _forward(order)
    passed = {step.node: step for step in backward_pass(loss)}
    _must_be_short(loss, order, passed)
    yield Frame(0, "seed", loss, passed[loss].upstream)
    sums: dict[Node, Any] = {loss: passed[loss].upstream}
    waiting = [(loss, i) for i in reversed(range(len(passed[loss].edges)))]
    while waiting:
        node, i = waiting.pop()
        edge = passed[node].edges[i]
        sent = {p: c for p, _, c in node.contributions(sums[node])}[edge.position]
        before = sums.get(edge.input)
        total = sums[edge.input] = sent if before is None else before + sent
        edge = replace(edge, contribution=sent, before=before, total=total)
        yield Frame(0, "backward", node, sums[node], (edge,))
        below = range(len(passed[edge.input].edges))
        waiting += [(edge.input, j) for j in reversed(below)]
    yield Frame(0, "end", results=_results(sums, _leaf_gradients(loss)))


def _must_be_short(loss: Node, order: list[Node], passed: Mapping[Node, Any]) -> None:
    visits: dict[Node, int] = {}
    for node in order:
        edges = passed[node].edges if node in passed else ()
        visits[node] = sum(1 + visits[edge.input] for edge in edges)
    if visits[loss] > _MOST_NAIVE:
        raise ValueError(
            f"the naive order takes {visits[loss]:,} steps on this graph of {len(order):,} nodes, "
            f"against {len(passed):,} in the right order; show it on a smaller one, such as "
            "b = a + a; c = b + b"
        )
