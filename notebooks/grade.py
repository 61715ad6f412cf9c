"""Run submitted notebooks and print which exercises are right.

    python notebooks/grade.py submissions/*.ipynb

The checks are those of this checkout, whatever lies beside the submissions. The files are
programs that other people wrote: run them where that does no harm.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
from build import read, run
from nbclient.exceptions import CellExecutionError

_REPORT = "import json, checks\nprint(json.dumps({k: v.state for k, v in checks.given.items()}))"


def grade(path: Path) -> dict[str, str]:
    """Return the state of each exercise of one submission: "right", "wrong" or "open".

    A notebook that stops at an error has the one entry {"stopped": the error}.
    """
    notebook = read(path)
    notebook.cells.append(nbformat.v4.new_code_cell(_REPORT))
    try:
        run(notebook)
    except CellExecutionError as error:
        return {"stopped": f"{error.ename}: {error.evalue}"}
    states: dict[str, str] = json.loads(notebook.cells[-1].outputs[-1].text)
    return states


def main(names: list[str]) -> None:
    """Print one line for each submission, and one for each exercise in it."""
    for path in map(Path, names):
        states = grade(path)
        right = sum(state == "right" for state in states.values())
        print(f"{path.name}: {right} of {len(states)} right")
        for name, state in states.items():
            print(f"    {state:<7} {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
