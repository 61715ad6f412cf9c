"""A thousand first names, for models that learn how words are spelt."""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).with_name("first_names.txt")


def load_names() -> list[str]:
    """Return a thousand first names in small letters a to z, in the order of the alphabet.

    The most frequent ones of the US census of 1990 (U.S. Census Bureau, 1990 Census Name Files;
    in the public domain), of 2 to 11 letters.

    >>> names = load_names()
    >>> len(names), names[:3]
    (1000, ['aaron', 'abigail', 'abraham'])
    """
    lines = _FILE.read_text(encoding="ascii").splitlines()
    return [line for line in lines if not line.startswith("#")]
