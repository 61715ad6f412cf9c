"""Embed a page with scripts in another page: a picture that is upgraded to a frame.

Where scripts run (a trusted notebook), the picture is replaced by a frame isolated from the page
around it: typing inside does not reach Jupyter, and nothing inside can touch the notebook. Where
scripts do not run, the picture stays.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from viz.style.colors import DARK, LIGHT, Theme, palette

#: A comment after code; with a quotation mark it may be text.
_COMMENT = re.compile(r"\s+// [^\"'`]*$")
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_SPACED = re.compile(r" *([=<>,;:?(){}&|!*%]) *")
_HERE = Path(__file__).parent


def framed(svg: str, alt: str, html: str) -> str:
    """Return the picture as an `<img>`, and the script that replaces it by the page."""
    name = hashlib.sha256(html.encode()).hexdigest()[:16]
    html = html.replace(svg, "<!--picture-->", 1)
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    script = Template((_HERE / "notebook.js").read_text(encoding="utf-8")).substitute(
        name=name, page=_in_backticks(html)
    )
    return (
        f'<div class="chainrule-{name}"><img alt="{escape(alt)}" src="{source}" '
        f'style="max-width:100%;height:auto"></div><script>{script}</script>'
    )


def words(text: str) -> str:
    """Return a picture of a line of text, for a page that has no picture without scripts."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="64" role="img">'
        f'<text x="8" y="38" font-family="sans-serif" font-size="16">{escape(text)}</text></svg>'
    )


def compact(script: str) -> str:
    r"""Return a script without indentation, comments and the spaces around operators.

    >>> compact("// what it does\nif (x) {\n  y(); // why\n}\n")
    'if(x){\ny();\n}'
    """
    lines = (_COMMENT.sub("", line).strip() for line in script.splitlines())
    return "\n".join(_tight(line) for line in lines if line and not line.startswith("//"))


def _tight(line: str) -> str:
    """Return a line without spaces around operators, unchanged if it may contain a pattern."""
    if "`" in line or "/" in line:
        return line
    parts = _QUOTED.split(line)  # code and text alternate
    return "".join(_SPACED.sub(r"\1", p) if k % 2 == 0 else p for k, p in enumerate(parts))


def packed(sheet: str) -> str:
    r"""Return a style sheet on one line, without its comments.

    >>> packed("/* why */\na { color: red; }\n")
    'a{color:red}'
    """
    sheet = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    return re.sub(r" ?([{};,]) ?|(?<=:) ", r"\1", sheet).replace(";}", "}").strip()


def in_script(x: Any) -> str:
    r"""Return lists, dicts and texts as JavaScript that cannot end the script element around it.

    >>> print(in_script(["</script>", 1]))
    ["\u003c/script>",1]
    """
    written = json.dumps(x, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _in_backticks(written: str) -> str:
    """Return text as a JavaScript string, in the quotes that HTML does not use."""
    for sign in ("\\", "`", "${"):
        written = written.replace(sign, f"\\{sign}")
    return "`" + written.replace("</script", "<\\/script").replace("<!--s", "<\\!--s") + "`"


def color_variables(theme: Theme, swatches: bool = True) -> str:
    """Return a style sheet that names each colour of a theme: `var(--page)`.

    swatches: whether a `.swatch` has the colour of its class.
    """

    def variables(colors: Mapping[str, str]) -> str:
        return "".join(f"--{name}:{color};" for name, color in colors.items())

    patches = "".join(
        f".swatch.{name}{{background:var(--{name})}}"
        for name in LIGHT
        if name[-1].isdigit() and swatches
    )
    if theme != "auto":
        return f":root{{{variables(palette(theme))}}}{patches}"
    dark = variables(DARK)
    return (
        f":root{{{variables(LIGHT)}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f":root[data-theme=light]{{{variables(LIGHT)}}}:root[data-theme=dark]{{{dark}}}{patches}"
    )


def role_colors(theme: Theme, written: str = "") -> str:
    """Return a style sheet that colours elements by role: `f-leaf` has the fill of a leaf.

    written: the pictures; the sheet has only the roles in them. By default, it has all.
    """
    if theme != "auto":  # the colours are in the picture
        return ""
    at = ":is(#stage,#legend)"
    kinds = (("f", "fill"), ("s", "stroke"))
    rules = [(f"{k}-{r}", f"{at} .{k}-{r}{{{a}:var(--{r})}}") for r in LIGHT for k, a in kinds]
    marked = set(re.findall(r"[fs]-[a-z][a-z0-9-]*", written))
    return "".join(rule for name, rule in rules if not written or name in marked)
