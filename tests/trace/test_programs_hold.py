"""Programs that are easy to get wrong: odd shapes, constants, names, and large arrays."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor, Value
from autograd.rows.structural import structural
from autograd.tracing import trace


def results(f, leaves, *args):
    """The result of f, and the gradients of the leaves, as arrays."""
    for leaf in leaves:
        leaf.zero_grad()
    y = f(*args)
    gradients = []
    if isinstance(y, Tensor | Value) and any(isinstance(x, Tensor | Value) for x in leaves):
        y.backward() if y.shape == () else y.sum().backward()
        gradients = [leaf.grad for leaf in leaves]
    return [np.asarray(y.data if isinstance(y, Tensor | Value) else y), *map(np.asarray, gradients)]


def holds(f, leaves=(), *args):
    """What a replay gives is what the function gives: numbers, dtypes and shapes."""
    expected = results(f, leaves, *args)
    single = any(getattr(x, "dtype", None) == np.float32 for x in [*leaves, *args])
    tolerance = 1e-5 if single else 1e-9
    step = trace(f)
    for _ in range(2):
        for a, b in zip(results(step, leaves, *args), expected, strict=True):
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
    return step


# --- sums of columns ---------------------------------------------------------------------------


def test_conditions_and_integers_are_counted():
    x = np.array([[1.0, -1.0], [2.0, 3.0]])
    step = holds(lambda x: ag.sum(ag.greater(x, 0.0), axis=0), [], x)
    assert step(x).tolist() == [2, 1]
    w = Tensor(x)
    holds(lambda: w * ag.sum(ag.greater(w, 0.0), axis=0), [w])
    holds(lambda k: w * ag.sum(k, axis=0), [w], np.array([[100, 2], [100, 4]], np.int8))


def test_squares_of_integers_are_summed_as_wide_as_eager_ones():
    k = np.array([100, 100], np.int8)
    holds(lambda k: ag.sum(ag.square(k)), [], k)


# --- large arrays ------------------------------------------------------------------------------

LARGE = np.linspace(-1.0, 1.0, 60_000).reshape(300, 200)


def test_one_number_of_any_shape_meets_a_large_array():
    w, c = Tensor(LARGE), Tensor(0.5)
    holds(lambda: ag.max(ag.tanh(ag.exp(w) * 2.0)), [w])
    holds(lambda: ag.tanh(ag.exp(w) - ag.mean(w, keepdims=True)), [w])
    holds(lambda: ag.tanh(ag.exp(w) * ag.reshape(c, (1,))), [w, c])
    holds(lambda: ag.tanh(ag.exp(w) * ag.reshape(c, (1, 1))), [w, c])


def test_large_conditions_and_integers_are_counted():
    holds(lambda x: ag.sum(ag.greater(ag.tanh(ag.exp(x)), 0.8)), [], LARGE)
    holds(lambda k: ag.sum(ag.square(k) * k + 1), [], (LARGE * 100).astype(np.int64))


# --- constants ---------------------------------------------------------------------------------


def test_infinite_constants_and_nan_are_names():
    w = Tensor([1.0, -2.0, 3.0], "inf")
    mask = np.array([True, False, True])
    step = holds(lambda: ag.max(ag.where(mask, w, -np.inf)), [w])
    assert "-inf" in step.source
    holds(lambda: ag.maximum(w, -np.inf) * ag.minimum(w, np.inf), [w])
    holds(lambda: ag.where(mask, w, np.nan) * 2.0, [w])
    v = Value(2.0, "nan")
    holds(lambda: ag.maximum(v, -np.inf) * ag.where(ag.greater(v, 0.0), v, np.nan), [v])


def test_values_that_the_function_makes_are_computed_on():
    x = Value(1.5)
    holds(lambda: x * Value(2.0).tanh(), [x])
    holds(lambda: x * (Value(2.0) * Value(3.0)), [x])
    holds(lambda: x * ag.greater(Value(2.0), 1.0) + ag.exp(Value(2.0)), [x])
    y, top = trace(lambda: (x * 2.0, ag.max([Value(1.0), Value(2.0)])))()
    assert (y.data, top.data) == (3.0, 2.0)
    rows = [Value(1.0), Value(2.0)]
    holds(
        lambda: sum(x * ag.max([Value(a), Value(2.0 * a)]) for a in (1.0, 2.0, 3.0)) + rows[0],
        [x, *rows],
    )
    assert trace(lambda x: Value(2.0))(1.0) == 2.0
    assert trace(lambda x: (x, Value(2.0)))(Value(1.0))[1].data == 2.0
    table = trace(
        lambda x: [x, *(sum(Value(a) * Value(b) for a in (1.0, 2.0, 3.0)) for b in (4.0, 5.0))]
    )
    assert [y.data for y in table(x)] == [1.5, 24.0, 30.0]


# --- names -------------------------------------------------------------------------------------


LABELS = """
x² µ norm min range start stop total inf where logsumexp t1 d_w result value_and_grad forward
x_flat x_block buffer1 ones_3 ones_300 c 1 index class np float64 ﬁ ² # v __debug__
"""


@pytest.mark.parametrize("label", ["", "a b", "a\nb", *LABELS.split()])
@pytest.mark.parametrize("shape", [(3, 2), (300, 200)])
def test_any_label_is_a_name(label, shape):
    w, x = Tensor(np.linspace(-1.0, 1.0, np.prod(shape)).reshape(shape), label), Tensor(0.5, "x")
    rows = np.array([0, 2, 1])

    def f():
        y = ag.tanh(ag.exp(w) * x) * 2.0
        z = (y - ag.max(y, axis=1, keepdims=True)) * ag.sum(w, axis=0)
        return z.sum() + ag.norm(w[rows]) + ag.sum(w[0, 0] ** 3.0) + ag.logsumexp(w, axis=0).sum()

    holds(f, [w, x])


def test_labels_that_python_takes_for_one():
    a, b = Tensor([1.0, 2.0], "ϕ"), Tensor([3.0, 5.0], "φ")
    step = holds(lambda: (a * b).sum(), [a, b])
    assert "φ_2" in step.source
    x, flat = Tensor(LARGE, "x"), Tensor(LARGE[::-1].copy(), "x_flat")
    holds(lambda: ag.sum(ag.tanh(ag.exp(x) * flat)), [x, flat])


def test_a_scope_of_several_lines_is_one_comment():
    w = Tensor([1.0, 2.0])

    def f():
        with ag.scope("layer\n1"):
            return ag.exp(w).sum()

    assert "# layer 1" in holds(f, [w]).source


def test_two_dtypes_have_their_own_ones():
    a, b = Tensor(np.ones((3, 2), np.float32)), Tensor(np.ones((3, 2)))
    holds(lambda: ag.sum(ag.exp(a), axis=0) * 2.0, [a])
    holds(lambda: ag.sum(ag.exp(b), axis=0).sum() + ag.sum(ag.exp(a), axis=0).sum(), [a, b])
    pair = trace(lambda: (ag.sum(ag.exp(b), axis=0), ag.sum(ag.exp(a), axis=0)))()
    assert [y.dtype for y in pair] == [np.float64, np.float32]


# --- equal parts -------------------------------------------------------------------------------


@pytest.fixture
def pick():
    """A row with an array for a parameter."""
    gradient = [lambda g, z, x, places: g * np.bincount(places, minlength=x.size)]
    row = structural("pick_sum", lambda x, places: x[places].sum(), vjp=gradient)
    yield row
    row.remove()


def test_long_parameters_are_told_apart(pick):
    x, one = Tensor(np.arange(5.0)), np.zeros(2000, int)
    other = one.copy()
    other[1000] = 4
    holds(lambda: pick(x, places=one) - 2.0 * pick(x, places=other), [x])


def test_zeros_of_two_signs_and_keys_of_two_types_are_told_apart():
    x = Tensor([1.0, 2.0, 3.0])
    above = np.array([False, False, True])
    signs = [
        np.signbit(y.data[0]) for y in trace(lambda: [ag.where(above, x, z) for z in (0.0, -0.0)])()
    ]
    assert signs == [False, True]
    step = trace(lambda: (x[1] * 2.0, x[True] * 2.0))
    assert [y.shape for y in step()] == [(), (1, 3)]


# --- simplifications ---------------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "far"), [(np.float64, -720.0), (np.float32, -95.0)])
def test_the_logarithm_of_a_logistic_function_stays_finite(dtype, far):
    x = Tensor(np.array([far, 0.5, 3.0], dtype))
    holds(lambda: ag.log(ag.exp(-ag.logaddexp(0, -x))), [x])
    assert np.isfinite(trace(lambda: ag.log(ag.exp(-ag.logaddexp(0, -x))))().data).all()


# --- dtypes ------------------------------------------------------------------------------------


def test_signs_meet_in_a_product():
    # d/dx of e^(-x²) is e^(-x²)·(-1)·2x, with the sign in the number it is multiplied by
    x = Tensor([0.5, -2.0])
    step = holds(lambda: ag.mean(ag.exp(-ag.square(x))), [x])
    backward = step.source.split("# backward")[1]
    assert not re.search(r"-[a-z(]", backward)
    assert "= -0.5 *" in backward

    # and -((-x)·y) is x·y, the sign of a zero included
    step = trace(lambda x, y: -(-x * y))
    for a, b in ((2.0, 3.0), (0.0, 1.0), (-0.0, 1.0), (np.inf, -1.0)):
        found = step(np.array([a]), np.array([b])).data
        np.testing.assert_array_equal(found, [a * b])
        assert np.signbit(found) == np.signbit(a * b)
    assert "result = x * y" in step.source


def test_a_number_is_sent_to_known_places_once():
    labels = np.array([2, 0, 2])
    z = Tensor(np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32))
    step = holds(lambda: nn.cross_entropy(z, labels), [z])
    assert "scatter" not in step.source
    # places that can change are looked up each time
    places = np.array([1, 1])
    x = Tensor(np.zeros(3))
    step = holds(lambda: ag.sum(x[places]), [x])
    assert "scatter" in step.source


def test_a_constant_array_of_float32_does_not_narrow_what_it_meets():
    w, c = Tensor([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0], np.float32)
    holds(lambda: ag.matmul(w, c), [w])
    holds(lambda: ag.sum(w * c), [w])


# --- scalars rolled up -------------------------------------------------------------------------


def test_a_bias_may_be_computed():
    w, b, X = [Value(0.5), Value(-1.0)], Value(0.1), np.arange(6.0).reshape(3, 2)

    def f(X):
        bias = ag.exp(b)
        return sum(ag.tanh(w[0] * x[0] + w[1] * x[1] + bias) for x in X)

    holds(f, [*w, b], X)


def test_several_results_without_a_gradient():
    v = Value(2.0)
    above, below = trace(lambda: (ag.greater(v, 1.0), ag.less(v, 1.0)))()
    (above + below).backward()
    assert (above.data, below.data, v.grad) == (1.0, 0.0, 0.0)


# --- odd shapes and dtypes ---------------------------------------------------------------------

SHAPES = st.sampled_from([(), (1,), (1, 1), (3, 1), (1, 3), (2, 3), (0, 3), (300, 200)])
DTYPES = st.sampled_from([np.float64, np.float32, np.int64, bool])
KEYS = st.sampled_from([(), ..., None, (slice(None, None, -1), ...)])


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=40)
@given(SHAPES, SHAPES, DTYPES, st.booleans(), st.sampled_from([None, 0, -1, ()]), KEYS)
def test_shapes_and_dtypes_are_those_of_eager_code(shape, other, dtype, keepdims, axis, key):
    try:
        np.broadcast_shapes(shape, other)
    except ValueError:
        return
    w = Tensor(np.linspace(0.5, 1.5, int(np.prod(shape))).reshape(shape), "x²")
    x = (np.arange(np.prod(other)).reshape(other) % 3).astype(dtype)

    def f(x):
        y = ag.tanh(ag.exp(w) * x) - ag.mean(w, keepdims=True) if w.size else w * x
        z = y if not y.ndim and axis in (0, -1) else ag.sum(y, axis=axis, keepdims=keepdims)
        return z[key] * 2.0 if z.ndim or key in ((), ..., None) else z

    holds(f, [w], x)
