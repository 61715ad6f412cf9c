"""The eager core stands by itself: with the trace's folder deleted, its tests pass."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ("value", "tensor", "kinds", "modes", "published", "latex", "primitives", "graph")


def test_the_eager_core_runs_with_the_folder_of_the_trace_deleted(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__", "tracing")
    shutil.copytree(ROOT / "autograd", tmp_path / "autograd", ignore=ignored)
    assert (ROOT / "autograd" / "tracing").is_dir(), "or nothing was left out"
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    tests = [f"test_{name}.py" for name in TESTS]
    for test in tests:
        shutil.copy(ROOT / "tests" / "autograd" / test, tmp_path / "tests")
    front_door = tmp_path / "autograd" / "__init__.py"
    text = front_door.read_text(encoding="utf-8")
    front_door.write_text(re.sub(r'.*autograd\.tracing.*\n|    "[Tt]raced?",\n', "", text), "utf-8")
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not trace and not million"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *[f"tests/{test}" for test in tests]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100%" in done.stdout
