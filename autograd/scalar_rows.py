"""How each row of the table is recorded on single numbers.

A row of one or two operands gets a flat function, written from its formula (generate.py). Rows of
more operands, and the cases that a flat function cannot handle, are recorded by the code here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat, starmap
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import DomainError, MixedNodesError, describe
from autograd.lazy_names import Later
from autograd.modes import current
from autograd.node import Node
from autograd.node_rows import NodeRows
from autograd.rows.elementwise import Elementwise
from autograd.rows.nodes import Operand
from autograd.rows.op import Op, Rule
from autograd.rows.reduction import Reduction
from autograd.rows.registry import on_every_op
from autograd.rows.structural import Structural
from autograd.storage import clock

if TYPE_CHECKING:
    from autograd import generate
    from autograd.value import Value
else:
    generate = Later("autograd.generate")


class ScalarRows(NodeRows["Value"]):
    """The functions that record each row on nodes of one class that hold single numbers."""

    def __init__(self, core: Any = None) -> None:
        super().__init__()
        self.core = core  # the compiled one, where it serves this class
        self._importing = False
        self._functions: dict[Elementwise, Rule] = {}
        self._environment: dict[str, object] = {
            "current": current,
            "constant": operand,
            "beyond": self._beyond,
            "clock": clock,
        }

    def function(self, op: Op) -> Rule:
        """Return the flat function for a row of one or two operands."""
        if not isinstance(op, Elementwise):
            raise TypeError(f"{op.name} works on arrays: there is no flat function for it")
        if op not in self._functions:

            def write() -> Rule:
                return generate.value_function(op, self._environment)

            def text() -> str:
                return generate.formula_text(op)

            # The core knows the packages' own rows; it asks for the text when it is needed.
            self._functions[op] = (
                self.core.Row(op, op.arity, write, text)
                if self.core is not None and (self._importing or op.proven)
                else write()
            )
        return self._functions[op]

    def serve(self, kind: type[Value], keep: frozenset[str] = frozenset()) -> None:
        super().serve(kind, keep)
        blank = starmap(object.__new__, repeat((kind,)))  # nodes without anything in them
        self._environment.update(Value=kind, blank=blank)
        for function in self._functions.values():
            function.__globals__.update(Value=kind, blank=blank)
        self._importing = True
        on_every_op(self._enter)
        self._importing = False

    def _enter(self, op: Op) -> None:
        op.choose(self)

    def elementwise(self, op: Elementwise) -> None:
        """Record an elementwise row by a flat function, unless it has many operands."""
        if op.arity > 2:
            op.on[self.kind] = self._record_many(op)
        elif self._importing or op.proven:
            op.on[self.kind] = self._at_first_call(op) if self.core is None else self.function(op)
            for name in self.names(op):
                self.make(name, op, _AtFirstLook(self, op, name))
        else:
            self.attach(op)
            op.on[self.kind] = self.function(op)

    def reduction(self, op: Reduction) -> None:
        """Record a reduction of any number of operands."""
        op.on[self.kind] = self._record_many(op)

    def structural(self, op: Structural) -> None:
        """Record a row of any number of operands, if it means anything on single numbers."""
        if op.on_numbers:
            op.on[self.kind] = self._record_many(op)

    def make(self, name: str, op: Elementwise, method: object) -> None:
        """Make a built-in row the operator or the method of that name."""
        setattr(self.kind, name, method)
        if self.core is not None:
            self.core.serve_operator(name, self.function(op))

    def _at_first_call(self, op: Elementwise) -> Rule:
        """Put off writing the function of a built-in row, which keeps importing quick."""

        def record(*args: Operand) -> object:
            op.on[self.kind] = function = self.function(op)
            return function(*args)

        return record

    def _record_many(self, op: Op) -> Rule:
        """Return the function that records a row of any number of operands."""

        def record(*args: Operand, **_axes: object) -> object:  # numbers have none to reduce
            xs = [x if type(x) is self.kind else operand(x) for x in args]
            if any(x is NotImplemented for x in xs):
                return NotImplemented
            return self._record(op, xs)

        record.__name__ = op.name
        return record

    def _beyond(self, op: Elementwise, *args: Operand) -> object:
        """Record where the flat function failed: raise an error, or take inf and nan from NumPy.

        The operation itself follows Python's `math`, and raises outside its domain. But if only
        the derivative is infinite, as for `sqrt` at 0, it is inf, as NumPy computes it.
        """
        return self._record(op, [x if type(x) is self.kind else operand(x) for x in args])

    def _record(self, op: Op, xs: list[object]) -> object:
        numbers = [x.raw if type(x) is self.kind else x for x in xs]
        try:
            z = op.number(*numbers)
        except DomainError:
            raise op.outside(*xs) from None
        return self.node(op, z, xs, _partials(op, z, numbers, [type(x) is self.kind for x in xs]))

    def node(
        self, op: Op, z: float, xs: Sequence[object], locals_: Sequence[float | None]
    ) -> object:
        """Return the node for a result, without a call of its constructor."""
        node = object.__new__(self.kind)
        node.raw, node.op, node.made = z, op, next(clock)
        node.grad_or_none = node.sum_so_far = None
        if len(xs) > 2 or not op.elementwise:
            node.first, node.second, node.d_first, node.d_second = tuple(xs), None, locals_, None
        else:
            node.first, node.second = (*xs, None)[:2]
            node.d_first, node.d_second = (*locals_, None)[:2]
        if (origin := current()) is None:
            return node
        node.origin = origin
        return origin.made(node) if origin.watch else node


class _AtFirstLook:
    """A method for a built-in row, written when it is looked up for the first time."""

    def __init__(self, rows: ScalarRows, op: Elementwise, name: str) -> None:
        self.rows, self.op, self.name = rows, op, name

    def __get__(self, node: object, owner: type | None = None) -> object:
        method = self.rows.method(self.op, self.name)
        self.rows.make(self.name, self.op, method)
        return method.__get__(node, owner)


def _partials(op: Op, z: float, xs: list[object], wanted: list[bool]) -> list[float | None]:
    try:
        found = op.partials(z, xs, wanted)
    except (ValueError, ArithmeticError):
        # The rows' functions for arrays raise nothing.
        with np.errstate(all="ignore"):
            found = op.partials(np.array([z]), [np.array([x]) for x in xs], wanted)
    return [None if local is None else float(np.asarray(local).item()) for local in found]


def operand(x: Operand) -> object:
    """Return a constant operand as `constant` does; a node of another class is refused.

    Raises MixedNodesError: the backward pass cannot go through a graph of two classes.
    """
    found = x if type(x) is float else constant(x)
    if found is NotImplemented and isinstance(x, Node) and not hasattr(x, "dtype"):
        raise MixedNodesError(
            f"{describe(x)} is of another class than the other operand: nodes of a class and of a "
            "subclass of it do not mix in one operation; make all of one class"
        )
    return found


#: What becomes a float. A union written at the place of use would be built at each call.
_NUMBERS = (int, np.integer, np.floating, np.bool_)


def constant(x: Operand) -> Any:
    """Return a number as a float, and NotImplemented for what is not one number.

    That includes a `Tensor`, whose own operator is asked next, and raises the error. Raises
    OverflowError for an int too large for a float, TypeError for text and complex numbers.
    """
    if isinstance(x, float):
        return float(x)
    if isinstance(x, _NUMBERS):
        try:
            return float(x)
        except OverflowError:
            raise OverflowError(
                "this int is too large for a float, which ends at about 1.8e308"
            ) from None
    if isinstance(x, np.ndarray) and x.ndim == 0 and x.dtype.kind in "biuf":
        return float(x)
    if isinstance(x, str | bytes | complex | np.complexfloating):
        hint = "" if isinstance(x, str | bytes) else "; keep real and imaginary parts apart"
        raise TypeError(f"Values work with real numbers, not with {x!r}{hint}")
    return NotImplemented
