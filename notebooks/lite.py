"""The course with nothing installed: python notebooks/lite.py [folder] [--pyodide FOLDER]

Makes a JupyterLite site: JupyterLab and Python itself, running in the reader's browser. The folder
(default: lite/) can be served by any web server. Pyodide, which is Python for browsers, is loaded
from its usual address when a page opens; with --pyodide a copy of it becomes part of the site, so
that a school can host all of it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

HERE = Path(__file__).parent
ROOT = HERE.parent

#: Graphviz for browsers: the JavaScript package, and the Python package that carries it.
JAVASCRIPT = "@hpcc-js/wasm-graphviz@1.29.2"
CARRIER = """\
[build-system]
requires = ["hatchling>=1.25"]
build-backend = "hatchling.build"

[project]
name = "chainrule-graphviz"
version = "{version}"
description = "Graphviz for browsers ({package}, Apache-2.0), as a file in a Python package."
requires-python = ">=3.11"

[tool.hatch.build.targets.wheel]
packages = ["chainrule_graphviz"]
"""

#: The first cell of each notebook there. `learn` and `plots` are what the course imports; what has
#: no build for browsers is left out, and the notebook says so where it would be used.
FIRST_CELL = """\
# This notebook runs in your browser: nothing to install, nothing leaves this page.
%pip install -q chainrule chainrule-graphviz matplotlib scikit-learn tqdm
import logging

import viz

logging.getLogger("matplotlib.font_manager").setLevel("ERROR")  # it lists its fonts each time
await viz.start_engine()
# What needs a library that browsers do not have is left out, with a sentence.
get_ipython().set_custom_exc(
    (ImportError,), lambda shell, kind, error, *rest, **more: print(error))"""


def main(arguments: list[str] | None = None) -> None:
    """Build the site; `--help` lists what can be changed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", default="lite", help="where the site goes")
    parser.add_argument(
        "--pyodide", default="", help="a folder with Pyodide, to be part of the site"
    )
    options = parser.parse_args(arguments)
    site = Path(options.folder).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        wheels = [*_wheels(work / "wheels"), _carrier(work)]
        _contents(work / "files")
        if options.pyodide:
            _pyodide(Path(options.pyodide), work / "static" / "pyodide")
        _build(work, site, wheels)
    print(f"The course for browsers: {site}\nServe it with: python -m http.server -d {site}")


def _wheels(folder: Path) -> list[Path]:
    """Make the project's wheel, and fetch the one it needs that Pyodide does not bring."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    for_browsers = {"CHAINRULE_WHEEL": "any"}
    _run([*pip, "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)], **for_browsers)
    _run([*pip, "download", "-q", "--no-deps", "-d", str(folder), "graphviz", "tqdm", "comm"])
    return sorted(folder.glob("*.whl"))


def _carrier(work: Path) -> Path:
    """Make the Python package that carries Graphviz's JavaScript file."""
    beside = str(Path(sys.executable).parent)
    npm = shutil.which("npm", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if npm is None:
        raise SystemExit("make lite needs npm: pip install 'chainrule[lite]' brings it along")
    project, package = work / "carrier", work / "carrier" / "chainrule_graphviz"
    package.mkdir(parents=True)
    _run([npm, "pack", "--silent", JAVASCRIPT], project)
    archive = next(project.glob("*.tgz"))
    shutil.unpack_archive(archive, project, filter="data")
    shutil.copy(project / "package" / "dist" / "index.js", package / "graphviz.js")
    (package / "__init__.py").write_text('"""Graphviz for browsers: graphviz.js."""\n')
    version = JAVASCRIPT.rpartition("@")[2]
    (project / "pyproject.toml").write_text(CARRIER.format(version=version, package=JAVASCRIPT))
    _run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(work), str(project)])
    return next(work.glob("chainrule_graphviz-*.whl"))


def _contents(folder: Path) -> None:
    """Copy the notebooks, each with the cell that sets it up, and what they import."""
    folder.mkdir(parents=True)
    for path in sorted(HERE.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        cell = nbformat.v4.new_code_cell(FIRST_CELL, id="set-up")
        notebook.cells.insert(_after_the_title(notebook), cell)
        nbformat.write(notebook, folder / path.name)
    for name in ("checks", "figures", "solutions", "images"):
        shutil.copytree(HERE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "matplotlibrc", folder)


def _after_the_title(notebook: nbformat.NotebookNode) -> int:
    return 1 if notebook.cells and notebook.cells[0].cell_type == "markdown" else 0


def _pyodide(source: Path, target: Path) -> None:
    if not (source / "pyodide.mjs").is_file():
        raise SystemExit(f"{source} holds no Pyodide: there is no pyodide.mjs in it")
    shutil.copytree(source, target)


def _build(work: Path, site: Path, wheels: list[Path]) -> None:
    command = [sys.executable, "-m", "jupyter", "lite", "build", "--contents", "files"]
    for wheel in wheels:
        command += ["--piplite-wheels", str(wheel)]
    options = ["--no-sourcemaps", "--no-unused-shared-packages", "--output-dir", str(site)]
    shutil.rmtree(site, ignore_errors=True)
    _run([*command, *options], work)
    # A notebook's pictures are asked for beside the page before they are beside the notebook.
    for page in ("notebooks", "lab"):
        shutil.copytree(HERE / "images", site / page / "images")


def _run(command: list[str], folder: Path | None = None, **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command[:4])} … failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )


if __name__ == "__main__":
    main()
