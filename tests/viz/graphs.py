"""The twelve graphs by which pictures are measured: what a class draws, from a neuron to attention.

Each function records one and runs its backward pass, unless that is the point of it.
"""

from itertools import pairwise

import numpy as np

import autograd
import nn
from autograd import Tensor, Value, dot, scope


def one_neuron():
    w = [Value(-3.0, "w1"), Value(1.0, "w2")]
    x = [Value(2.0, "x1"), Value(0.5, "x2")]
    n = dot(w, x) + Value(6.88, "b")
    o = n.tanh()
    o.label = "o"
    o.backward()
    return o


def micrograd_readme():
    a, b = Value(-4.0, "a"), Value(2.0, "b")
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.label = "g"
    g.backward()
    return g


def model_of_values():
    model = nn.to_values(nn.MLP(3, [4, 4], 1, activation="tanh", rng=0))
    loss = (model([Value(2.0, "x1"), Value(3.0, "x2"), Value(-1.0, "x3")])[0] - 1.0) ** 2
    loss.label = "loss"
    loss.backward()
    return loss


def readme():
    w, x, b = Value(-0.5, label="w"), Value(2.0, label="x"), Value(1.5, label="b")
    y = autograd.tanh(w * x + b)
    loss = (y - 1) ** 2
    y.label, loss.label = "y", "loss"
    loss.backward()
    return loss


def readme_first():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    loss = (a * b + 10.0) ** 2
    loss.label = "loss"
    loss.backward()
    return loss


def xor():
    model = nn.MLP(2, [2], 1, activation="tanh", rng=1)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    loss = nn.mse_loss(model(X), np.array([[0.0], [1.0], [1.0], [0.0]]))
    loss.backward()
    return loss


def neurons(layers=(3, 4, 4, 1)):
    """Return the loss of a network of single numbers, written neuron by neuron."""
    rng = np.random.default_rng(0)
    h = [Value(x, f"x{i + 1}") for i, x in enumerate((2.0, 3.0, -1.0, 0.5)[: layers[0]])]
    for k, (n, m) in enumerate(pairwise(layers), 1):
        after = []
        for j in range(m):
            ws = [Value(w, f"w{k}[{j + 1},{i + 1}]") for i, w in enumerate(rng.normal(0, 0.5, n))]
            z = dot(ws, h, Value(rng.normal(0, 0.1), f"b{k}[{j + 1}]"))
            a = z.tanh()
            a.label = "y" if m == 1 else f"h{k}[{j + 1}]"
            after.append(a)
        h = after
    h[0].backward()
    return h[0]


def three_four_four_one():
    return neurons()


def softmax_cross_entropy():
    z = [Value(x, f"z{i + 1}") for i, x in enumerate((2.0, 1.0, 0.1))]
    exps = [x.exp() for x in z]
    total = exps[0] + exps[1] + exps[2]
    p = [e / total for e in exps]
    for i, x in enumerate(p, 1):
        x.label = f"p{i}"
    loss = -p[0].log()
    loss.label = "loss"
    loss.backward()
    return loss


def batch_norm():
    x = [Value(v, f"x{i + 1}") for i, v in enumerate((1.0, 2.0, 4.0))]
    gamma, beta = Value(1.5, "γ"), Value(0.2, "β")
    mu = (x[0] + x[1] + x[2]) / 3
    mu.label = "μ"
    var = ((x[0] - mu) ** 2 + (x[1] - mu) ** 2 + (x[2] - mu) ** 2) / 3
    var.label = "σ²"
    s = (var + 1e-5) ** 0.5
    y = [gamma * (xi - mu) / s + beta for xi in x]
    loss = y[0] * 1.0 + y[1] * 2.0 + y[2] * -1.0
    loss.label = "loss"
    loss.backward()
    return loss


def residual():
    x = Value(0.5, "x")
    for i in range(3):
        w = Value(0.8 - 0.5 * i, f"w{i + 1}")
        x = x + (w * x).tanh()
        x.label = f"h{i + 1}"
    x.backward()
    return x


