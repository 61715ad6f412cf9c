"""Check plain arguments, so that a mistake is reported where it was made and not deep inside."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any


def check_numbers(name: str, **arguments: Any) -> None:
    """Raise TypeError for an argument of the function or class `name` that is not a number.

    >>> check_numbers("StepLR", gamma="0.1")
    Traceback (most recent call last):
    TypeError: StepLR: gamma must be a number, not '0.1'
    """
    for argument, x in arguments.items():
        if not isinstance(x, Real):
            raise TypeError(f"{name}: {argument} must be a number, not {x!r}")


def check_whole(name: str, least: int = 1, **arguments: Any) -> None:
    """Raise TypeError for anything but a whole number, ValueError for one below `least`.

    >>> check_whole("Dense", input_size=0)
    Traceback (most recent call last):
    ValueError: Dense: input_size must be a whole number of at least 1, not 0
    """
    for argument, x in arguments.items():
        if type(x) is bool or not isinstance(x, Integral) or x < least:
            kind = ValueError if isinstance(x, Real) else TypeError
            raise kind(f"{name}: {argument} must be a whole number of at least {least}, not {x!r}")


def check_dropped(p: float) -> None:
    """Raise TypeError or ValueError unless `p` is a probability of dropping."""
    check_numbers("dropout", p=p)
    if not 0 <= p <= 1:
        raise ValueError(f"dropout needs a probability of dropping between 0 and 1, not {p!r}")


def check_function(name: str, example: str, **arguments: Any) -> None:
    """Raise TypeError for an argument that is not callable; `example` shows one that is.

    >>> check_function("fit", "nn.mse_loss", loss="mse")
    Traceback (most recent call last):
    TypeError: fit: loss must be a function, such as nn.mse_loss, not 'mse'
    """
    for argument, x in arguments.items():
        if not callable(x):
            raise TypeError(f"{name}: {argument} must be a function, such as {example}, not {x!r}")
