"""Rows that reduce many elements to one, along the given axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Required, Unpack, overload

import numpy as np

from autograd.errors import describe
from autograd.pool import LARGE, pool
from autograd.rows.facts import Facts
from autograd.rows.nodes import Array, Arrayed, Axis, N, Operand, Partials, Quantity, Shape, Slope
from autograd.rows.op import Op, R, Rule
from autograd.rows.operands import as_operand, mismatch, mixed, normal_axes

if TYPE_CHECKING:
    from autograd.rows.kinds import Kinds


class Reduction(Op):
    """A row whose result depends on many elements of one operand. See `reduction`."""

    reduces = True

    def __init__(
        self,
        name: str,
        *,
        scalar: Rule,
        array: Rule,
        d: Rule,
        tally: Rule | None = None,
        empty: float | None = None,
        **facts: Unpack[Facts],
    ) -> None:
        self.scalar, self.array, self.d, self.tally, self.empty = scalar, array, d, tally, empty
        self.arity = 1
        super().__init__(name, **facts)

    @overload
    def __call__(self, x: N, axis: Axis = None, keepdims: bool = False) -> N: ...
    @overload
    def __call__(self, x: Iterable[N]) -> N: ...
    @overload
    def __call__(self, x: Iterable[float]) -> float: ...
    @overload
    def __call__(self, x: Operand, axis: Axis = None, keepdims: bool = False) -> Any: ...
    def __call__(self, x: Operand, axis: Axis = None, keepdims: bool = False) -> Any:
        """Reduce along the axis or axes; all of them by default."""
        record = self.on.get(type(x))
        if record is not None:
            return record(x, axis=axis, keepdims=keepdims)
        if not isinstance(x, np.ndarray) and isinstance(x, Iterable):
            if not isinstance(x, Sequence):  # a generator or a set, as for Python's max
                x = list(x)
                one_by_one = True
            else:
                one_by_one = any(type(e) in self.on for e in x)
            if one_by_one and axis is None and not keepdims and all(map(is_one_number, x)):
                return self.of_list(list(x))
        return self.compute(x, axis, keepdims)

    def choose(self, by: Kinds[R]) -> R:
        return by.reduction(self)

    def compute(self, x: Operand, axis: Axis = None, keepdims: bool = False) -> Any:
        plain = type(x) is np.ndarray and x.dtype.kind == "f" and x.size and x.ndim
        if plain and axis in (None, -1):  # the usual case, which needs no checks
            return self.array(x, axis=axis, keepdims=keepdims)
        x = as_operand(x, self)
        axes = self.axes(x, axis)
        if x.dtype != object:
            self.need_elements(x, axis)
            return self.array(x, axis=axis, keepdims=keepdims)
        rest = [i for i in range(x.ndim) if i not in axes]
        cells = x.transpose(rest + list(axes))
        kept = [x.shape[i] for i in rest]
        cells = cells.reshape([*kept, -1]) if x.size else cells.reshape([*kept, 0])
        result = np.empty(kept, dtype=object)
        for place in np.ndindex(*kept):
            result[place] = self.of_list(list(cells[place]))
        if keepdims:
            return result.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
        return result if kept else result.item()

    def of_list(self, xs: list[Any]) -> object:
        """Reduce one list of numbers and `Value`s."""
        for x in xs:
            record = self.on.get(type(x))
            if record is not None:
                result = record(*xs)
                if result is NotImplemented:
                    raise mixed(self, xs)
                return result
        return self.number(*xs)

    def axes(self, x: Arrayed, axis: Axis) -> Shape:
        """Return `axis` as a tuple; ShapeError if x does not have it."""
        try:
            return normal_axes(axis, x.ndim)
        except np.exceptions.AxisError as error:
            raise mismatch(self, (x,), error) from None

    def number(self, *xs: float) -> float:
        if not xs and self.empty is None:
            raise ValueError(f"{self.name} of no elements is not defined; give it at least one")
        try:
            return float(self.scalar(xs)) if xs else float(self.empty or 0.0)
        except (ValueError, ArithmeticError):
            raise self.outside(*xs) from None

    def need_elements(self, x: Array, axis: Axis) -> None:
        """Raise if a reduction without a neutral element is given nothing to reduce."""
        if x.size:
            return
        reduced = [x.shape[i] for i in self.axes(x, axis)]
        if self.empty is None and 0 in reduced:
            raise ValueError(
                f"{self.name} of no elements is not defined: {describe(x)}, axis={axis}; "
                "reduce along an axis that has elements"
            )

    def rule(self, position: int) -> Rule:  # noqa: ARG002 - there is one operand
        """Return the rule: the upstream gradient, broadcast to the shape of x, times ∂z/∂x."""

        def rule(g: Any, z: Any, x: Any, axis: Axis, keepdims: bool) -> object:
            if axis is not None and not keepdims:  # a single number broadcasts as it is
                axes = normal_axes(axis, x.ndim)
                kept = tuple([1 if i in axes else n for i, n in enumerate(x.shape)])
                g, z = g.reshape(kept), z.reshape(kept)
            local = self.each(z, x, axis)
            if type(g) is np.ndarray or isinstance(g, np.generic):
                empty = np.empty if x.nbytes < LARGE else pool.empty
                return np.multiply(g, local, out=empty(x.shape, g.dtype))
            product = g if isinstance(local, int | float) and local == 1 else g * local
            return product if product.shape == x.shape else np.broadcast_to(product, x.shape)

        return rule

    def each(self, z: Arrayed, x: Arrayed, axis: Axis) -> Any:
        """Return ∂z/∂x for each element; z has kept its reduced axes, with length 1."""
        if self.tally is None:
            return self.d(z, x)
        tally = self.tally(z, x)
        if type(tally) is int or isinstance(tally, int | float):
            count: object = tally * (x.size // z.size if z.size else 1)
        else:
            count = np.sum(tally, axis=axis, keepdims=True)
        return self.d(z, x, count)

    def jvp(
        self,
        ts: Sequence[Any],
        z: Any,
        xs: Sequence[Any],
        params: Mapping[str, Any],
        rules: Sequence[Rule | None],  # noqa: ARG002 - they are for the backward pass
    ) -> object:
        (x,), (t,) = xs, ts
        axes = normal_axes(params["axis"], x.ndim)
        kept = z.reshape(tuple(1 if i in axes else n for i, n in enumerate(x.shape)))
        return np.sum(self.each(kept, x, axes) * t, axis=axes, keepdims=params["keepdims"])

    def slope(self, position: int, z: object, xs: Sequence[object], tally: object = None) -> Slope:
        counted = () if self.tally is None else (tally,)
        slope: Quantity = self.d(z, xs[position], *counted)
        return slope

    def partials(self, z: object, xs: Sequence[object], wanted: Sequence[bool]) -> Partials:
        """Return ∂z/∂xᵢ for each of a list of numbers."""
        # NaN equals nothing, so the count may be 0; then the shares are unknown: nan.
        count = () if self.tally is None else (sum(self.tally(z, x) for x in xs) or math.nan,)
        return [self.d(z, x, *count) if want else None for x, want in zip(xs, wanted, strict=True)]


def is_one_number(x: object) -> bool:
    """Return whether x is a number or a node of one, not an array."""
    return isinstance(x, int | float | np.number) or (hasattr(x, "op") and not hasattr(x, "dtype"))


class ReductionFacts(Facts, total=False):
    """The keywords of `reduction`."""

    scalar: Required[Rule]
    array: Required[Rule]
    d: Required[Rule]
    tally: Rule
    empty: float


@overload
def reduction(name: str, **row: Unpack[ReductionFacts]) -> Reduction: ...
@overload
def reduction(**row: Unpack[ReductionFacts]) -> Callable[[Rule], Reduction]: ...
def reduction(name: str = "", **row: Unpack[ReductionFacts]) -> object:
    """Declare a primitive that reduces many elements to one.

    `scalar` computes on a sequence of floats, `array` takes `axis` and `keepdims`. `d` is the
    derivative with respect to one element, `f(z, x)`; with `tally`, it is `f(z, x, n)`, where `n`
    is the sum of `tally(z, x)` over the reduced elements. `empty` is the result for no elements.
    For the facts that any row can state, see `autograd.rows.facts`.

    As a decorator it turns a function into a row with the function's name, docstring and arguments.
    Raises ValueError if another row has the name.

    >>> energy = reduction(
    ...     "energy",
    ...     scalar=lambda xs: math.fsum(x * x for x in xs),
    ...     array=lambda x, axis, keepdims: np.sum(x * x, axis=axis, keepdims=keepdims),
    ...     d=lambda z, x: 2 * x,
    ... )
    >>> energy(np.array([1.0, 2.0])), energy([3.0, 4.0])
    (np.float64(5.0), np.float64(25.0))
    >>> energy.remove()
    """
    if name:
        return Reduction(name, **row)
    return lambda function: Reduction(function.__name__, **row).documented_by(function)
