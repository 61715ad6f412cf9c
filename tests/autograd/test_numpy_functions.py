"""NumPy's functions on Tensors and arrays of Values: NumPy's numbers, the right gradients."""

import copy

import numpy as np
import pytest

import autograd as ag
from autograd import ShapeError, Tensor, Value, gradcheck, trace

RNG = np.random.default_rng(0)
V, A, B = RNG.normal(size=5), RNG.normal(size=(3, 4)), RNG.normal(size=(4, 2))
C = RNG.normal(size=(2, 3, 4))
S = RNG.normal(size=(3, 3)) + 3 * np.eye(3)
P = S @ S.T
K = np.array([0, 2, 2])
WITH_NAN = np.array([[1.0, np.nan, 3.0], [4.0, -1.0, np.nan]])

#: name: (function, arrays); all are run on Tensors, and those after "values" on Values too.
USES = {
    "einsum": (lambda x, y: np.einsum("ij,jk->ik", x, y), A, B),
    "einsum, implicit": (lambda x, y: np.einsum("ij,jk", x, y), A, B),
    "einsum of three": (lambda x, y, v: np.einsum("ij,jk,i->k", x, y, v), A, B, V[:3]),
    "einsum, trace": (lambda x: np.einsum("ii", x), S),
    "einsum, diagonal": (lambda x: np.einsum("ii->i", x), S),
    "einsum, a sum alone": (lambda x, y: np.einsum("ij,k->i", x, y), A, V),
    "einsum, dots": (lambda x, y: np.einsum("...ij,jk->...ik", x, y), C, B),
    "einsum, transposed": (lambda x: np.einsum("ijk->kji", x), C),
    "tensordot": (lambda x, y: np.tensordot(x, y, axes=1), C, B),
    "tensordot, axes": (lambda x, y: np.tensordot(x, y, axes=([0, 2], [1, 0])), C, B),
    "dot of three axes": (lambda x, y: np.dot(x, y), A[:2, :3], C),
    "dot, both of three": (lambda x, y: np.dot(x, y), C, C.transpose(0, 2, 1)),
    "inner": (np.inner, A, C),
    "outer": (np.outer, V, A),
    "kron": (np.kron, A, B),
    "trace": (np.trace, S),
    "cumsum": (lambda x: np.cumsum(x, axis=1), A),
    "cumsum of all": (np.cumsum, A),
    "cumprod": (lambda x: np.cumprod(x, axis=0), np.where(A > 1, 0.0, A)),
    "diff": (lambda x: np.diff(x, 2), A),
    "append": (lambda x, y: np.append(x, y), A, B),
    "concatenate, no axis": (lambda x, y: np.concatenate([x, y], axis=None), A, B),
    "vstack": (lambda x, y: np.vstack([x, y]), A, A[0]),
    "hstack": (lambda x, y: np.hstack([x, y]), A, A),
    "split": (lambda x: np.split(x, 2, axis=1)[1], A),
    "split at": (lambda x: np.split(x, [1, 3])[1], V),
    "array_split": (lambda x: np.array_split(x, 3)[0], V),
    "hsplit": (lambda x: np.hsplit(x, 2)[0], A),
    "vsplit": (lambda x: np.vsplit(x, 3)[2], A),
    "tril": (np.tril, S),
    "triu": (lambda x: np.triu(x, 1), A),
    "diag of a vector": (lambda x: np.diag(x, 1), V),
    "diag of a matrix": (np.diag, A),
    "repeat": (lambda x: np.repeat(x, 2, axis=1), A),
    "tile": (lambda x: np.tile(x, (2, 3)), A),
    "roll": (lambda x: np.roll(x, 2, axis=1), A),
    "flip": (np.flip, A),
    "rot90": (np.rot90, A),
    "pad": (lambda x: np.pad(x, 2), A),
    "pad by a constant": (lambda x: np.pad(x, 1, constant_values=3.0), V),
    "pad by reflection": (lambda x: np.pad(x, 2, mode="reflect"), V),
    "squeeze": (lambda x: np.squeeze(x[None]), A),
    "expand_dims": (lambda x: np.expand_dims(x, 1), A),
    "moveaxis": (lambda x: np.moveaxis(x, 0, -1), C),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 2), C),
    "take": (lambda x: np.take(x, K, axis=1), A),
    "remainder": (np.remainder, A, np.abs(A) + 0.5),
    "percent": (lambda x: x % 0.7, A),
    "fmod": (lambda x: np.fmod(x, 0.7), A),
    "sort": (lambda x: np.sort(x, axis=0), A),
    "partition": (lambda x: np.partition(x, 2) ** 2, V),
    "nansum": (lambda x: np.nansum(x, axis=0), A),
    "std": (lambda x: np.std(x, axis=0), A),
    "var": (np.var, A),
    "cbrt": (np.cbrt, np.abs(A) + 0.5),
    "hypot": (np.hypot, A, A[::-1]),
    "arctan2": (np.arctan2, A, A[::-1]),
    "round": (lambda x: np.round(x, 1) * x, A + 0.013),
    "inv": (np.linalg.inv, S),
    "solve": (np.linalg.solve, S, A),
    "solve for a vector": (lambda a, b: np.linalg.solve(a, b[:3]), S, V),
    "det": (np.linalg.det, np.stack([S, P])),
    "slogdet": (lambda x: np.linalg.slogdet(x)[1], S),
    "cholesky": (lambda x: np.linalg.cholesky(x @ np.swapaxes(x, -1, -2)), np.stack([S, P])),
    "eigh, values": (lambda x: np.linalg.eigh(x + x.T)[0], P),
    "eigh, vectors": (lambda x: np.linalg.eigh(x + x.T)[1] ** 2, P),
    "svd, values": (lambda x: np.linalg.svd(x, compute_uv=False), A),
    "svd": (lambda x: np.linalg.svd(x, full_matrices=False)[0] ** 2, A),
    "norm": (np.linalg.norm, A),
    "methods": (
        lambda x: (
            x.ravel().repeat(2).reshape(4, 6).swapaxes(0, 1).flatten().cumsum()[::3]
            * x.squeeze().diagonal().sum()
        ),
        A,
    ),
}
#: What NumPy itself cannot do with arrays of objects, and so neither with arrays of Values.
NOT_ON_VALUES = [
    "einsum",
    "linalg",
    "inv",
    "solve",
    "det",
    "slogdet",
    "cholesky",
    "eigh",
    "svd",
    "norm",
    "arctan2",
    "nansum",
    "methods",
    "fmod",
    "round",
]


