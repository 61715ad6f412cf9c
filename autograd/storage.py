"""Where a `Value` keeps its state: in Python slots, or in the compiled core.

The core (`autograd/compiled`) is optional. It does in C what costs most with single numbers: the
memory of a node, the flat functions of the table, and the backward pass. Nothing but speed depends
on it: `Value` itself, and everything that one reads or steps through, is Python in either case.
"""

from __future__ import annotations

import importlib
import math
import os
import struct
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograd.node import Node
    from autograd.value import Value

#: What every node keeps; see `Node`.
NODE_SLOTS = ("first", "grad_or_none", "made", "op", "raw")


def _core() -> ModuleType | None:
    """Return the compiled core; None if it is not built, or switched off."""
    if os.environ.get("CHAINRULE_PURE", "0") not in ("", "0"):
        return None
    if sys.implementation.name != "cpython" or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return None
    try:
        found = importlib.import_module("autograd.compiled.core")
    except ImportError:
        return None
    if _is_of_these_sources(found):
        return found
    warnings.warn(
        "the compiled core was built from other sources than those beside it, so single numbers "
        "are computed in Python; build it again with `make fast`",
        RuntimeWarning,
        stacklevel=2,
    )
    return None


def _is_of_these_sources(core: ModuleType) -> bool:
    """Return whether a core was built from the sources beside it; a wheel has none to compare with.

    The sources are only read if one of them is newer than the core.
    """
    folder = importlib.import_module("autograd.compiled").__path__[0]
    with os.scandir(folder) as files:  # importing pathlib would take longer
        dates = {file.path: file.stat().st_mtime for file in files}
    built = dates.get(core.__file__ or "", 0.0)
    newer = [path for path, date in dates.items() if path.endswith((".c", ".h")) and date > built]
    if not newer and hasattr(core, "sources"):
        return True
    sources = importlib.import_module("autograd.compiled.fingerprint").fingerprint(folder)
    return bool(sources == getattr(core, "sources", None))


#: The compiled core, or None.
core: Any = _core()

#: Whether `Value`s are kept and recorded by compiled code.
accelerated: bool = core is not None


#: Numbers the nodes of all kinds in the order in which they are made; its next number is `made`.
clock: Iterator[int] = count() if core is None else core.Clock()


class InPython:
    """What a `Value` keeps, in slots of Python.

    Most numbers have no label and no origin, and are compared with nothing; then those slots are
    empty.
    """

    __slots__ = (
        *NODE_SLOTS,
        "compared",
        "d_first",
        "d_second",
        "label_if_any",
        "origin_if_any",
        "second",
        "sum_so_far",
    )


if TYPE_CHECKING:

    class Storage(Node):
        """The base of `Value` that holds what it keeps."""

        @property
        def inputs(self) -> tuple[Value | float, ...]: ...
        def detach(self) -> float: ...
else:
    Storage = InPython if core is None else core.Storage
    if core is not None:
        Storage.__slots__ = InPython.__slots__  # for those who go through the slots of a class

#: Stores the number of a `Value`; unlike an assignment, it can be mapped over many in C.
write_data = Storage.__dict__["raw"].__set__


#: What a function from `gathering` raises where something is not a number.
NotNumbers = struct.error


@cache
def gathering(shape: tuple[int, ...]) -> Callable[[list[float]], np.ndarray]:
    """Return a function that gathers numbers in an array of this shape.

    It takes two thirds of the time of NumPy's own. It raises NotNumbers (a None, too few).

    >>> gathering((2, 1))([1.0, 2.5])
    array([[1. ],
           [2.5]])
    """
    pack = struct.Struct(f"{math.prod(shape)}d").pack_into

    def gathered(numbers: list[float]) -> Any:
        array: Any = np.empty(shape)
        pack(array, 0, *numbers)
        return array

    return gathered
