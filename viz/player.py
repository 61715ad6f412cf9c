"""The player: a story of frames as one page of HTML, or as pictures for slides.

The layout is made once. What a frame changes is a short list of (node, slot, text), so the
page holds one drawing and the changes, and going to a frame applies them or takes them back.
The page asks nobody for anything: its style and its script (`player.css`, `player.js`) are
written into it, and formulas are MathML.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import EdgeStep, Node, latex
from viz.colors import DARK, LIGHT, Theme, palette, role
from viz.frames import Frame
from viz.layout import Layout, layout
from viz.lettering import WIDEST, short, width_of
from viz.math_text import mathml
from viz.narration import derivative, equation
from viz.numerals import array, lengths, matrix, norm, number, signed
from viz.render import EngineError
from viz.rules import Named, contribution, forward, local, text
from viz.selection import TooLargeError

if TYPE_CHECKING:
    from viz.steps import Steps

_HERE = Path(__file__).parent
_SLOTS = ("value", "grad", "badge", "state", "color")
_CHARACTER, _LINE, _PAD = 7.9, 18.0, 9.0  # of the monospaced letters, in pixels
_NARROWEST = 15  # the same, with room for "grad not computed" in smaller letters
_MOST_NODES = 2_500
_MOST_ROWS = 12  # operands that a frame writes out in maths
_MOST_ELEMENTS = 16  # of an array that is written out
_MOST_LATEX = 300  # characters of a formula
_MOST_ASKED = 3  # gradients that a frame asks for
_UNSET = "grad not computed"
_BLANK = {"value": "= ?", "grad": _UNSET, "badge": "", "state": "waiting", "color": "unset"}

#: (node, slot, text)
Change = tuple[int, str, str]


def brief(x: Any) -> str:
    """Write a number, or an array in at most a box's width.

    >>> brief(2.0), brief(np.ones((64, 10)))
    ('2.0', '64×10 ‖25.3‖')
    """
    if np.ndim(x) == 0:
        return number(float(x))
    written = array(x, most=3)
    return (
        written if len(written) < 18 and np.size(x) <= 3 else f"{lengths(np.shape(x))} ‖{norm(x)}‖"
    )


# --- what each frame changes ------------------------------------------------------------------


def changes(steps: Steps) -> list[list[Change]]:
    """Return for each frame what it changes in the boxes; together linear in the graph."""
    return list(_changes(steps))


def _changes(steps: Steps) -> Iterator[list[Change]]:
    place = {node: i for i, node in enumerate(steps.order)}
    wanted = _uses(steps)
    largest = _largest(steps)
    received: dict[Node, int] = {}

    def gradient(node: Node, grad: Any) -> list[Change]:
        signed_ = np.ndim(grad) == 0
        size = float(grad) if signed_ else float(np.linalg.norm(grad))
        return [
            (place[node], "grad", f"grad {brief(grad)}"),
            (place[node], "color", role(size, largest, signed_)),
        ]

    for frame in steps:
        here = frame.node
        made: list[Change] = []
        if frame.kind == "leaves":
            for node in steps.order:
                if node.op is None:
                    made += [*_appear(place[node], node)]
        elif frame.kind == "forward" and here is not None:
            made += _appear(place[here], here)
        elif frame.kind == "seed" and here is not None:
            made += gradient(here, frame.upstream)
            made.append((place[here], "state", "complete"))
        elif frame.kind == "again":
            received = {}
            for node in steps.order:
                if node in wanted or node is steps.root:
                    made += [(place[node], "badge", ""), (place[node], "state", "known")]
                    if node.op is not None:
                        made += [(place[node], "grad", _UNSET), (place[node], "color", "unset")]
        elif frame.kind == "backward" and here is not None:
            for edge in frame.edges:
                received[edge.input] = received.get(edge.input, 0) + 1
            for node in dict.fromkeys(edge.input for edge in frame.edges):
                total = [edge.total for edge in frame.edges if edge.input is node][-1]
                made += gradient(node, total)
                count, all_ = received[node], wanted[node]
                done = node in frame.complete and node.op is None
                made.append((place[node], "badge", "✓" if done else f"{count}/{all_}"))
                state = "partial" if node not in frame.complete else "done" if done else "complete"
                made.append((place[node], "state", state))
            made += [(place[here], "state", "done"), (place[here], "badge", "✓")]
        for result in frame.results:
            if result.is_wrong:
                i = place[result.node]
                made += [(i, "state", "wrong"), (i, "badge", "✗")]
        yield made


def _appear(i: int, node: Any) -> list[Change]:
    return [(i, "value", f"= {brief(node.data)}"), (i, "state", "known")]


def _uses(steps: Steps) -> Counter[Node]:
    """Return how many contributions each node's gradient has, in a right pass."""
    # A set, for the naive order passes along the same edge again and again.
    edges = {
        (frame.node, edge.position, edge.input)
        for frame in steps
        if frame.kind == "backward"
        for edge in frame.edges
    }
    return Counter(node for _, _, node in edges)


