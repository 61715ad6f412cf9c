"""Show why L1 gives exact zeros and L2 does not: the budget of weights and the loss around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.trace_hooks import numbers
from viz.plots import canvas
from viz.style.numerals import number

#: name: the boundary of the unit ball in the direction of a unit vector, sign, colour, dash.
_BALLS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str, str, str]] = {
    "l1": (lambda u: u / np.abs(u).sum(axis=0), "|w₁| + |w₂| ≤ {}", canvas.BLUE, "-"),
    "l2": (lambda u: u, "w₁² + w₂² ≤ {}", canvas.RED, "--"),
}


def penalty_balls(
    loss: Callable[[Any, Any], Any] | None = None,
    *,
    budget: float = 1.0,
    penalties: Sequence[str] = ("l1", "l2"),
    extent: float = 2.6,
    ax: Any = None,
) -> canvas.Axes:
    """Draw the L1 and L2 balls with the contours of a loss, and the best point in each.

    loss: a function of two weights, run on `Tensor`s; by default a valley whose lowest
        point is at (0.7, 1.6). budget: the largest penalty allowed. extent: weights from −extent to
        extent are shown.

    The best points are found along the boundary; if the lowest point lies inside a ball, it is the
    best. Raises ValueError for other penalties. Returns the Axes.

    >>> from viz import alt_text
    >>> alt_text(penalty_balls())
    'Contours of a loss with its lowest point at w = (0.7, 1.6). Best with the l1 penalty at
     most 1.0: w = (0.0, 1.0), w₁ exactly 0. Best with the l2 penalty at most 1.0:
     w = (0.433, 0.901).'
    """
    unknown = [p for p in penalties if p not in _BALLS]
    if unknown or not penalties:
        raise ValueError(f'penalty_balls draws "l1" and "l2", not {list(penalties)}')
    f = _valley if loss is None else loss
    axis = np.linspace(-extent, extent, 241)
    w1, w2 = np.meshgrid(axis, axis)
    heights = _heights(f, w1, w2)
    lowest = _lowest(f, extent)
    ax = canvas.axes(ax, (6.2, 6.0))
    levels = np.quantile(heights, [0.01, 0.04, 0.1, 0.2, 0.34, 0.5, 0.7])
    ax.contour(w1, w2, heights, levels=np.unique(levels), colors="#9A9A9A", linewidths=1.0)
    words = [f"Contours of a loss with its lowest point at w = {_pair(lowest)}."]
    angles = np.linspace(0, 2 * np.pi, 14401)
    around = np.array([np.cos(angles), np.sin(angles)])
    around[np.abs(around) < 1e-12] = 0.0  # the corners, exactly
    for i, name in enumerate(penalties):
        words.append(_ball(ax, i, name, budget, around, f, (w1, w2, heights), lowest))
    ax.plot(*lowest, marker="*", markersize=17, color=canvas.ORANGE, markeredgecolor=canvas.INK,
            linestyle="none", label="lowest loss without a penalty", zorder=5)  # fmt: skip
    ax.axhline(0, color=canvas.GREY, linewidth=0.9)
    ax.axvline(0, color=canvas.GREY, linewidth=0.9)
    ax.set_aspect("equal")
    ax.set_xlabel("weight w₁", fontsize=12)
    ax.set_ylabel("weight w₂", fontsize=12)
    ax.set_title("The best weights that the penalty allows", fontsize=13)
    ax.legend(loc="lower right", fontsize=10, framealpha=0.95)
    return canvas.described(ax, " ".join(words))


def _ball(
    ax: Any,
    i: int,
    name: str,
    budget: float,
    around: np.ndarray,
    f: Callable[[Any, Any], Any],
    field: tuple[np.ndarray, np.ndarray, np.ndarray],
    lowest: np.ndarray,
) -> str:
    """Draw one ball with the best point in it, and return a description."""
    boundary, title, colour, dash = _BALLS[name]
    edge = boundary(around) * (budget if name == "l1" else np.sqrt(budget))
    label = f"{name.upper()}: {title.format(number(budget))}"
    drawn = edge[:, ::40]  # the search needs every angle, the eye does not; corners stay
    ax.fill(*drawn, facecolor=colour, alpha=0.13)
    ax.plot(*drawn, color=colour, linestyle=dash, linewidth=2.4, label=label)
    best = _best(f, edge, lowest, name, budget)
    level = float(_heights(f, best[:1], best[1:])[0])
    ax.contour(*field, levels=[level], colors=colour, linewidths=1.4, linestyles=dash)
    ax.plot(*best, marker="os"[i], markersize=11, color=colour, markeredgecolor="white", zorder=5)
    zeros = [f"w{'₁₂'[k]} exactly 0" for k in (0, 1) if best[k] == 0 and best is not lowest]
    ax.annotate(
        f"best for {name.upper()}\n{_pair(best)}" + (f"\n{zeros[0]}" if zeros else ""),
        best, xytext=[(-38, 40), (62, -38)][i % 2], textcoords="offset points", fontsize=10.5,
        ha="right" if i % 2 == 0 else "left", va="center",
        arrowprops={"arrowstyle": "-", "color": canvas.INK},
        bbox={"facecolor": "white", "edgecolor": colour, "pad": 3}, zorder=6,
    )  # fmt: skip
    told = [f"Best with the {name} penalty at most {number(budget)}: w = {_pair(best)}", *zeros]
    return ", ".join(told) + "."


def _valley(w1: Any, w2: Any) -> Any:
    a, b = w1 - 0.7, w2 - 1.6
    return 1.1 * a**2 + 0.5 * a * b + 1.3 * b**2


def _heights(f: Callable[[Any, Any], Any], w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    heights = np.asarray(numbers(f(Tensor(w1), Tensor(w2))), dtype=float)
    return np.broadcast_to(heights, w1.shape)


def _lowest(f: Callable[[Any, Any], Any], extent: float) -> np.ndarray:
    """Return the lowest visible point, by searching ever closer around the best so far."""
    center = np.zeros(2)
    for reach in (extent, extent / 20, extent / 400, extent / 8000):
        steps = np.linspace(-reach, reach, 61)
        w1, w2 = np.meshgrid(center[0] + steps, center[1] + steps)
        at = np.argmin(_heights(f, w1, w2))
        center = np.array([w1.flat[at], w2.flat[at]])
    return center


def _best(
    f: Callable[[Any, Any], Any], edge: np.ndarray, lowest: np.ndarray, name: str, budget: float
) -> np.ndarray:
    size = np.abs(lowest).sum() if name == "l1" else (lowest**2).sum()
    if size <= budget:
        return lowest
    best: np.ndarray = edge[:, int(np.argmin(_heights(f, *edge)))]
    return best


def _pair(w: np.ndarray) -> str:
    return f"({', '.join(number(x) for x in np.round(w, 3))})"
