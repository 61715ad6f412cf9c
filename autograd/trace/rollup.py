"""Scalars rolled up into arrays: equal operations of many `Value`s become one of `Tensor`s.

A network written neuron by neuron is a graph of thousands of single numbers. Here they are
put in groups: numbers that were computed in the same way from the same kinds of numbers. Each
group is computed at once, on `Tensor`s that are recorded in turn, so that what follows (the
backward pass, the generated code) knows arrays only.

Chains of additions count as one sum, and sums of products as one operation too. If the left
factors of a group of such sums are a few rows that repeat, and the right factors likewise,
and every left row meets every right row, then the group is a matrix product. Nobody said that
a layer is one; it is found.

Operations that each need the one before (a long recurrence) are groups of one, and stay what
they are in the program. Recording them takes linear time, about 100 µs for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd import modes, ops
from autograd.modes import Origin
from autograd.recording import Recording
from autograd.rows.elementwise import Elementwise
from autograd.tensor import Tensor
from autograd.trace.arguments import common_name, stems
from autograd.value import Value

Codes = Any  # an integer array: a slot for each number, or -1 - k for the constant number k

_ADDITIVE = (ops.add, ops.sum, ops.dot)
_APART = 4  # numbers of different names that may be written one by one
_FEW = 2  # terms that are added one by one; more are gathered and summed


@dataclass
class Block:
    """Leaf numbers that lie in one array of the program, and where they are read.

    leaf: the argument that is the array, or None; then `entries` says where each number is:
        a `Value`, or the argument (and the place in it) that it comes from.
    """

    tensor: Tensor
    name: str
    leaf: int | None = None
    entries: list[Any] = field(default_factory=list)
    differentiable: bool = False


def roll_up(
    roots: Sequence[Value],
    recording: Recording,
    stand_ins: Sequence[Any],
    given: Sequence[Any],
    names: Sequence[str],
    variables: dict[Any, str],
) -> tuple[list[Tensor], list[Block]]:
    """Compute the roots on arrays; return them and the arrays of leaves that they start from.

    stand_ins, given, names: the leaves that stand for the arguments, the arguments, and what
        the function calls them.
    variables: what it calls the nodes that it meets inside.
    """
    rolling = Rolling(roots, recording, stand_ins, given, names, variables)
    return rolling.run(), rolling.leaf_blocks


@dataclass
class _Sum:
    """Σ left·right + Σ rest + constant: what a chain of additions comes to."""

    left: list[int]
    right: list[int]
    rest: list[int]
    constant: float


class Rolling:
    """The state of one rolling-up."""

    def __init__(
        self,
        roots: Sequence[Value],
        recording: Recording,
        stand_ins: Sequence[Any],
        given: Sequence[Any],
        names: Sequence[str],
        variables: dict[Any, str],
    ) -> None:
        self.roots, self.recording = roots, recording
        self.given, self.names, self.variables = given, names, variables
        self.order = _Order(roots, recording)
        self.slot: dict[Value, int] = {}
        self.kinds: list[int] = []  # of each slot: numbers of one kind are computed alike
        self.levels: list[int] = []  # of each kind
        self.leaves: dict[int, Any] = {}  # where the number of a leaf's slot is read
        self.constants: list[float] = []
        self.blocks: list[Tensor] = []
        self.leaf_blocks: list[Block] = []
        self._kind_of: dict[Any, int] = {}
        self._groups: dict[int, list[tuple[int, Any]]] = {}
        self._first: dict[int, Value] = {}  # node of each group, and its last
        self._last: dict[int, Value] = {}
        self._constant_codes: dict[float, int] = {}
        self._equal: dict[Any, int] = {}
        self._joined: dict[tuple[int, ...], Tensor] = {}
        self._used: dict[str, int] = {}
        self._arguments(stand_ins, given)

    # --- leaves -------------------------------------------------------------------------------

    def _arguments(self, stand_ins: Any, given: Any) -> None:
        """Give the arguments their slots; a numeric array is a block as it is."""
        self._placed: list[tuple[int, int, int]] = []  # slot, block, position
        for i, (stand_in, x) in enumerate(zip(stand_ins, given, strict=True)):
            if isinstance(stand_in, Value):
                kind = "value" if isinstance(x, Value) else "number"
                self._leaf(stand_in, (i, None), kind)
            elif isinstance(x, np.ndarray) and x.dtype == object:
                for position, e in enumerate(stand_in.reshape(-1)):
                    kind = "value" if isinstance(x.reshape(-1)[position], Value) else "number"
                    self._leaf(e, (i, position), kind)
            else:
                data = np.array([e._data for e in stand_in.reshape(-1)]).reshape(stand_in.shape)
                name = self._argument_name(i)
                block = Block(Tensor(data), name, leaf=i)
                self.leaf_blocks.append(block)
                self.blocks.append(block.tensor)
                for position, e in enumerate(stand_in.reshape(-1)):
                    slot = self._new(e, ("argument", i), 0)
                    self._placed.append((slot, len(self.blocks) - 1, position))

    def _argument_name(self, i: int) -> str:
        return self.names[i] if i < len(self.names) else "drawn"

    def _name(self, where: Any) -> str:
        """Return what the number of a leaf is called: the user's label before all."""
        if type(where) is not tuple:
            return where.label or self.variables.get(where, "")
        i, position = where
        x, name = self.given[i], self._argument_name(i)
        if position is not None:
            x, name = x.reshape(-1)[position], f"{name}[{position}]"
        return getattr(x, "label", "") or name

    def _is_whole(self, where: list[Any]) -> bool:
        """Whether leaves without labels are all that a variable of the function holds."""
        first = where[0]
        if type(first) is tuple or first.label:
            return True
        container = self.variables.get(first, "").partition("[")[0]
        return self._sizes[container] == len(where)

    @cached_property
    def _sizes(self) -> Counter[str]:
        return Counter(name.partition("[")[0] for name in self.variables.values())

    def _leaf(self, node: Value, where: Any, kind: str) -> int:
        slot = self._new(node, kind, 0)
        self.leaves[slot] = where
        return slot

    def _new(self, node: Value, key: Any, level: int) -> int:
        slot = self.slot[node] = len(self.kinds)
        self.kinds.append(self._kind(key, level))
        return slot

    def _kind(self, key: Any, level: int) -> int:
        found = self._kind_of.get(key)
        if found is None:
            found = self._kind_of[key] = len(self.levels)
            self.levels.append(level)
        return found

    def _code(self, x: Any) -> int:
        """Return the slot of a node, or the code of a constant."""
        if type(x) is Value:
            slot = self.slot.get(x)
            if slot is not None:
                return slot
            if not self.recording.made(x):
                return self._leaf(x, x, "value")
            x = x._data  # a leaf that the function made for itself
        x = float(x)
        code = self._constant_codes.get(x)
        if code is None:
            self.constants.append(x)
            code = self._constant_codes[x] = -len(self.constants)
        return code

    def _kind_of_code(self, code: int) -> int:
        return self.kinds[code] if code >= 0 else -1

    # --- grouping -----------------------------------------------------------------------------

    def run(self) -> list[Tensor]:
        """Group, compute the groups in order, and return the roots."""
        self._group()
        n = len(self.kinds)
        self.block_of, self.position = np.full(n, -1), np.zeros(n, int)
        for slot, block, position in self._placed:
            self.block_of[slot], self.position[slot] = block, position
        kinds = sorted(self._groups, key=lambda kind: (self.levels[kind], kind))
        for kind in kinds:
            self._place_weights(self._groups[kind])
        for kind in kinds:
            members = self._groups[kind]
            slots = np.array([slot for slot, _ in members])
            what = [terms for _, terms in members]
            with modes.inside(_common_origin(self._first[kind], self._last[kind])):
                if isinstance(what[0], _Sum):
                    self._sums(slots, what)
                else:
                    self._elementwise(slots, what)
        return [self._as_tensor(self._gather_one(self._code(root))) for root in self.roots]

    def _group(self) -> None:
        user, ends = self.order.user, self.order.ends
        part = set()
        for node, count in self.order.uses.items():
            if count == 1 and node.op is not None and (node.op in _ADDITIVE or node.op is ops.mul):
                above = user[node]
                if above.op in _ADDITIVE and (above.op is not ops.dot or above.inputs[-1] is node):
                    part.add(node)
        for node in self.order.nodes:
            if node in part or node in self.slot:
                continue
            if node in ends:
                self._code(node)
            elif node.op in _ADDITIVE:
                self._add_sum(node, part)
            else:
                self._add_other(node)

    def _add_sum(self, node: Value, part: set[Value]) -> None:
        left, right, rest, constant = [], [], [], 0.0
        stack = [node]
        code = self._code
        while stack:
            x: Any = stack.pop()
            if type(x) is not Value:
                constant += x
            elif x is not node and x not in part:
                c = code(x)
                if c >= 0:
                    rest.append(c)
                else:
                    constant += self.constants[-c - 1]
            elif x.op is ops.mul:
                left.append(code(x._a))
                right.append(code(x._b))
            elif x.op is ops.dot:
                xs = x.inputs
                n = len(xs) // 2
                left += map(code, xs[:n])
                right += map(code, xs[n:-1])
                stack.append(xs[-1])
            else:
                stack += reversed(x.inputs)
        kinds = self.kinds
        for i, (a, b) in enumerate(zip(left, right, strict=True)):
            # Weights on the left: constants and lone leaves before what was computed.
            if b < 0 or (a >= 0 and b in self.leaves and a not in self.leaves):
                left[i], right[i] = b, a
        key = (
            len(left),
            len(rest),
            tuple(dict.fromkeys([kinds[c] if c >= 0 else -1 for c in left])),
            tuple(dict.fromkeys([kinds[c] if c >= 0 else -1 for c in right])),
            tuple(dict.fromkeys([kinds[c] for c in rest])),
        )
        equal = (tuple(left), tuple(right), tuple(rest), constant)
        self._join(node, key, _Sum(left, right, rest, constant), equal)

    def _add_other(self, node: Value) -> None:
        codes = [self._code(x) for x in node.inputs]
        kinds = [self._kind_of_code(c) for c in codes]
        if not isinstance(node.op, Elementwise):
            key: Any = (node.op, len(codes), tuple(dict.fromkeys(kinds)))
        else:
            key = (node.op, *kinds)
        self._join(node, key, (node.op, codes), (node.op, *codes))

    def _join(self, node: Value, key: Any, terms: Any, equal: Any) -> None:
        """Give a node its slot: that of an equal one, or a new one in the group of its kind."""
        known = self._equal.get(equal)
        if known is not None:
            self.slot[node] = known
            return
        kind = self._kind_of.get(key)
        if kind is None:
            used = [k for part in key[2:] for k in part] if type(key[-1]) is tuple else key[1:]
            level = 1 + max((self.levels[k] for k in used if k >= 0), default=0)
            kind = self._kind(key, level)
        slot = self.slot[node] = self._equal[equal] = len(self.kinds)
        self.kinds.append(kind)
        members = self._groups.get(kind)
        if members is None:
            members = self._groups[kind] = []
            self._first[kind] = node
        members.append((slot, terms))
        self._last[kind] = node

    # --- reading numbers out of blocks --------------------------------------------------------

    def _store(self, slots: Codes, tensor: Any) -> None:
        """Let the numbers of `slots`, which has the tensor's shape, lie in the tensor.

        It is an array or a number where the function computed on `Value`s of its own alone.
        """
        flat = np.reshape(slots, -1)
        self.block_of[flat] = len(self.blocks)
        self.position[flat] = np.arange(flat.size)
        self.blocks.append(self._as_tensor(tensor))

    def _place(self, slots: Codes, name: str) -> None:
        """Make a new block of leaves that lie in none yet."""
        where = [self.leaves[slot] for slot in np.reshape(slots, -1).tolist()]
        data = [
            e._data if type(e) is not tuple else self._stand_in_data[slot]
            for e, slot in zip(where, np.reshape(slots, -1).tolist(), strict=True)
        ]
        tensor = Tensor(np.array(data, float).reshape(np.shape(slots)))
        label = common_name([self._name(e) for e in where])
        if label and (len(where) > 1 or name != "p") and not self._is_whole(where):
            label = ""  # a part of what the function calls so
        n = 0
        if not label:
            n = self._used[name] = self._used.get(name, 0) + 1
        differentiable = self.kinds[int(np.reshape(slots, -1)[0])] == self._kind_of.get("value")
        self.leaf_blocks.append(Block(tensor, label or f"{name}{n}", None, where, differentiable))
        self._store(slots, tensor)

    @cached_property
    def _stand_in_data(self) -> dict[int, float]:
        return {slot: node._data for node, slot in self.slot.items()}

    def _gather(self, codes: Codes, spread: bool = False) -> Any:
        """Return the numbers of the codes as a Tensor of that shape, or as a constant.

        spread: axes along which the numbers are all the same may have length 1 instead.
        """
        if np.ndim(codes) == 0:
            return self._gather_one(int(codes))
        if spread:
            codes = _compact(codes)
        flat = np.reshape(codes, -1)
        if (flat < 0).all():
            values = np.array(self.constants)[-flat - 1].reshape(np.shape(codes))
            if (values == values.flat[0]).all() and (spread or values.ndim == 0):
                return float(values.flat[0])
            return values
        self._place_rest(codes)
        if (flat < 0).any():
            return self._with_constants(codes)
        blocks = self.block_of[flat]
        position = self.position[flat].reshape(np.shape(codes))
        used = np.unique(blocks)
        if len(used) == 1:
            return _view(self.blocks[used[0]], position)
        key = tuple(used.tolist())
        if key not in self._joined:
            parts = [ops.reshape(self.blocks[b], (-1,)) for b in key]
            self._joined[key] = ops.concatenate(parts)
        sizes = [self.blocks[b].size for b in key]
        offsets = np.zeros(int(used.max()) + 1, int)
        offsets[list(key)] = np.cumsum([0, *sizes[:-1]])
        return _view(self._joined[key], position + offsets[blocks].reshape(position.shape))

    def _gather_one(self, code: int) -> Any:
        """Return one number: a Tensor, or a constant."""
        if code < 0:
            return self.constants[-code - 1]
        if self.block_of[code] < 0:
            self._place(np.array(code), "p")
        tensor = self.blocks[self.block_of[code]]
        return _view(tensor, self.position[code]) if tensor.shape else tensor

    def _place_rest(self, codes: Codes) -> None:
        flat = np.reshape(codes, -1)
        slots = flat[flat >= 0]
        loose = slots[self.block_of[slots] < 0]
        by_kind: dict[int, dict[int, None]] = {}
        for slot in loose.tolist():
            by_kind.setdefault(self.kinds[slot], {})[slot] = None
        for distinct in by_kind.values():
            new = np.array(list(distinct))
            if new.size == np.size(codes):
                new = np.asarray(codes)
            self._place(new.reshape(()) if new.size == 1 else new, "p")

    def _with_constants(self, codes: Codes) -> Any:
        """Gather where some of the codes are constants: they make a block of their own."""
        flat = np.reshape(codes, -1)
        values = np.array(self.constants)[-flat[flat < 0] - 1]
        known = self._gather(flat[flat >= 0])
        order = np.empty(flat.size, int)
        order[flat >= 0] = np.arange(known.size)
        order[flat < 0] = known.size + np.arange(values.size)
        joined = ops.concatenate([ops.reshape(known, (-1,)), values])
        return _view(joined, order.reshape(np.shape(codes)))

    def _locations(self, codes: Codes) -> Codes:
        """Return numbers that sort by block, then by position in it."""
        codes = np.asarray(codes)
        slots = np.maximum(codes, 0)
        block = np.where(codes < 0, -2, self.block_of[slots])
        position = np.where(self.block_of[slots] < 0, codes, self.position[slots])
        return block * (1 << 32) + position

    # --- elementwise groups -------------------------------------------------------------------

    def _elementwise(self, slots: Codes, what: list[Any]) -> None:
        op = what[0][0]
        columns = np.array([codes for _, codes in what])
        if not isinstance(op, Elementwise):
            self._reduction(op, slots, columns)
            return
        order, shape = self._layout(columns)
        xs = [self._gather(columns[order, k].reshape(shape), True) for k in range(columns.shape[1])]
        self._store(slots[order], self._shaped(op(*xs), shape))

    def _shaped(self, result: Any, shape: tuple[int, ...]) -> Any:
        result = self._as_tensor(result)
        if result.dtype == bool:
            result = ops.astype(result, dtype=np.dtype(float))
        return result if result.shape == shape else ops.broadcast_to(result, shape)

    def _layout(self, columns: Codes) -> tuple[Codes, tuple[int, ...]]:
        """Return an order of the members, and a shape for them, that needs little gathering."""
        n = len(columns)
        if n == 1:
            return np.array([0]), ()
        candidates = []
        for k in range(columns.shape[1]):
            column = columns[:, k]
            if (column < 0).any():
                continue
            if (self.block_of[column] < 0).all() and len(set(column.tolist())) == n:
                self._place(column, "p")
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
        """Lay the members out as a table, if each of some meets each of some others."""
        ranks = [np.unique(self._locations(c), return_inverse=True)[1] for c in columns.T]
        for a in range(len(ranks)):
            for b in range(a + 1, len(ranks)):
                rows, cols = int(ranks[a].max()) + 1, int(ranks[b].max()) + 1
                if rows > 1 and cols > 1 and rows * cols == len(columns):
                    place = ranks[a] * cols + ranks[b]
                    if len(set(place.tolist())) == len(columns):
                        return np.argsort(place), (rows, cols)
        return None

    def _reduction(self, op: Any, slots: Codes, columns: Codes) -> None:
        if len(slots) == 1:
            flat = columns[0][np.argsort(self._locations(columns[0]), kind="stable")]
            self._store(slots[0], op(self._whole(flat)))
            return
        order = np.lexsort(self._locations(columns).T[::-1])
        self._store(slots[order], op(self._gather(columns[order]), axis=-1))

    def _whole(self, codes: Codes) -> Any:
        """Gather numbers whose order and shape do not matter: a whole block as it is."""
        self._place_rest(codes)
        blocks = self.block_of[np.maximum(codes, 0)]
        if (codes >= 0).all() and (blocks == blocks[0]).all():
            tensor = self.blocks[blocks[0]]
            if tensor.size == codes.size == len(set(codes.tolist())):
                return tensor
        return self._gather(codes)

    # --- sums -----------------------------------------------------------------------------------

    def _place_weights(self, members: list[tuple[int, Any]]) -> None:
        """Lay leaves that are the weights of a matrix product out as that matrix."""
        first = members[0][1]
        if not isinstance(first, _Sum) or len(members) < 2 or len(first.left) < 2:
            return
        found = self._families([terms for _, terms in members])
        for family in found or ():
            weights = family.left.T
            if self._loose(weights):
                self._place(weights[:, 0] if weights.shape[1] == 1 else weights, "W")
            for k in range(len(first.rest)):
                bias = _compact(self._rest(members, k)[family.members])
                if bias.size == family.left.shape[0] and self._loose(bias):
                    self._place(bias, "b")

    def _rest(self, members: Any, k: int) -> Codes:
        return np.array([terms.rest[k] for _, terms in members])

    def _loose(self, codes: Codes) -> bool:
        """Whether these are distinct leaves that lie in no block yet."""
        flat = np.reshape(codes, -1)
        return bool(
            all(slot in self.leaves for slot in flat.tolist())
            and len({self.kinds[slot] for slot in flat.tolist()}) == 1
            and (self.block_of[flat] < 0).all()
            and len(set(flat.tolist())) == flat.size
        )

    def _families(self, sums: list[_Sum]) -> list[_Family] | None:
        left = np.array([terms.left for terms in sums])
        right = np.array([terms.right for terms in sums])
        return families(left, right, lambda codes: np.asarray([c in self.leaves for c in codes]))

    def _sums(self, slots: Codes, sums: list[_Sum]) -> None:
        n = len(sums[0].left)
        if len(sums) == 1:
            self._one_sum(slots[0], sums[0])
            return
        found = self._families(sums) if n > 1 else None
        if found:
            for family in found:
                self._product(slots, sums, family)
        else:
            self._other_sums(slots, sums)

    def _product(self, slots: Codes, sums: list[_Sum], family: _Family) -> None:
        """Compute sums of products that form a matrix product."""
        rows = np.lexsort(self._locations(family.right).T[::-1])
        columns = np.lexsort(self._locations(family.left).T[::-1])
        members = family.members[np.ix_(rows, columns)]
        weights, inputs = family.left[columns].T, family.right[rows]
        if weights.shape[1] == 1:
            weights, members = weights[:, 0], members[:, 0]
        if inputs.shape[0] == 1:
            inputs, members = inputs[0], members[0]
        result = self._as_tensor(self._gather(inputs)) @ self._gather(weights)
        result = self._plus(result, [sums[i] for i in members.reshape(-1)], members.shape)
        self._store(slots[members], result)

    def _as_tensor(self, x: Any) -> Any:
        return x if isinstance(x, Tensor) else Tensor(x)

    def _plus(self, result: Any, sums: list[_Sum], shape: tuple[int, ...]) -> Any:
        """Add the rest of each sum, and its constant."""
        rest = np.array([terms.rest for terms in sums], dtype=int).reshape(*shape, -1)
        for columns in self._alike(rest):
            if columns.shape[-1] <= _FEW:
                for k in range(columns.shape[-1]):
                    result = _added(result, self._gather(columns[..., k], True))
            else:
                result = _added(result, ops.sum(self._gather(columns), -1))
        constants = np.array([terms.constant for terms in sums]).reshape(shape)
        if constants.any():
            alike = (constants == constants.flat[0]).all()
            result = _added(result, float(constants.flat[0]) if alike else constants)
        return result if result.shape == shape else ops.broadcast_to(result, shape)

    def _alike(self, rest: Codes) -> Iterable[Codes]:
        """Split the columns of terms by the blocks that they come from."""
        by_blocks: dict[Any, list[int]] = {}
        for k in range(rest.shape[-1]):
            self._place_rest(rest[..., k])
            blocks = np.unique(self.block_of[rest[..., k]])
            by_blocks.setdefault(tuple(blocks.tolist()), []).append(k)
        return [rest[..., ks] for ks in by_blocks.values()]

    def _other_sums(self, slots: Codes, sums: list[_Sum]) -> None:
        """Compute sums that are no matrix product, row by row."""
        left = np.array([terms.left for terms in sums], dtype=int).reshape(len(sums), -1)
        right = np.array([terms.right for terms in sums], dtype=int).reshape(len(sums), -1)
        n = left.shape[1]
        shape: tuple[int, ...]
        if n > _FEW:
            order, shape = np.arange(len(sums)), (len(sums),)
            result = ops.sum(self._gather(left) * self._gather(right), -1)
        else:
            rest = np.array([terms.rest for terms in sums], dtype=int).reshape(len(sums), -1)
            columns = [c for k in range(n) for c in (right[:, k], left[:, k])]
            order, shape = self._layout(np.stack([*columns, *rest.T[:_FEW]], axis=1))
            result = None
            for k in range(n):
                x = self._gather(right[order, k].reshape(shape), True)
                y = self._gather(left[order, k].reshape(shape), True)
                result = _added(result, self._as_tensor(x) * y)
        result = self._plus(result, [sums[i] for i in order], shape)
        self._store(slots[order], result)

    def _one_sum(self, slot: int, terms: _Sum) -> None:
        """Compute a single sum: a dot product for each pair of blocks, a sum for each block."""
        if len(terms.left) <= 1 and len(terms.rest) <= 1:
            self._store(np.array(slot), self._short_sum(terms))
            return
        left, right = np.array(terms.left, int), np.array(terms.right, int)
        self._place_apart(left)
        self._place_apart(right)
        result: Any = None
        pairs = np.stack([self._block_numbers(left), self._block_numbers(right)], axis=1)
        for pair in np.unique(pairs, axis=0) if len(pairs) else ():
            here = np.flatnonzero((pairs == pair).all(axis=1))
            here = here[np.argsort(self._locations(right[here]), kind="stable")]
            result = _added(result, self._dot(left[here], right[here]))
        rest = np.array(terms.rest, int)
        self._place_apart(rest)
        blocks = self._block_numbers(rest)
        for block in np.unique(blocks):
            part = rest[blocks == block]
            part = part[np.argsort(self._locations(part), kind="stable")]
            if part.size == 1:
                result = _added(result, self._gather(part.reshape(())))
            else:
                result = _added(result, ops.sum(self._whole(part)))
        if terms.constant or result is None:
            result = _added(result, terms.constant)
        self._store(np.array(slot), result)

    def _short_sum(self, terms: _Sum) -> Any:
        """Compute a·b + c, of which there may be as many as there are operations."""
        result: Any = None
        if terms.left:
            result = self._gather_one(terms.right[0])
            result = self._as_tensor(result) * self._gather_one(terms.left[0])
        if terms.rest:
            result = _added(result, self._gather_one(terms.rest[0]))
        if terms.constant or result is None:
            result = _added(result, terms.constant)
        return result

    def _place_apart(self, codes: Codes) -> None:
        """Make blocks of the leaves; of a few with different names, one for each."""
        slots = [c for c in dict.fromkeys(codes.tolist()) if c in self.leaves]
        loose = [c for c in slots if self.block_of[c] < 0]
        if len(loose) <= _APART and len(stems([self._name(self.leaves[c]) for c in loose])) > 1:
            for c in loose:
                self._place(np.array(c), "p")
        self._place_rest(codes)

    def _block_numbers(self, codes: Codes) -> Codes:
        return np.where(codes < 0, -1, self.block_of[np.maximum(codes, 0)])

    def _dot(self, left: Codes, right: Codes) -> Any:
        if left.size == 1:
            return self._as_tensor(self._gather(right[0])) * self._gather(left[0])
        if (left == right).all():
            return ops.sum(ops.square(self._whole(right)))
        if (left < 0).all() and (left == left[0]).all():
            return ops.sum(self._whole(right)) * self.constants[-left[0] - 1]
        return self._as_tensor(self._gather(right)) @ self._gather(left)


