"""Live pages: what was recorded, computed anew in a browser, with no kernel and no server."""

from viz.live.film import Film, Showing, film
from viz.live.live import Live, live
from viz.live.playground import Playground, playground

__all__ = ["Film", "Live", "Playground", "Showing", "film", "live", "playground"]