def seven_layers():
    model = nn.MLP(4, [8] * 6, 1, activation="tanh", rng=0)
    x = np.random.default_rng(0).normal(size=(16, 4))
    loss = nn.mse_loss(model(x), np.ones((16, 1)))
    loss.backward()
    return loss


def attention():
    rng = np.random.default_rng(0)
    X = Tensor(rng.normal(size=(4, 6)), "X")
    Wq, Wk, Wv = (Tensor(rng.normal(size=(6, 3)), f"W{n}") for n in "qkv")
    with scope("attention"):
        Q, K, V = X @ Wq, X @ Wk, X @ Wv
        scores = Q @ K.T / 3**0.5
        A = nn.softmax(scores)
        Y = A @ V
    Q.label, K.label, V.label, A.label, Y.label = "Q", "K", "V", "A", "Y"
    loss = (Y**2).mean()
    loss.label = "loss"
    loss.backward()
    return loss


def recurrent():
    wx, wh, b = Value(0.5, "wx"), Value(0.9, "wh"), Value(0.1, "b")
    h = Value(0.0, "h0")
    for t, x in enumerate((1.0, -1.0, 0.5, 2.0, -0.5), 1):
        h = (wx * Value(x, f"x{t}") + wh * h + b).tanh()
        h.label = f"h{t}"
    h.backward()
    return h


def diverged():
    with np.errstate(all="ignore"):
        w = Value(3.0, "w")
        x = w * 1e200
        y = x * 1e200
        z = y - y
        z.label = "z"
        loss = z * Value(2.0, "k")
        loss.label = "loss"
        loss.backward()
    return loss


def tensor_mlp():
    rng = np.random.default_rng(0)
    X = Tensor(rng.normal(size=(4, 3)), "X")
    W1, b1 = Tensor(rng.normal(size=(3, 4)), "W1"), Tensor(np.zeros(4), "b1")
    W2, b2 = Tensor(rng.normal(size=(4, 2)), "W2"), Tensor(np.zeros(2), "b2")
    H = autograd.tanh(X @ W1 + b1)
    H.label = "H"
    loss = nn.cross_entropy(H @ W2 + b2, np.array([0, 1, 1, 0]))
    loss.label = "loss"
    loss.backward()
    return loss


def random_tensors(seed):
    """Return a loss of a few random operations on arrays that broadcast, and are summed."""
    rng = np.random.default_rng(seed)
    shapes = [(), (3,), (2, 3), (4, 3), (2, 4, 3), (1, 3), (5, 1), (3, 3)]
    pool = [Tensor(rng.normal(size=shapes[rng.integers(8)]), f"x{i}") for i in range(4)]
    rows = (
        lambda a, b: a + b,
        lambda a, b: a * b,
        lambda a, b: a - b,
        lambda a, b: a / (b * b + 1.0),
        lambda a, b: a @ b,
        lambda a, b: a.tanh() ** 2,
        lambda a, b: a.sum(axis=0),
        lambda a, b: a.mean(axis=-1),
        lambda a, b: autograd.logsumexp(a, axis=0),
        lambda a, b: a.T,
        lambda a, b: a[0],
        lambda a, b: autograd.where(a > b, a, b),
        lambda a, b: nn.sigmoid(a.reshape(-1)),
    )
    for _ in range(30):
        i, j = rng.integers(max(0, len(pool) - 6), len(pool), 2)
        try:
            z = rows[rng.integers(len(rows))](pool[i], pool[j])
        except (ValueError, IndexError, TypeError):  # shapes that do not fit
            continue
        if isinstance(z, Tensor) and z.size < 100 and not z.is_leaf:
            pool.append(z)
    return sum((x.sum() for x in pool[-4:]), start=0.5 * pool[-1].sum())


TWELVE = {
    f.__name__: f
    for f in (
        one_neuron,
        micrograd_readme,
        xor,
        three_four_four_one,
        softmax_cross_entropy,
        batch_norm,
        residual,
        seven_layers,
        attention,
        recurrent,
        diverged,
        tensor_mlp,
    )
}
