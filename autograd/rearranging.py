"""NumPy's functions that move elements, all in one way: move positions, then index with them.

`np.roll`, `np.tile` and their like do the same to an array of positions as to an array of numbers.
So each is run on the positions 1, 2, 3, …, and the result says which element goes where; a 0 marks
a place that is filled instead. The derivative is that of indexing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast, overload

import numpy as np

from autograd.comparing import MOST_ORDERED, note_branch, note_order
from autograd.functions import as_array
from autograd.modes import current
from autograd.node import Node
from autograd.rows import table
from autograd.rows.nodes import Array, N, OfNodes, Operand, of_nodes
from autograd.rows.operands import has_objects

__all__ = [
    "array_split",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "delete",
    "diag",
    "diagonal",
    "dsplit",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "hsplit",
    "moveaxis",
    "pad",
    "partition",
    "ravel",
    "repeat",
    "roll",
    "rollaxis",
    "rot90",
    "sort",
    "split",
    "squeeze",
    "swapaxes",
    "take",
    "tile",
    "tril",
    "triu",
    "vsplit",
]


def moved(function: Callable[..., Any], x: Operand, *args: object, **keywords: object) -> Any:
    """Apply a NumPy function that moves elements, by indexing x.

    >>> from autograd import Tensor
    >>> moved(np.roll, Tensor([1.0, 2.0, 3.0]), 1)
    Tensor([3., 1., 2.], op='[ ]')
    """
    array = as_array(x)
    if isinstance(array, np.ndarray) and not has_objects(array):
        return function(array, *args, **keywords)
    if isinstance(array, Node) and not hasattr(array, "dtype"):  # one number
        array = np.asarray(array, dtype=object)
    positions = np.arange(1, array.size + 1).reshape(array.shape)
    chosen = function(positions, *args, **keywords)
    if isinstance(chosen, list | tuple):
        return [_picked(array, part) for part in chosen]
    return _picked(array, chosen)


def _picked(x: Any, positions: Array) -> object:
    flat: Any = table.reshape(x, (-1,)) if isinstance(x, Node) else x.reshape(-1)
    filled = positions == 0
    if not flat.shape[0] and np.size(positions):  # such as a border around an empty array
        flat = table.concatenate([flat, np.zeros(1, flat.dtype)])
    picked = flat[np.maximum(positions, 1) - 1]
    if not np.any(filled):
        return picked
    if isinstance(picked, np.ndarray):  # of Values
        return np.where(filled, 0.0, picked)
    return table.where(filled, 0.0, picked)


def _mover(function: Callable[..., object], sentence: str, example: str = "") -> OfNodes[...]:
    def move(x: Operand, /, *args: object, **keywords: object) -> object:
        return moved(function, x, *args, **keywords)

    move.__name__ = move.__qualname__ = function.__name__
    move.__doc__ = f"{sentence} See `numpy.{function.__name__}`.\n\n{example}".rstrip()
    return of_nodes(move)


repeat = _mover(
    np.repeat,
    "Return x with each element repeated.",
    ">>> repeat(np.array([1.0, 2.0]), 2)\narray([1., 1., 2., 2.])",
)
tile = _mover(
    np.tile,
    "Return copies of x side by side.",
    ">>> tile(np.array([1.0, 2.0]), 2)\narray([1., 2., 1., 2.])",
)
roll = _mover(
    np.roll,
    "Return x shifted along an axis; what falls off at one end comes in at the other.",
    ">>> roll(np.array([1.0, 2.0, 3.0]), 1)\narray([3., 1., 2.])",
)
flip = _mover(
    np.flip,
    "Return x in reverse order along axes.",
    ">>> flip(np.array([1.0, 2.0]))\narray([2., 1.])",
)
flipud = _mover(np.flipud, "Return x with its rows in reverse order.")
fliplr = _mover(np.fliplr, "Return x with its columns in reverse order.")
rot90 = _mover(np.rot90, "Return x rotated by quarter turns.")
swapaxes = _mover(
    np.swapaxes,
    "Return x with two axes exchanged.",
    ">>> swapaxes(np.zeros((2, 3)), 0, 1).shape\n(3, 2)",
)
moveaxis = _mover(np.moveaxis, "Return x with axes moved to other places.")
rollaxis = _mover(np.rollaxis, "Return x with one axis moved.")
squeeze = _mover(
    np.squeeze,
    "Return x without its axes of length 1.",
    ">>> squeeze(np.zeros((1, 3))).shape\n(3,)",
)
expand_dims = _mover(np.expand_dims, "Return x with axes of length 1 inserted.")
ravel = _mover(
    np.ravel,
    "Return the elements of x as a vector.",
    ">>> ravel(np.array([[1.0], [2.0]]))\narray([1., 2.])",
)
tril = _mover(
    np.tril,
    "Return the lower triangle of x, and 0 above it.",
    ">>> tril(np.ones((2, 2))).tolist()\n[[1.0, 0.0], [1.0, 1.0]]",
)
triu = _mover(
    np.triu,
    "Return the upper triangle of x, and 0 below it.",
    ">>> triu(np.ones((2, 2))).tolist()\n[[1.0, 1.0], [0.0, 1.0]]",
)
diag = _mover(
    np.diag,
    "Return the diagonal of a matrix, or the diagonal matrix of a vector.",
    ">>> diag(np.eye(2))\narray([1., 1.])",
)
diagonal = _mover(np.diagonal, "Return the diagonals of x.")
delete = _mover(np.delete, "Return x without some of its parts.")


def atleast_1d(*arrays: Operand) -> Any:
    """Return x, or each of several, with at least one axis. See `numpy.atleast_1d`."""
    return _each(np.atleast_1d, arrays)


def atleast_2d(*arrays: Operand) -> Any:
    """Return x, or each of several, with at least two axes. See `numpy.atleast_2d`."""
    return _each(np.atleast_2d, arrays)


def atleast_3d(*arrays: Operand) -> Any:
    """Return x, or each of several, with at least three axes. See `numpy.atleast_3d`."""
    return _each(np.atleast_3d, arrays)


def _each(function: Callable[..., object], arrays: Sequence[Operand]) -> object:
    made = tuple(moved(function, x) for x in arrays)
    return made[0] if len(made) == 1 else made


class Splitter(Protocol):
    """A function that takes an array apart."""

    @overload
    def __call__(self, x: N, /, *where: object, **keywords: object) -> list[N]: ...
    @overload
    def __call__(self, x: Operand, /, *where: object, **keywords: object) -> list[Any]: ...


def _splitter(function: Callable[..., object], sentence: str, example: str = "") -> Splitter:
    return cast("Splitter", _mover(function, sentence, example))


split = _splitter(
    np.split,
    "Return equal parts of x along an axis, or the parts between given positions.",
    ">>> split(np.arange(4.0), 2)\n[array([0., 1.]), array([2., 3.])]",
)
array_split = _splitter(
    np.array_split,
    "Return parts of x along an axis, as equal as possible.",
    ">>> array_split(np.arange(3.0), 2)\n[array([0., 1.]), array([2.])]",
)
hsplit = _splitter(np.hsplit, "Return parts of x side by side.")
vsplit = _splitter(np.vsplit, "Return parts of x one below the other.")
dsplit = _splitter(np.dsplit, "Return parts of x along its third axis.")
take = _mover(np.take, "Return the elements of x at positions along an axis.")


@of_nodes
def pad(x: Any, pad_width: Any, mode: Any = "constant", constant_values: float = 0.0) -> object:
    """Return x with a border: of a constant, or of its own elements (mode as in NumPy).

    Raises ValueError for a mode that computes new numbers ("mean", "linear_ramp").

    >>> pad(np.array([1.0, 2.0]), 1)
    array([0., 1., 2., 0.])
    """
    if mode == "constant":
        inner = moved(lambda p: np.pad(p, pad_width), x)
        if constant_values == 0:
            return inner
        outside = np.pad(np.ones(np.shape(x)), pad_width) == 0
        return table.where(outside, constant_values, inner)
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise ValueError(
            f"pad knows the modes constant, edge, reflect, symmetric and wrap, not {mode!r}"
        )
    return moved(lambda p: np.pad(p, pad_width, mode=mode), x)


@of_nodes
def sort(x: Operand, axis: int = -1) -> object:
    """Return x in ascending order along an axis; the gradient goes where each element came from.

    >>> sort(np.array([3.0, 1.0, 2.0]))
    array([1., 2., 3.])
    """
    x = as_array(x)
    places = sorted_places(x, axis)
    return moved(lambda p: np.take_along_axis(p, places, axis), x)


@of_nodes
def partition(x: Operand, kth: int | Sequence[int], axis: int = -1) -> object:
    """Return x with the kth element where sorting would put it, and smaller ones before it.

    >>> partition(np.array([3.0, 1.0, 2.0]), 1)
    array([1., 2., 3.])
    """
    x = as_array(x)
    data = deciding(x)
    places = np.argpartition(data, kth, axis=axis)
    rows = _rows(data, places, axis)
    for k in np.atleast_1d(kth) if rows.size else ():
        _note_rows(x, rows[..., :k], rows[..., [k]])
        _note_rows(x, rows[..., [k]], rows[..., k:])
    return moved(lambda p: np.take_along_axis(p, places, axis), x)


def sorted_places(x: Operand, axis: int | None = -1, kind: object = None) -> Array:
    """Return the positions of the elements in ascending order, like `np.argsort`; note the order.

    The sort is stable: equal elements keep their order.
    """
    del kind
    data = deciding(x)
    places: Array = np.argsort(data, axis=axis, kind="stable")
    rows = _rows(data, places, axis)
    _note_rows(x, rows[..., :-1], rows[..., 1:])
    return places


def largest_place(x: Operand, axis: int | None = None, keepdims: bool = False) -> Array | np.intp:
    """Return the position of the largest element, like `np.argmax`; note that it was largest."""
    data = deciding(x)
    _note_rows(x, _rows(data, None, axis), _rows(data, np.argmax(data, axis, keepdims=True), axis))
    place: Array | np.intp = np.argmax(data, axis=axis, keepdims=keepdims)
    return place


def smallest_place(x: Operand, axis: int | None = None, keepdims: bool = False) -> Array | np.intp:
    """Return the position of the smallest element, like `np.argmin`; note that it was smallest."""
    data = deciding(x)
    _note_rows(x, _rows(data, np.argmin(data, axis, keepdims=True), axis), _rows(data, None, axis))
    place: Array | np.intp = np.argmin(data, axis=axis, keepdims=keepdims)
    return place


def _rows(data: Array, places: Array | None, axis: int | None) -> Array:
    """Return the flat positions of the elements, or of those at `places`; an axis becomes rows.

    For large arrays return none: their order is not noted, as that takes as long as sorting them.
    """
    if np.size(data) > MOST_ORDERED:
        return np.zeros((0, 2), int)
    flat: Array = np.arange(np.size(data)).reshape(np.shape(data))
    flat, axis = (flat.ravel(), 0) if axis is None else (flat, axis)
    if places is not None:
        flat = np.take_along_axis(flat, places.reshape(-1) if flat.ndim == 1 else places, axis)
    return np.moveaxis(flat, axis, -1)


def _note_rows(x: Operand, low: Array, high: Array) -> None:
    if not isinstance(x, Node) and not has_objects(x):
        return
    low, high = np.broadcast_arrays(low, high)
    note_order(x, low.ravel(), high.ravel())


def deciding(x: Operand) -> Any:
    """Return the plain numbers of an argument, to decide something by them."""
    if isinstance(x, Node):
        origin = current()  # a trace refuses: a replay might decide otherwise
        raw = x.raw if origin is None else origin.read(x, "an order, a position or a truth")
        if hasattr(x, "dtype"):
            note_branch(x)
        return raw
    if has_objects(x):
        numbers = np.frompyfunc(lambda e: deciding(e) if isinstance(e, Node) else e, 1, 1)
        return numbers(np.asarray(x)).astype(float)
    return x
