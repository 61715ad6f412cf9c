"""Adam and AdamW: momentum, and a step size for each weight."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from nn.optim.base import Group, Optimizer, State
from nn.optim.operations import Move, Plan


class Adam(Optimizer):
    """Momentum and a step size for each weight, both as running means that start unbiased.

    m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
    w ← w − lr · m̂ / (√v̂ + eps) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
    `amsgrad` uses the largest v so far. As `torch.optim.Adam`; Kingma & Ba 2015, Reddi et al. 2018.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9
    """

    state_names = ("step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        l1: float = 0.0,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            l1=l1,
        )

    def begin(self, w: Any, group: Group) -> State:
        state: State = {"step": 0, "exp_avg": np.zeros_like(w), "exp_avg_sq": np.zeros_like(w)}
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = np.zeros_like(w)
        return state

    def move(self, plan: Plan, g: Any, state: State, group: Group, room: Any, out: Any) -> Move:
        beta1, beta2 = group["betas"]
        m, v, step = state["exp_avg"], state["exp_avg_sq"], state["step"] + 1
        plan += [
            (state.__setitem__, "step", step),
            # m ← β₁·m + (1 − β₁)·g in place, which is quicker than scaling g elsewhere.
            (np.multiply, m, beta1 / (1 - beta1), m),
            (np.add, m, g, m),
            (np.multiply, m, 1 - beta1, m),
            (np.multiply, g, g, room),
            (np.multiply, room, 1 - beta2, room),
            (np.multiply, v, beta2, v),
            (np.add, v, room, v),
        ]
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]
            plan.append((partial(np.maximum, out=largest), largest, v))
            v = largest
        # √v̂ + eps is unit·(√v + eps/unit): one scaling of the arrays fewer.
        unit = (1 - beta2**step) ** -0.5
        plan += [
            (np.sqrt, v, room),
            (np.add, room, group["eps"] / unit, room),
            (np.divide, m, room, out),
        ]
        lr = group["lr"]
        return Move(out, lr / (1 - beta1**step) / unit, lr, size=room, unit=unit)


class AdamW(Adam):
    """Adam whose weight decay shrinks the weights themselves: first w ← w − lr·λ·w.

    As `torch.optim.AdamW`; Loshchilov & Hutter 2019.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.85
    """

    decay_in_gradient = False

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        l1: float = 0.0,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, l1=l1)
