"""The error that every layout engine raises, and whether Python runs in a browser."""

import sys


class EngineError(RuntimeError):
    """The layout engine is missing, crashed, or took too long; the message says which."""


def in_browser() -> bool:
    """Return whether Python itself runs in a browser, where there are no processes."""
    return str(sys.platform) == "emscripten"
