"""Gradient flow in the course of training: layer × step, as numbers and as a heat map."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from viz.flow.layers import ObservedLayer, layers_of, titles
from viz.plots import canvas
from viz.style.numerals import counted, number


class FlowHistory:
    """Records the mean |gradient| of each layer, step by step.

    model: anything with `named_parameters()`.
    every: the first of each group of this many calls of `record` is kept.
    vanishing, exploding: as in `gradient_flow`.

    Call `record()` after `loss.backward()` (before the gradients are set to zero), or pass the
    object to `nn.fit` as a callback, which records every batch.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> class Line:
    ...     def __init__(self): self.w = Tensor([[1.0]])
    ...     def named_parameters(self): yield "w", self.w
    >>> model = Line()
    >>> history = FlowHistory(model)
    >>> for step in range(2):
    ...     model.w.zero_grad()
    ...     (np.array([[2.0]]) @ model.w).sum().backward()
    ...     history.record()
    >>> history.means
    array([[2., 2.]])
    """

    def __init__(
        self, model: Any, every: int = 1, vanishing: float = 1e-3, exploding: float = 10.0
    ) -> None:
        if every < 1:
            raise ValueError(f"every must be at least 1, not {every}")
        self.model, self.every = model, every
        self.vanishing, self.exploding = vanishing, exploding
        self.names: list[str] = []
        self.steps: list[int] = []
        self._columns: list[list[float]] = []
        self._calls = 0

    def record(self) -> None:
        """Record the gradients that the parameters hold now.

        A missing gradient is recorded as nan, and one that is not a number as inf: it exists, and
        it exploded.
        """
        self._calls += 1
        if (self._calls - 1) % self.every:
            return
        layers = layers_of(self.model)
        self.names = [layer.name for layer in layers]
        self.steps.append(self._calls)
        self._columns.append([_mean(layer) for layer in layers])

    def on_batch_end(self, training: Any = None) -> None:  # noqa: ARG002 - a callback of fit
        """Record; `nn.fit` calls this after each batch."""
        self.record()

    @property
    def means(self) -> np.ndarray:
        """The mean |gradient|, of shape (layers, steps)."""
        return np.array(self._columns).T.reshape(len(self.names), len(self.steps))

    @property
    def verdicts(self) -> np.ndarray:
        """The verdict on each layer at each step, "vanishing", "exploding" or "", as an array."""
        means = self.means
        finite = np.where(np.isfinite(means), means, 0.0)
        largest = finite.max(axis=0, keepdims=True) if means.size else finite
        low = (means == 0) | (finite < self.vanishing * np.minimum(largest, 1.0)) & np.isfinite(
            means
        )
        high = np.isinf(means) | (finite > self.exploding)
        return np.where(high, "exploding", np.where(low, "vanishing", ""))

    @property
    def description(self) -> str:
        """The heat map in words."""
        if not self.steps:
            return "Gradient flow over training time: nothing recorded."
        parts = [
            f"{name} from {number(row[0])} to {number(row[-1])}"
            + "".join(
                f", {verdict} in {(marks == verdict).mean():.0%} of the steps"
                for verdict in ("vanishing", "exploding")
                if (marks == verdict).any()
            )
            + "".join(
                f", not finite from step {self.steps[int(np.argmax(np.isinf(row)))]} on"
                for _ in range(int(np.isinf(row).any()))
            )
            for name, row, marks in zip(titles(self.names), self.means, self.verdicts, strict=True)
        ]
        return (
            f"Mean absolute gradient of {counted(len(self.names), 'layer')} over steps "
            f"{self.steps[0]} to {self.steps[-1]}: " + "; ".join(parts) + "."
        )

    def __repr__(self) -> str:
        layers, steps = counted(len(self.names), "layer"), counted(len(self.steps), "step")
        return f"FlowHistory({layers} × {steps})"

    def plot(self, ax: Any = None) -> Any:
        """Draw the heat map: a row per layer (the first on top), a column per recorded step.

        Raises ValueError if nothing was recorded. Returns the Axes.
        """
        if not self.steps:
            raise ValueError("nothing was recorded yet: call record() after loss.backward()")
        return _heat_map(self, canvas.axes(ax, self._size()))

    def _size(self) -> tuple[float, float]:
        return 7.8, max(2.8, min(0.42 * len(self.names) + 1.9, 12.0))

    def _repr_html_(self) -> str:
        if not self.steps:
            return repr(self)
        return canvas.picture(_heat_map(self, canvas.detached_axes(self._size())))._repr_html_()


def _mean(layer: ObservedLayer) -> float:
    if layer.gradient is None:
        return math.nan
    mean = float(np.mean(np.abs(layer.gradient))) if layer.gradient.size else 0.0
    return math.inf if math.isnan(mean) else mean


#: verdict (also the word in the legend): hatching, its colour.
_MARKS: dict[str, tuple[str, str]] = {"vanishing": ("///", "white"), "exploding": ("xxx", "black")}


def _heat_map(history: FlowHistory, ax: Any) -> Any:
    means = history.means
    positive = means[np.isfinite(means) & (means > 0)]
    low, high = (positive.min(), positive.max()) if positive.size else (0.1, 1.0)
    high = min(high, 1e6)  # beyond this, colours would only show that it exploded
    low = max(low, high * 1e-14)
    if low >= high:
        low, high = high / 2, high * 2
    norm = canvas.matplotlib_module("colors").LogNorm(low, high)
    edges = np.arange(len(history.steps) + 1) + 0.5
    rows = np.arange(len(history.names) + 1) - 0.5
    # exactly 0 is as dark as the scale gets; nan (not computed) stays grey
    shown = np.ma.masked_invalid(np.where(means == 0, low, means))
    ax.set_facecolor("#D0D0D0")
    mesh = ax.pcolormesh(edges, rows, shown, norm=norm, cmap="cividis")
    handles = [_hatched(ax, history.verdicts == v, edges, rows, v) for v in _MARKS]
    shown_handles: list[Any] = [h for h in handles if h is not None]
    ax.set_ylim(len(history.names) - 0.5, -0.5)
    step = math.ceil(len(history.names) / 24)
    ax.set_yticks(
        range(0, len(history.names), step),
        titles(history.names)[::step],
        fontsize=11,
        parse_math=False,
    )
    ticks = np.unique(np.linspace(0, len(history.steps) - 1, 9).astype(int))
    ax.set_xticks(ticks + 1, [str(history.steps[i]) for i in ticks], fontsize=11)
    ax.set_xlabel("step of the optimiser", fontsize=12)
    beyond = (positive.max() > high, positive.min() < low) if positive.size else (False, False)
    extend = {(True, True): "both", (True, False): "max", (False, True): "min"}.get(beyond)
    bar = ax.figure.colorbar(mesh, ax=ax, extend=extend or "neither")
    canvas.plain_ticks(bar.ax.yaxis)
    bar.set_label("mean |gradient|", fontsize=12)
    ax.set_title("Gradient flow over training", fontsize=13, pad=30 if shown_handles else 8)
    if shown_handles:
        ax.legend(
            handles=shown_handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2,
            frameon=False, fontsize=10.5, handlelength=3, handleheight=1.2,
        )  # fmt: skip
    return canvas.described(ax, history.description)


def _hatched(ax: Any, marked: np.ndarray, edges: Any, rows: Any, verdict: str) -> Any:
    """Hatch the runs of marked cells; return their handle for the legend."""
    if not marked.any():
        return None
    patches = canvas.matplotlib_module("patches")
    hatch, color = _MARKS[verdict]
    for i, row in enumerate(marked):
        changes = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        for first, last in zip(changes[::2], changes[1::2], strict=True):
            ax.add_patch(
                patches.Rectangle(
                    (edges[first], rows[i]), edges[last] - edges[first], 1, fill=False,
                    hatch=hatch, edgecolor=color, linewidth=0,
                )
            )  # fmt: skip
    face = "#3B496C" if color == "white" else "#E0CC5A"
    return patches.Patch(facecolor=face, hatch=hatch, edgecolor=color, label=verdict)
