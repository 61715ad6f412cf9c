"""`Value`: a Python float that remembers how it was computed.

Arithmetic on `Value`s computes the number, as it would on floats, and notes in the new node
the operation, the operands, and the local derivative by each operand. Nothing else happens
until `backward`, which multiplies those derivatives along the way back to the leaves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from autograd.errors import DomainError, StaleDataError, describe
from autograd.graph import Contribution, adding
from autograd.lost import warn_of_lost_gradient
from autograd.modes import Origin, current, leaf_origin, origins
from autograd.node import Node
from autograd.number_pass import quick_pass
from autograd.operators import Operators, power
from autograd.rows import table
from autograd.scalar_rows import ScalarRows, constant
from autograd.storage import core

rows = ScalarRows(core)

if TYPE_CHECKING:

    class Storage:
        """What a node keeps; see `storage`."""
else:
    from autograd.storage import Storage

#: What counts as one number beside a `Value`.
Number = float | np.number[Any] | np.bool_


class Value(Operators[Number], Node, Storage):
    """A number in a graph.

    data: an int, a float, a bool or a NumPy number; kept as a Python float.
    label: a name for pictures and messages.

    Raises TypeError (text, complex, lists, other objects) and OverflowError (an int that no
    float can hold).

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b + 10.0) ** 2
    >>> loss.backward()
    >>> a.grad, b.grad
    (-24.0, 16.0)
    """

    __slots__ = ()

    raw: float
    compared: list[tuple[str, Any]]  # what it was compared with; not there until it is
    d_first: Any  # ∂self/∂first (a list of them for a tuple); None where no gradient flows
    d_second: Any
    last_pass: object  # the backward pass that was here last, and its sum: see number_pass.py
    sum_so_far: Any

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Let operations among nodes of a subclass make nodes of that subclass."""
        super().__init_subclass__(**keywords)
        if "__pow__" not in vars(cls):
            cls.__pow__ = power  # type: ignore[method-assign]
        ScalarRows().serve(cls, keep=frozenset(vars(cls)))

    def __init__(self, data: Any, label: str = "", *micrograd: Any, **more: Any) -> None:
        if micrograd or more or not isinstance(label, str):
            raise _not_micrograds(label, micrograd, more)
        number = data if type(data) is float else constant(data)
        if number is NotImplemented:
            if isinstance(data, Node) and self._stand_for(data):
                self.label = label
                return
            raise TypeError(
                f"Value holds one number, not {describe(data)}; for an array use Tensor, and for "
                "a layer of single numbers an array of Values"
            )
        self.raw = number
        self.label = label
        self.op, self.origin = None, leaf_origin()
        self.first = self.second = self.d_first = self.d_second = None
        self.last_pass = self.grad_or_none = None

    @property
    def data(self) -> float:
        """The number. It may be changed (`w.data -= step`), not between forward and backward."""
        return self.raw if current() is None else self._read(".data")

    @data.setter
    def data(self, data: Any) -> None:
        number = data if type(data) is float else constant(data)
        if number is NotImplemented:
            raise TypeError(f"{describe(self)} holds one number, not {describe(data)}")
        self.raw = number

    @property
    def grad(self) -> Any:
        """∂(what backward was called on)/∂self; 0.0 until a backward pass gets here."""
        return 0.0 if self.grad_or_none is None else self.grad_or_none

    @grad.setter
    def grad(self, gradient: Any) -> None:
        self.grad_or_none = (
            gradient if gradient is None or isinstance(gradient, Value) else float(gradient)
        )

    if not TYPE_CHECKING:  # for types, the properties of a node
        shape = ()
        ndim = 0
        size = 1

    def item(self) -> float:
        """Return the number, as a Python float."""
        number: float = self._read("item()")
        return number

    # Arithmetic, and methods such as tanh: functions generated from the table, see generate.py.

    def __pow__(self, other: Any) -> Self:
        kind, two = type(self), _is_two(other)
        result: Self = table.square.on[kind](self) if two else table.pow.on[kind](self, other)
        return result

    def conjugate(self) -> Value:
        """Return the number itself, for it is real; `np.var` of an array of Values asks for it."""
        return self

    # Comparisons are of the numbers. Hashing is by identity, so that nodes can be keys.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        y = _number_or_not(other)
        return y if y is NotImplemented else bool(self._read("==") == y)

    def __ne__(self, other: object) -> bool:
        y = _number_or_not(other)
        return y if y is NotImplemented else bool(self._read("!=") != y)

    def __lt__(self, other: Any) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare("<", other) < y

    def __le__(self, other: Any) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare("<=", other) <= y

    def __gt__(self, other: Any) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare(">", other) > y

    def __ge__(self, other: Any) -> bool:
        y = _comparable(other)
        return y if y is NotImplemented else self._compare(">=", other) >= y

    def _compare(self, sign: str, other: Any) -> Any:
        """Return the number to compare, and note with what: a branch may hang on it."""
        number = self._read(sign)
        if type(number) is float:
            keeper, entry = self, (sign, other)
            if self.op is None and type(other) is Value and other.op is not None:
                # A leaf lives longer than a result, and must not keep the result's graph.
                keeper, entry = other, (_MIRRORED[sign], self)
            noted = getattr(keeper, "compared", None)
            if noted is None:
                keeper.compared = [entry]
            elif len(noted) < _MOST_COMPARED:
                noted.append(entry)
        return number

    def comparisons(self) -> list[tuple[str, Any]]:
        """Return what this number was compared with, as (sign, the other number).

        A graph is of the branch that was taken; these are what the program may have branched on.

        >>> x = Value(2.0)
        >>> x > 1.0, x.comparisons()
        (True, [('>', 1.0)])
        """
        return list(getattr(self, "compared", ()))

    def __float__(self) -> float:
        number = self.item()
        warn_of_lost_gradient(self)
        return number

    def __bool__(self) -> bool:
        return bool(self._read("a branch (bool)"))

    def __format__(self, spec: str) -> str:
        return format(self.raw, spec) if spec else repr(self)

    def __repr__(self) -> str:
        parts = [repr(self.raw)]
        if self.label:
            parts.append(f"label={self.label!r}")
        if self.op is not None:
            parts.append(f"op={self.op.symbol!r}")
        if self.grad_or_none is not None:
            parts.append(f"grad={getattr(self.grad_or_none, 'raw', self.grad_or_none)!r}")
        return f"{type(self).__name__}({', '.join(parts)})"

    # What the walk asks of a node.

    def start(self, gradient: Any, create_graph: bool) -> Any:
        seed = constant(1.0 if gradient is None else gradient)
        if isinstance(gradient, Value):
            seed = gradient if create_graph else gradient.raw
        if seed is NotImplemented:
            raise TypeError(
                f"backward from {describe(self)} starts from a number, not {describe(gradient)}"
            )
        return type(self)(seed) if create_graph and type(seed) is float else seed

    def quick_pass(self, seed: Any, xs: Sequence[Node] | None = None) -> list[Any] | None:
        return quick_pass(self, seed, xs)

    def forget(self) -> None:
        self.op = self.first = self.second = self.d_first = self.d_second = None

    def local(self, position: int) -> float | None:
        slots = self.d_first if type(self.first) is tuple else (self.d_first, self.d_second)
        local: float | None = slots[position]
        return local

    def contributions(self, upstream: Any, create_graph: bool = False) -> list[Contribution]:
        xs = self.inputs
        recorded = [self.local(i) for i in range(len(xs))]
        wanted = [isinstance(x, Value) and d is not None for x, d in zip(xs, recorded, strict=True)]
        locals_ = recorded
        if create_graph:
            try:
                op: Any = self.op
                locals_ = op.partials(self, xs, wanted)
            except DomainError as error:
                operands = ", ".join(map(describe, xs))
                error.add_note(f"in the derivative of {self.op_name} at {operands}")
                raise
            self._must_be_fresh(recorded, locals_)
        return [
            (i, xs[i], times(upstream, d))
            for i, (d, want) in enumerate(zip(locals_, wanted, strict=True))
            if want
        ]

    def _must_be_fresh(self, recorded: Sequence[Any], now: Sequence[Any]) -> None:
        """The rules ran on the data as it is now: has it changed since it was recorded?"""
        if self.origin is not None and not self.origin.exact:
            return
        try:
            op: Any = self.op
            again = op.number(*map(_raw, self.inputs))
        except DomainError:
            again = math.nan
        pairs = [(old, _raw(new)) for old, new in zip(recorded, now, strict=True)]
        for old, new in [(self.raw, again), *pairs]:
            if new is not None and old != new and (old == old or new == new):  # NaN is NaN
                operands = ", ".join(describe(x) for x in self.inputs)
                raise StaleDataError(
                    f"the data under {self.op_name} was changed after it was recorded (now "
                    f"{operands}), so it cannot be differentiated again; record it anew"
                )


