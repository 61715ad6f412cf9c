"""Choose names for nodes without any help from the author of the program.

A node takes the first of these that exists: an explicit label, unless the layer gave it (the end
of the path, or the same in several layers); the parameter's path in its module
(`layers.0.weight[2,1]`); a variable of the caller that holds the node (`loss`, `xs[0]`); the
operation and a running number (`mul#2`), which looks unlike any name that a person would write.

No two nodes have the same name: if several are called x, the first is x and the others x₂, x₃.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from types import FrameType
from typing import Any

import numpy as np

from autograd import Node
from autograd.modes import Origin
from viz.graph.containers import Containers, containers_of
from viz.style.labels import LONGEST, clean

_DEPTH = 3  # lists of lists of lists are searched
_MOST = 20_000  # elements of one variable that are searched


def names_of(
    order: Sequence[Node],
    variables: Mapping[int, str] | None = None,
    automatic: bool = True,
) -> dict[Node, str]:
    """Return a name for each node of a graph.

    order: the nodes, inputs first (`topological`).
    variables: names by `id`, from `variables_of`.
    automatic: False uses explicit labels only; a node without one is named after its operation.

    >>> from autograd import Value, topological
    >>> a = Value(2.0, label="a"); b = a * a
    >>> list(names_of(topological(b)).values()), list(names_of([b], {id(b): "b"}).values())
    (['a', 'mul#1'], ['b'])
    """
    paths = paths_of(order) if automatic else {}
    found = variables if automatic and variables else {}
    shared = Counter(node.label for node in paths)
    counts: Counter[str] = Counter()
    names: dict[Node, str] = {}
    used: set[str] = set()
    for node in order:
        label, path = node.label, paths.get(node)
        if path is not None and (not label or shared[label] > 1 or _is_end(label, path)):
            names[node] = path
        elif label:
            names[node] = label
        elif id(node) in found:
            names[node] = found[id(node)]
        else:
            kind = "leaf" if node.op is None else node.op.name
            counts[kind] += 1
            names[node] = f"{kind}#{counts[kind]}"
        names[node] = _unused(names[node], used)
        used.add(_seen(names[node]))
    return names


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _seen(name: str) -> str:
    """Return a name as drawn: two that differ only beyond the cut look the same."""
    return clean(name)


def _unused(name: str, used: set[str]) -> str:
    """Return the name, with a subscript if needed to distinguish it from those in use."""
    if _seen(name) not in used:
        return name
    for k in count(2):
        told = clean(name, LONGEST - 4) + str(k).translate(_SUBSCRIPTS)
        if told not in used:
            return told
    raise AssertionError("there is always one more number")


def repeated(names: Mapping[Node, str]) -> list[str]:
    """Return a note for each label that several nodes share, with the names of the later ones.

    >>> from autograd import Value, topological
    >>> x = Value(3.0, label="x"); y = x * x; y.label = "x"
    >>> repeated(names_of(topological(y)))
    ['2 nodes are called x: the later is x₂']
    """
    called: dict[str, list[str]] = {}
    for name in names.values():
        base = name.rstrip("₀₁₂₃₄₅₆₇₈₉")
        called.setdefault(base, []).append(name)
    return [
        f"{len(found)} nodes are called {base}: the later "
        + (f"is {found[1]}" if len(found) == 2 else f"are {found[1]} to {found[-1]}")
        for base, found in called.items()
        if len(found) > 1 and base in found
    ]


def is_made_up(name: str) -> bool:
    """Return whether a name is one that we made up, such as `mul#2`."""
    kind, _, number = name.partition("#")
    return kind.isidentifier() and number.isdigit()


def _is_end(label: str, path: str) -> bool:
    """Return whether a label is a layer's own name for its parameter: the end of its path."""
    whole = path.rpartition("[")[0] if path.endswith("]") else path
    return path == label or whole.endswith(f".{label.split('[')[0]}")


def paths_of(order: Sequence[Node]) -> dict[Node, str]:
    """Return the module path of each parameter among the nodes.

    The modules are those whose calls were recorded: whatever opened a scope and has
    `named_parameters()`. Paths start at the outermost of them.
    """
    owners = list(outermost_owners(order))
    paths: dict[Node, str] = {}
    used: dict[str, Node] = {}
    for name, owner in owners:
        prefix = f"{name}." if len(owners) > 1 else ""
        for path, node in parameter_nodes(owner):
            if node in paths:
                continue
            full = _bracketed(prefix + path)
            while full in used:
                full += "′"
            paths[node] = full
            used[full] = node
    return paths


