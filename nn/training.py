"""`fit`: the training loop, with validation, metrics, schedules and callbacks.

The loop itself is the five lines of every training: forward, loss, zero_grad, backward, step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from importlib import import_module
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, Value
from nn.arguments import check_function, check_whole
from nn.callbacks import Listener, Training, listeners
from nn.clip import clip_grad_norm_, clip_grad_value_
from nn.data import DataLoader
from nn.evaluation import Metric, batches_of, checked_batch, evaluate, mode
from nn.history import History
from nn.module import Module, leaves
from nn.nonfinite import NonFiniteLossError, bad_place, explain
from nn.numbers import number_of
from nn.optim import Optimizer
from nn.plateau import ReduceLROnPlateau
from nn.schedules import Schedule


def fit(
    model: Any,
    loss: Callable[[Any, Any], Any],
    data: Any,
    optimizer: Optimizer,
    *,
    epochs: int = 10,
    validation: Any = None,
    metrics: Mapping[str, Metric] | None = None,
    penalty: Callable[[Any], Any] | None = None,
    schedule: Schedule | ReduceLROnPlateau | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    callbacks: Sequence[Any] = (),
    progress: bool = True,
    traced: bool = False,
) -> History:
    """Train a model and return the `History` of its losses.

    model: a `Module`, or any function of a batch.
    loss: called as loss(model(x), y).
    data, validation: a `DataLoader`, another iterable of batches (x, y), or a tuple of arrays
        (X, y), which is one batch. A batch may have more inputs: (x1, x2, y). Its rows are the
        samples; batches whose samples are columns need a loop of your own.
    metrics: by name, called as metric(y, output) on plain arrays after each epoch, on the
        validation data if there is any ("val_" + name), else on the training data: on all rows
        of a `DataLoader` in their order, after its transform.
    penalty: penalty(model) is added to the loss; it is a figure of its own in the history.
    schedule: stepped after each epoch (`OneCycleLR`: each batch); `ReduceLROnPlateau` watches
        val_loss, or loss.
    clip_norm, clip_value: limits for `clip_grad_norm_`, `clip_grad_value_`.
    callbacks: `EarlyStopping` and other `Callback`s, other objects with some of their methods,
        or functions called after each epoch.
    progress: show a bar, if tqdm is installed.
    traced: record the model once and replay it as NumPy code (`autograd.trace`).

    The history has "loss" (the mean over samples, of the training batches as they came), "lr",
    and where asked for "val_loss", "penalty" and the metrics. The model trains in training mode,
    is evaluated in evaluation mode, and is left in the mode it was in. Ctrl-C ends the training
    and keeps what was learnt: the history comes back with `stopped` set.

    Raises NonFiniteLossError, which says where, when a loss, a norm to be clipped or a parameter
    turns nan or inf, before the step that the loss would have led to; TypeError and
    ValueError for what does not fit together.

    >>> import numpy as np
    >>> from nn import SGD, Dense, mse_loss
    >>> X = np.array([[0.0], [1.0], [2.0]]); y = 2 * X + 1
    >>> model = Dense(1, 1, rng=0)
    >>> optimizer = SGD(model.parameters(), lr=0.2)
    >>> history = fit(model, mse_loss, (X, y), optimizer, epochs=100, progress=False)
    >>> history["loss"][-1] < 1e-3
    True
    """
    check_whole("fit", 0, epochs=epochs)
    check_function("fit", "nn.MLP(2, [16], 1)", model=model)
    check_function("fit", "nn.mse_loss", loss=loss)
    if penalty is not None:
        check_function("fit", "nn.l2_penalty", penalty=penalty)
    batches = batches_of("data", data)
    held_out = None if validation is None else batches_of("validation", validation)
    _check(model, optimizer, schedule, metrics)
    watching = listeners(callbacks)
    run = Training(model, optimizer, History(), epochs, _named(model, optimizer))
    step = _step(run, _objective(model, loss, traced), penalty, clip_norm, clip_value)
    per_batch = schedule if isinstance(schedule, Schedule) and schedule.per_batch else None

    def tell(event: str) -> None:
        for listener in watching[event]:
            listener(run)

    def end() -> History:
        tell("on_fit_end")
        run.history.stopped = run.stop
        return run.history

    # NumPy's overflow warnings are left to the check of every loss, which says more.
    with mode(model, True), np.errstate(all="ignore"), _bar(progress, epochs, batches) as bar:
        tell("on_fit_start")
        try:
            for run.epoch in range(1, epochs + 1):
                run.figures = _epoch(run, step, batches, per_batch, watching["on_batch_end"], bar)
                _evaluate(run, loss, batches, held_out, metrics)
                run.history.record(**run.figures)
                if isinstance(schedule, ReduceLROnPlateau):
                    schedule.step(run.figures.get("val_loss", run.figures["loss"]))
                elif schedule is not None and per_batch is None:
                    schedule.step()
                tell("on_epoch_end")
                if run.stop:
                    break
        except KeyboardInterrupt:
            run.stop = f"interrupted in epoch {run.epoch}, after batch {run.batch}"
        except NonFiniteLossError as error:
            error.history, error.epoch, error.batch = end(), run.epoch, run.batch
            raise
    return end()


def _check(model: Any, optimizer: Any, schedule: Any, metrics: Any) -> None:
    """Raise TypeError or ValueError for arguments from which nothing could be learnt."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"fit: the optimizer is {optimizer!r}; make one from the model's parameters, such as "
            "SGD(model.parameters(), lr=0.1)"
        )
    parameters = model.parameters() if isinstance(model, Module) else []
    own = {id(leaf) for p in parameters for leaf in leaves(p)}
    moved = {id(leaf) for g in optimizer.param_groups for p in g["params"] for leaf in leaves(p)}
    if own and not own & moved:
        raise ValueError(
            "fit: the optimizer moves none of this model's parameters, so the model would not "
            "learn; make it from model.parameters() (to_values and to_tensors return a new model)"
        )
    if schedule is not None and not isinstance(schedule, Schedule | ReduceLROnPlateau):
        raise TypeError(
            f"fit: the schedule is {schedule!r}; make one for the optimizer, such as "
            "StepLR(optimizer, step_size=10)"
        )
    if schedule is not None and schedule.optimizer is not optimizer:
        raise ValueError(
            "fit: the schedule sets the learning rate of another optimizer; make it for this one"
        )
    if metrics is not None and not isinstance(metrics, Mapping):
        raise TypeError(f'fit: metrics go by name, {{"accuracy": accuracy}}, not {metrics!r}')


