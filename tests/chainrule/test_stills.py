"""A notebook's copy whose pages print: a PNG beside each, which nbconvert and Quarto take."""

import base64
import io
import json

import numpy as np
import pytest

import nn
import viz
from autograd import Value, tanh
from chainrule import stills
from chainrule.command import main

pytest.importorskip("resvg_py", reason="comes with the extra images")
image = pytest.importorskip("PIL.Image", reason="comes with the extra images")


def for_a_pdf_by_quarto(data):
    """Return the form of an output that Quarto takes for a PDF.

    It is the rule in its src/core/jupyter/display-data.ts: HTML counts only if it has a table.
    """
    order = ["text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/latex"]
    order.append("application/pdf")
    if "<table" in "".join(data.get("text/html", "")).lower():
        order.append("text/html")
    return next(form for form in [*order, "text/plain"] if form in data)


def test_of_a_drawing_quarto_takes_the_picture_and_of_an_explanation_the_formulas():
    x = Value(2.0, "x")
    formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    y = tanh(x * 3.0)
    data, _ = formatter.format(viz.draw(y))
    assert for_a_pdf_by_quarto(data) == "image/svg+xml"
    data, _ = formatter.format(viz.explain(y, x))
    assert for_a_pdf_by_quarto(data) == "text/markdown"


@pytest.fixture
def notebook(tmp_path):
    x, w = Value(2.0, "x"), Value(-3.0, "w")
    loss = tanh(x * w + 6.9)
    loss.backward()
    model = nn.MLP(2, [3], 1, rng=0)
    plot = viz.picture(viz.function_plot(tanh))
    shown = [viz.draw(loss), viz.steps(loss), viz.live(loss), viz.network(model), plot, np.ones(2)]
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
    assert "5 pictures" in capsys.readouterr().out
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"][1:]
    for cell in cells[:5]:
        data = cell["outputs"][0]["data"]
        assert "image/svg+xml" not in data  # nbconvert would ask for Inkscape
        assert "text/html" in data
        drawn = image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("L")
        light = np.asarray(drawn) > 128
        assert 0.5 < light.mean() < 1.0  # black where a colour is not understood
        assert for_a_pdf_by_quarto(data) == "image/png"
    assert list(cells[5]["outputs"][0]["data"]) == ["text/plain"]
    nbconvert = pytest.importorskip("nbconvert", reason="comes with the extra notebooks")
    printed = json.loads(copy.read_text(encoding="utf-8"))
    printed["cells"] = cells  # without the text, for which nbconvert needs pandoc
    copy.write_text(json.dumps(printed), encoding="utf-8")
    body, resources = nbconvert.LatexExporter().from_filename(str(copy))
    assert body.count("\\adjustimage") == 5
    assert len(resources["outputs"]) == 5


def test_a_file_that_a_text_shows_is_in_the_copy(notebook, tmp_path):
    (tmp_path / "images").mkdir()
    drawn = viz.draw(Value(2.0, "x") * 3.0).svg
    (tmp_path / "images" / "product.svg").write_text(drawn, encoding="utf-8")
    content = json.loads(notebook.read_text(encoding="utf-8"))
    shown = ["![a product](images/product.svg) and ", "![none](images/lost.svg)"]
    content["cells"] = [{"cell_type": "markdown", "metadata": {}, "source": shown}]
    notebook.write_text(json.dumps(content), encoding="utf-8")
    assert stills.with_stills(notebook, tmp_path / "printed.ipynb") == 1
    (cell,) = json.loads((tmp_path / "printed.ipynb").read_text(encoding="utf-8"))["cells"]
    assert "![a product](attachment:images-product.png) and ![none](images/lost" in cell["source"]
    picture = base64.b64decode(cell["attachments"]["images-product.png"]["image/png"])
    assert image.open(io.BytesIO(picture)).size > (20, 20)


def test_what_is_no_notebook_is_refused(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    for text in ("", "{}", '{"cells": 3}', "[1]"):
        path.write_text(text)
        assert main(["stills", str(path), "-o", str(tmp_path / "b.ipynb")]) == 2
        assert "is no notebook" in capsys.readouterr().err
    assert not (tmp_path / "b.ipynb").exists()
