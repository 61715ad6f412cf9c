"""Narrate each frame in a sentence or two, for readers and screen readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd import EdgeStep, Node, topological
from viz.formulas.rules import contribution, forward, text
from viz.graph.births import first_birth
from viz.graph.names import repeated
from viz.graph.order import program_order
from viz.stepping.frames import Frame, Mode
from viz.style.numerals import array, lengths, product, total

_MANY = 4  # things of one kind that are listed one by one
_LONG = 60  # characters of a formula

Names = Mapping[Node, str]


def narrated(frames: Sequence[Frame], root: Node, names: Names, mode: Mode) -> Iterator[Frame]:
    """Yield the frames with their sentences."""
    leaves = [node for node in program_order(root) if node.op is None]
    passed: set[tuple[Node, int]] = set()
    for frame in frames:
        told = (
            _sentence(frame, root, names, mode) if frame.kind != "leaves" else given(leaves, names)
        )
        if mode == "naive" and frame.kind == "backward" and frame.node is not None:
            edge = (frame.node, frame.edges[0].position)
            if edge in passed:
                told += (
                    f" {names[frame.node]} has passed a part of this on before; that part now "
                    "counts twice."
                )
            passed.add(edge)
        if frame.kind == "end":
            told += _born(frames, root, names)
        yield replace(frame, sentence=told)


def _born(frames: Sequence[Frame], root: Node, names: Names) -> str:
    """Say where the first nan or inf came from, if there is one."""
    found = {frame.node: frame.upstream for frame in frames if frame.upstream is not None}
    found |= {edge.input: edge.total for frame in frames for edge in frame.edges}
    birth = first_birth(topological(root), found.get)
    if birth is None:
        return ""
    said = birth.sentence(names)
    return f" {said[0].upper()}{said[1:]}."


def _sentence(frame: Frame, root: Node, names: Names, mode: Mode) -> str:
    node = frame.node
    if frame.kind == "forward" and node is not None:
        return f"Forward: {equation(node, names)} = {shown(node.data)}."
    if frame.kind == "seed":
        return (
            f"Seed: {derivative(root, root, names)} = {shown(frame.upstream)}, "
            f"for {names[root]} changes exactly as much as itself."
        )
    if frame.kind == "backward" and node is not None:
        return _backward(frame, node, root, names, mode)
    if frame.kind == "again":
        return (
            "A second pass, with no zero_grad() before it: the leaves keep the gradients of the "
            "first pass, and the new ones are added to them."
        )
    return _end(frame, root, names, mode)


def given(leaves: list[Node], names: Names) -> str:
    """Return the sentence about what the story starts from."""
    told = [f"{names[leaf]} = {shown(leaf.data)}" for leaf in leaves]
    shared = "".join(f" {said}." for said in repeated(names))
    return f"Given: {_listed(told)}.{shared}"


def equation(node: Node, names: Names) -> str:
    """Return `b = a * a`: the node's name and the operation that made it, if any."""
    if node.op is None:
        return names[node]
    formula = text(forward(node, names.__getitem__))
    return f"{names[node]} = {shortened(formula, node)}"


def shortened(formula: str, node: Node) -> str:
    """Return a formula or, if it is long, only its operation and number of operands."""
    if len(formula) <= _LONG or node.op is None:
        return formula
    return f"{node.op.name} of {len(node.inputs)} operands"


def derivative(root: Node, x: Node, names: Names) -> str:
    """Return `∂loss/∂x`."""
    return f"∂{names[root]}/∂{names[x]}"


def shown(x: Any) -> str:
    """Return a number, a small array, or the shape and norm of a large one."""
    return array(x)


def _sum(edge: EdgeStep) -> str:
    if np.ndim(edge.total) == 0:
        return total([edge.before, edge.contribution], edge.total)
    return f"{array(edge.before)} + {array(edge.contribution)} = {shown(edge.total)}"


def _backward(frame: Frame, node: Node, root: Node, names: Names, mode: Mode) -> str:
    upstream = f"{derivative(root, node, names)} = {shown(frame.upstream)}"
    told = [f"Backward through {equation(node, names)}, where {upstream}."]
    met: set[Node] = set()
    for edge in frame.edges[:_MANY]:
        told.append(_sent(node, frame.upstream, edge, root, names, again=edge.input in met))
        met.add(edge.input)
    if len(frame.edges) > _MANY:
        told.append(f"And {len(frame.edges) - _MANY} operands more.")
    if mode == "naive":
        return " ".join(told)
    complete = [names[x] for x in frame.complete]
    waiting = [names[x] for x in dict.fromkeys(e.input for e in frame.edges)]
    waiting = [name for name in waiting if name not in complete]
    if complete:
        verb = "is" if len(complete) == 1 else "are"
        noun = "gradient" if len(complete) == 1 else "gradients"
        told.append(f"The {noun} of {_listed(complete)} {verb} complete.")
    if waiting:
        told.append(
            f"{_listed(waiting)} still {'waits' if len(waiting) == 1 else 'wait'} for more."
        )
    return " ".join(told)


def _sent(node: Node, upstream: Any, edge: EdgeStep, root: Node, names: Names, again: bool) -> str:
    name = names[edge.input] + (" again" if again else "")
    if edge.local is not None and np.ndim(edge.local) == 0 and np.ndim(upstream) == 0:
        said = f"To {name}: {product(edge.local, upstream, edge.contribution)}"
    else:
        rule = text(contribution(node, edge.position, "g", names.__getitem__))
        shape = lengths(np.shape(edge.contribution))
        said = (
            f"To {name} ({shape}), with g for the gradient of {names[node]}: "
            f"{rule} = {shown(edge.contribution)}"
        )
    if edge.before is not None:
        said += f", so {derivative(root, edge.input, names)} = {_sum(edge)}"
    return f"{said}."


def _end(frame: Frame, root: Node, names: Names, mode: Mode) -> str:
    told = [f"{derivative(root, r.node, names)} = {shown(r.gradient)}" for r in frame.results]
    if mode in ("watch", "predict"):
        return f"All gradients are complete: {_listed(told)}."
    wrong = [
        f"{derivative(root, result.node, names)} reads {shown(result.gradient)} "
        f"where {shown(result.right)} is right"
        for result in frame.results
        if result.is_wrong
    ]
    if not wrong:
        return (
            f"{_listed(told)}, which is right: nothing was counted twice here. "
            "Try a graph that uses one node twice, such as b = a + a; c = b + b."
        )
    lesson = "call zero_grad() before each backward()"
    if mode == "naive":
        lesson = "a node may pass its gradient on only when all who use it have added to it"
    return f"Wrong: {_listed(wrong)}. The lesson: {lesson}."


def _listed(told: list[str], most: int = 6) -> str:
    if not told:
        return "none"
    rest = f", and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + rest
