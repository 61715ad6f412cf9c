"""Derivatives of functions: grad, jacobian, hessian, and the forward mode.

Each takes a function written with our functions and returns one of numbers. A float is
recorded as a `Value` and an array as a `Tensor`; the results are plain floats and arrays,
except inside another of these transforms, where they are nodes that it can differentiate
again. That is all it takes for orders to nest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.graph import topological
from autograd.node import Node
from autograd.rows import table
from autograd.rows.elementwise import Elementwise
from autograd.rows.operands import normal_axes
from autograd.rows.reduction import Reduction
from autograd.tensor import Tensor
from autograd.value import Value, times
from autograd.vjp import node_rule, reduction_local

Function = Callable[..., Any]

#: How many of these transforms are running a user's function now, in this thread.
_depth: ContextVar[int] = ContextVar("depth", default=0)


@contextmanager
def _inside() -> Iterator[None]:
    token = _depth.set(_depth.get() + 1)
    try:
        yield
    finally:
        _depth.reset(token)


def gradients(
    y: Node, xs: Sequence[Node], create_graph: bool = False, gradient: Any = None
) -> list[Any]:
    """Return ∂y/∂x for each x, and leave every `.grad` alone.

    y: a node with one element, or any node together with `gradient`, ∂(something)/∂y.
    create_graph: return nodes, which can be differentiated again.

    An x that y does not depend on has a gradient of zeros.

    >>> x = Value(3.0)
    >>> (slope,) = gradients(x**2, [x], create_graph=True)
    >>> gradients(slope, [x])
    [2.0]
    """
    if not isinstance(y, Node):
        raise TypeError(f"gradients needs a recorded node to start from, not {describe(y)}")
    sums: dict[Node, Any] = {y: y._seed(gradient, create_graph)}
    y._drain(topological(y), sums, create_graph)
    found: list[Any] = []
    for x in xs:
        g = sums.get(x)
        shared = isinstance(g, np.ndarray) and any(g is other for other in found)
        found.append(_zeros(x) if g is None else g.copy() if shared else g)
    return found


def _zeros(x: Node) -> Any:
    return 0.0 if isinstance(x, Value) else np.zeros_like(x._data)


def grad(f: Function, argnum: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes ∂f/∂(argument `argnum`); a tuple for a tuple.

    f must return one number. Raises TypeError if it does not, IndexError if it has no such
    argument.

    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    """
    both = value_and_grad(f, argnum)
    return lambda *args: both(*args)[1]


