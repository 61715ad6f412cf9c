r"""What goes back along an edge of arrays, as a matrix formula: ∂L/∂W = Xᵀ δ.

The rule is the row's own, run on letters that carry the shape of what they stand for, and once
more on the numbers themselves, where they are few: so the formula, the shapes and the numbers
cannot say different things.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Node, Op
from autograd.rows.facts import ATOM
from autograd.rows.registry import on_every_op
from autograd.symbol import Symbol
from viz.formulas.rules import Called, Named, contribution
from viz.formulas.writing import LATEX, Style
from viz.style.numerals import DIGITS, digits_for

_NUMBERS = 12  # elements of an array up to which LaTeX writes its numbers in the formula
_IN_TEXT = 6  # the same for plain text, where they stand in one line
_LETTERS = 700, 70  # characters up to which a formula with its numbers is written


class Shown(Named):
    """A letter that is written in its own way, with its shape below it or as its numbers."""

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
        return Shown(self.style.transposed(self.letter), turned, self.style, self.digits)


def _enter(op: Op) -> None:
    op.on[Shown] = op.on[Named]


on_every_op(_enter)


class _Letters(Called):
    """What to call nodes in a formula: letters with their shapes, or (`digits`) their numbers."""

    def __init__(self, naming: Called, style: Style, digits: int = 0) -> None:
        super().__init__(naming.names, naming.constants)
        self.style, self.digits = style, digits

    def named(self, name: str, data: Any) -> Named:
        return Shown(self.style.name(name), data, self.style, self.digits)


def sent(
    node: Node, position: int, upstream: Any, product: Any, naming: Called, style: Style
) -> tuple[list[str], str]:
    """Return what `node` sends to an operand: the formula, where they fit the numbers, the result.

    All as parts of a chain of equals. The second is how δ, the gradient of `node`, is written in
    it; "" where it is not.

    >>> from autograd import Tensor
    >>> from viz.formulas.writing import TEXT
    >>> X, W = Tensor([[1.0, 2.0]], label="X"), Tensor([[3.0], [4.0]], label="W")
    >>> Z, g = X @ W, np.ones((1, 1))
    >>> sent(Z, 1, g, X.data.T @ g, Called({X: "X", W: "W", Z: "Z"}, {}), TEXT)
    (['Xᵀ (2×1) @ δ (1×1)', '[[1.0], [2.0]] @ [[1.0]]', '[[1.0], [2.0]]'], 'δ')
    """
    rule = _rule(node, position, upstream, _Letters(naming, style))
    written = style.formula(rule)
    chain, result = [written], style.number(product)
    if _is_small(node, upstream, _NUMBERS if style is LATEX else _IN_TEXT):
        digits = _digits(rule, product)
        numbers = style.formula(_rule(node, position, upstream, _Letters(naming, style, digits)))
        if len(numbers) <= _LETTERS[style is not LATEX] and numbers != result:
            chain.append(numbers)
    return [*chain, result], style.delta if style.delta in written else ""


def _rule(node: Node, position: int, upstream: Any, naming: _Letters) -> Any:
    delta = Shown(naming.style.delta, upstream, naming.style, naming.digits)
    rule = contribution(node, position, delta, naming)
    x = node.inputs[position]
    if node.op is not None and node.op.reduces and isinstance(x, Node) and np.ndim(x.data):
        ones = naming.named("1", np.ones(np.shape(x.data)))
        return rule * ones if isinstance(rule, Symbol) else rule  # each element gets its share
    return rule


def _digits(rule: Any, product: Any) -> int:
    """Return how many digits the numbers need, that the formula is right as they are written."""
    letters: list[Shown] = []

    def collect(x: Any) -> None:
        if isinstance(x, Shown):
            letters.append(x)
        for y in getattr(x, "inputs", ()):
            collect(y)

    def value(x: Any, found: Iterator[Any]) -> Any:
        if isinstance(x, Shown):
            return next(found)
        if not isinstance(x, Symbol):
            return x
        if x.op is None:  # how many elements share a gradient
            return float(x.label)
        return x.op(*(value(y, found) for y in x.inputs), **x.params)

    collect(rule)
    try:
        return digits_for([x.data for x in letters], product, lambda xs: value(rule, iter(xs)))
    except (TypeError, ValueError):  # a rule that is not for plain numbers
        return DIGITS


def _is_small(node: Node, upstream: Any, most: int) -> bool:
    parts = [upstream, node.data, *(x.data if isinstance(x, Node) else x for x in node.inputs)]
    return all(np.size(x) <= most and np.ndim(x) < 3 for x in parts)
