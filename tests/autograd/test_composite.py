"""Composites: rows that are made of rows, against the functions that they are written as."""

import inspect
import math
import subprocess
import sys
from itertools import product

import mpmath
import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, Value, algebra, exp, logaddexp, primitives, where
from autograd.generate import array_rule
from autograd.rows import identities, table
from autograd.rows.composite import composite
from autograd.symbol import Symbol


@pytest.fixture
def make():
    """Make a composite that is taken out of the table again."""
    made = []

    def one(body, **facts):
        row = composite(**facts)(body) if facts else composite(body)
        made.append(row)
        return row

    yield one
    for row in made:
        row.remove()


def gate(z):
    """Some text."""
    return z * exp(-logaddexp(0.0, -z))


def leak(z, slope=0.01):
    return where(ag.greater_equal(z, 0.0), z, slope * z)


def test_it_is_one_node(make):
    row = make(gate)
    x = Value(2.0, label="x")
    y = row(x)
    assert y.op is row
    assert y.inputs == (x,)
    y.backward()
    s = 1 / (1 + math.exp(-2))
    assert y.data == pytest.approx(2 * s, rel=1e-15)
    assert x.grad == pytest.approx(s + 2 * s * (1 - s), rel=1e-15)
    assert y.local(0) == x.grad


def test_it_looks_like_the_function(make):
    row = make(gate)
    assert row.__name__ == "gate"
    assert row.__doc__ == "Some text."
    assert inspect.signature(row) == inspect.signature(gate)
    assert primitives()["gate"] is row


def test_the_flat_function_computes_shared_parts_once(make):
    row = make(gate)
    text = inspect.getsource(row.on[Value])
    assert text.count("exp(-x)") == 2  # once in the comment
    assert "t1 = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x)\n        z = x * t1\n" in text


@pytest.mark.parametrize("kind", ["float", "array", "value", "values", "tensor", "list"])
def test_all_kinds_of_operand(make, kind):
    row = make(leak)
    numbers = [-2.0, 0.0, 3.0]
    expected = [-0.02, 0.0, 3.0]
    if kind == "float":
        assert [row(x) for x in numbers] == expected
    elif kind == "value":
        assert [row(Value(x)).data for x in numbers] == expected
    elif kind == "values":
        assert [y.data for y in row(np.array(list(map(Value, numbers))))] == expected
    elif kind == "tensor":
        assert row(Tensor(numbers)).data.tolist() == expected
    else:
        given = np.array(numbers) if kind == "array" else numbers
        assert row(given).tolist() == expected


def test_operands_may_be_left_out_or_named(make):
    row = make(leak)
    assert row(-2.0) == row(-2.0, 0.01) == row(z=-2.0) == row(slope=0.01, z=-2.0) == -0.02
    assert row(-2.0, slope=0.5) == -1.0
    slope = Value(0.5)
    x = Value(-2.0)
    row(x, slope).backward()
    assert (x.grad, slope.grad) == (0.5, -2.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda row: row(), "missing a required argument: 'z'"),
        (lambda row: row(1.0, 2.0, 3.0), "too many"),
        (lambda row: row(1.0, slop=2.0), "unexpected keyword argument 'slop'"),
        (lambda row: row(1.0, z=2.0), "multiple values for argument 'z'"),
    ],
)
def test_wrong_calls_are_told_as_python_tells_them(make, call, message):
    with pytest.raises(TypeError, match=message):
        call(make(leak))


def test_what_cannot_be_a_composite_is_refused(make):
    with pytest.raises(TypeError, match="one for each operand"):
        make(lambda *xs: xs[0])

    def total(x):
        return ag.sum(x) * 2.0

    with pytest.raises(TypeError, match="element by element"):
        make(total)(Value(1.0))


def test_a_row_of_the_users_may_have_its_name(make):
    row = make(gate)
    other = ag.elementwise("gate", lambda x: 2 * x, d=[lambda z, x: 2])
    try:
        x = Value(1.0)
        (row(x) + other(x)).backward()
        s = 1 / (1 + math.exp(-1))
        assert x.grad == pytest.approx(2 + s + s * (1 - s), rel=1e-15)
    finally:
        other.remove()


def test_composites_of_composites_are_made_of_rows_alone(make):
    inner = make(gate)

    def outer(z):
        return inner(z) * inner(z)

    row = make(outer)
    assert not {"gate", "outer"} & set(row.formulas[0].names())
    x = Value(0.5)
    y = row(x)
    y.backward()
    plain = Value(0.5)
    expected = gate(plain) * gate(plain)
    expected.backward()
    assert (y.data, x.grad) == pytest.approx((expected.data, plain.grad), rel=1e-15)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_second_and_third_derivatives(make, kind):
    row = make(gate)
    for number in (-3.0, 0.0, 0.7):
        f = row
        for n in (1, 2, 3):
            f = ag.grad(f)
            with mpmath.workdps(50):
                expected = mpmath.diff(lambda t: t / (1 + mpmath.exp(-t)), number, n)
            found = f(kind(number))
            found = float(getattr(found, "data", found))
            assert found == pytest.approx(float(expected), rel=1e-12, abs=1e-14)


