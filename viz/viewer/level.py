"""The data of the viewer: a picture, and the pictures that its boxes open into.

A box opens in place. Its inside is a separate picture, laid out beforehand, which the page puts in
the box's place while the rest moves aside. So opening a box computes nothing, text keeps its size,
and the order of the boxes stays the same. Insides have insides: the levels form a tree.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from viz.viewer.packing import Pictures

#: Characters in all insides together; a page stores them in about an eighth of that.
MOST = 8_000_000


@dataclass(frozen=True)
class Level:
    """One picture: boxes `g.node` with an id and a `path.frame`, arrows `g.edge`, groups `g.group`.

    svg: the picture, as `viz.graph.svg.finish` writes it.
    ends: by arrow id, its source and target, for paths, and for arrows that move along.
    names: by box id, its name, for the search.
    inside: by the id of each box that can be opened, the level that it opens into.
    members: by open group id, the ids of all boxes in it, including those of inner groups.
    closed: a picture that holds, under the id of each group that can be closed, the box that
        it closes into.

    >>> level = Level("<svg/>", {}, {"n0": "layer"}, {"n0": Level("<svg/>", {}, {"n0": "x"})})
    >>> [path for path, _ in level.walk()]
    [(), ('n0',)]
    """

    svg: str
    ends: Mapping[str, tuple[str, str]]
    names: Mapping[str, str]
    inside: Mapping[str, Level] = field(default_factory=dict)
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    closed: str = ""

    def walk(self) -> Iterator[tuple[tuple[str, ...], Level]]:
        """Yield all levels, the nearest first, each with the boxes to open on the way to it."""
        waiting: list[tuple[tuple[str, ...], Level]] = [((), self)]
        for path, level in waiting:
            yield path, level
            waiting += [((*path, id), inner) for id, inner in level.inside.items()]

    def data(self) -> dict[str, Any]:
        """Return the data for the page's script: everything but the picture, which is in the page.

        Insides are packed; levels for which there is no room left do not open.
        """
        here = self.outline()
        if self.inside:
            room, pictures = MOST, Pictures()
            kept: dict[tuple[str, ...], dict[str, Any]] = {}
            for path, level in self.walk():
                if path and (len(path) == 1 or path[:-1] in kept) and len(level.svg) <= room:
                    room -= len(level.svg)
                    kept[path] = level.outline() | {"svg": pictures.add(bare(level.svg))}
            for path, found in reversed(kept.items()):
                around = kept.get(path[:-1], here)
                around["inside"] = {path[-1]: found} | around["inside"]
            cells = " ".join(pictures.cells)
            levels = {"inside": here["inside"], "pictures": pictures.written, "cells": cells}
            here["inside"] = pack(levels)
        return here

    def outline(self) -> dict[str, Any]:
        """Return the data of this level alone, without its picture and its insides."""
        return {
            "ends": {id: list(ends) for id, ends in self.ends.items()},
            "names": dict(self.names),
            "members": {id: list(ids) for id, ids in self.members.items()},
            "closed": bare(self.closed),
            "inside": {},
        }


def pack(x: Any) -> str:
    """Return lists, dicts and texts as a short text that `unpacking.js` reads."""
    written = json.dumps(x, ensure_ascii=False, separators=(",", ":"))
    # More than 7 takes twice the time for 2 % of the size.
    return base64.b64encode(zlib.compress(written.encode(), 7)).decode()


def bare(svg: str) -> str:
    """Return a picture without its theme colours and descriptions, which the page has for all."""
    return re.sub(r"<(style|title id|desc)\b.*?</(style|title|desc)>", "", svg, flags=re.DOTALL)
