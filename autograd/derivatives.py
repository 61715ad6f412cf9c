"""Derivatives of functions: grad, jacobian, hessian, and what they are built from.

Each takes a function written with this package's functions, and returns a function of plain
numbers. A float is recorded as a `Value` and an array as a `Tensor`, also inside dicts, lists,
tuples and dataclasses; results have the structure of the arguments. They are plain floats and
arrays, unless they depend on further variables: inside another of these transforms, or if f uses
the weights of a model. Then they are nodes, which can be differentiated again. That is all it takes
to nest transforms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.graph import topological
from autograd.lifting import LiftedRun, nodes_of
from autograd.modes import watching
from autograd.node import Node
from autograd.rows import table
from autograd.rows.nodes import Array, Quantity, Shape
from autograd.structure import is_number, map_numbers
from autograd.tensor import Tensor
from autograd.value import Value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from autograd.transformed import (
        Derivatives,
        Gradient,
        GradientBy,
        Gradients,
        Pullback,
        SecondDerivatives,
        ValueAndGradient,
    )

Function = Callable[..., Any]
Kind = TypeVar("Kind", bound=Node)


@overload
def gradients(
    y: Node, xs: Sequence[Kind], create_graph: Literal[True], gradient: object = None
) -> list[Kind]: ...
@overload
def gradients(
    y: Node, xs: Sequence[Value], create_graph: Literal[False] = False, gradient: object = None
) -> list[float]: ...
@overload
def gradients(
    y: Node, xs: Sequence[Tensor], create_graph: Literal[False] = False, gradient: object = None
) -> list[Array]: ...
@overload
def gradients(
    y: Node, xs: Sequence[Node], create_graph: bool = False, gradient: object = None
) -> list[Any]: ...
def gradients(
    y: Node, xs: Sequence[Node], create_graph: bool = False, gradient: object = None
) -> Sequence[object]:
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
    if not create_graph and not watching():
        found = y.quick_pass(y.seed(gradient), xs)
        if found is not None:
            return _apart(found, xs)
    return _walk(y, topological(y), xs, create_graph, gradient)


def _walk(
    y: Node, order: list[Node], xs: Sequence[Node], create_graph: bool, gradient: object = None
) -> list[object]:
    sums: dict[Node, object] = {y: y.seed(gradient, create_graph)}
    y.drain(order, sums, create_graph)
    return _apart([sums.get(x) for x in xs], xs)


def _apart(gradients: Sequence[object], xs: Sequence[Node]) -> list[object]:
    """Return the gradients, with zeros for those that are None, and no array twice."""
    found: list[object] = []
    for x, g in zip(xs, gradients, strict=True):
        if isinstance(g, np.ndarray) and any(g is other for other in found):
            g = g.copy()
        found.append(zeros_like(x) if g is None else g)
    return found


def zeros_like(x: Node) -> object:
    """Return the gradient of something unused: 0.0, or an array of zeros."""
    return 0.0 if isinstance(x, Value) else np.zeros_like(x.raw)


@overload
def grad(f: Function, argnum: Literal[0] = 0) -> Gradient: ...
@overload
def grad(f: Function, argnum: int) -> GradientBy: ...
@overload
def grad(f: Function, argnum: tuple[int, ...]) -> Gradients: ...
def grad(f: Function, argnum: int | tuple[int, ...] = 0) -> Callable[..., object]:
    """Return the function that computes ∂f/∂(argument `argnum`), or a tuple of these for a tuple.

    f must return one number. The gradient has the structure of the argument, with None in place of
    anything that is not a number. It is a node if f also depends on other variables, such as the
    weights of a model (but never under `no_grad()`).

    Raises TypeError if f returns something else or the argument holds no number, IndexError if
    f has no such argument.

    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    >>> grad(lambda p: p["w"] ** 2 * p["b"])({"w": 3.0, "b": 2.0})
    {'w': 12.0, 'b': 9.0}
    """
    both = value_and_grad(f, argnum)
    return lambda *args: both(*args)[1]


@overload
def value_and_grad(f: Function, argnum: Literal[0] = 0) -> ValueAndGradient: ...
@overload
def value_and_grad(f: Function, argnum: int | tuple[int, ...]) -> Function: ...
def value_and_grad(f: Function, argnum: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes `(f(x), ∂f/∂x)` in one recording. See `grad`.

    >>> value_and_grad(lambda w: (w**2).sum())(np.array([1.0, 2.0]))
    (5.0, array([2., 4.]))
    """
    positions = (argnum,) if isinstance(argnum, int) else tuple(argnum)

    def both(*args: object) -> tuple[object, object]:
        run = LiftedRun(f, args, positions)
        y = one_number(run.y)
        found = gradients_by(run, y)
        value = y if not isinstance(y, Node) else run.handed_out(y) if run.nested else _float(y)
        return value, found[0] if isinstance(argnum, int) else tuple(found)

    return both


