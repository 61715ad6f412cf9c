"""The warning for a gradient that would be lost silently: a node turned into a plain number.

`math.exp(v)`, `float(v)` and an array of floats take the number and drop the history. The result
looks right but its gradient is wrong: the most common mistake of beginners. So the warning names
the line and the remedy.
"""

from __future__ import annotations

import linecache
import opcode
import re
import warnings
from types import FrameType
from typing import TYPE_CHECKING

from autograd.errors import GradientLostWarning, callers_frame, file_name
from autograd.modes import records
from autograd.rows.registry import primitives

if TYPE_CHECKING:
    from autograd.node import Node

_REMAINDERS = (6, 19)  # the arguments of the instruction BINARY_OP that mean % and %=


def warn_of_lost_gradient(node: Node) -> None:
    """Warn that a node becomes a plain number, unless nothing is recorded or it is a constant."""
    origin = node.origin
    made_by_no_grad = node.is_leaf and origin is not None and not origin.records
    if made_by_no_grad or not records():
        return
    frame = callers_frame()
    if _is_formatting(frame):
        return
    path, number = frame.f_code.co_filename, frame.f_lineno
    code = linecache.getline(path, number).strip()
    place = f"{file_name(path)}:{number}" + (f": {code}" if code else "")
    warnings.warn_explicit(
        f"{_named(node)} became a plain number in {place}. No gradient flows through it from "
        f"there on. {_remedy(code)}",
        GradientLostWarning,
        path,
        number,
        module=frame.f_globals.get("__name__", "unknown"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _is_formatting(frame: FrameType) -> bool:
    """Return whether the program is at `text % x`, which asks for a float only to print it."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return opcode.opname[code[at]] == "BINARY_OP" and code[at + 1] in _REMAINDERS


def _named(node: Node) -> str:
    """Describe a node without its number, so that each line warns only once."""
    kind = type(node).__name__
    if node.label:
        return f"{kind} {node.label!r}"
    return f"a {kind}" + (f" made by {node.op.name}" if node.op is not None else "")


def _remedy(code: str) -> str:
    item = "or .item() if the number alone is meant"
    called = re.search(r"\bmath\.(\w+)", code)
    if called and called[1] in primitives():
        return f"Use autograd.{called[1]} in place of math.{called[1]}, {item}"
    if re.search(r"\bfloat\b.*\]|dtype", code):
        return f"Leave out dtype=float, since an array of Values keeps their history, {item}"
    return f"Use the functions of autograd and arrays of nodes (autograd.stack), {item}"
