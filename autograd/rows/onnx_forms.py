"""How rows that move elements are written as operators of ONNX.

For most rows a text is enough, `"Log(Add($x, 1.0))"`. These need several operators, or the shapes
of a recording, so their `text["onnx"]` is a function of the step being written, the names of the
operands, and the row's parameters. It adds operators and returns the name of the result. Your own
rows may have such a function too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:  # a module that NumPy does not import by itself
    import numpy.typing as npt

#: One part of an index, as Python and NumPy write them.
Part = object


class OnnxStep(Protocol):
    """One instruction that is being written as operators of ONNX.

    shape, dtype: those of its result, as recorded. shapes: those of its operands.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    shapes: Sequence[tuple[int, ...]]

    def add(self, operator: str, *inputs: str, **attributes: object) -> str:
        """Add an operator; return the name of its result."""
        ...

    def constant(self, value: npt.ArrayLike) -> str:
        """Return the name of a constant."""
        ...

    def integers(self, *numbers: int) -> str:
        """Return the name of a vector of whole numbers, the form of axes and pads."""
        ...

    def result_shape(self) -> str:
        """Return the name of the result's shape, computed where it holds the batch's length."""
        ...

    def index(self, part: Part) -> str:
        """Return the name of an index of whole numbers for one axis."""
        ...

    def alike(self, *names: str) -> list[str]:
        """Return the operands cast to one type, as ONNX requires."""
        ...

    def cast(self, name: str, dtype: npt.DTypeLike) -> str:
        """Return the name of the operand in another type."""
        ...

    def must_not_vary(self, parameter: str) -> None:
        """Raise OnnxError where a parameter of the row depends on the length of the batch."""
        ...

    def refused(self, why: str) -> Exception:
        """Return the OnnxError that names this instruction, to be raised."""
        ...


def cast(g: OnnxStep, x: str, dtype: npt.DTypeLike) -> str:
    """Write a change of type."""
    return g.cast(x, dtype)


def reshape(g: OnnxStep, x: str, shape: object) -> str:
    """Write another shape."""
    return g.add("Reshape", x, g.result_shape())


def broadcast(g: OnnxStep, x: str, shape: object) -> str:
    """Write an array that is repeated up to a shape."""
    return g.add("Expand", x, g.result_shape())


def transpose(g: OnnxStep, x: str, axes: Sequence[int] | None = None) -> str:
    """Write axes in another order."""
    n = len(g.shape)
    return g.add("Transpose", x, perm=[a % n for a in axes or reversed(range(n))])


def concatenate(g: OnnxStep, *xs: str, axis: int = 0) -> str:
    """Write arrays joined along an axis."""
    return g.add("Concat", *g.alike(*xs), axis=axis)


def stack(g: OnnxStep, *xs: str, axis: int = 0) -> str:
    """Write arrays joined along a new axis."""
    axis %= len(g.shape)
    parts = [g.add("Unsqueeze", x, g.integers(axis)) for x in g.alike(*xs)]
    return g.add("Concat", *parts, axis=axis)


def product(g: OnnxStep, x: str, y: str, *bias: str) -> str:
    """Write a matrix product, and the sum with a bias."""
    result = g.add("MatMul", *g.alike(x, y))
    return g.add("Add", *g.alike(result, *bias)) if bias else result


def einsum(g: OnnxStep, *xs: str, subscripts: str) -> str:
    """Write a sum of products over any axes."""
    return g.add("Einsum", *g.alike(*xs), equation=subscripts)


def cumsum(g: OnnxStep, x: str, axis: int) -> str:
    """Write running sums along an axis."""
    return g.add("CumSum", x, g.constant(np.asarray(axis)))


def getitem(g: OnnxStep, x: str, key: object) -> str:
    """Write x[key]: slices, new axes and numbers; or whole numbers for one axis."""
    g.must_not_vary("key")
    parts = _in_full(key, len(g.shapes[0]))
    axis = 0
    dropped: list[int] = []
    added: list[int] = []
    for k in parts:
        if k is None:
            added.append(axis - len(dropped) + len(added))
            continue
        if isinstance(k, int | np.integer):
            dropped.append(axis)
            end = int(k) + 1 if k != -1 else np.iinfo(np.int64).max
            x = _sliced(g, x, axis, int(k), end, 1)
        elif isinstance(k, slice) and k != slice(None):
            step = 1 if k.step is None else k.step
            ends = np.iinfo(np.int64)
            start = (0 if step > 0 else -1) if k.start is None else k.start
            stop = (ends.max if step > 0 else ends.min + 1) if k.stop is None else k.stop
            x = _sliced(g, x, axis, start, stop, step)
        elif not isinstance(k, slice):
            if len(parts) > 1:
                raise g.refused("this kind of index has no form in ONNX yet")
            x = g.add("Gather", x, g.index(k), axis=axis)
        axis += 1
    x = g.add("Squeeze", x, g.integers(*dropped)) if dropped else x
    return g.add("Unsqueeze", x, g.integers(*added)) if added else x


def _in_full(key: object, ndim: int) -> list[Part]:
    """Return the parts of an index, with the axes that an ellipsis stands for."""
    parts: list[Part] = [*key] if isinstance(key, tuple) else [key]
    at = [i for i, k in enumerate(parts) if k is Ellipsis]
    if at:
        taken = sum(k is not None for k in parts) - 1
        parts[at[0] : at[0] + 1] = [slice(None)] * (ndim - taken)
    return parts


def _sliced(g: OnnxStep, x: str, axis: int, start: int, stop: int, step: int) -> str:
    return g.add("Slice", x, *[g.integers(n) for n in (start, stop, axis, step)])


def scatter(g: OnnxStep, y: str, key: object, shape: Sequence[int]) -> str:
    """Write a scatter into slices of zeros, which is padding."""
    before, after = [], []
    for k, n in zip(_in_full(key, len(shape)), shape, strict=False):
        if not isinstance(k, slice) or k.step not in (None, 1):
            raise g.refused("it has a form in ONNX only as padding: slices without a step")
        start, stop, _ = k.indices(n)
        before.append(start)
        after.append(n - stop)
    rest = [0] * (len(shape) - len(before))
    return g.add("Pad", y, g.integers(*before, *rest, *after, *rest))


def windows(
    g: OnnxStep, x: str, sizes: Sequence[int], steps: Sequence[int], gaps: Sequence[int]
) -> str:
    """Write what a sliding window sees, by gathering along one axis after the other."""
    n = len(sizes)
    first = len(g.shapes[0]) - n
    places = g.shape[first : first + n]
    for i in reversed(range(n)):
        seen = np.arange(places[i])[:, None] * steps[i] + np.arange(sizes[i]) * gaps[i]
        x = g.add("Gather", x, g.constant(seen.astype(np.int64)), axis=first + i)
    order = [*range(first), *range(first, first + 2 * n, 2), *range(first + 1, first + 2 * n, 2)]
    return g.add("Transpose", x, perm=order)
