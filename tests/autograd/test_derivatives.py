"""grad, jacobian, hessian, hvp and jvp: their figures, their nesting, and what they return."""

import dataclasses
import math
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import (
    ShapeError,
    Tensor,
    Value,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
)

X = np.array([0.5, -1.2, 2.0])


def numbers(array):
    """Return an array of numbers or `Value`s as one of numbers."""
    return np.array([x.data if isinstance(x, Value) else x for x in array.flat], float).reshape(
        array.shape
    )


def rosenbrock(v):
    """Its derivatives are known in closed form: H. H. Rosenbrock, 1960."""
    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2


def rosenbrock_gradient(x, y):
    return [-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)]


def rosenbrock_hessian(x, y):
    return [[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200]]


# --- grad and value_and_grad ----------------------------------------------------------------


def test_grad_of_a_float_is_a_float():
    g = grad(lambda x: x**3)(2.0)
    assert type(g) is float
    assert g == 12.0


def test_grad_of_an_array_is_an_array():
    g = grad(lambda x: (x**2).sum())(X)
    assert type(g) is np.ndarray
    np.testing.assert_allclose(g, 2 * X)


def test_value_and_grad_gives_plain_results():
    value, g = value_and_grad(lambda x: (x**2).sum())(X)
    assert type(value) is float
    assert value == pytest.approx(np.sum(X**2))
    np.testing.assert_allclose(g, 2 * X)


def test_argnum_picks_arguments():
    def f(x, y, z):
        return x * y + z**2

    assert grad(f)(2.0, 3.0, 4.0) == 3.0
    assert grad(f, 1)(2.0, 3.0, 4.0) == 2.0
    assert grad(f, argnum=2)(2.0, 3.0, 4.0) == 8.0
    assert grad(f, (0, 2))(2.0, 3.0, 4.0) == (3.0, 8.0)
    value, both = value_and_grad(f, (2, 1))(2.0, 3.0, 4.0)
    assert value == 22.0
    assert both == (8.0, 2.0)


def test_arguments_of_different_kinds():
    def f(w, x, scale):
        return ag.sum(ag.matmul(x, w)) * 2.0 if scale is None else ag.sum(w) * scale

    w, x = np.ones((3, 2)), np.ones((4, 3))
    g_w, g_x = grad(f, (0, 1))(w, x, None)
    assert g_w.shape == w.shape
    assert g_x.shape == x.shape


def test_grad_walks_once_for_all_arguments():
    """f is called once, and both gradients come of one recording."""
    calls = []

    def f(x, y):
        calls.append(1)
        return x * y

    grad(f, (0, 1))(2.0, 3.0)
    assert len(calls) == 1


def test_a_function_of_several_results_is_refused():
    with pytest.raises(TypeError, match=r"one number as its result.*jacobian"):
        grad(lambda x: x * 2)(X)
    with pytest.raises(TypeError, match="one number as its result"):
        grad(lambda x: "text")(1.0)
    with pytest.raises(TypeError, match="one number as its result"):
        grad(lambda x: [x, x])(1.0)


def test_an_array_with_one_element_is_one_number():
    assert grad(lambda x: np.array([x * x]))(3.0) == 6.0
    assert grad(lambda x: ag.reshape(x * x, (1, 1)))(np.array(3.0)) == 6.0


def test_unreached_inputs_give_zeros():
    assert grad(lambda x, y: x * 2.0, 1)(1.0, 2.0) == 0.0
    assert np.array_equal(grad(lambda x, y: x.sum(), 1)(X, np.ones((2, 2))), np.zeros((2, 2)))
    assert grad(lambda x: 5.0)(1.0) == 0.0
    assert np.array_equal(grad(lambda x: 5.0)(X), np.zeros(3))
    a, b = Value(1.0), Tensor([1.0, 2.0])
    assert gradients(a * 2.0, [Value(1.0)]) == [0.0]
    assert np.array_equal(gradients(b.sum(), [Tensor([1.0, 2.0])])[0], [0.0, 0.0])
    assert np.array_equal(jacobian(lambda x: np.ones(2))(X), np.zeros((2, 3)))
    assert np.array_equal(hessian(lambda x: x.sum())(X), np.zeros((3, 3)))
    assert jvp(lambda x: 5.0, (1.0,), (1.0,)) == (5.0, 0.0)
    assert hvp(lambda x: x * 2.0)(1.0, 1.0) == 0.0


