"""The student's edition: the notebooks without outputs, which would give away every guess.

Cells that only draw are folded away (one click opens them), the exercises are open, and a first
cell says what to do where nothing is installed. The checks come along, the solutions do not.
"""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import build
import nbformat
from grading.course import check_call, statements
from nbformat import NotebookNode

FIRST = """\
# Run this first: Shift and Enter. It says what to do if something is missing.
try:
    import autograd, nn, viz, matplotlib, sklearn
    print("All is there. Go on.")
except ModuleNotFoundError as missing:
    print(f"{missing.name} is not installed here. Open a terminal and type:")
    print('    python -m pip install "chainrule[notebooks]"')
    print("then restart the kernel (Kernel menu) and run this cell again.")"""


def edition(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook as students get it."""
    cells = [nbformat.from_dict(cell) for cell in notebook.cells]
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if only_draws(cell.source):
                cell.metadata["jupyter"] = {"source_hidden": True}
                cell.metadata["tags"] = sorted({*cell.metadata.get("tags", []), "hide-input"})
    first = nbformat.v4.new_code_cell(FIRST)
    first.id = "is-it-installed"
    made = nbformat.v4.new_notebook(cells=[cells[0], first, *cells[1:]])
    made.metadata = notebook.metadata
    return made


def only_draws(source: str) -> bool:
    """Whether a cell is a plot with its styling, and no exercise.

    >>> only_draws("fig, ax = plt.subplots()\\nax.plot(x)\\nax.legend()\\nviz.picture(ax)")
    True
    >>> only_draws("y = f(x)\\ny.backward()\\nviz.draw(y)")
    False
    """
    if check_call(source) or "viz.picture(" not in source:
        return False
    drawing = re.compile(r"\b(ax|axes|fig|left|right|plt|bars|viz|image|line)\b")
    found = statements(source)
    return sum(bool(drawing.search(s)) for s in found) > 0.7 * len(found)


def write(folder: Path) -> list[Path]:
    """Write the edition: the notebooks, and what they use."""
    write_tools(folder)
    made = []
    for path in build.paths():
        made.append(folder / path.name)
        nbformat.write(edition(build.read(path)), made[-1])
    return made


def write_tools(folder: Path) -> None:
    """Write what the notebooks use: checks, pictures, and the style of the plots."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("checks", "figures"):
        shutil.copytree(
            build.HERE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copytree(build.HERE / "images", folder / "images")
    shutil.copy(build.HERE / "matplotlibrc", folder / "matplotlibrc")


def is_open(notebook: NotebookNode) -> bool:
    """Whether every exercise still has its `...`."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    asked = [source for source in cells if check_call(source)]
    return all(
        any(isinstance(n, ast.Constant) and n.value is ... for n in ast.walk(ast.parse(source)))
        for source in asked
    )
