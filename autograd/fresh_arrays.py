"""How a node notices that its array, or an operand's, was changed after it was recorded.

The backward rules would then run on other numbers than the result was computed from, and the
gradient would be silently wrong. An assignment, as in `w.data -= step`, counts a version. But an
array handed out through `.data` may be written to behind the node's back, so a copy is kept and
compared for as long as anybody holds that array. To find out how long that is, a second array over
the same memory is handed out in place of the node's own, and the references to it are counted;
its parts (`w.data[0]`) refer to it too.
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
    """Measures the reference count of an array that only its node holds: at rest, and in `-=`."""

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
    #: A copy of the array, made when it was handed out; None if nobody holds that any more.
    glimpse: np.ndarray | None
    #: The second array over the same memory; unset until it is asked for.
    handed_out: np.ndarray | None
    #: Weak references to those of nodes that are views of this array; set if there is a glimpse.
    others: tuple[ref[np.ndarray], ...]
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
        """Tell the arrays of which this is a view who else can write to their memory."""
        for x in self.first or ():
            if isinstance(x, FreshArrays) and np.may_share_memory(x.raw, self.raw):
                if x.glimpse is None:
                    x.glimpse, x.others = x.raw.copy(), ()
                    x.handed_out = getattr(x, "handed_out", None)
                x.others = (holder, *(other for other in x.others if other() is not None))
                x.share(holder)

    def _is_held(self) -> bool:
        """Return whether anybody holds an array through which this memory can be written to."""
        array = getattr(self, "handed_out", None)
        if array is not None and references(array) > _AT_REST + 1:  # 1 for the name `array`
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
        """Count a version, because somebody reports that the array was written to in place."""
        self.version += 1
        if self.glimpse is not None:
            if self._is_held():
                np.copyto(self.glimpse, self.raw)
            else:
                self.glimpse = None

    def given_back(self, data: object) -> None:
        """Count a version, because what was handed out comes back, as in `w.data -= step`."""
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

        `w.data -= step` counts a version, and `seen` is the sum of the versions when this was
        recorded. Writing to a part (`w.data[0] = 1`) is found by `notice`. Constants are copied.
        Under `detect_anomaly`, `seen` holds copies of all arrays.
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
