"""The exercises with the cell metadata that nbgrader reads: an answer cell, and a locked test.

nbgrader fails a test cell that raises, so the test is an assertion on the verdict. Put the folder
`source` into an nbgrader course; `nbgrader generate_assignment` and `autograde` do the rest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import build
import nbformat
from grading.course import check_call
from nbformat import NotebookNode

from kit.student import edition, write_tools


def assignment(notebook: NotebookNode, points: float = 1.0) -> NotebookNode:
    """Return the student's edition of a notebook as an nbgrader assignment."""
    made = edition(notebook)
    cells: list[NotebookNode] = []
    for cell in made.cells:
        call = check_call(cell.source) if cell.cell_type == "code" else None
        if call is None:
            cells.append(cell)
            continue
        answer, _, check = cell.source.rpartition("check.")
        cell.source = answer.rstrip()
        cell.metadata["nbgrader"] = _metadata(call[0], solution=True)
        test = nbformat.v4.new_code_cell(
            f"verdict = check.{check}\nassert verdict.state == 'right', verdict.message\nverdict"
        )
        test.id = f"test-{call[0].replace('_', '-')}"[:64]
        test.metadata["nbgrader"] = _metadata(
            f"test_{call[0]}", grade=True, locked=True, points=points
        )
        cells += [cell, test]
    made.cells = cells
    return made


def _metadata(name: str, **flags: Any) -> dict[str, Any]:
    plain = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"grade_id": name, "schema_version": 3, **(plain | flags)}


def write_course(folder: Path) -> list[Path]:
    """Write the folder `source` of an nbgrader course: an assignment for each notebook."""
    made = []
    for path in build.paths():
        own = folder / "source" / path.stem
        write_tools(own)
        made.append(own / path.name)
        nbformat.write(assignment(build.read(path)), made[-1])
    return made
