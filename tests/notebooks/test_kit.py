"""The teacher's kit: made of the notebooks, whole, and of use."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise

import build
import numpy as np
import pytest
from checks import engine as check
from grading.course import check_call, courses
from kit import __main__ as kit
from kit import engine, faults, lecture, nbgrader, plans, quizzes, skeletons, student, worksheets
from kit.slides import slides_of

#: The kit is made once, by one of the processes.
pytestmark = [pytest.mark.notebook, pytest.mark.slow]
NUMBERS = [path.stem[:2] for path in build.paths()]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kit") / "class"
    kit.make(folder, seed=3)
    return folder


# --- what students get ----------------------------------------------------------------------


def test_the_students_edition_gives_nothing_away(made):
    paths = sorted((made / "students").glob("[0-9]*.ipynb"))
    assert len(paths) == 11
    folded = 0
    for path in paths:
        notebook = build.read(path)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(not cell.outputs and cell.execution_count is None for cell in code)
        assert student.is_open(notebook)
        assert "is not installed here" in code[0].source
        folded += sum("jupyter" in cell.metadata for cell in code)
    assert folded > 25
    assert not list((made / "students").rglob("solutions*"))
    assert not list((made / "students").rglob("*grading*"))


def test_the_first_cell_says_what_to_do():
    bare = [sys.executable, "-S", "-c", student.FIRST]
    said = subprocess.run(bare, capture_output=True, text=True, check=True, env={}).stdout
    assert "is not installed here" in said
    assert "pip install" in said


def test_nbgrader_finds_an_answer_and_a_locked_test_for_each_exercise(made):
    total = 0
    for path in sorted((made / "nbgrader" / "source").glob("*/*.ipynb")):
        notebook = json.loads(path.read_text())
        cells = [
            c["metadata"]["nbgrader"] for c in notebook["cells"] if "nbgrader" in c["metadata"]
        ]
        tests = [c for c in cells if c["grade"]]
        assert len({c["grade_id"] for c in cells}) == len(cells)
        assert all(c["locked"] and c["points"] == 1 for c in tests)
        assert len(tests) == len([c for c in cells if c["solution"]])
        total += len(tests)
    assert total == sum(len(course.exercises) for course in courses().values())
    verdict = nbgrader.assignment(build.read(build.paths("00")[0])).cells[-2].source
    assert "assert verdict.state == 'right'" in verdict


# --- skeletons ------------------------------------------------------------------------------


def names_of(source):
    names = {}
    exec(compile(source, "<engine>", "exec"), names)
    return names


def test_the_skeletons_are_open_and_their_answers_are_right():
    scalar = skeletons.scalar_skeleton()
    code = "\n\n".join(
        c.source for c in scalar.cells if c.cell_type == "code" and "check" not in c.source
    )
    names = names_of(code.partition("from checks import given")[0])
    right = names_of(engine.scalar_engine())
    for name in ("mul", "tanh", "order", "backward"):
        assert getattr(check, name)(names[name], names["Num"]).state == "open"
        verdict = getattr(check, name)(right[name], right["Num"])
        assert verdict.state == "right", verdict
    for part in engine.ARRAYS:
        verdict = getattr(check, part.__name__)(part)
        assert verdict.state == "right", verdict
    asked = [call[0] for c in skeletons.array_skeleton().cells if c.cell_type == "code"
             if (call := check_call(c.source))]  # fmt: skip
    assert asked == [part.__name__ for part in engine.ARRAYS]


SLIPS = {
    "affine_backward": [("g @ W.T", "g @ W"), ("x.T @ g", "g.T @ x"), ("axis=0", "axis=1")],
    "training_loop": [("optimizer.zero_grad()", "pass"), ("optimizer.step()", "pass")],
    "dropout": [("rng.random(x.shape)", "rng.random((1, x.shape[1]))"),
                (" / (1 - p)", ""), (">= p", "< p"), ("if not training", "if training")],
    "batch_norm": [("axis=0", "axis=1"), (" + eps", ""), (" + beta", ""), ("gamma * ", "")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new"), [(n, *slip) for n, s in SLIPS.items() for slip in s]
)
def test_a_slip_in_a_layer_is_found(name, old, new):
    source = engine.inspect_source(name)
    assert old in source
    slipped = names_of("import numpy as np\nfrom typing import Any\n" + source.replace(old, new))
    assert getattr(check, name)(slipped[name]).state == "wrong"


@pytest.mark.parametrize("fault", [f for f in faults.FAULTS if "affine" not in f.where],
                         ids=lambda f: f.where.split()[0])  # fmt: skip
def test_a_slip_in_the_engine_is_found(fault):
    sound, broken = (
        names_of(engine.scalar_engine() + faults.RELU),
        names_of(faults.engine_source(fault)),
    )
    key = fault.where.split()[0]
    if hasattr(check, key):
        assert getattr(check, key)(broken[key], broken["Num"]).state == "wrong"
        assert getattr(check, key)(sound[key], sound["Num"]).state == "right"


# --- find the fault -------------------------------------------------------------------------


def test_each_of_ten_faults_shows_and_is_explained(made, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(made / "students"))
    module = __import__("faults")
    notebook = build.read(made / "students" / "find_the_fault.ipynb")
    names = {
        "compare": module.compare,
        "compare_layer": module.compare_layer,
        "engine": module.engine,
    }
    cells = [c.source for c in notebook.cells if "e = engine(" in c.source]
    assert len(cells) == 10
    shows = []
    for n, cell in enumerate(cells, 1):
        exec(cell, names)
        shows.append("differs" in capsys.readouterr().out)
        where, why = module.truth(n)
        assert check.fault(where.split()[0], n, where, why).message == why
        assert check.fault("add", n, where, why).state == "wrong"
        assert check.fault(..., n, where, why).state == "open"
        assert len(faults.FAULTS[n - 1].hint) > 20
    assert shows == [True] * 10
    with pytest.raises(ValueError, match="has changed"):
        faults.engine_source(faults.Fault("no such line", "", "", "", ""))


def test_a_fault_is_seen_in_a_picture_and_a_player(made, monkeypatch):
    monkeypatch.syspath_prepend(str(made / "students"))
    module = __import__("faults")
    program = lambda e, a, b: e.tanh(a * b + a)
    drawn = module.picture(module.engine(2), program, a=0.5, b=-1.5)
    assert "engine:" in drawn.svg
    assert "frames" in repr(module.player(program, a=0.5, b=-1.5))


# --- what the teacher gets ------------------------------------------------------------------


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words = []

    def handle_data(self, data):
        self.words += data.split()


@pytest.mark.parametrize("number", NUMBERS)
def test_slides_have_notes_and_little_text(number):
    slides = slides_of(build.read(build.paths(number)[0]), number)
    assert len(slides) >= 15
    assert sum(bool(slide.notes.strip()) for slide in slides) > len(slides) / 3
    assert not any("Exercises" in c.source.split("\n")[0] for slide in slides for c in slide.cells)


@pytest.mark.parametrize("number", NUMBERS)
def test_plans_fill_the_lesson(number):
    text = plans.plan(number)
    for minutes in (45, 90):
        part = text.partition(f"## {minutes} minutes")[2].partition("\n## ")[0]
        rows = [(int(a), int(b)) for a, b in re.findall(r"(?m)^\| (\d+)–(\d+) \|", part)]
        assert rows[0][0] == 0
        assert rows[-1][1] == minutes
        assert all(before[1] == after[0] for before, after in pairwise(rows))
        assert all(end > start for start, end in rows)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_worksheet_hides_its_answers(number):
    task, empty, full = worksheets.sheet(number, 1)
    assert worksheets.sheet(number, 1)[0:2] == (task, empty), "the same seed, the same sheet"
    others = {worksheets.sheet(number, seed)[2] for seed in (1, 2, 3)}
    assert len(others) >= 2
    reader = Text()
    reader.feed(empty)
    plain = " ".join(reader.words)
    assert "……" in plain
    assert not re.search(r"grad [-−\d]", plain)
    assert "gradient" not in re.sub(r"no gradient flows", "", empty)
    reader = Text()
    reader.feed(full)
    assert re.search(r"grad [-−]?\d", " ".join(reader.words))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_quiz_has_ten_questions_with_reasons(number):
    found = quizzes.questions(number)
    assert len(found) == 10
    assert len({question.text for question in found}) == 10
    for question in found:
        assert len(question.wrong) >= 3, question
        options = {question.right, *(answer for answer, _ in question.wrong)}
        assert len(options) == 1 + len(question.wrong), question
        assert all(len(why) > 3 for _, why in question.wrong)


def test_the_map_names_sections_that_are_there_and_leaves_no_notebook_out():
    for places in lecture.SECTIONS.values():
        for number, title in places:
            assert title in lecture.headings(number), (number, title)
    text = lecture.page()
    for path in build.paths():
        assert path.name in text or path.stem[:2] == "08"


def test_everything_is_linked_from_one_page(made):
    links = re.findall(r'href="([^"#]+)"', (made / "index.html").read_text())
    assert len(links) == 56
    for link in links:
        assert (made / link).exists(), link
    assert np.mean([path.stat().st_size > 1000 for path in (made / "teacher").rglob("*.html")]) == 1
