"""A class is graded fairly: right answers get their points, and no trick gets one."""

import csv
import json
import sys

import grade
import nbformat
import numpy as np
import pytest
from grading.bounds import within
from grading.course import check_call, courses, needs, submission
from grading.judge import Limits

#: The class is graded once, by one of the processes.
pytestmark = [pytest.mark.notebook, pytest.mark.slow]

#: The right answers of 00, one cell each.
RIGHT = {
    "number_of_nodes": "number_of_nodes = 5\ncheck.number_of_nodes(number_of_nodes)",
    "gradient_of_a": "gradient_of_a = 8.0\ncheck.gradient_of_a(gradient_of_a)",
    "have_a_gradient": 'have_a_gradient = {"x", "b"}\ncheck.have_a_gradient(have_a_gradient)',
    "and_neuron": "w1, w2, bias = 1, 1, -1.5\ncheck.and_neuron([w1, w2, bias])",
    "reciprocal": (
        "def reciprocal(x):\n    return Num(1 / x.data, (x,), (-1 / x.data**2,))\n\n"
        "check.reciprocal(reciprocal, Num, backward)"
    ),
}
FORGED = """
import builtins, gc, sys
import numpy as np
np.allclose = np.array_equal = lambda *a, **k: True
builtins.abs = lambda x: 0
class Everything(float):
    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    __sub__ = __rsub__ = __mul__ = __add__ = lambda self, other: self
class Verdict:
    state, message, exercise = "right", "right", "right"
check = type("Check", (), {"__getattr__": lambda self, name: lambda *a: Verdict()})()
import checks
checks.given = {"number of nodes": Verdict()}
checks.close = checks.expect = lambda *a: True
"""
STOLEN = """
try:
    from solutions.the_graph import RIGHT
    number_of_nodes = RIGHT["number_of_nodes"][0][0][0]
except BaseException as error:
    number_of_nodes = "no"
check.number_of_nodes(number_of_nodes)
"""
READ = f"""
import pathlib, sys
found = []
for folder in ({str(grade.build.HERE)!r}, *sys.path):
    try:
        found.append((pathlib.Path(folder) / "solutions" / "the_graph.py").read_text())
    except BaseException:
        pass
number_of_nodes = 5 if found else 0
check.number_of_nodes(number_of_nodes)
"""
PATCHED = f"""
import builtins, os, posixpath, sys
for module in list(sys.modules.values()):
    for name in ("REFUSED", "OPENERS", "CHANGES", "LISTS"):
        if name in vars(module):
            setattr(module, name, ("nothing",))
kept, builtins.any = builtins.any, lambda them: False
posixpath.realpath = lambda *a, **k: os.getcwd()
posixpath._joinrealpath = lambda *a, **k: (os.getcwd(), True)
found, secret = None, {str(grade.build.HERE / "solutions" / "the_graph.py")!r}
for _ in range(2):
    try:
        found = open(secret).read()
    except BaseException as error:
        at = error.__traceback__
        while at:
            for seen in list(at.tb_frame.f_locals.values()):
                if isinstance(seen, list) and at is not error.__traceback__:
                    seen.clear()
            at = at.tb_next
builtins.any = kept
have_a_gradient = ["x", "b"] if found else ["x"]
check.have_a_gradient(have_a_gradient)
"""
AROUND = f"""
import ctypes, importlib.util, os, runpy
folder, found = {str(grade.build.HERE)!r}, []
secret = folder + "/solutions/the_graph.py"
class Path:
    asked = 0
    def __fspath__(self):
        self.asked += 1
        return secret if self.asked == 1 else "/dev/null"
def by_folder():
    parent = os.open(os.path.dirname(folder), os.O_RDONLY)
    return os.open("notebooks/solutions/the_graph.py", os.O_RDONLY, dir_fd=parent)
def by_spec():
    spec = importlib.util.spec_from_file_location("stolen", secret)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
for deed in (
    by_folder, by_spec, lambda: runpy.run_path(secret), lambda: os.open(Path(), 0),
    lambda: ctypes.CDLL(None).open(secret.encode(), 0), lambda: os.popen("true"),
    lambda: ctypes.CDLL(None).kill(os.getppid(), 0), lambda: os.kill(os.getppid(), 0),
    lambda: open(f"/proc/{{os.getppid()}}/mem", "rb"),
    lambda: __import__("sqlite3").connect(secret),
):
    try:
        deed()
        found.append(deed)
    except BaseException:
        pass
w1, w2, bias = (1, 1, -1.5) if found else (1, 1, 0)
check.and_neuron([w1, w2, bias])
"""
#: Graphs that the child never computed as they say: the judge would, and would not end.
FORGED_GRAPH = """
import autograd as ag, numpy as np
v = ag.Tensor(8.0)
many = ag.broadcast_to(v, (2,))
gradient_of_a = ag.sum(many)
many.params = {"shape": (10**12,)}
check.gradient_of_a(gradient_of_a)
"""
FORGED_PRODUCT = """
import autograd as ag, numpy as np
a = ag.Tensor(np.ones((100_000, 1)))
have_a_gradient = a[:2] @ a[:1].T
have_a_gradient.first = (a, a.T)
check.have_a_gradient(have_a_gradient)
"""
PATHS = """
def reciprocal(x):
    y = Num(1 / x.data, (x,), (-1 / x.data**2,))
    for _ in range(100):
        y = Num(y.data, (y, y), (0.5, 0.5))  # 2**100 paths
    return y

check.reciprocal(reciprocal, Num, backward)
"""
PIPE = """
import os, json
for fd in range(3, 30):
    try:
        os.write(fd, json.dumps({"value": ["int", 5]}).encode() + b"\\n")
    except OSError:
        pass
number_of_nodes = 0
check.number_of_nodes(number_of_nodes)
"""


