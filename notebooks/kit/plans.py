"""A plan by the minute for each notebook, for 45 and for 90 minutes.

Time goes to the sections in proportion to what there is to read and to see. In 45 minutes a
section that would get less than three is left for home. What to show, and what to ask at each
picture, is taken from the teacher's page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import build
from nbformat import NotebookNode

from kit.slides import TEACHING, stems

LAST = ("Summary", "Exercises", "Next")


@dataclass
class Part:
    """A section of a notebook: what there is in it, and what it weighs."""

    title: str
    text: str = ""
    weight: float = 0.0
    show: tuple[tuple[str, str], ...] = ()


def sections(notebook: NotebookNode, number: str) -> list[Part]:
    """Return the sections that are taught, with the figures of the teacher's page."""
    found: list[Part] = []
    for cell in notebook.cells[2:]:
        pieces = re.split(r"(?m)^## ", cell.source) if cell.cell_type == "markdown" else []
        if not pieces:
            if found:
                found[-1].weight += 1.5 if "viz." in cell.source else 0.6
                found[-1].text += cell.source
            continue
        for i, piece in enumerate(pieces):
            if i:
                title, _, piece = piece.partition("\n")
                if title in LAST:
                    return _with_figures(found, number)
                found.append(Part(title))
            if found:
                found[-1].weight += len(piece.split()) / 60
                found[-1].text += piece
    return _with_figures(found, number)


def figures(number: str) -> list[tuple[str, str]]:
    """Return (figure, what to look for) of a notebook, from the teacher's page."""
    section = re.search(rf"### {number} .*?(?=\n##)", TEACHING.read_text(), re.DOTALL)
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \|$", section[0]) if section else []
    return [row for row in rows if row[0] not in ("figure", "---")]


def _with_figures(parts: list[Part], number: str) -> list[Part]:
    at = 0
    for figure, advice in figures(number):
        scores = [len(stems(figure) & stems(part.title + part.text)) for part in parts]
        at = max(range(at, len(parts)), key=lambda i: (scores[i], -i), default=at)
        parts[at].show += ((figure, advice),)
    return parts


def schedule(parts: list[Part], minutes: int) -> tuple[list[tuple[int, int, Part]], list[Part]]:
    """Return (from, to, section) in whole minutes, and what is left for home.

    Five minutes of questions come at the end, and three of the last lesson at the beginning.
    """
    room = minutes - 8
    kept = list(parts)
    if minutes <= 45:
        while len(kept) > 3:
            total = sum(part.weight for part in kept)
            least = min(kept, key=lambda part: part.weight)
            if least.weight / total * room >= 3 and len(kept) <= 8:
                break
            kept.remove(least)
    total, clock, plan = sum(part.weight for part in kept), 3.0, []
    for part in kept:
        end = clock + part.weight / total * room
        plan.append((round(clock), round(end), part))
        clock = end
    return plan, [part for part in parts if part not in kept]


def plan(number: str) -> str:
    """Return the plans of a notebook as Markdown."""
    path = build.paths(number)[0]
    notebook = build.read(path)
    title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
    parts = sections(notebook, number)
    lines = [f"# Plan · {title}", "", notebook.cells[0].source.partition("\n")[2].strip(), ""]
    for minutes in (45, 90):
        timed, home = schedule(parts, minutes)
        lines += [f"## {minutes} minutes", "", "| minute | what | show, and say |", "|---|---|---|"]
        lines.append("| 0–3 | What was it last time? | two questions from the last quiz |")
        for start, end, part in timed:
            most = 2 if minutes == 45 else 4
            shown = "; ".join(f"**{f}**: {a}" for f, a in part.show[:most]) or "read it together"
            lines.append(f"| {start}–{end} | {part.title} | {shown} |")
        lines.append(f"| {minutes - 5}–{minutes} | Summary | one exercise, and what it catches |")
        if home:
            lines += ["", "For home: " + ", ".join(part.title for part in home) + "."]
        lines.append("")
    return "\n".join(lines)
