"""Validate operands, and word the errors for those that do not fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.errors import MixedNodesError, ShapeError, describe
from autograd.rows.nodes import Array, Axis, Operand, Shape
from autograd.rows.op import Op


def as_operand(x: Operand, op: Op) -> Array:
    """Return `x` as an array; raise TypeError for text, complex numbers and other objects."""
    array = x if isinstance(x, np.ndarray) else _to_array(x, op)
    if array.dtype.kind in "biuf":
        return array
    if array.dtype == object and all(hasattr(e, "op") or _is_number(e) for e in array.flat):
        return array
    raise TypeError(
        f"{op.name} works on numbers, arrays of numbers, Values and Tensors, "
        f"not on {describe(x)} (dtype {array.dtype})"
    )


def as_floats(x: object, what: str) -> object:
    """Return whole numbers as floats, lists as arrays, and nodes and symbols as they are.

    As unsigned bytes, pixels would wrap around: -1 is 255. Raises TypeError for text, complex
    numbers and anything that is not a number; `what` names it there.
    """
    if isinstance(x, list | tuple):
        x = np.asarray(x)
    if isinstance(x, np.ndarray):
        if x.dtype.kind in "fO":
            return x
        if x.dtype.kind in "biu":
            return x.astype(float)
    elif isinstance(x, float | np.floating) or hasattr(x, "op"):
        return x
    elif isinstance(x, int | np.integer | np.bool_):
        return float(x)
    kind = f"an array of {x.dtype}" if isinstance(x, np.ndarray) else type(x).__name__
    raise TypeError(f"{what} must be real numbers, Values or a Tensor, not {kind}: {x!r}")


def _to_array(x: Operand, op: Op) -> Array:
    try:
        return np.asarray(x)
    except ValueError:
        raise ShapeError(
            f"{op.name} got nested lists of unequal lengths: {x!r}; make the rows equally long"
        ) from None


def _is_number(x: object) -> bool:
    return isinstance(x, int | float | np.number | np.bool_) and not isinstance(x, complex)


def normal_axes(axis: Axis, ndim: int) -> Shape:
    """Return the axes as a tuple of non-negative numbers; None means all of them."""
    if axis is None:
        return tuple(range(ndim))
    if type(axis) is int and -ndim <= axis < ndim:  # the usual case, in a tenth of the time
        return (axis % ndim,)
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


def mismatch(op: Op, operands: Sequence[object], error: Exception) -> Exception:
    """Return an error that names the operation, and the shape and label of each operand."""
    named = f"{op.name} of {' and '.join(map(describe, operands))}"
    if isinstance(error, np.linalg.LinAlgError) and "dimension" not in str(error):
        return np.linalg.LinAlgError(f"{named}: {error}")
    if isinstance(error, ValueError) and not op.fits(operands):
        return ShapeError(f"{named}: {op.expects or error}")
    if isinstance(error, ValueError):
        return ValueError(f"{named}: {error}")
    return (IndexError if isinstance(error, IndexError) else TypeError)(f"{named}: {error}")


def mixed(op: Op, operands: Sequence[object]) -> MixedNodesError:
    """Return the error for `Value`s and `Tensor`s in one operation."""
    return MixedNodesError(
        f"{op.name} of {' and '.join(map(describe, operands))}: Values and Tensors do not mix in "
        "one operation; use one kind throughout. Plain numbers and arrays go with both"
    )


def has_objects(x: object) -> bool:
    """Return whether x is an array of objects, that is, of `Value`s."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "O"
