"""Constants of narrow types beside wider nodes: what a rule computes of them must not overflow.

In uint8 200 × 200 is 64, in float16 300 × 300 is infinite, and NumPy's bools cannot be negated.
The oracle is the same constant as float64.
"""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, trace
from autograd.rows.elementwise import Elementwise
from autograd.rows.registry import primitives

CONSTANTS = {
    "bool": np.array([True, False, True]),
    "uint8": np.array([200, 3, 1], np.uint8),
    "int8": np.array([100, 3, 2], np.int8),
    "int16": np.array([300, 7, 2], np.int16),
    "uint64": np.array([3, 2, 5], np.uint64),
    "float16": np.array([300.0, 2.0, 0.5], np.float16),
    "float32": np.array([3.0, 2.5, 0.1], np.float32),
    "one int8": np.int8(100),
    "one uint8": np.uint8(200),
    "one bool": np.True_,
    "one float16": np.float16(300),
    "no axes": np.array(100, np.int8),
}
ROWS = [
    name
    for name, op in primitives().items()
    if isinstance(op, Elementwise) and op.arity == 2 and not op.truth
]
X = np.array([0.3, 0.7, 1.6])
WEIGHTS = np.array([1.0, 2.0, 3.0])


def slope(f):
    x = Tensor(X)
    ag.sum(f(x) * WEIGHTS).backward()
    return x.grad


@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_two_operands(name):
    row = primitives()[name]
    functions = {}
    for label, c in CONSTANTS.items():
        wide = np.asarray(c, float)
        functions[f"{label} on the right"] = (lambda x, c=c: row(x, c)), lambda x, c=wide: row(x, c)
        functions[f"{label} on the left"] = (lambda x, c=c: row(c, x)), lambda x, c=wide: row(c, x)

    def together(*xs):  # one recording of all, each with an operand and so a gradient of its own
        pairs = zip(xs, functions.values(), strict=True)
        return ag.sum(ag.stack([f(x) for x, (f, _) in pairs]) * WEIGHTS)

    with np.errstate(all="ignore"):
        expected = {label: slope(right) for label, (_, right) in functions.items()}
        for label, (f, _) in functions.items():
            np.testing.assert_array_equal(slope(f), expected[label], err_msg=label)
        _, replayed = trace(together).value_and_grad(*[X] * len(functions))
        for (label, right), found in zip(expected.items(), replayed, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-12, err_msg=label)


def test_gradients_keep_the_type_of_their_node():
    x = Tensor(np.array([1.0, 2.0], np.float32))
    (np.array([1.0, 2.0]) / x).sum().backward()
    assert x.grad.dtype == np.float32


def test_a_mask_stays_a_mask():
    mask = np.array([True, False, True])
    y = ag.where(mask, Tensor(X), 0.0)
    assert y.inputs[0].dtype == bool
