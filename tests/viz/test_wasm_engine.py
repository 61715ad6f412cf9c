"""The browser's Graphviz, run by Node.js, beside the one of every other place: equal pictures."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import viz
from tests.viz.graphs import TWELVE
from viz.engine import render

pytestmark = pytest.mark.thorough

#: The version that the site for browsers brings along.
LITE = Path(__file__).parents[2] / "notebooks" / "lite.py"
JAVASCRIPT = re.search(r'^JAVASCRIPT = "(.*)"', LITE.read_text(encoding="utf-8"), re.MULTILINE)[1]

DRAW = """
import { Graphviz } from "./package/dist/index.js";
import { readFileSync } from "node:fs";
const graphviz = await Graphviz.load();
const drawn = JSON.parse(readFileSync(0, "utf8")).map((dot) => graphviz.layout(dot, "svg", "dot"));
console.log(JSON.stringify(drawn));
"""


@pytest.fixture(scope="module")
def by_node(tmp_path_factory):
    """Return a function that draws a list of DOT texts as the browser does."""
    for program in ("npm", "node"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here to run the browser's Graphviz")
    folder = tmp_path_factory.mktemp("wasm")
    packed = subprocess.run(
        ["npm", "pack", "--silent", JAVASCRIPT], cwd=folder, capture_output=True, check=False
    )
    if packed.returncode:
        pytest.skip(f"{JAVASCRIPT} could not be fetched: {packed.stderr.decode()[-200:]}")
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder, filter="data")
    (folder / "draw.mjs").write_text(DRAW, encoding="utf-8")

    def draw(dots):
        done = subprocess.run(
            ["node", "draw.mjs"], cwd=folder, input=json.dumps(dots), text=True,
            capture_output=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    return draw


def numbers(svg):
    """Every number of a drawing, the version of Graphviz apart."""
    drawn = svg.partition("<svg")[2]
    return np.array(re.findall(r"(?<![#\w])-?\d+(?:\.\d+)?", drawn), float)


def no_engine(dot, format, seconds):
    raise AssertionError("a picture that is drawn without Graphviz asked for it")


def test_the_twelve_graphs_are_the_same_pictures_in_a_browser(by_node):
    asked = []

    def watched(dot, format, seconds):
        asked.append(dot)
        viz.use_engine(None)
        try:
            return render(dot, format, seconds)
        finally:
            viz.use_engine(watched)

    graphs = [make() for make in TWELVE.values()]
    try:
        viz.use_engine(no_engine)  # what is on the screen is laid out by ourselves, on any machine
        for graph in graphs:
            assert viz.draw(graph).svg
        viz.use_engine(watched)  # for files of other formats Graphviz places boxes of given sizes
        for graph in graphs:
            viz.formats.tikz(viz.draw(graph).picture)
    finally:
        viz.use_engine(None)
    assert len(asked) >= len(TWELVE)
    for dot, there in zip(asked, by_node(asked), strict=True):
        np.testing.assert_allclose(numbers(there), numbers(render(dot).decode()), atol=1.0)
