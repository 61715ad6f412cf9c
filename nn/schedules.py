"""Learning-rate schedules: how the step size changes while a model is trained.

Names, arguments and figures are PyTorch's. Each `Schedule` is one formula: the factor on the base
learning rate after t steps. So the rate at any time can be computed (`rates`) and drawn without
running anything; only the plateau's schedule, in plateau.py, has to see the losses first.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from nn.arguments import check_numbers
from nn.optim import Optimizer


class Schedule:
    """The base: sets every group's "lr" when it is made, and after each `step()`.

    Call `step()` once an epoch (`OneCycleLR`: once a batch), after `optimizer.step()`.
    `last_epoch` counts the steps.
    """

    #: Whether `fit` calls step after each batch instead of each epoch.
    per_batch = False

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = checked_optimizer(optimizer)
        self.base_lrs: list[float] = [group["lr"] for group in optimizer.param_groups]
        self.last_epoch = 0
        self._apply()

    def rates(self, t: int) -> list[float]:
        """Return the learning rate of each group after t steps."""
        return [self._rate(t, base) for base in self.base_lrs]

    def _rate(self, t: int, base: float) -> float:
        raise NotImplementedError

    def step(self) -> None:
        """Advance by one step."""
        self.last_epoch += 1
        self._apply()

    def _apply(self) -> None:
        rates = self.rates(self.last_epoch)
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    def get_last_lr(self) -> list[float]:
        """Return the current learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return the state needed to continue later: the steps taken and the base rates."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a `state_dict`."""
        self.last_epoch, self.base_lrs = state["last_epoch"], list(state["base_lrs"])
        self._apply()