@pytest.mark.parametrize("name", USES)
def test_on_tensors_numpys_numbers_and_gradients_to_second_order(name):
    f, *arrays = USES[name]
    result = f(*map(Tensor, arrays))
    assert isinstance(result, Tensor)
    np.testing.assert_allclose(result.data, f(*arrays), rtol=1e-12, atol=1e-12)
    assert gradcheck(lambda *xs: f(*xs) ** 2, *arrays, order=2 if arrays[0].size < 13 else 1)


@pytest.mark.parametrize("name", [n for n in USES if not n.startswith(tuple(NOT_ON_VALUES))])
def test_on_arrays_of_values(name):
    f, *arrays = USES[name]
    result = np.asarray(f(*[np.frompyfunc(Value, 1, 1)(a) for a in arrays]), dtype=object)
    numbers = np.array([x.data if isinstance(x, Value) else x for x in result.flat], float)
    np.testing.assert_allclose(numbers, np.ravel(f(*arrays)), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in USES if not n.startswith(("sort", "part", "slog"))])
def test_traced(name):
    f, *arrays = USES[name]
    step = trace(lambda *xs: ag.sum(f(*xs) ** 2))
    leaves = list(map(Tensor, arrays))
    ag.sum(f(*leaves) ** 2).backward()
    for _ in range(2):
        _, slopes = step.value_and_grad(*arrays)
        slopes = slopes if isinstance(slopes, tuple) else (slopes,)
        for leaf, slope in zip(leaves, slopes, strict=True):
            np.testing.assert_allclose(slope, leaf.grad, rtol=1e-9, atol=1e-9)


def test_sums_without_nan():
    for name in ("nansum", "nanmean", "nanmax", "nanmin", "nanvar", "nanstd", "nanprod"):
        for axis in (None, 0, 1):
            f = lambda x, name=name, axis=axis: getattr(np, name)(x, axis=axis)
            x = Tensor(WITH_NAN)
            y = f(x)
            np.testing.assert_allclose(y.data, f(WITH_NAN), rtol=1e-12)
            if name not in ("nanvar", "nanstd"):  # of one number the deviation has a kink
                y.backward(np.ones(y.shape))
                assert np.all(x.grad[np.isnan(WITH_NAN)] == 0)
                assert np.all(np.isfinite(x.grad))


