"""Rows that rearrange elements without changing them."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.rows import onnx_forms
from autograd.rows.nodes import Array, Arrayed, Operand, Shape
from autograd.rows.structural import Call, Structural, structural

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


def _shaped(x: Operand, shape: int | Sequence[int]) -> Call:
    return (x,), {"shape": (shape,) if isinstance(shape, int) else tuple(shape)}


def _permuted(x: Operand, axes: Sequence[int] | None = None) -> Call:
    return (x,), {"axes": None if axes is None else tuple(axes)}


def _reshape_x(g: object, z: object, x: Arrayed, shape: object) -> object:
    return reshape(g, shape=x.shape)


def _transpose_x(g: object, z: object, x: Arrayed, axes: Sequence[int] | None = None) -> object:
    back = None if axes is None else tuple(np.argsort([a % x.ndim for a in axes]))
    return transpose(g, axes=back)


def _sequence(*arrays: Any, axis: int | None = 0) -> Call:
    """Take the operands as NumPy does, as a sequence followed by the axis, or one by one."""
    parts = arrays
    if len(arrays) == 2 and (arrays[1] is None or isinstance(arrays[1], int)):
        parts, axis = tuple(arrays[0]), arrays[1]
    elif len(arrays) == 1:
        parts = tuple(arrays[0])
    if axis is None:  # flatten them, as NumPy does
        return tuple(reshape(x, -1) for x in parts), {"axis": 0}
    return parts, {"axis": axis}


@structural(
    call=_shaped,
    numpy=[np.reshape],
    vjp=[_reshape_x],
    latex="$x",
    text={"numpy": "$x.reshape($shape)", "onnx": onnx_forms.reshape},
    repeats=False,
)
def reshape(x: Array, shape: int | Sequence[int]) -> Array:
    """Return the elements in another shape; one axis may be -1.

    >>> reshape(np.arange(4.0), (2, 2))
    array([[0., 1.],
           [2., 3.]])
    """
    return np.reshape(x, shape)


def _transposed(x: str, axes: object = None) -> str:
    return f"{x}.T" if axes is None else f"{x}.transpose({axes})"


@structural(
    call=_permuted,
    numpy=[np.transpose],
    vjp=[_transpose_x],
    symbol="ᵀ",
    latex="$x^{\\mathsf{T}}",
    text={"numpy": _transposed, "reading": _transposed, "onnx": onnx_forms.transpose},
    repeats=False,
)
def transpose(x: Array, axes: Sequence[int] | None = None) -> Array:
    """Return x with its axes reversed, or in the order given.

    >>> transpose(np.zeros((2, 3))).shape
    (3, 2)
    """
    return np.transpose(x, axes)


@structural(
    call=_shaped,
    numpy=[np.broadcast_to],
    vjp=[lambda g, z, x, shape: g],  # every contribution is summed down to its operand's shape
    symbol="broadcast",
    latex="$x",
    text={"numpy": "np.broadcast_to($x, $shape)", "onnx": onnx_forms.broadcast},
)
def broadcast_to(x: Array, shape: int | Sequence[int]) -> Array:
    """Return x repeated along new or single axes up to `shape`.

    >>> broadcast_to(np.array([1.0, 2.0]), (2, 2))
    array([[1., 2.],
           [1., 2.]])
    """
    return np.broadcast_to(x, shape)


def _in_doubles(x: str, dtype: DTypeLike) -> str:
    """Write the conversion of an element in JavaScript, where all numbers are doubles."""
    kind = np.dtype(dtype).kind
    return f"Math.trunc({x})" if kind in "iu" else f"({x} === 0 ? 0 : 1)" if kind == "b" else x


astype: Structural = structural(
    "astype",
    lambda x, dtype: x.astype(dtype),
    vjp=[lambda g, z, x, dtype: astype(g, dtype=x.dtype)],
    latex="$x",
    text={
        "numpy": "$x.astype($dtype)",
        "onnx": onnx_forms.cast,
        "javascript": _in_doubles,
    },
    role="cast",
    on_values=lambda x, dtype: x,
    view=False,
)


def _scatter(y: Array, key: Any, shape: Shape) -> Array:
    result = np.zeros(shape, dtype=y.dtype)
    if _is_basic(key):
        result[key] = y
    else:
        np.add.at(result, key, y)  # an index that occurs twice receives the sum
    return result


def _is_basic(key: object) -> bool:
    for part in key if type(key) is tuple else (key,):
        if not (part is None or part is Ellipsis or isinstance(part, int | slice)):
            return False
    return True


def _getitem_x(g: object, z: object, x: Arrayed, key: object) -> object:
    if type(g) is np.ndarray:  # without the detour through the row's dispatch
        return _scatter(g, key, x.shape)
    return scatter(g, key=key, shape=x.shape)


getitem = structural(
    "getitem",
    lambda x, key: x[key],
    vjp=[_getitem_x],
    symbol="[ ]",
    latex="$x_{[\\cdot]}",
    text={"numpy": "$x[$key]", "onnx": onnx_forms.getitem},
    repeats=False,
)

scatter: Structural = structural(
    "scatter",
    _scatter,
    vjp=[lambda g, z, y, key, shape: getitem(g, key=key)],
    role="scatter",
    text={"onnx": onnx_forms.scatter},
    latex=r"\operatorname{scatter}($x)",
    view=False,
)


def _joined(function: str) -> Callable[..., str]:
    """Return how a program writes a joining function; the first axis is left out."""
    return lambda *xs, axis="0": (
        f"{function}([{', '.join(xs)}]{'' if axis == '0' else f', axis={axis}'})"
    )


def _part(i: int, g: object, z: Arrayed, *xs: Arrayed, axis: int = 0) -> object:
    axis %= z.ndim
    start = builtins.sum(x.shape[axis] for x in xs[:i])
    key = (slice(None),) * axis + (slice(start, start + xs[i].shape[axis]),)
    return getitem(g, key=key)


@structural(
    array=lambda *xs, axis=0: np.concatenate(xs, axis=axis),
    call=_sequence,
    numpy=[np.concatenate],
    vjp=_part,
    jointly=True,
    symbol="concat",
    text={"numpy": _joined("np.concatenate"), "onnx": onnx_forms.concatenate},
    view=False,
)
def concatenate(arrays: Sequence[Operand], axis: int = 0) -> Operand:
    """Return the arrays joined along an axis that they have.

    >>> concatenate([np.array([1.0]), np.array([2.0, 3.0])])
    array([1., 2., 3.])
    """


@structural(
    array=lambda *xs, axis=0: np.stack(xs, axis=axis),
    call=_sequence,
    numpy=[np.stack],
    vjp=lambda i, g, z, *xs, axis=0: getitem(g, key=(slice(None),) * (axis % z.ndim) + (i,)),
    jointly=True,
    text={"numpy": _joined("np.stack"), "onnx": onnx_forms.stack},
    view=False,
)
def stack(arrays: Sequence[Operand], axis: int = 0) -> Operand:
    """Return the arrays, all of one shape, joined along a new axis.

    >>> stack([np.array([1.0, 2.0]), np.array([3.0, 4.0])]).shape
    (2, 2)
    """
