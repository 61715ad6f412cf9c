"""A function, its derivative, and where it saturates. The derivative is the engine's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import DomainError, Node, Value, gradients
from viz.plots import canvas


def function_plot(
    f: Callable[[Any], Any],
    low: float = -6.0,
    high: float = 6.0,
    *,
    saturation: float = 0.01,
    points: int = 601,
    name: str = "",
    ax: Any = None,
) -> Any:
    """Draw f and f′ from low to high, and shade where |f′| is below `saturation`.

    f takes a `Value` and gives one: any function of ours, or any lambda of them. Where it
    is not defined (a `DomainError`) there is a gap. Returns the Axes.

    Raises TypeError if f gives more than one number, ValueError if low is not below high.

    >>> from autograd import tanh
    >>> from viz import alt_text
    >>> alt_text(function_plot(tanh))
    'tanh from -6 to 6: values from -1 to 1, derivative from 2.46e-05 to 1.
     Saturated (|derivative| below 0.01): -6 to -3, 3 to 6.'
    """
    if not low < high:
        raise ValueError(f"function_plot draws from low to high, but got {low} and {high}")
    name = name or getattr(f, "__name__", "f").replace("<lambda>", "f")
    x = np.linspace(low, high, points)
    y, d = curve(f, x)
    ax = canvas.axes(ax)
    quiet = runs(np.abs(d) < saturation)
    for i, (first, last) in enumerate(quiet):
        ax.axvspan(
            x[first],
            x[last],
            facecolor="#E8E8E8",
            hatch="\\\\",
            edgecolor="#C4C4C4",
            linewidth=0,
            label=f"saturated: |derivative| < {saturation:g}" if i == 0 else None,
        )
    ax.axhline(0, color=canvas.GREY, linewidth=0.8)
    ax.plot(x, y, color=canvas.BLUE, linewidth=2.8, label=name)
    ax.plot(
        *_broken_at_jumps(x, d), color=canvas.RED, linewidth=2.4, linestyle="--", label=f"{name}′"
    )
    ax.set_xlim(low, high)
    ax.set_ylim(*_window(np.concatenate([y, d])))
    ax.set_xlabel("z", fontsize=12)
    ax.set_title(f"{name} and its derivative", fontsize=13, pad=30)
    canvas.grid(ax)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=10.5)
    parts = ", ".join(f"{x[a]:.2g} to {x[b]:.2g}" for a, b in quiet) or "nowhere"
    return canvas.described(
        ax,
        f"{name} from {low:g} to {high:g}: values from {_low(y)} to {_high(y)}, derivative from "
        f"{_low(d)} to {_high(d)}. Saturated (|derivative| below {saturation:g}): {parts}.",
    )


def curve(f: Callable[[Any], Any], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f and f′ at each x; nan where f is not defined."""
    y, d = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    for i, at in enumerate(x):
        z = Value(float(at), label="z")
        try:
            result = f(z)
            if isinstance(result, np.ndarray) and result.size == 1:
                result = result.item()
            if not isinstance(result, Node | int | float):
                raise TypeError(
                    f"function_plot needs a function from one number to one number, but it gave "
                    f"{type(result).__name__}; pick one element, as in lambda z: f(z)[0]"
                )
            if isinstance(result, Node):
                y[i], d[i] = result.item(), gradients(result, [z])[0]
            else:
                y[i], d[i] = float(result), 0.0
        except DomainError:
            continue
    return y, d


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return (first, last) of each run of more than one True.

    >>> runs(np.array([True, True, False, True, True, True]))
    [(0, 1), (3, 5)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(int(a), int(b) - 1) for a, b in pairs if b - a > 1]


def _broken_at_jumps(x: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivative with a gap where it jumps: a kink has no slope in between."""
    spread = np.nanmax(d) - np.nanmin(d) if np.isfinite(d).any() else 0.0
    jumps = np.flatnonzero(np.abs(np.diff(d)) > max(0.2 * spread, 1e-12)) + 1
    return np.insert(x, jumps, np.nan), np.insert(d, jumps, np.nan)


def _window(values: np.ndarray) -> tuple[float, float]:
    """Return limits that a pole (log′ near 0) does not stretch."""
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    inner = np.quantile(values, [0.04, 0.96])
    room = 1.5 * (inner[1] - inner[0])
    low = max(values.min(), inner[0] - room)
    high = min(values.max(), inner[1] + room)
    pad = 0.06 * (high - low) or 0.5
    return float(low - pad), float(high + pad)


def _low(y: np.ndarray) -> str:
    return f"{np.nanmin(y):.3g}" if np.isfinite(y).any() else "nan"


def _high(y: np.ndarray) -> str:
    return f"{np.nanmax(y):.3g}" if np.isfinite(y).any() else "nan"
