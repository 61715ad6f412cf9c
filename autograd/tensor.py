"""`Tensor`: a NumPy array that remembers how it was computed.

It is to arrays what `Value` is to floats. The same rows of the table serve it, with NumPy's
functions for the forward part and, going backward, each row's rule on whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import functions, ops
from autograd.errors import (
    AnomalyError,
    BackwardError,
    ShapeError,
    StaleDataError,
    describe,
    source_line,
)
from autograd.generate import array_rule
from autograd.graph import Contribution, drain
from autograd.modes import Origin, current
from autograd.node import Node
from autograd.op import Elementwise, Op, Reduction, Structural, mismatch, normal_axes, on_every_op
from autograd.operators import Operators


class Tensor(Operators, Node):
    """An array in a graph.

    data: anything `numpy.asarray` takes, of numbers; ints and bools become float64, floats
        keep their type (float32 stays float32). A new array is made.
    label: a name for pictures and messages.

    Raises TypeError (text, complex, objects, a `Value` or a `Tensor` inside) and ShapeError
    (rows of unequal length).

    >>> W = Tensor([[1.0, 2.0]], label="W")
    >>> loss = (np.array([[3.0], [4.0]]) @ W).sum()
    >>> loss.backward()
    >>> W.grad
    array([[7., 7.]])
    """

    __slots__ = ("_arrays", "_data", "_params", "_rules", "_seen", "_version")

    _data: Any
    _arrays: tuple[Any, ...]  # the inputs' arrays at the time of recording
    _params: dict[str, Any]
    _rules: Sequence[Callable[..., Any] | None]  # one for each input, on arrays
    _seen: Any  # what tells whether those arrays have changed: see _must_be_fresh
    _version: int

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = _checked(data)
        self.label = label
        self.op = self.origin = None
        self._a = self._b = self._grad = None
        self._arrays, self._rules, self._params, self._seen = (), (), {}, 0
        self._version = 0

    @property
    def data(self) -> Any:
        """The array. It may be changed (`w.data -= step`), not between forward and backward."""
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        if data is not self._data:
            array = _checked(data, copy=False).astype(self._data.dtype, copy=False)
            if array.shape != self._data.shape:
                raise ShapeError(
                    f"{describe(self)} cannot take data of shape {array.shape}; make a new Tensor"
                )
            self._data = array
        self._version += 1

    @property
    def params(self) -> dict[str, Any]:
        """The keyword arguments of the operation, such as `axis`."""
        return self._params

    @property
    def grad(self) -> Any:
        """∂(what backward was called on)/∂self; zeros until a backward pass gets here."""
        return np.zeros_like(self._data) if self._grad is None else self._grad

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is not None and np.shape(gradient) != self.shape:
            raise ShapeError(
                f"the gradient of {describe(self)} has that shape, not {np.shape(gradient)}"
            )
        is_node = gradient is None or type(gradient) is Tensor
        self._grad = gradient if is_node else np.asarray(gradient, dtype=self._data.dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        shape: tuple[int, ...] = self._data.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements."""
        dtype: np.dtype[Any] = self._data.dtype
        return dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._data.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(self._data.size)

    @property
    def T(self) -> Tensor:
        """The transpose, with all axes reversed."""
        transposed: Tensor = ops.transpose(self)
        return transposed

    def item(self) -> float:
        """Return the only element as a Python float; ValueError if there are several."""
        if self._data.size != 1:
            raise ValueError(f"item() of {describe(self)}: there is not just one element")
        return float(self._data.item())

    def detach(self) -> Any:
        """Return the array as a constant (not a copy): no gradient flows through it."""
        return self._data

    def __getitem__(self, key: Any) -> Any:
        return ops.getitem(self, key=_plain_key(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            f"{describe(self)} cannot be assigned to in part, for the graph holds what it was; "
            "use where() or concatenate(), or change a leaf's .data before the forward pass"
        )

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"len() of {describe(self)}, which has no axes")
        return self.shape[0]

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    # Comparisons are elementwise and recorded; they carry no gradient. == is identity.
    def __lt__(self, other: Any) -> Any:
        return ops.less(self, other)

    def __le__(self, other: Any) -> Any:
        return ops.less_equal(self, other)

    def __gt__(self, other: Any) -> Any:
        return ops.greater(self, other)

    def __ge__(self, other: Any) -> Any:
        return ops.greater_equal(self, other)

    def __float__(self) -> float:
        return self.item()

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise ValueError(
                f"the truth of {describe(self)} is ambiguous; use .data.any() or .data.all()"
            )
        return bool(self._data.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __repr__(self) -> str:
        prefix = "Tensor("
        parts = [np.array2string(self._data, separator=", ", prefix=prefix, threshold=60)]
        if self._data.dtype != np.float64:
            parts.append(f"dtype={self._data.dtype}")
        if self._data.size == 0 or self._data.size > 60:
            parts.append(f"shape={self.shape}")
        if self.label:
            parts.append(f"label={self.label!r}")
        if self.op is not None:
            parts.append(f"op={self.op.symbol!r}")
        if self._grad is not None:
            parts.append("grad=computed")
        return f"{prefix}{', '.join(parts)})"

    # Methods, where NumPy's arrays have them, and the activations that are rows.
    def exp(self) -> Any:
        """See `autograd.exp`."""
        return ops.exp(self)

    def log(self) -> Any:
        """See `autograd.log`."""
        return ops.log(self)

    def tanh(self) -> Any:
        """See `autograd.tanh`."""
        return ops.tanh(self)

    def relu(self) -> Any:
        """See `autograd.relu`."""
        return ops.relu(self)

    def clip(self, min: Any = None, max: Any = None) -> Any:
        """See `autograd.clip`."""
        return functions.clip(self, min, max)

    def sum(self, axis: functions.Axis = None, keepdims: bool = False) -> Any:
        """See `autograd.sum`."""
        return ops.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: functions.Axis = None, keepdims: bool = False) -> Any:
        """See `autograd.mean`."""
        return ops.mean(self, axis=axis, keepdims=keepdims)

    def prod(self, axis: functions.Axis = None, keepdims: bool = False) -> Any:
        """See `autograd.prod`."""
        return functions.prod(self, axis, keepdims)

    def max(self, axis: functions.Axis = None, keepdims: bool = False) -> Any:
        """See `autograd.max`."""
        return ops.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis: functions.Axis = None, keepdims: bool = False) -> Any:
        """See `autograd.min`."""
        return ops.min(self, axis=axis, keepdims=keepdims)

    def var(self, axis: functions.Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
        """See `autograd.var`."""
        return functions.var(self, axis, keepdims, ddof)

    def std(self, axis: functions.Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
        """See `autograd.std`."""
        return functions.std(self, axis, keepdims, ddof)

    def dot(self, other: Any) -> Any:
        """See `autograd.dot`."""
        return functions.dot(self, other)

    def reshape(self, *shape: Any) -> Any:
        """See `autograd.reshape`; the lengths may be given one by one."""
        return functions.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Any:
        """See `autograd.transpose`; the axes may be given one by one."""
        given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return functions.transpose(self, given or None)

    # NumPy asks these two what its own functions mean on a Tensor.
    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **keywords: Any) -> Any:
        op = _by_ufunc.get(ufunc) if method == "__call__" else _by_reduce.get(ufunc)
        if op is None or method not in ("__call__", "reduce"):
            raise TypeError(
                f"np.{ufunc.__name__}{'' if method == '__call__' else '.' + method} has no row "
                "in the table of primitives; see autograd.primitives(), or declare one"
            )
        if method == "reduce":
            keywords = {"axis": keywords.pop("axis", 0), **keywords}
        for name in ("out", "where", "dtype"):
            if keywords.get(name) is not None:
                raise TypeError(f"np.{ufunc.__name__} of a Tensor does not take {name}=")
        return op(*args, **keywords)

    def __array_function__(
        self, function: Any, types: Any, args: Sequence[Any], keywords: dict[str, Any]
    ) -> Any:
        ours = _by_function.get(function)
        if ours is None:
            raise TypeError(
                f"np.{function.__name__} is not differentiable here; apply it to .data, or use "
                "the functions of autograd"
            )
        return ours(*args, **keywords)

    # What the walk asks of a node.

    def _start(self, gradient: Any, create_graph: bool) -> Any:
        if gradient is None:
            if self._data.size != 1:
                raise BackwardError(
                    f"backward from {describe(self)}: its gradient is one number only if it has "
                    "one element. Reduce it (sum, mean) or say backward(gradient=...)"
                )
            seed: Any = np.ones_like(self._data)
        elif type(gradient) is Tensor:
            seed = gradient if create_graph else gradient._data
        else:
            seed = np.array(gradient, dtype=self._data.dtype)
        if seed.shape != self.shape:
            raise ShapeError(
                f"backward from {describe(self)} needs a gradient of that shape, not {seed.shape}"
            )
        return Tensor(seed) if create_graph and type(seed) is not Tensor else seed

    def _local(self, position: int) -> Any:
        """∂self/∂xᵢ for an elementwise row, as an array; None for the other kinds."""
        if not isinstance(self.op, Elementwise):
            return None
        rule = self.op.d[position]
        with np.errstate(all="ignore"):
            return None if rule is None else np.asarray(rule(self._data, *self._arrays))

    def _contributions(self, upstream: Any, differentiable: bool) -> list[Contribution]:
        self._must_be_fresh()
        found: list[Contribution] = []
        if differentiable:
            for i, x in enumerate(self._a):
                if type(x) is Tensor and self._rules[i] is not None:
                    rule = _node_rule(self.op, i)
                    contribution = rule(upstream, self, *self._a, **self._params)
                    found.append((i, x, _fit_node(contribution, x.shape)))
            return found
        z, arrays, params = self._data, self._arrays, self._params
        for i, x in enumerate(self._a):
            if type(x) is Tensor:
                pull: Any = self._rules[i]
                if pull is None:
                    continue
                contribution = pull(upstream, z, *arrays, **params)
                like = arrays[i]
                if contribution.shape != like.shape or contribution.dtype is not like.dtype:
                    contribution = _fit(contribution, like)
                if x._a is None and (contribution is upstream or contribution.base is not None):
                    contribution = contribution.copy()  # no two leaves share an array
                found.append((i, x, contribution))
        return found

    def _must_be_fresh(self) -> None:
        """Raise if the data of an input was changed in place since this was recorded.

        `w.data -= step` counts a version. A change that goes round that (`w.data[0] = 1`) is
        found only under `detect_anomaly`, where `_seen` is a copy of the arrays: comparing
        copies every time would cost far more than a tenth of a training step.
        """
        if type(self._seen) is tuple:
            changed = [
                x
                for x, now, then in zip(self._a, self._arrays, self._seen, strict=True)
                if not np.array_equal(now, then, equal_nan=True)
            ]
        elif _versions(self._a) == self._seen:
            return
        else:
            changed = [x for x in self._a if type(x) is Tensor and x._version]
        if changed:
            raise StaleDataError(
                f"the data of {', '.join(map(describe, changed))} was changed after "
                f"{self._op_name()} was recorded and before the backward pass; run the forward "
                "pass again, or step the optimiser after backward()"
            )

    @staticmethod
    def _drain(order: list[Any], sums: dict[Any, Any], differentiable: bool = False) -> None:
        with np.errstate(all="ignore"):  # an inf in a gradient is seen there
            drain(order, sums, differentiable)


def _checked(data: Any, copy: bool = True) -> Any:
    """Return data as a float array that is its own."""
    if isinstance(data, Node):
        raise TypeError(
            f"Tensor({describe(data)}): wrap its .data for a fresh leaf, or use the node itself"
        )
    try:
        array = np.asarray(data)
    except ValueError:
        raise ShapeError(
            f"Tensor needs rows of equal length, but got {data!r}; pad or cut them"
        ) from None
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(
            f"Tensor holds real numbers, not {array.dtype} ({type(data).__name__}); "
            "for single Values use an array of Values, np.array([Value(1.0), ...])"
        )
    return array.copy() if copy else array


def _versions(inputs: tuple[Any, ...]) -> int:
    total = 0
    for x in inputs:
        if type(x) is Tensor:
            total += x._version
    return total


def _constant(x: Any, op: Op) -> Any:
    """Return a constant operand as a number or an array of numbers."""
    if isinstance(x, int | float | np.number | np.bool_) and not isinstance(x, np.complexfloating):
        return x
    if isinstance(x, Node):
        raise TypeError(
            f"{op.name}: Tensor and {describe(x)} do not mix in one operation; take the .data "
            "of one of them, or use Values (or Tensors) throughout"
        )
    array = np.asarray(x)
    if array.dtype.kind in "biuf":
        return array
    if array.dtype == object and any(isinstance(e, Node) for e in array.flat):
        raise TypeError(
            f"{op.name}: a Tensor and an array of Values do not mix in one operation; use "
            "Values or Tensors throughout"
        )
    raise TypeError(f"{op.name}: a Tensor works with real numbers, not with {x!r}")


def _node(
    op: Op,
    z: Any,
    inputs: tuple[Any, ...],
    arrays: tuple[Any, ...],
    rules: Sequence[Callable[..., Any] | None],
    params: dict[str, Any],
) -> Tensor:
    node: Tensor = object.__new__(Tensor)
    node._data = z if type(z) is np.ndarray else np.asarray(z)
    node.op, node._a, node._b, node._arrays, node._params = op, inputs, None, arrays, params
    node._rules, node._seen = rules, _versions(inputs)
    node._grad, node.label, node._version = None, "", 0
    node.origin = origin = current()
    return _watched(node) if origin is not None and origin.watch else node


def _watched(node: Tensor) -> Tensor:
    """Finish a node that was made under `no_grad` or `detect_anomaly`."""
    origin = node.origin
    if origin is None:
        return node
    if not origin.records:
        node.op = node._a = None
        node._arrays, node._rules, node._params = (), (), {}
    elif origin.anomaly:
        node.origin = Origin(parent=origin, site=source_line())
        node._seen = tuple(np.copy(array) for array in node._arrays)
        bad = ~np.isfinite(node._data)
        if bad.any():
            place = tuple(map(int, np.argwhere(bad)[0]))
            pairs = zip(node.inputs, node._arrays, strict=True)
            operands = ", ".join(f"{describe(x)} {np.asarray(array)}" for x, array in pairs)
            raise AnomalyError(
                f"{node._op_name()} gave a value that is not finite: {node._data[place]} at "
                f"{place}. Operands: {operands}. Recorded at {source_line()}"
            )
    return node


# --- how each kind of row is recorded -------------------------------------------------------


def _record_elementwise(op: Elementwise) -> Callable[..., Any]:
    forward = op.array
    rules: list[Any] = []  # written on first use, not while importing

    def record(*inputs: Any) -> Any:
        arrays = tuple([x._data if type(x) is Tensor else _constant(x, op) for x in inputs])
        try:
            z = forward(*arrays)
        except (ValueError, TypeError) as error:
            if len(inputs) != op.arity:
                raise TypeError(f"{op.name} takes {op.arity} operands, not {len(inputs)}") from None
            raise mismatch(op, inputs, error) from None
        if not rules:
            rules.extend(array_rule(op, i) for i in range(op.arity))
        return _node(op, z, inputs, arrays, rules, {})

    return record


def _record_reduction(op: Reduction) -> Callable[..., Any]:
    rules = [_reduction_rule(op)]

    def record(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        op.need_elements(x, axis)
        z = op.array(x._data, axis=axis, keepdims=keepdims)
        return _node(op, z, (x,), (x._data,), rules, {"axis": axis, "keepdims": keepdims})

    return record


def _record_structural(op: Structural) -> Callable[..., Any]:
    rules: list[Any] = []

    def record(*inputs: Any, **params: Any) -> Any:
        arrays = tuple([x._data if type(x) is Tensor else _constant(x, op) for x in inputs])
        try:
            z = op.array(*arrays, **params)
        except (ValueError, IndexError, TypeError) as error:
            raise mismatch(op, inputs, error) from None
        while len(rules) < len(inputs):
            rules.append(op.rule(len(rules)))
        return _node(op, z, inputs, arrays, rules, params)

    return record


def _reduction_rule(op: Reduction) -> Callable[..., Any]:
    """Return the vjp of a reduction: the upstream spread out again, times the local part."""

    def rule(g: Any, z: Any, x: Any, axis: Any, keepdims: bool) -> Any:
        axes = normal_axes(axis, x.ndim)
        if not keepdims:
            kept = tuple([1 if i in axes else n for i, n in enumerate(x.shape)])
            g, z = g.reshape(kept), z.reshape(kept)
        local = reduction_local(op, z, x, axes)
        product = g if isinstance(local, int | float) and local == 1 else g * local
        if product.shape == x.shape:
            return product
        if type(product) is Tensor:
            return ops.broadcast_to(product, shape=x.shape)
        spread = np.empty(x.shape, product.dtype)  # a tenth of the time of np.broadcast_to
        spread[...] = product
        return spread

    return rule


def reduction_local(op: Reduction, z: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """Return ∂z/∂x of a reduction over `axes`, where z has kept its reduced axes."""
    if op.tally is None:
        return op.d(z, x)
    tally = op.tally(z, x)
    if isinstance(tally, int | float):
        count = tally * x.size // (z.size or 1)
    else:
        count = ops.sum(tally, axis=axes, keepdims=True)
    return op.d(z, x, count)


def _node_rule(op: Any, position: int) -> Callable[..., Any]:
    """Return the vjp of one operand on nodes, to be recorded itself."""
    if isinstance(op, Elementwise):
        d = op.d[position]

        def rule(g: Any, z: Any, *xs: Any) -> Any:
            local = d(z, *xs)  # type: ignore[misc]
            if isinstance(local, int | float) and local in (1, -1):
                return g if local == 1 else -g
            return g * local

        return rule
    return _reduction_rule(op) if isinstance(op, Reduction) else op.rule(position)


def _summed_axes(shape: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes that broadcasting added or stretched on the way from target to shape."""
    extra = len(shape) - len(target)
    stretched = [i for i, n in enumerate(target, extra) if n == 1 and shape[i] != 1]
    return (*range(extra), *stretched)


def _fit(contribution: Any, like: Any) -> Any:
    """Sum what was broadcast, so that a contribution has its input's shape and dtype."""
    if contribution.shape != like.shape:
        axes = _summed_axes(contribution.shape, like.shape)
        contribution = np.add.reduce(contribution, axis=axes)
        if contribution.shape != like.shape:
            contribution = contribution.reshape(like.shape)
    return np.asarray(contribution, dtype=like.dtype)


def _fit_node(contribution: Any, shape: tuple[int, ...]) -> Any:
    if contribution.shape == shape:
        return contribution
    axes = _summed_axes(contribution.shape, shape)
    return ops.reshape(ops.sum(contribution, axis=axes), shape=shape)


def _plain_key(key: Any) -> Any:
    """Return an index in which Tensors (masks, positions) are arrays."""
    if isinstance(key, tuple):
        return tuple(map(_plain_key, key))
    return key._data if type(key) is Tensor else key


_by_ufunc: dict[Any, Any] = {
    np.matmul: functions.matmul,
    np.power: functions.pow,
    np.float_power: functions.pow,
    np.positive: lambda x: x,
    np.reciprocal: lambda x: 1 / x,
}
_by_reduce: dict[Any, Any] = {
    np.add: functions.sum,
    np.multiply: functions.prod,
    np.maximum: functions.max,
    np.minimum: functions.min,
    np.logaddexp: functions.logsumexp,
}
_by_function: dict[Any, Any] = {
    np.sum: functions.sum,
    np.mean: functions.mean,
    np.prod: functions.prod,
    np.max: functions.max,
    np.min: functions.min,
    np.var: functions.var,
    np.std: functions.std,
    np.linalg.norm: functions.norm,
    np.where: functions.where,
    np.clip: functions.clip,
    np.dot: functions.dot,
    np.reshape: functions.reshape,
    np.transpose: functions.transpose,
    np.broadcast_to: functions.broadcast_to,
    np.concatenate: functions.concatenate,
    np.stack: functions.stack,
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x: x.size,
    np.zeros_like: lambda x, **keywords: np.zeros_like(x.data, **keywords),
    np.ones_like: lambda x, **keywords: np.ones_like(x.data, **keywords),
}


def _enter(op: Op) -> None:
    if isinstance(op, Elementwise):
        op.on[Tensor] = _record_elementwise(op)
        if isinstance(op.array, np.ufunc):
            _by_ufunc.setdefault(op.array, op)
    elif isinstance(op, Reduction):
        op.on[Tensor] = _record_reduction(op)
    elif isinstance(op, Structural):
        op.on[Tensor] = _record_structural(op)


on_every_op(_enter)
