"""micrograd, as its demo uses it."""

import sys

from micrograd.engine import Value
from problems import RATE, moons, products, serve

sys.setrecursionlimit(100_000)


def s1():
    layers, X, y = moons()
    net = [[([Value(w) for w in ws], Value(b)) for ws, b in layer] for layer in layers]
    parameters = [p for layer in net for ws, b in layer for p in [*ws, b]]

    def step():
        scores = []
        for row in X:
            x = list(map(Value, row))
            for i, layer in enumerate(net):
                x = [sum((w * e for w, e in zip(ws, x, strict=True)), b) for ws, b in layer]
                x = [e.relu() for e in x] if i < 2 else x
            scores.append(x[0])
        losses = [(1 + -t * s).relu() for t, s in zip(y, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0
        loss.backward()
        for p in parameters:
            p.data -= RATE["S1"] * p.grad
        return loss.data

    return step


def s3():
    a, b = ([Value(e) for e in xs] for xs in products())

    def step():
        # Its walk is recursive: a chain of 10,000 additions is too deep, a tree is not.
        level = [x * y for x, y in zip(a, b, strict=True)]
        while len(level) > 1:
            level = [sum(level[i + 1 : i + 10], level[i]) for i in range(0, len(level), 10)]
        level[0].backward()
        return level[0].data

    return step


if __name__ == "__main__":
    serve({"S1": s1, "S3": s3})
