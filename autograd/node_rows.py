"""How rows become the functions, operators and methods of a node class.

A row that declares `operator` or `method` becomes an operator or a method of `Value` and `Tensor`,
so neither class lists them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic

from autograd.rows.nodes import N
from autograd.rows.op import Op, Rule


class NodeRows(ABC, Generic[N]):
    """The functions that record rows on nodes of one class; `serve` names the class."""

    kind: type[N]

    def __init__(self) -> None:
        self._keep: frozenset[str] = frozenset()

    @abstractmethod
    def function(self, op: Op) -> Rule:
        """Return the function that records a row."""

    def serve(self, kind: type[N], keep: frozenset[str] = frozenset()) -> None:
        """Record on nodes of this class from now on, except for its own methods named in `keep`."""
        self.kind, self._keep = kind, keep

    def attach(self, op: Op) -> None:
        """Make a row the operator or the method that it declares."""
        for name in self.names(op):
            setattr(self.kind, name, self.method(op, name))

    def names(self, op: Op) -> list[str]:
        """Return the attributes of the class that a row becomes."""
        names = []
        if op.operator:
            names.append(f"__{op.operator}__")
            if op.arity == 2:
                names.append(f"__r{op.operator}__")
        if op.method:
            names.append(op.name)
        return [name for name in names if name not in self._keep]

    def method(self, op: Op, name: str) -> Rule:
        """Return a row as the operator or method of that name."""
        function = self.function(op)
        if name == f"__r{op.operator}__":  # for operands the other way round, as in `2 - x`
            return lambda self, other: function(other, self)
        if not name.startswith("__"):
            function.__name__, function.__doc__ = name, op.__doc__
        return function
