"""The parts of a program: calls of functions, statements in them, elements of a result.

The parts form a tree, and each node of the graph lies in one of its leaves. With the nodes in tree
order each part is a contiguous run, so two numbers say what is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import Any

from autograd import Node
from autograd.modes import Origin
from viz.graph.loops import fold_loops
from viz.graph.part import Part
from viz.graph.statements import statement_at

_FEW = 24  # nodes up to which a part is shown node by node
_CHAIN, _RUNS = 96, 10  # the same for a single chain; runs that it is cut into
_ROW = 16  # similar parts shown beside each other


def parts_of(order: Sequence[Node]) -> tuple[Part, list[Node]]:
    """Return the tree of a program's parts, and its operations in tree order.

    order: the nodes of a graph, in the program's order.

    >>> from autograd import Value, scope
    >>> @scope
    ... def double(x):
    ...     return 2.0 * x
    >>> loss = double(double(Value(1.0))) + 1.0
    >>> from viz.graph.order import program_order
    >>> whole, nodes = parts_of(program_order(loss))
    >>> [part.name for part in whole.parts], len(nodes)
    (['double', 'double'], 3)
    """
    whole = Part("", "whole")
    homes = _Homes(whole)
    home = {node: homes.of(node.origin) for node in order if node.op is not None}
    for node, part in home.items():
        part.children.append(node)
    for part in list(whole.walk()):
        fold_loops(part)
    home = {x: part for part in whole.walk() for x in part.children if isinstance(x, Node)}
    outer = {x for node in home for x in node.inputs if home.get(x, node) is not home[node]}
    outer.add(order[-1])
    for part in list(whole.walk()):
        _stack(part)
        _divide(part, outer)
    whole = _unwrapped(whole)
    _name(whole)
    return whole, _in_order(whole)


class _Homes:
    """Creates the parts that nodes belong to, when they are first asked for."""

    def __init__(self, whole: Part) -> None:
        self.whole = whole
        self.scopes: dict[Origin | None, Part] = {None: whole}
        self.lines: dict[tuple[Part, str, int], Part] = {}

    def of(self, origin: Origin | None) -> Part:
        """Return the part that nodes with this origin belong to."""
        missing: list[Origin] = []
        while origin is not None and origin not in self.scopes:
            missing.append(origin)
            origin = origin.parent
        part = self.scopes[origin]
        for one in reversed(missing):
            part = self.scopes[one] = self._inside(part, one)
        return part

    def _inside(self, part: Part, origin: Origin) -> Part:
        place = origin.place
        if not origin.name and place is None:  # `no_grad` and the like
            return part
        statement = None if place is None else statement_at(place.file, place.line)
        if not origin.name and place is not None and statement is not None:
            key = part, place.file, statement.first
            if key not in self.lines:
                self.lines[key] = Part(statement.text, "line", part, statement.target)
                self.lines[key].line, self.lines[key].loops = statement.first, statement.loops
                part.children.append(self.lines[key])
            return self.lines[key]
        made = Part(origin.name, "call", part, owner=origin.owner, origin=origin)
        short = origin.name.rpartition(".")[2]
        if statement is not None:
            made.line, made.loops = statement.first, statement.loops
            made.detail = statement.target if statement.called == short else ""
        part.children.append(made)
        return made


def _stack(part: Part) -> None:
    """Put the calls that one statement makes of one function into a stack.

    If no lines were recorded and there are very many parts, calls with one name are stacked.
    """
    alike: dict[Any, list[Part]] = {}
    many = len(part.children) > _ROW
    for child in part.parts:
        alike.setdefault(_likeness(child, many), []).append(child)
    for members in alike.values():
        if len(members) < 2:
            continue
        stack = Part(members[0].name, "stack", part, members[0].detail, members[0].owner)
        taken = set(members)
        at = part.children.index(members[0])
        rest = [c for c in part.children[at:] if not (isinstance(c, Part) and c in taken)]
        part.children[at:] = [stack, *rest]
        for i, member in enumerate(members):
            member.name, member.parent, member.detail = f"{member.name}[{i}]", stack, ""
        stack.children = list(members)
        _ranges(stack, what=stack.name + "[{} … {}]")


def _likeness(part: Part, by_name: bool) -> Any:
    """Return the key that parts of one stack share; the part itself if it is in no stack."""
    place = None if part.origin is None else part.origin.place
    if part.kind != "call" or (place is None and not by_name):
        return part
    if place is None:
        return part.name, id(part.owner)
    return part.name, place.file, statement_at(place.file, place.line).first


def _divide(part: Part, outer: Container[Node]) -> None:
    """Divide a part with too many nodes to be shown one by one into elements.

    An element is one result, with the nodes it is computed from that no earlier element has.
    """
    own = [child for child in part.children if isinstance(child, Node)]
    if part.parts and len(own) > 1 and len(part.children) > _ROW:
        # Operations between calls whose lines are unknown.
        rest = Part(f"{len(own)} operations", "range", part)
        rest.children = [*own]
        part.children = [*part.parts, rest]
        _divide(rest, outer)
    if len(own) <= _FEW or part.parts:
        return
    results = [node for node in own if node in outer]
    if len(results) < 2:
        if len(own) > _CHAIN and len(own) == len(part.children):
            _ranges(part, _RUNS, "operations {} … {}")
        return
    waiting, place = set(own), {node: i for i, node in enumerate(own)}.__getitem__
    found: list[Part | Node] = []
    for i, result in enumerate(results):
        if result not in waiting:
            continue
        cone = _cone(result, waiting)
        found.append(cone[0])
        if len(cone) > 1:
            found[-1] = element = Part(f"[{i}]", "element", part)
            element.children = [*sorted(cone, key=place)]
    part.children = [*found, *part.parts]
    _ranges(part)


def _cone(result: Node, waiting: set[Node]) -> list[Node]:
    """Take a result and all it was computed from out of the waiting nodes, and return them."""
    found, stack = [], [result]
    waiting.discard(result)
    while stack:
        node = stack.pop()
        found.append(node)
        for x in node.inputs:
            if x in waiting:
                waiting.discard(x)
                stack.append(x)
    return found


def _ranges(part: Part, most: int = _ROW + _ROW // 4, what: str = "[{} … {}]") -> None:
    """Group very many children into ranges, `[0 … 15]`, and these into ranges of ranges."""
    if len(part.children) <= most:
        return
    size = _ROW
    while len(part.children) > most * size:
        size *= _ROW
    part.children = [*_runs(part, part.children, 0, size, what)]


def _runs(
    outer: Part, children: list[Part | Node], first: int, size: int, what: str
) -> Iterator[Part]:
    """Yield ranges of `size` children each; `first` is the number of the first child."""
    for start in range(0, len(children), size):
        run = children[start : start + size]
        number = first + start
        one = Part(what.format(number, number + len(run) - 1), "range", outer)
        one.children = run if size == _ROW else [*_runs(one, run, number, size // _ROW, what)]
        for child in one.children:
            if isinstance(child, Part):
                child.parent = one
        yield one


def _unwrapped(whole: Part) -> Part:
    """Return the outermost part that holds more than one other: the function that was drawn."""
    while len(whole.children) == 1 and whole.parts and whole.parts[0].kind == "call":
        whole = whole.parts[0]
    whole.kind, whole.parent = "whole", None
    return whole


def _name(whole: Part) -> None:
    """Give each part a name that is unique within the part around it."""
    used: dict[Part, Counter[str]] = {}
    for part in whole.walk():
        outer = next((p for p in list(part.around())[1:] if p.is_step() or p is whole), whole)
        name = part.detail if part.kind == "line" and part.detail else part.name
        if part.kind == "line" and not part.detail:
            name = f"line {part.line}"
        counts = used.setdefault(outer, Counter())
        counts[name] += 1
        part.token = name if counts[name] == 1 else f"{name}({counts[name]})"


def _in_order(whole: Part) -> list[Node]:
    """Return the nodes in tree order, and record for each part where its own are."""
    nodes: list[Node] = []
    stack: list[tuple[Part | Node, bool]] = [(whole, False)]
    while stack:
        here, done = stack.pop()
        if isinstance(here, Node):
            nodes.append(here)
        elif done:
            here.last = len(nodes)
        else:
            here.first = len(nodes)
            stack.append((here, True))
            stack += [(child, False) for child in reversed(here.children)]
    return nodes