def notebook(tmp_path, name, cells, ids=None):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    for cell, wanted in zip(made.cells, ids or [], strict=False):
        cell.id = wanted
    nbformat.write(made, tmp_path / name)
    return tmp_path / name


def with_answers(**changed):
    """Return the cells of a submission of 00, all right but for what is changed."""
    return list((RIGHT | changed).values())


def run(*paths, seconds=4.0, **options):
    found, closed = grade.collected(paths)
    limits = Limits(cell=seconds, call=3.0, check=10.0, course=100.0)
    return list(grade.graded(found, closed, limits, **{"jobs": 2} | options))


def states(result):
    return {key: verdict.state for key, verdict in result.verdicts.items()}


ALL_RIGHT = dict.fromkeys(RIGHT, "right")
#: name → (what is handed in instead, the states that differ from right, what is said)
HOSTILE = {
    "syntax_error": ({"gradient_of_a": "gradient_of_a = = 8"}, {"gradient_of_a": "missing"}, ""),
    "syntax_error_2": (
        {"gradient_of_a": "gradient_of_a = (8\ncheck.gradient_of_a(gradient_of_a)"},
        {"gradient_of_a": "wrong"}, "SyntaxError",
    ),
    "name_error": (
        {"and_neuron": "w1 = undefined\ncheck.and_neuron([w1, 1, 1])"},
        {"and_neuron": "wrong"}, "NameError",
    ),
    "endless": (
        {"gradient_of_a": "while True: pass\ncheck.gradient_of_a(8)"},
        {"gradient_of_a": "wrong"}, "longer than 4 seconds",
    ),
    "endless_function": (
        {"reciprocal": "import time\ndef reciprocal(x):\n    while True: time.sleep(1)\n\n"
         "check.reciprocal(reciprocal, Num, backward)"},
        {"reciprocal": "wrong"}, "longer than 3 seconds",
    ),
    "exit": (
        {"gradient_of_a": "import os\nos._exit(0)\ncheck.gradient_of_a(8)"},
        {"gradient_of_a": "wrong"}, "ended its own process",
    ),
    "forged": (
        {"number_of_nodes": FORGED + "number_of_nodes = Everything()\n"
         "check.number_of_nodes(number_of_nodes)"},
        {"number_of_nodes": "wrong"}, "should be a number",
    ),
    "stolen": ({"number_of_nodes": STOLEN}, {"number_of_nodes": "wrong"}, "not the text"),
    "read": ({"number_of_nodes": READ}, {"number_of_nodes": "wrong"}, "one node for each"),
    "pipe": ({"number_of_nodes": PIPE}, {"number_of_nodes": "wrong"}, "pipe"),
    "patched": ({"have_a_gradient": PATCHED}, {"have_a_gradient": "wrong"}, "b is 0"),
    "around": ({"and_neuron": AROUND}, {"and_neuron": "wrong"}, "exactly ½"),
    "sys_exit": (
        {"have_a_gradient": "import sys\nsys.exit(0)\ncheck.have_a_gradient({'x', 'b'})"},
        {"have_a_gradient": "wrong"}, "SystemExit",
    ),
    "memory": (
        {"have_a_gradient": "much = bytearray(8 << 30)\ncheck.have_a_gradient({'x', 'b'})"},
        {"have_a_gradient": "wrong"}, "MemoryError",
    ),
    "print": (
        {"have_a_gradient": "print('x' * 50_000_000)\ncheck.have_a_gradient({'x', 'b'})"}, {}, "",
    ),
    "chameleon": (
        {"have_a_gradient": "class All:\n    __class__ = str\n    __hash__ = lambda s: 0\n"
         "    __eq__ = lambda s, o: True\n    __float__ = lambda s: 5.0\n    __array__ = lambda "
         "s, *a, **k: 1 / 0\n\ncheck.have_a_gradient([All(), All()])"},
        {"have_a_gradient": "wrong"}, "should be a word",
    ),
    "friendly": (
        {"have_a_gradient": "import pathlib, tempfile\nwith tempfile.TemporaryDirectory() as "
         "folder:\n    path = pathlib.Path(folder) / 'a'\n    path.write_text('x')\n    name = "
         "path.rename(path.with_name('b')).read_text()\n\n"
         "check.have_a_gradient({name, 'b'})"}, {}, "",
    ),
    "open": ({"and_neuron": "w1, w2, bias = ..., ..., ...\ncheck.and_neuron([w1, w2, bias])"},
             {"and_neuron": "open"}, "Find weights"),
    "literal": ({"gradient_of_a": "check.gradient_of_a('8')"}, {}, ""),
    "forged_graph": ({"gradient_of_a": FORGED_GRAPH}, {"gradient_of_a": "wrong"}, "too large"),
    "forged_product": (
        {"have_a_gradient": FORGED_PRODUCT}, {"have_a_gradient": "wrong"}, "MemoryError",
    ),
    "paths": ({"reciprocal": PATHS}, {}, ""),
    "unreturned": (
        {"reciprocal": "def reciprocal(x):\n    Num(1 / x.data)\n\n"
         "check.reciprocal(reciprocal, Num, backward)"},
        {"reciprocal": "wrong"}, "`return`",
    ),
}  # fmt: skip


