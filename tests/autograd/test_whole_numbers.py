"""`//`, `divmod`, `round`, `int`, `&` on nodes: they work as in NumPy, or say why not."""

import math
import operator
import statistics
import warnings

import numpy as np
import pytest

import autograd as ag
from autograd import GradientLostWarning, Tensor, TraceError, Value, grad, trace

STEPS = {
    "x // c": lambda x: x // 2,
    "c // x": lambda x: 7 // x,
    "divmod": lambda x: divmod(x, 2)[0],
    "divmod of a number": lambda x: divmod(7, x)[0],
    "round": round,
    "round to a place": lambda x: round(x, 1),
}
ON_ARRAYS = {
    "np.floor": np.floor,
    "np.ceil": np.ceil,
    "np.trunc": np.trunc,
    "np.fix": np.fix,
    "np.floor_divide": lambda x: np.floor_divide(x, 0.7),
    "np.degrees": np.degrees,
    "np.deg2rad": np.deg2rad,
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("number", [3.74, -1.26, np.float64(2.5)])
def test_steps_are_nodes_without_a_slope(name, number):
    f = STEPS[name]
    expected = float(np.float64(f(number)))
    for node in (Value(number), Tensor(number), Tensor([number]), Tensor(np.float32([number]))):
        result = f(node)
        assert type(result) is type(node)
        assert result.item() == pytest.approx(expected)
        assert result.shape == node.shape
    assert grad(lambda x: f(x) * x)(number) == pytest.approx(expected)
    assert trace(f)(number) == pytest.approx(expected)


@pytest.mark.parametrize("x", [[7.0, -7.0, 0.5], [math.inf, -1.0, 1.0], []])
@pytest.mark.parametrize("y", [2.0, -0.3, 0.0, math.inf])
def test_quotients_of_arrays_are_numpys(x, y):
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal((Tensor(x) // y).data, np.array(x) // y)
        for ours, numpys in zip(np.divmod(Tensor(x), y), np.divmod(np.array(x), y), strict=True):
            np.testing.assert_array_equal(ours.data, numpys)


@pytest.mark.parametrize("name", ON_ARRAYS)
def test_arrays_of_values_keep_their_history(name):
    numbers = np.array([1.3, -2.7])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "numpy.fix is deprecated")  # since NumPy 2.5
        got = ON_ARRAYS[name](np.array([Value(x) for x in numbers]))
        expected = ON_ARRAYS[name](numbers)
    assert all(isinstance(e, Value) for e in got)
    np.testing.assert_allclose([e.data for e in got], expected)


def test_math_rounds_to_nodes_and_int_to_a_plain_number():
    v = Value(2.7)
    assert [f(v).data for f in (math.floor, math.ceil, math.trunc)] == [2.0, 3.0, 2.0]
    for node in (v, Tensor(2.7)):
        with pytest.warns(GradientLostWarning):
            assert int(node) == 2
        with pytest.raises(TypeError, match=r"is not a position; use an int"):
            operator.index(node)
        with pytest.raises(TypeError, match=r"is not a position; use an int"):
            range(node)
    with pytest.raises(TraceError, match=r"a bound or position \(int\)"):
        trace(lambda x: x * int(x))(Value(2.7))
    with pytest.raises(ag.DomainError, match="a divisor other than 0"):
        v // 0


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x & 1,
        lambda x: 1 | x,
        lambda x: x ^ x,
        lambda x: x << 1,
        lambda x: 1 >> x,
        operator.invert,
    ],
)
@pytest.mark.parametrize("node", [Value(3.0, label="v"), Tensor(3.0), Tensor([3.0, 1.0])])
def test_bits_are_refused_with_the_way_out(f, node):
    with pytest.raises(
        TypeError, match=r"of .*(Value 'v'|Tensor|int = 1).*: a real number has no bits"
    ):
        f(node)


def test_the_matrix_product_of_numbers_is_refused():
    with pytest.raises(TypeError, match="multiply numbers with"):
        Value(1.0) @ Value(2.0)


