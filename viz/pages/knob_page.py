"""`live`: a recorded computation as a page where its numbers can be changed.

The graph goes into the page as data, the rows that it uses as JavaScript printed from the table,
and the picture as `draw` draws it. So the page computes exactly what the engine computes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from autograd import Node, Tensor, Value, as_values, topological
from autograd.errors import describe
from autograd.printers import javascript
from viz.formats.files import write_whole
from viz.graph.boxes import SMALL
from viz.graph.build import build
from viz.graph.insides import Insides
from viz.graph.names import names_of, variables_of
from viz.graph.order import program_order
from viz.graph.parts import GraphPicture
from viz.graph.passes import as_after_backward
from viz.graph.selection import MOST, TooLargeError
from viz.graph.slots import Kind, Slots, scale_on
from viz.graph.wires import EdgeText
from viz.pages.recording import recording
from viz.pages.widget import widget
from viz.style.colors import Theme
from viz.style.numerals import number
from viz.viewer import read
from viz.viewer.frame import color_variables, framed, in_script, packed
from viz.viewer.level import Level, bare, pack
from viz.viewer.page import OPENING, learned

_LABELLED = 40  # nodes up to which each arrow shows its local derivative
#: The room that a 1280 × 720 screen leaves for the picture, with all drawers open, and with none.
_STAGES = (944.0, 526.0), (1280.0, 666.0)
_LARGE = 14.0 / SMALL  # a scale at which numbers on arrows, and drawers, have room
_HERE = Path(__file__).parent
_SCRIPTS = ("engine", "picture", "chain", "knobs", "descent", "stepping", "page")

#: The leaves with a knob: all, those named, or those with given ranges.
Knobs = Sequence[str] | Mapping[str, tuple[float, float]] | None


def live(
    loss: Node, *, knobs: Knobs = None, theme: Theme = "auto", title: str = "", lr: float = 0.1
) -> Live:
    """Return a page in which the leaves of `loss` can be turned, and everything follows.

    Values, local derivatives, gradients, colours and the written-out chain rule of the selected
    node are computed in the page, by the same rules. A nudge shows what a derivative predicts;
    steps downhill draw the loss curve; the forward and backward passes can be stepped through. In a
    notebook the result displays itself; `.save("page.html")` writes a self-contained file.

    loss: the result: a `Value`, or a `Tensor` of one number, which is expanded to single numbers.
    knobs: the names of the leaves that have a slider (by default, all), or a mapping from names to
        ranges: `{"w": (-3, 3)}`.
    lr: the initial learning rate of the page.

    Raises TypeError (not a node of one number), ValueError (a knob that is not a leaf),
    TooLargeError (over 1,500 nodes), JavaScriptError (a row without JavaScript text). The layout is
    computed when it is first needed, which may raise EngineError.

    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> page = live((w * x - 1.0) ** 2, knobs={"w": (-3, 3)})
    >>> page
    <Live page of square#1: 5 nodes, 1 knob>
    """
    return Live(loss, knobs, theme, title, lr, variables_of(sys._getframe(1)))


class Live:
    """A page that computes. `live` makes one."""

    def __init__(
        self,
        loss: Node,
        knobs: Knobs,
        theme: Theme,
        title: str,
        lr: float,
        variables: Mapping[int, str],
    ) -> None:
        self.order = _order(loss)
        self.theme: Theme = theme
        self.title, self.lr = title, lr
        self.names = names_of(program_order(self.order[-1]), variables)
        self.knobs = _knobs(knobs, self.order, self.names)
        #: The rows that the recording uses, as JavaScript.
        self.rows = _rows(self.order)

    @cached_property
    def recording(self) -> str:
        """The recording as JavaScript, without the insides of its boxes."""
        return recording(self.order, self.names)

    @cached_property
    def _drawn(self) -> _LivePicture:
        # The page computes gradients itself; these are shown before it does, and where it cannot.
        with np.errstate(all="ignore"), as_after_backward(self.order[-1]):
            return _draw(self.order, self.names, self.title, self.theme)

    @cached_property
    def html(self) -> str:
        """The page; raises EngineError if the picture cannot be laid out."""
        drawn = self._drawn
        slots, level = drawn.slots, drawn.level
        rows = _rows(slots.order)
        scripts = [javascript.runtime(rows)]
        loose = " data-l=" not in level.svg or " data-weight=" in level.svg
        viewer = ["numerals", "viewer", *["labels"] * loose]  # for arrows without their own room
        scripts += [read(f"{name}.js") for name in viewer]
        if level.inside or level.closed:
            scripts += map(read, OPENING)
        scripts += [(_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
        started = f"(graph, ...given) => startPage(graph, {rows}, ...given)"
        style = (_HERE / "live.css").read_text(encoding="utf-8")
        root = self.order[-1]
        return Template((_HERE / "live.html").read_text(encoding="utf-8")).substitute(
            title=escape(drawn.picture.title),
            theme=self.theme,
            root=escape(self.names[root]),
            loss=number(root.data),
            rate=f"{self.lr:g}",
            style=color_variables(self.theme) + packed(read("viewer.css")) + packed(style),
            svg=level.svg,
            script=learned(tuple(scripts), "startPage", started),
            graph=recording(
                slots.order,
                {**slots.names, **self.names},
                slots.number,
                ((copy.first, copy.last, copy.of) for copy in slots.copies),
            ),
            knobs=in_script(self.knobs),
            level=in_script(level.data()),
            other=pack(bare(drawn.other)),
        )

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file that ends in .html, and return its path.

        Raises ValueError (another extension) and EngineError, before anything is written.
        """
        path = Path(path)
        if path.suffix.lower() != ".html":
            raise ValueError(f"a live page is saved as .html; it cannot be {path.name!r}")
        return write_whole(path, self.html)

    def widget(self) -> Any:
        """Return the page as an `anywidget` (extra `widgets`), for Jupyter, marimo and the like.

        Its dicts `leaves`, `values` and `gradients` map the names in the picture to the numbers
        that the page currently shows. Setting all or part of `leaves` turns the knobs: `page.leaves
        = {"w": 1.3}`, for example from one of the notebook's own sliders.

        Raises ImportError if anywidget is not installed.
        """
        leaves = {self.names[n]: float(n.data) for n in self.order if n.op is None}
        return widget(self.html, leaves)

    def __repr__(self) -> str:
        knobs = f"{len(self.knobs)} knob{'' if len(self.knobs) == 1 else 's'}"
        return f"<Live page of {self.names[self.order[-1]]}: {len(self.order)} nodes, {knobs}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the picture, which a script replaces by the page."""
        return framed(self._drawn.level.svg, self._drawn.picture.description, self.html)