def test_what_is_refused_is_named_as_it_was_written():
    x = Tensor(S)
    for f, name in [
        (np.linalg.qr, r"np\.linalg\.qr"),
        (np.fft.fft, r"np\.fft\.fft"),
        (np.median, r"np\.median"),
    ]:
        with pytest.raises(TypeError, match=name + " has no derivative here") as refused:
            f(x)
        assert ".data" not in str(refused.value)
    with pytest.raises(TypeError, match=r"np\.exp of a Tensor does not take out="):
        np.exp(x, out=np.zeros((3, 3)))
    with pytest.raises(TypeError, match=r"np\.dot of a Tensor does not take out="):
        np.dot(x, x, np.zeros((3, 3)))
    with pytest.raises(ValueError, match=r"full_matrices=False"):
        np.linalg.svd(Tensor(A))


@pytest.mark.parametrize("size", [1e200, 3e-200, 0.0])
def test_norms_of_very_large_and_very_small_numbers(size):
    x = np.array([3.0, -4.0]) * size
    assert ag.norm(Tensor(x)).item() == pytest.approx(5 * size, rel=1e-15)
    assert ag.norm(x) == pytest.approx(5 * size, rel=1e-15)
    t = Tensor(x)
    ag.norm(t).backward()
    np.testing.assert_allclose(t.grad, [0.6, -0.8] if size else [0.0, 0.0], rtol=1e-15)


SQUARE = np.array([[2.3, 0.4, 0.1], [0.7, 3.1, -0.2], [0.3, 0.2, 1.9]])


@pytest.mark.parametrize("order", [1, -1, 2, -2, np.inf, -np.inf, "nuc", "fro", None])
def test_norms_of_matrices(order):
    for axis in (None, (0, 1), (1, 0)):
        for keep in (False, True):
            expected = np.linalg.norm(SQUARE, order, axis, keep)
            found = np.linalg.norm(Tensor(SQUARE), order, axis, keep)
            np.testing.assert_allclose(found.data, expected, rtol=1e-12)
            assert found.shape == np.shape(expected)
    assert gradcheck(lambda x: np.linalg.norm(x, order), SQUARE)
    stack = np.stack([SQUARE, SQUARE.T + 1.0], axis=1)
    np.testing.assert_allclose(
        np.linalg.norm(Tensor(stack), order, (0, 2)).data, np.linalg.norm(stack, order, (0, 2))
    )


def test_a_norm_that_is_none_of_matrices_is_refused():
    with pytest.raises(
        ValueError, match=r"np\.linalg\.norm of .* ord=3: for matrices ord is 1, -1"
    ):
        np.linalg.norm(Tensor(SQUARE), 3)


def test_equal_singular_values_and_eigenvalues_have_gradients_of_their_own():
    for f, right in [
        (lambda x: np.linalg.norm(x, "nuc"), np.eye(3)),
        (lambda x: np.linalg.eigh(x)[0].sum(), np.eye(3)),
    ]:
        x = Tensor(np.eye(3))
        f(x).backward()
        np.testing.assert_allclose(x.grad, right, atol=1e-14)


@pytest.mark.parametrize(
    "subscripts", ["ii", "ii->i", "iii->i", "iji->ij", "...ii->...i", "ii,ij->j", "ii,jj->ij"]
)
def test_a_diagonal_in_einsum_leaves_what_is_beside_it_alone(subscripts):
    """An inf or nan off the diagonal is no part of the result."""
    axes = 3 if subscripts[:3] in ("iii", "iji", "...") else 2
    x = np.random.default_rng(0).normal(size=(3,) * axes)
    assert gradcheck(lambda x: ag.einsum(subscripts, *[x] * (1 + subscripts.count(","))), x)
    x[..., 0, 1], x[..., 2, 0] = np.inf, np.nan
    operands = [x] * (1 + subscripts.count(","))
    np.testing.assert_allclose(
        ag.einsum(subscripts, *map(Tensor, operands)).data, np.einsum(subscripts, *operands)
    )
    with pytest.raises(ShapeError, match="i names axes of 2 and 3 elements of Tensor"):
        ag.einsum("ii", Tensor(np.ones((2, 3))))


