"""Random programs with shared sub-expressions, drawn by hypothesis, against differences.

A program is a list of instructions; each takes earlier results by number, so the same result
is often used many times. Only smooth functions that stay in their domain are drawn, so that
differences are an oracle: central ones for all, complex-step ones (exact to the last digits,
W. Squire and G. Trapp, "Using complex variables to estimate derivatives", 1998) where NumPy
knows the function on complex numbers.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor, Value, backward_steps, gradients, jvp, topological
from autograd.graph import drain

UNARY = {
    "tanh": (ag.tanh, np.tanh),
    "sin": (ag.sin, np.sin),
    "cos": (ag.cos, np.cos),
    "neg": (lambda x: -x, lambda x: -x),
    "exp": (lambda x: ag.exp(ag.sin(x)), lambda x: np.exp(np.sin(x))),
    "log": (lambda x: ag.log(x * x + 1.5), lambda x: np.log(x * x + 1.5)),
    "sqrt": (lambda x: ag.sqrt(x * x + 0.5), lambda x: np.sqrt(x * x + 0.5)),
    "square": (lambda x: ag.tanh(x) ** 2, lambda x: np.tanh(x) ** 2),
    "shift": (lambda x: 0.7 - x, lambda x: 0.7 - x),
    "power": (lambda x: (x * x + 1.0) ** -0.5, lambda x: (x * x + 1.0) ** -0.5),
}
BINARY = {
    "add": (lambda x, y: x + y, lambda x, y: x + y),
    "sub": (lambda x, y: x - y, lambda x, y: x - y),
    "mul": (lambda x, y: ag.tanh(x) * y, lambda x, y: np.tanh(x) * y),
    "div": (lambda x, y: x / (y * y + 1.0), lambda x, y: x / (y * y + 1.0)),
    "logaddexp": (
        lambda x, y: ag.logaddexp(ag.sin(x), ag.cos(y)),
        lambda x, y: np.log(np.exp(np.sin(x)) + np.exp(np.cos(y))),
    ),
    "pow": (
        lambda x, y: (ag.sin(x) + 2.0) ** ag.tanh(y),
        lambda x, y: (np.sin(x) + 2.0) ** np.tanh(y),
    ),
}
INPUTS = 3

unary = st.tuples(st.sampled_from(sorted(UNARY)), st.integers(0, 30))
binary = st.tuples(st.sampled_from(sorted(BINARY)), st.integers(0, 30), st.integers(0, 30))
programs = st.lists(st.one_of(unary, binary), min_size=1, max_size=10)
points = st.lists(st.floats(-2, 2), min_size=INPUTS, max_size=INPUTS)


def run(program, xs, which):
    """Run on nodes (which=0) or on NumPy's numbers, complex ones too (which=1)."""
    results = list(xs)
    for name, *operands in program:
        table = UNARY if len(operands) == 1 else BINARY
        chosen = [results[i % len(results)] for i in operands]
        results.append(table[name][which](*chosen))
    return results[-1] * 0.5 + results[len(results) // 2] + xs[0] * 0.1


def complex_step(program, point):
    h = 1e-30
    slopes = []
    for i in range(INPUTS):
        moved = np.array(point, dtype=complex)
        moved[i] += h * 1j
        slopes.append(run(program, list(moved), 1).imag / h)
    return slopes


@settings(max_examples=80, deadline=None, derandomize=True)
@given(programs, points)
def test_values_against_the_complex_step(program, point):
    xs = list(map(Value, point))
    y = run(program, xs, 0)
    assert y.item() == pytest.approx(run(program, np.array(point), 1), rel=1e-12, abs=1e-12)
    assert gradients(y, xs) == pytest.approx(complex_step(program, point), rel=1e-9, abs=1e-10)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(programs, points)
def test_tensors_against_the_complex_step(program, point):
    """Each element of an array is a point of its own; the inputs broadcast."""
    xs = [Tensor([point[0]]), Tensor(np.full((2, 1), point[1])), Tensor(point[2])]
    y = run(program, xs, 0)
    total = ag.sum(ag.broadcast_to(y, (2, 3)) * np.arange(6.0).reshape(2, 3))
    weight = 15.0
    found = [g.sum() / weight for g in gradients(total, xs)]
    assert found == pytest.approx(complex_step(program, point), rel=1e-9, abs=1e-10)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(programs, points)
def test_second_order_against_differences(program, point):
    assert ag.gradcheck(lambda *xs: run(program, xs, 0), *point, order=2)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(programs, points, st.sampled_from([float, np.array]))
def test_forward_mode_equals_reverse(program, point, kind):
    f = lambda *xs: run(program, xs, 0)
    primals = list(map(kind, point))
    for i in range(INPUTS):
        tangents = [kind(float(i == j)) for j in range(INPUTS)]
        _, tangent = jvp(f, primals, tangents)
        assert float(tangent) == pytest.approx(float(ag.grad(f, i)(*primals)), rel=1e-9, abs=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(programs, points, st.sampled_from([Value, Tensor]))
def test_the_contributions_of_the_steps_sum_to_the_gradients(program, point, kind):
    xs = list(map(kind, point))
    y = run(program, xs, 0)
    received = {y: 1.0}
    for step in backward_steps(y):
        assert float(step.upstream) == pytest.approx(float(received[step.node]), rel=1e-12)
        for edge in step.edges:
            before = received.get(edge.input, 0.0)
            received[edge.input] = before + float(edge.contribution)
            assert float(edge.total) == pytest.approx(received[edge.input], rel=1e-12)
            if edge.local is not None:
                assert float(edge.contribution) == pytest.approx(
                    float(step.upstream) * float(edge.local), rel=1e-12, abs=1e-300
                )
    for x in topological(y):
        assert float(x.grad) == pytest.approx(float(received.get(x, 0.0)), rel=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(programs, points)
def test_the_quick_walk_of_values_gives_the_sums_of_the_plain_one(program, point):
    """Bit for bit: it is the same arithmetic in the same order."""
    xs = list(map(Value, point))
    y = run(program, xs, 0)
    y = ag.dot([y, xs[0]], [xs[1], y], bias=ag.sum([y, xs[2], 1.0]))
    order = topological(y)
    plain = {y: 1.0}
    drain(order, plain)
    assert y.quick_pass(1.0, order) == [plain.get(x) for x in order]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(programs, points)
def test_values_and_tensors_record_the_same_graph(program, point):
    y, t = (run(program, list(map(kind, point)), 0) for kind in (Value, Tensor))
    assert [getattr(node.op, "name", None) for node in topological(y)] == [
        getattr(node.op, "name", None) for node in topological(t)
    ]