Step = Callable[[Any], tuple[float, float | None]]


def _step(
    run: Training,
    objective: Callable[..., Any],
    penalty: Callable[[Any], Any] | None,
    clip_norm: float | None,
    clip_value: float | None,
) -> Step:
    """Return the function that learns from one batch and returns its loss and penalty."""
    model, optimizer = run.model, run.optimizer
    parameters = [p for group in optimizer.param_groups for p in group["params"]]

    def step(batch: Any) -> tuple[float, float | None]:
        loss = total = objective(*checked_batch(batch))
        extra = None
        if penalty is not None:
            added = penalty(model)
            total, extra = loss + added, number_of(added)
        if not isinstance(total, Tensor | Value):
            raise TypeError(
                f"fit: the loss is a plain {type(loss).__name__}, so there is nothing to "
                "differentiate; the model's parameters must be Tensors or Values"
            )
        if math.prod(total.shape) != 1:
            raise ValueError(
                f"fit: the loss must be one number, but its shape is {total.shape}; take the mean "
                '(reduction="mean")'
            )
        if not math.isfinite(total.item()):
            raise _stopped(run, f"the loss is {total.item()}", batch)
        optimizer.zero_grad()
        total.backward()
        if clip_value is not None:
            clip_grad_value_(parameters, clip_value)
        if clip_norm is not None:
            norm = clip_grad_norm_(parameters, clip_norm, error_if_nonfinite=False)
            if not math.isfinite(norm):
                raise _stopped(run, f"the gradients' norm is {norm}", batch, backward=True)
        optimizer.step()
        return number_of(loss), extra

    return step


