"""The types of the functions that `grad` and its like return, for type checkers.

A gradient has the kind and the structure of the argument: a float for a float, an array for an
array, a dict for a dict. If f depends on other variables too, it is a node; a type checker cannot
see that, so these types describe the plain case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeVar, overload

from autograd.rows.nodes import Array, N, Recorded, X


class Fields(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, object]]


Structure = dict[Any, Any] | list[Any] | tuple[Any, ...] | Fields

#: Parameters that are not one number.
Several = TypeVar("Several", bound=Array | Structure)

#: Anything but an array; an overload for `object` would overlap with that for arrays.
Other = float | Recorded | Structure


class Gradient(Protocol):
    """The gradient with respect to the first argument, of the same kind and structure."""

    @overload
    def __call__(self, x: float, /, *more: object) -> float: ...
    @overload
    def __call__(self, x: X, /, *more: object) -> X: ...


class GradientBy(Protocol):
    """The gradient with respect to another argument: known if all are of one kind."""

    @overload
    def __call__(self, x: float, /, *more: float) -> float: ...
    @overload
    def __call__(self, x: Array, /, *more: Array) -> Array: ...
    @overload
    def __call__(self, x: object, /, *more: object) -> Any: ...


class Gradients(Protocol):
    """The gradients with respect to several arguments: known in the same case."""

    @overload
    def __call__(self, *args: float) -> tuple[float, ...]: ...
    @overload
    def __call__(self, *args: Array) -> tuple[Array, ...]: ...
    @overload
    def __call__(self, *args: object) -> tuple[Any, ...]: ...


class ValueAndGradient(Protocol):
    """The result of a function, and its gradient with respect to the first argument."""

    @overload
    def __call__(self, x: N, /, *more: object) -> tuple[N, N]: ...
    @overload
    def __call__(self, x: float, /, *more: object) -> tuple[float, float]: ...
    @overload
    def __call__(self, x: Several, /, *more: object) -> tuple[float, Several]: ...


class Pullback(Protocol):
    """The function that turns an upstream gradient into that of the first argument, and f(x)."""

    def __call__(self, x: X, /, *more: object) -> tuple[Callable[[object], X], Any]: ...


class Derivatives(Protocol):
    """The derivatives of several results, or second derivatives, by the first argument."""

    @overload
    def __call__(self, x: Array, /, *more: object) -> Array: ...
    @overload
    def __call__(self, x: Other, /, *more: object) -> Any: ...


class HessianProduct(Protocol):
    """The hessian times a vector: v has the kind of x, and so has the result."""

    @overload
    def __call__(self, x: float, v: float, /) -> float: ...
    @overload
    def __call__(self, x: X, v: X, /) -> X: ...


class SecondDerivatives(Protocol):
    """The second derivatives of a function with one number as its result."""

    @overload
    def __call__(self, x: float, /, *more: object) -> float: ...
    @overload
    def __call__(self, x: Array, /, *more: object) -> Array: ...
    @overload
    def __call__(self, x: Other, /, *more: object) -> Any: ...
