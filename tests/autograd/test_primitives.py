"""A new primitive, declared in a few lines, gets everything that the built-in ones have."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import (
    RedeclaredWarning,
    Tensor,
    Value,
    elementwise,
    primitives,
    reduction,
    structural,
)
from autograd.rows.elementwise import Elementwise


@pytest.fixture(autouse=True)
def clean_table():
    before = set(primitives())
    yield
    for name, op in primitives().items():
        if name not in before:
            op.remove()


def declare_atan():
    return elementwise(
        "atan",
        scalar=math.atan,
        array=np.arctan,
        d=[lambda z, x: 1 / (1 + x * x)],
        latex=r"\arctan $x",
    )


def test_the_table_is_listed_in_order_and_cannot_be_spoilt():
    table = primitives()
    assert list(table)[:4] == ["add", "sub", "mul", "div"]
    assert all(name == op.name for name, op in table.items())
    table.clear()
    assert primitives()


@pytest.mark.parametrize("x", [0.5, np.array([0.5, -2.0]), np.array([Value(0.5), Value(2.0)])])
def test_gradients_of_every_order(x):
    atan = declare_atan()
    assert ag.gradcheck(atan, x, order=2)


def test_values_on_the_five_kinds():
    atan = declare_atan()
    expected = math.atan(0.5)
    assert atan(0.5) == expected
    assert atan(Value(0.5)).item() == expected
    assert atan(np.array([0.5]))[0] == expected
    assert atan(Tensor([0.5])).item() == expected
    assert atan(np.array([Value(0.5)]))[0].item() == expected
    assert atan([0.5])[0] == expected


def test_forward_mode_and_numpy_and_latex():
    atan = declare_atan()
    assert ag.jvp(atan, (0.5,), (2.0,))[1] == pytest.approx(2 / 1.25)
    assert np.arctan(Tensor([0.5])).op is atan
    assert ag.latex(atan(Value(0.5, label="x"))) == r"\arctan x"
    assert ag.partial_latex(atan) == r"\frac{1}{1 + x \cdot x}"
    assert primitives()["atan"] is atan


def test_one_forward_rule_for_floats_and_arrays():
    cube = elementwise("cube", lambda x: x * x * x, d=[lambda z, x: 3 * x * x])
    assert ag.gradcheck(cube, 0.5, order=2)
    assert ag.gradcheck(cube, np.ones((2, 2)), order=2)


def test_three_operands():
    lerp = elementwise(
        "lerp",
        lambda c, x, y: x + c * (y - x),
        d=[lambda z, c, x, y: y - x, lambda z, c, x, y: 1 - c, lambda z, c, x, y: c],
    )
    assert ag.gradcheck(lerp, 0.3, 1.0, 5.0, order=2)
    assert ag.gradcheck(lerp, np.array([0.3, 0.4]), np.ones((2, 1)), np.array(5.0), order=2)


def test_rules_may_use_other_rows_and_new_ones():
    logistic = elementwise(
        "logistic",
        scalar=lambda x: 1 / (1 + math.exp(-x)),
        array=lambda x: 1 / (1 + np.exp(-x)),
        d=[lambda z, x: z * (1 - z)],
    )
    swish = elementwise(
        "swish",
        scalar=lambda x: x / (1 + math.exp(-x)),
        array=lambda x: x / (1 + np.exp(-x)),
        d=[lambda z, x: logistic(x) * (1 + x - z)],
    )
    assert ag.gradcheck(swish, 0.7, order=2)
    assert ag.gradcheck(swish, np.array([0.7, -1.0]), order=2)


def test_a_reduction():
    sum_of_squares = reduction(
        "sum_of_squares",
        scalar=lambda xs: sum(x * x for x in xs),
        array=lambda x, axis, keepdims: np.sum(x * x, axis=axis, keepdims=keepdims),
        d=lambda z, x: 2 * x,
        empty=0.0,
    )
    assert ag.gradcheck(lambda x: sum_of_squares(x, axis=0), np.ones((2, 3)), order=2)
    assert ag.gradcheck(sum_of_squares, np.array([Value(1.0), Value(2.0)]), order=2)


def test_a_structural_row():
    flip = structural("flip", lambda x: x[::-1], vjp=[lambda g, z, x: flip(g)])
    assert ag.gradcheck(lambda x: flip(x) * np.arange(3.0), np.ones(3), order=2)
    _, tangent = ag.jvp(flip, (np.arange(3.0),), (np.array([1.0, 0.0, 5.0]),))
    np.testing.assert_array_equal(tangent, [5.0, 0.0, 1.0])


def test_a_partial_that_is_infinite_where_the_value_is_not():
    root = elementwise("cube_root", scalar=np.cbrt, array=np.cbrt, d=[lambda z, x: 1 / (3 * z * z)])
    v = Value(0.0)
    root(v).backward()
    assert v.grad == math.inf


def test_constants_in_a_rule_may_be_infinite():
    odd = elementwise("odd", lambda x: x, d=[lambda z, x: ag.where(ag.greater(x, 0), 1, math.inf)])
    assert ag.gradients(odd(v := Value(1.0)), [v]) == [1.0]
    assert ag.gradients(odd(t := Tensor([-1.0])), [t])[0].item() == math.inf


# --- declarations that cannot work ----------------------------------------------------------


def test_a_name_is_used_once_and_can_be_freed():
    first = declare_atan()
    with pytest.raises(ValueError, match=r"'atan' is already in the table.*remove\(\)"):
        declare_atan()
    first.remove()
    second = elementwise("atan", lambda x: x, d=[lambda z, x: 7])
    v = Value(1.0)
    second(v).backward()
    assert v.grad == 7.0, "the function generated for the first row must not be used again"


TYPED = """
from autograd import elementwise
cubed = elementwise("cubed", lambda x: x * x * x, d=[lambda z, x: {slope}])
"""


def test_a_row_typed_into_a_notebook_may_be_typed_again():
    notebook = {"__name__": "__main__"}  # as a kernel has it: the code is in no file
    exec(TYPED.format(slope="2 * x"), notebook)
    old = notebook["cubed"](v := Value(2.0))
    with pytest.warns(RedeclaredWarning, match="'cubed' is declared again"):
        exec(TYPED.format(slope="3 * x * x"), notebook)
    notebook["cubed"](w := Value(2.0)).backward()
    old.backward()
    assert (v.grad, w.grad) == (4.0, 12.0), "what was recorded keeps the row it was recorded with"
    with pytest.warns(RedeclaredWarning), pytest.raises(ValueError, match="text"):
        exec(TYPED.format(slope="'text'"), notebook)
    assert ag.primitives()["cubed"] is notebook["cubed"], "a row that fails takes no place"


def test_a_row_of_the_package_or_of_a_file_is_not_replaced():
    declare_atan()
    for name in ("tanh", "atan"):
        code = TYPED.replace('"cubed"', repr(name)).format(slope="x")
        with pytest.raises(ValueError, match="already in the table"):
            exec(code, {"__name__": "__main__"})
    with pytest.raises(ValueError, match="already in the table"):
        exec(TYPED.format(slope="x") * 2, {"__name__": "__main__", "__file__": "script.py"})


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"d": [lambda z, x: 1]}, "needs a forward rule"),
        ({"scalar": math.atan, "d": [lambda z, x: 1]}, "both scalar= and array="),
        ({"forward": abs, "d": []}, "a local derivative for each operand"),
    ],
)
def test_what_is_missing_is_said(row, words):
    with pytest.raises(TypeError, match=words):
        elementwise("incomplete", **row)
    assert "incomplete" not in primitives()


def test_a_rule_that_does_not_run_leaves_no_row():
    with pytest.raises(TypeError):
        elementwise("broken", lambda x: x, d=[lambda z, x: math.cos(x)])
    assert "broken" not in primitives()


def test_every_row_of_the_table_says_what_it_is():
    for op in primitives().values():
        assert op.symbol
        assert op.latex
        assert repr(op) == f"<primitive {op.name}>"
        if isinstance(op, Elementwise):
            assert len(op.sample) == op.arity
