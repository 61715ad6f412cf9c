"""This package: eager, compiled, and traced."""

import sys

from problems import RATE, T1, T2, T3, mlp, moons, products, serve, wave
from scalar_gpt import step_of

import autograd
import nn
from autograd import Tensor, Value, affine, exp, mean, relu, square, tanh, trace

TRACED = "--traced" in sys.argv
COMPILED = "--compiled" in sys.argv
WITHOUT_NN = "--without-nn" in sys.argv


def wrapped(f):
    return trace(f) if TRACED else f


def s1():
    layers, X, y = moons()
    net = [[([Value(w) for w in ws], Value(b)) for ws, b in layer] for layer in layers]
    parameters = [p for layer in net for ws, b in layer for p in [*ws, b]]

    @wrapped
    def loss_of():
        scores = []
        for row in X:
            x = list(map(Value, row))
            for i, layer in enumerate(net):
                x = [sum((w * e for w, e in zip(ws, x, strict=True)), b) for ws, b in layer]
                x = [e.relu() for e in x] if i < 2 else x
            scores.append(x[0])
        losses = [(1 + -t * s).relu() for t, s in zip(y, scores, strict=True)]
        return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)

    optimizer = nn.SGD(parameters, lr=RATE["S1"])

    def step():
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def s3():
    a, b = ([Value(e) for e in xs] for xs in products())

    @wrapped
    def total_of():
        return sum(x * y for x, y in zip(a, b, strict=True))

    def step():
        total = total_of()
        total.backward()
        return total.data

    return step


def m1():
    # Python's max, in a trace, would have to compare numbers that are not there yet.
    peak = autograd.max if TRACED else lambda xs: max(x.data for x in xs)
    return step_of(Value, peak, wrapped)


def depth(n):
    def make():
        if TRACED and n > 100_000:
            # Each link of the chain is a group of its own, which takes 100 µs to record.
            raise NotImplementedError("recording a chain this deep takes minutes")
        x = Value(0.5)

        @wrapped
        def chain():
            y = x
            for _ in range(n // 2):
                y = y * 0.999 + x
            return y

        def step():
            x.zero_grad()
            y = chain()
            y.backward()
            return y.data

        return step

    return make


def network(spec, name):
    weights, X, labels = mlp(*spec)
    layers = []
    for W, b in weights:
        layer = nn.Dense(*W.shape)
        layer.weight, layer.bias = Tensor(W, "weight"), Tensor(b, "bias")
        layers += [layer, nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    kind = nn.Adam if name == "T2" else nn.SGD
    optimizer = kind(model.parameters(), lr=RATE[name])
    regression = weights[-1][0].shape[1] == 1
    y = labels[:, None].astype("float32") if regression else labels
    loss_fn = nn.mse_loss if regression else nn.cross_entropy
    loss_of = wrapped(lambda: loss_fn(model(X), y))

    def step():
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def by_functions(spec, name):
    """The same step on bare Tensors: the cost of the engine without layers and optimisers."""
    weights, X, labels = mlp(*spec)
    layers = [(Tensor(W), Tensor(b)) for W, b in weights]
    parameters = [p for layer in layers for p in layer]
    y, rate = labels[:, None].astype("float32"), RATE[name]

    def step():
        h = X
        for W, b in layers[:-1]:
            h = relu(affine(h, W, b))
        loss = mean(square(affine(h, *layers[-1]) - y))
        for p in parameters:
            p.zero_grad()
        loss.backward()
        for p in parameters:
            p.data -= rate * p.grad
        return loss.item()

    return step


def t4():
    x = Tensor(wave())
    loss_of = wrapped(lambda x: mean(nn.sigmoid(x) * tanh(x) + exp(-square(x))))

    def step():
        x.zero_grad()
        loss = loss_of(x)
        loss.backward()
        return loss.item()

    return step


WORKLOADS = {
    "S1": s1,
    "S3": s3,
    "M1": m1,
    "depth": depth(1_000_000),
    "depth/10": depth(100_000),
    "T1": lambda: network(T1, "T1"),
    "T2": lambda: network(T2, "T2"),
    "T3": lambda: network(T3, "T3"),
    "T4": t4,
}


def wanted():
    """Return the workloads by name: without nn, the first network; compiled, those of numbers."""
    if WITHOUT_NN:
        return {"T1": lambda: by_functions(T1, "T1")}
    if COMPILED and not autograd.accelerated:
        sys.exit("the compiled core is not built: make fast")
    return {name: w for name, w in WORKLOADS.items() if not (COMPILED and name.startswith("T"))}


if __name__ == "__main__":
    serve(wanted())
