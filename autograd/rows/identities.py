"""Identities that make the formulas of composites smaller and more accurate.

Each states two formulas in the rows of the table: what is looked for, and what replaces it.
Wherever the first gives a number, the second gives the same up to the last digits, and it raises no
error where the first would not; a test compares both on many numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.rows.table import (
    abs,
    equal,
    exp,
    expit,
    expm1,
    log1p,
    logaddexp,
    neg,
    not_equal,
    relu,
    square,
    where,
)

Identity = Callable[..., tuple[Any, Any]]

#: True of the numbers and of all derivatives, so applied before a formula is differentiated.
ALGEBRA: list[Identity] = [
    # what differentiating leaves behind: factors of 1, terms of 0, double signs
    lambda x: (x * 1, x),
    lambda x: (1 * x, x),
    lambda x: (x * -1, -x),
    lambda x: (-1 * x, -x),
    lambda x: (x * 0, 0),
    lambda x: (0 * x, 0),
    lambda x: (x / 1, x),
    lambda x: (x + 0, x),
    lambda x: (0 + x, x),
    lambda x: (x - 0, x),
    lambda x: (0 - x, -x),
    lambda x: (neg(neg(x)), x),
    lambda x, y: ((-x) * y, -(x * y)),
    lambda x, y: (x * (-y), -(x * y)),
    lambda x, y: (x + (-y), x - y),
    lambda x, y: ((-x) + y, y - x),
    lambda x, y: (x - (-y), x + y),
    lambda x: (x * x, square(x)),
    # the logistic function in its other forms
    lambda x: (exp(-logaddexp(0, x)), expit(-x)),
    lambda x, y: (exp(x - logaddexp(x, y)), expit(x - y)),
    lambda x: (expm1(x) + 1, exp(x)),
    # a factor of 0 or 1 is a choice, and a choice within a choice is one
    lambda c, x: (x * not_equal(c, 0), where(c, x, 0)),
    lambda c, x: (x * equal(c, 0), where(c, 0, x)),
    lambda c, x: (not_equal(c, 0) * x, where(c, x, 0)),
    lambda c, x: (equal(c, 0) * x, where(c, 0, x)),
    lambda c, x, y: (where(c, x, 0) * y, where(c, x * y, 0)),
    lambda c, x, y: (where(c, 0, x) * y, where(c, 0, x * y)),
    lambda c, x, y: (y * where(c, x, 0), where(c, y * x, 0)),
    lambda c, x, y: (y * where(c, 0, x), where(c, 0, y * x)),
    lambda c, x, y: (where(c, x, 0) + where(c, 0, y), where(c, x, y)),
    lambda c, x, y: (where(c, 0, y) + where(c, x, 0), where(c, x, y)),
    lambda c, y: (not_equal(c, 0) + where(c, 0, y), where(c, 1, y)),
    lambda c, y: (where(c, 0, y) + not_equal(c, 0), where(c, 1, y)),
    lambda c, x: (equal(c, 0) + where(c, x, 0), where(c, x, 1)),
    lambda c, x: (where(c, x, 0) + equal(c, 0), where(c, x, 1)),
    lambda c, x, y, v: (where(c, where(c, x, v), y), where(c, x, y)),
    lambda c, x, y, v: (where(c, x, where(c, v, y)), where(c, x, y)),
]

#: True of the numbers alone, since the second form has a kink; applied to what is only computed.
NUMBERS: list[Identity] = [
    lambda x: (logaddexp(0, x), relu(x) + log1p(exp(-abs(x)))),
    lambda x: (logaddexp(x, 0), relu(x) + log1p(exp(-abs(x)))),
]

#: For the product of an upstream gradient and a local derivative.
PRODUCTS: list[Identity] = [
    lambda x, y: (x * (1 / y), x / y),
    lambda c, g, x, y: (g * where(c, x, y), where(c, g * x, g * y)),
]
