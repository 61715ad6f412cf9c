"""Write numbers and arrays as short text, in the one way that all pictures use.

Four significant digits are what a class can follow; a whole number keeps its `.0`, so that `3.0 +
2.0 = 5.0` looks like the Python it stands for. A rounded number shows all four digits (`3.000`),
and an equation as many as it needs to be correct as written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

DIGITS = 4
_MOST = 17  # enough to distinguish every float from every other


def number(x: float, digits: int = DIGITS) -> str:
    """Write one number with four significant digits, or with `digits` of them.

    >>> number(3), number(1 / 3), number(-0.0), number(1.5e-9), number(float("inf"))
    ('3.0', '0.3333', '0.0', '1.5e-09', 'inf')
    >>> number(1234.56), number(3.0001), number(99999.5), number(3.0001, 5)
    ('1235', '3.000', '1.000e+05', '3.0001')
    """
    x = float(x) + 0.0  # turns -0.0 into 0.0
    if x.is_integer() and -1e6 < x < 1e6:
        return f"{x:.1f}"
    if not math.isfinite(x):
        return str(x)
    text = f"{x:.{digits}g}"
    return text if float(text) == x else f"{x:#.{digits}g}".removesuffix(".")


def equation(terms: Sequence[float], result: float, of: Callable[..., Any]) -> list[str]:
    """Write the terms and result of an equation, with enough digits to be correct as written.

    of: the function that combines them, such as `math.prod` or `sum`. Evaluating the terms as
    written gives the result as written.

    >>> equation([1 / 3, 3.0], 1.0, math.prod)
    ['0.33333', '3.0', '1.0']
    """
    shown = number(result)
    for digits in range(DIGITS, _MOST + 1):
        written = [number(t, digits) for t in terms]
        again = of([float(t) for t in written])
        if _same(again, shown, result):
            return [*(_bracketed(t, i) for i, t in enumerate(written)), shown]
    return [*(_bracketed(number(t), i) for i, t in enumerate(terms)), shown]


def digits_for(terms: Sequence[Any], result: Any, of: Callable[..., Any]) -> int:
    """Return the number of digits that an equation of arrays needs to be correct as written.

    of: the function that combines a list of arrays into the result.

    >>> digits_for([np.array([1 / 3, 1.0]), np.array([1 / 3, 1.0])], np.array([2 / 3, 2.0]), sum)
    5
    """
    shown = np.ravel(result)
    for digits in range(DIGITS, 2 * DIGITS):
        rounded = [_rounded(x, digits) for x in terms]
        with np.errstate(all="ignore"):
            again = np.ravel(of(rounded))
        if again.size != shown.size:  # it is summed afterwards, to undo broadcasting
            return DIGITS
        pairs = zip(again.tolist(), shown.tolist(), strict=True)
        if all(_same(a, number(b), b) for a, b in pairs):
            return digits
    return DIGITS


def _rounded(x: Any, digits: int) -> Any:
    if np.ndim(x) == 0:
        return float(number(x, digits))
    cells = [float(number(e, digits)) for e in np.ravel(x).tolist()]
    return np.reshape(np.array(cells, dtype=float), np.shape(x))


def _same(again: float, shown: str, result: float) -> bool:
    near = float(f"{again:.{DIGITS}g}")
    return (
        number(again) == shown
        or number(near) == shown
        or near == float(shown)  # -0.846 is what is shown as -0.8460
        or not (math.isfinite(again) or math.isfinite(result))
    )


def _bracketed(text: str, position: int) -> str:
    bare = position == 0
    return f"({text})" if text.startswith("-") and not bare else text


def product(local: float, upstream: float, contribution: float) -> str:
    """Write `local × upstream = contribution`.

    >>> product(-24.0, 0.5, -12.0), product(1 / 3, 3.0, 1.0)
    ('-24.0 × 0.5 = -12.0', '0.33333 × 3.0 = 1.0')
    """
    *factors, result = equation([local, upstream], contribution, math.prod)
    return f"{' × '.join(factors)} = {result}"


def total(terms: Sequence[float], result: float) -> str:
    """Write `a + b = c`.

    >>> total([3.0, -1.0], 2.0)
    '3.0 + (-1.0) = 2.0'
    """
    *parts, written = equation(terms, result, sum)
    return f"{' + '.join(parts)} = {written}"


def signed(x: float) -> str:
    """Write one number as a term of a sum or product, in parentheses if negative.

    >>> signed(-2), signed(2)
    ('(-2.0)', '2.0')
    """
    text = number(x)
    return f"({text})" if text.startswith("-") else text


def counted(n: int, noun: str) -> str:
    """Write a count of something, with a plural s unless it is one.

    >>> counted(1, "node"), counted(1234, "node")
    ('1 node', '1,234 nodes')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def lengths(shape: tuple[int, ...]) -> str:
    """Write a shape the way it is read aloud.

    >>> lengths((64, 10)), lengths((3,)), lengths(())
    ('64×10', '3', 'scalar')
    """
    return "×".join(map(str, shape)) or "scalar"


def array(x: Any, most: int = 6, digits: int = DIGITS) -> str:
    """Write an array: its elements if they are few, otherwise its shape and norm.

    >>> array(np.array([[1.0, 2.0], [3.0, 4.0]]))
    '[[1.0, 2.0], [3.0, 4.0]]'
    >>> array(np.ones((4, 4)))
    '4×4 array of norm 4.0'
    """
    if np.ndim(x) == 0:
        return number(float(x), digits)
    if np.size(x) <= most:
        return _elements(np.asarray(x), digits)
    return f"{lengths(np.shape(x))} array of norm {norm(x)}"


def matrix(x: Any, digits: int = DIGITS) -> str:
    r"""Write an array of one or two axes as a LaTeX matrix.

    >>> matrix([[1, 2], [3, 4]])
    '\\begin{bmatrix} 1.0 & 2.0 \\\\ 3.0 & 4.0 \\end{bmatrix}'
    """
    rows = r" \\ ".join(" & ".join(number(e, digits) for e in row) for row in np.atleast_2d(x))
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


def length(x: Any) -> float:
    """Return the Euclidean length of an array taken as one vector; finite if its numbers are.

    >>> length([3.0, 4.0]), length([3e200, 0.0]), length([1e308] * 9), length([])
    (5.0, 3e+200, 1.7976931348623157e+308, 0.0)
    """
    if isinstance(x, float):
        return abs(float(x))
    sizes = np.abs(np.asarray(x, dtype=np.float64))
    with np.errstate(all="ignore"):
        found = float(np.sqrt(np.sum(np.square(sizes))))
        if sizes.size and not 1e-150 < found < math.inf:  # squares that over- or underflowed
            top = float(np.max(sizes))
            if 0 < top < math.inf:
                found = float(top * np.sqrt(np.sum(np.square(sizes / top))))
                return min(found, float(np.finfo(float).max))
    return found


def norm(x: Any) -> str:
    """Write the Euclidean length of an array taken as one vector."""
    return number(length(x))


def _elements(x: Any, digits: int) -> str:
    if x.ndim == 0:
        return number(float(x), digits)
    return f"[{', '.join(_elements(row, digits) for row in x)}]"