def test_gradients_leaves_grad_alone():
    a = Value(3.0)
    b = a * a
    assert gradients(b, [a, b]) == [6.0, 1.0]
    assert not a.has_grad
    assert not b.has_grad


def test_gradients_with_respect_to_interior_nodes():
    a = Value(3.0)
    b = a * a
    c = b * b
    assert gradients(c, [b]) == [18.0]


def test_gradients_needs_a_node():
    with pytest.raises(TypeError, match="recorded node"):
        gradients(3.0, [Value(1.0)])


def test_float32_stays_float32():
    x = X.astype(np.float32)
    assert grad(lambda v: (v * v).sum())(x).dtype == np.float32
    assert jacobian(lambda v: v * v)(x).dtype == np.float32
    value, tangent = jvp(lambda v: v * v, (x,), (np.ones(3),))
    assert value.dtype == tangent.dtype == np.float32


# --- jacobian, hessian, hvp -----------------------------------------------------------------


def test_jacobian_of_a_linear_map_is_its_matrix():
    M = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(jacobian(lambda x: M @ x)(X), M)


def test_jacobian_shapes():
    f = lambda x: ag.transpose(x) ** 2
    J = jacobian(f)(np.ones((2, 3)))
    assert J.shape == (3, 2, 2, 3)
    assert J[2, 1, 1, 2] == 2.0
    assert J.sum() == 12.0
    assert jacobian(lambda x: x * 3)(2.0) == 3.0
    assert jacobian(lambda x: x.sum())(X).shape == (3,)
    assert jacobian(lambda x, y: x * y, argnum=1)(2.0, 5.0) == 2.0


def test_jacobian_of_a_list_of_values():
    assert np.array_equal(jacobian(lambda x: [x, x * x])(3.0), [1.0, 6.0])
    values = np.array([Value(1.0), Value(2.0)])
    J = jacobian(lambda v: np.array([v[0] * v[1], v[0], v[1] ** 2]))(values)
    np.testing.assert_array_equal(numbers(J), [[2, 1], [1, 0], [0, 4]])


@pytest.mark.parametrize("x", [np.array([0.3, -0.7]), np.array([Value(0.3), Value(-0.7)])])
def test_rosenbrock(x):
    slopes = numbers(grad(rosenbrock)(x))
    np.testing.assert_allclose(slopes, rosenbrock_gradient(0.3, -0.7), rtol=1e-13)
    H = rosenbrock_hessian(0.3, -0.7)
    np.testing.assert_allclose(numbers(hessian(rosenbrock)(x)), H, rtol=1e-13)
    v = np.array([1.0, -2.0])
    np.testing.assert_allclose(numbers(hvp(rosenbrock)(x, v)), H @ v, rtol=1e-13)


def test_hessian_of_a_quadratic_form():
    M = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 5.0]])
    np.testing.assert_allclose(hessian(lambda x: x @ M @ x)(X), M + M.T)


def test_hvp_is_the_hessian_times_the_vector():
    f = lambda x: ag.logsumexp(x) + ag.prod(x) + ag.norm(x) + ag.var(x)
    v = np.array([1.0, 2.0, -0.5])
    np.testing.assert_allclose(hvp(f)(X, v), hessian(f)(X) @ v, rtol=1e-10)


# --- orders nest ----------------------------------------------------------------------------


