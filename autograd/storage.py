"""Where a `Value` keeps what it knows: in slots of Python, or in the compiled core.

The core (`autograd/compiled`) is optional. It is C for what single numbers cost most: the memory
of a node, the flat functions of the table, and the backward pass. Nothing but speed depends on it:
`Value` and all that people read and step through is Python in either case.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

#: What every node keeps; see `Node`.
NODE_SLOTS = ("first", "grad_or_none", "label", "op", "origin", "raw", "second")


def _core() -> Any:
    """Return the compiled core; None where it is not built, or not wanted."""
    if os.environ.get("CHAINRULE_PURE", "0") not in ("", "0"):
        return None
    if sys.implementation.name != "cpython" or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return None
    try:
        return importlib.import_module("autograd.compiled.core")
    except ImportError:
        return None


#: The compiled core, or None.
core: Any = _core()

#: Whether `Value`s are kept and recorded by compiled code.
accelerated: bool = core is not None


class InPython:
    """What a `Value` keeps, in slots of Python."""

    __slots__ = (*NODE_SLOTS, "compared", "d_first", "d_second", "last_pass", "sum_so_far")


if TYPE_CHECKING:

    class Storage:
        """The base of `Value` that holds what it keeps."""
else:
    Storage = InPython if core is None else core.Storage
    if core is not None:
        Storage.__slots__ = InPython.__slots__  # for those who go through the slots of a class

#: Store the number of a `Value`: for what moves many of them at once, in C.
write_data = Storage.__dict__["raw"].__set__
