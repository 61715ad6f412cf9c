"""Expressions as text: what they compute, what is refused, and that nothing else ever runs."""

import contextlib
import math
import random
import string
import sys

import numpy as np
import pytest

import autograd
from autograd import Value
from chainrule.expression import (
    DEEPEST,
    FUNCTIONS,
    LONGEST,
    ExpressionError,
    names_in,
    record,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w*x + b", -5.0),
        ("-w ** 2", -9.0),
        ("(x + b) / 4", 0.75),
        ("tanh(w)", math.tanh(-3)),
        ("sigmoid(w*x + b)", 1 / (1 + math.exp(5))),
        ("where(w < 0, -w, w)", 3.0),
        ("softmax([w, x])[1]", 1 / (1 + math.exp(-5))),
        ("mean([w, x, 1])", 0.0),
        ("leaky_relu(w, negative_slope=0.1)", -0.3),
        ("x * pi", 2 * math.pi),
        ("h = w*x\nh**2  # a comment", 36.0),
    ],
)
def test_what_an_expression_computes(text, expected):
    result = record(text, {"w": "-3", "x": "2", "b": "1"}).result
    assert result.data == pytest.approx(expected, rel=1e-15)


def test_a_file_gives_its_variables_and_names_its_steps():
    program = record("w = [0.5, -1]\nx = [2, 3]\nz = dot(w, x)\nloss = (z - 1)**2")
    program.result.backward()
    assert program.result.label == "loss"
    assert [leaf.label for leaf in program.variables["w"]] == ["w[0]", "w[1]"]
    assert [leaf.grad for leaf in program.variables["w"]] == [2 * -3 * 2, 2 * -3 * 3]


def test_a_preset_name_keeps_its_node():
    x = Value(5.0)
    program = record("x = 2\nx * x", preset={"x": x})
    assert program.result.data == 25.0
    assert program.variables["x"] is x


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x.data", "attributes"),
        ("__import__('os')", "no function __import__"),
        ("tahn(x)", "did you mean tanh?"),
        ("x if x > 0 else 0", "where"),
        ("lambda: x", "functions cannot be defined"),
        ("[y for y in x]", "is made of"),
        ("x ^ 2", "x**2"),
        ("x and 1", "where"),
        ("1 < x < 2", "is made of"),
        ("x @ x", "is made of"),
        ("tanh", "call it"),
        ("tanh(x, x)", "tanh(x, x): "),
        ("x + y", "y has no value"),
        ("[x, 1]", "single number"),
        ("3 + 4", "depends on no variable"),
        ("", "there is no expression"),
        ("x +", "no expression"),
        ("log(x - 5)", "log is not defined"),
        ("(-8)**(1/3) * x", "pow is not defined"),
        ("x[0]", "behind a list"),
        ("[x, 1][7]", "out of bounds"),
        ("[[x], [x, x]]", "differ in length"),
        ("import os", "imports"),
        ("tanh = 3", "is a function"),
        ("x, y = 1, 2", "is not allowed"),
        ("'text'", "no number"),
        ("9" * 400, "write it as a float"),
        ("x" * (LONGEST + 1), "characters"),
        ("+".join(["x"] * (DEEPEST + 10)), "nested"),
        ("(" * 500 + "x" + ")" * 500, "no expression"),
        ("-" * 9000 + "x", "no expression"),
        ("sum(" + "+".join(f"[[{i}], [{i}]] * [x]" for i in range(3)) + "[", "no expression"),
        ("tanh(**{})", "name each option"),
    ],
)
def test_what_is_refused_is_told_in_a_sentence(text, says):
    with pytest.raises(ExpressionError) as caught:
        record(text, {"x": "2"})
    assert says in str(caught.value)
    assert len(str(caught.value)) < 400
    assert "expression.py" not in str(caught.value)


