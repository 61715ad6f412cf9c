"""Pooling: the maximum or the mean of what a sliding window sees, channel by channel."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.rows.sliding import windows
from nn.layers.same_kind import SameKind
from nn.layers.sliding import Size, batch, check_room, each, padded
from nn.numbers import shape_of


class _Pooling(SameKind):
    def __init__(self, kernel_size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        name = type(self).__name__
        self.kernel_size = each(name, "kernel_size", kernel_size, 2)
        self.stride = each(name, "stride", kernel_size if stride is None else stride, 2)
        self.padding = each(name, "padding", padding, 2, least=0)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(
                f"{name}: padding {self.padding} is more than half of the kernel "
                f"{self.kernel_size}, so that windows would lie outside of the input"
            )

    def _seen(self, x: Any) -> tuple[Any, bool]:
        """Return what the window sees, (samples, channels, places, kernel)."""
        x, one = batch(self, x, None, 2)
        x = padded(x, self.padding, self.padding)
        check_room(self, shape_of(x)[2:], self.kernel_size)
        return windows(x, self.kernel_size, self.stride), one

    def extra_repr(self) -> str:
        padding = f", padding={self.padding}" if any(self.padding) else ""
        return f"kernel_size={self.kernel_size}, stride={self.stride}{padding}"


class MaxPool2d(_Pooling):
    """The largest number that the window sees.

    The input has the shape (samples, channels, height, width) or that without samples. stride: how
    far the window moves, its own size if not given. Padding is never the largest. Equal
    largest numbers share the gradient. As `torch.nn.MaxPool2d`, where the first of them gets it.

    Raises ShapeError where the input does not fit, ValueError for sizes that do not.

    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 5.,  7.],
            [13., 15.]]])
    """

    def forward(self, x: Any) -> Any:
        seen, one = self._seen(x)
        if any(self.padding):
            inside, _ = self._seen(np.ones((1, 1, *shape_of(x)[-2:])))
            seen = autograd.where(inside > 0, seen, -np.inf)
        y = autograd.max(seen, axis=(-2, -1))
        return y[0] if one else y


class AvgPool2d(_Pooling):
    """The mean of what the window sees, padding included unless count_include_pad=False.

    Shapes, arguments and errors as `MaxPool2d`. As `torch.nn.AvgPool2d`.

    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding)
        self.count_include_pad = count_include_pad

    def forward(self, x: Any) -> Any:
        seen, one = self._seen(x)
        y = autograd.mean(seen, axis=(-2, -1))
        if any(self.padding) and not self.count_include_pad:
            inside, _ = self._seen(np.ones((1, 1, *shape_of(x)[-2:])))
            y = y / np.mean(inside, axis=(-2, -1))
        return y[0] if one else y
