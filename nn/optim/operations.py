"""A step as a list of array operations, so that it happens as a whole or not at all.

A rule does not compute anything: it adds operations to a plan, as (function, operands…, target of
the result). Only when the plans of all parameters are ready are they carried out, in one call of a
loop written in C. Ctrl-C is handled between two lines of Python, and there are none in between, so
it finds either nothing changed or everything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, starmap
from operator import call
from typing import Any, NamedTuple

import numpy as np

from autograd import Value
from autograd.storage import write_data

#: A function that is not written in Python, as NumPy's ufuncs are, and its arguments:
#: (np.multiply, w, 0.5, w).
Operation = tuple[Any, ...]
Plan = list[Operation]

#: Go through an iterator to its end, in C.
exhaust: Callable[[Iterable[Any]], None] = deque(maxlen=0).extend


class Move(NamedTuple):
    """The step that a rule derives from a gradient: w ← w − lr · direction.

    `rate` and `size` say how far a weight goes in the long run under a steady gradient of 1:
    rate / (unit·size), or just rate where the rule has no size for each weight.
    """

    direction: Any
    lr: float
    rate: float
    size: Any = None
    unit: float = 1.0


def perform(
    operations: Iterable[Operation], numbers: Sequence[tuple[Sequence[Value], Any]] = ()
) -> None:
    """Carry out operations one after another, with no Python in between.

    numbers: `Value`s, and the array that holds their numbers afterwards. A Python loop takes half
        the time of one in C, but may be stopped half-way: then the one in C does it again.

    >>> w = np.array([1.0, 2.0])
    >>> perform([(np.multiply, w, 0.5, w), (np.negative, w, w)])
    >>> w
    array([-0.5, -1. ])
    """
    rest = starmap(call, operations)
    again = [map(write_data, values, memoryview(w)) for values, w in numbers]
    try:
        exhaust(rest)
        for values, w in numbers:
            for value, number in zip(values, w.tolist(), strict=True):
                value.raw = number
    except BaseException:
        exhaust(rest)
        exhaust(chain.from_iterable(again))
        raise


def shrink(plan: Plan, w: Any, move: Move, l1: float, spare: Any) -> None:
    """Plan the proximal step of the penalty l1·Σ|w|: w ← sign(w)·max(|w| − t, 0).

    The threshold t is l1 × the step that a gradient of 1 makes, separately for each weight, so that
    loss + l1·Σ|w| is minimal where the optimiser comes to rest. It is at most 2·rate: the bound is
    not reached at rest (there the gradients' size is at least l1), and keeps a weight that has
    hardly seen a gradient yet from being shrunk to 0 in one step.
    """
    t = move.size
    if t is None:
        t = l1 * move.rate
    else:
        plan += [
            (np.divide, move.rate * l1 / move.unit, t, t),
            (partial(np.minimum, out=t), t, 2 * move.rate),
        ]
    plan += [
        (np.abs, w, spare),
        (partial(np.minimum, out=spare), spare, t),
        (np.copysign, spare, w, spare),
        (np.subtract, w, spare, w),
    ]
