"""Attention: each position of a sequence takes a weighted mean of all the others.

`MultiheadAttention` is the mechanism, `TransformerBlock` the block that models are stacked from
(A. Vaswani et al., "Attention is all you need", 2017). Names and defaults are PyTorch's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Tensor, guard
from nn.activations import gelu, relu, softmax
from nn.arguments import check_dropped
from nn.init import xavier_uniform
from nn.layers.dense import Dense
from nn.layers.drop import Dropout, dropout
from nn.layers.normalization import LayerNorm
from nn.module import Module
from nn.numbers import as_input, is_recorded, plain_array, shape_of
from nn.randomness import Rng, generator


class MultiheadAttention(Module):
    """softmax(Q·Kᵀ/√d)·V in each of several heads, of d = embed_dim / num_heads numbers each.

    attention(query, key, value) returns (output, weights): (length, samples, embed_dim), or with
    batch_first (samples, length, embed_dim), samples left out for a single sequence; and how much
    each place took from every other, (samples, length, key length), the mean over the heads (each
    head for average_attn_weights=False, None for need_weights=False). Q, K, V are the query, key
    and value through `in_proj_weight` and `in_proj_bias`; the output goes through `out_proj`.

    attn_mask: (length, key length), or (samples · num_heads, length, key length) for each head by
    itself: True where a place must not look, or numbers to be added before the softmax;
    is_causal=True hides what comes later. key_padding_mask: (samples, key length), True at places
    to be ignored. As `torch.nn.MultiheadAttention`.

    Raises ValueError (num_heads does not divide embed_dim) and ShapeError.

    >>> attention = MultiheadAttention(8, 2, batch_first=True, rng=0)
    >>> x = np.ones((3, 5, 8))
    >>> output, weights = attention(x, x, x)
    >>> output.shape, weights.shape
    ((3, 5, 8), (3, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        batch_first: bool = False,
        *,
        rng: Rng = None,
    ) -> None:
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: num_heads must divide embed_dim={embed_dim}, which "
                f"{num_heads!r} does not"
            )
        check_dropped(dropout)
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.batch_first, self.rng = batch_first, generator(rng)
        drawn = xavier_uniform((3 * embed_dim, embed_dim), rng=self.rng)
        self.in_proj_weight: Any = Tensor(drawn)
        self.in_proj_bias: Any = Tensor(np.zeros(3 * embed_dim)) if bias else None
        self.out_proj = Dense(embed_dim, embed_dim, bias, rng=self.rng)

    unpenalised = ("in_proj_bias",)

    def drawn(self, rng: np.random.Generator) -> dict[str, Any]:
        found = {"in_proj_weight": xavier_uniform(self.in_proj_weight.shape, rng=rng)}
        bias = self.in_proj_bias
        return found if bias is None else {**found, "in_proj_bias": np.zeros(bias.shape)}

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Any]:
        given = [as_input(x) for x in (query, key, value)]
        one = len(shape_of(given[0])) == 2
        self._check(given)
        q, k, v = (self._heads(x, i) for i, x in enumerate(given))
        scores = autograd.matmul(q, _swapped(k)) / math.sqrt(self.embed_dim // self.num_heads)
        shape = shape_of(scores)  # (samples, heads, length, key length)
        if is_causal:
            scores = scores + _hidden(np.triu(np.ones(shape[-2:], dtype=bool), 1))
        if attn_mask is not None:
            scores = scores + self._for_each_head(_hidden(attn_mask), shape)
        if key_padding_mask is not None:
            scores = scores + autograd.reshape(_hidden(key_padding_mask), (-1, 1, 1, shape[-1]))
        weights = softmax(scores)
        p, training = guard(lambda: (self.dropout, self.training))
        taken = autograd.matmul(dropout(weights, p, training, self.rng), v)
        joined = autograd.transpose(taken, (0, 2, 1, 3)).reshape(
            (shape[0], shape[2], self.embed_dim)
        )
        output = self.out_proj(joined)
        if one:
            output = output[0]
        elif not self.batch_first:
            output = autograd.transpose(output, (1, 0, 2))
        if not need_weights:
            return output, None
        if average_attn_weights:
            weights = autograd.mean(weights, axis=1)
        return output, weights[0] if one else weights

    def _check(self, given: list[Any]) -> None:
        shapes = [shape_of(x) for x in given]
        alike = len({len(shape) for shape in shapes}) == 1 and len(shapes[0]) in (2, 3)
        if not alike or any(shape[-1] != self.embed_dim for shape in shapes):
            order = "samples, length" if self.batch_first else "length, samples"
            raise ShapeError(
                f"{self!r} takes a query, key and value of shape ({order}, {self.embed_dim}) or "
                f"(length, {self.embed_dim}), not {shapes}"
            )

    def _for_each_head(self, mask: Any, shape: tuple[int, ...]) -> Any:
        """Return a mask for the scores, (samples, heads, length, key length)."""
        samples, heads, *rest = shape
        given = shape_of(mask)
        if given == (samples * heads, *rest):
            return mask.reshape(shape)
        if given != tuple(rest):
            raise ShapeError(
                f"{self!r} takes an attn_mask of shape {tuple(rest)}, or one for each sample and "
                f"head, {(samples * heads, *rest)}, not {given}"
            )
        return mask

    def _heads(self, x: Any, i: int) -> Any:
        """Return the query (0), key (1) or value (2) as (samples, heads, length, d)."""
        n, heads = self.embed_dim, self.num_heads
        own = slice(i * n, (i + 1) * n)
        if len(shape_of(x)) == 2:
            x = x[None]
        elif not self.batch_first:
            x = autograd.transpose(x, (1, 0, 2))
        samples, length, _ = shape_of(x)
        kernel, rows = autograd.transpose(self.in_proj_weight[own]), x.reshape((-1, n))
        if self.in_proj_bias is None:
            y = autograd.matmul(rows, kernel)
        else:
            y = autograd.affine(rows, kernel, self.in_proj_bias[own])
        return autograd.transpose(y.reshape((samples, length, heads, n // heads)), (0, 2, 1, 3))

    def extra_repr(self) -> str:
        return f"embed_dim={self.embed_dim}, num_heads={self.num_heads}"


class TransformerBlock(Module):
    """x + attention(x), normalised; then that plus a small MLP of it, normalised.

    d_model, nhead: as embed_dim and num_heads of `MultiheadAttention`. dim_feedforward: the width
    of the MLP's hidden layer; activation: "relu", "gelu" or a function. norm_first: normalise
    what goes into each half instead of what comes out, as GPT-2 does. The shape of x stays:
    (length, samples, d_model), or (samples, length, d_model) with batch_first.
    block(x, src_mask, src_key_padding_mask, is_causal): masks as in `MultiheadAttention`.
    As `torch.nn.TransformerEncoderLayer`.

    >>> block = TransformerBlock(8, 2, dim_feedforward=16, batch_first=True, rng=0)
    >>> block(np.ones((3, 5, 8)), is_causal=True).shape
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        rng: Rng = None,
    ) -> None:
        rng = generator(rng)
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first, rng=rng)
        self.linear1 = Dense(d_model, dim_feedforward, bias, rng=rng)
        self.dropout = Dropout(dropout, rng)
        self.linear2 = Dense(dim_feedforward, d_model, bias, rng=rng)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1, self.dropout2 = Dropout(dropout, rng), Dropout(dropout, rng)
        known: dict[Any, Callable[[Any], Any]] = {"relu": relu, "gelu": gelu}
        if activation not in known and not callable(activation):
            raise ValueError(
                f'TransformerBlock: activation is "relu", "gelu" or a function, not {activation!r}'
            )
        self.activation: Any = known.get(activation, activation)
        self.norm_first = norm_first

    def forward(
        self,
        x: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Tensor:
        def attended(x: Any) -> Any:
            taken, _ = self.self_attn(
                x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal
            )
            return self.dropout1(taken)

        def fed_forward(x: Any) -> Tensor:
            hidden = self.activation(self.linear1(x))
            return self.dropout2(self.linear2(self.dropout(hidden)))

        x = as_input(x)
        if self.norm_first:
            x = x + attended(self.norm1(x))
            y: Tensor = x + fed_forward(self.norm2(x))
            return y
        x = self.norm1(x + attended(x))
        return self.norm2(x + fed_forward(x))


def _swapped(x: Any) -> Any:
    return autograd.transpose(x, (0, 1, 3, 2))


def _hidden(mask: Any) -> Any:
    """Return the numbers added to the scores: −∞ where a boolean mask hides them."""
    if is_recorded(mask):
        return mask
    mask = plain_array(mask)
    return np.where(mask, -np.inf, 0.0) if mask.dtype == bool else mask