def _largest(steps: Steps) -> float:
    sizes = [float(np.linalg.norm(edge.total)) for frame in steps for edge in frame.edges]
    return max((size for size in sizes if np.isfinite(size)), default=1.0)


# --- the drawing ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """The drawing that all frames share: boxes with their fixed text, and arrows."""

    layout: Layout
    edges: tuple[tuple[int, int, int], ...]  # input, node, position
    fixed: tuple[tuple[str, str, str], ...]  # name, formula, tooltip
    leaves: frozenset[int]
    arrows: dict[Node, list[tuple[int, int]]]  # of each node: (arrow, position)


def stage(steps: Steps, made: Sequence[Sequence[Change]]) -> Stage:
    """Lay out boxes that are wide enough for every frame."""
    place = {node: i for i, node in enumerate(steps.order)}
    fixed, widest = [], []
    for node in steps.order:
        name = steps.names[node]
        formula = "" if node.op is None else text(forward(node, steps.names.__getitem__))
        kind = "leaf" if node.op is None else formula
        shape = np.shape(node.data)  # type: ignore[attr-defined]
        if shape:
            kind = f"{lengths(shape)} {kind}"
        line = (
            short(kind) if width_of(kind) <= WIDEST or node.op is None else _by_symbol(node, shape)
        )
        fixed.append((short(name, WIDEST - 4), line, f"{name} = {formula}" if formula else name))
        widest.append(max(width_of(fixed[-1][0]) + 4, width_of(line), _NARROWEST))
    for frame in made:
        for i, slot, written in frame:
            if slot in ("value", "grad") and written != _UNSET:
                widest[i] = max(widest[i], width_of(written))
            elif slot == "badge":
                widest[i] = max(widest[i], width_of(fixed[i][0]) + 1 + width_of(written))
    sizes = [(2 * _PAD + _CHARACTER * n, 4 * _LINE + _PAD) for n in widest]
    edges = tuple(
        (place[x], place[node], position)
        for node in steps.order
        for position, x in enumerate(node.inputs)
        if isinstance(x, Node)
    )
    placed = layout(sizes, [(tail, head) for tail, head, _ in edges])
    leaves = frozenset(i for i, node in enumerate(steps.order) if node.op is None)
    arrows: dict[Node, list[tuple[int, int]]] = {node: [] for node in steps.order}
    for i, (_, head, position) in enumerate(edges):
        arrows[steps.order[head]].append((i, position))
    return Stage(placed, edges, tuple(fixed), leaves, arrows)


def _by_symbol(node: Node, shape: tuple[int, ...]) -> str:
    """Return the line of an operation whose formula is too long for a box."""
    name = node.op.name if node.op is not None else ""
    count = f" of {len(node.inputs)}" if len(node.inputs) > 1 else ""
    return short(f"{lengths(shape)} {name}{count}" if shape else f"{name}{count}")


