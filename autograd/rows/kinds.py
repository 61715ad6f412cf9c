"""The kinds of row side by side, for code that does something different with each.

A row's kind owns what it computes, forward and backward. A printer or a recorder has a method for
each kind, and a row chooses its own: `op.choose(printer)`. So no code asks a row for its class, and
when a kind is added, the type checker finds every place that lacks it.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from autograd.rows.elementwise import Elementwise
from autograd.rows.reduction import Reduction
from autograd.rows.structural import Structural

R = TypeVar("R", covariant=True)


class Kinds(Protocol[R]):
    """What is done with a row, by its kind.

    >>> from autograd.rows import table
    >>> class Count:
    ...     def elementwise(self, op):
    ...         return "one of each"
    ...
    ...     def reduction(self, op):
    ...         return "many of one"
    ...
    ...     def structural(self, op):
    ...         return "whole arrays"
    >>> table.exp.choose(Count()), table.sum.choose(Count()), table.matmul.choose(Count())
    ('one of each', 'many of one', 'whole arrays')
    """

    def elementwise(self, op: Elementwise) -> R:
        """Return what is wanted of a row that works element by element."""
        ...

    def reduction(self, op: Reduction) -> R:
        """Return the same of a row that makes one element of many."""
        ...

    def structural(self, op: Structural) -> R:
        """Return the same of a row that rearranges or mixes whole arrays."""
        ...
