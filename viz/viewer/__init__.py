"""Show pictures in pages: the page, its script and its style, and what survives in a notebook."""

import re
from pathlib import Path

from viz.viewer.embed import image, page, upgraded

__all__ = ["image", "page", "read", "sheet", "upgraded"]

_HERE = Path(__file__).parent


def read(name: str) -> str:
    """Return the text of one of a page's files, such as `player.js`."""
    return (_HERE / name).read_text(encoding="utf-8")


def sheet(name: str) -> str:
    """Return a style sheet on one line."""
    return re.sub(r"\s+", " ", read(name))
