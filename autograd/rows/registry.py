"""The registry of rows: the table itself, and the functions that are called for each new row."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from autograd.errors import RedeclaredWarning, is_typed_in

if TYPE_CHECKING:
    from autograd.rows.op import Op

_table: dict[str, Op] = {}
_listeners: list[Callable[[Op], None]] = []
_late_chapters: list[str] = []


def primitives() -> dict[str, Op]:
    """Return the table of primitives, by name, in the order of definition.

    >>> list(primitives())[:3]
    ['add', 'sub', 'mul']
    """
    while _late_chapters:
        import_module(_late_chapters.pop(0))
    return dict(_table)


def late_chapters(*modules: str) -> None:
    """Name modules that declare rows, to be imported when somebody asks for the whole table."""
    _late_chapters.extend(modules)


def on_every_op(enter: Callable[[Op], None]) -> None:
    """Call `enter` on every row: those in the table, and each that is declared later."""
    _listeners.append(enter)
    for op in _table.values():
        enter(op)


def enter(op: Op) -> None:
    """Put a row in the table, and call the listeners.

    Raises ValueError if another row has the name, unless that one gives way. A built-in row also
    gives way to a program's row if its own module is imported later.
    """
    # Rows that nobody hears of yet are the package's own: asking the stack for each would be an
    # eighth of the time of importing it.
    op.typed_in = bool(_listeners) and is_typed_in()
    before = _table.get(op.name)
    second = before is not None and op.gives_way and op.proven and not before.proven
    if before is not None and not second:
        again = op.typed_in and before.typed_in
        if not (before.gives_way or again):
            raise ValueError(
                f"a primitive named {op.name!r} is already in the table; choose another name, or "
                f"take that one out first: primitives()[{op.name!r}].remove()"
            )
        if again:
            # Whoever edits a cell and runs it again means the new row; an error would only make
            # people restart the kernel. `warn_explicit`, since a plain warning shows only once.
            said = f"the primitive {op.name!r} is declared again: this row replaces the old one"
            warnings.warn_explicit(said, RedeclaredWarning, "<notebook>", 0)
    _table[op.name] = op
    try:
        for listen in _listeners:
            listen(op)
    except BaseException:
        del _table[op.name]  # its rules fail, and a half-registered row would only confuse
        if before is not None:
            _table[op.name] = before
        raise
    if second and before is not None:
        _table[op.name] = before


def leave(op: Op) -> None:
    """Take a row out of the table, so that its name can be declared anew."""
    if _table.get(op.name) is op:
        del _table[op.name]
