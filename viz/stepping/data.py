"""What the player's script works with: the frames, their changes and their maths, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np

from autograd import EdgeStep, Node, latex
from viz.formulas.math_text import mathml
from viz.formulas.rules import Named, contribution, forward, local
from viz.stepping.changes import BLANK, SLOTS, Change, brief
from viz.stepping.frames import Frame
from viz.stepping.narration import derivative, equation
from viz.stepping.stage import Stage
from viz.stepping.story import Story
from viz.stepping.svg import live as live_arrows
from viz.style.lettering import short
from viz.style.numerals import array, lengths, matrix, number, signed
from viz.style.numerals import product as equation_of
from viz.style.numerals import total as sum_of

_MOST_ROWS = 12  # operands that a frame writes out in maths
_MOST_ELEMENTS = 16  # of an array that is written out
_MOST_LATEX = 300  # characters of a formula
_MOST_ASKED = 3  # gradients that a frame asks for


def data(story: Story, made: Sequence[Sequence[Change]], stage: Stage) -> str:
    """Return what `player.js` works with, as JSON that can stand inside a script element."""
    rules: dict[str, int] = {}
    forward_count = sum(frame.kind == "forward" for frame in story)
    backward_count = sum(frame.kind == "backward" for frame in story)
    done = {"forward": 0, "backward": 0}
    place = {node: i for i, node in enumerate(story.order)}
    frames = []
    for frame, changed in zip(story, made, strict=True):
        if frame.kind in done:
            done[frame.kind] += 1
        phase = {
            "leaves": "what is given",
            "forward": f"forward pass, {done['forward']} of {forward_count}",
            "seed": "the seed",
            "backward": f"backward pass, {done['backward']} of {backward_count}",
            "again": "once more",
            "end": "the result",
        }[frame.kind]
        at = -1 if frame.node is None else place[frame.node]
        spot = stage.layout.places[at]
        live = [
            [i, *_label(stage, i, told)] if told else [i]
            for i, told in live_arrows(stage, frame).items()
        ]
        frames.append(
            {
                "p": phase,
                "n": at,
                "w": [round(x) for x in (spot.x, spot.y, spot.width, spot.height)],
                "b": int(frame.kind == "backward"),
                "e": live,
                "m": _forward_rule(frame, story, rules),
                "r": [_row(frame, edge, story, rules) for edge in frame.edges[:_MOST_ROWS]],
                "x": _rest(frame),
                "q": _question(frame, story),
                "a": _answers(frame, story, place),
                "c": [[i, SLOTS.index(slot), written] for i, slot, written in changed],
            }
        )
    everything = {
        "frames": frames,
        "rules": list(rules),
        "predict": story.mode == "predict",
        "blank": [BLANK[slot] for slot in SLOTS],
        "size": [round(stage.layout.width), round(stage.layout.height)],
        "ends": [[tail, head] for tail, head, _ in stage.edges],
    }
    return _in_script(json.dumps(everything, ensure_ascii=False, separators=(",", ":")))


def _label(stage: Stage, arrow: int, told: str) -> list[Any]:
    """Return the ground of a label, and its lines, each with its place."""
    ground = [round(x) for x in astuple(stage.ground(arrow, told))]
    return [ground, [[round(x), round(y), line] for x, y, line in stage.told(arrow, told)]]


def _in_script(written: str) -> str:
    """Return JSON that cannot end the script element around it."""
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


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
    """Return one line of the maths: to whom, the rule, the product, the running sum."""
    node, naming = frame.node, story.names.__getitem__
    if node is None:
        raise ValueError("only a frame with a node has edges")
    z, x = latex(Named(story.names[node])), latex(Named(story.names[edge.input]))
    factor = local(node, edge.position, naming)
    if factor is None or any(map(np.ndim, (edge.local, frame.upstream, edge.contribution))):
        sent = latex(contribution(node, edge.position, "g", naming))
        loss = latex(Named(story.names[story.root]))
        formula = rf"{sent} , \quad g = \frac{{\partial {loss}}}{{\partial {z}}}"
        product: str | int = brief(edge.contribution)
        if 1 < np.size(edge.contribution) <= _MOST_ELEMENTS and np.ndim(edge.contribution) < 3:
            product = _rule(rules, matrix(edge.contribution))
    else:
        written = number(factor) if isinstance(factor, int | float) else latex(factor)
        formula = rf"\frac{{\partial {z}}}{{\partial {x}}} = {written}"
        value = edge.local if edge.local is not None else factor
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


def _question(frame: Frame, story: Story) -> str:
    if frame.kind != "backward" or frame.node is None:
        return ""
    name = derivative(story.root, frame.node, story.names)
    operands = dict.fromkeys(edge.input for edge in frame.edges[:_MOST_ASKED])
    known = [f"{story.names[x]} = {array(x.data)}" for x in operands]
    return (
        f"The gradient goes back through {equation(frame.node, story.names)} = "
        f"{array(frame.node.data)}, where {name} = {array(frame.upstream)} "
        f"and {', '.join(known)}."
    )


def _answers(frame: Frame, story: Story, place: dict[Node, int]) -> list[list[Any]]:
    """Return what is asked in "predict": a gradient, or of an array its shape."""
    asked: dict[Node, list[Any]] = {}
    for edge in frame.edges:
        shape = np.shape(edge.total)
        right = lengths(shape) if shape else repr(float(edge.total))
        name = derivative(story.root, edge.input, story.names)
        kind = "shape" if shape else "number"
        asked[edge.input] = [name, right, kind, place[edge.input]]
    return list(asked.values())[:_MOST_ASKED]
