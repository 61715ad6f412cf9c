"""Gradient flow: how much gradient reaches each layer, and what its units let through.

One row of numbers per layer shows where the gradient gets lost on its way back (vanishing), where
it blows up (exploding), and which units are dead or saturated.
"""

from __future__ import annotations

import html
import math
from typing import Any

import numpy as np

from viz.flow.bars import flow_bars, size
from viz.flow.figures import Figures, LayerFlow
from viz.flow.layers import ObservedLayer, born_of, layers_of, own_gradient
from viz.plots import canvas
from viz.style.numerals import length


class GradientFlow(Figures):
    """The gradient flow of all layers, the first one first. Made by `gradient_flow`.

    Iterates over its `LayerFlow`s; `print` shows a table, a notebook picture and table.
    """

    def plot(self, ax: Any = None) -> Any:
        """Draw the mean and max gradient per layer on a logarithmic axis, the first layer leftmost.

        Vanishing and exploding layers are marked by colour, hatching and a word; the thresholds are
        lines. Below each layer is what its units do.
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

    source: a loss gives gradients, activations and layers (of the models that recorded it; without
        a model each leaf is a layer); if its `backward()` has not been run, the gradients are
        computed separately. A model (anything with `named_parameters()`) gives the gradients that
        its parameters hold now, and no activations.
    learning_rate: the learning rate for the update-to-weight ratio.
    vanishing: a layer vanishes when its mean |gradient| is less than this share of the loss's
        own gradient (1, unless backward was given another), or of the largest layer's if that is
        smaller still, since all gradients shrink during training; or when it is exactly 0.
    exploding: a layer explodes when its mean |gradient| is this many times the loss's own, or is
        not finite.
    saturation: an activation is saturated when its |slope| is below this, and the function is as
        flat on both sides (at the minimum of gelu it is not).
    batch_axis: the axis of array activations that counts samples.

    Raises TypeError if source is neither.

    >>> from autograd import Tensor, relu
    >>> W1, W2 = Tensor([[1.0, -1.0]], label="W1"), Tensor([[2.0], [2.0]], label="W2")
    >>> loss = (relu([[1.0], [3.0]] @ W1) @ W2).sum()
    >>> print(gradient_flow(loss))
    layer  mean |∇|  max |∇|  norm  update/weight  exactly 0  dead units  saturated  verdict
    W1          4.0      8.0   8.0          5.657        50%         50%         0%
    W2          2.0      4.0   4.0          1.414          —           —          —
    """
    layers = layers_of(source, batch_axis)
    means = [_mean(x.gradient) for x in layers]
    largest = max((m for m in means if m is not None and math.isfinite(m)), default=0.0)
    own = own_gradient(source)

    def verdict(mean: float | None) -> str:
        if mean is None:
            return ""
        if not math.isfinite(mean) or mean > exploding * own:
            return "exploding"
        return "vanishing" if mean == 0 or mean < vanishing * min(largest, own) else ""

    measured = tuple(
        _measure(layer, mean, verdict(mean), learning_rate, saturation)
        for layer, mean in zip(layers, means, strict=True)
    )
    return GradientFlow(
        measured, vanishing, exploding, saturation, learning_rate, own, born_of(source)
    )


def _mean(gradient: np.ndarray | None) -> float | None:
    return None if gradient is None or not gradient.size else float(np.mean(np.abs(gradient)))


def _measure(
    layer: ObservedLayer, mean: float | None, verdict: str, learning_rate: float, saturation: float
) -> LayerFlow:
    weights, gradient = layer.weights, layer.gradient
    weight_norm = length(weights)
    norm = None if gradient is None else length(gradient)
    ratio = learning_rate * norm / weight_norm if norm is not None and weight_norm else None
    outputs, slopes = layer.outputs, layer.slopes
    recorded = outputs.size > 0
    off = (outputs == 0) & (slopes == 0)
    return LayerFlow(
        name=layer.name,
        parameters=weights.size,
        mean=mean,
        max=None if gradient is None or not gradient.size else float(np.max(np.abs(gradient))),
        norm=norm,
        weight_norm=weight_norm,
        update_ratio=ratio,
        zeros=float(np.mean(off)) if recorded else None,
        dead=float(np.mean(layer.off() == 1)) if recorded else None,
        saturated=float(np.mean(~off & (layer.steepness < saturation))) if recorded else None,
        verdict=verdict,
    )
