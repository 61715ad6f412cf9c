"""Draw gradient flow: one bar per layer, on a logarithmic axis."""

from __future__ import annotations

import math
from typing import Any

from viz.flow.figures import Figures, LayerFlow
from viz.flow.layers import titles
from viz.plots import canvas
from viz.style.numerals import number

#: verdict: colour, hatching. The word is in the legend.
LOOKS = {
    "": (canvas.BLUE, ""),
    "vanishing": (canvas.ORANGE, "///"),
    "exploding": (canvas.RED, "xxx"),
}


_LONGEST = 9  # letters of a line below a bar, where the bars are close together


def size(flow: Figures) -> tuple[float, float]:
    """Return a figure size in inches with enough room for each layer."""
    return max(7.2, min(0.78 * len(flow) + 1.6, 16.0)), 4.8


def flow_bars(flow: Figures, ax: Any = None) -> Any:
    """Draw the mean and max |gradient| of each layer, the first layer at the left.

    Vanishing and exploding layers are marked by colour, hatching and a word in the legend; the
    thresholds are lines. Below each layer is what its units do.
    """
    ax = canvas.axes(ax, size(flow))
    means = [x.mean for x in flow if x.mean is not None and _drawable(x.mean)]
    maxima = [x.max for x in flow if x.max is not None and _drawable(x.max)]
    near = bool(maxima) and max(maxima) > flow.exploding / 100  # otherwise the line is out of sight
    bottom = max(min([flow.vanishing_below or 1e-9, *means]) / 10, 1e-250)  # what an axis can show
    top = min(max([*maxima, *means, flow.exploding if near else 0, bottom * 1e3]), 1e250) * 10
    few = len(flow) <= 16
    for i, layer in enumerate(flow):
        _bar(ax, i, layer, bottom, top, few)
    if flow.vanishing_below:
        _threshold(ax, flow.vanishing_below, f"vanishing:\nunder {number(flow.vanishing_below)}")
    if near:
        _threshold(ax, flow.exploding, f"exploding:\nover {number(flow.exploding)}")
    ax.set_yscale("log")
    ax.set_ylim(bottom, top)
    ax.set_xlim(-0.6, len(flow) - 0.4)
    _ticks(ax, flow)
    ax.set_xlabel("layer, from the input (left) to the output")
    ax.set_ylabel("|gradient|, logarithmic")
    ax.set_title(
        f"Gradient flow. {flow.trend}" if flow.trend else "Gradient flow", pad=34, fontsize=13
    )
    canvas.below(ax, flow.born)
    canvas.grid(ax, "y")
    _legend(ax, flow)
    return canvas.described(ax, flow.description)


def _drawable(x: float) -> bool:
    return 0 < x < math.inf


def _bar(ax: Any, i: int, layer: LayerFlow, bottom: float, top: float, numbered: bool) -> None:
    colour, hatch = LOOKS[layer.verdict]
    if layer.mean is None:
        ax.text(i, bottom * 1.5, "not computed", ha="center", va="bottom", fontsize=10, rotation=90)
        return
    finite = math.isfinite(layer.mean)
    height = layer.mean if finite and layer.mean > 0 else (bottom if finite else top)
    ax.bar(i, height, width=0.72, color=colour, hatch=hatch, edgecolor="white", zorder=2)
    if layer.max is not None and _drawable(layer.max):
        ax.hlines(layer.max, i - 0.3, i + 0.3, color=canvas.INK, linewidth=2.2, zorder=3)
    if numbered:  # inside the bar whose height it is, not at the mark of the maximum
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
        ax.annotate(
            number(layer.mean),
            (i, height),
            xytext=(0, -6),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=10,
            zorder=4,
            bbox=behind,
        )


def _threshold(ax: Any, y: float, text: str) -> None:
    ax.axhline(y, color=canvas.INK, linestyle="--", linewidth=1.2, zorder=2.5)
    ax.text(1.01, y, text, transform=ax.get_yaxis_transform(), va="center", fontsize=10)


def _ticks(ax: Any, flow: Figures) -> None:
    """Write below each layer its name and the nonzero shares."""
    plain: dict[str, Any] = {"fontsize": 10, "parse_math": False}  # a name may hold a $
    labels = []
    for layer, title in zip(flow, titles(x.name for x in flow), strict=True):
        notes = [
            f"{share:.0%} {word}"
            for share, word in ((layer.dead, "dead"), (layer.saturated, "sat."))
            if share
        ]
        labels.append([*title.replace(" (", "\n(").split("\n"), *notes])
    longest = max((len(line) for lines in labels for line in lines), default=0)
    if len(flow) > 16 or (longest > _LONGEST and len(flow) > 6):
        step = math.ceil(len(flow) / 40)
        plain |= {"rotation": 60, "ha": "right"}
        ax.set_xticks(range(0, len(flow), step), [" ".join(x) for x in labels[::step]], **plain)
        return
    ax.set_xticks(range(len(flow)), ["\n".join(lines) for lines in labels], **plain)


def _legend(ax: Any, flow: Figures) -> None:
    patches = canvas.matplotlib_module("patches")
    lines = canvas.matplotlib_module("lines")
    verdicts = [v for v in LOOKS if any(x.verdict == v for x in flow)]
    names = {
        "": "mean",
        "vanishing": "mean, vanishing",
        "exploding": f"mean, exploding (over {number(flow.exploding)})",
    }
    if not all(x.mean is None or math.isfinite(x.mean) for x in flow):
        names["exploding"] = f"mean, exploding (over {number(flow.exploding)}, or not finite)"
    entries = [
        patches.Patch(facecolor=LOOKS[v][0], hatch=LOOKS[v][1], edgecolor="white", label=names[v])
        for v in verdicts
    ]
    entries.append(
        lines.Line2D(
            [], [], color=canvas.INK, linewidth=2.2, label="largest (the number is the mean)"
        )
    )
    ax.legend(
        handles=entries,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(entries),
        frameon=False,
        fontsize=10.5,
    )
