"""A recorded program: a list of primitives on named arrays, forward and then backward.

It is made from the graph of one run (`lower`), made smaller (simplify.py), and written out as
NumPy code (emit.py). An instruction is a row of the table, its operands and its result, so
all that holds for the rows holds here.
"""

from __future__ import annotations

import keyword
import math
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd import ops
from autograd.modes import Origin
from autograd.rows.op import Op
from autograd.tensor import Tensor
from autograd.trace.arguments import plain_name

_COMMENT = 44  # characters of the user's line


class Var:
    """One array of a program: a name, and the shape and dtype it had when recorded."""

    __slots__ = ("dtype", "fixed", "name", "shape", "value")

    def __init__(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: Any,
        value: Any = None,
        fixed: bool = False,
    ) -> None:
        self.name, self.shape, self.dtype = name, shape, dtype
        self.value = value  # the array itself, where it is a constant
        self.fixed = fixed  # whether nobody outside can change that array

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    def __repr__(self) -> str:
        return f"{self.name}{list(self.shape)}"


#: An array, or a plain number.
Operand = Any


class Instruction:
    """`output = op(*inputs, **params)`, and where in the user's code it comes from."""

    __slots__ = ("comment", "inputs", "op", "output", "params")

    def __init__(
        self,
        op: Op,
        inputs: Sequence[Operand],
        params: dict[str, Any],
        output: Var,
        comment: str = "",
    ) -> None:
        self.op, self.inputs, self.params, self.output = op, tuple(inputs), params, output
        self.comment = comment

    def vars(self) -> Iterable[Var]:
        """Yield the arrays it reads."""
        for x in self.inputs:
            if isinstance(x, Var):
                yield x
        key = self.params.get("key")
        for part in key if isinstance(key, tuple) else (key,):
            if isinstance(part, Var):
                yield part

    def __repr__(self) -> str:
        operands = [repr(x) if isinstance(x, Var) else f"{x!r}" for x in self.inputs]
        operands += [f"{k}={v}" for k, v in self.params.items() if v not in (None, False)]
        return f"{self.output!r} = {self.op.name}({', '.join(operands)})"


class Program:
    """Straight-line code: `outputs` computed from `inputs` by `instructions`, in order."""

    def __init__(
        self, inputs: list[Var], instructions: list[Instruction], outputs: list[Operand]
    ) -> None:
        self.inputs, self.instructions, self.outputs = inputs, instructions, outputs

    def with_outputs(self, outputs: list[Operand]) -> Program:
        """Return the part of the program that the given outputs need."""
        return Program(self.inputs, needed(self.instructions, outputs), outputs)


def needed(instructions: list[Instruction], outputs: Iterable[Operand]) -> list[Instruction]:
    """Return the instructions without those that no output depends on."""
    wanted = {x for x in outputs if isinstance(x, Var)}
    kept = []
    for instruction in reversed(instructions):
        if instruction.output in wanted:
            kept.append(instruction)
            wanted.update(instruction.vars())
    return kept[::-1]


