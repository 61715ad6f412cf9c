"""The first step of rolling up: find the numbers of a graph that are computed in the same way.

Each number has a slot, and each slot a kind: numbers of one kind come from the same operation on
numbers of the same kinds, and are computed at once. A chain of additions counts as one sum,
Σ left·right + Σ rest + constant, in whatever order it was added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import starmap
from operator import attrgetter
from typing import Any, NamedTuple

from autograd.rows.facts import Terms
from autograd.rows.op import Op
from autograd.tracing.recording import Recording
from autograd.value import Value

#: What a row adds to a sum: each of its operands, the product of its two, both, or nothing.
_SUM, _PRODUCT, _MIXED, _NONE = "sum", "product", "mixed", ""


class _Adds(dict[Any, str]):
    """What each row adds to a sum, worked out when it is first asked for."""

    def __missing__(self, op: Op | None) -> str:
        self[op] = found = _how(op)
        return found


_ADDS = _Adds()


def _how(op: Op | None) -> str:
    if op is None or op.terms is None:
        return _NONE
    if not op.elementwise:
        return _SUM if not op.terms(0, 1, 2)[0] else _MIXED
    terms = op.terms(*range(op.arity))
    every = {(): _SUM, ((0, 1),): _PRODUCT}
    return every.get(tuple(terms[0]), _MIXED) if op.arity == 2 else _MIXED


def _terms_of(node: Value) -> Terms:
    op: Any = node.op
    terms: Terms = op.terms(*node.inputs)
    return terms


class _Product(NamedTuple):
    """A product that a row adds, as a node of a product has its factors."""

    first: Any
    second: Any


_FIRST, _SECOND = attrgetter("first"), attrgetter("second")


@dataclass(slots=True)
class Sum:
    """Σ left·right + Σ rest + constant; the numbers are given by their codes (see `Groups`)."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    rest: tuple[int, ...]
    constant: float


@dataclass
class Group:
    """Numbers of one kind: their slots, what each is computed from, the first and last of them."""

    slots: list[int]
    terms: list[Any]  # `Sum`s, or (row, codes)
    first: Value
    last: Value