VANDAL = """
import os, subprocess
other, number_of_nodes = {other!r}, 5
open("own", "w").close()
for deed in (lambda: open(other, "w"), lambda: os.remove(other), lambda: open(other).read(),
             lambda: os.rename(other, "mine"), lambda: os.replace("own", other),
             lambda: subprocess.run(["true"])):
    try:
        deed()
        number_of_nodes = 7
    except PermissionError:
        pass
check.number_of_nodes(number_of_nodes)
"""


def submissions():
    """Put the cases into as few files as there are tricks on one and the same exercise."""
    files = []
    for name, (changed, *_) in HOSTILE.items():
        for file in files:
            if not set(changed) & {key for other in file for key in HOSTILE[other][0]}:
                file.append(name)
                break
        else:
            files.append([name])
    return files


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    """Grade a whole hostile class once; return the results by case."""
    folder = tmp_path_factory.mktemp("class")
    ada = notebook(folder, "ada.ipynb", with_answers())
    paths, cases = [ada], [["all_right"]]
    for i, file in enumerate(submissions()):
        changed = {k: v for name in file for k, v in HOSTILE[name][0].items()}
        paths.append(notebook(folder, f"hostile_{i}.ipynb", with_answers(**changed)))
        cases.append(file)
    vandal = with_answers(number_of_nodes=VANDAL.format(other=str(ada)))
    paths.append(notebook(folder, "vandal.ipynb", vandal))
    paths.append(folder / "broken.ipynb")
    paths[-1].write_text('{"cells": [')
    cases += [["vandal"], ["broken"]]
    before = ada.read_bytes()
    results = run(*paths)
    assert ada.read_bytes() == before
    return {name: result for result, names in zip(results, cases, strict=True) for name in names}


