"""The picture of a program: its parts as boxes, one level at a time.

Of a graph of fifty thousand nodes only the top level is drawn: the calls that the function itself
makes, the statements between them, the containers of its numbers. Each box can be opened in turn,
down to single numbers. What to draw is chosen before any layout is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import Node, Value, topological
from autograd.modes import Origin
from viz.graph.calls import parts_of
from viz.graph.containers import Container
from viz.graph.names import Variables, variables_in
from viz.graph.order import program_order
from viz.graph.part import Part
from viz.graph.selection import LIMIT

_SMALL = 80  # nodes up to which a program is drawn node by node


class DividedGraph:
    """A graph divided into the parts of the program that made it.

    variables: the names of nodes and containers. calls: the variables of each call.
    gradient: a function that reads a node's gradient. call: the arguments of `draw`, as written.
    """

    def __init__(
        self,
        root: Node,
        variables: Variables,
        calls: Mapping[Origin, Mapping[str, Any]],
        gradient: Callable[[Node], Any],
        call: str = "…",
    ) -> None:
        self.root, self.variables, self.gradient = root, variables, gradient
        self.call = call
        self._calls, self._called = calls, dict[Origin, Variables]()
        self._names: dict[Origin | None, Mapping[int, str]] = {}
        order = program_order(root)
        self.whole, operations = parts_of(order)
        self.nodes = operations + [node for node in order if node.op is None]
        self.operations = len(operations)
        self.index = {node: i for i, node in enumerate(self.nodes)}
        pairs = [
            (self.index[x], i, position)
            for i, node in enumerate(operations)
            for position, x in enumerate(node.inputs)
            if isinstance(x, Node)
        ]
        self.source, self.target, self.position = np.array(pairs, dtype=int).reshape(-1, 3).T
        # The first and last operation that use a node, which show whether it leaves a part.
        self.earliest = np.full(len(self.nodes), len(self.nodes))
        self.latest = np.full(len(self.nodes), -1)
        np.minimum.at(self.earliest, self.source, self.target)
        np.maximum.at(self.latest, self.source, self.target)
        self.latest[self.index[root]] = len(self.nodes)
        self.homes: list[Part] = [self.whole] * self.operations
        for part in self.whole.walk():  # inner ones come later
            self.homes[part.first : part.last] = [part] * (part.last - part.first)

    def find(self, path: str) -> Part:
        """Return the part at a path such as `gpt[3]/attention/head[1]`.

        Raises ValueError, which names the parts that exist.
        """
        here = self.whole
        for token in filter(None, path.split("/")):
            steps = {part.token: part for part in _steps(here)}
            if token not in steps:
                where = f"in {here.path()!r} there are" if here is not self.whole else "there are"
                raise ValueError(f"no part {token!r} for inside={path!r}: {where} {_list(steps)}")
            here = steps[token]
        return here

    def results(self, part: Part) -> list[Node]:
        """Return the numbers of a part that are used outside it."""
        own = slice(part.first, part.last)
        leaves = (self.earliest[own] < part.first) | (self.latest[own] >= part.last)
        return [self.nodes[part.first + i] for i in np.flatnonzero(leaves)]

    def names(self, part: Part) -> Mapping[int, str]:
        """Return the names of nodes in the calls around a part; leaves are named by all calls."""
        call = next((p.origin for p in part.around() if p.origin is not None), None)
        if call in self._names:
            return self._names[call]
        found: dict[int, str] = dict(self.variables)
        for outer in reversed(list(part.around())):
            if outer.origin is not None:
                found |= self._variables(outer.origin)
        leaves = map(id, self.nodes[self.operations :])
        found |= {id: self.variables[id] for id in leaves if id in self.variables}
        self._names[call] = found
        return found

    def container(self, node: Node, part: Part) -> Container | None:
        """Return the container that holds a number, in a call around a part or in any call."""
        everywhere = self.variables.containers.of(node)
        if node.op is None and everywhere is not None:
            return everywhere
        for outer in part.around():
            if outer.origin is not None:
                found = self._variables(outer.origin).containers.of(node)
                if found is not None:
                    return found
        return everywhere

    def _variables(self, origin: Origin) -> Variables:
        if origin not in self._called:
            self._called[origin] = variables_in([self._calls.get(origin, {})], of_call=True)
        return self._called[origin]


def _steps(part: Part) -> list[Part]:
    """Return the parts that a path can continue to."""
    found: list[Part] = []
    waiting = part.parts[::-1]
    while waiting:
        here = waiting.pop()
        if here.is_step() or here.kind in ("stack", "range"):
            found.append(here)
        if not here.is_step():
            waiting += here.parts[::-1]
    return found


def _list(names: Mapping[str, Any]) -> str:
    told = list(names)[:12]
    rest = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return (", ".join(told) + rest) or "none: it is shown number by number"


def is_program(root: Node, variables: Variables, options: Mapping[str, Any]) -> bool:
    """Return whether a graph is too large to draw node by node, and so is drawn as its program.

    Options that ask for something else (`depth`, `fold`, `limit`, `force`) are respected.
    """
    asked = options.get("depth") is not None or options.get("fold") or options.get("force")
    if asked or options.get("limit", LIMIT) != LIMIT or not isinstance(root, Value):
        return False
    order = topological(root)
    notes = None if root.origin is None else root.origin.notes
    if notes is not None and notes.functions:
        return len(order) > _SMALL
    held = variables.containers
    return len(order) > LIMIT and sum(held.of(node) is not None for node in order) > LIMIT
