"""What each frame of a story changes in the drawing, as short lists of (node, slot, text).

The layout is made once; going to a frame applies its changes, or undoes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Node
from viz.stepping.frames import Frame
from viz.stepping.story import Story
from viz.style.numerals import array, length, lengths, norm, number
from viz.style.scales import Logarithmic, Range

SLOTS = ("value", "grad", "badge", "state", "color")
UNSET = "no grad yet"
#: The text in a box before anything has happened to it.
BLANK = {"value": "= ?", "grad": UNSET, "badge": "", "state": "waiting", "color": "unset"}

#: (node, slot, text)
Change = tuple[int, str, str]


def brief(x: Any) -> str:
    """Write a number, or an array in no more than a box's width.

    >>> brief(2.0), brief(np.ones((64, 10)))
    ('2.0', '64×10 ‖25.30‖')
    """
    if np.ndim(x) == 0:
        return number(float(x))
    written = array(x, most=3)
    return (
        written if len(written) < 18 and np.size(x) <= 3 else f"{lengths(np.shape(x))} ‖{norm(x)}‖"
    )


def changes(story: Story) -> list[list[Change]]:
    """Return what each frame changes in the boxes; in total, linear in the size of the graph."""
    boxes = _Boxes(story)
    return [boxes.changed_by(frame) for frame in story]


class _Boxes:
    """The boxes of a graph while its story is told: what each kind of frame writes into them."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._number = {node: i for i, node in enumerate(story.order)}
        self._due = _uses(story)
        self._scale, self._sizes = Logarithmic(), sizes_of(story)
        self._received: Counter[Node] = Counter()  # contributions in this pass

    def changed_by(self, frame: Frame) -> list[Change]:
        """Return what a frame changes; the frames are given in order."""
        made: list[Change] = []
        if frame.kind == "leaves":
            for node in self._story.order:
                made += self._value(node) if node.op is None else []
        elif frame.kind == "again":
            made = self._begin_again()
        elif frame.node is not None and frame.kind == "forward":
            made = self._value(frame.node)
        elif frame.node is not None and frame.kind == "seed":
            made = [
                *self._gradient(frame.node, frame.upstream),
                self._state(frame.node, "complete"),
            ]
        elif frame.node is not None and frame.kind == "backward":
            made = self._passed_on(frame, frame.node)
        for result in frame.results:
            if result.is_wrong:
                made += [self._state(result.node, "wrong"), self._badge(result.node, "✗")]
        return made

    def _begin_again(self) -> list[Change]:
        """Clear the marks of the first pass; only leaves keep their gradients."""
        self._received.clear()
        made: list[Change] = []
        for node in self._story.order:
            if node in self._due or node is self._story.root:
                made += [self._badge(node, ""), self._state(node, "known")]
                if node.op is not None:
                    i = self._number[node]
                    made += [(i, "grad", UNSET), (i, "color", "unset")]
        return made

    def _passed_on(self, frame: Frame, here: Node) -> list[Change]:
        """Show the sums of the operands that a node has sent contributions to."""
        made: list[Change] = []
        self._received.update(edge.input for edge in frame.edges)
        for node, total in {edge.input: edge.total for edge in frame.edges}.items():
            made += self._gradient(node, total)
            complete = any(node is x for x in frame.complete)
            done = complete and node.op is None
            arrived = _received(self._received[node], self._due[node])
            made.append(self._badge(node, "✓" if done else arrived))
            made.append(
                self._state(node, "partial" if not complete else "done" if done else "complete")
            )
        return [*made, self._state(here, "done"), self._badge(here, "✓")]

    def _value(self, node: Node) -> list[Change]:
        written = f"= {brief(node.data)}"
        return [(self._number[node], "value", written), self._state(node, "known")]

    def _gradient(self, node: Node, grad: Any) -> list[Change]:
        signed = np.ndim(grad) == 0
        size = float(grad) if signed else length(grad)
        i = self._number[node]
        color = self._scale.role(size, self._sizes, signed)
        return [(i, "grad", f"grad {brief(grad)}"), (i, "color", color)]

    def _state(self, node: Node, state: str) -> Change:
        return self._number[node], "state", state

    def _badge(self, node: Node, badge: str) -> Change:
        return self._number[node], "badge", badge


def _received(count: int, due: int) -> str:
    """Say how many contributions have arrived; in a wrong order, there can be more than are due."""
    if count == due == 1:
        return ""
    return f"{count}/{due}" if count <= due else f"{count} ({due} due)"


def _uses(story: Story) -> Counter[Node]:
    """Return how many contributions each node's gradient has in a correct pass."""
    # A set, since the naive order passes along the same edge again and again.
    edges = {
        (frame.node, edge.position, edge.input)
        for frame in story
        if frame.kind == "backward"
        for edge in frame.edges
    }
    return Counter(node for _, _, node in edges)


def sizes_of(story: Story) -> Range:
    """Return the range of gradient sizes in the story."""
    with np.errstate(all="ignore"):
        return Range.of(
            [length(edge.total) for frame in story for edge in frame.edges]
            + [length(f.upstream) for f in story if f.kind == "seed"]
        )


def states(story: Story, made: Sequence[Sequence[Change]], last: int) -> list[dict[str, str]]:
    """Return the text in each box after the frame `last`."""
    state = [dict(BLANK) for _ in story.order]
    for frame in made[: last + 1]:
        for i, slot, written in frame:
            state[i][slot] = written
    return state
