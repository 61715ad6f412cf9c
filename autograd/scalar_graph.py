"""The graph of single numbers behind a graph of arrays.

A row of the table works on arrays of `Value`s as it does on arrays of numbers. So the rows of a
graph of `Tensor`s are run again on arrays of `Value`s. The result is the same computation with a
node for each number, and the same values and gradients.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np

from autograd.comparing import chosen_of, note
from autograd.errors import DomainError, StaleDataError, describe
from autograd.graph import topological
from autograd.modes import Origin, inside
from autograd.node import Node
from autograd.rows.nodes import row_of
from autograd.rows.op import Op
from autograd.tensor import Tensor
from autograd.value import Value, rows

#: The most elements, of all tensors together, for which this is done.
LIMIT = 100_000


@dataclass(frozen=True)
class Scalars:
    """A graph of `Tensor`s as one of `Value`s; made by `as_values`.

    loss: the `Value` that stands for the given tensor; an array of them if that has several
        elements.
    cells: for each tensor of the graph, its elements as an object array of the same shape. An
        element that depends on no variable, such as a zero that was filled in, is a number.
    """

    loss: Value | np.ndarray
    cells: Mapping[Tensor, np.ndarray]
    _places: dict[Value, tuple[Tensor, tuple[int, ...]]] = field(default_factory=dict, repr=False)

    def __getitem__(self, tensor: Tensor) -> np.ndarray:
        """Return the elements of a tensor of the graph, as an array of its shape."""
        return self.cells[tensor]

    def place(self, value: Value) -> tuple[Tensor, tuple[int, ...]] | None:
        """Return the tensor, and the index in it, that a value first stands for.

        None for a step inside one operation, such as one product of a matrix product.
        """
        return self._places.get(value)


def as_values(loss: Node, limit: int = LIMIT) -> Scalars:
    """Return the graph of `Value`s behind a graph of `Tensor`s, with the map between them.

    The recorded rows are run again on arrays of `Value`s. Each weighted sum in a matrix product is
    one node, like a neuron's. If `loss.backward()` was run, the new graph has gradients too; those
    of leaves are copied, including what earlier passes added.

    loss: a `Tensor` of any size; but a gradient can only start from a single number.
    limit: the most elements, of all tensors together.

    Raises TypeError for anything but a Tensor, and for an operation that does not work on single
    numbers; ValueError for too many elements; StaleDataError if data was changed since.

    >>> X, W = Tensor([[1.0, 2.0]], label="X"), Tensor([[3.0], [4.0]], label="W")
    >>> loss = (X @ W).sum()
    >>> loss.backward()
    >>> scalars = as_values(loss)
    >>> scalars.loss.data, scalars[W][1, 0].grad
    (11.0, 2.0)
    >>> scalars[W][1, 0].label
    'W[1,0]'
    """
    if not isinstance(loss, Tensor):
        raise TypeError(
            f"as_values shows the single numbers behind a Tensor, not behind {describe(loss)}"
        )
    order: list[Tensor] = sorted(topological(loss), key=attrgetter("made"))
    size = sum(node.size for node in order)
    if size > limit:
        raise ValueError(
            f"the tensors behind {describe(loss)} have {size:,} elements, more than the {limit:,} "
            "that are shown one by one: record a smaller batch or model, or give limit="
        )
    scopes: dict[Origin, Origin] = {}
    cells: dict[Tensor, np.ndarray] = {}
    places: dict[Value, tuple[Tensor, tuple[int, ...]]] = {}
    for node in order:
        with inside(_scope(node.origin, scopes)):
            cells[node] = _leaves(node) if node.op is None else _result(node, cells)
        for index, cell in _named(node, cells[node]):
            places.setdefault(cell, (node, index))
    root = cells[loss]
    for node in order:
        _compare(node, cells)
    _check(loss, root)
    _gradients(loss, cells)
    return Scalars(root.item() if root.ndim == 0 else root, cells, places)


def _leaves(node: Tensor) -> np.ndarray:
    return _filled(node.shape, [Value(x) for x in node.data.astype(float).ravel().tolist()])


def _filled(shape: tuple[int, ...], cells: list[object]) -> np.ndarray:
    """Return an object array; NumPy's own constructors would look into its elements."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array.reshape(shape)