BLOCK = np.array([[2.5, 0.0, 0.0], [0.0, 4.0, -0.7], [0.0, -0.7, 6.0]])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ag.square(ag.linalg.eigh(x)[1]) * np.arange(9.0).reshape(3, 3),
        lambda x: ag.linalg.eigh(x)[0] ** 3,
        lambda x: ag.square(ag.linalg.svd(x)[0]) * np.arange(9.0).reshape(3, 3),
        lambda x: ag.linalg.svd(x, compute_uv=False) ** 3,
        ag.linalg.cholesky,
        ag.linalg.inv,
        lambda x: ag.linalg.slogdet(x)[1],
    ],
)
def test_matrices_with_zeros_have_second_derivatives(f):
    """A first derivative that is 0 by chance, as between blocks, has a derivative of its own."""
    assert gradcheck(f, BLOCK, order=2)
    t = np.array([[0.3, -1.0, 0.2], [0.5, 0.1, 0.9], [-0.4, 0.6, -0.2]])
    t = t + t.T
    _, pushed = ag.jvp(f, [BLOCK], [t])
    leaf = Tensor(BLOCK)
    y = f(leaf)
    w = np.cos(np.arange(float(y.size))).reshape(y.shape)
    (slope,) = ag.gradients(ag.sum(y * w), [leaf])
    assert np.sum(pushed * w) == pytest.approx(np.sum(slope * t), rel=1e-9, abs=1e-12)


LINEAR = {
    "inv": ag.linalg.inv,
    "det": ag.linalg.det,
    "slogdet": lambda x: ag.linalg.slogdet(x)[1],
    "cholesky": ag.linalg.cholesky,
    "solve": lambda x: ag.linalg.solve(x, SQUARE[:, :2]),
    "solve for a vector": lambda x: ag.linalg.solve(x, SQUARE[0]),
    "solve, both": lambda x: ag.linalg.solve(x, x * x),
    "norm": lambda x: ag.linalg.norm(x, 1),
    "norm of inf": lambda x: ag.linalg.norm(x, np.inf),
}


@pytest.mark.parametrize("name", LINEAR)
@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_linear_algebra_on_arrays_of_values(name, n):
    """Number by number it gives what the rows give on a Tensor, with the same gradient."""
    f, rng = LINEAR[name], np.random.default_rng(n)
    x = rng.normal(size=(n, n)) + 4 * np.eye(n)
    if name.startswith("solve"):
        if n != 3:
            return
        x = SQUARE[::-1].copy()  # its first pivot is small
    values, tensor = np.frompyfunc(Value, 1, 1)(x), Tensor(x)
    theirs, ours = f(values), f(tensor)
    numbers = [e.data if isinstance(e, Value) else e for e in np.ravel(theirs)]
    np.testing.assert_allclose(numbers, np.ravel(ours.data), rtol=1e-10, atol=1e-13)
    ag.sum(theirs * theirs).backward()
    ag.sum(ours * ours).backward()
    np.testing.assert_allclose(
        [v.grad for v in values.flat], tensor.grad.ravel(), rtol=1e-9, atol=1e-12
    )


def test_linear_algebra_on_stacks_of_values():
    stack = np.stack([SQUARE, SQUARE.T + 1.0])
    values = np.frompyfunc(Value, 1, 1)(stack)
    for name in ("inv", "det", "cholesky"):
        found = np.asarray(getattr(ag.linalg, name)(values))
        expected = getattr(np.linalg, name)(stack)
        numbers = [v.item() if isinstance(v, Value) else float(v) for v in found.flat]
        np.testing.assert_allclose(numbers, expected.ravel(), atol=1e-14)
        assert found.shape == expected.shape
        assert not any(isinstance(v, np.ndarray) for v in found.flat)  # of no axes
        none = getattr(ag.linalg, name)(np.empty((0, 3, 3), dtype=object))
        assert none.shape == (0, *expected.shape[1:])
    assert ag.square(ag.linalg.det(values)).shape == (2,)
    for name in ("eigh", "svd"):
        with pytest.raises(TypeError, match=rf"np\.linalg\.{name} of array of Values.*Tensor"):
            getattr(ag.linalg, name)(values)
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        ag.linalg.inv(np.frompyfunc(Value, 1, 1)(np.ones((2, 2))))


