"""Text for the boxes of the player: how wide it is at most, and how it is cut to fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from autograd import Node
from viz.style.labels import LONGEST, clean

WIDEST = 22  # columns in a box


def short(written: str, most: int = WIDEST) -> str:
    """Cut a text for a box; line breaks and control characters are taken out.

    >>> short("layers.0.weight[2,1]"), short("a" * 30)
    ('layers.0.weight[2,1]', 'aaaaaaaaaaaaaaaaaaaaa…')
    """
    cleaned = clean(written, max(most, LONGEST))
    width = 0
    for i, c in enumerate(cleaned):
        width += _columns(c)
        if width > most:
            return f"{cleaned[: i - 1]}…"
    return cleaned


def width_of(written: str) -> int:
    """Return how many columns of a monospaced font a text takes, at most."""
    return sum(map(_columns, written))


def _columns(c: str) -> int:
    return 1 if c < "\u2e80" and unicodedata.bidirectional(c) not in ("R", "AL") else 3


def readable(names: Mapping[Node, str]) -> dict[Node, str]:
    """Return names that fit into a sentence: on one line, and not longer than 60 columns."""
    return {node: short(name, 60) or "unnamed" for node, name in names.items()}
