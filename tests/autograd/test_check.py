"""The checker must fail on wrong rules: here they are planted, and taken out again."""

import math

import numpy as np
import pytest

import autograd
from autograd import (
    GradcheckError,
    Tensor,
    Value,
    elementwise,
    gradcheck,
    gradient_report,
    primitives,
    structural,
)


@pytest.fixture
def plant():
    """Declare wrong rows for one test."""
    rows = []

    def declare(*args, kind=elementwise, **row):
        rows.append(kind(*args, **row))
        return rows[-1]

    yield declare
    for op in rows:
        op.remove()
        assert op.name not in primitives()


def fails(f, *inputs, order=1):
    with pytest.raises(GradcheckError) as caught:
        gradcheck(f, *inputs, order=order)
    return str(caught.value)


ON_BOTH = [pytest.param(0.7, id="value"), pytest.param(np.array([0.7, -0.4]), id="tensor")]


@pytest.mark.parametrize("x", ON_BOTH)
@pytest.mark.parametrize("factor", [2.0, 1.001, -1.0, 0.0, 1.0001])
def test_a_factor(plant, x, factor):
    wrong = plant("planted_factor", lambda x: x * x * x, d=[lambda z, x: factor * 3 * x * x])
    assert "WRONG" in fails(wrong, x)


@pytest.mark.parametrize("x", ON_BOTH)
def test_swapped_operands(plant, x):
    wrong = plant(
        "planted_swap", lambda x, y: x * y, d=[lambda z, x, y: x, lambda z, x, y: y], infix=""
    )
    fails(wrong, x, x + 1.0)


def test_a_lost_sign_of_the_second_operand(plant):
    wrong = plant("planted_sign", lambda x, y: x - y, d=[lambda z, x, y: 1, lambda z, x, y: 1])
    text = fails(wrong, Value(1.0, label="left"), Value(2.0, label="right"))
    assert "the worst is right" in text
    assert "1 of 2 elements disagree" in text


def test_a_lost_broadcast(plant):
    """A vjp that takes the gradient of one copy, where the copies' should be summed."""
    wrong = plant(
        "planted_broadcast",
        lambda x: np.broadcast_to(x, (3, x.shape[0])),
        vjp=[lambda g, z, x: g[0]],
        kind=structural,
    )
    fails(lambda x: (wrong(x) * np.arange(6.0).reshape(3, 2)).sum(), np.array([1.0, 2.0]))


def test_a_wrong_transpose(plant):
    wrong = plant(
        "planted_transpose",
        lambda x: np.transpose(x),
        vjp=[lambda g, z, x: autograd.reshape(g, x.shape)],
        kind=structural,
    )
    fails(wrong, np.arange(6.0).reshape(2, 3))


@pytest.mark.parametrize("x", ON_BOTH)
def test_a_wrong_second_derivative_under_a_right_first_one(plant, x):
    """The number of ∂z/∂x is right; the formula it is written by is not: sin² + cos² for 1."""
    hidden = plant("planted_one", lambda x: x * 0.0 + 1.0, d=[lambda z, x: 0.1])
    wrong = plant("planted_second", lambda x: x * x, d=[lambda z, x: 2 * x * hidden(x)])
    assert gradcheck(wrong, x, order=1)
    fails(wrong, x, order=2)


def test_a_wrong_mixed_second_derivative(plant):
    """Errors that cancel when all directions weigh the same must be seen too."""
    up = plant("planted_up", lambda x: x * 0.0 + 1.0, d=[lambda z, x: 0.1])
    down = plant("planted_down", lambda x: x * 0.0 + 1.0, d=[lambda z, x: -0.1])
    wrong = plant(
        "planted_mixed",
        lambda x, y: x + y,
        d=[lambda z, x, y: up(x) * down(y), lambda z, x, y: down(x) * up(y)],
    )
    assert gradcheck(wrong, 1.0, 1.0)
    fails(wrong, 1.0, 1.0, order=2)


def test_a_detached_path():
    fails(lambda x: x * x.detach(), 2.0)


def test_a_missing_gradient(plant):
    wrong = plant("planted_none", lambda x: x * x, d=[None])
    fails(wrong, 2.0)


def test_a_rule_that_gives_nan(plant):
    wrong = plant("planted_nan", lambda x: x * x, d=[lambda z, x: x * math.nan])
    text = fails(wrong, 2.0)
    assert "nan" in text


def test_planted_rows_are_gone():
    assert not [name for name in primitives() if name.startswith("planted")]


# --- what it says ---------------------------------------------------------------------------


def test_a_right_gradient_returns_true():
    assert gradcheck(lambda x, w: (x @ w).tanh(), np.ones((2, 3)) * 0.1, np.ones((3, 1))) is True


