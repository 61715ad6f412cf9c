"""The one entrance to the layout engine: DOT in, SVG (or PNG, PDF) out, or an EngineError.

It chooses the engine: the one given to `use_engine`, or else a separate process (`process`). It
also checks the output, since an engine can succeed without having drawn anything.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.engine import process
from viz.engine.errors import EngineError, in_browser

#: Draws DOT in a format ("svg", "png", "pdf") within a number of seconds, or raises EngineError.
Engine = Callable[[str, str, float], bytes]

#: The number of seconds that a layout may take.
TIME_LIMIT = 20.0

#: How a drawing of each format begins.
_SIGNS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}

_chosen: Engine | None = None


def use_engine(engine: Engine | None) -> None:
    """Let another engine lay out every picture from now on; None goes back to the usual one.

    engine: called with the DOT, the format and the seconds it may take; returns the drawing.

    >>> use_engine(lambda dot, format, seconds: b"<svg/>")
    >>> render("digraph { a -> b }")
    b'<svg/>'
    >>> use_engine(None)
    """
    global _chosen
    _chosen = engine


def render(dot: str, format: str = "svg", time_limit: float = TIME_LIMIT) -> bytes:
    """Lay out DOT and return the drawing as "svg", "png" or "pdf".

    Raises EngineError (no engine, a crash, the time limit, nothing drawn).

    >>> render("digraph { a -> b }").startswith(b"<?xml")
    True
    """
    if _chosen is not None:
        drawn = _chosen(dot, format, time_limit)
    elif in_browser():
        raise EngineError(
            "in a browser Graphviz has to be loaded first: run `await viz.start_engine()` in a "
            "cell. Without it, viz.draw(...).text shows the graph as a text tree"
        )
    else:
        drawn = process.render(dot, format, time_limit)
    if _SIGNS.get(format, b"") not in drawn:
        raise EngineError(
            f"the layout engine answered with something that is no {format.upper()}: "
            f"{drawn[:40]!r}; another engine can be chosen with viz.use_engine"
        )
    return drawn
