"""`film`: a recorded training run, to scrub through on a page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.printers import javascript
from autograd.printers.places import place
from viz.graph.passes import evaluating
from viz.pages.filled import FilledPage, as_object
from viz.pages.training import outputs_of, parameters_of
from viz.style.colors import Theme
from viz.style.numerals import length
from viz.viewer.frame import in_script

_MOST_POINTS = 400


@dataclass
class Snapshot:
    """The weights, gradient norms and figures at the end of an epoch."""

    epoch: int
    weights: np.ndarray
    norms: list[float]
    figures: dict[str, float]


@dataclass
class Film:
    """A callback of `fit` that keeps the weights every so many epochs, for `viz.film`.

    every: the number of epochs between snapshots; the first and the last are always kept.
    data: X and y, the points to show; without them the film has no points.
    name: the name of this run beside others.

    Raises ValueError (every is not positive) and, when training starts, TypeError (a model that is
    not made of Tensors).

    >>> Film(every=10)
    Film(0 snapshots, every 10 epochs)
    """

    every: int = 1
    data: tuple[Any, Any] | None = None
    name: str = ""
    snapshots: list[Snapshot] = field(default_factory=list)
    model: Any = None

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"a film keeps every 1, 2, 3 … epochs, not every {self.every}")

    def on_fit_start(self, training: Any) -> None:
        """Keep the weights before the first epoch."""
        self.model, self.snapshots = training.model, []
        training.history.film = self
        self._keep(0, {})

    def on_epoch_end(self, training: Any) -> None:
        """Keep the weights after every n-th epoch."""
        if training.epoch % self.every == 0:
            self._keep(training.epoch, training.figures)

    def on_fit_end(self, training: Any) -> None:
        """Keep the final weights too."""
        if self.snapshots[-1].epoch < training.epoch:
            self._keep(training.epoch, training.figures)

    def _keep(self, epoch: int, figures: dict[str, float]) -> None:
        parameters = parameters_of(self.model.named_parameters())
        weights = np.concatenate([np.ravel(p.node.data) for p in parameters])
        norms = [length(p.node.grad) if p.node.has_grad else 0.0 for p in parameters]
        self.snapshots.append(Snapshot(epoch, weights.astype(np.float32), norms, dict(figures)))

    def __repr__(self) -> str:
        epochs = "epoch" if self.every == 1 else f"{self.every} epochs"
        return f"Film({len(self.snapshots)} snapshots, every {epochs})"


def film(
    *runs: Any, data: tuple[Any, Any] | None = None, title: str = "", theme: Theme = "auto"
) -> Showing:
    """Return a page in which a training is scrubbed through, or several on one clock.

    For each snapshot the page shows the network with its weights and what each neuron computes, the
    decision region or the fitted curve, the norm of each gradient, and the loss so far. In a
    notebook the result displays itself; `.save("film.html")` writes a self-contained file.

    runs: histories of `fit` with `callbacks=[viz.Film(every=10)]`, or the films themselves.
    data: X and y to show as points, for films without their own.

    Raises TypeError (a history without a film) and ValueError (no run, nothing recorded).

    >>> import nn
    >>> X, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0], [1.0]])
    >>> model = nn.MLP(2, [4], 1, rng=0)
    >>> sgd = nn.SGD(model.parameters(), lr=0.1)
    >>> history = nn.fit(model, nn.mse_loss, (X, y), sgd, epochs=30, callbacks=[Film(every=10)])
    >>> film(history, data=(X, y))
    <Film of 4 frames>
    """
    films = [run if isinstance(run, Film) else getattr(run, "film", None) for run in runs]
    for run, found in zip(runs, films, strict=True):
        if not isinstance(found, Film):
            raise TypeError(
                f"{type(run).__name__} has no film: train with callbacks=[viz.Film(every=10)]"
            )
    kept = [found for found in films if isinstance(found, Film) and found.snapshots]
    if not kept or len(kept) < len(runs):
        raise ValueError("a film needs a run with snapshots: train with callbacks=[viz.Film()]")
    return Showing(kept, data, title or "A training", theme)


class Showing(FilledPage):
    """A page that shows films. `film` makes one."""

    kind, template = "a film", "film"
    sheets = ("playground", "film")
    scripts = ("keys", "plane", "curve", "network", "gradients", "film")

    def __init__(
        self, films: Sequence[Film], data: tuple[Any, Any] | None, title: str, theme: Theme
    ) -> None:
        self.films, self.title = films, title
        self.theme = theme
        self.runs = [_run(one, i, one.data or data) for i, one in enumerate(films, 1)]

    def parts(self) -> dict[str, str]:
        return {"runs": f"[{','.join(self.runs)}]"}

    def told(self) -> str:
        return f"{self.title}: a film of the training; run this cell to see it"

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(one.snapshots)} frames" for one in self.films)
        return f"<Film of {counts}>"


def _run(film: Film, number: int, data: tuple[Any, Any] | None) -> str:
    """Return a run as a JavaScript object; `film.js` explains its parts."""
    parameters = parameters_of(film.model.named_parameters())
    width = _width(parameters)
    X, y = _points(data, width)
    x = Tensor(X[:1] if len(X) else np.zeros((1, width)), label="x")
    with evaluating(film.model):
        seen = np.asarray(film.model(Tensor(X)).data) if len(X) else np.zeros(1)
        said = outputs_of(film.model(x), parameters, {x: place("x", x.shape, 0, "xo")})
    weights = np.concatenate([shot.weights for shot in film.snapshots])
    whole = np.unique(y)
    classes = whole.tolist() if np.all(whole == np.round(whole)) and 1 < len(whole) <= 10 else []
    parts = {
        "name": in_script(film.name or f"run {number}"),
        "parameters": in_script(
            [{"name": p.name, "shape": list(p.shape), "offset": p.offset} for p in parameters]
        ),
        "layers": in_script(said.layers),
        "size": str(said.size),
        "count": str(sum(p.size for p in parameters)),
        "predict": said.predict,
        "epochs": in_script([shot.epoch for shot in film.snapshots]),
        "norms": _rounded([shot.norms for shot in film.snapshots]),
        "losses": _rounded([shot.figures.get("loss", np.nan) for shot in film.snapshots]),
        "heldLosses": _rounded([shot.figures.get("val_loss", np.nan) for shot in film.snapshots]),
        "weights": in_script(base64.b64encode(weights.astype("<f4").tobytes()).decode()),
        "X": _rounded(X.ravel().tolist()),
        "y": _rounded(y.ravel().tolist()),
        "width": str(width),
        "targets": str(int(np.prod(y.shape[1:], dtype=int))),
        "classes": in_script(classes),
        "logits": in_script(bool(seen.min() < 0 or seen.max() > 1)),
    }
    return as_object(parts)


def _width(parameters: Sequence[Any]) -> int:
    """Return the number of features: the rows of the first weight."""
    weights = [p for p in parameters if len(p.shape) == 2]
    if not weights:
        raise TypeError("a film shows networks with a weight matrix, and this model has none")
    return int(weights[0].shape[0])


def _points(data: tuple[Any, Any] | None, width: int) -> tuple[np.ndarray, np.ndarray]:
    if data is None:
        corners = np.array([[-2.0] * width, [2.0] * width])
        return corners, np.zeros((0, 1))
    X, y = np.asarray(data[0], dtype=float), np.asarray(data[1], dtype=float)
    step = max(1, -(-len(X) // _MOST_POINTS))
    return X[::step], y[::step]


def _rounded(x: Any) -> str:
    """Return numbers, or lists of them, rounded to the digits that a picture shows."""
    if isinstance(x, list):
        return f"[{','.join(map(_rounded, x))}]"
    return javascript.number(float(f"{x:.6g}"))
