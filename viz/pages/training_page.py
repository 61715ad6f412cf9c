"""`playground`: a network recorded in Python and trained on a page."""

from __future__ import annotations

import inspect
import itertools
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.printers import javascript
from viz.pages.filled import FilledPage, as_object
from viz.pages.rules import rules
from viz.pages.samples import SamplesPlayground
from viz.pages.seeds import distributions
from viz.pages.training import RecordedTraining, described, record
from viz.style.colors import Theme
from viz.viewer.frame import in_script

_MOST_VARIANTS = 24


def playground(
    model: Any,
    loss: Any,
    data: tuple[Any, Any] | None = None,
    *,
    parameters: Any = None,
    says: Callable[..., Any] | None = None,
    draws: Callable[..., Any] | None = None,
    letters: Sequence[str] = "",
    held_out: float | tuple[Any, Any] = 0.2,
    choices: Mapping[str, Sequence[Any]] | None = None,
    optimizers: Mapping[str, Callable[..., Any]] | None = None,
    features: Sequence[str] = (),
    batch_size: int = 16,
    lr: float = 0.1,
    title: str = "",
    theme: Theme = "auto",
) -> Playground | SamplesPlayground:
    """Return a page that trains a network: the user's model and loss, as JavaScript.

    The model is recorded on one sample, the forward and backward passes are printed as one
    function, and the update rules are printed from the optimisers. The page shows the loss on
    training and held-out points, the decision region or the fitted curve over two features, the
    network with its weights and what each neuron computes, and the gradient of each layer. Click a
    weight to change or hold it, and in the plane to add a point. From the page's console:
    `chainrule.step(n)`, `chainrule.loss()`, `chainrule.parameters()`, `chainrule.reset()`.

    To train on samples other than points (texts, sequences), use `playground(loss_of, samples,
    parameters=…)`: `loss_of` computes the loss of one sample, and the page shows the parameters as
    heat maps with their gradients, what `says` returns for a chosen sample, and new samples that it
    draws as it learns. A loss in single numbers, such as a GPT's of `Value`s, is recorded once for
    each shape of sample and runs as loops: its samples are lists of whole numbers that `take` uses
    as indices.

    model: a module of Tensors; with `choices`, also a class or function that makes one from the
        choices' keywords.
    loss: a function of a prediction and a target, the mean over the samples of a batch.
    data: X (n, features) and y, n targets. Batches are taken in this order, over and over; a
        checkbox on the page shuffles them.
    parameters: what to train if `model` is the loss of a sample and `loss` the list of samples:
        a module, a mapping from names to Tensors, or Tensors with labels; or nested lists and
        dicts of `Value`s.
    says: what to show of such a sample: a function of it that returns a Tensor or nested lists of
        `Value`s, or several by name.
    draws: a function of the beginning of a sample, a list of whole numbers, that returns the
        probabilities of what follows.
    letters: what each whole number stands for: `".abc"`. The first is the mark that a sample begins
        and ends with.
    held_out: the share of points that are not trained on, spread evenly (the last of every five for
        0.2), or separate data of the same form; 0 trains on all.
    choices: lists of variants by keyword of the model: `{"activation": ["tanh", "relu"]}`.
    optimizers: functions that make an optimiser from parameters, by name. By default, SGD, SGD with
        momentum and Adam from the package of the loss or the model.

    Raises TypeError (a model that is not made of Tensors, a row without JavaScript) and ValueError
    (shapes that do not fit, a loss that mixes the samples).

    >>> import nn
    >>> X, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0], [1.0]])
    >>> make = lambda activation: nn.MLP(2, [4], 1, activation=activation)
    >>> playground(make, nn.mse_loss, (X, y), choices={"activation": ["tanh", "relu"]})
    <Playground: 17 parameters, 2 points, 2 variants>
    """
    model = _itself(model)
    if parameters is not None:
        return SamplesPlayground(
            model,
            loss,
            parameters,
            _itself(says),
            _itself(draws),
            letters,
            optimizers or _found_optimizers(parameters, model),
            {"batch": batch_size, "lr": lr},
            title or f"Training {_name_of(model)}",
            theme,
        )
    if data is None:
        raise TypeError(
            "a playground takes a model, a loss and data=(X, y); or the loss of a sample, a list "
            "of samples and parameters="
        )
    X, y = (np.asarray(part) for part in data)
    if X.ndim != 2 or len(X) != len(y) or not len(X):
        raise ValueError(
            "a playground needs X of shape (n, features) and n targets, not shapes "
            f"{X.shape} and {y.shape}"
        )
    variants = _variants(model, choices or {})
    return Playground(
        variants,
        loss,
        _split(X, y, held_out),
        optimizers or _found_optimizers(model, loss),
        list(features) or [f"x{i + 1}" for i in range(X.shape[1])],
        {"batch": batch_size, "lr": lr},
        title or f"Training {_name_of(variants[0][1])}",
        theme,
    )


