"""What the wheels require, and that one of them draws in an empty environment."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from packaging.tags import Tag

import hatch_build

ROOT = Path(__file__).parents[1]

GLIBC = [
    Tag("cp311", "cp311", "manylinux_2_36_x86_64"),
    *(Tag("cp310", "abi3", f"manylinux_2_{n}_x86_64") for n in (36, 28, 17)),
]
NO_WHEEL = {
    "musl": [Tag("cp311", "cp311", "musllinux_1_2_x86_64")],
    "an old glibc": [Tag("cp310", "abi3", "manylinux_2_17_x86_64")],
    "Windows on ARM": [Tag("cp310", "abi3", "win_arm64")],
    "free-threaded": [Tag("cp313", "cp313t", "manylinux_2_28_x86_64")],
    "a browser": [Tag("cp312", "cp312", "emscripten_3_1_58_wasm32")],
}


def required(monkeypatch, tags, chosen=""):
    """The requirements and the tag of what is built on a machine with these tags."""
    monkeypatch.setattr(hatch_build, "sys_tags", lambda: iter(tags))
    monkeypatch.setenv("CHAINRULE_WHEEL", chosen)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    config = project["tool"]["hatch"]["metadata"]["hooks"]["custom"]
    metadata = {}
    hatch_build.Metadata(str(ROOT), config).update(metadata)
    names = [r.partition(">=")[0] for r in metadata["dependencies"]]
    return names, hatch_build.wheel()


def test_pygraphviz_is_required_where_it_has_a_wheel(monkeypatch):
    names, tag = required(monkeypatch, GLIBC)
    assert names == ["numpy", "graphviz", "pygraphviz"]
    assert tag == "cp310-abi3-manylinux_2_28_x86_64"


@pytest.mark.parametrize("tags", NO_WHEEL.values(), ids=NO_WHEEL)
def test_it_is_not_required_where_it_has_none(monkeypatch, tags):
    assert required(monkeypatch, tags) == (["numpy", "graphviz"], "py3-none-any")


def test_a_wheel_for_another_machine_is_chosen_by_its_tag(monkeypatch):
    assert required(monkeypatch, GLIBC, "any") == (["numpy", "graphviz"], "py3-none-any")
    names, tag = required(monkeypatch, NO_WHEEL["musl"], "cp310-abi3-win_amd64")
    assert names[-1] == "pygraphviz"
    assert tag == "cp310-abi3-win_amd64"
    with pytest.raises(ValueError, match="CHAINRULE_WHEEL=win_amd64: expected any or one of cp"):
        required(monkeypatch, GLIBC, "win_amd64")


@pytest.mark.parametrize("home", ["", "https://example.org/chainrule/"])
def test_what_the_readme_leads_to_is_there_wherever_it_is_shown(monkeypatch, home):
    monkeypatch.setenv("CHAINRULE_HOME", home)
    metadata = {}
    hatch_build.Metadata(str(ROOT), {"everywhere": []}).update(metadata)
    text = metadata["readme"]["text"]
    found = re.findall(r"\]\(([^)]+)\)", text)
    assert all(address.startswith("https://") for address in found)
    assert bool(found) == bool(home)
    for address in found:
        assert (ROOT / address.removeprefix(home)).exists(), address
    assert "The code below, playing by itself" in text  # what a picture shows is said without it
    assert ("urls" in metadata) == bool(home)


def test_make_wheels_builds_them_all():
    makefile = (ROOT / "Makefile").read_text()
    assert [tag for tag in hatch_build.WHEELS if tag not in makefile] == []


def cibuildwheel():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["cibuildwheel"]


def test_a_wheel_with_the_core_bears_only_tags_that_pygraphviz_has():
    """Otherwise pip would take it where it has to compile pygraphviz."""
    settings = cibuildwheel()
    (manylinux,) = (x for x in settings["overrides"] if x["select"] == "*-manylinux*")
    assert "--only-plat" in manylinux["repair-wheel-command"]  # and no older glibc's besides
    oldest = settings["macos"]["environment"]["MACOSX_DEPLOYMENT_TARGET"].replace(".", "_")
    for machine in settings["macos"]["archs"]:
        assert f"cp310-abi3-macosx_{oldest}_{machine}" in hatch_build.WHEELS


@pytest.mark.parametrize(
    ("build", "made"),
    [
        ("cp311-manylinux_x86_64", True),
        ("cp312-musllinux_aarch64", True),
        ("cp313-win_amd64", True),
        ("cp313-pyodide_wasm32", False),
        ("cp313-android_arm64_v8a", False),
        ("cp313-ios_arm64_iphoneos", False),
        ("cp313t-manylinux_x86_64", False),
        ("cp310-manylinux_x86_64", False),
        ("cp311-win32", False),
    ],
)
def test_wheels_with_the_core_are_made_where_it_can_be_used(build, made):
    settings = cibuildwheel()
    chosen = any(fnmatchcase(build, pattern) for pattern in settings["build"])
    skipped = any(fnmatchcase(build, pattern) for pattern in settings["skip"])
    assert (chosen and not skipped) == made


DRAW = """
from importlib.metadata import version
from autograd import Value, tanh
import viz
x1, w1, b = Value(2.0, "x1"), Value(-3.0, "w1"), Value(6.9, "b")
o = tanh(x1 * w1 + b)
o.backward()
svg = viz.draw(o).svg
assert svg.startswith("<svg") and "tanh" in svg and "w1" in svg, svg[:200]
print(version("numpy"))
"""


@pytest.mark.thorough
@pytest.mark.parametrize("numpy", ["numpy==2.0.*", "numpy"], ids=["oldest", "newest"])
@pytest.mark.parametrize("tag", ["", "any"], ids=["this machine's", "any"])
@pytest.mark.parametrize("python", ["python3.11", "python3.12", "python3.13"])
def test_the_wheel_draws_in_an_empty_environment(python, tag, numpy, tmp_path):
    if shutil.which(python) is None or subprocess.run([python, "-V"], check=False).returncode:
        pytest.skip(f"no {python} here")
    if tag == "any" and shutil.which("dot") is None:
        pytest.skip("without pygraphviz a system's `dot` draws, and there is none here")
    environment = {**os.environ, "CHAINRULE_WHEEL": tag, "CHAINRULE_PURE": "1"}
    environment.pop("PYTHONPATH", None)

    def run(*command):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", "wheels", str(ROOT))
    (wheel,) = (tmp_path / "wheels").glob("chainrule-*.whl")
    run(python, "-m", "venv", "empty")
    inside = str(tmp_path / "empty" / "bin" / "python")
    run(inside, "-m", "pip", "install", "-q", str(wheel), numpy)
    found = run(inside, "-W", "error", "-c", DRAW)
    assert found.startswith("2.0.") == (numpy != "numpy")
