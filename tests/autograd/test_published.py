"""Programs and numbers that others have published, and one worked by hand."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value

# micrograd's README and tests (Andrej Karpathy, https://github.com/karpathy/micrograd, MIT
# licence). The programs are his, word for word, but for the line that imports Value.

README = """
a = Value(-4.0)
b = Value(2.0)
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
g.backward()
"""

SANITY_CHECK = """
x = Value(-4.0)
z = 2 * x + 2 + x
q = z.relu() + z * x
h = (z * z).relu()
y = h + q + q * x
y.backward()
"""


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_micrograd_readme(kind):
    names = {"Value": kind}
    exec(README, names)
    assert names["g"].item() == pytest.approx(24.70408163265306, rel=1e-15)
    assert names["a"].grad == pytest.approx(138.83381924198252, rel=1e-15)
    assert names["b"].grad == pytest.approx(645.5772594752186, rel=1e-15)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_micrograd_sanity_check(kind):
    names = {"Value": kind}
    exec(SANITY_CHECK, names)
    assert names["y"].item() == -20.0
    assert names["x"].grad == 46.0


# The two-layer network of the issue: x → sigmoid(w1·x + b1) → sigmoid(w2·h + b2) → (ŷ − 1)².
X, W1, B1 = [0.5, -1.0], [[0.1, 0.2], [-0.3, 0.4]], [0.0, 0.1]
W2, B2, Y = [0.7, -0.5], 0.2, 1.0
LOSS = 0.1751046425300777
GRADIENTS = {
    "w2": [-0.09420816426559084, -0.07929816188410747],
    "b2": -0.20366243545392526,
    "w1": [
        [-0.01772059770298126, 0.03544119540596252],
        [0.012105642206623194, -0.024211284413246388],
    ],
}


def sigmoid(z):
    return autograd.exp(-autograd.logaddexp(0.0, -z))


def network(x, w1, b1, w2, b2):
    hidden = sigmoid(autograd.matmul(w1, x) + b1)
    return (sigmoid(autograd.dot(w2, hidden) + b2) - Y) ** 2


def check(loss, w1, w2, b2):
    assert loss.item() == pytest.approx(LOSS, abs=1e-12)
    loss.backward()
    for name, found in [("w1", w1), ("w2", w2), ("b2", b2)]:
        np.testing.assert_allclose(found(), GRADIENTS[name], rtol=0, atol=1e-12)


def test_two_layers_on_tensors():
    w1, b1, w2, b2 = map(Tensor, (W1, B1, W2, B2))
    check(network(np.array(X), w1, b1, w2, b2), lambda: w1.grad, lambda: w2.grad, lambda: b2.grad)


def test_two_layers_on_arrays_of_values():
    w1, b1, w2 = (np.frompyfunc(Value, 1, 1)(np.array(a)) for a in (W1, B1, W2))
    b2 = Value(B2)

    def grads(array):
        return lambda: np.frompyfunc(lambda v: v.grad, 1, 1)(array).astype(float)

    check(network(np.array(X), w1, b1, w2, b2), grads(w1), grads(w2), lambda: b2.grad)


def test_two_layers_value_by_value():
    """As a first lesson writes it, with the textbook sigmoid."""
    w1, w2 = [[Value(w) for w in row] for row in W1], [Value(w) for w in W2]
    b1, b2 = [Value(b) for b in B1], Value(B2)
    hidden = [1 / (1 + (-(w1[i][0] * X[0] + w1[i][1] * X[1] + b1[i])).exp()) for i in range(2)]
    guess = 1 / (1 + (-(w2[0] * hidden[0] + w2[1] * hidden[1] + b2)).exp())
    loss = (guess - Y) ** 2
    check(
        loss,
        lambda: [[w.grad for w in row] for row in w1],
        lambda: [w.grad for w in w2],
        lambda: b2.grad,
    )