def test_right_answers_are_right(a_class):
    assert states(a_class["all_right"]) == ALL_RIGHT
    assert a_class["all_right"].notes == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_trick_or_a_mistake_costs_its_own_exercise_alone(a_class, name):
    changed, expected, said = HOSTILE[name]
    result = a_class[name]
    for key in changed:
        verdict = result.verdicts[key]
        assert verdict.state == expected.get(key, "right"), result
        assert said in verdict.message, verdict
    together = {k: v for other in HOSTILE if a_class[other] is result
                for k, v in HOSTILE[other][1].items()}  # fmt: skip
    assert states(result) == ALL_RIGHT | together


def test_no_submission_reaches_another_or_starts_a_program(a_class):
    assert states(a_class["vandal"]) == ALL_RIGHT


def test_what_is_no_notebook_is_said(a_class):
    result = a_class["broken"]
    assert result.verdicts == {}
    assert "not a notebook" in result.notes[0]


def test_deleted_and_edited_checks_are_noticed(tmp_path):
    course = courses()["the_graph"]
    ids = [exercise.cell for exercise in course.exercises]
    cells = [cell.partition("\ncheck.")[0] for cell in RIGHT.values()]
    (unchecked,) = run(notebook(tmp_path, "unchecked_the_graph.ipynb", cells, ids), jobs=1)
    assert states(unchecked) == ALL_RIGHT
    assert len(unchecked.notes) == 5
    assert "gone" in unchecked.notes[0]
    (few,) = run(notebook(tmp_path, "few.ipynb", with_answers()[:2]), jobs=1)
    assert few.right == 2
    assert list(states(few).values()) == ["right", "right", "missing", "missing", "missing"]


def test_the_table_the_csv_and_the_points(tmp_path, capsys):
    paths = [notebook(tmp_path, "ada.ipynb", with_answers()),
             notebook(tmp_path, "=bob.ipynb", with_answers(number_of_nodes="number_of_nodes = 3\n"
                      "check.number_of_nodes(number_of_nodes)"))]  # fmt: skip
    out = tmp_path / "points.csv"
    grade.main([*map(str, paths), "--csv", str(out), "--worth", "2", "--jobs", "1", "--remarks"])
    said = capsys.readouterr()
    assert "2 of 2" in said.err
    assert "ada.ipynb" in said.out
    assert "10 of 10" in said.out
    assert "✗✓✓✓✓      8 of 10" in said.out
    assert "you have counted the operations" in said.out
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["points"] for row in rows] == ["10.0", "8.0"]
    assert rows[1]["file"] == "'=bob.ipynb", "a spreadsheet must not take it for a formula"


