"""How a node finds that its arrays, or its operands', were changed after it was recorded.

Its rules would run on other numbers than the result was computed from, and the gradient would be
wrong without a word. `w.data -= step` counts a version; what was handed out through `.data` may be
written to behind the node's back, so it is compared with a copy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import StaleDataError, describe
from autograd.node import Node


class FreshArrays(Node):
    """The part of a `Tensor` that notices changed arrays."""

    __slots__ = ("_glimpse", "_seen", "_version")

    _arrays: tuple[Any, ...]
    _glimpse: Any  # a copy of the array as it was handed out; None if it was not
    _seen: Any  # what tells whether the arrays have changed: see _must_be_fresh
    _version: int

    def _hand_out(self) -> None:
        """Note what the array is, for whoever receives it may write to it: see `_notice`."""
        self._glimpse = self._data.copy()
        if self._a is not None and self._data.base is not None:
            for x in self._a:  # a view shares its memory with what it was made of
                shared = isinstance(x, FreshArrays) and np.may_share_memory(x._data, self._data)
                if shared and x._glimpse is None:
                    x._hand_out()

    def _notice(self) -> None:
        """Count a version if the array was written to in place since it was handed out."""
        now, then = self._data, self._glimpse
        if not (now == then).all() and not np.array_equal(now, then, equal_nan=True):
            self._version += 1
            self._glimpse = now.copy()

    def _must_be_fresh(self) -> None:
        """Raise if the data of an input was changed in place since this was recorded.

        `w.data -= step` counts a version, and `_seen` is the sum of the versions recorded. What
        goes round that (`w.data[0] = 1`) went through `.data`: see `_notice`. Constants are
        copied. Under `detect_anomaly` `_seen` is a copy of all arrays.
        """
        changed = [x for x in (*self._a, self) if isinstance(x, FreshArrays) and x._version]
        if type(self._seen) is tuple:
            changed = [
                x
                for x, now, then in zip(
                    (*self._a, self), (*self._arrays, self._data), self._seen, strict=True
                )
                if not np.array_equal(now, then, equal_nan=True)
            ]
        if changed:
            named = " or ".join(dict.fromkeys(map(describe, changed)))  # x * x names x once
            raise StaleDataError(
                f"the data of {named} was changed after "
                f"{self.op_name} was recorded and before the backward pass; run the forward "
                "pass again, step the optimiser after backward(), or write to a copy of the array"
            )

    def _keep_copies(self) -> None:
        self._seen = tuple(np.copy(array) for array in (*self._arrays, self._data))
