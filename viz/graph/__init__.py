"""A recorded graph as a picture: plain dataclasses, DOT, SVG, text."""

from typing import TYPE_CHECKING

from autograd.lazy_names import on_demand

if TYPE_CHECKING:
    from viz.graph.drawing import Drawing, draw, load_drawing
    from viz.graph.selection import TooLargeError
    from viz.graph.side_by_side import beside
else:  # on demand, for viz.formats writes the parts of a picture, and a drawing saves by formats
    __getattr__ = on_demand(
        __name__,
        {
            "viz.graph.side_by_side": "beside",
            "viz.graph.drawing": "Drawing draw load_drawing",
            "viz.graph.selection": "TooLargeError",
        },
    )

__all__ = ["Drawing", "TooLargeError", "beside", "draw", "load_drawing"]
