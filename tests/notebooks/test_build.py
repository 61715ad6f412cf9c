"""Building a notebook again changes nothing."""

import build
import nbformat
import pytest

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

PLOT = """
import matplotlib.pyplot as plt, random
print(hash("a"), random.Random(0).random())
plt.plot([1, 2, 3]);
"""


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def test_the_same_notebook_gives_the_same_file(tmp_path):
    files = []
    for name in ("a.ipynb", "b.ipynb"):
        build.write(build.run(notebook(PLOT, "{3, 1, 2} | {'x'}")), tmp_path / name)
        files.append((tmp_path / name).read_text())
    assert files[0] == files[1]
    assert "image/png" in files[0]


def test_an_error_stops_the_build():
    with pytest.raises(build.CellExecutionError, match="ZeroDivisionError"):
        build.run(notebook("1 / 0"))


def test_pieces_of_a_stream_are_joined():
    ran = build.run(notebook("import sys\nfor i in range(3): print(i); sys.stdout.flush()"))
    assert [output.text for output in ran.cells[0].outputs] == ["0\n1\n2\n"]