def test_no_number_can_be_made_to_take_for_ever():
    rows = "[" + ",".join("[" + ",".join(["1"] * 60) + "]" for _ in range(60)) + "]"
    blown_up = "+".join([f"[[[x]]]*{rows[:2000]}"] * 2)
    for text in ("10**10**10 * x", "2**2**2**2**2**2 * x", "[x]*10**9", blown_up):
        with pytest.raises(ExpressionError):
            record(text, {"x": "2"})


def test_names_without_a_value_are_found_in_order():
    assert names_in("b = 2\nsin(a * t) + b * pi") == ["a", "t"]


def test_every_function_is_one_of_ours():
    for name, function in FUNCTIONS.items():
        home = getattr(function, "__module__", "") or type(function).__module__
        assert home.split(".")[0] in ("autograd", "nn"), name


# --- nothing else ever runs ------------------------------------------------------------------

_PIECES = [
    *("x", "w", "1", "2.5", "1e308", "-", "+", "*", "**", "/", "(", ")", "[", "]", ",", ".", " "),
    *("tanh(", "exp(", "where(", "sum([", "softmax([", "x=", "<", "==", "if", "else", "lambda:"),
    *("__import__('os').system('true')", "().__class__.__bases__[0].__subclasses__()", "{", "}"),
    *("open('/etc/passwd').read()", "exec('1')", "eval('1')", "f'{x!r}'", "\\x00", "\n", ";", "@"),
    *(
        "10**",
        "'a'*",
        "b''",
        "x.__init__.__globals__",
        ":=",
        "await ",
        "yield ",
        "import os\n",
        "~",
    ),
    *("print(1)", "globals()", "x[0]", "x.data", "x._data", "∂", "é", "\ud7ff", "%", "//", "not "),
]

_seen: list[str] = []
_watching = False


def _hook(event, arguments):
    if not _watching or event.split(".")[0] not in ("exec", "import", "open", "os", "subprocess"):
        return
    if event == "open" and (
        str(arguments[0]).endswith(".py")  # an error looks up the line of ours that raised it
        or arguments[0] == "<expression>"  # Python's parser looks for the text of its error
    ):
        return
    _seen.append(f"{event} {arguments[:1]}")


def _hostile(rng):
    if rng.random() < 0.1:
        return "".join(rng.choice(string.printable) for _ in range(rng.randrange(60)))
    if rng.random() < 0.5:  # an expression of ours, with at most one thing slipped in
        text = f"{rng.choice(['x', 'w * x', 'tanh(x - 1)'])} {rng.choice('+-*/')} sum([w, x, 2])"
        at = rng.randrange(len(text))
        return text[:at] + rng.choice(["", "", "1", *_PIECES]) + text[at:]
    return "".join(rng.choice(_PIECES) for _ in range(rng.randrange(1, 14)))


@pytest.mark.parametrize(
    "count", [1_500, pytest.param(10_000, marks=pytest.mark.thorough)], ids=["some", "many"]
)
@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_hostile_text_is_computed_or_refused_and_never_run(count):
    global _watching
    sys.addaudithook(_hook)
    _seen.clear()
    rng = random.Random(count)
    record("x * softmax([x, 1])[0]", {"x": "0.5"})  # what is compiled at first use, is now
    for function in FUNCTIONS:
        for arguments in ("(x)", "(x, x)", "([x, 1])", "(x, x, x)"):
            with contextlib.suppress(ExpressionError):
                record(function + arguments, {"x": "0.5"})
    outcomes = {"computed": 0, "refused": 0}
    _watching = True
    try:
        for _ in range(count):
            text = _hostile(rng)
            try:
                with np.errstate(all="ignore"):
                    record(text, {"x": "0.5", "w": "-2"})
                outcomes["computed"] += 1
            except ExpressionError:
                outcomes["refused"] += 1
    finally:
        _watching = False
    assert not _seen
    assert min(outcomes.values()) > count // 100


def test_the_watch_would_see_an_evaluation():
    global _watching
    sys.addaudithook(_hook)
    _seen.clear()
    _watching = True
    try:
        eval("1 + 1")
    finally:
        _watching = False
    assert any(event.startswith("exec") for event in _seen)
    assert autograd.Value(1.0).data == 1.0
