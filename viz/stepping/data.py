"""The data of the player's script: the frames, their changes and their maths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import EdgeStep, Node, latex
from viz.formulas.math_text import mathml
from viz.formulas.rules import Named, contribution, forward, local
from viz.stepping.changes import BLANK, SLOTS, Change, brief
from viz.stepping.frames import Frame
from viz.stepping.narration import derivative, equation
from viz.stepping.picture import Pictured, arrows
from viz.stepping.story import Story
from viz.style.lettering import short
from viz.style.numerals import array, lengths, matrix, number, signed
from viz.style.numerals import product as equation_of
from viz.style.numerals import total as sum_of

_PHASES = {
    "leaves": "what is given",
    "forward": "forward pass",
    "seed": "the seed",
    "backward": "backward pass",
    "again": "once more",
    "end": "the result",
}
WORDS = ("state", "color")
_MOST_ROWS = 12  # operands whose maths a frame writes out
_MOST_ELEMENTS = 16  # elements of an array that is written out
_MOST_LATEX = 300  # characters of a formula
_MOST_ASKED = 3  # gradients that a frame asks the reader for


def data(story: Story, made: Sequence[Sequence[Change]], shown: Pictured) -> dict[str, Any]:
    """Return the data for `player.js`.

    shown: the picture.
    """
    rules: dict[str, int] = {}
    words: dict[str, int] = {}  # the few states and colours, numbered

    def word(written: str) -> int:
        return words.setdefault(written, len(words))

    done = {"forward": 0, "backward": 0}
    place = {node: i for i, node in enumerate(story.order)}
    frames = []
    for frame, changed in zip(story, made, strict=True):
        if frame.kind in done:
            done[frame.kind] += 1
        at = -1 if frame.node is None else place[frame.node]
        rows = [_row(frame, edge, story, rules) for edge in frame.edges[:_MOST_ROWS]]
        frames.append(
            {
                "p": [_PHASES[frame.kind], done.get(frame.kind, 0)],
                "n": at,
                "b": int(frame.kind == "backward"),
                "e": [_arrow(told, rows) for told in arrows(frame, place)],
                "m": _forward_rule(frame, story, rules),
                "r": rows,
                "x": _rest(frame),
                "q": _question(frame, story),
                "a": _answers(frame, story, place),
                "c": [
                    [i, SLOTS.index(slot), word(written) if slot in WORDS else written]
                    for i, slot, written in changed
                ],
            }
        )
    return {
        "frames": frames,
        "rules": list(rules),
        "words": list(words),
        "phases": [[_PHASES[kind], count] for kind, count in done.items()],
        "predict": story.mode == "predict",
        "blank": [BLANK[slot] for slot in SLOTS],
        "count": len(story.order),
        "copies": [[copy.first, copy.last, copy.of] for copy in shown.copies],
        "level": shown.level.data(),
    }


def _arrow(told: list[Any], rows: Sequence[list[Any]]) -> list[Any]:
    """Return an arrow with what is sent along it, or the line of maths that shows it already."""
    products = [row[2] for row in rows]
    return [*told[:2], products.index(told[2])] if told[2] in products else told


def _rule(rules: dict[str, int], formula: str) -> int:
    return rules.setdefault(mathml(formula), len(rules))


def _forward_rule(frame: Frame, story: Story, rules: dict[str, int]) -> int:
    """Return the number of the formula `b = a · a = 3.0 · 3.0 = 9.0`."""
    node = frame.node
    if frame.kind != "forward" or node is None:
        return -1
    parts = [latex(Named(story.names[node])), latex(forward(node, story.names.__getitem__))]
    if len(parts[1]) > _MOST_LATEX:
        return -1
    single: Any = [getattr(x, "data", x) for x in (node, *node.inputs)]
    if all(np.ndim(x) == 0 for x in single):
        numbers = latex(forward(node, lambda x: signed(x.data)))
        parts += [numbers, signed(node.data).strip("()")]
    return _rule(rules, " = ".join(dict.fromkeys(parts)))


def _row(frame: Frame, edge: EdgeStep, story: Story, rules: dict[str, int]) -> list[Any]:
    """Return one line of the maths: the receiver, the rule, the product, the running sum."""
    node, naming = frame.node, story.names.__getitem__
    if node is None:
        raise ValueError("only a frame with a node has edges")
    z, x = latex(Named(story.names[node])), latex(Named(story.names[edge.input]))
    factor = local(node, edge.position, naming)
    numbers = (edge.local, frame.upstream, edge.contribution)
    unknown = factor is None or (edge.local is None and not isinstance(factor, int | float))
    if unknown or any(map(np.ndim, numbers)):
        sent = latex(contribution(node, edge.position, "g", naming))
        loss = latex(Named(story.names[story.root]))
        formula = rf"{sent} , \quad g = \frac{{\partial {loss}}}{{\partial {z}}}"
        product: str | int = brief(edge.contribution)
        if 1 < np.size(edge.contribution) <= _MOST_ELEMENTS and np.ndim(edge.contribution) < 3:
            product = _rule(rules, matrix(edge.contribution))
    else:
        written = number(factor) if isinstance(factor, int | float) else latex(factor)
        formula = rf"\frac{{\partial {z}}}{{\partial {x}}} = {written}"
        value: Any = edge.local if edge.local is not None else factor
        product = equation_of(value, frame.upstream, edge.contribution)
    total = ""
    if edge.before is not None:
        terms = [edge.before, edge.contribution]
        total = (
            f"{' + '.join(map(brief, terms))} = {brief(edge.total)}"
            if np.ndim(edge.total)
            else sum_of(terms, edge.total)
        )
    return [short(naming(edge.input), 40), _rule(rules, formula), product, total]


def _rest(frame: Frame) -> str:
    more = len(frame.edges) - _MOST_ROWS
    return f"and {more} more operands" if more > 0 else ""


def _question(frame: Frame, story: Story) -> list[str]:
    """Return what is known before a step: the operation, its own gradient, the operands."""
    if frame.kind != "backward" or frame.node is None:
        return []
    name = derivative(story.root, frame.node, story.names)
    operands = dict.fromkeys(edge.input for edge in frame.edges[:_MOST_ASKED])
    known = [f"{story.names[x]} = {array(x.data)}" for x in operands]
    through = f"{equation(frame.node, story.names)} = {array(frame.node.data)}"
    return [through, f"{name} = {array(frame.upstream)}", ", ".join(known)]


def _answers(frame: Frame, story: Story, place: dict[Node, int]) -> list[list[Any]]:
    """Return what "predict" asks for: a gradient, or the shape of an array's."""
    asked: dict[Node, list[Any]] = {}
    for edge in frame.edges:
        shape = np.shape(edge.total)
        right = lengths(shape) if shape else f"{float(edge.total):.6g}"
        name = derivative(story.root, edge.input, story.names)
        kind = "shape" if shape else "number"
        asked[edge.input] = [name, right, kind, place[edge.input]]
    return list(asked.values())[:_MOST_ASKED]
