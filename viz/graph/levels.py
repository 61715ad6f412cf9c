"""One level of a program as a `GraphPicture`: the boxes in one part, and the lines between them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd import Node, Value
from viz.graph.containers import Container
from viz.graph.describe import describe
from viz.graph.heat import heat_of
from viz.graph.items import Item, Several, inmost, members, shown_in
from viz.graph.names import is_made_up, names_of, parameter_nodes
from viz.graph.part import Part
from viz.graph.parts import GraphPicture, Heat, PictureEdge, PictureNode, range_of_sizes
from viz.graph.program import DividedGraph
from viz.graph.reading import contributions, data_of, gradient_of, shape_text, value_text
from viz.style.labels import clean
from viz.style.numerals import counted, lengths

_FEW = 24  # operations of a function up to which each is shown
_CODE = 26  # letters of the source code that names a box
_LINES = 3  # similar parts up to which each gets a line from what they all use
_MOST = 120  # parts and operations drawn on one level


@dataclass(frozen=True)
class PartPicture:
    """One part of a program as a picture, and the parts behind the boxes that can open."""

    part: Part
    picture: GraphPicture
    inside: Mapping[str, Part]
    boxes: Mapping[Item, str]

    @property
    def ids(self) -> dict[Node, str]:
        """The id of the box that shows each node, by itself or within a part."""
        return {
            node: id
            for item, id in self.boxes.items()
            for node in (item.nodes if isinstance(item, Part | Several) else [item])
        }


def picture_of(program: DividedGraph, part: Part, title: str = "") -> PartPicture:
    """Return the picture of the inside of a part.

    >>> from autograd import Value, scope
    >>> from viz.graph.names import Variables
    >>> @scope
    ... def double(x):
    ...     return 2.0 * x
    >>> loss = double(double(Value(1.0, label="a"))) + 1.0
    >>> program = DividedGraph(loss, Variables(), {}, lambda node: None)
    >>> [box.name for box in picture_of(program, program.whole).picture.nodes]
    ['a', 'double', 'double', 'add#1']
    """
    return _Picturing(program, inmost(part)).shown(title)


class _Picturing:
    def __init__(self, program: DividedGraph, part: Part) -> None:
        self.program, self.part = program, part
        everything = shown_in(part)
        self.items = everything[-_MOST:]
        cut = len(everything) - len(self.items)
        self.notices = [f"shown are the last {_MOST} of {len(everything):,}"] if cut else []
        self.ids: dict[Item, str] = {}
        self.variables = program.names(part)
        self.owned = {
            node: owner
            for item in self.items
            if isinstance(item, Part)
            for owner in (item.owner,)
            if hasattr(owner, "named_parameters")
            for _, node in parameter_nodes(owner)
        }
        place = np.full(len(program.nodes), -1)
        for k, item in enumerate(self.items):
            if isinstance(item, Part):
                place[item.first : item.last] = k
            elif isinstance(item, Node):
                place[program.index[item]] = k
        own = slice(*np.searchsorted(program.target, (self.part.first, self.part.last)))
        sources, used, positions = program.source[own], program.target[own], program.position[own]
        targets = place[used]
        crossing = (targets >= 0) & (place[sources] != targets)
        edges = (sources[crossing], used[crossing], positions[crossing])
        self.crossing = list(zip(*(x.tolist() for x in edges), strict=True))
        self.place = place
        self.feeds: dict[Node, Item | None] = {}
        self._find_feeds()
        self.shared = self._shared()

    # The inputs of the part.

    def _find_feeds(self) -> None:
        """Choose a box for each number from outside the part: its own, or a shared one."""
        users: dict[int, set[int]] = {}
        for source, target, _ in self.crossing:
            if self.place[source] < 0:
                users.setdefault(source, set()).add(int(self.place[target]))
        shared: dict[Any, Several] = {}
        single: list[Node] = []
        for source, using in users.items():
            node = self.program.nodes[source]
            by_parts = all(isinstance(self.items[k], Part) for k in using)
            if not by_parts and (node.size > 1 or len(users) <= 2 * _FEW):
                self.feeds[node] = node
                single.append(node)
                continue
            container = self.program.container(node, self.part)
            if container is None and node.op is None:
                hidden = len(using) == 1 and (node in self.owned or not self._is_named(node))
                self.feeds[node] = None if hidden and by_parts else node
                continue
            key: Any = container if container is not None else self._source(node)
            if key not in shared:
                name = container.name if container is not None else key
                shared[key] = Several(name)
            shared[key].nodes.append(node)
            self.feeds[node] = shared[key]
        for key, several in shared.items():
            self._complete(several, key)

    def _shared(self) -> dict[Item, str]:
        """Return the inputs that very many similar parts use, with a note instead of many lines."""
        stacked = self.part.kind in ("stack", "range")
        alike = [x for x in self.items if isinstance(x, Part) and (stacked or x.kind != "call")]
        if len(alike) <= _LINES or len(alike) < len(self.items):
            return {}
        users: dict[Item, set[int]] = {}
        for source, target, _ in self.crossing:
            feed = self.feeds.get(self.program.nodes[source])
            if feed is not None:
                users.setdefault(feed, set()).add(int(self.place[target]))
        return {
            feed: "used by all" if len(using) == len(alike) else f"used by {len(using)} of them"
            for feed, using in users.items()
            if len(using) > _LINES
        }

    def _is_named(self, node: Node) -> bool:
        return bool(node.label) or id(node) in self.variables

    def _source(self, node: Node) -> str:
        """Return the name of the part that made a number, as seen from this one."""
        if node.op is None:
            return "numbers"
        around = set(self.part.around())
        made = self.program.homes[self.program.index[node]]
        outer = [part for part in made.around() if part not in around]
        told = next((p for p in reversed(outer) if p.kind not in ("stack", "range")), made)
        return f"from {told.detail or told.name}"

    def _complete(self, several: Several, key: Any) -> None:
        """Give numbers that share a box their order and shape."""
        if not isinstance(key, Container):
            several.shape = (len(several.nodes),)
            several.nodes.sort(key=self.program.index.__getitem__)
            return
        if key.nodes[0].op is None:
            several.nodes, several.shape = list(key.nodes), key.shape
            return
        # Take only what is used here of a container that grows; whole rows keep their length.
        used = set(several.nodes)
        several.nodes = [node for node in key.nodes if node in used]
        row = key.shape[-1]
        rows, rest = divmod(len(several.nodes), row)
        several.shape = (rows, row) if rows > 1 and not rest else (len(several.nodes),)
        several.where = "made outside"

    # The picture.

    def shown(self, title: str) -> PartPicture:
        """Return the picture and what its boxes stand for."""
        drawn = self._in_order()
        self.ids = {item: f"n{i}" for i, item in enumerate(drawn)}
        names = names_of([x for x in drawn if isinstance(x, Node)], self.variables)
        nodes = tuple(self._box(item, names) for item in drawn)
        edges = tuple(self._edges())
        path = self.part.path()
        self.notices[:0] = [f"inside {path}"] if path else []
        if self.part is self.program.whole and not any(
            p.origin or p.line for p in self.part.walk()
        ):
            self.notices.append("which function made what is noted by draw(f, x), not of a result")
        whole = self.program.whole.name or "the program"
        picture = GraphPicture(
            nodes=nodes,
            edges=edges,
            title=title or (f"{path} in {whole}" if path else f"Program of {whole}"),
            notice="; ".join(self.notices),
            sizes=range_of_sizes(nodes, edges, signed=True),
            norms=range_of_sizes(nodes, edges, signed=False),
        )
        inside = {
            self.ids[item]: item
            for item in drawn
            if isinstance(item, Part) and item.last - item.first > 1
        }
        told = replace(picture, description=describe(picture))
        return PartPicture(self.part, told, inside, self.ids)

    def _in_order(self) -> list[Item]:
        """Return all boxes, each input just before the first box that uses it."""
        before: dict[int, list[Item]] = {}
        met: set[int] = set()
        for source, target, _ in self.crossing:
            feed = self.feeds.get(self.program.nodes[source])
            if feed is not None and id(feed) not in met:
                met.add(id(feed))
                before.setdefault(int(self.place[target]), []).append(feed)
        return [x for k, item in enumerate(self.items) for x in (*before.get(k, ()), item)]

    def _box(self, item: Item, names: Mapping[Node, str]) -> PictureNode:
        if isinstance(item, Node):
            box = self._single(item, names[item])
            given = item in self.feeds  # how it was computed is not part of this picture
            if given:
                told = (self.shared[item],) if item in self.shared else ()
                box = replace(box, kind="leaf", symbol="", notes=told)
            return box
        if isinstance(item, Several):
            notes = [note for note in (item.where, self.shared.get(item, "")) if note]
            box = self._many(item, item.nodes, item.shape, item.name, "leaf", notes)
            return replace(box, compact=box.heat is not None and not box.heat.texts)
        results = self.program.results(item)
        calls = len(members(item)) if item.kind == "stack" else 1
        each, rest = divmod(len(results), calls)
        shape = (calls, each) if calls > 1 and each > 1 and not rest else (len(results),)
        notes = [f"→ {item.detail}"] if item.detail and item.kind != "line" else []
        notes.append(counted(item.last - item.first, "node"))
        name = item.name
        if item.kind == "stack":
            name = f"{clean(name, _CODE)} × {calls}"
        elif item.kind == "line":
            name = clean(name, _CODE)
        elif hasattr(item.owner, "named_parameters") and type(item.owner).__name__ != name:
            name = f"{name} · {type(item.owner).__name__}"
        box = self._many(item, results, shape, name, "group", notes)
        path = json.dumps(item.path(), ensure_ascii=False)
        hint = f"by itself: viz.draw({self.program.call}, inside={path})"
        return replace(box, stack=calls, hint=hint)

    def _single(self, node: Node, name: str) -> PictureNode:
        data, gradient = data_of(node), self.program.gradient(node)
        told = gradient_of(gradient)
        return PictureNode(
            id=self.ids[node],
            name=name,
            kind="leaf" if node.op is None else "op",
            value=value_text(data),
            gradient=told,
            symbol="" if node.op is None else node.op.symbol,
            shape=shape_text(data),
            named=not is_made_up(name),
            broken=not bool(np.all(np.isfinite(data))),
            heat=_heat(data, value_text(data)),
            gradient_heat=_heat(gradient, told.text),
        )

    def _many(
        self,
        item: Item,
        nodes: list[Node],
        shape: tuple[int, ...],
        name: str,
        kind: Any,
        notes: Iterable[str],
    ) -> PictureNode:
        """Return the box of several numbers, shown as an array."""
        if len(nodes) == 1:
            one = self._single_of(item, nodes[0])
            return replace(one, name=name, kind=kind, symbol="", notes=tuple(notes), named=True)
        if not all(isinstance(node, Value) for node in nodes) or not nodes:
            told = counted(len(nodes), "result")
            return PictureNode(self.ids[item], name, kind, told, notes=tuple(notes))
        data = np.array([node.data for node in nodes]).reshape(shape)
        given = [self.program.gradient(node) for node in nodes]
        gradient = None
        if any(g is not None for g in given):
            gradient = np.array([0.0 if g is None else g for g in given]).reshape(shape)
        told_gradient = gradient_of(gradient)
        return PictureNode(
            id=self.ids[item],
            name=name,
            kind=kind,
            value=value_text(data),
            gradient=told_gradient,
            shape=f"{shape[0]} numbers" if len(shape) == 1 else lengths(shape),
            notes=tuple(notes),
            broken=not bool(np.all(np.isfinite(data))),
            heat=_heat(data, value_text(data)),
            gradient_heat=_heat(gradient, told_gradient.text),
        )

    def _single_of(self, item: Item, node: Node) -> PictureNode:
        self.ids.setdefault(node, self.ids[item])
        box = self._single(node, "")
        if node is not item:
            del self.ids[node]
        return replace(box, id=self.ids[item])

    def _edges(self) -> Iterable[PictureEdge]:
        """Yield one edge for each connected pair of boxes, with all that is sent back along it."""
        sums: dict[tuple[Item, Item], dict[Node, Any]] = {}
        positions: dict[tuple[Item, Item], int] = {}
        flows: set[tuple[Item, Item]] = set()
        sent: dict[Node, Mapping[int, Any]] = {}
        for source, target, position in self.crossing:
            node, user = self.program.nodes[source], self.program.nodes[target]
            k = self.place[source]
            feed = self.items[k] if k >= 0 else self.feeds[node]
            if feed is None or feed in self.shared:
                continue
            pair = feed, self.items[self.place[target]]
            found = sums.setdefault(pair, {})
            positions.setdefault(pair, position if isinstance(pair[1], Node) else len(positions))
            if user not in sent:
                sent[user] = _sent(user, self.program.gradient(user))
            if position in sent[user]:
                flows.add(pair)
                one = sent[user][position]
                if one is not None:
                    found[node] = one if node not in found else found[node] + one
        for i, (pair, found) in enumerate(sums.items()):
            together: Any = None
            if len(found) == 1:
                (together,) = found.values()
            elif found:
                together = np.concatenate([np.ravel(one) for one in found.values()])
            yield PictureEdge(
                id=f"e{i}",
                source=self.ids[pair[0]],
                target=self.ids[pair[1]],
                position=positions[pair],
                contribution=gradient_of(together) if pair in flows else None,
            )


def _sent(node: Node, upstream: Any) -> Mapping[int, Any]:
    """Return the contribution to each operand of a node, None where it is unknown."""
    if not isinstance(node, Value):
        return {i: one for i, (_, one) in contributions(node, upstream).items()}
    found: dict[int, Any] = {}
    for i in range(len(node.inputs)):
        local = node.local(i)
        if local is not None:
            found[i] = None if upstream is None else upstream * local
    return found


def _heat(data: Any, told: str) -> Heat | None:
    return None if told.startswith("[") else heat_of(data)
