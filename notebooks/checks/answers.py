"""What a student's answer says: numbers, words and functions, read leniently but by their type.

A teacher who reads 1/4, "0.25" and 0.250 sees the same answer, and sees at once that a list is no
number. So do these functions: each returns plain Python, or raises `Wrong` with what was expected.
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from autograd import Node
from checks.idle import does_nothing


class Wrong(Exception):  # noqa: N818 - an answer, not an error
    """An answer that does not hold; the text is the hint."""


class Open(Exception):  # noqa: N818 - likewise
    """An answer that is not there yet."""


def kind_of(x: Any) -> str:
    """Say what kind of thing an answer is, in a student's words."""
    if hasattr(x, "foreign"):  # seen by the grader through a pipe
        return f"an object of the class {x.foreign}"
    named = {
        bool: f"{x}", str: f'the text "{x}"', list: "a list", tuple: "a tuple", set: "a set",
        dict: "a dictionary", np.ndarray: "an array",
    }  # fmt: skip
    if callable(x):
        return "a function (are its brackets missing?)"
    return named.get(type(x), f"an object of the class {type(x).__name__}")


def plain(x: Any) -> Any:
    """Return the data of a node, and anything else as it is."""
    return x.data if isinstance(x, Node) else x


def number(answer: Any, what: str = "the answer") -> float:
    """Return the number that an answer stands for: 0.25, "0.25", "1/4", "25 %", a Value …"""
    _is_there(answer)
    answer = plain(answer)
    if isinstance(answer, np.ndarray) and answer.size == 1 and answer.dtype != object:
        answer = answer.ravel()[0].item()
    if isinstance(answer, str):
        return _from_text(answer, what)
    if isinstance(answer, bool | np.bool_) or not isinstance(
        answer, numbers.Real | np.number | Decimal
    ):
        raise Wrong(f"{what} should be a number, not {kind_of(answer)}")
    try:
        # Of a subclass of float only the number counts, whatever it says that it equals.
        found = float.__add__(answer, 0.0) if isinstance(answer, float) else float(answer)
    except OverflowError:
        raise Wrong(f"{what} is far too large: no float holds it") from None
    return _not_nan(found, what)


def _not_nan(found: float, what: str) -> float:
    if math.isnan(found):
        raise Wrong(f"{what} is nan, which is not a number: 0/0, or ∞ − ∞, somewhere?")
    return found


def _from_text(text: str, what: str) -> float:
    clean = str.casefold(text).strip().replace("−", "-").replace(",", ".").removeprefix("line ")
    share = 0.01 if clean.endswith("%") else 1.0
    top, slash, bottom = _POWER.sub("1e", clean).removesuffix("%").partition("/")
    try:
        found = share * (float(top) / float(bottom) if slash else float(top))
    except (ValueError, ZeroDivisionError):
        raise Wrong(f'{what} should be a number, not the text "{text}"') from None
    return _not_nan(found, what)


#: A power of ten as it is written, and a whole number whose digits stand in threes: 14,528.
_POWER = re.compile(r"^10\s*(?:\^|\*\*)\s*(?=[-+]?\d+$)")
_IN_THREES = re.compile(r"\d{1,3}(?:[,' \u00a0\u2009\u202f_]\d{3})+")


def whole(answer: Any, what: str = "the answer") -> int:
    """Return an answer that counts something."""
    if isinstance(answer, str) and _IN_THREES.fullmatch(str.strip(answer)):
        answer = "".join(c for c in answer if c.isdigit())
    found = number(answer, what)
    if not math.isfinite(found) or found != round(found):
        raise Wrong(f"{what} counts something, so it is a whole number, not {found:g}")
    return round(found)


def several(answer: Any, n: int, what: str = "the answer") -> list[Any]:
    """Return the n parts of a list, a tuple or an array, in order."""
    _is_there(answer)
    answer = plain(answer)
    if isinstance(answer, str) and answer.count(",") == n - 1 > 0:
        answer = [part.strip(" []{}()") for part in answer.split(",")]
    if not isinstance(answer, list | tuple | np.ndarray):
        raise Wrong(f"{what} should be a list of {n}, not {kind_of(answer)}")
    if len(answer) != n:
        raise Wrong(f"{what} should have {n} parts, and has {len(answer)}")
    return list(answer)


def several_numbers(answer: Any, *names: str) -> list[float]:
    """Return as many numbers as there are names, each read as by `number`."""
    parts = several(answer, len(names))
    return [number(part, name) for part, name in zip(parts, names, strict=True)]


def word(answer: Any, known: Mapping[str, str], what: str = "the answer") -> str:
    """Return which of the known words is meant.

    known: each word with other spellings of it, separated by blanks. Capitals, blanks, hyphens,
    underscores and the brackets of a call make no difference.
    """
    _is_there(answer)
    if not isinstance(answer, str):
        raise Wrong(f"{what} should be a word in quotation marks, not {kind_of(answer)}")
    squeezed = _squeezed(answer)
    for right, others in known.items():
        if squeezed == _squeezed(right) or squeezed in others.split():
            return right
    raise Wrong(f'{what}: "{answer}" is not one of {", ".join(known)}')


