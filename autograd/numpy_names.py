"""The names of NumPy's functions as programs write them, for errors that refuse a call.

NumPy's functions call each other: `np.full_like` asks for `np.copyto`. An error has to name the
function that stands in the program, so it is looked up on the stack.
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
    """A function of NumPy: of Python, a ufunc, or a method of one."""

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
    """Name the NumPy function that the program called, and that led to the one that asks us.

    It is "" where no function is given and the stack has none: `np.array` is written in C.

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
    """Return the public name of a NumPy function, "" for one that is internal to NumPy."""
    called = frame.f_code.co_name
    part = frame.f_globals.get("__name__", "").partition(".")[2].partition(".")[0]
    inner = getattr(np, part, None) if part[:1] != "_" else None
    for home, prefix in ((inner, f"np.{part}."), (np, "np.")):
        if called[0] != "_" and callable(getattr(home, called, None)):
            return prefix + called
    return ""


def refuse(name: str, keywords: Mapping[str, object]) -> None:
    """Raise TypeError for an argument that would change a result in place, or its elements."""
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


#: What NumPy's functions assume for arguments that are not given.
_DEFAULTS = {"out": None, "dtype": None, "where": True, "casting": "same_kind", "order": "C"}


def without_defaults(keywords: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments that say more than NumPy's function assumes without them."""
    return {k: x for k, x in keywords.items() if not _is_default(k, x)}


def _is_default(keyword: str, x: object) -> bool:
    """Return whether an argument says what NumPy's function does without it."""
    if type(x).__name__ == "_NoValueType":
        return True
    return keyword in _DEFAULTS and isinstance(x, str | bool | None) and x == _DEFAULTS[keyword]


def _see_that_it_fits(
    name: str, ours: Callable[..., T], args: Sequence[object], keywords: Mapping[str, object]
) -> None:
    """Raise TypeError for the first argument that has no place in our function."""
    takes = inspect.signature(ours).parameters.values()
    if not any(p.kind is p.VAR_KEYWORD for p in takes):
        known = {p.name for p in takes}
        for keyword in keywords:
            if keyword not in known:
                raise not_taken(name, f"{keyword}=", keyword)
    most = [p for p in takes if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if len(args) > len(most) and not any(p.kind is p.VAR_POSITIONAL for p in takes):
        raise not_taken(name, f"{len(args)} arguments without their names", "")
