"""Every notebook runs from top to bottom, shows its pictures, and is stored as it runs."""

import re

import build
import names
import nbformat
import pytest

PATHS = build.paths()
#: What marks the lecture's own listings, which are shown word for word.
LISTINGS = ("# 1. Forward pass", "# FORWARD PASS", "# Layer 1")
pytestmark = pytest.mark.notebook


def outputs(notebook):
    return [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]


def pictures(notebook):
    """Return the outputs that are pictures: images, or HTML that carries one."""
    found = []
    for output in outputs(notebook):
        data = output.get("data", {})
        html = "".join(data.get("text/html", ""))
        if any(kind.startswith("image/") for kind in data) or "<img" in html or "<svg" in html:
            found.append(output)
    return found


def kinds(notebook):
    """Return for each cell the kinds of its outputs."""
    return [
        [sorted(output.get("data", {"text": 0})) for output in cell.get("outputs", [])]
        for cell in notebook.cells
    ]


def text(cells):
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def stored(path):
    return build.read(path)


#: Those that train for long run once here; twice, and back again, with `make test-all`, which alone
#: runs the longest.
LONG = ("03", "05", "06", "07", "08", "09", "10")
LONGEST = ("05", "06", "07", "09")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [p for p in PATHS if not p.name.startswith(LONGEST)], ids=lambda path: path.stem
)
def test_it_runs_as_students_do_and_shows_what_is_stored(path, stored):
    once = path.name.startswith(LONG)
    _run_and_compare(stored, build.run if once else build.run_as_students_do)


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("number", LONG)
def test_the_long_ones_run_twice_and_again_from_any_heading(number):
    (path,) = (path for path in build.paths() if path.name.startswith(number))
    _run_and_compare(build.read(path), build.run_as_students_do)


def _run_and_compare(stored, run):
    before = nbformat.from_dict(stored)
    shown = [
        [sorted(o.get("data", {"text": 0})) for o in c.get("outputs", [])] for c in stored.cells
    ]
    ran = run(before)
    assert kinds(ran) == shown, "stored outputs are not current: python notebooks/build.py"
    for output in outputs(ran):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text


def test_it_was_stored_after_a_whole_run(stored):
    counts = [cell.execution_count for cell in stored.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_outputs_are_clean(stored):
    for output in outputs(stored):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text
        plain = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
        assert "Warning" not in plain
        assert not re.search(r"0x[0-9a-f]{6,}|/home/|/work/|/tmp/", plain), plain


def test_pictures_are_there(stored):
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert len(pictures(stored)) >= max(6, len(code) // 3)


def test_pictures_have_a_description(stored):
    for output in pictures(stored):
        html = "".join(output.data.get("text/html", ""))
        for image in re.findall(r"<img\b[^>]*>", html):
            alt = re.search(r'alt="([^"]*)"', image)
            assert alt, image[:200]
            assert len(alt[1]) > 10, image[:200]
        assert html, "show plots with viz.picture(ax): an image with a description"


def test_it_begins_and_ends_as_all_do(path, stored):
    first, second = stored.cells[:2]
    assert first.source.startswith(f"# {path.stem[:2]} · ")
    assert "**After this notebook you can explain**" in first.source
    assert len(re.findall(r"^- ", first.source, flags=re.MULTILINE)) >= 3
    assert "import" in second.source
    headings = re.findall(r"^## (.*)$", text(stored.cells), flags=re.MULTILINE)
    assert headings[-3:] == ["Summary", "Exercises", "Next"]
    number = int(path.stem[:2])
    if number < 9:
        assert f"({number + 1:02d}_" in stored.cells[-1].source


def test_cells_are_short(stored):
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    for cell in code[1:]:  # but for the imports
        listing = any(words in cell.source for words in LISTINGS)
        assert len(cell.source.splitlines()) <= (24 if listing else 12), cell.source
    for cell in stored.cells:
        if cell.cell_type == "code":
            assert max(map(len, cell.source.splitlines())) <= 100, cell.source


def test_every_public_name_is_introduced_before_it_is_used(path, stored):
    new = names.introductions()[path.stem[:2]]
    known = {
        name for number, found in names.introductions().items()
        if number < path.stem[:2] for name in found
    }  # fmt: skip
    (place,) = [
        i for i, cell in enumerate(stored.cells) if cell.source.startswith(names.BEGINNING)
    ] or [0]
    for name, first in names.used(stored).items():
        assert name in known or name in new, f"{name} is introduced nowhere"
        if name in new:
            assert place < first, f"{name} is used before its introduction"
            # Its sentence is the docstring's, as it was when the notebook was built last.
            assert re.search(rf"- `{re.escape(name)}`: .{{10,}}", stored.cells[place].source), name
            assert len(names.sentence(name)) > 10, f"{name} needs a docstring that says what it is"


def test_every_picture_of_the_lecture_is_used():
    used = "".join(text(build.read(path).cells) for path in PATHS)
    stored = {path.name for path in (build.HERE / "images").glob("*.svg")} - {"banner.svg"}
    assert not {name for name in stored if f"images/{name}" not in used}


def test_links_and_images_lead_somewhere(path, stored):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(stored.cells)):
        if not target.startswith("http"):
            assert (path.parent / target).exists() or re.fullmatch(r"\d\d_\w+\.ipynb", target), (
                target
            )


def test_the_file_is_small(path):
    assert path.stat().st_size < 1_500_000
