"""Which public names each notebook uses for the first time, and the sentence that introduces each.

The sentence is the first of the name's own docstring, so it is written once. A name is introduced
in the notebook of its first use, in the cell under the imports, before any other code; `build.py`
writes that cell.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from nbformat import NotebookNode

import autograd
import nn
import viz

MODULES: dict[str, ModuleType] = {"autograd": autograd, "nn": nn, "viz": viz}
HERE = Path(__file__).parent
BEGINNING = "<details><summary><b>New names in this notebook</b>"


def used(notebook: NotebookNode) -> dict[str, int]:
    """Return the public names that a notebook uses, as `module.name`, and the cell of first use."""
    origin: dict[str, str] = {}
    found: dict[str, int] = {}
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in MODULES:
                origin |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        for node in ast.walk(tree):
            name = _full_name(node, origin)
            if name:
                found.setdefault(name, i)
    return found


def _full_name(node: ast.AST, origin: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = node.value.id
        if module in MODULES and node.attr in dir(MODULES[module]):
            return f"{module}.{node.attr}"
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return origin.get(node.id, "")
    return ""


def sentence(name: str) -> str:
    """Return what a name is, in a sentence: the first of its docstring."""
    module, _, attribute = name.partition(".")
    doc = inspect.getdoc(getattr(MODULES[module], attribute)) or ""
    first = " ".join(doc.partition("\n\n")[0].split())
    end = first.find(". ")
    return first if end < 0 else first[: end + 1]


@cache
def introductions() -> dict[str, dict[str, str]]:
    """Return for each notebook (by number) the names that are new in it, with their sentences."""
    known: set[str] = set()
    found: dict[str, dict[str, str]] = {}
    for path in sorted(HERE.glob("[0-9][0-9]_*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        new = [name for name in used(notebook) if name not in known]
        known |= set(new)
        found[path.stem[:2]] = {name: sentence(name) for name in new}
    return found


def cell_text(number: str) -> str:
    """Return the text of a notebook's cell "New names"."""
    new = introductions()[number]
    rows = [f"- `{name}`: {text}" for name, text in new.items()]
    count = f"({len(rows)}: open when one comes up)"
    return "\n".join([f"{BEGINNING} {count}</summary>", "", *rows, "", "</details>"])


def with_names(notebook: NotebookNode, number: str) -> NotebookNode:
    """Put the cell "New names" under the imports, in place of an older one."""
    cells: list[Any] = [c for c in notebook.cells if not c.source.startswith(BEGINNING)]
    if introductions()[number]:
        cells.insert(2, nbformat.v4.new_markdown_cell(cell_text(number)))
        if any("slideshow" in cell.metadata for cell in cells):
            cells[2].metadata["slideshow"] = {"slide_type": "skip"}
    notebook.cells = cells
    return notebook
