"""What a traced function is called with: a structure, and the numbers that may change.

Arrays, floats and nodes are numbers that each replay reads anew, in lists, tuples and dicts
too. Everything else (ints, strings, flags, None) is part of the program: when it changes, so
does the recording.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import numpy as np

from autograd.errors import is_own_file
from autograd.node import Node
from autograd.tensor import Tensor
from autograd.value import Value

_VARYING = (float, np.floating)


def signature(x: Any, leaves: list[Any]) -> Any:
    """Append the numbers in x to `leaves` and return what a program for them depends on."""
    kind = type(x)
    if kind is np.ndarray:
        leaves.append(x)
        return (x.shape, x.dtype)
    if kind is Tensor:
        leaves.append(x)
        array = x._data
        return (Tensor, array.shape, array.dtype)
    if kind is Value or kind is float or isinstance(x, np.floating):
        leaves.append(x)
        return kind
    if kind is list or kind is tuple:
        return (kind, *[signature(e, leaves) for e in x])
    if kind is dict:
        return (kind, *[(k, signature(e, leaves)) for k, e in x.items()])
    try:
        hash(x)
    except TypeError:
        raise TypeError(
            f"a traced function takes numbers, arrays, nodes, lists, tuples and dicts of them, "
            f"and settings that can be compared; not {kind.__name__}"
        ) from None
    return (kind, x)


def rebuilt(x: Any, replace: Callable[[Any], Any]) -> Any:
    """Return the same structure with each number replaced."""
    kind = type(x)
    if kind in (np.ndarray, Tensor, Value) or isinstance(x, _VARYING):
        return replace(x)
    if kind is list or kind is tuple:
        return kind(rebuilt(e, replace) for e in x)
    if kind is dict:
        return {k: rebuilt(e, replace) for k, e in x.items()}
    return x


def difference(old: Any, new: Any, names: list[str]) -> str:
    """Say which argument's signature differs, and how.

    old, new: the signatures of the positional arguments, and of the keyword ones or None.
    """
    for name, a, b in zip(names, old[0][1:], new[0][1:], strict=False):
        if a != b:
            return f"argument {name!r} was {_said(a)} and is {_said(b)} now"
    before, now = dict((old[1] or (dict,))[1:]), dict((new[1] or (dict,))[1:])
    for name in before.keys() & now.keys():
        if before[name] != now[name]:
            return f"argument {name!r} was {_said(before[name])} and is {_said(now[name])} now"
    return "the arguments are of another structure"


def _said(part: Any) -> str:
    if isinstance(part, type):
        return f"a {part.__name__}"
    if isinstance(part, tuple) and part and part[0] is Tensor:
        part = part[1:]
    if isinstance(part, tuple) and len(part) == 2 and isinstance(part[1], np.dtype):
        return f"of shape {part[0]}, {part[1]}"
    if isinstance(part, tuple) and len(part) == 2 and part[0] in (int, str, bool, type(None)):
        return repr(part[1])
    if isinstance(part, tuple) and part and part[0] in (list, tuple, dict):
        return f"a {part[0].__name__} of {len(part) - 1} elements"
    return repr(part)


# --- names ----------------------------------------------------------------------------------


def argument_names(f: Callable[..., Any], n: int) -> list[str]:
    """Return what f calls its first n positional arguments.

    Those of `*xs` are xs0, xs1, …

    >>> argument_names(lambda x, *ys: x, 3)
    ['x', 'ys0', 'ys1']
    """
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):  # a function that does not say
        parameters = []
    names: list[str] = []
    for one in parameters:
        if one.kind is one.VAR_POSITIONAL:
            names += [f"{one.name}{i}" for i in range(n - len(names))]
        elif one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD):
            names.append(one.name)
    return names + [f"argument{i}" for i in range(len(names), n)]


def leaf_names(name: str, x: Any) -> list[str]:
    """Return a name for each number in one argument: x, or x[0], x[1], … in a structure."""
    inside: list[Any] = []
    signature(x, inside)
    return [name] if len(inside) == 1 else [f"{name}[{i}]" for i in range(len(inside))]


def variable_names(f: Any) -> dict[Node, str]:
    """Return what the nodes that f meets inside are called there: by variables that it reads.

    A variable may be a node, or a list, tuple or array of them. Functions of the same file that
    f calls count too.

    >>> w = Tensor([1.0])
    >>> list(variable_names(lambda x: w * x).values())
    ['w']
    """
    found: dict[Node, str] = {}
    functions = [inspect.unwrap(f)]
    for g in functions:  # it grows on the way
        if not isinstance(g, FunctionType) or is_own_file(g.__code__.co_filename):
            continue
        for name, x in _variables(g):
            if isinstance(x, FunctionType) and x.__code__.co_filename == g.__code__.co_filename:
                if x not in functions:
                    functions.append(x)
            elif isinstance(x, Node):
                found.setdefault(x, name)
            elif isinstance(x, list | tuple) or (isinstance(x, np.ndarray) and x.dtype == object):
                for i, e in enumerate(x.flat if isinstance(x, np.ndarray) else x):
                    if isinstance(e, Node):
                        found.setdefault(e, f"{name}[{i}]")
    return found


def _variables(f: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the variables of its surroundings that a function reads."""
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    for name in f.__code__.co_names:
        if name in f.__globals__:
            yield name, f.__globals__[name]


def common_name(names: list[str]) -> str:
    """Return one name for numbers that are called so, or nothing where they have none.

    >>> common_name(["w", "w"]), common_name(["W1[0]", "W1[1]"]), common_name(["a", "b"])
    ('w', 'W1', 'a_b')
    >>> common_name(["w[2]"]), common_name(["w1", "w2"]), common_name(list("abcd"))
    ('w2', 'w', '')
    """
    distinct = stems(names)
    if "" in distinct or len(distinct) > _MANY_NAMES:
        return ""
    return "_".join(map(plain_name, distinct))


def stems(names: list[str]) -> list[str]:
    """Return the different names, without the numbers of those that differ by a number only."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) > 1:
        distinct = list(dict.fromkeys(name.partition("[")[0] for name in distinct))
    if len(distinct) > 1:
        distinct = list(dict.fromkeys(name.rstrip("0123456789_") for name in distinct))
    return distinct


def plain_name(name: str) -> str:
    """Return x[0] as x0, and W1[0] as W1_0."""
    base, _, index = name.partition("[")
    if not index:
        return name
    return f"{base}{'_' if base[-1:].isdigit() else ''}{index.rstrip(']')}"


_MANY_NAMES = 3
