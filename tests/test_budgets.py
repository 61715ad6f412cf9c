"""How large the code may be, so that a teacher finds the way in it, and a reader the end of a file.

Each limit is the present size and a little room. Whoever needs more says why in the comment above
the limit; whoever makes something smaller lowers it.
"""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: Lines of Python, docstrings and blank lines included, and what has been added for how many lines.
LINES = {
    # 4,600 at first; then composites and their algebra (600); large arrays in place and from a pool
    # (350); JavaScript for live pages, with gathers and shared loops (1,300); structures of
    # parameters, `as_values` and NumPy's further functions (2,000); which calls of the user's
    # functions made a node (200); a compiled core (400);
    # inf and nan in arrays of single numbers, treated as in other arrays (50);
    # names that are looked up on demand (100); linear algebra on `Value`s, NumPy's functions of
    # positions and truth values, and who still holds an array (350);
    # decompositions of matrices on single numbers, for live pages (180); branches on Tensors (50);
    # types of the facts that rows declare and of the values that rules compute with (280);
    # the names of NumPy's functions in a program, and its products of matrices (250);
    # a backward pass for arrays alone, and errors that say why a name is missing (100);
    # when each node was made, what only few numbers have, a core built from other sources (150);
    # what a type checker knows of derivatives, rows and walks (100); types in place of Any, and
    # more that editors ask for (180);
    # the orders that a program relied on: sorted, the largest, a branch not taken (70);
    # an example for each public function that had none (90).
    # Tensors and scopes from iterators; room (20).
    # `//`, `divmod`, `round`, `int`, truths joined by `&`, and why there are no bits (200).
    # gradcheck of structures of parameters (20); max, min and sum called as Python's own (130);
    # longer names, where two things had one (20).
    # what is imported later, and types for checkers alone (180).
    "autograd": 15_650,
    # 2,900 as it was; programs that print as jax.numpy and torch, rewrites as equations, and what
    # a trace reads around it came to it; the collector is kept away from a recording (20); other
    # threads kept from drawing on NumPy before 2.3 (100); forms that NumPy is quicker in (300);
    # convolutions and what else JAX and torch lack (100); which nodes lists hold, what classes do,
    # and changes that matter only later (90); finding variables and watching
    # them, in two files (40); recordings in two thirds of the time (120);
    # docstrings and names that say more (25).
    "autograd/tracing": 6_590,
    # 4,600 at first; then attention, convolution, recurrence, transfer to and from PyTorch; errors
    # for options of PyTorch that are missing here (80); the types of losses and calls (280); those
    # of parameters, and a warning of what runtimes of ONNX lack (50).
    "nn": 7_400,
    # 6,500 at first; then live pages, films, playgrounds (500 of it for single numbers), formats,
    # the viewer; graphs drawn as their programs (1,300); attention (200); matrix forms, and plots
    # that say what they cannot show (400); plots of functions with long names (20); heat maps as
    # letters (60); boxes that open in the player and in live pages (270); what similar pictures of
    # a page share is written once, and the line of Python that draws what does not fit (160);
    # titles that keep to their boxes, and SVG written as text in half the time (30);
    # the type of what a plot returns (20); traced losses in pages, gradients in still ones (70);
    # a legend for each colour of a network, and its page (110); more that plots cannot show (40);
    # arrows that go around what is in their way (60);
    # examples of films and playgrounds (15); functions written on one line (10);
    # a function for what each kind of frame changes in the player (20);
    # longer names, where two things had one (20).
    "viz": 18_010,
}
LONGEST_FILE = 400  # lines: one concept, read in one sitting
LONGEST_FUNCTION = 60  # lines: seen as a whole on one screen

#: What a student reads in one sitting, in this order; and how long it may be, in lines and in lines
#: of code, without docstrings, comments and blank lines.
READING_PATH = ["value.py", "graph.py", "rows/op.py", "rows/arithmetic.py"]
SITTING, SITTING_OF_CODE = 600, 350

#: Functions that may be longer, each with its reason.
LONG_FUNCTIONS = {
    ("nn/training.py", "fit"): "twenty keywords, each with its line of the docstring",
    ("viz/graph/drawing.py", "draw"): "likewise",
    ("viz/pages/training_page.py", "playground"): "likewise",
    ("notebooks/grading/doors.py", "_guard"): "it contains the hook",
    (
        "notebooks/grading/doors.py",
        "hook",
    ): "as one function without closure cells, it cannot be taken apart",
}

