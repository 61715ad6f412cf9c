"""A primitive operation: one row of the table, from which everything else is derived.

A row says how to compute and, locally, how to differentiate. There are three kinds.
`elementwise` (mul, exp): each result depends on one element of each operand, and `d` holds
∂z/∂xᵢ for each operand. `reduction` (sum, max): one result of many elements, and `d` is
∂z/∂x of each element. `structural` (matmul, reshape): the arrangement matters, and `vjp`
takes the upstream gradient `g` to the contribution of each operand.

The rules are ordinary lambdas on `z` (the output) and `x, y` (the inputs), written in terms
of other rows. So they run on floats, on arrays, on recorded nodes (which is what makes
higher derivatives), and on symbols (which is what makes formulas and generated code).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import DomainError, MixedNodesError, ShapeError, describe, source_line

Rule = Callable[..., Any]

_table: dict[str, Op] = {}


def primitives() -> dict[str, Op]:
    """Return the table of primitives, by name, in the order of definition.

    >>> list(primitives())[:3]
    ['add', 'sub', 'mul']
    """
    return dict(_table)


class Op:
    """What the three kinds of row share: a name, how it is written, and the dispatch.

    Calling a row computes it on any of the five kinds of operand: numbers, arrays, `Value`s,
    object arrays of `Value`s, `Tensor`s. `on` maps a class to the function that records the
    operation on objects of that class; `Value` and `Tensor` enter themselves there.
    """

    def __init__(self, name: str, symbol: str, latex: str) -> None:
        if name in _table:
            raise ValueError(
                f"a primitive named {name!r} is already in the table; choose another name, or "
                f"take that one out first: primitives()[{name!r}].remove()"
            )
        self.name = name
        self.symbol = symbol or name
        self.latex = latex or rf"\operatorname{{{name}}}($x)".replace("_", r"\_")
        self.on: dict[type, Rule] = {}
        _table[name] = self
        try:
            for enter in _newcomers:
                enter(self)
        except BaseException:
            del _table[name]  # its rules do not run: a row that is half there would only confuse
            raise

    def remove(self) -> None:
        """Take this row out of the table, so that its name can be declared anew."""
        _table.pop(self.name, None)

    def __call__(self, *args: Any, **params: Any) -> Any:
        for x in args:
            record = self.on.get(type(x))
            if record is not None:
                result = record(*args, **params)
                if result is not NotImplemented:
                    return result
        return self.compute(*args, **params)

    def backward(self, node: Any) -> bool:  # noqa: ARG002 - for a row that has such a thing
        """Do the whole backward pass from a node, if this row can by itself; say whether."""
        return False

    #: Whether computing the same again may round otherwise (a generated program, for one).
    rounds = False

    #: What the shapes must be, for the error when they are not; NumPy's own words if empty.
    expects = ""

    compute: Rule
    """Compute on plain numbers and arrays, or element by element on object arrays."""

    number: Rule
    """Compute on Python floats; outside the domain raise `DomainError`."""

    def outside(self, *xs: Any) -> DomainError:
        """Return the error for operands outside the domain."""
        operands = ", ".join(describe(x) for x in xs)
        domain = getattr(self, "domain", "")
        expected = f"; it is defined for {domain}" if domain else ""
        return DomainError(f"{self.name} is not defined at {operands}{expected} ({source_line()})")

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


_newcomers: list[Callable[[Op], None]] = []


def on_every_op(enter: Callable[[Op], None]) -> None:
    """Call `enter` on every row, those in the table and those that are declared later."""
    _newcomers.append(enter)
    for op in _table.values():
        enter(op)


class Elementwise(Op):
    """A row whose result depends on one element of each operand. See `elementwise`."""

    expects = (
        "the axes, counted from the last, must be equally long or 1; reshape one of them, or give "
        "it another axis with x[:, None]"
    )

    def __init__(
        self,
        name: str,
        forward: Rule | None = None,
        *,
        d: Sequence[Rule | None],
        scalar: Rule | None = None,
        array: Rule | None = None,
        symbol: str = "",
        latex: str = "",
        infix: str = "",
        code: str = "",
        domain: str = "",
        sample: tuple[tuple[float, float], ...] = (),
        kinks: tuple[tuple[float, ...], ...] = (),
    ) -> None:
        run, on_array = scalar or forward, array or forward
        if run is None or on_array is None:
            raise TypeError(
                f"primitive {name!r} needs a forward rule: one function for floats and arrays "
                "alike, or both scalar= and array="
            )
        if not d:
            raise TypeError(f"primitive {name!r} needs d=[...]: one local derivative an operand")
        self.scalar, self.array, self.d = run, on_array, tuple(d)
        self.infix, self.code, self.domain = infix, code, domain
        self.sample = sample or ((-3.0, 3.0),) * len(d)
        self.kinks = kinks
        super().__init__(name, symbol or infix, latex)

    @property
    def arity(self) -> int:
        """How many operands there are."""
        return len(self.d)

    def compute(self, *args: Any, **params: Any) -> Any:
        if len(args) != self.arity or params:
            raise TypeError(f"{self.name} takes {self.arity} operands, not {len(args)} {params}")
        if all(isinstance(x, int | float) for x in args):
            return self.number(*args)
        arrays = [
            x if type(x) in self.on or isinstance(x, int | float) else as_operand(x, self)
            for x in args
        ]
        if any(type(x) in self.on or _has_objects(x) for x in arrays):
            return self._cell_by_cell(arrays)
        try:
            return self.array(*arrays)
        except ValueError as error:
            raise mismatch(self, arrays, error) from None

    def _cell_by_cell(self, arrays: list[Any]) -> Any:
        try:
            np.broadcast_shapes(*map(np.shape, arrays))
        except ValueError as error:
            raise mismatch(self, arrays, error) from None
        return np.frompyfunc(self, self.arity, 1)(*arrays)

    def number(self, *xs: float) -> float:
        try:
            return float(self.scalar(*xs))
        except (ValueError, ArithmeticError):
            raise self.outside(*xs) from None

    def partials(self, z: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """Return ∂z/∂xᵢ for each wanted operand, None for the others and for steps."""
        return [
            rule(z, *xs) if rule is not None and want else None
            for rule, want in zip(self.d, wanted, strict=True)
        ]


class Reduction(Op):
    """A row whose result depends on many elements of one operand. See `reduction`."""

    def __init__(
        self,
        name: str,
        *,
        scalar: Rule,
        array: Rule,
        d: Rule,
        tally: Rule | None = None,
        symbol: str = "",
        latex: str = "",
        empty: float | None = None,
    ) -> None:
        self.scalar, self.array, self.d, self.tally, self.empty = scalar, array, d, tally, empty
        super().__init__(name, symbol, latex)

    def compute(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
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

    def of_list(self, xs: list[Any]) -> Any:
        """Reduce one list of numbers and `Value`s."""
        for x in xs:
            record = self.on.get(type(x))
            if record is not None:
                result = record(*xs)
                if result is NotImplemented:
                    raise mixed(self, xs)
                return result
        return self.number(*xs)

    def axes(self, x: Any, axis: Any) -> tuple[int, ...]:
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

    def need_elements(self, x: Any, axis: Any) -> None:
        """Raise if a reduction that has no neutral element is asked for one of nothing."""
        if x.size:
            return
        reduced = [x.shape[i] for i in self.axes(x, axis)]
        if self.empty is None and 0 in reduced:
            raise ValueError(
                f"{self.name} of no elements is not defined: {describe(x)}, axis={axis}; "
                "reduce along an axis that has elements"
            )

    def partials(self, z: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """Return ∂z/∂xᵢ for each of a list of scalars."""
        # A NaN equals nothing, so it can be that none was counted: then no share is known.
        count = () if self.tally is None else (sum(self.tally(z, x) for x in xs) or math.nan,)
        return [self.d(z, x, *count) if want else None for x, want in zip(xs, wanted, strict=True)]


class Structural(Op):
    """A row that is linear in its operands and rearranges or mixes them. See `structural`."""

    def __init__(
        self,
        name: str,
        array: Rule,
        *,
        vjp: Sequence[Rule] | Rule,
        jointly: bool = False,
        push: Sequence[Rule] = (),
        partials: Rule | None = None,
        symbol: str = "",
        latex: str = "",
        scalar: Rule | None = None,
        expects: str = "",
    ) -> None:
        self.expects = expects
        self.array, self.vjp, self.jointly, self.scalar = array, vjp, jointly, scalar
        self.push = push
        self._partials = partials
        super().__init__(name, symbol, latex)

    def rule(self, position: int) -> Rule:
        """Return the vjp of one operand: `f(g, z, *xs, **params)`."""
        if callable(self.vjp):
            vjp = self.vjp
            return lambda g, z, *xs, **params: vjp(position, g, z, *xs, **params)
        return self.vjp[position]

    def compute(self, *args: Any, **params: Any) -> Any:
        arrays = [as_operand(x, self) for x in args]
        try:
            return self.array(*arrays, **params)
        except (ValueError, IndexError, TypeError) as error:
            raise mismatch(self, arrays, error) from None

    def number(self, *xs: float) -> float:
        if self.scalar is None:
            raise TypeError(f"{self.name} arranges arrays: it has no meaning on single numbers")
        return float(self.scalar(*xs))

    def partials(self, z: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """Return ∂z/∂xᵢ for each of a list of scalars, where the row works on scalars."""
        if self._partials is None:
            raise TypeError(f"{self.name} has no local derivatives on single numbers")
        every = self._partials(z, *xs)
        return [d if want else None for d, want in zip(every, wanted, strict=True)]


def elementwise(name: str, forward: Rule | None = None, **row: Any) -> Elementwise:
    """Declare a primitive that works element by element.

    `forward` computes on floats and arrays alike; where Python and NumPy have functions of
    their own, give `scalar=` and `array=` instead. `d` lists, for each operand, the local
    derivative as `f(z, *xs)`, or None where no gradient flows. Optional: `symbol` (written
    in the graph), `latex` with `$x $y $c` for the operands, `domain` in words, and for the
    tests `sample` (an interval for each operand) and `kinks`.

    >>> from autograd import Value, elementwise
    >>> cube = elementwise("cube", lambda x: x * x * x, d=[lambda z, x: 3 * x * x], latex="$x^3$")
    >>> x = Value(2.0)
    >>> cube(x).backward()
    >>> x.grad
    12.0
    """
    return Elementwise(name, forward, **row)


def reduction(name: str, **row: Any) -> Reduction:
    """Declare a primitive that reduces many elements to one.

    `scalar` computes on a sequence of floats, `array` takes `axis` and `keepdims`. `d` is
    the derivative by one element, `f(z, x)`; with `tally`, `f(z, x, n)` where `n` is the sum
    of `tally(z, x)` over the reduced elements. `empty` is the result for no elements.
    """
    return Reduction(name, **row)


def structural(name: str, array: Rule, **row: Any) -> Structural:
    """Declare a primitive that rearranges arrays or mixes them linearly.

    `vjp` lists for each operand `f(g, z, *xs, **params)`, which takes the upstream gradient
    to the operand's contribution; or it is one `f(position, g, z, *xs, **params)` for any
    number of operands. For the forward mode the row is taken to be linear in each operand by
    itself (matmul); `jointly=True` says that it is linear in all of them together
    (concatenate), and `push` gives for each operand `f(t, z, *xs)`, how z moves with it.
    """
    return Structural(name, array, **row)


def as_operand(x: Any, op: Op) -> Any:
    """Return `x` as an array; text, complex numbers and foreign objects raise `TypeError`."""
    array = x if isinstance(x, np.ndarray) else _to_array(x, op)
    if array.dtype.kind in "biuf":
        return array
    if array.dtype == object and all(hasattr(e, "op") or _is_number(e) for e in array.flat):
        return array
    raise TypeError(
        f"{op.name} works on numbers, arrays of numbers, Values and Tensors, "
        f"not on {describe(x)} (dtype {array.dtype})"
    )


def _to_array(x: Any, op: Op) -> Any:
    try:
        return np.asarray(x)
    except ValueError:
        raise ShapeError(
            f"{op.name} got nested lists of unequal lengths: {x!r}; make the rows equally long"
        ) from None


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float | np.number | np.bool_) and not isinstance(x, complex)


def _has_objects(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind == "O"


def normal_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return the axes as a tuple of non-negative numbers; None means all of them."""
    if axis is None:
        return tuple(range(ndim))
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


def mismatch(op: Op, operands: Sequence[Any], error: Exception) -> Exception:
    """Return an error that names the operation, and the shape and label of each operand."""
    named = f"{op.name} of {' and '.join(map(describe, operands))}"
    if isinstance(error, ValueError):
        return ShapeError(f"{named}: {op.expects or error}")
    return (IndexError if isinstance(error, IndexError) else TypeError)(f"{named}: {error}")


def mixed(op: Op, operands: Sequence[Any]) -> MixedNodesError:
    """Return the error for `Value`s and `Tensor`s in one operation."""
    return MixedNodesError(
        f"{op.name} of {' and '.join(map(describe, operands))}: Values and Tensors do not mix in "
        "one operation; use one kind throughout, or take the .data of one of them as a constant"
    )
