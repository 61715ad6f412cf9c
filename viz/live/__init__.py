"""Live pages: what was recorded, computed anew in a browser, with no kernel and no server."""

from viz.live.live import Live, live
from viz.live.playground import Playground, playground

__all__ = ["Live", "Playground", "live", "playground"]
