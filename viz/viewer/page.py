"""A picture as a page of its own that can be moved, zoomed and searched, with nothing loaded."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from viz.style.colors import Theme
from viz.viewer.frame import color_variables, compact, in_script, packed, role_colors
from viz.viewer.level import Level

#: What opens and closes boxes.
OPENING = ("unpacking.js", "moving.js", "arranging.js", "opening.js")
_HERE = Path(__file__).parent


def viewer_page(level: Level, title: str, theme: Theme) -> str:
    """Return a page that shows a picture and whatever its boxes open into, in the viewer."""
    scripts = [_read("viewer.js"), _read("labels.js"), _read("drawing.js")]
    opens = bool(level.inside or level.closed)
    if opens:
        scripts += [_read(name) for name in OPENING]
    colors = color_variables(theme) + role_colors(theme)
    return Template(_read("viewer.html")).substitute(
        title=escape(title),
        theme=theme,
        style=colors + packed(_read("viewer.css") + _read("drawing.css")),
        svg=level.svg,
        script=compact("\n".join(scripts)),
        data=in_script(level.data()),
    )


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
