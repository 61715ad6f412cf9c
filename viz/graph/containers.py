"""Numbers that are held together: a program's lists, dict entries and arrays of `Value`s.

A program of single numbers has thousands of leaves, but names only for the few containers that hold
them. A container has the same depth everywhere, as a matrix made of lists has. A number in several
containers is named after the most informative: a dict entry or a table rather than a flat list of
everything.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from autograd import Node, Value
from autograd.errors import is_library

_FEWEST = 8  # numbers that make a container worth showing as one
_DEPTH, _MOST = 4, 10_000  # how deep containers are searched, and how many items of one
_PLAIN = 3  # the rank of a list that is neither a table nor in a dict


@dataclass(frozen=True, eq=False)
class Container:
    """Numbers in rows: their common name, their shape, and the nodes in row-major order.

    commas: whether an element is written `w[1,2]`, as in an array, or `w[1][2]`. telling: whether
    its name says more than that of a variable holding one of the numbers.
    """

    name: str
    shape: tuple[int, ...]
    nodes: tuple[Node, ...]
    commas: bool = False
    telling: bool = False

    def place(self, index: int) -> str:
        """Return the name of the number at a position of `nodes`.

        >>> Container("w", (2, 3), ()).place(4)
        'w[1][1]'
        """
        where = [str(int(i)) for i in np.unravel_index(index, self.shape)]
        return f"{self.name}[{(',' if self.commas else '][').join(where)}]"


class Containers:
    """The containers of a program, and the one that each number lies in."""

    def __init__(self, found: Iterable[Container] = ()) -> None:
        self.all = tuple(found)
        self._of: dict[Node, tuple[Container, int]] = {}
        for container in self.all:
            for index, node in enumerate(container.nodes):
                self._of.setdefault(node, (container, index))

    def of(self, node: Node) -> Container | None:
        """Return the container that a number is named after, if it lies in one."""
        found = self._of.get(node)
        return None if found is None else found[0]

    def told(self) -> Iterator[tuple[Node, str]]:
        """Yield each number in a table or a dict entry, with its name."""
        for node, (container, index) in self._of.items():
            if container.telling:
                yield node, container.place(index)

    def name(self, node: Node) -> str:
        """Return the name of a number by its place in a container; "" if it lies in none."""
        found = self._of.get(node)
        return "" if found is None else found[0].place(found[1])


def containers_of(places: Sequence[Mapping[str, Any]], of_call: bool = False) -> Containers:
    """Return the containers among variables, the most informative first.

    places: mappings from names to values, such as a function's variables and then the globals.
    of_call: whether they are the variables of one call. There two numbers make a container, and
        numbers shared by several lists are named after the longest, since the others are slices
        made along the way.

    >>> wte = [[Value(0.0) for _ in range(4)] for _ in range(3)]
    >>> found = containers_of([{"net": {"wte": wte}, "params": sum(wte, [])}])
    >>> found.all[0].name, found.all[0].shape, found.name(wte[2][1])
    ('wte', (3, 4), 'wte[2][1]')
    """
    found: dict[int, tuple[tuple[int, int, int], _Steps, Any, tuple[int, ...]]] = {}
    seen: set[int] = set()
    for number, place in enumerate(places):
        for name, value in list(place.items()):
            if name.isidentifier() and not name.startswith("_"):
                for steps, one, shape in _within(value, ((name, False),), seen):
                    if int(np.prod(shape)) >= (2 if of_call else _FEWEST):
                        rank = _rank(steps, shape, number, of_call)
                        found.setdefault(id(one), (rank, steps, one, shape))
    ranked = sorted(found.values(), key=lambda each: each[0])
    short = [_name(steps) for _, steps, _, _ in ranked]
    return Containers(
        Container(
            name if short.count(name) == 1 else _path(steps),
            shape,
            _flat(one),
            _is_array(one),
            telling=rank[0] < _PLAIN,
        )
        for name, (rank, steps, one, shape) in zip(short, ranked, strict=True)
    )


#: The path to a container: the variable and keys, each with whether it names a dict entry.
_Steps = tuple[tuple[Any, bool], ...]


def _within(
    value: Any, steps: _Steps, seen: set[int]
) -> Iterator[tuple[_Steps, Any, tuple[int, ...]]]:
    """Yield the containers in a value, with their paths and shapes."""
    kind = type(value)
    if kind in (list, tuple) or _is_array(value):
        shape = _shape(value)
        if shape is not None:
            yield steps, value, shape
            return
    inside: Iterable[tuple[Any, Any]] = ()
    if kind is dict:
        inside = value.items()
    elif kind in (list, tuple):
        inside = enumerate(value)
    elif _is_users(value):
        inside = vars(value).items()
    if len(steps) > _DEPTH or not inside or id(value) in seen:
        return
    seen.add(id(value))
    for key, item in islice(inside, _MOST):
        if type(item) in (list, tuple, dict) or _is_array(item) or _is_users(item):
            named = isinstance(key, str) and kind not in (list, tuple)
            yield from _within(item, (*steps, (key, named)), seen)


def _is_array(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == object


def _is_users(x: Any) -> bool:
    """Return whether x is an instance of a user's own class, with attributes to search."""
    kind = type(x)
    if not hasattr(x, "__dict__") or isinstance(x, type | Node) or callable(x):
        return False
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None)
    typed_in = kind.__module__ == "__main__"
    return typed_in or (file is not None and "-packages" not in file and not is_library(file))


def _shape(x: Any) -> tuple[int, ...] | None:
    """Return the shape of a (nested) list of numbers; None if it is not regular."""
    if isinstance(x, np.ndarray):
        return x.shape if x.size and all(isinstance(e, Value) for e in x.flat) else None
    if not x:
        return None
    if isinstance(x[0], Value):
        return (len(x),) if all(isinstance(e, Value) for e in x) else None
    if type(x[0]) not in (list, tuple):
        return None
    first = _shape(x[0])
    if first is None or any(type(e) not in (list, tuple) or _shape(e) != first for e in x):
        return None
    return (len(x), *first)


def _flat(x: Any) -> tuple[Node, ...]:
    if isinstance(x, np.ndarray):
        return tuple(x.flat)
    return tuple(x) if isinstance(x[0], Node) else tuple(e for row in x for e in _flat(row))


def _rank(steps: _Steps, shape: tuple[int, ...], place: int, of_call: bool) -> tuple[int, int, int]:
    """Return the rank of a container: tables in dicts, tables, lists in dicts, then short lists."""
    keyed = any(named for _, named in steps)
    plain = (0 if len(shape) > 1 else 2) + (not keyed)
    size = int(np.prod(shape))
    return plain, place, -size if of_call else size


def _name(steps: _Steps) -> str:
    """Return the last name on the path to a container, with the positions after it."""
    last = max((i for i, (_, named) in enumerate(steps) if named), default=0)
    key, *others = (key for key, _ in steps[last:])
    return str(key) + "".join(f"[{other!r}]" for other in others)


def _path(steps: _Steps) -> str:
    """Return the whole path to a container."""
    text = str(steps[0][0])
    for key, named in steps[1:]:
        text += f".{key}" if named else f"[{key!r}]"
    return text
