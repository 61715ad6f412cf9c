"""Find what a function reads from outside: variables of enclosing scopes, and what they hold.

They give the arrays of a program their names, they lead to the generators of random numbers, and if
they change the recording is out of date: see watch.py.

The search starts at the names in the function's code, and goes on to the functions that it calls
and to the attributes and elements of objects, lists and dictionaries. It does not scan all objects
in memory, and takes a list of more than a thousand elements for data, which it does not search.
"""

from __future__ import annotations

import dis
import inspect
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache, partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd.errors import is_own_file
from autograd.node import Node
from autograd.tracing.contents import Contents, are_watched, is_data
from autograd.tracing.randomness import is_generator
from autograd.tracing.watch import (
    FEW,
    IN_CELL,
    MOST_WATCHED,
    NUMBERS,
    Attributes,
    Variable,
    Watch,
)

_MOST = 1_000  # elements of a list or dictionary that is searched
_ENDS = (*NUMBERS, Node)  # what leads to nothing else, as most elements of lists
_BUDGET = 20_000  # objects that are examined
_PACKAGES = ("autograd", "nn", "viz")


class Surroundings:
    """What f reads by name: variables, and what they hold.

    generators: the generators of random numbers among it.
    names: the names of the nodes.
    contents: the arrays and lists, with what they hold now.
    acts_unseen: whether the code may act on a number in a way that no recording sees.

    >>> w = Node.__new__(Node)
    >>> list(Surroundings(lambda x: w * x).names.values())
    ['w']
    """

    def __init__(self, f: Any) -> None:
        self.variables: list[Variable] = []
        self.names: dict[Node, str] = {}
        self.generators: list[Any] = []
        self.contents: list[Contents] = []
        self.acts_unseen = False
        self._held: set[int] = set()  # ids of the lists inside those of `contents`
        self._seen: dict[int, Any] = {}  # what was examined, by id
        self._todo: list[tuple[str, Any]] = [("", f)]  # what is still to be examined, and its name
        while self._todo and len(self._seen) < _BUDGET:
            # An object may raise any error when examined; then it is left alone.
            with suppress(Exception):
                self._look(*self._todo.pop())

    def watch(self) -> Watch:
        """Return a watch that detects whether any of this has changed."""
        return Watch(self.variables, self.contents)

    def arrays(self) -> dict[int, Any]:
        """Return the arrays that were found, by their ids."""
        return {i: x for i, x in self._seen.items() if isinstance(x, np.ndarray)}

    def _look(self, name: str, x: Any) -> None:
        if id(x) in self._seen or isinstance(x, _ENDS):
            return
        self._seen[id(x)] = x
        if isinstance(x, FunctionType):
            self._function(x)
            self._todo.append(("", inspect.unwrap(x)))
        elif isinstance(x, MethodType):
            self._todo += [("", x.__self__), ("", x.__func__)]
        elif isinstance(x, partial):
            self._todo += [("", x.func), ("", x.args), ("", x.keywords)]
        elif is_generator(x):
            self.generators.append(x)
        elif isinstance(x, np.ndarray):
            self._hold(name, x)
            if x.dtype == object and x.size <= _MOST * 10:
                flat = x.reshape(-1)
                for i, e in enumerate(flat):
                    self._variable(f"{name}[{i}]", flat, i, e)
        elif type(x) in (list, tuple):
            self._hold(name, x)
            if len(x) <= (FEW if is_data(x) else _MOST):
                for i, e in enumerate(x):
                    self._variable(f"{name}[{i}]", x, i, e)
        elif type(x) in (set, deque):
            self._hold(name, x)
        elif type(x) is dict:
            self._hold(name, x)
            self.acts_unseen |= any(isinstance(key, float) for key in x)
            if len(x) <= _MOST:
                for key, e in x.items():
                    self._variable(key if type(key) is str else f"{name}[{key}]", x, key, e)
        elif isinstance(x, type):
            self._inherited(x, x)
        elif not isinstance(x, ModuleType):
            self._object(x)

    def _hold(self, name: str, x: Any) -> None:
        """Note what an array or list holds; the lists in it are thereby noted too."""
        held = id(x) in self._held
        if not held and are_watched(x) and len(self.contents) < MOST_WATCHED:
            self.contents.append(Contents(name, x))
            held = True
        if held and isinstance(x, list | tuple):
            self._held |= {id(e) for e in x if type(e) in (list, tuple)}

    def _object(self, x: Any) -> None:
        for part in ("__self__", "__wrapped__"):  # of a built-in method, of a cached function
            owner = getattr(x, part, None)
            if owner is not None and not isinstance(owner, ModuleType):
                self._todo.append(("", owner))
        ours = type(x).__module__.partition(".")[0] in _PACKAGES
        for key, e in list(getattr(x, "__dict__", {}).items())[:_MOST]:
            if ours and key.startswith("_"):  # private attributes of our own layers
                continue
            self._variable(key, x.__dict__, key, e)
            if ours and is_data(e):  # a layer's running statistics, which it guards itself
                self._todo.pop()
        for method in vars(type(x)).values():
            if isinstance(method, FunctionType):
                self._todo.append(("", method))
        self._inherited(x, type(x))

    def _inherited(self, x: Any, kind: type) -> None:
        """Look at the numbers, arrays and lists that x inherits from the user's classes."""
        own = getattr(x, "__dict__", {}) if x is not kind else {}
        for base in kind.__mro__:
            if base.__module__.partition(".")[0] in (*_PACKAGES, "builtins", "numpy"):
                continue
            for name, e in list(vars(base).items())[:_MOST]:
                plain = isinstance(e, (*NUMBERS, np.ndarray, Node, list, dict, set))
                if plain and name[:2] != "__" and name not in own:
                    self._variable(name, Attributes(x), name, e)

    def _variable(self, name: str, holder: Any, key: Any, x: Any) -> None:
        if isinstance(x, Node):
            self.names.setdefault(x, name)
            if isinstance(holder, list | tuple | np.ndarray):  # there are thousands, never watched
                return
        self.variables.append(Variable(name, holder, key, x))
        if not isinstance(x, _ENDS):
            self._todo.append((name, x))

    def _function(self, f: FunctionType) -> None:
        code = f.__code__
        if is_own_file(code.co_filename):
            return
        self.acts_unseen = self.acts_unseen or _acts_unseen(code)
        for name, cell in zip(code.co_freevars, f.__closure__ or (), strict=True):
            try:
                self._variable(name, cell, IN_CELL, cell.cell_contents)
            except ValueError:  # not assigned yet
                continue
        for x in (*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values()):
            self._todo.append(("", x))
        for names in _names_of_globals(code):
            x, holder = f.__globals__, f.__globals__
            for name in names:  # of `config.rate`, config and then rate
                if name not in holder:
                    break
                x = holder[name]
                self._variable(name, holder, name, x)
                if not isinstance(x, ModuleType):
                    break
                holder = vars(x)


