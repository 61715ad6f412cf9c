"""Live pages: what was recorded, computed anew in a browser, with no kernel and no server."""

from viz.pages.film_page import Film, Showing, film
from viz.pages.knob_page import Live, live
from viz.pages.training_page import Playground, playground

__all__ = ["Film", "Live", "Playground", "Showing", "film", "live", "playground"]