#: What the type checkers are told to ignore, or cannot see:
IGNORED_TYPES = 14  # comments in all
#: Lines of the engine with Any: what a row returns, and what nodes hold, which is whatever the user
#: gave; an array beside a number that stays a number (1).
ANY = 250
#: Accesses to another object's private names (ruff's SLF001), each with its reason beside it.
PRIVATE = 3


def files(folder, without=""):
    found = (ROOT / folder).rglob("*.py")
    return [path for path in found if not without or without not in path.parts]


def lines_of(paths):
    return sum(path.read_text(encoding="utf-8").count("\n") for path in paths)


@pytest.mark.parametrize("folder", LINES)
def test_lines(folder):
    without = "tracing" if folder == "autograd" else ""
    assert lines_of(files(folder, without)) <= LINES[folder]


def every():
    for folder in ("autograd", "nn", "viz", "chainrule"):
        for path in files(folder):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def code_of(text):
    """Return the numbers of the lines that are code."""
    prose = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    lines = enumerate(text.split("\n"), 1)
    return [i for i, line in lines if line.split("#")[0].strip() and i not in prose]


def test_the_core_is_read_in_one_sitting():
    texts = [(ROOT / "autograd" / name).read_text(encoding="utf-8") for name in READING_PATH]
    assert sum(text.count("\n") for text in texts) <= SITTING
    assert sum(len(code_of(text)) for text in texts) <= SITTING_OF_CODE


def whole_project():
    """Yield the packages' files, and those of the notebooks, benchmarks, documents and tests."""
    for folder in (
        "autograd",
        "nn",
        "viz",
        "chainrule",
        "notebooks",
        "benchmarks",
        "docs",
        "tests",
    ):
        for path in files(folder):
            if ".ipynb_checkpoints" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_file_is_too_long():
    """Of tests a file is a list, in which nobody has to keep in mind what stands above."""
    long = {name: text.count("\n") for name, text in whole_project()}
    over = {name for name, n in long.items() if n > LONGEST_FILE and name[:6] != "tests/"}
    assert not over


def test_no_function_is_too_long():
    found = {
        (name, node.name): node.end_lineno - node.lineno + 1
        for name, text in whole_project()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {key for key, n in found.items() if n > LONGEST_FUNCTION} == LONG_FUNCTIONS.keys()


def test_types_that_are_overlooked():
    texts = [text for _, text in every()]
    assert sum(text.count("# type: ignore") for text in texts) <= IGNORED_TYPES
    engine = [path.read_text(encoding="utf-8") for path in files("autograd", "tracing")]
    assert sum(bool(re.search(r"\bAny\b", line)) for t in engine for line in t.split("\n")) <= ANY


def test_no_module_uses_private_names_of_another():
    """Ruff checks it (SLF001), and none of the packages is exempt."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lint = settings["tool"]["ruff"]["lint"]
    assert "SLF" in lint["select"]
    exempt = [files for files, rules in lint["per-file-ignores"].items() if "SLF" in str(rules)]
    assert exempt == ["tests/**", "benchmarks/**"]
    assert "SLF" not in str(lint["ignore"])
    assert sum(text.count("SLF001") for _, text in every()) <= PRIVATE


def test_no_two_classes_share_a_name():
    """A name that means two things has to be looked up each time a reader meets it."""
    found = {}
    for path, text in every():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).add(path)
    assert not {name: paths for name, paths in found.items() if len(paths) > 1}


#: Functions that must not be defined a second time, and where they are.
ONCE = {
    "topological": "autograd/graph.py",
    "as_operand": "autograd/rows/operands.py",
    "numbers": "autograd/trace_hooks.py",
    "map_parts": "autograd/structure.py",
    "in_mode": "nn/module.py",
}


def test_what_is_defined_once_has_no_second_place():
    """One topological order, one check of operands, one reader of numbers, one mapper, one mode."""
    found = {}
    for name, text in every():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name in ONCE:
                method = node.args.args and node.args.args[0].arg == "self"
                if not method or node.name == "in_mode":
                    found.setdefault(node.name, []).append(name)
    assert found == {name: [place] for name, place in ONCE.items()}
    assigned = re.compile(r"\w\.training = ")
    assert {name for name, text in every() if assigned.search(text)} == {ONCE["in_mode"]}