MASKS = {
    "&": lambda x: (x > 0) & (x < 2),
    "|": lambda x: (x < 0) | (x > 2),
    "^": lambda x: (x > 0) ^ (x > 2),
    "~": lambda x: ~(x > 0),
    "& of an array": lambda x: np.array([True, False, True, True]) & (x > 0),
    "logical_and": lambda x: np.logical_and(x > 0, x - 1),
    "logical_or": lambda x: np.logical_or(x < 0, 0.0),
    "logical_xor": lambda x: np.logical_xor(x, x > 1),
    "logical_not": np.logical_not,
    "bitwise_or": lambda x: np.bitwise_or(x > 1, x < 0),
}


@pytest.mark.parametrize("name", MASKS)
def test_truths_are_joined_as_numpys(name):
    mask, x = MASKS[name], np.array([-1.0, 0.0, 1.0, 3.0])

    def f(x):
        return (x * x * mask(x)).sum()

    assert mask(Tensor(x)).dtype == bool
    np.testing.assert_array_equal(mask(Tensor(x)).data, mask(x))
    np.testing.assert_array_equal(grad(f)(x), 2 * x * mask(x))
    traced = trace(f)
    for at in (x, x[::-1].copy()):
        np.testing.assert_array_equal(traced.value_and_grad(at)[1], 2 * at * mask(at))


def test_formatting_does_not_warn_and_the_users_line_is_named():
    v = Value(2.0) * 1.5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "%.2f %s" % (v, 1) == "3.00 1"  # noqa: UP031 - it is what is tried
        assert b"%.1f" % v == b"3.0"
    with pytest.warns(
        GradientLostWarning, match=r"in test_whole_numbers\.py:\d+: statistics\.fmean"
    ):
        statistics.fmean([v, v])
    with pytest.warns(GradientLostWarning):
        assert math.exp(v) % 2


@pytest.mark.parametrize(
    "part",
    [
        lambda b: b[-2:],
        lambda b: b.ravel(),
        np.flip,
        lambda b: np.split(b, 3)[0],
        lambda b: b[None].squeeze(),
        lambda b: b.T[1:],
    ],
)
def test_a_part_taken_after_the_pass_says_why_its_gradient_is_0(part):
    b = Tensor([1.0, 2.0, 3.0])
    (b * b).sum().backward()
    with pytest.warns(GradientLostWarning, match="was in no backward pass"):
        part(b).grad  # noqa: B018 - the warning is the test


NARROW = {
    "nanmean": np.nanmean,
    "nanvar": np.nanvar,
    "nanstd": lambda x: np.nanstd(x, axis=0),
    "fmod": lambda x: np.fmod(x, 0.7),
    "fmax": lambda x: np.fmax(0.5, x),
    "logaddexp2": lambda x: np.logaddexp2(x, 0.3),
    "linspace": lambda x: np.linspace(x[0], 2.0, 4),
    "float_power": lambda x: np.float_power(x, 2),  # NumPy computes it in float64
}


@pytest.mark.parametrize("name", NARROW)
def test_float32_beside_a_number_stays_what_it_is_in_numpy(name):
    x, f = np.float32([[0.3, 1.2], [0.1, 0.9]]), NARROW[name]
    got = f(Tensor(x))
    assert got.dtype == np.asarray(f(x)).dtype
    np.testing.assert_allclose(got.data, f(x), rtol=1e-6)


def test_a_border_around_nothing():
    x = Tensor([])
    np.testing.assert_array_equal(np.pad(x, 1).data, [0.0, 0.0])
    np.pad(x, 1).sum().backward()
    assert x.grad.shape == (0,)


@pytest.mark.parametrize(
    ("numpys", "said"),
    [
        (lambda x: np.array([x, x]), lambda x: ag.stack([x, x])),
        (lambda x: np.r_[x, x], lambda x: np.concatenate([x, x])),
        (lambda x: np.c_[x, x], lambda x: np.column_stack([x, x])),
    ],
)
def test_what_is_said_in_place_of_an_array_of_tensors_is_the_same(numpys, said):
    x = np.array([1.0, 2.0])
    with pytest.raises(
        TypeError, match=r"autograd\.stack.*np\.concatenate for np\.r_, np\.column_stack"
    ):
        numpys(Tensor(x))
    np.testing.assert_array_equal(said(Tensor(x)).data, numpys(x))
