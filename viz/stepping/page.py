"""The player as one self-contained HTML page, and as the output of a notebook cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from string import Template

import numpy as np

from viz.engine import EngineError
from viz.graph.selection import TooLargeError
from viz.stepping.changes import Change, sizes_of
from viz.stepping.data import data
from viz.stepping.picture import Pictured, pictured
from viz.stepping.program import program
from viz.stepping.story import Story
from viz.style.colors import Theme
from viz.style.numerals import number
from viz.viewer import read
from viz.viewer.frame import color_variables, framed, packed, role_colors
from viz.viewer.level import pack
from viz.viewer.page import OPENING, learned


def page(
    story: Story,
    made: Sequence[Sequence[Change]],
    theme: Theme = "auto",
    shown: Pictured | None = None,
) -> str:
    """Return the player as one self-contained HTML page.

    shown: the picture, if it exists already.
    """
    shown = shown or pictured(story, made, theme)
    level = shown.level
    rows = "".join(
        f"<tr><td>{frame.index + 1}</td><td>{_text(frame.sentence)}</td></tr>" for frame in story
    )
    most = sizes_of(story).largest
    all_numbers = all(np.ndim(node.data) == 0 for node in story.order)
    source = program(story)
    scripts = ["viewer.js", *["program.js"] * bool(source), "steps.js", "labels.js", "player.js"]
    if level.inside or level.closed:
        scripts = [*OPENING, *scripts]
    drawn = "".join(one.svg + one.closed for _, one in level.walk())
    sheets = "".join(map(read, ("viewer.css", "steps.css", "player.css")))
    return Template(read("player.html")).substitute(
        title=_text(_title(story)),
        theme=theme,
        style=color_variables(theme, swatches=False) + role_colors(theme, drawn) + packed(sheets),
        svg=level.svg,
        source=source,
        count=len(story),
        largest=f", up to {number(most)}",
        norms="" if all_numbers else "<span>‖…‖: the norm of an array, violet</span>",
        rows=rows,
        open=" open",  # the script closes it: without scripts only the text is shown
        data=pack(data(story, made, shown)),
        script=learned(tuple(map(read, scripts)), "startPlayer"),
    )


def notebook_output(story: Story, made: Callable[[], Sequence[Sequence[Change]]]) -> str:
    """Return a picture that a script, where scripts may run, replaces by the player.

    Where scripts may not run (an untrusted notebook, GitHub), the picture stays.
    """
    try:
        shown = pictured(story, made(), "auto")
    except TooLargeError as error:
        return f"<p>{_text(str(error))}</p>"
    except EngineError as error:
        return f"<p>{_text(str(error))}</p><pre>{_text(story.text())}</pre>"
    told = f"{_title(story)}. {story[-1].sentence}"
    return framed(shown.level.svg, told, page(story, made(), shown=shown))


def _title(story: Story) -> str:
    how = {
        "naive": ", passing gradients on too early",
        "no_zero_grad": ", twice and without zero_grad()",
    }
    return f"Backpropagation of {story.names[story.root]}{how.get(story.mode, ', step by step')}"


def _text(written: str) -> str:
    return escape(written, quote=False)
