"""`History`: what was measured in each epoch of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class History(Mapping[str, list[float]]):
    """The figures of a training by name ("loss", "val_loss", "lr", …), one for each epoch.

    `stopped` says why the training ended before its last epoch; it is empty if it did not.

    >>> history = History()
    >>> history.record(loss=1.0, val_loss=1.5)
    >>> history.record(loss=0.5, val_loss=1.2)
    >>> history["val_loss"], history.best("val_loss"), history.epochs
    ([1.5, 1.2], (2, 1.2), 2)
    """

    def __init__(self) -> None:
        self._figures: dict[str, list[float]] = {}
        self.epochs = 0
        self.stopped = ""

    def record(self, **figures: float) -> None:
        """Add the figures of one epoch. A figure is nan in the epochs that lack it."""
        nan = float("nan")
        for name in figures:
            self._figures.setdefault(name, [nan] * self.epochs)
        for name, series in self._figures.items():
            series.append(float(figures.get(name, nan)))
        self.epochs += 1

    def best(self, name: str = "loss", mode: str = "min") -> tuple[int, float]:
        """Return the epoch (counted from 1) with the least (mode "max": largest) figure, and it.

        Raises KeyError (unknown name) and ValueError (no epochs, only nan, another mode).
        """
        if mode not in ("min", "max"):
            raise ValueError(f"History.best: mode must be 'min' or 'max', not {mode!r}")
        figures = [(v, i) for i, v in enumerate(self[name], 1) if v == v]
        if not figures:
            raise ValueError(f"History.best: there is no figure of {name!r} yet")
        sign = 1 if mode == "min" else -1
        figure, epoch = min(figures, key=lambda pair: sign * pair[0])
        return epoch, figure

    def plot(self, *names: str, ax: Any = None) -> Axes:
        """Draw the named figures over the epochs, or else every loss; return matplotlib's Axes.

        Raises ImportError if matplotlib is missing, KeyError for an unknown name.
        """
        for name in names:
            self[name]
        if ax is None:
            try:
                from matplotlib import pyplot
            except ImportError as error:
                raise ImportError(
                    "History.plot needs matplotlib: pip install 'chainrule[plots]'"
                ) from error
            ax = pyplot.subplots(layout="constrained")[1]
        for name in names or [name for name in self if name.endswith("loss")]:
            ax.plot(range(1, self.epochs + 1), self[name], label=name, marker=_marker(self.epochs))
        ax.set_xlabel("epoch")
        ax.xaxis.get_major_locator().set_params(integer=True)
        if ax.lines:
            ax.legend()
        drawn: Axes = ax
        return drawn

    def __getitem__(self, name: str) -> list[float]:
        try:
            return self._figures[name]
        except KeyError:
            raise KeyError(f"no figure {name!r} was recorded; there are {list(self)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __repr__(self) -> str:
        last = "".join(f", {name}={series[-1]:.4g}" for name, series in self.items())
        stopped = f", stopped: {self.stopped}" if self.stopped else ""
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        return f"History({epochs}{last}{stopped})"


def _marker(points: int) -> str:
    """Return dots for short series: a line through one point shows nothing."""
    return "o" if points < 10 else ""
