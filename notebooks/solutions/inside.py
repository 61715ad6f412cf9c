"""Solutions of 08, inside."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import exp, sqrt


def shift_backward(g: Any) -> Any:
    """To the left by one; nothing comes back to the last."""
    return np.append(g[1:], 0.0)


def bump(x: Any) -> Any:
    """The forward rule."""
    return exp(-x * x)


def shift_backward_in_place(g: Any) -> Any:
    """Written into an array of zeros."""
    back = np.zeros_like(g)
    back[:-1] = g[1:]
    return back


def _shift_without_return(g: Any) -> None:
    shift_backward(g)


RIGHT = {
    "slope_of_root": [
        ((lambda z, x: x / z,),),
        ((lambda z, x: 1 / z * x,),),
        ((lambda z, x: 2 * x / (2 * z),),),
        ((lambda z, x: x * z**-1,),),
    ],
    "bump": [
        (([bump, lambda z, x: -2 * x * z],),),
        (((lambda x: exp(-(x**2)), lambda z, x: z * (-2 * x)),),),
        (([lambda x: 1 / exp(x * x), lambda z, x: -(z * x + x * z)],),),
    ],
    "where_it_shows": [((-1.0,),), ((-0.001,),), (("-2",),)],
    "shift_backward": [
        ((shift_backward,),),
        ((shift_backward_in_place,),),
        ((lambda g: [*g[1:], 0],),),
    ],
    "leaves": [(([2, 55],),), (((2, 10 * 5 + 5),),), ((["2", "55"],),)],
    "can_be_traced": [(({"a", "c"},),), ((["c", "a"],),), (("a, c",),)],
}

WRONG = {
    "slope_of_root": [
        ((lambda z, x: 1 / (2 * z),), "inner"),
        ((lambda z, x: 2 * x / z,), "a half"),
        ((lambda z, x: z / x,), "upside down"),
        ((lambda z, x: -x / z,), "sign"),
        ((lambda z, x: x,), "chain rule"),
        ((lambda z, x: x / math.sqrt(1 + float(x) ** 2),), "plain number"),
        ((lambda z, x: x / (1 + x * x) ** 0.5,), "without a root"),
        ((lambda z, x: x / sqrt(1 + x * x),), "without a root"),
    ],
    "bump": [
        (([lambda x: exp(x), lambda z, x: z],), "e^(−"),
        (([lambda x: math.exp(-x * x), lambda z, x: -2 * x * z],), "array"),
        (([bump, lambda z, x: z],), "of u"),
        (([bump, lambda z, x: 2 * x * z],), "sign"),
        (([bump, lambda z, x: -x * z],), "chain rule"),
    ],
    "where_it_shows": [
        ((2,), "this side"),
        ((0,), "kink"),
        ((math.nan,), "number"),
        (("nan",), "not a number"),
        ((-math.inf,), "infinite"),
        (([-1],), "a list"),
        (("left",), "number"),
    ],
    "shift_backward": [
        ((lambda g: g,), "came from"),
        ((lambda g: np.append(0.0, g[:-1]),), "again"),
        ((lambda g: np.roll(g, -1),), "last"),
        ((lambda g: g[::-1],), "turned"),
        ((lambda g: g[1:],), "one of them"),
        ((lambda g: 0 * g,), "comes back"),
        (
            (
                lambda g: (
                    np.array([2.0, 4.0, 8.0, 0.0])[: len(g)] if len(g) > 3 else np.zeros(len(g))
                ),
            ),
            "one of them",
        ),
        ((_shift_without_return,), "return"),
    ],
    "leaves": [
        (([1, 55],), "bias"),
        (([5, 55],), "one leaf"),
        (([2, 50],), "biases"),
        (([2, 15],), "pair"),
        (([2, 2],), "single"),
    ],
    "can_be_traced": [
        (({"a", "b", "c"},), "another way"),
        (({"a", "c", "d"},), "draws"),
        (({"a", "c", "e"},), "plain number"),
        (({"c"},), "both sides"),
        (({"a"},), "loop"),
        (({"x"},), "not one of"),
        ((3,), "set"),
    ],
}