@dataclass(frozen=True)
class _LivePicture:
    """The picture of a live page; `other` is the same in the other direction, if there is one."""

    picture: GraphPicture
    level: Level
    other: str
    slots: Slots


def _draw(
    order: Sequence[Any], names: Mapping[Node, str], title: str, theme: Theme
) -> _LivePicture:
    """Draw a recording with places for its numbers, as large as the page allows."""
    small = len(order) <= _LABELLED
    ways: list[tuple[EdgeText, tuple[float, float]]] = [("none", _STAGES[1])]
    if small:  # each arrow with its local derivative, if text stays large
        ways = [("local", _STAGES[0]), ("local", _STAGES[1]), ("none", _STAGES[1])]
    found: list[tuple[float, Insides, list[str], Slots]] = []
    for edges, stage in ways:
        built = build(order[-1], names=names, edges=edges, limit=None, title=title)
        insides = Insides(built.picture, built.builder)
        slots = Slots(list(order), _room, theme, stage)
        svgs = [slots.paint(built.picture, insides.root)]
        if small:
            svgs.append(slots.paint(replace(built.picture, direction="TD"), insides.root))
        svgs.sort(key=lambda svg: -scale_on(svg, *stage))
        found.append((scale_on(svgs[0], *stage), insides, svgs, slots))
        if found[-1][0] >= _LARGE:
            break
    _, insides, svgs, slots = (
        found[-1] if found[-1][0] >= _LARGE else max(found, key=lambda f: f[0])
    )
    level = insides.level(theme, svg=svgs[0], painter=slots.paint)
    return _LivePicture(insides.picture, level, svgs[1] if len(svgs) > 1 else "", slots)


def _room(kind: Kind, node: int, position: int) -> str:  # noqa: ARG001 - a page's numbers may be any
    return "∂ = -0.0000" if kind == "local" else "-0.0000"


def _rows(order: Sequence[Any]) -> str:
    return javascript.rows((n.op, len(n.inputs)) for n in order if n.op is not None)


def _order(loss: Any) -> list[Any]:
    if hasattr(getattr(loss, "op", None), "untraced"):
        label, loss = loss.label, loss.op.untraced(loss)
        loss.label = loss.label or label
    for node in topological(loss) if isinstance(loss, Node) else ():
        if node.op is not None and hasattr(node.op, "untraced"):
            raise TypeError(
                f"a live page shows single operations, and {node.op.name} was replayed as a whole "
                "by autograd.trace: compute the loss with the function itself, or trace all of it"
            )
    if isinstance(loss, Tensor) and loss.size == 1:
        loss = np.asarray(as_values(loss, limit=20 * MOST).loss, dtype=object).item()
    if not isinstance(loss, Value):
        what = describe(loss) if isinstance(loss, Node) else f"a {type(loss).__name__}"
        raise TypeError(
            f"a live page is made of one number that was computed, a loss, not of {what}; reduce "
            "an array to a number first, as with .sum()"
        )
    order = topological(loss)
    if len(order) > MOST:
        raise TooLargeError(
            f"a live page of {len(order):,} nodes is more than the {MOST:,} that can be followed: "
            "take fewer samples or a smaller network; viz.playground trains a large one in a page"
        )
    return order


def _knobs(
    wanted: Knobs, order: Sequence[Node], names: Mapping[Node, str]
) -> list[tuple[int, float, float]]:
    """Return (place of the leaf, least, most) for each knob."""
    leaves = {names[node]: i for i, node in enumerate(order) if node.op is None}
    chosen = list(leaves) if wanted is None else list(wanted)
    for name in chosen:
        if name not in leaves:
            raise ValueError(
                f"there is no leaf named {name!r} to turn; the leaves are {', '.join(leaves)}"
            )
    found = []
    for name in chosen:
        data: float = order[leaves[name]].data
        data = data if np.isfinite(data) else 0.0  # a knob at nan or inf leads back to numbers
        size = max(1.0, 2 * abs(data)) if abs(data) < 1e300 else 1.0
        low, high = wanted[name] if isinstance(wanted, Mapping) else (data - size, data + size)
        if not low < high:
            raise ValueError(
                f"the range of {name!r} goes from the least to the most, not {low} to {high}"
            )
        found.append((leaves[name], float(low), float(high)))
    return found
