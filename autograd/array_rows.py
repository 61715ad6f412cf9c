"""How each row of the table is recorded on arrays.

A row becomes a function that computes with NumPy and makes a `Tensor` of the result. It is called
for every operation, so what does not change from call to call is worked out once for each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.array_data import FLOAT_BITS, of_plain_meaning, too_large
from autograd.errors import MixedNodesError, describe
from autograd.large import fills, room
from autograd.lazy_names import Later
from autograd.modes import current, recording
from autograd.node import Node
from autograd.node_rows import NodeRows
from autograd.pool import LARGE, pool
from autograd.rows.elementwise import Elementwise
from autograd.rows.nodes import Array, Axis, Operand
from autograd.rows.op import Op, Rule
from autograd.rows.operands import mismatch, mixed
from autograd.rows.reduction import Reduction
from autograd.rows.registry import on_every_op
from autograd.rows.structural import Structural
from autograd.storage import clock

if TYPE_CHECKING:
    from autograd import generate
    from autograd.tensor import Tensor
else:
    generate = Later("autograd.generate")

Rules = Sequence[Rule | None]

_new = object.__new__
_NONE: dict[str, object] = {}  # the parameters of a row that has none


class ArrayRows(NodeRows["Tensor"]):
    """The functions that record each row on nodes of one class that hold arrays."""

    def __init__(self) -> None:
        super().__init__()
        self._functions: dict[Op, Rule] = {}

    def function(self, op: Op) -> Rule:
        """Return the function that records a row."""
        if op not in self._functions:
            self._functions[op] = op.choose(self)
        return self._functions[op]

    def serve(self, kind: type[Tensor], keep: frozenset[str] = frozenset()) -> None:
        super().serve(kind, keep)
        on_every_op(self._enter)

    def _enter(self, op: Op) -> None:
        op.on[self.kind] = self.function(op)
        self.attach(op)

    def _unary(self, op: Elementwise) -> Rule:
        node, pooled = self.node, fills(op)
        rules: Rules = ()
        forward: Any = None

        def record(x: Tensor, *more: object) -> object:
            nonlocal rules, forward
            if more:
                raise TypeError(f"{op.name} takes 1 operand, not {1 + len(more)}")
            if not rules:
                rules, forward = (generate.array_rule(op, 0),), op.array
            if x.glimpse is not None:
                x.notice()
            array = x.raw
            if pooled and array.nbytes >= LARGE:
                z = forward(array, out=room(array))
                return node(op, z, (x,), (array,), rules, x.version, _NONE)
            return node(op, forward(array), (x,), (array,), rules, x.version, _NONE)

        return record

    def _binary(self, op: Elementwise) -> Rule:
        node, pooled = self.node, fills(op)
        rules: Rules = ()
        forward: Any = None

        def record(*inputs: Any) -> object:
            nonlocal rules, forward
            if len(inputs) != 2:  # NumPy would take a third operand for out=
                raise TypeError(f"{op.name} takes 2 operands, not {len(inputs)}")
            kind, seen = self.kind, 0
            x, y = inputs
            if type(x) is kind:
                if x.glimpse is not None:
                    x.notice()
                seen = x.version
                x = x.raw
            else:
                x = _constant(x, op, inputs)
            if type(y) is kind:
                if y.glimpse is not None:
                    y.notice()
                seen += y.version
                y = y.raw
            else:
                y = _constant(y, op, inputs)
            if not rules:
                rules, forward = (generate.array_rule(op, 0), generate.array_rule(op, 1)), op.array
            try:
                if pooled and x.__class__ is np.ndarray and x.nbytes >= LARGE:
                    z = forward(x, y, out=room(x, y))
                else:
                    z = forward(x, y)
            except (ValueError, TypeError) as error:
                raise mismatch(op, inputs, error) from None
            if type(inputs[0]) is not kind:
                x = widened(x, z, op)
            elif type(inputs[1]) is not kind:
                y = widened(y, z, op)
            return node(op, z, inputs, (x, y), rules, seen, _NONE)

        return record

    def elementwise(self, op: Elementwise) -> Rule:
        """Return the function that records an elementwise row."""
        if op.arity < 3:
            return self._unary(op) if op.arity == 1 else self._binary(op)
        arity = op.arity
        rules: Rules = ()  # written on first use, not while importing

        def record(*inputs: object) -> object:
            nonlocal rules
            if len(inputs) != arity:  # NumPy would take a further operand for out=
                raise TypeError(f"{op.name} takes {arity} operands, not {len(inputs)}")
            arrays, seen = self._arrays(op, inputs)
            try:
                z = op.array(*arrays)
            except (ValueError, TypeError) as error:
                raise mismatch(op, inputs, error) from None
            if not rules:
                rules = tuple(generate.array_rule(op, i) for i in range(arity))
            arrays = tuple(
                widened(a, z, op) if d is not None and type(x) is not self.kind else a
                for a, x, d in zip(arrays, inputs, op.d, strict=True)
            )
            return self.node(op, z, inputs, arrays, rules, seen, _NONE)

        return record

    def reduction(self, op: Reduction) -> Rule:
        """Return the function that records a reduction."""
        rules = (op.rule(0),)

        def record(x: Tensor, axis: Axis = None, keepdims: bool = False) -> object:
            if x.glimpse is not None:
                x.notice()
            array = x.raw
            if not array.size:
                op.need_elements(array, axis)
            if axis is not None and not array.ndim:
                op.axes(x, axis)  # NumPy would accept axis 0 of an array without axes
            try:
                z = op.array(array, axis=axis, keepdims=keepdims)
            except np.exceptions.AxisError as error:
                raise mismatch(op, (x,), error) from None
            params: dict[str, object] = {"axis": axis, "keepdims": keepdims}
            return self.node(op, z, (x,), (array,), rules, x.version, params)

        return record

    def structural(self, op: Structural) -> Rule:
        """Return the function that records a row of whole arrays."""
        rules: Rules = ()  # for as many operands as any call has had so far

        def record(*inputs: Operand, **params: object) -> object:
            nonlocal rules
            arrays, seen = self._arrays(op, inputs)
            try:
                z = op.array(*arrays, **params) if params else op.array(*arrays)
            except (ValueError, IndexError, TypeError) as error:
                raise mismatch(op, inputs, error) from None
            if len(rules) < len(inputs):
                rules = tuple(op.rule(i) for i in range(len(inputs)))
            return self.node(op, z, inputs, arrays, rules, seen, params)

        return record

    def _arrays(self, op: Op, inputs: Sequence[Any]) -> tuple[tuple[object, ...], int]:
        """Return the operands as arrays, and the sum of the nodes' versions."""
        kind = self.kind
        arrays, seen = [], 0
        for x in inputs:
            if type(x) is kind:
                if x.glimpse is not None:
                    x.notice()
                arrays.append(x.raw)
                seen += x.version
            else:
                arrays.append(_constant(x, op, inputs))
        return tuple(arrays), seen

    def node(
        self,
        op: Op,
        z: object,
        inputs: tuple[object, ...],
        arrays: tuple[object, ...],
        rules: Rules,
        seen: int,
        params: dict[str, object],
    ) -> object:
        """Return the node for a result, without a call of its constructor."""
        node = _new(self.kind)
        node.raw = z if type(z) is np.ndarray else np.asarray(z)
        # One by one: packing and unpacking a tuple would cost a tenth more.
        node.op = op
        node.first = inputs
        node.arrays = arrays
        node.rules = rules
        node.params = params
        node.seen = seen
        node.version = 0
        node.glimpse = node.grad_or_none = None
        node.label = ""
        for node.made in clock:
            break
        node.origin = origin = current()
        return origin.made(node) if origin is not None and origin.watch else node