def _float(y: Node) -> float:
    return float(np.asarray(y.raw).item())


def one_number(y: object) -> object:
    """Return the result of a function as a node or a number, even if it is in an array of one.

    Raises TypeError for anything else, and for a truth value, which has no derivative.
    """
    if not isinstance(y, Node | int | float | np.number | np.bool_):
        array = np.asarray(y)
        y = array.item() if array.size == 1 and array.dtype.kind in "biufO" else y
    if isinstance(y, bool | np.bool_) or getattr(getattr(y, "dtype", None), "kind", "") == "b":
        raise TypeError(
            f"grad of a function whose result is a truth value ({describe(y)}), which jumps and so "
            "has no derivative; return a number, for example the margin x - y instead of x > y"
        )
    if getattr(y, "size", 1) != 1 or not isinstance(y, Node | int | float | np.number):
        raise TypeError(
            f"grad needs a function with one number as its result, not {_named(y)}; reduce it "
            "with sum() or mean(), or use jacobian"
        )
    return y


def _named(y: object) -> str:
    return f"the text {y!r}" if isinstance(y, str) else describe(y)


def gradients_by(run: LiftedRun, y: object, gradient: object = None) -> list[object]:
    """Return ∂y/∂x for each argument x of a run, in the structure of x."""
    flat = nodes_of(run.xs)
    nested = run.nested or isinstance(gradient, Node)
    every = gradients(y, flat, nested, gradient) if isinstance(y, Node) else map(zeros_like, flat)
    found = map(run.handed_out, every)

    def part(x: Node | Array) -> object:
        if isinstance(x, Node):
            return next(found)
        cells = np.array([next(found) for _ in x.flat], object if nested else float)
        return cells.reshape(x.shape)

    return run.put_together(part)


@overload
def elementwise_grad(f: Function, argnum: Literal[0] = 0) -> Gradient: ...
@overload
def elementwise_grad(f: Function, argnum: int) -> Function: ...
def elementwise_grad(f: Function, argnum: int = 0) -> Function:
    """Return the function that computes ∂(Σ f)/∂x, in the shape of x.

    If f works element by element, this is its derivative at each element, so one pass gives all
    slopes of a curve.

    >>> elementwise_grad(lambda x: x**3)(np.array([1.0, 2.0, 3.0]))
    array([ 3., 12., 27.])
    """

    def slopes(*args: object) -> object:
        run = LiftedRun(f, args, (argnum,))
        y = run.y
        if not is_number(y):
            raise TypeError(
                f"elementwise_grad needs a function with an array or a number as its result, not "
                f"{_named(y)}"
            )
        ones = np.ones(y.shape) if isinstance(y, Tensor) else None
        y = y if isinstance(y, Node) else table.sum(y)
        return gradients_by(run, y, ones)[0]

    return slopes


@overload
def make_vjp(f: Function, argnum: Literal[0] = 0) -> Pullback: ...
@overload
def make_vjp(f: Function, argnum: int) -> Function: ...
def make_vjp(f: Function, argnum: int = 0) -> Function:
    """Return the function that computes `(vjp, f(x))`, where vjp(g) = g · ∂f/∂x.

    vjp turns an upstream gradient, which has the shape or structure of f(x), into the gradient of
    the argument. It may be called any number of times, while f runs only once.

    >>> vjp, value = make_vjp(lambda x: x**2)(np.array([1.0, 2.0]))
    >>> value, vjp(np.array([1.0, 0.0])), vjp(np.array([0.0, 1.0]))
    (array([1., 4.]), array([2., 0.]), array([0., 4.]))
    """

    def at(*args: object) -> tuple[Function, object]:
        run = LiftedRun(f, args, (argnum,))

        def vjp(g: object) -> object:
            if isinstance(run.y, Tensor):
                return gradients_by(run, run.y, g)[0]
            terms: list[Quantity] = []
            map_numbers(lambda y, its: terms.append(_weighted(y, its)), run.y, g)
            return gradients_by(run, _total(terms))[0]

        return vjp, map_numbers(run.value, run.y)

    return at


def _weighted(y: Any, g: ArrayLike) -> Quantity:
    """Return Σ y·g, whose gradient with respect to y is g."""
    y = y if hasattr(y, "ndim") else np.asarray(y)
    if np.shape(g) != np.shape(y):
        raise ShapeError(f"vjp of {describe(y)} takes a gradient of that shape, not {np.shape(g)}")
    total: Quantity = table.sum(y * g)
    return total


