"""Broadcasting follows NumPy, empty arrays included; gradients keep shape and dtype."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

import autograd as ag
from autograd import Tensor, gradients

OPERATIONS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / (y * y + 1),
    "maximum": ag.maximum,
    "logaddexp": ag.logaddexp,
    "where": lambda x, y: ag.where(ag.greater(x, y), x, y),
}

shapes = nps.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=3)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(shapes, st.sampled_from(sorted(OPERATIONS)), st.sampled_from([np.float32, np.float64]))
def test_shapes_dtypes_and_sums(both, name, dtype):
    """A stretched operand receives the sum over its copies: those of explicit copies."""
    (first, second), result = both.input_shapes, both.result_shape
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=s).astype(dtype) for s in (first, second))
    f = OPERATIONS[name]
    x, y = Tensor(a), Tensor(b)
    z = f(x, y)
    assert z.shape == result
    assert z.dtype == dtype
    u = rng.normal(size=result).astype(dtype)
    found = gradients(z, [x, y], gradient=u)

    copies = [Tensor(np.broadcast_to(c, result)) for c in (a, b)]
    whole = gradients(f(*copies), copies, gradient=u)
    tolerance = 1e-4 if dtype == np.float32 else 1e-12
    for g, w, shape in zip(found, whole, (first, second), strict=True):
        assert g.shape == shape
        assert g.dtype == dtype
        extra = tuple(range(w.ndim - len(shape)))
        stretched = tuple(
            i + len(extra) for i, n in enumerate(shape) if n == 1 and w.shape[i + len(extra)] != 1
        )
        np.testing.assert_allclose(
            g, w.sum(axis=extra + stretched).reshape(shape), rtol=tolerance, atol=tolerance
        )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shapes, st.sampled_from(sorted(OPERATIONS)))
def test_recorded_gradients_are_the_same(both, name):
    rng = np.random.default_rng(0)
    a, b = (Tensor(rng.normal(size=s)) for s in both.input_shapes)
    z = OPERATIONS[name](a, b)
    u = rng.normal(size=both.result_shape)
    plain = gradients(z, [a, b], gradient=u)
    recorded = gradients(z, [a, b], create_graph=True, gradient=u)
    for g, node in zip(plain, recorded, strict=True):
        assert node.shape == g.shape
        np.testing.assert_allclose(node.data, g, rtol=1e-13)


matmuls = st.one_of(
    st.tuples(st.just(()), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(
        nps.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, min_side=1, max_side=3),
        st.integers(1, 3),
        st.integers(1, 3),
        st.integers(1, 3),
    ),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(matmuls, st.booleans(), st.booleans())
def test_products_of_stacks_and_vectors(sizes, left_vector, right_vector):
    stacks, n, k, m = sizes
    first, second = stacks.input_shapes if stacks else ((), ())
    rng = np.random.default_rng(0)
    a = rng.normal(size=(k,) if left_vector else (*first, n, k))
    b = rng.normal(size=(k,) if right_vector else (*second, k, m))
    x, y = Tensor(a), Tensor(b)
    z = x @ y
    np.testing.assert_allclose(z.data, a @ b)
    u = rng.normal(size=z.shape)
    g_x, g_y = gradients(z, [x, y], gradient=u)
    assert g_x.shape == a.shape
    assert g_y.shape == b.shape
    # Linear in each: ⟨g, t⟩ = ⟨u, t @ b⟩ for any t.
    t, s = rng.normal(size=a.shape), rng.normal(size=b.shape)
    assert np.sum(g_x * t) == pytest.approx(np.sum(u * (t @ b)), rel=1e-10, abs=1e-10)
    assert np.sum(g_y * s) == pytest.approx(np.sum(u * (a @ s)), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_whole_network_keeps_the_dtype(dtype):
    rng = np.random.default_rng(0)
    w, b = Tensor(rng.normal(size=(3, 2)).astype(dtype)), Tensor(np.zeros(2, dtype))
    x = rng.normal(size=(4, 3)).astype(dtype)
    h = ag.relu(x @ w + b) * 0.5
    loss = ag.mean(ag.logsumexp(h, axis=1) ** 2 + ag.norm(h, axis=1) / 3) + ag.std(h)
    loss.backward()
    assert loss.dtype == h.dtype == w.grad.dtype == b.grad.dtype == dtype


def test_a_float64_constant_does_not_change_the_dtype_of_the_gradient():
    w = Tensor(np.ones(3, np.float32))
    (w * np.array([1.0, 2.0, 3.0])).sum().backward()
    assert w.grad.dtype == np.float32
    np.testing.assert_array_equal(w.grad, [1, 2, 3])


def test_empty_arrays_all_the_way():
    x, w = Tensor(np.zeros((0, 3))), Tensor(np.ones((3, 2)))
    y = ag.tanh(x @ w) + np.ones(2)
    assert y.shape == (0, 2)
    y.sum().backward()
    assert x.grad.shape == (0, 3)
    np.testing.assert_array_equal(w.grad, np.zeros((3, 2)))
    empty = Tensor(np.zeros((0, 3)))
    for f in (
        lambda e: ag.concatenate([e, np.ones((2, 3))]),
        lambda e: e.reshape(3, 0),
        lambda e: e.T,
        lambda e: ag.stack([e, e]),
        lambda e: ag.prod(e, axis=0),
        lambda e: ag.prod(e),
        lambda e: ag.mean(e, axis=1),
        lambda e: ag.var(e, axis=1),
        lambda e: ag.logsumexp(e, axis=-1),
        lambda e: e[[]],
    ):
        z = f(empty)
        (g,) = gradients(z, [empty], gradient=np.ones(z.shape))
        assert g.shape == (0, 3)
    assert ag.prod(empty).item() == 1.0


def test_single_numbers_stay_arrays_without_axes():
    x = Tensor(2.0)
    y = (x * x + 1.0).exp()
    y.backward()
    for array in (x.data, y.data, x.grad):
        assert type(array) is np.ndarray
        assert array.shape == ()
    picked = Tensor([2.0, 3.0])[0]
    assert type(picked.data) is np.ndarray
    assert type(picked.sum().data) is np.ndarray
