"""A recorded graph as a picture: plain dataclasses, DOT, SVG, text."""

from viz.graph.beside import beside
from viz.graph.drawing import Drawing, draw, load_drawing
from viz.graph.selection import TooLargeError

__all__ = ["Drawing", "TooLargeError", "beside", "draw", "load_drawing"]
