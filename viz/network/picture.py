"""The picture of a network that everybody knows: neurons in columns, weights as lines.

Width and colour of a line show its weight, or its gradient. Wide layers are collapsed. The
picture is written as SVG text, without any library.
"""

from __future__ import annotations

import hashlib
import html
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from viz.flow.layers import Layer, layers_of, parameter_data, parameter_gradient, titles
from viz.formats import raster
from viz.formats.files import write_whole
from viz.style.colors import palette
from viz.style.numerals import counted
from viz.style.scales import Logarithmic, Range
from viz.viewer.embed import page, upgraded

Shown = Literal["weight", "gradient"]

_RADIUS, _STEP, _WIDE_STEP, _COLUMN, _MARGIN, _TOP = 17, 50, 92, 240, 70, 84
_LEGEND = 76
_NARROW_COLUMN = 150  # in deep networks, that they still fit on a page
#: With at most so many lines, each has its number written on it.
_NUMBERED = 16
#: The size of those numbers.
_NUMBER = 12

#: Where a number stands: the middle of its plate, and half the width.
_Plate = tuple[float, float, float]


@dataclass(frozen=True)
class _Connection:
    """The weights between two columns, (inputs, units), and the biases of the second."""

    name: str
    weight: np.ndarray
    weight_gradient: np.ndarray | None
    bias: np.ndarray | None
    bias_gradient: np.ndarray | None


