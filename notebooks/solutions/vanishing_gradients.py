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


RIGHT = {
    "layers_until_a_thousandth": [((5,),)],
    "he_deviation": [((he_deviation,),)],
    "ten_blocks": [(([0.01**10, 1.01**10],),), (([1e-20, 1.1046221254],),)],
    "clip": [((clip,),), ((lambda g, limit: g * min(1, limit / (np.linalg.norm(g) + 1e-9)),),)],
    "diagnose": [((diagnose,),)],
    "which_cures": [(({"residual", "batch norm"},),), ((["batch norm", "residual"],),)],
}

WRONG = {
    "layers_until_a_thousandth": [
        ((4,), "256"),
        ((10,), "quarter"),
        ((250,), "multiply"),
        ((6,), "count"),
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
        (
            (lambda g, limit: g / np.linalg.norm(g) if np.linalg.norm(g) > 1 else g,),
            "limit 2",
        ),
    ],
    "diagnose": [
        ((_small_is_vanishing,), "compare"),
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
        (({"xavier"},), "depths"),
        (({"smaller weights"},), "other factor"),
        (({"residual"},), "two"),
        (("residual",), "set"),
    ],
}
