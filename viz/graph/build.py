"""From recorded nodes to a `Picture`: which boxes and lines there are, and what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from autograd import Node, topological
from viz.graph.describe import describe
from viz.graph.groups import Box, boxes_of
from viz.graph.names import names_of
from viz.graph.parts import Gradient, Picture, PictureGroup, PictureNode
from viz.graph.reading import (
    contributions,
    data_of,
    gradient_of,
    norm_of_gradients,
    recorded_gradient,
    shape_text,
    value_text,
)
from viz.graph.selection import LIMIT, Item, Selection, select
from viz.graph.wires import EdgeText, Wire, edge_of, merged, with_one_edge_a_box
from viz.style.numerals import counted, lengths

_EDGE_TEXT = ("auto", "contribution", "local", "none")
_LABELLED = 40  # nodes up to which edges have text of their own accord
_NAMED = 10_000  # nodes up to which all are named, also those in closed boxes
_CONSTANTS = 6  # constant operands of one node that are drawn one by one


def build_picture(
    root: Node,
    *,
    variables: Mapping[int, str] | None = None,
    names: bool | Mapping[Node, str] = True,
    depth: int | None = None,
    fold: Collection[str] = (),
    edges: EdgeText = "auto",
    limit: int | None = LIMIT,
    force: bool = False,
    direction: Literal["LR", "TD"] = "LR",
    title: str = "",
) -> Picture:
    """Return the picture of everything that `root` was computed from.

    variables: the caller's names by `id`; see `names.variables_of`.
    names: False for explicit labels only; or names for some nodes, the others as with True.
    depth: how many boxes inside each other are open; 0 closes all, None opens all that fit.
    fold: names of boxes to close, wherever they are: `["sigmoid"]`.
    edges: the text on an edge: "contribution" (local × upstream = contribution), "local"
        (the derivative alone), "none", or "auto" (by the size of the graph).
    limit: the number of nodes from which on boxes are closed and far nodes are left out;
        None for no limit.
    force: draw even more than 1,500 nodes.

    Raises TooLargeError (more than 1,500 nodes to draw, unless forced), ValueError (depth,
    edges, direction) and TypeError (root is not a node, depth not an int, fold not a list).

    >>> from autograd import Value
    >>> a = Value(2.0, label="a")
    >>> [(node.id, node.name, node.value) for node in build_picture(a * a).nodes]
    [('n0', 'a', '2.0'), ('n1', 'mul1', '4.0')]
    """
    return build_with_ids(
        root,
        variables=variables,
        names=names,
        depth=depth,
        fold=fold,
        edges=edges,
        limit=limit,
        force=force,
        direction=direction,
        title=title,
    )[0]


def build_with_ids(
    root: Node,
    *,
    variables: Mapping[int, str] | None = None,
    names: bool | Mapping[Node, str] = True,
    depth: int | None = None,
    fold: Collection[str] = (),
    edges: EdgeText = "auto",
    limit: int | None = LIMIT,
    force: bool = False,
    direction: Literal["LR", "TD"] = "LR",
    title: str = "",
) -> tuple[Picture, dict[Node, str]]:
    """Return the picture, and the id of each node that it shows by itself; see `build_picture`."""
    if not isinstance(root, Node):
        raise TypeError(
            f"only a recorded node can be drawn, not a {type(root).__name__}; "
            "pass the Value or Tensor that was computed, such as the loss"
        )
    if depth is not None and not isinstance(depth, int | np.integer):
        raise TypeError(
            "depth is an int that counts open boxes inside each other, such as depth=1, or None "
            f"to open all that fit; got {depth!r}"
        )
    if depth is not None and depth < 0:
        raise ValueError(f"depth counts open boxes inside each other, from 0; got {depth}")
    if edges not in _EDGE_TEXT:
        raise ValueError(f"edges must be one of {', '.join(_EDGE_TEXT)}, not {edges!r}")
    if direction not in ("LR", "TD"):
        raise ValueError(f"direction must be 'LR' or 'TD', not {direction!r}")
    if isinstance(fold, str):
        raise TypeError(f"fold is a list of names of boxes: fold=[{fold!r}], not {fold!r} alone")
    if not isinstance(fold, Collection):
        raise TypeError(
            f"fold is a list of names of boxes, such as ['sigmoid'], not {fold!r}; depth=0 closes "
            "all boxes"
        )
    order = topological(root)
    boxes = boxes_of(order)
    selection = select(order, boxes, depth, fold, limit, force)
    # Of a very large graph only what is seen is named, to answer quickly.
    seen = [item for item in selection.kept if isinstance(item, Node)]
    named = names_of(order if len(order) <= _NAMED else seen, variables, names is not False)
    if isinstance(names, Mapping):
        named |= names
    builder = _Builder(order, boxes, selection, named, variables or {})
    ids = {item: id for item, id in builder.ids.items() if isinstance(item, Node)}
    return builder.picture(edges, direction, title), ids


class _Builder:
    def __init__(
        self,
        order: Sequence[Node],
        boxes: Mapping[Node, Box],
        selection: Selection,
        names: Mapping[Node, str],
        variables: Mapping[int, str],
    ) -> None:
        self.order, self.boxes, self.names, self.variables = order, boxes, names, variables
        self.selection, self.place = selection, selection.place
        self.ids: dict[Item, str] = {item: f"n{i}" for i, item in enumerate(selection.kept)}
        self.inside: dict[Item, list[Node]] = {item: [] for item in selection.kept}
        for node in order:
            if self.place[node] in self.inside:
                self.inside[self.place[node]].append(node)
        self.used_outside = {
            x
            for node in order
            for x in node.inputs
            if isinstance(x, Node) and self.place[x] is not self.place[node]
        }
        self.group_ids = self._open_boxes()
        self.hidden: dict[Item, int] = {}

    def picture(self, edge_text: EdgeText, direction: Literal["LR", "TD"], title: str) -> Picture:
        if edge_text == "auto":
            edge_text = "contribution" if len(self.ids) <= _LABELLED else "none"
        nodes: list[PictureNode] = []
        wires: list[Wire] = []
        arrays: dict[int, str] = {}  # a constant array is drawn once, however often it is used
        count = 0
        for item in self.ids:
            constants, found = self._operands(item, arrays, count)
            count += len(constants)
            nodes += [*constants, self._node(item)]
            wires += found
        edges = tuple(edge_of(i, wire, edge_text) for i, wire in enumerate(wires))
        gradients = [n.gradient for n in nodes] + [e.contribution for e in edges]
        drawn = Picture(
            nodes=tuple(nodes),
            edges=edges,
            groups=tuple(self._groups()),
            title=title or f"Computation graph of {nodes[-1].name}",
            notice=self.selection.notice,
            direction=direction,
            largest=_largest(gradients, signed=True),
            largest_norm=_largest(gradients, signed=False),
        )
        return replace(drawn, description=describe(drawn))

    # Edges, and the constants that they come from.

    def _operands(
        self, item: Item, arrays: dict[int, str], count: int
    ) -> tuple[list[PictureNode], list[Wire]]:
        """Return the constants that only now appear (there are `count`), and the edges."""
        if isinstance(item, Box):
            crossing = [w for node in self.inside[item] for w in self._wires(node)]
            return [], merged([w for w in crossing if w.source != self.ids[item]])
        constants: list[PictureNode] = []
        wires: list[Wire] = []
        for position, x in self._constants_of(item):
            known = arrays.get(id(x)) if isinstance(x, np.ndarray) else None
            if known is None:
                known = f"c{count + len(constants)}"
                constants.append(self._constant(known, x, item))
                if isinstance(x, np.ndarray):
                    arrays[id(x)] = known
            wires.append(Wire(known, self.ids[item], position))
        wires += self._wires(item)
        return constants, sorted(with_one_edge_a_box(wires), key=lambda wire: wire.position)

    def _constants_of(self, node: Node) -> list[tuple[int, Any]]:
        """Return the constant operands to draw; of very many, the last one stands for the rest."""
        found = [
            (i, x)
            for i, x in enumerate(node.inputs)
            if not isinstance(x, Node) and not _is_absent_bias(node, i)
        ]
        if len(found) <= _CONSTANTS:
            return found
        rest = f"and {len(found) - _CONSTANTS + 1} more constants"
        return [*found[: _CONSTANTS - 1], (found[_CONSTANTS - 1][0], rest)]

    def _wires(self, node: Node) -> Iterator[Wire]:
        """Yield an edge for each operand that is a node, and drawn."""
        here = self.place[node]
        upstream = recorded_gradient(node)
        sent = contributions(node, upstream)
        for i, x in enumerate(node.inputs):
            if not isinstance(x, Node):
                continue
            if self.place[x] not in self.ids:
                self.hidden[here] = self.hidden.get(here, 0) + 1
                continue
            wire = Wire(self.ids[self.place[x]], self.ids[here], i, x)
            if i in sent:
                wire.flows, wire.upstream = True, upstream
                wire.local, wire.contribution = sent[i]
            yield wire

    # Boxes.

    def _node(self, item: Item) -> PictureNode:
        if isinstance(item, Box):
            return self._closed(item)
        return PictureNode(
            id=self.ids[item],
            name=self.names[item],
            kind="leaf" if item.op is None else "op",
            value=value_text(data_of(item)),
            gradient=gradient_of(recorded_gradient(item)),
            symbol="" if item.op is None else item.op.symbol,
            shape=shape_text(data_of(item)),
            group=self._group_of(item),
            notes=self._hidden_note(item),
        )

    def _hidden_note(self, item: Item) -> tuple[str, ...]:
        hidden = self.hidden.get(item, 0)
        return (f"{counted(hidden, 'input')} not shown",) if hidden else ()

    def _closed(self, box: Box) -> PictureNode:
        nodes = self.inside[box]
        results = self._results(box)
        notes = [counted(len(nodes), "node")]
        if box.is_module() and box.parameter_count():
            count = box.parameter_count()
            shapes = ", ".join(lengths(p.shape) for _, p in box.owner.named_parameters())
            shapes = f": {shapes}" if len(shapes) < 24 else ""
            notes.append(counted(count, "parameter") + shapes)
            notes.append(f"their grad norm: {norm_of_gradients(box.parameters())}")
        only = results[0] if len(results) == 1 else None
        return PictureNode(
            id=self.ids[box],
            name=box.title(),
            kind="group",
            value=counted(len(results), "result") if only is None else self._named_value(only),
            gradient=None if only is None else gradient_of(recorded_gradient(only)),
            shape="" if only is None else shape_text(data_of(only)),
            group=None if box.parent is None else self.group_ids[box.parent],
            notes=(*notes, *self._hidden_note(box)),
        )

    def _named_value(self, node: Node) -> str:
        """Write a value with the name that a person gave it, which its box would hide."""
        text = value_text(data_of(node))
        given = node.label or self.variables.get(id(node))
        return f"{given} = {text}" if given else text

    def _results(self, box: Box) -> list[Node]:
        """Return the nodes in a closed box that something outside of it uses."""
        return [n for n in self.inside[box] if n in self.used_outside or n is self.order[-1]]

    def _constant(self, name: str, x: Any, user: Node) -> PictureNode:
        is_array = isinstance(x, np.ndarray) and x.ndim > 0
        return PictureNode(
            id=name,
            name=self.variables.get(id(x), "") if is_array else "",
            kind="constant",
            value=x if isinstance(x, str) else value_text(x),
            shape=shape_text(x) if is_array else "",
            group=self._group_of(user),
        )

    # Groups.

    def _group_of(self, node: Node) -> str | None:
        box = self.boxes.get(node)
        return None if box is None else self.group_ids[box]

    def _open_boxes(self) -> dict[Box, str]:
        found: dict[Box, str] = {}
        for item in self.ids:
            box = item.parent if isinstance(item, Box) else self.boxes.get(item)
            for outer in () if box is None else box.ancestors():
                found.setdefault(outer, f"g{len(found)}")
        return found

    def _groups(self) -> Iterator[PictureGroup]:
        for box, id in self.group_ids.items():
            count = box.parameter_count()
            caption = counted(count, "parameter") if count else ""
            parent = None if box.parent is None else self.group_ids[box.parent]
            yield PictureGroup(id, box.title(), caption, parent)


def _is_absent_bias(node: Node, position: int) -> bool:
    """Whether this operand is the 0 that `dot` puts where there is no bias."""
    inputs = node.inputs
    return (
        node.op is not None
        and node.op.name == "dot"
        and position == len(inputs) - 1
        and isinstance(inputs[-1], float)
        and inputs[-1] == 0.0
    )


def _largest(gradients: Iterable[Gradient | None], signed: bool) -> float:
    sizes = [abs(g.size) for g in gradients if g is not None and g.signed is signed]
    return max((s for s in sizes if np.isfinite(s)), default=0.0)
