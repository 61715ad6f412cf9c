"""A node that is turned into a plain number: it is said once a line, with the way out."""

import ast
import math
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import GradientLostWarning, Tensor, Value, no_grad

V = Value(2.0, label="v")

SLIPS = {
    "math": lambda: math.exp(V),
    "float": lambda: float(V * 3.0),
    "an element of an array": lambda: np.zeros(3).__setitem__(0, V),
    "an array of floats": lambda: np.array([V], dtype=float),
    "np.interp": lambda: np.interp(V, [1.0, 3.0], [1.0, 2.0]),
    "np.gradient": lambda: np.gradient(np.array([V, V * V, V * 3.0])),
    "math of a tensor": lambda: math.exp(Tensor([1.0]).sum()),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_lost_gradient_warns_at_the_users_line(slip):
    with pytest.warns(GradientLostWarning, match=r"test_lost_gradients.py:\d+: .*lambda") as found:
        slip()
    assert found[0].filename == __file__
    assert found[0].lineno == slip.__code__.co_firstlineno


def test_the_warning_names_the_node_and_the_remedy():
    with pytest.warns(GradientLostWarning) as found:
        math.exp(V) * float(V * 3.0)
    first, second = (str(one.message) for one in found)
    assert "Value 'v'" in first
    assert "Use autograd.exp in place of math.exp, or .item()" in first
    assert "a Value made by mul" in second


def test_one_line_warns_once():
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("default")
        for x in (1.0, 2.0, 3.0):
            math.exp(Value(x))
    assert len(found) == 1


def test_what_the_slip_does_to_a_gradient():
    """d/dx of x·eˣ is (1 + x)·eˣ; half of it is lost, and said."""
    with pytest.warns(GradientLostWarning):
        assert ag.grad(lambda x: math.exp(x) * x)(2.0) == pytest.approx(math.exp(2.0))
    assert ag.grad(lambda x: ag.exp(x) * x)(2.0) == pytest.approx(3 * math.exp(2.0))


def test_what_means_the_number_does_not_warn():
    t = Tensor([1.0, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f"{V:.1f} {t.sum():.1f}" == "2.0 3.0"
        repr(V), str(t)
        V.item(), t.sum().item(), V.data
        assert V > 1.0
        assert V == 2.0
        assert bool(V)
        sorted([Value(2.0), Value(1.0)])
        with no_grad():
            made = V * 2.0
            float(made), float(V)
        float(made)  # a constant
        max(V, 1.0)


def sentences():
    """Yield each text of the packages that is said, with its file: no docstring, no plain word."""
    root = Path(ag.__file__).parents[1]
    for package in ("autograd", "nn", "viz", "chainrule"):
        for path in sorted((root / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            inside = {
                id(part)
                for node in ast.walk(tree)
                if isinstance(node, ast.JoinedStr)
                for part in ast.walk(node)
                if part is not node
            }
            for node in ast.walk(tree):
                if id(node) in prose or id(node) in inside:
                    continue
                if isinstance(node, ast.JoinedStr):
                    parts = [p.value if isinstance(p, ast.Constant) else "x" for p in node.values]
                    yield path.name, "".join(parts)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield path.name, node.value


#: What cuts a gradient, where it is said in a sentence.
CUTS = re.compile(r"\S \S*(\.data\b|\bdetach\(\)|\bno_grad\(\))")
#: Those that are about something else: data of a leaf, where no gradient comes from.
ABOUT_LEAVES = ("change a leaf's .data", "it was made under no_grad()")


def test_no_advice_cuts_a_gradient_without_saying_so():
    found = [(file, text) for file, text in sentences() if CUTS.search(text)]
    assert len(found) > 3
    silent = [
        one
        for one in found
        if "no gradient" not in one[1] and not any(part in one[1] for part in ABOUT_LEAVES)
    ]
    assert not silent
