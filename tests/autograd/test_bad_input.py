"""Every error names the operation, the operands with label and shape, and a remedy."""

import numpy as np
import pytest

import autograd as ag
from autograd import BackwardError, DomainError, ShapeError, Tensor, Value, no_grad

A = Tensor([[1.0, 2.0]], label="left")
B = Tensor([[1.0, 2.0, 3.0]], label="right")


def message(error, f):
    with pytest.raises(error) as caught:
        f()
    return str(caught.value)


# --- shapes ---------------------------------------------------------------------------------

MISMATCHED = {
    "add": lambda: A + B,
    "sub": lambda: A - B,
    "mul": lambda: A * B,
    "div": lambda: A / B,
    "pow": lambda: A**B,
    "maximum": lambda: ag.maximum(A, B),
    "logaddexp": lambda: ag.logaddexp(A, B),
    "greater": lambda: A > B,
    "matmul": lambda: A @ B,
    "where": lambda: ag.where(np.array(True), A, B),
    "concatenate": lambda: ag.concatenate([A, B], axis=0),
    "stack": lambda: ag.stack([A, B]),
}


@pytest.mark.parametrize("name", MISMATCHED)
def test_mismatched_shapes_name_op_both_shapes_and_both_labels(name):
    text = message(ShapeError, MISMATCHED[name])
    for part in (f"{name} of ", "'left'", "(1, 2)", "'right'", "(1, 3)"):
        assert part in text


@pytest.mark.parametrize("name", ["add", "matmul"])
def test_mismatched_shapes_say_what_was_expected_and_what_to_do(name):
    text = message(ShapeError, MISMATCHED[name])
    assert "must be" in text
    assert "reshape one of them" in text


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("add", lambda: A + np.zeros(3)),
        ("add", lambda: np.zeros(3) + A),
        ("matmul", lambda: np.zeros((4, 3)) @ A),
        ("maximum", lambda: ag.maximum(np.zeros(3), np.zeros(2))),
        ("maximum", lambda: ag.maximum(np.array([Value(1.0), Value(2.0)]), np.zeros(3))),
        ("matmul", lambda: ag.matmul(np.array([[Value(1.0)]]), np.zeros((2, 2)))),
        ("dot", lambda: ag.dot([Value(1.0)], [1.0, 2.0])),
        ("reshape", lambda: A.reshape(5)),
        ("transpose", lambda: A.transpose(0, 0)),
        ("transpose", lambda: A.transpose(0)),
        ("broadcast_to", lambda: ag.broadcast_to(A, (3, 3))),
        ("sum", lambda: A.sum(axis=2)),
        ("max", lambda: ag.max(np.ones(2), axis=(0, 3))),
        ("mean", lambda: ag.mean(np.array([Value(1.0)]), axis=1)),
        ("norm", lambda: ag.norm(A, axis=-3)),
    ],
)
def test_other_shape_errors_name_the_operation(name, f):
    assert f"{name} of " in message(ShapeError, f)


def test_an_index_out_of_bounds():
    text = message(IndexError, lambda: A[5])
    assert "getitem of Tensor 'left' of shape (1, 2)" in text


def test_ragged_rows():
    assert "rows of equal length" in message(ShapeError, lambda: Tensor([[1.0], [1.0, 2.0]]))
    assert "unequal lengths" in message(ShapeError, lambda: ag.sum([[1.0], [1.0, 2.0]]))


# --- Value with Tensor ----------------------------------------------------------------------

v, t = Value(2.0, label="v"), Tensor([1.0, 3.0], label="t")
MIXED = {
    "v + t": lambda: v + t,
    "t + v": lambda: t + v,
    "v - t": lambda: v - t,
    "t * v": lambda: t * v,
    "v / t": lambda: v / t,
    "t / v": lambda: t / v,
    "v ** t": lambda: v**t,
    "t ** v": lambda: t**v,
    "v < t": lambda: v < t,
    "v >= t": lambda: v >= t,
    "t > v": lambda: t > v,
    "maximum": lambda: ag.maximum(v, t),
    "maximum, tensor first": lambda: ag.maximum(t, v),
    "logaddexp": lambda: ag.logaddexp(v, t),
    "where, condition": lambda: ag.where(v, t, 0.0),
    "where, branch": lambda: ag.where(t.data > 2, t, v),
    "stack": lambda: ag.stack([v, t]),
    "np.add": lambda: np.add(t, v),
}


@pytest.mark.parametrize("name", MIXED)
def test_a_value_with_a_tensor_names_both(name):
    text = message(TypeError, MIXED[name])
    for part in ("Value 'v' = 2.0", "Tensor 't' of shape (2,)", "do not mix", "go with both"):
        assert part in text


def test_an_array_of_values_with_a_tensor():
    for f in (lambda: np.array([v, v]) + t, lambda: t + np.array([v, v]), lambda: t @ [v, v]):
        assert "Values and Tensors do not mix" in message(TypeError, f)
    text = message(TypeError, lambda: ag.matmul(t, np.array([v, v])))
    assert "array of Values of shape (2,)" in text


def test_a_node_inside_a_node():
    assert "Value 'v'" in message(TypeError, lambda: Value(v))
    assert "use it as it is" in message(TypeError, lambda: Tensor(t))
    assert "array of Values" in message(TypeError, lambda: Tensor([v, v]))


