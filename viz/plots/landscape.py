"""Draw the loss along a line, or over a plane, through the space of all parameters.

The picture shows one or two directions out of many: the ground near the path, not the whole
country. Random directions are scaled, parameter by parameter, to the size of the parameter ("filter
normalisation": Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural
nets", 2018); a path spans its own plane, by its principal components.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Node, gradients, no_grad
from viz.flow.layers import nodes_of, parameter_data
from viz.plots import canvas
from viz.style.numerals import counted, number

_FACTOR = 1e3  # highest / lowest loss from which levels are equal factors apart


def parameter_vector(parameters: Iterable[Any]) -> np.ndarray:
    """Return a copy of all numbers of the parameters, in one row: a point of a path.

    >>> from autograd import Tensor, Value
    >>> parameter_vector([Tensor([[1.0, 2.0]]), Value(3.0)])
    array([1., 2., 3.])
    """
    return np.concatenate([parameter_data(p).ravel() for p in parameters])


def loss_landscape(
    loss: Callable[[], Any],
    parameters: Iterable[Any],
    *,
    directions: Sequence[Any] | int = 2,
    path: Any = None,
    span: float = 1.0,
    resolution: int = 41,
    seed: int = 0,
    ax: Any = None,
) -> canvas.Axes:
    """Draw the loss along a line (one direction) or over a plane (two) of parameters.

    loss: a function without arguments that computes the loss from the current parameters.
    parameters: an iterable of `Tensor`s, `Value`s or arrays of `Value`s. They are moved while
        drawing, and then restored exactly. They were changed, though, so a loss recorded earlier
        can no longer go backward (StaleDataError); record it anew.
    directions: 1 or 2, to have them chosen for you, or the vectors themselves, of the length of
        `parameter_vector(parameters)`. The choice is both axes for two parameters, the principal
        components of a path if there is one, or else random directions.
    path: (steps, numbers): the results of `parameter_vector` during training, drawn on top.
    span: how far to go, in lengths of the direction; a path is always shown in full.

    The parameters' current position is in the middle. On a line the tangent is drawn there too,
    with its slope from the engine's gradient. Raises ValueError for other lengths. Returns the
    Axes.

    >>> from autograd import Value
    >>> from viz import alt_text
    >>> w = Value(1.0, label="w")
    >>> alt_text(loss_landscape(lambda: w**2, [w], directions=[[1.0]], span=2.0))
    'Loss along a line: lowest 0.0 at -1.0, 1.0 in the middle, highest 9.0.
     Slope in the middle: 2.0.'
    """
    parameters = list(parameters)
    here = parameter_vector(parameters)
    points = None if path is None else np.atleast_2d(np.asarray(path, dtype=float))
    if points is not None and points.shape[1] != here.size:
        raise ValueError(
            f"the path has {points.shape[1]} numbers a step for {here.size} parameters; make "
            "its points with parameter_vector(parameters)"
        )
    ways = _directions(directions, parameters, here, points, np.random.default_rng(seed))
    if len(ways) == 1:
        return _line(loss, parameters, here, ways[0], span, resolution, ax)
    return _plane(loss, parameters, here, ways, points, span, resolution, ax)


def _directions(
    wanted: Sequence[Any] | int,
    parameters: Sequence[Any],
    here: np.ndarray,
    path: np.ndarray | None,
    rng: np.random.Generator,
) -> np.ndarray:
    if not isinstance(wanted, int):
        ways = np.array([np.ravel(np.asarray(d, dtype=float)) for d in wanted])
        if ways.shape not in ((1, here.size), (2, here.size)):
            raise ValueError(
                f"directions must be 1 or 2 vectors of {here.size} numbers, not {ways.shape}"
            )
        return ways
    if wanted not in (1, 2):
        raise ValueError(f"the loss is drawn along 1 or 2 directions, not {wanted}")
    if here.size == wanted:
        return np.eye(wanted)
    if path is not None and len(path) > 2:
        _, _, components = np.linalg.svd(path - here, full_matrices=False)
        if len(components) >= wanted:
            return np.asarray(components[:wanted])
    drawn = []
    for _ in range(wanted):
        parts = []
        for p in parameters:
            w = parameter_data(p).ravel()
            d = rng.normal(size=w.size)
            parts.append(d * np.linalg.norm(w) / np.linalg.norm(d))
        drawn.append(np.concatenate(parts))
    return np.array(drawn)


def _line(
    loss: Callable[[], Any],
    parameters: Sequence[Any],
    here: np.ndarray,
    way: np.ndarray,
    span: float,
    resolution: int,
    ax: Any,
) -> canvas.Axes:
    steps = np.linspace(-span, span, resolution | 1)  # odd: the middle is one of them
    with _put_back(parameters):
        heights = np.array([_at(loss, parameters, here + t * way) for t in steps])
        _assign(parameters, here)
        slope = _slope(loss, parameters, way)
    middle = heights[resolution // 2]
    ax = canvas.axes(ax)
    ax.plot(steps, heights, color=canvas.BLUE, linewidth=2.6, label="loss")
    reach = np.array([-0.35, 0.35]) * span
    label = f"tangent, slope {number(slope)}"
    ax.plot(reach, middle + slope * reach, "--", color=canvas.RED, linewidth=2.2, label=label)
    ax.plot(0, middle, "o", color=canvas.INK, markersize=9, label="the parameters now", zorder=4)
    ax.set_xlabel("step along the direction", fontsize=12)
    ax.set_ylabel("loss", fontsize=12)
    ax.set_title("Loss along a line", fontsize=13)
    canvas.grid(ax)
    known = np.isfinite(heights)
    told = "not finite anywhere"
    if known.any():
        lowest = int(np.argmin(np.where(known, heights, np.inf)))
        told = (
            f"lowest {number(heights[lowest])} at {number(steps[lowest])}, {number(middle)} in the "
            f"middle, highest {number(heights[known].max())}"
        )
    words = f"Loss along a line: {told}. Slope in the middle: {number(slope)}."
    if not known.all():
        words += _hatched(ax, steps, known)
    ax.legend(frameon=False, fontsize=11)
    return canvas.described(ax, words)


def _hatched(ax: Any, steps: np.ndarray, known: np.ndarray) -> str:
    """Hatch where a line cannot show the loss because it is nan or inf, and say so."""
    said = f"At {counted(int(np.sum(~known)), 'point')} of {known.size} it is not finite: hatched."
    half = (steps[1] - steps[0]) / 2
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~known, [False]]).astype(int)))
    for i, (a, b) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        ax.axvspan(
            max(steps[a] - half, steps[0]),
            min(steps[b - 1] + half, steps[-1]),
            facecolor="white",
            hatch="xxx",
            edgecolor=canvas.RED,
            linewidth=0,
            zorder=0,
            label="not finite" if i == 0 else None,
        )
    return f" {said}"


def _plane(
    loss: Callable[[], Any],
    parameters: Sequence[Any],
    here: np.ndarray,
    ways: np.ndarray,
    path: np.ndarray | None,
    span: float,
    resolution: int,
    ax: Any,
) -> canvas.Axes:
    whole = here.size == 2 and np.array_equal(ways, np.eye(2))
    origin = here if whole else np.zeros(2)  # two parameters: they are the axes
    track = _track(here, ways, path)
    u, v = _window(track, path is not None, span, resolution)
    with _put_back(parameters):
        heights = np.array(
            [[_at(loss, parameters, here + a * ways[0] + b * ways[1]) for a in u] for b in v]
        )
    ax = canvas.axes(ax, (6.8, 5.2))
    shown = np.ma.masked_invalid(heights)
    x, y = u + origin[0], v + origin[1]
    missing = int(np.sum(~np.isfinite(heights)))
    if missing:  # what cannot be coloured is hatched and reported
        ax.patch.set(hatch="xxx", edgecolor=canvas.RED, facecolor="white")
    if missing < heights.size:
        _coloured(ax, x, y, shown)
    if path is not None:
        _tracked(ax, track + origin)
    ax.plot(*origin, "*", color=canvas.ORANGE, markeredgecolor=canvas.INK, markersize=17,
            linestyle="none", label="the parameters now", zorder=5)  # fmt: skip
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    across, up = _axis_names(parameters, whole)
    ax.set(xlabel=across, ylabel=up)
    ax.set_title("Loss over a plane of parameters", fontsize=13, pad=30)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=10.5)
    words = f"Loss over a plane of {counted(here.size, 'parameter')}"
    if missing < heights.size:
        words += f": lowest {number(shown.min())}, highest {number(shown.max())}"
    words += "."
    said = _not_shown(missing, heights.size, path)
    canvas.below(ax, *said)
    words = " ".join([words, *said])
    if path is not None:
        words += f" The path of the optimiser has {counted(len(path), 'point')}."
    return canvas.described(ax, words)


def _track(here: np.ndarray, ways: np.ndarray, path: np.ndarray | None) -> np.ndarray:
    """Return the path in the plane, from the middle; a diverged one as far as it can be drawn."""
    if path is None:
        return np.zeros((1, 2))
    known = path[np.isfinite(path).all(axis=1)]
    track = np.linalg.lstsq(ways.T, (known - here).T, rcond=None)[0].T
    return track if len(track) else np.zeros((1, 2))


def _window(
    track: np.ndarray, has_path: bool, span: float, resolution: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions along both axes: around a path with some room, else `span` each way."""
    low = np.minimum(track.min(axis=0), 0.0)
    high = np.maximum(track.max(axis=0), 0.0)
    room = 0.2 * (high - low) if has_path else np.zeros(2)
    reach = np.where(high - low > 0, room, span)
    u, v = (np.linspace(a - r, b + r, resolution) for a, b, r in zip(low, high, reach, strict=True))
    return u, v