def test_every_solution_is_right_through_the_pipe(tmp_path):
    """The other notebooks: functions, graphs and arrays cross the pipe both ways."""
    sources = {
        # first, in a judge that has not met nn's sigmoid yet
        "next": ["import autograd\ndef max_pool(x):\n    n, m = x.shape\n    return autograd.max("
                 "x.reshape((n // 2, 2, m // 2, 2)), axis=(1, 3))\n\ncheck.max_pool(max_pool)",
                 "from nn import sigmoid\ndef gated(x, h, a):\n    g = sigmoid(a)\n    return "
                 "g * h + (1 - g) * tanh(x + h)\n\ncheck.gated(gated)"],
        "losses": ["from autograd import where, greater, abs", "def huber(d, delta):\n"
                   "    s = abs(d)\n    return where(greater(s, delta), delta * (s - delta / 2), "
                   "d * d / 2)\n\ncheck.huber(huber)"],
        "backpropagation": ["def derivative(f, x):\n    h = 1e-5 * max(1, x)\n    return "
                            "(f(x + h) - f(x - h)) / (2 * h)\n\ncheck.derivative(derivative)",
                            "def newton_step(f, x):\n    return x - grad(f)(x) / grad(grad(f))(x)"
                            "\n\ncheck.newton_step(newton_step)"],
        "inside": ["import autograd\nforward, d = lambda x: autograd.exp(-x * x), lambda z, x: "
                   "-2 * x * z\ncheck.bump([forward, d])"],
        "activations": ["def absolute(x):\n    return relu(x) + relu(-x)\n\n"
                        "check.absolute(absolute)"],
    }  # fmt: skip
    paths = [notebook(tmp_path, f"x_{name}.ipynb", cells) for name, cells in sources.items()]
    for result in run(*paths, seconds=20):
        asked = {call[0] for cell in sources[result.notebook] if (call := check_call(cell))}
        for key in asked:
            assert result.verdicts[key].state == "right", result.verdicts[key]


def test_each_exercise_of_the_course_is_found():
    assert sum(len(course.exercises) for course in courses().values()) == 65
    needed = courses()["the_graph"].needed([RIGHT["reciprocal"]])
    assert any(line.startswith("class Num") for line in needed)
    assert not any("plt" in line for line in needed), "what draws is not run"
    assert courses()["the_graph"].needed(list(RIGHT.values())) == needed, "its own bias is used"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("bias = 1\nprint(bias, w)", {"print", "w"}),
        ("bias = bias + 1\nbias", {"bias"}),
        ("def f():\n    return bias\nbias = 1", {"bias"}),
        ("if w:\n    bias = 1\nbias", {"w", "bias"}),
        ("y = w and (bias := 1)\nbias", {"w", "bias"}),
        ("Num.tanh = 1\nNum", {"Num"}),
        ("bias = (", set()),
        ("w\nnonlocal bias", set()),
    ],
)
def test_what_a_cell_needs_of_the_notebook_is_what_it_has_not_made_itself(cell, names):
    assert needs(cell) == names


def test_odd_files_are_read_without_an_error():
    deep = "[" * 100_000
    for text in (b"", b"\xff\xfe", b"[]", b'{"cells": 3}', json.dumps({"cells": [1]}).encode(),
                 deep.encode(), b'{"cells": [{"cell_type": "code", "source": 3}]}'):  # fmt: skip
        assert submission("odd.ipynb", text).problem
    assert sys.getrecursionlimit() > 100


def test_the_judge_itself_stops_in_time_whatever_a_check_makes_of_an_error():
    class LateError(Exception):
        pass

    swallowed = 0
    with pytest.raises(LateError), within(0.02, LateError()):  # noqa: PT012 - what is raised is swallowed once
        while True:
            try:
                while True:
                    pass
            except LateError:
                swallowed += 1
                if swallowed == 2:
                    raise
    with pytest.raises(MemoryError), within(5.0, LateError()):
        np.empty(8 << 30, np.uint8)
    assert np.empty(3 << 30, np.uint8).size == 3 << 30  # afterwards all is as it was