@dataclass
class _Family:
    """Sums of products in which each left row meets each right row.

    members: for each right row (down) and left row (across), which sum that is.
    """

    left: Codes
    right: Codes
    members: Codes


def families(left: Codes, right: Codes, is_leaf: Any) -> list[_Family] | None:
    """Find the matrix products among sums Σₖ left[i, k] · right[i, k]; None if there is not one.

    The left rows that repeat are made unique, and so are the right rows. A set of right rows
    that all meet the same left rows is a product if no other right row meets any of those. A
    leaf that comes twice among the left rows is a shared weight, and no plain matrix.
    """
    lefts, i = np.unique(left, axis=0, return_inverse=True)
    rights, j = np.unique(right, axis=0, return_inverse=True)
    i, j = i.reshape(-1), j.reshape(-1)
    partners: dict[int, dict[int, int]] = {}
    for member, (a, b) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        partners.setdefault(b, {})[a] = member
    if sum(map(len, partners.values())) != len(left):
        return None  # a sum that is there twice
    alike: dict[frozenset[int], list[int]] = {}
    for b, members in partners.items():
        alike.setdefault(frozenset(members), []).append(b)
    if sum(map(len, alike)) != len(lefts):
        return None  # a left row that meets some right rows and not others
    found = []
    for met, bs in alike.items():
        rows = sorted(met)
        if len(rows) * len(bs) < 2 or (len(rows) == len(bs) == 1):
            return None
        here = lefts[rows]
        flat = here.reshape(-1)
        if is_leaf(flat.tolist()).all() and len(set(flat.tolist())) != flat.size:
            return None
        table = np.array([[partners[b][a] for a in rows] for b in sorted(bs)])
        found.append(_Family(here, rights[sorted(bs)], table))
    return found


