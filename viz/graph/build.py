"""Turn recorded nodes into a `GraphPicture`: which boxes and lines it has, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd import Node
from viz.graph.builder import Builder
from viz.graph.groups import boxes_of
from viz.graph.names import names_of, repeated
from viz.graph.order import program_order
from viz.graph.parts import GraphPicture
from viz.graph.reading import recorded_gradient
from viz.graph.selection import LIMIT, select
from viz.graph.wires import EdgeText
from viz.graph.wrap import SMALLEST, wrapped

_EDGE_TEXT = ("auto", "contribution", "local", "none")
_LABELLED = 40  # nodes up to which edges have text by default
NAMED = 10_000  # nodes up to which all are named, even those in closed boxes


@dataclass(frozen=True)
class PictureOptions:
    """The options of a picture: what to draw of a graph, and how; `draw` explains each."""

    names: bool | Mapping[Node, str] = True
    depth: int | None = None
    fold: Collection[str] = ()
    edges: EdgeText = "auto"
    limit: int | None = LIMIT
    force: bool = False
    direction: Literal["LR", "TD"] = "LR"
    title: str = ""
    weights: Literal["wires", "boxes"] = "wires"

    def check(self) -> None:
        """Raise TypeError or ValueError for an option that is not among the choices."""
        if self.depth is not None and not isinstance(self.depth, int | np.integer):
            raise TypeError(
                "depth is an int that counts open boxes inside each other, such as depth=1, or "
                f"None to open all that fit; got {self.depth!r}"
            )
        if self.depth is not None and self.depth < 0:
            raise ValueError(f"depth counts open boxes inside each other, from 0; got {self.depth}")
        if self.edges not in _EDGE_TEXT:
            raise ValueError(f"edges must be one of {', '.join(_EDGE_TEXT)}, not {self.edges!r}")
        if self.direction not in ("LR", "TD"):
            raise ValueError(f"direction must be 'LR' or 'TD', not {self.direction!r}")
        if self.weights not in ("wires", "boxes"):
            raise ValueError(f"weights must be 'wires' or 'boxes', not {self.weights!r}")
        if isinstance(self.fold, str):
            raise TypeError(
                f"fold is a list of names of boxes: fold=[{self.fold!r}], not {self.fold!r} alone"
            )
        if not isinstance(self.fold, Collection):
            raise TypeError(
                f"fold is a list of names of boxes, such as ['sigmoid'], not {self.fold!r}; "
                "depth=0 closes all boxes"
            )


def build_picture(
    root: Node,
    *,
    variables: Mapping[int, str] | None = None,
    gradient: Callable[[Node], Any] = recorded_gradient,
    **options: Any,
) -> GraphPicture:
    """Return the picture of everything that `root` was computed from.

    variables: the caller's names by `id`; see `names.variables_of`.
    gradient: a function that reads a node's gradient; by default, what the node holds.
    options: the fields of `PictureOptions`.

    Raises TooLargeError (more than 1,500 nodes to draw, unless forced), ValueError (depth,
    edges, direction, weights) and TypeError (root is not a node, depth not an int, fold not a
    list).

    >>> from autograd import Value
    >>> a = Value(2.0, label="a")
    >>> [(node.id, node.name, node.value) for node in build_picture(a * a).nodes]
    [('n0', 'a', '2.0'), ('n1', 'mul#1', '4.0')]
    """
    return build_with_ids(root, variables=variables, gradient=gradient, **options)[0]


def build_with_ids(
    root: Node,
    *,
    variables: Mapping[int, str] | None = None,
    gradient: Callable[[Node], Any] = recorded_gradient,
    **options: Any,
) -> tuple[GraphPicture, dict[Node, str]]:
    """Return the picture, and the id of each node with a box of its own; see `build_picture`."""
    built = build(root, variables=variables, gradient=gradient, **options)
    ids = {item: id for item, id in built.builder.ids.items() if isinstance(item, Node)}
    return built.picture, ids


@dataclass(frozen=True)
class Built:
    """A picture and what it was made with, so that its boxes can be opened with the same names."""

    picture: GraphPicture
    builder: Builder


def build(
    root: Node,
    *,
    variables: Mapping[int, str] | None = None,
    gradient: Callable[[Node], Any] = recorded_gradient,
    **options: Any,
) -> Built:
    """Return the picture and its builder; see `build_picture`."""
    if not isinstance(root, Node):
        raise TypeError(
            f"only a recorded node can be drawn, not a {type(root).__name__}; "
            "pass the Value or Tensor that was computed, such as the loss"
        )
    chosen = PictureOptions(**options)
    chosen.check()
    order = program_order(root)
    boxes = boxes_of(order)
    selection = select(order, boxes, chosen.depth, chosen.fold, chosen.limit, chosen.force)
    # In a very large graph only the visible nodes are named, to answer quickly.
    seen = [item for item in selection.kept if isinstance(item, Node)]
    whole = order if len(order) <= NAMED else seen
    named = names_of(whole, variables, chosen.names is not False)
    if isinstance(chosen.names, Mapping):
        named |= chosen.names
    builder = Builder(order, boxes, selection, named, variables or {}, chosen.weights, gradient)
    told = repeated({node: named[node] for node in seen if node in named})
    return Built(_fitting(builder, chosen, told), builder)


def _fitting(builder: Builder, chosen: PictureOptions, told: list[str]) -> GraphPicture:
    """Return the picture; by default its lines have text only where it can be read."""

    def picture(edges: EdgeText) -> GraphPicture:
        return builder.picture(edges, chosen.direction, chosen.title, told)

    if chosen.edges != "auto":
        return picture(chosen.edges)
    if len(builder.ids) > _LABELLED or builder.wired:
        return picture("none")
    full = picture("contribution")
    return full if wrapped(full).scale >= SMALLEST else picture("none")
