"""Typical lines, each with the type that an editor must infer; for mypy and pyright alone."""

from collections.abc import Callable
from typing import Any, assert_type

import numpy as np

import autograd
import nn
import viz
from autograd import Tensor, Traced, Value, exp, grad, log, maximum, relu, sqrt, tanh, trace, where

# Single numbers.
x, w = Value(2.0, label="x"), Value(3.0, label="w")
assert_type(x, Value)
assert_type(w * x, Value)
assert_type(w * x + 1.0, Value)
assert_type(2 - w / x, Value)
assert_type(-(w**2), Value)
assert_type(tanh(w * x), Value)
assert_type(exp(w), Value)
assert_type(log(w) + sqrt(x), Value)
assert_type(relu(w), Value)
assert_type(w.tanh(), Value)
assert_type(w.exp().log(), Value)
assert_type(maximum(w, 0.0), Value)
assert_type(where(1.0, w, x), Value)
assert_type(x.data, float)
assert_type(x.label, str)
assert_type((w * x).backward(), None)
assert_type(nn.sigmoid(w), Value)
assert_type(x.item(), float)

# Arrays.
W = Tensor(np.ones((2, 3)), label="W")
assert_type(W, Tensor)
assert_type(W + 1.0, Tensor)
assert_type(W.T @ W, Tensor)
assert_type(tanh(W), Tensor)
assert_type(W.sum(), Tensor)
assert_type(W.reshape(3, 2), Tensor)
assert_type(W.T, Tensor)
assert_type(W[0], Tensor)
assert_type(W.shape, tuple[int, ...])
assert_type((W * W).mean(axis=0), Tensor)
assert_type(tanh(0.5), float)
assert_type(autograd.cumsum(W, axis=0), Tensor)
assert_type(autograd.clip(W, 0.0, 1.0), Tensor)
assert_type(autograd.clip(w, 0.0), Value)
assert_type(autograd.norm(W, axis=-1), Tensor)
assert_type(autograd.linalg.inv(Tensor(np.eye(2))), Tensor)
assert_type(W.ravel(), Tensor)
assert_type(W.astype("float32"), Tensor)
assert_type(W < 1.0, Tensor)

# Functions, networks, pictures.
assert_type(trace(lambda a: a * a), Traced)
model = nn.MLP(2, [8], 1, activation="tanh", rng=0)
assert_type(model, nn.MLP)
assert_type(nn.Adam(model.parameters(), lr=0.01), nn.Adam)
assert_type(viz.draw(w * x), viz.Drawing)
assert_type(viz.steps(w * x).text(), str)
slope: Callable[..., Any] = grad(tanh)
assert_type(autograd.__version__, str)