def _common_origin(first: Value, last: Value) -> Origin | None:
    """Return where a group comes from: the scopes that all of it is in, or the first's line."""
    if first.origin is None or last.origin is None:
        return first.origin
    scopes, others = first.origin.scopes(), last.origin.scopes()
    common = [a for a, b in zip(scopes, others, strict=False) if a.name == b.name]
    if len(common) == len(scopes):
        return first.origin
    return common[-1] if common else first.origin.recording.origin


def _added(x: Any, y: Any) -> Any:
    return y if x is None else x + y


def _compact(codes: Codes) -> Codes:
    """Give axes along which all is the same length 1, and drop those in front."""
    codes = np.asarray(codes)
    for axis in range(codes.ndim):
        first = np.take(codes, [0], axis)
        if codes.shape[axis] > 1 and (codes == first).all():
            codes = first
    while codes.ndim and codes.shape[0] == 1:
        codes = codes[0]
    return codes


def _view(tensor: Any, position: Codes) -> Any:
    """Return tensor.ravel()[position], as plainly as it can be said."""
    position = np.asarray(position)
    shape, wanted, flat = tensor.shape, position.shape, position.reshape(-1)
    n = flat.size
    if n == 1 < tensor.size:  # first, for the rest takes as long as the whole is large
        picked = tensor[tuple(int(i) for i in np.unravel_index(int(flat[0]), shape))]
        return picked if wanted == () else ops.reshape(picked, wanted)
    whole = np.arange(tensor.size)
    if n == tensor.size and (flat == whole).all():
        return tensor if shape == wanted else ops.reshape(tensor, wanted)
    if len(shape) == 2 and n == tensor.size and (flat == whole.reshape(shape).T.reshape(-1)).all():
        return tensor.T if wanted == shape[::-1] else ops.reshape(tensor.T, wanted)
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
    line = ops.reshape(tensor, (-1,))
    run = _range(flat)
    return ops.reshape(line[run], wanted) if run else line[position]