def _is_two(x: Any) -> bool:
    return type(x) in (int, float) and x == 2


#: The same comparison with its sides changed.
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MOST_COMPARED = 16  # comparisons of one node that are noted


def _comparable(x: Any) -> Any:
    return x.raw if isinstance(x, Value) else constant(x)


def _number_or_not(x: Any) -> Any:
    """Return a number as it is, and NotImplemented for what no number can be equal to."""
    if isinstance(x, Value):
        return x.raw
    return x if isinstance(x, int | float | np.number | np.bool_) else NotImplemented


def _not_micrograds(label: Any, rest: tuple[Any, ...], more: dict[str, Any]) -> TypeError:
    """Return the error for `Value(0.0, (), "x")`, as micrograd is told of operands and labels."""
    given = ", ".join([repr(label), *map(repr, rest), *(f"{k}={x!r}" for k, x in more.items())])
    return TypeError(
        f"Value takes a number and a label, not ({given}): write Value(0.0, label='x'); operands "
        "and operation are recorded by themselves, so give no _children and no _op"
    )


def _raw(x: Any) -> Any:
    return x.raw if isinstance(x, Value) else x


def times(upstream: Any, local: Any) -> Any:
    """Return upstream × local, recording nothing where the local derivative is ±1."""
    if not isinstance(local, Value) and isinstance(upstream, Value):
        if local == 1:
            return upstream
        if local == -1:
            return -upstream
    return upstream * local


if core is not None:
    core.serve(Value, origins, Origin, adding)
rows.serve(Value)
if core is not None:
    core.serve_power(rows.function(table.square), rows.function(table.pow))
