"""The arguments of a traced function: a structure, and the numbers in it that may change.

Arrays, floats and nodes, also inside lists, tuples and dicts, are numbers that each replay reads
anew. Everything else (ints, strings, flags, None) is part of the program: when it changes, the
function is recorded again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.structure import map_parts
from autograd.tensor import Tensor
from autograd.value import Value

_VARYING = (float, np.floating)
_STRUCTURES = (list, tuple, dict)  # but not their subclasses, which are settings


def signature(x: Any, leaves: list[Any]) -> Any:
    """Append the numbers in x to `leaves`, and return everything else that a program depends on."""
    kind = type(x)
    if kind is np.ndarray:
        leaves.append(x)
        return (x.shape, x.dtype)
    if kind is Tensor:
        leaves.append(x)
        array = x.raw
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
            f"a traced function takes numbers, arrays and nodes, lists, tuples and dicts of them, "
            f"and hashable settings; not {kind.__name__}"
        ) from None
    return (kind, x)


def rebuilt(x: Any, replace: Callable[[Any], Any]) -> Any:
    """Return the same structure with each number replaced."""

    def part(x: Any) -> Any:
        varies = type(x) in (np.ndarray, Tensor, Value) or isinstance(x, _VARYING)
        return replace(x) if varies else x

    return map_parts(part, x, lambda x: type(x) not in _STRUCTURES)


def difference(old: Any, new: Any, names: list[str]) -> str:
    """Describe which argument's signature differs, and how.

    old, new: the signatures of the positional arguments, and of the keyword ones or None.
    """
    for name, a, b in zip(names, old[0][1:], new[0][1:], strict=False):
        if a != b:
            return _difference(name, a, b)
    before, now = dict((old[1] or (dict,))[1:]), dict((new[1] or (dict,))[1:])
    for name in before.keys() & now.keys():
        if before[name] != now[name]:
            return _difference(name, before[name], now[name])
    return "the arguments have another structure"


def _difference(name: str, old: Any, new: Any) -> str:
    """Describe how an argument differs, or the first of its elements that does."""
    kind = old[0] if isinstance(old, tuple) and old else None
    if kind in _STRUCTURES and new[:1] == (kind,) and len(new) == len(old):
        for i, (a, b) in enumerate(zip(old[1:], new[1:], strict=True)):
            if a == b:
                continue
            if kind is not dict:
                return _difference(f"{name}[{i}]", a, b)
            if a[0] == b[0]:
                return _difference(f"{name}[{a[0]!r}]", a[1], b[1])
            break
    why = ""
    if kind is int and new[:1] == (int,):
        why = ", and an integer is part of the program; those that vary are passed in as an array"
    return f"argument {name!r} was {_said(old)} and is {_said(new)} now{why}"


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
