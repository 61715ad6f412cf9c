"""Optimisers: how a parameter moves, given its gradient.

Names, arguments and results are PyTorch's. Each optimiser is its update rule and nothing else;
the arrays that it moves are found in slots.py.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograd import Tensor, Value
from nn.module import Module, leaves
from nn.slots import Slot, State, arrange, scratch_for

Group = dict[str, Any]


class Optimizer:
    """The base of the optimisers: parameters in groups, and the state that belongs to each.

    params: leaf `Tensor`s, leaf `Value`s and arrays of leaf `Value`s; or, as in PyTorch, a list
        of dicts, each with its own "params" and hyperparameters.

    A parameter without a gradient (nothing reached it since `zero_grad`) is left as it is.
    A gradient that is nan or inf is never hidden: it goes into the parameter, where the next
    loss shows it. `param_groups` holds the hyperparameters; schedules change "lr" there.
    Every group takes `l1`, the strength of a penalty l1·Σ|w| whose proximal step follows each
    update: w ← sign(w)·max(|w| − t, 0), which makes small weights exactly 0. The threshold t is
    l1 × the step that a gradient of 1 makes (lr for plain SGD, its own for each weight in Adam),
    so that where the optimiser comes to rest, loss + l1·Σ|w| is least.

    Raises ValueError (no parameters, one twice, not a leaf, a hyperparameter out of its range)
    and TypeError (not a parameter).
    """

    #: Whether weight_decay is added to the gradient (as an L2 penalty of λ/2·Σw² would be).
    _decay_in_gradient = True

    def __init__(self, params: Any, **defaults: Any) -> None:
        for name, value in defaults.items():
            _check(type(self).__name__, name, value)
        self.param_groups: list[Group] = []
        for given in _as_groups(params):
            unknown = given.keys() - defaults.keys() - {"params"}
            if "params" not in given:
                raise ValueError(f"{type(self).__name__}: the group {given} has no 'params'")
            if unknown:
                raise ValueError(
                    f"{type(self).__name__} has no hyperparameter {sorted(unknown)}; "
                    f"a group may set {sorted(defaults)}"
                )
            group = {**defaults, **given}
            for name in given.keys() - {"params"}:
                _check(type(self).__name__, name, group[name])
            group["params"] = _parameters(given["params"])
            self.param_groups.append(group)
        everything = [v for group in self.param_groups for p in group["params"] for v in leaves(p)]
        times = Counter(map(id, everything))
        for v in everything:
            if times[id(v)] > 1:
                raise ValueError(
                    f"{type(self).__name__}: the parameter {v.label or repr(v)!r} is given twice; "
                    "give it once"
                )
        self._scratch = scratch_for(everything)
        self._slots = [
            arrange(g["params"], [{} for _ in g["params"]], self._scratch)
            for g in self.param_groups
        ]

    @property
    def lr(self) -> float:
        """The learning rate of the first group; setting it sets that of all groups."""
        lr: float = self.param_groups[0]["lr"]
        return lr

    @lr.setter
    def lr(self, lr: float) -> None:
        for group in self.param_groups:
            group["lr"] = lr

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for slots in self._slots:
            for slot in slots:
                slot.zero_grad()

    @np.errstate(all="ignore")  # an inf in a gradient is seen in the parameter
    def step(self) -> None:
        """Move every parameter that has a gradient, once."""
        for slots, group in zip(self._slots, self.param_groups, strict=True):
            decay = group["weight_decay"] if self._decay_in_gradient else 0.0
            todo = list(slots)
            for slot in todo:
                g = slot.gradient()
                if g is None:
                    todo += self._divide(slots, slot)
                    continue
                w = slot.array()
                if decay:
                    g = np.add(np.multiply(w, decay, out=slot.decayed), g, out=slot.decayed)
                self._update(w, g, slot.state, group, slot.scratch)
                if group["l1"]:
                    threshold = self._threshold(slot.state, group, slot.scratch)
                    _shrink(w, threshold, slot.decayed)
                slot.put(w)

    def _update(self, w: Any, g: Any, state: State, group: Group, scratch: Any) -> None:
        """Change `w` in place by the gradient `g`, which must stay as it is."""
        raise NotImplementedError

    def _threshold(self, state: State, group: Group, scratch: Any) -> Any:
        """Return l1 × the step that a steady gradient of 1 makes, in the long run."""
        raise NotImplementedError

    def _divide(self, slots: list[Slot], slot: Slot) -> list[Slot]:
        """Part the parameters of a slot that have gradients from the others; return theirs."""
        pairs, reached = slot.states(), slot.reached()
        if not any(reached):
            return []
        parts: list[list[Slot]] = []
        for wanted in (True, False):
            part = [pair for pair, has in zip(pairs, reached, strict=True) if has is wanted]
            params, states = [p for p, _ in part], [state for _, state in part]
            parts.append(arrange(params, states, self._scratch))
        slots.remove(slot)
        slots += parts[0] + parts[1]
        return parts[0]

    def state_dict(self) -> dict[str, Any]:
        """Return the state as PyTorch lays it out, with copies of the arrays.

        {"state": {position of the parameter: {name: array or number}}, "param_groups": [...]}
        """
        order = {id(p): i for i, p in enumerate(p for g in self.param_groups for p in g["params"])}
        pairs = [pair for slots in self._slots for slot in slots for pair in slot.states()]
        groups = [
            {**group, "params": [order[id(p)] for p in group["params"]]}
            for group in self.param_groups
        ]
        state = {order[id(p)]: s for p, s in pairs if s}
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up what `state_dict` gave, for an optimiser of parameters of the same shapes.

        Raises ValueError, and changes nothing, if they differ.
        """
        groups, states = state_dict["param_groups"], state_dict["state"]
        if [len(g["params"]) for g in groups] != [len(g["params"]) for g in self.param_groups]:
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the groups have "
                f"{[len(g['params']) for g in groups]} parameters in the state, "
                f"{[len(g['params']) for g in self.param_groups]} here"
            )
        if any(g.keys() != mine.keys() for g, mine in zip(groups, self.param_groups, strict=True)):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the state is of another optimiser, with "
                f"hyperparameters {sorted(groups[0].keys() - {'params'})}"
            )
        pending = []
        for group, mine in zip(groups, self.param_groups, strict=True):
            theirs = [dict(states.get(i, {})) for i in group["params"]]
            for p, state in zip(mine["params"], theirs, strict=True):
                for name, value in state.items():
                    if isinstance(value, np.ndarray) and value.shape != p.shape:
                        raise ValueError(
                            f"{type(self).__name__}.load_state_dict: {name} has shape "
                            f"{value.shape} for a parameter of shape {p.shape}"
                        )
            pending.append(theirs)
        for group, mine in zip(groups, self.param_groups, strict=True):
            mine.update({k: v for k, v in group.items() if k != "params"})
        self._slots = [
            arrange(g["params"], s, self._scratch)
            for g, s in zip(self.param_groups, pending, strict=True)
        ]

    def __repr__(self) -> str:
        shown = {k: v for k, v in self.param_groups[0].items() if k != "params" and v}
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in shown.items())})"


