"""Adagrad: step sizes that shrink with the gradients seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.optim.base import Group, Optimizer, State
from nn.optim.operations import Move, Plan


class Adagrad(Optimizer):
    """A step for each weight that shrinks with the gradients it has seen.

    s ← s + g², w ← w − lr' · g / (√s + eps) with lr' = lr / (1 + (t − 1)·lr_decay).
    As `torch.optim.Adagrad`; Duchi et al. 2011.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = Adagrad([w], lr=0.1)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9
    """

    state_names = ("step", "sum")

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        l1: float = 0.0,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
            l1=l1,
        )

    def begin(self, w: Any, group: Group) -> State:
        return {"step": 0, "sum": np.full_like(w, group["initial_accumulator_value"])}

    def move(self, plan: Plan, g: Any, state: State, group: Group, room: Any, out: Any) -> Move:
        total, steps = state["sum"], state["step"]
        plan += [
            (state.__setitem__, "step", steps + 1),
            (np.multiply, g, g, room),
            (np.add, total, room, total),
            (np.sqrt, total, room),
            (np.add, room, group["eps"], room),
            (np.divide, g, room, out),
        ]
        lr = group["lr"] / (1 + steps * group["lr_decay"])
        return Move(out, lr, lr, size=room)
