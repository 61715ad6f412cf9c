"""Print the initial distributions of a model's parameters, for a page that draws them anew.

A model is recognised by `reset_parameters(rng)`. A copy of it draws from a generator that records
what it is asked for, so no rule is written twice: if a parameter is what was drawn, or a multiple
of it, that is its distribution.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from viz.pages.training import Parameter


class _Noting(np.random.Generator):
    """A generator that records its draws: the kind, the mean and spread, and the numbers."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(20))
        self.given: list[tuple[str, np.ndarray]] = []

    def _note(self, kind: str, numbers: Any) -> Any:
        self.given.append((kind, np.ravel(numbers)))
        return numbers

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        drawn = super().random(size)
        self._note("uniform", drawn)
        return low + (high - low) * drawn

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        drawn = super().standard_normal(size)
        self._note("normal", drawn)
        return loc + scale * drawn

    def random(self, size: Any = None, *_: Any, **__: Any) -> Any:
        return self._note("uniform", super().random(size))

    def standard_normal(self, size: Any = None, *_: Any, **__: Any) -> Any:
        return self._note("normal", super().standard_normal(size))


def distributions(model: Any, parameters: Sequence[Parameter]) -> list[str]:
    """Return how a page draws each parameter anew, as JavaScript.

    `["uniform", shift, factor]` and `["normal", shift, factor]` are shift + factor times a number
    from 0 to 1, or a normal one; `["constant", c]`; `["orthogonal", gain]`; and null where the
    model has no rule of its own.

    >>> distributions(None, [])
    []
    """
    arrays = all(isinstance(p.node, Tensor) for p in parameters)
    if not hasattr(model, "reset_parameters") or not arrays:
        return ["null"] * len(parameters)
    rng, again = _Noting(), copy.deepcopy(model)
    for _, node in again.named_parameters():  # to recognize those that keep their numbers
        node.data = np.full(node.shape, np.nan)
    again.reset_parameters(rng)
    found = dict(again.named_parameters())
    return [json.dumps(_rule(np.asarray(found[p.name].data), rng)) for p in parameters]


def _rule(array: np.ndarray, rng: _Noting) -> list[Any] | None:
    numbers = array.ravel().astype(float)
    if np.isnan(numbers).any():
        return None
    if np.ptp(numbers) == 0:
        return ["constant", float(numbers[0])]
    for kind, given in rng.given:
        if given.size == numbers.size and np.ptp(given) > 0:
            factor = np.ptp(numbers) / np.ptp(given)
            shift = numbers.min() - factor * given.min()
            if np.allclose(numbers, shift + factor * given, rtol=1e-9, atol=1e-9 * factor):
                return [kind, float(shift), float(factor)]
    if array.ndim == 2:
        product = array.T @ array if array.shape[0] >= array.shape[1] else array @ array.T
        gain = float(np.sqrt(product[0, 0]))
        if np.allclose(product, gain**2 * np.eye(len(product)), atol=1e-9 * gain**2):
            return ["orthogonal", gain]
    return None
