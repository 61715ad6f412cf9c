"""The tables of equivalents: each row is run here, and there where the other is installed."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd import primitives

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
#: A Python that has HIPS autograd, in an environment of its own: it is imported by our name.
HIPS = Path(os.environ.get("CHAINRULE_HIPS", ROOT / ".venv-hips" / "bin" / "python"))


def load():
    spec = importlib.util.spec_from_file_location("coming_from", DOCS / "coming_from.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


coming_from = load()
ROWS = [
    pytest.param(page, row, id=f"{page.name}: {row.what}")
    for page in coming_from.PAGES
    for row in page.rows
]


def result(preamble, lines):
    """Run the lines, and return what the last one is."""
    tree = ast.parse(f"{preamble}\n{lines}")
    last = ast.Expression(tree.body.pop().value)
    names = {}
    exec(compile(tree, "<row>", "exec"), names)
    return plain(eval(compile(last, "<row>", "eval"), names))


def plain(x):
    if hasattr(x, "detach") and hasattr(x, "numpy"):  # a tensor of PyTorch
        return x.detach().numpy()
    return np.asarray(getattr(x, "data", x) if hasattr(x, "op") else x, dtype=float)


@pytest.mark.parametrize(("page", "row"), ROWS)
def test_each_row_runs_here_and_gives_what_it_gives_there(page, row):
    before = set(primitives())
    try:
        ours = result(page.ours, row.ours)
    finally:
        for name in set(primitives()) - before:
            primitives()[name].remove()
    assert np.isfinite(ours).all()
    try:
        there = importlib.util.find_spec(page.package) is not None
    except ModuleNotFoundError:
        there = False
    if there:
        np.testing.assert_allclose(ours, result(page.theirs, row.theirs), rtol=1e-12)
    elif page.package == "micrograd":
        pytest.fail("micrograd comes with the extra test")


#: The same as `result`, for a process that has neither this file nor our packages.
THERE = """
import ast, json, sys
import numpy
for lines in json.load(sys.stdin):
    tree = ast.parse(lines)
    last = ast.Expression(tree.body.pop().value)
    names = {}
    exec(compile(tree, "<row>", "exec"), names)
    print(json.dumps(numpy.asarray(eval(compile(last, "<row>", "eval"), names)).tolist()))
"""


@pytest.mark.thorough
@pytest.mark.skipif(not HIPS.exists(), reason="no .venv-hips, which make test-all makes")
def test_the_rows_of_hips_autograd_give_the_same_there(tmp_path):
    page = coming_from.HIPS
    asked = [f"{page.theirs}\n{row.theirs}" for row in page.rows]
    done = subprocess.run(
        [HIPS, "-I", "-c", THERE],  # -I: no paths of ours
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert not done.returncode, done.stderr
    before = set(primitives())
    try:
        ours = [result(page.ours, row.ours) for row in page.rows]
    finally:
        for name in set(primitives()) - before:
            primitives()[name].remove()
    for row, here, there in zip(page.rows, ours, done.stdout.splitlines(), strict=True):
        np.testing.assert_allclose(here, json.loads(there), rtol=1e-12, err_msg=row.what)


@pytest.mark.parametrize("page", coming_from.PAGES, ids=lambda page: page.name)
def test_the_pages_are_the_current_ones(page):
    assert coming_from.file_of(page).read_text(encoding="utf-8") == coming_from.page(page)
