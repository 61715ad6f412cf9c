"""What a layout engine raises, whichever it is, and where it runs."""

import sys


class EngineError(RuntimeError):
    """The layout engine is missing, crashed, or took too long; the message says which."""


def in_browser() -> bool:
    """Whether Python itself runs in a browser: then there are no processes."""
    return str(sys.platform) == "emscripten"
