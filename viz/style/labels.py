"""Labels that cannot do harm: whatever somebody called a node, it can be shown."""

from __future__ import annotations

#: How many characters of a name are drawn; more of it is in the tooltip.
LONGEST = 40


def clean(text: str, longest: int = LONGEST) -> str:
    r"""Return text of which nothing can be mistaken for markup or disturb the line.

    Line breaks become spaces; control characters, marks that turn the direction of writing,
    and what XML forbids are left out; what is longer than `longest` is cut.

    >>> clean("a\nb\x00"), clean("w" * 99, 5)
    ('a b', 'wwww…')
    """
    text = " ".join(text[: 4 * longest + 100].split())
    if not text.isprintable():  # a joiner is kept, for it makes one emoji of several
        text = "".join(c for c in text if c.isprintable() or c == "\u200d")
    return text if len(text) <= longest else text[: longest - 1] + "…"


def layer_name(name: str, at: int) -> str:
    """Return the name of the at-th layer: counted, where its module has but a place.

    In a `Sequential` the activations have places too, so its layers stand at 0, 2, 4.

    >>> layer_name("2", 2), layer_name("head", 3)
    ('layer 2 ([2])', 'head')
    """
    return f"layer {at} ([{name}])" if name.isdigit() else clean(name)
