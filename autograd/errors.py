"""The exceptions of the package, and the sentences that they are built from.

An error names the operation, its operands (label, shape, value) and the line of the caller's code,
because the reader is usually a student.
"""

from __future__ import annotations

import linecache
import re
import sys
from types import FrameType

import numpy as np

# Without pathlib, which would add a twentieth to the time of importing this package.
_ROOT = __file__.removesuffix("errors.py").rstrip("/\\").removesuffix("autograd")
_PACKAGES = tuple(_ROOT + name for name in ("autograd", "nn", "viz"))
_GENERATED = "<autograd:"
#: How the names of this package's own files begin, and those of code that it generated.
OWN_FILES = (*_PACKAGES, _GENERATED)
_NUMPY = ((np.__file__ or "").removesuffix("__init__.py"), "<__array_function__")
_LIBRARIES = (*OWN_FILES, *_NUMPY, "<frozen")
_STANDARD = (linecache.__file__ or "").removesuffix("linecache.py")


class DomainError(ValueError, ZeroDivisionError, OverflowError):
    """A number outside the domain of an operation on `Value`s, such as `log` of 0.

    Python raises `ValueError`, `ZeroDivisionError` or `OverflowError` for these, depending
    on the function. This is all three, so code written for floats catches it unchanged.
    """


class ShapeError(ValueError):
    """Operands whose shapes do not fit together."""


class BackwardError(RuntimeError):
    """A backward pass that cannot start: nothing was recorded, or the seed is missing."""


class StaleDataError(RuntimeError):
    """Data was changed between the forward and the backward pass."""


class AnomalyError(ArithmeticError):
    """`detect_anomaly()` met the first value or gradient that is not finite."""


class GradcheckError(AssertionError):
    """An analytic gradient differs from the finite differences; the text is the report."""


class MixedNodesError(TypeError):
    """`Value`s and `Tensor`s in one operation."""


class TraceError(RuntimeError):
    """A function does something that a recording of it could not repeat."""


class RedeclaredWarning(UserWarning):
    """A primitive typed into a notebook was declared again: the new row replaces the old one."""


class GradientLostWarning(UserWarning):
    """A node was turned into a plain number, through which no gradient flows."""


def describe(x: object) -> str:
    """Describe one operand by its kind, label, and value or shape, as in `Value 'w' = 2.0`."""
    label = getattr(x, "label", "")
    holds_nodes = getattr(getattr(x, "dtype", None), "kind", "") == "O"
    kind = "array of Values" if holds_nodes else type(x).__name__
    named = f"{kind} {label!r}" if label else kind
    shape = getattr(x, "shape", None)
    if shape is None or (shape == () and not hasattr(x, "dtype")):
        data = getattr(x, "raw", x)
        if isinstance(data, int) and data.bit_length() > 256:
            return f"{named} of {data.bit_length()} bits"
        return f"{named} = {data!r}" if isinstance(data, int | float) else named
    return f"{named} of shape {shape}"


def is_own_file(name: str) -> bool:
    """Return whether a file belongs to this package, or is code that it generated."""
    return name.startswith(OWN_FILES)


def is_library(name: str) -> bool:
    """Return whether no line of a user can be in a file: it is ours, NumPy's or Python's own."""
    standard = name.startswith(_STANDARD) and "-packages" not in name
    return standard or name.startswith(_LIBRARIES)


def callers_frame() -> FrameType:
    """Return the innermost frame of the user: outside this package, NumPy and Python's library."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def is_typed_in() -> bool:
    """Return whether the calling code was typed into a notebook or a prompt, and is in no file."""
    names = callers_frame().f_globals
    return names.get("__name__") == "__main__" and "__file__" not in names


def source_line() -> str:
    """Return `file.py:12: the code there` for the line of the user that is running."""
    frame = callers_frame()
    return place_text(frame.f_code.co_filename, frame.f_lineno)


def place_text(name: str, number: int) -> str:
    """Return `file.py:12: the code there`."""
    code = linecache.getline(name, number).strip()
    place = f"{file_name(name)}:{number}"
    return f"{place}: {code}" if code else place


def file_name(path: str) -> str:
    """Return a path without its directories.

    >>> file_name("lessons/first.py")
    'first.py'
    """
    return re.split(r"[/\\]", path)[-1]
