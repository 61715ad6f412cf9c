"""Every row of the table, against finite differences: nothing here knows any derivative."""

import zlib

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradcheck, gradient_report, gradients, hessian, primitives
from autograd.rows.elementwise import Elementwise
from autograd.rows.reduction import Reduction
from autograd.rows.structural import Structural

TABLE = primitives()
# detach passes no gradient on purpose, so differences must disagree: see test_modes.py.
ELEMENTWISE = [op for op in TABLE.values() if isinstance(op, Elementwise) and op.name != "detach"]
REDUCTIONS = [op for op in TABLE.values() if isinstance(op, Reduction)]
STRUCTURAL = [op for op in TABLE.values() if isinstance(op, Structural)]


def named(ops):  # a row a test, by its name
    return [pytest.param(op, id=op.name) for op in ops]


def sampled(op, n=4):
    """Return points of the row's domain, the same in every run."""
    rng = np.random.default_rng(zlib.crc32(op.name.encode()))
    low, high = zip(*op.sample, strict=True)
    return rng.uniform(low, high, (n, op.arity))


# --- elementwise ----------------------------------------------------------------------------


@pytest.mark.parametrize("op", named(ELEMENTWISE))
def test_elementwise_rows_on_values_to_second_order(op):
    for point in sampled(op):
        assert gradcheck(op, *map(float, point), order=2)


@pytest.mark.parametrize("op", named(ELEMENTWISE))
def test_elementwise_rows_on_tensors_to_second_order(op):
    columns = sampled(op).T
    assert gradcheck(op, *columns, order=2)


@pytest.mark.parametrize("op", named([op for op in ELEMENTWISE if op.kinks]))
def test_kinks_are_found_named_and_within_their_two_slopes(op):
    for point in op.kinks:
        for inputs in (point, [np.array([x]) for x in point]):
            report = gradient_report(op, *inputs, order=2)
            assert report.ok, str(report)
            assert any(row.kink for row in report.rows), "declared as a kink, but smooth"
            assert "kink" in str(report) or "jump" in str(report)