def _axis_names(parameters: Sequence[Any], whole: bool) -> list[str]:
    labels = [x.label for p in parameters for x in nodes_of(p)] if whole else []
    axis = "parameter" if whole else "direction"
    return labels if len(labels) == 2 and all(labels) else [f"first {axis}", f"second {axis}"]


def _not_shown(missing: int, points: int, path: np.ndarray | None) -> list[str]:
    """Say at how many points the loss is not finite, and how many of a path cannot be drawn."""
    said = []
    if missing:
        said.append(f"At {counted(missing, 'point')} of {points:,} it is not finite: hatched.")
    lost = 0 if path is None else int(np.sum(~np.isfinite(path).all(axis=1)))
    if lost:
        said.append(f"{counted(lost, 'point')} of the path cannot be shown: nan or inf.")
    return said


def _tracked(ax: Any, track: np.ndarray) -> None:
    """Draw the path of an optimiser."""
    ax.plot(*track.T, "-", color="white", linewidth=3.6)
    look = {"color": canvas.RED, "linewidth": 1.8, "markersize": 6}
    ax.plot(*track.T, ".-", label="path of the optimiser", **look)
    look = {"color": "white", "markeredgecolor": canvas.INK, "markersize": 10}
    ax.plot(*track[0], "s", label="start", **look)


