"""`Optimizer`: everything that the update rules share except their formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from autograd import Value
from nn.module import leaves
from nn.optim.groups import Group, groups_of
from nn.optim.operations import Move, Plan, perform, shrink
from nn.optim.slots import Slot, State, arrange, scratch_for
from nn.options import check_options

__all__ = ["Group", "Optimizer", "State"]


class Optimizer:
    """The base of the optimisers: parameters in groups, and the state that belongs to each.

    params: leaf `Tensor`s, leaf `Value`s and arrays of leaf `Value`s; or, as in PyTorch, a list
        of dicts, each with its own "params" and hyperparameters.

    A parameter without a gradient (nothing reached it since `zero_grad`) is left as it is.
    A gradient that is nan or inf is never hidden: it goes into the parameter, where the next
    loss shows it. `param_groups` holds the hyperparameters; schedules change "lr" there.
    Every group takes `l1`, the strength of a penalty l1·Σ|w| whose proximal step follows each
    update and makes small weights exactly 0. Its threshold is l1 × the step that a gradient of 1
    makes (lr for plain SGD, its own for each weight in Adam).

    A rule defines `move`, and `begin` if it has a state, whose entries it lists in `state_names`.

    Raises ValueError (no parameters, one twice, not a leaf, a hyperparameter out of its range)
    and TypeError (not a parameter, a hyperparameter that is not a number).
    """

    #: Whether weight_decay is added to the gradient (as an L2 penalty of λ/2·Σw² would be); if not,
    #: it shrinks the weight itself.
    decay_in_gradient = True
    #: What the state of a parameter may hold, by the names of the textbook and of PyTorch.
    state_names: tuple[str, ...] = ()

    def __new__(cls, *args: Any, **keywords: Any) -> Self:
        if args or keywords:  # not a copy
            check_options(cls, args, keywords)
        return super().__new__(cls)

    def __init__(self, params: Any, **defaults: Any) -> None:
        self.param_groups: list[Group] = groups_of(type(self).__name__, params, defaults)
        self._scratch = scratch_for(
            [v for group in self.param_groups for p in group["params"] for v in leaves(p)]
        )
        self._slots = [
            arrange(g["params"], [{} for _ in g["params"]], self._scratch)
            for g in self.param_groups
        ]

    # --- what a rule says -------------------------------------------------------------------

    def begin(self, w: Any, group: Group) -> State:  # noqa: ARG002 - for the rules that need it
        """Return the state of weights `w` before their first step."""
        return {}

    def move(self, plan: Plan, g: Any, state: State, group: Group, room: Any, out: Any) -> Move:
        """Plan the computation of a direction from the gradient `g`; return the `Move`.

        `g` must not be changed, and anything kept of it must be copied: the next step may use the
        same array. room, out: scratch arrays; out is for the direction and, once the size in `room`
        is no longer needed, the same array.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define move()")

    # --- a step -----------------------------------------------------------------------------

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
        """Move every parameter that has a gradient, once.

        All of them move, or none: Ctrl-C in the middle leaves parameters and state as they were
        or as they are after the step.
        """
        plan: Plan = []
        moving: list[Slot] = []
        numbers: list[tuple[Sequence[Value], Any]] = []
        for i, group in enumerate(self.param_groups):
            for slot, g in self._with_gradients(i):
                w = self._plan(plan, slot, g, group)
                moving.append(slot)
                if slot.values:
                    numbers.append((slot.values, w))
        for slot in moving:
            slot.announce()
        perform(plan, numbers)

    def _plan(self, plan: Plan, slot: Slot, g: Any, group: Group) -> Any:
        """Plan everything that one step does to one slot; return the array that it changes."""
        w, state = slot.array(), slot.state
        if not state and (begun := self.begin(w, group)):
            state = begun
            plan.append((setattr, slot, "state", state))
        self.plan(plan, w, g, state, group, slot.room, slot.spare)
        return w

    def plan(
        self, plan: Plan, w: Any, g: Any, state: State, group: Group, room: Any, spare: Any
    ) -> None:
        """Plan what one step does to weights `w` with gradients `g`.

        room, spare: scratch arrays of their shape. The numbers in the group may be symbols: then
        the plan is the rule as a formula, which a page can print.
        """
        decay, l1 = group["weight_decay"], group["l1"]
        if decay and self.decay_in_gradient:
            plan += [(np.multiply, w, decay, spare), (np.add, spare, g, spare)]
            g = spare
        elif decay:
            plan.append((np.multiply, w, 1 - group["lr"] * decay, w))
        step = spare if l1 else room
        move = self.move(plan, g, state, group, room, step)
        plan += [(np.multiply, move.direction, move.lr, step), (np.subtract, w, step, w)]
        if l1:
            shrink(plan, w, move, l1, spare)

    def _with_gradients(self, i: int) -> list[tuple[Slot, Any]]:
        """Return the slots of a group that have gradients, each with its gradients.

        A slot that was only partly reached is divided into two.
        """
        found, divide = [], False
        for slot in self._slots[i]:
            g = slot.gradient()
            if g is not None:
                found.append((slot, g))
            elif any(slot.reached()):
                divide = True
        if divide:
            self._slots[i] = [part for slot in self._slots[i] for part in self._divided(slot)]
            return self._with_gradients(i)
        return found

    def _divided(self, slot: Slot) -> list[Slot]:
        """Separate the parameters of a slot that have gradients from the others."""
        reached = slot.reached()
        if len(set(reached)) == 1:
            return [slot]
        parts: list[Slot] = []
        for wanted in (True, False):
            part = [s for s, has in zip(slot.states(), reached, strict=True) if has is wanted]
            parts += arrange([p for p, _ in part], [state for _, state in part], self._scratch)
        return parts

    # --- saving -----------------------------------------------------------------------------

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
        """Load what `state_dict` returned, for an optimiser of parameters of the same shapes.

        Raises ValueError, and changes nothing, if they differ.
        """
        groups, states = state_dict["param_groups"], state_dict["state"]
        self._check_groups(groups)
        pending = []
        for group, mine in zip(groups, self.param_groups, strict=True):
            theirs = [dict(states.get(i, {})) for i in group["params"]]
            for p, state in zip(mine["params"], theirs, strict=True):
                self._check_state(p, state)
            pending.append(arrange(mine["params"], theirs, self._scratch))
        for group, mine in zip(groups, self.param_groups, strict=True):
            mine.update({k: v for k, v in group.items() if k != "params"})
        self._slots = pending

    def _check_groups(self, groups: list[Group]) -> None:
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

    def _check_state(self, parameter: Any, state: State) -> None:
        for name, value in state.items():
            if name not in self.state_names:
                raise ValueError(
                    f"{type(self).__name__}.load_state_dict: there is no {name!r} in its state, "
                    f"which holds {', '.join(self.state_names)}"
                )
            if isinstance(value, np.ndarray) and value.shape != parameter.shape:
                raise ValueError(
                    f"{type(self).__name__}.load_state_dict: {name} has shape "
                    f"{value.shape} for a parameter of shape {parameter.shape}"
                )

    def __repr__(self) -> str:
        shown = {k: v for k, v in self.param_groups[0].items() if k != "params" and v}
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in shown.items())})"
