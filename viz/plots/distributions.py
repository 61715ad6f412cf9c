"""Histograms of the activations, or of the gradients, of each layer."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from viz.flow.layers import ObservedLayer, born_of, layers_of, titles
from viz.plots import canvas
from viz.style.numerals import number


def histograms(
    source: Any,
    of: Literal["activations", "gradients"] = "activations",
    *,
    bins: int = 40,
    batch_axis: int = 0,
    ax: Any = None,
) -> canvas.Axes:
    """Draw one histogram a layer, the first layer on top, all on one horizontal axis.

    source: a loss, or for gradients, a model (see `gradient_flow`).
    of: "activations" are the outputs of each layer's activation; "gradients" are those of its
        parameters, as log₁₀|gradient|, since they differ by powers of ten. The share that is
        exactly 0 is given beside the histogram and is not in it.

    Raises ValueError if there is nothing to draw. Returns the Axes.

    >>> from autograd import Tensor, tanh
    >>> from viz import alt_text
    >>> loss = tanh([[0.0], [3.0]] @ Tensor([[1.0]], label="W")).sum()
    >>> alt_text(histograms(loss))
    'Histograms of activations. W: 2 numbers, median 0.9951, 50% exactly 0.'
    """
    if of not in ("activations", "gradients"):
        raise ValueError(f'histograms of {of!r}: there are those of "activations" and "gradients"')
    layers = layers_of(source, batch_axis)
    named = zip(titles(x.name for x in layers), layers, strict=True)
    rows = [(title, _numbers(x, of)) for title, x in named]
    rows = [(name, numbers) for name, numbers in rows if numbers.size]
    if not rows:
        raise ValueError(
            f"there are no {of} to draw: "
            + (
                "give the loss that was computed from them"
                if of == "activations"
                else "call loss.backward() first"
            )
        )
    shown = [_scaled(numbers, of) for _, numbers in rows]
    joined = np.concatenate(shown)
    low, high = (joined.min(), joined.max()) if joined.size else (0.0, 1.0)
    pad = 0.02 * (high - low) or 0.5
    edges = np.linspace(low - pad, high + pad, bins + 1)
    ax = canvas.axes(ax, (7.6, max(2.6, 0.62 * len(rows) + 1.4)))
    _rows(ax, rows, shown, edges)
    ax.set_yticks(
        np.arange(len(rows)) - 0.3, [name for name, _ in rows], fontsize=11, parse_math=False
    )
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(rows) - 0.85, -1.05)
    ax.set_xlim(edges[0], edges[-1])
    _axis(ax, of)
    canvas.grid(ax, "x")
    ax.spines["left"].set_visible(False)
    ax.set_title(f"{of.capitalize()} of each layer (line: median)", fontsize=13)
    born = born_of(source)
    canvas.below(ax, born)
    return canvas.described(ax, _in_words(rows, of) + (f" {born}." if born else ""))


def _rows(ax: Any, rows: Any, shown: Any, edges: np.ndarray) -> None:
    """Draw the histograms below each other, each with a note of what is not in it."""
    for i, ((_, numbers), values) in enumerate(zip(rows, shown, strict=True)):
        counts, _ = np.histogram(values, edges)
        heights = 0.85 * counts / max(counts.max(), 1)
        ax.stairs(
            i - heights, edges, baseline=i, fill=True, color=canvas.SKY, edgecolor=canvas.BLUE,
            linewidth=1.2,
        )  # fmt: skip
        ax.axhline(i, color=canvas.GREY, linewidth=0.6)
        if values.size:
            middle = np.median(values)
            ax.plot([middle] * 2, [i, i - 0.85], color=canvas.INK, linewidth=2)
        note = _zeros(numbers)
        if note:
            ax.text(
                1.01, i - 0.3, note, transform=ax.get_yaxis_transform(), fontsize=10, va="center"
            )


def _axis(ax: Any, of: str) -> None:
    if of == "gradients":
        ax.set_xlabel("|gradient|, logarithmic", fontsize=12)
        formatter = canvas.matplotlib_module("ticker").FuncFormatter
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.xaxis.set_major_formatter(formatter(lambda x, _: number(10.0**x)))
    else:
        ax.set_xlabel("activation", fontsize=12)


def _numbers(layer: ObservedLayer, of: str) -> np.ndarray:
    if of == "activations":
        return layer.outputs
    return np.zeros(0) if layer.gradient is None else np.abs(layer.gradient)


def _scaled(numbers: np.ndarray, of: str) -> np.ndarray:
    numbers = numbers[np.isfinite(numbers) & (numbers != 0)]
    return np.log10(numbers) if of == "gradients" else numbers


def _zeros(numbers: np.ndarray) -> str:
    share, bad = np.mean(numbers == 0), int(np.sum(~np.isfinite(numbers)))
    told = [f"{share:.0%} exactly 0"] if share else []
    told += [f"{bad} nan or inf"] if bad else []
    return ", ".join(told)


def _median(numbers: np.ndarray) -> str:
    rest = numbers[(numbers != 0) & np.isfinite(numbers)]
    return f"median {number(float(np.median(rest)))}" if rest.size else ""


def _in_words(rows: list[tuple[str, np.ndarray]], of: str) -> str:
    parts = [
        ", ".join(filter(None, [f"{name}: {x.size} numbers", _median(x), _zeros(x)]))
        for name, x in rows
    ]
    return f"Histograms of {of}. " + ". ".join(parts) + "."