def _bracketed(path: str) -> str:
    """Write a path that starts with a number as an index, since `2.weight` reads as a product."""
    first, dot, rest = path.partition(".")
    return f"[{first}]{dot}{rest}" if first.isdigit() else path


def outermost_owners(order: Sequence[Node]) -> Iterator[tuple[str, Any]]:
    """Yield, once each, the name and owner of the outermost scopes that belong to a module."""
    seen: set[int] = set()
    met: set[Origin] = set()
    for node in order:
        origin = node.origin
        if origin is None or origin in met:
            continue
        met.add(origin)
        for scope in origin.scopes():
            if hasattr(scope.owner, "named_parameters"):
                if id(scope.owner) not in seen:
                    seen.add(id(scope.owner))
                    yield scope.name, scope.owner
                break


def parameter_nodes(owner: Any) -> Iterator[tuple[str, Node]]:
    """Yield (path, node) for every parameter of a module, arrays of `Value`s one by one."""
    for path, parameter in owner.named_parameters():
        if isinstance(parameter, Node):
            yield path, parameter
        elif isinstance(parameter, np.ndarray) and parameter.dtype == object:
            for index, cell in np.ndenumerate(parameter):
                if isinstance(cell, Node):
                    yield f"{path}[{','.join(map(str, index))}]", cell


class Variables(dict[int, str]):
    """The caller's names by `id`, and the arrays among its variables.

    A recording keeps its own copy of a constant array, so arrays are recognized by their contents.
    """

    def __init__(self) -> None:
        super().__init__()
        self.arrays: list[tuple[str, np.ndarray]] = []
        self.containers = Containers()

    def of_array(self, x: np.ndarray) -> str:
        """Return the name of the variable that holds this array or an equal one; "" if none."""
        if id(x) in self:
            return self[id(x)]
        equal = [
            name
            for name, array in self.arrays
            if array.shape == x.shape
            and np.array_equal(array, x, equal_nan=array.dtype.kind == "f")
        ]
        return equal[0] if len(equal) == 1 else ""  # with several equal arrays it could be any


def array_name(variables: Mapping[int, str], x: np.ndarray) -> str:
    """Return the caller's name for an array; "" if it has none."""
    return variables.of_array(x) if isinstance(variables, Variables) else variables.get(id(x), "")


def variables_of(frame: FrameType | None) -> Variables:
    """Return the names of a function's (or notebook cell's) nodes and arrays, by `id`.

    Local variables take precedence over global ones; a variable that holds the node itself over one
    that holds it in a list, dict or array; and those over lists of lists. A number in a table, or
    in a list in a dict, is named by its place there. Names that start with `_` are ignored.
    """
    if frame is None:
        return Variables()
    same = frame.f_locals is frame.f_globals
    return variables_in([frame.f_locals] if same else [frame.f_locals, frame.f_globals])


def variables_in(places: Sequence[Mapping[str, Any]], of_call: bool = False) -> Variables:
    """Return the names of the nodes and arrays that variables hold; see `variables_of`.

    of_call: whether they are the variables of one call; see `containers_of`.
    """
    found = Variables()
    for place in places:
        held = [(name, value) for name, value in list(place.items()) if _is_own(name)]
        for name, value in held:
            if isinstance(value, Node | np.ndarray):
                found.setdefault(id(value), name)
            if isinstance(value, np.ndarray) and value.dtype != object:
                found.arrays.append((name, value))
        contained = [
            (path, item)
            for name, value in held
            for path, item in islice(_items(name, value, _DEPTH), _MOST)
        ]
        for path, item in sorted(contained, key=lambda pair: pair[0].count("[")):
            found.setdefault(id(item), path)
    found.containers = containers_of(places, of_call)
    found.update((id(node), name) for node, name in found.containers.told())
    return found


def _is_own(name: str) -> bool:
    """Return whether the user wrote a name, not a notebook (`_3`, `Out`) or tool (`@assert1`)."""
    return name.isidentifier() and name[0] != "_" and name not in ("In", "Out")


def _items(name: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield the items of a container, each with the expression that reaches it."""
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            for index, cell in np.ndenumerate(value):
                if isinstance(cell, Node):
                    yield f"{name}[{','.join(map(str, index))}]", cell
        return
    if type(value) is dict:
        inside = [(repr(key), item) for key, item in islice(value.items(), _MOST)]
    elif type(value) in (list, tuple):
        inside = [(str(i), item) for i, item in enumerate(islice(value, _MOST))]
    else:
        return
    for key, item in inside:
        if isinstance(item, Node):
            yield f"{name}[{key}]", item
        elif depth > 1:
            yield from _items(f"{name}[{key}]", item, depth - 1)
