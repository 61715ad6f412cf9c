"""A picture as a page of its own: moved, zoomed, searched, its paths lit, with nothing loaded."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from viz.style.colors import Theme
from viz.viewer.frame import color_variables, compact, in_script, packed

_HERE = Path(__file__).parent


def viewer_page(
    svg: str,
    title: str,
    theme: Theme,
    ends: Mapping[str, tuple[str, str]],
    names: Mapping[str, str],
) -> str:
    """Return a page that shows a picture in the viewer.

    svg: the picture; its boxes are `g.node` with an id, its arrows `g.edge`.
    ends: of each arrow's id its source and target, for the paths that are lit.
    names: of each box's id what it is called, for the search.
    """
    scripts = [_read("viewer.js"), _read("drawing.js")]
    return Template(_read("viewer.html")).substitute(
        title=escape(title),
        theme=theme,
        style=color_variables(theme) + packed(_read("viewer.css") + _read("drawing.css")),
        svg=svg,
        script=compact("\n".join(scripts)),
        data=in_script({"ends": dict(ends), "names": dict(names)}),
    )


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