def _coloured(ax: Any, x: np.ndarray, y: np.ndarray, heights: Any) -> None:
    """Colour the plane by the loss, with labelled contours and a colour bar.

    A loss over many powers of ten has levels at equal factors; equal steps would crowd at its edge.
    """
    least, most = float(heights.min()), float(heights.max())
    wide = least > 0 and most / least > _FACTOR
    levels: Any = np.geomspace(least, most, 25) if wide else 24
    norm = canvas.matplotlib_module("colors").LogNorm(least, most) if wide else None
    filled = ax.contourf(x, y, heights, levels=levels, norm=norm, cmap="cividis")
    if np.ptp(heights):
        lines = ax.contour(
            x, y, heights, levels=filled.levels[::3], colors="white", linewidths=0.6, alpha=0.7
        )
        effects = canvas.matplotlib_module("patheffects")
        around = [effects.withStroke(linewidth=2.5, foreground=canvas.INK)]
        for written in ax.clabel(lines, fmt=_level, fontsize=10, colors="white"):
            written.set_path_effects(around)  # so that white can be read on yellow too
    bar = ax.figure.colorbar(filled, ax=ax)
    canvas.plain_ticks(bar.ax.yaxis)
    bar.set_label("loss, logarithmic" if wide else "loss", fontsize=12)


def _level(height: float) -> str:
    return number(float(f"{height:.4g}"))


def _at(loss: Callable[[], Any], parameters: Sequence[Any], point: np.ndarray) -> float:
    _assign(parameters, point)
    with no_grad(), np.errstate(all="ignore"):
        try:
            result = loss()
        except ArithmeticError:  # a Value outside a function's domain
            return float("nan")
    return float(result.item() if isinstance(result, Node) else result)


def _slope(loss: Callable[[], Any], parameters: Sequence[Any], way: np.ndarray) -> float:
    """Return the directional derivative at the current parameters: gradient · direction."""
    nodes = [x for p in parameters for x in nodes_of(p)]
    found = gradients(loss(), nodes)
    return float(np.concatenate([np.ravel(g) for g in found]) @ way)


@contextmanager
def _put_back(parameters: Sequence[Any]) -> Iterator[None]:
    before = [[x.data if isinstance(x.data, float) else x.data.copy() for x in nodes_of(p)]
              for p in parameters]  # fmt: skip
    try:
        yield
    finally:
        for p, old in zip(parameters, before, strict=True):
            for x, data in zip(nodes_of(p), old, strict=True):
                x.data = data


def _assign(parameters: Sequence[Any], point: np.ndarray) -> None:
    at = 0
    for p in parameters:
        for x in nodes_of(p):
            size = int(np.size(x.data))
            part = point[at : at + size]
            x.data = float(part[0]) if isinstance(x.data, float) else part.reshape(x.data.shape)
            at += size