# --- backward -------------------------------------------------------------------------------


def test_backward_from_several_elements():
    text = message(BackwardError, lambda: (t * 2.0).backward())
    for part in ("shape (2,)", "one element", "sum, mean", "backward(gradient=...)"):
        assert part in text


def test_backward_through_no_grad():
    with no_grad():
        y = v * 2.0
    assert "no_grad()" in message(BackwardError, y.backward)


def test_a_gradient_of_the_wrong_shape():
    text = message(ShapeError, lambda: (t * 2.0).backward(np.ones(3)))
    assert "shape (2,)" in text
    assert "not (3,)" in text
    message(TypeError, lambda: (v * 2.0).backward([1.0, 2.0]))
    message(ShapeError, lambda: setattr(t, "grad", np.ones(3)))


def test_assigning_to_a_part_of_a_tensor():
    def assign():
        t[0] = 1.0

    text = message(TypeError, assign)
    assert "'t'" in text
    assert "where()" in text


def test_data_of_another_shape():
    w = Tensor([1.0, 2.0], label="w")
    assert "'w'" in message(ShapeError, lambda: setattr(w, "data", np.ones(3)))


# --- numbers that are not real --------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda: v * 1j,
        lambda: 1j * v,
        lambda: t * 1j,
        lambda: 1j + t,
        lambda: np.complex128(1j) * v,
        lambda: np.array([1j, 2j]) * t,
        lambda: ag.exp(1j),
        lambda: ag.sum(np.array([1j])),
        lambda: Value(1j),
        lambda: Tensor([1j]),
    ],
)
def test_complex_numbers_are_refused(f):
    message(TypeError, f)


@pytest.mark.parametrize("f", [lambda: v * "2", lambda: t * "2", lambda: ag.exp("2")])
def test_text_is_refused(f):
    message(TypeError, f)


def test_a_root_of_a_negative_number_is_never_complex():
    q = Value(-8.0, label="q")
    text = message(DomainError, lambda: q ** (1 / 3))
    for part in ("pow", "Value 'q' = -8.0", "0.333", "a positive base", "test_bad_input.py"):
        assert part in text
    with np.errstate(invalid="ignore"):
        assert np.isnan((Tensor(-8.0) ** (1 / 3)).item())


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("log", lambda x: ag.log(x)),
        ("log1p", lambda x: ag.log1p(x - 1.0)),
        ("div", lambda x: 1.0 / x),
        ("sqrt", lambda x: (x - 1.0).sqrt()),
        ("exp", lambda x: (x + 1000.0).exp()),
        ("expm1", lambda x: (x + 1000.0).expm1()),
        ("pow", lambda x: x**-1.0),
    ],
)
def test_outside_a_domain_the_error_says_where_and_what_the_domain_is(name, f):
    text = message(DomainError, lambda: f(Value(0.0, label="x")))
    assert f"{name} is not defined at" in text
    assert "it is defined for" in text
    assert "test_bad_input.py" in text


def test_a_derivative_outside_its_domain_says_of_what():
    """√x has the slope ∞ at 0; a recorded slope would have to divide by 0."""
    x = Value(0.0, label="x")
    with pytest.raises(DomainError) as caught:
        ag.gradients(x.sqrt(), [x], create_graph=True)
    assert caught.value.__notes__ == ["in the derivative of sqrt at Value 'x' = 0.0"]


def test_domain_errors_are_what_python_raises_too():
    """Code written for floats catches them unchanged."""
    for error in (ValueError, ZeroDivisionError, OverflowError):
        assert issubclass(DomainError, error)


# --- counts and parameters ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda: ag.var([1.0], ddof=1), "var with ddof=1 needs more than 1 elements"),
        (lambda: ag.std(t, ddof=2), "std with ddof=2"),
        (lambda: ag.max([]), "max of no elements"),
        (lambda: ag.mean(np.array([], dtype=object)), "mean of no elements"),
        (lambda: ag.clip(t), "min= and max="),
        (lambda: ag.norm(t, ord=0), "inf, -inf and numbers from 1 on, not 0"),
        (lambda: ag.norm(np.ones((2, 2)), ord=1), "ord=1 is for vectors"),
    ],
)
def test_parameters_that_make_no_sense(f, words):
    assert words in message(ValueError, f)


def test_the_wrong_number_of_operands():
    exp, add = ag.primitives()["exp"], ag.primitives()["add"]
    for f in (lambda: exp(t, t), lambda: add(1.0), lambda: add(t)):
        assert "operand" in message(TypeError, f)


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "max", "logsumexp", "norm", "var", "std"])
def test_an_axis_that_is_not_there_is_named_with_the_operation(name):
    reduce = getattr(ag, name)
    for x, axis in ((np.ones((2, 3)), 2), (np.ones((2, 3)), (0, -3)), (np.array(1.0), 0)):
        with pytest.raises(ShapeError, match=rf"^{name} of ndarray of shape .*axis -?\d is out"):
            reduce(x, axis=axis)
        with pytest.raises(ShapeError, match=rf"^{name} of Tensor 'x' of .*axis -?\d is out"):
            reduce(Tensor(x, label="x"), axis=axis)
