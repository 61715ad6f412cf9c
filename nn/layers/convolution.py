"""Convolutions: the same small dense layer, applied at every place of a signal or an image.

What the window sees at a place is a row of numbers; all rows times the kernel is one matrix
product. Names, defaults and the layout (samples, channels, height, width) are PyTorch's.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import Tensor
from autograd.rows.sliding import windows
from nn.layers.sliding import Size, batch, check_room, each, padded
from nn.module import Module
from nn.numbers import shape_of
from nn.randomness import Rng, generator


class _Convolution(Module):
    dims: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size | str = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        rng: Rng = None,
    ) -> None:
        name, n = type(self).__name__, self.dims
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: groups must divide both {in_channels} input and {out_channels} output "
                f"channels, which {groups!r} does not"
            )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = each(name, "kernel_size", kernel_size, n)
        self.stride = each(name, "stride", stride, n)
        self.dilation = each(name, "dilation", dilation, n)
        self.spans = tuple(
            (k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True)
        )
        self.before, self.after = self._around(name, padding)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        bound = 1 / math.sqrt(math.prod(shape[1:]))
        rng = generator(rng)
        self.weight: Any = Tensor(rng.uniform(-bound, bound, shape), label="weight")
        self.bias: Any = (
            Tensor(rng.uniform(-bound, bound, out_channels), label="bias") if bias else None
        )

    def drawn(self, rng: np.random.Generator) -> dict[str, Any]:
        bound = 1 / math.sqrt(math.prod(self.weight.shape[1:]))
        own = {"weight": self.weight, "bias": self.bias}
        return {k: rng.uniform(-bound, bound, p.shape) for k, p in own.items() if p is not None}

    def _around(self, name: str, padding: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
        if padding == "valid":
            padding = 0
        if padding != "same":
            if isinstance(padding, str):
                raise ValueError(f'{name}: padding is "same", "valid" or a number, not {padding!r}')
            sizes = each(name, "padding", padding, self.dims, least=0)
            return sizes, sizes
        if any(step != 1 for step in self.stride):
            raise ValueError(f'{name}: padding="same" needs stride=1, not {self.stride}')
        before = tuple((span - 1) // 2 for span in self.spans)
        return before, tuple(s - 1 - b for s, b in zip(self.spans, before, strict=True))

    def forward(self, x: Any) -> Tensor:
        x, one = batch(self, x, self.in_channels, self.dims)
        x = padded(x, self.before, self.after)
        check_room(self, shape_of(x)[2:], self.spans)
        seen = windows(x, self.kernel_size, self.stride, self.dilation)
        # From (samples, channels, places, kernel) to one row of numbers per place.
        n, (samples, channels, *rest) = self.dims, shape_of(seen)
        places = rest[:n]
        axes = (0, *range(2, n + 2), 1, *range(n + 2, 2 * n + 2))
        inputs = channels // self.groups * math.prod(rest[n:])
        columns = autograd.transpose(seen, axes).reshape(
            (samples * math.prod(places), self.groups, inputs)
        )
        rows = self._weighted(columns).reshape((samples, *places, self.out_channels))
        y: Tensor = autograd.transpose(rows, (0, n + 1, *range(1, n + 1)))
        return y[0] if one else y

    def _weighted(self, columns: Any) -> Any:
        """Return the weighted sums of (places, groups, inputs), for each output channel."""
        rows = self.weight.reshape((self.out_channels, columns.shape[-1]))
        each_has = self.out_channels // self.groups
        parts = []
        for i in range(self.groups):
            own = slice(i * each_has, (i + 1) * each_has)
            kernel = autograd.transpose(rows if self.groups == 1 else rows[own])
            if self.bias is None:
                parts.append(autograd.matmul(columns[:, i], kernel))
            else:
                bias = self.bias if self.groups == 1 else self.bias[own]
                parts.append(autograd.affine(columns[:, i], kernel, bias))
        return parts[0] if len(parts) == 1 else autograd.concatenate(parts, axis=1)

    def extra_repr(self) -> str:
        same = self.before if self.before == self.after else "'same'"
        shown = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"
        for name, value, usual in (
            ("stride", self.stride, 1),
            ("padding", same, 0),
            ("dilation", self.dilation, 1),
        ):
            shown += "" if value == (usual,) * self.dims else f", {name}={value}"
        shown += "" if self.groups == 1 else f", groups={self.groups}"
        return shown + ("" if self.bias is not None else ", bias=False")


class Conv1d(_Convolution):
    """y[o, t] = Σ_c Σ_k weight[o, c, k] · x[c, t·stride + k·dilation] + bias[o].

    The input has the shape (samples, in_channels, length) or (in_channels, length), the output
    (…, out_channels, places). padding: how many zeros to put at each end, "same" for an output as
    long as the input, "valid" for none. groups: how many groups the channels form; an output sees
    the inputs of its own group only. The weight has the shape (out_channels,
    in_channels / groups, kernel_size); it and the bias start in U(−1/√n, 1/√n) for the n inputs of
    one output. As `torch.nn.Conv1d`.

    Raises ShapeError where the input does not fit, ValueError for sizes that do not.

    >>> import numpy as np
    >>> Conv1d(2, 4, kernel_size=3, rng=0)(np.ones((5, 2, 10))).shape
    (5, 4, 8)
    """

    dims = 1


class Conv2d(_Convolution):
    """y[o, i, j] = Σ_c Σ_k Σ_l weight[o, c, k, l] · x[c, i + k, j + l] + bias[o].

    The input has the shape (samples, in_channels, height, width) or that without samples. Sizes are
    one number for both axes, or two. Everything else as `Conv1d`, and as `torch.nn.Conv2d`.

    >>> import numpy as np
    >>> Conv2d(1, 4, kernel_size=3, padding=1, stride=2, rng=0)(np.ones((5, 1, 8, 8))).shape
    (5, 4, 4, 4)
    """

    dims = 2
