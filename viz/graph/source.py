"""Show the program that made a graph next to it: each line with the numbers that it made.

The lines are known for nodes recorded in `autograd.source_lines()`. Pointing at a line lights up
its boxes, and the other way round.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from autograd import Node
from autograd.errors import file_name
from autograd.modes import Origin
from viz.graph.order import program_order
from viz.graph.reading import data_of, value_text

_MOST = 60  # lines shown of one function
_TOLD = 3  # iterations of a loop whose numbers are shown

_STYLE = (
    "font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:0;"
    "padding:0 0 0 8ch;text-indent:-8ch;list-style:none"  # what wraps stays right of the numbers
)
# One script for both directions; it finds the boxes by their ids in the adjacent picture.
_SCRIPT = """(() => {
const root = document.currentScript.parentElement;
const marked = root.querySelectorAll("li[data-ids]");
const lines = Array.from(marked, (li) => [li, li.dataset.ids.split(" ")]);
const show = (ids) => {
  for (const [li, its] of lines) {
    li.style.background = its.some((id) => ids.includes(id)) ? "#fff4c2" : "";
  }
  for (const g of root.querySelectorAll("g.node")) {
    g.style.filter = ids.includes(g.id) ? "drop-shadow(0 0 5px #d0107a)" : "";
  }
};
root.addEventListener("mouseover", (event) => {
  const li = event.target.closest("li[data-ids]");
  const box = event.target.closest("g.node");
  show(li ? li.dataset.ids.split(" ") : box ? [box.id] : []);
});
root.addEventListener("mouseleave", () => show([]));
})();"""


@dataclass(frozen=True)
class SourceLine:
    """One line of the program: its position, and the nodes that it made in each iteration."""

    file: str
    function: str
    number: int
    code: str
    passes: tuple[tuple[Node, ...], ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes that the line made."""
        return tuple(node for one in self.passes for node in one)


def source_of(root: Node) -> list[SourceLine]:
    """Return the lines of the functions (or cells) that made a graph, in the order of the file.

    Empty if no lines were recorded or their source is gone.

    >>> from autograd import Value
    >>> source_of(Value(2.0) * 3.0)
    []
    """
    made: dict[tuple[str, str, int], dict[int, list[list[Node]]]] = {}
    depths: dict[tuple[str, str, int], int] = {}
    met: set[Origin | None] = set()
    before = None
    for node in program_order(root):
        origin = node.origin
        if origin is None or origin.place is None:
            continue
        place, calls = origin.place, origin.notes is not None and origin.notes.functions
        where = (place.file, place.function, place.first)
        if calls and origin.parent not in met:
            met.add(origin.parent)
            for depth, scope in enumerate(origin.scopes()):
                _call(scope, depth, made, depths)
        depths.setdefault(where, len(origin.scopes()) if calls else 0)
        passes = made.setdefault(where, {}).setdefault(place.line, [])
        here = (place.turn, origin.parent if calls else None)
        if before != here or not passes:
            passes.append([])
        passes[-1].append(node)
        before = here
    # If calls are known, a caller comes before the functions that it calls.
    ordered = sorted(made, key=depths.__getitem__)
    return [line for where in ordered for line in _lines(where, made[where])]


def _call(
    scope: Origin,
    depth: int,
    made: dict[tuple[str, str, int], dict[int, list[list[Node]]]],
    depths: dict[tuple[str, str, int], int],
) -> None:
    """Record the line of a call, which may have made no node itself."""
    if scope.place is not None and depth > 0:
        where = (scope.place.file, scope.place.function, scope.place.first)
        made.setdefault(where, {}).setdefault(scope.place.line, [])
        depths.setdefault(where, depth)


def calls_of(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the file and line of each call that a node was made in."""
    for scope in [] if node.origin is None else node.origin.scopes():
        if scope.place is not None:
            yield file_name(scope.place.file), scope.place.line


def told_nodes(lines: Sequence[SourceLine]) -> list[Node]:
    """Return the nodes whose values are shown beside a line."""
    return [nodes[-1] for line in lines for nodes in line.passes[:_TOLD]]


def _lines(
    where: tuple[str, str, int], made: Mapping[int, Sequence[Sequence[Node]]]
) -> Iterator[SourceLine]:
    file, function, first = where
    start = min(made) if function == "<module>" else first
    for number in range(start, min(max(made), start + _MOST) + 1):
        code = linecache.getline(file, number).rstrip("\n")
        if code or number in made:
            passes = tuple(tuple(nodes) for nodes in made.get(number, ()))
            yield SourceLine(file_name(file), function, number, code, passes)


def source_html(
    lines: Sequence[SourceLine],
    names: Mapping[Node, str],
    ids: Mapping[Node, str],
    called: Mapping[tuple[str, int], Sequence[str]],
) -> str:
    """Return the lines as HTML, each with what it made.

    names: the names of the nodes. ids: their boxes in the picture. called: by file and line, the
    boxes of what the functions called there made.
    """
    items, heading = [], ""
    for line in lines:
        title = f"{line.file}, {line.function}"
        if title != heading:
            heading = title
            items.append(f"<li><b>{escape(title)}</b></li>")
        its = [ids[n] for n in line.nodes if n in ids]
        boxes = " ".join(dict.fromkeys([*its, *called.get((line.file, line.number), ())]))
        made = f'<span style="color:#57606a">{escape(_told(line, names))}</span>'
        data = f' data-ids="{boxes}"' if boxes else ""
        items.append(f"<li{data}>{line.number:>4}  {escape(line.code)}{made}</li>")
    return f'<ol style="{_STYLE}">{"".join(items)}</ol>' if items else ""


def _told(line: SourceLine, names: Mapping[Node, str]) -> str:
    """Say what a line made: its last node, for each of the first iterations of a loop."""
    many = len(line.passes) > 1
    told = [
        f"{f'pass {i}: ' if many else ''}{names[nodes[-1]]} = {value_text(data_of(nodes[-1]))}"
        for i, nodes in enumerate(line.passes[:_TOLD], 1)
    ]
    rest = len(line.passes) - _TOLD
    told += [f"… {rest} more pass{'es' * (rest > 1)}"] if rest > 0 else []
    return f"   → {'; '.join(told)}" if told else ""


def lighting(html: str) -> str:
    """Return HTML in which lines and boxes light up together, where scripts run."""
    key = hashlib.sha256(html.encode()).hexdigest()[:8]
    return f'<div class="source-{key}">{html}<script>{_SCRIPT}</script></div>'
