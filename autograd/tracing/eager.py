"""Value and gradients by running the traced function itself, where a replay will not do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import derivatives, lifting
from autograd.lifting import differentiating, is_differentiating, nodes_of
from autograd.modes import recording
from autograd.node import Node
from autograd.rows.operands import has_objects
from autograd.tensor import Tensor
from autograd.tracing.arguments import rebuilt
from autograd.tracing.capture import like
from autograd.value import Value


def eager_gradients(
    f: Callable[..., Any], args: Any, kwargs: Any, leaves: list[Any]
) -> tuple[Any, list[Any]]:
    """Return value and gradients from a run of f itself; nodes, if these may be differentiated."""
    nested = is_differentiating() or recording() is not None
    arrays = any(isinstance(x, Tensor | np.ndarray) and x.dtype != object for x in leaves)
    try:
        xs, y = _lifted_run(f, args, kwargs, Tensor if arrays else Value)
    except TypeError as error:  # a Tensor where only numbers or Values will do
        try:
            xs, y = _lifted_run(f, args, kwargs, Value if arrays else Tensor)
        except TypeError:
            raise error from None
    nodes = [x for x in xs if isinstance(x, Node) or has_objects(x)]
    found = dict(zip(map(id, nodes), _gradients_of(y, nodes, nested), strict=True))
    pairs = [(x, found.get(id(lifted))) for x, lifted in zip(leaves, xs, strict=True)]
    if nested:
        return y, [like(x, None) if g is None else g for x, g in pairs]
    value = y.item() if isinstance(y, Node) else y
    return float(value), [like(x, g) for x, g in pairs]


def _gradients_of(y: Any, xs: Sequence[Any], nested: bool) -> list[Any]:
    """Return ∂y/∂x for each x, a node or an object array of `Value`s."""
    flat = nodes_of(xs)
    plain = not isinstance(y, Node)
    found = iter(
        list(map(derivatives.zeros_like, flat)) if plain else derivatives.gradients(y, flat, nested)
    )
    kind = object if nested else float
    return [
        np.array([next(found) for _ in x.flat], kind).reshape(x.shape)
        if isinstance(x, np.ndarray)
        else next(found)
        for x in xs
    ]


def _lifted_run(
    f: Callable[..., Any], args: Any, kwargs: Any, kind: type[Node]
) -> tuple[list[Any], Any]:
    """Run f on fresh nodes for its arguments; return the nodes and the result."""
    xs: list[Any] = []

    def lift(x: Any) -> Any:
        if isinstance(x, Node) or has_objects(x):
            x = lifting.lift(x)
        elif not isinstance(x, np.ndarray):
            x = kind(x)
        elif x.dtype.kind == "f":  # others may be positions
            cells = Tensor if kind is Tensor else np.frompyfunc(Value, 1, 1)
            x = cells(x)
        xs.append(x)
        return x

    replaced = rebuilt((args, kwargs), lift)
    with differentiating():
        return xs, derivatives.one_number(f(*replaced[0], **replaced[1]))
