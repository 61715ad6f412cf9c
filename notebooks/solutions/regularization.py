"""Solutions of 06, regularization."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np


def shrink(w: float, t: float) -> float:
    """The soft threshold."""
    return math.copysign(max(abs(w) - t, 0.0), w)


def folds_of(n: int, k: int) -> list[list[int]]:
    """Deal them out like cards."""
    return [list(range(i, n, k)) for i in range(k)]


def _verdicts(*words: str) -> dict[str, str]:
    return dict(zip("abc", words, strict=True))


def shrink_by_cases(w: float, t: float) -> float:
    """Three cases."""
    if w > t:
        return w - t
    if w < -t:
        return w + t
    return 0


def folds_in_order(n: int, k: int) -> list[range]:
    """The first parts take one more each."""
    ends = [n * i // k for i in range(k + 1)]
    return [range(a, b) for a, b in pairwise(ends)]


def _shrink_without_return(w: float, t: float) -> None:
    shrink(w, t)


RIGHT = {
    "gradient_of_the_penalty": [((0.6,),), ((0.60000000001,),), (("0.6",),)],
    "shrink": [
        ((shrink,),),
        ((shrink_by_cases,),),
        ((lambda w, t: np.sign(w) * np.maximum(np.abs(w) - t, 0),),),
    ],
    "what_is_passed_on": [(([3.75, 3.0],),), (([3 / 0.8, 3],),), ((("15/4", "3"),),)],
    "early": [(([6, 3],),), (((6.0, 3.0),),), ((("6", "3"),),)],
    "folds_of": [
        ((folds_of,),),
        ((folds_in_order,),),
        ((lambda n, k: np.array_split(np.arange(n), k),),),
    ],
    "verdicts": [
        ((_verdicts("overfits", "fine", "underfits"),),),
        ((_verdicts("Overfitting", "ok", "underfit"),),),
        ((["overfits", "fine", "underfits"],),),
    ],
}

WRONG = {
    "gradient_of_the_penalty": [
        ((0.9,), "itself"),
        ((0.3,), "factor 2"),
        ((0.1,), "L1"),
        ((6.0,), "strength"),
        ((1.0,), "differentiate"),
    ],
    "shrink": [
        ((lambda w, t: w - t,), "negative"),
        ((lambda w, t: max(w - t, 0.0),), "negative"),
        ((lambda w, t: w - t if w > 0 else w + t,), "exactly"),
        ((lambda w, t: w * (1 - t),), "become 2"),
        ((lambda w, t: 0.0 if abs(w) < t else w,), "become 2"),
        ((_shrink_without_return,), "return"),
        ((lambda w, t: shrink(w, 1.0) if t else w,), "should become"),
    ],
    "what_is_passed_on": [
        (([3.75, 3.75],), "nobody"),
        (([3.0, 2.4],), "old form"),
        (([3.0, 3.0],), "fifth"),
        (([15.0, 3.0],), "kept"),
        (([2.4, 3.0],), "larger"),
        (([3.6, 3.0],), "0.8"),
        (([0.0, 3.0],), "1 − p"),
        (([3.75, 0.0],), "no neuron"),
    ],
    "early": [
        (([5, 2],), "from 1"),
        (([6, 6],), "in vain"),
        (([6, 1],), "lowest"),
        (([4, 3],), "patience"),
        (([8, 3],), "best so far"),
        (([5, 3],), "count"),
    ],
    "folds_of": [
        ((lambda n, k: [list(range(n))],), "parts"),
        ((lambda n, k: [list(range(n))] * k,), "two parts"),
        (
            (lambda n, k: [list(range(i * (n // k), (i + 1) * (n // k))) for i in range(k)],),
            "remainder",
        ),
        (
            (lambda n, k: [[i] for i in range(k - 1)] + [list(range(k - 1, n))],),
            "sizes",
        ),
        ((lambda n, k: [list(range(1 + i, n + 1, k)) for i in range(k)],), "never held out"),
    ],
    "verdicts": [
        ((_verdicts("fine", "fine", "underfits"),), "by heart"),
        ((_verdicts("overfits", "overfits", "underfits"),), "gap"),
        ((_verdicts("overfits", "fine", "overfits"),), "hardly"),
        ((_verdicts("overfits", "fine", "fine"),), "possible"),
        (("overfits",), "dictionary"),
        ((_verdicts("overfits", "perfect", "underfits"),), "not one of"),
    ],
}