def _squeezed(text: str) -> str:
    return "".join(c for c in str.casefold(text) if c not in " -_.()\"'")


def _in_parts(text: str, known: Mapping[str, str]) -> list[str] | str:
    """Return the words of a text: commas, arrows, "and" or new lines part them; else blanks."""
    parts = [part.strip(" []{}") for part in _BETWEEN.split(text)]
    if len(parts) > 1:
        return parts
    if all(len(name) == 1 for name in known):
        return "".join(parts[0].split())
    spellings = {_squeezed(name) for name in known} | {s for o in known.values() for s in o.split()}
    return parts if _squeezed(parts[0]) in spellings else parts[0].split()


_BETWEEN = re.compile(r",|;|→|->|\n|\band\b")


def words(answer: Any, known: Mapping[str, str], what: str = "the answer") -> list[str]:
    """Return the known words of a list, a set, an array, or a text with something between them."""
    _is_there(answer)
    answer = answer.tolist() if isinstance(answer, np.ndarray) and answer.ndim == 1 else answer
    if isinstance(answer, str):
        answer = _in_parts(answer, known)
    if isinstance(answer, Mapping) or not isinstance(answer, list | tuple | set | frozenset | str):
        raise Wrong(
            f'{what} should be a set or a list, such as {{"…", "…"}}, not {kind_of(answer)}'
        )
    return [word(part, known, what) for part in answer]


def table(answer: Any, keys: Iterable[str]) -> dict[str, Any]:
    """Return a dictionary with these keys; a list of as many values will do.

    keys: a part of each key as the notebook has it. A dictionary may have them in any order.
    """
    _is_there(answer)
    keys = list(keys)
    if isinstance(answer, list | tuple) and len(answer) == len(keys):
        return dict(zip(keys, answer, strict=True))
    if not isinstance(answer, dict):
        raise Wrong(f"keep the dictionary of {len(keys)} entries; this is {kind_of(answer)}")
    if len(answer) != len(keys):
        raise Wrong(f"keep the dictionary's {len(keys)} keys; it has {len(answer)}")
    places = [[own for own in answer if key in str(own).casefold()] for key in keys]
    if all(len(own) == 1 for own in places):
        return {key: answer[own] for key, (own,) in zip(keys, places, strict=True)}
    return dict(zip(keys, answer.values(), strict=True))


def array(answer: Any, what: str = "the result") -> np.ndarray:
    """Return an array of floats, from an array, a Tensor, or lists of numbers."""
    _is_there(answer)
    found = plain(answer)
    if isinstance(found, str | set | dict) or callable(found):
        raise Wrong(f"{what} should be an array, not {kind_of(found)}")
    try:
        return np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"{what} should be an array of numbers; this is {kind_of(found)}") from None


def function(answer: Any, what: str = "the answer") -> Callable[..., Any]:
    """Return a function that says so when it gives nothing back."""
    _is_there(answer)
    if not callable(answer) or isinstance(answer, type):
        raise Wrong(f"{what} should be a function, not {kind_of(answer)} (is it called already?)")
    if does_nothing(answer):
        raise Open

    def called(*args: Any, **keywords: Any) -> Any:
        result = answer(*args, **keywords)
        if result is None:
            raise Wrong(
                "your function gives nothing back: is a `return` missing? (print only shows "
                "a result, return hands it over)"
            )
        _is_there(result)
        return result

    return called


def _is_there(answer: Any) -> None:
    """Raise `Open` for what is still `...`, also inside of a list or a dictionary."""
    if answer is ... or answer is None:
        raise Open
    if isinstance(answer, list | tuple | set) and any(part is ... for part in answer):
        raise Open
    if isinstance(answer, dict) and any(part is ... for part in answer.values()):
        raise Open


def expect(holds: Any, hint: str) -> None:
    """Raise `Wrong` with the hint unless the condition holds."""
    if not holds:
        raise Wrong(hint)


def close(x: Any, y: Any, tolerance: float = 1e-6) -> bool:
    """Return whether two numbers (or arrays of one shape) agree, up to rounding."""
    x, y = (np.asarray(plain(a), dtype=float) for a in (x, y))
    return x.shape == y.shape and bool(np.allclose(x, y, rtol=tolerance, atol=tolerance))


def rounds_to(found: float, true: float, digits: int = 3) -> bool:
    """Return whether a number is the true one, or that rounded to so many digits (or more)."""
    if true == 0 or not math.isfinite(found):
        return found == true
    unit = 10.0 ** (math.floor(math.log10(abs(true))) - digits + 1)
    return abs(found - true) <= 0.5000001 * unit
