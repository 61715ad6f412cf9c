"""The other package called autograd, in the same folder: it is noticed, and the way out is said."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "viz")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the packages, as an environment would hold them."""
    target = tmp_path_factory.mktemp("site-packages")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, target / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    return target


def imported(folder, package, *options):
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *options, "-c", f"import {package}; print({package}.__file__)"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
    )


def test_alone_nothing_is_said(folder):
    done = imported(folder, "autograd")
    assert str(folder) in done.stdout
    assert not done.stderr


def test_its_files_between_ours_are_a_warning(folder):
    (folder / "autograd" / "tracer.py").write_text("")
    done = imported(folder, "autograd")
    assert done.returncode == 0
    assert "another package called autograd" in done.stderr
    assert "pip uninstall -y autograd chainrule" in done.stderr


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_its_front_door_over_ours_is_an_error_that_names_the_remedy(folder, package):
    (folder / "autograd" / "tracer.py").write_text("")
    front_door = folder / "autograd" / "__init__.py"
    ours = front_door.read_text(encoding="utf-8")
    front_door.write_text("from .tracer import *\n")
    try:
        done = imported(folder, package)
    finally:
        front_door.write_text(ours, encoding="utf-8")
    assert done.returncode == 1
    assert "ImportError: another package called autograd was installed over" in done.stderr
    assert "environment of its own" in done.stderr


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_that_its_removal_took_our_front_door_along_is_said(folder, package):
    (folder / "autograd" / "tracer.py").unlink(missing_ok=True)
    front_door, away = folder / "autograd" / "__init__.py", folder / "away"
    front_door.rename(away)
    try:
        done = imported(folder, package, "-S")  # with none of ours installed elsewhere
    finally:
        away.rename(front_door)
    assert done.returncode == 1
    assert "ImportError: chainrule's package autograd has no __init__.py" in done.stderr
    assert "--force-reinstall" in done.stderr
