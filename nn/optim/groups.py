"""Parameter groups: what an optimiser accepts, and how it reports anything else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Tensor, Value
from nn.arguments import check_numbers
from nn.module import Module, leaves

#: "params" and the hyperparameters that apply to them.
Group = dict[str, Any]


def groups_of(optimizer: str, params: Any, defaults: Mapping[str, Any]) -> list[Group]:
    """Return the groups of an optimiser with all their hyperparameters, each checked.

    params: parameters, or dicts with "params" and some of the hyperparameters.

    Raises ValueError (no parameters, one twice, not a leaf, a hyperparameter out of its range)
    and TypeError (not a parameter, a hyperparameter that is not a number).
    """
    groups: list[Group] = []
    for given in _as_groups(params):
        if "params" not in given:
            raise ValueError(f"{optimizer}: the group {given} has no 'params'")
        unknown = given.keys() - defaults.keys() - {"params"}
        if unknown:
            raise ValueError(
                f"{optimizer} has no hyperparameter {sorted(unknown)}; "
                f"a group may set {sorted(defaults)}"
            )
        group = {**defaults, **given, "params": _parameters(optimizer, given["params"])}
        for name in defaults:
            _check(optimizer, name, group[name])
        groups.append(group)
    everything = [v for group in groups for p in group["params"] for v in leaves(p)]
    if not everything:
        raise ValueError(_nothing(optimizer))
    times = Counter(map(id, everything))
    for v in everything:
        if times[id(v)] > 1:
            raise ValueError(
                f"{optimizer}: the parameter {v.label or repr(v)!r} is given twice; give it once"
            )
    return groups


def _nothing(optimizer: str) -> str:
    return (
        f"{optimizer} got no parameters: an empty list, or a generator that something else has "
        "gone through already? Give module.parameters()"
    )


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
    if not isinstance(params, Iterable) or isinstance(params, str):
        raise TypeError(
            f"the optimiser takes a list of parameters, not {type(params).__name__}; give "
            "module.parameters()"
        )
    if isinstance(params, Mapping):
        raise TypeError(
            "the optimiser takes a list of parameters, not a dict; give list(d.values()), or for "
            'groups a list of dicts [{"params": …, "lr": …}]'
        )
    given = list(params)
    return given if given and all(isinstance(g, dict) for g in given) else [{"params": given}]


def _parameters(optimizer: str, params: Any) -> list[Any]:
    found = list(params) if isinstance(params, list | tuple | Iterator) else [params]
    if not found:
        raise ValueError(_nothing(optimizer))
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


_SWITCHES = ("nesterov", "amsgrad", "centered")


def _check_betas(optimizer: str, betas: Any) -> None:
    pair = isinstance(betas, tuple | list) and len(betas) == 2
    for beta in betas if pair else ():
        check_numbers(optimizer, betas=beta)
    if not pair or not all(0 <= beta < 1 for beta in betas):
        raise ValueError(f"{optimizer}: betas are two numbers in [0, 1), not {betas!r}")


def _check(optimizer: str, name: str, value: Any) -> None:
    if name in _SWITCHES:
        return
    if name == "betas":
        _check_betas(optimizer, value)
        return
    check_numbers(optimizer, **{name: value})
    if name in ("momentum", "alpha") and not 0 <= value < 1:
        raise ValueError(f"{optimizer}: {name} must be in [0, 1), not {value!r}")
    if name != "dampening" and not 0 <= value < math.inf:
        raise ValueError(f"{optimizer}: {name} must be at least 0, not {value!r}")
