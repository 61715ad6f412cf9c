"""HIPS autograd, whose import name is ours: it runs in an environment of its own."""

import autograd.numpy as np
from problems import RATE, T1, mlp, serve, wave

from autograd import value_and_grad


def t1():
    weights, X, labels = mlp(*T1)
    y = labels[:, None].astype("float32")
    params = [list(pair) for pair in weights]
    rate = RATE["T1"]

    def loss_of(params):
        h = X
        for W, b in params[:-1]:
            h = np.maximum(np.dot(h, W) + b, 0)
        z = np.dot(h, params[-1][0]) + params[-1][1]
        return np.mean((z - y) ** 2)

    both = value_and_grad(loss_of)

    def step():
        loss, grads = both(params)
        for pair, d in zip(params, grads, strict=True):
            pair[0] = pair[0] - rate * d[0]
            pair[1] = pair[1] - rate * d[1]
        return loss

    return step


def t4():
    x = wave()
    both = value_and_grad(lambda x: np.mean(1 / (1 + np.exp(-x)) * np.tanh(x) + np.exp(-(x**2))))
    return lambda: both(x)[0]


if __name__ == "__main__":
    serve({"T1": t1, "T4": t4})
