"""Gradient flow: how much gradient reaches each layer, and what its units let through.

Where the gradient gets lost on its way back (vanishing), where it blows up (exploding),
which units are dead and which are saturated: one row of numbers for each layer.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from viz.layers import Layer, layers_of
from viz.numerals import counted
from viz.plots import canvas
from viz.plots.flow_bars import flow_bars, size


@dataclass(frozen=True)
class LayerFlow:
    """The numbers of one layer; None where nothing was computed or recorded.

    mean, max, norm: of the absolute gradient over all parameters of the layer (the norm is
        the root of the sum of squares).
    weight_norm: the norm of the parameters themselves.
    update_ratio: learning_rate × norm / weight_norm, how far one step of plain gradient
        descent moves the layer, compared with its size. About 0.001 is healthy.
    zeros: share of activations (over units and samples) that are exactly 0 with slope 0.
    dead: share of units of which that is so for every sample: nothing gets through them.
    saturated: share of activations that are not among `zeros`, and yet have a slope
        |∂output/∂input| below the limit.
    verdict: "vanishing", "exploding", or "".
    """

    name: str
    parameters: int
    mean: float | None
    max: float | None
    norm: float | None
    weight_norm: float
    update_ratio: float | None
    zeros: float | None
    dead: float | None
    saturated: float | None
    verdict: str = ""


_COLUMNS = (
    ("mean |∇|", "mean", ".1e"),
    ("max |∇|", "max", ".1e"),
    ("norm", "norm", ".1e"),
    ("update/weight", "update_ratio", ".1e"),
    ("exactly 0", "zeros", ".0%"),
    ("dead units", "dead", ".0%"),
    ("saturated", "saturated", ".0%"),
    ("verdict", "verdict", ""),
)


@dataclass(frozen=True)
class GradientFlow:
    """The gradient flow of all layers, the first one first. Made by `gradient_flow`.

    Iterates over its `LayerFlow`s; `print` shows a table, a notebook picture and table.
    """

    layers: tuple[LayerFlow, ...]
    vanishing: float = 1e-3
    exploding: float = 10.0
    saturation: float = 0.01
    learning_rate: float = 1.0

    def __iter__(self) -> Iterator[LayerFlow]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, key: int | str) -> LayerFlow:
        if isinstance(key, int):
            return self.layers[key]
        for layer in self.layers:
            if layer.name == key:
                return layer
        raise KeyError(f"no layer {key!r}; there are {', '.join(x.name for x in self.layers)}")

    @property
    def largest(self) -> float:
        """The largest finite mean gradient of a layer, which `vanishing` is measured by."""
        return max((m for m in self._means() if math.isfinite(m)), default=0.0)

    @property
    def vanishing_below(self) -> float:
        """The mean gradient under which a layer is marked as vanishing."""
        return self.vanishing * self.largest

    @property
    def factor(self) -> float | None:
        """By how much the mean gradient changes from a layer to the one before it.

        The slope of the straight line through the logarithms, by least squares; None for
        fewer than three layers with a gradient. Under 1 it shrinks on its way back.
        """
        points = [
            (i, math.log(x.mean))
            for i, x in enumerate(self.layers)
            if x.mean is not None and 0 < x.mean < math.inf
        ]
        if len(points) < 3:
            return None
        i, log_mean = np.array(points).T
        return float(np.exp(-np.polyfit(i, log_mean, 1)[0]))

    def _means(self) -> list[float]:
        return [x.mean for x in self.layers if x.mean is not None]

    def rows(self) -> list[list[str]]:
        """Return the table as text: a heading row, then one row a layer."""
        head = ["layer", *(title for title, _, _ in _COLUMNS)]
        return [head] + [
            [x.name, *(_cell(getattr(x, name), spec) for _, name, spec in _COLUMNS)]
            for x in self.layers
        ]

    def __str__(self) -> str:
        rows = self.rows()
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if i in (0, len(row) - 1) else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )

    __repr__ = __str__

    @property
    def description(self) -> str:
        """The picture in words."""
        if not self._means():
            return f"Gradient flow of {counted(len(self), 'layer')}: no gradient has been computed."
        parts = ", ".join(
            f"{x.name} {_cell(x.mean, '.1e')}{f' ({x.verdict})' if x.verdict else ''}"
            for x in self.layers
        )
        trend = f" {self.trend}." if self.trend else ""
        return f"Gradient flow, mean absolute gradient per layer: {parts}.{trend}"

    @property
    def trend(self) -> str:
        """`factor` as a sentence; "" where there is none."""
        return "" if self.factor is None else f"Each layer back: × {self.factor:.2g}"

    def plot(self, ax: Any = None) -> Any:
        """Draw mean and max gradient per layer on a logarithmic axis, the first layer left.

        Vanishing and exploding layers are marked by colour, by hatching and by a word; the
        thresholds are lines. Below each layer stands what its units do.
        """
        return flow_bars(self, ax)

    def _repr_html_(self) -> str:
        head, *body = self.rows()
        cells = "".join(
            f'<th scope="col" style="white-space:nowrap">{html.escape(c)}</th>' for c in head
        )
        lines = "".join(
            f'<tr><th scope="row">{html.escape(row[0])}</th>'
            + "".join(f'<td style="white-space:nowrap">{html.escape(c)}</td>' for c in row[1:])
            + "</tr>"
            for row in body
        )
        table = (
            f'<div style="overflow-x:auto"><table><thead><tr>{cells}</tr></thead>'
            f"<tbody>{lines}</tbody></table></div>"
        )
        try:
            ax = canvas.detached_axes(size(self))
        except ImportError:
            return table  # the numbers need no matplotlib
        return f"<div>{canvas.picture(flow_bars(self, ax))._repr_html_()}{table}</div>"


def gradient_flow(
    source: Any,
    *,
    learning_rate: float = 1.0,
    vanishing: float = 1e-3,
    exploding: float = 10.0,
    saturation: float = 0.01,
    batch_axis: int = 0,
) -> GradientFlow:
    """Measure how much gradient reaches each layer, from a loss or from a model.

    source: a loss gives gradients, activations and layers (of the models that recorded it;
        each leaf is a layer where there is none); if its `backward()` has not been run,
        the gradients are computed aside. A model (anything with `named_parameters()`)
        gives the gradients that its parameters hold now, and no activations.
    learning_rate: the update-to-weight ratio is for this one.
    vanishing: a layer vanishes when its mean |gradient| is less than this share of the
        largest layer's (or exactly 0). Relative, for all gradients shrink in training.
    exploding: a layer explodes when its mean |gradient| is above this, or not finite.
    saturation: an activation is saturated when its |slope| is below this.
    batch_axis: the axis of array activations that counts samples.

    Raises TypeError if source is neither.

    >>> from autograd import Tensor, relu
    >>> W1, W2 = Tensor([[1.0, -1.0]], label="W1"), Tensor([[2.0], [2.0]], label="W2")
    >>> loss = (relu([[1.0], [3.0]] @ W1) @ W2).sum()
    >>> print(gradient_flow(loss))
    layer  mean |∇|  max |∇|     norm  update/weight  exactly 0  dead units  saturated  verdict
    W1      4.0e+00  8.0e+00  8.0e+00        5.7e+00        50%         50%         0%
    W2      2.0e+00  4.0e+00  4.0e+00        1.4e+00          —           —          —
    """
    layers = layers_of(source, batch_axis)
    means = [None if x.gradient is None else float(np.mean(np.abs(x.gradient))) for x in layers]
    largest = max((m for m in means if m is not None and math.isfinite(m)), default=0.0)

    def verdict(mean: float | None) -> str:
        if mean is None:
            return ""
        if not math.isfinite(mean) or mean > exploding:
            return "exploding"
        return "vanishing" if mean == 0 or mean < vanishing * largest else ""

    measured = tuple(
        _measure(layer, mean, verdict(mean), learning_rate, saturation)
        for layer, mean in zip(layers, means, strict=True)
    )
    return GradientFlow(measured, vanishing, exploding, saturation, learning_rate)


def _measure(
    layer: Layer, mean: float | None, verdict: str, learning_rate: float, saturation: float
) -> LayerFlow:
    weights, gradient = layer.weights, layer.gradient
    weight_norm = float(np.linalg.norm(weights))
    norm = None if gradient is None else float(np.linalg.norm(gradient))
    ratio = learning_rate * norm / weight_norm if norm is not None and weight_norm else None
    outputs, slopes = layer.outputs, layer.slopes
    recorded = outputs.size > 0
    off = (outputs == 0) & (slopes == 0)
    return LayerFlow(
        name=layer.name,
        parameters=weights.size,
        mean=mean,
        max=None if gradient is None else float(np.max(np.abs(gradient))),
        norm=norm,
        weight_norm=weight_norm,
        update_ratio=ratio,
        zeros=float(np.mean(off)) if recorded else None,
        dead=float(np.mean(layer.off() == 1)) if recorded else None,
        saturated=float(np.mean(~off & (np.abs(slopes) < saturation))) if recorded else None,
        verdict=verdict,
    )


def _cell(x: float | str | None, spec: str) -> str:
    return "—" if x is None else format(x, spec)
