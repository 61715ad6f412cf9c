"""Each rewrite of a program: both of its sides give the same, and it has something to do."""

import inspect
import sys

import numpy as np
import pytest

from autograd import Tensor, trace
from autograd.symbol import Symbol
from autograd.tracing import rewrites
from autograd.tracing.program import Instruction, Program, Var
from autograd.tracing.rewrites import ARRANGEMENTS, EQUATIONS
from autograd.tracing.simplify import simplify

NUMBERS = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 30.0, -30.0])


def computed(expression, numbers):
    if not isinstance(expression, Symbol):
        return expression
    if expression.op is None:
        return numbers[expression.label]
    return expression.op(*(computed(x, numbers) for x in expression.inputs))


def operands(equation):
    rng = np.random.default_rng(0)
    return {
        name: float(rng.normal()) if name in ("k", "m") else rng.permutation(NUMBERS)
        for name in equation.names
    }


def named(equation):
    return f"{equation.pattern!r} is {equation.replacement!r}"


@pytest.mark.parametrize("equation", EQUATIONS, ids=named)
def test_both_sides_of_a_formula_are_equal(equation):
    with np.errstate(all="ignore"):
        numbers = operands(equation)
        left, right = (computed(x, numbers) for x in (equation.pattern, equation.replacement))
    known = np.isfinite(left)
    assert known.any()
    np.testing.assert_allclose(
        np.broadcast_to(right, left.shape)[known], left[known], rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("equation", EQUATIONS, ids=named)
def test_a_formula_is_found_in_a_program(equation):
    vars_ = {name: Var(name, NUMBERS.shape, np.dtype(float)) for name in equation.names}
    numbers = operands(equation)
    instructions = []

    def lowered(x):
        if not isinstance(x, Symbol):
            return x
        if x.op is None:
            return numbers[x.label] if x.label in ("k", "m") else vars_[x.label]
        output = Var("", NUMBERS.shape, np.dtype(float))
        instructions.append(Instruction(x.op, [lowered(y) for y in x.inputs], {}, output))
        return output

    result = lowered(equation.pattern)
    made = {one.output: one for one in instructions}
    found = equation.apply(made[result], made)
    if not isinstance(equation.replacement, Symbol):
        assert found is None  # a number is no array: it is left to what follows
        return
    assert found is not None
    program = Program(list(vars_.values()), instructions, [result])
    smaller = simplify(program)
    assert len(smaller.instructions) <= len(instructions)


def test_a_planted_mistake_is_found():
    wrong = rewrites.Equation(lambda x, y: (x * (-y), x * y))
    with pytest.raises(AssertionError):
        test_both_sides_of_a_formula_are_equal(wrong)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda a: a.apply.__name__.strip("_"))
def test_an_arrangement_changes_nothing_but_the_program(arrangement, monkeypatch):
    x = Tensor(np.linspace(0.5, 2.0, 6).reshape(2, 3), "x")

    def f():
        return (arrangement.example(x * 1.5) * 2.0).sum()

    def replay():
        x.zero_grad()
        step = trace(f)
        y = step()
        y.backward()
        return y.item(), x.grad, step.program.instructions

    with_it = replay()
    others = [
        rewrites.Arrangement(
            (lambda one, made, a=a: None if a is arrangement else a.apply(one, made)), a.example
        )
        for a in ARRANGEMENTS
    ]
    monkeypatch.setattr(sys.modules[simplify.__module__], "ARRANGEMENTS", others)
    without = replay()
    assert with_it[0] == pytest.approx(without[0], rel=1e-14)
    np.testing.assert_allclose(with_it[1], without[1], rtol=1e-13)
    assert [repr(one) for one in with_it[2]] != [repr(one) for one in without[2]]
    y = f()
    assert y.item() == pytest.approx(with_it[0], rel=1e-14)


def test_constants_have_names_of_their_own():
    for equation in EQUATIONS:
        assert set(inspect.signature(equation.state).parameters) == set(equation.names)