@pytest.mark.parametrize("order", range(7))
@pytest.mark.parametrize("x", [0.7, np.array(0.7)], ids=["value", "tensor"])
@pytest.mark.parametrize(
    ("f", "derivative"),
    [
        (ag.sin, lambda n, x: math.sin(x + n * math.pi / 2)),
        (ag.exp, lambda n, x: math.exp(x)),
        (
            lambda x: x**5,
            lambda n, x: math.perm(5, n) * x ** (5 - n) if n <= 5 else 0.0,
        ),
        (ag.log, lambda n, x: math.log(x) if n == 0 else -math.factorial(n - 1) * (-1 / x) ** n),
        (lambda x: 1 / x, lambda n, x: math.factorial(n) * (-1) ** n / x ** (n + 1)),
    ],
    ids=["sin", "exp", "x**5", "log", "1/x"],
)
def test_orders_nest_to_any_depth(f, derivative, x, order):
    for _ in range(order):
        f = grad(f)
    assert float(f(x)) == pytest.approx(derivative(order, 0.7), rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("x", [0.7, np.array(0.7)], ids=["value", "tensor"])
def test_forward_and_reverse_nest_in_every_order(x):
    f = lambda x: ag.sin(x) * ag.exp(2 * x)
    forward = lambda f: lambda x: jvp(f, (x,), (x * 0.0 + 1.0,))[1]
    # f is the imaginary part of e^{(2 + i)x}
    expected = (complex(2, 1) ** 3 * complex(math.cos(0.7), math.sin(0.7))).imag * math.exp(1.4)
    for outer in (grad, forward):
        for middle in (grad, forward):
            for inner in (grad, forward):
                found = float(outer(middle(inner(f)))(x))
                assert found == pytest.approx(expected, rel=1e-12)


def forward_grad(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


@pytest.mark.parametrize("inner", [grad, forward_grad])
@pytest.mark.parametrize("outer", [grad, forward_grad])
def test_perturbations_are_not_confused(outer, inner):
    """d/dx of x · d/dy (x + y) is 1, not 2 (Siskind and Pearlmutter, 2005)."""
    assert float(outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0)) == 1.0
    found = outer(lambda x: inner(lambda y: x * y * y)(x))(3.0)  # d/dx of 2x·x
    assert float(found) == 12.0


def test_functions_may_close_over_outer_variables():
    def f(x):
        inner = grad(lambda y: x * x * y**3)  # 3 x² y²
        return inner(2.0)

    assert grad(f)(5.0) == 2 * 5.0 * 12.0
    w = Value(4.0)
    slope = grad(lambda x: w * x * x)(3.0)
    assert slope.item() == 24.0


def test_differentiating_by_a_node_of_ones_own():
    """Given a node, the result is a node, and the outer graph goes on through it."""
    a = Value(3.0)
    slope = grad(lambda x: x**3)(a)
    assert isinstance(slope, Value)
    slope.backward()
    assert a.grad == 18.0


def test_value_and_grad_under_an_outer_transform():
    def f(x):
        value, slope = value_and_grad(lambda y: y**3)(x)
        return value * slope  # 3 x⁵

    assert grad(f)(2.0) == 15 * 2.0**4


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x[[0, 0, 2]] * x[1:2] ** 2).sum() ** 2,
        lambda x: ag.sum(ag.concatenate([x, x * x]) ** 3),
        lambda x: ag.sum(ag.stack([x, x * x], axis=1) ** 3),
        lambda x: ag.norm(ag.reshape(x, (3, 1)) @ ag.reshape(x, (1, 3))),
        lambda x: ag.logsumexp(ag.broadcast_to(x, (2, 3)) * np.arange(6.0).reshape(2, 3)),
        lambda x: ag.max(x) * ag.min(x) * ag.mean(x**3),
        lambda x: ag.prod(x) ** 2,
        lambda x: ag.std(x, ddof=1) + ag.var(x),
        lambda x: ag.where(x > 0, x**3, ag.exp(x)).sum() ** 2,
        lambda x: ag.sum(ag.maximum(x, 0.1) ** 3 / ag.logaddexp(x, 1.0)),
    ],
)
def test_third_derivatives_against_differences_of_second_ones(f):
    v = np.array([0.3, -0.2, 0.5])
    third = grad(lambda x: (hvp(f)(x, v) * v).sum())(X)
    h = 1e-5
    for i in range(3):
        step = h * np.eye(3)[i]
        numeric = (v @ hvp(f)(X + step, v) - v @ hvp(f)(X - step, v)) / (2 * h)
        assert third[i] == pytest.approx(numeric, rel=2e-6, abs=2e-6)


