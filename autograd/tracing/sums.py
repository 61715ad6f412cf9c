"""The third step of rolling up: compute the groups that are sums of products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.rows import table
from autograd.tracing.grouping import Sum
from autograd.tracing.placement import Codes, Placement, as_tensor
from autograd.tracing.products import Family

_FEW = 2  # up to so many terms are added one by one; more are gathered and summed


class Sums:
    """Computes groups of sums on blocks, and stores the results."""

    def __init__(self, at: Placement) -> None:
        self._at = at

    def compute(self, slots: Codes, sums: list[Sum], found: list[Family] | None) -> None:
        """Compute a group: as the matrix products found in it, or else row by row."""
        if len(sums) == 1:
            self._one_sum(slots[0], sums[0])
        elif found is None:
            self._other_sums(slots, sums)
        else:
            for family in found:
                self._product(slots, sums, family)

    def _product(self, slots: Codes, sums: list[Sum], family: Family) -> None:
        """Compute sums of products that form a matrix product."""
        rows = np.lexsort(self._at.locations(family.right).T[::-1])
        columns = np.lexsort(self._at.locations(family.left).T[::-1])
        members = family.members[np.ix_(rows, columns)]
        weights, inputs = family.left[columns].T, family.right[rows]
        if weights.shape[1] == 1:
            weights, members = weights[:, 0], members[:, 0]
        if inputs.shape[0] == 1:
            inputs, members = inputs[0], members[0]
        result = as_tensor(self._at.gather(inputs)) @ self._at.gather(weights)
        result = self._plus(result, [sums[i] for i in members.reshape(-1)], members.shape)
        self._at.store(slots[members], result)

    def _plus(self, result: Any, sums: list[Sum], shape: tuple[int, ...]) -> Any:
        """Add the rest of each sum, and its constant."""
        rest = np.array([terms.rest for terms in sums], dtype=int).reshape(*shape, -1)
        for columns in self._alike(rest):
            if columns.shape[-1] <= _FEW:
                for k in range(columns.shape[-1]):
                    result = added(result, self._at.gather(columns[..., k], True))
            else:
                result = added(result, table.sum(self._at.gather(columns), -1))
        constants = np.array([terms.constant for terms in sums]).reshape(shape)
        if constants.any():
            alike = (constants == constants.flat[0]).all()
            result = added(result, float(constants.flat[0]) if alike else constants)
        return result if result.shape == shape else table.broadcast_to(result, shape)

    def _alike(self, rest: Codes) -> Iterable[Codes]:
        """Split the columns of terms by the blocks that they come from."""
        by_blocks: dict[Any, list[int]] = {}
        for k in range(rest.shape[-1]):
            self._at.place_rest(rest[..., k])
            blocks = np.unique(self._at.block_of[rest[..., k]])
            by_blocks.setdefault(tuple(blocks.tolist()), []).append(k)
        return [rest[..., ks] for ks in by_blocks.values()]

    def _other_sums(self, slots: Codes, sums: list[Sum]) -> None:
        """Compute sums that are not a matrix product, row by row."""
        left = np.array([terms.left for terms in sums], dtype=int).reshape(len(sums), -1)
        right = np.array([terms.right for terms in sums], dtype=int).reshape(len(sums), -1)
        n = left.shape[1]
        shape: tuple[int, ...]
        if n > _FEW:
            order, shape = np.arange(len(sums)), (len(sums),)
            result = table.sum(self._at.gather(left) * self._at.gather(right), -1)
        else:
            rest = np.array([terms.rest for terms in sums], dtype=int).reshape(len(sums), -1)
            columns = [c for k in range(n) for c in (right[:, k], left[:, k])]
            order, shape = self._at.layout(np.stack([*columns, *rest.T[:_FEW]], axis=1))
            result = None
            for k in range(n):
                x = self._at.gather(right[order, k].reshape(shape), True)
                y = self._at.gather(left[order, k].reshape(shape), True)
                result = added(result, as_tensor(x) * y)
        result = self._plus(result, [sums[i] for i in order], shape)
        self._at.store(slots[order], result)

    def _one_sum(self, slot: int, terms: Sum) -> None:
        """Compute a single sum: a dot product for each pair of blocks, a sum for each block."""
        if len(terms.left) <= 1 and len(terms.rest) <= 1:
            self._at.store(np.array(slot), self._short_sum(terms))
            return
        left, right = np.array(terms.left, int), np.array(terms.right, int)
        self._at.place_apart(left)
        self._at.place_apart(right)
        result: Any = None
        pairs = np.stack([self._at.block_numbers(left), self._at.block_numbers(right)], axis=1)
        for pair in np.unique(pairs, axis=0) if len(pairs) else ():
            here = np.flatnonzero((pairs == pair).all(axis=1))
            here = here[np.argsort(self._at.locations(right[here]), kind="stable")]
            result = added(result, self._dot(left[here], right[here]))
        rest = np.array(terms.rest, int)
        self._at.place_apart(rest)
        blocks = self._at.block_numbers(rest)
        for block in np.unique(blocks):
            part = rest[blocks == block]
            part = part[np.argsort(self._at.locations(part), kind="stable")]
            if part.size == 1:
                result = added(result, self._at.gather(part.reshape(())))
            else:
                result = added(result, table.sum(self._at.whole(part)))
        if terms.constant or result is None:
            result = added(result, terms.constant)
        self._at.store(np.array(slot), result)

    def _short_sum(self, terms: Sum) -> Any:
        """Compute a·b + c, quickly: a long chain of operations consists of these."""
        result: Any = None
        if terms.left:
            result = self._at.gather_one(terms.right[0])
            result = as_tensor(result) * self._at.gather_one(terms.left[0])
        if terms.rest:
            result = added(result, self._at.gather_one(terms.rest[0]))
        if terms.constant or result is None:
            result = added(result, terms.constant)
        return result

    def _dot(self, left: Codes, right: Codes) -> Any:
        if left.size == 1:
            return as_tensor(self._at.gather(right[0])) * self._at.gather(left[0])
        if (left == right).all():
            return table.sum(table.square(self._at.whole(right)))
        if (left < 0).all() and (left == left[0]).all():
            return table.sum(self._at.whole(right)) * self._at.groups.constants[-left[0] - 1]
        return as_tensor(self._at.gather(right)) @ self._at.gather(left)


def added(x: Any, y: Any) -> Any:
    """Return x + y, where x may still be None."""
    return y if x is None else x + y