def _result(node: Tensor, cells: Mapping[Tensor, np.ndarray]) -> np.ndarray:
    """Run the row that made a node on the elements of its operands."""
    row = row_of(node)
    operands = [
        cells[x] if isinstance(x, Tensor) else np.asarray(x, dtype=float).astype(object)
        for x in node.inputs
    ]
    try:
        result = (row.on_values or row.compute)(*operands, **node.params)
    except DomainError:
        if not row.elementwise:
            raise
        result = _with_ieee(row, operands)
    except (TypeError, AttributeError) as error:
        raise TypeError(
            f"{row.name} of {' and '.join(map(describe, node.inputs))} cannot be shown in single "
            f"numbers: {error}"
        ) from error
    flat = result.ravel().tolist() if isinstance(result, np.ndarray) else [result]
    return _filled(node.shape, flat)


def _with_ieee(row: Op, operands: list[np.ndarray]) -> np.ndarray:
    """Run a row where a `Value` would raise, with inf and nan as on arrays."""
    cells = np.broadcast_arrays(*operands)
    found = []
    for xs in zip(*(x.ravel().tolist() for x in cells), strict=True):
        try:
            found.append(row(*xs))
        except DomainError:
            numbers = [np.array([getattr(x, "data", x)]) for x in xs]
            wanted = [isinstance(x, Value) for x in xs]
            with np.errstate(all="ignore"):
                z = row.array(*numbers)
                partials = row.partials(z, numbers, wanted)
            locals_ = [None if d is None else float(np.asarray(d).item()) for d in partials]
            found.append(rows.node(row, float(z.item()), xs, locals_))
    return _filled(cells[0].shape, found)


def _scope(origin: Origin | None, known: dict[Origin, Origin]) -> Origin | None:
    """Return an origin with the same scopes, under which nodes are recorded as usual."""
    if origin is None:
        return None
    if origin not in known:
        parent = _scope(origin.parent, known)
        known[origin] = Origin(origin.name, origin.owner, parent, site=origin.site)
    return known[origin]


def _named(node: Tensor, cells: np.ndarray) -> Iterator[tuple[tuple[int, ...], Value]]:
    """Yield the elements that are nodes; those without a label get the tensor's."""
    for index, cell in np.ndenumerate(cells):
        if isinstance(cell, Value):
            if node.label and not cell.label:
                where = f"[{','.join(map(str, index))}]" if index else ""
                cell.label = node.label + where
            yield index, cell


def _compare(node: Tensor, cells: Mapping[Tensor, np.ndarray]) -> None:
    """Note on the single numbers the comparisons that the program made of a tensor."""
    for sign, other, key in getattr(node, "compared", ()):
        array, its = chosen_of(other) if isinstance(other, Tensor) else (other, ...)
        found = cells.get(array) if isinstance(array, Tensor) else None
        if found is None:
            found, its = np.asarray(getattr(other, "raw", other), dtype=float).astype(object), ...
        pair = np.broadcast_arrays(cells[node][key], found[its])
        for x, y in zip(*(side.flat for side in pair), strict=True):
            if isinstance(x, Value) or isinstance(y, Value):
                note(x, sign, y)


def _check(loss: Tensor, root: np.ndarray) -> None:
    """Raise if the numbers are not those that were recorded: the data was changed since."""
    now = np.array([getattr(cell, "data", cell) for cell in root.flat], dtype=float)
    with np.errstate(all="ignore"):  # what was inf in float32 may be a number here
        now = now.astype(loss.dtype if loss.dtype.kind == "f" else float)
    rounding = 1e6 * float(np.finfo(loss.dtype if loss.dtype.kind == "f" else float).eps)
    if not np.allclose(now, loss.data.ravel(), rtol=rounding, atol=rounding, equal_nan=True):
        raise StaleDataError(
            f"{describe(loss)} was recorded as {loss.data} and would be {now.reshape(loss.shape)} "
            "now: data was changed since, by an optimiser's step perhaps; compute it again first"
        )


def _gradients(loss: Tensor, cells: Mapping[Tensor, np.ndarray]) -> None:
    """Run the backward pass again, and copy what the leaves hold."""
    if not loss.has_grad:
        return
    gradient = np.asarray(getattr(loss.grad, "data", loss.grad))
    pairs = zip(cells[loss].flat, gradient.astype(float).flat, strict=True)
    total = sum((cell * float(g) for cell, g in pairs), start=0.0)
    if loss.size == 1 and isinstance(cells[loss].item(), Value):
        cells[loss].item().backward(gradient.item())
    elif isinstance(total, Value) and total.op is not None:
        total.backward()
    for tensor, its in cells.items():
        if tensor.op is None and tensor.has_grad:
            held = np.asarray(getattr(tensor.grad, "data", tensor.grad), dtype=float)
            for cell, g in zip(its.flat, held.flat, strict=True):
                cell.grad = float(g)
