"""Callbacks: what happens between the epochs of `fit`, without writing the loop anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nn.history import History


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
    """The base of callbacks. A plain function given to `fit` is called as `on_epoch_end`.

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
