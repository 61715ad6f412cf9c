"""From upstream gradient to contribution, for each kind of row, on whole arrays.

An elementwise row multiplies by its local derivative, a reduction spreads the upstream out
again, a structural row has a rule of its own. The same rules run on `Tensor`s when the
backward pass is itself recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from autograd.pool import pool
from autograd.rows import table
from autograd.rows.elementwise import Elementwise
from autograd.rows.operands import normal_axes
from autograd.rows.reduction import Reduction


def reduction_rule(op: Reduction) -> Callable[..., Any]:
    """Return the vjp of a reduction: the upstream spread out again, times the local part."""

    def rule(g: Any, z: Any, x: Any, axis: Any, keepdims: bool) -> Any:
        if axis is not None and not keepdims:  # a single number broadcasts as it is
            axes = normal_axes(axis, x.ndim)
            kept = tuple([1 if i in axes else n for i, n in enumerate(x.shape)])
            g, z = g.reshape(kept), z.reshape(kept)
        local = reduction_local(op, z, x, axis)
        if isinstance(g, np.ndarray | np.generic):
            return np.multiply(g, local, out=pool.empty(x.shape, g.dtype))
        product = g if isinstance(local, int | float) and local == 1 else g * local
        return product if product.shape == x.shape else table.broadcast_to(product, shape=x.shape)

    return rule


def reduction_local(op: Reduction, z: Any, x: Any, axis: Any) -> Any:
    """Return ∂z/∂x of a reduction over `axis`, where z has kept its reduced axes."""
    if op.tally is None:
        return op.d(z, x)
    tally = op.tally(z, x)
    if isinstance(tally, int | float):
        count = tally * (x.size // z.size if z.size else 1)
    else:
        count = table.sum(tally, axis=axis, keepdims=True)
    return op.d(z, x, count)


def node_rule(op: Any, position: int) -> Callable[..., Any]:
    """Return the vjp of one operand on nodes, to be recorded itself."""
    if isinstance(op, Elementwise):
        d = op.d[position]

        def rule(g: Any, z: Any, *xs: Any) -> Any:
            local = d(z, *xs)  # type: ignore[misc]
            if isinstance(local, int | float) and local in (1, -1):
                return g if local == 1 else -g
            return g * local

        return rule
    return reduction_rule(op) if isinstance(op, Reduction) else op.rule(position)


def _summed_axes(shape: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes that broadcasting added or stretched on the way from target to shape."""
    extra = len(shape) - len(target)
    stretched = [i for i, n in enumerate(target, extra) if n == 1 and shape[i] != 1]
    return (*range(extra), *stretched)


@lru_cache(maxsize=16)
def _ones(n: int, dtype: np.dtype[Any]) -> Any:
    return np.ones(n, dtype)


def fit(contribution: Any, like: Any) -> Any:
    """Sum what was broadcast, so that a contribution has its input's shape and dtype."""
    if contribution.shape != like.shape:
        if contribution.ndim == 2 and contribution.shape[1:] == like.shape:
            # a bias over a batch: this sum is needed most, and so it takes a third of the time
            contribution = _ones(len(contribution), contribution.dtype).dot(contribution)
        else:
            axes = _summed_axes(contribution.shape, like.shape)
            contribution = np.add.reduce(contribution, axis=axes)
        if contribution.shape != like.shape:
            contribution = contribution.reshape(like.shape)
    return np.asarray(contribution, dtype=like.dtype)


def fit_node(contribution: Any, like: Any) -> Any:
    """Do the same to a contribution that is a node, and record it."""
    if contribution.shape != like.shape:
        axes = _summed_axes(contribution.shape, like.shape)
        contribution = table.reshape(table.sum(contribution, axis=axes), shape=like.shape)
    if contribution.dtype != like.dtype:
        contribution = table.astype(contribution, dtype=like.dtype)
    return contribution
