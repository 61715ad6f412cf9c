"""Grade submitted notebooks: a table, a CSV file, points.

    python notebooks/grade.py submissions/*.ipynb
    python notebooks/grade.py submissions/*.ipynb --csv points.csv --worth 2 --remarks

Each submission runs in a process of its own, with a time limit for each cell, and is judged by
this one, with the checks of this checkout (see the folder `grading`). A cell that fails or never
ends costs its own exercise alone. The files are programs that other people wrote; they are kept
from the course's folder, from each other, from the network and from starting processes, but not
from everything a hostile expert could do: grade as a user who has nothing to lose.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import build
from grading.course import Submission, submission
from grading.judge import Graded, Limits, grade
from grading.table import remarks, table, write_csv

PACKAGE = build.HERE.parent


def collected(paths: Sequence[Path]) -> tuple[list[Submission], list[str]]:
    """Read all submissions before any of them runs; return them, and what is to be closed."""
    found = []
    for path in paths:
        try:
            text = path.read_bytes()
        except OSError as error:
            found.append(Submission(path.name, None, (), f"cannot be read: {error.strerror}"))
            continue
        found.append(submission(path.name, text))
    folders = {path.resolve().parent for path in paths}
    closed = [folder for folder in folders if not PACKAGE.is_relative_to(folder)]
    return found, [*map(str, closed), *(str(path.resolve()) for path in paths)][:400]


def graded(
    found: Sequence[Submission], closed: Sequence[str], limits: Limits, jobs: int
) -> Iterator[Graded]:
    """Yield the results in order, as they come."""
    if jobs == 1:
        for one in found:
            yield grade(one, limits, closed)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = [pool.submit(grade, one, limits, closed) for one in found]
        for future in waiting:
            yield future.result()


def main(arguments: Sequence[str] | None = None) -> list[Graded]:
    """Grade the files, show progress, and print the table."""
    parser = argparse.ArgumentParser(description="Grade submitted notebooks.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--csv", type=Path, help="write one row for each submission")
    parser.add_argument("--worth", type=float, default=1.0, help="points for an exercise")
    parser.add_argument("--remarks", action="store_true", help="print each exercise's message")
    parser.add_argument("--seconds", type=float, default=20.0, help="time limit of a cell")
    parser.add_argument("--jobs", type=int, default=2, help="submissions at a time")
    given = parser.parse_args(arguments)
    before = {path: path.read_bytes() for path in given.files if path.is_file()}
    found, closed = collected(given.files)
    limits = Limits(cell=given.seconds, call=min(given.seconds, 5.0))
    results = []
    for i, result in enumerate(graded(found, closed, limits, given.jobs), 1):
        print(f"\r{i} of {len(found)}  {result.name:<40.40}", end="", file=sys.stderr, flush=True)
        results.append(result)
    print(file=sys.stderr)
    for path, text in before.items():
        if not path.is_file() or path.read_bytes() != text:
            path.write_bytes(text)
            print(f"{path.name} was changed while grading; it has been put back", file=sys.stderr)
    if given.remarks:
        print("\n".join(map(remarks, results)))
    print(table(results, given.worth))
    if given.csv:
        write_csv(results, given.csv, given.worth)
    return results


if __name__ == "__main__":
    main()
