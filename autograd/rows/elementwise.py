"""Rows that work element by element: each result depends on one element of each operand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Required, Unpack, overload

import numpy as np

from autograd.rows.facts import Facts, names_of
from autograd.rows.nodes import A, Arrayed, N, Operand, Partials, Quantity
from autograd.rows.op import Op, R, Rule
from autograd.rows.operands import as_operand, has_objects, mismatch

if TYPE_CHECKING:
    from autograd.rows.kinds import Kinds


class Elementwise(Op):
    """A row whose result depends on one element of each operand. See `elementwise`."""

    elementwise = True

    #: The result and its derivatives as formulas of other rows, for a composite.
    formulas: tuple[Any, Sequence[Any]] | None = None

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
        domain: str = "",
        sample: tuple[tuple[float, float], ...] = (),
        kinks: tuple[tuple[float, ...], ...] = (),
        **facts: Unpack[Facts],
    ) -> None:
        run, on_array = scalar or forward, array or forward
        if run is None or on_array is None:
            raise TypeError(
                f"primitive {name!r} needs a forward rule: one function for floats and arrays "
                "alike, or both scalar= and array="
            )
        if not d:
            raise TypeError(
                f"primitive {name!r} needs d=[...]: a local derivative for each operand"
            )
        self.scalar, self.array, self.d = run, on_array, tuple(d)
        self.arity = len(d)  # how many operands there are
        self.domain, self.kinks = domain, kinks
        self.sample = sample or ((-3.0, 3.0),) * len(d)
        self.view = not isinstance(on_array, np.ufunc)
        super().__init__(name, **facts)
        self.forgets = self.jointly or not any(self.d)

    if TYPE_CHECKING:  # for editors; at run time the dispatch is that of every row

        @overload
        def __call__(self, x: N, /, **params: object) -> N: ...
        @overload
        def __call__(self, x: float, /, **params: object) -> float: ...
        @overload
        def __call__(self, x: N, y: N | float, /) -> N: ...
        @overload
        def __call__(self, x: float, y: N, /) -> N: ...
        @overload
        def __call__(self, x: float, y: float, /) -> float: ...
        @overload
        def __call__(self, x: A, y: np.ndarray, /) -> A: ...
        @overload
        def __call__(self, x: np.ndarray, y: A, /) -> A: ...
        @overload
        def __call__(self, x: np.ndarray, /, **params: object) -> np.ndarray: ...
        @overload
        def __call__(self, c: object, x: N, y: N | float, /) -> N: ...
        @overload
        def __call__(self, c: object, x: float, y: N, /) -> N: ...
        @overload  # for all other calls, though pyright sees none
        def __call__(self, /, *operands: Operand, **params: object) -> Any: ...  # pyright: ignore[reportOverlappingOverload]
        def __call__(self, /, *operands: Operand, **params: object) -> Any: ...

    else:
        __call__ = Op.apply  # without the call in between

    def choose(self, by: Kinds[R]) -> R:
        return by.elementwise(self)

    def operand_names(self, count: int = 0) -> tuple[str, ...]:  # noqa: ARG002 - it knows them
        return names_of(self.arity)

    def fits(self, operands: Sequence[Any]) -> bool:
        try:
            np.broadcast_shapes(
                *[x.shape if hasattr(x, "shape") else np.shape(x) for x in operands]
            )
        except ValueError:
            return False
        return True

    def compute(self, *args: Any, **params: object) -> Any:
        if len(args) != self.arity or params:
            raise TypeError(f"{self.name} takes {self.arity} operands, not {len(args)} {params}")
        if len(args) == 1 and type(args[0]) is np.ndarray and args[0].dtype.kind == "f":
            return self.array(args[0])  # the most frequent case
        if all(isinstance(x, int | float) for x in args):
            return self.number(*args)
        arrays = [
            x if type(x) in self.on or isinstance(x, int | float) else as_operand(x, self)
            for x in args
        ]
        if any(type(x) in self.on or has_objects(x) for x in arrays):
            return self._cell_by_cell(arrays)
        try:
            return self.array(*arrays)
        except ValueError as error:
            raise mismatch(self, arrays, error) from None

    def _cell_by_cell(self, arrays: Sequence[Any]) -> object:
        try:
            np.broadcast_shapes(*map(np.shape, arrays))
        except ValueError as error:
            raise mismatch(self, arrays, error) from None
        with np.errstate(all="ignore"):  # numbers raise by themselves; NumPy would see stray flags
            return np.frompyfunc(self, self.arity, 1)(*arrays)

    def number(self, *xs: float) -> float:
        try:
            return float(self.scalar(*xs))
        except (ValueError, ArithmeticError):
            raise self.outside(*xs) from None

    def rule(self, position: int) -> Rule | None:
        d = self.d[position]
        if d is None:
            return None

        def rule(g: Quantity, z: object, *xs: object) -> object:
            local = d(z, *xs)
            if isinstance(local, int | float) and local in (1, -1):
                return g if local == 1 else -g
            return g * local

        return rule

    def jvp(
        self,
        ts: Sequence[object],
        z: Arrayed,
        xs: Sequence[object],
        params: Mapping[str, object],  # noqa: ARG002 - an elementwise row has none
        rules: Sequence[Rule | None],
    ) -> object:
        total = None
        for t, rule in zip(ts, rules, strict=True):
            if t is not None and rule is not None:
                part = rule(t, z, *xs)  # the tangent takes the upstream's place
                total = part if total is None else total + part
        if total is None or total.shape == z.shape:
            return total
        return np.broadcast_to(total, z.shape)

    def local(self, position: int, z: object, xs: Sequence[object]) -> Quantity | None:
        d = self.d[position]
        return None if d is None else d(z, *xs)

    def partials(self, z: object, xs: Sequence[object], wanted: Sequence[bool]) -> Partials:
        """Return ∂z/∂xᵢ for each wanted operand, None for the others and for steps."""
        return [
            rule(z, *xs) if rule is not None and want else None
            for rule, want in zip(self.d, wanted, strict=True)
        ]


class ElementwiseFacts(Facts, total=False):
    """The keywords of `elementwise`."""

    d: Required[Sequence[Rule | None]]
    scalar: Rule
    array: Rule
    domain: str
    sample: tuple[tuple[float, float], ...]
    kinks: tuple[tuple[float, ...], ...]


@overload
def elementwise(
    name: str, forward: Rule | None = None, **row: Unpack[ElementwiseFacts]
) -> Elementwise: ...
@overload
def elementwise(**row: Unpack[ElementwiseFacts]) -> Callable[[Rule], Elementwise]: ...
def elementwise(
    name: str = "", forward: Rule | None = None, **row: Unpack[ElementwiseFacts]
) -> object:
    """Declare a primitive that works element by element.

    `forward` computes on floats and arrays alike; if Python and NumPy have functions of their own
    for it, give `scalar=` and `array=` instead. `d` lists, for each operand, the local derivative
    as `f(z, *xs)`, or None if no gradient flows. Optional are `domain`, in words; for the tests,
    `sample` (an interval for each operand) and `kinks`; and the facts that any row can state, such
    as `symbol` (shown in the graph) and `latex`: see `autograd.rows.facts`. Raises ValueError if
    another row has the name.

    >>> from autograd import Value, elementwise
    >>> cube = elementwise("cube", lambda x: x * x * x, d=[lambda z, x: 3 * x * x], latex="$x^3$")
    >>> x = Value(2.0)
    >>> cube(x).backward()
    >>> x.grad
    12.0

    As a decorator it turns a function into a row with the function's name and docstring; the
    function is used where `scalar=` or `array=` is not given:

    >>> @elementwise(d=[lambda z, x: 1 / (1 + abs(x)) ** 2])
    ... def softsign(x):
    ...     "Return x / (1 + |x|)."
    ...     return x / (1 + abs(x))
    >>> softsign(1.0)
    0.5
    """
    if name:
        return Elementwise(name, forward, **row)
    return lambda function: Elementwise(function.__name__, function, **row).documented_by(function)