def _svg(
    steps: Steps,
    stage: Stage,
    state: Sequence[dict[str, str]],
    frame: Frame,
    theme: Theme,
    caption: str = "",
    style: str = "",
) -> str:
    width, height = stage.layout.width, stage.layout.height
    lines: list[str] = []
    if caption:
        width = max(width, 560.0)
        lines = textwrap.wrap(caption, int(width / 8.2))[:8]
    below = height + 22 * len(lines) + (16 if lines else 0)
    live = _live(stage, frame)
    title = f"Backpropagation of {steps.names[steps.root]}, frame {frame.index + 1} of {len(steps)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stage" role="img" '
        f'aria-label="{_attribute(title)}" width="{width:.0f}" height="{below:.0f}" '
        f'viewBox="0 0 {width:.0f} {below:.0f}">',
        f"<title>{_text(title)}</title><desc>{_text(frame.sentence)}</desc>",
        f"<style>{style}</style>" if style else "",
        f"<defs>{_head('head', 9)}{_head('live', 14)}</defs>",
    ]
    if style:
        parts.append(f'<rect width="{width:.0f}" height="{below:.0f}" fill="var(--page)"/>')
    backward = frame.kind == "backward"
    for i, route in enumerate(stage.layout.routes):
        lit, head = (" live", "live") if i in live else ("", "head")
        end = "start" if backward and i in live else "end"
        parts.append(
            f'<path class="edge{lit}" id="e{i}" d="{route.path}" marker-{end}="url(#{head})"/>'
        )
    for i, (place, fixed) in enumerate(zip(stage.layout.places, stage.fixed, strict=True)):
        now = frame.node is not None and steps.order[i] is frame.node
        parts.append(_box(i, place, fixed, state[i], i in stage.leaves, now))
    if backward:
        for i, sent in live.items():
            x, y = stage.layout.routes[i].middle
            parts.append(f'<text class="sent" x="{x:.0f}" y="{y - 6:.0f}">{_text(sent)}</text>')
    for i, line in enumerate(lines):
        y = height + 20 + 22 * i
        parts.append(f'<text class="caption" x="14" y="{y:.0f}">{_text(line)}</text>')
    svg = "".join([*parts, "</svg>"])
    if style and theme != "auto":  # slide programs do not know CSS variables
        colors = palette(theme)
        svg = re.sub(r"var\(--([a-z0-9-]+)\)", lambda match: colors[match[1]], svg)
    return svg


def _head(name: str, size: int) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="{size}" '
        f'markerHeight="{size}" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        f'<path class="head {name}" d="M0 0L10 5L0 10z"/></marker>'
    )


def _box(
    i: int, place: Any, fixed: tuple[str, str, str], now_: dict[str, str], leaf: bool, now: bool
) -> str:
    name, formula, tooltip = fixed
    classes = ["node", now_["state"], *(["leaf"] if leaf else []), *(["now"] if now else [])]
    if now_["color"] == "unset":
        classes.append("unset")
    x, right = _PAD, place.width - _PAD
    lines = [(1, "name", name), (2, "formula", formula)]
    lines += [(3, "value", now_["value"]), (4, "grad", now_["grad"])]
    texts = "".join(
        f'<text class="{kind}" x="{x:.0f}" y="{_LINE * row - 2:.0f}">{_text(written)}</text>'
        for row, kind, written in lines
    )
    return (
        f'<g class="{" ".join(classes)}" id="n{i}" '
        f'transform="translate({place.x:.0f} {place.y:.0f})">'
        f"<title>{_text(short(tooltip, 160))}</title>"
        f'<rect class="box" width="{place.width:.0f}" height="{place.height:.0f}" rx="6"/>'
        f'<rect class="band {now_["color"]}" x="4" y="{_LINE * 3 + 2:.0f}" '
        f'width="{place.width - 8:.0f}" height="{_LINE + 2:.0f}" rx="3"/>{texts}'
        f'<text class="badge" x="{right:.0f}" y="{_LINE - 2:.0f}">{now_["badge"]}</text></g>'
    )


