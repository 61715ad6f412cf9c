"""What convolution and pooling share: the checks of a sliding window, and padding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import ShapeError
from autograd.rows.arrangement import scatter
from nn.numbers import as_input, shape_of

#: One number for all axes, or one for each.
Size = int | Sequence[int]


def each(name: str, argument: str, size: Any, dims: int, least: int = 1) -> tuple[int, ...]:
    """Return a size for each axis.

    Raises ValueError for anything but whole numbers of at least `least`, or for the wrong count.

    >>> each("Conv2d", "stride", 2, 2)
    (2, 2)
    """
    sizes = (size,) * dims if isinstance(size, int | np.integer) else tuple(size)
    whole = all(isinstance(n, int | np.integer) and n >= least for n in sizes)
    if len(sizes) != dims or not whole:
        raise ValueError(
            f"{name}: {argument} is a whole number of at least {least}, or {dims} of them, not "
            f"{size!r}"
        )
    return tuple(map(int, sizes))


def batch(layer: Any, x: Any, channels: int | None, dims: int) -> tuple[Any, bool]:
    """Return a batch (samples, channels, …) of x, and whether x was one sample without that axis.

    Raises ShapeError for other shapes.
    """
    x = as_input(x)
    shape = shape_of(x)
    one = len(shape) == dims + 1
    if len(shape) not in (dims + 1, dims + 2) or (channels or shape[-dims - 1]) != shape[-dims - 1]:
        axes = ", ".join(
            [str(channels or "channels"), *("length", "height, width")[dims - 1 : dims]]
        )
        raise ShapeError(f"{layer!r} takes (samples, {axes}) or ({axes}), not shape {shape}")
    return (x[None] if one else x), one


def padded(x: Any, before: Sequence[int], after: Sequence[int]) -> Any:
    """Return x padded with zeros around its last axes.

    >>> padded(np.ones((1, 2)), (1,), (0,))
    array([[0., 1., 1.]])
    """
    if not any((*before, *after)):
        return x
    shape = shape_of(x)
    rest, own = shape[: len(shape) - len(before)], shape[len(shape) - len(before) :]
    sizes = [b + n + a for b, n, a in zip(before, own, after, strict=True)]
    inside = [slice(b, b + n) for b, n in zip(before, own, strict=True)]
    return scatter(x, key=(Ellipsis, *inside), shape=(*rest, *sizes))


def check_room(layer: Any, shape: Sequence[int], spans: Sequence[int]) -> None:
    """Raise ShapeError if the window does not fit into axes of that shape, padding included."""
    if any(n < span for n, span in zip(shape, spans, strict=True)):
        raise ShapeError(
            f"{layer!r} looks through a window of {' × '.join(map(str, spans))}, but got only "
            f"{' × '.join(map(str, shape))} (with the padding); take a smaller kernel or pad more"
        )


def flat(x: Any, axes: int) -> Any:
    """Return x with its last axes made into one."""
    shape = shape_of(x)
    return x.reshape((*shape[: len(shape) - axes], math.prod(shape[len(shape) - axes :])))