class SGD(Optimizer):
    """Gradient descent, w ← w − lr·g, with momentum if wanted.

    With momentum μ: b ← μ·b + (1 − dampening)·g (at first b = g) and w ← w − lr·b; Nesterov's
    variant takes g + μ·b instead of b. As `torch.optim.SGD`; Sutskever et al. 2013.

    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 12)
    0.7
    """

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

    def _update(self, w: Any, g: Any, state: State, group: Group, scratch: Any) -> None:
        momentum = group["momentum"]
        if momentum:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = g.copy()
            else:
                buffer *= momentum
                buffer += np.multiply(g, 1 - group["dampening"], out=scratch)
            if group["nesterov"]:
                g = np.add(g, np.multiply(buffer, momentum, out=scratch), out=scratch)
            else:
                g = buffer
        w -= np.multiply(g, group["lr"], out=scratch)

    def _threshold(self, state: State, group: Group, scratch: Any) -> Any:  # noqa: ARG002
        rate = group["l1"] * group["lr"]
        momentum = group["momentum"]
        return rate * (1 - group["dampening"]) / (1 - momentum) if momentum else rate


class Adagrad(Optimizer):
    """A step for each weight that shrinks with the gradients it has seen.

    s ← s + g², w ← w − lr' · g / (√s + eps) with lr' = lr / (1 + (t − 1)·lr_decay).
    As `torch.optim.Adagrad`; Duchi et al. 2011.

    >>> w = Value(1.0)
    >>> optimizer = Adagrad([w], lr=0.1)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9
    """

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

    def _update(self, w: Any, g: Any, state: State, group: Group, scratch: Any) -> None:
        if not state:
            state["step"] = 0
            state["sum"] = np.full_like(w, group["initial_accumulator_value"])
        state["step"] += 1
        state["sum"] += np.multiply(g, g, out=scratch)
        np.sqrt(state["sum"], out=scratch)
        scratch += group["eps"]
        np.divide(g, scratch, out=scratch)
        scratch *= self._decayed_lr(state, group)
        w -= scratch

    def _threshold(self, state: State, group: Group, scratch: Any) -> Any:
        np.sqrt(state["sum"], out=scratch)
        scratch += group["eps"]
        return _adaptive(self._decayed_lr(state, group), group["l1"], scratch)

    def _decayed_lr(self, state: State, group: Group) -> float:
        lr: float = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
        return lr


