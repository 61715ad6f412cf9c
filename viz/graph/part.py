"""A part of a program: a call, a statement, a stack of calls, an element of a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from autograd import Node
from autograd.modes import Origin

Kind = Literal["whole", "call", "line", "stack", "element", "range"]


@dataclass(eq=False)
class Part:
    """A part of a program, with the parts and nodes inside it.

    detail: a further description, such as the variable that it is assigned to. line: where its
    statement begins; `loops`: the lines of the loops around it. first, last: its nodes are those
    from `first` up to `last` in tree order. token: its name in a path, unique among its siblings.
    """

    name: str
    kind: Kind
    parent: Part | None = None
    detail: str = ""
    owner: Any = None
    origin: Origin | None = None
    line: int = 0
    loops: tuple[int, ...] = ()
    children: list[Part | Node] = field(default_factory=list)
    first: int = 0
    last: int = 0
    token: str = ""

    @property
    def parts(self) -> list[Part]:
        """The children that are parts."""
        return [child for child in self.children if isinstance(child, Part)]

    @property
    def nodes(self) -> list[Node]:
        """All nodes in it, including those of its parts."""
        return [x for part in self.walk() for x in part.children if isinstance(x, Node)]

    def around(self) -> Iterator[Part]:
        """Yield the part, and those around it up to the whole."""
        part: Part | None = self
        while part is not None:
            yield part
            part = part.parent

    def path(self) -> str:
        """Return the path that asks for it: `gpt[3]/attention/head[1]`; "" for the whole."""
        named = ("stack", "range")
        steps = [p.token for p in self.around() if p.is_step() or (p is self and p.kind in named)]
        return "/".join(steps[::-1])

    def is_step(self) -> bool:
        """Return whether it is a step of a path; a statement that is its whole function is not."""
        if self.kind in ("whole", "stack", "range") or self.parent is None:
            return False
        return self.kind != "line" or len(self.parent.children) > 1

    def walk(self) -> Iterator[Part]:
        """Yield the part and every part in it."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack += part.parts[::-1]
