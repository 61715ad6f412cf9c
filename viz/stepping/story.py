"""A story: the frames of a backward pass in order, with the names of its nodes.

Everything that shows a story (as text, pictures or a page) starts from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from autograd import Node
from viz.graph.order import program_order
from viz.stepping import narration
from viz.stepping.frames import Frame, Mode


class Story(Sequence[Frame]):
    """Frames in order, each with its sentence; `order` are the nodes, inputs first."""

    def __init__(
        self, root: Node, frames: Sequence[Frame], names: Mapping[Node, str], mode: Mode = "watch"
    ) -> None:
        self.root, self.mode, self.names = root, mode, names
        self.order = program_order(root)
        self._frames = list(narration.narrated(frames, root, names, mode))

    def __len__(self) -> int:
        return len(self._frames)

    @overload
    def __getitem__(self, index: int) -> Frame: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Frame]: ...
    def __getitem__(self, index: int | slice) -> Frame | Sequence[Frame]:
        return self._frames[index]

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._frames)

    def text(self) -> str:
        """Return the story as plain text, one numbered line for each frame."""
        width = len(str(len(self)))
        return "\n".join(f"{f.index + 1:>{width}}. {f.sentence}" for f in self)

    __str__ = text

    def __repr__(self) -> str:
        return f"Steps({len(self)} frames from {self.names[self.root]!r}, mode={self.mode!r})"
