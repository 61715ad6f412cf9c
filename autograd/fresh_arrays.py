"""How a node notices that its array, or an operand's, was changed after it was recorded.

Its rules would then run on other numbers than the result was computed from, and the gradient would
be silently wrong. `w.data -= step` counts a version; what was handed out through `.data` may be
written to behind the node's back, so it is compared with a copy for as long as anybody has it. To
know that, what is handed out is not the node's own array but another over the same memory, whose
references are counted; parts of it (`w.data[0]`) refer to it too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from weakref import ref

import numpy as np

from autograd.errors import StaleDataError, describe
from autograd.node import Node
from autograd.storage import NODE_SLOTS

references: Callable[[object], int] = getattr(sys, "getrefcount", lambda _: sys.maxsize)


class _Probe:
    """Counts the references to an array that only its node holds, at rest and in `-=`."""

    def __init__(self) -> None:
        self.handed_out = np.zeros(1)
        self.at_rest = references(self.handed_out)
        self.given = 0

    @property
    def data(self) -> np.ndarray:
        return self.handed_out

    @data.setter
    def data(self, data: object) -> None:
        self.given_back(data)

    def given_back(self, data: object) -> None:
        self.given = references(data)


_probe = _Probe()
_probe.data -= 1.0
_AT_REST, _GIVEN = _probe.at_rest, _probe.given


class FreshArrays(Node):
    """The part of a `Tensor` that notices changed arrays."""

    __slots__ = (
        *NODE_SLOTS,
        "glimpse",
        "handed_out",
        "label",
        "origin",
        "others",
        "seen",
        "version",
    )

    arrays: tuple[np.ndarray, ...]
    #: A copy of the array as it was handed out; None if nobody has it.
    glimpse: np.ndarray | None
    handed_out: (
        np.ndarray | None
    )  # the other array over the same memory; not there until it is asked for
    others: tuple[
        ref[np.ndarray], ...
    ]  # those of views of this array, weakly; there if a glimpse is
    #: What tells whether the arrays have changed: see `must_be_fresh`.
    seen: object
    version: int

    def hand_out(self) -> np.ndarray:
        """Return the array for others, who may write to it: see `notice`."""
        if self.glimpse is None:
            self.glimpse, self.others = self.raw.copy(), ()
        array = getattr(self, "handed_out", None)
        if array is None:
            self.handed_out = array = np.asarray(memoryview(self.raw))
        if self.first is not None and self.raw.base is not None:
            self.share(ref(array))
        return array

    def share(self, holder: ref[np.ndarray]) -> None:
        """Tell the arrays that this is a view of who else can write to their memory."""
        for x in self.first or ():
            if isinstance(x, FreshArrays) and np.may_share_memory(x.raw, self.raw):
                if x.glimpse is None:
                    x.glimpse, x.others = x.raw.copy(), ()
                    x.handed_out = getattr(x, "handed_out", None)
                x.others = (holder, *(other for other in x.others if other() is not None))
                x.share(holder)

    def _is_held(self) -> bool:
        """Return whether anybody can still write to the array by what was handed out."""
        array = getattr(self, "handed_out", None)
        if array is not None and references(array) > _AT_REST + 1:  # and the name here
            return True
        return any(other() is not None for other in self.others)

    def notice(self) -> None:
        """Count a version if the array was written to in place since it was handed out."""
        now, then = self.raw, self.glimpse
        if then is None:
            return
        if not (now == then).all() and not np.array_equal(now, then, equal_nan=True):
            self.version += 1
            np.copyto(then, now)
        if not self._is_held():
            self.glimpse = None

    def written(self) -> None:
        """Count a version: somebody reports that the array was written to in place."""
        self.version += 1
        if self.glimpse is not None:
            if self._is_held():
                np.copyto(self.glimpse, self.raw)
            else:
                self.glimpse = None

    def given_back(self, data: object) -> None:
        """Count a version: what was handed out comes back, as in `w.data -= step`."""
        if references(data) <= _GIVEN and not self.others:  # nobody else has it
            self.version += 1
            self.glimpse = None
        else:
            self.written()

    def replace(self, array: object) -> None:
        """Take another array from now on, one that nobody else can write to unseen."""
        self.raw, self.glimpse, self.handed_out = array, None, None
        self.version += 1

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
