"""Skeletons: notebooks in which students write an engine, each part checked as it is written.

The scalar half is the engine of notebook 00 with the bodies of its functions taken out, and with
00's own words; the other half is what `engine.py` holds, likewise emptied.
"""

from __future__ import annotations

from pathlib import Path

import build
import nbformat
from nbformat import NotebookNode

from kit.engine import ARRAYS, SCALAR, emptied, inspect_source, scalar_cells
from kit.student import FIRST

INTRODUCTION = """\
# Write the {what}

Replace each `...` by your code and run the cell: the check says what to look at. Nothing further
down works before the part above it does, so go from top to bottom."""
WHOLE = """\
from checks import given

if all(verdict.state == "right" for verdict in given.values()):
    w, x, b = Num(0.5), Num(2.0), Num(-1.5)
    y = tanh(w * x + b)
    backward(y)
    print(y, w, x, b)"""
LAYERS = """\
Now on arrays, a layer at a time. In the formulas a row is a sample:

$$Z = X W + \\mathbf{b} \\qquad \\frac{\\partial L}{\\partial X} = G\\,W^{\\mathsf T} \\qquad
\\frac{\\partial L}{\\partial W} = X^{\\mathsf T} G \\qquad
\\frac{\\partial L}{\\partial \\mathbf{b}} = \\sum_{\\text{rows}} G$$

with $G = \\partial L / \\partial Z$. Each gradient has the shape of what it belongs to;
often only one order of the factors fits."""


def scalar_skeleton() -> NotebookNode:
    """Return the notebook in which the engine of 00 is written."""
    cells = [_text(INTRODUCTION.format(what="engine")), _code(FIRST),
             _code("import math\n\nfrom checks import engine as check")]  # fmt: skip
    said = _texts_before(build.read(build.paths("00")[0]))
    for first_line, source in scalar_cells().items():
        cells.append(_text(said[first_line]))
        own = [name for name in SCALAR if f"def {name}(" in source]
        left = tuple(name for name in own if name != "add")  # add is the example
        cells.append(_code(emptied(source, left)))
        cells += [_code(f"check.{name}({name}, Num)") for name in left]
    cells.append(_text("All right? Then this is a neuron, and the whole walk:"))
    cells.append(_code(WHOLE))
    return nbformat.v4.new_notebook(cells=cells)


def array_skeleton() -> NotebookNode:
    """Return the notebook in which a layer's backward, the loop, dropout and batch norm are."""
    imports = "import numpy as np\n\nfrom checks import engine as check"
    cells = [_text(INTRODUCTION.format(what="layers")), *map(_code, (FIRST, imports))]
    cells.append(_text(LAYERS))
    for part in ARRAYS:
        name = part.__name__
        source = inspect_source(name)
        title = name.replace("_", " ").capitalize()
        cells += [_text(f"## {title}"), _code(emptied(source, (name,)))]
        cells.append(_code(f"check.{name}({name})"))
    return nbformat.v4.new_notebook(cells=cells)


def _texts_before(notebook: NotebookNode) -> dict[str, str]:
    """Return for each code cell of a notebook, by its first line, the text above it."""
    found, text = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = cell.source
        elif cell.source:
            found[cell.source.splitlines()[0]] = text
    return found


def _text(source: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(source)


def _code(source: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source)


def write(folder: Path) -> list[Path]:
    """Write both skeletons."""
    made = []
    for name, notebook in (("engine", scalar_skeleton()), ("layers", array_skeleton())):
        for i, cell in enumerate(notebook.cells):
            cell.id = f"cell-{i:02d}"
        made.append(folder / f"write_the_{name}.ipynb")
        nbformat.write(notebook, made[-1])
    return made
