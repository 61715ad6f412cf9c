"""Which exercises a notebook of the course has, and what their cells need of the rest.

The denominator is the course's: a submission is compared with the stored notebook, so a deleted
cell is an exercise that is missing. Of the cells that nobody has changed only those are run that
the answers need (a class, an import), so that no submission waits for the lesson's training runs.
"""

from __future__ import annotations

import ast
import json
import re
import symtable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import build


@dataclass(frozen=True)
class Exercise:
    """One check of a notebook: its key, its cell's name and source, and the answer's expression."""

    key: str
    cell: str
    source: str
    answer: str


@dataclass(frozen=True)
class Course:
    """One notebook: the module of its checks, its exercises, and its other code cells."""

    name: str
    exercises: tuple[Exercise, ...]
    cells: tuple[str, ...]

    def needed(self, sources: list[str]) -> list[str]:
        """Return the statements of the notebook that these cells build on, in order."""
        wanted = set().union(*(needs(source) for source in sources)) if sources else set()
        found: list[str] = []
        for cell in reversed(self.cells):
            for statement in reversed(statements(cell)):
                if binds(statement) & wanted and "checks import" not in statement:
                    found.append(statement)
                    wanted |= needs(statement)
        return found[::-1]


@cache
def courses() -> dict[str, Course]:
    """Return all notebooks by the name of their checks."""
    found = {}
    for path in build.paths():
        cells = [c for c in build.read(path).cells if c.cell_type == "code"]
        exercises, others = [], []
        for cell in cells:
            call = check_call(cell.source)
            if call is None:
                others.append(cell.source)
            else:
                exercises.append(Exercise(call[0], cell.id, cell.source, call[1]))
        found[path.stem[3:]] = Course(path.stem[3:], tuple(exercises), tuple(others))
    return found


def check_call(source: str) -> tuple[str, str] | None:
    """Return the key of the last check that a cell calls, and what it hands over first.

    >>> check_call("a = 3\\ncheck.gradient_of_a(a)")
    ('gradient_of_a', 'a')
    """
    found = None
    try:
        tree = ast.parse(without_magics(source))
    except (SyntaxError, ValueError, RecursionError):
        call = re.findall(r"\bcheck\.(\w+)\(\s*(\w+)", source)
        return call[-1] if call else None
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "check"
            and node.args
        ):
            found = node.func.attr, ast.unparse(node.args[0])
    return found


def without_magics(source: str) -> str:
    """Return a cell without the lines that are for the notebook and not for Python."""
    lines = ["" if re.match(r"\s*[%!?]", line) else line for line in source.splitlines()]
    return "\n".join(lines)


def statements(source: str) -> list[str]:
    """Return the statements of a cell; none if it cannot be read."""
    try:
        return [ast.unparse(node) for node in ast.parse(without_magics(source)).body]
    except (SyntaxError, ValueError, RecursionError):
        return []


def _tables(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    return [table, *(t for child in table.get_children() for t in _tables(child))]


def binds(source: str) -> set[str]:
    """Return the names that a statement gives a meaning to; `Num.__add__ = …` gives one to Num."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    module = symtable.symtable(source, "<cell>", "exec")
    return found | {
        s.get_name() for s in module.get_symbols() if s.is_assigned() or s.is_imported()
    }


def needs(source: str) -> set[str]:
    """Return the names of the notebook that a cell uses; none if it cannot be read.

    What the cell itself has bound before is its own: what the notebook made of it is not run.
    """
    wanted: set[str] = set()
    own: set[str] = set()
    try:
        for statement in statements(source):
            wanted |= _used(statement) - own
            own |= binds(statement) if _always_binds(statement) else set()
    except (SyntaxError, ValueError, RecursionError):
        return set()
    return wanted


def _used(statement: str) -> set[str]:
    module = symtable.symtable(statement, "<cell>", "exec")
    used = {s.get_name() for s in module.get_symbols() if s.is_referenced()}
    for table in _tables(module)[1:]:
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return used


def _always_binds(statement: str) -> bool:
    """Return whether a statement binds its names or raises; a loop or a branch may do neither."""
    (tree,) = ast.parse(statement).body
    plain = (ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return isinstance(tree, plain) and not any(
        isinstance(node, ast.NamedExpr) for node in ast.walk(tree)
    )


@dataclass(frozen=True)
class Submission:
    """A file that was handed in: which notebook it is, its cells, and what is odd about it."""

    name: str
    course: Course | None
    cells: tuple[tuple[str, str], ...]
    problem: str = ""


def submission(name: str, text: bytes) -> Submission:
    """Read a submission; what cannot be read is said in `problem`."""
    try:
        notebook: Any = json.loads(text)
        cells = tuple(
            (str(cell.get("id", "")), "".join(cell.get("source", "")))
            for cell in notebook["cells"]
            if cell.get("cell_type") == "code"
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Submission(name, None, (), f"not a notebook: {type(error).__name__}: {error}"[:200])
    found = recognised(name, cells)
    return Submission(name, found, cells, "" if found else "no exercise of this course in it")


def recognised(name: str, cells: tuple[tuple[str, str], ...]) -> Course | None:
    """Return the notebook that a submission began as: the one with most cells in common."""
    sources = {source for _, source in cells}
    keys = {call[0] for source in sources if (call := check_call(source))}

    def likeness(course: Course) -> int:
        same = len(sources & {*course.cells, *(e.source for e in course.exercises)})
        return (
            same
            + 2 * len(keys & {e.key for e in course.exercises})
            + (course.name in Path(name).stem)
        )

    best = max(courses().values(), key=likeness)
    return best if likeness(best) else None