class Lowering:
    """Turns the graph of a recording into instructions.

    made: whether a node was recorded inside (the others are inputs, read at each replay).
    indices: the nodes that were used as an index, by the id of their array.
    variables: what nodes that were met inside are called there.
    """

    def __init__(
        self,
        made: Callable[[Any], bool],
        indices: dict[int, Tensor],
        variables: dict[Any, str],
    ) -> None:
        self.made, self._variables = made, variables
        self._arrays = indices
        self.vars: dict[Tensor, Var] = {}
        self.instructions: list[Instruction] = []
        self.inputs: list[tuple[Tensor, Var]] = []
        self._constants: dict[int, Var] = {}
        self._names: dict[str, int] = {}
        self._keep: list[Any] = []

    def name(self, wish: str) -> str:
        """Return a name that no other array has."""
        wish = identifier(plain_name(wish))
        n = self._names[wish] = self._names.get(wish, 0) + 1
        if n > 1:
            return self.name(f"{wish}_{n}")
        return wish

    def input(self, leaf: Tensor, wish: str) -> Var:
        """Declare an input of the program."""
        var = Var(self.name(wish), leaf.shape, leaf.dtype)
        self.vars[leaf] = var
        self.inputs.append((leaf, var))
        return var

    def add(self, roots: Iterable[Tensor], names: dict[Tensor, str]) -> None:
        """Append the instructions that compute the roots."""
        for node in self._order(roots):
            if node in self.vars:
                continue
            if not self.made(node):
                self.input(node, node.label or self._variables.get(node, "p"))
            elif node.op is None:
                constant = self.vars[node] = self.constant(node._data, node.label or "c")
                constant.fixed = True
            else:
                self._instruction(node, names)

    def _order(self, roots: Iterable[Tensor]) -> list[Tensor]:
        """Return what the roots depend on and is new, inputs first; index arrays included."""
        order: list[Tensor] = []
        seen: set[Tensor] = set(self.vars)
        stack: list[tuple[Tensor, bool]] = [(root, False) for root in roots][::-1]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                if node.op is not None and self.made(node):
                    read = [*node.inputs, *self._index_nodes(node)]
                    stack.extend((x, False) for x in reversed(read) if isinstance(x, Tensor))
        return order

    def _index_nodes(self, node: Tensor) -> list[Tensor]:
        key = node._params.get("key")
        return [
            self._arrays[id(part)]
            for part in (key if isinstance(key, tuple) else (key,))
            if isinstance(part, np.ndarray) and id(part) in self._arrays
        ]

    def constant(self, array: Any, wish: str = "c") -> Operand:
        """Return an array as a constant of the program; one element is written as a number."""
        if not isinstance(array, np.ndarray):
            return array
        if id(array) not in self._constants:
            fixed = array.base is None and not array.flags.writeable
            self._constants[id(array)] = Var(
                identifier(wish), array.shape, array.dtype, array, fixed
            )
            self._keep.append(array)
        return self._constants[id(array)]

    def _operand(self, x: Any) -> Operand:
        return self.vars[x] if isinstance(x, Tensor) else self.constant(x)

    def _instruction(self, node: Tensor, names: dict[Tensor, str]) -> None:
        op: Any = node.op
        inputs = [self._operand(x) for x in node.inputs]
        params = {k: v for k, v in node._params.items() if not (k == "keepdims" and not v)}
        if "key" in params:
            params["key"] = self._key(params["key"])
        comment = _comment(node.origin) if node.origin else ""
        wish = node.label or names.get(node, "")
        output = Var("", node.shape, node.dtype)
        if op is ops.affine:  # two instructions, so that a layer reads x @ W + b
            product = Var("", node.shape, node.dtype)
            self._emit(ops.matmul, inputs[:2], {}, product, comment)
            inputs, op = [product, inputs[2]], ops.add
        output.name = self.name(wish) if wish else ""
        self._emit(op, inputs, params, output, comment)
        self.vars[node] = output

    def _emit(self, op: Op, inputs: Any, params: Any, output: Var, comment: str) -> None:
        self.instructions.append(Instruction(op, inputs, params, output, comment))

    def _key(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        read: list[Any] = []
        for part in parts:
            if isinstance(part, np.ndarray) and id(part) in self._arrays:
                read.append(self.vars[self._arrays[id(part)]])
            elif isinstance(part, np.ndarray):
                read.append(self.constant(part, "index"))
            else:
                read.append(part)
        return tuple(read) if isinstance(key, tuple) else read[0]


def _comment(origin: Origin) -> str:
    """Say where an instruction comes from: the scopes, or else the line of the user's code."""
    scopes = " › ".join(" ".join(scope.name.split()) for scope in origin.scopes())
    return scopes or _shortened(origin.site)


@cache
def _shortened(line: str) -> str:
    return textwrap.shorten(line, _COMMENT, placeholder=" …")


def bare(text: str) -> str:
    """Return a text without parentheses around the whole of it: an argument needs none."""
    if not text.startswith("(") or not text.endswith(")"):
        return text
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if depth == 0 and i < len(text) - 1:
            return text
    return text[1:-1]


def identifier(wish: str) -> str:
    """Return the name in Python that is most like a label.

    Python takes compatible characters for one (ϕ is φ), so they are made one here.

    >>> identifier("x²"), identifier("my weight"), identifier("3"), identifier("min")
    ('x2', 'my_weight', 'v3', 'vmin')
    """
    wish = unicodedata.normalize("NFKC", wish)
    wish = "".join(c if f"a{c}".isidentifier() else "_" for c in wish).strip("_")
    return wish if wish.isidentifier() and wish not in RESERVED else f"v{wish}"


#: Names that the generated code needs for itself.
RESERVED = frozenset(
    (*keyword.kwlist, "np", "inf", "nan", "min", "range", "start", "stop", "total")
).union(("forward", "backward", "value_and_grad"))
