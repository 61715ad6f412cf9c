"""Every exercise accepts its solution, and answers a likely mistake with a useful hint."""

import importlib
from pathlib import Path

import build
import checks
import pytest
from checks import Open, Verdict, close, exercise, expect

NAMES = [path.stem[3:] for path in build.paths()]


def exercises(module):
    """Return the checks that a module defines, by name."""
    return {k: f for k, f in vars(module).items() if hasattr(f, "__wrapped__")}


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


@exercise("How much is two and two?")
def two_and_two(answer):
    expect(close(answer, 4.0), "count on your fingers")
    return "Two and two is four."


def test_an_open_answer_is_an_invitation():
    for answer in (..., None, [1, ...], {"a": ...}):
        assert two_and_two(answer).state == "open"
    assert "How much is two and two?" in repr(two_and_two(...))


def test_a_function_that_returns_nothing_is_open():
    @exercise("Write double.")
    def double(answer):
        expect(answer(2) == 4, "twice")
        return "Doubling is adding once more."

    assert double(lambda x: ...).state == "open"
    assert double(lambda x: None).state == "open"
    assert double(lambda x: x + x).state == "right"
    assert double(lambda x: x**3).message == "twice"


def test_an_answer_that_raises_is_wrong_and_says_so():
    @exercise("Write a function.")
    def works(answer):
        return str(answer(1))

    verdict = works(lambda x: x / 0)
    assert verdict.state == "wrong"
    assert "ZeroDivisionError" in verdict.message


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