def test_prod_with_zeros_to_every_order():
    """∂/∂x and ∂²/∂x∂y of xyz where factors are 0: division by them would give NaN."""
    for point in ([0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]):
        x, y, z = point
        np.testing.assert_array_equal(grad(ag.prod)(np.array(point)), [y * z, x * z, x * y])
        np.testing.assert_array_equal(
            hessian(ag.prod)(np.array(point)), [[0, z, y], [z, 0, x], [y, x, 0]]
        )
        third = jacobian(hessian(ag.prod))(np.array(point))
        assert third[0, 1, 2] == third[2, 1, 0] == 1.0


# --- forward mode ---------------------------------------------------------------------------


def test_jvp_returns_plain_numbers():
    value, tangent = jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    assert (value, tangent) == (6.0, 23.0)
    assert type(value) is type(tangent) is float
    value, tangent = jvp(lambda x: x * 2, (X,), (X,))
    np.testing.assert_array_equal(tangent, 2 * X)


def test_jvp_of_several_values():
    value, tangent = jvp(lambda x: np.array([x, x * x]), (3.0,), (2.0,))
    np.testing.assert_array_equal(value, [3.0, 9.0])
    np.testing.assert_array_equal(tangent, [2.0, 12.0])
    values = np.array([Value(1.0), Value(2.0)])
    value, tangent = jvp(lambda v: ag.sum(v * v), (values,), (np.array([1.0, 10.0]),))
    assert (value.item(), tangent.item()) == (5.0, 42.0)  # nodes, for the values are variables


def test_jvp_checks_its_arguments():
    with pytest.raises(ShapeError, match="tangent of ndarray of shape"):
        jvp(lambda x: x, (X,), (np.ones(2),))
    with pytest.raises(ValueError, match="1 primals and 2 tangents"):
        jvp(lambda x: x, (X,), (X, X))
    with pytest.raises(TypeError, match="as two tuples"):
        jvp(lambda x: x, 3.0, 1.0)


def test_an_argument_that_is_not_there():
    for transform in (grad, value_and_grad, jacobian, hessian):
        with pytest.raises(IndexError, match=r"no argument 2; .* called with 2"):
            transform(lambda x, y: x * y, argnum=2)(2.0, 3.0)


def test_jvp_where_only_some_inputs_move():
    _, tangent = jvp(lambda x, y: ag.concatenate([x * 2, y]), (X, X), (X, 0 * X))
    np.testing.assert_array_equal(tangent, [*(2 * X), 0, 0, 0])
    c = np.ones((2, 3))
    _, tangent = jvp(lambda x: ag.stack([x, c[0]], axis=1), (X,), (X,))
    np.testing.assert_array_equal(tangent, np.stack([X, 0 * X], axis=1))


def test_jvp_through_a_deep_chain():
    def f(x):
        y = x
        for _ in range(5_000):
            y = y + x * 1e-3
        return y

    assert jvp(f, (2.0,), (1.0,))[1] == pytest.approx(6.0)


# --- what else is variable stays part of the graph ------------------------------------------


def test_a_penalty_on_a_gradient_reaches_the_weights():
    """d/dw of (x·w − 11)² + (‖w‖ − 1)² at w = (3, 4), x = (1, 1): −8 and 8·(3, 4)/5."""
    w = Tensor([[3.0], [4.0]])
    x = np.array([[1.0, 1.0]])
    slope = grad(lambda x: (x @ w).sum())(x)
    loss = ((x @ w - 11.0) ** 2).sum() + (ag.norm(slope) - 1.0) ** 2
    loss.backward()
    np.testing.assert_allclose(w.grad, [[-8 + 4.8], [-8 + 6.4]])


