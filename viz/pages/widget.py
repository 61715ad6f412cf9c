"""A live page as a widget, whose numbers Python can read and change while the page is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).with_name("widget.js")


def widget(html: str, leaves: dict[str, float]) -> Any:
    """Return an `anywidget.AnyWidget` that shows a live page in its own frame.

    Its traits are plain dicts from the names in the picture to numbers, None if a number is not
    finite or unknown: `leaves`, which both sides can change, and `values` and `gradients`, which
    the page computes.

    Raises ImportError if anywidget is not installed.
    """
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise ImportError(
            "the widget of a live page needs anywidget: pip install 'chainrule[widgets]'"
        ) from error

    class LivePage(anywidget.AnyWidget):
        _esm = _SCRIPT
        html = traitlets.Unicode().tag(sync=True)
        leaves = traitlets.Dict().tag(sync=True)
        values = traitlets.Dict().tag(sync=True)
        gradients = traitlets.Dict().tag(sync=True)

        def __repr__(self) -> str:
            return f"<widget of a live page, leaves {', '.join(self.leaves)}>"

    return LivePage(html=html, leaves=leaves)
