"""Make labels safe to show, whatever the user called a node."""

from __future__ import annotations

#: How many characters of a name are drawn; the tooltip has more.
LONGEST = 40


def clean(text: str, longest: int = LONGEST) -> str:
    r"""Return text without anything that could be mistaken for markup or disrupt the line.

    Line breaks become spaces; control characters, marks that change the direction of writing, and
    characters that XML forbids are removed; text longer than `longest` is cut.

    >>> clean("a\nb\x00"), clean("w" * 99, 5)
    ('a b', 'wwww…')
    """
    text = " ".join(text[: 4 * longest + 100].split())
    if not text.isprintable():  # a joiner is kept, since it makes one emoji of several
        text = "".join(c for c in text if c.isprintable() or c == "\u200d")
    return text if len(text) <= longest else text[: longest - 1] + "…"


def layer_name(name: str, at: int) -> str:
    """Return the name of the at-th layer, numbered if its module has only a position.

    In a `Sequential` the activations have positions too, so its layers are at 0, 2, 4.

    >>> layer_name("2", 2), layer_name("head", 3)
    ('layer 2 ([2])', 'head')
    """
    return f"layer {at} ([{name}])" if name.isdigit() else clean(name)
