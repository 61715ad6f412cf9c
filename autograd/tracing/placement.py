"""The second step of rolling up: decide where each number is stored, and how to read many at once.

A block is one `Tensor`. A number's place is a block and a position in it; a set of numbers is read
as simply as their places allow: the block itself, its transpose, a slice, an index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd.rows import table
from autograd.tensor import Tensor
from autograd.tracing.grouping import Groups
from autograd.tracing.names import common_name, stems
from autograd.value import Value

Codes = Any  # an integer array: a slot for each number, or -1 - k for the k-th constant

_APART = 4  # the most numbers with different names that become separate inputs


@dataclass
class LeafBlock:
    """Leaf numbers stored in one array of the program, and where each replay reads them.

    leaf: the number of the argument that is this array. If it is None, each of the `entries` says
        where one element comes from: a `Value`, or (number of an argument, position in it).
    """

    tensor: Tensor
    name: str
    leaf: int | None = None
    entries: list[Any] = field(default_factory=list)
    differentiable: bool = False


@dataclass
class Arguments:
    """The arguments of a function, the leaves that stand for them, and their names.

    variables: the function's names for the nodes that it reads from outside.
    """

    stand_ins: Sequence[Any]
    given: Sequence[Any]
    names: Sequence[str]
    variables: dict[Any, str]

    def name(self, i: int) -> str:
        """Return the name of an argument."""
        return self.names[i] if i < len(self.names) else "drawn"

    def name_of(self, where: Any) -> str:
        """Return the name of a leaf's number, preferably the user's label."""
        if type(where) is not tuple:
            return where.label or self.variables.get(where, "")
        i, position = where
        x, name = self.given[i], self.name(i)
        if position is not None:
            x, name = x.reshape(-1)[position], f"{name}[{position}]"
        return getattr(x, "label", "") or name

    @cached_property
    def _sizes(self) -> Counter[str]:
        return Counter(name.partition("[")[0] for name in self.variables.values())

    def is_whole(self, where: list[Any]) -> bool:
        """Return whether leaves are labelled, or else all that a variable of the function holds."""
        first = where[0]
        if type(first) is tuple or first.label:
            return True
        container = self.variables.get(first, "").partition("[")[0]
        return self._sizes[container] == len(where)


class Placement:
    """The blocks, and the place of each number."""

    def __init__(self, groups: Groups, arguments: Arguments) -> None:
        self.groups, self.arguments = groups, arguments
        self.blocks: list[Tensor] = []
        self.leaf_blocks: list[LeafBlock] = []
        self._joined: dict[tuple[int, ...], Tensor] = {}
        self._used: dict[str, int] = {}
        self._placed: list[tuple[int, int, int]] = []  # slot, block, position
        for i, (stand_in, x) in enumerate(zip(arguments.stand_ins, arguments.given, strict=True)):
            self._argument(i, stand_in, x)

    def _argument(self, i: int, stand_in: Any, x: Any) -> None:
        """Give an argument its slots; a numeric array is already a block."""
        groups = self.groups
        if isinstance(stand_in, Value):
            groups.leaf(stand_in, (i, None), "value" if isinstance(x, Value) else "number")
        elif isinstance(x, np.ndarray) and x.dtype == object:
            flat = x.reshape(-1)
            for position, e in enumerate(stand_in.reshape(-1)):
                kind = "value" if isinstance(flat[position], Value) else "number"
                groups.leaf(e, (i, position), kind)
        else:
            data = np.array([e.raw for e in stand_in.reshape(-1)]).reshape(stand_in.shape)
            block = LeafBlock(Tensor(data), self.arguments.name(i), leaf=i)
            self.leaf_blocks.append(block)
            for position, e in enumerate(stand_in.reshape(-1)):
                self._placed.append((groups.new(e, ("argument", i)), len(self.blocks), position))
            self.blocks.append(block.tensor)

    def begin(self) -> None:
        """Make room for the places of all numbers, now that they are known."""
        n = self.groups.count
        self.block_of, self.position = np.full(n, -1), np.zeros(n, int)
        for slot, block, position in self._placed:
            self.block_of[slot], self.position[slot] = block, position

    # --- putting numbers into blocks ----------------------------------------------------------

    def store(self, slots: Codes, tensor: Any) -> None:
        """Record that the numbers of `slots`, which has the tensor's shape, are in the tensor.

        It may be an array or a number, if it was computed from constants alone.
        """
        flat = np.reshape(slots, -1)
        self.block_of[flat] = len(self.blocks)
        self.position[flat] = np.arange(flat.size)
        self.blocks.append(as_tensor(tensor))

    def place(self, slots: Codes, name: str) -> None:
        """Make a new block of leaves that are in none yet."""
        flat = np.reshape(slots, -1).tolist()
        where = [self.groups.leaves[slot] for slot in flat]
        data = [
            e.raw if type(e) is not tuple else self._stand_in_data[slot]
            for e, slot in zip(where, flat, strict=True)
        ]
        tensor = Tensor(np.array(data, float).reshape(np.shape(slots)))
        label = common_name([self.arguments.name_of(e) for e in where])
        if label and (len(where) > 1 or name != "p") and not self.arguments.is_whole(where):
            label = ""  # the name is that of more than these
        n = 0
        if not label:
            n = self._used[name] = self._used.get(name, 0) + 1
        differentiable = self.groups.is_kind(flat[0], "value")
        self.leaf_blocks.append(
            LeafBlock(tensor, label or f"{name}{n}", None, where, differentiable)
        )
        self.store(slots, tensor)

    @cached_property
    def _stand_in_data(self) -> dict[int, float]:
        return {slot: node.raw for node, slot in self.groups.slot.items()}

    def place_rest(self, codes: Codes) -> None:
        """Make blocks of the leaves among the codes that are in none, one for each kind."""
        flat = np.reshape(codes, -1)
        slots = flat[flat >= 0]
        loose = slots[self.block_of[slots] < 0]
        by_kind: dict[int, dict[int, None]] = {}
        for slot in loose.tolist():
            by_kind.setdefault(self.groups.kinds[slot], {})[slot] = None
        for distinct in by_kind.values():
            new = np.array(list(distinct))
            if new.size == np.size(codes):
                new = np.asarray(codes)
            self.place(new.reshape(()) if new.size == 1 else new, "p")

    def place_apart(self, codes: Codes) -> None:
        """Make blocks of the leaves; a few leaves with different names get one each."""
        leaves = self.groups.leaves
        slots = [c for c in dict.fromkeys(codes.tolist()) if c in leaves]
        loose = [c for c in slots if self.block_of[c] < 0]
        few = len(loose) <= _APART
        if few and len(stems([self.arguments.name_of(leaves[c]) for c in loose])) > 1:
            for c in loose:
                self.place(np.array(c), "p")
        self.place_rest(codes)

    def loose(self, codes: Codes) -> bool:
        """Return whether these are distinct leaves that are in no block yet."""
        flat = np.reshape(codes, -1)
        slots = set(flat.tolist())
        return bool(
            slots <= self.groups.leaves.keys()
            and len(set(map(self.groups.kinds.__getitem__, slots))) == 1
            and (self.block_of[flat] < 0).all()
            and len(slots) == flat.size
        )

    def are_integers(self, codes: Codes) -> bool:
        """Return whether these are certainly integers: constants, or elements of integer arrays."""
        given = self.arguments.given
        leaf = {id(block.tensor): block.leaf for block in self.leaf_blocks}

        def whole(code: int) -> bool:
            if code < 0:
                return self.groups.constants[-code - 1].is_integer()
            block = int(self.block_of[code])
            i = leaf.get(id(self.blocks[block])) if block >= 0 else None
            return i is not None and given[i] is not None and given[i].dtype.kind in "iu"

        return all(map(whole, np.unique(codes).tolist()))

    # --- reading numbers out of blocks --------------------------------------------------------

    def gather(self, codes: Codes, spread: bool = False) -> Any:
        """Return the numbers of the codes as a Tensor of that shape, or as a constant.

        spread: axes along which all numbers are the same may have length 1 instead.
        """
        if np.ndim(codes) == 0:
            return self.gather_one(int(codes))
        if spread:
            codes = compact(codes)
        flat = np.reshape(codes, -1)
        if (flat < 0).all():
            values = np.array(self.groups.constants)[-flat - 1].reshape(np.shape(codes))
            if (values == values.flat[0]).all() and (spread or values.ndim == 0):
                return float(values.flat[0])
            return values
        self.place_rest(codes)
        if (flat < 0).any():
            return self._with_constants(codes)
        blocks = self.block_of[flat]
        position = self.position[flat].reshape(np.shape(codes))
        if (blocks == blocks[0]).all():
            return _view(self.blocks[blocks[0]], position)
        used = np.unique(blocks)
        key = tuple(used.tolist())
        if key not in self._joined:
            parts = [table.reshape(self.blocks[b], (-1,)) for b in key]
            self._joined[key] = table.concatenate(parts)
        sizes = [self.blocks[b].size for b in key]
        offsets = np.zeros(int(used.max()) + 1, int)
        offsets[list(key)] = np.cumsum([0, *sizes[:-1]])
        return _view(self._joined[key], position + offsets[blocks].reshape(position.shape))

    def gather_one(self, code: int) -> Any:
        """Return one number: a Tensor, or a constant."""
        if code < 0:
            return self.groups.constants[-code - 1]
        if self.block_of[code] < 0:
            self.place(np.array(code), "p")
        tensor = self.blocks[self.block_of[code]]
        return _view(tensor, self.position[code]) if tensor.shape else tensor

    def _with_constants(self, codes: Codes) -> Any:
        """Gather codes some of which are constants: these make a block of their own."""
        flat = np.reshape(codes, -1)
        values = np.array(self.groups.constants)[-flat[flat < 0] - 1]
        known = self.gather(flat[flat >= 0])
        order = np.empty(flat.size, int)
        order[flat >= 0] = np.arange(known.size)
        order[flat < 0] = known.size + np.arange(values.size)
        joined = table.concatenate([table.reshape(known, (-1,)), values])
        return _view(joined, order.reshape(np.shape(codes)))

    def whole(self, codes: Codes) -> Any:
        """Gather numbers whose order and shape do not matter; a whole block is taken as it is."""
        self.place_rest(codes)
        blocks = self.block_of[np.maximum(codes, 0)]
        if (codes >= 0).all() and (blocks == blocks[0]).all():
            tensor = self.blocks[blocks[0]]
            if tensor.size == codes.size == len(set(codes.tolist())):
                return tensor
        return self.gather(codes)

    def locations(self, codes: Codes) -> Codes:
        """Return numbers that sort by block, then by position in it."""
        codes = np.asarray(codes, np.int64)  # where an index has 32 bits only, both need more
        slots = np.maximum(codes, 0)
        block = np.where(codes < 0, -2, self.block_of[slots]).astype(np.int64)
        position = np.where(self.block_of[slots] < 0, codes, self.position[slots])
        return block * (1 << 32) + position

    def block_numbers(self, codes: Codes) -> Codes:
        """Return the block that each number is in; -1 for constants."""
        return np.where(codes < 0, -1, self.block_of[np.maximum(codes, 0)])

    # --- layouts ------------------------------------------------------------------------------

    def layout(self, columns: Codes) -> tuple[Codes, tuple[int, ...]]:
        """Return an order of a group's members, and a shape, that need little gathering.

        columns: the codes of the operands, one row for each member.
        """
        n = len(columns)
        if n == 1:
            return np.array([0]), ()
        candidates = []
        for column in columns.T:
            if (column < 0).any():
                continue
            if (self.block_of[column] < 0).all() and len(set(column.tolist())) == n:
                self.place(column, "p")
            blocks = self.block_of[column]
            if (blocks < 0).any() or (blocks != blocks[0]).any():
                continue
            position = self.position[column]
            if len(set(position.tolist())) != n:
                continue
            tensor = self.blocks[blocks[0]]
            if tensor.size == n:
                return np.argsort(position), tensor.shape
            candidates.append(np.argsort(position))
        crossed = self._crossed(columns)
        if crossed is not None:
            return crossed
        return (candidates[0] if candidates else np.arange(n)), (n,)

    def _crossed(self, columns: Codes) -> tuple[Codes, tuple[int, ...]] | None:
        """Lay the members out as a table if they are all pairs from two sets of operands."""
        ranks = [np.unique(self.locations(c), return_inverse=True)[1] for c in columns.T]
        for a in range(len(ranks)):
            for b in range(a + 1, len(ranks)):
                rows, cols = int(ranks[a].max()) + 1, int(ranks[b].max()) + 1
                if rows > 1 and cols > 1 and rows * cols == len(columns):
                    place = ranks[a] * cols + ranks[b]
                    if len(set(place.tolist())) == len(columns):
                        return np.argsort(place), (rows, cols)
        return None


def as_tensor(x: Any) -> Any:
    """Return a constant as a Tensor, and a Tensor as it is."""
    return x if isinstance(x, Tensor) else Tensor(x)


def compact(codes: Codes) -> Codes:
    """Reduce axes along which all codes are the same to length 1, and drop leading ones."""
    codes = np.asarray(codes)
    for axis in range(codes.ndim):
        first = np.take(codes, [0], axis)
        if codes.shape[axis] > 1 and (codes == first).all():
            codes = first
    while codes.ndim and codes.shape[0] == 1:
        codes = codes[0]
    return codes


def _view(tensor: Any, position: Codes) -> Any:
    """Return tensor.ravel()[position] in the simplest form possible."""
    position = np.asarray(position)
    shape, wanted, flat = tensor.shape, position.shape, position.reshape(-1)
    n = flat.size
    if n == 1 < tensor.size:  # first, since the rest takes time proportional to the whole
        picked = tensor[tuple(int(i) for i in np.unravel_index(int(flat[0]), shape))]
        return picked if wanted == () else table.reshape(picked, wanted)
    whole = np.arange(tensor.size)
    if n == tensor.size and (flat == whole).all():
        return tensor if shape == wanted else table.reshape(tensor, wanted)
    if len(shape) == 2 and n == tensor.size and (flat == whole.reshape(shape).T.reshape(-1)).all():
        return tensor.T if wanted == shape[::-1] else table.reshape(tensor.T, wanted)
    if len(shape) == 2 and len(wanted) == 2:
        r, c = np.divmod(position, shape[1])
        rows, columns = _range(r[:, 0]), _range(c[0])
        if (r == r[:, :1]).all() and (c == c[:1]).all() and rows and columns:
            return tensor[rows, columns]
    if len(shape) == 2 and len(wanted) == 1:
        r, c = np.divmod(flat, shape[1])
        rows, columns = _range(r), _range(c)
        if (c == c[0]).all() and rows:
            return tensor[rows, int(c[0])]
        if (r == r[0]).all() and columns:
            return tensor[int(r[0]), columns]
    line = table.reshape(tensor, (-1,))
    run = _range(flat)
    return table.reshape(line[run], wanted) if run else line[position]


def _range(indices: Codes) -> slice | None:
    """Return the slice equal to these indices, if there is one."""
    step = int(indices[1] - indices[0]) if len(indices) > 1 else 1
    if step < 1 or (np.diff(indices) != step).any():
        return None
    start, stop = int(indices[0]), int(indices[-1]) + 1
    return slice(start, stop, None if step == 1 else step)