def _live(stage: Stage, frame: Frame) -> dict[int, str]:
    """Return the arrows that a frame is about, each with what is sent along it."""
    if frame.node is None or frame.kind not in ("forward", "backward"):
        return {}
    sent = {edge.position: _sent(edge) for edge in frame.edges}
    return {
        i: sent.get(position, "")
        for i, position in stage.arrows[frame.node]
        if frame.kind == "forward" or position in sent
    }


def _sent(edge: EdgeStep) -> str:
    if np.ndim(edge.contribution):
        return lengths(np.shape(edge.contribution))
    written = number(edge.contribution)
    return written if written.startswith("-") else f"+{written}"


def _states(steps: Steps, made: Sequence[Sequence[Change]], last: int) -> list[dict[str, str]]:
    state = [dict(_BLANK) for _ in steps.order]
    for frame in made[: last + 1]:
        for i, slot, written in frame:
            state[i][slot] = written
    return state


def frame_svg(steps: Steps, index: int, theme: Theme = "auto") -> str:
    """Return one frame as a picture that stands alone, with its sentence below."""
    made, shared = steps.drawing
    frame = steps[index]
    state = _states(steps, made, index)
    return _svg(steps, shared, state, frame, theme, frame.sentence, _style(theme, "stage.css"))


def drawing(steps: Steps) -> tuple[list[list[Change]], Stage]:
    """Return the changes of all frames, and the stage that has room for them.

    Raises TooLargeError beyond 2,500 nodes.
    """
    if len(steps.order) > _MOST_NODES:
        raise TooLargeError(
            f"a player of {len(steps.order):,} nodes is more than the {_MOST_NODES:,} that can be "
            "followed: take fewer samples or a smaller network, read the steps as data or as "
            ".text(), or draw the part nearest to the result with viz.draw"
        )
    made = changes(steps)
    return made, stage(steps, made)


# --- the page -----------------------------------------------------------------------------------


def page(steps: Steps, theme: Theme = "auto") -> str:
    """Return the player as one page of HTML that needs nothing else."""
    made, shared = steps.drawing
    final = _svg(steps, shared, _states(steps, made, len(steps)), steps[-1], theme)
    rows = "".join(
        f"<tr><td>{frame.index + 1}</td><td>{_text(frame.sentence)}</td></tr>" for frame in steps
    )
    largest = _largest(steps)
    all_numbers = all(np.ndim(node.data) == 0 for node in steps.order)  # type: ignore[attr-defined]
    return Template((_HERE / "player.html").read_text(encoding="utf-8")).substitute(
        title=_text(_title(steps)),
        theme=theme,
        style=_style(theme, "stage.css", "player.css"),
        svg=final,
        count=len(steps),
        largest=f", up to {number(largest)}",
        norms="" if all_numbers else "<span>‖…‖: the norm of an array, violet</span>",
        rows=rows,
        open=" open",  # the script closes it: without scripts the text is what there is
        data=_data(steps, made, shared),
        script=(_HERE / "player.js").read_text(encoding="utf-8"),
    )


def notebook_output(steps: Steps) -> str:
    """Return a picture that a script, where scripts may run, replaces by the player.

    Where they may not (an untrusted notebook, GitHub), the picture stays.
    """
    try:
        svg = frame_svg(steps, len(steps) - 1, "auto")
    except TooLargeError as error:
        return f"<p>{_text(str(error))}</p>"
    except EngineError as error:
        return f"<p>{_text(str(error))}</p><pre>{_text(steps.text())}</pre>"
    html = page(steps)
    name = hashlib.sha256(html.encode()).hexdigest()[:16]
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    told = _attribute(f"{_title(steps)}. {steps[-1].sentence}")
    script = Template((_HERE / "notebook.js").read_text(encoding="utf-8")).substitute(
        name=name, page=_in_backticks(html)
    )
    return (
        f'<div class="chainrule-{name}"><img alt="{told}" src="{source}" '
        f'style="max-width:100%;height:auto"></div><script>{script}</script>'
    )


