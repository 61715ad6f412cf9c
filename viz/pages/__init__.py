"""Live pages: recordings recomputed in a browser, without a kernel or a server."""

from viz.pages.film_page import Film, Showing, film
from viz.pages.knob_page import Live, live
from viz.pages.training_page import Playground, playground

__all__ = ["Film", "Live", "Playground", "Showing", "film", "live", "playground"]