@pytest.mark.parametrize("op", named(ELEMENTWISE))
def test_values_and_tensors_agree(op):
    """In value, gradient and second derivative, at ordinary points and at kinks."""
    for point in [*sampled(op), *op.kinks]:
        values = [Value(float(x)) for x in point]
        tensors = [Tensor(float(x)) for x in point]
        y, t = op(*values), op(*tensors)
        np.testing.assert_allclose(y.item(), t.item(), rtol=1e-14, atol=1e-15)
        first, second = gradients(y, values), gradients(t, tensors)
        np.testing.assert_allclose(np.array(first), np.array(second), rtol=1e-12, atol=1e-15)
        by_tensors, by_values = [
            hessian(lambda v: 1.0 * op(*[v[i] for i in range(op.arity)]))(np.asarray(given))
            for given in (point, [Value(float(x)) for x in point])
        ]
        by_values = [x.data if isinstance(x, Value) else x for x in np.ravel(by_values)]
        np.testing.assert_allclose(by_values, np.ravel(by_tensors), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("op", named([op for op in ELEMENTWISE if op.arity > 1]))
def test_elementwise_rows_broadcast(op):
    """Each operand in turn is the one that is stretched, along both axes."""
    point = sampled(op, 3).T
    shapes = [(3, 1), (1, 2), (2,)]
    for order in (shapes[: op.arity], shapes[::-1][: op.arity]):
        inputs = [x[: int(np.prod(s))].reshape(s) for x, s in zip(point, order, strict=True)]
        assert gradcheck(op, *inputs, order=2)


@pytest.mark.parametrize("op", named([op for op in ELEMENTWISE if op.arity > 1]))
def test_elementwise_rows_take_a_constant_in_each_place(op):
    point = list(map(float, sampled(op, 1)[0]))
    for i, x in enumerate(point):

        def in_one(v, i=i):
            return op(*point[:i], v, *point[i + 1 :])

        assert gradcheck(in_one, x, order=2)
        assert gradcheck(in_one, np.array([x]), order=2)


@pytest.mark.parametrize("op", named(ELEMENTWISE))
def test_float32_stays_float32(op):
    tensors = [Tensor(x.astype(np.float32)) for x in sampled(op).T]
    y = op(*tensors)
    assert y.dtype in (np.float32, np.bool_)
    for x, g in zip(tensors, gradients(y, tensors, gradient=np.ones(y.shape)), strict=True):
        assert g.dtype == np.float32
        assert g.shape == x.shape


# --- reductions -----------------------------------------------------------------------------

X = np.random.default_rng(7).uniform(0.3, 2.0, (2, 3, 4))
AXES = [None, 0, 1, -1, (0, 1), (0, -1), (1, 2), (0, 1, 2), ()]
EXPECTED = {
    "sum": np.sum,
    "mean": np.mean,
    "max": np.max,
    "min": np.min,
    "norm": lambda x, **k: np.sqrt(np.sum(x * x, **k)),
    "logsumexp": lambda x, **k: np.log(np.sum(np.exp(x), **k)),
}


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("op", named(REDUCTIONS))
def test_reductions_on_tensors(op, axis, keepdims):
    result = op(Tensor(X), axis=axis, keepdims=keepdims)
    expected = EXPECTED[op.name](X, axis=axis, keepdims=keepdims)
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result.data, expected, rtol=1e-13)
    small = X[:, :2, :2]
    assert gradcheck(lambda x: op(x, axis=axis, keepdims=keepdims), small)
    assert gradcheck(lambda x: op(x, axis=axis, keepdims=keepdims), small[:, :1], order=2)


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)], ids=str)
@pytest.mark.parametrize("op", named(REDUCTIONS))
def test_reductions_on_values_agree_with_tensors(op, axis):
    small = X[0, :2, :3]
    values = np.frompyfunc(Value, 1, 1)(small)
    tensor = Tensor(small)
    on_values = autograd.sum(op(values, axis=axis) ** 2)
    on_tensor = autograd.sum(op(tensor, axis=axis) ** 2)
    assert on_values.item() == pytest.approx(on_tensor.item(), rel=1e-13)
    on_values.backward()
    on_tensor.backward()
    found = np.array([v.grad for v in values.flat]).reshape(small.shape)
    np.testing.assert_allclose(found, tensor.grad, rtol=1e-12, atol=1e-15)
    assert gradcheck(lambda v: op(v, axis=axis), values, order=2)


@pytest.mark.parametrize("op", named(REDUCTIONS))
def test_reductions_of_nothing(op):
    empty = Tensor(np.zeros((0, 3)))
    if op.empty is None:
        with pytest.raises(ValueError, match=f"{op.name} of no elements"):
            op(empty)
        with pytest.raises(ValueError, match="reduce along an axis that has elements"):
            op(empty, axis=0)
    else:
        y = op(empty, axis=0)
        assert np.array_equal(y.data, np.zeros(3))
        y.backward(np.ones(3))
        assert empty.grad.shape == (0, 3)
    along = op(empty, axis=1)
    assert along.shape == (0,)
    along.backward(np.zeros(0))
    assert empty.grad.shape == (0, 3)


@pytest.mark.parametrize("op", named(REDUCTIONS))
def test_reductions_keep_float32(op):
    x = Tensor(X.astype(np.float32))
    y = op(x, axis=1)
    y.backward(np.ones(y.shape))
    assert y.dtype == x.grad.dtype == np.float32


@pytest.mark.parametrize("kind", ["tensor", "values"])
@pytest.mark.parametrize("op", [TABLE["max"], TABLE["min"]], ids=["max", "min"])
def test_ties_share_equally(op, kind):
    data = [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 1.0]]
    if op.name == "min":
        data = [[-x for x in row] for row in data]
    x = Tensor(data) if kind == "tensor" else np.frompyfunc(Value, 1, 1)(np.array(data))
    autograd.sum(op(x, axis=1)).backward()
    found = x.grad if kind == "tensor" else np.array([v.grad for v in x.flat]).reshape(3, 3)
    assert np.allclose(found, [[0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3], [0.5, 0, 0.5]])


