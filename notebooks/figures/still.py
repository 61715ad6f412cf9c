"""A drawing without its viewer: small, where there is nothing to open that matters."""

import re

from IPython.display import HTML

from viz.viewer.embed import upgraded

#: What answers the pointer in a cell of a heat map.
_CELLS = re.compile(r'<path d="[^"]*"><title>\[[^<]*</title></path>')


def still(drawing):
    """The picture alone, without the pages behind it and the cells that tell their numbers."""
    return HTML(upgraded(_CELLS.sub("", drawing.svg), drawing.picture.description))
