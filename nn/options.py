"""Explain arguments that a class does not take, above all PyTorch's options."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

#: What to do instead of using an option of PyTorch's.
_WITHOUT = {
    "capturable": "all parameters are moved at once anyway",
    "ceil_mode": "lay padding around the input, so that the windows fit",
    "device": "everything is on one device",
    "divisor_override": "multiply the result",
    "dtype": "parameters are float64",
    "foreach": "all parameters are moved at once anyway",
    "fused": "all parameters are moved at once anyway",
    "inplace": "a graph keeps what each layer made",
    "maximize": "minimise the negative",
    "padding_mode": "lay the padding before it, with autograd.pad(x, …, mode='edge')",
}


def made(cls: type[T], args: Sequence[Any], keywords: Mapping[str, Any]) -> T:
    """Return an object of a class; a TypeError names the class and what it takes."""
    try:
        one: T = type.__call__(cls, *args, **keywords)
    except TypeError:
        check_options(cls, args, keywords)
        raise
    return one


def _nothing(self: object) -> None:
    """Stand in for the constructor of a class without one."""


def check_options(cls: type[Any], args: Sequence[Any], keywords: Mapping[str, Any]) -> None:
    """Raise TypeError unless the constructor accepts the arguments.

    >>> class Wide:
    ...     def __init__(self, width): ...
    >>> check_options(Wide, (), {"width": 3, "inplace": True})
    Traceback (most recent call last):
    TypeError: Wide takes width, but no inplace=: a graph keeps what each layer made
    """
    own: Any = cls.__init__
    constructor = inspect.signature(_nothing if own is object.__init__ else own)
    try:
        constructor.bind(None, *args, **keywords)
    except TypeError as error:
        places = list(constructor.parameters.values())[1:]
        takes = ", ".join(p.name for p in places) or "no arguments"
        unknown = [k for k in keywords if k not in {p.name for p in places}]
        if not unknown or any(p.kind is p.VAR_KEYWORD for p in places):
            raise TypeError(f"{cls.__name__} takes {takes}: {error}") from None
        hint = f": {_WITHOUT[unknown[0]]}" if unknown[0] in _WITHOUT else ""
        raise TypeError(f"{cls.__name__} takes {takes}, but no {unknown[0]}={hint}") from None