@dataclass
class Groups:
    """All numbers of a graph, in groups. A code is a slot, or -1 - k for the k-th constant."""

    recording: Recording
    slot: dict[Value, int] = field(default_factory=dict)
    kinds: dict[int, int] = field(default_factory=dict)  # by code; of constants it is -1
    levels: list[int] = field(default_factory=list)  # of each kind
    leaves: dict[int, Any] = field(default_factory=dict)  # where each leaf's number comes from
    constants: list[float] = field(default_factory=list)
    groups: dict[int, Group] = field(default_factory=dict)
    _kind_of: dict[Any, int] = field(default_factory=dict)
    _constant_codes: dict[float, int] = field(default_factory=dict)
    _equal: dict[Any, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of slots."""
        return len(self.kinds) - len(self.constants)

    def in_order(self) -> list[Group]:
        """Return the groups in topological order."""
        return [self.groups[k] for k in sorted(self.groups, key=lambda k: (self.levels[k], k))]

    def leaf(self, node: Value, where: Any, kind: Any) -> int:
        """Give a leaf its slot. where: its node, or (number of the argument, position in it)."""
        slot = self.new(node, kind)
        self.leaves[slot] = where
        return slot

    def new(self, node: Value, kind: Any, level: int = 0) -> int:
        """Give a number a slot of the given kind."""
        slot = self.slot[node] = self.count
        self.kinds[slot] = self._kind(kind, level)
        return slot

    def is_kind(self, slot: int, kind: Any) -> bool:
        """Return whether a slot has the kind that was declared under this name."""
        return self.kinds[slot] == self._kind_of.get(kind)

    def _kind(self, key: Any, level: int) -> int:
        found = self._kind_of.get(key)
        if found is None:
            found = self._kind_of[key] = len(self.levels)
            self.levels.append(level)
        return found

    def code(self, x: Any) -> int:
        """Return the slot of a node, or the code of a constant."""
        if type(x) is Value:
            slot = self.slot.get(x)
            if slot is not None:
                return slot
            if not self.recording.made(x):
                return self.leaf(x, x, "value")
            x = x.raw  # a leaf that the function made for itself
        x = float(x)
        code = self._constant_codes.get(x)
        if code is None:
            self.constants.append(x)
            code = self._constant_codes[x] = -len(self.constants)
            self.kinds[code] = -1
        return code

    # --- grouping -----------------------------------------------------------------------------

    def group(self, roots: Sequence[Value]) -> None:
        """Put everything that the roots depend on into groups."""
        reached = _Reached(roots, self.recording.nodes)
        for node in reached.whole:
            if node in self.slot:
                continue
            if _ADDS[node.op] in (_SUM, _MIXED):
                self._add_sum(node, *reached.terms(node))
            else:
                self._add_other(node)
        for root in roots:
            self.code(root)

    def _add_sum(
        self, node: Value, products: list[Any], single: list[Any], constant: float
    ) -> None:
        left = self._codes([*map(_FIRST, products)])
        right = self._codes([*map(_SECOND, products)])
        rest = self._codes(single)
        if rest and min(rest) < 0:
            for code in rest:
                constant += self.constants[-code - 1] if code < 0 else 0.0
            rest = tuple(code for code in rest if code >= 0)
        lefts, rights, rests = self._kinds(left), self._kinds(right), self._kinds(rest)
        if len(lefts) == len(rights) == 1:
            if self._turned(left[0], right[0]):
                left, right, lefts, rights = right, left, rights, lefts
        elif left:
            pairs = zip(left, right, strict=True)
            turned = [(b, a) if self._turned(a, b) else (a, b) for a, b in pairs]
            left, right = zip(*turned, strict=True)
            lefts, rights = self._kinds(left), self._kinds(right)
        key = (len(left), len(rest), lefts, rights, rests)
        equal = (left, right, rest, constant)
        self._join(node, key, Sum(*equal), equal, lefts + rights + rests)

    def _kinds(self, codes: tuple[int, ...]) -> tuple[int, ...]:
        """Return the kinds that occur among codes."""
        return tuple(dict.fromkeys(map(self.kinds.__getitem__, codes)))

    def _turned(self, a: int, b: int) -> bool:
        """Return whether b goes on the left in a·b, as constants and lone leaves do."""
        return b < 0 or (a >= 0 and b in self.leaves and a not in self.leaves)

    def _codes(self, xs: list[Any]) -> tuple[int, ...]:
        """Return the codes of operands; most are of numbers that have their slots."""
        codes: tuple[Any, ...] = tuple(map(self.slot.get, xs))
        return tuple(map(self.code, xs)) if None in codes else codes

    def _add_other(self, node: Value) -> None:
        codes = [self.code(x) for x in node.inputs]
        kinds = [self.kinds[c] for c in codes]
        key: Any = (node.op, *kinds)
        if node.op is not None and not node.op.elementwise:
            key = (node.op, len(codes), tuple(dict.fromkeys(kinds)))
        self._join(node, key, (node.op, codes), (node.op, *codes), kinds)

    def _join(self, node: Value, key: Any, terms: Any, equal: Any, used: Sequence[int]) -> None:
        """Give a node its slot: that of an equal one, or a new one in the group of its kind."""
        known = self._equal.get(equal)
        if known is not None:
            self.slot[node] = known
            return
        kind = self._kind_of.get(key)
        if kind is None:
            level = 1 + max((self.levels[k] for k in used if k >= 0), default=0)
            kind = self._kind(key, level)
        slot = self.slot[node] = self._equal[equal] = self.count
        self.kinds[slot] = kind
        members = self.groups.get(kind)
        if members is None:
            members = self.groups[kind] = Group([], [], node, node)
        members.slots.append(slot)
        members.terms.append(terms)
        members.last = node


class _Reached:
    """What the roots depend on, and the terms of its sums.

    nodes: everything recorded, in order, so inputs come first. One pass from last to first is
        therefore enough; a walk of the graph would take three times as long.
    whole: what the roots depend on, inputs first, without the parts of sums. A part is itself a
        sum or a product, and used only as a term of one other sum.
    """

    def __init__(self, roots: Sequence[Value], nodes: list[Value]) -> None:
        self.whole: list[Value] = []
        #: by what is used only as a term of one sum: the terms of that sum; None for all others
        self._only_in = only_in = dict[Any, list[Any] | None].fromkeys(roots)
        #: the terms of each sum, the last one first; some of them are sums themselves
        self._terms: dict[Value, list[Any]] = {}
        for node in reversed(nodes):
            try:
                terms = only_in[node]
            except KeyError:
                continue
            adds = _ADDS[node.op]
            if terms is None or not adds:
                self.whole.append(node)
            a, b = node.first, node.second
            if type(a) is tuple:
                self._use_many(node, a)
            elif adds is _SUM:
                if terms is not None and terms[-1] is node:  # a chain: in its place come its terms
                    terms.pop()
                else:
                    terms = self._terms[node] = []
                terms.append(b)
                terms.append(a)
                only_in[a] = None if a in only_in else terms  # plain numbers do no harm in it
                only_in[b] = None if b in only_in else terms
            else:
                only_in[a] = only_in[b] = None
                if adds is _MIXED:
                    self._terms[node] = list(_terms_of(node)[1])[::-1]
        self.whole.reverse()

    def _use_many(self, node: Value, xs: Sequence[Any]) -> None:
        """Note the operands of a row of any number of them."""
        adds = _ADDS[node.op]
        single = list(xs if adds is _SUM else _terms_of(node)[1] if adds else ())
        terms = self._terms[node] = single[::-1]
        for x in xs:
            if type(x) is Value:
                one = adds is _SUM or any(x is y for y in single)
                self._only_in[x] = terms if one and x not in self._only_in else None

    def terms(self, node: Value) -> tuple[list[Any], list[Any], float]:
        """Return a sum: its products, with `first` and `second`, other terms, a constant."""
        products, single, constant = list[Any](), list[Any](), 0.0
        only_in = self._only_in
        stack = [*self._opened(node, products)]
        while stack:
            x = stack.pop()
            if type(x) is not Value:
                constant += x
            elif only_in[x] is None or not (adds := _ADDS[x.op]):
                single.append(x)
            elif adds is _PRODUCT:
                products.append(x)
            else:
                stack += self._opened(x, products)
        return products, single, constant

    def _opened(self, node: Value, products: list[Any]) -> list[Any]:
        """Return the terms of a sum, the last one first, and add the products that its row has."""
        if _ADDS[node.op] is _MIXED:
            products += starmap(_Product, _terms_of(node)[0])
        return self._terms[node]