def _total(terms: Sequence[Quantity]) -> object:
    total: Quantity | float = 0.0
    for term in terms:
        total = total + term
    return total


@overload
def jacobian(f: Function, argnum: Literal[0] = 0, batched: bool = False) -> Derivatives: ...
@overload
def jacobian(f: Function, argnum: int, batched: bool = False) -> Function: ...
def jacobian(f: Function, argnum: int = 0, batched: bool = False) -> Function:
    """Return the function that computes ∂f/∂x, with shape `f(x).shape + x.shape`.

    f may return a node, a list or array of `Value`s, or a structure of them; then the result is
    a structure of jacobians.

    batched: the first axis of x and of f(x) runs along samples that do not affect each other.
        The result has the jacobian of each sample, of shape `f(x).shape + x.shape[1:]`, and
        takes as many backward passes as one sample has results. ShapeError if the axes differ.

    >>> jacobian(lambda x: x * np.array([2.0, 3.0]))(np.array([1.0, 1.0]))
    array([[2., 0.],
           [0., 3.]])
    >>> jacobian(lambda x: x**2, batched=True)(np.array([[1.0, 2.0], [3.0, 4.0]])).shape
    (2, 2, 2)
    """

    def rows(*args: object) -> object:
        run = LiftedRun(f, args, (argnum,))
        if batched:
            return _of_each_sample(run)
        if not is_number(run.y) and not run.roots:
            raise TypeError(f"jacobian needs a function that returns numbers, not {_named(run.y)}")
        return map_numbers(lambda y: _rows(run, y), run.y)

    return rows


def _rows(run: LiftedRun, y: Any) -> object:
    """Return the jacobian of one result, in the structure of the argument."""
    flat = nodes_of(run.xs)
    if isinstance(y, Tensor):
        order: list[Node] = topological(y)
        seeds = np.eye(y.size, dtype=y.dtype).reshape(y.size, *y.shape)
        found = [_walk(y, order, flat, run.nested, seed) for seed in seeds]
    else:
        found = [
            gradients(e, flat, run.nested) if isinstance(e, Node) else list(map(zeros_like, flat))
            for e in np.asarray(y, dtype=object).flat
        ]
    columns = iter(zip(*found, strict=True))
    shape = np.shape(y)

    def part(x: Node | Array) -> object:
        if isinstance(x, Node):
            return _stacked(run, next(columns, ()), shape, x.shape)
        cells = [next(columns, ()) for _ in x.flat]
        every = [row[i] for i in range(len(found)) for row in cells]
        return _stacked(run, every, shape, x.shape)

    return run.put_together(part)[0]


def _stacked(run: LiftedRun, rows: Sequence[ArrayLike], y_shape: Shape, x_shape: Shape) -> object:
    """Return gradients, given one after the other, as one array."""
    if not y_shape and len(rows) == 1 and not (x_shape and np.shape(rows[0]) != x_shape):
        return run.handed_out(rows[0])
    if any(isinstance(row, Tensor) for row in rows):
        rows_ = table.stack(rows)
        return run.handed_out(table.reshape(rows_, (*y_shape, *x_shape)))
    made = [run.handed_out(row) for row in rows]
    return np.array(made).reshape((*y_shape, *x_shape))


def _of_each_sample(run: LiftedRun) -> object:
    (x,), y = run.xs, run.y
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        raise TypeError(
            f"a batched jacobian needs arrays as argument and result, not {describe(x)} and "
            f"{_named(y)}"
        )
    if not x.shape or y.shape[:1] != x.shape[:1]:
        raise ShapeError(
            f"a batched jacobian needs as many results as samples along the first axis, not "
            f"{describe(y)} of {describe(x)}"
        )
    each = y.shape[1:]
    order: list[Node] = topological(y)
    found: list[object] = []
    for place in np.ndindex(*each):
        seed = np.zeros(y.shape, y.dtype)
        seed[(slice(None), *place)] = 1
        found += _walk(y, order, [x], run.nested, seed)
    side_by_side = table.stack(found, axis=1) if found else np.zeros((len(x), 0, *x.shape[1:]))
    return run.handed_out(table.reshape(side_by_side, (*y.shape, *x.shape[1:])))


@overload
def hessian(f: Function, argnum: Literal[0] = 0) -> SecondDerivatives: ...
@overload
def hessian(f: Function, argnum: int) -> Function: ...
def hessian(f: Function, argnum: int = 0) -> Function:
    """Return the function that computes the second derivatives, with shape x.shape + x.shape.

    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f, argnum), argnum)
