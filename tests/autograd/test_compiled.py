"""The compiled core is the same engine: what it computes, says, keeps and frees."""

import copy
import gc
import importlib.util
import inspect
import os
import pickle
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

import autograd
import nn.activations
import nn.losses
from autograd import Value, exp, expit, no_grad, primitives, scope
from autograd.compiled import build
from autograd.node import Node
from autograd.rows.composite import Composite
from autograd.storage import core

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent

compiled = pytest.mark.skipif(
    not autograd.accelerated, reason="the core is not built here (make fast), or turned off"
)


def in_another_process(code, **environment):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_formulas_in_c_are_those_of_the_table():
    """Whoever changes a formula prints them again: see CONTRIBUTING.md."""
    # In a process of its own, for other tests add rows of theirs to the table.
    code = (
        "import nn.activations, nn.losses; from autograd.compiled import rows; "
        "assert rows.FILE.read_text('utf-8') == rows.header()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_a_compiler_one_line_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("CHAINRULE_PURE", raising=False)
    monkeypatch.setenv("CC", "no-such-compiler")
    assert build.build(tmp_path) is None
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (
        "chainrule: the compiled core is not built, so single numbers stay in Python: "
        "there is no C compiler (no-such-compiler)"
    )
    assert not any(tmp_path.iterdir())


@pytest.mark.skipif(bool(build.why_not()), reason="nothing can be compiled here")
def test_a_compiler_that_fails_is_one_line_too(tmp_path, capsys):
    assert build.build(tmp_path, ("-no-such-option-at-all",)) is None
    (line,) = capsys.readouterr().out.splitlines()
    assert "the compiled core is not built, so single numbers stay in Python: " in line
    assert "no-such-option" in line


@pytest.mark.skipif(bool(build.why_not()), reason="nothing can be compiled here")
def test_a_folder_that_cannot_be_written_is_one_line_too(tmp_path, capsys):
    assert build.build(tmp_path / "not there") is None
    (line,) = capsys.readouterr().out.splitlines()
    assert "not there" in line


@pytest.mark.parametrize(
    ("where", "attribute", "there", "reason"),
    [
        (build.sys, "platform", "emscripten", "it is for CPython, not for cpython on emscripten"),
        (build.sys, "implementation", SimpleNamespace(name="pypy"), "not for pypy"),
        (build.sysconfig, "get_config_var", {"Py_GIL_DISABLED": 1}.get, "without the global lock"),
    ],
    ids=["a browser", "PyPy", "free threads"],
)
def test_some_pythons_keep_to_the_python_one(monkeypatch, where, attribute, there, reason):
    monkeypatch.delenv("CHAINRULE_PURE", raising=False)
    monkeypatch.setattr(where, attribute, there)
    assert reason in build.why_not()


@compiled
def test_it_can_be_turned_off():
    say = "import autograd; print(autograd.accelerated)"
    assert in_another_process(say, CHAINRULE_PURE="1") == "False\n"
    assert in_another_process(say, CHAINRULE_PURE="0") == "True\n"


@compiled
def test_a_core_of_other_sources_is_not_used(tmp_path):
    """One that was built before its sources changed says so; a newer date alone changes nothing."""
    shutil.copytree(ROOT / "autograd", tmp_path / "autograd")
    source = tmp_path / "autograd" / "compiled" / "walk.h"
    say = (
        f"import sys, warnings\nsys.path.insert(0, {str(tmp_path)!r})\n"
        "with warnings.catch_warnings(record=True) as said:\n"
        "    warnings.simplefilter('always')\n    import autograd\n"
        "print(autograd.accelerated, *[warning.message for warning in said])"
    )
    later = source.stat().st_mtime + 1e6
    os.utime(source, (later, later))
    assert in_another_process(say, CHAINRULE_PURE="0") == "True\n"
    source.write_text(source.read_text("utf-8") + "\n", "utf-8")
    os.utime(source, (later, later))
    said = in_another_process(say, CHAINRULE_PURE="0")
    assert said.startswith("False the compiled core was built from other sources than those")
    assert said.rstrip().endswith("make fast`")


@compiled
def test_a_second_copy_in_the_process_keeps_its_nodes_in_python():
    second = """
import sys, autograd
first = autograd.Value(2.0)
for name in [name for name in sys.modules if name.split(".")[0] == "autograd"]:
    del sys.modules[name]
import autograd as again
x = again.Value(3.0)
(x * x).backward(), (first * first).backward()
print(again.accelerated, x.grad, first.grad)
"""
    assert in_another_process(second, CHAINRULE_PURE="0") == "False 6.0 4.0\n"


def test_operators_and_methods_show_their_python_text():
    for function, line in [
        (Value.__mul__, "z = x * y"),
        (Value.tanh, "z = tanh(x)"),
        (Value.__pow__, "table.square.on[kind](self) if two"),
        (Value.backward, "self.quick_pass(seed)"),
    ]:
        assert line in inspect.getsource(function)
    assert Value.tanh.__name__ == "tanh"
    assert "hyperbolic" in Value.tanh.__doc__
    assert list(inspect.signature(Value.exp).parameters) == ["p"]


@compiled
def test_most_rows_are_in_c_and_each_is_the_row_that_it_says():
    found = {name for name, op in primitives().items() if type(op.on.get(Value)) is core.Row}
    assert {"add", "mul", "div", "exp", "log", "tanh", "relu", "pow", "maximum"} <= found


IN_C_TOO = [
    name
    for name, op in {**vars(nn.activations), **vars(nn.losses), **primitives()}.items()
    if name in ("erf", "erfc") or (isinstance(op, Composite) and op.proven and op.arity < 3)
]


def outcome(function, numbers):
    """Return what a row's function records on `Value`s: the result and the slopes, or the error."""
    nodes = list(map(Value, numbers))
    try:
        z = function(*nodes)
    except (ValueError, ArithmeticError) as error:
        return str(error)
    return [repr(x) for x in (z.data, *(z.local(i) for i in range(len(nodes))))]


@compiled
@pytest.mark.parametrize("name", IN_C_TOO)
def test_what_nn_adds_is_in_c_too_and_gives_the_same_numbers(name):
    op = getattr(nn.activations, name, None) or getattr(nn.losses, name, None) or primitives()[name]
    row = op.on[Value]
    assert type(row) is core.Row
    assert f'.name = "{name}"' in (HERE.parents[1] / "autograd/compiled/rows.h").read_text("utf-8")
    some = [0.0, -0.0, 1.0, -1.0, 37.0, -37.0, 40.0, -40.0, 800.0, -800.0, 1e200, -1e300, 5e-324]
    some += [float("inf"), -float("inf"), float("nan")]
    rng = random.Random(1)
    some += [rng.gauss(0, 3) for _ in range(100)]
    for x in some:
        for numbers in [(x, y) for y in some] if op.arity == 2 else [(x,)]:
            assert outcome(row, numbers) == outcome(row.__wrapped__, numbers), numbers


@compiled
def test_a_node_is_at_most_128_bytes():
    x = Value(2.0)
    assert sys.getsizeof(x * x) <= 128
    assert isinstance(x * x, Node)
    assert not hasattr(x, "__dict__")


@compiled
def test_an_operator_that_is_assigned_takes_the_place_of_the_compiled_one(monkeypatch):
    x = Value(2.0)
    with monkeypatch.context() as patch:
        patch.setattr(Value, "__add__", lambda self, other: "mine")
        assert x + 1 == "mine"
    assert (x + 1).data == 3.0


@compiled
def test_wrong_calls_are_told_as_python_tells_them():
    for wrong in (
        lambda x: Value.tanh(),
        lambda x: x.tanh(1),
        lambda x: Value.__add__(x),
        lambda x: x.exp(base=2),
        lambda x: pow(x, 2, 3),
    ):
        with pytest.raises(TypeError, match=r"argument"):
            wrong(Value(1.0))


def random_programs(count, seed=1):
    """Return what the core and what Python make of the same programs."""
    code = f"import random_values; random_values.run({count}, {seed})"
    path = f"{ROOT}{os.pathsep}{HERE}"
    return [in_another_process(code, CHAINRULE_PURE=pure, PYTHONPATH=path) for pure in "01"]


@compiled
def test_random_programs_are_the_same_to_the_last_bit():
    """Values, gradients, errors and their texts, of the core and of Python."""
    in_c, in_python = random_programs(400)
    assert "accelerated" in in_c.splitlines()[0]
    assert "in Python" in in_python.splitlines()[0]
    assert in_c.splitlines()[1:] == in_python.splitlines()[1:]
    assert len(in_c) > 100_000


@compiled
@pytest.mark.thorough
def test_many_random_programs_are_the_same_to_the_last_bit():
    in_c, in_python = random_programs(20_000, seed=2)
    assert in_c.splitlines()[1:] == in_python.splitlines()[1:]


class Holder:
    """Keeps its last result, as a module might, and is the owner of the scope it ran in."""

    def __init__(self):
        self.w = Value(2.0)
        self.last = None

    def run(self):
        with scope("holder", self):
            self.last = expit(self.w * 3.0 + 1.0)
            self.last.backward()
            self.again = lambda: self.last


def cycles():
    holder = Holder()
    holder.run()
    x = Value(1.5)
    y = exp(x) * x
    y.backward(create_graph=True)  # x.grad is a node above x
    assert (y > x) == (x < y)  # each may note the other
    z = Value(1.0)
    for _ in range(20):
        z = z * x + 0.5
    z.backward()
    with no_grad():
        return z * 2.0


def blocks():
    """Return how many blocks of memory are in use, without those kept for the next nodes."""
    gc.collect()
    return sys.getallocatedblocks() - (core.kept_nodes() if core is not None else 0)


def one_cycle():
    """Leave a module that keeps a result, which was recorded in the module's own scope."""
    holder = Holder()
    with scope("holder", holder):
        holder.last = (holder.w * 3.0).tanh()
    holder.last.backward()


def growth(times, make=cycles):
    """Return how many more blocks of memory there are after so many graphs."""
    for _ in range(500):
        make()
    before = blocks()
    for _ in range(times):
        make()
    return blocks() - before


def test_cycles_of_nodes_are_freed():
    assert growth(1_000) < 500  # one object of each graph would be a thousand


@pytest.mark.thorough
def test_a_million_graphs_leave_nothing_behind():
    assert growth(1_000_000, one_cycle) < 500
    assert growth(20_000) < 500


def test_a_long_chain_is_freed_from_any_thread():
    def run():
        x = y = Value(1.0)
        for _ in range(200_000):
            y = y + x
        y.backward()
        found.append(x.grad)

    found = []
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200_001.0] * 2


NO_MEMORY = """
import resource
from pathlib import Path
from autograd import Value
x = y = Value(1.0)
for _ in range(200_000):
    y = y + x
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
for limit in (used + 1_000_000, -1):
    resource.setrlimit(resource.RLIMIT_AS, (limit, -1))
    try:
        y.backward()
    except BaseException as error:
        print(type(error).__name__, x.grad)
print(x.grad)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or "asan" in os.environ.get("LD_PRELOAD", ""),
    reason="memory is limited in Linux's way, which the sanitizer cannot live with",
)
@pytest.mark.parametrize("pure", ["", "1"])
def test_a_pass_without_memory_says_so_and_leaves_nothing(pure):
    assert in_another_process(NO_MEMORY, CHAINRULE_PURE=pure) == "MemoryError 0.0\n200001.0\n"


def test_a_leaf_is_copied_and_pickled():
    x = Value(2.0, label="x")
    for y in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert (y.data, y.label, y.grad) == (2.0, "x", 0.0)
        assert (y * y).data == 4.0
    assert copy.deepcopy(Value.tanh) is not None


def test_the_build_script_needs_nothing_of_the_package():
    spec = importlib.util.spec_from_file_location("alone", build.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.NAME == build.NAME
