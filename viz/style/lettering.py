"""Measure the width of text, and cut it to fit its box."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from autograd import Node
from viz.style.labels import LONGEST, clean

WIDEST = 22  # columns in a box

#: Helvetica, Arial and Liberation Sans have equal widths, so text fits its box on every machine
#: that has one of them.
FONT = "Helvetica,Arial,Liberation Sans,sans-serif"

# The widths of the printable ASCII characters, in thousandths of the font's size.
_WIDTHS = [
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556,) * 10,
    *(278, 278, 584, 584, 584, 556, 1015),
    *(667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833),
    *(722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611),
    *(278, 278, 278, 469, 556, 333),
    *(556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833),
    *(556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500),
    *(334, 260, 334, 584),
]
_WIDE = {"…": 1000, "×": 584, "·": 333, "→": 1000, "∂": 500, "Σ": 650, "−": 584, "÷": 584}
_BOLD = 1.08  # how much wider bold letters are, at most


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line in Helvetica, in the units of its size.

    >>> text_width("0.5", 10.0)
    13.9
    """
    total = sum(map(_WIDTH.__getitem__, text))
    return round(total * size / 1000 * (_BOLD if bold else 1.0), 2)


def short(written: str, most: int = WIDEST) -> str:
    """Cut a text to fit a box, with line breaks and control characters removed.

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
    """Return the most columns of a monospaced font that a text can take."""
    return sum(map(_columns, written))


def _columns(c: str) -> int:
    return 1 if c < "\u2e80" and unicodedata.bidirectional(c) not in ("R", "AL") else 3


class _Widths(dict[str, int]):
    """The width of each letter; an unknown one gets a guess that is rather too wide."""

    def __missing__(self, c: str) -> int:
        self[c] = 1000 if _columns(c) > 1 else 750
        return self[c]


_WIDTH = _Widths({chr(32 + i): width for i, width in enumerate(_WIDTHS)} | _WIDE)


def readable(names: Mapping[Node, str]) -> dict[Node, str]:
    """Return names that fit into a sentence: on one line, and at most 60 columns wide."""
    return {node: short(name, 60) or "unnamed" for node, name in names.items()}


def written(x: float) -> str:
    """Return a length as written in an SVG: in pixels, to a tenth.

    >>> written(12.04), written(3.25)
    ('12', '3.2')
    """
    return f"{x:.1f}".removesuffix(".0")