# --- structure ------------------------------------------------------------------------------

A = np.random.default_rng(3).normal(size=(2, 3))
B = np.random.default_rng(4).normal(size=(3, 2))
STACKED = np.random.default_rng(5).normal(size=(2, 3, 2))

#: Symmetric, with eigenvalues well apart.
POSITIVE = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.4], [0.5, -0.4, 1.5]])
POSITIVES = np.stack([POSITIVE, POSITIVE @ POSITIVE / 4])

USES = {
    "reshape": [
        ({"shape": (3, 2)}, [A]),
        ({"shape": (-1,)}, [A]),
        ({"shape": (1, 6, 1)}, [A]),
        ({"shape": ()}, [A[:1, :1]]),
    ],
    "transpose": [
        ({}, [A]),
        ({"axes": (0, 1)}, [A]),
        ({"axes": (2, 0, 1)}, [STACKED]),
        ({"axes": (-1, 0, -2)}, [STACKED]),
        ({"axes": (1, -1, 0)}, [STACKED]),
    ],
    "broadcast_to": [
        ({"shape": (4, 2, 3)}, [A]),
        ({"shape": (2, 3)}, [A[:1]]),
        ({"shape": (2, 2)}, [A[:, :1]]),
    ],
    "getitem": [
        ({"key": 1}, [A]),
        ({"key": -1}, [A]),
        ({"key": (slice(None), 1)}, [A]),
        ({"key": (Ellipsis, None, 0)}, [A]),
        ({"key": (slice(None, None, -2),)}, [B]),
        ({"key": [0, 0, 1]}, [A]),
        ({"key": (np.array([0, 1, 0]), np.array([2, 2, 2]))}, [A]),
        ({"key": A > 0}, [A]),
        ({"key": (slice(None), np.array([True, False, True]))}, [A]),
    ],
    "scatter": [
        ({"key": (slice(None), 1), "shape": (2, 3)}, [A[:, 0]]),
        ({"key": [1, 1, 0], "shape": (2,)}, [A[0]]),
    ],
    "concatenate": [
        ({"axis": 0}, [A, A[:1] * 2]),
        ({"axis": 1}, [A, A[:, :1]]),
        ({"axis": -1}, [A, A[:, :2], A]),
        ({}, [A]),
    ],
    "stack": [
        ({"axis": 0}, [A, B.T]),
        ({"axis": 1}, [A, B.T]),
        ({"axis": -1}, [A, B.T]),
        ({}, [A]),
    ],
    "windows": [
        ({"sizes": (2,), "steps": (1,), "gaps": (1,)}, [A]),
        ({"sizes": (2, 2), "steps": (1, 1), "gaps": (1, 1)}, [A]),
        ({"sizes": (2, 1), "steps": (2, 3), "gaps": (1, 2)}, [STACKED]),
        ({"sizes": (2,), "steps": (2,), "gaps": (3,)}, [np.linspace(-1.0, 1.0, 8)]),
    ],
    "overlap": [
        ({"shape": (3,), "steps": (1,), "gaps": (1,)}, [STACKED[:, :2, :2]]),
        ({"shape": (7,), "steps": (2,), "gaps": (2,)}, [A]),
    ],
    "matmul": [
        ({}, [A, B]),
        ({}, [A[0], B]),
        ({}, [A, B[:, 0]]),
        ({}, [A[0], B[:, 0]]),
        ({}, [STACKED, STACKED.transpose(0, 2, 1)]),
        ({}, [A, STACKED]),
        ({}, [STACKED, A]),
        ({}, [STACKED, A[:, 0]]),
        ({}, [A[0], STACKED]),
        ({}, [STACKED[:, None], STACKED.transpose(0, 2, 1)]),
    ],
    "affine": [
        ({}, [A, B, A[0, :2]]),
        ({}, [A, B, A[:, :2]]),
    ],
    "astype": [({"dtype": np.float64}, [A])],
    "cumsum": [({"axis": 0}, [A]), ({"axis": 1}, [A])],
    "einsum": [
        ({"subscripts": "ij,jk->ki"}, [A, B]),
        ({"subscripts": "ij,k->i"}, [A, B[:, 0]]),
        ({"subscripts": "ijk,ijk,k->"}, [STACKED, STACKED, STACKED[0, 0]]),
    ],
    "inv": [({}, [POSITIVE]), ({}, [POSITIVES])],
    "det": [({}, [POSITIVE]), ({}, [POSITIVES])],
    "logabsdet": [({}, [POSITIVE]), ({}, [POSITIVES])],
    "cholesky": [({}, [POSITIVE]), ({}, [POSITIVES])],
    "eigen": [({}, [POSITIVE]), ({}, [POSITIVES])],
    "singular": [({}, [A]), ({}, [A.T]), ({}, [POSITIVES])],
    "solve": [({}, [POSITIVE, POSITIVE[:, :2] + 1]), ({}, [POSITIVES, POSITIVES - 1])],
    "dot": [],  # a row for single numbers: below
    "take": [],  # likewise: tests/trace/test_scalar_programs.py
    # likewise: test_javascript_matrices.py
    **{f"{name}_part": [] for name in ("inv", "det", "logabsdet", "cholesky", "solve")},
    **{f"{name}_part": [] for name in ("eigen", "singular")},
}


