"""Build the boxes and lines of a picture from the selected nodes of a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from autograd import Node, Tensor
from viz.graph.births import first_birth
from viz.graph.describe import describe
from viz.graph.earlier import with_earlier
from viz.graph.groups import Box
from viz.graph.heat import heat_of, tips_of
from viz.graph.names import array_name, is_made_up
from viz.graph.parts import (
    GraphPicture,
    Heat,
    PictureEdge,
    PictureGroup,
    PictureNode,
    ShownGradient,
    Weight,
    gradients_in,
    range_of_sizes,
)
from viz.graph.reading import (
    contributions,
    data_of,
    gradient_of,
    norm_of_gradients,
    recorded_gradient,
    shape_text,
    value_text,
)
from viz.graph.selection import Item, Selection
from viz.graph.weights import Wired, wired_in
from viz.graph.wires import EdgeText, Wire, edge_of, merged, with_one_edge_a_box
from viz.style.numerals import counted, lengths

_CONSTANTS = 6  # constant operands of one node drawn one by one
_NUMBERED = 24  # wires into one layer up to which each shows its weight's numbers
_HEATED = 120  # boxes up to which arrays are shown as heat maps
_TIPS, _CELLS = 3000, 400  # cells with tooltips: in a picture, and in one array
_ROOM = 2  # boxes up to which no neuron's own box is drawn around them


class Builder:
    """Builds the picture of a selection of nodes.

    weights: whether a leaf that is only a weight is written on its wire. gradient: a function that
    reads a node's gradient; by default, what the node holds.
    """

    def __init__(
        self,
        order: Sequence[Node],
        boxes: Mapping[Node, Box],
        selection: Selection,
        names: Mapping[Node, str],
        variables: Mapping[int, str],
        weights: Literal["wires", "boxes"] = "wires",
        gradient: Callable[[Node], Any] = recorded_gradient,
    ) -> None:
        self.order, self.names, self.variables = order, names, variables
        self.weights: Literal["wires", "boxes"] = weights
        self.around = boxes  # the innermost box of each node
        self.gradient, self.selection, self.place = gradient, selection, selection.place
        drawn = [item for item in selection.kept if isinstance(item, Node)]
        self.wired: dict[Node, Wired] = wired_in(order, drawn) if weights == "wires" else {}
        on_wires = {leaf for wired in self.wired.values() for leaf in wired.leaves}
        kept = [item for item in selection.kept if item not in on_wires]
        self.ids: dict[Item, str] = {item: f"n{i}" for i, item in enumerate(kept)}
        self.inside: dict[Item, list[Node]] = {item: [] for item in kept}
        for node in order:
            if self.place[node] in self.inside:
                self.inside[self.place[node]].append(node)
        self.used_outside = {
            x
            for node in order
            for x in node.inputs
            if isinstance(x, Node) and self.place[x] is not self.place[node]
        }
        self.boxes = self._without_small_ones(boxes)
        self.group_ids = self._open_boxes()
        self.heats = len(kept) <= _HEATED
        self.hidden: dict[Item, int] = {}
        #: For the id of a closed box, the node whose value it shows, if there is one.
        self.stands_for: dict[str, Node] = {}
        self.gradients = with_earlier(order, [*drawn, *on_wires], gradient)

    def picture(
        self, edge_text: EdgeText, direction: Literal["LR", "TD"], title: str, told: Iterable[str]
    ) -> GraphPicture:
        """Return the picture; `told` is added to the notice of what was left out."""
        self.hidden = {}
        nodes: list[PictureNode] = []
        wires: list[Wire] = []
        arrays: dict[int, str] = {}  # a constant array is drawn once, however often it is used
        count = 0
        for item in self.ids:
            constants, found = self._operands(item, arrays, count)
            count += len(constants)
            nodes += [*constants, self._node(item)]
            wires += found
        edges = tuple(edge_of(i, wire, edge_text) for i, wire in enumerate(self._thinned(wires)))
        drawn = GraphPicture(
            nodes=tuple(nodes),
            edges=edges,
            groups=tuple(self._groups()),
            title=title or f"Computation graph of {nodes[-1].name}",
            notice="; ".join(filter(None, [self.selection.notice, *told])),
            born=self._born(nodes, edges),
            direction=direction,
            sizes=range_of_sizes(nodes, edges, signed=True),
            norms=range_of_sizes(nodes, edges, signed=False),
        )
        return replace(drawn, description=describe(drawn))

    def _born(self, nodes: Sequence[PictureNode], edges: Sequence[PictureEdge]) -> str:
        """Say where the first nan or inf came from, if one is visible."""
        gradients = gradients_in(nodes, edges)
        if not any(n.broken for n in nodes) and all(g.state != "broken" for g in gradients):
            return ""
        birth = first_birth(self.order, self.gradient)
        return "" if birth is None else birth.sentence(self.names)

    # Edges, and the constants at their start.

    def _operands(
        self, item: Item, arrays: dict[int, str], count: int
    ) -> tuple[list[PictureNode], list[Wire]]:
        """Return the constants drawn here first (`count` come before them), and the edges."""
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
            weight = self._weight(item, position)
            wires.append(Wire(known, self.ids[item], position, weight=weight))
        wires += self._wires(item)
        return constants, sorted(with_one_edge_a_box(wires), key=lambda wire: wire.position)

    def _constants_of(self, node: Node) -> list[tuple[int, Any]]:
        """Return the constant operands to draw; if very many, the last one stands for the rest."""
        found = [
            (i, x)
            for i, x in enumerate(node.inputs)
            if not isinstance(x, Node) and not _is_absent(node, i)
        ]
        if len(found) <= _CONSTANTS or node in self.wired:
            return found
        rest = f"and {len(found) - _CONSTANTS + 1} more constants"
        return [*found[: _CONSTANTS - 1], (found[_CONSTANTS - 1][0], rest)]

    def _wires(self, node: Node) -> Iterator[Wire]:
        """Yield an edge for each operand that is a node and is drawn."""
        here = self.place[node]
        upstream = self.gradient(node)
        sent = contributions(node, upstream)
        on_wires = self.wired[node].leaves if node in self.wired else ()
        for i, x in enumerate(node.inputs):
            if not isinstance(x, Node) or any(x is leaf for leaf in on_wires):
                continue
            if self.place[x] not in self.ids:
                self.hidden[here] = self.hidden.get(here, 0) + 1
                continue
            wire = Wire(self.ids[self.place[x]], self.ids[here], i, x)
            wire.weight = self._weight(node, i)
            if i in sent:
                wire.flows, wire.upstream = True, upstream
                wire.local, wire.contribution = sent[i]
            yield wire

    def _weight(self, node: Node, position: int) -> Weight | None:
        leaf = self.wired[node].weights.get(position) if node in self.wired else None
        return None if leaf is None else self._as_weight(leaf)

    def _as_weight(self, leaf: Node) -> Weight:
        gradient, _ = self._gradient(leaf)
        return Weight(self.names[leaf], value_text(data_of(leaf)), gradient)

    def _thinned(self, wires: list[Wire]) -> list[Wire]:
        """Leave out the numbers where a layer has too many wires, but keep colour and width."""
        fed_by: dict[str, list[str]] = {}
        for wire in wires:
            if wire.weight is not None:
                fed_by.setdefault(wire.target, []).append(wire.source)
        layers: dict[tuple[str, ...], int] = {}
        for sources in fed_by.values():
            key = tuple(sources)
            layers[key] = layers.get(key, 0) + len(sources)
        for wire in wires:
            if wire.weight is not None:
                wire.numbered = layers[tuple(fed_by[wire.target])] <= _NUMBERED
        return wires

    # Boxes.

    def _node(self, item: Item) -> PictureNode:
        if isinstance(item, Box):
            return self._closed(item)
        gradient, notes = self._gradient(item)
        bias = self.wired[item].bias if item in self.wired else None
        data = data_of(item)
        heat = self._heat(data, value_text(data))
        return PictureNode(
            id=self.ids[item],
            name=self.names[item],
            kind="leaf" if item.op is None else "op",
            value=value_text(data),
            gradient=gradient,
            symbol="" if item.op is None else item.op.symbol,
            shape=shape_text(data),
            group=self._group_of(item),
            notes=(*_along(item), *notes, *_seen(heat), *self._hidden_note(item)),
            bias=None if bias is None else self._as_weight(bias),
            named=not is_made_up(self.names[item]),
            broken=not bool(np.all(np.isfinite(data))),
            heat=heat,
            gradient_heat=self._heat(self.gradient(item), gradient.text),
            tips=self._tips(data, self.gradient(item)) if heat is not None else (),
        )

    def _tips(self, data: Any, gradient: Any) -> Any:
        return tips_of(data, gradient, min(_CELLS, _TIPS // len(self.ids)))

    def _heat(self, data: Any, told: str) -> Heat | None:
        """Return the heat map of an array, unless its numbers are written already."""
        return heat_of(data) if self.heats and not told.startswith("[") else None

    def _gradient(self, node: Node) -> tuple[ShownGradient, tuple[str, ...]]:
        """Return a node's gradient, and the note "zero_grad?" if part of it is older."""
        if node in self.gradients:
            return self.gradients[node], ("zero_grad?",)
        return gradient_of(self.gradient(node)), ()

    def _hidden_note(self, item: Item) -> tuple[str, ...]:
        hidden = self.hidden.get(item, 0)
        return (f"{counted(hidden, 'input')} not shown",) if hidden else ()

    def closed(self) -> list[PictureNode]:
        """Return, by group id, the box that each open group closes into."""
        held: dict[Box, list[Node]] = {box: [] for box in self.group_ids}
        for node in self.order:
            box = self.boxes.get(node) if self.place[node] in self.ids else None
            for outer in () if box is None else box.ancestors():
                if outer in held:
                    held[outer].append(node)
        found = []
        for box, nodes in held.items():
            within = set(nodes)
            used = {
                x for n in self.order if n not in within for x in n.inputs if isinstance(x, Node)
            }
            results = [n for n in nodes if n in used or n is self.order[-1]]
            id = self.group_ids[box]
            found.append(replace(self._closed(box, nodes, results, id), id=id))
        return found

    def _closed(
        self, box: Box, nodes: Sequence[Node] = (), results: Sequence[Node] = (), id: str = ""
    ) -> PictureNode:
        id = id or self.ids[box]
        nodes = nodes or self.inside[box]
        results = results or self._results(box)
        notes = [counted(len(nodes), "node")]
        if box.is_module() and box.parameter_count():
            count = box.parameter_count()
            parts = [
                f"{path.rpartition('.')[2]} {lengths(p.shape)}" if p.shape else path
                for path, p in box.owner.named_parameters()
            ]
            shapes = f": {', '.join(parts)}" if len(", ".join(parts)) < 24 else ""
            notes.append(counted(count, "parameter") + shapes)
            notes.append(f"their grad norm: {norm_of_gradients(box.parameters())}")
        only = results[0] if len(results) == 1 else None
        if only is not None:
            self.stands_for[id] = only
        return PictureNode(
            id=id,
            name=box.title(),
            kind="group",
            value=counted(len(results), "result") if only is None else self._named_value(only),
            gradient=None if only is None else gradient_of(self.gradient(only)),
            shape="" if only is None else shape_text(data_of(only)),
            group=None if box.parent is None else self.group_ids.get(box.parent),
            notes=(*notes, *self._hidden_note(box)),
            broken=any(not np.all(np.isfinite(data_of(n))) for n in results),
        )

    def _named_value(self, node: Node) -> str:
        """Write a value with the name that the user gave it, which its box would hide."""
        text = value_text(data_of(node))
        given = node.label or self.variables.get(id(node))
        return f"{given} = {text}" if given else text

    def _results(self, box: Box) -> list[Node]:
        """Return the nodes in a closed box that something outside uses."""
        return [n for n in self.inside[box] if n in self.used_outside or n is self.order[-1]]

    def _constant(self, name: str, x: Any, user: Node) -> PictureNode:
        is_array = isinstance(x, np.ndarray) and x.ndim > 0
        return PictureNode(
            id=name,
            name=array_name(self.variables, x) if is_array else "",
            kind="constant",
            value=x if isinstance(x, str) else value_text(x),
            shape=shape_text(x) if is_array else "",
            group=self._group_of(user),
            broken=not isinstance(x, str) and not bool(np.all(np.isfinite(x))),
        )

    # Groups.

    def _without_small_ones(self, boxes: Mapping[Node, Box]) -> dict[Node, Box | None]:
        """Return the box of each node, with the boxes of small neurons left out.

        A box around nothing but a weighted sum and its activation adds no information.
        """
        members: dict[Box, list[Item]] = {}
        for item in self.ids:
            box = item.parent if isinstance(item, Box) else boxes.get(item)
            for outer in () if box is None else box.ancestors():
                members.setdefault(outer, []).append(item)
        small = {
            box
            for box, items in members.items()
            if len(items) <= _ROOM
            and box.parent is not None
            and (len(items) == 1 or any(item in self.wired for item in items))
        }

        def seen(box: Box | None) -> Box | None:
            while box in small and box is not None:
                box = box.parent
            return box

        return {node: seen(box) for node, box in boxes.items()}

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


def _along(node: Node) -> tuple[str, ...]:
    """Say along which axes an operation runs, to tell a sum of rows from a sum of columns."""
    axis = node.params.get("axis") if isinstance(node, Tensor) else None
    if axis is None:
        return ()
    axes = axis if isinstance(axis, tuple) else (axis,)
    return (f"{'axis' if len(axes) == 1 else 'axes'} {', '.join(map(str, axes))}",)


def _seen(heat: Heat | None) -> tuple[str, ...]:
    return (heat.note,) if heat is not None and heat.note else ()


def _is_absent(node: Node, position: int) -> bool:
    """Return whether an operand is only a placeholder, like the 0 of `dot` without a bias."""
    return node.op is not None and node.op.absent(position, *node.inputs)
