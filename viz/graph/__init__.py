"""A recorded graph as a picture: plain dataclasses, DOT, SVG, text."""

from typing import TYPE_CHECKING

from autograd.on_demand import on_demand

if TYPE_CHECKING:
    from viz.graph.beside import beside
    from viz.graph.drawing import Drawing, draw, load_drawing
    from viz.graph.selection import TooLargeError
else:  # on demand, for viz.formats writes the parts of a picture, and a drawing saves by formats
    __getattr__ = on_demand(
        __name__,
        {
            "viz.graph.beside": "beside",
            "viz.graph.drawing": "Drawing draw load_drawing",
            "viz.graph.selection": "TooLargeError",
        },
    )

__all__ = ["Drawing", "TooLargeError", "beside", "draw", "load_drawing"]
