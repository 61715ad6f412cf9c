"""The fourth step of rolling up: find the matrix products among the sums of products.

Each sum Σ left·right multiplies a row of left factors by a row of right ones. If a few left rows
and a few right rows recur in a group of sums, and every left row meets every right row, the group
is a matrix product. So nobody has to declare that a layer is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograd.tracing.grouping import Sum
from autograd.tracing.placement import Codes, Placement, compact


@dataclass
class Family:
    """Sums of products in which each left row meets each right row.

    members: the index of the sum for each right row (down) and left row (across).
    """

    left: Codes
    right: Codes
    members: Codes


def families(
    left: Sequence[Sequence[int]], right: Sequence[Sequence[int]], is_leaf: Callable[[int], bool]
) -> list[Family] | None:
    """Find the matrix products among sums Σₖ left[i][k] · right[i][k]; None if there are none.

    Repeated left rows are made unique, and so are the right rows. A set of right rows that all meet
    the same left rows is a product if no other right row meets any of those. A leaf that occurs
    twice among the left rows is a shared weight, so the rows are not a plain matrix.
    """
    seen_left: dict[tuple[int, ...], int] = {}
    seen_right: dict[tuple[int, ...], int] = {}
    i = [seen_left.setdefault(tuple(row), len(seen_left)) for row in left]
    j = [seen_right.setdefault(tuple(row), len(seen_right)) for row in right]
    lefts, rights = np.array(list(seen_left)), np.array(list(seen_right))
    partners: dict[int, dict[int, int]] = {}
    for member, (a, b) in enumerate(zip(i, j, strict=True)):
        partners.setdefault(b, {})[a] = member
    if sum(map(len, partners.values())) != len(left):
        return None  # a duplicate sum
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
        if all(map(is_leaf, flat.tolist())) and len(set(flat.tolist())) != flat.size:
            return None
        table = np.array([[partners[b][a] for a in rows] for b in sorted(bs)])
        found.append(Family(here, rights[sorted(bs)], table))
    return found


def families_of(at: Placement, sums: list[Sum]) -> list[Family] | None:
    """Find the matrix products among sums."""
    left, right = [terms.left for terms in sums], [terms.right for terms in sums]
    return families(left, right, at.groups.leaves.__contains__)


def place_weights(at: Placement, sums: list[Sum]) -> list[Family] | None:
    """Lay out leaves that are the weights of a matrix product as that matrix.

    Return the matrix products among the sums; None if there are none.
    """
    first = sums[0]
    if len(sums) < 2 or len(first.left) < 2:
        return None
    found = families_of(at, sums)
    for family in found or ():
        weights = family.left.T
        if at.loose(weights):
            at.place(weights[:, 0] if weights.shape[1] == 1 else weights, "W")
        for k in range(len(first.rest)):
            column = np.array([terms.rest[k] for terms in sums])
            bias = compact(column[family.members])
            if bias.size == family.left.shape[0] and at.loose(bias):
                at.place(bias, "b")
    return found
