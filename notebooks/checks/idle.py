"""Whether a function is still as the notebook left it: apart, for the grader asks it elsewhere."""

from __future__ import annotations

import dis
from typing import Any

_IDLE = {"RESUME", "NOP", "LOAD_CONST", "POP_TOP", "RETURN_VALUE", "RETURN_CONST"}


def does_nothing(f: Any) -> bool:
    """Whether a function's body is `...` or `pass`.

    >>> def empty(x):
    ...     ...
    >>> does_nothing(empty), does_nothing(lambda x: x)
    (True, False)
    """
    if hasattr(f, "empty"):  # a function of another process, seen by the grader
        return bool(f.empty)
    code = getattr(f, "__code__", None)
    if code is None:
        return False
    steps = list(dis.get_instructions(code))
    constants = [step.argval for step in steps if "CONST" in step.opname]
    return all(step.opname in _IDLE for step in steps) and constants[-1] in (None, ...)
