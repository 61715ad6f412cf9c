"""Dropout: in training each number is dropped with probability p, at random.

A network that cannot rely on any one neuron learns features that are useful in combination
(N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
2014). What is kept is scaled by 1/(1 − p), so the expected output is the input and nothing
has to change in evaluation.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from autograd.rows.nodes import N, Operand
from autograd.trace_hooks import fresh, guard
from nn.arguments import check_dropped
from nn.layers.same_kind import SameKind
from nn.named import named
from nn.numbers import as_input
from nn.randomness import Rng, generator


@overload
def dropout(x: N, p: float = 0.5, training: bool = True, rng: Rng = None) -> N: ...
@overload
def dropout(x: Operand, p: float = 0.5, training: bool = True, rng: Rng = None) -> Any: ...
@named
def dropout(x: Any, p: float = 0.5, training: bool = True, rng: Rng = None) -> Any:
    """Return x with each element 0 with probability p, and else divided by 1 − p.

    The same mask serves the forward and the backward pass. With `training` False, x itself.
    Raises ValueError if p is not in [0, 1].

    >>> dropout(np.ones(8), 0.5, rng=0)
    array([2., 0., 0., 0., 2., 2., 2., 2.])
    """
    check_dropped(p)
    if not training or p == 0:
        return x
    x = as_input(x)
    return x * fresh(lambda: draw_mask(x, p, rng))


def draw_mask(x: Any, p: float, rng: Rng = None) -> Any:
    """Draw 0 (with probability p) or 1/(1 − p) for each element of x, in its float type."""
    kept = generator(rng).random(np.shape(x)) >= p
    dtype = getattr(x, "dtype", None)
    mask = np.asarray(kept, dtype=dtype if np.dtype(dtype).kind == "f" else float)
    return mask / (1 - p) if p < 1 else mask


class Dropout(SameKind):
    """The layer of `dropout`, which acts only in training mode.

    rng: a seed or a `numpy.random.Generator`; None for the common one (see `nn.seed`).

    >>> layer = Dropout(0.5, rng=0)
    >>> layer.eval()(np.ones(3))
    array([1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, rng: Rng = None) -> None:
        check_dropped(p)
        self.p = p
        self.rng = None if rng is None else generator(rng)

    def forward(self, x: Any) -> Any:
        p, training = guard(lambda: (self.p, self.training))
        return dropout(x, p, training, self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"
