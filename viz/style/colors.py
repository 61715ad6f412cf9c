"""The colours: a light and a dark palette with the same roles.

Gradients are coloured from blue (negative) through white (0) to orange (positive), symmetric about
0, a pair that people with the common kinds of colour blindness can distinguish. Sizes without a
sign, such as norms, run from white to violet. Every colour behind text has a contrast of at least
4.5 to that text (WCAG 2.1, 1.4.3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

Theme = Literal["light", "dark", "auto"]

#: The number of colour steps on each side of 0.
LEVELS = 4

# No two roles share a light colour, because `svg` recognizes a role by its colour.
LIGHT: Mapping[str, str] = {
    "page": "#ffffff",
    "text": "#1c2128",
    "muted": "#57606a",
    "line": "#8c959f",
    "box": "#fdfdfe",
    "leaf": "#e9f3ec",
    "constant": "#f3f4f6",
    "closed": "#eceef8",
    "chip": "#3c4657",
    "chip-text": "#fefefe",
    "unset": "#f7f7f5",
    "zero": "#fffffe",
    "group-0": "#f8f9fb",
    "group-1": "#f1f3f7",
    "group-2": "#e8ebf1",
    "group-line": "#b9c1cc",
    "edge": "#768390",
    "notice": "#fff4c2",
    "broken": "#ffdad6",
    "broken-line": "#b3261e",
    "focus": "#a3116b",
    "edge-negative": "#1f6fb5",
    "edge-positive": "#c25e00",
    "edge-size": "#7a4fb5",
    "negative-1": "#d6e7f8",
    "negative-2": "#a9cef2",
    "negative-3": "#7ab4e9",
    "negative-4": "#549cdf",
    "positive-1": "#fbe4ca",
    "positive-2": "#f7c990",
    "positive-3": "#f1aa58",
    "positive-4": "#e68f36",
    "size-1": "#e9def7",
    "size-2": "#d2bdef",
    "size-3": "#bb9be6",
    "size-4": "#a57edb",
}

DARK: Mapping[str, str] = {
    "page": "#14171c",
    "text": "#eceff3",
    "muted": "#a9b3be",
    "line": "#6b7683",
    "box": "#1e232b",
    "leaf": "#1f3327",
    "constant": "#262b33",
    "closed": "#272c48",
    "chip": "#4a5666",
    "chip-text": "#fefefe",
    "unset": "#23262b",
    "zero": "#101216",
    "group-0": "#191d24",
    "group-1": "#20252e",
    "group-2": "#282e39",
    "group-line": "#4b5563",
    "edge": "#8793a0",
    "notice": "#4d4210",
    "broken": "#58191c",
    "broken-line": "#ff8a80",
    "focus": "#ff8bcb",
    "edge-negative": "#6db3f2",
    "edge-positive": "#f0a04b",
    "edge-size": "#b794f0",
    "negative-1": "#1b2d42",
    "negative-2": "#1d3e60",
    "negative-3": "#1f5080",
    "negative-4": "#22629d",
    "positive-1": "#3a2915",
    "positive-2": "#573813",
    "positive-3": "#734610",
    "positive-4": "#8c520c",
    "size-1": "#2c2340",
    "size-2": "#3d2e5e",
    "size-3": "#4f3a7d",
    "size-4": "#62489b",
}


def palette(theme: Theme) -> Mapping[str, str]:
    """Return the colours by role; "auto" starts from the light ones."""
    if theme not in ("light", "dark", "auto"):
        raise ValueError(f"theme must be 'light', 'dark' or 'auto', not {theme!r}")
    return DARK if theme == "dark" else LIGHT


def level(size: float, largest: float) -> int:
    """Return the strength of a colour, from -4 to 4; 0 is only for exactly 0 (and nan).

    >>> [level(x, 8.0) for x in (-8.0, -1e-9, 0.0, 3.0, 8.0)]
    [-4, -1, 0, 2, 4]
    """
    if size == 0 or math.isnan(size):
        return 0
    if math.isinf(size) or not largest:
        strength = LEVELS
    else:
        strength = min(LEVELS, max(1, math.ceil(LEVELS * abs(size) / largest)))
    return strength if size > 0 else -strength


def role(size: float, largest: float, signed: bool = True) -> str:
    """Return the colour role of a gradient.

    >>> role(-3.0, 3.0), role(0.0, 3.0), role(1.0, 3.0, signed=False)
    ('negative-4', 'zero', 'size-2')
    """
    strength = level(size, largest)
    if strength == 0:
        return "zero"
    if not signed:
        return f"size-{abs(strength)}"
    return f"{'positive' if strength > 0 else 'negative'}-{abs(strength)}"