class Playground(FilledPage):
    """A page that trains. `playground` makes one."""

    kind, template = "a playground", "playground"
    sheets = ("playground",)
    scripts = (
        *("keys", "settings", "running", "trainer", "plane", "curve"),
        *("network", "gradients", "playground"),
    )

    def __init__(
        self,
        variants: Sequence[tuple[Mapping[str, str], Any]],
        loss: Callable[..., Any],
        data: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
        optimizers: Mapping[str, Callable[..., Any]],
        features: Sequence[str],
        settings: Mapping[str, float],
        title: str,
        theme: Theme,
    ) -> None:
        self.title, self.features, self.settings = title, features, settings
        self.theme = theme
        self.data, self.loss = data, loss
        X, y = data[:2]
        self.variants = [(choice, record(model, loss, X, y)) for choice, model in variants]
        self._drawn = [
            distributions(model, recorded.parameters)
            for (_, model), (_, recorded) in zip(variants, self.variants, strict=True)
        ]
        self.rules = rules(optimizers)

    def parts(self) -> dict[str, str]:
        return {"variants": self._variants(), "rules": self.rules, "data": self._data()}

    def told(self) -> str:
        return f"{self.title}: trains in a page; run this cell to see it"

    def _variants(self) -> str:
        written = zip(self.variants, self._drawn, strict=True)
        return f"[{','.join(_variant(*variant, drawn) for variant, drawn in written)}]"

    def _data(self) -> str:
        X, y, other_X, other_y = self.data
        targets = np.unique(y)
        whole = bool(np.all(targets == np.round(targets)))
        classes = targets.tolist() if whole and len(targets) <= 10 else []
        parts = {
            "features": in_script(list(self.features)),
            "X": _numbers(X),
            "y": _numbers(y),
            "heldX": _numbers(other_X),
            "heldY": _numbers(other_y),
            "width": str(X.shape[1]),
            "targets": str(int(np.prod(y.shape[1:], dtype=int))),
            "classes": in_script(classes),
            "logits": in_script("logits" in getattr(self.loss, "__name__", "")),
            "settings": in_script(dict(self.settings)),
        }
        return as_object(parts)

    def __repr__(self) -> str:
        count = sum(p.size for p in self.variants[0][1].parameters)
        variants = f", {len(self.variants)} variants" if len(self.variants) > 1 else ""
        return f"<Playground: {count} parameters, {len(self.data[0])} points{variants}>"


def _variant(choice: Mapping[str, str], recorded: RecordedTraining, drawn: Sequence[str]) -> str:
    start = np.concatenate([np.ravel(p.node.data) for p in recorded.parameters])
    train = ",".join(f"{in_script(label)}: {text}" for label, text in recorded.train.items())
    return (
        f"{{choice: {in_script(dict(choice))}, "
        f"parameters: {described(recorded.parameters, drawn)}, "
        f"layers: {in_script(recorded.layers)}, size: {recorded.size}, start: {_numbers(start)},\n"
        f"train: {{{train}}},\npredict: {recorded.predict}}}"
    )


def _numbers(x: np.ndarray) -> str:
    return f"Float64Array.of({','.join(map(javascript.number, np.ravel(x).tolist()))})"


def _variants(
    model: Any, choices: Mapping[str, Sequence[Any]]
) -> list[tuple[Mapping[str, str], Any]]:
    """Return each combination of the choices, as text, with its model."""
    if not choices:
        return [({}, model)]
    make = model
    if hasattr(model, "named_parameters") and not isinstance(model, type):
        make = _maker(model)
    combinations = list(itertools.product(*choices.values()))
    if len(combinations) > _MOST_VARIANTS:
        raise ValueError(
            f"{len(combinations)} combinations of choices are too many for one page; at most "
            f"{_MOST_VARIANTS} are recorded"
        )
    found: list[tuple[Mapping[str, str], Any]] = []
    for values in combinations:
        chosen = dict(zip(choices, values, strict=True))
        found.append(({k: _written(v) for k, v in chosen.items()}, make(**chosen)))
    return found


def _maker(model: Any) -> Callable[..., Any]:
    """Return a function that makes a model like this one: its class, with the stored arguments."""
    kind = type(model)
    wanted = [n for n in inspect.signature(kind).parameters if hasattr(model, n)]
    kept = {name: getattr(model, name) for name in wanted}
    missing = [
        name
        for name, p in inspect.signature(kind).parameters.items()
        if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD and name not in kept
    ]
    if missing:
        raise TypeError(
            f"choices need a model for each of them, and {kind.__name__} does not tell how it was "
            f"made ({', '.join(missing)}): pass a function instead, such as "
            f"lambda activation: {kind.__name__}(…, activation=activation)"
        )
    return lambda **chosen: kind(**{**kept, **chosen})


def _written(value: Any) -> str:
    return str(getattr(value, "__name__", value))


def _split(
    X: np.ndarray, y: np.ndarray, held_out: float | tuple[Any, Any]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    if isinstance(held_out, tuple):
        return X, y, np.asarray(held_out[0]), np.asarray(held_out[1])
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out is a share of the points from 0 to below 1, not {held_out}")
    place = np.floor(np.arange(1, len(X) + 1) * held_out + 1e-9)
    held = np.diff(place, prepend=0) > 0
    return X[~held], y[~held], X[held], y[held]


def _found_optimizers(model: Any, loss: Callable[..., Any]) -> Mapping[str, Callable[..., Any]]:
    """Return the optimisers from the package of the loss or the model."""
    kind = model if isinstance(model, type) else type(model)
    names = [getattr(loss, "__module__", "") or "", kind.__module__]
    packages: list[Any] = [sys.modules.get(name.partition(".")[0]) for name in names]
    packages += filter(inspect.ismodule, getattr(loss, "__globals__", {}).values())
    for package in packages:
        if hasattr(package, "SGD") and hasattr(package, "Adam"):
            return {
                "SGD": package.SGD,
                "momentum": partial(package.SGD, momentum=0.9),
                "Adam": package.Adam,
            }
    raise TypeError(
        "no optimisers were found beside the loss and the model: give them, as in "
        "optimizers={'SGD': nn.SGD}"
    )


def _itself(function: Any) -> Any:
    """Return the function that a traced one replays, since the page records it itself."""
    return function.f if hasattr(function, "recordings") and hasattr(function, "f") else function


def _name_of(model: Any) -> str:
    return str(getattr(model, "__name__", type(model).__name__)).replace("<lambda>", "a network")
