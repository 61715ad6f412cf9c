"""Make a story play by itself: an SVG animated only by its style sheet.

So it runs where scripts do not: in a README, in Markdown, in slides. Every number is in the picture
from the start; a frame only determines which are visible. If the reader prefers reduced motion
(`prefers-reduced-motion`), only the last frame is shown, with all numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from viz.stepping.changes import UNSET
from viz.stepping.frames import Frame
from viz.stepping.stage import LINE, PAD, StagedStory
from viz.stepping.story import Story
from viz.stepping.svg import kinds_of, label, live, slots_of, styled
from viz.style.colors import Theme, palette

_SECONDS = 1.3  # for each frame
_PAUSE = 3  # frames for which the end is shown before it restarts
_CAPTION = 90  # characters of a sentence

_MOTION = """
.once{opacity:0}.once.last{opacity:1}.pulse{fill:none;stroke:var(--focus);stroke-width:5;
stroke-linecap:round;stroke-dasharray:9 200;opacity:0}.ring{fill:none;stroke:var(--focus);
stroke-width:4;opacity:0}.stage .caption{font-size:14px}
"""


def animated_svg(story: Story, drawn: StagedStory, theme: Theme = "auto") -> str:
    """Return the story as an SVG that plays by itself in a loop."""
    return _Film(story, drawn).svg(theme)


class _Film:
    def __init__(self, story: Story, drawn: StagedStory) -> None:
        self.story, (self.changes, self.stage) = story, drawn
        self.frames = len(story)
        self.moments: dict[str, str] = {}  # a name for each span of frames: its key frames

    def svg(self, theme: Theme) -> str:
        """Return the whole picture."""
        layout = self.stage.layout
        width, height = max(layout.width, 640.0), layout.height + 34
        parts = [*self._lines(), *self._boxes(), *self._captions(layout.height + 22)]
        style = styled(theme, "stage.css") + re.sub(r"\n", "", _MOTION) + self._motion()
        title = f"Backpropagation of {self.story.names[self.story.root]}, playing by itself"
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="stage" role="img" '
            f'aria-label="{escape(title)}" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}"><title>{escape(title)}</title>'
            f"<desc>{escape(self.story[-1].sentence)}</desc><style>{style}</style>"
            '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" '
            'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
            '<path class="head" d="M0 0L10 5L0 10z"/></marker></defs>'
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="var(--page)"/>'
            f"{''.join(parts)}</svg>"
        )
        if theme == "auto":
            return svg
        colors = palette(theme)
        return re.sub(r"var\(--([a-z0-9-]+)\)", lambda match: colors[match[1]], svg)

    # What is visible when.

    def _span(self, start: int, end: int | None = None, kind: str = "s") -> str:
        """Return the class of what is visible from `start` to `end`; None means the last frame."""
        last = end is None
        name = f"{kind}{start}-{'end' if end is None else end}"
        if name not in self.moments:
            self.moments[name] = self._key_frames(kind, start, self.frames if last else end or 0)
        return f"once {name}{' last' if last and kind == 's' else ''}"

    def _key_frames(self, kind: str, start: int, end: int) -> str:
        whole = self.frames + _PAUSE
        until = whole if end >= self.frames else end
        a, b = (100 * start / whole, 100 * until / whole)
        if kind in "fb":  # a pulse runs along its line, forward or backward
            first, then = ("9", "-100") if kind == "f" else ("-100", "9")
            return (
                f"0%,{a:.2f}%{{opacity:0;stroke-dashoffset:{first}}}"
                f"{a + 0.01:.2f}%{{opacity:1;stroke-dashoffset:{first}}}"
                f"{b - 0.02:.2f}%{{opacity:1;stroke-dashoffset:{then}}}"
                f"{b:.2f}%,100%{{opacity:0;stroke-dashoffset:{then}}}"
            )
        before = f"0%,{a:.2f}%{{opacity:0}}" if start else ""
        after = f"{b:.2f}%,100%{{opacity:0}}" if until < whole else ""
        shown_to = f"{b - 0.01:.2f}" if until < whole else "100"
        return f"{before}{a + 0.01 if start else 0:.2f}%,{shown_to}%{{opacity:1}}{after}"

    def _motion(self) -> str:
        seconds = (self.frames + _PAUSE) * _SECONDS
        rules = "".join(
            f".{name}{{animation:{name} {seconds:.1f}s linear infinite}}" for name in self.moments
        )
        keys = "".join(f"@keyframes {name}{{{key}}}" for name, key in self.moments.items())
        return f"{keys}@media(prefers-reduced-motion:no-preference){{{rules}}}"

    # What is drawn.

    def _lines(self) -> Iterator[str]:
        for route in self.stage.layout.routes:
            yield f'<path class="edge" d="{route.path}" marker-end="url(#head)"/>'
        for frame in self.story:
            yield from self._pulses(frame)

    def _pulses(self, frame: Frame) -> Iterator[str]:
        kind = "b" if frame.kind == "backward" else "f"
        for i, told in live(self.stage, frame).items():
            route = self.stage.layout.routes[i]
            if not route.path:
                continue
            when = self._span(frame.index, frame.index + 1, kind).split()[-1]
            yield f'<path class="pulse {when}" pathLength="100" d="{route.path}"/>'
            if told and kind == "b":
                yield label(self.stage, i, told, self._span(frame.index, frame.index + 1))

    def _boxes(self) -> Iterator[str]:
        history: dict[tuple[int, str], list[tuple[int, str]]] = {}
        for k, made in enumerate(self.changes):
            for i, slot, written in made:
                history.setdefault((i, slot), []).append((k, written))
        acts: dict[int, list[int]] = {}
        place = {node: i for i, node in enumerate(self.story.order)}
        for frame in self.story:
            if frame.node is not None and frame.kind in ("forward", "seed", "backward"):
                acts.setdefault(place[frame.node], []).append(frame.index)
        order = sorted(range(len(self.story.order)), key=lambda i: i in self.stage.feet)
        for i in order:
            yield self._box(i, history, acts.get(i, []))

    def _box(
        self,
        i: int,
        history: Mapping[tuple[int, str], Sequence[tuple[int, str]]],
        acts: Sequence[int],
    ) -> str:
        at, (name, formula, _) = self.stage.layout.places[i], self.stage.fixed[i]
        plate = i in self.stage.plates or i in self.stage.feet
        (value_x, value_y), (grad_x, grad_y), band = slots_of(self.stage, i)
        size = f'width="{at.width:.0f}" height="{at.height:.0f}" rx="6"'
        parts = [f'<rect class="box" {size}/>']
        if not plate:
            parts.append(
                f'<text class="name" x="{PAD:.0f}" y="{LINE - 2:.0f}">{_text(name)}</text>'
            )
            at_formula = f'x="{PAD:.0f}" y="{2 * LINE - 2:.0f}"'
            parts.append(f'<text class="formula" {at_formula}>{_text(formula)}</text>')
        for k, written in history.get((i, "value"), []):
            told = written.removeprefix("= ") if plate else written
            parts.append(
                f'<text class="value {self._span(k)}" x="{value_x:.0f}" y="{value_y:.0f}">'
                f"{_text(told)}</text>"
            )
        colors = dict(history.get((i, "color"), []))
        told_ = history.get((i, "grad"), [])
        for n, (k, written) in enumerate(told_):
            end = told_[n + 1][0] if n + 1 < len(told_) else None
            if written == UNSET:
                continue
            parts.append(
                f'<g class="{self._span(k, end)}"><rect class="band {colors.get(k, "zero")}" '
                f'x="{band:.0f}" y="{grad_y - LINE + 4:.0f}" width="{at.width - band - 3:.0f}" '
                f'height="{LINE}"/><text class="grad" x="{grad_x:.0f}" y="{grad_y:.0f}">'
                f"{_text(written)}</text></g>"
            )
        for k in acts:
            when = self._span(k, k + 1).split()[-1]
            parts.append(f'<rect class="ring {when}" {size}/>')
        kinds = " ".join([*["leaf"] * (i in self.stage.leaves), *kinds_of(self.stage, i)])
        return (
            f'<g class="node {kinds}" transform="translate({at.x:.0f} {at.y:.0f})">'
            f"{''.join(parts)}</g>"
        )

    def _captions(self, y: float) -> Iterator[str]:
        for frame in self.story:
            end = None if frame.index == self.frames - 1 else frame.index + 1
            said = re.split(r"(?<=[.:]) (?=[A-Z])", frame.sentence)[0]
            if len(said) > _CAPTION:
                said = said[: _CAPTION - 1] + "…"
            yield (
                f'<text class="caption {self._span(frame.index, end)}" x="14" y="{y:.0f}">'
                f"{_text(said)}</text>"
            )


def _text(written: str) -> str:
    return escape(written, quote=False)
