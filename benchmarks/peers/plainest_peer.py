"""The plainest engine: a class whose nodes hold two tuples, the operands and the derivatives."""

import math

from problems import RATE, moons, products, serve
from scalar_gpt import step_of


class Number:
    """A float that remembers how it was computed."""

    __slots__ = ("data", "grad", "inputs", "locals")

    def __init__(self, data, inputs=(), locals=()):
        self.data, self.grad, self.inputs, self.locals = data, 0.0, inputs, locals

    def __add__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power):
        return Number(self.data**power, (self,), (power * self.data ** (power - 1),))

    def exp(self):
        e = math.exp(self.data)
        return Number(e, (self,), (e,))

    def log(self):
        return Number(math.log(self.data), (self,), (1.0 / self.data,))

    def relu(self):
        return Number(max(0.0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * other**-1.0

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack += [(x, False) for x in node.inputs]
        self.grad = 1.0
        for node in reversed(order):
            for x, local in zip(node.inputs, node.locals):  # noqa: B905 - it would cost time
                x.grad += node.grad * local


def s1():
    layers, X, y = moons()
    net = [[([Number(w) for w in ws], Number(b)) for ws, b in layer] for layer in layers]
    parameters = [p for layer in net for ws, b in layer for p in [*ws, b]]

    def step():
        scores = []
        for row in X:
            x = list(map(Number, row))
            for i, layer in enumerate(net):
                x = [sum((w * e for w, e in zip(ws, x, strict=True)), b) for ws, b in layer]
                x = [e.relu() for e in x] if i < 2 else x
            scores.append(x[0])
        losses = [(1 + -t * s).relu() for t, s in zip(y, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)
        loss.backward()
        for p in parameters:
            p.data -= RATE["S1"] * p.grad
            p.grad = 0.0
        return loss.data

    return step


def s3():
    a, b = ([Number(e) for e in xs] for xs in products())

    def step():
        total = sum(x * y for x, y in zip(a, b, strict=True))
        total.backward()
        return total.data

    return step


def m1():
    return step_of(Number, lambda xs: max(x.data for x in xs))


if __name__ == "__main__":
    serve({"S1": s1, "S3": s3, "M1": m1})