def value_and_grad(f: Function, argnum: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes `(f(x), ∂f/∂x)` in one recording.

    >>> value_and_grad(lambda w: (w**2).sum())(np.array([1.0, 2.0]))
    (5.0, array([2., 4.]))
    """
    positions = (argnum,) if isinstance(argnum, int) else tuple(argnum)

    def both(*args: Any) -> tuple[Any, Any]:
        nested = _nested(args)
        xs = [_lift(_argument(args, i)) for i in positions]
        y = _one_number(_call(f, args, positions, xs))
        found = _gradients_of(y, xs, nested)
        value = y if nested or not isinstance(y, Node) else y.item()  # type: ignore[attr-defined]
        return value, found[0] if isinstance(argnum, int) else tuple(found)

    return both


def _one_number(y: Any) -> Any:
    """Return the result of a function as a node or a number; an array of one gives it up."""
    if not isinstance(y, Node | int | float | np.number):
        y = np.asarray(y)
        y = y.item() if y.size == 1 and y.dtype.kind in "biufO" else y
    if getattr(y, "size", 1) != 1 or not isinstance(y, Node | int | float | np.number):
        raise TypeError(
            f"grad needs a function with one number as its result, not {describe(y)}; reduce it "
            "with sum() or mean(), or use jacobian"
        )
    return y


def _gradients_of(y: Any, xs: Sequence[Any], nested: bool, gradient: Any = None) -> list[Any]:
    """Return ∂y/∂x for each x, a node or an object array of `Value`s."""
    flat = [node for x in xs for node in _each(x)]
    every = gradients(y, flat, nested, gradient) if isinstance(y, Node) else map(_zeros, flat)
    found = iter(every)
    return [
        np.array([next(found) for _ in x.flat], dtype=object if nested else float).reshape(x.shape)
        if isinstance(x, np.ndarray)
        else next(found)
        for x in xs
    ]


def _each(x: Any) -> list[Any]:
    """Return the nodes of an argument: itself, or the `Value`s of an object array."""
    return list(x.flat) if isinstance(x, np.ndarray) else [x]


def _nested(args: Sequence[Any]) -> bool:
    return _depth.get() > 0 or any(isinstance(x, Node) for x in args)


def _lift(x: Any) -> Any:
    """Return a fresh node for an argument, so that only its use inside f is differentiated."""
    if isinstance(x, Node):
        return table.identity(x)
    if isinstance(x, int | float | np.number):
        return Value(x)
    array = np.asarray(x)
    if array.dtype == object:
        return np.frompyfunc(lambda e: _lift(e), 1, 1)(array)
    return Tensor(array)


def _argument(args: Sequence[Any], argnum: int) -> Any:
    if not -len(args) <= argnum < len(args):
        raise IndexError(f"there is no argument {argnum}; the function was called with {len(args)}")
    return args[argnum]


def _call(f: Function, args: Sequence[Any], positions: Sequence[int], xs: Sequence[Any]) -> Any:
    replaced = list(args)
    for i, x in zip(positions, xs, strict=True):
        replaced[i] = x
    with _inside():
        return f(*replaced)


def jacobian(f: Function, argnum: int = 0) -> Function:
    """Return the function that computes ∂f/∂x, of shape `f(x).shape + x.shape`.

    f may return a node, or a list or array of `Value`s.

    >>> jacobian(lambda x: x * np.array([2.0, 3.0]))(np.array([1.0, 1.0]))
    array([[2., 0.],
           [0., 3.]])
    """

    def rows(*args: Any) -> Any:
        nested = _nested(args)
        x = _lift(_argument(args, argnum))
        y = _call(f, args, (argnum,), (x,))
        x_shape = np.shape(x) if isinstance(x, np.ndarray) else x.shape
        if isinstance(y, Tensor):
            found = []
            for i in range(y.size):
                seed = np.zeros(y.size, y.dtype)
                seed[i] = 1
                found += _gradients_of(y, [x], nested, seed.reshape(y.shape))
            y_shape = y.shape
        else:
            outputs = np.asarray(y, dtype=object)
            found = [_gradients_of(e, [x], nested)[0] for e in outputs.flat]
            y_shape = outputs.shape
        if not y_shape and len(found) == 1:
            return found[0]
        if any(isinstance(row, Tensor) for row in found):
            return table.reshape(table.stack(found), (*y_shape, *x_shape))
        return np.array(found).reshape((*y_shape, *x_shape))

    return rows


def hessian(f: Function, argnum: int = 0) -> Function:
    """Return the function that computes the second derivatives, of shape x.shape + x.shape.

    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f, argnum), argnum)


