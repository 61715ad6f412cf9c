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
        self._keep: frozenset[str] = frozenset()

    @abstractmethod
    def function(self, op: Op) -> Callable[..., Any]:
        """Return the function that records a row."""

    def serve(self, kind: type, keep: frozenset[str] = frozenset()) -> None:
        """Record on nodes of this class from now on, and leave it the methods named in `keep`."""
        self.kind, self._keep = kind, keep

    def attach(self, op: Op) -> None:
        """Make a row the operator or the method that it says it is."""
        if op.operator:
            function = self.function(op)
            self._give(f"__{op.operator}__", function)
            if op.arity == 2:
                self._give(f"__r{op.operator}__", self._reflected(function))
        if op.method:
            method = self.function(op)
            method.__name__, method.__doc__ = op.name, op.__doc__
            self._give(op.name, method)

    def _give(self, name: str, function: Callable[..., Any]) -> None:
        if name not in self._keep:
            setattr(self.kind, name, function)

    @staticmethod
    def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same for operands the other way round, as in `2 - x`."""
        return lambda self, other: function(other, self)
