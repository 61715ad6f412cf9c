"""Detect that a variable which a traced function reads has changed since it was recorded.

A recording holds plain numbers as they were, so after `c = 5.0` or `layer.slope = 0.2` it is out of
date. This is checked at each call, so it has to be quick: all comparisons are one generated
function. Nodes in lists are not compared, because each call reads their numbers anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from autograd.tracing.contents import Contents, Location, alike

NUMBERS = (int, float, str, bytes, type(None), np.generic)  # values that are compared by equality
FEW = 8  # the longest list whose elements are compared one by one
MOST_WATCHED = 100  # variables, and as many arrays and lists
IN_CELL = object()  # the key of what a closure's cell holds


class Attributes:
    """The attributes of an object or class as a dictionary, inherited ones included."""

    __slots__ = ("owner",)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self.owner, name)
        except AttributeError:
            raise KeyError(name) from None


class Variable(NamedTuple):
    """A variable that a function reads, and its value when it was recorded.

    holder: the cell, dictionary, list or `Attributes` that it is in. key: its key there.
    """

    name: str
    holder: Any
    key: Any
    value: Any

    @property
    def location(self) -> Location:
        """What identifies the variable, whatever its value."""
        holder = self.holder
        return id(holder.owner if isinstance(holder, Attributes) else holder), self.key

    def is_watched(self) -> bool:
        """Return whether a change of it is looked for."""
        if isinstance(self.holder, list):
            return len(self.holder) <= FEW and isinstance(self.value, NUMBERS)
        constant = isinstance(self.holder, tuple | np.ndarray)
        return not constant and not isinstance(self.value, ModuleType)

    def has_changed(self) -> bool:
        """Return whether it has another value now: another object, or another number."""
        old = self.value
        try:
            new = self.holder.cell_contents if self.key is IN_CELL else self.holder[self.key]
        except (ValueError, LookupError):  # it is gone
            return True
        if new is old:
            return False
        comparable = type(new) is type(old) and isinstance(new, NUMBERS)
        return not (comparable and (new == old or (new != new and old != old)))


class Watch:
    """Detects whether any of these variables, or of these contents, has changed."""

    def __init__(self, variables: list[Variable], contents: list[Contents]) -> None:
        self._watched = [one for one in variables if one.is_watched()][:MOST_WATCHED]
        self.contents = contents
        #: how often something at a location has changed without changing the program
        self.harmless: Counter[Location] = Counter()
        self.forgotten: set[Location] = set()
        self._unchanged: Callable[[], bool] | None = None

    def forget(self, locations: Collection[Location]) -> None:
        """Stop watching what the function itself changes, or whose changes do not matter."""
        self.forgotten |= set(locations)
        self._watched = [one for one in self._watched if one.location not in locations]
        self.contents = [one for one in self.contents if one.location not in locations]
        self._unchanged = None

    def changed(self) -> dict[Location, str]:
        """Return the names of everything that has changed, by location."""
        if self._unchanged is None:
            self._unchanged = self._written()
        try:
            if self._unchanged():
                return {}
        except (ValueError, LookupError):  # a variable is gone, or a list holds another Tensor
            pass
        found = {one.location: one.name for one in self._watched if one.has_changed()}
        return found | {one.location: one.name for one in self.contents if one.has_changed()}

    def _written(self) -> Callable[[], bool]:
        """Return one function for all comparisons: calling one for each would take longer."""
        tests, bound = ["True"], dict[str, Any](alike=alike)
        for i, one in enumerate(self._watched):
            bound |= {f"h{i}": one.holder, f"k{i}": one.key, f"x{i}": one.value}
            in_cell = one.key is IN_CELL
            tests.append(f"h{i}.cell_contents is x{i}" if in_cell else f"h{i}[k{i}] is x{i}")
        for i, held in enumerate(self.contents):
            bound |= {f"a{i}": held.compared, f"b{i}": held.recorded}
            tests.append(held.test(i))
        text = f"lambda: {' and '.join(tests)}"
        function: Callable[[], bool] = eval(text, bound)  # noqa: S307 - the text is written above
        return function
