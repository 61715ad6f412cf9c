"""Make the pictures that the README shows: `python docs/pictures.py`.

Each is written to `docs/images/`. They are drawn by the package itself, so they show what it
draws now.
"""

from pathlib import Path

import numpy as np

import nn
import viz
from autograd import Value, exp, scope, tanh

IMAGES = Path(__file__).parent / "images"


def expression() -> viz.Drawing:
    """The smallest graph with a product, a sum and a square, after `backward`."""
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    loss = (a * b + 10.0) ** 2
    loss.backward()
    return viz.draw(loss)


def before_backward() -> viz.Drawing:
    """The same, before: every gradient is not computed yet."""
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    loss = (a * b + 10.0) ** 2
    return viz.draw(loss)


def _neuron() -> Value:
    w = [Value(0.5), Value(-1.0)]
    x = [Value(2.0), Value(1.5)]
    b = Value(0.25)
    z = w[0] * x[0] + w[1] * x[1] + b
    with scope("sigmoid"):
        y = 1.0 / (1.0 + exp(-z))
    names = {w[0]: "w1", w[1]: "w2", x[0]: "x1", x[1]: "x2", b: "b", z: "z", y: "y"}
    for node, name in names.items():
        node.label = name
    y.backward()
    return y


def neuron() -> viz.Drawing:
    """A neuron with its sigmoid taken apart."""
    return viz.draw(_neuron())


def neuron_folded() -> viz.Drawing:
    """The same neuron, with the sigmoid as one box."""
    return viz.draw(_neuron(), fold=["sigmoid"])


def network(depth: int | None = None) -> viz.Drawing:
    """A two-layer network of tensors: boxes for its layers, gradients for its parameters."""
    model = nn.MLP(2, [4], 1, activation="tanh", rng=0)
    X = np.random.default_rng(0).normal(size=(8, 2))
    y = (X[:, :1] > 0).astype(float)
    loss = nn.mse_loss(model(X), y)
    loss.backward()
    return viz.draw(loss, depth=depth)


def network_closed() -> viz.Drawing:
    """The same network, one box for each layer."""
    return network(depth=1)


def shared() -> viz.Drawing:
    """`a` is used three times, and its gradient is the sum of three contributions."""
    a = Value(3.0, label="a")
    b = tanh(a * 0.25)
    c = a * b + a
    c.backward()
    return viz.draw(c)


PICTURES = [
    expression,
    before_backward,
    neuron,
    neuron_folded,
    network,
    network_closed,
    shared,
]


def main() -> None:
    """Draw all of them."""
    IMAGES.mkdir(exist_ok=True)
    for picture in PICTURES:
        picture().save(IMAGES / f"{picture.__name__}.svg")


if __name__ == "__main__":
    main()
