"""RMSprop: steps in proportion to the gradients' recent size."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from nn.optim.base import Group, Optimizer, State
from nn.optim.operations import Move, Plan


class RMSprop(Optimizer):
    """A step for each weight in proportion to its gradient's recent size.

    v ← α·v + (1 − α)·g² and w ← w − lr · g / (√v + eps). `centered` subtracts from v the square
    of the gradient's running mean; `momentum` μ accumulates b ← μ·b + g / (√v + eps).
    As `torch.optim.RMSprop`; Tieleman & Hinton 2012, Graves 2013 (centered).

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = RMSprop([w], lr=0.1, alpha=0.75)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.8
    """

    state_names = ("square_avg", "grad_avg", "momentum_buffer")

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        l1: float = 0.0,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
            l1=l1,
        )

    def begin(self, w: Any, group: Group) -> State:
        state = {"square_avg": np.zeros_like(w)}
        if group["centered"]:
            state["grad_avg"] = np.zeros_like(w)
        if group["momentum"]:
            state["momentum_buffer"] = np.zeros_like(w)
        return state

    def move(self, plan: Plan, g: Any, state: State, group: Group, room: Any, out: Any) -> Move:
        v, alpha, lr, momentum = state["square_avg"], group["alpha"], group["lr"], group["momentum"]
        plan += [
            (np.multiply, g, g, room),
            (np.multiply, room, 1 - alpha, room),
            (np.multiply, v, alpha, v),
            (np.add, v, room, v),
        ]
        if group["centered"]:
            mean = state["grad_avg"]
            plan += [
                (np.multiply, g, 1 - alpha, room),
                (np.multiply, mean, alpha, mean),
                (np.add, mean, room, mean),
                (np.multiply, mean, mean, room),
                (np.subtract, v, room, room),
                (partial(np.maximum, out=room), room, 0),  # rounding can leave it below 0
            ]
            v = room
        plan += [
            (np.sqrt, v, room),
            (np.add, room, group["eps"], room),
            (np.divide, g, room, out),
        ]
        if not momentum:
            return Move(out, lr, lr, size=room)
        b = state["momentum_buffer"]
        plan += [(np.multiply, b, momentum, b), (np.add, b, out, b)]
        return Move(b, lr, lr / (1 - momentum), size=room)
