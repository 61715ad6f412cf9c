"""A picture as a page of its own that can be moved, zoomed and searched, with nothing loaded."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

from viz.style.colors import Theme
from viz.viewer.frame import color_variables, compact, in_script, packed, role_colors
from viz.viewer.level import Level, pack

#: What opens and closes boxes.
OPENING = ("moving.js", "arranging.js", "opening.js")
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
        script=learned(tuple(scripts), "startViewer"),
        data=in_script(level.data()),
    )


@lru_cache(maxsize=16)
def learned(scripts: tuple[str, ...], start: str, function: str = "") -> str:
    """Return the code that unpacks a page's scripts, and resolves `learned` when they are there.

    Packed, scripts take a third of the room. A page that cannot unpack them stays a still picture.

    start: the name by which the page calls one function of the scripts; `function` is the name that
    it has in them, if another.
    """
    code = compact("\n".join(scripts))
    code = f"window.{start}=(()=>{{\n{code}\nreturn {function or start};\n}})();"
    return f'{compact(_read("unpacking.js"))}\nwindow.learned=learn("{pack(code)}");'


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
