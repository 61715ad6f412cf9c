"""The forward mode: how a result moves when the arguments move.

It walks the same recording as the backward pass, with the same local derivatives, but from the
arguments to the result: one pass for each direction, however many results there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.derivatives import Function, grad, zeros_like
from autograd.errors import ShapeError, describe
from autograd.graph import topological
from autograd.lifting import LiftedRun, nodes_of
from autograd.node import Node
from autograd.number_rules import times
from autograd.rows import table
from autograd.rows.nodes import row_of
from autograd.structure import map_numbers
from autograd.tensor import Tensor
from autograd.value import Value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from autograd.transformed import HessianProduct


def hvp(f: Function) -> HessianProduct:
    """Return the function (x, v) ↦ H·v, the hessian times a vector, without the hessian.

    The forward mode runs over the backward pass (Pearlmutter, "Fast exact multiplication by
    the Hessian", 1994). x and v may be structures.

    >>> hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    return lambda x, v: jvp(grad(f), (x,), (v,))[1]


def make_jvp(f: Function) -> Callable[..., Callable[..., tuple[Any, Any]]]:
    """Return the function x ↦ (v ↦ (f(x), ∂f/∂x · v)). See `jvp`.

    >>> make_jvp(lambda x: x**2)(3.0)(10.0)
    (9.0, 60.0)
    """
    return lambda *primals: lambda *tangents: jvp(f, primals, tangents)


def jvp(f: Function, primals: Sequence[object], tangents: Sequence[object]) -> tuple[Any, Any]:
    """Return `(f(x), ∂f/∂x · t)`: how the result moves when the arguments move by t.

    Arguments and result may be structures and arrays of `Value`s. The results are nodes where those
    of `grad` would be. Raises ShapeError if a tangent does not have its primal's shape, TypeError
    if the two are not tuples.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    if not isinstance(primals, list | tuple) or not isinstance(tangents, list | tuple):
        raise TypeError(
            "jvp takes the arguments and their tangents as two tuples: jvp(f, (x,), (t,))"
        )
    if len(primals) != len(tangents):
        raise ValueError(f"jvp got {len(primals)} primals and {len(tangents)} tangents")
    for x, t in zip(primals, tangents, strict=True):
        map_numbers(_must_fit, x, t)
    run = LiftedRun(f, primals, range(len(primals)), tangents)
    moved: dict[Node, object] = {}  # each node's tangent; None for a node that is constant
    for x, t in zip(run.xs, tangents, strict=True):
        map_numbers(lambda node, its: _begin(moved, node, its), x, t)
    if not run.roots:
        return run.y, map_numbers(lambda y: np.zeros(np.shape(y)) if np.shape(y) else 0.0, run.y)
    value = map_numbers(lambda y: _packed(run, y, run.value), run.y)
    tangent = map_numbers(
        lambda y: _packed(run, y, lambda e: run.handed_out(_moved(e, moved, run.nested))), run.y
    )
    return value, tangent


def _must_fit(x: ArrayLike, t: ArrayLike) -> None:
    if np.shape(x) != np.shape(t):
        raise ShapeError(
            f"jvp: the tangent of {describe(x)} must have its shape, not {np.shape(t)}"
        )


def _begin(moved: dict[Node, object], x: object, t: object) -> None:
    """Note the tangent of a fresh node."""
    if isinstance(x, Tensor):
        moved[x] = t if isinstance(t, Node) else np.asarray(t, x.dtype)
    else:
        moved.update(zip(nodes_of(x), np.asarray(t, dtype=object).flat, strict=True))


def _packed(run: LiftedRun, y: object, of: Callable[[object], object]) -> object:
    """Apply `of` to one result: to a node, or to each number in an array."""
    if isinstance(y, Node | int | float):
        return of(y)
    outputs = np.asarray(y)
    made = np.array([of(e) for e in outputs.flat], dtype=object if run.nested else float)
    return made.reshape(outputs.shape)


def _moved(y: object, moved: dict[Node, Any], nested: bool) -> object:
    """Return the tangent of one result, and note the tangents of all it depends on."""
    if not isinstance(y, Node):
        return 0.0
    for node in topological(y):
        if node not in moved:
            ts = [moved.get(x) if isinstance(x, Node) else None for x in node.inputs]
            moves = any(t is not None for t in ts)
            moved[node] = _push(node, ts, nested) if moves else None
    tangent = moved[y]
    if tangent is None:
        return zeros_like(y)
    return tangent if nested or isinstance(y, Tensor) else float(tangent)


def _push(node: Any, ts: list[Any], differentiable: bool) -> object:
    """Return the tangent of a node from those of its inputs (None for one that is constant)."""
    if isinstance(node, Value):
        recorded = [node.local(i) for i in range(len(ts))]
        wanted = [t is not None and d is not None for t, d in zip(ts, recorded, strict=True)]
        op = row_of(node)
        locals_ = op.partials(node, node.inputs, wanted) if differentiable else recorded
        parts = [times(t, d) for t, d, want in zip(ts, locals_, wanted, strict=True) if want]
        if len(parts) > 1:
            return table.sum(parts) if differentiable else sum(parts)
        return parts[0] if parts else None
    op, xs = node.op, node.inputs
    with np.errstate(all="ignore"):
        if differentiable:
            return op.jvp(ts, node, xs, node.params, [op.rule(i) for i in range(len(xs))])
        return op.jvp(ts, node.raw, node.arrays, node.params, node.rules)
