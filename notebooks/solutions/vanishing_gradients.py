"""Solutions of 05, vanishing gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def he_deviation(n: int) -> float:
    """Twice the variance that keeps a plain sum level."""
    return math.sqrt(2 / n)


def clip(g: Any, limit: float) -> Any:
    """Scale down if it is too long."""
    length = np.linalg.norm(g)
    return g * (limit / length) if length > limit else g


def diagnose(means: list[float]) -> str:
    """Not finite first: nan compares with nothing."""
    if not all(math.isfinite(m) and m <= 10 for m in means):
        return "exploding"
    return "vanishing" if min(means) < max(means) / 1000 else "healthy"


def _small_is_vanishing(means: list[float]) -> str:
    if max(means) < 1e-3:
        return "vanishing"
    return diagnose(means)


def clip_by_products(g: Any, limit: float) -> Any:
    """Without NumPy's norm, in place."""
    length = math.sqrt(float((g * g).sum()))
    if length > limit:
        g *= limit / length
    return g


def diagnose_in_numpy(means: list[float]) -> str:
    """Written the other way round: what is healthy."""
    means = np.array(means)
    if not (means <= 10).all():
        return "Exploding"
    return "healthy" if (means >= means.max() * 1e-3).all() else "Vanishing"


def diagnose_by_loops(means: list[float]) -> str:
    """One layer after the other."""
    for m in means:
        if m != m or m > 10:
            return "exploding"
    for m in means:
        for other in means:
            if m < other / 1000:
                return "vanishing"
    return "healthy"


def _with_limits(share: float, most: float) -> Any:
    """A diagnosis with other limits than the text's."""

    def diagnose(means: list[float]) -> str:
        if not all(m <= most for m in means):
            return "exploding"
        return "vanishing" if min(means) < max(means) * share else "healthy"

    return diagnose


def _clip_without_return(g: Any, limit: float) -> None:
    clip(g, limit)


RIGHT = {
    "layers_until_a_thousandth": [((5,),), ((5.0,),), (("5",),)],
    "he_deviation": [
        ((he_deviation,),),
        ((lambda n: (2 / n) ** 0.5,),),
        ((lambda n: np.sqrt(2) / np.sqrt(n),),),
    ],
    "ten_blocks": [
        (([0.01**10, 1.01**10],),),
        (([1e-20, 1.1046221254],),),
        ((("1e-20", "1.105"),),),
        ((["10^-20", 1.105],),),
    ],
    "clip": [
        ((clip,),),
        ((clip_by_products,),),
        ((lambda g, limit: g * min(1, limit / (np.linalg.norm(g) + 1e-9)),),),
    ],
    "diagnose": [((diagnose,),), ((diagnose_in_numpy,),), ((diagnose_by_loops,),)],
    "which_cures": [
        (({"residual", "batch norm"},),),
        ((["batch norm", "residual"],),),
        (("BatchNorm, residual",),),
        (("residual and batch norm",),),
    ],
}

WRONG = {
    "layers_until_a_thousandth": [
        ((4,), "256"),
        ((10,), "quarter"),
        ((250,), "multiply"),
        ((6,), "count"),
        ((4.98,), "whole"),
    ],
    "he_deviation": [
        ((lambda n: 2 / n,), "variance"),
        ((lambda n: math.sqrt(1 / n),), "off"),
        ((lambda n: math.sqrt(1 / (2 * n)),), "twice"),
        ((lambda n: 0.1,), "shrink"),
        ((lambda n: 1 / n,), "square"),
    ],
    "ten_blocks": [
        (([0.1, 1.01**10],), "multiplied"),
        (([1e-20, 1.0],), "each block"),
        (([1e-20, 1.1],), "power"),
        (([1e-20, 10.0],), "slope"),
        (([0.5, 1.1],), "ten times"),
    ],
    "clip": [
        ((lambda g, limit: np.clip(g, -limit, limit),), "turns"),
        ((lambda g, limit: g / np.abs(g).sum(),), "absolute"),
        ((lambda g, limit: limit * g / np.linalg.norm(g),), "short"),
        ((lambda g, limit: g,), "fifth"),
        ((_clip_without_return,), "return"),
        (
            (lambda g, limit: g / np.linalg.norm(g) if np.linalg.norm(g) > 1 else g,),
            "limit",
        ),
    ],
    "diagnose": [
        ((_small_is_vanishing,), "compare"),
        ((_with_limits(1e-4, 10.0),), "less than a thousandth"),
        ((_with_limits(1e-2, 10.0),), "more than a thousandth"),
        ((_with_limits(1e-3, 9.5),), "the limit"),
        ((_with_limits(1e-3, 10.8),), "the limit"),
        ((lambda means: means[0] < 1e-3,), "word"),
        ((lambda means: "vanishing",), "same"),
        ((lambda means: "vanishing" if means[0] < 1e-3 * means[-1] else "healthy",), "above 10"),
        (
            (
                lambda m: (
                    "exploding"
                    if max(m) > 10
                    else "vanishing"
                    if min(m) < max(m) / 1e3
                    else "healthy"
                ),
            ),
            "nan",
        ),
    ],
    "which_cures": [
        (({"residual", "batch norm", "clipping"},), "short already"),
        (({"xavier"},), "not one of"),
        (({"batch norm", "smaller learning rate"},), "smaller still"),
        (({"smaller weights"},), "other factor"),
        (({"residual"},), "two"),
        (("residual",), "two"),
    ],
}
