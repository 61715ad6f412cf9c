"""What the diagrams among the lecture's pictures are made of: neurons, boxes, arrows, colours."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

BLUE, ORANGE, GREEN, RED, INK, GREY = (
    "#0072B2",
    "#D98200",
    "#007A5A",
    "#C04A00",
    "#1D2430",
    "#6B7480",
)
PALE_BLUE, PALE_ORANGE, PALE_GREEN, PALE_GREY = "#DCEBF5", "#FBE9CC", "#DDF0E8", "#EEF0F2"


def canvas(width: float, height: float) -> tuple[Any, Any]:
    """Return a figure whose units are the same in both directions, without axes."""
    figure, ax = plt.subplots(figsize=(width, height))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return figure, ax


def circle(
    ax: Any, x: float, y: float, text: str = "", r: float = 0.34, face: str = PALE_BLUE, **line: Any
) -> None:
    """Draw a neuron."""
    edge = {"edgecolor": BLUE, "linewidth": 1.8} | line
    ax.add_patch(plt.Circle((x, y), r, facecolor=face, zorder=3, **edge))
    ax.text(x, y, text, ha="center", va="center", fontsize=14, color=INK, zorder=4)


def box(ax: Any, x: float, y: float, text: str, width: float = 1.1, face: str = PALE_GREY) -> None:
    """Draw an operation."""
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - 0.34),
            width,
            0.68,
            boxstyle="round,pad=0.02,rounding_size=0.12",
            facecolor=face,
            edgecolor=GREY,
            linewidth=1.4,
            zorder=3,
        )
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=14, color=INK, zorder=4)


def arrow(
    ax: Any,
    start: tuple[float, float],
    end: tuple[float, float],
    text: str = "",
    color: str = GREY,
    *,
    bend: float = 0.0,
    width: float = 1.8,
    shift: tuple[float, float] = (0, 0.22),
    gap: float = 14,
    gap_end: float | None = None,
    **style: Any,
) -> None:
    """Draw an arrow from one place to another, with a text in its middle."""
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=16,
            color=color,
            linewidth=width,
            connectionstyle=f"arc3,rad={bend}",
            shrinkA=gap,
            shrinkB=gap if gap_end is None else gap_end,
            zorder=2,
            **style,
        )
    )
    if text:
        x, y = (start[0] + end[0]) / 2 + shift[0], (start[1] + end[1]) / 2 + shift[1]
        ax.text(x, y, text, ha="center", va="center", fontsize=13, color=color, zorder=5)


def column(x: float, count: int, middle: float, step: float = 0.95) -> list[tuple[float, float]]:
    """Return the places of a layer's neurons, from top to bottom."""
    return [(x, middle + step * ((count - 1) / 2 - i)) for i in range(count)]
