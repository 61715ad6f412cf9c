"""Typical lines, each with the type that an editor must infer; for mypy and pyright alone."""

from collections.abc import Callable
from typing import TYPE_CHECKING, assert_type

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
assert_type(x.grad, float)
assert_type((w * x).backward(), None)
assert_type(nn.sigmoid(w), Value)
assert_type(x.item(), float)
assert_type(x.detach(), float)
assert_type((w * x).inputs, tuple[Value | float, ...])
assert_type(autograd.dot([w, x], [x, w]), Value)
assert_type(autograd.prod([w, x]), Value)
assert_type(autograd.var([1.0, 2.0]), float)

# Arrays.
W = Tensor(np.ones((2, 3)), label="W")
assert_type(W, Tensor)
assert_type(W + 1.0, Tensor)
assert_type(W.grad, np.ndarray)
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
assert_type(W == W, Tensor)
assert_type(W.argmax(axis=1), np.ndarray)
assert_type(W.argmax(), np.intp)
assert_type(autograd.split(W, 2), list[Tensor])
assert_type(autograd.dot(np.eye(2), W), Tensor)
assert_type(autograd.einsum("ij,jk->ik", np.eye(2), W), Tensor)
assert_type(autograd.linalg.solve(np.eye(2), W), Tensor)
assert_type(autograd.linalg.eigh(W.T @ W), tuple[Tensor, Tensor])
assert_type(autograd.linalg.svd(W)[1], Tensor)

# An array on the left.
data = np.random.default_rng(0).normal(size=(2, 2))
assert_type(data @ W, Tensor)
assert_type(data[:, :1] * W + 1.0, Tensor)
assert_type(data[:, :1] - W, Tensor)
assert_type(((data @ W - data[:, :1]) ** 2).mean(), Tensor)

# Functions and their derivatives.
X: np.ndarray = np.ones((5, 2))
y: np.ndarray = np.zeros((5, 1))
assert_type(autograd.sum([x, w]), Value)
assert_type(autograd.max([x, w]), Value)
assert_type(autograd.logsumexp(W, axis=1), Tensor)
assert_type(autograd.mean(W, axis=0, keepdims=True), Tensor)
assert_type(autograd.stack([W, W]), Tensor)
assert_type(autograd.matmul(W, W.T), Tensor)
assert_type(grad(tanh)(0.5), float)
assert_type(grad(grad(lambda a: a**3))(2.0), float)
assert_type(grad(lambda a: (a**2).sum())(X), np.ndarray)
assert_type(grad(lambda p: p["w"] ** 2)({"w": 3.0}), dict[str, float])
assert_type(autograd.value_and_grad(tanh)(0.5), tuple[float, float])
assert_type(autograd.hessian(tanh)(0.5), float)
assert_type(autograd.hessian(lambda a: (a**3).sum())(X), np.ndarray)
assert_type(autograd.jacobian(lambda a: a * 2)(X), np.ndarray)
assert_type(autograd.make_vjp(lambda a: a**2)(X)[0](X), np.ndarray)
assert_type(grad(lambda a, b: a * b, argnum=1)(1.0, 2.0), float)
assert_type(grad(lambda a, b: a * b, argnum=(0, 1))(1.0, 2.0), tuple[float, ...])
assert_type(autograd.gradients(w * x, [w, x]), list[float])
assert_type(autograd.gradients((W * W).sum(), [W]), list[np.ndarray])
assert_type(autograd.gradients(w * x, [w], create_graph=True), list[Value])
assert_type(autograd.fresh(lambda: 2.0), float)


@trace
def step(X: np.ndarray, y: np.ndarray) -> Tensor:
    return nn.mse_loss(model(X), y)


traced: Traced[..., Tensor] = step
slope: Callable[[float], float] = grad(tanh)


class Net(nn.Module):
    def __init__(self) -> None:
        self.hidden, self.out = nn.Linear(2, 8), nn.Linear(8, 1)

    def forward(self, x: np.ndarray, scale: float = 1.0) -> Tensor:
        return scale * self.out(tanh(self.hidden(x)))


# Networks.
model = nn.MLP(2, [8], 1, activation="tanh", rng=0)
assert_type(model, nn.MLP)
assert_type(model(X), Tensor)
assert_type(step(X, y), Tensor)
assert_type(Net()(X, scale=2.0), Tensor)
assert_type(nn.Sequential(nn.Linear(2, 3), nn.ReLU())(X), Tensor)
assert_type(nn.ReLU()(W), Tensor)
assert_type(nn.Dropout(0.5)(W), Tensor)
assert_type(nn.Embedding(10, 4)([[1, 2]]), Tensor)
assert_type(nn.Neuron(2)([x, 1.0]), Value)
assert_type(nn.Linear(2, 3).weight, Tensor)
assert_type(nn.mse_loss(model(X), y), Tensor)
assert_type(nn.mse_loss([x, w], [1.0, 2.0]), Value)
assert_type(nn.cross_entropy(W, np.array([0, 2]), label_smoothing=0.1), Tensor)
assert_type(nn.binary_cross_entropy_with_logits(model(X), y, reduction="sum"), Tensor)
assert_type(nn.binary_cross_entropy(nn.sigmoid(w), 1.0), Value)
assert_type(nn.softmax(model(X), axis=1), Tensor)
assert_type(nn.softmax([1.0, 2.0]), np.ndarray)
assert_type(nn.l2_penalty(model, 0.01), Tensor)
assert_type(model.parameters(), list[Tensor])
assert_type(dict(model.named_parameters()), dict[str, Tensor])
assert_type([p.grad for p in model.parameters()], list[np.ndarray])
assert_type(model.state_dict(), dict[str, np.ndarray])
assert_type(nn.xavier_uniform((2, 3)), np.ndarray)
optimizer = nn.Adam(model.parameters(), lr=0.01)
assert_type(optimizer, nn.Adam)
assert_type(optimizer.step(), None)
assert_type(nn.StepLR(optimizer, step_size=10).step(), None)
history = nn.fit(model, nn.mse_loss, (X, y), optimizer, epochs=1, progress=False)
assert_type(history["loss"][-1], float)
assert_type(nn.evaluate(model, nn.mse_loss, (X, y)), dict[str, float])
points, classes = nn.make_moons(100, seed=0)
for a, b in nn.DataLoader(points, classes, batch_size=16, shuffle=True):
    assert_type(a, np.ndarray)
    assert_type(nn.mse_loss(model(a), b[:, None]), Tensor)

# Pictures.
assert_type(viz.draw(w * x), viz.Drawing)
assert_type(viz.steps(w * x).text(), str)
assert_type(autograd.latex(w * x), str)
assert_type(autograd.__version__, str)

if TYPE_CHECKING:  # what needs an extra
    from matplotlib.axes import Axes

    axes: Axes = viz.function_plot(tanh)
    assert_type(nn.load(model, "model.safetensors"), nn.MLP)
