"""Stochastic gradient descent."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.optim.base import Group, Optimizer, State
from nn.optim.operations import Move, Plan


class SGD(Optimizer):
    """Gradient descent, w ← w − lr·g, with momentum if wanted.

    With momentum μ: b ← μ·b + (1 − dampening)·g (at first b = g) and w ← w − lr·b; Nesterov's
    variant takes g + μ·b instead of b. As `torch.optim.SGD`; Sutskever et al. 2013.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 12)
    0.7
    """

    state_names = ("momentum_buffer",)

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        l1: float = 0.0,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            l1=l1,
        )
        for group in self.param_groups:
            if group["nesterov"] and (not group["momentum"] or group["dampening"]):
                raise ValueError("SGD: nesterov=True needs momentum above 0 and dampening=0")

    def move(
        self,
        plan: Plan,
        g: Any,
        state: State,
        group: Group,
        room: Any,
        out: Any,  # noqa: ARG002 - one array is enough
    ) -> Move:
        lr, momentum, damped = group["lr"], group["momentum"], 1 - group["dampening"]
        if not momentum:
            return Move(g, lr, lr)
        b = state.get("momentum_buffer")
        if b is None:
            b = np.empty_like(g)
            plan += [(np.positive, g, b), (state.__setitem__, "momentum_buffer", b)]
        else:
            plan += [
                (np.multiply, b, momentum, b),
                (np.multiply, g, damped, room),
                (np.add, b, room, b),
            ]
        rate = lr * damped / (1 - momentum)
        if not group["nesterov"]:
            return Move(b, lr, rate)
        plan += [(np.multiply, b, momentum, room), (np.add, g, room, room)]
        return Move(room, lr, rate)
