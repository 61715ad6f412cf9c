"""The yardstick: what one writes by hand in NumPy, forward and backward."""

import numpy as np
from numpy_gpt import m1
from problems import RATE, T1, T2, T3, mlp, moons, products, serve, wave


def s1():
    layers, X, y = moons()
    W = [np.array([w for w, _ in layer]).T for layer in layers]
    b = [np.array([b for _, b in layer]) for layer in layers]
    X, y = np.array(X), np.array(y)[:, None]

    def step():
        h1 = np.maximum(X @ W[0] + b[0], 0)
        h2 = np.maximum(h1 @ W[1] + b[1], 0)
        margin = np.maximum(1 - y * (h2 @ W[2] + b[2]), 0)
        loss = margin.sum() / 100 + 1e-4 * sum((p * p).sum() for p in W + b)
        g = -y * (margin > 0) / 100
        g2 = (g @ W[2].T) * (h2 > 0)
        g1 = (g2 @ W[1].T) * (h1 > 0)
        for i, (x, up) in enumerate(((X, g1), (h1, g2), (h2, g))):
            W[i] -= RATE["S1"] * (x.T @ up + 2e-4 * W[i])
            b[i] -= RATE["S1"] * (up.sum(axis=0) + 2e-4 * b[i])
        return loss

    return step


def s3():
    a, b = map(np.array, products())
    da, db = np.zeros_like(a), np.zeros_like(b)

    def step():
        total = a @ b
        da[...] += b
        db[...] += a
        return total

    return step


def network(spec, name):
    weights, X, labels = mlp(*spec)
    W, b = [w for w, _ in weights], [b for _, b in weights]
    rate = np.float32(RATE[name])
    regression = W[-1].shape[1] == 1
    target = (
        labels[:, None].astype(np.float32) if regression else np.eye(10, dtype=np.float32)[labels]
    )
    n = len(X)
    params = W + b
    m, v = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    scratch = [np.empty_like(p) for p in params]
    t = 0

    def step():
        nonlocal t
        h1 = np.maximum(X @ W[0] + b[0], 0)
        h2 = np.maximum(h1 @ W[1] + b[1], 0)
        z = h2 @ W[2] + b[2]
        if regression:
            error = z - target
            loss = np.mean(error**2)
            g = 2 * error / n
        else:
            z -= z.max(axis=1, keepdims=True)
            e = np.exp(z)
            s = e.sum(axis=1, keepdims=True)
            loss = (np.log(s).sum() - (z * target).sum()) / n
            g = (e / s - target) / n
        g2 = (g @ W[2].T) * (h2 > 0)
        g1 = (g2 @ W[1].T) * (h1 > 0)
        grads = [X.T @ g1, h1.T @ g2, h2.T @ g, g1.sum(axis=0), g2.sum(axis=0), g.sum(axis=0)]
        if name == "T2":
            t += 1
            c1, c2 = 1 - 0.9**t, 1 - 0.999**t
            size, small = rate * np.float32(c2**0.5 / c1), np.float32(1e-8 * c2**0.5)
            for p, d, mi, vi, s in zip(params, grads, m, v, scratch, strict=True):
                mi *= 0.9
                vi *= 0.999
                np.multiply(d, d, out=s)
                s *= 0.001
                vi += s
                d *= 0.1
                mi += d
                np.sqrt(vi, out=s)
                s += small
                np.divide(mi, s, out=s)
                s *= size
                p -= s
        else:
            for p, d in zip(params, grads, strict=True):
                p -= rate * d
        return loss

    return step


def t4():
    x = wave()

    def step():
        s, t, e = 1 / (1 + np.exp(-x)), np.tanh(x), np.exp(-(x**2))
        loss = np.mean(s * t + e)
        _ = (s * (1 - s) * t + s * (1 - t**2) - 2 * x * e) / x.size
        return loss

    return step


if __name__ == "__main__":
    serve(
        {
            "S1": s1,
            "S3": s3,
            "M1": m1,
            "T1": lambda: network(T1, "T1"),
            "T2": lambda: network(T2, "T2"),
            "T3": lambda: network(T3, "T3"),
            "T4": t4,
        }
    )