def _title(steps: Steps) -> str:
    how = {
        "naive": ", passing gradients on too early",
        "no_zero_grad": ", twice and without zero_grad()",
    }
    return f"Backpropagation of {steps.names[steps.root]}{how.get(steps.mode, ', step by step')}"


def _data(steps: Steps, made: Sequence[Sequence[Change]], stage: Stage) -> str:
    """Return what `player.js` works with, as JSON that can stand inside a script element."""
    rules: dict[str, int] = {}
    forward_count = sum(frame.kind == "forward" for frame in steps)
    backward_count = sum(frame.kind == "backward" for frame in steps)
    done = {"forward": 0, "backward": 0}
    place = {node: i for i, node in enumerate(steps.order)}
    frames = []
    for frame, changed in zip(steps, made, strict=True):
        if frame.kind in done:
            done[frame.kind] += 1
        phase = {
            "leaves": "what is given",
            "forward": f"forward pass, {done['forward']} of {forward_count}",
            "seed": "the seed",
            "backward": f"backward pass, {done['backward']} of {backward_count}",
            "again": "once more",
            "end": "the result",
        }[frame.kind]
        at = -1 if frame.node is None else place[frame.node]
        spot = stage.layout.places[at]
        live = [
            [i, sent, *(round(x) for x in stage.layout.routes[i].middle)]
            for i, sent in _live(stage, frame).items()
        ]
        frames.append(
            {
                "p": phase,
                "n": at,
                "w": [round(x) for x in (spot.x, spot.y, spot.width, spot.height)],
                "b": int(frame.kind == "backward"),
                "e": live,
                "m": _forward_rule(frame, steps, rules),
                "r": [_row(frame, edge, steps, rules) for edge in frame.edges[:_MOST_ROWS]],
                "x": _rest(frame),
                "q": _question(frame, steps),
                "a": _answers(frame, steps, place),
                "c": [[i, _SLOTS.index(slot), written] for i, slot, written in changed],
            }
        )
    everything = {
        "frames": frames,
        "rules": list(rules),
        "predict": steps.mode == "predict",
        "blank": [_BLANK[slot] for slot in _SLOTS],
    }
    return _in_script(json.dumps(everything, ensure_ascii=False, separators=(",", ":")))


def _in_script(written: str) -> str:
    """Return JSON that cannot end the script element around it."""
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _in_backticks(written: str) -> str:
    """Return text as a JavaScript string, in the quotes that HTML does not use."""
    for sign in ("\\", "`", "${"):
        written = written.replace(sign, f"\\{sign}")
    return "`" + written.replace("</script", "<\\/script") + "`"


def _rule(rules: dict[str, int], formula: str) -> int:
    return rules.setdefault(mathml(formula), len(rules))


def _forward_rule(frame: Frame, steps: Steps, rules: dict[str, int]) -> int:
    """Return the number of the formula `b = a · a = 3.0 · 3.0 = 9.0`."""
    node = frame.node
    if frame.kind != "forward" or node is None:
        return -1
    parts = [latex(Named(steps.names[node])), latex(forward(node, steps.names.__getitem__))]
    if len(parts[1]) > _MOST_LATEX:
        return -1
    if all(np.ndim(getattr(x, "data", x)) == 0 for x in (node, *node.inputs)):
        numbers = latex(forward(node, lambda x: signed(x.data)))  # type: ignore[attr-defined]
        parts += [numbers, signed(node.data).strip("()")]  # type: ignore[attr-defined]
    return _rule(rules, " = ".join(dict.fromkeys(parts)))