class RMSprop(Optimizer):
    """A step for each weight in proportion to its gradient's recent size.

    v ← α·v + (1 − α)·g² and w ← w − lr · g / (√v + eps). `centered` subtracts from v the square
    of the gradient's running mean; `momentum` μ accumulates b ← μ·b + g / (√v + eps).
    As `torch.optim.RMSprop`; Tieleman & Hinton 2012, Graves 2013 (centered).

    >>> w = Value(1.0)
    >>> optimizer = RMSprop([w], lr=0.1, alpha=0.75)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.8
    """

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

    def _update(self, w: Any, g: Any, state: State, group: Group, scratch: Any) -> None:
        alpha, momentum = group["alpha"], group["momentum"]
        if not state:
            state["square_avg"] = np.zeros_like(w)
            if group["centered"]:
                state["grad_avg"] = np.zeros_like(w)
            if momentum:
                state["momentum_buffer"] = np.zeros_like(w)
        _average(state["square_avg"], np.multiply(g, g, out=scratch), alpha)
        if group["centered"]:
            _average(state["grad_avg"], g, alpha)
        step = np.divide(g, self._size(state, group, scratch), out=scratch)
        if momentum:
            buffer = state["momentum_buffer"]
            buffer *= momentum
            buffer += step
            step = buffer
        w -= np.multiply(step, group["lr"], out=scratch)

    def _size(self, state: State, group: Group, scratch: Any) -> Any:
        """Return √v + eps, in `scratch`."""
        if group["centered"]:
            mean = state["grad_avg"]
            np.subtract(state["square_avg"], np.multiply(mean, mean, out=scratch), out=scratch)
            np.maximum(scratch, 0, out=scratch)  # rounding can leave a variance below 0
            np.sqrt(scratch, out=scratch)
        else:
            np.sqrt(state["square_avg"], out=scratch)
        scratch += group["eps"]
        return scratch

    def _threshold(self, state: State, group: Group, scratch: Any) -> Any:
        size = self._size(state, group, scratch)
        return _adaptive(group["lr"] / (1 - group["momentum"]), group["l1"], size)


class Adam(Optimizer):
    """Momentum and a step size for each weight, both as running means that start unbiased.

    m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
    w ← w − lr · m̂ / (√v̂ + eps) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
    `amsgrad` uses the largest v so far. As `torch.optim.Adam`; Kingma & Ba 2015, Reddi et al. 2018.

    The state holds sums, Σ β₁ᵏ·g = m / (1 − β₁) and Σ β₂ᵏ·g² = v / (1 − β₂): the factors join the
    step size, and two of the twelve passes over the arrays fall away.

    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9
    """

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

    def _update(self, w: Any, g: Any, state: State, group: Group, scratch: Any) -> None:
        if not state:
            state.update(step=0, betas=tuple(group["betas"]))
            state["sum"], state["square_sum"] = np.zeros_like(w), np.zeros_like(w)
            if group["amsgrad"]:
                state["max_square_sum"] = np.zeros_like(w)
        # A schedule may have moved β: then the sums are scaled so that m and v stay what they are.
        (before1, before2), (beta1, beta2) = state["betas"], group["betas"]
        same_m, same_v = (1 - before1) / (1 - beta1), (1 - before2) / (1 - beta2)
        state["betas"] = beta1, beta2
        state["step"] += 1
        m, v = state["sum"], state["square_sum"]
        m *= beta1 * same_m
        m += g
        v *= beta2 * same_v
        v += np.multiply(g, g, out=scratch)
        if group["amsgrad"]:
            largest = state["max_square_sum"]
            largest *= same_v
            v = np.maximum(largest, v, out=largest)
        # √v̂ + eps is (√(square sum) + eps / unit)·unit: one array operation fewer.
        unit = self._unit(state)
        np.sqrt(v, out=scratch)
        scratch += group["eps"] / unit
        np.divide(m, scratch, out=scratch)
        scratch *= group["lr"] * (1 - beta1) / (1 - beta1 ** state["step"]) / unit
        w -= scratch

    def _threshold(self, state: State, group: Group, scratch: Any) -> Any:
        np.sqrt(state["max_square_sum" if group["amsgrad"] else "square_sum"], out=scratch)
        scratch *= self._unit(state)
        scratch += group["eps"]
        return _adaptive(group["lr"], group["l1"], scratch)

    @staticmethod
    def _unit(state: State) -> float:
        """Return √v̂ / √(square sum)."""
        beta2 = state["betas"][1]
        return math.sqrt((1 - beta2) / (1 - beta2 ** state["step"]))


