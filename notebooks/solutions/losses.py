"""Solutions of 03, losses."""

from __future__ import annotations

from typing import Any

from autograd import abs as absolute
from autograd import greater, minimum, where


def huber(d: Any, delta: float) -> Any:
    """Two pieces that meet at delta."""
    size = absolute(d)
    return where(greater(size, delta), delta * (size - delta / 2), d * d / 2)


def huber_by_clipping(d: Any, delta: float) -> Any:
    """The part that is squared, and the rest."""
    size = absolute(d)
    inner = minimum(size, delta)
    return 0.5 * inner * inner + delta * (size - inner)


def huber_by_cases(d: Any, delta: float) -> Any:
    """With if: on which side a number lies may be asked."""
    if -delta <= d <= delta:
        return 0.5 * d**2
    return delta * (d if d > 0 else -d) - 0.5 * delta**2


def _huber_without_return(d: Any, delta: float) -> None:
    huber(d, delta)


RIGHT = {
    "by_hand": [
        (([6, 2, 66 / 18, 10 / 6],),),
        (([6.0, 2.0, 3.67, 1.67],),),
        ((("6", "2", "11/3", "5/3"),),),
    ],
    "best_constant": [(([2, 0],),), (((2.0, 0.0),),), ((["2", "0"],),)],
    "gradient": [
        (([1 / 3, -2 / 3, 1 / 3],),),
        (([0.333, -0.667, 0.333],),),
        ((("1/3", "-2/3", "1/3"),),),
    ],
    "huber": [((huber,),), ((huber_by_clipping,),), ((huber_by_cases,),)],
    "pulling_points": [
        (([1, 2, 3],),),
        (({3, 1, 2},),),
        (("1, 2, 3",),),
        (({1, "2", 3},),),
        (("{1, 2, 3}",),),
    ],
    "rare_illness": [
        (([0.965, 15 / 45, 0.75, 6 / 13],),),
        (([0.965, 0.333, 0.75, 0.46],),),
        ((("96.5 %", "1/3", "75%", "6/13"),),),
    ],
}

WRONG = {
    "by_hand": [
        (([18, 2, 3.67, 1.67],), "sum"),
        (([16 / 9, 2, 3.67, 1.67],), "first"),
        (([5, 2, 3.67, 1.67],), "mean of 1, 1 and 16"),
        (([6, 4 / 3, 3.67, 1.67],), "cancel"),
        (([6, 3, 3.67, 1.67],), "MAE"),
        (([6, 2, 4, 2],), "other samples"),
        (([6, 2, 2, 2],), "compare"),
        (([6, 2, 3.67, 2],), "MAE: compare"),
    ],
    "best_constant": [
        (([0, 2],), "other way round"),
        (([5, 0],), "middle"),
        (([1, 0],), "add up to 0"),
        (([2, 2],), "mean again"),
        (([2, 10],), "majority"),
    ],
    "gradient": [
        (([1 / 3, 1 / 3, 1 / 3],), "probabilities"),
        (([-1 / 3, 2 / 3, -1 / 3],), "signs"),
        (([2 / 3, -1 / 3, 2 / 3],), "each"),
        (([0, -1, 0],), "add up"),
        (([-2 / 3, 1 / 3, 1 / 3],), "second"),
        (([1 / 2, -1, 1 / 2],), "one-hot"),
        (([0.1],), "3 parts"),
    ],
    "huber": [
        ((lambda d, delta: where(greater(absolute(d), delta), absolute(d), d * d),), "half"),
        ((lambda d, delta: where(greater(absolute(d), delta), absolute(d), d * d / 2),), "jump"),
        ((lambda d, delta: d * d / 2,), "straight line"),
        ((lambda d, delta: where(greater(absolute(d), delta), 2.0, d * d / 2),), "outside"),
        ((lambda d, delta: d / 3,), "inside"),
        (
            (lambda d, delta: where(greater(absolute(d), delta), absolute(d) - 0.5, d * d / 2),),
            "another delta",
        ),
        (
            (lambda d, delta: where(greater(d, delta), delta * (d - delta / 2), d * d / 2),),
            "negative",
        ),
        ((lambda d, delta: float(huber(float(d), delta)),), "recorded"),
        ((_huber_without_return,), "return"),
    ],
    "pulling_points": [
        (([2, 3],), "beyond the margin"),
        (([1, 3],), "wrong sign"),
        (([1, 2],), "score"),
        (([0, 1, 2, 3],), "below 0"),
        (([1, 2, 3, 4],), "right side"),
        (([1, 2, 3, 5],), "places"),
    ],
    "rare_illness": [
        (([96.5, 33.3, 75, 46],), "per cent"),
        (([0.965, 0.75, 1 / 3, 0.46],), "exchanged"),
        (([0.965, 0.5, 0.75, 0.6],), "in all"),
        (([0.965, 0.2, 0.75, 0.46],), "true and false"),
        (([0.965, 1 / 3, 0.5, 0.46],), "who are ill"),
        (([0.97, 1 / 3, 0.75, 0.46],), "missed"),
        (([0.98, 1 / 3, 0.75, 0.46],), "both kinds"),
        (([0.965, 1 / 3, 0.75, 13 / 24],), "harmonic"),
        (([0.965, 1 / 3, 0.75, 0.3],), "F1"),
    ],
}