def _row(frame: Frame, edge: EdgeStep, steps: Steps, rules: dict[str, int]) -> list[Any]:
    """Return one line of the maths: to whom, the rule, the product, the running sum."""
    node, naming = frame.node, steps.names.__getitem__
    if node is None:
        raise ValueError("only a frame with a node has edges")
    z, x = latex(Named(steps.names[node])), latex(Named(steps.names[edge.input]))
    factor = local(node, edge.position, naming)
    if factor is None or np.ndim(edge.local) or np.ndim(edge.contribution):
        sent = latex(contribution(node, edge.position, "g", naming))
        loss = latex(Named(steps.names[steps.root]))
        formula = rf"{sent} , \quad g = \frac{{\partial {loss}}}{{\partial {z}}}"
        product: str | int = brief(edge.contribution)
        if 1 < np.size(edge.contribution) <= _MOST_ELEMENTS and np.ndim(edge.contribution) < 3:
            product = _rule(rules, matrix(edge.contribution))
    else:
        written = number(factor) if isinstance(factor, int | float) else latex(factor)
        formula = rf"\frac{{\partial {z}}}{{\partial {x}}} = {written}"
        value = edge.local if edge.local is not None else factor
        product = f"{signed(value)} × {signed(frame.upstream)} = {number(edge.contribution)}"
    total = ""
    if edge.before is not None:
        terms = [brief(t) for t in (edge.before, edge.contribution)]
        terms = [f"({t})" if t.startswith("-") else t for t in terms]
        total = f"{' + '.join(terms)} = {brief(edge.total)}"
    return [short(naming(edge.input), 40), _rule(rules, formula), product, total]


def _rest(frame: Frame) -> str:
    more = len(frame.edges) - _MOST_ROWS
    return f"and {more} more operands" if more > 0 else ""


def _question(frame: Frame, steps: Steps) -> str:
    if frame.kind != "backward" or frame.node is None:
        return ""
    name = derivative(steps.root, frame.node, steps.names)
    operands = dict.fromkeys(edge.input for edge in frame.edges[:_MOST_ASKED])
    known = [f"{steps.names[x]} = {array(x.data)}" for x in operands]  # type: ignore[attr-defined]
    return (
        f"The gradient goes back through {equation(frame.node, steps.names)} = "
        f"{array(frame.node.data)}, where {name} = {array(frame.upstream)} "  # type: ignore[attr-defined]
        f"and {', '.join(known)}."
    )


def _answers(frame: Frame, steps: Steps, place: dict[Node, int]) -> list[list[Any]]:
    """Return what is asked in "predict": a gradient, or of an array its shape."""
    asked: dict[Node, list[Any]] = {}
    for edge in frame.edges:
        shape = np.shape(edge.total)
        right = lengths(shape) if shape else repr(float(edge.total))
        name = derivative(steps.root, edge.input, steps.names)
        kind = "shape" if shape else "number"
        asked[edge.input] = [name, right, kind, place[edge.input]]
    return list(asked.values())[:_MOST_ASKED]


def _packed(name: str) -> str:
    return re.sub(r"\s+", " ", (_HERE / name).read_text(encoding="utf-8"))


def _style(theme: Theme, *sheets: str) -> str:
    """Return the style sheets with the colours of a theme, those that they name."""
    bands = [name for name in LIGHT if re.fullmatch(r"zero|(positive|negative|size)-\d", name)]
    css = "".join(f".stage .band.{name}{{fill:var(--{name})}}" for name in bands)
    css = "".join(map(_packed, sheets)) + css
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", css))

    def variables(colors: Mapping[str, str]) -> str:
        return "".join(f"--{name}:{color};" for name, color in colors.items() if name in used)

    if theme != "auto":
        return f":root{{{variables(palette(theme))}}}{css}"
    dark = variables(DARK)
    return (
        f":root{{{variables(LIGHT)}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f":root[data-theme=light]{{{variables(LIGHT)}}}:root[data-theme=dark]{{{dark}}}{css}"
    )


def _text(written: str) -> str:
    return escape(written, quote=False)


def _attribute(written: str) -> str:
    return escape(written)
