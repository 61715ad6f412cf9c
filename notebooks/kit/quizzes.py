"""Ten questions a notebook, each wrong answer with the misconception behind it.

The first questions are the exercises: right and wrong answers are those of `solutions/`, and what
is said of a wrong one is the check's own hint. The others are in `quizzes.md`.
"""

from __future__ import annotations

import html
import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import build
import numpy as np

HERE = Path(__file__).parent
COUNT = 10


@dataclass(frozen=True)
class Question:
    """A question, its right answer with the reason, and wrong ones with what they come from."""

    text: str
    right: str
    why: str
    wrong: tuple[tuple[str, str], ...]


def written(number: str) -> list[Question]:
    """Return the questions of `quizzes.md` for a notebook."""
    text = (HERE / "quizzes.md").read_text()
    section = text.partition(f"\n## {number}\n")[2].partition("\n## ")[0]
    found = []
    for entry in re.split(r"(?m)^\? ", section)[1:]:
        question, *lines = entry.strip().splitlines()
        right = next(line[2:] for line in lines if line.startswith("+ "))
        wrong = tuple(
            (answer.strip(), why.strip())
            for line in lines if line.startswith("- ")
            for answer, _, why in [line[2:].partition(" | ")]
        )  # fmt: skip
        found.append(Question(question, right, "", wrong))
    return found


def from_exercises(number: str) -> list[Question]:
    """Return a question for each exercise whose answer is no function."""
    name = build.paths(number)[0].stem[3:]
    checks = importlib.import_module(f"checks.{name}")
    solutions = importlib.import_module(f"solutions.{name}")
    found = []
    for key, right in solutions.RIGHT.items():
        check = getattr(checks, key)
        answer = right[0][0]
        if any(callable(part) for part in _parts(answer[0])):
            continue
        wrong = []
        for given, _ in solutions.WRONG[key]:
            shown = said(given[0])
            hint = check(*given).message
            plain = not any(callable(part) for part in _parts(given[0]))
            fresh = hint not in [why for _, why in wrong] and shown not in [a for a, _ in wrong]
            if plain and fresh and "should" not in hint and "nan" not in shown:
                wrong.append((shown, hint))
        if len(wrong) >= 3:
            found.append(
                Question(check.task, said(answer[0]), check(*answer).message, tuple(wrong[:3]))
            )
    return found


def _parts(answer: Any) -> list[Any]:
    return list(answer) if isinstance(answer, list | tuple) else [answer]


def said(answer: Any) -> str:
    """Write an answer as one would say it."""
    if isinstance(answer, dict):
        return ", ".join(map(str, answer.values()))
    if isinstance(answer, set | frozenset):
        return "{" + ", ".join(sorted(map(str, answer))) + "}"
    if isinstance(answer, list | tuple):
        return ", ".join(said(part) for part in answer)
    return f"{answer:.4g}" if isinstance(answer, float) else str(answer)


def questions(number: str) -> list[Question]:
    """Return ten questions of a notebook."""
    own = written(number)
    return [*from_exercises(number)[: COUNT - len(own)], *own][:COUNT]


def page(number: str, title: str, seed: int = 1) -> str:
    """Return a quiz as a page: ten questions, the answers folded away behind each."""
    rng = np.random.default_rng([int(number), seed])
    items = []
    for question in questions(number):
        options = [(question.right, question.why or "That is it.", True)]
        options += [(answer, why, False) for answer, why in question.wrong]
        order = rng.permutation(len(options))
        rows = "".join(
            f"<li>{html.escape(options[i][0])}<details><summary>and?</summary>"
            f"{'<b>Right.</b> ' if options[i][2] else 'Not that one: '}"
            f"{html.escape(options[i][1])}</details></li>"
            for i in order
        )
        letter = "ABCD"[list(order).index(0)]
        items.append(f"<li><p>{html.escape(question.text)}</p><ol type='A'>{rows}</ol>"
                     f"<p class='key'>Answer: {letter}</p></li>")  # fmt: skip
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Quiz {html.escape(title)}</title>
<style>body {{ font: 17px/1.5 sans-serif; max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem }}
details {{ display: inline; margin-left: .6rem; color: #555 }} li {{ margin: .3rem 0 }}
.key {{ color: #555; font-size: .9rem }}
@media print {{ details, .key {{ display: none }} }}</style>
</head><body><h1>Quiz · {html.escape(title)}</h1><ol>{"".join(items)}</ol></body></html>
"""
