"""Attention: how much each word looks at each of the others, and how the loss would change that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor, Value
from viz.plots import canvas
from viz.style.numerals import counted, lengths, number

_WRITTEN = 9  # words up to which each cell shows its number
_DIGITS = 2  # of a gradient
_TOLD = 10  # rows of a head that are described in words
_GAP, _HEAD, _TITLE = 0.9, 0.55, 0.5  # beside a table, above it for words, below it for its title
_UPRIGHT = 3  # letters of a word up to which it is upright above its column


def attention(
    weights: Any,
    words: Sequence[str],
    *,
    onto: Sequence[str] | None = None,
    gradient: bool = True,
    ax: Any = None,
) -> canvas.Axes:
    """Draw attention weights as a table: a row for each word, how much it looks at each column.

    weights: rows of numbers, `Value`s or a `Tensor`, as `softmax` returns them; several heads are a
        list of tables, or an array heads × words × words. Rows may get longer, as they do if a word
        sees only those before it: the missing cells are left blank.
    words: the words that look. onto: the words looked at; by default the same.
    gradient: whether to draw ∂loss/∂weights below, if the weights have gradients.

    Raises ValueError (a table that does not fit the words, or weights that are not a table).
    Returns the Axes.

    >>> from viz import alt_text
    >>> alt_text(attention([[1.0], [0.25, 0.75]], ["a", "b"]))
    'Attention of 2 words. a looks at a (1.00); b most at b (0.75).'
    """
    columns = list(words if onto is None else onto)
    heads = _heads(weights, len(words), len(columns))
    given = gradient and any(not np.all(np.isnan(slopes)) for _, slopes in heads)
    rows, wide = len(words), len(columns)
    written = max(rows, wide) <= _WRITTEN
    cell = 0.62 if written else max(0.16, min(0.4, 5.5 / max(rows, wide)))
    longest = max(len(str(word)) for word in (*words, *columns))
    aside = 0.35 + 0.12 * longest
    width = len(heads) * wide + (len(heads) - 1) * _GAP
    slanted = any(len(str(word)) > _UPRIGHT for word in columns)
    above = _HEAD + slanted * longest * 0.085 / cell  # the room for the words above a table
    below = rows + _TITLE + above
    height = rows + _TITLE + given * below
    ax = canvas.axes(ax, (cell * width + aside + 0.6, cell * (height + above) + 0.4))
    tables = _Tables(ax, [str(w) for w in words], [str(w) for w in columns], written)
    largest = max((np.nanmax(np.abs(s)) for _, s in heads if given), default=0.0)
    for k, (shares, slopes) in enumerate(heads):
        left = k * (wide + _GAP)
        title = f"head {k + 1}" if len(heads) > 1 else "weights"
        tables.draw(shares, left, 0.0, title, "Blues", (0.0, 1.0), first=k == 0)
        if given:
            title = f"∂loss, head {k + 1}" if len(heads) > 1 else "∂loss/∂weights"
            span = (-largest or -1.0, largest or 1.0)
            tables.draw(slopes, left, below, title, _signed(), span, first=k == 0)
    ax.set_xlim(-aside / cell, width + 0.05)
    ax.set_ylim(height, -above)
    ax.set_aspect("equal")
    ax.axis("off")
    return canvas.described(ax, _in_words([s for s, _ in heads], words, columns, given))


class _Tables:
    """Tables beside and below each other in one Axes."""

    def __init__(self, ax: Any, rows: list[str], columns: list[str], written: bool) -> None:
        self.ax, self.rows, self.columns, self.written = ax, rows, columns, written

    def draw(
        self,
        numbers: np.ndarray,
        left: float,
        top: float,
        title: str,
        colors: Any,
        span: tuple[float, float],
        first: bool,
    ) -> None:
        """Draw one table, its column words above it; the first has row words beside it."""
        ax, (rows, columns) = self.ax, numbers.shape
        shown = np.ma.masked_invalid(numbers)
        edges = np.arange(columns + 1) + left, np.arange(rows + 1) + top
        ax.pcolormesh(
            *edges, shown, cmap=colors, vmin=span[0], vmax=span[1], edgecolors="#DDDDDD", lw=0.6
        )
        slanted = any(len(word) > _UPRIGHT for word in self.columns)
        for j, word in enumerate(self.columns):
            ax.text(
                left + j + 0.5, top - 0.12, word, ha="left" if slanted else "center", va="bottom",
                rotation=45 if slanted else 0, fontsize=11, parse_math=False,
            )  # fmt: skip
        for i, word in enumerate(self.rows if first else ()):
            ax.text(
                left - 0.15, top + i + 0.5, word, ha="right", va="center", fontsize=11,
                parse_math=False,
            )  # fmt: skip
        ax.text(
            left + columns / 2, top + rows + 0.1, title, ha="center", va="top", fontsize=11,
            color=canvas.GREY,
        )  # fmt: skip
        for (i, j), x in np.ndenumerate(numbers):
            if self.written and np.isfinite(x):
                dark = (x - span[0]) / (span[1] - span[0])
                light_ink = dark > 0.6 if colors == "Blues" else abs(dark - 0.5) > 0.4
                ax.text(
                    left + j + 0.5, top + i + 0.5, _number(x, colors), ha="center", va="center",
                    fontsize=10, color="white" if light_ink else canvas.INK,
                )  # fmt: skip


def _signed() -> Any:
    """Return the usual colours of gradients: blue below 0, orange above."""
    colors = canvas.matplotlib_module("colors")
    return colors.LinearSegmentedColormap.from_list("signed", [canvas.BLUE, "white", canvas.RED])


def _number(x: float, colors: Any) -> str:
    return f"{x:.2f}" if colors == "Blues" else number(x, _DIGITS)


def _heads(weights: Any, rows: int, columns: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the weights and gradients of each head; nan where there are none."""
    cells = _cells(weights)
    deep = _depth(cells)
    if deep not in (2, 3):
        raise ValueError(
            f"attention draws a table, or a table for each head; got weights {deep} lists deep: "
            "of a batch take one sample, such as weights[0]"
        )
    tables = cells if deep == 3 else [cells]
    found = []
    for k, table in enumerate(tables):
        shape = len(table), max(map(len, table), default=0)
        if shape != (rows, columns):
            where = f"head {k + 1} of attention" if deep == 3 else "attention"
            raise ValueError(
                f"{where} has weights {lengths(shape)} for {rows} words that look at {columns}; "
                "give `words` for the rows and `onto` for the columns"
            )
        both = np.full((2, rows, columns), np.nan)
        for i, row in enumerate(table):
            for j, cell in enumerate(row):
                both[:, i, j] = cell
        found.append((both[0], both[1]))
    return found


