"""The browser's Graphviz, run by Node.js, beside the one of every other place: equal pictures."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import viz
from tests.viz.graphs import TWELVE
from viz.engine import render
from viz.engine.browser import wasm_engine

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


class Remembered:
    """Stands for the JavaScript object, with the drawings made before."""

    def __init__(self, drawings):
        self.drawings = drawings

    def layout(self, dot, format, engine):
        return self.drawings[dot]


def test_the_twelve_graphs_are_the_same_pictures_in_a_browser(by_node):
    dots = []

    def watched(dot, format, seconds):
        viz.use_engine(None)
        try:
            dots.append(dot)
            return render(dot, format, seconds)
        finally:
            viz.use_engine(watched)

    viz.use_engine(watched)
    try:
        here = {name: viz.draw(make()).svg for name, make in TWELVE.items()}
        drawings = dict(zip(dots, by_node(dots), strict=True))
        viz.use_engine(wasm_engine(Remembered(drawings)))
        there = {name: viz.draw(make()).svg for name, make in TWELVE.items()}
    finally:
        viz.use_engine(None)
    assert len(drawings) >= 12
    assert here == there
