"""A table of learnt rows, looked up by number."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from nn.module import Module
from nn.numbers import is_recorded, observe, one_hot
from nn.randomness import Rng, generator


class Embedding(Module):
    """A table with one learnt row for each of `num_embeddings` things, looked up by number.

    The input holds whole numbers, in any shape (…); the output has the shape
    (…, embedding_dim). A row that is looked up several times receives the sum of the gradients.

    Raises IndexError (a number that is not a row's) and TypeError (not whole).

    >>> table = Embedding(10, 4, rng=0)
    >>> table([[1, 2, 1]]).shape
    (1, 3, 4)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, rng: Rng = None) -> None:
        rows = generator(rng).normal(size=(num_embeddings, embedding_dim))
        self.weight = Tensor(rows, label="weight")

    def drawn(self, rng: np.random.Generator) -> dict[str, Any]:
        return {"weight": rng.normal(size=self.weight.shape)}

    def forward(self, x: Any) -> Tensor:
        x = np.asarray(x) if isinstance(x, list | tuple | int | float) else x
        observe(self._check, x)
        if is_recorded(x):
            # As an index it would be frozen, but a traced network must work for other indices too.
            chosen: Tensor = autograd.where(one_hot(x, len(self.weight)), 1.0, 0.0)
            return autograd.matmul(chosen, self.weight)
        return self.weight[x.astype(int)]

    def _check(self, x: Any) -> None:
        count = len(self.weight)
        if x.dtype.kind not in "iuf" or not (x == np.floor(x)).all():
            raise TypeError(f"{self!r} looks up whole numbers, not {x.dtype}: {x}")
        if x.size and not (x.min() >= 0 and x.max() < count):
            raise IndexError(
                f"{self!r} has rows 0 to {count - 1}, but was asked for {x.min()} to {x.max()}"
            )

    def extra_repr(self) -> str:
        rows, columns = self.weight.shape
        return f"num_embeddings={rows}, embedding_dim={columns}"