def test_every_structural_row_has_its_uses_here():
    assert set(USES) >= {op.name for op in STRUCTURAL}


def all_uses():
    for op in STRUCTURAL:
        for i, (params, inputs) in enumerate(USES.get(op.name, [])):
            yield pytest.param(op, params, inputs, id=f"{op.name}-{i}")


@pytest.mark.parametrize(("op", "params", "inputs"), list(all_uses()))
def test_structural_rows_to_second_order(op, params, inputs):
    result = op.apply(*map(Tensor, inputs), **params)
    expected = op.array(*inputs, **params)
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result.data, expected)
    assert gradcheck(lambda *xs: op.apply(*xs, **params) ** 3, *inputs, order=2)


@pytest.mark.parametrize(("op", "params", "inputs"), list(all_uses()))
def test_structural_rows_forward_mode_agrees_with_reverse(op, params, inputs):
    """⟨u, J·t⟩ = ⟨Jᵀ·u, t⟩ for any u and t."""
    rng = np.random.default_rng(0)
    tangents = [rng.normal(size=x.shape) for x in inputs]
    value, moved = autograd.jvp(lambda *xs: op.apply(*xs, **params) ** 2, inputs, tangents)
    assert moved.shape == value.shape
    u = rng.normal(size=value.shape)
    nodes = list(map(Tensor, inputs))
    back = gradients(op.apply(*nodes, **params) ** 2, nodes, gradient=u)
    forward = np.sum(u * moved)
    assert forward == pytest.approx(sum(np.sum(g * t) for g, t in zip(back, tangents, strict=True)))


def test_dot_is_a_neuron():
    ws, xs, b = [0.5, -1.0], [2.0, 3.0], 0.25
    y = TABLE["dot"](*map(Value, ws), *map(Value, xs), Value(b))
    assert y.item() == 0.5 * 2 - 3 + 0.25
    assert gradcheck(lambda *v: TABLE["dot"](*v) ** 2, *ws, *xs, b, order=2)


def test_the_table_lists_what_the_issue_names():
    """Functions that are not rows are written in terms of rows."""
    needed = (
        "exp expm1 log log1p sqrt sin cos tanh abs sign maximum minimum clip where logaddexp pow "
        "sum mean prod max min var std norm logsumexp matmul dot reshape transpose broadcast_to "
        "concatenate stack"
    )
    for name in needed.split():
        assert callable(getattr(autograd, name))
