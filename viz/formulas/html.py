"""Write a derivation as HTML with MathML, for pages that show Markdown without its formulas."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from viz.formulas.math_text import mathml


def html(markdown: str) -> str:
    r"""Return what an `Explanation` wrote as Markdown, with its formulas as MathML.

    >>> html("1. $a < b$\n\n   $$a^2$$")
    '<p>1. <math>...</math></p><p><math display="block">...</math></p>'
    """
    blocks = [" ".join(block.split()) for block in markdown.split("\n\n")]
    return "".join(f"<p>{_line(block)}</p>" for block in blocks if block)


def mime(explanation: Any) -> tuple[str, str]:
    """Return what marimo shows for an `Explanation`: its Markdown would not typeset formulas."""
    return "text/html", html(explanation.markdown())


def _line(text: str) -> str:
    # Text between dollars is a formula; the rest is words.
    parts = re.split(r"(`[^`]+`|\$\$.+?\$\$|\$.+?\$)", text)
    return "".join(map(_part, parts))


def _part(part: str) -> str:
    if part.startswith("`"):
        return f"<code>{escape(part.strip('`'))}</code>"
    return mathml(part.strip("$"), part.startswith("$$")) if part[:1] == "$" else escape(part)