def _range(indices: Codes) -> slice | None:
    """Return the slice that these indices are, if they are one."""
    step = int(indices[1] - indices[0]) if len(indices) > 1 else 1
    if step < 1 or (np.diff(indices) != step).any():
        return None
    start, stop = int(indices[0]), int(indices[-1]) + 1
    return slice(start, stop, None if step == 1 else step)


class _Order:
    """What the roots depend on, up to leaves and what was made outside, inputs first.

    nodes: in that order.
    ends: those that it ends at.
    uses, user: how often each is an operand of others, and of which one last.
    """

    def __init__(self, roots: Sequence[Value], recording: Recording) -> None:
        self.nodes: list[Value] = []
        self.ends: set[Value] = set()
        self.uses: dict[Value, int] = dict.fromkeys(roots, 2)  # never part of another sum
        self.user: dict[Value, Value] = {}
        order, uses, user = self.nodes, self.uses, self.user
        seen: set[Value] = set()
        stack: list[Any] = list(roots[::-1])
        while stack:
            node = stack.pop()
            if node is None:
                order.append(stack.pop())
            elif node not in seen:
                seen.add(node)
                origin = node.origin
                if node.op is None or origin is None or origin.recording is not recording:
                    self.ends.add(node)
                    order.append(node)
                    continue
                stack += (node, None)
                a, b = node._a, node._b
                for x in a[::-1] if type(a) is tuple else (b, a):
                    if type(x) is Value:
                        uses[x] = uses.get(x, 0) + 1
                        user[x] = node
                        if x not in seen:
                            stack.append(x)
