"""Find what a function reads from outside: variables of enclosing scopes, and what they hold.

From there come names for the arrays of a program, the random number generators to watch, and the
plain numbers whose change makes a recording out of date: `c = 5.0` after the first call, or
`layer.slope = 0.2`.

It follows the names mentioned in a function's code and in the functions that it calls, and from
there the attributes of objects, lists and dictionaries. It does not search the heap: a list of more
than a thousand elements counts as data and is not searched.

What changes often without changing the program, such as a counter, is forgotten.
"""

from __future__ import annotations

import dis
import inspect
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd.errors import is_own_file
from autograd.node import Node
from autograd.tracing.contents import Contents, alike, are_watched, is_data
from autograd.tracing.randomness import is_generator

_MOST = 1_000  # elements of a container that is searched
_BUDGET = 20_000  # objects that are examined
_NUMBERS = (int, float, str, bytes, type(None), np.generic)
_FEW = 8  # elements of a list that is compared at each call
_WATCHED = 100  # the most variables compared
_PACKAGES = ("autograd", "nn", "viz")
_CELL = object()  # the key for the contents of a cell

#: Where a variable is: in which cell, dictionary, list or object, and under which key.
Place = tuple[int, Any]


class _Attributes:
    """What an object or a class has by the names of its class, as a dictionary."""

    __slots__ = ("owner",)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self.owner, name)
        except AttributeError:
            raise KeyError(name) from None


class Surroundings:
    """What f reads by name: variables, and what they hold.

    >>> w = Node.__new__(Node)
    >>> list(Surroundings(lambda x: w * x).names().values())
    ['w']
    """

    def __init__(self, f: Any) -> None:
        #: (its name, the cell or dictionary or list, the key in it, its value)
        self.variables: list[tuple[str, Any, Any, Any]] = []
        self.generators: list[Any] = []
        #: arrays and lists, as they are now
        self.contents: list[Contents] = []
        self._held: set[int] = set()  # lists in those
        #: whether its code may act on a number in a way that no recording sees
        self.acts_unseen = False
        self._seen: dict[int, Any] = {}
        self._todo: list[tuple[str, Any]] = [("", f)]
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

    def names(self) -> dict[Node, str]:
        """Return the names of the nodes."""
        found: dict[Node, str] = {}
        for name, _, _, x in self.variables:
            if isinstance(x, Node):
                found.setdefault(x, name)
        return found

    def _look(self, name: str, x: Any) -> None:
        if id(x) in self._seen or isinstance(x, (*_NUMBERS, Node)):
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
            if len(x) <= (_FEW if is_data(x) else _MOST):
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
        """Record the contents of an array or a list, with those of the lists in it."""
        held = id(x) in self._held
        if not held and are_watched(x) and len(self.contents) < _WATCHED:
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
            if ours and is_data(e):  # a layer's statistics: it says itself what depends on them
                self._todo.pop()
        for method in vars(type(x)).values():
            if isinstance(method, FunctionType):
                self._todo.append(("", method))
        self._inherited(x, type(x))

    def _inherited(self, x: Any, kind: type) -> None:
        """Look at the numbers, arrays and lists that x has from the user's classes."""
        own = getattr(x, "__dict__", {}) if x is not kind else {}
        for base in kind.__mro__:
            if base.__module__.partition(".")[0] in (*_PACKAGES, "builtins", "numpy"):
                continue
            for name, e in list(vars(base).items())[:_MOST]:
                plain = isinstance(e, (*_NUMBERS, np.ndarray, Node, list, dict, set))
                if plain and name[:2] != "__" and name not in own:
                    self._variable(name, _Attributes(x), name, e)

    def _variable(self, name: str, holder: Any, key: Any, x: Any) -> None:
        self.variables.append((name, holder, key, x))
        self._todo.append((name, x))

    def _function(self, f: FunctionType) -> None:
        code = f.__code__
        if is_own_file(code.co_filename):
            return
        self.acts_unseen = self.acts_unseen or _acts_unseen(code)
        for name, cell in zip(code.co_freevars, f.__closure__ or (), strict=True):
            try:
                self._variable(name, cell, _CELL, cell.cell_contents)
            except ValueError:  # not assigned yet
                continue
        for x in (*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values()):
            self._todo.append(("", x))
        for names in _globals_of(code):
            x, holder = f.__globals__, f.__globals__
            for name in names:  # of `config.rate`, config and then rate
                if name not in holder:
                    break
                x = holder[name]
                self._variable(name, holder, name, x)
                if not isinstance(x, ModuleType):
                    break
                holder = vars(x)


