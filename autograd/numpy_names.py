"""NumPy's functions as programs call them: their names for errors, and their arguments.

NumPy's functions call each other: `np.full_like` asks us for `np.copyto`. An error has to name the
function that the program calls, so that is looked up on the stack.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Protocol, TypeVar

import numpy as np

from autograd.errors import is_own_file

T = TypeVar("T")


class NumPyFunction(Protocol):
    """A function of NumPy: a Python function, a ufunc, or a method of a ufunc."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, *args: object, **keywords: object) -> object: ...


_NUMPY = (np.__file__ or "").removesuffix("__init__.py")

#: What to do instead of an argument that NumPy's function takes and ours does not.
_INSTEAD = {
    "out": "a graph keeps what each operation made; leave out= out and use the result",
    "dtype": "say x.astype(dtype) before it",
    "where": "choose the elements before it, as autograd.where(condition, x, 0.0) does",
    "initial": "join it to the result, as autograd.maximum(result, initial) does",
}


def as_written(function: NumPyFunction | None = None) -> str:
    """Return the name of the NumPy function that the program called and that led to this one.

    It is "" if no function is given and there is none on the stack: `np.array` is written in C.

    >>> as_written(np.linalg.qr)
    'np.linalg.qr'
    """
    name = own_name = "" if function is None else _own_name(function)
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_own_file(frame.f_code.co_filename):
        frame = frame.f_back
    while frame is not None and frame.f_code.co_filename.startswith(_NUMPY):
        operator = frame.f_code.co_name.startswith("__")  # as of a masked array, or np.r_[...]
        name = own_name if operator else _public_name(frame) or name
        frame = frame.f_back
    return name


def _own_name(function: NumPyFunction) -> str:
    if function.__name__.endswith("(vectorized)"):
        return f"np.frompyfunc of {function.__name__.removesuffix(' (vectorized)')}"
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{function.__name__}"


def _public_name(frame: FrameType) -> str:
    """Return the public name of the NumPy function in a frame; "" for an internal one."""
    called = frame.f_code.co_name
    part = frame.f_globals.get("__name__", "").partition(".")[2].partition(".")[0]
    inner = getattr(np, part, None) if part[:1] != "_" else None
    for home, prefix in ((inner, f"np.{part}."), (np, "np.")):
        if called[0] != "_" and callable(getattr(home, called, None)):
            return prefix + called
    return ""


def refuse(name: str, keywords: Mapping[str, object]) -> None:
    """Raise TypeError for an argument that would write into, select from or convert the result."""
    for keyword in ("out", "where", "dtype"):
        if keywords.get(keyword) is not None:
            raise not_taken(name, f"{keyword}=", keyword)


def not_taken(name: str, what: str, keyword: str) -> TypeError:
    """Return the error for an argument of NumPy's function that ours does not take."""
    instead = _INSTEAD.get(keyword, "leave it out, or say it with other functions of autograd")
    return TypeError(f"{name} of a Tensor does not take {what}: {instead}")


def call(
    function: NumPyFunction,
    ours: Callable[..., T],
    args: Sequence[object],
    keywords: Mapping[str, object],
) -> T:
    """Call our function with NumPy's arguments, passing a third `dtype` or `out` by its name.

    Raises TypeError, by NumPy's name, for an argument that NumPy's takes and ours does not.
    """
    keywords = without_defaults(keywords)
    if len(args) > 2:
        order = list(inspect.signature(function).parameters)
        if order[2:3] in (["dtype"], ["out"]):
            named = dict(zip(order[2:], args[2:], strict=False))
            keywords |= without_defaults(named)
            args = args[:2]
    if "out" in keywords:
        refuse(as_written(function), keywords)
    try:
        return ours(*args, **keywords)
    except TypeError:
        _see_that_it_fits(as_written(function), ours, args, keywords)
        raise


#: The defaults of NumPy's functions.
_DEFAULTS = {"out": None, "dtype": None, "where": True, "casting": "same_kind", "order": "C"}


def without_defaults(keywords: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments that are not at the default of NumPy's function."""
    return {k: x for k, x in keywords.items() if not _is_default(k, x)}


def _is_default(keyword: str, x: object) -> bool:
    """Return whether an argument has the default value of NumPy's function."""
    if type(x).__name__ == "_NoValueType":
        return True
    return keyword in _DEFAULTS and isinstance(x, str | bool | None) and x == _DEFAULTS[keyword]


def _see_that_it_fits(
    name: str, ours: Callable[..., T], args: Sequence[object], keywords: Mapping[str, object]
) -> None:
    """Raise TypeError for the first argument that our function does not take."""
    takes = inspect.signature(ours).parameters.values()
    if not any(p.kind is p.VAR_KEYWORD for p in takes):
        known = {p.name for p in takes}
        for keyword in keywords:
            if keyword not in known:
                raise not_taken(name, f"{keyword}=", keyword)
    most = [p for p in takes if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if len(args) > len(most) and not any(p.kind is p.VAR_POSITIONAL for p in takes):
        raise not_taken(name, f"{len(args)} arguments without their names", "")
