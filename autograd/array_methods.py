"""The methods of a `Tensor` that are composed of rows, named as NumPy's arrays name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, overload

import numpy as np

from autograd.errors import describe
from autograd.lazy_names import Later
from autograd.operators import ArrayOperators
from autograd.rows import table
from autograd.rows.nodes import Array, Axis

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from autograd import functions, further_functions, rearranging
else:
    functions = Later("autograd.functions")
    further_functions = Later("autograd.further_functions")
    rearranging = Later("autograd.rearranging")


class ArrayMethods(ArrayOperators[object]):
    """The methods of `Tensor` besides those that are rows, which come from the table."""

    __slots__ = ()

    if TYPE_CHECKING:

        def sum(self, axis: Axis = None, keepdims: bool = False) -> Self: ...
        def mean(self, axis: Axis = None, keepdims: bool = False) -> Self: ...
        def max(self, axis: Axis = None, keepdims: bool = False) -> Self: ...
        def min(self, axis: Axis = None, keepdims: bool = False) -> Self: ...

    def clip(self, min: object = None, max: object = None) -> Self:
        """See `autograd.clip`."""
        result: Self = functions.clip(self, min, max)
        return result

    def prod(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """See `autograd.prod`."""
        result: Self = functions.prod(self, axis, keepdims)
        return result

    def var(self, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Self:
        """See `autograd.var`."""
        result: Self = functions.var(self, axis, keepdims, ddof)
        return result

    def std(self, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Self:
        """See `autograd.std`."""
        result: Self = functions.std(self, axis, keepdims, ddof)
        return result

    def dot(self, other: object) -> Self:
        """See `autograd.dot`."""
        result: Self = functions.dot(self, other)
        return result

    def reshape(self, *shape: object) -> Self:
        """See `autograd.reshape`; the lengths may be given one by one."""
        result: Self = table.reshape(self, shape[0] if len(shape) == 1 else shape)
        return result

    def transpose(self, *axes: object) -> Self:
        """See `autograd.transpose`; the axes may be given one by one."""
        given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        result: Self = table.transpose(self, given or None)
        return result

    def ravel(self) -> Self:
        """Return the elements along one axis."""
        return rearranging.ravel(self)

    def flatten(self) -> Self:
        """Return the elements along one axis."""
        return rearranging.ravel(self)

    def squeeze(self, axis: Axis = None) -> Self:
        """Return the array without its axes of length 1."""
        return rearranging.squeeze(self, axis)

    def swapaxes(self, axis1: int, axis2: int) -> Self:
        """Return the array with two axes exchanged."""
        return rearranging.swapaxes(self, axis1, axis2)

    def repeat(self, repeats: object, axis: int | None = None) -> Self:
        """Return the array with each element repeated."""
        return rearranging.repeat(self, repeats, axis)

    def take(self, indices: object, axis: int | None = None) -> Self:
        """Return the elements at positions along an axis."""
        return rearranging.take(self, indices, axis)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Self:
        """Return the diagonals."""
        return rearranging.diagonal(self, offset, axis1, axis2)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Self:
        """Return the sum of the diagonal."""
        result: Self = further_functions.trace(self, offset, axis1, axis2)
        return result

    def cumsum(self, axis: int | None = None) -> Self:
        """Return the running sums of the elements."""
        result: Self = further_functions.cumsum(self, axis)
        return result

    def cumprod(self, axis: int | None = None) -> Self:
        """Return the running products of the elements."""
        result: Self = further_functions.cumprod(self, axis)
        return result

    def round(self, decimals: int = 0) -> Self:
        """Return the array rounded; the derivative is 0."""
        result: Self = further_functions.round(self, decimals)
        return result

    def astype(self, dtype: DTypeLike) -> Self:
        """Return the array in another type; a gradient flows only through types of floats.

        Raises TypeError for complex numbers.
        """
        if np.dtype(dtype).kind == "c":
            raise TypeError(
                f"astype of {describe(self)} to {np.dtype(dtype)}: a Tensor works with real "
                "numbers; keep the real and the imaginary part as two Tensors"
            )
        result: Self = table.astype.apply(self, dtype=np.dtype(dtype))
        return result

    def conj(self) -> Self:
        """Return the array itself, since its numbers are real."""
        return self

    conjugate = conj

    def all(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """Return whether all elements are true: a plain truth value, without a history."""
        return np.all(rearranging.deciding(self), axis=axis, keepdims=keepdims)

    def any(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """Return whether an element is true."""
        return np.any(rearranging.deciding(self), axis=axis, keepdims=keepdims)

    @overload
    def argmax(self, axis: None = None, keepdims: Literal[False] = False) -> np.intp: ...
    @overload
    def argmax(self, axis: int, keepdims: bool = False) -> Array: ...
    @overload
    def argmax(self, axis: None, keepdims: Literal[True]) -> Array: ...
    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Array | np.intp:
        """Return the position of the largest element, as plain integers."""
        return rearranging.largest_place(self, axis, keepdims=keepdims)

    @overload
    def argmin(self, axis: None = None, keepdims: Literal[False] = False) -> np.intp: ...
    @overload
    def argmin(self, axis: int, keepdims: bool = False) -> Array: ...
    @overload
    def argmin(self, axis: None, keepdims: Literal[True]) -> Array: ...
    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Array | np.intp:
        """Return the position of the smallest element."""
        return rearranging.smallest_place(self, axis, keepdims=keepdims)

    def argsort(self, axis: int | None = -1) -> Array:
        """Return the positions that sort the elements in ascending order."""
        return rearranging.sorted_places(self, axis)

    def copy(self) -> Self:
        """Return a node with the same numbers, through which the gradient flows."""
        return table.identity(self)

    @property
    def mT(self) -> Self:
        """The matrices of the last two axes, transposed."""
        return rearranging.swapaxes(self, -1, -2)

    @property
    def T(self) -> Self:
        """The transpose, with all axes reversed."""
        transposed: Self = table.transpose(self)
        return transposed

    def __lt__(self, other: object) -> Self:
        result: Self = table.less(self, other)
        return result

    def __le__(self, other: object) -> Self:
        result: Self = table.less_equal(self, other)
        return result

    def __gt__(self, other: object) -> Self:
        result: Self = table.greater(self, other)
        return result

    def __ge__(self, other: object) -> Self:
        result: Self = table.greater_equal(self, other)
        return result


class Refused:
    """Takes the place of a NumPy array's attribute that a `Tensor` does not have, and says why.

    A `__getattr__` could do so too, but a class with one looks up every attribute the slow way: a
    training step of a small network would take a sixth longer.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, node: object, kind: type) -> NoReturn:
        raise AttributeError(
            f"{kind.__name__} has no .{self.name}: it has those methods of NumPy's arrays through "
            "which a gradient flows, and none that changes it in place, since the graph holds "
            "its data as recorded. Use NumPy's functions, such as np.sort(x) and np.where, or "
            f"x.detach().{self.name} for plain numbers, through which no gradient flows"
        )


def refuse_the_rest(kind: type) -> None:
    """Give a class an attribute that says why for each of NumPy's that it lacks."""
    for name in dir(np.ndarray):
        if not name.startswith("__") and not hasattr(kind, name):
            setattr(kind, name, Refused(name))
