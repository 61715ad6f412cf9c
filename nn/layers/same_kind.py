"""Layers without weights: they turn a `Tensor` into a `Tensor`, and an array into an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from autograd.rows.nodes import N
from nn.module import Module


class SameKind(Module):
    """The base of layers without weights, which tells type checkers what their calls return.

    A layer with weights gives a `Tensor`, whatever it is called with: its `forward` says so.
    """

    if TYPE_CHECKING:

        @overload
        def __call__(self, x: N, /) -> N: ...
        @overload
        def __call__(self, *args: Any, **keywords: Any) -> Any: ...
        def __call__(self, *args: Any, **keywords: Any) -> Any: ...
