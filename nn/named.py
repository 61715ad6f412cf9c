"""Scopes for functions, so that a picture can draw softmax as one box."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np

from autograd.modes import enter, leave

P = ParamSpec("P")
R = TypeVar("R")


def named(function: Callable[P, R]) -> Callable[P, R]:
    """Record what the function computes inside a scope of its name.

    So a picture can fold it into one box. A float is passed straight through: it records nothing.

    >>> from autograd import Value
    >>> from nn import softmax
    >>> softmax(Value(0.0)).origin
    Origin('softmax')
    """
    name = function.__name__

    @wraps(function)
    def within(*args: P.args, **keywords: P.kwargs) -> R:
        if args and type(args[0]) in (float, np.float64):
            return function(*args, **keywords)
        token = enter(name)
        try:
            return function(*args, **keywords)
        finally:
            leave(token)

    return within
