"""`Value`: a Python float that remembers how it was computed.

Arithmetic on `Value`s computes the number, as it would on floats, and records in a new node the
operation, the operands, and the local derivative with respect to each operand. Nothing else
happens until `backward`, which multiplies those derivatives on the way back to the leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from autograd.comparing import Comparisons
from autograd.errors import describe
from autograd.graph import Contribution
from autograd.lost import warn_of_lost_gradient
from autograd.modes import Origin, current, leaf_origin, origins
from autograd.node import Node
from autograd.number_data import ArrayOfOne, Labelled, no_number, not_micrograds
from autograd.number_pass import quick_pass
from autograd.number_rules import local_nodes, times
from autograd.operators import Operators, power
from autograd.rows import table
from autograd.scalar_rows import ScalarRows, constant
from autograd.storage import Storage, clock, core
from autograd.writing import adding

rows = ScalarRows(core)

#: What counts as one number beside a `Value`.
Number = float | np.number | np.bool_


class Value(Operators[Number], Comparisons, Labelled, ArrayOfOne, Storage):
    """A number in a graph.

    data: an int, a float, a bool or a NumPy number; kept as a Python float.
    label: a name for pictures and messages.

    Raises TypeError for text, complex numbers, lists and other objects, and OverflowError for an
    int that no float can hold.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b + 10.0) ** 2
    >>> loss.backward()
    >>> a.grad, b.grad
    (-24.0, 16.0)
    """

    __slots__ = ()

    raw: float
    d_first: Any  # ∂self/∂first (a list of them for a tuple); None where no gradient flows
    d_second: Any
    sum_so_far: Any  # in the latest backward pass to reach this node: see number_pass.py

    def __init_subclass__(cls, **keywords: object) -> None:
        """Let operations among nodes of a subclass make nodes of that subclass."""
        super().__init_subclass__(**keywords)
        if "__pow__" not in vars(cls):
            cls.__pow__ = power  # type: ignore[method-assign]
        ScalarRows().serve(cls, keep=frozenset(vars(cls)))

    def __init__(self, data: object, label: str = "", *micrograd: object, **more: object) -> None:
        if micrograd or more or not isinstance(label, str):
            raise not_micrograds(label, micrograd, more)
        number = data if type(data) is float else constant(data)
        if number is NotImplemented:
            if isinstance(data, Node) and self._stand_for(data):
                self.label = label
                return
            raise no_number(data)
        self.raw = number
        self.label_if_any, self.origin_if_any = label, leaf_origin()
        self.op = self.first = self.second = self.d_first = self.d_second = None
        self.sum_so_far = self.grad_or_none = None
        self.made = next(clock)

    @property
    def data(self) -> float:
        """The number. Assign to it (`w.data -= step`), but not between forward and backward."""
        return self.raw if current() is None else self._read(".data")

    @data.setter
    def data(self, data: object) -> None:
        number = data if type(data) is float else constant(data)
        if number is NotImplemented:
            raise TypeError(f"{describe(self)} holds one number, not {describe(data)}")
        self.raw = number

    @property
    def grad(self) -> float:
        """∂(what backward was called on)/∂self; 0.0 until a backward pass gets here.

        After `backward(create_graph=True)` it is a node, though its type says float.
        """
        return 0.0 if self.grad_or_none is None else self.grad_or_none

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if type(gradient) is float or gradient is None or isinstance(gradient, Value):
            self.grad_or_none = gradient
        else:
            self.grad_or_none = float(gradient)

    def item(self) -> float:
        """Return the number, as a Python float."""
        number: float = self._read("item()")
        return number

    # Arithmetic, and methods such as tanh: functions generated from the table, see generate.py.

    def __pow__(self, other: object) -> Self:
        kind, two = type(self), type(other) in (int, float) and other == 2
        result: Self = table.square.on[kind](self) if two else table.pow.on[kind](self, other)
        return result

    def __float__(self) -> float:
        number: float = self._read("float()")
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

    def start(self, gradient: object, create_graph: bool) -> object:
        seed = constant(1.0 if gradient is None else gradient)
        if isinstance(gradient, Value):
            seed = gradient if create_graph else gradient.raw
        if seed is NotImplemented:
            raise TypeError(
                f"backward from {describe(self)} starts from a number, not {describe(gradient)}"
            )
        return type(self)(seed) if create_graph and type(seed) is float else seed

    def quick_pass(self, seed: Any, xs: Sequence[Node] | None = None) -> Sequence[object] | None:
        return quick_pass(self, seed, xs)

    def forget(self) -> None:
        self.op = self.first = self.second = self.d_first = self.d_second = None

    def local(self, position: int) -> float | None:
        slots = self.d_first if type(self.first) is tuple else (self.d_first, self.d_second)
        local: float | None = slots[position]
        return local

    def contributions(self, upstream: object, create_graph: bool = False) -> list[Contribution]:
        xs: tuple[Any, ...] = self.inputs
        slopes: Sequence[object] = [self.local(i) for i in range(len(xs))]
        wanted = [isinstance(x, Value) and d is not None for x, d in zip(xs, slopes, strict=True)]
        if create_graph:
            slopes = local_nodes(self, slopes, wanted)
        return [(i, xs[i], times(upstream, slopes[i])) for i, want in enumerate(wanted) if want]


if core is not None:
    core.serve(Value, origins, Origin, adding)
rows.serve(Value)
if core is not None:
    core.serve_power(rows.function(table.square), rows.function(table.pow))
