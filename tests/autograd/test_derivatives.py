"""grad, jacobian, hessian, hvp and jvp: their figures, their nesting, and what they return."""

import math

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
    np.testing.assert_array_equal(J, [[2, 1], [1, 0], [0, 4]])


@pytest.mark.parametrize("x", [np.array([0.3, -0.7]), np.array([Value(0.3), Value(-0.7)])])
def test_rosenbrock(x):
    np.testing.assert_allclose(grad(rosenbrock)(x), rosenbrock_gradient(0.3, -0.7), rtol=1e-13)
    H = rosenbrock_hessian(0.3, -0.7)
    np.testing.assert_allclose(np.asarray(hessian(rosenbrock)(x), float), H, rtol=1e-13)
    v = np.array([1.0, -2.0])
    np.testing.assert_allclose(np.asarray(hvp(rosenbrock)(x, v), float), H @ v, rtol=1e-13)


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
    assert float(slope) == 24.0


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
    assert jvp(lambda v: ag.sum(v * v), (values,), (np.array([1.0, 10.0]),)) == (5.0, 42.0)


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
