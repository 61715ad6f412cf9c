"""The player as one page of HTML that asks nobody for anything, and as what a notebook shows."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from string import Template

import numpy as np

from viz.engine import EngineError
from viz.graph.selection import TooLargeError
from viz.stepping.changes import sizes_of, states
from viz.stepping.data import data
from viz.stepping.program import program
from viz.stepping.stage import Drawn
from viz.stepping.story import Story
from viz.stepping.svg import frame_svg, stage_svg, styled
from viz.style.colors import Theme
from viz.style.numerals import number
from viz.viewer import read
from viz.viewer.frame import compact, framed


def page(story: Story, drawn: Drawn, theme: Theme = "auto", picture: str = "") -> str:
    """Return the player as one page of HTML that needs nothing else.

    picture: the last frame, where it is there already; the script takes its caption away.
    """
    made, shared = drawn
    final = picture or stage_svg(story, shared, states(story, made, len(story)), story[-1], theme)
    rows = "".join(
        f"<tr><td>{frame.index + 1}</td><td>{_text(frame.sentence)}</td></tr>" for frame in story
    )
    most = sizes_of(story).largest
    all_numbers = all(np.ndim(node.data) == 0 for node in story.order)
    return Template(read("player.html")).substitute(
        title=_text(_title(story)),
        theme=theme,
        style=styled(theme, "viewer.css", "stage.css", "player.css"),
        svg=final,
        source=program(story),
        count=len(story),
        largest=f", up to {number(most)}",
        norms="" if all_numbers else "<span>‖…‖: the norm of an array, violet</span>",
        rows=rows,
        open=" open",  # the script closes it: without scripts the text is what there is
        data=data(story, made, shared),
        script=compact(read("viewer.js") + read("program.js") + read("player.js")),
    )


def notebook_output(story: Story, drawn: Callable[[], Drawn]) -> str:
    """Return a picture that a script, where scripts may run, replaces by the player.

    Where they may not (an untrusted notebook, GitHub), the picture stays.
    """
    try:
        svg = frame_svg(story, drawn(), len(story) - 1, "auto")
    except TooLargeError as error:
        return f"<p>{_text(str(error))}</p>"
    except EngineError as error:
        return f"<p>{_text(str(error))}</p><pre>{_text(story.text())}</pre>"
    told = f"{_title(story)}. {story[-1].sentence}"
    return framed(svg, told, page(story, drawn(), picture=svg))


def _title(story: Story) -> str:
    how = {
        "naive": ", passing gradients on too early",
        "no_zero_grad": ", twice and without zero_grad()",
    }
    return f"Backpropagation of {story.names[story.root]}{how.get(story.mode, ', step by step')}"


def _text(written: str) -> str:
    return escape(written, quote=False)
