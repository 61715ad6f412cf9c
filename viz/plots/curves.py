"""Learning curves: loss over epochs, and the epoch at which early stopping would have stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from viz.plots import canvas
from viz.style.numerals import counted, number


def learning_curves(
    history: Any, *names: str, best: int | None = None, logarithmic: bool = False, ax: Any = None
) -> canvas.Axes:
    """Draw the losses of a history over the epochs, and mark the best epoch.

    history: a mapping from names to numbers, one per epoch ({"loss": …, "val_loss": …}), or an
        object with such a mapping as `history` or `to_dict()`.
    names: the series to draw. By default, all with "loss" in their name, so neither learning rate
        nor accuracy; if no name contains it, all of them.
    best: the epoch to mark, counted from 1; by default the one with the lowest `val_loss`, whose
        weights early stopping restores. Without `val_loss`, none is marked.

    Raises ValueError if there is nothing to draw and KeyError for an unknown name. Returns the
    Axes.

    >>> from viz import alt_text
    >>> alt_text(learning_curves({"loss": [3, 2, 1], "val_loss": [3, 2.5, 2.8]}))
    'Learning curves over 3 epochs: loss from 3.0 to 1.0, val_loss from 3.0 to 2.8.
     Best epoch: 2, val_loss 2.5.'
    """
    series = {name: np.asarray(y, dtype=float) for name, y in _mapping(history).items()}
    series = {name: y for name, y in series.items() if y.ndim == 1 and y.size}
    unknown = [name for name in names if name not in series]
    if unknown:
        raise KeyError(f"learning_curves: no series {unknown[0]!r}; there are {list(series)}")
    chosen = names or [name for name in series if "loss" in name] or list(series)
    series = {name: series[name] for name in chosen}
    if not series:
        raise ValueError("learning_curves needs at least one series of numbers, one an epoch")
    ax = canvas.axes(ax)
    for i, (name, y) in enumerate(series.items()):
        look = {"color": canvas.SERIES[i % 6], "linestyle": canvas.DASHES[i % 6]}
        few = y.size <= 30
        marker = canvas.MARKERS[i % 6] if few else None
        epochs = np.arange(1, y.size + 1)
        ax.plot(epochs, y, linewidth=2.4, marker=marker, markersize=5, label=name, **look)
    text = _broken(ax, series)
    watched = series.get("val_loss")
    if best is None and watched is not None and np.isfinite(watched).any():
        best = int(np.nanargmin(watched)) + 1
    if best is not None:
        shown = watched if watched is not None else next(iter(series.values()))
        text += _mark(ax, best, shown, "val_loss" if watched is not None else "")
    if logarithmic:
        ax.set_yscale("log", nonpositive="mask")  # a gap, where a line would go down to nowhere
        lost = sum(int(np.sum(y <= 0)) for y in series.values())
        if lost:
            text += f" {counted(lost, 'number')} of 0 or less cannot be shown on this axis."
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("epoch", fontsize=12)
    canvas.below(ax, *(said for said in text.split(". ") if "cannot" in said))
    ax.set_ylabel("loss" if all("loss" in name for name in series) else "", fontsize=12)
    canvas.grid(ax)
    _legend(ax)
    ends = ", ".join(f"{name} from {number(y[0])} to {number(y[-1])}" for name, y in series.items())
    length = max(y.size for y in series.values())
    return canvas.described(ax, f"Learning curves over {counted(length, 'epoch')}: {ends}.{text}")


def _legend(ax: Any) -> None:
    """Put the legend between title and curves, in as many columns as fit."""
    labels = ax.get_legend_handles_labels()[1]
    columns = max(1, min(4 if max(map(len, labels)) < 18 else 2, len(labels)))
    lines = -(-len(labels) // columns)
    ax.set_title("Learning curves", fontsize=13, pad=12 + 18 * lines)
    ax.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, frameon=False, fontsize=10.5
    )


def _broken(ax: Any, series: Mapping[str, np.ndarray]) -> str:
    """Mark where each series stopped being finite, since a line simply ends there."""
    told = ""
    for name, y in series.items():
        bad = np.flatnonzero(~np.isfinite(y))
        if not bad.size:
            continue
        epoch = int(bad[0]) + 1
        said = f"{name} is {number(float(y[bad[0]]))} from epoch {epoch} on"
        if bad.size < y.size - bad[0]:
            said = f"{name} is not finite in {counted(bad.size, 'epoch')}, first in epoch {epoch}"
        ax.axvline(epoch, color=canvas.RED, linestyle="--", linewidth=1.8, label=said)
        told += f" {said[0].upper()}{said[1:]}."
    return told


def _mark(ax: Any, best: int, y: np.ndarray, name: str) -> str:
    """Mark the best epoch, and shade the wasted epochs after it."""
    if not 1 <= best <= y.size:
        raise ValueError(f"the best epoch is counted from 1 to {y.size}, but best={best}")
    value = y[best - 1]
    ax.axvline(best, color=canvas.INK, linestyle=":", linewidth=1.6)
    ax.plot(
        best,
        value,
        marker="*",
        markersize=17,
        color=canvas.ORANGE,
        markeredgecolor=canvas.INK,
        linestyle="none",
        label=f"best epoch: {best}",
        zorder=5,
    )
    if best < y.size:
        ax.axvspan(best, y.size, facecolor="#E4E4E4", zorder=0, label="after the best")
    return f" Best epoch: {best}, {name} {number(value)}." if name else f" Best epoch: {best}."


def _mapping(history: Any) -> Mapping[str, Any]:
    if isinstance(history, Mapping):
        return history
    for name in ("history", "to_dict"):
        found = getattr(history, name, None)
        found = found() if callable(found) else found
        if isinstance(found, Mapping):
            return found
    raise TypeError(
        "learning_curves needs a mapping of names to numbers, one an epoch, not "
        f"{type(history).__name__}"
    )