class AdamW(Adam):
    """Adam whose weight decay shrinks the weights themselves: first w ← w − lr·λ·w.

    As `torch.optim.AdamW`; Loshchilov & Hutter 2019.

    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.85
    """

    _decay_in_gradient = False

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

    def _update(self, w: Any, g: Any, state: State, group: Group, scratch: Any) -> None:
        w *= 1 - group["lr"] * group["weight_decay"]
        super()._update(w, g, state, group, scratch)


def _average(mean: Any, x: Any, keep: float) -> None:
    """Move a running mean: mean ← keep·mean + (1 − keep)·x.

    As (1 − keep)·(mean·keep/(1 − keep) + x): to scale the mean twice where it lies is quicker
    than to write the scaled x to another array.
    """
    mean *= keep / (1 - keep)
    mean += x
    mean *= 1 - keep


def _adaptive(lr: float, l1: float, size: Any) -> Any:
    """Return min(lr·l1 / size, 2·lr), in `size`, the running size of the gradients.

    The bound is not reached where a weight comes to rest (there the size is at least l1); it
    keeps a weight that has hardly seen a gradient yet from being shrunk to 0 in one step.
    """
    np.divide(lr * l1, size, out=size)
    return np.minimum(size, 2 * lr, out=size)


def _shrink(w: Any, threshold: Any, scratch: Any) -> None:
    """Do the soft-threshold step in place: w ← sign(w)·max(|w| − threshold, 0)."""
    np.abs(w, out=scratch)
    np.minimum(scratch, threshold, out=scratch)
    w -= np.copysign(scratch, w, out=scratch)


# --- what may be optimised ------------------------------------------------------------------


def _as_groups(params: Any) -> list[Group]:
    if isinstance(params, Module):
        raise TypeError(
            f"the optimiser takes parameters, not a {type(params).__name__}; give "
            "module.parameters()"
        )
    if isinstance(params, Tensor | Value | np.ndarray):
        raise TypeError(
            f"the optimiser takes a list of parameters, not one {type(params).__name__}; "
            "write [parameter]"
        )
    if not isinstance(params, Iterable):
        raise TypeError(
            f"the optimiser takes a list of parameters, not {type(params).__name__}; give "
            "module.parameters()"
        )
    given = list(params)
    if not given:
        raise ValueError("the optimiser got no parameters: was the list, or the generator, empty?")
    return given if all(isinstance(g, dict) for g in given) else [{"params": given}]


def _parameters(params: Any) -> list[Any]:
    found = list(params) if isinstance(params, list | tuple | Iterator) else [params]
    for p in found:
        if not isinstance(p, Tensor | Value) and not (
            isinstance(p, np.ndarray)
            and p.dtype == object
            and all(isinstance(v, Value) for v in p.flat)
        ):
            kind = f"array of {p.dtype}" if isinstance(p, np.ndarray) else type(p).__name__
            remedy = (
                "give module.parameters()"
                if isinstance(p, Module | tuple)
                else "wrap plain numbers in a Tensor to learn them"
            )
            raise TypeError(
                f"a parameter is a Tensor, a Value or an array of Values, not {kind}; {remedy}"
            )
        for leaf in leaves(p):
            if leaf.op is not None:
                raise ValueError(
                    f"{leaf!r} is a result, not a leaf, so a step would be lost at the next "
                    "forward pass; optimise the leaves that it is computed from"
                )
    return found


def _check(optimizer: str, name: str, value: Any) -> None:
    if name == "betas":
        if len(value) != 2 or not all(0 <= beta < 1 for beta in value):
            raise ValueError(f"{optimizer}: betas are two numbers in [0, 1), not {value!r}")
    elif name in ("momentum", "alpha") and not 0 <= value < 1:
        raise ValueError(f"{optimizer}: {name} must be in [0, 1), not {value!r}")
    elif name not in ("nesterov", "amsgrad", "centered", "dampening") and not value >= 0:
        raise ValueError(f"{optimizer}: {name} must be at least 0, not {value!r}")