@pytest.mark.parametrize("transform", ["grad", "value_and_grad", "jacobian", "jvp", "hvp", "vjp"])
@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_derivative_keeps_the_variables_that_f_closes_over(transform, kind):
    """Each is w·(something of x): its derivative by w is that something."""
    w, x = kind(2.0), kind(3.0).item() if kind is Value else np.array(3.0)
    f = lambda x: w * x**3
    found, by_w = {
        "grad": lambda: (grad(f)(x), 27.0),
        "value_and_grad": lambda: (value_and_grad(f)(x)[0], 27.0),
        "jacobian": lambda: (jacobian(f)(x), 27.0),
        "jvp": lambda: (jvp(f, (x,), (x * 0 + 2.0,))[1], 54.0),
        "hvp": lambda: (ag.hvp(f)(x, x * 0 + 1.0), 18.0),
        "vjp": lambda: (ag.make_vjp(f)(x)[0](x * 0 + 1.0), 27.0),
    }[transform]()
    assert isinstance(found, kind)
    found.backward()
    assert w.grad == pytest.approx(by_w)


def test_a_derivative_is_plain_where_nothing_else_is_variable():
    a, b = Value(2.0), Tensor([1.0, 2.0])
    with ag.no_grad():
        made = a * a
    assert type(grad(lambda x: x * made)(3.0)) is float  # made under no_grad: a constant
    assert type(grad(lambda x: x * a.detach())(3.0)) is float
    assert type(grad(lambda x: grad(lambda y: y**2)(3.0) * x)(2.0)) is float
    assert type(grad(lambda x: (x * b.data).sum())(np.ones(2))) is np.ndarray


def test_under_no_grad_derivatives_are_taken_and_come_out_plain():
    w = Value(2.0)
    with ag.no_grad():
        assert grad(lambda x: w * x**2)(3.0) == 12.0
        assert grad(grad(lambda x: w * x**3))(3.0) == 36.0
        assert grad(lambda x: x)(3.0) == 1.0
        assert type(value_and_grad(lambda x: w * x)(3.0)[0]) is float
        assert jvp(lambda x: w * x, (3.0,), (1.0,)) == (6.0, 2.0)


def test_the_checker_and_a_trace_see_outer_variables_too():
    f = lambda w: grad(lambda x: x * x * w)(3.0) ** 2  # 36 w²
    assert ag.gradcheck(f, 2.0, order=2)
    traced = ag.trace(f)
    for w in (2.0, 3.0):
        value, slope = traced.value_and_grad(w)
        assert value == pytest.approx(36.0 * w * w)
        assert slope == pytest.approx(72.0 * w)


def test_a_truth_value_or_a_text_has_no_derivative():
    for x in (2.0, np.array(2.0)):
        with pytest.raises(TypeError, match="truth value"):
            grad(lambda x: x > 1)(x)
        with pytest.raises(TypeError, match="the text 'abc'"):
            grad(lambda x: "abc")(x)


# --- structures of parameters ---------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Parameters:
    w: Any
    layers: Any
    name: str = "net"


class Pair(NamedTuple):
    a: Any
    b: Any


def test_gradients_have_the_structure_of_the_parameters():
    p = Parameters(
        w=np.array([1.0, 2.0]), layers=[{"s": 3.0, "act": "relu"}, Pair(2.0, (4.0, None))]
    )

    def f(p):
        first, second = p.layers
        return (p.w**2).sum() * first["s"] * second.a + second.b[0] ** 2

    g = grad(f)(p)
    assert type(g) is Parameters
    np.testing.assert_array_equal(g.w, [12.0, 24.0])
    assert g.layers == [{"s": 10.0, "act": None}, Pair(15.0, (8.0, None))]
    assert type(g.layers[0]["s"]) is float