def _cells(x: Any) -> Any:
    """Replace lists and arrays by lists, and each number by (number, gradient)."""
    if isinstance(x, Tensor):
        slopes: Any = x.grad if x.has_grad else np.full(x.shape, np.nan)
        slopes = slopes.data if isinstance(slopes, Tensor) else slopes
        return _pairs(np.asarray(x.data, dtype=float), np.asarray(slopes, dtype=float))
    if isinstance(x, Value):
        return (x.data, float(x.grad) if x.has_grad else np.nan)
    if isinstance(x, list | tuple) or (isinstance(x, np.ndarray) and x.ndim):
        return [_cells(one) for one in x]
    return (float(x), np.nan)


def _pairs(data: np.ndarray, slopes: np.ndarray) -> Any:
    if data.ndim == 0:
        return (float(data), float(slopes))
    return [_pairs(one, slope) for one, slope in zip(data, slopes, strict=True)]


def _depth(cells: Any) -> int:
    return 1 + max(map(_depth, cells), default=0) if isinstance(cells, list) else 0


def _in_words(
    heads: Sequence[np.ndarray], words: Sequence[str], columns: Sequence[str], given: bool
) -> str:
    parts = [f"Attention of {counted(len(words), 'word')}"]
    parts[0] += f", {counted(len(heads), 'head')}." if len(heads) > 1 else "."
    for k, shares in enumerate(heads):
        told: list[str] = []
        for word, row in list(zip(words, shares, strict=True))[:_TOLD]:
            if np.all(np.isnan(row)):
                continue
            at = int(np.nanargmax(row))
            most = "most at" if np.isfinite(row).sum() > 1 else "at"
            told.append(f"{word} {'looks ' * (not told)}{most} {columns[at]} ({row[at]:.2f})")
        rest = len(words) - _TOLD
        told += [f"and {rest} more"] if rest > 0 else []
        parts.append(f"{f'Head {k + 1}: ' if len(heads) > 1 else ''}{'; '.join(told)}.")
    parts += ["Their gradients are below."] if given else []
    return " ".join(parts)
