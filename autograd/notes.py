"""Where in the user's program a node was made: its line, and the functions around it.

A picture of a program needs what a graph does not tell: which calls made which nodes. This is read
from Python's own stack while the program runs, so the program itself needs no annotations.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from itertools import count
from types import CodeType, FrameType
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from autograd.errors import callers_frame, is_library

#: Frames that count as part of the function around them, since a reader sees no call there.
_WITHIN = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")


class SourcePlace(NamedTuple):
    """Where in the user's program a node was made, or a function called.

    first: the line on which the function, or the notebook cell, starts.
    serial: the number of this place among all that were noted, in order.
    turn: another number each time that a line is begun, which tells the passes of a loop apart.
    """

    file: str
    line: int
    function: str
    first: int
    serial: int
    turn: int


_serials = count()
_turns = count()
#: An operator makes one node, so meeting it again is a new turn; a call may make many in one.
_OPERATOR = dis.opmap["BINARY_OP"]


class _Block(Protocol):
    """The part of an `Origin` that is used here; its module imports this one."""

    @property
    def name(self) -> str: ...
    @property
    def owner(self) -> object: ...
    @property
    def parent(self) -> Self | None: ...


S = TypeVar("S", bound=_Block)


class Notes(Generic[S]):
    """Finds, for `source_lines`, the origin of each node.

    functions: whether each call of a user's function also becomes a scope.
    scope: makes a scope from its name, the scope around it, and the place of the call.
    """

    def __init__(self, functions: bool, scope: Callable[[str, S, SourcePlace], S]) -> None:
        self.functions, self._scope = functions, scope
        self._calls: dict[tuple[FrameType, S], S] = {}
        self._opened: dict[S, FrameType | None] = {}
        self._own: set[S] = set()  # the scopes made here
        self._last: tuple[int, S, S] | None = None
        self._kinds: dict[int, tuple[CodeType, bool]] = {}
        self._ran: tuple[FrameType | None, int, int, int] = (None, 0, 0, 0)

    def begin(self, origin: S) -> None:
        """Note in which function a block is opened: its own nodes need no further scope."""
        if self.functions:
            self._opened[origin] = self._function(sys._getframe(1))

    def end(self) -> None:
        """Forget the frames, and with them the variables of the program."""
        self._calls.clear()
        self._opened.clear()
        self._own.clear()
        self._last = None
        self._ran = (None, 0, 0, 0)

    def of_node(self, origin: S) -> S:
        """Return the origin of a node that is made in a block: its scope, and its place.

        With functions, nodes that one line makes in a row share an origin, which halves the time.
        """
        if not self.functions:
            caller = callers_frame()
            return self._scope("", origin, _place(caller, self._turn(caller)))
        frame = self._function(sys._getframe(1))
        turn = self._turn(frame)
        before = self._last
        if before is not None and before[0] == turn and before[1] is origin:
            return before[2]
        found = self._scope("", self._within(frame, origin), _place(frame, turn))
        self._last = (turn, origin, found)
        return found

    def opening(self, block: S) -> tuple[S | None, SourcePlace | None]:
        """Return the scope around a block that is opened inside another one, and its place."""
        if not self.functions:
            return block.parent, None
        frame = self._opened[block] = self._function(sys._getframe(1))
        around = block.parent
        return None if around is None else self._within(frame, around), _place(frame, next(_turns))

    def variables(self) -> list[tuple[S, dict[str, object]]]:
        """Return each call's scope, and its variables as the call left them."""
        return [(scope, frame.f_locals) for (frame, _), scope in self._calls.items()]

    def _within(self, frame: FrameType | None, origin: S) -> S:
        """Return the scope of the call that runs in a frame, inside the innermost open block."""
        missing: list[FrameType] = []
        until = self._opened.get(origin)
        here = origin
        while frame is not None and frame is not until:
            known = self._calls.get((frame, origin))
            if known is not None:
                here = known
                break
            missing.append(frame)
            frame = self._function(frame.f_back)
        else:
            if frame is None:
                return origin  # another thread, or a block that ended before
        for one in reversed(missing):
            if here in self._own or not _opened_for(here, one.f_code):
                here = self._scope(_name(one.f_code), here, _place(frame, next(_turns)))
                self._own.add(here)
            self._calls[one, origin] = here
            frame = one
        return here

    def _function(self, frame: FrameType | None) -> FrameType | None:
        """Return the innermost frame, from here outward, of a user's function, if there is one."""
        while frame is not None:
            code = frame.f_code
            known = self._kinds.get(id(code))
            if known is None:
                known = self._kinds[id(code)] = (code, _is_users(code))
            if known[1]:
                return frame
            frame = frame.f_back
        return None

    def _turn(self, frame: FrameType | None) -> int:
        """Return the number of this turn of a line: a new one if the line is begun anew."""
        before, line, at, turn = self._ran
        if frame is None:
            self._ran = (None, 0, 0, next(_turns))
            return self._ran[-1]
        line_now, now = frame.f_lineno, frame.f_lasti
        same = frame is before and line_now == line and now >= at
        if not same or (now == at and frame.f_code.co_code[now] == _OPERATOR):
            turn = next(_turns)
        self._ran = (frame, line_now, now, turn)
        return turn


def _place(frame: FrameType | None, turn: int) -> SourcePlace:
    if frame is None:
        return SourcePlace("", 0, "", 0, next(_serials), turn)
    code, serial, line = frame.f_code, next(_serials), frame.f_lineno
    return SourcePlace(code.co_filename, line, code.co_name, code.co_firstlineno, serial, turn)


def _is_users(code: CodeType) -> bool:
    """Return whether a frame is a call in the user's program, not in ours or a library's."""
    file = code.co_filename
    return not ("-packages" in file or is_library(file) or code.co_name in _WITHIN)


def _name(code: CodeType) -> str:
    """Return a function's name: a method's with its class; for `__call__`, the class alone."""
    name = code.co_qualname.rpartition("<locals>.")[2]
    return name.removesuffix(".__call__")


def _opened_for(scope: _Block, code: CodeType) -> bool:
    """Return whether a scope was opened for this very function's call: `@scope`, or a module."""
    method = getattr(type(scope.owner), code.co_name, None)
    return scope.name == code.co_name or getattr(method, "__code__", None) is code
