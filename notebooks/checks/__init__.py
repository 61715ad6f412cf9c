"""Exercises that check themselves.

A notebook leaves `...` where an answer belongs, and hands the answer to a check of the module
of its name. The check answers with a `Verdict`: *open* (nothing there yet), *right*, or *wrong*
with a hint that says what to look at. It never raises, so a notebook with open exercises runs
from top to bottom.

    @exercise("Which gradient does a get?")
    def gradient_of_a(answer):
        expect(close(answer, 4.0), "b is used twice: …")
        return "Each use of a node adds to its gradient."
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

#: Every verdict given since the start, by exercise: what `grade.py` reads.
given: dict[str, Verdict] = {}


class Wrong(Exception):  # noqa: N818 - an answer, not an error
    """An answer that does not hold; the text is the hint."""


class Open(Exception):  # noqa: N818 - likewise
    """An answer that is not there yet."""


@dataclass(frozen=True)
class Verdict:
    """What a check found: `state` is "open", "right" or "wrong"; `message` says why."""

    exercise: str
    state: str
    message: str

    def __repr__(self) -> str:
        return f"{_SIGNS[self.state]} {self.exercise}: {self.message}"

    def _repr_html_(self) -> str:
        colour = {"open": "#6B6B6B", "right": "#009E73", "wrong": "#D55E00"}[self.state]
        return (
            f'<div style="border-left:4px solid {colour};padding:.4em .8em">'
            f"<b>{_SIGNS[self.state]} {html.escape(self.exercise)}</b><br>"
            f"{html.escape(self.message)}</div>"
        )


_SIGNS = {"open": "✎ open", "right": "✓ right", "wrong": "✗ not yet"}


def exercise(task: str) -> Callable[[Callable[..., str]], Callable[..., Verdict]]:
    """Make a check: the function raises `Wrong` through `expect`, or returns what was learnt.

    task: the question in a sentence; shown while the exercise is open.
    """

    def decorate(check: Callable[..., str]) -> Callable[..., Verdict]:
        name = check.__name__.replace("_", " ")

        @wraps(check)
        def checked(answer: Any, *given_by_the_notebook: Any) -> Verdict:
            try:
                message = check(_answered(answer), *given_by_the_notebook)
                verdict = Verdict(name, "right", message)
            except Open:
                verdict = Verdict(name, "open", task)
            except Wrong as hint:
                verdict = Verdict(name, "wrong", str(hint))
            except Exception as error:  # whatever the student's code raises
                kind = type(error).__name__
                verdict = Verdict(name, "wrong", f"your answer raised {kind}: {error}")
            given[name] = verdict
            return verdict

        return checked

    return decorate


def _answered(answer: Any) -> Any:
    """Return the answer; raise `Open` for `...` and None, also when a function returns them."""
    if answer is ... or answer is None:
        raise Open
    if isinstance(answer, list | tuple) and any(part is ... for part in answer):
        raise Open
    if isinstance(answer, dict) and any(part is ... for part in answer.values()):
        raise Open
    if not callable(answer) or isinstance(answer, type) or hasattr(answer, "parameters"):
        return answer

    def called(*args: Any, **keywords: Any) -> Any:
        return _answered(answer(*args, **keywords))

    return called


def expect(holds: Any, hint: str) -> None:
    """Raise `Wrong` with the hint unless the condition holds."""
    if not holds:
        raise Wrong(hint)


def close(x: Any, y: Any, tolerance: float = 1e-6) -> bool:
    """Return whether two numbers (or arrays of one shape) agree, up to rounding."""
    x, y = (np.asarray(getattr(a, "data", a), dtype=float) for a in (x, y))
    return x.shape == y.shape and bool(np.allclose(x, y, rtol=tolerance, atol=tolerance))
