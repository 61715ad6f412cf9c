"""The kinds of row side by side, for code that does something different with each.

How a row computes, forward and backward, is in the class of its kind. Code that treats the kinds
differently, such as a printer, has a method for each, and the row calls the right one:
`op.choose(printer)`. So no code asks for a row's class, and if a kind is added, the type checker
finds every place where it is missing.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from autograd.rows.elementwise import Elementwise
from autograd.rows.reduction import Reduction
from autograd.rows.structural import Structural

R = TypeVar("R", covariant=True)


class Kinds(Protocol[R]):
    """What is done with a row, depending on its kind: the visitor of `Op.choose`.

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
