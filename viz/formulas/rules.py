"""Write the local rule of a recorded operation as a formula in the names of its operands.

The rows of the table are run on named symbols, so a formula here is what the engine computes, not a
second list of derivatives: for `c = a * b` the rule of `a` is `b`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import Node, Op
from autograd.printers.python import source
from autograd.rows import table
from autograd.rows.registry import on_every_op
from autograd.symbol import Symbol
from viz.graph.names import array_name
from viz.style.numerals import lengths

#: Gives a node its name in a formula.
Naming = Callable[[Node], str]


class Called:
    """The names of nodes, and by `id`, of the constant arrays that the caller has named."""

    def __init__(self, names: Mapping[Node, str], constants: Mapping[int, str]) -> None:
        self.names, self.constants = names, constants

    def __call__(self, node: Node) -> str:
        return self.names[node]

    def named(self, name: str, data: Any) -> Named:
        """Return the symbol for a number or array with this name."""
        return Named(name, np.shape(data))


class Named(Symbol):
    """A symbol that stands for an array of known shape, which matrix rules ask for."""

    __slots__ = ("ndim", "shape")

    def __init__(
        self,
        label: str,
        shape: tuple[int, ...] = (),
        op: Op | None = None,
        inputs: tuple[Any, ...] = (),
        params: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(label, op, inputs, params)
        self.shape, self.ndim = shape, len(shape)

    @property
    def T(self) -> Named:  # noqa: N802 - NumPy's name
        """The transpose, as a formula."""
        return Named("", self.shape[::-1], table.transpose, (self,))

    def dot(self, other: Any) -> Any:
        """Return the matrix product, as a formula."""
        return table.matmul(self, other)


def _enter(op: Op) -> None:
    if op.elementwise:  # elementwise operations keep the shape
        op.on[Named] = lambda *xs: Named("", _broadcast(xs), op, xs)
    else:
        op.on[Named] = op.on[Symbol]


def _broadcast(operands: tuple[Any, ...]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*(getattr(x, "shape", ()) for x in operands))
    except ValueError:  # a symbol whose shape is unknown
        return ()


on_every_op(_enter)


def symbol(operand: Any, naming: Naming) -> Any:
    """Return the symbol of an operand in a formula: its name, or the constant itself."""
    if isinstance(operand, Node):
        return _named(naming, naming(operand), operand.data)
    if np.ndim(operand) == 0:
        return float(f"{float(operand):.6g}")
    constants = getattr(naming, "constants", {})
    name = array_name(constants, operand) or f"constant({lengths(np.shape(operand))})"
    return _named(naming, name, operand)


def _named(naming: Naming, name: str, data: Any) -> Named:
    return naming.named(name, data) if isinstance(naming, Called) else Named(name, np.shape(data))


def forward(node: Node, naming: Naming) -> Any:
    """Return the operation that made `node`, applied to the names of its operands.

    >>> from autograd import Value
    >>> a = Value(2.0, label="a")
    >>> forward(a + 1.0, lambda node: node.label)
    Symbol('a + 1.0')
    """
    operands = [symbol(x, naming) for x in node.inputs]
    if node.op is not None and not node.op.elementwise and node.op.expand is not None:
        return node.op.expand(*operands)  # a neuron or a layer is easier to read as a sum
    told = getattr(node, "params", {}) if node.op is None or node.op.symbolic else {}
    return Symbol(op=node.op, inputs=tuple(operands), params=told)


def local(node: Node, position: int, naming: Naming) -> Any:
    """Return ∂node/∂inputs[position] as a symbol or a number.

    None means that no single factor expresses it (a matrix product), or that no gradient flows.

    >>> from autograd import Value
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> local(a / b, 0, lambda node: node.label or "z")
    Symbol('1 / b')
    """
    op = node.op
    if op is None:
        return None
    if not op.symbolic:  # a traced function: the derivative has a name, and no formula
        return Named(f"∂{op.name}/∂{naming(node.inputs[position])}")
    z, xs = _output(node, naming), [symbol(x, naming) for x in node.inputs]
    return op.slope(position, z, xs, _tally(op, node))


def contribution(node: Node, position: int, g: str | Named, naming: Naming) -> Any:
    """Return what `node` sends to inputs[position], given its own gradient `g`.

    >>> from autograd import Tensor
    >>> X, W = Tensor([[1.0, 2.0]], label="X"), Tensor([[3.0], [4.0]], label="W")
    >>> contribution(X @ W, 1, "g", lambda node: node.label or "Z")
    Symbol('matmul(transpose(X), g)')
    """
    upstream = Named(g, np.shape(node.data)) if isinstance(g, str) else g
    factor = local(node, position, naming)
    op: Any = node.op
    if factor is None:
        xs = [symbol(x, naming) for x in node.inputs]
        rule = op.rule(position)
        sent = rule(upstream, _output(node, naming), *xs, **getattr(node, "params", {}))
    elif isinstance(factor, int | float) and factor in (1, -1):
        sent = upstream if factor == 1 else -upstream
    else:
        sent = upstream * factor
    passed_on = sent is upstream and not op.reduces
    if passed_on or op.elementwise:
        return summed(sent, upstream.shape, np.shape(node.inputs[position].data))
    return sent


def summed(sent: Any, shape: tuple[int, ...], target: tuple[int, ...]) -> Any:
    """Return a formula summed over what broadcasting repeated, as for a bias added to each row.

    shape: that of the formula; target: that of the operand.
    """
    extra = len(shape) - len(target)
    if extra > 0:
        sent = table.sum(sent, axis=tuple(range(extra)) if extra > 1 else 0)
    stretched = tuple(i for i, n in enumerate(target) if n == 1 and shape[i + extra] != 1)
    return table.sum(sent, axis=stretched, keepdims=True) if stretched else sent


def text(expression: Any) -> str:
    """Write an expression as Python; a keyword such as `axis` is written where it matters."""
    return source(expression if isinstance(expression, Symbol) else float(expression), reading=True)


def _output(node: Node, naming: Naming) -> Named:
    return _named(naming, naming(node), node.data)


def _tally(op: Op, node: Node) -> Symbol | None:
    """Return the n of a rule d(z, x, n): how many elements share the gradient."""
    if op.tally is None:
        return None
    z, xs = node.data, node.inputs
    one = np.ravel(z)[:1]
    if len(xs) == 1 and np.size(z) and isinstance(op.tally(one, one), int):
        return Symbol(str(np.size(xs[0].data) // np.size(z)))  # all elements that are combined
    if np.ndim(z) == 0 and len(xs) > 1:
        return Symbol(f"{sum(op.tally(z, getattr(x, 'data', x)) for x in xs):g}")
    return Symbol("n")