def _constant(x: object, op: Op, operands: Sequence[Operand]) -> Any:
    """Return a constant among the operands as a number or an array of numbers."""
    if type(x) is float:
        return x
    if type(x) is np.ndarray:
        kind = x.dtype.kind
        if kind == "f":
            return kept(x, op)
        if kind in "biu":
            return kept(op.whole(x), op)
    if isinstance(x, int | float | np.number | np.bool_) and not isinstance(x, np.complexfloating):
        if type(x) is int and x.bit_length() > FLOAT_BITS:
            raise too_large()
        return op.whole(x)
    if isinstance(x, Node) and hasattr(x, "dtype"):
        raise MixedNodesError(
            f"{op.name} of {' and '.join(map(describe, operands))}: nodes of a class and of a "
            "subclass of it do not mix in one operation; make all of one class"
        )
    array = np.asarray(of_plain_meaning(x, op.name))
    if array.dtype.kind in "biuf":
        return array if isinstance(x, list | tuple) else kept(array, op)
    if array.dtype == object and any(isinstance(e, Node) for e in array.flat):
        raise mixed(op, operands)
    raise TypeError(
        f"{op.name} of {' and '.join(map(describe, operands))}: a Tensor works with real numbers, "
        f"not with {x!r}"
    )


def widened(x: Any, z: Array, op: Op) -> object:
    """Return an operand in the result's type, for a rule that computes with the operand alone.

    In its own type the rule could go wrong: in uint8 200 × 200 is 64, in float16 300 × 300 is inf,
    and bools cannot be negated. While a function is being traced its arrays stay as they are: see
    `Recording.operands`.
    """
    if x.__class__ is float or x.__class__ is int:
        return x
    dtype = getattr(x, "dtype", z.dtype)
    if dtype is z.dtype or op.forgets or dtype == z.dtype or z.dtype.kind != "f":
        return x
    return x if isinstance(x, np.ndarray) and recording() is not None else x.astype(z.dtype)


def kept(array: Any, op: Op) -> object:
    """Return a constant as the graph keeps it: a copy, if the gradient depends on it.

    The array may be a buffer for batches, say, and be written to before the backward pass.
    """
    origin = current()
    fleeting = origin is not None and (origin.recording is not None or not origin.records)
    if fleeting or op.forgets:
        return array
    if array.nbytes < LARGE:
        return array.copy("K")
    copy = (
        pool.empty(array.shape, array.dtype) if array.flags.c_contiguous else np.empty_like(array)
    )
    np.copyto(copy, array)
    return copy