class LambdaLR(Schedule):
    """lr = base · f(t), for a function of yours (or a list of them, one for each group).

    >>> from nn import SGD
    >>> from autograd import Value
    >>> optimizer = SGD([Value(1.0)], lr=0.5)
    >>> schedule = LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> schedule.step(); optimizer.lr
    0.25
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
    ) -> None:
        groups = len(checked_optimizer(optimizer).param_groups)
        functions = [lr_lambda] * groups if callable(lr_lambda) else list(lr_lambda)
        self.lr_lambdas = _each("LambdaLR", "function", functions, groups)
        super().__init__(optimizer)

    def rates(self, t: int) -> list[float]:
        """Return base · f(t) of each group."""
        return [b * f(t) for b, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]


class StepLR(Schedule):
    """lr = base · γ^⌊t / step_size⌋.

    >>> from nn import SGD
    >>> from autograd import Value
    >>> schedule = StepLR(SGD([Value(1.0)], lr=1.0), step_size=2, gamma=0.5)
    >>> [schedule.rates(t)[0] for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size, self.gamma = _positive("StepLR", "step_size", step_size), gamma
        super().__init__(optimizer)

    def _rate(self, t: int, base: float) -> float:
        return base * self.gamma ** (t // self.step_size)


class MultiStepLR(Schedule):
    """lr = base · γ^(how many milestones have been reached).

    >>> from nn import SGD
    >>> from autograd import Value
    >>> schedule = MultiStepLR(SGD([Value(1.0)], lr=1.0), milestones=[2, 3], gamma=0.5)
    >>> [round(schedule.rates(t)[0], 3) for t in range(5)]
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """

    def __init__(self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer)

    def _rate(self, t: int, base: float) -> float:
        return base * self.gamma ** bisect_right(self.milestones, t)


class ExponentialLR(Schedule):
    """lr = base · γᵗ.

    >>> from nn import SGD
    >>> from autograd import Value
    >>> schedule = ExponentialLR(SGD([Value(1.0)], lr=1.0), gamma=0.5)
    >>> [round(schedule.rates(t)[0], 3) for t in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        self.gamma = gamma
        super().__init__(optimizer)

    def _rate(self, t: int, base: float) -> float:
        return base * self.gamma**t


class CosineAnnealingLR(Schedule):
    """lr = η_min + (base − η_min)·(1 + cos(π·t / T_max)) / 2 (Loshchilov & Hutter 2017).

    >>> from nn import SGD
    >>> from autograd import Value
    >>> schedule = CosineAnnealingLR(SGD([Value(1.0)], lr=1.0), T_max=4)
    >>> [round(schedule.rates(t)[0], 3) for t in range(5)]
    [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max, self.eta_min = _positive("CosineAnnealingLR", "T_max", T_max), eta_min
        super().__init__(optimizer)

    def _rate(self, t: int, base: float) -> float:
        wave = (1 + math.cos(math.pi * t / self.T_max)) / 2
        return self.eta_min + (base - self.eta_min) * wave


class LinearLR(Schedule):
    """lr = base · a factor that goes from start_factor to end_factor in total_iters steps.

    >>> from nn import SGD
    >>> from autograd import Value
    >>> schedule = LinearLR(SGD([Value(1.0)], lr=1.0), start_factor=0.2, total_iters=4)
    >>> [round(schedule.rates(t)[0], 3) for t in range(6)]
    [0.2, 0.4, 0.6, 0.8, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        if not 0 < start_factor <= 1 or not 0 <= end_factor <= 1:
            raise ValueError(
                f"LinearLR: the factors must be in (0, 1] and [0, 1], not {start_factor!r} and "
                f"{end_factor!r}"
            )
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = _positive("LinearLR", "total_iters", total_iters)
        super().__init__(optimizer)

    def _rate(self, t: int, base: float) -> float:
        done = min(t, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * done)


class PolynomialLR(Schedule):
    """lr = base · (1 − t / total_iters)^power, and 0 from then on.

    >>> from nn import SGD
    >>> from autograd import Value
    >>> schedule = PolynomialLR(SGD([Value(1.0)], lr=1.0), total_iters=4, power=2.0)
    >>> [round(schedule.rates(t)[0], 3) for t in range(6)]
    [1.0, 0.562, 0.25, 0.062, 0.0, 0.0]
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0) -> None:
        self.total_iters = _positive("PolynomialLR", "total_iters", total_iters)
        self.power = power
        super().__init__(optimizer)

    def _rate(self, t: int, base: float) -> float:
        left: float = 1 - min(t, self.total_iters) / self.total_iters
        return base * math.pow(left, self.power)


class OneCycleLR(Schedule):
    """Up to max_lr, then down to almost nothing; momentum the other way round.

    From max_lr / div_factor to max_lr in pct_start of the steps, then down to that start /
    final_div_factor, along cosines (or straight lines). With cycle_momentum, momentum (Adam: the
    first beta) goes from max_momentum to base_momentum and back. `three_phase` returns to
    the start first. Give total_steps, or epochs and steps_per_epoch. Call step() every batch.

    Raises ValueError (no total, or more steps than that). Smith & Topin 2017.

    >>> from nn import SGD
    >>> from autograd import Value
    >>> optimizer = SGD([Value(1.0)], lr=0.1, momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> [round(schedule.rates(t)[0], 3) for t in range(10)]
    [0.04, 0.52, 1.0, 0.95, 0.812, 0.611, 0.389, 0.188, 0.05, 0.0]
    """

    per_batch = True

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or both epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        self.total_steps = _positive("OneCycleLR", "total_steps", total_steps)
        if not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start must be in [0, 1], not {pct_start!r}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', not {anneal_strategy!r}"
            )
        groups = checked_optimizer(optimizer).param_groups
        names = ("betas", "momentum")
        self.momentum_name = next((name for name in names if name in groups[0]), "")
        if cycle_momentum and not self.momentum_name:
            raise ValueError(
                f"{type(optimizer).__name__} has no momentum to cycle; pass cycle_momentum=False"
            )
        peaks = [max_lr] * len(groups) if isinstance(max_lr, int | float) else list(max_lr)
        peaks = _each("OneCycleLR", "max_lr", peaks, len(groups))
        self.anneal_strategy, self.cycle_momentum = anneal_strategy, cycle_momentum
        rise = pct_start * total_steps - 1
        high, low = max_momentum, base_momentum
        # Where each phase ends; the learning rate (as a fraction of its peak) and the momentum
        # at the phases' ends.
        final = 1 / div_factor / final_div_factor
        if three_phase:
            self._ends = [0, rise, 2 * rise, total_steps - 1]
            self._rates = [1 / div_factor, 1.0, 1 / div_factor, final]
            self._momenta = [high, low, high, high]
        else:
            self._ends = [0, rise, total_steps - 1]
            self._rates, self._momenta = [1 / div_factor, 1.0, final], [high, low, high]
        super().__init__(optimizer)
        self.base_lrs = peaks
        self._apply()

    def _rate(self, t: int, base: float) -> float:
        return base * self._between(t, self._rates)

    def momentum(self, t: int) -> float:
        """Return the momentum after t steps."""
        return self._between(t, self._momenta)

    def _between(self, t: int, values: list[float]) -> float:
        if t > self.total_steps:
            raise ValueError(
                f"OneCycleLR: step {t} of a cycle of {self.total_steps}; its total_steps must be "
                "epochs × batches per epoch"
            )
        phase = next((i for i, end in enumerate(self._ends[1:]) if t <= end), len(self._ends) - 2)
        start, end = self._ends[phase], self._ends[phase + 1]
        # The step after the last batch is beyond the end, where nothing changes any more.
        done = min(1.0, (t - start) / (end - start)) if end != start else 1.0
        if self.anneal_strategy == "cos":
            done = (1 - math.cos(math.pi * done)) / 2
        return values[phase] + (values[phase + 1] - values[phase]) * done

    def _apply(self) -> None:
        super()._apply()
        if self.cycle_momentum:
            momentum = self.momentum(self.last_epoch)
            for group in self.optimizer.param_groups:
                if self.momentum_name == "betas":
                    group["betas"] = (momentum, group["betas"][1])
                else:
                    group["momentum"] = momentum


def checked_optimizer(optimizer: Any) -> Optimizer:
    """Return an optimiser as it is; raise TypeError for anything else."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"a schedule sets the lr of an optimiser, not of {optimizer!r}")
    return optimizer


def _each(schedule: str, what: str, given: list[Any], groups: int) -> list[Any]:
    if len(given) != groups:
        raise ValueError(f"{schedule} needs one {what} for each group: {groups}, not {len(given)}")
    return given


def _positive(schedule: str, name: str, number: int) -> int:
    check_numbers(schedule, **{name: number})
    if number <= 0:
        raise ValueError(f"{schedule}: {name} must be positive, not {number!r}")
    return number
