r"""Write what is sent back along an edge of arrays as a matrix formula: ∂L/∂W = Xᵀ δ.

The rule is the row's own, run on letters that carry the shapes of their arrays, and again on the
numbers themselves if they are few. So the formula, the shapes and the numbers cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Node, Op
from autograd.rows.facts import ATOM
from autograd.rows.registry import on_every_op
from autograd.symbol import Symbol
from viz.formulas.rules import Called, Named, contribution, summed
from viz.formulas.writing import LATEX, Style
from viz.style.numerals import DIGITS, digits_for

_NUMBERS = 12  # elements of an array up to which LaTeX writes its numbers in the formula
_IN_TEXT = 6  # the same for plain text, which puts them on one line
_WORKED_OUT = 10_000  # elements up to which a formula is evaluated to find its shape
_LETTERS = 700, 70  # characters up to which a formula with its numbers is written


class ShownLetter(Named):
    """A letter that is written with its shape below it, or as its numbers."""

    __slots__ = ("data", "digits", "letter", "style")

    def __init__(self, letter: str, data: Any, style: Style, digits: int = 0) -> None:
        shape = np.shape(data)
        written = style.number(data, digits) if digits else style.shaped(letter, shape)
        super().__init__(written, shape)
        self.params = {"written": (written, ATOM)}
        self.letter, self.data, self.style, self.digits = letter, data, style, digits

    @property
    def T(self) -> Named:  # noqa: N802 - NumPy's name
        """The transpose, with its own shape, or with its numbers."""
        turned = np.transpose(self.data)
        return ShownLetter(self.style.transposed(self.letter), turned, self.style, self.digits)


def _enter(op: Op) -> None:
    op.on[ShownLetter] = op.on[Named]


on_every_op(_enter)


class Letters(Called):
    """The names of nodes in a formula: letters with their shapes, or (`digits`) their numbers."""

    def __init__(self, naming: Called, style: Style, digits: int = 0) -> None:
        super().__init__(naming.names, naming.constants)
        self.style, self.digits = style, digits
        self.reduced = ""
        self.along: Any = None

    def named(self, name: str, data: Any) -> Named:
        if name == self.reduced:
            data = np.expand_dims(data, self.along)
        return ShownLetter(self.style.name(name), data, self.style, self.digits)

    def keeping(self, name: str, axis: Any) -> Letters:
        """Return the same names, except that this one's array keeps the axes that were summed over.

        So the gradient of row sums appears as a column.
        """
        kept = Letters(self, self.style, self.digits)
        kept.reduced, kept.along = name, axis
        return kept


def sent(
    node: Node, position: int, upstream: Any, product: Any, naming: Called, style: Style
) -> tuple[list[str], str]:
    """Return what `node` sends to an operand: the formula, the numbers if they fit, the result.

    These are the parts of a chain of equalities. The second item is how δ, the gradient of `node`,
    is written in it; "" if it does not occur.

    >>> from autograd import Tensor
    >>> from viz.formulas.writing import TEXT
    >>> X, W = Tensor([[1.0, 2.0]], label="X"), Tensor([[3.0], [4.0]], label="W")
    >>> Z, g = X @ W, np.ones((1, 1))
    >>> sent(Z, 1, g, X.data.T @ g, Called({X: "X", W: "W", Z: "Z"}, {}), TEXT)
    (['Xᵀ (2×1) @ δ (1×1)', '[[1.0], [2.0]] @ [[1.0]]', '[[1.0], [2.0]]'], 'δ')
    """
    rule = rule_of(node, position, upstream, Letters(naming, style))
    written = style.formula(rule)
    chain, result = [written], style.number(product)
    if _is_small(node, upstream, _NUMBERS if style is LATEX else _IN_TEXT):
        digits = _digits(rule, product)
        numbers = style.formula(rule_of(node, position, upstream, Letters(naming, style, digits)))
        if len(numbers) <= _LETTERS[style is not LATEX] and numbers != result:
            chain.append(numbers)
    return [*chain, result], style.delta if style.delta in written else ""


def rule_of(node: Node, position: int, upstream: Any, naming: Letters) -> Any:
    """Return the formula of what `node` sends to an operand, given its gradient `upstream`."""
    params = getattr(node, "params", {})
    axis = params.get("axis") if node.op is not None and node.op.reduces else None
    if axis is not None and not params.get("keepdims"):
        naming = naming.keeping(naming(node), axis)
        upstream = np.expand_dims(upstream, axis)
    delta = ShownLetter(naming.style.delta, upstream, naming.style, naming.digits)
    rule = contribution(node, position, delta, naming)
    shape = np.shape(getattr(node.inputs[position], "data", 0.0))
    letters = list(letters_of(rule))
    if node.op is not None and node.op.reduces and shape:
        fits = any(np.shape(x.data) == shape for x in letters) or not isinstance(rule, Symbol)
        return rule if fits else rule * naming.named("1", np.ones(shape))  # each gets its share
    if sum(np.size(x.data) for x in letters) > _WORKED_OUT:
        return rule
    try:
        with np.errstate(all="ignore"):
            found = np.shape(worked_out(rule, iter([x.data for x in letters])))
    except (TypeError, ValueError, AttributeError):  # a rule that is not for plain numbers
        return rule
    return rule if found == shape or len(found) < len(shape) else summed(rule, found, shape)


def _digits(rule: Any, product: Any) -> int:
    """Return how many digits the numbers need for the formula to be correct as written."""
    try:
        numbers = [x.data for x in letters_of(rule)]
        return digits_for(numbers, product, lambda xs: worked_out(rule, iter(xs)))
    except (TypeError, ValueError, AttributeError):
        return DIGITS


def letters_of(x: Any) -> Iterator[ShownLetter]:
    """Yield the letters of a formula from left to right."""
    if isinstance(x, ShownLetter):
        yield x
    for y in getattr(x, "inputs", ()):
        yield from letters_of(y)


def worked_out(x: Any, numbers: Iterator[Any]) -> Any:
    """Evaluate a formula, with these numbers for its letters from left to right."""
    if isinstance(x, ShownLetter):
        return next(numbers)
    if not isinstance(x, Symbol):
        return x
    if x.op is None:  # how many elements share a gradient
        return float(x.label)
    return x.op(*(worked_out(y, numbers) for y in x.inputs), **x.params)


def _is_small(node: Node, upstream: Any, most: int) -> bool:
    parts = [upstream, node.data, *(x.data if isinstance(x, Node) else x for x in node.inputs)]
    return all(np.size(x) <= most and np.ndim(x) < 3 for x in parts)
