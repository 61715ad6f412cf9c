"""What films and playgrounds share: a template filled in, to be shown and saved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import ClassVar

from autograd.printers import javascript
from viz.formats.files import write_whole
from viz.style.colors import Theme
from viz.viewer import read
from viz.viewer.frame import color_variables, compact, framed, packed, words

_HERE = Path(__file__).parent


class FilledPage(ABC):
    """The base of pages made from a template in this folder, filled with scripts and data.

    kind: what errors call such a page. template, sheets, scripts: the names of its files.
    """

    kind: ClassVar[str]
    template: ClassVar[str]
    sheets: ClassVar[tuple[str, ...]]
    scripts: ClassVar[tuple[str, ...]]
    title: str
    theme: Theme

    @abstractmethod
    def parts(self) -> Mapping[str, str]:
        """Return the JavaScript of this page alone, by its place in the template."""

    @abstractmethod
    def told(self) -> str:
        """Return what a notebook shows where scripts do not run."""

    @cached_property
    def html(self) -> str:
        """The page."""
        parts = self.parts()
        scripts = [read("numerals.js"), *(_read(f"{name}.js") for name in self.scripts)]
        runtime = javascript.runtime("\n".join([*scripts, *parts.values()]))
        sheets = "".join(_read(f"{name}.css") for name in self.sheets)
        return Template(_read(f"{self.template}.html")).substitute(
            parts,
            title=escape(self.title),
            theme=self.theme,
            style=color_variables(self.theme) + packed(sheets),
            script=compact("\n".join([runtime, *scripts])),
        )

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file that ends in .html, and return its path."""
        path = Path(path)
        if path.suffix.lower() != ".html":
            raise ValueError(f"{self.kind} is saved as .html; it cannot be {path.name!r}")
        return write_whole(path, self.html)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the page, if scripts run."""
        return framed(words(self.told()), self.told(), self.html)


def as_object(parts: Mapping[str, str]) -> str:
    """Return a JavaScript object of parts that are JavaScript already.

    >>> print(as_object({"width": "2", "name": '"run 1"'}))
    {width: 2,
    name: "run 1"}
    """
    return "{" + ",\n".join(f"{name}: {value}" for name, value in parts.items()) + "}"


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
