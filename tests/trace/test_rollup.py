"""Scalars are rolled up: a layer of neurons is found to be a matrix product."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, dot
from autograd.tracing import trace


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def neurons(rng, inputs, outputs):
    """Weights neuron by neuron, each with its bias, as micrograd keeps them."""
    return [
        ([Value(e) for e in rng.normal(size=inputs)], Value(rng.normal())) for _ in range(outputs)
    ]


def parameters(*layers):
    return [p for layer in layers for w, b in layer for p in [*w, b]]


def by_loops(layer, x):
    found = []
    for weights, bias in layer:
        total = bias
        for w, e in zip(weights, x, strict=True):
            total = total + w * e
        found.append(total)
    return found


def by_sum(layer, x):
    return [sum((w * e for w, e in zip(ws, x, strict=True)), b) for ws, b in layer]


def by_sum_of_list(layer, x):
    return [ag.sum([e * w for w, e in zip(ws, x, strict=True)]) + b for ws, b in layer]


def by_dot(layer, x):
    return [dot(np.array(ws), np.array(list(x)), b) for ws, b in layer]


def products(step):
    return [line for line in step.tape if " matmul(" in line]


def forward_products(step):
    source = step.source.split("# backward")[0]
    lines = [line for line in source.splitlines() if " @ " in line]
    return [line for line in lines if not re.search(r"(\w+) @ \1$", line)]  # a sum of squares


def check(f, parameters, *args):
    step = trace(f)
    for _ in range(2):
        for p in parameters:
            p.zero_grad()
        loss = step(*args)
        loss.backward()
    got = [p.grad for p in parameters]
    for p in parameters:
        p.zero_grad()
    eager = f(*args)
    eager.backward()
    assert loss.data == pytest.approx(eager.data, rel=1e-12)
    np.testing.assert_allclose(got, [p.grad for p in parameters], rtol=1e-9, atol=1e-13)
    return step


@pytest.mark.parametrize("layer", [by_loops, by_sum, by_sum_of_list, by_dot])
def test_a_network_written_neuron_by_neuron_is_two_matrix_products(rng, layer):
    first, second = neurons(rng, 3, 4), neurons(rng, 4, 2)

    def loss(X, Y):
        total = 0.0
        for x, y in zip(X, Y, strict=True):
            out = layer(second, [h.tanh() for h in layer(first, x)])
            total = total + sum((o - t) ** 2 for o, t in zip(out, y, strict=True))
        return total / len(X)

    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    step = check(loss, parameters(first, second), X, Y)
    assert len(forward_products(step)) == 2
    assert "X @ W1" in step.source
    assert "@ W2" in step.source


def test_arrays_of_values_are_matrix_products(rng):
    W1 = np.array([[Value(e) for e in row] for row in rng.normal(size=(3, 4))])
    b1 = np.array([Value(0.1) for _ in range(4)])
    W2 = np.array([[Value(e) for e in row] for row in rng.normal(size=(4, 2))])

    def loss(X):
        return (ag.tanh(X @ W1 + b1) @ W2).mean()

    step = check(loss, [*W1.flat, *b1, *W2.flat], rng.normal(size=(5, 3)))
    assert len(forward_products(step)) == 2


def test_the_arrays_are_named_after_what_they_are(rng):
    w = np.array([Value(e, "w") for e in rng.normal(size=3)])
    step = check(lambda x: ag.tanh(dot(w, x)), list(w), rng.normal(size=3))
    assert "def value_and_grad(x, w)" in step.source


def test_a_weight_that_is_shared_makes_no_plain_matrix(rng):
    layer = neurons(rng, 3, 4)
    layer[1][0][2] = layer[0][0][1]

    def loss(X):
        return sum(h.tanh() for x in X for h in by_loops(layer, x))

    step = check(loss, list(dict.fromkeys(parameters(layer))), rng.normal(size=(5, 3)))
    assert not any("X @ " in line for line in forward_products(step))


def test_a_sum_that_lacks_one_term_makes_no_matrix(rng):
    layer = neurons(rng, 3, 4)

    def loss(X):
        total = 0.0
        for i, x in enumerate(X):
            for j, (ws, b) in enumerate(layer):
                n = 2 if (i, j) == (2, 1) else 3
                total = total + (sum((w * e for w, e in zip(ws[:n], x[:n], strict=True)), b)).tanh()
        return total

    step = check(loss, parameters(layer), rng.normal(size=(5, 3)))
    assert not any("X @ " in line for line in forward_products(step))


def test_two_networks_side_by_side_are_two_products(rng):
    one, two = neurons(rng, 3, 4), neurons(rng, 3, 4)

    def loss(X, Z):
        return sum(h.tanh() for x in X for h in by_sum(one, x)) + sum(
            h.tanh() for z in Z for h in by_sum(two, z)
        )

    step = check(loss, parameters(one, two), rng.normal(size=(5, 3)), rng.normal(size=(6, 3)))
    assert len(forward_products(step)) == 2


def test_a_convolution_is_one_matrix_product_of_its_windows(rng):
    kernel = [Value(e) for e in rng.normal(size=3)]

    def loss(x):
        out = [sum(k * e for k, e in zip(kernel, x[i : i + 3], strict=True)) for i in range(8)]
        return sum(o.tanh() for o in out)

    step = check(loss, kernel, list(rng.normal(size=10)))
    assert len(forward_products(step)) == 1


def test_a_chain_of_additions_is_one_sum(rng):
    xs = [Value(e) for e in rng.normal(size=100)]

    def total():
        result = Value(0.0)
        for x in xs:
            result = result + x
        return result

    step = check(total, xs)
    assert len([line for line in step.tape if "sum(" in line]) == 1


def test_a_sum_of_products_is_a_dot_product(rng):
    a, b = ([Value(e) for e in rng.normal(size=50)] for _ in range(2))
    step = check(lambda: sum(x * y for x, y in zip(a, b, strict=True)), [*a, *b])
    assert len(forward_products(step)) == 1
    assert len(step.source.splitlines()) < 12


def test_softmax_row_by_row(rng):
    W = [[Value(e) for e in row] for row in rng.normal(size=(3, 2))]

    def loss(X, Y):
        total = 0.0
        for x, y in zip(X, Y, strict=True):
            scores = [sum(w * e for w, e in zip(ws, x, strict=True)) for ws in W]
            exps = [ag.exp(s) for s in scores]
            total = total - sum(t * ag.log(e / sum(exps)) for e, t in zip(exps, y, strict=True))
        return total / len(X)

    Y = np.eye(3)[[0, 2, 1, 1, 0]]
    step = check(loss, [w for ws in W for w in ws], rng.normal(size=(5, 2)), Y)
    assert len(forward_products(step)) >= 1
    assert "index" not in step.source
    assert len(step.source.splitlines()) < 50


def test_pairs_that_all_meet_are_laid_out_as_a_table(rng):
    a, b = [Value(e) for e in rng.normal(size=4)], [Value(e) for e in rng.normal(size=3)]
    step = check(lambda: sum(ag.tanh(x - y) for x in a for y in b), [*a, *b])
    assert "index" not in step.source


def test_comparisons_are_numbers_also_where_they_are_added(rng):
    xs = [Value(e) for e in (-1.0, 0.5, 2.0)]

    def count(limit):
        return sum(ag.greater(x, limit) for x in xs) + 0.0 * xs[0]

    step = trace(count)
    assert step(0.0).data == 2.0
    assert step(-5.0).data == 3.0


def test_many_programs_of_the_same_shape_of_numbers():
    w = Value(2.0, "w")
    step = check(lambda x: ag.where(ag.greater(x, 0.0), w * x, w * w * x), [w], -3.0)
    assert step(-3.0).data == -12.0
    assert step(3.0).data == 6.0


def test_recurrent_steps_share_their_weights(rng):
    w, u = Value(0.5), Value(-0.3)

    def loss(xs):
        h = 0.0
        for x in xs:
            h = ag.tanh(w * x + u * h)
        return h

    check(loss, [w, u], list(rng.normal(size=12)))


def test_reductions_of_values(rng):
    xs = np.array([[Value(e) for e in row] for row in rng.normal(size=(4, 3))])
    for f in (ag.mean, ag.max, ag.min, ag.logsumexp, ag.norm, ag.prod):
        check(lambda f=f: ag.sum(f(xs, axis=1)) + f(xs), list(xs.flat))
    Tensor([1.0])
