"""Draw one frame of a story as SVG: the shared drawing in the state after that frame."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from viz.stepping.changes import states
from viz.stepping.frames import Frame
from viz.stepping.stage import LINE, PAD, Stage, StagedStory, sent
from viz.stepping.story import Story
from viz.style.colors import DARK, LIGHT, Theme, palette
from viz.style.lettering import short
from viz.viewer import sheet


def frame_svg(story: Story, drawn: StagedStory, index: int, theme: Theme = "auto") -> str:
    """Return one frame as a standalone picture, with its sentence below."""
    made, shared = drawn
    frame = story[index]
    state = states(story, made, index)
    return stage_svg(story, shared, state, frame, theme, frame.sentence, styled(theme, "stage.css"))


def stage_svg(
    story: Story,
    stage: Stage,
    state: Sequence[dict[str, str]],
    frame: Frame,
    theme: Theme,
    caption: str = "",
    style: str = "",
) -> str:
    """Return the drawing with the boxes in a given `state` and the arrows of a frame lit up.

    caption: the text below the picture. style: a style sheet, for a standalone picture.
    """
    width, height = stage.layout.width, stage.layout.height
    lines: list[str] = []
    if caption:
        width = max(width, 560.0)
        lines = textwrap.wrap(caption, int(width / 8.2))[:8]
    below = height + 22 * len(lines) + (16 if lines else 0)
    lit_up = live(stage, frame)
    title = f"Backpropagation of {story.names[story.root]}, frame {frame.index + 1} of {len(story)}"
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
        lit, head = (" live", "live") if i in lit_up else ("", "head")
        end = "start" if backward and i in lit_up else "end"
        parts.append(
            f'<path class="edge{lit}" id="e{i}" d="{route.path}" marker-{end}="url(#{head})"/>'
        )
    boxes = zip(stage.layout.places, stage.fixed, strict=True)
    for i, (place, fixed) in sorted(enumerate(boxes), key=lambda box: box[0] in stage.feet):
        now = frame.node is not None and story.order[i] is frame.node
        kinds = [k for k, so in (("leaf", i in stage.leaves), ("now", now)) if so]
        parts.append(_box(i, place, fixed, state[i], [*kinds, *kinds_of(stage, i)], stage))
    if backward:
        parts += [label(stage, i, told) for i, told in lit_up.items() if told]
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


def label(stage: Stage, arrow: int, told: str, when: str = "") -> str:
    """Return the text on an arrow; `when` is the class for the time that it is visible."""
    ground = stage.ground(arrow, told)
    lines = "".join(
        f'<text class="sent" x="{x:.0f}" y="{y:.0f}">{_text(line)}</text>'
        for x, y, line in stage.told(arrow, told)
    )
    return (
        f'<g class="label {when}"><rect class="ground" x="{ground.x:.0f}" y="{ground.y:.0f}" '
        f'width="{ground.width:.0f}" height="{ground.height:.0f}"/>{lines}</g>'
    )


def kinds_of(stage: Stage, i: int) -> list[str]:
    """Return the kinds of a box besides its state: a weight on its wire, a bias in its neuron."""
    return ["plate"] if i in stage.plates else ["plate", "foot"] if i in stage.feet else []


def slots_of(stage: Stage, i: int) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Return the places of a box's value and gradient, and where the gradient's band begins."""
    place = stage.layout.places[i]
    if i in stage.plates:  # side by side
        return (PAD, LINE - 2), (place.width - PAD, LINE - 2), stage.plates[i] - 4
    if i in stage.feet:
        return (place.width / 2, LINE - 2), (place.width / 2, 2 * LINE - 2), 2.0
    return (PAD, 3 * LINE - 2), (PAD, 4 * LINE - 2), 3.0


def _box(
    i: int,
    place: Any,
    fixed: tuple[str, str, str],
    now_: dict[str, str],
    kinds: Sequence[str],
    stage: Stage,
) -> str:
    """Return one box; a "plate" is a weight or a bias, with only its number and gradient."""
    name, formula, tooltip = fixed
    classes = ["node", now_["state"], *kinds]
    if now_["color"] == "unset":
        classes.append("unset")
    plate = "plate" in kinds
    (value_x, value_y), (grad_x, grad_y), band = slots_of(stage, i)
    lines = (
        [] if plate else [(PAD, LINE - 2, "name", name), (PAD, 2 * LINE - 2, "formula", formula)]
    )
    value = now_["value"].removeprefix("= ") if plate else now_["value"]
    lines += [(value_x, value_y, "value", value), (grad_x, grad_y, "grad", now_["grad"])]
    texts = "".join(
        f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}">{_text(written)}</text>'
        for x, y, kind, written in lines
    )
    return (
        f'<g class="{" ".join(classes)}" id="n{i}" '
        f'transform="translate({place.x:.0f} {place.y:.0f})">'
        f"<title>{_text(short(tooltip, 160))}</title>"
        f'<rect class="box" width="{place.width:.0f}" height="{place.height:.0f}" rx="6"/>'
        f'<rect class="band {now_["color"]}" x="{band:.0f}" y="{grad_y - LINE + 4:.0f}" '
        f'width="{place.width - band - 3:.0f}" height="{LINE}"/>{texts}'
        f'<text class="badge" x="{place.width - PAD:.0f}" y="{LINE - 2:.0f}">'
        f"{'' if plate else now_['badge']}</text></g>"
    )


def live(stage: Stage, frame: Frame) -> dict[int, str]:
    """Return the arrows that a frame is about, with what is sent along each."""
    if frame.node is None or frame.kind not in ("forward", "backward"):
        return {}
    told = {edge.position: sent(edge, frame.upstream) for edge in frame.edges}
    apart = {*stage.plates, *stage.feet}
    return {
        i: "" if stage.edges[i][0] in apart else told.get(position, "")
        for i, position in stage.arrows[frame.node]
        if frame.kind == "forward" or position in told
    }


def styled(theme: Theme, *sheets: str) -> str:
    """Return the style sheets with those colours of a theme that they name."""
    bands = [name for name in LIGHT if re.fullmatch(r"zero|(positive|negative|size)-\d", name)]
    css = "".join(f".stage .band.{name}{{fill:var(--{name})}}" for name in bands)
    css = "".join(map(sheet, sheets)) + css
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
