"""`steps`: a backward pass as a story of frames, to read, step through, or show.

A frame is one moment: the leaves are given, a value is computed, the seed is set, or a node passes
its gradient on. The frames are data, and everything else is a way to show them: as text
(`narration`), as an interactive page (`page`) or as pictures for slides (`svg`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from autograd import Node
from viz.formats import raster
from viz.formats.files import write_whole
from viz.graph.names import names_of, variables_of
from viz.graph.order import program_order
from viz.graph.passes import must_start
from viz.stepping.animation import animated_svg
from viz.stepping.changes import Change
from viz.stepping.frames import Mode, tell
from viz.stepping.page import notebook_output, page
from viz.stepping.stage import StagedStory, drawn, followed
from viz.stepping.story import Story
from viz.stepping.svg import frame_svg
from viz.style.colors import Theme
from viz.style.lettering import readable


class Steps(Story):
    """The frames of one story, in order; see `steps`.

    `.text()`, `.html()`, `.svg(i)`, `.save("steps.html")`, `.save_frames("slides/")`. In a
    notebook it is the interactive player.
    """

    @cached_property
    def changes(self) -> Sequence[Sequence[Change]]:
        """What each frame changes in the boxes; raises TooLargeError beyond 2,500 nodes."""
        return followed(self)

    @cached_property
    def drawing(self) -> StagedStory:
        """What all the pictures share: each frame's changes, and the layout."""
        return drawn(self, self.changes)

    def html(self, theme: Theme = "auto") -> str:
        """Return the player as one self-contained HTML page.

        Raises TooLargeError beyond 2,500 nodes, and EngineError if there is no layout engine
        or it fails.
        """
        return page(self, self.changes, theme)

    def svg(self, index: int = -1, theme: Theme = "auto") -> str:
        """Return the picture of one frame as SVG; all frames have the same layout."""
        return frame_svg(self, self.drawing, range(len(self))[index], theme)

    def save(self, path: str | Path, theme: Theme = "auto", animated: bool = False) -> Path:
        """Write the player (.html), the last picture (.svg .png .pdf), all (.gif), or text (.txt).

        animated: write an .svg that plays by itself using only its style sheet, so it works in a
            README and in slides, where scripts do not run.

        Raises ValueError for another extension, ImportError if the extra for pixel images is
        missing.
        """
        path = Path(path)
        if animated and path.suffix.lower() != ".svg":
            raise ValueError(f"animated=True is for .svg, not for {path.name!r}; .gif moves anyway")
        pixels: Theme = "light" if theme == "auto" else theme
        writers: dict[str, Callable[[], str | bytes]] = {
            ".html": lambda: self.html(theme),
            ".svg": lambda: (
                animated_svg(self, self.drawing, theme) if animated else self.svg(theme=theme)
            ),
            ".png": lambda: raster.png(self.svg(theme=pixels)),
            ".pdf": lambda: raster.pdf(self.svg(theme=pixels)),
            ".gif": lambda: raster.gif([self.svg(i, pixels) for i in range(len(self))]),
            ".txt": self.text,
        }
        ending = path.suffix.lower()
        if ending not in writers:
            raise ValueError(
                f"steps are saved as {', '.join(writers)}, not as {path.name!r}; "
                "for one picture a frame use save_frames(directory)"
            )
        return write_whole(path, writers[ending]())

    def save_frames(self, directory: str | Path, theme: Theme = "light") -> list[Path]:
        """Write one SVG for each frame, for slides: step-001.svg and so on."""
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        width = max(3, len(str(len(self))))
        paths = []
        for i in range(len(self)):
            paths.append(directory / f"step-{i + 1:0{width}}.svg")
            write_whole(paths[-1], self.svg(i, theme))
        return paths

    def _repr_html_(self) -> str:
        return notebook_output(self, lambda: self.changes)


def steps(loss: Node, mode: Mode = "watch") -> Steps:
    """Tell how `loss` and its gradients are computed, one step at a time.

    mode: "watch" shows the forward pass, the seed and each backward step. "predict" hides the
        gradients of each backward step until you answer or ask to see them. "naive" passes
        gradients on before they are complete, which counts them twice. "no_zero_grad" runs a second
        pass on top of the gradients of the first.

    Gradients stored in the nodes are left alone. Raises TypeError (not a node),
    BackwardError (more than one element) and ValueError (a naive order that would take more
    than 2,000 steps, or a mode that does not exist).

    >>> from autograd import Value
    >>> a = Value(3.0, label="a"); b = a * a; b.label = "b"
    >>> for frame in steps(b):
    ...     print(frame.sentence)
    Given: a = 3.0.
    Forward: b = a * a = 9.0.
    Seed: ∂b/∂b = 1.0, for b changes exactly as much as itself.
    Backward through b = a * a, where ∂b/∂b = 1.0. To a: 3.0 × 1.0 = 3.0. To a again:
    3.0 × 1.0 = 3.0, so ∂b/∂a = 3.0 + 3.0 = 6.0. The gradient of a is complete.
    All gradients are complete: ∂b/∂a = 6.0.
    """
    must_start(loss, "steps")
    names = readable(names_of(program_order(loss), variables_of(sys._getframe(1))))
    return Steps(loss, tell(loss, mode), names, mode)
