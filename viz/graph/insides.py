"""The pictures that a picture's boxes open into, for the viewer.

A closed group opens to show what it holds, a row made of others its parts, a small array the single
numbers behind it. What comes in is at the left in dashed boxes, what goes out at the right.
Everything is drawn beforehand, the nearest first, up to a limit on the number of boxes, so the page
can open boxes without Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from autograd import Node, Tensor, Value, as_values, topological
from autograd.modes import inside as recorded_in
from viz.graph.builder import Builder
from viz.graph.groups import Box
from viz.graph.heat import heat_of
from viz.graph.names import names_of
from viz.graph.order import columns
from viz.graph.paint import paint
from viz.graph.parts import GraphPicture, PictureEdge, PictureNode
from viz.graph.reading import data_of, gradient_of, shape_text, value_text
from viz.graph.selection import Item, Selection, place_of
from viz.graph.svg import finish
from viz.style.colors import Theme, palette
from viz.style.labels import clean
from viz.style.scales import Scale
from viz.viewer.level import Level

_MOST = 400  # boxes in all insides together: about 200 kB of page
_LARGEST = 90  # boxes in one inside
_SMALL = 40  # boxes up to which the groups of an inside are open
_ELEMENTS = 64  # the most elements of an array that opens to its numbers


def level_of(
    picture: GraphPicture,
    theme: Theme,
    scale: Scale | None = None,
    inside: Mapping[str, Level] | None = None,
    closed: Sequence[PictureNode] = (),
    svg: str = "",
    painted: Callable[[GraphPicture], str] | None = None,
) -> Level:
    """Return a picture as a level for the viewer.

    inside: what its boxes open into, by id. closed: by group id, the box that stands for each group
        that can be closed. svg: the picture as SVG, if it exists already. painted: draws it; by
        default, as `draw` does.

    >>> from viz.graph.parts import PictureNode
    >>> picture = GraphPicture((PictureNode("n0", "a", "leaf", "2.0"),))
    >>> level_of(picture, "light").names
    {'n0': 'a'}
    """

    def plain(one: GraphPicture) -> str:
        return finish(paint(one, palette(theme), scale), one, theme)

    painted = painted or plain
    alone = tuple(replace(node, group=None) for node in closed)
    boxes = replace(picture, nodes=alone, edges=(), groups=(), notice="", born="")
    groups = {group.id: group.parent for group in picture.groups}
    members: dict[str, list[str]] = {id: [] for id in groups}
    for node in picture.nodes:
        around = node.group
        while around is not None:
            members[around].append(node.id)
            around = groups[around]
    return Level(
        svg or painted(picture),
        {edge.id: (edge.source, edge.target) for edge in picture.edges},
        {node.id: clean(node.name or node.value) for node in picture.nodes},
        inside or {},
        {id: members[id] for id in groups if any(node.id == id for node in closed)},
        painted(boxes) if closed else "",
    )


@dataclass
class Inside:
    """A picture, the boxes in it that can open, and what they open into.

    of: the node whose row is opened, if this is the inside of a row; `copies` maps copies of its
    operands to the operands themselves, and `results` are the numbers that the row computes.
    """

    picture: GraphPicture
    items: Mapping[str, Item] = field(default_factory=dict)
    builder: Builder | None = None
    inside: dict[str, Inside] = field(default_factory=dict)
    of: Node | None = None
    copies: Mapping[Node, Node] = field(default_factory=dict)
    results: Sequence[Node] = ()


class Painter(Protocol):
    """A function that draws a level as SVG."""

    def __call__(self, picture: GraphPicture, inside: Inside) -> str:
        """Return the picture as SVG; `inside` says what is behind its boxes."""
        ...


class Insides:
    """The insides of a picture: what its boxes open into, up to a limit on the number of boxes.

    builder: the builder of the picture, whose names and gradients the insides share.
    """

    def __init__(self, picture: GraphPicture, builder: Builder) -> None:
        self.picture, self.builder = picture, builder
        drawn = {node.id for node in picture.nodes}
        items = {id: item for item, id in builder.ids.items() if id in drawn}
        self.root = Inside(picture, items, builder)
        room, waiting = _MOST, [self.root]
        for here in waiting:
            for id, item in here.items.items():
                inner = self._of(item, here) if room > 0 else None
                if inner is not None:
                    room -= len(inner.picture.nodes)
                    here.inside[id] = inner
                    waiting.append(inner)

    def level(
        self,
        theme: Theme,
        scale: Scale | None = None,
        svg: str = "",
        painter: Painter | None = None,
    ) -> Level:
        """Return the picture (`svg` if already drawn) with its insides, for the viewer.

        painter: draws each level; by default, as `draw` does.
        """
        return self._level(self.root, theme, scale, painter, svg)

    def _level(
        self,
        here: Inside,
        theme: Theme,
        scale: Scale | None,
        painter: Painter | None,
        svg: str = "",
    ) -> Level:
        # One colour scale throughout: a colour means the same inside and outside.
        picture = replace(here.picture, sizes=self.picture.sizes, norms=self.picture.norms)
        painted = None if painter is None else partial(painter, inside=here)
        if painted is not None and not svg:
            svg = painted(picture)  # before the insides, so that numbering starts here
        inside = {id: self._level(one, theme, scale, painter) for id, one in here.inside.items()}
        there = {group.id for group in picture.groups}
        boxes = [] if here.builder is None else here.builder.closed()
        closed = [box for box in boxes if box.id in there]
        return level_of(picture, theme, scale, inside, closed, svg, painted)

    def _of(self, item: Item, here: Inside) -> Inside | None:
        if here.builder is None:
            return None
        if isinstance(item, Box):
            return self._of_group(item, here.builder.inside[item])
        if isinstance(item, Tensor) and 1 < item.size <= _ELEMENTS:
            return _of_numbers(item, here.builder) or _table(item, here.builder)
        if isinstance(item, Value) and item.op is not None and item.op.expand is not None:
            return _of_parts(item, here.builder)
        return None

    # Closed groups.

    def _of_group(self, box: Box, nodes: Sequence[Node]) -> Inside | None:
        base, within = self.builder, set(nodes)
        sources = {x for n in nodes for x in n.inputs if isinstance(x, Node) and x not in within}
        order = [n for n in base.order if n in within or n in sources]
        boxes = {n: base.around[n] for n in nodes}
        deepest = max(b.depth for b in boxes.values()) + 1
        for depth in range(deepest, box.depth, -1):
            place = _Outside(place_of(nodes, boxes, depth))
            place.update((n, n) for n in sources)
            kept = list(dict.fromkeys(place[n] for n in reversed(order)))[::-1]
            if len(kept) <= (_SMALL if depth > box.depth + 1 else _LARGEST):
                break
        else:
            return None
        inner = Builder(
            order,
            boxes,
            Selection(place, tuple(kept)),
            base.names,
            base.variables,
            base.weights,
            base.gradient,
        )
        picture = inner.picture("none", "LR", box.title(), ())
        stubs = {inner.ids[n]: _stub(inner.ids[n], n, base.names[n]) for n in sources}
        gone = frozenset(inner.group_ids[b] for b in box.ancestors() if b in inner.group_ids)
        used = {x for n in base.order if n not in within for x in n.inputs if isinstance(x, Node)}
        results = [n for n in nodes if n in used or n is base.order[-1]]
        outs = [(inner.ids[place[n]], base.names[n]) for n in results if place[n] in inner.ids]
        items = {id: item for item, id in inner.ids.items() if id not in stubs}
        return Inside(_framed(picture, stubs, gone, outs), items, inner)


class _Outside(dict[Node, Item]):
    """Maps nodes to where they are seen; those not in the picture are their own place."""

    def __missing__(self, node: Node) -> Item:
        return node


def _stub(id: str, node: Node, name: str) -> PictureNode:
    """Return the box of an input from outside: its name and value in a dashed frame."""
    data = data_of(node)
    value = value_text(data)
    shape = shape_text(data)
    broken = not bool(np.all(np.isfinite(data)))
    return PictureNode(id, f"{name} =", "constant", value, shape=shape, broken=broken)


def _framed(
    picture: GraphPicture,
    stubs: Mapping[str, PictureNode],
    gone: frozenset[str],
    outs: Iterable[tuple[str, str]],
) -> GraphPicture:
    """Return the picture of an inside, with stubs for what comes in and what goes out.

    gone: the groups outside it.
    """

    def home(node: PictureNode) -> PictureNode:
        node = stubs.get(node.id, node)
        return replace(node, group=None) if node.group in gone else node

    nodes, edges = [home(node) for node in picture.nodes], list(picture.edges)
    sent = {node.id: node.gradient for node in nodes}
    for k, (source, name) in enumerate(outs):
        nodes.append(PictureNode(f"out{k}", "", "constant", f"→ {clean(name)}"))
        edges.append(PictureEdge(f"out-{k}", source, f"out{k}", contribution=sent[source]))
    groups = [
        replace(group, parent=None) if group.parent in gone else group
        for group in picture.groups
        if group.id not in gone
    ]
    picture = replace(picture, nodes=tuple(nodes), edges=tuple(edges), groups=tuple(groups))
    return replace(picture, notice="", born="")


# Rows made of others.


def _of_parts(node: Value, builder: Builder) -> Inside | None:
    names = builder.names
    row: Any = node.op
    with recorded_in(None):
        operands = [Value(x.data, names[x]) if isinstance(x, Node) else x for x in node.inputs]
        result = row.expand(*operands)
        if not isinstance(result, Value) or result.op is None:
            return None
        result.label = names[node]
        gradient = builder.gradient(node)
        if gradient is not None:
            result.backward(float(gradient))
    found = _small([result], f"{row.name}: its parts")
    if found is None:
        return None
    both = zip(operands, node.inputs, strict=True)
    copies: dict[Node, Node] = {
        copy: x for copy, x in both if isinstance(copy, Node) and isinstance(x, Node)
    }
    return replace(found, of=node, copies=copies, results=[result])


# Small arrays.


def _of_numbers(node: Tensor, builder: Builder) -> Inside | None:
    row: Any = node.op
    if row is None:
        return None
    names = builder.names
    sizes = [x.size for x in node.inputs if isinstance(x, Node)]
    if sum(sizes) + node.size > _LARGEST:
        return None
    try:
        with recorded_in(None):
            operands = [
                Tensor(x.data, label=clean(names[x], 12)) if isinstance(x, Node) else x
                for x in node.inputs
            ]
            result = row(*operands, **node.params)
            result.label = clean(names[node], 12)
            gradient = builder.gradient(node)
            if gradient is not None:
                result.backward(gradient)
            cells = as_values(result)[result]
    except (TypeError, ValueError, ArithmeticError):
        return None
    results = [c for c in cells.flat if isinstance(c, Value)]
    found = _small(results, "single numbers")
    return None if found is None else replace(found, of=node, results=results)


def _small(results: Sequence[Value], title: str) -> Inside | None:
    """Return the picture of the graph that ends in these numbers."""
    found: list[Node] = list(dict.fromkeys(n for result in results for n in topological(result)))
    at = columns(found, {n: [x for x in n.inputs if isinstance(x, Node)] for n in found})
    order = sorted(found, key=at.__getitem__)
    if not 1 < len(order) <= _LARGEST:
        return None
    selection = Selection({n: n for n in order}, tuple(order))
    builder = Builder(order, {}, selection, names_of(order), {}, "boxes")
    picture = builder.picture("none", "LR", title, ())
    stubs = {
        builder.ids[n]: _stub(builder.ids[n], n, builder.names[n]) for n in order if n.op is None
    }
    items = {id: item for item, id in builder.ids.items() if id not in stubs}
    return Inside(_framed(picture, stubs, frozenset(), ()), items, builder)


def _table(node: Tensor, builder: Builder) -> Inside:
    """Return the numbers of an array and of its gradient as tables."""
    gradient = builder.gradient(node)
    box = PictureNode(
        id="n0",
        name=builder.names[node],
        kind="leaf" if node.op is None else "op",
        value=value_text(data_of(node)),
        gradient=gradient_of(gradient),
        shape=shape_text(data_of(node)),
        heat=heat_of(data_of(node), _ELEMENTS),
        gradient_heat=None if gradient is None else heat_of(gradient, _ELEMENTS),
    )
    return Inside(GraphPicture((box,), title=box.name), of=node)
