"""Answers as text: what crosses the pipe between a submission and its judge.

Only data crosses, and only of exact types: whatever pretends to be a number arrives as
`Foreign`. A recorded graph crosses as the list of its operations, and is computed again on the
other side with that side's own table. A function crosses as a handle that can be called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

import nn  # noqa: F401 - with its rows in the table
from autograd import Tensor, Value, primitives

#: More parts than any right answer has: what is longer is cut off as foreign.
LIMIT = 200_000
#: Numbers that a graph may hold which is computed again here.
MOST = 1_000_000


class TooLarge(Exception):  # noqa: N818 - what is wrong is the answer
    """A graph with more numbers than any right answer has."""


class Foreign:
    """Something that is no answer: an object of a class that only the other side knows."""

    def __init__(self, name: str) -> None:
        self.foreign = name


class Remote:
    """A function of the other side; `empty` says that its body does nothing."""

    def __init__(self, call: Callable[..., Any], handle: int, empty: bool) -> None:
        self.call, self.handle, self.empty = call, handle, empty

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self.call(self.handle, args, keywords)


class Num:
    """The number of notebook 00, as far as its exercise needs it."""

    def __init__(self, data: Any, inputs: Any = (), partials: Any = ()) -> None:
        self.data, self.inputs, self.partials, self.grad = data, inputs, partials, 0.0

    def __mul__(self, other: Num) -> Num:
        return Num(self.data * other.data, (self, other), (other.data, self.data))


def backward(root: Num) -> None:
    """Add to `grad` of each number under root; each is visited once, in the order of the graph."""
    order: list[Num] = []
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack += [(node, True), *((x, False) for x in node.inputs)]
    upstream = dict.fromkeys(map(id, order), 0.0)
    upstream[id(root)] = 1.0
    for node in reversed(order):
        node.grad += upstream[id(node)]
        for x, partial in zip(node.inputs, node.partials, strict=True):
            upstream[id(x)] += upstream[id(node)] * partial


@dataclass
class Wire:
    """One end of the pipe.

    call: asks the other side to call one of its functions: (handle, args, keywords) → result.
    is_empty: whether a function of this side does nothing.
    num: this side's class for the numbers of notebook 00, or None where it has none.
    """

    call: Callable[..., Any]
    is_empty: Callable[[Any], bool] = lambda f: False
    num: Callable[[], Any] = lambda: None
    functions: list[Any] = field(default_factory=list)

    # --- out ---

    def encode(self, x: Any, known: dict[int, int] | None = None) -> Any:
        """Return a thing as JSON. known: by id, the nodes that the other side has, and where."""
        kind = type(x)
        if x is None or x is ...:
            return ["none"] if x is None else ["open"]
        if kind in (bool, int, float, str):
            return [kind.__name__, x]
        if isinstance(x, np.generic):
            return self.encode(x.item(), known) if kind.__module__ == "numpy" else _foreign(x)
        if kind in (Fraction, Decimal):
            return ["float", float(x)]
        if kind is slice:
            return ["slice", [self.encode(part) for part in (x.start, x.stop, x.step)]]
        if kind in (list, tuple, set, frozenset, range):
            if len(x) > LIMIT:
                return _foreign(x)
            name = {range: "list", frozenset: "set"}.get(kind, kind.__name__)
            return [name, [self.encode(part, known) for part in x]]
        if kind is dict:
            return ["dict", [[self.encode(k), self.encode(v, known)] for k, v in x.items()]]
        if kind is np.ndarray:
            return self._encode_array(x, known)
        if kind in (Value, Tensor) or kind is self.num():
            return self._encode_graph(x, known or {})
        if callable(x) and not isinstance(x, type):
            self.functions.append(x)
            return ["function", len(self.functions) - 1, bool(self.is_empty(x))]
        return _foreign(x)

    def _encode_array(self, x: np.ndarray, known: dict[int, int] | None) -> Any:
        if x.size > LIMIT or x.dtype.kind not in "biufO":
            return _foreign(x)
        parts = [self.encode(part, known) for part in x.ravel().tolist()]
        return ["array", x.dtype.kind, list(x.shape), parts]

    def _encode_graph(self, root: Any, known: dict[int, int]) -> Any:
        """Return the operations under a node; those that the other side knows are its leaves."""
        rows: list[Any] = []
        place: dict[int, int] = {}
        for node in self._order(root, known):
            place[id(node)] = len(rows)
            if id(node) in known:
                rows.append(["known", known[id(node)]])
                continue
            inputs = [
                ["node", place[id(x)]] if id(x) in place else self.encode(x) for x in node.inputs
            ]
            data = self.encode(node.data)
            if type(node) is self.num():
                rows.append(["num", data, inputs, self.encode(list(node.partials))])
            elif node.op is None or not inputs:
                rows.append(["leaf", type(node).__name__, data, str(node.label)])
            else:
                params = self.encode(dict(getattr(node, "params", None) or {}))
                rows.append(["op", node.op.name, inputs, params])
        return ["graph", rows]

    def _order(self, root: Any, known: dict[int, int]) -> list[Any]:
        """Return the nodes under root, inputs first, without going below known ones."""
        found: list[Any] = []
        seen: set[int] = set()
        stack = [(root, False)]
        while stack:
            node, done = stack.pop()
            if done:
                found.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                if id(node) not in known:
                    kinds = (Value, Tensor, self.num() or Value)
                    stack += [(x, False) for x in node.inputs if isinstance(x, kinds)]
        return found

    # --- in ---

    def decode(self, message: Any, known: list[Any] | None = None) -> Any:
        """Return what `encode` wrote. known: the nodes that were sent before, by place."""
        kind, *rest = message
        if kind in ("none", "open"):
            return None if kind == "none" else ...
        if kind in ("bool", "int", "float", "str"):
            return rest[0]
        if kind in ("list", "tuple", "set"):
            parts = [self.decode(part, known) for part in rest[0]]
            return parts if kind == "list" else tuple(parts) if kind == "tuple" else _set(parts)
        if kind == "dict":
            return {_key(self.decode(k)): self.decode(v, known) for k, v in rest[0]}
        if kind == "slice":
            return slice(*[self.decode(part) for part in rest[0]])
        if kind == "array":
            return self._decode_array(*rest, known)
        if kind == "graph":
            return self._decode_graph(rest[0], known or [])
        if kind == "function":
            return Remote(self.call, rest[0], rest[1])
        return Foreign(str(rest[0]) if rest else "?")

    def _decode_array(self, kind: str, shape: list[int], parts: Any, known: Any) -> np.ndarray:
        items = [self.decode(part, known) for part in parts]
        result = np.empty(len(items), dtype=object)
        result[:] = items
        types = {"b": bool, "i": int, "u": int, "f": float, "O": object}
        return result.astype(types[kind]).reshape(shape)

    def _decode_graph(self, rows: list[Any], known: list[Any]) -> Any:
        nodes: list[Any] = []
        numbers = 0
        if len(rows) > LIMIT:
            raise TooLarge(f"a graph of {len(rows)} operations")

        def operand(message: Any) -> Any:
            return nodes[message[1]] if message[0] == "node" else self.decode(message)

        for kind, *rest in rows:
            if kind == "known":
                nodes.append(known[rest[0]])
            elif kind == "leaf":
                made = {"Value": Value, "Tensor": Tensor}[rest[0]]
                nodes.append(made(self.decode(rest[1]), label=rest[2]))
            elif kind == "num":
                inputs = tuple(operand(x) for x in rest[1])
                make = self.num()
                nodes.append(make(self.decode(rest[0]), inputs, tuple(self.decode(rest[2]))))
            else:
                row = primitives()[rest[0]]
                nodes.append(row(*[operand(x) for x in rest[1]], **self.decode(rest[2])))
            numbers += getattr(nodes[-1], "size", 1)
            if numbers > MOST:  # before anything is computed from it
                raise TooLarge(f"a graph of more than {MOST} numbers")
        return nodes[-1]


def arguments(wire: Wire, args: Any, keywords: Any) -> tuple[Any, list[Any]]:
    """Return a call's arguments as JSON, and the nodes among them in the order of their places.

    A node is sent as a leaf: what the other side computes from it comes back in terms of it.
    """
    sent: list[Any] = []

    def one(x: Any) -> Any:
        if type(x) in (Value, Tensor) or (wire.num() and type(x) is wire.num()):
            sent.append(x)
            kind = "num" if type(x) is wire.num() else type(x).__name__
            label = getattr(x, "label", "")
            return ["argument", kind, len(sent) - 1, wire.encode(x.data), str(label)]
        return wire.encode(x)

    return [[one(x) for x in args], {k: one(x) for k, x in keywords.items()}], sent


def received(wire: Wire, message: Any) -> tuple[list[Any], dict[str, Any], dict[int, int]]:
    """Return the arguments and keywords of a call that came in, and where its nodes are."""
    known: dict[int, int] = {}
    keep: list[Any] = []  # the ids of nodes count only while these live

    def one(part: Any) -> Any:
        if part[0] != "argument":
            return wire.decode(part)
        _, kind, place, data, label = part
        if kind == "num":
            node = wire.num()(wire.decode(data))
        else:
            node = {"Value": Value, "Tensor": Tensor}[kind](wire.decode(data), label=label)
        known[id(node)] = place
        keep.append(node)
        return node

    args, keywords = message
    return [one(part) for part in args], {k: one(part) for k, part in keywords.items()}, known


def _foreign(x: Any) -> Any:
    return ["foreign", type(x).__name__ if not isinstance(x, type) else f"{x.__name__} itself"]


def _set(parts: list[Any]) -> set[Any]:
    return {part if isinstance(part, int | float | str | tuple) else str(part) for part in parts}


def _key(x: Any) -> Any:
    return x if isinstance(x, int | float | str | tuple) else str(x)