def hvp(f: Function) -> Callable[[Any, Any], Any]:
    """Return the function (x, v) ↦ H·v, the hessian times a vector, without the hessian.

    The forward mode runs over the backward pass (Pearlmutter, "Fast exact multiplication by
    the Hessian", 1994).

    >>> hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    return lambda x, v: jvp(grad(f), (x,), (v,))[1]


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Return `(f(x), ∂f/∂x · t)`: how the result moves when the arguments move by t.

    The forward mode: the same recording and the same local derivatives, walked from the
    inputs to the result, which may also be an array of `Value`s. Raises ShapeError if a
    tangent does not have its primal's shape, TypeError if the two are no tuples.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    if not isinstance(primals, Sequence) or not isinstance(tangents, Sequence):
        raise TypeError(
            "jvp takes the arguments, and what they move by, as two tuples: jvp(f, (x,), (t,))"
        )
    if len(primals) != len(tangents):
        raise ValueError(f"jvp got {len(primals)} primals and {len(tangents)} tangents")
    for x, t in zip(primals, tangents, strict=True):
        if np.shape(x) != np.shape(t):
            raise ShapeError(
                f"jvp: the tangent of {describe(x)} must have its shape, not {np.shape(t)}"
            )
    nested = _nested((*primals, *tangents))
    xs = [_lift(x) for x in primals]
    y = _call(f, primals, range(len(primals)), xs)
    moved: dict[Node, Any] = {}  # each node's tangent; None where nothing moves it
    for x, t in zip(xs, tangents, strict=True):
        if isinstance(x, Tensor):
            moved[x] = t if isinstance(t, Node) else np.asarray(t, x.dtype)
        else:
            ts = np.asarray(t, dtype=object).flat
            moved.update(zip(_each(x), ts, strict=True))
    if isinstance(y, Node):
        return _moved(y, moved, nested)
    outputs = np.asarray(y)
    if outputs.dtype != object:
        return y, np.zeros(outputs.shape) if outputs.shape else 0.0
    pairs = [_moved(e, moved, nested) for e in outputs.flat]
    kind = object if nested else float
    values, pushed = (np.array(part, dtype=kind) for part in zip(*pairs, strict=True))
    return values.reshape(outputs.shape), pushed.reshape(outputs.shape)


def _moved(y: Any, moved: dict[Node, Any], nested: bool) -> tuple[Any, Any]:
    """Return one result and its tangent, and note the tangents of all it depends on."""
    if not isinstance(y, Node):
        return y, 0.0
    for node in topological(y):
        if node not in moved:
            ts = [moved.get(x) if isinstance(x, Node) else None for x in node.inputs]
            moves = any(t is not None for t in ts)
            moved[node] = _push(node, ts, nested) if moves else None
    tangent = _zeros(y) if moved[y] is None else moved[y]
    if nested:
        return y, tangent
    return (y.item(), float(tangent)) if isinstance(y, Value) else (y.data, tangent)  # type: ignore[attr-defined]


def _push(node: Any, ts: list[Any], differentiable: bool) -> Any:
    """Return the tangent of a node from those of its inputs (None: that one stands still)."""
    if isinstance(node, Value):
        recorded = [node._local(i) for i in range(len(ts))]
        wanted = [t is not None and d is not None for t, d in zip(ts, recorded, strict=True)]
        locals_ = node.op.partials(node, node.inputs, wanted) if differentiable else recorded  # type: ignore[union-attr]
        parts = [times(t, d) for t, d, want in zip(ts, locals_, wanted, strict=True) if want]
        if len(parts) > 1:
            return table.sum(parts) if differentiable else sum(parts)
        return parts[0] if parts else None
    with np.errstate(all="ignore"):
        if differentiable:
            return _push_arrays(node, node, node.inputs, ts)
        return _push_arrays(node, node._data, node._arrays, ts)


def _push_arrays(node: Any, z: Any, xs: Sequence[Any], ts: list[Any]) -> Any:
    """Do the same for a `Tensor`; z and xs are nodes if that is itself to be recorded."""
    op, params = node.op, node._params
    if isinstance(op, Elementwise):
        total = None
        for i, t in enumerate(ts):
            if t is not None and op.d[i] is not None:
                rule = node_rule(op, i) if z is node else node._rules[i]  # of t as of g
                part = rule(t, z, *xs)
                total = part if total is None else total + part
        if total is None or total.shape == z.shape:
            return total
        return table.broadcast_to(total, z.shape)
    if isinstance(op, Reduction):
        (x,), (t,) = xs, ts
        axes = normal_axes(params["axis"], x.ndim)
        kept = table.reshape(z, [1 if i in axes else n for i, n in enumerate(x.shape)])
        product = reduction_local(op, kept, x, axes) * t
        return table.sum(product, axes, params["keepdims"])
    if op.jointly:
        every = [np.zeros_like(x) if t is None else t for x, t in zip(xs, ts, strict=True)]
        return op.apply(*every, **params)
    total = None
    for i, t in enumerate(ts):
        if t is not None:
            moved = (*xs[:i], t, *xs[i + 1 :])
            part = op.push[i](t, z, *xs) if op.push else op.apply(*moved, **params)
            total = part if total is None else total + part
    return total
