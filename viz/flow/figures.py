"""The figures of gradient flow: one row of numbers per layer, as data, a table, or words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from viz.style.labels import layer_name
from viz.style.numerals import counted, number


@dataclass(frozen=True)
class LayerFlow:
    """The numbers of one layer; None if nothing was computed or recorded.

    mean, max, norm: of the absolute gradient over all parameters of the layer (the norm is
        the root of the sum of squares).
    weight_norm: the norm of the parameters themselves.
    update_ratio: learning_rate × norm / weight_norm, how far one step of plain gradient descent
        moves the layer, relative to its size. About 0.001 is healthy.
    zeros: the share of activations (over units and samples) that are exactly 0 with slope 0.
    dead: the share of units for which that holds on every sample: nothing gets through them.
    saturated: the share of activations that are not among `zeros` and lie where the function is
        flat: the slope |∂output/∂input| is below the limit there and on both sides.
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
    ("mean |∇|", "mean", "number"),
    ("max |∇|", "max", "number"),
    ("norm", "norm", "number"),
    ("update/weight", "update_ratio", "number"),
    ("exactly 0", "zeros", ".0%"),
    ("dead units", "dead", ".0%"),
    ("saturated", "saturated", ".0%"),
    ("verdict", "verdict", ""),
)


@dataclass(frozen=True)
class Figures:
    """The figures of all layers, in order, and the thresholds that they are judged by.

    Iterates over its `LayerFlow`s; `print` shows a table.
    """

    layers: tuple[LayerFlow, ...]
    vanishing: float = 1e-3
    exploding: float = 10.0
    saturation: float = 0.01
    learning_rate: float = 1.0
    loss: float = 1.0  # the size of the loss's own gradient
    born: str = ""  # where the first non-finite number came from

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
        """The largest finite mean gradient of a layer, the reference for `vanishing`."""
        return max((m for m in self._means() if math.isfinite(m)), default=0.0)

    @property
    def vanishing_below(self) -> float:
        """The mean gradient below which a layer is marked as vanishing.

        It is a share of the loss's own gradient, or of the largest layer's if that is smaller
        still.
        """
        return self.vanishing * min(self.largest, self.loss)

    @property
    def factor(self) -> float | None:
        """The factor by which the mean gradient changes from a layer to the one before it.

        It is the slope of the least-squares line through the logarithms; None for fewer than three
        layers with a gradient. Below 1, the gradient shrinks on its way back.
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
        """Return the table as text: a heading row, then one row per layer."""
        head = ["layer", *(title for title, _, _ in _COLUMNS)]
        return [head] + [
            [layer_name(x.name, at), *(_cell(getattr(x, name), spec) for _, name, spec in _COLUMNS)]
            for at, x in enumerate(self.layers, 1)
        ]

    def __str__(self) -> str:
        rows = self.rows()
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        table = "\n".join(
            "  ".join(
                cell.ljust(width) if i in (0, len(row) - 1) else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )
        return f"{table}\n{self.born}" if self.born else table

    __repr__ = __str__

    @property
    def description(self) -> str:
        """The picture in words."""
        if not self._means():
            return f"Gradient flow of {counted(len(self), 'layer')}: no gradient has been computed."
        parts = ", ".join(
            f"{layer_name(x.name, at)} {_cell(x.mean, 'number')}"
            f"{f' ({x.verdict})' if x.verdict else ''}"
            for at, x in enumerate(self.layers, 1)
        )
        trend = f" {self.trend}." if self.trend else ""
        born = f" {self.born[0].upper()}{self.born[1:]}." if self.born else ""
        return f"Gradient flow, mean absolute gradient per layer: {parts}.{trend}{born}"

    @property
    def trend(self) -> str:
        """`factor` as a sentence; "" if there is none."""
        return "" if self.factor is None else f"Each layer back: × {number(self.factor)}"


def _cell(x: float | str | None, spec: str) -> str:
    if x is None or isinstance(x, str):
        return "—" if x is None else x
    return number(x) if spec == "number" else format(x, spec)