def test_structures_in_the_other_transforms():
    p, v = {"a": 2.0, "b": np.ones(2)}, {"a": 1.0, "b": np.zeros(2)}
    f = lambda p: p["a"] ** 2 * p["b"].sum()
    value, tangent = jvp(f, (p,), (v,))
    assert (value, tangent) == (8.0, 8.0)
    product = hvp(f)(p, v)
    assert product["a"] == 4.0
    np.testing.assert_array_equal(product["b"], [4.0, 4.0])
    H = hessian(f)(p)
    assert H["a"]["a"] == 4.0
    np.testing.assert_array_equal(H["a"]["b"], [4.0, 4.0])
    np.testing.assert_array_equal(H["b"]["a"], [4.0, 4.0])
    np.testing.assert_array_equal(H["b"]["b"], np.zeros((2, 2)))
    vjp, value = ag.make_vjp(lambda p: {"y": p["a"] * p["b"], "z": p["a"] ** 2})(p)
    np.testing.assert_array_equal(value["y"], [2.0, 2.0])
    g = vjp({"y": np.array([1.0, 10.0]), "z": 100.0})
    assert g["a"] == 11.0 + 400.0
    np.testing.assert_array_equal(g["b"], [2.0, 20.0])


def test_a_list_of_numbers_is_an_array_and_one_of_arrays_is_a_structure():
    np.testing.assert_array_equal(grad(lambda x: (x**2).sum())([1.0, 2.0]), [2.0, 4.0])
    first, second = grad(lambda ws: (ws[0] * ws[1]).sum())([np.ones(2), np.full(2, 3.0)])
    np.testing.assert_array_equal(first, [3.0, 3.0])
    np.testing.assert_array_equal(second, [1.0, 1.0])


def test_what_holds_no_number_is_refused():
    for nothing in ("adam", None, {}, ["relu"], object()):
        with pytest.raises(TypeError, match=r"argument 0 .* no number to differentiate by"):
            grad(lambda p: 1.0)(nothing)
    with pytest.raises(ShapeError, match="different form"):
        jvp(lambda p: p["a"], ({"a": 1.0},), ({"b": 1.0},))


# --- a row at a time, a batch at a time -----------------------------------------------------


def test_elementwise_grad_gives_the_slopes_of_a_curve():
    x = np.linspace(-2, 2, 7)
    np.testing.assert_allclose(ag.elementwise_grad(ag.tanh)(x), 1 - np.tanh(x) ** 2)
    second = ag.elementwise_grad(ag.elementwise_grad(ag.sin))(x)
    np.testing.assert_allclose(second, -np.sin(x), atol=1e-15)
    assert ag.elementwise_grad(ag.sin)(0.0) == 1.0
    with pytest.raises(TypeError, match="elementwise_grad"):
        ag.elementwise_grad(lambda x: "text")(1.0)


def test_vjp_and_jvp_are_products_with_the_jacobian():
    f = lambda x: ag.tanh(x) * x[::-1]
    J = jacobian(f)(X)
    g = np.array([1.0, -2.0, 0.5])
    vjp, value = ag.make_vjp(f)(X)
    np.testing.assert_allclose(vjp(g), g @ J)
    np.testing.assert_allclose(vjp(2 * g), 2 * g @ J)
    np.testing.assert_allclose(value, np.tanh(X) * X[::-1])
    np.testing.assert_allclose(ag.make_jvp(f)(X)(g)[1], J @ g)
    with pytest.raises(ShapeError, match="gradient"):
        vjp(np.ones(2))


def test_a_batched_jacobian_has_that_of_each_sample():
    M = np.arange(6.0).reshape(2, 3) / 5
    f = lambda x: ag.tanh(x @ M)
    x = np.random.default_rng(0).normal(size=(5, 2))
    found = jacobian(f, batched=True)(x)
    np.testing.assert_allclose(found, [jacobian(f)(row) for row in x])
    calls = []
    jacobian(lambda x: (calls.append(1), f(x))[1], batched=True)(x)
    assert calls == [1]
    with pytest.raises(ShapeError, match="as many results as samples"):
        jacobian(lambda x: x.sum(axis=0), batched=True)(x)
    with pytest.raises(TypeError, match="needs arrays as argument and result"):
        jacobian(lambda x: x, batched=True)(2.0)