def test_one_triangle_is_read_as_by_numpy():
    """The same function has the same value when it is differentiated, also where x ≠ xᵀ."""
    for f in (
        np.linalg.cholesky,
        lambda x: np.linalg.eigh(x)[0],
        lambda x: np.linalg.eigh(x, "U")[0],
        np.linalg.eigvalsh,
    ):
        np.testing.assert_allclose(f(Tensor(SQUARE)).data, f(SQUARE), rtol=1e-12)
        assert gradcheck(f, SQUARE, order=2)


def test_sinc_and_its_derivatives_at_0_and_near_it():
    x = np.array([-1.3, -0.16, 0.0, 1e-9, 0.159, 0.16, 2.0])
    np.testing.assert_allclose(np.sinc(Tensor(x)).data, np.sinc(x), rtol=1e-14, atol=1e-15)
    assert gradcheck(np.sinc, x, order=2)
    assert ag.hessian(np.sinc)(np.array(0.0)) == pytest.approx(-(np.pi**2) / 3, rel=1e-12)


def test_several_arrays_at_once_get_axes():
    for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
        found = f(Tensor(1.0), 2.0, Tensor([3.0]))
        for x, y in zip(found, f(1.0, 2.0, [3.0]), strict=True):
            np.testing.assert_array_equal(x.data if isinstance(x, Tensor) else x, y)


def test_what_is_left_of_a_division_to_the_last_digit():
    x = np.array([2.0, -2.0, 5.3])
    np.testing.assert_array_equal(np.fmod(Tensor(x), 0.4).data, np.fmod(x, 0.4))
    np.testing.assert_array_equal(np.floor_divide(Tensor(x), 0.4).data, x // 0.4)
    assert gradcheck(lambda x: np.fmod(x, 0.7), np.array([-1.3, 0.4, 2.2]))
    assert gradcheck(lambda y: np.fmod(5.3, y), np.array([-1.3, 0.4, 2.2]))


def test_the_larger_of_two_of_which_one_is_nan_or_a_plain_number():
    for f, g in ((np.fmax, [0.0, 1.0]), (np.fmin, [1.0, 0.0])):
        x = Tensor([1.0, 2.0])
        f(x, 1.5).sum().backward()
        np.testing.assert_array_equal(x.grad, g)
        x = Tensor(0.6)
        f(x, 0.5).backward()
        assert x.grad == g[1]
        x = Tensor([np.nan, 2.0])
        f(x, Tensor([1.0, np.nan])).sum().backward()
        np.testing.assert_array_equal(x.grad, [0.0, 1.0])


def test_deviations_of_equal_numbers_have_gradient_0():
    x = Tensor(np.ones(3))
    np.nanstd(x).backward()
    np.testing.assert_array_equal(x.grad, np.zeros(3))


def test_positions_and_truths_are_plain():
    x = Tensor([[1.0, 3.0], [2.0, 0.5]])
    for name in ("argmax", "argmin", "argsort", "count_nonzero", "all", "any", "nonzero"):
        f = getattr(np, name)
        np.testing.assert_array_equal(f(x), f(x.data))
    for name in ("argmax", "argmin", "argsort", "all", "any"):
        np.testing.assert_array_equal(getattr(x, name)(), getattr(x.data, name)())
    with pytest.raises(ag.TraceError, match="while the function is being traced"):
        trace(lambda x: x * np.argmax(x))(np.ones(2))


def test_no_message_sends_to_data_where_that_would_cut_a_gradient():
    t, v = Tensor(S), Value(2.0)
    for call in (
        lambda: np.array([t, t]),
        lambda: np.r_[t, t],
        lambda: np.c_[t, t],
        lambda: np.linalg.qr(t),
        lambda: t.sort(),
        lambda: t.fill(0.0),
        lambda: t * v,
        lambda: Tensor(t),
        lambda: bool(t),
        lambda: copy.copy(t * 2.0),
        lambda: ag.linalg.eigh(np.frompyfunc(Value, 1, 1)(S)),
    ):
        with pytest.raises((TypeError, ValueError, AttributeError)) as refused:
            call()
        assert ".data" not in str(refused.value)
        assert len(str(refused.value)) > 40
