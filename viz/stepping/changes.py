"""What each frame of a story changes in the drawing, as short lists of (node, slot, text).

The layout is made once; going to a frame applies its changes, or undoes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd import Node
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
    return list(_changes(story))


def _changes(story: Story) -> Iterator[list[Change]]:
    place = {node: i for i, node in enumerate(story.order)}
    wanted = _uses(story)
    scale, sizes = Logarithmic(), sizes_of(story)
    received: dict[Node, int] = {}

    def gradient(node: Node, grad: Any) -> list[Change]:
        signed_ = np.ndim(grad) == 0
        size = float(grad) if signed_ else length(grad)
        return [
            (place[node], "grad", f"grad {brief(grad)}"),
            (place[node], "color", scale.role(size, sizes, signed_)),
        ]

    for frame in story:
        here = frame.node
        made: list[Change] = []
        if frame.kind == "leaves":
            for node in story.order:
                if node.op is None:
                    made += [*_appear(place[node], node)]
        elif frame.kind == "forward" and here is not None:
            made += _appear(place[here], here)
        elif frame.kind == "seed" and here is not None:
            made += gradient(here, frame.upstream)
            made.append((place[here], "state", "complete"))
        elif frame.kind == "again":
            received = {}
            for node in story.order:
                if node in wanted or node is story.root:
                    made += [(place[node], "badge", ""), (place[node], "state", "known")]
                    if node.op is not None:
                        made += [(place[node], "grad", UNSET), (place[node], "color", "unset")]
        elif frame.kind == "backward" and here is not None:
            for edge in frame.edges:
                received[edge.input] = received.get(edge.input, 0) + 1
            for node in dict.fromkeys(edge.input for edge in frame.edges):
                total = [edge.total for edge in frame.edges if edge.input is node][-1]
                made += gradient(node, total)
                count, all_ = received[node], wanted[node]
                complete = any(node is x for x in frame.complete)
                done = complete and node.op is None
                made.append((place[node], "badge", "✓" if done else _received(count, all_)))
                state = "partial" if not complete else "done" if done else "complete"
                made.append((place[node], "state", state))
            made += [(place[here], "state", "done"), (place[here], "badge", "✓")]
        for result in frame.results:
            if result.is_wrong:
                i = place[result.node]
                made += [(i, "state", "wrong"), (i, "badge", "✗")]
        yield made


def _received(count: int, due: int) -> str:
    """Say how many contributions have arrived; in a wrong order, there can be more than are due."""
    if count == due == 1:
        return ""
    return f"{count}/{due}" if count <= due else f"{count} ({due} due)"


def _appear(i: int, node: Any) -> list[Change]:
    return [(i, "value", f"= {brief(node.data)}"), (i, "state", "known")]


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
