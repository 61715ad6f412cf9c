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
from autograd.storage import NODE_SLOTS


class FreshArrays(Node):
    """The part of a `Tensor` that notices changed arrays."""

    __slots__ = (*NODE_SLOTS, "glimpse", "seen", "version")

    arrays: tuple[Any, ...]
    glimpse: Any  # a copy of the array as it was handed out; None if it was not
    seen: Any  # what tells whether the arrays have changed: see must_be_fresh
    version: int

    def hand_out(self) -> None:
        """Note what the array is, for whoever receives it may write to it: see `notice`."""
        self.glimpse = self.raw.copy()
        if self.first is not None and self.raw.base is not None:
            for x in self.first:  # a view shares its memory with what it was made of
                shared = isinstance(x, FreshArrays) and np.may_share_memory(x.raw, self.raw)
                if shared and x.glimpse is None:
                    x.hand_out()

    def notice(self) -> None:
        """Count a version if the array was written to in place since it was handed out."""
        now, then = self.raw, self.glimpse
        if not (now == then).all() and not np.array_equal(now, then, equal_nan=True):
            self.version += 1
            self.glimpse = now.copy()

    def must_be_fresh(self) -> None:
        """Raise if the data of an input was changed in place since this was recorded.

        `w.data -= step` counts a version, and `seen` is the sum of the versions recorded. What
        goes round that (`w.data[0] = 1`) went through `.data`: see `notice`. Constants are
        copied. Under `detect_anomaly` `seen` is a copy of all arrays.
        """
        changed = [x for x in (*self.first, self) if isinstance(x, FreshArrays) and x.version]
        if type(self.seen) is tuple:
            changed = [
                x
                for x, now, then in zip(
                    (*self.first, self), (*self.arrays, self.raw), self.seen, strict=True
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

    def keep_copies(self) -> None:
        self.seen = tuple(np.copy(array) for array in (*self.arrays, self.raw))