@dataclass(frozen=True)
class NetworkPicture:
    """A drawn network: `.svg` is the text, `.description` says it in words."""

    svg: str
    description: str
    color: Shown = "weight"
    theme: Literal["light", "dark"] = "light"

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file ending in .svg, .html, .png or .pdf; return its path.

        Raises ValueError for another ending, ImportError where .png or .pdf lack their extra.
        """
        path = Path(path)
        ending = path.suffix.lower()
        writers: dict[str, Callable[[], str | bytes]] = {
            ".svg": lambda: self.svg,
            ".html": lambda: page(
                self.svg, _title(self.color), self.theme, palette(self.theme)["page"]
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
    max_units: int = 10,
    theme: Literal["light", "dark"] = "light",
) -> NetworkPicture:
    """Draw the neurons of a model and the weights between them.

    model: anything with `named_parameters()`; its weights are matrices (inputs, outputs), or
        the vectors of single neurons.
    color: what width and colour show: the "weight"s, or their "gradient"s. Positive is
        orange, negative is blue and dashed; a neuron has the colour of its bias.
    max_units: a layer with more units is collapsed to this many circles.
    theme: "light" or "dark".

    Raises TypeError if there are no parameters to ask for, ValueError if no layer has weights,
    and for an unknown choice.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> class Line:
    ...     def named_parameters(self):
    ...         yield "weight", Tensor([[0.5], [-2.0]])
    >>> print(network(Line()).description)
    Network of 2 inputs and 1 layer: Line with 1 unit, weights from -2 to 0.5.
    """
    if color not in ("weight", "gradient"):
        raise ValueError(f'network is coloured by "weight" or "gradient", not {color!r}')
    if theme not in ("light", "dark"):
        raise ValueError(f"theme must be 'light' or 'dark' for a network, not {theme!r}")
    if not hasattr(model, "named_parameters"):
        raise TypeError(
            f"network needs a model with named_parameters(), not {type(model).__name__}"
        )
    if max_units < 3:
        raise ValueError(f"max_units must be at least 3, not {max_units}")
    found = [_connection(layer) for layer in layers_of(model)]
    connections = [c for c in found if c is not None]
    if not connections:
        raise ValueError(
            f"network found no layer with a weight matrix in {type(model).__name__}; are its "
            "parameters attributes of it?"
        )
    description = _in_words(connections, color)
    ink = palette(theme)
    svg = _svg(connections, color, max_units, ink, description)
    return NetworkPicture(svg, description, color, theme)


def _connection(layer: Layer) -> _Connection | None:
    """Return the weights of a layer as a matrix; None for one that has none, as a scale."""
    shapes = [(p, np.ndim(parameter_data(p))) for p in layer.parameters.values()]
    matrices = [p for p, ndim in shapes if ndim == 2]
    vectors = [p for p, ndim in shapes if ndim == 1]
    scalars = [p for p, ndim in shapes if ndim == 0]
    if matrices:
        weight = parameter_data(matrices[0])
        fits = [v for v in vectors if parameter_data(v).shape == (weight.shape[1],)]
        return _Connection(
            layer.name,
            weight,
            parameter_gradient(matrices[0]),
            parameter_data(fits[0]) if fits else None,
            parameter_gradient(fits[0]) if fits else None,
        )
    if vectors and len(vectors) == len(scalars):  # single neurons: w and b each
        return _Connection(
            layer.name,
            np.stack([parameter_data(v) for v in vectors], axis=1),
            _stacked(vectors),
            np.stack([parameter_data(b) for b in scalars]),
            _stacked(scalars),
        )
    return None


def _stacked(parameters: list[Any]) -> np.ndarray | None:
    gradients = [parameter_gradient(p) for p in parameters]
    if any(g is None for g in gradients):
        return None
    return np.stack([g for g in gradients if g is not None], axis=-1)


def _numbers(c: _Connection, color: Shown) -> tuple[np.ndarray | None, np.ndarray | None]:
    if color == "weight":
        return c.weight, c.bias
    return c.weight_gradient, c.bias_gradient


def _title(color: Shown) -> str:
    return f"Network, {color}s"


def _in_words(connections: list[_Connection], color: Shown) -> str:
    parts = []
    for c, title in zip(connections, titles(c.name for c in connections), strict=True):
        units = c.weight.shape[1]
        shown, _ = _numbers(c, color)
        figures = (
            f"{color}s not computed"
            if shown is None
            else f"{color}s from {shown.min():.3g} to {shown.max():.3g}"
        )
        parts.append(f"{title} with {counted(units, 'unit')}, {figures}")
    inputs = connections[0].weight.shape[0]
    return (
        f"Network of {counted(inputs, 'input')} and {counted(len(connections), 'layer')}: "
        + "; ".join(parts)
        + "."
    )


class _Column:
    """Where the circles of one column are; units that are not shown have no place."""

    def __init__(self, x: float, units: int, height: float, limit: int, step: int) -> None:
        self.x, self.units = x, units
        if units <= limit:
            head, shown, slots = units, list(range(units)), list(range(units))
        else:  # the last unit stays visible, below the line that counts what is left out
            head = limit - 2
            shown, slots = [*range(head), units - 1], [*range(head), head + 1]
        top = _TOP + (height - slots[-1] * step) / 2
        self.y = {unit: top + slot * step for unit, slot in zip(shown, slots, strict=True)}
        self.gap = top + head * step
        self.hidden = units - len(shown)


def _svg(
    connections: list[_Connection], color: Shown, limit: int, ink: Any, description: str
) -> str:
    sizes: list[tuple[int, str]] = []  # units and caption of each column
    pairs: list[tuple[int, int, _Connection]] = []
    for c, title in zip(connections, titles(c.name for c in connections), strict=True):
        inputs, units = c.weight.shape
        if not sizes or sizes[-1][0] != inputs:  # also where a reshape breaks the chain
            sizes.append((inputs, "input"))
        sizes.append((units, title))
        pairs.append((len(sizes) - 2, len(sizes) - 1, c))
    rows = max(min(units, limit) for units, _ in sizes)
    lines = sum(min(sizes[a][0], limit) * min(sizes[b][0], limit) for a, b, _ in pairs)
    step = _WIDE_STEP if lines <= _NUMBERED else _STEP
    height = (rows - 1) * step
    apart = _COLUMN if len(sizes) <= 6 else _NARROW_COLUMN
    columns = [
        _Column(_MARGIN + i * apart, units, height, limit, step)
        for i, (units, _) in enumerate(sizes)
    ]
    width = max(2 * _MARGIN + (len(columns) - 1) * apart, 440)
    bottom = _TOP + height + 40
    largest = _largest(connections, color)
    # ids of its own: several pictures may stand on one page
    key = hashlib.sha256(f"{description}{color}".encode()).hexdigest()[:8]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-labelledby="title-{key} desc-{key}" '
        f'viewBox="0 0 {width} {bottom + _LEGEND}" width="{width}" height="{bottom + _LEGEND}" '
        'font-family="Helvetica, Arial, sans-serif">',
        f'<title id="title-{key}">{_text(_title(color))}</title>',
        f'<desc id="desc-{key}">{_text(description)}</desc>',
        f'<rect width="100%" height="100%" fill="{ink["page"]}"/>',
    ]
    for a, b, c in pairs:
        parts += _lines(columns[a], columns[b], c, color, largest, ink, lines <= _NUMBERED)
    for i, column in enumerate(columns):
        owner = next((c for _, b, c in pairs if b == i), None)
        parts += _circles(column, sizes[i][1], owner, color, largest, ink)
    parts += _legend(width, bottom, color, largest, ink, connections)
    return "\n".join([*parts, "</svg>"])


def _largest(connections: list[_Connection], color: Shown) -> float:
    arrays = [a for c in connections for a in _numbers(c, color) if a is not None and a.size]
    finite = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays]
    return float(max(finite, default=0.0))


def _lines(
    left: _Column, right: _Column, c: _Connection, color: Shown, largest: float, ink: Any,
    numbered: bool,
) -> list[str]:  # fmt: skip
    shown, _ = _numbers(c, color)
    parts: list[str] = []
    labels: list[str] = []
    taken: list[_Plate] = []
    heights = [(left.y[i], right.y[j]) for i in left.y for j in right.y]
    order = [(i, j) for i in left.y for j in right.y]
    if shown is not None:  # the strong ones on top
        order.sort(key=lambda ij: abs(np.nan_to_num(shown[ij])))
    for i, j in order:
        x1, y1, x2, y2 = left.x + _RADIUS, left.y[i], right.x - _RADIUS, right.y[j]
        number = None if shown is None else float(shown[i, j])
        stroke = _stroke(number, largest, ink)
        parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {stroke}>'
            f"<title>{_text(_about(c, i, j))}</title></line>"
        )
        if numbered and number is not None:
            text = f"{number:.2g}"
            t = _clear_share((x1, y1, x2, y2), heights, taken, text)
            x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
            taken.append((x, y, _half(text)))
            labels.append(_tag(x, y, text, ink))
    return parts + labels


def _clear_share(
    line: tuple[float, float, float, float],
    others: list[tuple[float, float]],
    taken: list[_Plate],
    text: str,
) -> float:
    """Return how far along a line its number is best: on no other number, and off all lines.

    line: from x1, y1 to x2, y2; the others run over the same width, and are given by their
    two heights. taken: the numbers that have their place.
    """
    x1, y1, x2, y2 = line
    half = _half(text)

    def room(t: float) -> tuple[float, float]:
        x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
        covered = [
            min(half + wide - abs(x - a), 1.4 * _NUMBER - abs(y - b)) for a, b, wide in taken
        ]
        gaps = [abs(a + t * (b - a) - y) for a, b in others if (a, b) != (y1, y2)]
        return -max([0.0, *covered]), min([x2 - x1, *gaps])

    return max((0.14 + 0.02 * k for k in range(37)), key=room)


def _stroke(number: float | None, largest: float, ink: Any) -> str:
    """Return colour, width and dashes of a line: never the colour alone."""
    if number is None:
        return f'stroke="{ink["line"]}" stroke-width="1" stroke-dasharray="1 5"'
    if number == 0 or not largest or number != number:
        return f'stroke="{ink["line"]}" stroke-width="0.8" stroke-dasharray="1 3"'
    strength = min(abs(number) / largest, 1.0)
    line, dashes = ("edge-positive", "") if number > 0 else ("edge-negative", "7 4")
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'stroke="{ink[line]}" stroke-width="{0.5 + 5.5 * strength:.2f}" '
        f'stroke-opacity="{0.35 + 0.65 * strength:.2f}"{dashed}'
    )


def _about(c: _Connection, i: int, j: int) -> str:
    text = f"{c.name}: weight from {i} to {j} = {c.weight[i, j]:.4g}"
    g = c.weight_gradient
    return f"{text}, gradient {'not computed' if g is None else format(g[i, j], '.4g')}"


def _circles(
    column: _Column, caption: str, owner: _Connection | None, color: Shown, largest: float, ink: Any
) -> list[str]:
    parts = []
    biases = None if owner is None else _numbers(owner, color)[1]
    for unit, y in column.y.items():
        bias = None if biases is None else float(biases[unit])
        fill, width = ink["box"], 1.5
        if bias is not None and bias != 0 and (largest or not math.isfinite(bias)):
            fill = ink[Logarithmic().role(bias, Range(largest * 1e-2, largest), True)]
        known = "" if bias is None else f", bias{' gradient' * (color == 'gradient')} {bias:.4g}"
        parts.append(
            f'<circle cx="{column.x:g}" cy="{y:g}" r="{_RADIUS}" fill="{fill}" '
            f'stroke="{ink["text"]}" stroke-width="{width}">'
            f"<title>{_text(f'{caption}, unit {unit}{known}')}</title></circle>"
        )
        if bias is not None:
            parts.append(_words(column.x, y + 4, _short(bias), ink["text"], 11))
    if column.hidden:
        more = f"… {column.hidden} more"
        parts.append(_tag(column.x, column.gap, more, ink, size=14))
    count = counted(column.units, "number" if caption == "input" else "unit")
    name = caption if len(caption) <= 22 else "…" + caption[-21:]
    parts.append(_words(column.x, 24, name, ink["text"], 15, "bold"))
    parts.append(_words(column.x, 41, count, ink["muted"], 13))
    return parts


def _legend(
    width: float, top: float, color: Shown, largest: float, ink: Any,
    connections: list[_Connection],
) -> list[str]:  # fmt: skip
    if all(_numbers(c, color)[0] is None for c in connections):
        text = f"{color}s: not computed, call backward() first"
        return [_words(width / 2, top + 30, text, ink["text"], 14)]
    parts = []
    biased = any(_numbers(c, color)[1] is not None for c in connections)
    start = width / 2 - 150
    for k, number in enumerate((-largest, -largest / 4, largest / 4, largest)):
        x = start + 100 * k
        parts.append(
            f'<line x1="{x - 32:g}" y1="{top + 14:g}" x2="{x + 32:g}" y2="{top + 14:g}" '
            f"{_stroke(number, largest, ink)}/>"
        )
        parts.append(_words(x, top + 34, f"{number:+.2g}".replace("-", "−"), ink["text"], 13))
    text = f"{color} (lines)" + (", bias (in the circles)" if biased else "")
    if color == "gradient":
        text = "∂loss/∂weight (lines)" + (", ∂loss/∂bias (in the circles)" if biased else "")
    parts.append(_words(width / 2, top + 56, text, ink["muted"], 13))
    return parts


def _words(x: float, y: float, text: str, fill: str, size: int, weight: str = "normal") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{_text(text)}</text>'
    )


def _half(text: str, size: int = _NUMBER) -> float:
    """Return half the width of the plate under a text."""
    return 0.3 * size * len(text) + 3


def _tag(x: float, y: float, text: str, ink: Any, size: int = _NUMBER) -> str:
    """Return text on a plate, so that it is readable on top of lines."""
    half = _half(text, size)
    plate = (
        f'<rect x="{x - half:.1f}" y="{y - 0.7 * size:.1f}" width="{2 * half:.1f}" '
        f'height="{1.4 * size:.1f}" rx="3" fill="{ink["page"]}" fill-opacity="0.92"/>'
    )
    return plate + _words(x, y + 0.35 * size, text.replace("-", "−"), ink["text"], size)


def _short(number: float) -> str:
    """Return a number that fits into a circle."""
    text = f"{number:.1g}" if 0 < abs(number) < 0.095 or abs(number) >= 10 else f"{number:.1f}"
    text = "0" if number == 0 else text.replace("e-0", "e-").replace("e+0", "e")
    return text.replace("-", "−").replace("−0.", "−.").removeprefix("0") or "0"


def _text(text: str) -> str:
    return html.escape("".join(c if c.isprintable() else " " for c in text))
