"""Run the notebooks from top to bottom, each in a fresh kernel, and store what they show.

    python notebooks/build.py            # all of them
    python notebooks/build.py 01 04      # those whose names begin so

A notebook file is the single source, with its outputs. Whatever would change from run to run
(times, process numbers, versions) is taken out; pictures may still differ in their inner names.
"""

from __future__ import annotations

import os
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from names import with_names
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

__all__ = [
    "CellExecutionError",
    "normalised",
    "paths",
    "read",
    "run",
    "run_as_students_do",
    "write",
]

HERE = Path(__file__).parent
#: The longest that one cell may take. A whole notebook is meant to take under two minutes, but the
#: machine may have other work.
SECONDS = 600
# Hash order, dates inside pictures, and the kernel's home must not show in the outputs.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # whatever the caller draws with
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def paths(*names: str) -> list[Path]:
    """Return the course's notebooks in order; with names, those that begin with one of them."""
    found = sorted(HERE.glob("[0-9][0-9]_*.ipynb"))
    return [path for path in found if not names or path.name.startswith(names)]


def read(path: Path) -> NotebookNode:
    """Return the stored notebook."""
    return nbformat.read(path, as_version=4)


def run(notebook: NotebookNode) -> NotebookNode:
    """Run all cells in a fresh kernel, in the notebooks' folder; return the same notebook.

    Raises nbclient.exceptions.CellExecutionError, with the traceback, at the first error.
    """
    client = _client(notebook)
    client.execute(env={**os.environ, **ENVIRONMENT})
    return normalised(notebook)


def run_as_students_do(notebook: NotebookNode) -> NotebookNode:
    """Run each cell twice in a row, then go back: each section again, the last one first.

    Returns the notebook with the outputs of the first runs.
    Raises nbclient.exceptions.CellExecutionError, with the traceback, at the first error.
    """
    client = _client(notebook)
    first = list(notebook.cells)
    sections: list[list[tuple[int, NotebookNode]]] = [[]]
    with client.setup_kernel(env={**os.environ, **ENVIRONMENT}):
        for i, cell in enumerate(first):
            if cell.cell_type != "code":
                if cell.source.startswith("## ") or "\n## " in cell.source:
                    sections.append([])
                continue
            client.execute_cell(cell, i)
            client.execute_cell(deepcopy(cell), i)
            sections[-1].append((i, cell))
        for section in reversed(sections):
            for i, cell in section:
                client.execute_cell(deepcopy(cell), i)
    notebook.cells = first  # nbclient has put the copies in their places
    return normalised(notebook)


def _client(notebook: NotebookNode) -> NotebookClient:
    """Return what runs this notebook, emptied of its outputs."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        # It warns that other users of the machine could listen to the kernel's local sockets.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(HERE)}},
    )


def normalised(notebook: NotebookNode) -> NotebookNode:
    """Take out what differs from run to run, and name the cells by their position."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "name": "python"},
            "title": notebook.metadata.get("title", ""),
        }
    )
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i:02d}"
        keep = ("slideshow", "tags")
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in keep})
        if cell.cell_type == "code":
            cell.outputs = _tidied(cell.outputs)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _tidied(outputs: list[Any]) -> list[Any]:
    """Keep each picture once, and join a stream: how it is cut into pieces depends on timing."""
    joined: list[Any] = []
    for output in outputs:
        output.pop("transient", None)
        if "<img" in output.get("data", {}).get("text/html", ""):
            output.data.pop("image/svg+xml", None)  # the same picture; once is enough
        if output.get("name") == "stderr" and (output.text[:1] in "\r\n"):
            continue  # a progress bar, which tells the time
        last = joined[-1] if joined else None
        same = last is not None and output.output_type == last.output_type == "stream"
        if same and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def write(notebook: NotebookNode, path: Path) -> None:
    """Store the notebook."""
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def main(names: list[str]) -> None:
    """Run and store the notebooks whose names begin with one of `names`, or all."""
    for path in paths(*names):
        print(f"{path.name} … ", end="", flush=True)
        before = path.read_text()
        write(run(with_names(read(path), path.stem[:2])), path)
        same = path.read_text() == before
        print(f"{'as before' if same else 'changed'}, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
