"""A notebook's copy whose pages print: a PNG beside each, which nbconvert's LaTeX takes."""

import base64
import io
import json

import numpy as np
import pytest

import nn
import viz
from autograd import Value, tanh
from chainrule.command import main

pytest.importorskip("resvg_py", reason="comes with the extra images")
image = pytest.importorskip("PIL.Image", reason="comes with the extra images")


@pytest.fixture
def notebook(tmp_path):
    x, w = Value(2.0, "x"), Value(-3.0, "w")
    loss = tanh(x * w + 6.9)
    loss.backward()
    model = nn.MLP(2, [3], 1, rng=0)
    shown = [viz.draw(loss), viz.steps(loss), viz.live(loss), viz.network(model), np.ones(2)]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# Pictures"}]
    for x in shown:
        html = getattr(x, "_repr_html_", lambda: None)()
        data = {"text/plain": repr(x), **({"text/html": html} if html else {})}
        if isinstance(x, viz.Drawing):
            data["image/svg+xml"] = x.svg.splitlines(keepends=True)
        outputs = [{"output_type": "display_data", "metadata": {}, "data": data}]
        cells.append({"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs})
        cells[-1]["execution_count"] = None
    path = tmp_path / "lesson.ipynb"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_each_picture_is_there_in_its_colours_and_latex_takes_it(notebook, tmp_path, capsys):
    copy = tmp_path / "printed.ipynb"
    assert main(["stills", str(notebook), "-o", str(copy)]) == 0
    assert "4 pictures" in capsys.readouterr().out
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"][1:]
    for cell in cells[:4]:
        data = cell["outputs"][0]["data"]
        assert "image/svg+xml" not in data  # nbconvert would ask for Inkscape
        assert "text/html" in data
        drawn = image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("L")
        light = np.asarray(drawn) > 128
        assert 0.5 < light.mean() < 1.0  # black where a colour is not understood
    assert list(cells[4]["outputs"][0]["data"]) == ["text/plain"]
    nbconvert = pytest.importorskip("nbconvert", reason="comes with the extra notebooks")
    body, resources = nbconvert.LatexExporter().from_filename(str(copy))
    assert body.count("\\adjustimage") == 4
    assert len(resources["outputs"]) == 4


def test_what_is_no_notebook_is_refused(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    for text in ("", "{}", '{"cells": 3}', "[1]"):
        path.write_text(text)
        assert main(["stills", str(path), "-o", str(tmp_path / "b.ipynb")]) == 2
        assert "is no notebook" in capsys.readouterr().err
    assert not (tmp_path / "b.ipynb").exists()