def test_the_error_is_a_table_that_names_the_worst(plant):
    wrong = plant("planted_table", lambda x: x * x, d=[lambda z, x: 2 * x + autograd.greater(x, 1)])
    text = fails(wrong, Tensor([0.5, 3.0], label="w"))
    for word in ("analytic", "numeric", "error", "w[0]", "w[1]", "the worst is w[1]", "7", "6"):
        assert word in text
    ok, wrong_row = text.splitlines()[2:4]
    assert "ok" in ok
    assert "WRONG" in wrong_row


def test_the_report_is_to_be_had_without_raising(plant):
    wrong = plant("planted_report", lambda x: x * x, d=[lambda z, x: x])
    report = gradient_report(wrong, 3.0)
    assert not report.ok
    assert report.worst.analytic == 3.0
    assert report.worst.numeric == pytest.approx(6.0)
    assert report.worst.error == pytest.approx(3.0)


def test_a_kink_is_named_with_both_slopes():
    report = gradient_report(autograd.relu, 0.0)
    assert report.ok
    (row,) = report.rows
    assert row.kink == pytest.approx((0.0, 1.0), abs=1e-9)
    assert "kink" in str(report)


def test_a_jump_is_named_and_no_false_alarm():
    report = gradient_report(autograd.sign, np.array([0.0, 1.0]))
    assert report.ok
    assert [row.jumps for row in report.rows] == [True, False]
    assert "jump" in str(report)


def test_a_wrong_slope_at_a_kink_still_fails(plant):
    wrong = plant(
        "planted_kink", scalar=abs, array=np.abs, d=[lambda z, x: 2 * autograd.sign(x) + 3]
    )
    fails(wrong, 0.0)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (autograd.exp, 20.0),
        (autograd.exp, -30.0),
        (autograd.log, 1e-6),
        (autograd.sqrt, 1e-4),
        (lambda x: x * 1e9 + 1e12, 3.0),
        (lambda x: x * 1e-6, 1e6),
        (lambda x: autograd.sin(50 * x), 0.3),
        (lambda x: autograd.tanh(x), 12.0),
        (lambda x: x**3, 1e5),
    ],
)
def test_no_false_alarm_where_steps_are_hard_to_choose(f, x):
    assert gradcheck(f, x, order=2)


def test_the_edge_of_a_domain_is_named():
    report = gradient_report(autograd.sqrt, 0.0)
    assert not report.ok
    assert "not defined on both sides" in str(report)


def test_inputs_of_several_kinds():
    values = np.array([Value(1.0), Value(2.0)])
    assert gradcheck(lambda v: autograd.sum(v * v), values, order=2)
    assert gradcheck(lambda a, b: (a * b).sum(), Tensor([1.0, 2.0]), np.array([3.0, 4.0]))
    assert gradcheck(lambda a, b: a * b, 2, Value(3.0))
    assert gradcheck(lambda x: x.sum(), np.float32([1.0, 2.0]))
    assert gradcheck(lambda x: x.sum(), np.zeros((0, 2)))


def test_results_of_several_elements_are_checked_elementwise(plant):
    """A sum alone would not see that contributions are exchanged."""
    wrong = plant(
        "planted_order",
        lambda x: x[::-1] * np.array([1.0, 2.0]),
        vjp=[lambda g, z, x: g * np.array([2.0, 1.0])],
        kind=structural,
    )
    fails(wrong, np.array([1.0, 2.0]))


def test_the_inputs_are_left_as_they_were():
    x = Tensor([1.0, 2.0])
    gradcheck(lambda t: (t * t).sum(), x, order=2)
    assert np.array_equal(x.data, [1.0, 2.0])
    assert not x.has_grad


def test_an_order_it_does_not_know():
    with pytest.raises(ValueError, match="order 1 and 2, not 3"):
        gradcheck(lambda x: x, 1.0, order=3)


def test_a_function_that_draws_random_numbers_is_told_that_two_calls_differ():
    rng = np.random.default_rng(0)
    with pytest.raises(GradcheckError, match=r"two calls of the function .* differ: .* random"):
        gradcheck(lambda x: x * rng.normal(), 2.0)
    with pytest.raises(GradcheckError, match="two calls"):
        gradcheck(lambda x: (x * rng.normal(size=3)).sum(), np.ones(3))
    assert gradcheck(lambda x: x * np.random.default_rng(0).normal(), 2.0)


def test_structures_of_parameters_as_for_grad():
    parameters = {"w": np.array([0.5, -1.0]), "layers": [(2.0, "tanh"), {"b": 0.3}]}

    def model(p, x, b):
        (scale, name), _ = p["layers"]
        return (getattr(autograd, name)(p["w"] * x) ** 2).sum() * scale * b

    assert gradcheck(lambda p, x: model(p, x, p["layers"][1]["b"]), parameters, 0.7, order=2)
    with pytest.raises(GradcheckError, match="1 of 5 elements disagree; the worst is input 2:"):
        gradcheck(lambda p, x: model(p, x, p["layers"][1]["b"].item()), parameters, 0.7)
