"""The slope of a function of one number, from its values alone.

No single step suits every function: a large one misses the curvature, a small one loses digits. So
central differences with several steps are extrapolated to step 0, and the estimate that changes
least is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable

#: The function; it gives nan where it is not defined.
Phi = Callable[[float], float]


def slope(phi: Phi, x: float) -> tuple[float, float]:
    """Return φ'(x) and its uncertainty: central differences, extrapolated to step 0.

    Ridders' method (C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)",
    1982), started from several steps, since a large one can leave the domain.
    """
    best = (math.nan, math.inf)
    for start in (3e-2, 1e-3, 3e-5, 1e-6, 1e-8):
        if best[1] <= 1e-10 * max(1.0, abs(best[0])):
            break  # the function is smooth over that step, so a smaller one would add no digit
        if start < 3e-5 and math.isfinite(best[1]):
            break  # such a small step loses digits; it is only for points at the edge of a domain
        h = start * max(1.0, abs(x))
        previous: list[float] = []
        for level in range(4):
            row = [(phi(x + h) - phi(x - h)) / (2 * h)]
            for i, coarse in enumerate(previous, 1):
                factor = 4.0**i
                row.append((factor * row[-1] - coarse) / (factor - 1))
            if level:
                spread = max(abs(row[-1] - row[-2]), abs(row[-1] - previous[-1]))
                if spread < best[1]:
                    best = (row[-1], spread)
            previous = row
            h /= 2
    return best


def slopes_beside(phi: Phi, x: float, here: float, step: float) -> tuple[tuple[float, float], bool]:
    """Return the slopes on the left and the right of x, and whether φ jumps there."""
    h = step * max(1.0, abs(x))
    left, left_jump = _one_sided(phi, x, here, -h)
    right, right_jump = _one_sided(phi, x, here, h)
    return (left, right), left_jump or right_jump


def _one_sided(phi: Phi, x: float, here: float, h: float) -> tuple[float, bool]:
    """Return the slope on the side of h, with an error of order h² (h beyond a jump)."""
    near, far = phi(x + h), phi(x + 2 * h)
    step = abs(phi(x + 1e-4 * h) - here)  # a ten-thousandth of the way, unless φ jumps
    if step > max(1e-6 * max(1.0, abs(here)), 0.5 * abs(near - here)):
        return (far - near) / h + 0.0, True  # + 0.0 makes 0 of -0
    return (-3 * here + 4 * near - far) / (2 * h) + 0.0, False
