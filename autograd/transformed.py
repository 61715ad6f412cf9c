"""What `grad` and its like return, for type checkers: functions that keep the kind of argument.

A gradient has the kind and the structure of the argument: a float for a float, an array for an
array, a dict for a dict. Where f depends on other variables too it is a node; a type checker, which
sees no variables, is told of the plain case.
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

#: Anything but an array: type checkers could not otherwise tell it from an array of any numbers.
Other = float | Recorded | Structure


class Gradient(Protocol):
    """The gradient by the first argument: it has the kind and the structure of that."""

    @overload
    def __call__(self, x: float, /, *more: object) -> float: ...
    @overload
    def __call__(self, x: X, /, *more: object) -> X: ...


class GradientBy(Protocol):
    """The gradient by another argument: known where all of them are of one kind."""

    @overload
    def __call__(self, x: float, /, *more: float) -> float: ...
    @overload
    def __call__(self, x: Array, /, *more: Array) -> Array: ...
    @overload
    def __call__(self, x: object, /, *more: object) -> Any: ...


class Gradients(Protocol):
    """The gradients by several arguments: known in the same case."""

    @overload
    def __call__(self, *args: float) -> tuple[float, ...]: ...
    @overload
    def __call__(self, *args: Array) -> tuple[Array, ...]: ...
    @overload
    def __call__(self, *args: object) -> tuple[Any, ...]: ...


class ValueAndGradient(Protocol):
    """The result of a function, and its gradient by the first argument."""

    @overload
    def __call__(self, x: N, /, *more: object) -> tuple[N, N]: ...
    @overload
    def __call__(self, x: float, /, *more: object) -> tuple[float, float]: ...
    @overload
    def __call__(self, x: Several, /, *more: object) -> tuple[float, Several]: ...


class Pullback(Protocol):
    """What takes an upstream gradient to that of the first argument, and the result."""

    def __call__(self, x: X, /, *more: object) -> tuple[Callable[[object], X], Any]: ...


class Derivatives(Protocol):
    """The derivatives of several results, or of second order, by the first argument."""

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
