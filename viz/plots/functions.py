"""A function, its derivative, and where it saturates. The derivative is the engine's."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import DomainError, Node, Value, gradients
from viz.plots import canvas
from viz.style.numerals import number

_LONGEST_NAME = 16  # characters in the legend, which is beside the saturation band


def function_plot(
    f: Callable[[Any], Any],
    low: float = -6.0,
    high: float = 6.0,
    *,
    saturation: float = 0.01,
    points: int = 601,
    name: str = "",
    ax: Any = None,
) -> canvas.Axes:
    """Draw f and f′ from low to high, and shade where |f′| is below `saturation`.

    f takes a `Value` and returns one: any of our functions, or a lambda made of them. Where it is
    undefined (a `DomainError`) there is a gap. Returns the Axes.

    Raises TypeError if f returns more than one number, ValueError if low is not below high.

    >>> from autograd import tanh
    >>> from viz import alt_text
    >>> alt_text(function_plot(tanh))
    'tanh from -6.0 to 6.0: values from -1.000 to 1.000, derivative from 2.458e-05 to 1.0.
     Saturated (|derivative| below 0.01): -6.0 to -3.0, 3.0 to 6.0.'
    """
    if not 0 < high - low < np.inf:
        raise ValueError(f"function_plot draws from low to high, but got {low} and {high}")
    name, key, title = _names(f, name)
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
            label=f"saturated: |derivative| < {number(saturation)}" if i == 0 else None,
        )
    ax.axhline(0, color=canvas.GREY, linewidth=0.8)
    ax.plot(x, y, color=canvas.BLUE, linewidth=2.8, label=key)
    ax.plot(
        *_broken_at_jumps(x, d), color=canvas.RED, linewidth=2.4, linestyle="--", label=f"{key}′"
    )
    ax.set_xlim(low, high)
    bottom, top = _window(np.concatenate([y, d]))
    ax.set_ylim(bottom, top)
    ax.set_xlabel("z", fontsize=12)
    canvas.below(ax, missing := _missing(x, np.stack([y, d]), bottom, top))
    ax.set_title(f"{title} and its derivative", fontsize=13, pad=30)
    canvas.grid(ax)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=10.5)
    return canvas.described(
        ax,
        f"{name} from {number(low)} to {number(high)}: values from {_low(y)} to {_high(y)}, "
        f"derivative from {_low(d)} to {_high(d)}. Saturated (|derivative| below "
        f"{number(saturation)}): {', '.join(_ends(x, quiet)) or 'nowhere'}."
        + (f" {missing}" if missing else ""),
    )


def _names(f: Callable[..., Any], name: str) -> tuple[str, str, str]:
    """Return the name of f, its name in the legend, and its name in the title."""
    name = name or getattr(f, "__name__", "f").replace("<lambda>", "f")
    if len(name) <= _LONGEST_NAME:
        return name, name, name
    return name, "f", textwrap.shorten(f"f = {name}", 60, placeholder="…")


def _ends(x: np.ndarray, found: list[tuple[int, int]]) -> list[str]:
    return [f"{number(round(x[a], 6))} to {number(round(x[b], 6))}" for a, b in found]


def curve(f: Callable[[Any], Any], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f and f′ at each x; nan where f is undefined."""
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
    """Return axis limits that a pole (log′ near 0) does not stretch."""
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    inner = np.quantile(values, [0.04, 0.96])
    room = 1.5 * (inner[1] - inner[0])
    low = max(values.min(), inner[0] - room)
    high = min(values.max(), inner[1] + room)
    pad = 0.06 * (high - low) or 0.5
    return float(low - pad), float(high + pad)


def _missing(x: np.ndarray, curves: np.ndarray, bottom: float, top: float) -> str:
    """Say what cannot be seen: where there is no number, and what the window cuts off."""
    finite: Any = np.isfinite(curves).all(axis=0)
    gone = ~finite
    found = runs(gone)
    ends = _ends(x, found)
    alone = [i for i in np.flatnonzero(gone).tolist() if not any(a <= i <= b for a, b in found)]
    ends += [number(round(x[i], 6)) for i in alone]
    told = [f"not defined: {', '.join(ends)}"] if ends else []
    seen = curves[np.isfinite(curves)]
    if seen.size and (seen.min() < bottom or seen.max() > top):
        low, high = number(seen.min()), number(seen.max())
        told.append(f"cut off at the window's edge, values go from {low} to {high}")
    return f"{'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}." if told else ""


def _low(y: np.ndarray) -> str:
    return number(np.nanmin(y)) if np.isfinite(y).any() else "nan"


def _high(y: np.ndarray) -> str:
    return number(np.nanmax(y)) if np.isfinite(y).any() else "nan"
