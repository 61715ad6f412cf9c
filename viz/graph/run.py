"""Run a function once in order to draw it: its result, and its names for things.

`draw(f, x)` draws the graph of `f(x)`. The function needs no annotations: the run records which of
its calls and lines made each node, and what its variables held when it returned.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd import Node, source_lines
from autograd.errors import describe
from autograd.modes import Origin
from viz.graph.names import Variables, variables_in
from viz.graph.passes import gradients_of


@dataclass(frozen=True)
class RecordedRun:
    """What one run of a function recorded.

    variables: the names of nodes and containers. calls: the variables of each call inside.
    gradients: of the result with respect to each node, if it is one number; the nodes store none.
    """

    root: Node
    variables: Variables
    calls: Mapping[Origin, Mapping[str, Any]] = field(default_factory=dict)
    gradients: Mapping[Node, Any] = field(default_factory=dict)


def run(function: Callable[..., Any], arguments: Sequence[Any], what: str = "draw") -> RecordedRun:
    """Run a function for a picture of it.

    what: the name of the caller, for messages.

    Raises TypeError (arguments that do not fit, or a result that is no node); whatever the function
    raises is passed on.

    >>> from autograd import Value
    >>> found = run(lambda a, b: a * b, [Value(2.0), Value(3.0)])
    >>> found.root.data, sorted(found.variables.values())
    (6.0, ['a', 'b'])
    """
    _check(function, arguments, what)
    with source_lines(functions=True) as noted:
        result = function(*arguments)
        calls = dict(noted.variables())
    if not isinstance(result, Node):
        name = getattr(function, "__name__", type(function).__name__)
        raise TypeError(
            f"{what} shows how one node came to be, and {name} returned {_told(result)}: "
            + (
                f"draw one of them, such as {what}(lambda: {name}(…)[0])"
                if isinstance(result, list | tuple | dict)
                else "nothing was recorded; give it a Value or Tensor to compute with"
            )
        )
    depths = [len(origin.scopes()) for origin in calls]
    outermost = [
        held for held, depth in zip(calls.values(), depths, strict=True) if depth == min(depths)
    ]
    own = outermost if len(outermost) == 1 else []
    places = [*_given(function, arguments), *own, *_around(function)]
    return RecordedRun(result, variables_in(places), calls, gradients_of(result))


def _check(function: Callable[..., Any], arguments: Sequence[Any], what: str) -> None:
    """Raise TypeError if a function cannot be called with these arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # it is written in C
        return
    try:
        signature.bind(*arguments)
    except TypeError as error:
        name = getattr(function, "__name__", type(function).__name__)
        raise TypeError(
            f"{what} runs {name}{signature} with {len(arguments)} arguments, and {error}: give "
            f"what it is called with after it, as in {what}({name}, x)"
        ) from None


def _told(result: Any) -> str:
    if isinstance(result, list | tuple | dict):
        return f"a {type(result).__name__} of {len(result)}"
    return describe(result)


def _given(function: Callable[..., Any], arguments: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Return the arguments by the names of their parameters."""
    try:
        bound = inspect.signature(function).bind(*arguments)
    except (TypeError, ValueError):  # it is written in C, or takes any arguments
        return []
    bound.apply_defaults()
    return [bound.arguments]


def _around(function: Any) -> list[Mapping[str, Any]]:
    """Return the names that a function sees: those of its object, its closure, its globals."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function)
    owner = getattr(function, "__self__", None)
    if not hasattr(function, "__code__") and owner is None:
        owner, function = function, type(function).__call__
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        return []
    closed: dict[str, Any] = dict(getattr(owner, "__dict__", {}))
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            closed[name] = cell.cell_contents
        except ValueError:  # a variable that has no value yet
            continue
    return [closed, function.__globals__]
