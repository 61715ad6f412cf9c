"""Pictures of one page, packed: what is alike in them is written once.

The levels of a program are alike: the calls of one function have the same boxes, with other
numbers. They stand too far apart to be seen as equal by the compression. So a picture is written as
what differs from an earlier one, and a heat map that was met before as its number;
`unpacking.js` puts them together again.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

_PIECES = re.compile(r'(["<>])')  # between these stand tags, attributes and texts
_CELLS = re.compile(r' data-levels="([a-z]{32,})"')
_EARLIER = 3  # how many pictures with as many pieces one is compared with
_ALIKE = 0.2  # share of pieces up to which two pictures may differ

#: The number of an earlier picture; then, for each piece that differs, how far on it is, and the
#: piece itself.
Difference = list[int | str]


@dataclass
class Pictures:
    """Pictures as they are written in a page.

    cells: heat maps, each once. written: the pictures, whole or as a difference.

    >>> pictures = Pictures()
    >>> [pictures.add(f'<g a="1" b="2" c="3"><text>{x}</text></g>') for x in "xy"]
    [0, 1]
    >>> pictures.written[1]
    [0, 20, 'y']
    """

    cells: dict[str, int] = field(default_factory=dict)
    written: list[str | Difference] = field(default_factory=list)
    _pieces: dict[int, list[tuple[int, list[str]]]] = field(default_factory=dict)

    def add(self, svg: str) -> int:
        """Add a picture, and return its number."""
        pieces = _PIECES.split(_CELLS.sub(self._numbered, svg))
        number = len(self.written)
        alike = self._pieces.setdefault(len(pieces), [])
        found = [(sum(map(str.__ne__, pieces, other)), base) for base, other in alike]
        least, base = min(found, default=(len(pieces), 0))
        if least <= _ALIKE * len(pieces):
            self.written.append(_difference(pieces, base, dict(alike)[base]))
        else:
            self.written.append("".join(pieces))
        self._pieces[len(pieces)] = [*alike, (number, pieces)][-_EARLIER:]
        return number

    def size(self, number: int) -> int:
        """Return about how many characters a picture takes in the page."""
        one = self.written[number]
        text = one if isinstance(one, str) else " ".join(map(str, one))
        return len(zlib.compress(text.encode())) * 4 // 3

    def _numbered(self, cells: re.Match[str]) -> str:
        return f' data-levels="#{self.cells.setdefault(cells[1], len(self.cells))}"'


def _difference(pieces: list[str], base: int, other: list[str]) -> Difference:
    found: Difference = [base]
    last = 0
    for at, (piece, before) in enumerate(zip(pieces, other, strict=True)):
        if piece != before:
            found += [at - last, piece]
            last = at
    return found
