"""What all plots share: Axes, colours, a calm style, and a description for screen readers.

matplotlib is optional, so it is imported only here, and only when a plot is asked for.
"""

from __future__ import annotations

import io
import re
import textwrap
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from viz.style.numerals import number
from viz.viewer.embed import image

if TYPE_CHECKING:
    import matplotlib.axes
    from matplotlib.figure import Figure

    class Axes(matplotlib.axes.Axes):
        """The Axes of a plot: they lie on a figure, which can be saved."""

        @property
        def figure(self) -> Figure: ...


# Okabe and Ito, "Color universal design" (2008): distinguishable with any colour vision.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, INK, GREY = "#CC79A7", "#56B4E9", "#222222", "#6B6B6B"
#: For classes and series. Each has its own marker and dash too: colour is never the only cue.
SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))

_alt: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def matplotlib_module(name: str = "pyplot") -> Any:
    """Return `matplotlib.<name>`; raise ImportError naming the extra if it is not installed."""
    try:
        return __import__(f"matplotlib.{name}", fromlist=[name])
    except ImportError as error:
        raise ImportError(
            "plots need matplotlib, which is not installed: pip install 'chainrule[plots]'"
        ) from error


def axes(ax: Any = None, size: tuple[float, float] = (7.2, 4.4)) -> Any:
    """Return `ax`, or a new Axes on its own figure, in our style."""
    plt = matplotlib_module()
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained")
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=11)
    ax.xaxis.label.set_size(12)
    ax.yaxis.label.set_size(12)
    ax.title.set_size(13)
    return ax


def detached_axes(size: tuple[float, float] = (7.2, 4.4)) -> Any:
    """Return an Axes unknown to pyplot, so that a notebook shows it only once."""
    figure = matplotlib_module("figure").Figure(figsize=size, layout="constrained")
    return axes(figure.add_subplot())


def grid(ax: Any, axis: str = "both") -> None:
    """Draw a light grid behind the data."""
    ax.grid(visible=True, axis=axis, color="#DDDDDD", linewidth=0.8)
    ax.set_axisbelow(True)


def described(ax: Any, text: str) -> Axes:
    """Attach a description to the plot, format the numbers on its axes, and return the Axes."""
    _alt[ax] = text
    for axis in (ax.xaxis, ax.yaxis):
        plain_ticks(axis)
    drawn: Axes = ax
    return drawn


def below(ax: Any, *told: str) -> None:
    """Write what the plot cannot show below the label of the horizontal axis."""
    # Short lines, for the axis may be narrower than its figure.
    wrapped = [textwrap.wrap(text, 64, max_lines=5, placeholder=" …") for text in told if text]
    lines = [line for some in wrapped for line in some]
    if lines:
        ax.set_xlabel("\n".join([ax.get_xlabel(), *lines]), fontsize=11)


def plain_ticks(axis: Any) -> None:
    """Format an axis's numbers as in all pictures, unless they are words or powers of ten."""
    ticker = matplotlib_module("ticker")
    if isinstance(axis.get_major_formatter(), ticker.ScalarFormatter | ticker.LogFormatter):
        axis.set_major_formatter(_ticks())
        axis.set_minor_formatter(ticker.NullFormatter())


def _ticks() -> Any:
    """Return a formatter: four significant digits, an ASCII minus, whole numbers bare."""

    def one(_: Any, x: float, __: Any = None) -> str:
        return number(float(f"{x:.8g}"))

    def all_of_them(_: Any, values: Any) -> list[str]:
        told = [one(_, x) for x in values]
        whole = all(text.endswith(".0") for text in told)
        return [text.removesuffix(".0") for text in told] if whole else told

    formatter = matplotlib_module("ticker").Formatter
    return type("Ticks", (formatter,), {"__call__": one, "format_ticks": all_of_them})()


def alt_text(ax: Any) -> str:
    """Return the description in words of a plot that `viz` drew; "" for any other.

    >>> from viz import alt_text, dropout_masks
    >>> alt_text(dropout_masks(lambda x: x * 0.0, shape=(2, 3), passes=1))
    '1 dropout mask of 2 × 3 units. Pass 1: 6 of 6 dropped.'
    """
    return _alt.get(ax, "")


class Picture:
    """A plot for a notebook or a page: an image that carries its description.

    Made by `picture(ax)`; `.svg` is its text, `.alt` the description.
    """

    def __init__(self, svg: str, alt: str) -> None:
        self.svg, self.alt = svg, alt

    def _repr_html_(self) -> str:
        return image(self.svg, self.alt)

    def __repr__(self) -> str:
        return f"Picture({self.alt!r})"


def picture(ax: Any, alt: str = "") -> Picture:
    """Return the figure of a plot as an image with alternative text, for notebooks.

    Notebooks show a bare Axes as an image without any description. Plots drawn by `viz` describe
    themselves; `alt` describes any other. The figure is closed in pyplot, or the notebook would
    show it again.

    >>> from viz import dropout_masks, picture
    >>> picture(dropout_masks(lambda x: x * 0.0, shape=(2, 3), passes=1))
    Picture('1 dropout mask of 2 × 3 units. Pass 1: 6 of 6 dropped.')
    """
    pyplot = matplotlib_module("pyplot")
    matplotlib = pyplot.matplotlib
    text = alt or " ".join(filter(None, (alt_text(one) for one in ax.figure.axes)))
    file = io.StringIO()
    # Fixed ids and no date: the same plot gives the same text, so notebooks do not change.
    with matplotlib.rc_context({"svg.hashsalt": "chainrule"}):
        metadata = {"Date": None, "Description": text}
        ax.figure.savefig(file, format="svg", metadata=metadata)
    pyplot.close(ax.figure)
    return Picture(_compact(file.getvalue()), text)


def _compact(svg: str) -> str:
    """Remove what nobody sees: comments, space between tags, hundredths of a pixel in paths."""
    bare = re.sub(r">\s+<", "><", re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL))
    return re.sub(r' d="[^"]*"', lambda path: _rounded(path[0]), bare)


def _rounded(path: str) -> str:
    return re.sub(r"(\.\d\d)\d+", r"\1", " ".join(path.split()).join((" ", "")))
