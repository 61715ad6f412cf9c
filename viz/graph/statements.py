"""The statements of a program: which one a line belongs to, its text, and the name it assigns.

A picture of a program names what a statement made after the statement itself.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Statement:
    """One statement, or the header of a compound one.

    first: the line where it begins. target: the variable that it assigns; "" if none. called: the
    function whose result it takes and does nothing else with. loops: the lines of the loops around
    it in its function, the outermost first.
    """

    first: int
    text: str
    target: str = ""
    called: str = ""
    loops: tuple[int, ...] = ()


def statement_at(file: str, line: int) -> Statement:
    """Return the statement that a line of a file belongs to; the line itself if it is not Python.

    >>> statement_at("nowhere.py", 3)
    Statement(first=3, text='line 3', target='', called='', loops=())
    """
    lines = linecache.getlines(file)
    found = _statements("".join(lines)).get(line)
    if found is not None:
        return found
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return Statement(line, text or f"line {line}")


@lru_cache(maxsize=64)
def _statements(source: str) -> Mapping[int, Statement]:
    r"""Return the innermost statement of each line of a program.

    >>> _statements("x = [\n    f(a)\n]\n")[2]
    Statement(first=1, text='x = [f(a)]', target='x', called='', loops=())
    >>> _statements("def f(x): y = x * x; return y")[1].text
    'y = x * x; return y'
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {}
    lines = source.splitlines()
    found: dict[int, Statement] = {}
    headers: dict[int, str] = {}
    for node, last, loops in _spans(tree, ()):
        text = " ".join(line.strip() for line in lines[node.lineno - 1 : last])
        body = getattr(node, "body", None)
        if body and body[0].lineno == node.lineno:  # `def f(x): return x * x` on one line
            header = lines[node.lineno - 1].encode()[: body[0].col_offset].decode()
            headers[node.lineno] = header.strip()
        text = text.removeprefix(headers.get(node.lineno, "")).strip()
        text = text.replace("[ ", "[").replace("( ", "(").replace(" ]", "]").replace(" )", ")")
        statement = Statement(node.lineno, text.removesuffix(":"), *_meaning(node), loops)
        for line in range(node.lineno, last + 1):
            found[line] = statement  # inner ones come later
    return found


def _spans(
    tree: ast.AST, loops: tuple[int, ...]
) -> Iterator[tuple[ast.stmt, int, tuple[int, ...]]]:
    """Yield each statement, outer ones first."""
    for node in ast.iter_child_nodes(tree):
        inner = loops
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = node.end_lineno or node.lineno
            yield node, max(node.lineno, body[0].lineno - 1) if body else last, loops
            if isinstance(node, ast.For | ast.While | ast.AsyncFor):
                inner = (*loops, node.lineno)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = ()
        yield from _spans(node, inner)


def _meaning(node: ast.stmt) -> tuple[str, str]:
    """Return the variable that a statement assigns, and the function whose result it is."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return f"for {ast.unparse(node.target)}", ""
    if isinstance(node, ast.While):
        return "while", ""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target: ast.expr | None = node.targets[0]
    else:
        target = node.target if isinstance(node, ast.AnnAssign | ast.AugAssign) else None
    value = getattr(node, "value", None)
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return (target.id if isinstance(target, ast.Name) else ""), name