#: Names and bytecode that may ask for more than a number's value: its type, its text, its hash.
_UNSEEN_NAMES = {"isinstance", "type", "issubclass", "str", "repr", "format", "hash", "get", "set"}
_UNSEEN_STEPS = (
    "CONTAINS_OP",
    "FORMAT_",
    "BUILD_MAP",
    "BUILD_CONST_KEY_MAP",
    "BUILD_SET",
    "MATCH_",
)


@lru_cache(1_000)  # taking code apart is slow, and each length of the arguments asks again
def _acts_unseen(code: CodeType) -> bool:
    """Return whether some of those are in the code, or in a function defined in it."""
    for one in dis.get_instructions(code):
        named = isinstance(one.argval, str) and one.argval in _UNSEEN_NAMES
        if named or one.opname.startswith(_UNSEEN_STEPS):
            return True
    return any(_acts_unseen(c) for c in code.co_consts if isinstance(c, CodeType))


@lru_cache(1_000)
def _names_of_globals(code: CodeType) -> list[list[str]]:
    return list(_globals_of(code))


def _globals_of(code: CodeType) -> Iterator[list[str]]:
    """Yield each global name that the code reads, followed by the attributes read from it."""
    chain: list[str] = []
    for one in dis.get_instructions(code):
        if one.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            if chain:
                yield chain
            chain = [one.argval]
        elif one.opname in ("LOAD_ATTR", "LOAD_METHOD") and chain:
            chain.append(one.argval)
        elif chain and one.opname not in ("CACHE", "PUSH_NULL"):
            yield chain
            chain = []
    if chain:
        yield chain
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals_of(constant)
