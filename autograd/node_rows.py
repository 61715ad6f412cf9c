"""How rows become functions, operators and methods of one class of node.

A row that says so (`operator`, `method`) becomes an operator or a method of `Value` and of
`Tensor`; nobody lists them a second time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from autograd.rows.op import Op


class NodeRows(ABC):
    """What rows are on nodes of one class, which `serve` names."""

    def __init__(self) -> None:
        self.kind: Any = None

    @abstractmethod
    def function(self, op: Op) -> Callable[..., Any]:
        """Return the function that records a row."""

    def serve(self, kind: type) -> None:
        """Record on nodes of this class from now on."""
        self.kind = kind

    def attach(self, op: Op) -> None:
        """Make a row the operator or the method that it says it is."""
        if op.operator:
            function = self.function(op)
            setattr(self.kind, f"__{op.operator}__", function)
            if op.arity == 2:
                setattr(self.kind, f"__r{op.operator}__", self._reflected(function))
        if op.method:
            method = self.function(op)
            method.__name__, method.__doc__ = op.name, op.__doc__
            setattr(self.kind, op.name, method)

    @staticmethod
    def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same for operands the other way round, as in `2 - x`."""
        return lambda self, other: function(other, self)
