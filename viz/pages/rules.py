"""Print an optimiser's update rule as JavaScript: its plan for one weight, on symbols.

An optimiser is recognised by its interface: `plan`, `begin` and `param_groups`. It is asked to plan
a step with symbols in place of the learning rate and the penalties. So the page moves a weight by
exactly the formula that Python uses, and no rule is written twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from autograd import Value, primitives
from autograd.printers import javascript
from autograd.rows import table
from autograd.symbol import Symbol

#: The numbers of a parameter group that the page has controls for.
CONTROLS = ("lr", "weight_decay", "l1")

#: NumPy functions that are not rows of the table, in terms of rows.
_BY_ROWS: Mapping[Any, Callable[..., Any]] = {
    np.copysign: lambda size, like: table.mul(table.sign(like), table.abs(size)),
}


def rules(optimizers: Mapping[str, Callable[..., Any]]) -> str:
    """Return an object of rules by name: `{SGD: {first, next, state, numbers}, …}`.

    optimizers: functions that make each optimiser from a list of parameters.

    `first` and `next` are functions `(w, g, s, h)` that move every weight in `w` by its gradient in
    `g`, given the state `s` (arrays with the names in `state`, numbers with those in `numbers`) and
    the numbers `h` (lr, weight_decay, l1).

    Raises TypeError for anything that is not an optimiser.
    """
    written = {name: _rule(name, make) for name, make in optimizers.items()}
    return "{" + ",\n".join(f"{json.dumps(name)}: {rule}" for name, rule in written.items()) + "}"


def _rule(name: str, make: Callable[..., Any]) -> str:
    optimizer = make([Value(0.0)])
    if not all(hasattr(optimizer, part) for part in ("plan", "begin", "param_groups")):
        raise TypeError(
            f"{name} is no optimiser whose rule can be printed: it needs plan(), begin() and "
            f"param_groups, as those of nn.optim have, and {type(optimizer).__name__} has not"
        )
    concrete = optimizer.param_groups[0]
    group = {**concrete, **{key: Symbol(f"h.{key}") for key in CONTROLS}}
    w = np.array([0.5])
    state = dict(optimizer.begin(w, concrete))
    begun = {key: float(np.asarray(x).flat[0]) for key, x in state.items()}
    first = _step(optimizer, w, state, group)
    then = _step(optimizer, w, state, group)
    arrays = [key for key, x in state.items() if isinstance(x, np.ndarray)]
    numbers = [key for key in state if key not in arrays]
    start = json.dumps({key: begun.get(key, 0.0) for key in state})
    return (
        f"{{first: {first},\nnext: {then},\nstate: {json.dumps(arrays)}, "
        f"numbers: {json.dumps(numbers)}, start: {start}}}"
    )


def _step(optimizer: Any, w: np.ndarray, state: dict[str, Any], group: Any) -> str:
    """Let the optimiser plan a step on symbols, and print the plan; bring `state` up to date."""
    g, room, spare = (np.zeros(1) for _ in range(3))
    named = {id(w): "w[i]", id(g): "g[i]", id(room): "room", id(spare): "spare"}
    shown = {
        key: x if isinstance(x, np.ndarray) else Symbol(f"s.{key}") for key, x in state.items()
    }
    plan: list[Any] = []
    optimizer.plan(plan, w, g, shown, group, room, spare)
    arrays = {k: x for k, x in shown.items() if isinstance(x, np.ndarray)}
    settings = [entry for entry in plan if getattr(entry[0], "__name__", "") == "__setitem__"]
    for _, key, x in settings:
        state[key] = x if isinstance(x, np.ndarray) else 0.0
        if isinstance(x, np.ndarray):
            arrays[key] = x
    named |= {id(x): f"s.{key}[i]" for key, x in arrays.items()}
    body = [_statement(entry, named) for entry in plan if entry not in settings]
    after = [
        f"s.{key} = {javascript.expression(x)};"
        for _, key, x in settings
        if not isinstance(x, np.ndarray)
    ]
    lines = "\n".join(body)
    return (
        f"(w, g, s, h) => {{\nfor (let i = 0; i < w.length; i += 1) {{\nlet room = 0, spare = 0;\n"
        f"{lines}\n}}\n{' '.join(after)}\n}}"
    )


def _statement(entry: tuple[Any, ...], named: Mapping[int, str]) -> str:
    """Write one operation of a plan: (function, operands…, target of the result)."""
    function: Any = entry[0]
    operands = list(entry[1:])
    if isinstance(function, partial):
        function, out = function.func, function.keywords["out"]
    else:
        out = operands.pop()
    symbols = [Symbol(named[id(x)]) if id(x) in named else x for x in operands]
    row = next(
        (op for op in primitives().values() if op.elementwise and op.array is function),
        _BY_ROWS.get(function),
    )
    if row is None or id(out) not in named:
        raise TypeError(f"an optimiser's step uses {function!r}, which no row of the table is")
    return f"{named[id(out)]} = {javascript.expression(row(*symbols))};"
