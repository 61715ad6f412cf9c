"""Live pages: what was recorded, computed anew in a browser, with no kernel and no server."""

from viz.live.live import Live, live

__all__ = ["Live", "live"]
