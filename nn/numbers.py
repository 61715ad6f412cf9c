"""The plain numbers behind any of the five kinds of argument.

Checks of labels and running statistics look at numbers and record nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np

from autograd import Tensor, Value, equal, modes, reshape, trace_hooks
from autograd.rows.operands import as_floats


def as_input(x: Any, what: str = "the input") -> Any:
    """Return lists (also of `Value`s) as arrays, and whole numbers as floats.

    A pixel of 8 bits would otherwise wrap around: −1 is 255 there. Raises TypeError for text,
    complex numbers and anything that is not a number; `what` names it.

    >>> -as_input(np.array([1], dtype=np.uint8)), as_input(True)
    (array([-1.]), 1.0)
    """
    kind = type(x)
    if kind is Tensor or (kind is np.ndarray and x.dtype.kind in "fO"):  # most, and quick to tell
        return x
    return as_floats(x, what)


def number_of(x: Any) -> float:
    """Return one number, or the number that a node holds, as a float.

    >>> number_of(Value(2.0)), number_of(np.float32(0.5))
    (2.0, 0.5)
    """
    return float(x.item() if isinstance(x, Value | Tensor) else x)


def shape_of(x: Any) -> tuple[int, ...]:
    """Return the shape of any kind of argument: `np.shape`, without its detour for Tensors.

    >>> shape_of([[Value(1.0), Value(2.0)]]), shape_of(Tensor([1.0])), shape_of(1.0)
    ((1, 2), (1,), ())
    """
    shape: tuple[int, ...] | None = getattr(x, "shape", None)
    return np.shape(x) if shape is None else shape


def is_recorded(x: Any) -> bool:
    """Return whether x is a node or an array of nodes rather than plain numbers.

    >>> is_recorded(Value(1.0)), is_recorded(np.array([Value(1.0)])), is_recorded(1.0)
    (True, True, False)
    """
    return isinstance(x, Tensor | Value) or _has_objects(x)


def plain_array(x: Any) -> Any:
    """Return the data of x as an array of numbers, whichever of the five kinds x is.

    >>> plain_array([Value(1.0), Value(2.0)])
    array([1., 2.])
    """
    return np.asarray(trace_hooks.numbers(np.asarray(x) if isinstance(x, list | tuple) else x))


def detached(x: Any) -> Any:
    """Return the numbers of x as a constant, through which no gradient flows.

    When traced it is recorded, so that a replay computes it anew.

    >>> detached([Value(1.0), Value(2.0)])
    array([1., 2.])
    """
    if modes.recording() is None or not is_recorded(x):
        return plain_array(x)
    return _detached_cells(x) if isinstance(x, np.ndarray) else x.detach()


_detached_cells = np.frompyfunc(lambda v: v.detach() if isinstance(v, Value) else v, 1, 1)


def observe(callback: Callable[..., None], *xs: Any) -> None:
    """Call `callback` with the numbers of each x; when traced, after each replay too.

    >>> observe(print, [Value(1.0), Value(2.0)], 3.0)
    [1. 2.] 3.0
    """
    if modes.recording() is None:
        repetition = trace_hooks.current_repetition()
        if repetition is None or repetition.effects:  # else it is only compared with a recording
            callback(*map(plain_array, xs))
        return
    xs = tuple(np.asarray(x) if isinstance(x, list | tuple) else x for x in xs)
    if not any(map(is_recorded, xs)):  # constants of the program are seen only once
        callback(*map(plain_array, xs))
        return
    if not any(map(_has_objects, xs)):
        trace_hooks.effect(lambda *data: callback(*map(np.asarray, data)), *xs)
        return
    # One by one, since a replay knows single Values, not arrays of them.
    shapes = [np.shape(x) for x in xs]

    def gathered(*cells: float) -> None:
        rest = iter(cells)
        callback(*(np.reshape(list(islice(rest, math.prod(shape))), shape) for shape in shapes))

    trace_hooks.effect(gathered, *(cell for x in xs for cell in np.ravel(x)))


def one_hot(index: Any, classes: int) -> Any:
    """Return rows of booleans, true in the column of each index; recorded if the index is.

    >>> one_hot(np.array([1, 0]), 2)
    array([[False,  True],
           [ True, False]])
    """
    return equal(reshape(index, (*np.shape(index), 1)), np.arange(classes))


def _has_objects(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == object
