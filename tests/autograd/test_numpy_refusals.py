"""What NumPy's functions cannot do with a Tensor is refused by the name that a program called."""

import numpy as np
import pytest

import autograd as ag
from autograd import ShapeError, Tensor, Value

T = Tensor([1.0, 2.0], label="t")
M = Tensor([[1.0, 2.0], [3.0, 4.5]])


@pytest.mark.parametrize(
    ("call", "name", "way_out"),
    [
        (lambda: np.full_like(np.zeros(2), T), "np.full_like would write", "broadcast_to"),
        (lambda: np.copyto(np.zeros(2), T), "np.copyto would write", "autograd.where"),
        (lambda: np.add.at(np.zeros(2), [0, 1], T), "np.add.at would write", "stack"),
        (lambda: np.full(2, T), "np.full: Tensor 't'", "broadcast_to"),
        (lambda: np.atleast_1d([T, T]), "np.atleast_1d: Tensor 't'", "autograd.stack"),
        (lambda: np.testing.assert_allclose(T, T), "np.testing.assert_allclose: T", "detach"),
        (lambda: np.linalg.qr(M), "np.linalg.qr has no derivative", "autograd.structural"),
        (lambda: np.fft.fft(T), "np.fft.fft has no derivative", "autograd.structural"),
        (lambda: np.frompyfunc(lambda x: x, 1, 1)(T), "np.frompyfunc of <lambda> has no", "detach"),
        (lambda: np.sum(M, 0, np.float32), "np.sum of a Tensor does not take dtype=", "astype"),
        (lambda: np.mean(M, dtype=np.float32), "np.mean of a Tensor does not take dtype", "astype"),
        (lambda: np.max(M, 0, np.zeros(2)), "np.max of a Tensor does not take out=", "leave out"),
        (lambda: np.sum(M, where=[True, False]), "np.sum of a Tensor.* where=", "autograd.where"),
        (lambda: np.max(M, initial=3.0), "np.max of a Tensor.* initial=", "autograd.maximum"),
        (lambda: np.vstack([T, T], dtype=np.float32), "np.vstack of a Tensor.* dtype=", "astype"),
        (lambda: np.cumsum(T, dtype=np.float32), "np.cumsum of a Tensor.* dtype=", "astype"),
        (lambda: np.exp(T, dtype=np.float32), "np.exp of a Tensor.* dtype=", "astype"),
    ],
)
def test_a_refusal_names_what_was_called_and_the_way_out(call, name, way_out):
    with pytest.raises(TypeError, match=name) as caught:
        call()
    assert way_out in str(caught.value)
    assert ".data" not in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda t, v: np.array(t),
        lambda t, v: np.array(t, dtype=float),
        lambda t, v: np.asarray([t, t], dtype=np.float32),
        lambda t, v: np.array([[t, t], [t, t]]),
        lambda t, v: np.array((t[0], t[1]), dtype=object),
        lambda t, v: np.array([v, t]),
        lambda t, v: np.array([np.ones(2), t]),
        lambda t, v: np.array([np.array([v, v]), t]),
        lambda t, v: np.r_[t, 1.0],
        lambda t, v: np.c_[np.zeros(2), t],
        lambda t, v: np.ma.array(t),
        lambda t, v: np.exp([t, t]),
    ],
)
def test_an_array_of_tensors_is_refused_with_stack_named(make):
    with pytest.raises(TypeError, match=r"would lose its history.*autograd\.stack"):
        make(T, Value(1.0))


def test_what_stands_third_means_what_it_means_to_numpy():
    """`axis, dtype, out, keepdims`: a third argument is no `keepdims`."""
    x, leaf = M.detach(), Tensor(M.detach())
    for f, given in (
        (np.sum, (0, None, None, True)),
        (np.mean, (1, None, None, True)),
        (np.prod, (0, None, None, True)),
        (np.max, (1, None, True)),
        (np.min, (None, None, False)),
        (np.std, (0, None, None, 1)),
        (np.var, (1, None, None, 1, True)),
        (np.nanstd, (0, None, None, 1)),
        (np.nansum, (0, None, None, True)),
    ):
        np.testing.assert_allclose(f(leaf, *given).data, f(x, *given), rtol=1e-14)
    np.testing.assert_allclose(np.sum(leaf, dtype=None, where=True, out=None).data, x.sum())


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.matrix_power(x, 5),
        lambda x: np.linalg.matrix_power(x, -2),
        lambda x: np.linalg.multi_dot([x, np.eye(2), x, x[0]]),
        lambda x: np.linalg.trace(x, offset=1),
        lambda x: np.linalg.diagonal(x, offset=-1),
        lambda x: np.linalg.outer(x[0], x[1]),
        lambda x: np.linalg.vecdot(x, x * x, axis=0),
        lambda x: np.add.outer(x, x[0]) ** 2,
        lambda x: np.hypot.outer([1.0, 2.0], x),
        lambda x: np.dstack([x, x * x, x[:1]]) if x.ndim == 3 else np.dstack([x, x * x]),
        lambda x: np.broadcast_arrays(x[0], x * x)[0] * x,
        lambda x: np.meshgrid(x[0], x[1])[1] * x,
        lambda x: np.meshgrid(x[0], x[1], indexing="ij")[1] * x,
    ],
)
def test_further_functions_are_numpys_and_have_gradients(f):
    x = M.detach()
    np.testing.assert_allclose(f(Tensor(x)).data, f(x), rtol=1e-12)
    assert ag.gradcheck(lambda x: ag.sum(f(x) * f(x)), x)


