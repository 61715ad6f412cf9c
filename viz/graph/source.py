"""The program that made a graph, next to it: each line with the numbers that it made.

The lines are known of what was recorded in `autograd.source_lines()`. A line and its boxes light
up together, whichever of them is pointed at.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from autograd import Node
from autograd.errors import file_name
from viz.graph.order import program_order
from viz.graph.reading import data_of, value_text

_MOST = 60  # lines of one function that are shown
_TOLD = 3  # passes of a loop whose numbers are told

_STYLE = (
    "font:13px/1.5 ui-monospace,monospace;white-space:pre;overflow-x:auto;margin:0;"
    "padding:0;list-style:none"
)
# One script for the two directions; the boxes are found by their ids in the picture beside.
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
    """One line of the program: where it stands, and the nodes that it made, pass by pass."""

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

    Empty where no lines were noted, or their source is gone.

    >>> from autograd import Value
    >>> source_of(Value(2.0) * 3.0)
    []
    """
    made: dict[tuple[str, str, int], dict[int, list[list[Node]]]] = {}
    before = None
    for node in program_order(root):
        place = None if node.origin is None else node.origin.place
        if place is None:
            continue
        lines = made.setdefault((place.file, place.function, place.first), {})
        passes = lines.setdefault(place.line, [])
        if before != (place.file, place.line) or not passes:
            passes.append([])
        passes[-1].append(node)
        before = (place.file, place.line)
    return [line for where, lines in made.items() for line in _lines(where, lines)]


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
    lines: Sequence[SourceLine], names: Mapping[Node, str], ids: Mapping[Node, str]
) -> str:
    """Return the lines as HTML, each with what it made.

    names: what the nodes are called. ids: their boxes in the picture.
    """
    items, heading = [], ""
    for line in lines:
        title = f"{line.file}, {line.function}"
        if title != heading:
            heading = title
            items.append(f"<li><b>{escape(title)}</b></li>")
        boxes = " ".join(ids[n] for n in line.nodes if n in ids)
        made = f'<span style="color:#57606a">{escape(_told(line, names))}</span>'
        data = f' data-ids="{boxes}"' if boxes else ""
        items.append(f"<li{data}>{line.number:>4}  {escape(line.code)}{made}</li>")
    return f'<ol style="{_STYLE}">{"".join(items)}</ol>' if items else ""


def _told(line: SourceLine, names: Mapping[Node, str]) -> str:
    """Say what a line made: its last node, in a loop for each of the first passes."""
    many = len(line.passes) > 1
    told = [
        f"{f'pass {i}: ' if many else ''}{names[nodes[-1]]} = {value_text(data_of(nodes[-1]))}"
        for i, nodes in enumerate(line.passes[:_TOLD], 1)
    ]
    rest = len(line.passes) - _TOLD
    told += [f"… {rest} more passes"] if rest > 0 else []
    return f"   → {'; '.join(told)}" if told else ""


def lighting(html: str) -> str:
    """Return HTML in which lines and boxes light up together, where scripts run."""
    key = hashlib.sha256(html.encode()).hexdigest()[:8]
    return f'<div class="source-{key}">{html}<script>{_SCRIPT}</script></div>'
