"""Draw a recorded computation as a picture: `draw` and the `Drawing` that it returns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import numpy as np

from autograd import Node, Tensor, Traced, Value, as_values, topological
from autograd.errors import describe
from viz.engine import TIME_LIMIT, render
from viz.formats import raster
from viz.formats.files import write_whole
from viz.formats.json import from_json, to_json
from viz.formats.mermaid_text import mermaid
from viz.formats.tikz_text import tikz
from viz.graph.build import build
from viz.graph.builder import Builder
from viz.graph.dot import to_dot
from viz.graph.inner_parts import InnerParts
from viz.graph.insides import Insides, level_of
from viz.graph.levels import picture_of
from viz.graph.names import Variables, is_made_up, names_of, variables_in, variables_of
from viz.graph.paint import paint
from viz.graph.parts import GraphPicture
from viz.graph.parts_of_rows import opened
from viz.graph.passes import backward_pass
from viz.graph.program import DividedGraph, is_program
from viz.graph.reading import recorded_gradient
from viz.graph.run import RecordedRun, run
from viz.graph.selection import LIMIT
from viz.graph.svg import finish
from viz.graph.text_tree import text_tree
from viz.graph.wires import EdgeText
from viz.graph.written_call import written_call
from viz.style.colors import Theme, palette
from viz.style.labels import clean
from viz.style.numerals import counted
from viz.style.scales import Scale
from viz.viewer.frame import framed
from viz.viewer.level import Level
from viz.viewer.page import viewer_page

#: The format that each file extension stands for; `load_drawing` reads .json back.
_FORMATS = (".svg", ".png", ".pdf", ".html", ".dot", ".mmd", ".tex", ".json", ".txt")


def draw(
    node: Node | Traced[..., Any] | Callable[..., Any],
    *arguments: Any,
    inside: str = "",
    names: bool | Mapping[Node, str] | Mapping[str, Any] = True,
    depth: int | None = None,
    fold: Collection[str] = (),
    edges: EdgeText = "auto",
    limit: int | None = LIMIT,
    force: bool = False,
    direction: Literal["LR", "TD"] = "LR",
    weights: Literal["wires", "boxes"] = "wires",
    numbers: bool = False,
    open: bool | Collection[str] = (),
    theme: Theme = "auto",
    title: str = "",
    time_limit: float = TIME_LIMIT,
) -> Drawing:
    """Draw the graph that `node` was computed by: values, gradients, operations, boxes.

    In its page, and in a notebook, a box with a + opens in place with a click or Enter: a group
    shows what it holds, a row made of others its parts, an array of up to 64 elements its numbers.
    Escape closes it. The page needs no Python for this.

    The numbers are the current ones; draw again after `backward()` to see the gradients. In a
    notebook the result displays itself; `.save("graph.svg")` writes it to a file.

    node: the result to draw; or a function (or model), which is called with the `arguments` and
        whose calls of your functions become boxes; or a traced function, whose last recorded
        program is drawn: its (first) result, with the numbers of its first call.
    inside: which part of a large program to open: `"gpt[3]/attention/head[1]"`.
    names: whether unlabelled nodes are named after the module's parameters and the variables of the
        function or its caller; False shows explicit labels only. A mapping gives names to the
        nodes, or to the containers that hold them: `{"wte": wte}`.
    depth: how many levels of nested boxes (modules, functions) are open: 0 closes all, None opens
        all that fit.
    fold: names of boxes to close wherever they occur, such as `["sigmoid"]`.
    edges: the text on each edge: "contribution" (local × upstream = contribution), "local"
        (the derivative alone), "none", or "auto", which writes contributions on small graphs.
    limit: with this many nodes or more, boxes are closed and nodes far from the result left out,
        with a notice in the picture; None for no limit.
    force: draw even more than 1,500 nodes.
    direction: "LR" left to right, "TD" top down.
    weights: "wires" writes a leaf that is only a neuron's weight on its wire, and a bias in the
        neuron's box; "boxes" draws every leaf as a box.
    numbers: whether to draw a graph of tensors as the graph of single numbers behind it.
    open: names of rows made of others, to be opened into their parts: `["sigmoid"]`; True for all.
    theme: "light", "dark", or "auto", which follows the page.
    time_limit: the number of seconds that the layout may take.

    A graph of many single numbers is drawn as the program that made it: a box for each call,
    statement and container of numbers, calls of one function in a loop as a stack.

    Raises TypeError (not a node), TraceError (a traced function that was not called yet),
    ValueError (an unknown choice, no such part), TooLargeError (over 1,500 nodes to draw). The
    layout is computed when it is first needed, which may raise EngineError.

    >>> from autograd import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b + 10.0) ** 2
    >>> loss.backward()
    >>> drawing = draw(loss)
    >>> drawing
    <Drawing of loss: 6 nodes, 5 edges>
    >>> drawing.svg[:4]
    '<svg'
    >>> def error(x, y):
    ...     return (2.0 * x - y) ** 2
    >>> [group.name for group in draw(error, a, b).picture.groups]
    ['error']
    """
    return drawn(
        node,
        sys._getframe(1),
        arguments=arguments,
        inside=inside,
        theme=theme,
        time_limit=time_limit,
        names=names,
        depth=depth,
        fold=fold,
        edges=edges,
        limit=limit,
        force=force,
        direction=direction,
        weights=weights,
        numbers=numbers,
        open=open,
        title=title,
    )


def drawn(
    node: Any,
    caller: FrameType,
    scale: Scale | None = None,
    *,
    arguments: Sequence[Any] = (),
    inside: str = "",
    theme: Theme = "auto",
    time_limit: float = TIME_LIMIT,
    numbers: bool = False,
    open: bool | Collection[str] = (),
    **options: Any,
) -> Drawing:
    """Return what `draw` returns for these options.

    caller: the frame whose variables name the nodes.
    scale: maps gradients to colours; by default, powers of ten over the picture's range.
    """
    palette(theme)  # an unknown theme raises now, not when the picture is shown
    call = written_call(node, arguments, caller)
    made = _recorded(node, arguments, caller, options)
    node, variables = made.root, made.variables
    if numbers and isinstance(node, Tensor):
        node, variables = _in_numbers(node, variables)
    if open:
        has_gradients = node.has_grad
        node = opened(node, open)
        if has_gradients:
            options["gradient"] = _aside(node)
    if not inside and not is_program(node, made.variables, options):
        built = build(node, variables=variables, **options)
        return Drawing(built.picture, theme, scale, time_limit, built.builder)
    gradient = options.get("gradient") or recorded_gradient
    program = DividedGraph(node, made.variables, made.calls, gradient, call)
    shown = picture_of(program, program.find(inside), options.get("title", ""))
    return Drawing(shown.picture, theme, scale, time_limit, InnerParts(program, shown))


def _recorded(
    node: Any, arguments: Sequence[Any], caller: FrameType, options: dict[str, Any]
) -> RecordedRun:
    """Return the graph to draw and its names; gradients held elsewhere are put in the options."""
    names = options.get("names")
    if isinstance(node, Traced) and arguments:
        node(*arguments)  # what it recorded for them is drawn
        arguments = ()
    if callable(node) and not isinstance(node, Node | Traced):
        made = run(node, arguments)
        options["gradient"] = made.gradients.get
        return made if names is not False else RecordedRun(made.root, Variables())
    if arguments:
        raise TypeError(
            f"draw takes arguments for a function, as in draw(f, x), not for {describe(node)}"
        )
    if isinstance(node, Traced):
        node = node.graph
        options["gradient"] = _aside(node)
    variables = Variables() if names is False else variables_of(caller)
    if isinstance(names, Mapping) and all(isinstance(key, str) for key in names):
        variables, options["names"] = variables_in([names]), True
    return RecordedRun(node, variables)


def _aside(root: Node) -> Callable[[Node], Any]:
    """Return a function that reads the gradients of a recorded program, those of its first call."""
    if root.size != 1:
        return recorded_gradient
    found = {step.node: step.upstream for step in backward_pass(root)}
    return found.get


def _in_numbers(loss: Tensor, variables: Mapping[int, str]) -> tuple[Node, Variables]:
    """Return the graph of single numbers behind a graph of tensors, and the names of its nodes."""
    scalars = as_values(loss)
    if not isinstance(scalars.loss, Value):
        raise ValueError(
            f"numbers=True draws one number, and {describe(loss)} has {loss.size} elements: "
            "reduce it first, for example with sum or mean"
        )
    named = names_of(topological(loss), variables)
    found = Variables()
    for tensor, cells in scalars.cells.items():
        if is_made_up(named[tensor]):
            continue
        for index, cell in np.ndenumerate(cells):
            where = f"[{','.join(map(str, index))}]" if index else ""
            found.setdefault(id(cell), f"{named[tensor]}{where}")
    return scalars.loss, found


def load_drawing(path: str | PathLike[str], *, theme: Theme = "auto") -> Drawing:
    """Return a drawing that was saved as .json, to be shown or saved in another format.

    The numbers are those at the time it was saved; the graph behind them is gone.
    Raises ValueError if the file is not a picture saved by `Drawing.save`.

    >>> from tempfile import TemporaryDirectory
    >>> from autograd import Value
    >>> with TemporaryDirectory() as folder:
    ...     file = draw(Value(2.0, label="a") * 3.0).save(f"{folder}/graph.json")
    ...     [node.value for node in load_drawing(file).picture.nodes]
    ['2.0', '3.0', '6.0']
    """
    picture = from_json(Path(path).read_text(encoding="utf-8"))
    return Drawing(picture, theme)


class Drawing:
    """A picture with its layout. `draw` makes one.

    picture: what it shows, as dataclasses.
    """

    def __init__(
        self,
        picture: GraphPicture,
        theme: Theme,
        scale: Scale | None = None,
        time_limit: float = TIME_LIMIT,
        behind: Builder | InnerParts | None = None,
    ) -> None:
        self.picture, self.scale, self.time_limit = picture, scale, time_limit
        self._behind = behind
        self.theme: Theme = theme

    @cached_property
    def dot(self) -> str:
        """The picture as DOT."""
        return to_dot(self.picture, palette(self.theme), self.scale)

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        drawn = paint(self.picture, palette(self.theme), self.scale)
        return finish(drawn, self.picture, self.theme)

    def render(self, name: str = "graph", *_: object, format: str = "svg", **__: object) -> Path:
        """Point users of Graphviz's own `render` to the way a picture is written to a file.

        Raises TypeError.
        """
        raise TypeError(
            f"a drawing is written by save: draw(y).save({f'{name}.{format}'!r}); a notebook shows "
            "it by itself"
        )

    @property
    def html(self) -> str:
        """A page with the picture, which can be moved, zoomed and searched."""
        drawn = paint(self.picture, palette(self.theme), self.scale, spread=True)
        level = replace(self.level, svg=finish(drawn, self.picture, self.theme))
        return viewer_page(level, clean(self.picture.title, 200), self.theme)

    @property
    def _framed(self) -> str:
        page = viewer_page(self.level, clean(self.picture.title, 200), self.theme)
        return framed(self.svg, self.picture.description, page)

    @cached_property
    def level(self) -> Level:
        """The picture for the viewer, with the insides of its boxes."""
        behind = self._behind
        if behind is None:  # loaded from a file: the graph behind it is gone
            return level_of(self.picture, self.theme, self.scale, svg=self.svg)
        with np.errstate(all="ignore"):  # opening a box computes it again
            insides = Insides(self.picture, behind) if isinstance(behind, Builder) else behind
            return insides.level(self.theme, self.scale, self.svg)

    @property
    def text(self) -> str:
        """The graph as a text tree, which needs no layout engine."""
        return text_tree(self.picture)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file, whole or not at all, in the format of its extension.

        .svg .png .pdf .html are for people, .dot for Graphviz, .mmd for Mermaid, .tex (TikZ) for
        LaTeX, .json for other programs and `load_drawing`, .txt the text tree.

        Returns the path. Raises ValueError (an unknown extension) and EngineError, before anything
        is written.
        """
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in _FORMATS:
            raise ValueError(f"save() knows {', '.join(_FORMATS)}; it cannot write {path.name!r}")
        if ending in (".png", ".pdf"):
            return write_whole(path, self._print("png" if ending == ".png" else "pdf"))
        written: dict[str, Callable[[], str]] = {
            ".svg": lambda: self.svg,
            ".html": lambda: self.html,
            ".dot": lambda: self.dot,
            ".mmd": lambda: mermaid(self.picture),
            ".tex": lambda: tikz(self.picture),
            ".json": lambda: to_json(self.picture),
            ".txt": lambda: self.text,
        }
        return write_whole(path, written[ending]() + "\n" * (ending != ".html"))

    def _print(self, format: Literal["png", "pdf"]) -> bytes:
        if raster.installed(format):
            return raster.png(self.svg) if format == "png" else raster.pdf(self.svg)
        # Sharp on a projector; but a large picture would take minutes and exceed cairo's 32,767
        # pixels.
        dpi = 192 if len(self.picture.nodes) <= 150 else 72
        dot = self.dot.replace("graph [", f"graph [dpi={dpi} ", 1) if format == "png" else self.dot
        return render(dot, format, self.time_limit)

    def __repr__(self) -> str:
        picture = self.picture
        name = clean(picture.nodes[-1].name)
        if isinstance(self._behind, InnerParts):
            name = clean(picture.title)
        nodes, edges = counted(len(picture.nodes), "node"), counted(len(picture.edges), "edge")
        return f"<Drawing of {name}: {nodes}, {edges}>"

    def _repr_html_(self) -> str:
        return self._framed

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Return what a notebook shows."""
        return {
            "text/html": self._framed,
            "image/svg+xml": self.svg,
            "text/plain": self.text,
        }
