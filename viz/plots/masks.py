"""Dropout masks: which units each forward pass leaves out, and how the others are scaled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.trace_hooks import numbers
from viz.plots import canvas
from viz.style.numerals import counted, number


def dropout_masks(
    dropout: Callable[[Any], Any],
    *,
    shape: tuple[int, int] = (8, 10),
    passes: int = 3,
    ax: Any = None,
) -> canvas.Axes:
    """Send ones through `dropout` several times, and draw what is left of them.

    dropout: a layer or a function of one array; rows are samples, columns are units.

    Raises ValueError if it changes the shape. Returns the Axes.

    >>> from viz import alt_text
    >>> alt_text(dropout_masks(lambda x: 2.0 * x, shape=(1, 2), passes=1))
    '1 dropout mask of 1 × 2 units. Pass 1: 0 of 2 dropped, the others × 2.0.'
    """
    masks = []
    for _ in range(passes):
        result = dropout(np.ones(shape))
        mask = np.asarray(numbers(result), dtype=float)
        if mask.shape != shape:
            raise ValueError(f"dropout changed the shape from {shape} to {mask.shape}")
        masks.append(mask)
    rows, columns = shape
    gap = 1.6
    width = passes * columns + (passes - 1) * gap
    ax = canvas.axes(ax, (max(5.0, 0.26 * width + 1.0), max(2.8, 0.26 * rows + 1.5)))
    notes = []
    patches = canvas.matplotlib_module("patches")
    for k, mask in enumerate(masks):
        left = k * (columns + gap)
        notes.append(_mask(ax, mask, k, left))
    kept_scales = np.unique(np.concatenate([mask[mask != 0] for mask in masks]))
    factor = f" × {number(kept_scales[0])}" if kept_scales.size == 1 else ""
    ax.legend(
        handles=[
            patches.Patch(facecolor=canvas.BLUE, label=f"kept{factor}"),
            canvas.matplotlib_module("lines").Line2D(
                [], [], color=canvas.RED, marker="x", linestyle="none", label="dropped (0)"
            ),
        ],
        loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2, frameon=False, fontsize=11,
    )  # fmt: skip
    ax.set_xlim(-0.2, width + 0.2)
    ax.set_ylim(rows + 0.1, -1.6)
    ax.set_aspect("equal")
    ax.spines[:].set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_ylabel("sample", fontsize=12)
    ax.set_xlabel("unit", fontsize=12)
    ax.set_title("Dropout: a new mask for every forward pass", fontsize=13)
    masks_drawn = counted(passes, "dropout mask")
    return canvas.described(ax, f"{masks_drawn} of {rows} × {columns} units. " + " ".join(notes))


def _mask(ax: Any, mask: np.ndarray, k: int, left: float) -> str:
    """Draw the mask of one pass, and return a description."""
    patches = canvas.matplotlib_module("patches")
    for (i, j), scale in np.ndenumerate(mask):
        kept = scale != 0
        ax.add_patch(
            patches.Rectangle(
                (left + j + 0.06, i + 0.06), 0.88, 0.88,
                facecolor=canvas.BLUE if kept else "white",
                edgecolor=canvas.BLUE if kept else canvas.GREY, linewidth=0.9,
            )
        )  # fmt: skip
    i, j = np.nonzero(mask == 0)
    ax.plot(left + j + 0.5, i + 0.5, "x", color=canvas.RED, markersize=5, markeredgewidth=1.5)
    gone = int((mask == 0).sum())
    ax.text(
        left + mask.shape[1] / 2, -0.35, f"pass {k + 1}: {gone / mask.size:.0%} dropped",
        ha="center", va="bottom", fontsize=11,
    )  # fmt: skip
    scales = np.unique(mask[mask != 0])
    factor = f", the others × {number(scales[0])}" if scales.size == 1 else ""
    return f"Pass {k + 1}: {gone} of {mask.size} dropped{factor}."
