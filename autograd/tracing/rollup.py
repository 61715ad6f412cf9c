"""Roll up scalars into arrays: equal operations on many `Value`s become one on `Tensor`s.

A network written neuron by neuron is a graph of thousands of single numbers. Here numbers that are
computed in the same way, from the same kinds of numbers, are grouped. Each group is computed at
once, on `Tensor`s, and these operations are recorded in turn: all later stages see only arrays.

There are four steps, one file each: grouping.py finds numbers that are computed in the same way,
placement.py decides which array each lies in, sums.py computes sums of products, and products.py
finds those that are matrix products.

Where each operation needs the previous one, as in a long recurrence, a group has one member, and
nothing is gained. Recording such a chain takes linear time, about 100 µs for each operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import modes
from autograd.errors import TraceError
from autograd.modes import Origin
from autograd.rows import table
from autograd.rows.elementwise import Elementwise
from autograd.rows.reduction import Reduction
from autograd.rows.structural import Structural
from autograd.tensor import Tensor
from autograd.tracing.grouping import Groups, Sum
from autograd.tracing.placement import Arguments, Codes, LeafBlock, Placement, as_tensor
from autograd.tracing.products import place_weights
from autograd.tracing.recording import Recording
from autograd.tracing.sums import Sums
from autograd.value import Value


def roll_up(
    roots: Sequence[Value], recording: Recording, arguments: Arguments
) -> tuple[list[Tensor], list[LeafBlock]]:
    """Compute the roots on arrays; return them and the arrays of leaves that they depend on."""
    groups = Groups(recording)
    at = Placement(groups, arguments)
    groups.group(roots)
    at.begin()
    order = groups.in_order()
    products = [
        place_weights(at, group.terms) if isinstance(group.terms[0], Sum) else None
        for group in order
    ]
    sums = Sums(at)
    for group, found in zip(order, products, strict=True):
        slots = np.array(group.slots)
        with modes.inside(_common_origin(group.first, group.last)):
            if isinstance(group.terms[0], Sum):
                sums.compute(slots, group.terms, found)
            else:
                row, columns = group.terms[0][0], np.array([codes for _, codes in group.terms])
                row.choose(_Computing(at, slots, columns))
    return [as_tensor(at.gather_one(groups.code(root))) for root in roots], at.leaf_blocks


class _Computing:
    """Computes one group, each kind of row in its own way.

    columns: the codes of the operands; one row for each member, one column for each operand.
    """

    def __init__(self, at: Placement, slots: Codes, columns: Codes) -> None:
        self.at, self.slots, self.columns = at, slots, columns

    def elementwise(self, op: Elementwise) -> None:
        """Compute element by element."""
        at, columns = self.at, self.columns
        order, shape = at.layout(columns)
        xs = [at.gather(column[order].reshape(shape), spread=True) for column in columns.T]
        result = as_tensor(op(*xs))
        if result.dtype == bool:
            result = table.astype(result, dtype=np.dtype(float))
        if result.shape != shape:
            result = table.broadcast_to(result, shape)
        at.store(self.slots[order], result)

    def reduction(self, op: Reduction) -> None:
        """Compute reductions that all have the same number of operands."""
        at, slots, columns = self.at, self.slots, self.columns
        if len(slots) == 1:
            flat = columns[0][np.argsort(at.locations(columns[0]), kind="stable")]
            at.store(slots[0], op(at.whole(flat)))
            return
        order = np.lexsort(at.locations(columns).T[::-1])
        at.store(slots[order], op(at.gather(columns[order]), axis=-1))

    def structural(self, op: Structural) -> None:
        """Compute choices by an index at once, and other rows one number at a time."""
        if op.role == "choice":
            self._choice()
            return
        for slot, codes in zip(self.slots, self.columns, strict=True):
            self.at.store(slot, as_tensor(op.apply(*map(self.at.gather_one, codes))))

    def _choice(self) -> None:
        """Compute numbers chosen by an index: whole rows of a table, or one element of each row."""
        at, slots = self.at, self.slots
        positions, among = self.columns[:, 0], self.columns[:, 1:]
        if not at.are_integers(positions):
            raise TraceError(
                "in take(rows, i), while the function is being traced, i must be an element of an "
                "array of integers among the arguments; pass the positions in as such an array"
            )
        tables: dict[tuple[int, ...], int] = {}
        chosen_by: dict[int, int] = {}
        column = [tables.setdefault(tuple(row), len(tables)) for row in among.tolist()]
        row = [chosen_by.setdefault(position, len(chosen_by)) for position in positions.tolist()]
        recording = at.groups.recording

        def key(codes: Codes) -> Any:
            found = table.astype(at.gather(codes), dtype=np.dtype(np.int64))
            return recording.index(found) if isinstance(found, Tensor) else found

        if len(tables) * len(chosen_by) == len(set(zip(row, column, strict=True))) == len(slots):
            members = np.empty((len(chosen_by), len(tables)), int)
            members[row, column] = slots
            whole = as_tensor(at.gather(np.array(list(tables)).T))
            at.store(members, table.getitem.apply(whole, key=key(np.array(list(chosen_by)))))
        else:
            each = np.arange(len(slots))
            at.store(
                slots, table.getitem.apply(as_tensor(at.gather(among)), key=(each, key(positions)))
            )


def _common_origin(first: Value, last: Value) -> Origin | None:
    """Return the origin of a group: the scopes shared by all of it, or the first one's line."""
    if first.origin is None or last.origin is None:
        return first.origin
    scopes, others = first.origin.scopes(), last.origin.scopes()
    common = [a for a, b in zip(scopes, others, strict=False) if a.name == b.name]
    if len(common) == len(scopes):
        return first.origin
    return common[-1] if common else first.origin.recording.origin
