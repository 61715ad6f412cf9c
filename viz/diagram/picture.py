"""The familiar picture of a network: neurons in columns, weights as lines.

The width and colour of a line show its weight or its gradient. Wide layers are collapsed. The
picture is written as SVG text, without any library.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from viz.diagram.connections import (
    Connection,
    Shown,
    activations_of,
    connection_of,
    numbers_of,
)
from viz.diagram.svg import Sample, network_svg, title_of
from viz.flow.layers import layers_of, titles
from viz.formats import raster
from viz.formats.files import write_whole
from viz.graph.svg import in_theme
from viz.style.colors import Theme, palette
from viz.style.numerals import array, counted, number
from viz.viewer.embed import page, upgraded


@dataclass(frozen=True)
class NetworkPicture:
    """A drawn network: `.svg` is the text, `.description` says it in words."""

    svg: str
    description: str
    color: Shown = "weight"
    theme: Theme = "light"

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file ending in .svg, .html, .png or .pdf; return its path.

        Raises ValueError for another extension, ImportError if the extra for .png or .pdf is
        missing.
        """
        path = Path(path)
        ending = path.suffix.lower()
        writers: dict[str, Callable[[], str | bytes]] = {
            ".svg": lambda: self.svg,
            ".html": lambda: page(
                self.svg, title_of(self.color), self.theme, palette(self.theme)["page"]
            ),
            ".png": lambda: raster.png(self.svg),
            ".pdf": lambda: raster.pdf(self.svg),
        }
        if ending not in writers:
            raise ValueError(f"a network is saved as {', '.join(writers)}, not {path.suffix!r}")
        return write_whole(path, writers[ending]())

    def _repr_html_(self) -> str:
        return upgraded(self.svg, self.description)

    def __repr__(self) -> str:
        return f"NetworkPicture({self.description!r})"


def network(
    model: Any,
    color: Shown = "weight",
    *,
    max_units: int = 12,
    theme: Theme = "light",
    x: Any = None,
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
) -> NetworkPicture:
    """Draw the neurons of a model and the weights between them.

    model: anything with `named_parameters()`; its weights are matrices (inputs, outputs), or
        the vectors of single neurons.
    color: what width and colour show: "weight" or "gradient". Positive is orange, negative is blue
        and dashed; a neuron has the colour of its bias.
    max_units: in a layer with more units the middle ones are left out.
    theme: "light", "dark", or "auto", which follows the page.
    x: one sample: its numbers go through the network in evaluation mode, and are written in the
        circles, which are shaded accordingly; the biases are marks beside them.
    inputs, outputs: the names of the inputs and outputs.

    Raises TypeError if the model has no parameters to read, ValueError if no layer has weights, or
    for an unknown choice.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> class Line:
    ...     def named_parameters(self):
    ...         yield "weight", Tensor([[0.5], [-2.0]])
    >>> print(network(Line()).description)
    Network of 2 inputs and 1 layer: Line with 1 unit, weights from -2.0 to 0.5.
    """
    if color not in ("weight", "gradient"):
        raise ValueError(f'network is coloured by "weight" or "gradient", not {color!r}')
    ink = palette(theme)
    if not hasattr(model, "named_parameters"):
        raise TypeError(
            f"network needs a model with named_parameters(), not {type(model).__name__}"
        )
    if max_units < 3:
        raise ValueError(f"max_units must be at least 3, not {max_units}")
    found = [connection_of(layer) for layer in layers_of(model)]
    connections = [c for c in found if c is not None]
    if not connections:
        raise ValueError(
            f"network found no layer with a weight matrix in {type(model).__name__}; are its "
            "parameters attributes of it?"
        )
    description = _in_words(connections, color)
    held = [] if x is None else activations_of(model, x, connections)
    if x is not None:
        description += f" A sample goes through it: {_told(held[0])} in, {_told(held[-1])} out."
    sample = Sample(held, inputs, outputs)
    svg = network_svg(connections, color, max_units, ink, description, sample)
    return NetworkPicture(in_theme(svg, theme), description, color, theme)


def _told(held: np.ndarray | None) -> str:
    return "" if held is None else array(held)


def _span(shown: np.ndarray) -> str:
    known = shown[np.isfinite(shown)]
    ends = f"from {number(known.min())} to {number(known.max())}" if known.size else ""
    bad = f"{shown.size - known.size} of {shown.size} nan or inf" if known.size < shown.size else ""
    return ", ".join(filter(None, (ends, bad)))


def _in_words(connections: list[Connection], color: Shown) -> str:
    parts = []
    for c, title in zip(connections, titles(c.name for c in connections), strict=True):
        units = c.weight.shape[1]
        shown, _ = numbers_of(c, color)
        figures = f"{color}s not computed" if shown is None else f"{color}s {_span(shown)}"
        parts.append(f"{title} with {counted(units, 'unit')}, {figures}")
    inputs = connections[0].weight.shape[0]
    return (
        f"Network of {counted(inputs, 'input')} and {counted(len(connections), 'layer')}: "
        + "; ".join(parts)
        + "."
    )
