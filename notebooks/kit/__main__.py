"""Make the teacher's kit: python -m kit [folder] [--seed 1]   (default: ../class)."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import book
import build
from jinja2 import Environment, FileSystemLoader

from kit import faults, lecture, nbgrader, plans, quizzes, skeletons, student, worksheets

STYLE = ("<style>body{font:17px/1.55 sans-serif;max-width:60rem;margin:1.5rem auto;padding:0 1rem}"
         "td,th{border:1px solid #bbb;padding:.3rem .5rem;vertical-align:top}"
         "table{border-collapse:collapse}</style>")  # fmt: skip


def document(markdown: str) -> str:
    """Return Markdown as a page by itself."""
    title = markdown.splitlines()[0].lstrip("# ")
    body = book.markdown(markdown)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"{STYLE}</head><body>{body}</body></html>\n"
    )


def make_slides(folder: Path) -> None:
    """Write slides of all notebooks, with their styles, scripts and pictures."""
    folder.mkdir(parents=True)
    shutil.copytree(build.HERE / "images", folder / "images")
    for name in ("style.css", "dark.js", "zoom.js", "slides.css", "slides.js"):
        shutil.copy(book.THEME / name, folder / name)
    templates = Environment(loader=FileSystemLoader(book.THEME), autoescape=False)
    (folder / "slides").mkdir()
    for path in build.paths():
        book.slides_page(path, folder / "slides", templates, "../../index.html")


def make(folder: Path, seed: int = 1) -> None:
    """Write everything into a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    edition = folder / "students"
    student.write(edition)
    skeletons.write(edition)
    faults.write(edition)
    nbgrader.write_course(folder / "nbgrader")
    make_slides(folder / "teacher")
    rows = []
    for name in ("plans", "worksheets", "quizzes"):
        (folder / "teacher" / name).mkdir()
    for path in build.paths():
        number = path.stem[:2]
        title = build.read(path).cells[0].source.splitlines()[0].lstrip("# ")
        pages = {
            f"slides/{path.stem}.html": None,
            f"plans/{number}.html": document(plans.plan(number)),
            f"worksheets/{number}.html": worksheets.page(number, title, seed, answers=False),
            f"worksheets/{number}_answers.html": worksheets.page(number, title, seed, answers=True),
            f"quizzes/{number}.html": quizzes.page(number, title, seed),
        }
        for file, text in pages.items():
            if text is not None:
                (folder / "teacher" / file).write_text(text)
        links = " · ".join(
            f"[{word}](teacher/{file})"
            for word, file in zip(("slides", "plans", "worksheet", "answers", "quiz"), pages,
                                  strict=True)
        )  # fmt: skip
        rows.append(f"| {title} | {links} |")
    (folder / "teacher" / "lecture.html").write_text(document(lecture.page()))
    table = "\n".join(["| notebook | for the lesson |", "|---|---|", *rows])
    text = (
        "# For your class\n\n" + table + "\n\n[The lecture and the notebooks](teacher/lecture.html)"
        "\n\nTo hand out: the folder `students` (the notebooks without outputs, two skeletons in "
        "which the engine is written, and `find_the_fault.ipynb`). For nbgrader: the folder "
        "`nbgrader`. Keep `teacher` to yourself.\n"
    )
    (folder / "index.html").write_text(document(text))


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Make the teacher's kit.")
    parser.add_argument("folder", nargs="?", type=Path, default=build.HERE.parent / "class")
    parser.add_argument("--seed", type=int, default=1, help="of the worksheets and quizzes")
    given = parser.parse_args(arguments)
    make(given.folder, given.seed)
    print(f"open {given.folder.name}/index.html")


if __name__ == "__main__":
    main()
