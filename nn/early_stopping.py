"""Early stopping: end the training when the validation stops improving."""

from __future__ import annotations

import math
from typing import Any

from nn.arguments import check_numbers
from nn.callbacks import WHILE_LEARNING, Callback, Training


class EarlyStopping(Callback):
    """Stop after `patience` epochs in a row that did not improve on the best one.

    patience: how many epochs to wait for something better.
    min_delta: how much better it must be to count.
    mode: "min" if less is better, "max" if more is.
    restore_best: at the end give the model the parameters and state that had the best figure: for
        "val_loss" and metrics, which are measured when an epoch is over, those at its end; for
        "loss" and "penalty", which are measured during it, those that it began with.
    monitor: the figure to watch; by default "val_loss" if there is one, else "loss".

    `best` and `best_epoch` (counted from 1) say which it was. nan is never better. Raises
    ValueError for arguments out of range.

    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.should_stop(loss) for loss in [3.0, 2.0, 2.5, 2.1]]
    [False, False, False, True]
    """

    def __init__(
        self,
        patience: int = 10,
        min_delta: float = 0.0,
        mode: str = "min",
        restore_best: bool = True,
        monitor: str | None = None,
    ) -> None:
        check_numbers("EarlyStopping", patience=patience, min_delta=min_delta)
        if patience < 1 or not min_delta >= 0 or mode not in ("min", "max"):
            raise ValueError(
                "EarlyStopping needs patience ≥ 1, min_delta ≥ 0 and mode 'min' or 'max', not "
                f"{patience!r}, {min_delta!r} and {mode!r}"
            )
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.restore_best, self.monitor = restore_best, monitor
        self._start()

    def _start(self) -> None:
        self.best = math.inf if self.mode == "min" else -math.inf
        self.best_epoch = self._epoch = 0
        self._state: dict[str, Any] | None = None
        self._at_start: dict[str, Any] | None = None

    def on_fit_start(self, training: Training) -> None:
        """Begin anew: the best epoch of an earlier training does not count."""
        if self.restore_best and not hasattr(training.model, "state_dict"):
            raise TypeError(
                f"EarlyStopping: {training.model!r} has no state_dict() to restore the best epoch "
                "from; make the model a Module, or pass restore_best=False"
            )
        self._start()
        if self.restore_best:
            self._at_start = training.model.state_dict()

    def should_stop(self, figure: float) -> bool:
        """Note an epoch's figure; return whether patience has run out."""
        self._epoch += 1
        gain = self.best - figure if self.mode == "min" else figure - self.best
        if gain > self.min_delta:
            self.best, self.best_epoch = float(figure), self._epoch
        return self._epoch - self.best_epoch >= self.patience

    def on_epoch_end(self, training: Training) -> None:
        """Compare the epoch with the best one; keep its parameters if it is better."""
        figures = training.figures
        monitor = self.monitor or ("val_loss" if "val_loss" in figures else "loss")
        if monitor not in figures:
            raise ValueError(
                f"EarlyStopping: there is no figure {monitor!r} to monitor; there are "
                f"{list(figures)}"
            )
        if self.should_stop(figures[monitor]):
            training.stop = (
                f"{monitor} has not improved for {self.patience} epochs on {self.best:.4g}, "
                f"of epoch {self.best_epoch}"
            )
        if self.restore_best:
            at_end = training.model.state_dict()
            if self.best_epoch == self._epoch:
                self._state = self._at_start if monitor in WHILE_LEARNING else at_end
            self._at_start = at_end

    def on_fit_end(self, training: Training) -> None:
        """Restore the parameters and state that had the best figure."""
        if self._state is not None:
            training.model.load_state_dict(self._state)
