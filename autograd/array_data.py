"""Validate the data that a `Tensor` is made of."""

from __future__ import annotations

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.node import Node
from autograd.rows.nodes import Array, X

#: An int of more bits does not fit into a float.
FLOAT_BITS = 1024


def of_plain_meaning(x: X, name: str) -> X:
    """Return x, provided that NumPy's operations mean on it what they mean on arrays.

    Raises TypeError for a masked array, since a Tensor would include the masked elements, and for a
    matrix, whose `*` is not elementwise.
    """
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(
            f"{name} with a masked array: a Tensor has no mask, and would take what is masked as "
            "it stands; say autograd.where(x.mask, 0.0, …), or x.filled(0.0) for a constant"
        )
    if isinstance(x, np.matrix):
        raise TypeError(
            f"{name} with a np.matrix, whose * is a product of matrices: give np.asarray(x), and "
            "write @ for the product of matrices"
        )
    return x


def too_large() -> OverflowError:
    """Return the error for an int too large for a float."""
    return OverflowError("this int is too large for a float, which ends at about 1.8e308")


def checked(data: object, copy: bool = True) -> Array:
    """Return data as an array of floats: a new one, unless `copy` is false."""
    if isinstance(data, Node):
        raise TypeError(
            f"Tensor({describe(data)}): this is a node already, so use it as it is; for a "
            "fresh leaf with its numbers, from which no gradient flows to it, use "
            "Tensor(x.detach())"
        )
    try:
        array = np.asarray(of_plain_meaning(data, "Tensor"))
    except ValueError:
        raise ShapeError(
            f"Tensor needs rows of equal length, but got {data!r}; pad or cut them"
        ) from None
    if array.dtype.kind in "biu" or (array.size and all(type(x) is int for x in array.flat)):
        return _as_floats(array)
    if array.dtype.kind != "f":
        raise TypeError(
            f"Tensor holds real numbers, not {array.dtype} ({type(data).__name__}); "
            "for single Values use an array of Values, np.array([Value(1.0), ...])"
        )
    return array.copy() if copy else array


def _as_floats(array: Array) -> Array:
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise OverflowError(
            "Tensor got an int that is too large for a float, which ends at about 1.8e308"
        ) from None


def is_comparable(x: object) -> bool:
    """Return whether `==` with a Tensor compares numbers; None, text and other objects do not."""
    if isinstance(x, Node | int | float | np.number | np.bool_ | list | tuple | range):
        return True
    return hasattr(type(x), "__array__") and np.asarray(x).dtype.kind in "biufO"
