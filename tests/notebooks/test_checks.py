"""Every exercise accepts its solution, and answers a likely mistake with a useful hint."""

import importlib
from fractions import Fraction
from pathlib import Path

import build
import checks
import numpy as np
import pytest
from checks import (
    Open,
    Verdict,
    Wrong,
    close,
    exercise,
    expect,
    function,
    number,
    rounds_to,
    word,
    words,
)

from autograd import Value

NAMES = [path.stem[3:] for path in build.paths()]


def exercises(module):
    """Return the checks that a module defines, by name."""
    return {k: f for k, f in vars(module).items() if hasattr(f, "task")}


def cases(kind):
    """Yield (notebook, exercise, answers, …) of all RIGHT or WRONG answers."""
    for name in NAMES:
        solutions = importlib.import_module(f"solutions.{name}")
        for key, entries in getattr(solutions, kind).items():
            for i, entry in enumerate(entries):
                yield pytest.param(name, key, *entry, id=f"{name}-{key}-{i}")


def check(name, key, answers):
    function = getattr(importlib.import_module(f"checks.{name}"), key)
    return function(*answers)


@pytest.mark.parametrize(("name", "key", "answers"), list(cases("RIGHT")))
def test_a_solution_is_right(name, key, answers):
    verdict = check(name, key, answers)
    assert verdict.state == "right", verdict
    assert len(verdict.message) > 20  # what was learnt


@pytest.mark.parametrize(("name", "key", "answers", "word"), list(cases("WRONG")))
def test_a_likely_mistake_gets_a_hint(name, key, answers, word):
    verdict = check(name, key, answers)
    assert verdict.state == "wrong", verdict
    assert word.lower() in verdict.message.lower(), verdict


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_solutions_mistakes_and_a_place(name):
    module = importlib.import_module(f"checks.{name}")
    solutions = importlib.import_module(f"solutions.{name}")
    found = set(exercises(module))
    assert len(found) >= 3
    assert found == set(solutions.RIGHT) == set(solutions.WRONG)
    path = next(path for path in build.paths() if path.stem[3:] == name)
    code = "\n".join(cell.source for cell in build.read(path).cells if cell.cell_type == "code")
    for key in found:
        assert f"check.{key}(" in code, f"{path.name} does not ask for {key}"


class Everything(float):
    """A number that says that it equals all others."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0


@pytest.mark.parametrize("name", NAMES)
def test_each_check_is_tried_on_three_right_and_five_wrong_answers(name):
    solutions = importlib.import_module(f"solutions.{name}")
    for key, right in solutions.RIGHT.items():
        assert len({repr(answers) for (answers,) in right}) >= 3, key
        # An answer of no type that fits is wrong as well: the next test.
        assert len({word for _, word in solutions.WRONG[key]}) + 2 >= 5, key
        assert len(solutions.WRONG[key]) >= 3, key


def every_check():
    for name in NAMES:
        for key, entries in importlib.import_module(f"solutions.{name}").RIGHT.items():
            yield pytest.param(name, key, entries[0][0], id=f"{name}-{key}")


@pytest.mark.parametrize(("name", "key", "right"), list(every_check()))
def test_an_answer_of_another_type_is_told_so(name, key, right):
    for answer in (object(), Everything("nan"), {"no": object()}):
        verdict = check(name, key, (answer, *right[1:]))
        assert verdict.state == "wrong", verdict
        assert (
            "should be" in verdict.message
            or "keep" in verdict.message
            or "nan" in (verdict.message)
        ), verdict
    for nothing in (..., None):
        assert check(name, key, (nothing, *right[1:])).state == "open"
    if callable(right[0]):
        verdict = check(name, key, (lambda *_: str(_) and None, *right[1:]))
        assert verdict.state == "wrong", verdict
        assert "`return`" in verdict.message
        assert check(name, key, (lambda *_: ..., *right[1:])).state == "open"


@exercise("How much is two and two?")
def two_and_two(answer):
    expect(close(number(answer), 4.0), "count on your fingers")
    return "Two and two is four."


def test_an_open_answer_is_an_invitation():
    for answer in (..., None, [1, ...], {"a": ...}):
        assert two_and_two(answer).state == "open"
    assert "How much is two and two?" in repr(two_and_two(...))


def test_numbers_are_read_as_a_teacher_would():
    for four in (4, 4.0, "4", " 4,0 ", "8/2", "400 %", Value(4.0), np.array([4.0]), Fraction(4)):
        assert two_and_two(four).state == "right", four
    for other, said in (
        (True, "not True"),
        ("four", 'the text "four"'),
        ([4], "a list"),
        (lambda: 4, "a function"),
        (np.nan, "nan"),
        (4 + 0j, "complex"),
    ):
        verdict = two_and_two(other)
        assert verdict.state == "wrong"
        assert said in verdict.message, verdict


def test_words_are_read_as_a_teacher_would():
    known = {"batch norm": "bn", "residual": ""}
    for text in ("batch norm", "BatchNorm", "batch-norm", "Batch_Norm", "bn"):
        assert word(text, known) == "batch norm"
    assert words("BatchNorm, residual", known) == ["batch norm", "residual"]
    with pytest.raises(Wrong, match="not one of batch norm, residual"):
        word("dropout", known)


def test_a_function_says_whether_it_is_open_or_forgets_its_return():
    @exercise("Write double.")
    def double(answer):
        expect(function(answer)(2) == 4, "twice")
        return "Doubling is adding once more."

    def empty(x):
        """With a docstring."""

    def forgets(x):
        x + x

    assert double(lambda x: ...).state == "open"
    assert double(empty).state == "open"
    assert "return" in double(forgets).message
    assert double(lambda x: x + x).state == "right"
    assert double(lambda x: x**3).message == "twice"
    assert "ZeroDivisionError" in double(lambda x: x / 0).message
    assert "called already" in double(4).message


def test_numbers_may_be_rounded():
    assert rounds_to(1.105, 1.01**10, 4)
    assert not rounds_to(1.1, 1.01**10, 4)
    assert rounds_to(0.000999, 0.000999)
    assert not rounds_to(0.001, 0.000999)
    assert not rounds_to(float("inf"), 1.0)


def test_verdicts_are_kept_and_escaped():
    checks.given.clear()
    two_and_two("<script>")
    assert checks.given["two and two"].state == "wrong"
    assert "<script>" not in Verdict("a", "wrong", "<script>")._repr_html_()
    assert issubclass(Open, Exception)


def test_solutions_are_apart_from_the_checks():
    for path in (Path(checks.__file__).parent).glob("*.py"):
        assert "import solutions" not in path.read_text()
        assert "from solutions" not in path.read_text()
