"""Callbacks: code that `fit` runs between its steps and epochs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from nn.history import History

#: The figures of an epoch measured on its batches as they come, before their updates.
WHILE_LEARNING = ("loss", "penalty")


@dataclass
class Training:
    """What a callback sees, and may change, of a running `fit`.

    `parameters` are the model's, with their names. `epoch` and `batch` count from 1. `figures`
    are those of the epoch that just ended, as the history has them. Setting `stop` to a reason
    ends the training after the epoch.
    """

    model: Any
    optimizer: Any
    history: History
    epochs: int
    parameters: list[tuple[str, Any]] = field(default_factory=list)
    epoch: int = 0
    batch: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    stop: str = ""


class Callback:
    """The base of callbacks.

    `fit` also takes any other object that has one of these methods, and calls a plain function
    as `on_epoch_end`.

    >>> class Shout(Callback):
    ...     def on_epoch_end(self, training):
    ...         print(f"epoch {training.epoch}: {training.figures['loss']}")
    """

    def on_fit_start(self, training: Training) -> None:
        """Run before the first epoch."""

    def on_batch_end(self, training: Training) -> None:
        """Run after the optimiser's step on a batch."""

    def on_epoch_end(self, training: Training) -> None:
        """Run after an epoch and its validation."""

    def on_fit_end(self, training: Training) -> None:
        """Run when the training ends: after the last epoch, by Ctrl-C, or by a loss of nan."""


EVENTS = ("on_fit_start", "on_batch_end", "on_epoch_end", "on_fit_end")
Listener = Callable[[Training], None]


def listeners(callbacks: Iterable[Any]) -> dict[str, list[Listener]]:
    """Return the functions to call at each event.

    Raises TypeError for anything that is not a function and has no method of an event.

    >>> found = listeners([print, Callback()])
    >>> [len(found[event]) for event in EVENTS]
    [1, 1, 2, 1]
    """
    if not isinstance(callbacks, Iterable):
        raise TypeError(f"callbacks must be a list, not {callbacks!r}; write [callback]")
    found: dict[str, list[Listener]] = {event: [] for event in EVENTS}
    for callback in callbacks:
        methods = {event: getattr(callback, event, None) for event in EVENTS}
        if not any(methods.values()):
            methods["on_epoch_end"] = callback
        if isinstance(callback, type) or not all(callable(m) for m in methods.values() if m):
            raise TypeError(
                f"a callback is a function of the training, or an object with "
                f"{', '.join(EVENTS[:-1])} or {EVENTS[-1]}, not {callback!r}"
            )
        for event, method in methods.items():
            if method:
                found[event].append(method)
    return found
