"""Exercises that check themselves.

A notebook leaves `...` where an answer belongs, and hands the answer to a check of the module
of its name. The check answers with a `Verdict`: *open* (nothing there yet), *right*, or *wrong*
with a hint that says what to look at. It never raises, so a notebook with open exercises runs
from top to bottom.

    @exercise("Which gradient does a get?")
    def gradient_of_a(answer):
        expect(close(number(answer), 4.0), "b is used twice: …")
        return "Each use of a node adds to its gradient."

Answers are read by `checks.answers`: by their type, and leniently in all else. Where the answer
is a function it is tried on inputs that the notebook does not show, with other sizes and rates.
"""

from __future__ import annotations

import html
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

from checks.answers import (
    Open,
    Wrong,
    array,
    close,
    expect,
    function,
    kind_of,
    number,
    rounds_to,
    several,
    several_numbers,
    table,
    whole,
    word,
    words,
)

__all__ = [
    "Open", "Verdict", "Wrong", "array", "close", "exercise", "expect", "function", "given",
    "hidden", "kind_of", "number", "rounds_to", "several", "several_numbers", "table", "whole",
    "word", "words",
]  # fmt: skip

#: Every verdict given since the start, by exercise.
given: dict[str, Verdict] = {}


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
                verdict = Verdict(name, "right", check(answer, *given_by_the_notebook))
            except Open:
                verdict = Verdict(name, "open", task)
            except Wrong as hint:
                verdict = Verdict(name, "wrong", str(hint))
            except Exception as error:  # whatever the student's code raises
                kind = type(error).__name__
                verdict = Verdict(name, "wrong", f"your answer raised {kind}: {error}")
            given[name] = verdict
            return verdict

        checked.task = task  # type: ignore[attr-defined]
        return checked

    return decorate


def hidden(exercise_name: str) -> np.random.Generator:
    """Return the draws that an exercise is tried on: the same in each run, in no notebook."""
    return np.random.default_rng(zlib.crc32(b"chainrule " + exercise_name.encode()))
