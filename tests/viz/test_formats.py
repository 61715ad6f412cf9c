"""Pictures as Mermaid, TikZ and JSON: nothing lost, nothing that a label could break."""

import json
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, scope, tanh
from viz.formats import from_json, mermaid, schema, tikz, to_json
from viz.formats.files import write_whole
from viz.graph.parts import GraphPicture, PictureNode
from viz.style.scales import Range

HOSTILE = [
    'a"b',
    "<script>",
    r"\end{document}",
    "x & y",
    "50 % of $5 #1 {}",
    "end",
    "é ∂ σ 中 🙂",
    "a\nb",
    "|pipe|",
    "^_~",
    "]]",
]


def neuron():
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(1.0, label="b")
    with scope("neuron"):
        y = tanh(w * x + b)
    y.backward()
    return y


@pytest.fixture(scope="module")
def drawing():
    return viz.draw(neuron())


def hostile():
    y = Value(1.0)
    for label in HOSTILE:
        y = y * Value(2.0, label=label)
    y.backward()
    return viz.draw(y, names=False)


def test_mermaid_has_every_node_edge_and_box(drawing):
    text = mermaid(drawing.picture)
    assert text.startswith("flowchart LR")
    assert text.count("-->") == len(drawing.picture.edges)
    for node in drawing.picture.nodes:
        assert re.search(rf"^\s+{node.id}[(\[]", text, re.MULTILINE)
    assert text.count("subgraph") == text.count("\n    end") == 1
    assert "w = -3.0" in text


def test_no_label_breaks_out_of_mermaid():
    for line in mermaid(hostile().picture).splitlines()[1:]:
        quotes = line.count('"')
        assert quotes in (0, 2), line
        inside = line.split('"')[1] if quotes else ""
        assert "<script" not in inside


def test_tikz_has_every_node_and_edge(drawing):
    text = tikz(drawing.picture)
    assert text.count(r"\node[") == len(drawing.picture.nodes)
    assert text.count(r"\draw[->]") == len(drawing.picture.edges)
    assert text.count("{") == text.count("}")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX on this machine")
@pytest.mark.parametrize("of", [lambda: viz.draw(neuron()), hostile])
def test_latex_sets_what_tikz_wrote(tmp_path, of):
    of().save(tmp_path / "graph.tex")
    standalone = subprocess.run(["kpsewhich", "standalone.cls"], capture_output=True, check=False)
    if standalone.returncode:
        path = tmp_path / "graph.tex"
        path.write_text(re.sub(r"\[border=4pt\]{standalone}", "{article}", path.read_text()))
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "graph.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1500:].decode(errors="replace")


def test_json_comes_back_as_it_was(drawing):
    assert from_json(to_json(drawing.picture)) == drawing.picture
    batch = Tensor(np.ones((2, 3)), label="X")
    loss = (batch @ Tensor(np.ones((3, 1)), label="W")).sum()
    loss.backward()
    for picture in (viz.draw(loss, depth=0).picture, hostile().picture):
        assert from_json(to_json(picture)) == picture


def test_json_writes_what_json_lacks_as_text():
    picture = GraphPicture((PictureNode("n0", "w", "leaf", "nan"),), sizes=Range(0.0, float("inf")))
    text = to_json(picture)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert from_json(text) == picture


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no JSON"),
        ("[]", "no picture of ours"),
        ('{"format": "chainrule picture", "version": 99, "nodes": []}', "version 99"),
        ('{"format": "chainrule picture", "version": 1}', "lacks nodes"),
        ('{"format": "chainrule picture", "version": 1, "nodes": [{"id": "n0"}]}', "lacks name"),
        ('{"format": "chainrule picture", "version": 1, "nodes": 5}', "picture.nodes is 5"),
    ],
)
def test_other_json_is_refused_in_a_sentence(text, says):
    with pytest.raises(ValueError, match=says):
        from_json(text)


def test_the_published_schema_is_the_one_of_the_dataclasses():
    published = Path(__file__).parents[2] / "docs" / "picture.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema()


def test_what_is_saved_fits_the_schema(drawing):
    data = json.loads(to_json(drawing.picture))
    assert set(data) == set(schema()["properties"])
    node = schema()["properties"]["nodes"]["items"]
    for written in data["nodes"]:
        assert set(written) == set(node["properties"])
        assert written["kind"] in node["properties"]["kind"]["enum"]


@pytest.mark.parametrize("ending", [".mmd", ".tex", ".json", ".dot", ".txt", ".svg", ".html"])
def test_every_ending_is_saved(drawing, tmp_path, ending):
    path = drawing.save(tmp_path / f"graph{ending}")
    assert "-3.0" in path.read_text(encoding="utf-8")


def test_a_drawing_is_loaded_again(drawing, tmp_path):
    again = viz.load_drawing(drawing.save(tmp_path / "graph.json"))
    assert again.picture == drawing.picture
    assert again.text == drawing.text
    assert "<svg" in again.svg


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "graph.svg"
    path.write_text("before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_has_the_usual_mode(tmp_path):
    path = write_whole(tmp_path / "new.txt", "x")
    usual = tmp_path / "usual.txt"
    usual.write_text("x")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


@pytest.fixture(scope="module")
def story():
    pytest.importorskip("resvg_py", reason="comes with the extra images")
    x = Value(3.0, label="x")
    return viz.steps(x * x)


@pytest.mark.parametrize(("ending", "sign"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_steps_and_network_are_saved_as_pixels(story, tmp_path, ending, sign):
    assert story.save(tmp_path / f"steps.{ending}").read_bytes().startswith(sign)


def test_pixels_show_letters_and_the_whole_picture(story, tmp_path):
    image = pytest.importorskip("PIL.Image")
    pixels = np.asarray(image.open(story.save(tmp_path / "steps.png")).convert("L"))
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', story.svg(theme="light"))
    assert pixels.shape == pytest.approx((2 * float(size[2]), 2 * float(size[1])), abs=2)
    assert (pixels < 100).sum() > 500  # ink of the letters


def test_an_animation_has_a_frame_a_step(story, tmp_path):
    image = pytest.importorskip("PIL.Image")
    with image.open(story.save(tmp_path / "steps.gif")) as animation:
        assert animation.n_frames == len(story)


def test_pixels_without_the_extra_name_it(story, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ImportError, match=r"need resvg_py.*chainrule\[images\]"):
        story.save(tmp_path / "steps.png")
    assert list(tmp_path.iterdir()) == []