class Watch:
    """Detects whether variables have changed; it is asked at each call, so it is quick.

    Nodes inside lists are not compared: the number of a node is read at each call anyway.
    """

    def __init__(
        self, variables: list[tuple[str, Any, Any, Any]], contents: list[Contents]
    ) -> None:
        self._watched = [one for one in variables if _is_watched(one[1], one[3])][:_WATCHED]
        self.contents = contents
        #: where something has changed without changing the program, and how often
        self.harmless: Counter[Place] = Counter()
        self.forgotten: set[Place] = set()
        self._unchanged: Callable[[], bool] | None = None

    def forget(self, places: Collection[Place]) -> None:
        """Stop watching what the function itself changes, or what does not matter."""
        self.forgotten |= set(places)
        self._watched = [one for one in self._watched if _place(*one[1:3]) not in places]
        self.look_at([one for one in self.contents if one.place not in places])

    def look_at(self, contents: list[Contents]) -> None:
        """Compare the contents of only these arrays and lists."""
        self.contents, self._unchanged = contents, None

    def changed(self) -> dict[Place, str]:
        """Return what has changed: where, and its name."""
        if self._unchanged is None:
            self._unchanged = self._written()
        try:
            if self._unchanged():
                return {}
        except (ValueError, LookupError):
            pass
        found = {
            _place(holder, key): name
            for name, holder, key, x in self._watched
            if not _same(_now(holder, key), x)
        }
        return found | {one.place: one.name for one in self.contents if one.changed()}

    def _written(self) -> Callable[[], bool]:
        """Return one function for all comparisons: calling one for each would take longer."""
        tests, bound = ["True"], dict[str, Any](alike=alike)
        for i, (_, holder, key, x) in enumerate(self._watched):
            bound |= {f"h{i}": holder, f"k{i}": key, f"x{i}": x}
            tests.append(f"h{i}.cell_contents is x{i}" if key is _CELL else f"h{i}[k{i}] is x{i}")
        for i, one in enumerate(self.contents):
            bound |= {f"a{i}": one.seen, f"b{i}": one.then}
            tests.append(one.test(i))
        text = f"lambda: {' and '.join(tests)}"
        function: Callable[[], bool] = eval(text, bound)  # noqa: S307 - the text is written above
        return function


def _place(holder: Any, key: Any) -> Place:
    return id(holder.owner if isinstance(holder, _Attributes) else holder), key


def _is_watched(holder: Any, x: Any) -> bool:
    if isinstance(holder, list):
        return len(holder) <= _FEW and isinstance(x, _NUMBERS)
    return not isinstance(holder, tuple | np.ndarray) and not isinstance(x, ModuleType)


def _now(holder: Any, key: Any) -> Any:
    try:
        return holder.cell_contents if key is _CELL else holder[key]
    except (ValueError, LookupError):
        return _CELL


def _same(x: Any, y: Any) -> bool:
    if x is y:
        return True
    return type(x) is type(y) and isinstance(x, _NUMBERS) and (x == y or (x != x and y != y))


#: Operations in code that ask for more than a number's value: its type, its text, its hash.
_UNSEEN_NAMES = {"isinstance", "type", "issubclass", "str", "repr", "format", "hash", "get", "set"}
_UNSEEN_STEPS = (
    "CONTAINS_OP",
    "FORMAT_",
    "BUILD_MAP",
    "BUILD_CONST_KEY_MAP",
    "BUILD_SET",
    "MATCH_",
)


def _acts_unseen(code: CodeType) -> bool:
    for one in dis.get_instructions(code):
        named = isinstance(one.argval, str) and one.argval in _UNSEEN_NAMES
        if named or one.opname.startswith(_UNSEEN_STEPS):
            return True
    return any(_acts_unseen(c) for c in code.co_consts if isinstance(c, CodeType))


def _globals_of(code: CodeType) -> Iterator[list[str]]:
    """Yield the global names that a code reads, each with the attributes read after it."""
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