@pytest.mark.parametrize("name", ["vecdot", "matvec", "vecmat", "unstack", "cumulative_sum"])
def test_functions_of_younger_numpys(name):
    f = getattr(np, name, None)
    if f is None:
        pytest.skip(f"this NumPy has no {name}")
    x = M.detach()
    call = {
        "vecdot": lambda x: f(x, x * x),
        "matvec": lambda x: f(x, x[0]),
        "vecmat": lambda x: f(x[1], x),
        "unstack": lambda x: f(x, axis=1)[1],
        "cumulative_sum": lambda x: f(x, axis=0),
    }[name]
    np.testing.assert_allclose(call(Tensor(x)).data, call(x), rtol=1e-14)
    assert ag.gradcheck(lambda x: ag.sum(call(x) ** 2), x)


def test_masks_and_matrices_are_refused_and_not_read_as_arrays():
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    for f in (lambda m: T * m, T.__eq__, ag.grad(ag.sum), Tensor):
        with pytest.raises(TypeError, match=r"masked array.*autograd\.where"):
            f(masked)
    with pytest.warns(PendingDeprecationWarning, match="matrix"):
        matrix = np.asmatrix([[1.0, 2.0]])
    for f in (lambda m: T * m, lambda m: m * T, ag.grad(ag.sum), Tensor):
        with pytest.raises(TypeError, match=r"np\.matrix.*@"):
            f(matrix)


def test_an_int_too_large_for_a_float_is_refused_in_a_sentence():
    for f in (lambda n: T * n, lambda n: n - T, lambda n: ag.maximum(T, n), T.__lt__):
        with pytest.raises(OverflowError, match="this int is too large for a float"):
            f(10**5000)


def test_foreign_arrays_compare_as_numbers():
    class Foreign:
        def __array__(self, dtype=None, copy=None):
            return np.array([1.0, 5.0])

    for other in (Foreign(), range(1, 3)):
        np.testing.assert_array_equal(T.__eq__(other).data, T.detach() == np.asarray(other))


def test_a_series_of_pandas_is_an_operand_on_either_side():
    pandas = pytest.importorskip("pandas", reason="a Series as an operand")
    series, x = pandas.Series([2.0, 3.0]), Tensor([1.0, 2.0])
    y = (series * x + x - series).sum()
    y.backward()
    np.testing.assert_array_equal(x.grad, [3.0, 4.0])
    assert (x == series).shape == (2,)


@pytest.mark.parametrize("matrix", [[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]])
@pytest.mark.parametrize("f", [ag.linalg.inv, lambda x: ag.linalg.solve(x, [1.0, 2.0])])
def test_a_singular_matrix_is_numpys_error_for_each_kind(f, matrix):
    for x in (Tensor(matrix), np.array([[Value(e) for e in row] for row in matrix])):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            f(x)
    with pytest.raises(ShapeError):
        ag.linalg.inv(Tensor([[1.0, 2.0]]))


def test_products_of_nothing_keep_shape_and_type():
    empty = Tensor(np.zeros((2, 0), np.float32))
    assert ag.prod(empty, axis=1).dtype == np.float32
    assert ag.cumprod(empty, axis=1).shape == (2, 0)
    assert ag.cumprod(Tensor([])).shape == (0,)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ag.einsum("ii->i", x),
        lambda x: ag.einsum("ii,kl->k", x, x[:1]),
        lambda x: np.full_like(x, x[0, 0].astype(np.float64)),
        lambda x: np.linalg.matrix_power(x, 0) @ x,
        lambda x: ag.linalg.inv(x),
        lambda x: ag.linalg.eigvalsh(x),
        lambda x: ag.linalg.svd(x)[1],
        lambda x: ag.linalg.cholesky(x),
    ],
)
def test_narrow_numbers_stay_narrow_as_numpys_do(f):
    x = Tensor(np.array([[2.0, 0.5], [0.5, 3.0]], np.float32))
    y = f(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
