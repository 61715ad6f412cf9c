"""The call of `draw` as it is written in Python, so that a page can say how to draw more of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import FrameType, ModuleType
from typing import Any

_LONGEST = 40  # characters of an argument that has no name
_PLAIN = (bool, int, float, str, type(None))


def written_call(node: Any, arguments: Sequence[Any], caller: FrameType) -> str:
    """Return what stood between the brackets of `draw(…)`, in names that the caller has.

    What has no name and is not short is written `…`.

    >>> import sys
    >>> words = ["a", "b"]
    >>> written_call(words.count, [words, 3, object()], sys._getframe())
    'words.count, words, 3, …'
    """
    places = [caller.f_locals, caller.f_globals]
    return ", ".join(_written(one, places) for one in (node, *arguments))


def _written(x: Any, places: Sequence[Mapping[str, Any]]) -> str:
    if isinstance(x, _PLAIN):
        return _short(x)
    own = getattr(x, "__name__", "")
    for place in places:
        held = {k: v for k, v in place.items() if k.isidentifier() and not k.startswith("_")}
        for name, value in held.items():
            if value is x:
                return name
        for name, value in held.items():
            if own and isinstance(value, ModuleType) and vars(value).get(own) is x:
                return f"{name}.{own}"
    if callable(x):
        owner = getattr(x, "__self__", None)
        if owner is not None and not isinstance(owner, ModuleType):  # a method of an object
            held_as = _written(owner, places)
            return "…" if held_as == "…" else f"{held_as}.{own}"
        return own if own.isidentifier() else "…"
    plain = isinstance(x, list | tuple) and all(isinstance(one, _PLAIN) for one in x)
    return _short(x) if plain else "…"


def _short(x: Any) -> str:
    written = repr(x)
    return written if len(written) <= _LONGEST else "…"
