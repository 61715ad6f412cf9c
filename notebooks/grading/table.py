"""The results of a class: a table to read, CSV to keep, points."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from grading.course import courses
from grading.judge import Graded

SIGNS = {"right": "✓", "wrong": "✗", "open": "·", "missing": "–"}


def table(results: Sequence[Graded], worth: float = 1.0) -> str:
    """Return a line for each submission: its exercises as signs, and its points."""
    width = max([len(result.name) for result in results] + [4])
    lines = [f"{'file':<{width}}  {'notebook':<20} exercises  points"]
    for result in results:
        signs = "".join(SIGNS[verdict.state] for verdict in result.verdicts.values())
        total = of(result)
        points = f"{worth * result.right:g} of {worth * total:g}"
        lines.append(
            f"{result.name:<{width}}  {result.notebook or 'not recognised':<20} "
            f"{signs:<9}  {points}"
        )
        lines += [f"{'':<{width}}    {note}" for note in result.notes]
    lines.append("✓ right   ✗ not yet   · open   – missing")
    return "\n".join(lines)


def of(result: Graded) -> int:
    """Return how many exercises the course has in a submission's notebook."""
    return len(courses()[result.notebook].exercises) if result.notebook else 0


def write_csv(results: Sequence[Graded], path: Path, worth: float = 1.0) -> None:
    """Write one row for each submission: file, notebook, points, of how many, each exercise."""
    most = max([len(result.verdicts) for result in results] + [1])
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        numbered = [f"exercise {i}" for i in range(1, most + 1)]
        rows.writerow(["file", "notebook", "points", "of", *numbered, "remarks"])
        for result in results:
            states = [verdict.state for verdict in result.verdicts.values()]
            states += [""] * (most - len(states))
            points, total = worth * result.right, worth * of(result)
            row = [result.name, result.notebook, points, total, *states, "; ".join(result.notes)]
            rows.writerow([_harmless(entry) for entry in row])


def _harmless(entry: object) -> object:
    """Keep a spreadsheet from taking a student's text for a formula."""
    return "'" + entry if isinstance(entry, str) and entry[:1] in "=+-@\t\r" and entry else entry


def remarks(result: Graded) -> str:
    """Return what to tell one student: each exercise with its message."""
    lines = [f"{result.name}: {result.right} of {of(result)} right"]
    for key, verdict in result.verdicts.items():
        lines.append(f"    {verdict.state:<7} {key.replace('_', ' ')}: {verdict.message}")
    return "\n".join(lines)