def _epoch(
    run: Training,
    step: Step,
    batches: Iterable[Any],
    schedule: Schedule | None,
    watching: Sequence[Listener],
    bar: Any,
) -> dict[str, float]:
    """Learn from each batch once; return the epoch's mean loss, penalty and learning rate."""
    lr = run.optimizer.lr
    total, penalties, samples = 0.0, 0.0, 0
    penalty: float | None = None
    for run.batch, batch in enumerate(batches, 1):
        loss, penalty = step(batch)
        n = len(batch[0])
        total += loss * n
        penalties += (penalty or 0.0) * n
        samples += n
        if schedule is not None:
            schedule.step()
        for listener in watching:
            listener(run)
        if bar is not None:
            bar.update()
    if not samples:
        raise ValueError("fit: the data has no batches")
    for name, parameter in run.parameters:
        if bad_place(parameter):
            raise _stopped(run, f"the parameter {name!r} is {bad_place(parameter)}", ())
    if bar is not None:
        bar.set_description(f"epoch {run.epoch}/{run.epochs}, loss {total / samples:.4g}", False)
    figures = {"loss": total / samples, "lr": lr, "penalty": penalties / samples}
    return figures if penalty is not None else {k: figures[k] for k in ("loss", "lr")}


def _evaluate(
    run: Training,
    loss: Callable[[Any, Any], Any],
    batches: Iterable[Any],
    held_out: Iterable[Any] | None,
    metrics: Mapping[str, Metric] | None,
) -> None:
    """Add the validation's figures, or the metrics on the training data, to the epoch's."""
    if held_out is not None:
        figures = evaluate(run.model, loss, held_out, metrics)
        run.figures |= {f"val_{name}": figure for name, figure in figures.items()}
        if not math.isfinite(figures["loss"]):
            bad = next((b for b in held_out if any(map(bad_place, b))), ())
            raise _stopped(run, f"the loss on the validation data is {figures['loss']}", bad)
    elif metrics:
        figures = evaluate(run.model, loss, _in_order(batches), metrics)
        run.figures |= {name: figures[name] for name in metrics}


def _in_order(batches: Any) -> Any:
    """Return batches of all rows in order, so that evaluating them draws no random numbers."""
    if isinstance(batches, DataLoader):
        batches = copy(batches)
        batches.shuffle = batches.drop_last = False
    return batches


def _stopped(run: Training, what: str, batch: Any, *, backward: bool = False) -> NonFiniteLossError:
    where = f"in epoch {run.epoch}, batch {run.batch}"
    run.stop = f"{what} {where}"
    why = explain(run.parameters, batch, run.optimizer.lr, backward)
    return NonFiniteLossError(f"fit: {run.stop}. First seen in {why}")


def _named(model: Any, optimizer: Optimizer) -> list[tuple[str, Any]]:
    if isinstance(model, Module):
        return list(model.named_parameters())
    params = [p for group in optimizer.param_groups for p in group["params"]]
    return [(getattr(p, "label", "") or f"number {i}", p) for i, p in enumerate(params)]


def _objective(model: Any, loss: Callable[[Any, Any], Any], traced: bool) -> Callable[..., Any]:
    def objective(*batch: Any) -> Any:
        return loss(model(*batch[:-1]), batch[-1])

    # Two recordings are expected, since the last batch of an epoch is often smaller.
    return autograd.trace(objective, shapes=2) if traced else objective


@contextmanager
def _bar(wanted: bool, epochs: int, batches: Any) -> Iterator[Any]:
    """Open a progress bar over all batches of all epochs, if tqdm is there."""
    bars: Any = None
    with suppress(ImportError):
        bars = import_module("tqdm")
    if not wanted or bars is None:
        yield None
        return
    total = epochs * len(batches) if hasattr(batches, "__len__") else None
    with bars.tqdm(total=total, unit="batch") as bar:
        yield bar
