"""A function is written once and runs on five kinds of argument; NumPy's own reach the table."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients

A = np.array([[0.3, 1.2, 2.5], [0.9, 0.4, 1.7]])
B = np.array([[1.1, 0.2, 2.5], [2.0, 0.8, 0.6]])

UNARY = [
    "exp",
    "expm1",
    "log",
    "log1p",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "abs",
    "sign",
    "relu",
    "square",
]
BINARY = [
    "maximum",
    "minimum",
    "logaddexp",
    "pow",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "equal",
    "not_equal",
]
REDUCTIONS = ["sum", "mean", "prod", "max", "min", "var", "std", "norm", "logsumexp"]

ON_SCALARS = {name: (getattr(ag, name), 1) for name in UNARY}
ON_SCALARS |= {name: (getattr(ag, name), 2) for name in BINARY}
ON_SCALARS |= {
    "clip": (lambda x: ag.clip(x, 0.5, 2.0), 1),
    "clip below": (lambda x: ag.clip(x, min=0.5), 1),
    "clip above": (lambda x: ag.clip(x, max=2.0), 1),
    "where": (lambda x, y: ag.where(ag.greater(x, y), x * y, x - y), 2),
    "operators": (lambda x, y: (x + y) * x / y - (-x) ** 2 + 2 / x - 1 + 3 * y - (1 - x), 2),
    "reflected power": (lambda x: 2**x, 1),
    "cube": (lambda x: x**3, 1),
    "softplus": (lambda x: ag.logaddexp(0, x), 1),
}

ON_ARRAYS = {name: (getattr(ag, name), 1) for name in REDUCTIONS}
ON_ARRAYS |= {
    f"{name} axis={axis}": (lambda x, name=name, axis=axis: getattr(ag, name)(x, axis=axis), 1)
    for name in REDUCTIONS
    for axis in (0, -1, (0, 1))
}
ON_ARRAYS |= {
    f"{name} keepdims": (lambda x, name=name: getattr(ag, name)(x, axis=1, keepdims=True), 1)
    for name in REDUCTIONS
}
ON_ARRAYS |= {
    "var ddof": (lambda x: ag.var(x, axis=1, ddof=1), 1),
    "std ddof": (lambda x: ag.std(x, axis=0, ddof=1), 1),
    "norm ord=1": (lambda x: ag.norm(x, ord=1, axis=0), 1),
    "norm ord=inf": (lambda x: ag.norm(x, ord=np.inf, axis=1), 1),
    "matmul": (lambda x, y: ag.matmul(x, ag.transpose(y)), 2),
    "@": (lambda x, y: x @ y.T, 2),
    "matmul vector": (lambda x, y: ag.matmul(x, y[0]), 2),
    "vector matmul": (lambda x, y: ag.matmul(x[:, 0], y), 2),
    "dot": (lambda x, y: ag.dot(x[0], y[1]), 2),
    "reshape": (lambda x: ag.reshape(x, (3, 2)) ** 2, 1),
    "reshape -1": (lambda x: ag.reshape(x, -1) ** 2, 1),
    "transpose": (lambda x: ag.transpose(x, (1, 0)) ** 2, 1),
    "T": (lambda x: x.T**2, 1),
    "broadcast_to": (lambda x: ag.broadcast_to(x, (2, 2, 3)) ** 2, 1),
    "concatenate": (lambda x, y: ag.concatenate([x, y], axis=1) ** 2, 2),
    "stack": (lambda x, y: ag.stack([x, y], axis=1) ** 2, 2),
    "row": (lambda x: x[1] ** 2, 1),
    "columns": (lambda x: x[:, [0, 0, 2]] ** 2, 1),
    "mask": (lambda x: x[np.array([True, False])] ** 2, 1),
    "new axis": (lambda x: x[..., None, :] ** 2, 1),
    "broadcast +": (lambda x, y: x + y[0] * 2, 2),
    ".sum": (lambda x: x.sum(axis=0), 1),
    ".mean": (lambda x: x.mean(), 1),
    ".max": (lambda x: x.max(axis=1), 1),
    ".min": (lambda x: x.min(), 1),
    ".prod": (lambda x: x.prod(axis=1), 1),
    ".reshape": (lambda x: x.reshape(3, 2), 1),
    ".transpose": (lambda x: x.transpose(), 1),
    ".dot": (lambda x, y: x.dot(y.T), 2),
}


def values_of(array):
    return np.frompyfunc(Value, 1, 1)(array)


def as_floats(x):
    return np.asarray(np.frompyfunc(lambda v: float(getattr(v, "data", v)), 1, 1)(x), dtype=float)


@pytest.mark.parametrize("name", ON_SCALARS)
def test_single_numbers(name):
    """float, Value, Tensor and array: equal values and gradients."""
    f, arity = ON_SCALARS[name]
    for point in zip(A.flat, B.flat, strict=True):
        point = list(map(float, point[:arity]))
        plain = f(*point)
        assert isinstance(plain, float)
        values, tensors = list(map(Value, point)), list(map(Tensor, point))
        v, t = f(*values), f(*tensors)
        arrays = f(*map(np.array, point))
        np.testing.assert_allclose([v.item(), t.item(), arrays], plain, rtol=1e-14)
        np.testing.assert_allclose(gradients(v, values), gradients(t, tensors), rtol=1e-12)


@pytest.mark.parametrize("name", [*ON_SCALARS, *ON_ARRAYS])
def test_arrays(name):
    """ndarray, object array of Values and Tensor: equal values, shapes and gradients."""
    f, arity = {**ON_SCALARS, **ON_ARRAYS}[name]
    arrays = [A, B][:arity]
    tensors, values = list(map(Tensor, arrays)), list(map(values_of, arrays))
    plain, t, v = f(*arrays), f(*tensors), f(*values)
    assert isinstance(t, Tensor)
    assert np.shape(plain) == t.shape == np.shape(v)
    np.testing.assert_allclose(t.data, plain, rtol=1e-14)
    np.testing.assert_allclose(as_floats(v), plain, rtol=1e-13)
    weights = np.random.default_rng(0).normal(size=t.shape)
    back = gradients(t, tensors, gradient=weights)
    total = ag.sum(v * weights)
    for x, g in zip(values, back, strict=True):
        found = gradients(total, list(x.flat))
        np.testing.assert_allclose(np.reshape(found, x.shape), g, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_of_lists_that_mix_numbers_and_values(name):
    v = Value(2.0)
    y = getattr(ag, name)([1.0, v, 3])
    assert isinstance(y, Value)
    assert y.item() == pytest.approx(float(getattr(ag, name)([1.0, 2.0, 3.0])))
    y.backward()
    assert v.has_grad


def test_reductions_of_one_number():
    for x in (3.0, Value(3.0), Tensor(3.0)):
        for name in ("sum", "mean", "prod", "max", "min", "norm"):
            assert getattr(ag, name)(x) == 3.0
        assert ag.var(x) == 0.0


def test_a_layer_of_values_is_one_node_a_neuron():
    w, x, b = values_of(np.ones((4, 3))), values_of(np.ones((2, 4))), values_of(np.zeros(3))
    z = ag.matmul(x, w) + b
    nodes = {node for cell in z.flat for node in ag.topological(cell)}
    leaves = w.size + x.size + b.size
    assert len(nodes) - leaves <= 2 * z.size


# --- NumPy's functions on a Tensor ----------------------------------------------------------

REACHED = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "abs": np.abs,
    "sign": np.sign,
    "square": np.square,
    "negative": np.negative,
    "positive": np.positive,
    "reciprocal": np.reciprocal,
    "maximum": lambda x: np.maximum(x, 1.0),
    "minimum, array first": lambda x: np.minimum(B, x),
    "logaddexp": lambda x: np.logaddexp(0.0, x),
    "power": lambda x: np.power(x, 3),
    "float_power": lambda x: np.float_power(2.0, x),
    "add": lambda x: np.add(B, x),
    "subtract": lambda x: np.subtract(B, x),
    "multiply": lambda x: np.multiply(x, B),
    "divide": lambda x: np.divide(1.0, x),
    "true_divide": lambda x: np.true_divide(B, x),
    "matmul": lambda x: np.matmul(x, B.T),
    "dot": lambda x: np.dot(x, B.T),
    "sum": np.sum,
    "sum axis": lambda x: np.sum(x, axis=0),
    "sum keepdims": lambda x: np.sum(x, axis=-1, keepdims=True),
    "mean": lambda x: np.mean(x, axis=1),
    "prod": lambda x: np.prod(x, axis=1),
    "max": lambda x: np.max(x, axis=1),
    "amin": lambda x: np.amin(x, axis=0),
    "var": lambda x: np.var(x, axis=0, ddof=1),
    "std": lambda x: np.std(x, axis=1),
    "linalg.norm": np.linalg.norm,
    "linalg.norm axis": lambda x: np.linalg.norm(x, axis=1),
    "linalg.norm ord": lambda x: np.linalg.norm(x, ord=1, axis=0),
    "linalg.norm ord=2": lambda x: np.linalg.norm(x, 2, axis=0, keepdims=True),
    "where": lambda x: np.where(A > 1, x, B),
    "clip": lambda x: np.clip(x, 0.5, 2.0),
    "clip a_min": lambda x: np.clip(x, a_min=0.5, a_max=None),
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "transpose": np.transpose,
    "transpose axes": lambda x: np.transpose(x, (1, 0)),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 2, 3)),
    "concatenate": lambda x: np.concatenate([x, B], axis=1),
    "concatenate, array first": lambda x: np.concatenate([B, x]),
    "stack": lambda x: np.stack([B, x], axis=-1),
    "maximum.reduce": np.maximum.reduce,
    "minimum.reduce": lambda x: np.minimum.reduce(x, axis=1),
    "add.reduce": lambda x: np.add.reduce(x, axis=1),
    "add.reduce all": lambda x: np.add.reduce(x, axis=None),
    "multiply.reduce": np.multiply.reduce,
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x, axis=1),
    "array + tensor": lambda x: B + x,
    "array - tensor": lambda x: B - x,
    "array * tensor": lambda x: B * x,
    "array / tensor": lambda x: B / x,
    "array ** tensor": lambda x: B**x,
    "tensor ** array": lambda x: x**B,
    "array @ tensor": lambda x: B.T @ x,
    "np.float64 *": lambda x: np.float64(2) * x,
    "np.float64 /": lambda x: np.float64(2) / x,
    "np.float64 -": lambda x: np.float64(2) - x,
    "np.float64 **": lambda x: np.float64(2) ** x,
    "** np.float64": lambda x: x ** np.float64(2),
    "np.int64 *": lambda x: np.int64(2) * x,
    "np.float32 +": lambda x: np.float32(2) + x,
    "bool *": lambda x: (A > 1) * x,
    "0-d array *": lambda x: np.array(2.0) * x,
}
if np.lib.NumpyVersion(np.__version__) >= "2.1.0":  # which gave them these names
    REACHED["clip min"] = lambda x: np.clip(x, min=0.5, max=2.0)


@pytest.mark.parametrize("name", REACHED)
def test_numpy_functions_reach_the_table(name):
    f = REACHED[name]
    x = Tensor(A)
    y = f(x)
    assert isinstance(y, Tensor)
    assert np.shape(f(A)) == y.shape
    np.testing.assert_allclose(y.data, f(A), rtol=1e-14)
    assert name == "positive" or y.op is not None
    assert ag.gradcheck(f, A)


@pytest.mark.parametrize(
    "comparison", [np.greater, np.less, np.greater_equal, np.less_equal, np.equal, np.not_equal]
)
def test_numpy_comparisons(comparison):
    for y in (comparison(Tensor(A), B), comparison(A, Tensor(B))):
        assert np.array_equal(y.data, comparison(A, B))


def test_numpy_questions_about_shape():
    x = Tensor(A)
    assert np.shape(x) == (2, 3)
    assert np.ndim(x) == 2
    assert np.size(x) == 6
    assert np.array_equal(np.zeros_like(x), np.zeros((2, 3)))


@pytest.mark.parametrize(
    ("f", "named"),
    [
        (lambda x: np.spacing(x), "np.spacing"),
        (lambda x: np.unique(x), "np.unique"),
        (lambda x: np.hypot.accumulate(x), "np.hypot.accumulate"),
        (lambda x: np.exp(x, out=np.zeros((2, 3))), "out="),
        (lambda x: np.add(x, 1.0, where=A > 1), "where="),
    ],
)
def test_what_numpy_cannot_do_here_says_so(f, named):
    with pytest.raises(TypeError, match=named):
        f(Tensor(A))


def test_adding_a_tensor_into_an_array_in_place_says_so():
    total = np.zeros((2, 3))
    with pytest.raises(TypeError, match="out="):
        total += Tensor(A)


def test_numpy_does_not_take_the_history_away_in_silence():
    with pytest.raises(TypeError, match=r"'w'.*lose its history.*np\.array.*stack"):
        np.asarray(Tensor(A, label="w"))
    with pytest.raises(TypeError, match="stack"):
        np.array([Tensor(1.0), Tensor(2.0)])
    with pytest.raises(TypeError, match="stack"):
        ag.sum([Tensor(1.0), Tensor(2.0)])


# --- Values beside NumPy's numbers and arrays -----------------------------------------------


@pytest.mark.parametrize(
    "two", [2, True + 1, np.float64(2), np.float32(2), np.int64(2), np.uint8(2), np.array(2.0)]
)
def test_numbers_of_every_type_on_either_side_of_a_value(two):
    x = Value(3.0)
    for y, expected in [
        (x + two, 5),
        (two + x, 5),
        (x - two, 1),
        (two - x, -1),
        (x * two, 6),
        (two * x, 6),
        (x / two, 1.5),
        (two / x, 2 / 3),
        (x**two, 9),
        (two**x, 8),
    ]:
        assert type(y) is Value
        assert type(y.data) is float
        assert y.data == expected
        assert ag.gradients(y, [x])[0] != 0.0


def test_a_value_with_an_array_on_either_side():
    v = Value(3.0)
    for y in (v * A, A * v):
        assert y.dtype == object
        assert y.shape == A.shape
        ag.sum(y).backward()
    assert v.grad == pytest.approx(2 * A.sum())


def test_numpy_functions_on_values():
    v = Value(0.5)
    for f in (np.exp, np.log, np.tanh, np.sqrt, np.sin, np.cos, np.abs):
        assert f(v).item() == pytest.approx(f(0.5))
        assert f(np.array([v]))[0].inputs[0] is v


def test_python_sum_of_values_and_tensors():
    values = [Value(1.0), Value(2.0)]
    sum(values).backward()
    assert [v.grad for v in values] == [1.0, 1.0]
    tensors = [Tensor([1.0]), Tensor([2.0])]
    sum(tensors).backward()
    assert [t.grad.item() for t in tensors] == [1.0, 1.0]