def test_gradcheck_and_forward_mode(make):
    row = make(leak)
    ag.gradcheck(row, np.array([-2.0, 0.5, 3.0]), np.array([0.3, 0.2, 0.1]))
    _, pushed = ag.jvp(row, (np.array([-2.0, 3.0]),), (np.array([1.0, 10.0]),))
    assert pushed.tolist() == [0.01, 10.0]


def test_large_arrays_are_computed_in_place_with_the_same_numbers(make):
    row, two = make(gate), make(leak)
    x = np.random.default_rng(0).normal(size=50_000) * 4
    for f, operands in ((row, [x]), (two, [x, np.linspace(0, 1, x.size)])):
        large, small = [Tensor(a) for a in operands], [Tensor(a[:100]) for a in operands]
        y, few = f(*large), f(*small)
        y.backward(np.cos(x))
        few.backward(np.cos(x)[:100])
        np.testing.assert_array_equal(y.data[:100], few.data)
        for a, b in zip(large, small, strict=True):
            np.testing.assert_allclose(a.grad[:100], b.grad, rtol=1e-15, atol=0)


def test_large_arrays_beside_numbers_and_views():
    """Any operand may be a number, a part of an array or a type of its own."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 300))
    row = nn.losses.huber_error
    for operands in (
        (0.3, x, 0.5),
        (x, 0.3, 0.5),
        (x, x[::-1], 0.5),
        (x.T, x, 0.5),
        (x, x.astype(np.float32), 0.5),
        (x, x[0], 0.5),
        (0.3, 0.2, np.abs(x) + 0.1),
    ):
        nodes = [Tensor(a) for a in operands]
        y, expected = row(*operands), np.vectorize(row)(*operands)
        np.testing.assert_allclose(y, expected, rtol=1e-15)
        z = row(*nodes)
        np.testing.assert_array_equal(z.data, y)
        z.backward(np.ones(z.shape))
        bodies = [Tensor(a) for a in operands]
        row.body(*bodies).backward(np.ones(z.shape))
        for a, b in zip(nodes, bodies, strict=True):
            np.testing.assert_allclose(a.grad, b.grad, rtol=1e-6 if b.dtype == "f4" else 1e-12)


def test_operands_are_never_written_to(make):
    """An in-place rule may only write to arrays of its own, also where a row gives one back."""
    same = ag.elementwise("same_array", lambda x: x, d=[lambda z, x: 1])

    def through(x, y):
        return same(x) * 2.0 + same(y)

    try:
        row = make(through)
        x, y = Tensor(np.full(50_000, 3.0)), Tensor(np.full(50_000, 4.0))
        z = row(x, y)
        z.backward(np.full(50_000, 5.0))
        for array, number in ((x.data, 3), (y.data, 4), (z.data, 10), (x.grad, 10), (y.grad, 5)):
            assert array.min() == array.max() == number
    finally:
        same.remove()


def test_float32_stays_float32(make):
    for size in (10, 100_000):
        x = Tensor(np.linspace(-3, 3, size, dtype=np.float32))
        y = make(gate)(x) if size == 10 else primitives()["gate"](x)
        y.backward(np.ones(size, np.float32))
        assert y.dtype == x.grad.dtype == np.float32


def test_the_text_of_a_large_rule_writes_in_place():
    text = inspect.getsource(array_rule(table.tanh, 0))
    assert "np.square(z, out=out)" in text
    assert "pool.like(like)" in text


# --- the identities that make formulas small -----------------------------------------------

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.3, -2.5, 40.0, -40.0, 700.0, -700.0]


@pytest.mark.parametrize("chapter", ["ALGEBRA", "NUMBERS", "PRODUCTS"])
def test_each_identity_gives_the_same_number(chapter):
    for i, identity in enumerate(getattr(identities, chapter)):
        names = list(inspect.signature(identity).parameters)
        grid = [[0.0, 1.0] if name == "c" else SPECIAL for name in names]
        compared = 0
        for numbers in product(*grid):
            if len(numbers) > 2 and (sum(map(abs, numbers)) * 10) % 3 > 1:
                continue  # a part of them is enough
            try:
                found, instead = identity(*numbers)
            except (ag.DomainError, ZeroDivisionError):
                continue
            # The second form may know digits that the first has lost against a term of 1.
            close = found == pytest.approx(instead, rel=2e-15, abs=3e-16)
            digits = abs(found - instead) <= 2e-13 * abs(instead)  # e^-700: 700 times an ulp
            assert close or digits, (chapter, i, numbers)
            compared += 1
        assert compared


def test_a_wrong_identity_would_be_seen():
    wrong = lambda x: (exp(-logaddexp(0, x)), table.expit(x))
    found, instead = wrong(0.3)
    assert found != pytest.approx(instead, rel=1e-3)


def test_equal_parts_are_one_object():
    made = algebra.Algebra()
    x, y = Symbol("x"), Symbol("y")
    assert made.formula((x + y) * (x + y)).inputs == (made.formula(x + y),)


# --- rows that composites brought ------------------------------------------------------------


def digits(found, expected):
    """How many units in the last place the number is off."""
    if expected == 0:
        return 0.0 if found == 0 else math.inf
    exact = float(expected)
    if exact == 0 or abs(exact) < 1e-290:
        return 0.0 if abs(found - exact) <= 4 * 5e-324 or abs(found / exact - 1) < 1e-11 else 99
    return float(abs(mpmath.mpf(float(found)) - expected) / mpmath.mpf(math.ulp(exact)))


XS = np.unique(
    np.concatenate(
        [np.linspace(-7, 7, 401), np.linspace(-30, 30, 241), 10.0 ** np.arange(-300, 3, 23.0)]
    )
)


@pytest.mark.parametrize(("name", "allowed"), [("erf", 2.5), ("erfc", 4.0)])
def test_erf_to_the_last_digits(name, allowed):
    with mpmath.workdps(50):
        exact = [getattr(mpmath, name)(mpmath.mpf(float(x))) for x in XS]
    found = getattr(table, name)(XS)
    assert max(map(digits, found, exact)) < allowed
    numbers = [getattr(table, name)(float(x)) for x in XS]
    assert max(map(digits, numbers, exact)) < 2


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_erf_at_the_ends(name):
    function = getattr(table, name)
    ends = np.array([np.inf, -np.inf, np.nan, 1e308, -1e308, 0.0, -0.0])
    found = function(ends)
    for x, y in zip(ends, found, strict=True):
        expected = getattr(math, name)(x)
        assert y == expected or (math.isnan(y) and math.isnan(expected))
    assert function(np.float64(0.5)) == pytest.approx(getattr(math, name)(0.5), rel=1e-15)
    assert function(np.ones((3, 2), np.float32)).dtype == np.float32
    assert function(np.ones((2, 20_000))[:, ::2]).shape == (2, 10_000)


def test_the_logistic_function_to_the_last_digits():
    xs = np.array([*np.linspace(-745, 745, 399), *np.linspace(-40, 40, 399), 0.0])
    with mpmath.workdps(50):
        exact = [1 / (1 + mpmath.exp(-mpmath.mpf(float(x)))) for x in xs]
    assert max(map(digits, table.expit(xs), exact)) < 4
    assert max(digits(table.expit(float(x)), e) for x, e in zip(xs, exact, strict=True)) < 4
    ends = np.array([np.inf, -np.inf, np.nan, 1e308, -1e308])
    assert np.array_equal(table.expit(ends), [1, 0, np.nan, 1, 0], equal_nan=True)
    large = np.tile(ends, 20_000)
    assert np.array_equal(table.expit(large)[-5:], [1, 0, np.nan, 1, 0], equal_nan=True)


@pytest.mark.parametrize("size", [1, 1000, 100_000])
def test_logaddexp_at_the_ends(size):
    ends = [np.inf, -np.inf, np.nan, 1e308, -1e308, 0.0, 700.0]
    x, y = np.array(list(product(ends, ends))).T
    x, y = np.tile(x, size // 49 + 1), np.tile(y, size // 49 + 1)
    with np.errstate(invalid="ignore", over="ignore"):
        expected = np.logaddexp(x, y)
    np.testing.assert_allclose(ag.logaddexp(x, y), expected, rtol=3e-16)


def test_the_derivative_of_logaddexp_keeps_its_digits_and_knows_infinity():
    x, y = Value(1e5), Value(1e5 + 1)
    logaddexp(x, y).backward()
    assert x.grad == pytest.approx(1 / (1 + math.e), rel=1e-15)
    x, y = Tensor([np.inf, 0.0]), Tensor([0.0, -np.inf])
    logaddexp(x, y).backward(np.ones(2))
    assert (x.grad.tolist(), y.grad.tolist()) == ([1.0, 1.0], [0.0, 0.0])


@pytest.mark.parametrize(
    "declare", ["elementwise('silu', lambda x: x * x, d=[d])", "composite(silu)"]
)
def test_a_programs_row_keeps_its_name_when_nns_is_imported_after_it(declare):
    code = (
        "from autograd import composite, elementwise, primitives\n"
        "import nn\n"
        "def silu(x): return x * x\n"
        "def d(z, x): return 2.0 * x\n"
        f"mine = {declare}\n"
        "theirs = nn.silu\n"
        "assert primitives()['silu'] is mine and list(primitives()).count('silu') == 1\n"
        "assert mine(3.0) == 9.0 and theirs(0.0) == 0.0\n"
        "mine.remove()\n"
        "assert 'silu' not in primitives()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
