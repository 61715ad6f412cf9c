"""Rows that move elements about, and change none."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from autograd.rows.structural import Structural, structural

reshape: Structural = structural(
    "reshape",
    lambda x, shape: np.reshape(x, shape),
    vjp=[lambda g, z, x, shape: reshape(g, shape=x.shape)],
    latex="$x",
    text={"numpy": "$x.reshape($shape)"},
)

transpose: Structural = structural(
    "transpose",
    lambda x, axes=None: np.transpose(x, axes),
    vjp=[
        lambda g, z, x, axes=None: transpose(
            g, axes=None if axes is None else tuple(np.argsort([a % x.ndim for a in axes]))
        )
    ],
    symbol="ᵀ",
    latex="$x^{\\mathsf{T}}",
    text={"numpy": lambda x, axes=None: f"{x}.T" if axes is None else f"{x}.transpose({axes})"},
)

broadcast_to = structural(
    "broadcast_to",
    lambda x, shape: np.broadcast_to(x, shape),
    vjp=[lambda g, z, x, shape: g],  # every contribution is summed down to its operand's shape
    symbol="broadcast",
    latex="$x",
    text={"numpy": "np.broadcast_to($x, $shape)"},
    repeats=True,
)

astype: Structural = structural(
    "astype",
    lambda x, dtype: x.astype(dtype),
    vjp=[lambda g, z, x, dtype: astype(g, dtype=x.dtype)],
    latex="$x",
    text={"numpy": "$x.astype($dtype)"},
    on_values=lambda x, dtype: x,
    view=False,
)


def _scatter(y: Any, key: Any, shape: tuple[int, ...]) -> Any:
    result = np.zeros(shape, dtype=y.dtype)
    if _is_basic(key):
        result[key] = y
    else:
        np.add.at(result, key, y)  # an index that is repeated receives the sum
    return result


def _is_basic(key: Any) -> bool:
    for part in key if type(key) is tuple else (key,):
        if not (part is None or part is Ellipsis or isinstance(part, int | slice)):
            return False
    return True


def _getitem_x(g: Any, z: Any, x: Any, key: Any) -> Any:
    if type(g) is np.ndarray:  # without the detour over the row's dispatch
        return _scatter(g, key, x.shape)
    return scatter(g, key=key, shape=x.shape)


getitem = structural(
    "getitem",
    lambda x, key: x[key],
    vjp=[_getitem_x],
    symbol="[ ]",
    latex="$x_{[\\cdot]}",
    text={"numpy": "$x[$key]"},
)

scatter: Structural = structural(
    "scatter",
    _scatter,
    vjp=[lambda g, z, y, key, shape: getitem(g, key=key)],
    latex=r"\operatorname{scatter}($x)",
    view=False,
)


def _joined(function: str) -> Any:
    """Return how a program writes this: along the first axis without saying so."""
    return lambda *xs, axis="0": (
        f"{function}([{', '.join(xs)}]{'' if axis == '0' else f', axis={axis}'})"
    )


def _part(i: int, g: Any, z: Any, *xs: Any, axis: int = 0) -> Any:
    axis %= z.ndim
    start = builtins.sum(x.shape[axis] for x in xs[:i])
    key = (slice(None),) * axis + (slice(start, start + xs[i].shape[axis]),)
    return getitem(g, key=key)


concatenate = structural(
    "concatenate",
    lambda *xs, axis=0: np.concatenate(xs, axis=axis),
    vjp=_part,
    jointly=True,
    symbol="concat",
    text={"numpy": _joined("np.concatenate")},
    view=False,
)

stack = structural(
    "stack",
    lambda *xs, axis=0: np.stack(xs, axis=axis),
    vjp=lambda i, g, z, *xs, axis=0: getitem(g, key=(slice(None),) * (axis % z.ndim) + (i,)),
    jointly=True,
    text={"numpy": _joined("np.stack")},
    view=False,
)
