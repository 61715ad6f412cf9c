"""Parameters in structures: dicts, lists, tuples and dataclasses of numbers, nested in any way.

A model is often written as a function of one such structure, `{"W": …, "layers": [(…), …]}`. Here
is the one way to find the numbers in it, in order, and to replace them. A list or tuple of plain
numbers or `Value`s, all nested equally deep, counts as one array, as in NumPy.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.node import Node


def is_number(x: object) -> bool:
    """Return whether x is a number or an array of numbers: something to differentiate by.

    >>> is_number(2.0), is_number(np.ones(3)), is_number([1.0, 2.0]), is_number("adam")
    (True, True, True, False)
    """
    if isinstance(x, bool | np.bool_):
        return False
    if isinstance(x, Node | int | float | np.integer | np.floating):
        return True
    if isinstance(x, np.ndarray):
        if x.dtype.kind == "O":
            return all(is_number(e) and not isinstance(e, np.ndarray) for e in x.flat)
        return x.dtype.kind in "iuf"
    return _is_list(x) and _lengths(x) is not None


def map_numbers(f: Callable[..., object], x: object, *others: object) -> Any:
    """Return the structure of x with f(number) in place of each number; the rest is None.

    others: structures of the same form; f gets the corresponding numbers of all of them.

    Raises ShapeError if the forms differ.

    >>> map_numbers(lambda w: -w, {"w": 2.0, "layers": [np.ones(2), (3.0, "relu")]})
    {'w': -2.0, 'layers': [array([-1., -1.]), (-3.0, None)]}
    """
    return _mapped(f, x, others, lambda _: None)


def lift_numbers(f: Callable[[object], object], x: object) -> Any:
    """Do the same, but keep everything that is not a number (a name, a flag, None).

    >>> lift_numbers(lambda w: -w, [np.ones(2), (3.0, "relu")])
    [array([-1., -1.]), (-3.0, 'relu')]
    """
    return _mapped(f, x, (), lambda rest: rest)


def map_parts(f: Callable[[object], object], x: object, is_part: Callable[[object], bool]) -> Any:
    """Return the structure of x with f(part) in place of each part for which `is_part` holds.

    >>> map_parts(str.upper, {"a": ["b", 1], "c": ("d",)}, lambda part: isinstance(part, str))
    {'a': ['B', 1], 'c': ('D',)}
    """
    return _mapped(f, x, (), lambda rest: rest, is_part)


def numbers_of(x: object) -> list[object]:
    """Return the numbers in a structure, in order.

    >>> numbers_of({"w": 2.0, "layers": [(3.0, "relu"), np.ones(2)]})
    [2.0, 3.0, array([1., 1.])]
    """
    found: list[object] = []
    map_numbers(found.append, x)
    return found


def _mapped(
    f: Callable[..., object],
    x: object,
    others: tuple[object, ...],
    rest: Callable[[object], object],
    is_part: Callable[[object], bool] = is_number,
) -> object:
    if is_part(x):
        return f(x, *others)
    parts = _parts(x)
    if parts is None:
        return rest(x)
    inside = [_parts(other) for other in others]
    for other, its in zip(others, inside, strict=True):
        if its is None or its.keys() != parts.keys():
            raise ShapeError(
                f"two structures of different form: {describe(x)} and {describe(other)}"
            )
    made = {
        k: _mapped(f, e, tuple(i[k] for i in inside if i), rest, is_part) for k, e in parts.items()
    }
    return _like(x, made)


def _parts(x: object) -> dict[object, object] | None:
    """Return the parts of a structure by key, position or field; None if x is not a structure."""
    if isinstance(x, dict):
        return x
    if isinstance(x, list | tuple):
        return dict(enumerate(x))
    if dataclasses.is_dataclass(x) and not isinstance(x, type):
        return {field.name: getattr(x, field.name) for field in dataclasses.fields(x)}
    return None


def _like(x: Any, parts: dict[Any, Any]) -> object:
    """Return a structure like x, made of other parts."""
    if isinstance(x, tuple) and hasattr(x, "_make"):  # a named tuple
        return type(x)(*parts.values())
    if isinstance(x, list | tuple):
        return type(x)(parts.values())
    made = copy.copy(x)
    if isinstance(x, dict):
        made.update(parts)
    else:
        for name, part in parts.items():
            object.__setattr__(made, name, part)  # also where the dataclass is frozen
    return made


def _is_list(x: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(x, list | tuple) and not hasattr(x, "_make")


def _lengths(x: object) -> tuple[int, ...] | None:
    """Return the shape of nested lists of numbers or single nodes; None if they have none."""
    if not _is_list(x):
        single = is_number(x) and not isinstance(x, np.ndarray) and not hasattr(x, "dtype")
        return () if single or isinstance(x, np.integer | np.floating) else None
    inner: Iterator[tuple[int, ...] | None] = map(_lengths, x)
    first = next(inner, None)
    if first is None or any(other != first for other in inner):
        return None
    return (len(x), *first)
